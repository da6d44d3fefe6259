package newsroom_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/web/htmltest"
)

// listed returns the texts of the claims in the list.
func listed(page answer) []string {
	var out []string
	for _, row := range htmltest.All(page.root, "li") {
		if has(row, "data-row") {
			out = append(out, htmltest.Text(first(row, "a")))
		}
	}
	return out
}

func first(n *html.Node, tag string) *html.Node { return htmltest.All(n, tag)[0] }

func TestDeskShowsWhatWaits(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	waiting := d.Submitted(t, "The ferry does not run.", "False")
	mine := d.Claim(t, "The well is dry.")
	if err := d.DB.AssignClaim(t.Context(), d.Checker, mine, d.Editor.Person); err != nil {
		t.Fatal(err)
	}
	if _, err := d.DB.FileTip(t.Context(), factcheck.System(), factcheck.TipInput{Text: "Is the bridge closed?"}); err != nil {
		t.Fatal(err)
	}
	if page := d.as(t, "edda@desk.example").get(t, "/newsroom"); strings.Contains(page.text(), "Names you 1") || !strings.Contains(page.text(), "Nobody has named you") ||
		!strings.Contains(page.text(), "No suggestion waits") || !strings.Contains(page.text(), "None is open.") {
		t.Errorf("nothing else waits, and the desk says: %s", page.text())
	}
	if _, err := d.DB.AddComment(t.Context(), d.Checker, mine, "@Edda Editor, is it ours?"); err != nil {
		t.Fatal(err)
	}
	added, err := d.DB.AddArticle(t.Context(), d.Checker, factcheck.ArticleInput{URL: "https://daily.example/wells", Title: "A town without water", Language: "en", Text: "The well is dry."})
	if err != nil {
		t.Fatal(err)
	}
	const said = "The well is dry."
	_, err = d.DB.SuggestClaims(t.Context(), factcheck.System(), added.Article, factcheck.Look{Text: said, Matcher: "test-1", Passages: []string{said}, Found: []factcheck.SuggestionInput{{
		Claim: mine, Anchor: factcheck.Anchor{Quote: said, End: len(said)}, Stance: factcheck.StanceRepeats, Reason: factcheck.ReasonSaidOutright, Score: 1, Probability: .97, Reading: factcheck.MatchSame,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	page := d.as(t, "edda@desk.example").get(t, "/newsroom")
	for _, want := range []string{"Mine 1", "To approve 1", "Names you 1", "is it ours?", "Suggested 1", "A town without water", "Tips 1", "Is the bridge closed?", "yours", "How priority is counted"} {
		if !strings.Contains(page.text(), want) {
			t.Errorf("the desk does not say %q: %s", want, page.text())
		}
	}
	if !strings.Contains(page.body, "/newsroom/claims/"+waiting.Claim.String()+"/approval") {
		t.Error("what waits for approval does not lead there")
	}
	if got := listed(page); len(got) != 2 {
		t.Errorf("the list has %q", got)
	}
	if got := d.carla(t).get(t, "/newsroom"); strings.Contains(got.body, "/approval") {
		t.Error("a checker is led to an approval of their own work")
	}
}

func TestDeskIsFilteredByItsAddress(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	d.Published(t, "The mayor has resigned.", "False")
	d.Claim(t, "The well is dry.")
	if got := listed(b.get(t, "/newsroom/claims")); len(got) != 1 || got[0] != "The well is dry." {
		t.Errorf("to do are %q", got)
	}
	if got := listed(b.get(t, "/newsroom/claims?stage=any&order=newest")); len(got) != 2 || got[0] != "The well is dry." {
		t.Errorf("all are %q", got)
	}
	if got := listed(b.get(t, "/newsroom/claims?q=mayor")); len(got) != 1 || got[0] != "The mayor has resigned." {
		t.Errorf("words find %q, want the published claim too", got)
	}
	if got := listed(b.get(t, "/newsroom/claims?stage=any&claimant=nobody+of+this+name")); len(got) != 0 {
		t.Errorf("a claimant who is not there has %q", got)
	}
	if got := b.get(t, "/newsroom/claims?q=zzzzz"); !strings.Contains(got.text(), "No claim fits") {
		t.Errorf("got %s", got.text())
	}
	for _, bad := range []string{"?stage=nonsense", "?after=x", "?order=x"} {
		if got := b.get(t, "/newsroom/claims"+bad); got.status != http.StatusBadRequest {
			t.Errorf("%s: got %d", bad, got.status)
		}
	}
	for _, bad := range []string{"?who=x", "?topic=x", "?publisher=x", "?claimant=claimant_x"} {
		if got := b.get(t, "/newsroom/claims"+bad); got.status != http.StatusNotFound {
			t.Errorf("%s: got %d", bad, got.status)
		}
	}
	if got := b.get(t, "/newsroom/find?q=mayor"); got.location != "/newsroom/claims?q=mayor" {
		t.Errorf("words lead to %q", got.location)
	}
	if got := b.get(t, "/newsroom/find?q=https://news.example/a"); !strings.HasPrefix(got.location, "/newsroom/articles?") {
		t.Errorf("an address leads to %q", got.location)
	}
}

func TestDeskActsWithoutScript(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	well, ferry := d.Claim(t, "The well is dry."), d.Submitted(t, "The ferry does not run.", "False").Claim
	const form = "/newsroom/desk/claims"
	page := b.get(t, "/newsroom/claims?order=newest")
	got := b.send(t, page, form, url.Values{"one": {"assign me " + well.String()}})
	if got.status != http.StatusSeeOther || !strings.Contains(got.location, "order=newest") {
		t.Fatalf("take: got %d to %q", got.status, got.location)
	}
	if page = b.get(t, got.location); !strings.Contains(page.text(), "1 claim assigned.") || !strings.Contains(page.text(), "yours") {
		t.Errorf("after taking: %s", page.text())
	}
	got = b.send(t, page, form, url.Values{"one": {"harm 3 " + well.String()}})
	if page = b.get(t, got.location); !strings.Contains(page.text(), "harm high") || listed(page)[0] != "The ferry does not run." {
		t.Errorf("after judging, newest first: %q, %s", listed(page), page.text())
	}
	if first := listed(b.get(t, "/newsroom/claims"))[0]; first != "The well is dry." {
		t.Errorf("by priority the first is %q", first)
	}
	both := []string{well.String(), ferry.String()}
	got = b.send(t, page, form, url.Values{"claim": both, "act": {"decline"}, "note": {"not ours"}})
	if got.status != http.StatusOK || !strings.Contains(got.text(), "1 claim declined.") || !strings.Contains(got.text(), "Left alone") || !strings.Contains(got.text(), "draft") {
		t.Errorf("declining one that has a draft: got %d %s", got.status, got.text())
	}
	again := b.send(t, page, form, url.Values{"claim": both[:1], "act": {"decline"}, "note": {"nor mine"}, "seen": {well.String() + " 1 ", "x", "claim_x 1 "}})
	if !strings.Contains(again.text(), "declined already: not ours") || strings.Contains(again.text(), "claim declined.") {
		t.Errorf("declining what was declined meanwhile: %s", again.text())
	}
	got = b.send(t, page, form, url.Values{"claim": both, "act": {"merge"}})
	if got.location != "/newsroom/claims/"+well.String()+"/merge?into="+ferry.String() {
		t.Errorf("merging leads to %q", got.location)
	}
	for name, fields := range map[string]url.Values{
		"nothing ticked": {"act": {"assign"}, "person": {"me"}}, "nobody chosen": {"claim": both, "act": {"assign"}}, "no note": {"claim": both[:1], "act": {"decline"}},
		"one to merge": {"claim": both[:1], "act": {"merge"}}, "no act": {"claim": both}, "no topic": {"claim": both, "act": {"topic"}}, "a grade that is none": {"one": {"harm 9 " + well.String()}},
	} {
		if got := b.send(t, page, form, fields); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `role="alert"`) {
			t.Errorf("%s: got %d", name, got.status)
		}
	}
}

func TestDeskTellsWhatMoved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	page := b.get(t, "/newsroom/claims")
	var ask string
	for _, p := range htmltest.All(page.root, "p") {
		if has(p, "data-moved") {
			ask = htmltest.Attr(p, "data-moved")
		}
	}
	if got := b.get(t, ask); got.body != `{"moved":0}` {
		t.Errorf("got %s", got.body)
	}
	d.Claim(t, "The well is dry.")
	if got := b.get(t, ask); got.body != `{"moved":1}` {
		t.Errorf("got %s after one was filed", got.body)
	}
	if got := b.get(t, ask+"&queues=yes"); !strings.Contains(got.body, `"mine":0`) || !strings.Contains(got.body, `"tips":0`) {
		t.Errorf("got %s of the queues", got.body)
	}
	for _, bad := range []string{"x", "9:1:", "99999999999999999999:1:", "1:2:3,,"} {
		if got := b.get(t, "/newsroom/desk/moved?since="+url.QueryEscape(bad)); got.status != http.StatusBadRequest {
			t.Errorf("since %q: got %d", bad, got.status)
		}
	}
}

func TestTopicsAreKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.as(t, "edda@desk.example")
	const form = "/newsroom/house/topics"
	page := b.get(t, form)
	got := b.send(t, page, form, url.Values{"act": {"add"}, "name": {"Water"}})
	page = b.get(t, got.location)
	if !strings.Contains(page.text(), "Water") || !strings.Contains(page.text(), "The topic is there.") {
		t.Fatalf("after adding one: %s", page.text())
	}
	topics, err := d.DB.NewsroomTopics(t.Context(), d.Editor, "", 10)
	if err != nil || len(topics) != 1 {
		t.Fatalf("got %v and %v", topics, err)
	}
	id := topics[0].ID.String()
	for _, act := range []struct{ name, says string }{{"mark", "two, sensitive"}, {"unmark", "Mark as sensitive"}} {
		got = b.send(t, page, form, url.Values{"act": {act.name}, "topic": {id}})
		if page = b.get(t, got.location); !strings.Contains(page.text(), act.says) {
			t.Errorf("%s: %s", act.name, page.text())
		}
	}
	got = b.send(t, page, form, url.Values{"act": {"rename"}, "topic": {id}, "revision": {"1"}, "name": {"Wells"}})
	if page = b.get(t, got.location); !strings.Contains(page.text(), "Wells") {
		t.Errorf("after renaming: %s", page.text())
	}
	for name, fields := range map[string]url.Values{"an old form": {"act": {"rename"}, "topic": {id}, "revision": {"1"}, "name": {"Pumps"}}, "a name that is taken": {"act": {"add"}, "name": {"wells"}}} {
		if got := b.send(t, page, form, fields); got.status != http.StatusConflict || !strings.Contains(got.body, `role="alert"`) {
			t.Errorf("%s: got %d", name, got.status)
		}
	}
	if got := d.carla(t).get(t, form); got.status != http.StatusOK || strings.Contains(got.text(), "Mark as sensitive") {
		t.Errorf("a checker: got %d, want the list without buttons", got.status)
	}
}

func TestPaletteGoesAnywhere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	well := d.Claim(t, "The well is dry.")
	b := d.carla(t)
	if got := b.get(t, "/newsroom/palette/find?q=well"); !strings.Contains(got.body, "/newsroom/claims/"+well.String()) {
		t.Errorf("got %s", got.body)
	}
	if got := b.get(t, "/newsroom/palette/find?q=audit"); strings.Contains(got.body, "/newsroom/audit\"") {
		t.Error("a checker is led to the audit log")
	}
	if got := d.as(t, "ada@desk.example").get(t, "/newsroom/palette"); !strings.Contains(got.text(), "Audit log") || !strings.Contains(got.text(), "Next claim") {
		t.Errorf("got %s", got.text())
	}
}

func TestTipsAreGroupedAndDealtWith(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	tip := func(text string) string {
		id, err := d.DB.FileTip(t.Context(), factcheck.System(), factcheck.TipInput{Text: text, Contact: "ann@reader.example", Language: "en"})
		if err != nil {
			t.Fatal(err)
		}
		return id.String()
	}
	tip("The ferry does not run on Sundays any more")
	one := tip("The bridge at Sampleton is closed until August")
	two := tip("Is the Sampleton bridge closed?")
	list := b.get(t, "/newsroom/tips")
	if !strings.Contains(list.text(), "2 ask for this") || strings.Count(list.body, "/newsroom/tips/tip_") != 2 {
		t.Fatalf("the list does not group: %s", list.text())
	}
	page := b.get(t, "/newsroom/tips/"+two)
	if !strings.Contains(page.text(), "Together with 1 tip that asks for the same") || !strings.Contains(page.text(), "ann@reader.example") {
		t.Errorf("the tip: %s", page.text())
	}
	got := b.send(t, page, "/newsroom/tips/"+two+"/claim", url.Values{"text": {""}})
	if got.status != http.StatusUnprocessableEntity {
		t.Errorf("a claim without words: got %d", got.status)
	}
	got = b.send(t, page, "/newsroom/tips/"+two+"/claim", url.Values{"text": {"The bridge of Sampleton is closed."}, "language": {"en"}})
	if !strings.HasPrefix(got.location, "/newsroom/claims/claim_") {
		t.Fatalf("filing leads to %q: %s", got.location, got.text())
	}
	claims, err := d.DB.Desk(t.Context(), d.Checker, store.DeskQuery{Limit: 10})
	if err != nil || len(claims.Claims) != 1 || claims.Claims[0].DeskFactors.Tips != 2 {
		t.Errorf("got %+v, want a claim with two tips", claims.Claims)
	}
	if got := b.send(t, page, "/newsroom/tips/"+two+"/decline", url.Values{"reason": {"opinion"}}); got.status != http.StatusConflict && got.status != http.StatusOK {
		t.Errorf("declining it afterwards: got %d", got.status)
	}
	third := tip("bridge of Sampleton closed?")
	page = b.get(t, "/newsroom/tips/"+third)
	if !strings.Contains(page.text(), "The bridge of Sampleton is closed.") {
		t.Errorf("the claim is not offered: %s", page.text())
	}
	if got := b.send(t, page, "/newsroom/tips/"+third+"/attach", url.Values{"claim": {claims.Claims[0].ID.String()}}); got.location != "/newsroom/tips?told=attached" {
		t.Errorf("attaching leads to %q", got.location)
	}
	ferry := tip("Nothing to check here")
	got = b.send(t, b.get(t, "/newsroom/tips/"+ferry), "/newsroom/tips/"+ferry+"/decline", url.Values{"reason": {"opinion"}, "answer": {"We check facts only."}})
	if page := b.get(t, got.location); !strings.Contains(page.text(), "We check facts only.") || !strings.Contains(page.body, "mailto:") {
		t.Errorf("after declining with an answer: %s", page.text())
	}
	_ = one
}
