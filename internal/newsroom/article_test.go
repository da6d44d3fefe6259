package newsroom_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/web/htmltest"
)

// added takes the story in by its address and returns the path of its article.
func (b *browser) added(t *testing.T) string {
	t.Helper()
	got := b.send(t, b.get(t, "/newsroom/articles/new"), "/newsroom/articles/new", url.Values{"url": {b.desk.outside.URL + "/story"}})
	if got.status != http.StatusSeeOther {
		t.Fatalf("add the story: got %d %s", got.status, got.text())
	}
	path, _, _ := strings.Cut(got.location, "?")
	return path
}

// working returns the article at a path as the store has it.
func (d *desk) working(t *testing.T, path string) store.WorkingArticle {
	t.Helper()
	var id factcheck.ArticleID
	if err := id.UnmarshalText([]byte(path[strings.LastIndex(path, "/")+1:])); err != nil {
		t.Fatal(err)
	}
	a, err := d.DB.NewsroomArticle(t.Context(), d.Checker, id)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestArticleIsTakenInByItsAddress(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	if got := b.get(t, "/newsroom/articles"); !strings.Contains(got.text(), "No articles yet") {
		t.Errorf("got %s, want the empty list to say what to do", got.text())
	}
	path := b.added(t)
	page := b.get(t, path+"?told=added")
	for _, want := range []string{"Town without a mayor", "Example Weekly", "Ann Author", "resigned over the harbour contract", "The article is in.", "og:title", "SHA-256"} {
		if !strings.Contains(page.text(), want) {
			t.Errorf("the page lacks %q: %s", want, page.text())
		}
	}
	again := b.send(t, b.get(t, "/newsroom/articles/new"), "/newsroom/articles/new", url.Values{"url": {d.outside.URL + "/story?utm_source=x"}})
	if again.location != path+"?told=known" {
		t.Errorf("again: got %d to %q, want the article that is there", again.status, again.location)
	}
	if got := b.get(t, "/newsroom/articles?q="+url.QueryEscape(d.outside.URL+"/story#top")); got.location != path {
		t.Errorf("its address in the search: got %d to %q, want its article", got.status, got.location)
	}
	if got := b.get(t, "/newsroom/articles?q=without+a+MAYOR"); !strings.Contains(got.body, path) {
		t.Errorf("its words in the search: got %s, want it listed", got.text())
	}
	if got := b.get(t, "/newsroom/articles?q=nothing+like+it&linked=linked"); got.status != http.StatusOK || !strings.Contains(got.text(), "No article fits") {
		t.Errorf("other words: got %s, want none", got.text())
	}
}

func TestWhatCannotBeTakenInSaysSoAndKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	big := bytes.Repeat([]byte("x"), 5<<20+1)
	for name, tt := range map[string]struct {
		fields url.Values
		files  map[string][]byte
		want   string
		keeps  string
	}{
		"a wall":              {url.Values{"by": {"url"}, "url": {d.outside.URL + "/wall"}}, nil, "Paste the text", d.outside.URL + "/wall"},
		"a page that is gone": {url.Values{"by": {"url"}, "url": {d.outside.URL + "/missing"}}, nil, "", d.outside.URL + "/missing"},
		"an address of ours":  {url.Values{"by": {"url"}, "url": {"http://127.0.0.1:1/"}}, nil, "", "http://127.0.0.1:1/"},
		"no address":          {url.Values{"by": {"url"}, "url": {"javascript:alert(1)"}}, nil, "", "javascript:alert(1)"},
		"nothing":             {url.Values{"by": {"url"}}, nil, "", ""},
		"no file":             {url.Values{"by": {"file"}, "url": {"https://news.example/a"}}, nil, "Choose the saved page", "https://news.example/a"},
		"a file too large":    {url.Values{"by": {"file"}, "url": {"https://news.example/a"}}, map[string][]byte{"file": big}, "5 MiB", "https://news.example/a"},
		"no text":             {url.Values{"by": {"text"}, "url": {"https://news.example/a"}}, nil, "Paste the text", "https://news.example/a"},
		"a bad date":          {url.Values{"by": {"post"}, "text": {"A <b>post</b>"}, "platform": {"Telegram"}, "handle": {"@x"}, "published": {"yesterday"}}, nil, "This is not a date", "A &lt;b&gt;post&lt;/b&gt;"},
		"no picture":          {url.Values{"by": {"post"}, "text": {"A post"}, "platform": {"Telegram"}, "handle": {"@x"}}, map[string][]byte{"screenshot": []byte("GIF89a")}, "PNG, JPEG", "@x"},
		"no platform":         {url.Values{"by": {"post"}, "text": {"A post"}, "handle": {"@x"}}, nil, "", "@x"},
	} {
		page := b.get(t, "/newsroom/articles/new?by="+tt.fields.Get("by"))
		got := b.upload(t, fill(t, page, "/newsroom/articles/new", tt.fields), tt.files)
		if got.status < 400 || got.status >= 500 && got.status != http.StatusServiceUnavailable {
			t.Errorf("%s: got %d, want it refused", name, got.status)
		}
		if !strings.Contains(got.text(), tt.want) || !strings.Contains(got.body, tt.keeps) {
			t.Errorf("%s: got %s, want %q told and %q kept", name, got.text(), tt.want, tt.keeps)
		}
		if len(htmltest.All(got.root, "form")) < 2 {
			t.Errorf("%s: the form is gone", name)
		}
	}
	if list, err := d.DB.NewsroomArticles(t.Context(), d.Checker, store.ArticleFilter{}, factcheck.ArticleID{}, 10); err != nil || len(list) != 0 {
		t.Errorf("got %d articles, %v, want none written", len(list), err)
	}
}

func TestPagesTextsAndPostsAreTakenIn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	large := strings.Replace(storyPage, "</article>", "<!--"+strings.Repeat("x", 3<<20)+"--></article>", 1)
	picture := append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{0}, 2<<20)...)
	for name, tt := range map[string]struct {
		fields url.Values
		files  map[string][]byte
		want   string
	}{
		"page": {url.Values{"by": {"file"}, "url": {"https://weekly.example/town"}}, map[string][]byte{"file": []byte(large)}, "resigned over the harbour"},
		"text": {url.Values{"by": {"text"}, "url": {"https://weekly.example/other"}, "text": {"Town without a mayor\n\n" + firstPara + "\n\n" + secondPara}}, nil, "resigned over the harbour"},
		"post": {url.Values{"by": {"post"}, "platform": {"Telegram"}, "handle": {"@town"}, "published": {"2025-06-06 21:12"}, "text": {"BREAKING: she is OUT, the mayor has resigned!"}}, map[string][]byte{"screenshot": picture}, "she is OUT"},
	} {
		page := b.get(t, "/newsroom/articles/new?by="+tt.fields.Get("by"))
		got := b.upload(t, fill(t, page, "/newsroom/articles/new", tt.fields), tt.files)
		if got.status != http.StatusSeeOther {
			t.Errorf("%s: got %d %s", name, got.status, got.text())
			continue
		}
		if page := b.get(t, got.location); !strings.Contains(page.text(), tt.want) {
			t.Errorf("%s: got %s, want %q", name, page.text(), tt.want)
		}
	}
	stranger := d.browser()
	if got := stranger.tooLarge(t, "/newsroom/articles/new", 2<<20); got != http.StatusRequestEntityTooLarge {
		t.Errorf("a large body of a stranger: got %d, want 413", got)
	}
	if got := b.tooLarge(t, "/newsroom/articles/new", 9<<20); got != http.StatusRequestEntityTooLarge {
		t.Errorf("a body beyond the limit: got %d, want 413", got)
	}
	if got := b.tooLarge(t, "/sign-in", 2<<20); got != http.StatusRequestEntityTooLarge {
		t.Errorf("a large body elsewhere: got %d, want 413", got)
	}
}

// tooLarge announces a body of n bytes, sends none of it, and returns the status of the answer.
func (b *browser) tooLarge(t *testing.T, path string, n int) int {
	t.Helper()
	head := "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + strconv.Itoa(n) + "\r\nCookie: " + cookie + "=" + b.cookies[cookie] + "\r\n\r\n"
	return rawStatus(t, strings.TrimPrefix(b.desk.base, "http://"), head)
}

func TestPassageIsLinkedToANewClaimAndToAKnownOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	known := d.Published(t, "Shops in the old town stayed open until late.", "True").Claim
	b := d.carla(t)
	path := b.added(t)
	page := b.get(t, path)
	got := b.send(t, page, path+"/links", url.Values{
		"step": {"link"}, "passage": {"the mayor of  exampleville has resigned over the harbour contract"}, "claim": {"new"}, "text": {"The mayor of Exampleville has resigned."},
		"language": {"en"}, "claimant": {"Viral post"}, "claimant_kind": {"anonymous"}, "stance": {"reports"}, "appeared": {"2025-06-06"}, "note": {"As rumour."},
	})
	if got.status != http.StatusSeeOther || got.location != path+"?told=linked" {
		t.Fatalf("a new claim: got %d %s", got.status, got.text())
	}
	found := b.send(t, page, path+"/links", url.Values{"step": {"find"}, "passage": {"Shops in the old town stayed open until late"}, "find": {""}, "stance": {"makes"}, "note": {"keep me"}})
	if found.status != http.StatusOK || !strings.Contains(found.body, known.String()) || !strings.Contains(found.body, "keep me") {
		t.Fatalf("find: got %d %s, want the known claim offered and the form kept", found.status, found.text())
	}
	got = b.send(t, found, path+"/links", url.Values{"step": {"link"}, "claim": {known.String()}, "first": {"yes"}})
	if got.status != http.StatusSeeOther {
		t.Fatalf("the known claim: got %d %s", got.status, got.text())
	}
	a := d.working(t, path)
	if len(a.Appearances) != 2 {
		t.Fatalf("got %d links, want two", len(a.Appearances))
	}
	rumour, shops := a.Appearances[0], a.Appearances[1]
	if rumour.Stance != factcheck.StanceReports || rumour.Anchor.Quote != "The mayor of Exampleville has resigned over the harbour contract" || rumour.Lost || rumour.Appeared.String() != "2025-06-06" {
		t.Errorf("got %+v, want the passage as the article has it", rumour)
	}
	if shops.Claim != known || !shops.First || a.Text[shops.Anchor.Start:shops.Anchor.End] != "Shops in the old town stayed open until late" {
		t.Errorf("got %+v, want the known claim at its place, the first appearance", shops)
	}
	page = b.get(t, path)
	var marks []string
	for _, m := range htmltest.All(page.root, "mark") {
		marks = append(marks, htmltest.Text(m))
	}
	if len(marks) != 2 || marks[0] != rumour.Anchor.Quote || marks[1] != shops.Anchor.Quote {
		t.Errorf("got marks %q, want both passages in reading order", marks)
	}
	if again := b.send(t, page, path+"/links", url.Values{"step": {"link"}, "passage": {"The ferry to the islands ran on time"}, "claim": {known.String()}, "stance": {"makes"}}); again.status != http.StatusConflict || !strings.Contains(again.text(), "linked to this claim already") {
		t.Errorf("the same claim twice: got %d %s, want the conflict told", again.status, again.text())
	}
}

func TestLinkThatCannotBeKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	claim := d.Claim(t, "The harbour is closed.")
	b := d.carla(t)
	path := b.added(t)
	page := b.get(t, path)
	good := url.Values{"step": {"link"}, "passage": {"the ferry to the islands ran on time"}, "claim": {claim.String()}, "stance": {"makes"}, "note": {"my note"}, "text": {"typed text"}}
	for name, tt := range map[string]struct {
		change url.Values
		want   string
	}{
		"a passage that is not there": {url.Values{"passage": {"Martians landed behind the swimming pool this morning"}}, "This passage is not in the text"},
		"no passage":                  {url.Values{"passage": {""}}, "Select the passage"},
		"no claim":                    {url.Values{"claim": {""}}, "Find the claim"},
		"no such claim":               {url.Values{"claim": {factcheck.ClaimID{15: 9}.String()}}, ""},
		"no stance":                   {url.Values{"stance": {""}}, "Choose makes"},
		"listed":                      {url.Values{"stance": {"listed"}}, "Listed is for imported"},
		"a bad date":                  {url.Values{"appeared": {"soon"}}, "This is not a date"},
		"a new claim without words":   {url.Values{"claim": {"new"}, "text": {" "}}, ""},
		"a new claim in no language":  {url.Values{"claim": {"new"}, "language": {"nonsense language"}}, ""},
		"a note without end":          {url.Values{"note": {strings.Repeat("x", 20_000) + "my note"}}, "too many"},
	} {
		fields := fill(t, page, path+"/links", good)
		for k, v := range tt.change {
			fields[k] = v
		}
		got := b.post(t, path+"/links", fields)
		if got.status < 400 || got.status >= 500 || !strings.Contains(got.text(), tt.want) || !strings.Contains(got.body, "my note") {
			t.Errorf("%s: got %d %.300s, want %q told and the note kept", name, got.status, got.text(), tt.want)
		}
	}
	if a := d.working(t, path); len(a.Appearances) != 0 {
		t.Errorf("got %d links, want none", len(a.Appearances))
	}
	if claims, err := d.DB.ClaimsByStage(t.Context(), d.Checker, factcheck.StageTriage, factcheck.ClaimID{}, 10); err != nil || len(claims) != 1 {
		t.Errorf("got %d claims in triage, %v, want no new one", len(claims), err)
	}
}

// linkedStory adds the story, links one passage and returns path and link.
func (b *browser) linkedStory(t *testing.T) (string, store.ArticleAppearance) {
	t.Helper()
	path := b.added(t)
	got := b.send(t, b.get(t, path), path+"/links", url.Values{
		"step": {"link"}, "passage": {"The mayor of Exampleville has resigned over the harbour contract"}, "claim": {"new"}, "text": {"The mayor of Exampleville has resigned."}, "language": {"en"}, "stance": {"repeats"},
	})
	if got.status != http.StatusSeeOther {
		t.Fatalf("link: got %d %s", got.status, got.text())
	}
	return path, b.desk.working(t, path).Appearances[0]
}

func TestLinkIsChangedMarkedTakenBackAndUnlinked(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	path, link := b.linkedStory(t)
	at := path + "/links/" + link.ID.String()
	now := func() store.ArticleAppearance {
		t.Helper()
		a := d.working(t, path)
		if len(a.Appearances) != 1 {
			t.Fatalf("got %d links, want one", len(a.Appearances))
		}
		return a.Appearances[0]
	}
	step := func(act string, fields url.Values) {
		t.Helper()
		if got := b.send(t, b.get(t, path), at+"/"+act, fields); got.status != http.StatusSeeOther {
			t.Fatalf("%s: got %d %s", act, got.status, got.text())
		}
	}
	step("stance", url.Values{"stance": {"reports"}, "passage": {"several posts said on Friday evening"}})
	if got := now(); got.Stance != factcheck.StanceReports || got.Anchor.Quote != "several posts said on Friday evening" || got.Lost {
		t.Errorf("got %+v, want the new stance and passage", got)
	}
	step("undo", nil)
	if got := now(); got.Stance != factcheck.StanceRepeats {
		t.Errorf("got %s, want the stance taken back", got.Stance)
	}
	step("first", nil)
	if !now().First {
		t.Error("it is not the first known appearance")
	}
	step("mark", url.Values{"state": {"corrected"}, "at": {"2025-06-07"}, "note": {"A line below the text."}})
	if got := now(); got.State != factcheck.StateCorrected || got.CorrectedAt == nil || got.CorrectedAt.Format("2006-01-02") != "2025-06-07" {
		t.Errorf("got %s at %v, want it corrected on the day", got.State, got.CorrectedAt)
	}
	marked := b.get(t, path)
	if got := fill(t, marked, at+"/mark", nil).Get("at"); got != "2025-06-07" || strings.Contains(marked.text(), "2025, 00:00") {
		t.Errorf("got %q in the form and %s, want the day as it was typed", got, marked.text())
	}
	step("unlink", url.Values{"note": {"wrong article"}})
	if a := d.working(t, path); len(a.Appearances) != 0 || len(a.Unlinked) != 1 {
		t.Fatalf("got %d links and %d unlinked, want it unlinked", len(a.Appearances), len(a.Unlinked))
	}
	step("undo", nil)
	if got := now(); got.State != factcheck.StateCorrected {
		t.Errorf("got %+v, want it linked again as it was", got)
	}
	if page := b.get(t, path); !strings.Contains(page.text(), "Carla Checker: linked: Repeats it") || !strings.Contains(page.text(), "A line below the text.") {
		t.Errorf("the history lacks its acts: %s", page.text())
	}
}

func TestOfTwoWhoChangeALinkOneIsToldAndLosesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	carla := d.carla(t)
	path, link := carla.linkedStory(t)
	chen := d.as(t, "chen@desk.example")
	at := path + "/links/" + link.ID.String()
	mine, theirs := carla.get(t, path), chen.get(t, path)
	if got := chen.send(t, theirs, at+"/stance", url.Values{"stance": {"disputes"}}); got.status != http.StatusSeeOther {
		t.Fatalf("got %d %s", got.status, got.text())
	}
	got := carla.send(t, mine, at+"/stance", url.Values{"stance": {"makes"}, "note": {"A long reason that took an hour to write."}})
	if got.status != http.StatusConflict || !strings.Contains(got.text(), "changed by somebody else") || !strings.Contains(got.text(), "Disputes it") || !strings.Contains(got.body, "A long reason that took an hour to write.") {
		t.Fatalf("got %d %s, want both and the text kept", got.status, got.text())
	}
	if again := carla.send(t, got, at+"/stance", nil); again.status != http.StatusSeeOther {
		t.Errorf("knowing what changed, sent again: got %d %s", again.status, again.text())
	}
	stale := fill(t, theirs, path+"/details", url.Values{"title": {"Their title"}})
	if got := carla.send(t, mine, path+"/details", url.Values{"title": {"My title"}}); got.status != http.StatusSeeOther {
		t.Fatalf("details: got %d %s", got.status, got.text())
	}
	got = chen.post(t, path+"/details", stale)
	if got.status != http.StatusConflict || !strings.Contains(got.text(), "My title") || !strings.Contains(got.body, `value="Their title"`) {
		t.Errorf("details: got %d %s, want both titles", got.status, got.text())
	}
}

func TestTextIsCorrectedAndPassagesFoundAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	path, _ := b.linkedStory(t)
	page := b.get(t, path)
	before := d.working(t, path)
	fields := fill(t, page, path+"/details", nil)
	if got := b.post(t, path+"/details", fields); got.location != path+"?told=saved" || d.working(t, path).Text != before.Text {
		t.Fatalf("an untouched form: got %d to %s and text %q", got.status, got.location, d.working(t, path).Text)
	}
	got := b.send(t, b.get(t, path), path+"/details", url.Values{"text": {"A new first paragraph.\r\n\r\n" + firstPara}, "title": {"A better title"}, "published": {"2025-06"}})
	if got.location != path+"?told=saved" {
		t.Fatalf("got %d to %s", got.status, got.location)
	}
	a := d.working(t, path)
	if a.Title != "A better title" || a.Published.String() != "2025-06" || a.Appearances[0].Lost || a.Text[a.Appearances[0].Anchor.Start:a.Appearances[0].Anchor.End] != a.Appearances[0].Anchor.Quote {
		t.Errorf("got %q %s %+v, want the passage at its new place", a.Title, a.Published, a.Appearances[0])
	}
	got = b.send(t, b.get(t, path), path+"/details", url.Values{"text": {"Something else altogether, of ducks and geese."}})
	if got.location != path+"?told=lost" || !strings.Contains(b.get(t, got.location).text(), "The passage is not in the text.") {
		t.Errorf("got %s, want to be told that the passage is lost", got.location)
	}
}

func TestSnapshotIsSentAsAFileAndTakenDownByEditors(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	path := b.added(t)
	snapshot := d.working(t, path).Snapshots[0]
	at := "/newsroom/snapshots/" + strconv.FormatInt(snapshot.ID, 10)
	got := b.get(t, at)
	if got.status != http.StatusOK || got.header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment;") ||
		!strings.Contains(got.header.Get("Content-Security-Policy"), "sandbox") || got.header.Get("X-Content-Type-Options") != "nosniff" || got.body != storyPage {
		t.Errorf("got %d with %v, want the page as a file that no browser shows", got.status, got.header)
	}
	for _, wrong := range []string{"0", "-1", "x", "99999", "9999999999999999999999"} {
		if got := b.get(t, "/newsroom/snapshots/"+wrong); got.status != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", wrong, got.status)
		}
	}
	down := path + "/snapshots/" + strconv.FormatInt(snapshot.ID, 10) + "/take-down"
	page := b.get(t, path)
	if strings.Contains(page.body, "/take-down") {
		t.Error("a checker is offered what only editors may do")
	}
	token := fill(t, page, path+"/links", nil).Get("form_token")
	if got := b.post(t, down, url.Values{"form_token": {token}, "reason": {"court order"}}); got.status != http.StatusForbidden {
		t.Errorf("a checker: got %d, want 403", got.status)
	}
	edda := d.as(t, "edda@desk.example")
	if got := edda.send(t, edda.get(t, path), down, url.Values{"reason": {""}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: got %d, want 422", got.status)
	}
	if got := edda.send(t, edda.get(t, path), down, url.Values{"reason": {"court order"}}); got.status != http.StatusSeeOther {
		t.Fatalf("got %d %s", got.status, got.text())
	}
	if got := b.get(t, at); got.status != http.StatusGone {
		t.Errorf("afterwards: got %d, want 410", got.status)
	}
}

func TestArticleIsFetchedAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	path := b.added(t)
	if got := b.send(t, b.get(t, path), path+"/refresh", nil); got.status != http.StatusSeeOther {
		t.Fatalf("got %d %s", got.status, got.text())
	}
	d.outside.Close()
	got := b.send(t, b.get(t, path), path+"/refresh", nil)
	if got.status < 400 || got.status >= 500 && got.status != http.StatusServiceUnavailable || !strings.Contains(got.text(), "Town without a mayor") {
		t.Errorf("a site that is gone: got %d %s, want the article with what went wrong", got.status, got.text())
	}
}

func TestCheckInTheMarkupIsTakenAsItsPublishers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const ld = `<script type="application/ld+json">{"@context":"https://schema.org","@type":"ClaimReview","url":"https://checks.example/well","datePublished":"2025-06-07",
		"claimReviewed":"The well of Exampleville is dry.","author":{"@type":"Organization","name":"Example Checks","url":"https://checks.example/"},
		"itemReviewed":{"@type":"Claim","author":{"@type":"Person","name":"A neighbour"}},"reviewRating":{"@type":"Rating","alternateName":"False","ratingValue":1,"bestRating":5,"worstRating":1}}</script>`
	page := strings.Replace(storyPage, "</head>", ld+"</head>", 1)
	carla := d.carla(t)
	got := carla.upload(t, fill(t, carla.get(t, "/newsroom/articles/new?by=file"), "/newsroom/articles/new", url.Values{"by": {"file"}, "url": {"https://checks.example/well"}}), map[string][]byte{"file": []byte(page)})
	path, _, _ := strings.Cut(got.location, "?")
	shown := carla.get(t, path)
	if !strings.Contains(shown.text(), "The well of Exampleville is dry.") || !strings.Contains(shown.text(), "Example Checks") || strings.Contains(shown.body, "/accept") {
		t.Fatalf("got %d %s, want the check shown to a checker, without a button", shown.status, shown.text())
	}
	edda := d.as(t, "edda@desk.example")
	if got := edda.send(t, edda.get(t, path), path+"/checks/0/accept", nil); got.status != http.StatusSeeOther {
		t.Fatalf("got %d %s", got.status, got.text())
	}
	if a := d.working(t, path); len(a.Appearances) != 1 || a.Appearances[0].Stance != factcheck.StanceDisputes {
		t.Errorf("got %+v, want the article to dispute the claim", a.Appearances)
	}
	token := fill(t, edda.get(t, path), path+"/links", nil).Get("form_token")
	for _, index := range []string{"1", "-1", "x", "99999999999999999999"} {
		if got := edda.post(t, path+"/checks/"+index+"/accept", url.Values{"form_token": {token}}); got.status != http.StatusNotFound {
			t.Errorf("check %s: got %d, want 404", index, got.status)
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	const nasty = `</textarea><script>alert(1)</script><img src=x onerror=alert(1)>"'&lt; ` + "\u202egnorw\u202c \u2066\x1b[31m"
	got := b.send(t, b.get(t, "/newsroom/articles/new?by=text"), "/newsroom/articles/new", url.Values{
		"by": {"text"}, "url": {"https://weekly.example/" + url.PathEscape(`"><script>`)}, "text": {nasty + "\n\n" + firstPara + "\n\n" + nasty},
	})
	if got.status != http.StatusSeeOther {
		t.Fatalf("got %d %s", got.status, got.text())
	}
	path, _, _ := strings.Cut(got.location, "?")
	fields := url.Values{"title": {nasty}, "author": {nasty}, "outlet_name": {nasty}, "archive_url": {"javascript:alert(1)"}}
	if got := b.send(t, b.get(t, path), path+"/details", fields); got.status != http.StatusUnprocessableEntity {
		t.Errorf("an archive that runs: got %d, want it refused", got.status)
	}
	fields.Del("archive_url")
	if got := b.send(t, b.get(t, path), path+"/details", fields); got.status >= 500 {
		t.Errorf("details: got %d", got.status)
	}
	b.send(t, b.get(t, path), path+"/links", url.Values{"step": {"link"}, "passage": {"The mayor of Exampleville has resigned over the harbour contract"}, "claim": {"new"}, "text": {nasty}, "language": {"en"}, "stance": {"makes"}, "claimant": {nasty}, "note": {nasty}})
	for _, address := range []string{path, "/newsroom/articles", "/newsroom", "/newsroom/articles?q=" + url.QueryEscape(nasty), "/newsroom/articles/new?by=text&url=" + url.QueryEscape(nasty), path + "?find=" + url.QueryEscape(nasty) + "&told=" + url.QueryEscape(nasty)} {
		page := b.get(t, address)
		for _, e := range htmltest.All(page.root, "script", "img") {
			if e.Data == "img" || !strings.HasPrefix(htmltest.Attr(e, "src"), "/static/") {
				t.Errorf("%s: somebody's text became %s", address, e.Data)
			}
		}
		for n := range page.root.Descendants() {
			if n.Type == html.ElementNode && n.Data == "a" && strings.HasPrefix(strings.ToLower(htmltest.Attr(n, "href")), "javascript:") {
				t.Errorf("%s: a link runs", address)
			}
		}
	}
}
