package store_test

import (
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// manyClaims writes n claims in a few statements, one in ten of them to be worked on, most with an outlet or a tip.
func manyClaims(t *testing.T, env *storetest.Env, n int) {
	t.Helper()
	ctx := t.Context()
	tx := must[pgx.Tx](t)(env.DB.Pool().Begin(ctx))
	for _, q := range []string{
		`INSERT INTO audit (at, actor_id, action, object) SELECT now(), id, 'test.fill', '' FROM actors WHERE kind = 'system'`,
		`SET CONSTRAINTS ALL DEFERRED`,
		`CREATE TEMP TABLE fill ON COMMIT DROP AS SELECT n, gen_random_uuid() AS id FROM generate_series(1, ` + strconv.Itoa(n) + `) AS n`,
		`INSERT INTO claim_slugs (slug, claim_id, created_at) SELECT 'filled-' || n, id, now() FROM fill`,
		`INSERT INTO claims (id, slug, text, text_key, language, stage, created_by, edited_by, created_at, updated_at, assignee_id)
			SELECT fill.id, 'filled-' || n, 'Claim number ' || n || ' says that the bridge of town ' || n % 997 || ' is closed.', sha256(n::text::bytea), (ARRAY['en', 'fr', 'ar'])[n % 3 + 1],
			CASE WHEN n % 10 = 0 THEN 'triage' WHEN n % 10 = 1 THEN 'checking' ELSE 'published' END, a.id, a.id, now() - n * interval '20 minutes', now(),
			CASE WHEN n % 50 = 0 THEN (SELECT id FROM people ORDER BY email LIMIT 1) END
			FROM fill, actors a WHERE a.kind = 'system'`,
		`INSERT INTO topics (id, slug, name, created_at) SELECT gen_random_uuid(), 't-' || n, 'Topic ' || n, now() FROM generate_series(1, 40) AS n`,
		`INSERT INTO claim_topics (claim_id, topic_id) SELECT fill.id, t.id FROM fill JOIN topics t ON t.slug = 't-' || (n % 40 + 1)`,
		`UPDATE claim_desk d SET outlets = n % 7, pace = n % 3, harm = n % 4, checkability = n % 3 FROM fill WHERE fill.id = d.claim_id`,
	} {
		if _, err := tx.Exec(ctx, q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	ok(t, tx.Commit(ctx))
	if _, err := env.DB.Pool().Exec(ctx, `ANALYZE`); err != nil {
		t.Logf("analyze: %v", err)
	}
}

// The desk stays fast however many claims there are: each way of asking ends within a quarter of a second with a thousand
// claims, and with a hundred thousand where TOUCHSTONE_TEST_CLAIMS says so.
func TestDeskIsFast(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	n := 1000
	if s := os.Getenv("TOUCHSTONE_TEST_CLAIMS"); s != "" {
		n, _ = strconv.Atoi(s) //nolint:errcheck // a wrong number is none
	}
	manyClaims(t, env, n)
	ctx := t.Context()
	first := must[store.DeskList](t)(env.DB.Desk(ctx, env.Checker, store.DeskQuery{Stage: store.StageOpen, Limit: 31}))
	topic := must[factcheck.TopicID](t)(func() (id factcheck.TopicID, err error) { return id, id.UnmarshalText([]byte(first.Topics[0].ID)) }())
	for name, q := range map[string]store.DeskQuery{
		"to do": {Stage: store.StageOpen}, "newest": {Stage: store.StageOpen, Order: store.ByNewest}, "all": {}, "published": {Stage: "published"}, "a topic": {Topic: topic},
		"a topic to do": {Stage: store.StageOpen, Topic: topic}, "mine": {Stage: store.StageOpen, Assignee: env.Admin.Person}, "a language": {Language: "ar"}, "a language nobody has": {Language: "xx"},
		"nobody's": {Stage: store.StageOpen, Unassigned: true}, "old": {Before: 30 * 24 * time.Hour}, "young": {Within: 24 * time.Hour}, "the next page": {Stage: store.StageOpen, After: first.Claims[30].Place},
	} {
		q.Limit = 31
		best := time.Hour
		for range 5 {
			began := time.Now()
			must[store.DeskList](t)(env.DB.Desk(ctx, env.Checker, q))
			best = min(best, time.Since(began))
		}
		t.Logf("%-22s %s", name, best.Round(100*time.Microsecond))
		if best > 250*time.Millisecond {
			t.Errorf("%s took %s with %d claims", name, best, n)
		}
	}
	for name, ask := range map[string]func() error{
		"queues": func() error { _, err := env.DB.DeskQueues(ctx, env.Editor); return err },
		"moved": func() error {
			_, err := env.DB.DeskMoved(ctx, env.Checker, store.DeskQuery{Stage: store.StageOpen}, first.Moment)
			return err
		},
		"weigh": func() error {
			_, err := env.DB.JudgeClaims(ctx, env.Checker, []factcheck.ClaimID{first.Claims[0].ID}, grade(factcheck.JudgedHigh), nil)
			return err
		},
	} {
		began := time.Now()
		ok(t, ask())
		t.Logf("%-22s %s", name, time.Since(began).Round(100*time.Microsecond))
	}
	began := time.Now()
	ok(t, env.DB.EditDeskWeights(ctx, env.Admin, 0, factcheck.DeskWeights{Tip: 2, Days: 3}))
	t.Logf("%-22s %s", "weigh all anew", time.Since(began).Round(time.Millisecond))
}
