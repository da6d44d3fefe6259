package store_test

import (
	"context"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// Invariant 9: jobs are enqueued in the transaction that makes them necessary; they run at least once and their effects are
// idempotent.

func TestInvariant09JobsComeWithTheCommit(t *testing.T) {
	t.Parallel()
	b, v := submitted(t)
	env := b.Env
	jobs := func() string { return b.value(t, `SELECT count(*)::text FROM river_job`) }
	approve := func(ctx context.Context) error {
		_, err := env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash)
		return err
	}
	if n := jobs(); n != "0" {
		t.Errorf("got %s jobs before anything is public, want 0", n)
	}
	// Whatever fails after the job was inserted, up to the commit itself, takes it along.
	for name, sabotage := range map[string]string{
		"the feed":   `CREATE TRIGGER sabotage AFTER INSERT ON changes FOR EACH STATEMENT EXECUTE FUNCTION sabotage()`,
		"the jobs":   `CREATE TRIGGER sabotage AFTER INSERT ON river_job FOR EACH STATEMENT EXECUTE FUNCTION sabotage()`,
		"the commit": `CREATE CONSTRAINT TRIGGER sabotage AFTER INSERT ON changes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sabotage()`,
	} {
		for _, q := range []string{
			`CREATE OR REPLACE FUNCTION sabotage() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$ BEGIN RAISE 'sabotage' USING ERRCODE = 'deadlock_detected'; END $$`, sabotage,
		} {
			if _, err := b.owner.Exec(t.Context(), q); err != nil {
				t.Fatal(err)
			}
		}
		b.refuses(t, []misdeed{{"when it fails at " + name, approve, factcheck.CodeConflict}})
		if _, err := b.owner.Exec(t.Context(), `DROP FUNCTION sabotage() CASCADE`); err != nil {
			t.Fatal(err)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	b.refuses(t, []misdeed{{"when the request is gone", func(context.Context) error { return approve(gone) }, factcheck.CodeUnavailable}})
	ok(t, approve(t.Context()))
	if n := b.value(t, `SELECT count(*)::text FROM river_job WHERE kind = 'render_claim' AND args ->> 'claim' = $1`, v.Claim.String()); n != "1" {
		t.Errorf("got %s jobs to render the claim, want 1", n)
	}
	if secret := b.value(t, `SELECT string_agg(args::text, '') FROM river_job`); len(secret) > 200 {
		t.Errorf("got jobs that carry more than ids: %s", secret)
	}
}

func TestInvariant09DoingItAgainChangesNothing(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor has resigned.", "False")
	b := newBattle(t, env, nil)
	page := store.Page{Claim: v.Claim, Language: "en", Seq: 1, Epoch: "1", ETag: "a", HTML: []byte("first"), Gzip: []byte{1}, Brotli: []byte{2}}
	same := func(what string, do func() error) {
		t.Helper()
		ok(t, do())
		before := fingerprint(t, b.owner)
		ok(t, do())
		for table, now := range fingerprint(t, b.owner) {
			if table != "audit" && now != before[table] { // that it was done again is written down
				t.Errorf("%s again changed %s", what, table)
			}
		}
	}
	same("storing a page", func() error { return env.DB.SavePage(ctx, page) })
	same("expiring tips", func() error { _, err := env.DB.ExpireTips(ctx, factcheck.System()); return err })
	same("installing the scales", func() error { _, err := env.DB.InstallScales(ctx, factcheck.Operator()); return err })
	// A job that comes late does not put an old page in the place of a newer one.
	env.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "More was found.")
	newer := page
	newer.Seq, newer.HTML = 2, []byte("second")
	ok(t, env.DB.SavePage(ctx, newer))
	ok(t, env.DB.SavePage(ctx, page))
	got, err := env.DB.PageBySlug(ctx, "the-mayor-has-resigned", "en", "1")
	if err != nil || string(got.HTML) != "second" {
		t.Errorf("got %q, %v; want the newer page", got.HTML, err)
	}
	ok(t, env.DB.SuspendVerdict(ctx, env.Editor, v.Verdict, "In doubt."))
	_, err = env.DB.PageBySlug(ctx, "the-mayor-has-resigned", "en", "1")
	wantCode(t, err, factcheck.CodeNotFound)
}
