package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// kept takes an article in with a page of the content.
func kept(t *testing.T, env *storetest.Env, url, content string) store.Added {
	t.Helper()
	return must[store.Added](t)(env.DB.AddArticle(t.Context(), env.Checker, factcheck.ArticleInput{
		URL: url, Title: "A", Snapshot: factcheck.Snapshot{Kind: factcheck.SnapshotHTML, ContentType: "text/html", Body: []byte(content)},
	}))
}

func TestContentIsKeptOnce(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	page := strings.Repeat("<p>The same page, syndicated.</p>", 1000)
	a := kept(t, env, "https://one.example/a", page)
	kept(t, env, "https://two.example/a", page)
	kept(t, env, "https://one.example/a", "another")
	kept(t, env, "https://one.example/a", page) // it is back
	v := must[store.SnapshotVitals](t)(env.DB.SnapshotVitals(t.Context()))
	if v.Snapshots != 4 || v.Contents != 2 || v.Bytes != int64(len(page)+len("another")) || v.Stored >= v.Bytes/10 || v.Last30Days != v.Stored {
		t.Errorf("got %+v, want four snapshots of two contents, compressed", v)
	}
	env.Clock.Advance(31 * 24 * time.Hour)
	if v := must[store.SnapshotVitals](t)(env.DB.SnapshotVitals(t.Context())); v.Last30Days != 0 {
		t.Errorf("got %d bytes of the last 30 days, want none", v.Last30Days)
	}
	newest := must[store.WorkingArticle](t)(env.DB.NewsroomArticle(t.Context(), env.Checker, a.Article)).Snapshots[0]
	got := must[store.SnapshotBody](t)(env.DB.NewsroomSnapshot(t.Context(), env.Checker, newest.ID))
	if string(got.Body) != page || got.Size != int64(len(page)) || len(got.SHA256) != 32 || got.AddedBy != "Carla Checker" {
		t.Errorf("got %d bytes, %+v", len(got.Body), got.Snapshot)
	}
	_, err := env.DB.NewsroomSnapshot(t.Context(), keyOf(t, env, env.Checker, factcheck.ScopeRead), newest.ID)
	wantCode(t, err, factcheck.CodeForbidden)
	_, err = env.DB.NewsroomSnapshot(t.Context(), env.Checker, 99)
	wantCode(t, err, factcheck.CodeNotFound)
}

func TestHouseKeepsNoLargePages(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	rules := factcheck.DefaultArticleRules()
	rules.MaxSnapshot = 64 << 10
	ok(t, env.DB.EditArticleRules(t.Context(), factcheck.Operator(), 0, rules))
	got := must[store.Added](t)(env.DB.AddArticle(t.Context(), env.Checker, factcheck.ArticleInput{URL: "https://one.example/a", Text: "The text.",
		Snapshot: factcheck.Snapshot{Kind: factcheck.SnapshotHTML, ContentType: "text/html", Body: bytes.Repeat([]byte("x"), 64<<10+1)}}))
	if !got.TooLarge || !got.Snapshot || ask[string](t, env, `SELECT convert_from(body, 'UTF8') FROM snapshot_contents`) != "The text." {
		t.Errorf("got %+v, want the text kept instead", got)
	}
}

func TestSnapshotIsTakenDown(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	a := kept(t, env, "https://one.example/a", "a picture of somebody")
	b := kept(t, env, "https://two.example/a", "a picture of somebody")
	id := page(t, env, a.Article).Snapshots[0].ID
	wantCode(t, env.DB.TakeDownSnapshot(ctx, env.Checker, a.Article, id, "Asked to."), factcheck.CodeForbidden)
	wantCode(t, env.DB.TakeDownSnapshot(ctx, keyOf(t, env, env.Admin, factcheck.ScopeRead, factcheck.ScopeFile, factcheck.ScopeManage), a.Article, id, "x"), factcheck.CodeForbidden)
	wantCode(t, env.DB.TakeDownSnapshot(ctx, env.Editor, a.Article, id, " "), factcheck.CodeInvalid)
	wantCode(t, env.DB.TakeDownSnapshot(ctx, env.Editor, a.Article, 99, "x"), factcheck.CodeNotFound)
	wantCode(t, env.DB.TakeDownSnapshot(ctx, env.Editor, b.Article, id, "Another article's."), factcheck.CodeNotFound)
	ok(t, env.DB.TakeDownSnapshot(ctx, env.Editor, a.Article, id, "The photographer asked."))
	for _, art := range []factcheck.ArticleID{a.Article, b.Article} {
		s := page(t, env, art).Snapshots[0]
		if s.TakenDownAt == nil || s.TakenDownBy != "Edda Editor" || s.SHA256 != nil || s.Size != 0 {
			t.Errorf("got %+v, want it taken down wherever it is", s)
		}
	}
	if got := must[store.SnapshotBody](t)(env.DB.NewsroomSnapshot(ctx, env.Checker, id)); len(got.Body) != 0 {
		t.Errorf("got %d bytes, want none", len(got.Body))
	}
	if n := ask[int](t, env, `SELECT count(*) FROM snapshot_contents`); n != 0 {
		t.Errorf("%d contents are left", n)
	}
	if got := ask[string](t, env, `SELECT details ->> 'reason' FROM audit WHERE action = 'snapshot.take_down' AND object = $1`, a.Article.String()); got != "The photographer asked." {
		t.Errorf("got reason %q", got)
	}
	wantCode(t, env.DB.TakeDownSnapshot(ctx, env.Editor, a.Article, id, "again"), factcheck.CodeConflict)
}

func TestSnapshotsArePruned(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	prune := func() int { return must[int](t)(env.DB.PruneSnapshots(ctx, factcheck.System())) }
	art := kept(t, env, "https://one.example/a", "page 0").Article
	claim := env.Claim(t, "The lake is dry.")
	for i := 1; i <= 6; i++ {
		env.Clock.Advance(24 * time.Hour)
		kept(t, env, "https://one.example/a", fmt.Sprintf("page %d", i))
		if i == 2 {
			must[factcheck.AppearanceID](t)(env.DB.LinkArticle(ctx, env.Checker, art, claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes}))
		}
	}
	kept(t, env, "https://two.example/a", "page 1") // the same content
	left := func() string {
		return ask[string](t, env, `SELECT string_agg(convert_from(c.body, 'UTF8'), ', ' ORDER BY s.id) FROM snapshots s JOIN snapshot_contents c ON c.id = s.content_id WHERE s.article_id = $1`, art)
	}
	if n := prune(); n != 0 {
		t.Errorf("%d went though the house keeps all", n)
	}
	rules := factcheck.DefaultArticleRules()
	rules.KeepDays = 3
	ok(t, env.DB.EditArticleRules(ctx, env.Admin, 0, rules))
	if n := prune(); n != 2 || left() != "page 0, page 2, page 4, page 5, page 6" {
		t.Errorf("%d went and %q is left; want the first, what was there when the article was linked, and three days", n, left())
	}
	rules.KeepDays, rules.KeepPerArticle = 0, 2
	ok(t, env.DB.EditArticleRules(ctx, env.Admin, 1, rules))
	if n := prune(); n != 1 || left() != "page 0, page 2, page 5, page 6" {
		t.Errorf("%d went and %q is left; want two more than what always stays", n, left())
	}
	if got := ask[string](t, env, `SELECT string_agg(convert_from(body, 'UTF8'), ', ' ORDER BY id) FROM snapshot_contents`); got != "page 0, page 1, page 2, page 5, page 6" {
		t.Errorf("the contents are %q; want what the other article shows too, and nothing that nobody shows", got)
	}
	if n := audited(t, env, "snapshot.prune", nothing{}); n != 2 {
		t.Errorf("got %d audit entries, want 2", n)
	}
	_, err := env.DB.PruneSnapshots(ctx, env.Admin)
	wantCode(t, err, factcheck.CodeForbidden)
}

func TestSnapshotsAreExportedInOrder(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	a := kept(t, env, "https://one.example/a", "a1").Article
	b := kept(t, env, "https://two.example/a", "b1").Article
	kept(t, env, "https://one.example/a", "a2")
	gone := kept(t, env, "https://three.example/a", "gone").Article
	ok(t, env.DB.TakeDownSnapshot(ctx, env.Editor, gone, page(t, env, gone).Snapshots[0].ID, "x"))
	export := func(actor factcheck.Actor, articles ...factcheck.ArticleID) ([]string, error) {
		var out []string
		err := env.DB.EachSnapshot(ctx, actor, articles, func(s store.SnapshotBody) error {
			out = append(out, string(s.Body))
			return nil
		})
		return out, err
	}
	all, err := export(env.Admin)
	ok(t, err)
	if diff := cmp.Diff([]string{"a1", "a2", "b1"}, all); diff != "" {
		t.Errorf("all (-want +got):\n%s", diff)
	}
	some, err := export(env.Checker, b, a)
	ok(t, err)
	if diff := cmp.Diff([]string{"a1", "a2", "b1"}, some); diff != "" {
		t.Errorf("two articles (-want +got):\n%s", diff)
	}
	_, err = export(env.Checker)
	wantCode(t, err, factcheck.CodeForbidden)
	_, err = export(env.Checker, make([]factcheck.ArticleID, 101)...)
	wantCode(t, err, factcheck.CodeInvalid)
	full := errors.New("the disk is full")
	if err := env.DB.EachSnapshot(ctx, env.Admin, nil, func(store.SnapshotBody) error { return full }); !errors.Is(err, full) {
		t.Errorf("got %v, want the writer's error", err)
	}
}

// What was redacted in a kept page does not come back with the same page, nor with a newer one.
func TestRedactedPageIsNotTakenInAnew(t *testing.T) {
	t.Parallel()
	d := newDoxxed(t)
	ctx := t.Context()
	body := []byte("So " + passage + " it is")
	ok(t, d.DB.DecideProposal(ctx, d.Editor, d.propose(t), true))
	w := page(t, d.Env, d.article)
	if !w.Redacted || w.Appearances[0].Anchor.Located() {
		t.Errorf("got %+v, want it redacted and its passage nowhere", w)
	}
	for _, s := range w.Snapshots {
		if s.SHA256 != nil {
			t.Errorf("snapshot %d keeps the hash of what was there", s.ID)
		}
	}
	added := must[store.Added](t)(d.DB.AddArticle(ctx, d.Checker, factcheck.ArticleInput{URL: "https://paper.example/news?by=Zo%C3%AB%20%22Zo%22%20Lane%20%26%20Sons",
		Title: passage, Snapshot: factcheck.Snapshot{Kind: factcheck.SnapshotHTML, ContentType: "text/html", Body: body}}))
	if added.Article != d.article || added.Snapshot {
		t.Errorf("got %+v, want the article known and its page not kept", added)
	}
	_, err := d.DB.RefreshArticle(ctx, d.Checker, d.article, w.Revision, factcheck.RefreshInput{Text: passage}, nil)
	wantCode(t, err, factcheck.CodeConflict)
	other := must[store.Added](t)(d.DB.AddArticle(ctx, d.Checker, factcheck.ArticleInput{URL: "https://else.example/",
		Snapshot: factcheck.Snapshot{Kind: factcheck.SnapshotText, ContentType: "text/plain", Body: body}}))
	if other.Snapshot {
		t.Error("a content that was redacted is kept again under another article")
	}
}
