package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func post() factcheck.ArticleInput {
	return factcheck.ArticleInput{
		Kind: factcheck.ArticlePost, Platform: "Telegram", Handle: "@private.person", Title: "Post on the lake", Text: "The lake is dry!\nShare this.",
		Published: factcheck.Date{At: time.Date(2025, 6, 1, 9, 30, 0, 0, time.UTC), Precision: factcheck.PrecisionInstant},
		Snapshot:  factcheck.Snapshot{Kind: factcheck.SnapshotScreenshot, ContentType: "image/png", Body: []byte("\x89PNG\r\n\x1a\n and so on")},
	}
}

func TestPostWithoutAnAddress(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	added := must[store.Added](t)(env.DB.AddArticle(ctx, env.Checker, post()))
	w := page(t, env, added.Article)
	if !added.Created || w.URL != "" || w.TakenIn != factcheck.TakenInPost || w.Slug != "post-on-the-lake" || len(w.Snapshots) != 2 {
		t.Errorf("got %+v, want the post with its picture and its text", w)
	}
	same := post()
	same.Handle, same.Platform, same.Text = "PRIVATE.person", "telegram", "The lake is dry! Share this."
	if again := must[store.Added](t)(env.DB.AddArticle(ctx, env.Checker2, same)); again.Article != added.Article || again.Created {
		t.Errorf("got %+v, want the same post", again)
	}
	later := post()
	later.Published.At = later.Published.At.Add(time.Hour)
	if again := must[store.Added](t)(env.DB.AddArticle(ctx, env.Checker, later)); again.Article == added.Article {
		t.Error("a post of another hour is another post")
	}
	v := env.Published(t, "The lake is dry.", "False")
	must[factcheck.AppearanceID](t)(env.DB.LinkArticle(ctx, env.Checker, added.Article, v.Claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes}))
	doc := must[store.Document](t)(env.DB.ClaimByID(ctx, v.Claim))
	if !strings.Contains(string(doc.Stored), `"url":"~/articles/post-on-the-lake"`) || strings.Contains(string(doc.Stored), "private") || strings.Contains(string(doc.Stored), "Telegram") {
		t.Errorf("readers get %s; want the house's own page for an address, and no handle", doc.Stored)
	}
	pub := must[store.PublicArticle](t)(env.DB.ArticleByID(ctx, added.Article))
	if shown := seen(t, func() (any, error) { return pub, nil }); shown.has("private") || shown.has("Share this") || pub.URL != "" {
		t.Errorf("readers see %s", shown)
	}
	known := post()
	known.URL = "https://t.example/c/12"
	if again := must[store.Added](t)(env.DB.AddArticle(ctx, env.Checker, known)); again.Article != added.Article {
		t.Errorf("got %+v, want the post that now has an address", again)
	}
	if doc := public(t, env, v.Claim); doc.Appearances[0].Article.URL != "https://t.example/c/12" {
		t.Errorf("readers get %q", doc.Appearances[0].Article.URL)
	}
}

func TestPastedTextWithoutAnAddress(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	in := factcheck.ArticleInput{TakenIn: factcheck.TakenInText, Title: "Mayor resigns", Text: "The mayor has resigned."}
	added := must[store.Added](t)(env.DB.AddArticle(t.Context(), env.Checker, in))
	in.Title = "Read otherwise"
	if again := must[store.Added](t)(env.DB.AddArticle(t.Context(), env.Checker, in)); again.Article != added.Article || again.Created {
		t.Errorf("got %+v, want the same text known", again)
	}
}

func TestPostsThatAreRefused(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	for name, edit := range map[string]func(*factcheck.ArticleInput){
		"no platform":            func(in *factcheck.ArticleInput) { in.Platform = "" },
		"no handle":              func(in *factcheck.ArticleInput) { in.Handle = " " },
		"no text":                func(in *factcheck.ArticleInput) { in.Text = " \n" },
		"a page without address": func(in *factcheck.ArticleInput) { in.Kind = factcheck.ArticlePage },
		"a page called a PNG":    func(in *factcheck.ArticleInput) { in.Snapshot.Body = []byte("<script>alert(1)</script>") },
		"a JPEG called a PNG":    func(in *factcheck.ArticleInput) { in.Snapshot.Body = []byte("\xff\xd8\xff\xe0") },
		"a long handle":          func(in *factcheck.ArticleInput) { in.Handle = strings.Repeat("h", factcheck.MaxLine+1) },
		"what was found is long": func(in *factcheck.ArticleInput) {
			in.Found = []byte(`{"a":"` + strings.Repeat("a", factcheck.MaxFound) + `"}`)
		},
		"what was found is a list":   func(in *factcheck.ArticleInput) { in.Found = []byte(`[]`) },
		"what was found holds a NUL": func(in *factcheck.ArticleInput) { in.Found = []byte(`{"a":"\u0000"}`) },
		"an answer of no status":     func(in *factcheck.ArticleInput) { in.Snapshot.Status = 99 },
		"an answer from a file":      func(in *factcheck.ArticleInput) { in.Snapshot.URL = "file:///x" },
		"headers beyond all measure": func(in *factcheck.ArticleInput) {
			in.Snapshot.Header = map[string][]string{"A": {strings.Repeat("a", factcheck.MaxHeaders)}}
		},
		"an archive that is a script":  func(in *factcheck.ArticleInput) { in.ArchiveURL = "javascript:alert(1)" },
		"a way of taking in of no use": func(in *factcheck.ArticleInput) { in.TakenIn = "guess" },
	} {
		in := post()
		edit(&in)
		if _, err := env.DB.AddArticle(t.Context(), env.Checker, in); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
	if n := ask[int](t, env, `SELECT (SELECT count(*) FROM articles) + (SELECT count(*) FROM snapshot_contents)`); n != 0 {
		t.Errorf("%d rows are left of what was refused", n)
	}
}

func TestNewsroomListsArticles(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	claim := env.Claim(t, "The lake is dry.")
	linked(t, env, claim, "https://news.example/1", factcheck.StanceMakes)
	article(t, env, "https://news.example/100%_2")
	article(t, env, "https://other.example/3")
	list := func(f store.ArticleFilter, after factcheck.ArticleID, limit int) (out []string) {
		for _, a := range must[[]store.ArticleSummary](t)(env.DB.NewsroomArticles(ctx, env.Checker, f, after, limit)) {
			out = append(out, strings.TrimPrefix(a.Title, "About https://"))
		}
		return out
	}
	outlet := page(t, env, article(t, env, "https://other.example/3")).Outlet
	newest := must[[]store.ArticleSummary](t)(env.DB.NewsroomArticles(ctx, env.Checker, store.ArticleFilter{}, factcheck.ArticleID{}, 1))[0]
	for name, c := range map[string]struct{ got, want []string }{
		"all, newest first": {list(store.ArticleFilter{}, factcheck.ArticleID{}, 10), []string{"other.example/3", "news.example/100%_2", "news.example/1"}},
		"after the newest":  {list(store.ArticleFilter{}, newest.ID, 1), []string{"news.example/100%_2"}},
		"by words":          {list(store.ArticleFilter{Query: "NEWS.example"}, factcheck.ArticleID{}, 10), []string{"news.example/100%_2", "news.example/1"}},
		"by signs":          {list(store.ArticleFilter{Query: "%_"}, factcheck.ArticleID{}, 10), []string{"news.example/100%_2"}},
		"by outlet":         {list(store.ArticleFilter{Outlet: outlet}, factcheck.ArticleID{}, 10), []string{"other.example/3"}},
		"linked":            {list(store.ArticleFilter{Linked: store.Linked}, factcheck.ArticleID{}, 10), []string{"news.example/1"}},
		"not linked":        {list(store.ArticleFilter{Linked: store.Unlinked}, factcheck.ArticleID{}, 10), []string{"other.example/3", "news.example/100%_2"}},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	_, err := env.DB.NewsroomArticles(ctx, env.Checker, store.ArticleFilter{Linked: "maybe"}, factcheck.ArticleID{}, 10)
	wantCode(t, err, factcheck.CodeInvalid)
	_, err = env.DB.NewsroomArticles(ctx, env.Checker, store.ArticleFilter{}, factcheck.ArticleID{}, store.MaxPage+1)
	wantCode(t, err, factcheck.CodeInvalid)
	_, err = env.DB.NewsroomArticles(ctx, factcheck.Actor{}, store.ArticleFilter{}, factcheck.ArticleID{}, 1)
	if err == nil {
		t.Error("nobody may list them, and did")
	}
	_, err = env.DB.NewsroomArticle(ctx, env.Checker, factcheck.ArticleID{15: 1})
	wantCode(t, err, factcheck.CodeNotFound)
}
