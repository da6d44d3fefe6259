package store

import (
	"context"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/migrations"
)

// Ping returns nil if the database answers, CodeUnavailable otherwise. One round trip.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	return translate("ping the database", db.pool.QueryRow(ctx, `SELECT 1`).Scan(&one))
}

// CheckSchema returns nil if every migration this program knows is applied, the job queue's aside. A database ahead of the
// program is fine: a release runs before and after its migration. CodeUnavailable otherwise. One query.
func (db *DB) CheckSchema(ctx context.Context) error {
	known, err := knownMigrations()
	if err != nil {
		return err
	}
	var missing int
	err = db.pool.QueryRow(ctx, `SELECT count(*) FROM unnest($1::bigint[]) AS k (version)
		WHERE NOT coalesce((SELECT g.is_applied FROM goose_db_version g WHERE g.version_id = k.version ORDER BY g.id DESC LIMIT 1), false)`, known).Scan(&missing)
	if err != nil {
		return translate("read the schema's version", err)
	}
	if missing > 0 {
		return &factcheck.Error{Code: factcheck.CodeUnavailable, Message: fmt.Sprintf("%d of %d migrations are not applied; run: touchstone migrate up", missing, len(known))}
	}
	return nil
}

// CheckQueue returns nil if jobs can be enqueued and found: the queue's tables are there and of this program's version.
// CodeUnavailable otherwise. Two queries.
func (db *DB) CheckQueue(ctx context.Context) error {
	pending, err := pendingQueueSteps(ctx, db.pool)
	if err != nil {
		return err
	}
	if pending > 0 {
		return &factcheck.Error{Code: factcheck.CodeUnavailable, Message: fmt.Sprintf("%d steps of the job queue's tables are not applied; run: touchstone migrate up", pending)}
	}
	_, err = db.pool.Exec(ctx, `SELECT FROM river_job LIMIT 1`)
	return translate("look at the job queue", err)
}

// knownMigrations returns the numbers of the migrations in the program.
func knownMigrations() ([]int64, error) {
	names, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("list the migrations: %w", err)
	}
	var out []int64
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("the migration %s has no number: %w", name, err)
		}
		out = append(out, n)
	}
	return out, nil
}
