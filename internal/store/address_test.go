package store_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func TestOneArticleUnderAllSpellings(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	id := article(t, env, "http://www.news.example/mayor?b=2&a=1")
	for _, url := range []string{
		"https://news.example/mayor?a=1&b=2", "https://m.news.example/mayor?b=2&a=1&utm_source=x", "HTTPS://NEWS.example:443/mayor?a=1&b=2#top", "news.example/mayor?a=1&b=2",
	} {
		again := must[store.Added](t)(env.DB.AddArticle(ctx, env.Checker, factcheck.ArticleInput{URL: url}))
		found := must[store.ArticleSummary](t)(env.DB.FindArticle(ctx, env.Checker, url))
		if again.Article != id || again.Created || found.ID != id {
			t.Errorf("%s: got %s and %s, want %s", url, again.Article, found.ID, id)
		}
	}
	if got := ask[string](t, env, `SELECT url || ' ' || url_key FROM articles`); got != "http://www.news.example/mayor?b=2&a=1 https://news.example/mayor?a=1&b=2" {
		t.Errorf("got %q, want the address to open and the key", got)
	}
	_, err := env.DB.FindArticle(ctx, env.Checker, "https://news.example/other")
	wantCode(t, err, factcheck.CodeNotFound)
	_, err = env.DB.FindArticle(ctx, env.Checker, "javascript:alert(1)")
	wantCode(t, err, factcheck.CodeInvalid)
	_, err = env.DB.FindArticle(ctx, keyOf(t, env, env.Checker, factcheck.ScopeRead), "https://news.example/mayor")
	wantCode(t, err, factcheck.CodeForbidden)
}

func TestPublicArticleIsFoundByAddressOnlyOncePublic(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	claim := env.Claim(t, "The lake is dry.")
	linked(t, env, claim, "https://www.news.example/lake", factcheck.StanceMakes)
	_, err := env.DB.PublicArticleByURL(ctx, "https://news.example/lake")
	wantCode(t, err, factcheck.CodeNotFound)
	v := env.Published(t, "The mayor has resigned.", "False")
	linked(t, env, v.Claim, "https://www.news.example/mayor", factcheck.StanceMakes)
	got := must[store.PublicArticle](t)(env.DB.PublicArticleByURL(ctx, "http://amp.news.example/mayor?fbclid=1"))
	if got.URL != "https://www.news.example/mayor" || len(got.Appearances) != 1 {
		t.Errorf("got %+v", got)
	}
	_, err = env.DB.PublicArticleByURL(ctx, "mailto:a@news.example")
	wantCode(t, err, factcheck.CodeInvalid)
	list, _, err := env.DB.ListClaims(ctx, store.ListFilter{ArticleURL: "https://m.news.example/mayor", Limit: 10})
	if err != nil || len(list) != 1 || list[0].Claim != v.Claim {
		t.Errorf("got %d claims, %v; want the one the article makes, whatever the spelling", len(list), err)
	}
}

// What an earlier release wrote has its own address for a key until the program that migrates it computes one.
func TestKeysOfOlderArticlesAreComputedOnce(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	asOwner(t, env, `INSERT INTO articles (id, slug, url, url_hash, kind, added_by, created_at)
		SELECT ('00000000-0000-7000-8000-00000000000' || i)::uuid, 'a' || i, u, sha256(convert_to(u, 'UTF8')), 'page', $1, now() FROM unnest($2::text[]) WITH ORDINALITY AS x (u, i)`,
		env.Checker.ID, []string{"http://www.old.example/a?y=1&x=2", "https://www.both.example/b", "https://both.example/b", "https://m.two.example/c", "https://www.two.example/c", factcheck.RedactedAddress + "1"})
	asOwner(t, env, `UPDATE installation SET article_keys = 0`)
	rekey := func() {
		t.Helper()
		if _, err := migrate(t.Context(), env.OwnerURL); err != nil {
			t.Fatal(err)
		}
	}
	rekey()
	keys := func() []string {
		return queryStrings(t, env.OwnerURL, `SELECT slug || ' ' || url_key || CASE WHEN url_hash = sha256(convert_to(url_key, 'UTF8')) THEN '' ELSE ' wrong hash' END FROM articles ORDER BY id`)
	}
	want := []string{
		"a1 https://old.example/a?x=2&y=1",
		"a2 https://www.both.example/b", // the younger one's own address is the key: it has it
		"a3 https://both.example/b",
		"a4 https://two.example/c", // the older has it
		"a5 https://www.two.example/c",
		"a6 " + factcheck.RedactedAddress + "1",
	}
	if diff := cmp.Diff(want, keys()); diff != "" {
		t.Errorf("the keys differ (-want +got):\n%s", diff)
	}
	rekey() // finds nothing to do
	asOwner(t, env, `UPDATE installation SET article_keys = 0`)
	rekey() // and the second time comes to the same
	if diff := cmp.Diff(want, keys()); diff != "" {
		t.Errorf("the second time (-want +got):\n%s", diff)
	}
	if got := must[store.ArticleSummary](t)(env.DB.FindArticle(t.Context(), env.Checker, "https://old.example/a?x=2&y=1")); got.Slug != "a1" {
		t.Errorf("got %q by its key, want a1", got.Slug)
	}
}

// Snapshots of before this migration are one content each, as often as they were taken, and redacted ones have no hash.
func TestSnapshotsMoveToTheirContents(t *testing.T) {
	t.Parallel()
	url, _ := storetest.Database(t, false)
	ctx := t.Context()
	if err := store.MigrateTo(ctx, url, 9); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, url)
	run := func(sql string, args ...any) {
		t.Helper()
		if _, err := conn.Exec(ctx, sql, args...); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	run(`INSERT INTO articles (id, slug, url, url_hash, kind, text, added_by, created_at) VALUES ('00000000-0000-7000-8000-000000000001', 'a', 'https://www.a.example/', sha256('x'), 'page', 'x', $1, now())`, factcheck.Operator().ID)
	for _, s := range [][2]string{{"one", "one"}, {"two", "two"}, {"one", "one"}, {"was a name", "was [removed]"}} {
		run(`INSERT INTO snapshots (article_id, taken_at, kind, content_type, sha256, body, added_by)
			VALUES ('00000000-0000-7000-8000-000000000001', now(), 'html', 'text/html', sha256($1), $2, $3)`, []byte(s[0]), []byte(s[1]), factcheck.Operator().ID)
	}
	if _, err := migrate(context.WithoutCancel(ctx), url); err != nil {
		t.Fatal(err)
	}
	rows, err := conn.Query(ctx, `SELECT s.id || ' ' || convert_from(c.body, 'UTF8') || CASE WHEN c.sha256 IS NULL THEN ' without hash' ELSE '' END || ' ' || dense_rank() OVER (ORDER BY c.id)
		FROM snapshots s JOIN snapshot_contents c ON c.id = s.content_id ORDER BY s.id`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1 one 1", "2 two 2", "3 one 1", "4 was [removed] without hash 3"}, got); diff != "" {
		t.Errorf("the snapshots differ (-want +got):\n%s", diff)
	}
	if keys := queryStrings(t, url, `SELECT url_key FROM articles`); keys[0] != "https://a.example/" {
		t.Errorf("got key %q", keys[0])
	}
}
