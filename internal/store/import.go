package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// ImportOptions say where records come from and what becomes of them.
type ImportOptions struct {
	Name            string // of the file, as given
	Format          string
	Legacy          bool // records of the house's own site are its older archive
	AllowPublishers bool // publishers found are allowed, so that what they found is public at once
	DryRun          bool // everything is done and nothing is kept
}

// Counts add up: Read is the sum of the others.
type Counts struct {
	Read      int64 `json:"read"`
	Created   int64 `json:"created"`
	Updated   int64 `json:"updated"`
	Unchanged int64 `json:"unchanged"`
	Rejected  int64 `json:"rejected"`
}

// Outcome says what became of a record.
type Outcome struct {
	Kind   OutcomeKind
	Reason string   // of a rejection, a sentence for a person
	Notes  []string // what of a record that was taken in was left out, each a sentence for a person
}

// OutcomeKind is what became of a record.
type OutcomeKind string

// The outcomes of a record.
const (
	OutcomeCreated   OutcomeKind = "created"
	OutcomeUpdated   OutcomeKind = "updated"
	OutcomeUnchanged OutcomeKind = "unchanged"
	OutcomeRejected  OutcomeKind = "rejected"
)

// MaxImportBatch is the most records that one transaction of an import takes.
const MaxImportBatch = 500

// Import is a run of an import. Its batches are transactions of their own: what was taken in stays when it is interrupted,
// and running it again finds that unchanged. It is not safe for concurrent use; several runs beside each other are.
type Import struct {
	db    *DB
	actor factcheck.Actor
	opts  ImportOptions
	id    factcheck.ImportID
	count Counts
}

// BeginImport begins a run. Admins, keys of admins with the scope manage, and the operator.
func (db *DB) BeginImport(ctx context.Context, actor factcheck.Actor, opts ImportOptions) (*Import, error) {
	run := &Import{db: db, actor: actor, opts: opts}
	err := db.write(ctx, actor, factcheck.ImportChecks, "begin an import", func(t *tx) error {
		if err := factcheck.CheckText("name", opts.Name, factcheck.MaxURL); err != nil {
			return err
		}
		run.id = factcheck.ImportID(newID(t))
		_, err := t.pgx.Exec(ctx, `INSERT INTO imports (id, name, format, actor_id, legacy, started_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			run.id, opts.Name, opts.Format, actor.ID, opts.Legacy, t.now)
		if err != nil {
			return fmt.Errorf("write the import run: %w", err)
		}
		return t.audit("import.begin", run.id, map[string]any{"name": opts.Name, "format": opts.Format, "legacy": opts.Legacy, "allow": opts.AllowPublishers})
	})
	return run, err
}

// resumeImport goes on with a run that was begun before and interrupted after count.
func (db *DB) resumeImport(actor factcheck.Actor, opts ImportOptions, id factcheck.ImportID, count Counts) *Import {
	return &Import{db: db, actor: actor, opts: opts, id: id, count: count}
}

// ID returns the run's id, which every version it makes carries.
func (r *Import) ID() factcheck.ImportID { return r.id }

// Counts returns what has become of the records so far.
func (r *Import) Counts() Counts { return r.count }

// Reject counts a record that could not be read.
func (r *Import) Reject() { r.add(Outcome{Kind: OutcomeRejected}) }

// Add takes up to MaxImportBatch records in, in one transaction, and says what became of each, in order. A record that the
// ledger refuses is rejected with the reason and does not hold up the others: the batch is then taken one by one.
func (r *Import) Add(ctx context.Context, records []exchange.Record) ([]Outcome, error) {
	if len(records) > MaxImportBatch {
		return nil, invalidf("records", "%d records are too many for a batch; the limit is %d", len(records), MaxImportBatch)
	}
	outcomes, err := r.addBatch(ctx, records)
	if err != nil && len(records) > 1 && refusable(err) {
		outcomes = make([]Outcome, 0, len(records))
		for _, rec := range records {
			one, err := r.addBatch(ctx, []exchange.Record{rec})
			if err != nil && !refusable(err) {
				return outcomes, err
			}
			if err != nil {
				one = []Outcome{refusal(err)}
			}
			outcomes = append(outcomes, one...)
		}
		err = nil
	} else if err != nil && refusable(err) {
		outcomes, err = []Outcome{refusal(err)}, nil
	}
	if err != nil {
		return nil, err
	}
	for _, o := range outcomes {
		r.add(o)
	}
	return outcomes, nil
}

func (r *Import) add(o Outcome) {
	r.count.Read++
	switch o.Kind {
	case OutcomeCreated:
		r.count.Created++
	case OutcomeUpdated:
		r.count.Updated++
	case OutcomeUnchanged:
		r.count.Unchanged++
	case OutcomeRejected:
		r.count.Rejected++
	}
}

// refusable reports whether the error is about a record and not about the database or the actor.
func refusable(err error) bool {
	code := factcheck.CodeOf(err)
	return code == factcheck.CodeInvalid || code == factcheck.CodeConflict
}

func refusal(err error) Outcome {
	if coded, ok := errors.AsType[*factcheck.Error](err); ok {
		reason := coded.Message
		if coded.Field != "" {
			reason = coded.Field + ": " + reason
		}
		return Outcome{Kind: OutcomeRejected, Reason: reason}
	}
	return Outcome{Kind: OutcomeRejected, Reason: "the ledger refuses it"}
}

// Finish writes the counts into the run. An interrupted run is finished too, with what it had by then.
func (r *Import) Finish(ctx context.Context) error {
	if r.opts.DryRun {
		return nil
	}
	return r.db.write(ctx, r.actor, factcheck.ImportChecks, "finish "+r.id.String(), func(t *tx) error {
		_, err := t.pgx.Exec(ctx, `UPDATE imports SET finished_at = $2, read = $3, created = $4, updated = $5, unchanged = $6, rejected = $7 WHERE id = $1`,
			r.id, t.now, r.count.Read, r.count.Created, r.count.Updated, r.count.Unchanged, r.count.Rejected)
		if err != nil {
			return fmt.Errorf("write the counts: %w", err)
		}
		return t.audit("import.finish", r.id, map[string]any{"counts": r.count})
	})
}

// errDryRun rolls a batch back after everything was tried.
var errDryRun = errors.New("dry run")

func (r *Import) addBatch(ctx context.Context, records []exchange.Record) ([]Outcome, error) {
	var outcomes []Outcome
	err := r.db.write(ctx, r.actor, factcheck.ImportChecks, "import records", func(t *tx) error {
		// One batch at a time: two runs that meet the same claim must not both make it.
		if _, err := t.pgx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, importLock); err != nil {
			return fmt.Errorf("wait for other imports: %w", err)
		}
		b := &importBatch{tx: t, run: r, records: records}
		var err error
		if outcomes, err = b.add(); err != nil {
			return err
		}
		if err := t.audit("import.batch", r.id, map[string]any{"records": len(records)}); err != nil {
			return err
		}
		if r.opts.DryRun {
			return errDryRun
		}
		return nil
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return outcomes, err
}

const importLock = 7_386_251_908 // any number, for ever the same
