package store

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// Schema is where the schema of a database stands against this program, and what must be known before migrating it.
type Schema struct {
	Steps   []Migration // that this program knows, in order
	Pending int         // steps that are not applied, the job queue's included
	Newer   int64       // the highest step applied that this program does not know; 0 when there is none
	Fresh   bool        // nothing of Touchstone is in the database
	Used    bool        // there are people or claims in it
	Demo    bool        // it is marked as a demonstration's
}

// SchemaOf looks at a database of any version and changes nothing, not even in an empty one. It fails with
// CodeUnavailable when the server does not answer and CodeInvalid when it is too old.
func SchemaOf(ctx context.Context, url string) (Schema, error) {
	var s Schema
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return s, fmt.Errorf("read DATABASE_URL: %w", hideSecrets(err))
	}
	cfg.MaxConns = 2
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return s, fmt.Errorf("open the database: %w", err)
	}
	defer pool.Close()
	if err := checkServer(ctx, pool); err != nil {
		return s, err
	}
	if s.Steps, err = Migrations(ctx, url); err != nil {
		return s, err
	}
	known := int64(0)
	for _, step := range s.Steps {
		known = max(known, step.Version)
		if !step.Applied {
			s.Pending++
		}
	}
	queue, err := pendingQueueSteps(ctx, pool)
	if err != nil {
		return s, err
	}
	s.Pending += queue
	return s, s.look(ctx, pool, known)
}

// look asks what is in the tables that are there.
func (s *Schema) look(ctx context.Context, pool *pgxpool.Pool, known int64) error {
	s.Fresh = true
	for _, ask := range []struct {
		table, query string
		read         func(bool, int64)
	}{
		{"goose_db_version", `SELECT true, coalesce(max(version_id) FILTER (WHERE is_applied), 0) FROM goose_db_version`, func(_ bool, n int64) {
			s.Fresh = false
			if n > known {
				s.Newer = n
			}
		}},
		{"installation", `SELECT coalesce(bool_or(demo), false), 0::bigint FROM installation`, func(yes bool, _ int64) { s.Demo = yes }},
		{"people", `SELECT EXISTS (SELECT FROM people), 0::bigint`, func(yes bool, _ int64) { s.Used = s.Used || yes }},
		{"claims", `SELECT EXISTS (SELECT FROM claims), 0::bigint`, func(yes bool, _ int64) { s.Used = s.Used || yes }},
	} {
		var there, yes bool
		var n int64
		if err := pool.QueryRow(ctx, `SELECT to_regclass($1) IS NOT NULL`, "public."+ask.table).Scan(&there); err != nil {
			return translate("look for the table "+ask.table, err)
		}
		if !there {
			continue
		}
		if err := pool.QueryRow(ctx, ask.query).Scan(&yes, &n); err != nil {
			return translate("look into the table "+ask.table, err)
		}
		ask.read(yes, n)
	}
	return nil
}

// pendingQueueSteps counts the steps that the job queue's tables lack.
func pendingQueueSteps(ctx context.Context, pool *pgxpool.Pool) (int, error) {
	queue, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return 0, fmt.Errorf("prepare the job queue's migrations: %w", err)
	}
	have, err := queue.ExistingVersions(ctx)
	if err != nil {
		return 0, translate("read the job queue's version", err)
	}
	return max(0, len(queue.AllVersions())-len(have)), nil
}
