package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

const (
	importBatchSize = 200   // records of a transaction: small enough that stopping is prompt
	importShown     = 2000  // records of a job that are kept to be looked at, besides those rejected or noted
	importNoted     = 50000 // of those
	importTextShown = 200   // characters of a claim that are kept
)

// tryReading fails with CodeInvalid if nothing can be read as the options say.
func tryReading(file ImportFile) error {
	if _, err := exchange.Open(bytes.NewReader(file.Content), file.reading()); err != nil {
		return err
	}
	return nil
}

// importing is a job at work.
type importing struct {
	db       *DB
	job      ImportJob
	actor    factcheck.Actor
	run      *Import
	skip     int64 // records read before
	batch    []exchange.Record
	outcomes []RecordOutcome
	shown    int64
	noted    int64
	in       *countingReader
}

// countingReader counts the bytes that were read.
type countingReader struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// RunImport works a job that waits or was broken off: it reads the file behind what was read before, in batches that are
// transactions of their own, and notes what became of each record. It acts as the person who started it: whoever lost the
// right stops it. It ends early, to be run again, when ctx ends; when somebody stopped it, it ends for good. A job that is over is
// left alone.
func (db *DB) RunImport(ctx context.Context, id factcheck.ImportID) error {
	w, content, err := db.takeImport(ctx, id)
	if err != nil || w == nil {
		return err
	}
	err = w.read(ctx, content)
	switch {
	case errors.Is(err, errImportStopped):
		return w.end(ctx, JobStopped, "")
	case ctx.Err() != nil:
		return fmt.Errorf("import %s: %w", id, ctx.Err()) // it is run again, behind what it noted
	case err != nil && factcheck.CodeOf(err) == factcheck.CodeUnavailable:
		return err
	case err != nil:
		return w.end(ctx, JobFailed, refusal(err).Reason)
	}
	return w.end(ctx, JobDone, "")
}

var errImportStopped = errors.New("somebody stopped this import")

// takeImport marks a job as running and returns it with its content; nil if it is over.
func (db *DB) takeImport(ctx context.Context, id factcheck.ImportID) (*importing, []byte, error) {
	w := &importing{db: db}
	var content []byte
	err := db.inTx(ctx, func(t *tx) error {
		rows, err := t.pgx.Query(ctx, importJobColumns+`WHERE j.id = $1 FOR NO KEY UPDATE OF j`, id)
		if err != nil {
			return err
		}
		if w.job, err = pgx.CollectExactlyOneRow(rows, scanImportJob); err != nil {
			return err
		}
		return t.pgx.QueryRow(ctx, `UPDATE import_jobs SET state = CASE WHEN state = 'waiting' THEN 'running' ELSE state END, began_at = coalesce(began_at, $2) WHERE id = $1 RETURNING content, actor_id`,
			id, t.now).Scan(&content, &w.actor.ID)
	})
	if err != nil {
		return nil, nil, translate("take the import "+id.String(), err)
	}
	if w.job.State != JobWaiting && w.job.State != JobRunning || content == nil {
		return nil, nil, nil
	}
	w.actor.Kind = factcheck.ActorPerson
	w.skip = w.job.Counts.Read
	return w, content, nil
}

// read reads the file to its end.
func (w *importing) read(ctx context.Context, content []byte) error {
	w.in = &countingReader{r: bytes.NewReader(content)}
	reader, err := exchange.Open(w.in, w.job.File.reading())
	if err != nil {
		return err
	}
	if err := w.begin(ctx, reader.Format()); err != nil {
		return err
	}
	for n := int64(0); ; {
		record, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return w.flush(ctx)
		}
		n++
		reject, rejected := errors.AsType[*exchange.Reject](err)
		switch {
		case err != nil && !rejected:
			return errors.Join(w.flush(ctx), invalidf("", "%s; what came before it was taken", err.Error()))
		case n <= w.skip:
			continue
		case rejected:
			w.run.Reject()
			w.note(RecordOutcome{N: n, Line: int64(reject.Line), Outcome: OutcomeRejected, Reason: reject.Reason})
		default:
			record.Number = int(n)
			w.batch = append(w.batch, record)
		}
		if len(w.batch) >= importBatchSize || len(w.outcomes) >= importBatchSize {
			if err := w.flush(ctx); err != nil {
				return err
			}
		}
	}
}

// begin begins the run, or goes on with it.
func (w *importing) begin(ctx context.Context, format string) error {
	file := w.job.File
	opts := ImportOptions{Name: file.Name, Format: format, Legacy: file.Legacy, AllowPublishers: file.AllowPublishers, DryRun: file.DryRun}
	if !w.job.Run.IsZero() || file.DryRun && w.skip > 0 {
		w.run = w.db.resumeImport(w.actor, opts, w.job.Run, w.job.Counts)
		return nil
	}
	var err error
	if w.run, err = w.db.BeginImport(ctx, w.actor, opts); err != nil {
		return err
	}
	_, err = w.db.pool.Exec(ctx, `UPDATE import_jobs SET import_id = $2, format = $3 WHERE id = $1`, w.job.ID, w.run.ID(), format)
	return translate("note the run of "+w.job.ID.String(), err)
}

// note keeps what became of a record, unless enough of its kind are kept.
func (w *importing) note(o RecordOutcome) {
	special := o.Outcome == OutcomeRejected || o.Notes != ""
	if special {
		w.noted++
	} else {
		w.shown++
	}
	if special && w.noted > importNoted || !special && w.skip+w.shown > importShown {
		return
	}
	o.Reason, o.Notes = strings.ToValidUTF8(clipText(o.Reason, factcheck.MaxLine), "�"), strings.ToValidUTF8(clipText(o.Notes, factcheck.MaxLine), "�")
	w.outcomes = append(w.outcomes, o)
}

// flush takes the batch in, notes what became of it and how far the file is read, and looks whether to stop.
func (w *importing) flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(w.batch) > 0 {
		// A batch is not broken off: whether it was taken would not be known, and the counts would lie.
		outcomes, err := w.run.Add(context.WithoutCancel(ctx), w.batch)
		if err != nil {
			return err
		}
		for i, o := range outcomes {
			r := w.batch[i]
			w.note(RecordOutcome{N: int64(r.Number), Line: int64(r.Line), Outcome: o.Kind, Text: clipText(r.Text, importTextShown), Reason: o.Reason, Notes: strings.Join(append(r.Notes, o.Notes...), " ")})
		}
		w.batch = w.batch[:0]
	}
	var stop bool
	err := w.db.inTx(context.WithoutCancel(ctx), func(t *tx) error {
		batch := &pgx.Batch{}
		for _, o := range w.outcomes {
			batch.Queue(`INSERT INTO import_outcomes (job_id, n, line, outcome, text, reason, notes) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`, w.job.ID, o.N, o.Line, o.Outcome, o.Text, o.Reason, o.Notes)
		}
		c := w.run.Counts()
		batch.Queue(`UPDATE import_jobs SET place = $2, read = $3, created = $4, updated = $5, unchanged = $6, rejected = $7 WHERE id = $1 RETURNING stop`,
			w.job.ID, w.in.n, c.Read, c.Created, c.Updated, c.Unchanged, c.Rejected).QueryRow(func(row pgx.Row) error { return row.Scan(&stop) })
		return t.pgx.SendBatch(t.ctx, batch).Close()
	})
	w.outcomes = w.outcomes[:0]
	if err != nil {
		return translate("note how far "+w.job.ID.String()+" is", err)
	}
	if stop {
		return errImportStopped
	}
	return nil
}

// end says how a job ended. The file of a finished one goes; that of a dry run, or of one that can go on, waits.
func (w *importing) end(ctx context.Context, state, problem string) error {
	ctx = context.WithoutCancel(ctx)
	var err error
	if w.run != nil && state != JobStopped {
		if err = w.run.Finish(ctx); factcheck.CodeOf(err) == factcheck.CodeForbidden || factcheck.CodeOf(err) == factcheck.CodeUnauthenticated {
			err = nil // who began it may no longer: the job says so
		}
	}
	_, uerr := w.db.pool.Exec(ctx, `UPDATE import_jobs SET state = $2, stop = false, problem = $3, finished_at = $4, content = CASE WHEN $5 THEN NULL ELSE content END WHERE id = $1`,
		w.job.ID, state, clipText(problem, factcheck.MaxLine), w.db.clock(), state == JobDone && !w.job.File.DryRun)
	return errors.Join(err, translate("end the import "+w.job.ID.String(), uerr))
}

func clipText(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes-1]) + "…"
	}
	return s
}
