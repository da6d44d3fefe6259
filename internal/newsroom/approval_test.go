package newsroom_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/net/html"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/site"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/web/htmltest"
)

func (d *desk) edda(t *testing.T) *browser { t.Helper(); return d.as(t, "edda@desk.example") }
func (d *desk) emil(t *testing.T) *browser { t.Helper(); return d.as(t, "emil@desk.example") }

func claimPath(id factcheck.ClaimID, page string) string {
	return "/newsroom/claims/" + id.String() + "/" + page
}

// follow opens where a form led to.
func (b *browser) follow(t *testing.T, got answer) answer {
	t.Helper()
	if got.status != http.StatusSeeOther {
		t.Fatalf("got %d %s, want it done", got.status, got.text())
	}
	return b.get(t, got.location)
}

// wants fails unless the page says all of it.
func wants(t *testing.T, page answer, what ...string) {
	t.Helper()
	for _, w := range what {
		if !strings.Contains(page.text(), w) {
			t.Errorf("the page does not say %q: %s", w, page.text())
		}
	}
}

func wantsNot(t *testing.T, page answer, what ...string) {
	t.Helper()
	for _, w := range what {
		if strings.Contains(page.text(), w) {
			t.Errorf("the page says %q: %s", w, page.text())
		}
	}
}

func (d *desk) version(t *testing.T, id factcheck.VersionID) store.Version {
	t.Helper()
	v, err := d.DB.NewsroomVersion(t.Context(), d.Editor, id)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestApprovingIsReadingAndOneButton(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	path := claimPath(v.Claim, "approval")
	own := d.carla(t).get(t, path) // the author reads it and may not
	wants(t, own, "obody approves their own work", "The mayor of Exampleville has resigned.")
	for _, f := range htmltest.All(own.root, "button") {
		if strings.Contains(htmltest.Text(f), "Approve") || strings.Contains(htmltest.Text(f), "Send back") {
			t.Errorf("the author is offered %q", htmltest.Text(f))
		}
	}
	edda := d.edda(t)
	page := edda.get(t, path)
	wants(t, page, "First verdict", "submitted by Carla Checker", "The mayor of Exampleville has resigned.", "14:30. The mayor opens the session.", "Rules met", "Approve and publish now", "Send back to Carla Checker")
	done := edda.follow(t, edda.send(t, page, path, url.Values{"when": {"now"}}))
	wants(t, done, "Published. Readers, feed and partners have it.", "Public page")
	wantsNot(t, done, "Approve and publish now")
	if got := d.version(t, v.ID); got.State != factcheck.VersionPublished {
		t.Errorf("got %s, want it published", got.State)
	}
}

func TestWhatIsSeenIsWhatIsApproved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	path := claimPath(v.Claim, "approval")
	edda := d.edda(t)
	page := edda.get(t, path)
	draft := v.Draft
	draft.Answer = "Something that Edda never read."
	edited, err := d.DB.EditDraft(t.Context(), d.Checker, v.ID, v.Revision, draft)
	if err != nil {
		t.Fatal(err)
	}
	got := edda.send(t, page, path, url.Values{"when": {"now"}})
	if got.status != http.StatusConflict {
		t.Errorf("approving what is a draft by now: got %d", got.status)
	}
	wants(t, got, "Nothing waits for approval here")
	if _, err := d.DB.SubmitVerdict(t.Context(), d.Checker, v.ID, edited.Revision); err != nil {
		t.Fatal(err)
	}
	got = edda.send(t, page, path, url.Values{"when": {"now"}})
	if got.status != http.StatusConflict {
		t.Errorf("approving another text: got %d", got.status)
	}
	wants(t, got, "submitted again since you read it", "Something that Edda never read.", "1 change", "Changed since you looked")
	if del, ins := htmltest.All(got.root, "del"), htmltest.All(got.root, "ins"); len(del) == 0 || len(ins) == 0 || !strings.Contains(htmltest.Text(del[0]), "removed:") || !strings.Contains(htmltest.Text(ins[0]), "added:") {
		t.Errorf("the change is not spoken: %s", got.text())
	}
	wants(t, edda.follow(t, edda.send(t, got, path, url.Values{"when": {"now"}})), "Published. Readers, feed and partners have it.", "Public page")
}

// The page that is approved is the page that readers get: the same texts in the same order, up to its history, which will
// lead to itself only then.
func TestTheApprovedPageIsTheReadersPage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path, _ := d.carla(t).linkedStory(t) // an article that carries a claim
	link := d.working(t, path).Appearances[0]
	v, err := d.DB.DraftVerdict(t.Context(), d.Checker, link.Claim, d.Draft("False"))
	if err != nil {
		t.Fatal(err)
	}
	if v, err = d.DB.SubmitVerdict(t.Context(), d.Checker, v.ID, v.Revision); err != nil {
		t.Fatal(err)
	}
	edda := d.edda(t)
	preview := contentOf(t, edda.get(t, claimPath(v.Claim, "approval")).root, "wrap cols")
	edda.follow(t, edda.send(t, edda.get(t, claimPath(v.Claim, "approval")), claimPath(v.Claim, "approval"), url.Values{"when": {"now"}}))
	doc, err := d.DB.ClaimByID(t.Context(), v.Claim)
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	app := fiber.New(fiber.Config{Immutable: true})
	site.New(site.Config{Store: d.DB, Live: live.New(d.DB, quiet), PublicURL: publicURL, Logger: quiet}).Mount(app)
	resp, err := app.Test(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/claims/"+doc.Slug, nil), 20_000)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it is read to its end
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	root, err := htmltest.Parse(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	public := contentOf(t, root, "wrap cols")
	if public != preview || !strings.Contains(preview, "The mayor of Exampleville") {
		t.Errorf("readers get\n%s\nand was approved\n%s", public, preview)
	}
}

// contentOf returns the text of the element with a class, up to the history.
func contentOf(t *testing.T, root *html.Node, class string) string {
	t.Helper()
	for _, e := range htmltest.All(root, "main", "div") {
		if htmltest.Attr(e, "class") == class {
			text, _, _ := strings.Cut(htmltest.Text(e), "History")
			return text
		}
	}
	t.Fatalf("nothing of the class %q", class)
	return ""
}

func TestSendingBackWithNotes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	path := claimPath(v.Claim, "approval")
	edda := d.edda(t)
	page := edda.get(t, path)
	empty := edda.send(t, page, path+"/back", nil)
	if empty.status != http.StatusUnprocessableEntity {
		t.Errorf("a note that says nothing: got %d", empty.status)
	}
	wrong := edda.send(t, page, path+"/back", url.Values{"note": {"My long note."}, "passage.answer": {"never written"}, "note.answer": {"Which day?"}})
	wants(t, wrong, "does not stand there", "My long note.", "Which day?")
	if !strings.Contains(wrong.body, `value="never written"`) {
		t.Error("what was typed is lost")
	}
	done := edda.follow(t, edda.send(t, wrong, path+"/back", url.Values{"passage.answer": {"two days later"}}))
	wants(t, done, "Sent back. The author is told.", "A draft is being written", "My long note.", "Answer: “two days later” – Which day?", "sent back by Edda Editor")
	if got := d.version(t, v.ID); got.State != factcheck.VersionDraft {
		t.Errorf("got %s, want a draft", got.State)
	}
	if again := edda.send(t, page, path+"/back", url.Values{"note": {"again"}}); again.status != http.StatusConflict {
		t.Errorf("a second time: got %d", again.status)
	}
}

func TestScheduledAndSensitive(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	path := claimPath(v.Claim, "approval")
	edda, emil := d.edda(t), d.emil(t)
	page := edda.get(t, path)
	page = edda.follow(t, edda.post(t, path+"/sensitive", withToken(t, page, path, url.Values{"sensitive": {"yes"}})))
	wants(t, page, "Sensitive: two people approve it.", "0 approvals of 2 given", "Approve, 1 of 2")
	page = edda.follow(t, edda.send(t, page, path, url.Values{"when": {"now"}}))
	wants(t, page, "A second colleague has to approve it too", "1 approval of 2 given", "You approved this.")
	if got := d.version(t, v.ID); got.State != factcheck.VersionSubmitted {
		t.Fatalf("one approval: got %s", got.State)
	}
	page = emil.get(t, path)
	for typed, want := range map[string]string{"": "choose day and time", "2025-06": "give the time", "nonsense": "not a date", "2020-01-01T10:00": "is over", "2025-06-07T12:00": "is over"} {
		got := emil.send(t, page, path, url.Values{"when": {"then"}, "publish_at": {typed}})
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(strings.ToLower(got.text()), want) {
			t.Errorf("publish at %q: got %d %s", typed, got.status, got.text())
		}
	}
	at := d.Clock.Now().Add(2 * time.Hour).Format("2006-01-02T15:04")
	page = emil.follow(t, emil.send(t, page, path, url.Values{"when": {"then"}, "publish_at": {at}}))
	wants(t, page, "Approved by Emil Editor. It will be published", "unless somebody edits it before", "Do not publish it then")
	page = emil.follow(t, emil.send(t, page, path+"/unschedule", nil))
	wants(t, page, "It waits for approval again")
	if carla := d.carla(t).get(t, "/newsroom/notices"); !slices.ContainsFunc(htmltest.All(carla.root, "li"), func(n *html.Node) bool { return strings.Contains(htmltest.Text(n), "approved") }) {
		t.Errorf("the author is not told: %s", carla.text())
	}
}

// withToken adds the form token of a page's form to fields.
func withToken(t *testing.T, page answer, action string, fields url.Values) url.Values {
	t.Helper()
	fields.Set("form_token", fill(t, page, action, nil).Get("form_token"))
	return fields
}

func TestCallingWhoeverIsOnCall(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	path := claimPath(v.Claim, "approval")
	carla := d.carla(t)
	token := withToken(t, carla.get(t, "/sign-out"), "/sign-out", url.Values{})
	if got := carla.post(t, path+"/call", token); got.status != http.StatusConflict {
		t.Errorf("nobody is on call: got %d", got.status)
	}
	if err := d.DB.SetOnCall(t.Context(), d.Editor, d.Editor2.Person); err != nil {
		t.Fatal(err)
	}
	page := carla.get(t, path)
	wants(t, page, "On call: Emil Editor")
	wants(t, carla.follow(t, carla.send(t, page, path+"/call", nil)), "They are told that this waits.")
	wants(t, d.emil(t).get(t, "/newsroom/notices"), "Carla Checker asks you to approve", "The mayor of Exampleville has resigned.")
}

func TestApprovalsOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	edda := d.edda(t)
	for _, id := range []string{"nonsense", factcheck.ClaimID{15: 1}.String(), "%ff"} {
		if got := edda.get(t, "/newsroom/claims/"+id+"/approval"); got.status != http.StatusNotFound {
			t.Errorf("%s: got %d", id, got.status)
		}
	}
	claim := d.Claim(t, "Nobody has drafted anything.")
	wants(t, edda.get(t, claimPath(claim, "approval")), "Nothing waits for approval here")
	token := withToken(t, edda.get(t, "/sign-out"), "/sign-out", url.Values{})
	for _, act := range []string{"", "/back", "/call", "/unschedule"} {
		for _, version := range []string{"", "x", factcheck.VersionID{15: 1}.String()} {
			fields := url.Values{"form_token": token["form_token"], "version": {version}, "hash": {"zz"}, "note": {"x"}}
			if got := edda.post(t, claimPath(claim, "approval"+act), fields); got.status < 400 || got.status >= 500 {
				t.Errorf("%s with version %q: got %d, want it refused", act, version, got.status)
			}
		}
	}
}
