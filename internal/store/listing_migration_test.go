package store_test

import (
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
	"github.com/touchstone-factcheck/touchstone/migrations"
)

// beforeListings is a ledger of the release before migration 9, in ids that end in what they are: claim c1 came by import, of
// the publishers a1 and b1; c2 was filed by a person, and publisher a1 has a verdict on it; c3 came by import and was edited.
const beforeListings = `
SET session_replication_role = replica;
INSERT INTO publishers (id, name, site, allowed_at, created_at) VALUES ('00000000-0000-7000-8000-0000000000a1', 'A', 'a.example', NULL, now()), ('00000000-0000-7000-8000-0000000000b1', 'B', 'b.example', now(), now());
INSERT INTO actors (id, kind, person_id) VALUES ('00000000-0000-7000-8000-0000000000ee', 'person', gen_random_uuid());
INSERT INTO topics (id, slug, name, created_at) VALUES ('00000000-0000-7000-8000-000000000071', 't', 'T', now());
INSERT INTO claims (id, slug, text, text_key, language, stage, created_by, edited_by, created_at, updated_at)
SELECT ('00000000-0000-7000-8000-0000000000' || n)::uuid, n, n, sha256('x'), 'en', 'published', '00000000-0000-7000-8000-000000000001',
	CASE n WHEN 'c3' THEN '00000000-0000-7000-8000-0000000000ee' ELSE '00000000-0000-7000-8000-000000000001' END::uuid, '2020-01-01', '2020-01-01' FROM unnest(ARRAY['c1', 'c2', 'c3']) n;
INSERT INTO verdicts (id, claim_id, publisher_id, origin, state, created_at)
SELECT gen_random_uuid(), ('00000000-0000-7000-8000-0000000000' || c)::uuid, ('00000000-0000-7000-8000-0000000000' || p)::uuid, 'imported', 'unpublished', at::timestamptz
FROM (VALUES ('c1', 'a1', '2020-01-01'), ('c1', 'b1', '2021-01-01'), ('c2', 'a1', '2021-01-01'), ('c3', 'a1', '2020-01-01')) x (c, p, at);
INSERT INTO claim_topics (claim_id, topic_id) SELECT id, '00000000-0000-7000-8000-000000000071' FROM claims;
INSERT INTO articles (id, slug, url, url_hash, kind, title, language, text, added_by, created_at)
SELECT ('00000000-0000-7000-8000-0000000000' || n)::uuid, n, 'https://x.example/' || n, sha256('x'), 'page', 'Title', 'sw', CASE n WHEN 'd2' THEN 'It was read.' ELSE '' END, '00000000-0000-7000-8000-000000000001', now()
FROM unnest(ARRAY['d1', 'd2']) n;
INSERT INTO appearances (id, article_id, claim_id, stance, set_by, listed_by, first_seen_at, created_at)
SELECT gen_random_uuid(), a.id, '00000000-0000-7000-8000-0000000000c1', 'listed', 'import', '00000000-0000-7000-8000-0000000000a1', '2019-01-01', now() FROM articles a;
SET session_replication_role = DEFAULT;`

// What is in the database when migration 9 comes is kept and given to whom it most likely belongs.
func TestListingsAreTakenOverFromTheReleaseBefore(t *testing.T) {
	t.Parallel()
	owner, _ := storetest.Database(t, false)
	pool := must[*pgxpool.Pool](t)(pgxpool.New(t.Context(), owner))
	defer pool.Close()
	db := stdlib.OpenDBFromPool(pool)
	provider := must[*goose.Provider](t)(goose.NewProvider(goose.DialectPostgres, db, migrations.Files))
	_, err := provider.UpTo(t.Context(), 8)
	ok(t, err)
	admin := must[*url.URL](t)(url.Parse(owner))
	super := must[*url.URL](t)(url.Parse(storetest.Admin(t)))
	super.Path = admin.Path
	_, err = connect(t, super.String()).Exec(t.Context(), beforeListings)
	ok(t, err)
	_, err = provider.UpTo(t.Context(), 9)
	ok(t, err)

	wantStrings(t, "topics", queryStrings(t, owner, `SELECT right(claim_id::text, 2) || ' ' || coalesce(right(publisher_id::text, 2), 'a person') FROM claim_topics ORDER BY 1`),
		"c1 a1", "c1 b1", "c2 a person", "c3 a person")
	wantStrings(t, "listings", queryStrings(t, owner, `SELECT right(ap.article_id::text, 2) || ' ' || right(l.publisher_id::text, 2) || ' ' || l.title || ' ' || l.language || ' ' || (l.first_seen_at AT TIME ZONE 'UTC')::date
		FROM appearance_listings l JOIN appearances ap ON ap.id = l.appearance_id ORDER BY 1`), "d1 a1 Title sw 2019-01-01", "d2 a1 Title sw 2019-01-01")
	wantStrings(t, "articles", queryStrings(t, owner, `SELECT right(id::text, 2) || ' ' || title || language FROM articles ORDER BY 1`), "d1 ", "d2 Titlesw")
	wantStrings(t, "guards that are off", queryStrings(t, owner, `SELECT tgname::text FROM pg_trigger WHERE tgrelid = 'appearances'::regclass AND tgenabled <> 'O'`))
}
