package newsroom_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/web/htmltest"
)

// public returns what readers get of a claim.
func (d *desk) public(t *testing.T, id factcheck.ClaimID) document.Verdict {
	t.Helper()
	doc, err := d.DB.ClaimByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	claim, err := document.Decode(doc.Stored, publicURL, doc.Seq)
	if err != nil {
		t.Fatal(err)
	}
	v, _ := claim.House()
	return v
}

// The whole way after publication by two people and without a script: suspend, restore, correct, approve, retract, approve.
func TestTheWayAfterPublication(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, "The mayor of Exampleville has resigned.", "False")
	carla, edda, emil := d.carla(t), d.edda(t), d.emil(t)
	suspension, correction, approval := claimPath(v.Claim, "suspension"), claimPath(v.Claim, "correction"), claimPath(v.Claim, "approval")

	wants(t, carla.get(t, suspension), "Public", "version 1", "An editor can suspend it at once.", "What depends on it", "0 partners took it")
	d.DB.NotePulls(store.Pull{Claim: v.Claim, Site: "weekly.example", Seq: 1})
	wants(t, carla.get(t, suspension), "1 partner took it", "0 hold an earlier verdict", "weekly.example", "shows the embed")
	page := edda.get(t, suspension)
	page = edda.follow(t, edda.send(t, page, suspension, nil)) // one click, no reason
	wants(t, page, "Suspended. Every public way out says that the verdict is under review.", "Propose to restore it")
	if got := d.public(t, v.Claim); got.State != "suspended" || got.Answer != "" {
		t.Fatalf("readers get %+v, want it under review", got)
	}
	if again := edda.post(t, suspension, withToken(t, edda.get(t, "/sign-out"), "/sign-out", url.Values{})); again.status != http.StatusConflict {
		t.Errorf("suspending twice: got %d", again.status)
	}

	empty := carla.send(t, carla.get(t, suspension), suspension+"/restore", nil)
	wants(t, empty, "Say why, so that a colleague can decide")
	page = carla.follow(t, carla.send(t, empty, suspension+"/restore", url.Values{"reason": {"The letter was forged."}}))
	wants(t, page, "Proposed. A second person decides.", "Carla Checker proposes to show it again")
	list := edda.get(t, "/newsroom/proposals")
	wants(t, list, "Show a suspended verdict again", "The mayor of Exampleville has resigned.")
	proposal := linkCalled(t, list, "Show a suspended verdict again")
	wants(t, carla.get(t, proposal), "You proposed this. A colleague decides.", "The letter was forged.")
	page = edda.follow(t, edda.send(t, edda.get(t, proposal), proposal, url.Values{"decision": {"approve"}}))
	wants(t, page, "Done.", "Decided lately")
	if got := d.public(t, v.Claim); got.State != "current" {
		t.Fatalf("readers get it %s, want it shown again", got.State)
	}
	if again := emil.post(t, proposal, withToken(t, emil.get(t, "/sign-out"), "/sign-out", url.Values{"decision": {"refuse"}})); again.status != http.StatusConflict {
		t.Errorf("deciding twice: got %d", again.status)
	}

	page = carla.get(t, correction)
	wants(t, page, "something new happened or came to light", "it was right and could be misread", "something we published was wrong")
	wrong := carla.send(t, page, correction, url.Values{"kind": {"correction"}, "note": {" "}})
	if wrong.status != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, `value="correction" checked`) {
		t.Errorf("a correction that says nothing: got %d %s", wrong.status, wrong.text())
	}
	if got := carla.send(t, wrong, correction, url.Values{"kind": {"correction"}, "note": {"We had the day wrong."}}); got.status != http.StatusSeeOther || got.location != "/newsroom/claims/"+v.Claim.String() {
		t.Fatalf("got %d to %q, want the draft", got.status, got.location)
	}
	wants(t, carla.get(t, correction), "Correction under way")
	d.editOpen(t, v.Claim, "No. She chaired the council three days later.")
	page = emil.get(t, approval)
	wants(t, page, "Correction", "Changed since version 1, which is public", "Public note of the correction", "We had the day wrong.", "removed: two", "added: three", "Corrected on") // the banner
	emil.follow(t, emil.send(t, page, approval, url.Values{"when": {"now"}}))
	if got := d.public(t, v.Claim); got.Version != 2 || !strings.Contains(got.Answer, "three days") || got.Correction == nil || got.Correction.Kind != "correction" {
		t.Errorf("readers get %+v, want the correction", got)
	}

	retraction := claimPath(v.Claim, "retraction")
	page = carla.follow(t, carla.send(t, carla.get(t, retraction), retraction, url.Values{"note": {"Our source was made up."}}))
	wants(t, page, "Sent for approval. Somebody else reads exactly this text.", "Retraction", "Our source was made up.")
	page = emil.get(t, approval)
	wants(t, page, "Approve and retract now")
	emil.follow(t, emil.send(t, page, approval, url.Values{"when": {"now"}}))
	if got := d.public(t, v.Claim); got.State != "retracted" || got.Notice != "Our source was made up." {
		t.Errorf("readers get %+v, want it retracted", got)
	}
	wants(t, carla.get(t, retraction), "The chain ended with the retraction")
}

// editOpen gives the open draft of a claim another answer and submits it, as its author.
func (d *desk) editOpen(t *testing.T, id factcheck.ClaimID, answer string) {
	t.Helper()
	claim, err := d.DB.NewsroomClaim(t.Context(), d.Checker, id)
	if err != nil {
		t.Fatal(err)
	}
	v := d.version(t, claim.Open)
	draft := v.Draft
	draft.Answer = answer
	if v, err = d.DB.EditDraft(t.Context(), d.Checker, v.ID, v.Revision, draft); err != nil {
		t.Fatal(err)
	}
	if _, err := d.DB.SubmitVerdict(t.Context(), d.Checker, v.ID, v.Revision); err != nil {
		t.Fatal(err)
	}
}

// linkCalled returns where the first link with a text leads.
func linkCalled(t *testing.T, page answer, text string) string {
	t.Helper()
	for _, a := range htmltest.All(page.root, "a") {
		if htmltest.Text(a) == text {
			return htmltest.Attr(a, "href")
		}
	}
	t.Fatalf("no link %q: %s", text, page.text())
	return ""
}

func TestRedactingTakesTwoAndShowsWhere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, "The baker of Mill Lane is a spy.", "False")
	path := claimPath(v.Claim, "redaction")
	carla, edda := d.carla(t), d.edda(t)
	page := carla.get(t, path)
	wants(t, page, "It cannot be undone.")
	page = carla.send(t, page, path, url.Values{"step": {"look"}, "passage": {"Mill Lane"}, "reason": {"kept while I look"}})
	wants(t, page, "It stands", "the claim: text", "earlier states of the page: document")
	if page.status != http.StatusOK || !strings.Contains(page.body, "kept while I look") {
		t.Errorf("got %d, want what was typed kept", page.status)
	}
	for _, fields := range []url.Values{
		{"passage": {"nowhere at all"}, "class": {"safety"}, "reason": {"x"}}, {"passage": {"Mill Lane"}, "class": {""}, "reason": {"x"}}, {"passage": {"Mill Lane"}, "class": {"safety"}, "reason": {""}},
		{"passage": {"Mill Lane"}, "class": {"safety"}, "reason": {"she lives in Mill Lane"}},
	} {
		fields.Set("step", "propose")
		if got := carla.send(t, page, path, fields); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%v: got %d, want it refused", fields, got.status)
		}
	}
	done := carla.send(t, page, path, url.Values{"step": {"propose"}, "passage": {"Mill Lane"}, "class": {"private_data"}, "reason": {"A person was doxxed."}})
	wantsNot(t, carla.follow(t, done), "In its place will stand", "Approve:")
	proposal := done.location
	page = edda.get(t, proposal)
	wants(t, page, "Redact a passage", "Private data of a person", "A person was doxxed.", "Mill Lane", "[removed: private data]", "the claim: text")
	edda.follow(t, edda.send(t, page, proposal, url.Values{"decision": {"approve"}}))
	doc, err := d.DB.ClaimByID(t.Context(), v.Claim)
	if err != nil || strings.Contains(string(doc.Stored), "Mill Lane") {
		t.Errorf("readers still get it: %v", err)
	}
	wants(t, edda.get(t, proposal), "Approved by Edda Editor")
}

func TestMergingShowsWhatItDoes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	into := d.Published(t, "The mayor of Exampleville has resigned.", "False").Claim
	from := d.Claim(t, "Exampleville’s mayor stepped down.")
	path := claimPath(from, "merge")
	edda := d.edda(t)
	if got := d.carla(t).get(t, path); got.status != http.StatusForbidden {
		t.Errorf("a checker: got %d", got.status)
	}
	page := edda.get(t, path+"?q="+url.QueryEscape("mayor resigned"))
	wants(t, page, "The mayor of Exampleville has resigned.")
	page = edda.get(t, linkCalled(t, page, "The mayor of Exampleville has resigned."))
	wants(t, page, "Addresses", "1 lead there for ever", "Merge: this cannot be undone")
	empty := edda.send(t, page, path, nil)
	wants(t, empty, "Say why these are one claim", "Addresses")
	if got := edda.send(t, empty, path, url.Values{"note": {"The same."}}); got.status != http.StatusSeeOther || got.location != "/newsroom/claims/"+into.String()+"?told=folded" {
		t.Errorf("got %d to %q", got.status, got.location)
	}
	back := edda.get(t, claimPath(into, "merge")+"?into="+from.String())
	wants(t, back, "merge into one that is worked on")
	wantsNot(t, back, "this cannot be undone")
}

func TestComplaintsAreEnteredAndDecided(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, "The mayor of Exampleville has resigned.", "False")
	carla, emil := d.carla(t), d.emil(t)
	wants(t, carla.get(t, "/newsroom/complaints"), "Nothing is open.")
	const form = "/newsroom/complaints/new"
	page := carla.get(t, form+"?claim="+v.Claim.String())
	wants(t, page, "The mayor of Exampleville has resigned.")
	wrong := carla.send(t, page, form, url.Values{"text": {""}, "contact": {"me@home.example"}})
	if wrong.status != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, "me@home.example") {
		t.Errorf("got %d, want it refused and kept", wrong.status)
	}
	for field, value := range map[string]string{"claim": "nonsense", "due_on": "soon", "url": "x"} {
		if got := carla.send(t, page, form, url.Values{"text": {"x"}, field: {value}}); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s %q: got %d", field, value, got.status)
		}
	}
	list := carla.follow(t, carla.send(t, wrong, form, url.Values{"text": {"She has resigned."}, "from": {"outlet"}}))
	wants(t, list, "Entered.", "She has resigned.", "Dispute of a verdict by an outlet", "due")
	path := linkCalled(t, list, "She has resigned.")
	wants(t, carla.get(t, path), "entered by Carla Checker", "me@home.example", "An editor decides this.")
	page = emil.get(t, path)
	page = emil.follow(t, emil.send(t, page, path+"/postpone", url.Values{"due_on": {d.Clock.Now().AddDate(0, 2, 0).Format(time.DateOnly)}}))
	wants(t, page, "The day is moved.")
	edda := d.edda(t) // who approved the verdict
	own := edda.send(t, edda.get(t, path), path, url.Values{"state": {"rejected"}, "answer": {"Long thought about."}})
	if own.status != http.StatusForbidden {
		t.Errorf("the approver rejects it: got %d", own.status)
	}
	wants(t, own, "Nobody rejects a dispute of their own work", "Long thought about.")
	page = emil.get(t, path)
	wrong = emil.send(t, page, path, url.Values{"state": {"rejected"}})
	wants(t, wrong, "Say what was found and why")
	page = emil.follow(t, emil.send(t, wrong, path, url.Values{"state": {"rejected"}, "answer": {"The register says otherwise."}}))
	wants(t, page, "Decided.", "Rejected", "The register says otherwise.")
	wants(t, carla.get(t, "/newsroom/complaints?decided=yes"), "She has resigned.", "Rejected by Emil Editor")
}

func TestRemindersAreSetAndListed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, "The mayor of Exampleville has resigned.", "False")
	carla := d.carla(t)
	path := claimPath(v.Claim, "correction")
	if got := carla.send(t, carla.get(t, path), claimPath(v.Claim, "review"), url.Values{"due_on": {"tomorrow"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("got %d", got.status)
	}
	page := carla.follow(t, carla.send(t, carla.get(t, path), claimPath(v.Claim, "review"), url.Values{"due_on": {d.Clock.Now().AddDate(0, 0, 2).Format(time.DateOnly)}, "note": {"after the ruling"}}))
	wants(t, page, "Noted.", "Set by Carla Checker")
	wantsNot(t, carla.get(t, "/newsroom/proposals"), "after the ruling")
	if err := d.DB.SetReview(t.Context(), d.Checker, v.Verdict, d.Clock.Now(), "after the ruling"); err != nil {
		t.Fatal(err)
	}
	wants(t, carla.get(t, "/newsroom/proposals"), "after the ruling", "The mayor of Exampleville has resigned.")
}
