package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// ErrPublic says that a program tried to change what readers see. Keys file drafts; what is public is changed by a person.
var ErrPublic = factcheck.Conflict("this would change at once what readers see; a person in the newsroom does that")

// Filing is a transaction in which a key files drafts, one item after another.
type Filing struct{ db *DB }

// Item runs the use cases that fn calls on the store it is given as one item: all of them are kept or, if it returns an error,
// none. The items before and after are not touched by that. Only use cases that write, and reads of the newsroom, belong in fn; others
// would not see what was filed. What readers would see at once is refused with ErrPublic. fn runs again, at most twice, if it
// had to give way to somebody else who was working on the same.
func (f *Filing) Item(fn func(*DB) error) error {
	var err error
	for range 3 {
		if err = f.db.in.part(func() error { return fn(f.db) }); !gaveWay(err) {
			return err
		}
	}
	return &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "others are working on the same right now; send it again", Err: err}
}

// gaveWay reports whether the database ended a statement for the sake of another transaction.
func gaveWay(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40P01" || pg.Code == "40001" || pg.Code == "55P03")
}

// within returns the store bound to a transaction: what is written through it is part of it.
func (db *DB) within(t *tx) *DB {
	return &DB{pool: db.pool, sql: db.sql, gorm: db.gorm, river: db.river, now: db.now, log: db.log, logos: db.logos, published: db.published, in: t}
}

// nested is write inside a transaction that is open: who acts was confirmed when it began.
func (t *tx) nested(actor factcheck.Actor, action factcheck.Action, doing string, fn func(*tx) error) error {
	if actor.ID != t.actor.ID {
		return fmt.Errorf("%s: a transaction of one actor was used by another", doing)
	}
	if err := factcheck.Permit(t.actor, action); err != nil {
		return err
	}
	return translate(doing, t.part(func() error { return fn(t) }))
}

// part runs fn so that all or nothing of it is kept: rows by a savepoint, and what the transaction collects for its end.
func (t *tx) part(fn func() error) error {
	if _, err := t.pgx.Exec(t.ctx, `SAVEPOINT part`); err != nil {
		return fmt.Errorf("begin a part: %w", err)
	}
	changes, jobs := slices.Clone(t.changes), slices.Clone(t.jobs)
	err := fn()
	if err == nil {
		err = t.staysDraft(t.changes[len(changes):])
	}
	if err == nil {
		if _, err = t.pgx.Exec(t.ctx, `RELEASE SAVEPOINT part`); err != nil {
			return fmt.Errorf("end a part: %w", err)
		}
		return nil
	}
	t.forgetPart(changes, jobs)
	if _, rerr := t.pgx.Exec(t.ctx, `ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part`); rerr != nil {
		return fmt.Errorf("take a part back: %w", errors.Join(rerr, err))
	}
	return err
}

// forgetPart forgets what a part collected for the end of the transaction.
func (t *tx) forgetPart(changes []change, jobs []river.InsertManyParams) {
	t.changes, t.jobs, t.docs = nil, jobs, documentWork{}
	for _, c := range changes {
		t.change(c)
	}
}

// staysDraft refuses changes of claims that are public.
func (t *tx) staysDraft(changes []change) error {
	if len(changes) == 0 {
		return nil
	}
	claims := make([]factcheck.ClaimID, 0, len(changes))
	for _, c := range changes {
		claims = append(claims, c.claim)
	}
	var public bool
	err := t.pgx.QueryRow(t.ctx, `SELECT EXISTS (SELECT FROM claim_documents WHERE claim_id = ANY ($1::uuid[]))`, uuids(claims)).Scan(&public)
	if err != nil {
		return fmt.Errorf("look whether it is public: %w", err)
	}
	if public {
		return ErrPublic
	}
	return nil
}

// mayFile refuses keys of other publishers: what is drafted here is the house's, and so is reading it.
func (t *tx) mayFile() error {
	var house bool
	err := t.pgx.QueryRow(t.ctx, `SELECT p.id IS NULL OR p.is_house FROM actors a LEFT JOIN keys k ON k.id = a.key_id LEFT JOIN publishers p ON p.id = k.publisher_id WHERE a.id = $1`, t.actor.ID).Scan(&house)
	if err != nil {
		return fmt.Errorf("look whose key it is: %w", err)
	}
	if !house {
		return factcheck.Forbidden("this key belongs to another publisher; only keys of this house file here")
	}
	return nil
}

// ReadDrafts runs fn on a store bound to one transaction, in which whoever may file reads what the newsroom works on: they are
// confirmed once for all that fn reads. Each read sees what was committed before it. fn is not to write: it would be kept.
func (db *DB) ReadDrafts(ctx context.Context, actor factcheck.Actor, fn func(*DB) error) error {
	return db.write(ctx, actor, factcheck.ReadNewsroom, "read drafts", func(t *tx) error {
		if err := t.mayFile(); err != nil {
			return err
		}
		return fn(db.within(t))
	})
}
