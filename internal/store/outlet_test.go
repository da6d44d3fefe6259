package store_test

import (
	"errors"
	"strings"
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

// TestOutletIsNamedAnewWithAnArticle corrects the name that the first page of a site gave its outlet.
func TestOutletIsNamedAnewWithAnArticle(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	claim := env.Published(t, "The mayor has resigned.", "False").Claim
	linked(t, env, claim, "https://news.example/a", factcheck.StanceMakes)
	linked(t, env, claim, "https://news.example/b", factcheck.StanceMakes)
	art := article(t, env, "https://news.example/a")
	edit := factcheck.ArticleEdit{Title: "A", OutletSite: "news.example", OutletWas: "news.example", OutletName: "The News"}
	_, err := env.DB.EditArticle(ctx, env.Checker, art, 1, edit, nil)
	wantCode(t, err, factcheck.CodeInvalid)
	if coded, is := errors.AsType[*factcheck.Error](err); !is || coded.Field != "outlet_name" || !strings.Contains(coded.Message, "news.example") {
		t.Errorf("got %+v, want it told beside the name", coded)
	}
	must[[]factcheck.AppearanceID](t)(env.DB.EditArticle(ctx, env.Editor, art, 1, edit, nil))
	for _, a := range public(t, env, claim).Appearances {
		if a.Article.Outlet != "The News" {
			t.Errorf("readers see %q for %s, want the new name for all articles of the outlet", a.Article.Outlet, a.Article.URL)
		}
	}
	if n := audited(t, env, "outlet.edit", page(t, env, art).Outlet); n != 1 {
		t.Errorf("got %d entries of the audit log, want one", n)
	}
	edit.OutletName = "The Daily News"
	_, err = env.DB.EditArticle(ctx, env.Editor, art, 2, edit, nil) // which still reads news.example there
	wantCode(t, err, factcheck.CodeConflict)
	edit.OutletName, edit.OutletWas = "The News", "The News"
	must[[]factcheck.AppearanceID](t)(env.DB.EditArticle(ctx, env.Checker, art, 2, edit, nil)) // as it is: anybody's
	edit.OutletSite = "other.example"
	must[[]factcheck.AppearanceID](t)(env.DB.EditArticle(ctx, env.Checker, art, 3, edit, nil)) // another site, its name untouched
	if w := page(t, env, art); w.OutletSite != "other.example" || w.OutletName != "other.example" {
		t.Errorf("got %s of %s, want the new outlet called by its site", w.OutletName, w.OutletSite)
	}
	if got := public(t, env, claim).Appearances[1].Article.Outlet; got != "The News" {
		t.Errorf("got %q, want the outlet of the other article untouched", got)
	}
}

func TestPageDoesNotTakeTheNameOfAnotherOutlet(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	for _, in := range []factcheck.ArticleInput{
		{URL: "https://reuters.example/a", OutletName: "Agency"}, {URL: "https://spoof.example/a", OutletName: "AGENCY"}, {URL: "https://third.example/a", OutletName: "Third"},
	} {
		must[store.Added](t)(env.DB.AddArticle(t.Context(), env.Checker, in))
	}
	got := map[string]string{}
	for _, o := range must[[]store.Outlet](t)(env.DB.NewsroomOutlets(t.Context(), env.Checker, "", 10)) {
		got[o.Site] = o.Name
	}
	want := map[string]string{"reuters.example": "Agency", "spoof.example": "spoof.example", "third.example": "Third"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the names differ (-want +got):\n%s", diff)
	}
}
