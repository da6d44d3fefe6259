package newsroom_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/web/htmltest"
)

const rumour = "The mayor of Exampleville has resigned over the harbour contract."

// crowded files claims that the rumour's words are rare among.
func (d *desk) crowded(t *testing.T) {
	t.Helper()
	for _, text := range []string{
		"Drinking vinegar every morning cures diabetes.", "A hospital in Otherton turned away forty patients.", "The national library burned its oldest maps.",
		"Every second pupil in the county cannot swim.", "A new tax on bicycles starts in January.", "Bees are dying because of street lights.",
	} {
		d.Claim(t, text)
	}
}

// suggested takes the story in with the rumour and another claim published, and returns its path.
func (d *desk) suggested(t *testing.T, b *browser) (path string, mayor factcheck.ClaimID) {
	t.Helper()
	d.crowded(t)
	mayor = d.Published(t, rumour, "False").Claim
	d.Claim(t, "The ferry to the islands runs on time in most weeks of the early summer.")
	got := b.upload(t, fill(t, b.get(t, "/newsroom/articles/new?by=text"), "/newsroom/articles/new", url.Values{
		"by": {"text"}, "text": {"A week in the harbour\n\n" + rumour + " It rained on Friday.\n\nThe ferry to the islands runs on time in most weeks of the early summer. The shops stayed open until late."},
	}), nil)
	if got.status != http.StatusSeeOther {
		t.Fatalf("add the article: got %d %s", got.status, got.text())
	}
	path, _, _ = strings.Cut(got.location, "?")
	return path, mayor
}

func (d *desk) waiting(t *testing.T, path string) []store.Suggestion {
	t.Helper()
	s, err := d.DB.ArticleSuggestions(t.Context(), d.Checker, d.working(t, path).ID)
	if err != nil {
		t.Fatal(err)
	}
	return s.Open
}

func TestAnArticleShowsItsSuggestionsAtOnceAndTheyAreDecided(t *testing.T) {
	t.Parallel()
	d := newWarmDesk(t)
	b := d.carla(t)
	path, mayor := d.suggested(t, b)
	page := b.get(t, path)
	for _, want := range []string{"Suggested claims", rumour, "False", "The same claim", "Makes", "It is a new claim"} {
		if !strings.Contains(page.text(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	open := d.waiting(t, path)
	if len(open) < 2 || open[0].Claim.ID != mayor && open[1].Claim.ID != mayor {
		t.Fatalf("got %+v, want both claims suggested", open)
	}
	s := open[0]
	if s.Claim.ID != mayor {
		s = open[1]
	}
	item := s.ID.String() + "." + "1"
	form := fill(t, page, path+"/suggestions", url.Values{"do": {"accept " + item}, "stance-" + s.ID.String(): {"reports"}})
	if got := b.post(t, path+"/suggestions", form); got.status != http.StatusSeeOther || !strings.HasPrefix(got.location, path+"?told=decided") {
		t.Fatalf("got %d to %q %s", got.status, got.location, got.text())
	}
	a := d.working(t, path)
	if len(a.Appearances) != 1 || a.Appearances[0].Claim != mayor || a.Appearances[0].Stance != factcheck.StanceReports {
		t.Fatalf("got %+v, want it linked with the stance that was chosen", a.Appearances)
	}
	if page := b.get(t, path); !strings.Contains(page.text(), "accepted by Carla Checker") || !strings.Contains(page.text(), "Decided (1)") {
		t.Errorf("the page does not say where the stance came from: %s", page.text())
	}
	again := b.post(t, path+"/suggestions", form)
	if again.status != http.StatusConflict || !strings.Contains(again.text(), "accepted meanwhile by Carla Checker") {
		t.Errorf("again: got %d %s, want it told", again.status, again.text())
	}
	undo := b.send(t, b.get(t, path), path+"/suggestions/undo", nil)
	if undo.status != http.StatusSeeOther || len(d.working(t, path).Appearances) != 0 || len(d.waiting(t, path)) != len(open) {
		t.Errorf("taken back: got %d, %d links; want none and all waiting", undo.status, len(d.working(t, path).Appearances))
	}
}

func TestManySuggestionsAreDecidedAtOnceAndForgedOnesAreTold(t *testing.T) {
	t.Parallel()
	d := newWarmDesk(t)
	b := d.carla(t)
	path, _ := d.suggested(t, b)
	page, open := b.get(t, path), d.waiting(t, path)
	var names []string
	for _, s := range open {
		names = append(names, s.ID.String()+".1")
	}
	for name, fields := range map[string]url.Values{
		"nothing selected": {"do": {"accept"}, "item": {}}, "no such act": {"do": {"publish"}, "item": names}, "no id": {"do": {"reject x"}},
		"no revision": {"do": {"reject " + open[0].ID.String()}}, "a stance that is none": {"do": {"accept " + names[0]}, "stance-" + open[0].ID.String(): {"listed"}},
	} {
		form := fill(t, page, path+"/suggestions", nil)
		for k, v := range fields {
			form[k] = v
		}
		if got := b.post(t, path+"/suggestions", form); got.status < 400 || got.status >= 500 {
			t.Errorf("%s: got %d, want it refused", name, got.status)
		}
	}
	form := fill(t, page, path+"/suggestions", nil)
	form["do"], form["item"] = []string{"reject"}, append(names[:len(names):len(names)], factcheck.SuggestionID{15: 7}.String()+".1")
	got := b.post(t, path+"/suggestions", form)
	if got.status != http.StatusConflict || !strings.Contains(got.text(), "Not done: 1") || len(d.waiting(t, path)) != 0 {
		t.Errorf("got %d %s, want the others done and the forged one told", got.status, got.text())
	}
	if got := b.send(t, b.get(t, path), path+"/suggestions/look", nil); got.status != http.StatusSeeOther || len(d.waiting(t, path)) != 0 {
		t.Errorf("looked again: got %d and %d waiting, want what was rejected to stay away", got.status, len(d.waiting(t, path)))
	}
}

func TestListsAndTheDeskLeadToSuggestions(t *testing.T) {
	t.Parallel()
	d := newWarmDesk(t)
	b := d.carla(t)
	path, _ := d.suggested(t, b)
	for _, address := range []string{"/newsroom/suggestions", "/newsroom/articles?linked=suggested"} {
		if got := b.get(t, address); !strings.Contains(got.body, path) || !strings.Contains(got.text(), "2 suggestions") {
			t.Errorf("%s: got %s, want the article and how many wait", address, got.text())
		}
	}
	if got := b.get(t, "/newsroom"); !strings.Contains(got.body, "/newsroom/suggestions") {
		t.Error("the desk does not lead there")
	}
}

func TestAClaimLikeAnotherIsNotFiledUnawares(t *testing.T) {
	t.Parallel()
	d := newWarmDesk(t)
	b := d.carla(t)
	path, mayor := d.suggested(t, b)
	page := b.get(t, path)
	typed := url.Values{"step": {"link"}, "claim": {"new"}, "text": {rumour}, "language": {"en"}, "elsewhere": {"yes"}, "stance": {"makes"}, "passage": {""}, "note": {"a note of mine"}}
	form := fill(t, page, path+"/links", typed)
	got := b.post(t, path+"/links", form)
	if got.status != http.StatusConflict || !strings.Contains(got.text(), "It seems to be here already") || !strings.Contains(got.body, "a note of mine") || !strings.Contains(got.body, "not_same-"+mayor.String()) {
		t.Fatalf("got %d %s, want it stopped with all that was typed", got.status, got.text())
	}
	if n := len(d.working(t, path).Appearances); n != 0 {
		t.Fatalf("got %d links, want nothing filed", n)
	}
	form.Set("not_same-"+mayor.String(), "another mayor, in another year")
	if got := b.post(t, path+"/links", form); got.status != http.StatusSeeOther {
		t.Fatalf("with a reason: got %d %s", got.status, got.text())
	}
	near, err := d.DB.NearClaims(t.Context(), d.Checker, rumour, "en", nil)
	if err != nil || len(near) != 2 {
		t.Fatalf("got %+v, %v; want both claims", near, err)
	}
	if near[0].Reason+near[1].Reason != "another mayor, in another year" {
		t.Errorf("got %+v, want why they are two", near)
	}
	form.Set("claim", mayor.String())
	if got := b.post(t, path+"/links", form); got.status != http.StatusSeeOther {
		t.Errorf("linked to the other instead: got %d %s", got.status, got.text())
	}
}

func TestClaimsLikeOneAreShownWhileItIsWritten(t *testing.T) {
	t.Parallel()
	d := newWarmDesk(t)
	b := d.carla(t)
	path, mayor := d.suggested(t, b)
	token := fill(t, b.get(t, path), path+"/links", nil).Get("form_token")
	ask := func(text string) answer {
		t.Helper()
		return b.fragment(t, "/newsroom/claims/near", url.Values{"form_token": {token}, "text": {text}, "language": {"en"}})
	}
	got := ask("They say the mayor of Exampleville resigned over the harbour contract")
	if got.status != http.StatusOK || !strings.Contains(got.body, mayor.String()) || !strings.Contains(got.body, "False") || strings.Contains(got.body, "<html") {
		t.Errorf("got %d %s, want the claim and its verdict in a fragment", got.status, got.body)
	}
	if got := ask("Herons nest upon the opera roof"); got.status != http.StatusOK || !strings.Contains(got.body, "No claim like it") {
		t.Errorf("something new: got %d %s", got.status, got.body)
	}
	for _, odd := range []string{"", "x", "<script>alert(1)</script> <b>", "\x00\x01"} {
		if got := ask(odd); got.status >= 500 || strings.Contains(got.body, "<script>") {
			t.Errorf("%q: got %d %s", odd, got.status, got.body)
		}
	}
	if got := ask(strings.Repeat("word ", 1000)); got.status != http.StatusUnprocessableEntity && got.status != http.StatusBadRequest {
		t.Errorf("a long text: got %d, want it refused", got.status)
	}
	if got := b.post(t, "/newsroom/claims/near", url.Values{"text": {rumour}}); got.status != http.StatusForbidden {
		t.Errorf("without a token: got %d, want 403", got.status)
	}
	page := b.send(t, b.get(t, path), path+"/links", url.Values{"step": {"near"}, "claim": {"new"}, "text": {rumour}})
	if page.status != http.StatusOK || !strings.Contains(page.text(), "It seems to be here already") {
		t.Errorf("without script: got %d, want them on the page", page.status)
	}
}

func TestANewClaimStandsInForASuggestion(t *testing.T) {
	t.Parallel()
	d := newWarmDesk(t)
	b := d.carla(t)
	path, mayor := d.suggested(t, b)
	var link string
	for _, a := range htmltest.All(b.get(t, path).root, "a") {
		if href := htmltest.Attr(a, "href"); strings.Contains(href, "instead=") {
			link = strings.Split(href, "#")[0]
			break
		}
	}
	page := b.get(t, link)
	form := fill(t, page, path+"/links", url.Values{"step": {"link"}, "text": {"The town clerk of Exampleville was promoted to harbour master."}})
	if form.Get("claim") != "new" || form.Get("passage") == "" || form.Get("instead") == "" || form.Get("stance") == "" {
		t.Fatalf("got %v, want the form filled in", form)
	}
	before := len(d.waiting(t, path))
	if got := b.post(t, path+"/links", form); got.status != http.StatusSeeOther {
		t.Fatalf("got %d %s", got.status, got.text())
	}
	if after := d.waiting(t, path); len(after) != before-1 || len(d.working(t, path).Appearances) != 1 || d.working(t, path).Appearances[0].Claim == mayor {
		t.Errorf("got %d waiting of %d, want the new claim linked and the suggestion gone", len(after), before)
	}
}

func TestTheLinkFormFindsOnTheIndex(t *testing.T) {
	t.Parallel()
	d := newWarmDesk(t)
	b := d.carla(t)
	path, mayor := d.suggested(t, b)
	got := b.send(t, b.get(t, path), path+"/links", url.Values{"step": {"find"}, "find": {"harbour contrct"}})
	if !strings.Contains(got.body, `value="`+mayor.String()+`"`) || !strings.Contains(got.text(), "was looked for") || strings.Contains(got.text(), "the database looked") {
		t.Errorf("got %s, want the claim, and what was searched instead", got.text())
	}
	cold := newDesk(t)
	c := cold.carla(t)
	cold.Claim(t, rumour)
	story := c.added(t)
	if got := c.send(t, c.get(t, story), story+"/links", url.Values{"step": {"find"}, "find": {"harbour contract"}}); !strings.Contains(got.text(), "the database looked") || !strings.Contains(got.text(), rumour) {
		t.Errorf("without an index: got %s, want the database's answer, and it said so", got.text())
	}
	if got := c.get(t, story); !strings.Contains(got.text(), "Still looking") {
		t.Errorf("without an index: got %s, want it said", got.text())
	}
}

// newWarmDesk is a desk with an index of claims.
func newWarmDesk(t *testing.T) *desk {
	t.Helper()
	return deskWith(t, nil, func(db *store.DB) *finder.Finder {
		f, err := finder.New(finder.Config{Store: db, Logger: slog.New(slog.DiscardHandler)})
		if err == nil {
			err = f.Warm(t.Context(), nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		return f
	})
}
