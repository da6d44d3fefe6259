package store_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func TestArticleIsTakenInOncePerAddress(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	in := factcheck.ArticleInput{
		URL: "HTTPS://WWW.News.example:443/mayor?utm_source=x&id=7#top", Spellings: []string{"https://amp.news.example/mayor"}, Title: "Mayor\nresigns", Author: "A. Reporter",
		OutletName: "The Example News", Language: "en", Published: factcheck.Date{At: time.Date(2025, 6, 5, 9, 30, 0, 0, time.UTC), Precision: factcheck.PrecisionDay},
		Modified: time.Date(2025, 6, 6, 0, 0, 0, 0, time.UTC), Text: "The mayor has resigned.",
		Snapshot: factcheck.Snapshot{Kind: factcheck.SnapshotHTML, ContentType: "text/html; charset=utf-8", Body: []byte("<p>The mayor has resigned.\x00\xff")},
	}
	added := must[store.Added](t)(env.DB.AddArticle(ctx, env.Checker, in))
	if !added.Created || !added.Snapshot || audited(t, env, "article.add", added.Article) != 1 {
		t.Errorf("got %+v, want it made and kept", added)
	}
	type row struct {
		URL, Key, Slug, Title, Site, Outlet, Day string
		Hash                                     bool
	}
	var got row
	err := env.DB.Pool().QueryRow(ctx, `SELECT a.url, a.url_key, a.slug, a.title, o.site, o.name, to_char(a.published_at, 'YYYY-MM-DD HH24'), a.url_hash = sha256(convert_to(a.url_key, 'UTF8'))
		FROM articles a JOIN outlets o ON o.id = a.outlet_id WHERE a.id = $1`, added.Article).Scan(&got.URL, &got.Key, &got.Slug, &got.Title, &got.Site, &got.Outlet, &got.Day, &got.Hash)
	ok(t, err)
	want := row{"https://www.news.example/mayor?id=7", "https://news.example/mayor?id=7", "mayor-resigns", "Mayor resigns", "news.example", "The Example News", "2025-06-05 00", true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the article differs (-want +got):\n%s", diff)
	}
	for _, url := range []string{in.URL, "https://www.news.example/mayor?id=7", "https://amp.news.example/mayor", "https://www.news.example/mayor?id=7&fbclid=1"} {
		again := must[store.Added](t)(env.DB.AddArticle(ctx, env.Checker, factcheck.ArticleInput{URL: url, Snapshot: in.Snapshot}))
		if diff := cmp.Diff(store.Added{Article: added.Article}, again); diff != "" {
			t.Errorf("%s (-want +got):\n%s", url, diff)
		}
	}
	in.Snapshot.Body = []byte("<p>Correction: she has not.")
	if again := must[store.Added](t)(env.DB.AddArticle(ctx, env.Checker, in)); again.Created || !again.Snapshot {
		t.Errorf("got %+v, want another snapshot", again)
	}
	if n := ask[int](t, env, `SELECT count(*) FROM snapshots`); n != 2 {
		t.Errorf("got %d snapshots, want 2", n)
	}
}

func TestTextOfAnArticleIsKept(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	added := must[store.Added](t)(env.DB.AddArticle(t.Context(), env.Checker, factcheck.ArticleInput{URL: "https://news.example/a", Text: "The mayor has resigned."}))
	if got := ask[string](t, env, `SELECT s.kind || ' ' || convert_from(c.body, 'UTF8') FROM snapshots s JOIN snapshot_contents c ON c.id = s.content_id WHERE s.article_id = $1`, added.Article); got != "text The mayor has resigned." {
		t.Errorf("got snapshot %q", got)
	}
}

func TestImportedAddressIsCompleted(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	id := imported(t, env, "The mayor resigned.")
	at := head(t, env)
	in := factcheck.ArticleInput{URL: "https://social.example/p/1", Kind: factcheck.ArticlePost, Title: "She resigned!", OutletName: "Social"}
	added := must[store.Added](t)(env.DB.AddArticle(t.Context(), env.Checker, in))
	if added.Created {
		t.Fatal("the imported address was not found")
	}
	if doc := public(t, env, id); doc.Appearances[0].Article.Title != "She resigned!" || doc.Appearances[0].Article.Outlet != "Social" || doc.Appearances[0].Stance != "listed" {
		t.Errorf("readers see %+v", doc.Appearances[0])
	}
	if diff := cmp.Diff([]string{"appearance.changed " + id.String()}, feed(t, env, at)); diff != "" {
		t.Errorf("the feed differs (-want +got):\n%s", diff)
	}
	in.Title = "Another title"
	must[store.Added](t)(env.DB.AddArticle(t.Context(), env.Checker, in))
	if doc := public(t, env, id); doc.Appearances[0].Article.Title != "She resigned!" || len(feed(t, env, at)) != 1 {
		t.Errorf("what was known changed to %q", doc.Appearances[0].Article.Title)
	}
}

func TestArticlesThatAreRefused(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	good := factcheck.ArticleInput{URL: "https://news.example/a"}
	for name, edit := range map[string]func(*factcheck.ArticleInput){
		"no address":              func(in *factcheck.ArticleInput) { in.URL = "" },
		"a script":                func(in *factcheck.ArticleInput) { in.URL = "javascript:alert(1)" },
		"a file":                  func(in *factcheck.ArticleInput) { in.URL = "file:///etc/passwd" },
		"a dot for a host":        func(in *factcheck.ArticleInput) { in.URL = "https://./" },
		"half a rune in the host": func(in *factcheck.ArticleInput) { in.URL = "https://%ff.example/" },
		"a long address":          func(in *factcheck.ArticleInput) { in.URL += strings.Repeat("a", factcheck.MaxArticleURL) },
		"an address that grows":   func(in *factcheck.ArticleInput) { in.URL += strings.Repeat("ق", 900) },
		"a bad spelling":          func(in *factcheck.ArticleInput) { in.Spellings = []string{"ftp://x.example/"} },
		"too many spellings":      func(in *factcheck.ArticleInput) { in.Spellings = make([]string, factcheck.MaxSpellings+1) },
		"an unknown kind":         func(in *factcheck.ArticleInput) { in.Kind = "leaflet" },
		"a bad language":          func(in *factcheck.ArticleInput) { in.Language = "English" },
		"a long title":            func(in *factcheck.ArticleInput) { in.Title = strings.Repeat("t", factcheck.MaxLine+1) },
		"a bad site":              func(in *factcheck.ArticleInput) { in.OutletSite = "not a host" },
		"a long site":             func(in *factcheck.ArticleInput) { in.OutletSite = strings.Repeat("a.", 200) + "example" },
		"a NUL in the text":       func(in *factcheck.ArticleInput) { in.Text = "a\x00b" },
		"invalid UTF-8":           func(in *factcheck.ArticleInput) { in.Text = "a\xffb" },
		"a text above 2 MiB":      func(in *factcheck.ArticleInput) { in.Text = strings.Repeat("a", factcheck.MaxArticleText+1) },
		"a year out of reach":     func(in *factcheck.ArticleInput) { in.Modified = time.Date(400000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"an unknown precision":    func(in *factcheck.ArticleInput) { in.Published = factcheck.Date{At: time.Now()} },
		"a snapshot above 5 MiB": func(in *factcheck.ArticleInput) {
			in.Snapshot = factcheck.Snapshot{Kind: "html", ContentType: "text/html", Body: make([]byte, factcheck.MaxSnapshot+1)}
		},
		"an empty snapshot": func(in *factcheck.ArticleInput) {
			in.Snapshot = factcheck.Snapshot{Kind: "html", ContentType: "text/html"}
		},
		"a snapshot of no kind": func(in *factcheck.ArticleInput) {
			in.Snapshot = factcheck.Snapshot{ContentType: "text/html", Body: []byte("x")}
		},
		"a picture that is a page": func(in *factcheck.ArticleInput) {
			in.Snapshot = factcheck.Snapshot{Kind: "screenshot", ContentType: "image/svg+xml", Body: []byte("x")}
		},
		"a nonsense content type": func(in *factcheck.ArticleInput) {
			in.Snapshot = factcheck.Snapshot{Kind: "html", ContentType: "text/html; charset=\"\x00\"", Body: []byte("x")}
		},
	} {
		in := good
		edit(&in)
		if _, err := env.DB.AddArticle(t.Context(), env.Checker, in); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
	if n := ask[int](t, env, `SELECT (SELECT count(*) FROM articles) + (SELECT count(*) FROM outlets) + (SELECT count(*) FROM snapshots)`); n != 0 {
		t.Errorf("%d rows are left of what was refused", n)
	}
	good.Snapshot = factcheck.Snapshot{Kind: "html", ContentType: "text/html", Body: bytes.Repeat([]byte("x"), factcheck.MaxSnapshot)}
	good.Text = strings.Repeat("a", factcheck.MaxArticleText)
	must[store.Added](t)(env.DB.AddArticle(t.Context(), env.Checker, good)) // the limits themselves are allowed
}

func TestTheSameArticleAddedManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	const n = 12
	got := make([]store.Added, n)
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			url := "https://news.example/same"
			if i%2 == 1 {
				url = "https://news.example/same?utm_source=" + string(rune('a'+i))
			}
			got[i], errs[i] = env.DB.AddArticle(t.Context(), env.Checker, factcheck.ArticleInput{URL: url, Text: "The same."})
		})
	}
	wg.Wait()
	created := 0
	for i := range n {
		ok(t, errs[i])
		if got[i].Article != got[0].Article {
			t.Errorf("got two articles, %s and %s", got[i].Article, got[0].Article)
		}
		if got[i].Created {
			created++
		}
	}
	if created != 1 || ask[int](t, env, `SELECT count(*) FROM snapshots`) != 1 {
		t.Errorf("%d say they made it, want one; and one snapshot", created)
	}
}

func TestArticlesOfTheSameTitleAtOnceGetAddressesOfTheirOwn(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	const n = 14 // more than are numbered
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			_, errs[i] = env.DB.AddArticle(t.Context(), env.Checker, factcheck.ArticleInput{URL: "https://site" + string(rune('a'+i)) + ".example/", Title: "Agency story", OutletName: "Agency"})
		})
	}
	wg.Wait()
	for _, err := range errs {
		ok(t, err)
	}
	for _, table := range []string{"articles", "outlets"} {
		if got := ask[int](t, env, `SELECT count(DISTINCT slug) FROM `+table); got != n {
			t.Errorf("got %d addresses of %s, want %d", got, table, n)
		}
	}
	if ask[int](t, env, `SELECT count(*) FROM articles WHERE slug IN ('agency-story', 'agency-story-2', 'agency-story-9')`) != 3 {
		t.Error("the first nine are not numbered")
	}
}
