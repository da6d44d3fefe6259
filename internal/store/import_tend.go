package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/task"
)

// importGivenUp is what is said of a job that was broken off each time it was tried.
const importGivenUp = "it was broken off each time it was tried; what was read before stays, and it can go on"

// TendImports looks after imports in the background: a job that nobody will try again is said to have failed, and what waited
// importKept for somebody to look is erased. Doing it again changes nothing. The operator and the program itself.
func (db *DB) TendImports(ctx context.Context, actor factcheck.Actor) error {
	return db.write(ctx, actor, factcheck.ExpireTips, "tend the imports", func(t *tx) error {
		failed, err := t.failLostImports()
		if err != nil {
			return err
		}
		for _, id := range failed {
			if err := t.audit("import.give_up", id, nil); err != nil {
				return err
			}
		}
		before := t.now.Add(-importKept)
		batch := &pgx.Batch{}
		batch.Queue(`UPDATE import_outcomes SET text = '', reason = '', notes = '' WHERE (text <> '' OR reason <> '' OR notes <> '') AND job_id IN (SELECT id FROM import_jobs WHERE finished_at < $1)`, before)
		batch.Queue(`UPDATE import_jobs SET content = NULL WHERE finished_at < $1 AND content IS NOT NULL`, before)
		if err := t.pgx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("erase what waited: %w", err)
		}
		return nil
	})
}

// failLostImports marks the jobs that are neither over nor in the queue any more, and returns them. It looks at the jobs before
// it looks into the queue: one that is begun in between is none of those it judges.
func (t *tx) failLostImports() ([]factcheck.ImportID, error) {
	rows, err := t.pgx.Query(t.ctx, `SELECT id FROM import_jobs WHERE state IN ('waiting', 'running')`)
	if err != nil {
		return nil, fmt.Errorf("look for jobs: %w", err)
	}
	lost, err := pgx.CollectRows(rows, pgx.RowTo[factcheck.ImportID])
	if err != nil || len(lost) == 0 {
		return nil, err
	}
	rows, err = t.pgx.Query(t.ctx, `SELECT args->>'job' FROM river_job WHERE kind = $1 AND state NOT IN ('completed', 'cancelled', 'discarded')`, task.ImportFile{}.Kind())
	if err != nil {
		return nil, fmt.Errorf("look into the queue: %w", err)
	}
	err = eachText(rows, func(s string) error {
		var queued factcheck.ImportID
		if err := queued.UnmarshalText([]byte(s)); err != nil {
			return fmt.Errorf("read the id of a job: %w", err)
		}
		lost = slices.DeleteFunc(lost, func(id factcheck.ImportID) bool { return id == queued })
		return nil
	})
	if err != nil {
		return nil, err
	}
	rows, err = t.pgx.Query(t.ctx, `UPDATE import_jobs SET state = 'failed', stop = false, problem = $2, finished_at = $3 WHERE state IN ('waiting', 'running') AND id = ANY ($1::uuid[]) RETURNING id`,
		uuids(lost), importGivenUp, t.now)
	if err != nil {
		return nil, fmt.Errorf("mark the lost ones: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[factcheck.ImportID])
}
