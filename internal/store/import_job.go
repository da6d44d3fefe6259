package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/task"
)

// MaxImportFile is the most bytes of a file that is imported in the browser; larger ones are for the command line. It may be
// gzipped.
const MaxImportFile = 32 << 20

// importKept is how long a file that was read, and what its records said, wait for somebody to look.
const importKept = 7 * 24 * time.Hour

// The states of an import job.
const (
	JobWaiting = "waiting"
	JobRunning = "running"
	JobStopped = "stopped" // by a person: it can go on
	JobDone    = "done"
	JobFailed  = "failed" // it can be tried again
)

// ImportFile is a file to import and how to read it.
type ImportFile struct {
	Name            string            `json:"-"`
	Content         []byte            `json:"-"`
	Format          string            `json:"format"`
	Map             map[string]string `json:"map,omitempty"` // field to column
	Publisher       string            `json:"publisher,omitempty"`
	Legacy          bool              `json:"legacy,omitempty"`
	AllowPublishers bool              `json:"allow,omitempty"`
	DryRun          bool              `json:"dry_run,omitempty"`
}

func (f ImportFile) reading() exchange.Options {
	return exchange.Options{Format: f.Format, Map: f.Map, Publisher: f.Publisher}
}

// ImportJob is an import in the background.
type ImportJob struct {
	ID         factcheck.ImportID
	Run        factcheck.ImportID // of what it took in; zero before, and for a dry run
	File       ImportFile         // without its content
	State      string
	Stopping   bool // it was asked to stop and has not yet
	Format     string
	Kept       bool // the file is still here
	Size, Read int64
	Counts     Counts
	Problem    string
	By         string
	CreatedAt  time.Time
	BeganAt    *time.Time
	FinishedAt *time.Time
}

// RecordOutcome is what became of a record of a file.
type RecordOutcome struct {
	N, Line             int64
	Outcome             OutcomeKind
	Text, Reason, Notes string
}

// StartImport keeps a file and enqueues reading it, and returns the job. CodeInvalid names the field of what cannot be meant, such
// as a content that is no fact-checks. A table whose columns nobody can tell is kept all the same, as a job that failed:
// somebody can say which column holds what (ImportColumns, AgainImport) without uploading it again. Admins.
func (db *DB) StartImport(ctx context.Context, actor factcheck.Actor, file ImportFile) (factcheck.ImportID, error) {
	var id factcheck.ImportID
	if len(file.Content) == 0 {
		return id, invalidf("file", "choose the file")
	}
	if len(file.Content) > MaxImportFile {
		return id, invalidf("file", "this file has %d MiB; the limit is %d. Larger ones are imported by the command line", len(file.Content)>>20, MaxImportFile>>20)
	}
	if err := factcheck.CheckText("file", file.Name, factcheck.MaxURL); err != nil {
		return id, err
	}
	err := db.write(ctx, actor, factcheck.ImportChecks, "start an import", func(t *tx) error {
		state, problem := JobWaiting, ""
		var ended *time.Time
		if err := tryReading(file); err != nil {
			if !mappable(file) {
				return err
			}
			state, problem, ended = JobFailed, refusal(err).Reason, &t.now
		}
		options, err := json.Marshal(file)
		if err != nil {
			return fmt.Errorf("encode the options: %w", err)
		}
		id = factcheck.ImportID(newID(t))
		batch := &pgx.Batch{}
		batch.Queue(`INSERT INTO import_jobs (id, name, state, options, content, size, actor_id, created_at, problem, finished_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			id, file.Name, state, options, file.Content, len(file.Content), t.actor.ID, t.now, clipText(problem, factcheck.MaxLine), ended)
		if err := t.pgx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("keep the file: %w", err)
		}
		if state == JobWaiting {
			t.enqueueImport(id)
		}
		return t.audit("import.start", id, map[string]any{"format": file.Format, "dry_run": file.DryRun, "legacy": file.Legacy, "allow": file.AllowPublishers, "bytes": len(file.Content)})
	})
	return id, err
}

// enqueueImport adds the job to the queue of long ones. It goes on where it was broken off, so few attempts do.
func (t *tx) enqueueImport(id factcheck.ImportID) {
	t.jobs = append(t.jobs, river.InsertManyParams{Args: task.ImportFile{Job: id}, InsertOpts: &river.InsertOpts{Queue: "long", MaxAttempts: 5}})
}

// mappable reports whether a file that cannot be read as it is has columns to choose from.
func mappable(file ImportFile) bool {
	columns, err := exchange.Columns(bytes.NewReader(file.Content), file.reading())
	return err == nil && len(columns) > 1
}

// ImportColumns returns the names of a job's columns, to say which holds what; none for a file that has none, or is not
// kept any more. Admins.
func (db *DB) ImportColumns(ctx context.Context, actor factcheck.Actor, id factcheck.ImportID) ([]string, error) {
	var out []string
	err := db.write(ctx, actor, factcheck.ImportChecks, "read the columns of "+id.String(), func(t *tx) error {
		var head []byte
		var format string
		err := t.pgx.QueryRow(ctx, `SELECT coalesce(substring(content FOR 1048576), ''), coalesce(options->>'format', '') FROM import_jobs WHERE id = $1`, id).Scan(&head, &format)
		if err != nil {
			return fmt.Errorf("read the beginning: %w", err)
		}
		if out, err = exchange.Columns(bytes.NewReader(head), exchange.Options{Format: format}); factcheck.CodeOf(err) == factcheck.CodeInvalid {
			return nil // no table, and the job says what it is
		}
		return err
	})
	return out, err
}

// AgainImport begins a new job with the file of one that is over: a dry run for real, or the same again with other columns;
// a nil columns takes those of before. CodeGone if the file is not kept any more. Admins.
func (db *DB) AgainImport(ctx context.Context, actor factcheck.Actor, id factcheck.ImportID, dryRun bool, columns map[string]string) (factcheck.ImportID, error) {
	job, err := db.ImportJob(ctx, actor, id)
	if err != nil {
		return factcheck.ImportID{}, err
	}
	if job.State == JobWaiting || job.State == JobRunning {
		return factcheck.ImportID{}, factcheck.Conflict("this import is not over yet")
	}
	var content []byte
	if err := db.pool.QueryRow(ctx, `SELECT content FROM import_jobs WHERE id = $1`, id).Scan(&content); err != nil {
		return factcheck.ImportID{}, translate("read the file", err)
	}
	if content == nil {
		return factcheck.ImportID{}, &factcheck.Error{Code: factcheck.CodeGone, Message: "the file is not kept any more; upload it again"}
	}
	file := job.File
	file.Content, file.DryRun = content, dryRun
	if columns != nil {
		file.Map = columns
		if err := tryReading(file); err != nil { // said where the columns are chosen
			return factcheck.ImportID{}, err
		}
	}
	return db.StartImport(ctx, actor, file)
}

// StopImport asks a job to stop after the batch it is at; what was taken in stays. CodeConflict if it is over. Admins.
func (db *DB) StopImport(ctx context.Context, actor factcheck.Actor, id factcheck.ImportID) error {
	return db.write(ctx, actor, factcheck.ImportChecks, "stop "+id.String(), func(t *tx) error {
		tag, err := t.pgx.Exec(ctx, `UPDATE import_jobs SET stop = state = 'running', state = CASE state WHEN 'waiting' THEN 'stopped' ELSE state END,
			finished_at = CASE state WHEN 'waiting' THEN $2 ELSE finished_at END WHERE id = $1 AND state IN ('waiting', 'running')`, id, t.now)
		if err != nil {
			return fmt.Errorf("ask it to stop: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return factcheck.Conflict("this import is over already")
		}
		return t.audit("import.stop", id, nil)
	})
}

// ResumeImport goes on with a job that was stopped or failed, behind the records it had read. CodeConflict if it is neither,
// CodeGone if the file is not kept any more. Admins.
func (db *DB) ResumeImport(ctx context.Context, actor factcheck.Actor, id factcheck.ImportID) error {
	return db.write(ctx, actor, factcheck.ImportChecks, "go on with "+id.String(), func(t *tx) error {
		var state string
		var kept bool
		if err := t.pgx.QueryRow(ctx, `SELECT state, content IS NOT NULL FROM import_jobs WHERE id = $1 FOR UPDATE`, id).Scan(&state, &kept); err != nil {
			return fmt.Errorf("read the import: %w", err)
		}
		if state != JobStopped && state != JobFailed {
			return factcheck.Conflict("this import is %s; only one that was stopped or failed goes on", state)
		}
		if !kept {
			return &factcheck.Error{Code: factcheck.CodeGone, Message: "the file is not kept any more; upload it again"}
		}
		if _, err := t.pgx.Exec(ctx, `UPDATE import_jobs SET state = 'waiting', stop = false, problem = '', finished_at = NULL, actor_id = $2 WHERE id = $1`, id, t.actor.ID); err != nil {
			return fmt.Errorf("go on: %w", err)
		}
		t.enqueueImport(id)
		return t.audit("import.resume", id, nil)
	})
}

const importJobColumns = `SELECT j.id, j.import_id, j.name, j.state, j.stop, j.options, j.format, j.content IS NOT NULL, j.size, j.place, j.read, j.created, j.updated, j.unchanged, j.rejected, j.problem, coalesce(p.name, ''), j.created_at, j.began_at, j.finished_at
	FROM import_jobs j JOIN actors a ON a.id = j.actor_id LEFT JOIN people p ON p.id = a.person_id `

func scanImportJob(row pgx.CollectableRow) (ImportJob, error) {
	var j ImportJob
	var options []byte
	err := row.Scan(&j.ID, &j.Run, &j.File.Name, &j.State, &j.Stopping, &options, &j.Format, &j.Kept, &j.Size, &j.Read, &j.Counts.Read, &j.Counts.Created, &j.Counts.Updated, &j.Counts.Unchanged, &j.Counts.Rejected,
		&j.Problem, &j.By, &j.CreatedAt, &j.BeganAt, &j.FinishedAt)
	if err != nil {
		return j, err
	}
	return j, decodeJSON(options, &j.File)
}

// ImportJobs returns the newest jobs, up to limit (at most MaxPage). Admins.
func (db *DB) ImportJobs(ctx context.Context, actor factcheck.Actor, limit int) ([]ImportJob, error) {
	var out []ImportJob
	err := db.write(ctx, actor, factcheck.ImportChecks, "list the imports", func(t *tx) error {
		if err := checkPage(limit); err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, importJobColumns+`ORDER BY j.id DESC LIMIT $1`, limit)
		if err != nil {
			return fmt.Errorf("read the imports: %w", err)
		}
		out, err = pgx.CollectRows(rows, scanImportJob)
		return err
	})
	return out, err
}

// ImportJob returns a job. CodeNotFound if there is none. Admins.
func (db *DB) ImportJob(ctx context.Context, actor factcheck.Actor, id factcheck.ImportID) (ImportJob, error) {
	var out ImportJob
	err := db.write(ctx, actor, factcheck.ImportChecks, "read "+id.String(), func(t *tx) error {
		rows, err := t.pgx.Query(ctx, importJobColumns+`WHERE j.id = $1`, id)
		if err != nil {
			return fmt.Errorf("read the import: %w", err)
		}
		out, err = pgx.CollectExactlyOneRow(rows, scanImportJob)
		return err
	})
	return out, err
}

// ImportOutcomes returns what became of up to limit (at most MaxPage) records of a job, beginning behind one; kind narrows to one
// outcome. All rejected and noted records are there, and the first two thousand others. Admins.
func (db *DB) ImportOutcomes(ctx context.Context, actor factcheck.Actor, id factcheck.ImportID, kind OutcomeKind, after int64, limit int) ([]RecordOutcome, error) {
	var out []RecordOutcome
	err := db.write(ctx, actor, factcheck.ImportChecks, "read what became of the records", func(t *tx) error {
		if err := checkPage(limit); err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, `SELECT n, line, outcome, text, reason, notes FROM import_outcomes WHERE job_id = $1 AND ($2 = '' OR outcome = $2) AND n > $3 ORDER BY n LIMIT $4`, id, string(kind), after, limit)
		if err != nil {
			return fmt.Errorf("read the records: %w", err)
		}
		out, err = pgx.CollectRows(rows, pgx.RowToStructByPos[RecordOutcome])
		return err
	})
	return out, err
}
