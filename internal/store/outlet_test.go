package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func TestOutletsAreKeyedBySite(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	for _, in := range []factcheck.ArticleInput{
		{URL: "https://www.news.example/a", OutletName: "The Example News"}, {URL: "https://news.example/b", OutletName: "Another name"},
		{URL: "https://a.blogs.example/c"}, {URL: "https://cdn.example/d", OutletSite: "https://News.example/about"},
	} {
		must[store.Added](t)(env.DB.AddArticle(ctx, env.Checker, in))
	}
	got := must[[]store.Outlet](t)(env.DB.NewsroomOutlets(ctx, env.Checker, "", 10))
	for i := range got {
		got[i].ID = factcheck.OutletID{}
	}
	want := []store.Outlet{
		{Slug: "a-blogs-example", Name: "a.blogs.example", Site: "a.blogs.example", Revision: 1},
		{Slug: "the-example-news", Name: "The Example News", Site: "news.example", Revision: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the outlets differ (-want +got):\n%s", diff)
	}
	if rest := must[[]store.Outlet](t)(env.DB.NewsroomOutlets(ctx, env.Checker, "a.blogs.example", 1)); len(rest) != 1 || rest[0].Site != "news.example" {
		t.Errorf("got %v after the first, want the second", rest)
	}
	_, err := env.DB.NewsroomOutlets(ctx, env.Checker, "", 0)
	wantCode(t, err, factcheck.CodeInvalid)
	_, err = env.DB.NewsroomOutlets(ctx, env.Checker, "a\x00", 10)
	wantCode(t, err, factcheck.CodeInvalid)
}

func TestEditedOutletIsNamedAnewEverywhere(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	claim := env.Published(t, "The mayor has resigned.", "False").Claim
	linked(t, env, claim, "https://news.example/a", factcheck.StanceMakes)
	linked(t, env, claim, "https://news.example/b", factcheck.StanceMakes)
	linked(t, env, env.Claim(t, "Unpublished."), "https://news.example/c", factcheck.StanceMakes)
	at := head(t, env)
	o := must[[]store.Outlet](t)(env.DB.NewsroomOutlets(ctx, env.Checker, "", 10))[0]
	ok(t, env.DB.EditOutlet(ctx, env.Editor, o.ID, 1, factcheck.OutletInput{Name: "The News", Language: "en", Country: "ke"}))
	if got := public(t, env, claim).Appearances[0].Article.Outlet; got != "The News" {
		t.Errorf("readers see %q, want The News", got)
	}
	ok(t, env.DB.EditOutlet(ctx, env.Editor, o.ID, 2, factcheck.OutletInput{Name: "The News", Language: "sw", Country: "KE"}))
	if diff := cmp.Diff([]string{"appearance.changed " + claim.String()}, feed(t, env, at)); diff != "" {
		t.Errorf("the feed differs (-want +got):\n%s", diff)
	}
	got := must[[]store.Outlet](t)(env.DB.NewsroomOutlets(ctx, env.Checker, "", 10))[0]
	if diff := cmp.Diff(store.Outlet{ID: o.ID, Slug: o.Slug, Name: "The News", Site: o.Site, Language: "sw", Country: "KE", Revision: 3}, got); diff != "" {
		t.Errorf("the outlet differs (-want +got):\n%s", diff)
	}
	wantCode(t, env.DB.EditOutlet(ctx, env.Editor, o.ID, 1, factcheck.OutletInput{Name: "x"}), factcheck.CodeConflict)
	wantCode(t, env.DB.EditOutlet(ctx, env.Editor, factcheck.OutletID{1}, 1, factcheck.OutletInput{Name: "x"}), factcheck.CodeNotFound)
	for _, in := range []factcheck.OutletInput{{}, {Name: "x", Country: "Kenya"}, {Name: "x", Country: "1!"}, {Name: "x", Language: "?"}, {Name: "a\xff"}} {
		wantCode(t, env.DB.EditOutlet(ctx, env.Editor, o.ID, 3, in), factcheck.CodeInvalid)
	}
}
