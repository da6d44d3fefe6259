package store_test

import (
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func TestMigratedDatabaseIsReady(t *testing.T) {
	t.Parallel()
	env := storetest.Empty(t)
	if err := env.DB.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	if err := env.DB.CheckSchema(t.Context()); err != nil {
		t.Error(err)
	}
	if err := env.DB.CheckQueue(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestDatabaseWithAStepMissingIsNotReady(t *testing.T) {
	t.Parallel()
	env := storetest.Empty(t)
	owner, err := pgx.Connect(t.Context(), env.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = owner.Close(t.Context()) }) // the test is over
	for _, q := range []string{
		`DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)`,
		`DELETE FROM river_migration WHERE version = (SELECT max(version) FROM river_migration)`,
		`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`,
	} {
		if _, err := owner.Exec(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, env.DB.CheckSchema(t.Context()), factcheck.CodeUnavailable)
	wantCode(t, env.DB.CheckQueue(t.Context()), factcheck.CodeUnavailable)
}

func TestLostDatabaseIsNotReady(t *testing.T) {
	t.Parallel()
	env := storetest.Empty(t)
	wire := storetest.NewWire(t, env.URL)
	db, err := store.Open(t.Context(), store.Options{URL: wire.URL, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	wire.Cut()
	wantCode(t, db.Ping(t.Context()), factcheck.CodeUnavailable)
	wantCode(t, db.CheckSchema(t.Context()), factcheck.CodeUnavailable)
	wantCode(t, db.CheckQueue(t.Context()), factcheck.CodeUnavailable)
	wire.Mend()
	if err := db.Ping(t.Context()); err != nil {
		t.Errorf("got %v once the database is back, want nil", err)
	}
}
