package store_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// ask returns one value of a query.
func ask[T any](t *testing.T, env *storetest.Env, query string, args ...any) T {
	t.Helper()
	var out T
	if err := env.DB.Pool().QueryRow(t.Context(), query, args...).Scan(&out); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return out
}

func TestADemonstrationIsMarkedOnceAndOnAnUnusedDatabaseOnly(t *testing.T) {
	t.Parallel()
	env := storetest.Empty(t)
	op := factcheck.Operator()
	for range 2 {
		if err := env.DB.MarkDemo(t.Context(), op); err != nil {
			t.Fatal(err)
		}
	}
	demo, err := env.DB.IsDemo(t.Context())
	if err != nil || !demo {
		t.Errorf("got %v, %v, want a demonstration", demo, err)
	}
	if n := ask[int](t, env, `SELECT count(*) FROM audit WHERE action = 'installation.demo'`); n != 1 {
		t.Errorf("got %d audit entries, want 1", n)
	}

	used := storetest.New(t)
	wantCode(t, used.DB.MarkDemo(t.Context(), op), factcheck.CodeConflict)
	wantCode(t, used.DB.MarkDemo(t.Context(), used.Admin), factcheck.CodeForbidden)
	if demo, err := used.DB.IsDemo(t.Context()); err != nil || demo {
		t.Errorf("got %v, %v, want none", demo, err)
	}
}

func TestThatTheDemonstrationIsLoadedIsRemembered(t *testing.T) {
	t.Parallel()
	env := storetest.Empty(t)
	for _, want := range []bool{false, true} {
		loaded, err := env.DB.DemoLoaded(t.Context())
		if err != nil || loaded != want {
			t.Errorf("got %v, %v, want %v", loaded, err, want)
		}
		if err := env.DB.NoteDemoLoaded(t.Context(), factcheck.Operator()); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, storetest.New(t).DB.NoteDemoLoaded(t.Context(), factcheck.Actor{}), factcheck.CodeUnauthenticated)
}

func TestAnInterruptedDemonstrationIsBegunAnewAndNothingElse(t *testing.T) {
	t.Parallel()
	anew := func(env *storetest.Env, want bool) {
		t.Helper()
		begun, err := store.BeginDemoAnew(t.Context(), env.OwnerURL)
		if err != nil || begun != want {
			t.Errorf("got %v, %v, want %v", begun, err, want)
		}
	}
	newsroom := storetest.New(t)
	anew(newsroom, false)
	if n := ask[int](t, newsroom, `SELECT count(*) FROM people`); n != 5 {
		t.Errorf("got %d people in a newsroom, want all of them", n)
	}
	whole := storetest.Empty(t)
	for _, do := range []func(context.Context, factcheck.Actor) error{whole.DB.MarkDemo, whole.DB.NoteDemoLoaded} {
		if err := do(t.Context(), factcheck.Operator()); err != nil {
			t.Fatal(err)
		}
	}
	anew(whole, false)

	broken := storetest.Empty(t)
	if err := broken.DB.MarkDemo(t.Context(), factcheck.Operator()); err != nil {
		t.Fatal(err)
	}
	anew(broken, true)
	if s, err := store.SchemaOf(t.Context(), broken.URL); err != nil || !s.Fresh {
		t.Errorf("got %+v, %v, want nothing left", s, err)
	}
	if _, err := store.Migrate(t.Context(), broken.OwnerURL, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	if err := broken.DB.MarkDemo(t.Context(), factcheck.Operator()); err != nil {
		t.Errorf("the program's role has no rights in the new schema: %v", err)
	}
}

func TestTheLastBackupIsRemembered(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	_, err := env.DB.LastBackup(t.Context())
	wantCode(t, err, factcheck.CodeNotFound)
	since, err := env.DB.BackedUpSince(t.Context())
	if want := ask[time.Time](t, env, `SELECT created_at FROM installation`); err != nil || !since.Equal(want) {
		t.Errorf("got %s, %v, want %s, the time of the installation", since, err, want)
	}
	first := store.BackupNote{At: time.Date(2025, 6, 7, 0, 0, 0, 0, time.UTC), File: "/b/1", Bytes: 10, Automatic: true}
	second := store.BackupNote{At: first.At.Add(time.Hour), File: "/b/2", Bytes: 20}
	if err := env.DB.NoteBackup(t.Context(), factcheck.System(), first); err != nil {
		t.Fatal(err)
	}
	if err := env.DB.NoteBackup(t.Context(), factcheck.Operator(), second); err != nil {
		t.Fatal(err)
	}
	if since, err := env.DB.BackedUpSince(t.Context()); err != nil || !since.Equal(second.At) {
		t.Errorf("got %s, %v, want %s", since, err, second.At)
	}
	got, err := env.DB.LastBackup(t.Context())
	if diff := cmp.Diff(second, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if n := ask[int](t, env, `SELECT count(*) FROM audit WHERE action = 'database.backup'`); n != 2 {
		t.Errorf("got %d audit entries, want 2", n)
	}
	wantCode(t, env.DB.NoteBackup(t.Context(), env.Admin, first), factcheck.CodeForbidden)
	wantCode(t, env.DB.NoteMigration(t.Context(), env.Admin, 1), factcheck.CodeForbidden)
	if err := env.DB.NoteMigration(t.Context(), factcheck.System(), 3); err != nil {
		t.Fatal(err)
	}
	if n := ask[int](t, env, `SELECT (details->>'steps')::int FROM audit WHERE action = 'database.migrate'`); n != 3 {
		t.Errorf("got %d steps in the audit, want 3", n)
	}
}

func TestSchemaSaysWhereADatabaseStands(t *testing.T) {
	t.Parallel()
	owner, app := storetest.Database(t, false)
	log := slog.New(slog.DiscardHandler)
	schemaOf := func(url string) store.Schema {
		t.Helper()
		s, err := store.SchemaOf(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	fresh := schemaOf(app)
	if !fresh.Fresh || fresh.Pending <= len(fresh.Steps) || len(fresh.Steps) == 0 {
		t.Errorf("got %+v, want a fresh database that lacks all steps and the job queue's", fresh)
	}
	if got := schemaOf(app); got.Pending != fresh.Pending {
		t.Errorf("got %d steps at the second look, want %d: looking changed something", got.Pending, fresh.Pending)
	}
	if _, err := store.Migrate(t.Context(), owner, log); err != nil {
		t.Fatal(err)
	}
	if got := schemaOf(app); got.Fresh || got.Pending != 0 || got.Newer != 0 || got.Used || got.Demo {
		t.Errorf("got %+v, want it up to date and unused", got)
	}
	conn, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	for _, q := range []string{
		`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`,
		`WITH a AS (INSERT INTO audit (at, actor_id, action, object) SELECT now(), id, 'test', '' FROM actors LIMIT 1)
		INSERT INTO people (id, email, name, role, created_at) VALUES (gen_random_uuid(), 'a@b.example', 'A', 'admin', now())`,
		`UPDATE installation SET demo = true`,
	} {
		if _, err := conn.Exec(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	if got := schemaOf(app); got.Newer != 99999 || !got.Used || !got.Demo {
		t.Errorf("got %+v, want a newer one, used, a demonstration", got)
	}
	_, err = store.SchemaOf(t.Context(), "postgres://nobody@127.0.0.1:1/none?connect_timeout=2")
	wantCode(t, err, factcheck.CodeUnavailable)
}

func TestVitals(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	env.Published(t, "The mayor of Exampleville has resigned.", "False")
	if _, err := env.DB.Pool().Exec(t.Context(), `UPDATE river_job SET scheduled_at = now() - interval '90 seconds'`); err != nil {
		t.Fatal(err)
	}
	v, err := env.DB.Vitals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if v.Seq != 1 || v.Claims != 1 || v.Epoch == "" || v.Bytes < 1<<20 || len(v.Tables) != 5 || v.Version == "" {
		t.Errorf("got %+v, want one public claim, one change, five tables", v)
	}
	if v.Jobs["available"] != 1 || v.StuckJobs != 0 || v.OldestJob < 90*time.Second || v.OldestJob > 10*time.Minute {
		t.Errorf("got jobs %v, %d stuck, the oldest %s, want one that has been waiting for 90 s", v.Jobs, v.StuckJobs, v.OldestJob)
	}
	if p, err := env.DB.Pulse(t.Context()); err != nil || cmp.Diff(v.Pulse, p) != "" {
		t.Errorf("got pulse %+v, %v, want %+v", p, err, v.Pulse)
	}
	if v.Separation != store.SeparatedRoles {
		t.Errorf("got separation %q, want %q", v.Separation, store.SeparatedRoles)
	}
	asOwner, err := store.Open(t.Context(), store.Options{URL: env.OwnerURL, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(asOwner.Close)
	if v, err := asOwner.Vitals(t.Context()); err != nil || v.Separation == store.SeparatedRoles {
		t.Errorf("got %q, %v for the owner, want no separation", v.Separation, err)
	}
}
