package newsroom_test

import (
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/web/htmltest"
)

// marked returns the passages that an article's page shows in its text.
func marked(page answer) []string {
	var out []string
	for _, m := range htmltest.All(page.root, "mark") {
		out = append(out, htmltest.Text(m))
	}
	return out
}

func TestTakenBackPassageIsShownOnItsOwnWords(t *testing.T) {
	t.Parallel()
	for _, act := range []string{"unlink", "mark"} {
		d := newDesk(t)
		b := d.carla(t)
		path, link := b.linkedStory(t)
		at := path + "/links/" + link.ID.String()
		if got := b.send(t, b.get(t, path), at+"/"+act, url.Values{"state": {"corrected"}}); got.status != http.StatusSeeOther {
			t.Fatalf("%s: got %d %s", act, got.status, got.text())
		}
		newer := "A correction stands above the story now, in a paragraph of its own.\n\n" + d.working(t, path).Text
		if got := b.send(t, b.get(t, path), path+"/details", url.Values{"text": {newer}}); got.status != http.StatusSeeOther {
			t.Fatalf("the new text: got %d %s", got.status, got.text())
		}
		if got := b.send(t, b.get(t, path), at+"/undo", nil); got.status != http.StatusSeeOther {
			t.Fatalf("undo: got %d %s", got.status, got.text())
		}
		if got := marked(b.get(t, path)); len(got) != 1 || got[0] != link.Anchor.Quote {
			t.Errorf("after %s: the page marks %q, want the passage", act, got)
		}
	}
}

// TestOtherWordsAreNeverShownAsThePassage links passages with a wrong place: the page must not mark what stands there.
func TestOtherWordsAreNeverShownAsThePassage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	path, link := b.linkedStory(t)
	a := d.working(t, path)
	wrong, alike := link.Anchor, link.Anchor
	wrong.Start, wrong.End = wrong.Start+150, wrong.End+150
	alike.Quote = "The Mayor of Exampleville had resigned over the harbour contract" // as an older text had it
	for text, at := range map[string]factcheck.Anchor{"wrong": wrong, "alike": alike} {
		in := factcheck.AppearanceInput{Stance: factcheck.StanceMakes, Quote: at.Quote, Anchor: at}
		if _, err := d.DB.LinkArticle(t.Context(), d.Checker, a.ID, d.Claim(t, text), in); err != nil {
			t.Fatal(err)
		}
	}
	page := b.get(t, path)
	for _, got := range marked(page) {
		if got != link.Anchor.Quote {
			t.Errorf("the page marks %q, which is no passage", got)
		}
	}
	if n := strings.Count(page.body, " data-note>"); n != 2 {
		t.Errorf("got %d passages that begin in the text, want the link and the one in words that are alike", n)
	}
}

func TestFieldsThatAreAbsentStayAsTheyAre(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	path := b.added(t)
	page := b.get(t, path)
	before := d.working(t, path)
	token := fill(t, page, path+"/details", nil)
	if got := b.post(t, path+"/details", url.Values{"form_token": token["form_token"], "revision": token["revision"]}); got.status != http.StatusSeeOther {
		t.Fatalf("got %d %s", got.status, got.text())
	}
	after := d.working(t, path)
	if after.Title != before.Title || after.Author != before.Author || after.Language != before.Language || after.Text != before.Text || after.OutletSite != before.OutletSite ||
		!after.Published.At.Equal(before.Published.At) || (after.Modified == nil) != (before.Modified == nil) || after.LeadImage != before.LeadImage {
		t.Errorf("got %+v, want everything as it was: %+v", after, before)
	}
	if before.Title == "" || before.Author == "" || before.OutletSite == "" {
		t.Fatal("the story has nothing that could be blanked")
	}
}

func TestOutletIsNamedByEditorsAndOthersAreTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	carla, edda := d.carla(t), d.as(t, "edda@desk.example")
	path := carla.added(t)
	stale := edda.get(t, path)
	rename := url.Values{"outlet_name": {"The Right Name"}, "author": {"A byline of mine"}}
	got := carla.send(t, carla.get(t, path), path+"/details", rename)
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.text(), "is called Example Weekly") || !strings.Contains(got.body, `value="A byline of mine"`) || !strings.Contains(got.body, `value="The Right Name"`) {
		t.Fatalf("a checker: got %d %s, want it told and the form kept", got.status, got.text())
	}
	if got := edda.send(t, edda.get(t, path), path+"/details", url.Values{"outlet_name": {" "}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.text(), "An outlet needs a name") {
		t.Errorf("no name: got %d %s", got.status, got.text())
	}
	if got := edda.send(t, edda.get(t, path), path+"/details", rename); got.status != http.StatusSeeOther {
		t.Fatalf("an editor: got %d %s", got.status, got.text())
	}
	if a := d.working(t, path); a.OutletName != "The Right Name" {
		t.Errorf("got %q, want the outlet named anew", a.OutletName)
	}
	if page := carla.get(t, path); !strings.Contains(page.text(), "The Right Name ("+d.working(t, path).OutletSite+")") {
		t.Errorf("the page does not say whose name it is: %s", page.text())
	}
	again := edda.send(t, stale, path+"/details", url.Values{"title": {"Another title"}})
	if again.status != http.StatusConflict {
		t.Fatalf("an old form: got %d", again.status)
	}
	if got := edda.send(t, again, path+"/details", nil); got.status != http.StatusSeeOther {
		t.Fatalf("sent again: got %d %s", got.status, got.text())
	}
	if a := d.working(t, path); a.OutletName != "The Right Name" || a.Title != "Another title" {
		t.Errorf("got %q of %q, want the old form to leave the name alone", a.Title, a.OutletName)
	}
}

func TestDoubleTapLinksOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	path := b.added(t)
	fields := fill(t, b.get(t, path), path+"/links", url.Values{
		"step": {"link"}, "passage": {"The mayor of Exampleville has resigned over the harbour contract"}, "claim": {"new"}, "text": {"The mayor of Exampleville has resigned."},
		"language": {"en"}, "claimant": {"A neighbour"}, "claimant_kind": {"private"}, "stance": {"repeats"}, "first": {"yes"},
	})
	answers := make([]answer, 4)
	var all sync.WaitGroup
	for i := range answers {
		tap := &browser{desk: d, cookies: maps.Clone(b.cookies), headers: b.headers}
		all.Go(func() { answers[i] = tap.post(t, path+"/links", fields) })
	}
	all.Wait()
	linked := 0
	for _, got := range answers {
		if got.status == http.StatusSeeOther {
			linked++
		} else if got.status != http.StatusConflict || !strings.Contains(got.text(), "It is linked to this claim already.") {
			t.Errorf("got %d %s, want it told that it is linked already", got.status, got.text())
		}
	}
	claims, err := d.DB.ClaimsByStage(t.Context(), d.Checker, factcheck.StageTriage, factcheck.ClaimID{}, 10)
	if a := d.working(t, path); err != nil || linked != 1 || len(claims) != 1 || len(a.Appearances) != 1 || !a.Appearances[0].First {
		t.Errorf("linked %d times, %d claims, %d links, %v; want one each", linked, len(claims), len(a.Appearances), err)
	}
}

func TestTextBroughtToAKnownArticleIsNotLost(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	paste := func(fields url.Values, files map[string][]byte) answer {
		t.Helper()
		fields.Set("url", "https://weekly.example/town")
		return b.upload(t, fill(t, b.get(t, "/newsroom/articles/new?by="+fields.Get("by")), "/newsroom/articles/new", fields), files)
	}
	first := paste(url.Values{"by": {"text"}, "text": {"Town without a mayor\n\n" + firstPara}}, nil)
	path, _, _ := strings.Cut(first.location, "?")
	if got := paste(url.Values{"by": {"text"}, "text": {"Town without a mayor\n\n" + firstPara + "\n"}}, nil); got.location != path+"?told=known" {
		t.Errorf("the same text: got %d to %q %s, want the article", got.status, got.location, got.text())
	}
	for _, by := range []struct {
		fields url.Values
		files  map[string][]byte
		adds   string
	}{
		{url.Values{"by": {"text"}, "text": {"Town without a mayor\n\n" + firstPara + "\n\n" + secondPara}}, nil, "Shops in the old town stayed open"},
		{url.Values{"by": {"file"}}, map[string][]byte{"file": []byte(storyPage)}, "Nobody at the town hall answered"},
	} {
		got := paste(by.fields, by.files)
		if got.status != http.StatusOK || !strings.Contains(got.text(), "It is here already, with another text.") || !strings.Contains(got.text(), by.adds) {
			t.Fatalf("another text: got %d to %q %s, want it offered for saving", got.status, got.location, got.text())
		}
		if strings.Contains(d.working(t, path).Text, by.adds) {
			t.Error("the text was replaced unasked")
		}
		if saved := b.send(t, got, path+"/details", nil); saved.status != http.StatusSeeOther {
			t.Errorf("save: got %d %s", saved.status, saved.text())
		}
		if a := d.working(t, path); !strings.Contains(a.Text, by.adds) || !strings.Contains(a.Text, "resigned over the harbour") {
			t.Errorf("got %q, want the text that was brought", a.Text)
		}
	}
}

func TestTextOfAnArticleWithoutOneIsFilledIn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	known, err := d.DB.AddArticle(t.Context(), d.Checker, factcheck.ArticleInput{URL: "https://weekly.example/town", Title: "Town"})
	if err != nil {
		t.Fatal(err)
	}
	got := b.send(t, b.get(t, "/newsroom/articles/new?by=text"), "/newsroom/articles/new", url.Values{"by": {"text"}, "url": {"https://weekly.example/town"}, "text": {firstPara}})
	if want := "/newsroom/articles/" + known.Article.String(); got.location != want+"?told=known" || !strings.Contains(d.working(t, want).Text, "resigned over the harbour") {
		t.Errorf("got %d to %q %s, want the text filled in", got.status, got.location, got.text())
	}
}

func TestCorrectionIsAtADayThatCanBe(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	path, link := b.linkedStory(t)
	at := path + "/links/" + link.ID.String() + "/mark"
	for _, when := range []string{"0001-01-01", "1970-01-01", "2025", "2025-06", "2001-02-03"} {
		got := b.send(t, b.get(t, path), at, url.Values{"state": {"corrected"}, "at": {when}, "note": {"my note"}})
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `value="`+when+`"`) || !strings.Contains(got.body, "my note") {
			t.Errorf("%s: got %d %.300s, want an error in the field and the form kept", when, got.status, got.text())
		}
	}
	if a := d.working(t, path); a.Appearances[0].State != factcheck.StateStanding {
		t.Errorf("got %s, want nothing marked", a.Appearances[0].State)
	}
}

func TestCopyIsTakenDownUnderItsOwnArticleOnly(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	edda := d.as(t, "edda@desk.example")
	path := edda.added(t)
	other, err := d.DB.AddArticle(t.Context(), d.Checker, factcheck.ArticleInput{URL: "https://weekly.example/other", Title: "Other", Text: "Another text."})
	if err != nil {
		t.Fatal(err)
	}
	theirs := "/newsroom/articles/" + other.Article.String()
	copied := d.working(t, theirs).Snapshots[0]
	form := fill(t, edda.get(t, path), path+"/links", nil)
	down := "/snapshots/" + strconv.FormatInt(copied.ID, 10) + "/take-down"
	if got := edda.post(t, path+down, url.Values{"form_token": form["form_token"], "reason": {"court order"}}); got.status != http.StatusNotFound {
		t.Errorf("under another article: got %d to %q, want 404", got.status, got.location)
	}
	if s := d.working(t, theirs).Snapshots[0]; s.TakenDownAt != nil || s.Size == 0 {
		t.Error("the copy is gone")
	}
	if got := edda.send(t, edda.get(t, theirs), theirs+down, url.Values{"reason": {"court order"}}); got.status != http.StatusSeeOther {
		t.Errorf("under its own: got %d %s", got.status, got.text())
	}
}

func TestCheckReadBeforeThePageChangedIsNotAccepted(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	edda := d.as(t, "edda@desk.example")
	path := edda.well(t)
	page := edda.get(t, path)
	if !strings.Contains(page.text(), "says Example Checks (checks.example)") {
		t.Errorf("the page does not say whose site the name is from: %s", page.text())
	}
	a := d.working(t, path)
	found, err := ingest.ReadDetails(a.Found)
	if err != nil {
		t.Fatal(err)
	}
	found.Checks[0].Text = "The well of Exampleville is poisoned."
	if _, err := d.DB.RefreshArticle(t.Context(), d.Checker, a.ID, a.Revision, factcheck.RefreshInput{Found: found.JSON(), FetchedAt: d.Clock.Now()}, ingest.Locate); err != nil {
		t.Fatal(err)
	}
	got := edda.send(t, page, path+"/checks/0/accept", nil)
	if got.status != http.StatusConflict || !strings.Contains(got.text(), "poisoned") || len(d.working(t, path).Appearances) != 0 {
		t.Fatalf("got %d %s, want it refused and what is stated now shown", got.status, got.text())
	}
	if again := edda.send(t, got, path+"/checks/0/accept", nil); again.status != http.StatusSeeOther {
		t.Errorf("having read it: got %d %s", again.status, again.text())
	}
	if linked := d.working(t, path).Appearances; len(linked) != 1 || linked[0].ClaimText != "The well of Exampleville is poisoned." {
		t.Errorf("got %+v, want the check that was read", linked)
	}
}
