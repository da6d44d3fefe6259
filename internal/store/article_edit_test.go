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

// wordByWord finds a passage where it stands as it is, in bytes.
func wordByWord(text string, a factcheck.Anchor) (factcheck.Anchor, bool) {
	i := strings.Index(text, a.Quote)
	if i < 0 {
		return a, false
	}
	a.Start, a.End = i, i+len(a.Quote)
	a.Prefix, a.Suffix = text[max(0, i-10):i], text[a.End:min(len(text), a.End+10)]
	return a, true
}

// passages links quotes of an article's text to claims of their own and returns the appearances.
func passages(t *testing.T, env *storetest.Env, art factcheck.ArticleID, text string, quotes ...string) []factcheck.AppearanceID {
	t.Helper()
	var ids []factcheck.AppearanceID
	for _, q := range quotes {
		at, _ := wordByWord(text, factcheck.Anchor{Quote: q})
		v := env.Published(t, "They say: "+q, "False")
		ids = append(ids, must[factcheck.AppearanceID](t)(env.DB.LinkArticle(t.Context(), env.Checker, art, v.Claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes, Quote: q, Anchor: at})))
	}
	return ids
}

func TestArticleIsEdited(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor has resigned.", "False")
	id := linked(t, env, v.Claim, "https://news.example/a", factcheck.StanceMakes)
	art := article(t, env, "https://news.example/a")
	at := head(t, env)
	in := factcheck.ArticleEdit{
		Title: " She\nresigned ", Author: "A. Reporter", OutletName: "The News", OutletSite: "News.example", Language: "en", ArchiveURL: "https://archive.example/1",
		Published: factcheck.Date{At: time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC), Precision: factcheck.PrecisionDay},
	}
	must[[]factcheck.AppearanceID](t)(env.DB.EditArticle(ctx, env.Editor, art, 1, in, wordByWord))
	got := public(t, env, v.Claim).Appearances[0].Article
	if got.Title != "She resigned" || got.ArchiveURL != "https://archive.example/1" || got.PublishedAt == nil {
		t.Errorf("readers see %+v", got)
	}
	if diff := cmp.Diff([]string{"appearance.changed " + v.Claim.String()}, feed(t, env, at)); diff != "" {
		t.Errorf("the feed differs (-want +got):\n%s", diff)
	}
	w := page(t, env, art)
	if w.Revision != 2 || w.OutletSite != "news.example" || w.Author != "A. Reporter" || !w.Public || w.AddedBy != "Carla Checker" || w.Appearances[0].ID != id || !w.Appearances[0].Lost {
		t.Errorf("the newsroom sees %+v", w)
	}
	for name, c := range map[string]struct {
		edit func(*factcheck.ArticleEdit)
		rev  int
		code factcheck.Code
	}{
		"somebody was faster": {func(*factcheck.ArticleEdit) {}, 1, factcheck.CodeConflict},
		"a script archived":   {func(in *factcheck.ArticleEdit) { in.ArchiveURL = "javascript:alert(1)" }, 2, factcheck.CodeInvalid},
		"a picture of nobody": {func(in *factcheck.ArticleEdit) { in.LeadImage = "file:///etc/passwd" }, 2, factcheck.CodeInvalid},
		"no language":         {func(in *factcheck.ArticleEdit) { in.Language = "English" }, 2, factcheck.CodeInvalid},
	} {
		edit := in
		c.edit(&edit)
		_, err := env.DB.EditArticle(ctx, env.Checker, art, c.rev, edit, nil)
		if factcheck.CodeOf(err) != c.code {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
	_, err := env.DB.EditArticle(ctx, env.Checker, factcheck.ArticleID{15: 1}, 1, in, nil)
	wantCode(t, err, factcheck.CodeNotFound)
	_, err = env.DB.EditArticle(ctx, factcheck.Operator(), art, 2, in, nil)
	wantCode(t, err, factcheck.CodeForbidden)
}

func TestPassagesSurviveANewReading(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	text := "First this. Then the lake is dry. At last the mill burnt."
	added := must[store.Added](t)(env.DB.AddArticle(ctx, env.Checker, factcheck.ArticleInput{URL: "https://news.example/a", Title: "A", Text: text, FetchedAt: env.Clock.Now(), ETag: `"1"`}))
	ids := passages(t, env, added.Article, text, "the mill burnt", "the lake is dry")
	w := page(t, env, added.Article)
	if len(w.Appearances) != 2 || w.Appearances[0].ID != ids[1] || w.Appearances[1].ID != ids[0] {
		t.Fatalf("got %+v, want the passages in reading order", w.Appearances)
	}
	ok(t, env.DB.SetStance(ctx, env.Checker, ids[1], 1, factcheck.AppearanceInput{Stance: factcheck.StanceRepeats, Quote: "the lake is dry"}))
	if got := page(t, env, added.Article).Appearances[0]; got.Anchor != w.Appearances[0].Anchor || got.Stance != factcheck.StanceRepeats {
		t.Errorf("another stance moved the passage: %+v", got)
	}
	newer := "A correction. First that. Then the lake is dry."
	out := must[store.Refreshed](t)(env.DB.RefreshArticle(ctx, factcheck.System(), added.Article, w.Revision, factcheck.RefreshInput{
		Text: newer, FetchedAt: env.Clock.Now(), ETag: `"2"`, Found: []byte(`{"title":[]}`), Spellings: []string{"https://news.example/b"},
		Snapshot: factcheck.Snapshot{Kind: factcheck.SnapshotHTML, ContentType: "text/html", Body: []byte(newer), URL: "https://news.example/b", Status: 200, Header: map[string][]string{"Set-Cookie": {"a"}, "Date": {"now"}}},
	}, wordByWord))
	if diff := cmp.Diff(store.Refreshed{Snapshot: true, Lost: ids[:1]}, out); diff != "" {
		t.Errorf("it came to (-want +got):\n%s", diff)
	}
	w = page(t, env, added.Article)
	a := w.Appearances[0]
	if w.Text != newer || w.ETag != `"2"` || a.ID != ids[1] || newer[a.Anchor.Start:a.Anchor.End] != "the lake is dry" || !w.Appearances[1].Lost || w.Appearances[1].Anchor.Quote != "the mill burnt" {
		t.Errorf("the newsroom sees %+v", w)
	}
	if s := w.Snapshots[0]; s.Status != 200 || s.URL != "https://news.example/b" || len(s.Header) != 1 || s.Header["Date"][0] != "now" {
		t.Errorf("got snapshot %+v, want the answer without its cookies", s)
	}
	public := must[store.PublicArticle](t)(env.DB.ArticleByID(ctx, added.Article))
	if public.Appearances[0].ID != ids[1] || public.Appearances[1].Quote != "the mill burnt" {
		t.Errorf("readers see %+v, want the passages in reading order", public.Appearances)
	}
	out = must[store.Refreshed](t)(env.DB.RefreshArticle(ctx, env.Checker, added.Article, w.Revision, factcheck.RefreshInput{FetchedAt: env.Clock.Now(), ETag: `"3"`}, nil)) // not modified
	again := page(t, env, added.Article)
	if out.Snapshot || len(out.Lost) > 0 || again.Text != newer || again.ETag != `"3"` || again.Appearances[0].Anchor != a.Anchor {
		t.Errorf("got %+v and %+v, want nothing but the fetch noted", out, again)
	}
	lost := must[[]factcheck.AppearanceID](t)(env.DB.EditArticle(ctx, env.Checker, added.Article, again.Revision, factcheck.ArticleEdit{Title: "A", Text: &text}, wordByWord))
	if len(lost) != 0 || page(t, env, added.Article).Appearances[1].Lost {
		t.Errorf("lost %v, want both passages found again", lost)
	}
	_, err := env.DB.RefreshArticle(ctx, env.Checker, added.Article, again.Revision, factcheck.RefreshInput{Text: "x"}, nil)
	wantCode(t, err, factcheck.CodeConflict)
}

func TestPublicQuoteIsCut(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	long := strings.TrimSpace(strings.Repeat("word ", 200))
	v := env.Published(t, "The mayor has resigned.", "False")
	art := article(t, env, "https://news.example/a")
	must[factcheck.AppearanceID](t)(env.DB.LinkArticle(ctx, env.Checker, art, v.Claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes, Quote: long}))
	at := head(t, env)
	seen := func() [3]int {
		a := must[store.PublicArticle](t)(env.DB.ArticleByID(ctx, art))
		return [3]int{len([]rune(public(t, env, v.Claim).Appearances[0].Quote)), len([]rune(a.Appearances[0].Quote)), len(page(t, env, art).Appearances[0].Anchor.Quote)}
	}
	if got := seen(); got != [3]int{300, 300, len(long)} {
		t.Errorf("got quotes of %v characters, want 300 for readers and all of it in the newsroom", got)
	}
	rules, revision, err := env.DB.ArticleRules(ctx, env.Checker)
	if err != nil || revision != 0 || rules != factcheck.DefaultArticleRules() {
		t.Fatalf("got %+v, %d, %v", rules, revision, err)
	}
	rules.QuoteLimit = 50
	ok(t, env.DB.EditArticleRules(ctx, env.Admin, 0, rules))
	if got := seen(); got != [3]int{50, 50, len(long)} {
		t.Errorf("got quotes of %v characters, want 50 for readers at once", got)
	}
	if diff := cmp.Diff([]string{"appearance.changed " + v.Claim.String()}, feed(t, env, at)); diff != "" {
		t.Errorf("the feed differs (-want +got):\n%s", diff)
	}
	wantCode(t, env.DB.EditArticleRules(ctx, env.Admin, 0, rules), factcheck.CodeConflict)
	wantCode(t, env.DB.EditArticleRules(ctx, env.Editor, 1, rules), factcheck.CodeForbidden)
	rules.KeepPerArticle = 1
	wantCode(t, env.DB.EditArticleRules(ctx, env.Admin, 1, rules), factcheck.CodeInvalid)
	if audited(t, env, "house.articles", nothing{}) != 1 {
		t.Error("the audit log does not have it once")
	}
}

// nothing is the object of acts on no single thing.
type nothing struct{}

// String returns the name of nothing.
func (nothing) String() string { return "" }
