package ingest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/extract"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// desk is a newsroom with a database and a web of its own.
type desk struct {
	*storetest.Env
	in   *ingest.Ingest
	site string // origin of the only site there is
	hits atomic.Int64
	log  *bytes.Buffer
}

// newDesk serves pages by path. A page that begins with "->" is a redirect.
func newDesk(t *testing.T, pages map[string]string) *desk {
	t.Helper()
	d := &desk{Env: storetest.New(t), log: &bytes.Buffer{}}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.hits.Add(1)
		body, ok := pages[r.URL.Path]
		if to, is := strings.CutPrefix(body, "->"); is {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		if !ok {
			http.NotFound(w, r)
			return
		}
		tag := fmt.Sprintf("%q", fmt.Sprint(len(body)))
		w.Header().Set("ETag", tag)
		w.Header().Set("Set-Cookie", "visitor=1")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, strings.ReplaceAll(body, "SITE", d.site))
	}))
	t.Cleanup(srv.Close)
	d.site = srv.URL
	fetcher, err := fetch.New(fetch.Config{UserAgent: "Touchstone/test (+http://localhost:8080)", Allow: []string{strings.TrimPrefix(srv.URL, "http://")}})
	if err != nil {
		t.Fatal(err)
	}
	d.in = ingest.New(d.DB, fetcher, slog.New(slog.NewTextHandler(d.log, nil)))
	return d
}

// story is a page of our own, long enough to be taken for an article.
func story(head, passage string) string {
	filler := strings.Repeat("<p>The council of Exampleville met on Tuesday and spoke about the harbour for three hours, and nobody left the room before the vote was taken by the members present.</p>\n", 5)
	return `<!doctype html><html lang="en"><head><title>Mayor stays, council says - Exampleville Gazette</title>
<meta property="og:site_name" content="Exampleville Gazette"><meta property="og:title" content="Mayor stays, council says">
<meta name="author" content="Ada Example"><meta property="article:published_time" content="2025-06-03T10:00:00Z">` + head +
		`</head><body><nav><a href="/">Home</a></nav><article><h1>Mayor stays, council says</h1>` + filler + "<p>" + passage + "</p>" + filler + `</article></body></html>`
}

const passage = "The mayor has not resigned, and she will open the new harbour on Friday."

// invalid returns the error, which must be CodeInvalid.
func invalid(t *testing.T, err error) *factcheck.Error {
	t.Helper()
	e, ok := errors.AsType[*factcheck.Error](err)
	if !ok || e.Code != factcheck.CodeInvalid {
		t.Fatalf("got %v, want it refused as invalid", err)
	}
	return e
}

func (d *desk) article(t *testing.T, id factcheck.ArticleID) store.WorkingArticle {
	t.Helper()
	a, err := d.DB.NewsroomArticle(t.Context(), d.Checker, id)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestURLTakesAnArticleIn(t *testing.T) {
	t.Parallel()
	d := newDesk(t, map[string]string{
		"/go":    "->/story?utm_source=feed",
		"/story": story(`<link rel="canonical" href="/stories/mayor-stays">`, passage),
	})
	taken, err := d.in.URL(t.Context(), d.Checker, d.site+"/go#top")
	if err != nil {
		t.Fatal(err)
	}
	a := d.article(t, taken.Article)
	type facts struct{ URL, Title, Author, Outlet, Language, Published, How string }
	want := facts{d.site + "/stories/mayor-stays", "Mayor stays, council says", "Ada Example", "Exampleville Gazette", "en", "2025-06-03T10:00:00Z", "url"}
	if diff := cmp.Diff(want, facts{a.URL, a.Title, a.Author, a.OutletName, a.Language, a.Published.String(), string(a.TakenIn)}); diff != "" {
		t.Errorf("the article (-want +got):\n%s", diff)
	}
	if !taken.Created || !strings.Contains(a.Text, passage) || strings.Contains(a.Text, "Home") {
		t.Errorf("created: %v; text: %q", taken.Created, a.Text)
	}
	if a.ETag == "" || a.FetchedAt == nil || len(a.Found) == 0 {
		t.Errorf("got etag %q, fetched %v, %d bytes found; want all", a.ETag, a.FetchedAt, len(a.Found))
	}
	snapshot, err := d.DB.NewsroomSnapshot(t.Context(), d.Checker, a.Snapshots[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(snapshot.Body, []byte("<nav>")) || snapshot.Status != http.StatusOK || snapshot.Header["Set-Cookie"] != nil || snapshot.Header["Etag"] == nil {
		t.Errorf("got status %d, header %v; want the page with its header but the cookie", snapshot.Status, snapshot.Header)
	}
	for _, spelling := range []string{d.site + "/story", d.site + "/go", d.site + "/stories/mayor-stays?utm_medium=mail", strings.Replace(d.site, "http:", "HTTP:", 1) + "/stories/./mayor-stays"} {
		found, err := d.DB.FindArticle(t.Context(), d.Checker, spelling)
		if err != nil || found.ID != taken.Article {
			t.Errorf("%s finds %v (%v), want the article", spelling, found.ID, err)
		}
	}
	again, err := d.in.URL(t.Context(), d.Checker, d.site+"/stories/mayor-stays")
	if err == nil { // the canonical address is not served: 404
		t.Errorf("an error page was taken in as %v", again.Article)
	}
	again, err = d.in.URL(t.Context(), d.Checker, d.site+"/story?fbclid=1")
	if err != nil || again.Created || again.Snapshot || again.Article != taken.Article {
		t.Errorf("again: %+v, %v; want the same article, and no second snapshot", again.Added, err)
	}
}

func TestWallsAreNoArticles(t *testing.T) {
	t.Parallel()
	login := `<!doctype html><html lang="en"><head><title>Log in - Exampleville Gazette</title></head><body><main><h1>Log in to continue</h1>
<form action="/login" method="post"><label>Email <input type="email" name="email"></label><label>Password <input type="password" name="password"></label><button>Log in</button></form></main></body></html>`
	d := newDesk(t, map[string]string{"/login": login, "/story": "->/login?next=/story"})
	_, err := d.in.URL(t.Context(), d.Checker, d.site+"/story")
	e := invalid(t, err)
	if e.Field != "url" || !strings.Contains(e.Message, "log-in page") || !strings.Contains(e.Message, "paste") {
		t.Errorf("got %v, want a word about the log-in page and what to do", err)
	}
	_, err = d.in.Page(t.Context(), d.Checker, ingest.Page{URL: "https://gazette.example/story", Body: []byte(login)})
	invalid(t, err)
	all, err := d.DB.NewsroomArticles(t.Context(), d.Checker, store.ArticleFilter{}, factcheck.ArticleID{}, 10)
	if err != nil || len(all) != 0 {
		t.Errorf("got %d articles (%v), want none", len(all), err)
	}
}

func TestRefusedAddressesReadTheSame(t *testing.T) {
	t.Parallel()
	d := newDesk(t, map[string]string{"/": "secret"})
	port := d.site[strings.LastIndex(d.site, ":"):]
	var first string
	for _, address := range []string{"http://localhost" + port + "/", "http://[::1]" + port, "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://no-such-host.invalid/", "http://127.0.0.1:9/"} {
		_, err := d.in.URL(t.Context(), d.Checker, address)
		e := invalid(t, err)
		if first == "" {
			first = e.Message
		}
		if e.Message != first {
			t.Errorf("%s: %q, want %q as for all others", address, e.Message, first)
		}
	}
	if d.hits.Load() != 0 {
		t.Errorf("a refused address was reached %d times", d.hits.Load())
	}
	if !strings.Contains(d.log.String(), "169.254.169.254") {
		t.Errorf("the log does not say what happened: %s", d.log)
	}
}

func TestNobodyWithoutPermissionFetches(t *testing.T) {
	t.Parallel()
	d := newDesk(t, map[string]string{"/story": story("", passage)})
	for name, actor := range map[string]factcheck.Actor{"nobody": {}, "a key that reads": {Kind: factcheck.ActorKey, Scopes: []factcheck.Scope{factcheck.ScopeRead}}} {
		if _, err := d.in.URL(t.Context(), actor, d.site+"/story"); err == nil {
			t.Errorf("%s took an article in", name)
		}
		if _, err := d.in.Refresh(t.Context(), actor, factcheck.ArticleID{}, 1); err == nil {
			t.Errorf("%s fetched one again", name)
		}
	}
	if d.hits.Load() != 0 {
		t.Errorf("%d requests were made for them", d.hits.Load())
	}
}

func TestRefreshFindsPassagesAgain(t *testing.T) {
	t.Parallel()
	pages := map[string]string{"/story": story("", passage)}
	d := newDesk(t, pages)
	taken, err := d.in.URL(t.Context(), d.Checker, d.site+"/story")
	if err != nil {
		t.Fatal(err)
	}
	a := d.article(t, taken.Article)
	start := strings.Index(a.Text, passage)
	anchor := ingest.AnchorAt(a.Text, start, start+len(passage))
	if _, err := d.DB.LinkArticle(t.Context(), d.Checker, a.ID, d.Claim(t, "The mayor has resigned."), factcheck.AppearanceInput{Stance: factcheck.StanceDisputes, Quote: passage, Anchor: anchor}); err != nil {
		t.Fatal(err)
	}
	refreshed, err := d.in.Refresh(t.Context(), d.Checker, a.ID, a.Revision)
	if err != nil || !refreshed.Unchanged {
		t.Fatalf("got %+v, %v; want unchanged", refreshed, err)
	}
	pages["/story"] = strings.Replace(story("", passage), "<p>The council", "<p>First of all, a new paragraph stands here that was not there before, with a number of words.</p><p>The council", 1)
	refreshed, err = d.in.Refresh(t.Context(), d.Checker, a.ID, d.article(t, a.ID).Revision)
	if err != nil || refreshed.Unchanged || !refreshed.Snapshot || len(refreshed.Lost) != 0 {
		t.Fatalf("got %+v, %v; want a new snapshot and no passage lost", refreshed, err)
	}
	a = d.article(t, a.ID)
	got := a.Appearances[0].Anchor
	if a.Text[got.Start:got.End] != passage || got.Start == start {
		t.Errorf("the passage is at %d: %q; want it behind the new paragraph", got.Start, a.Text[got.Start:got.End])
	}
	pages["/story"] = story("", "The mayor is well.")
	refreshed, err = d.in.Refresh(t.Context(), d.Checker, a.ID, a.Revision)
	if err != nil || len(refreshed.Lost) != 1 {
		t.Fatalf("got %+v, %v; want the passage lost", refreshed, err)
	}
	if a = d.article(t, a.ID); !a.Appearances[0].Lost || a.Appearances[0].Anchor.Quote != passage {
		t.Errorf("got %+v, want the passage kept and marked as lost", a.Appearances[0])
	}
	delete(pages, "/story")
	if _, err := d.in.Refresh(t.Context(), d.Checker, a.ID, a.Revision); err == nil {
		t.Error("a page that is gone was taken in")
	}
	if after := d.article(t, a.ID); after.Text != a.Text || after.Revision != a.Revision {
		t.Error("a page that is gone changed the article")
	}
}

func TestTextAndPosts(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	text := "Mayor stays, council says\n\nBy Ada Example\n\n" + strings.Repeat("The council of Exampleville met on Tuesday and spoke about the harbour for three hours.\n\n", 6) + passage
	taken, err := d.in.Text(t.Context(), d.Checker, ingest.Pasted{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	if a := d.article(t, taken.Article); a.URL != "" || a.TakenIn != factcheck.TakenInText || !strings.Contains(a.Text, passage) || a.Language != "en" {
		t.Errorf("got %+v", a)
	}
	again, err := d.in.Text(t.Context(), d.Checker, ingest.Pasted{Text: text})
	if err != nil || again.Created || again.Article != taken.Article {
		t.Errorf("the same text again: %+v, %v; want the same article", again.Added, err)
	}
	png := append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{0}, 64)...)
	post := ingest.Post{Platform: "Telegram", Handle: "@harbour_watch_77", Text: "The mayor has RESIGNED!!", Screenshot: png}
	taken, err = d.in.Post(t.Context(), d.Checker, post)
	if err != nil {
		t.Fatal(err)
	}
	a := d.article(t, taken.Article)
	kinds := []string{}
	for _, s := range a.Snapshots {
		kinds = append(kinds, string(s.Kind))
	}
	if a.Kind != factcheck.ArticlePost || a.Handle != post.Handle || len(kinds) != 2 {
		t.Errorf("got kind %s, handle %s, snapshots %v; want a post with picture and text", a.Kind, a.Handle, kinds)
	}
	post.Screenshot = []byte("<svg onload=alert(1)>")
	_, err = d.in.Post(t.Context(), d.Checker, post)
	if e := invalid(t, err); e.Field != "screenshot" {
		t.Errorf("got %v, want the screenshot refused", err)
	}
}

func TestChecksOfThePageAreOffered(t *testing.T) {
	t.Parallel()
	review := func(site string) string {
		return `<script type="application/ld+json">{"@context":"https://schema.org","@type":"ClaimReview","url":"` + site + `/story","claimReviewed":"The mayor of Exampleville has resigned.",
"author":{"@type":"Organization","name":"Exampleville Gazette"},"datePublished":"2025-06-03","reviewRating":{"@type":"Rating","alternateName":"False","ratingValue":1,"bestRating":5,"worstRating":1}}</script>`
	}
	page := func(head string) ingest.Page {
		return ingest.Page{URL: "https://gazette.example/story", Body: []byte(story(head, passage))}
	}
	d := newDesk(t, nil)
	taken, err := d.in.Page(t.Context(), d.Checker, page(review("https://www.gazette.example")+review("https://other.example")))
	if err != nil {
		t.Fatal(err)
	}
	details, err := ingest.ReadDetails(d.article(t, taken.Article).Found)
	if err != nil {
		t.Fatal(err)
	}
	if len(details.Checks) != 1 || details.Checks[0].Publisher.Site != "gazette.example" || details.Checks[0].Rating.Label != "False" {
		t.Errorf("got %+v, want the page's own check", details.Checks)
	}
	if len(details.Refused) != 1 || !strings.Contains(details.Refused[0], "other.example") {
		t.Errorf("refused: %q, want the one that says it is another's", details.Refused)
	}
}

// However much was found, it fits, and the checks outlive the candidates.
func TestDetailsFit(t *testing.T) {
	t.Parallel()
	var r extract.Reading
	for i := range 5000 {
		r.Found = append(r.Found, extract.Found{Field: "title", Value: strings.Repeat("x", 200), Where: "h1", Chosen: i == 0})
		r.Leads = append(r.Leads, extract.Lead{Title: strings.Repeat("y", 200)})
	}
	raw := ingest.DetailsOf(r, "https://gazette.example/").JSON()
	var d ingest.Details
	if err := json.Unmarshal(raw, &d); err != nil || len(raw) > factcheck.MaxFound {
		t.Fatalf("%d bytes, %v; want at most %d that can be read", len(raw), err, factcheck.MaxFound)
	}
	if len(d.Found) != 1 || len(d.Leads) != 50 {
		t.Errorf("kept %d candidates and %d pointers, want the chosen one and 50", len(d.Found), len(d.Leads))
	}
}
