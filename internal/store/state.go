package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// State is one public state of a claim's page.
type State struct {
	Claim     factcheck.ClaimID
	N         int
	Seq       int64
	At        time.Time
	Type      factcheck.ChangeType
	Note      string
	Label     string // of the verdict that moved, of the leading one where none did; empty while it is under review
	Publisher string // whose verdict that is, when it is not the house's
	Stored    []byte // nil in lists
}

// States returns the public states of a claim's page, oldest first, without their documents.
func (db *DB) States(ctx context.Context, id factcheck.ClaimID) ([]State, error) {
	states, err := db.states(ctx, `s.claim_id = $1 ORDER BY s.n`, id)
	for i := range states {
		states[i].Stored = nil
	}
	return states, err
}

// Versions returns the public states with their documents, oldest first.
func (db *DB) Versions(ctx context.Context, id factcheck.ClaimID) ([]State, error) {
	return db.states(ctx, `s.claim_id = $1 ORDER BY s.n`, id)
}

// StateN returns the n-th public state of a claim's page; CodeNotFound if there is none.
func (db *DB) StateN(ctx context.Context, id factcheck.ClaimID, n int) (State, error) {
	return db.state(ctx, `s.claim_id = $1 AND s.n = $2`, id, n)
}

// StateAsOf returns what the claim's page said at a moment; CodeNotFound before its first publication.
func (db *DB) StateAsOf(ctx context.Context, id factcheck.ClaimID, at time.Time) (State, error) {
	return db.state(ctx, `s.claim_id = $1 AND s.at <= $2 ORDER BY s.n DESC LIMIT 1`, id, at)
}

func (db *DB) state(ctx context.Context, where string, args ...any) (State, error) {
	all, err := db.states(ctx, where, args...)
	if err == nil && len(all) == 0 {
		return State{}, factcheck.NotFound("this claim's page had no such state")
	}
	if err != nil {
		return State{}, err
	}
	return all[0], nil
}

// states reads states by a condition of this file. A claim that is no longer public has
// none: what was withdrawn is withdrawn on every way out.
func (db *DB) states(ctx context.Context, where string, args ...any) ([]State, error) {
	return readStates(ctx, db.pool, where, args...)
}

func readStates(ctx context.Context, from reading, where string, args ...any) ([]State, error) {
	rows, err := from.Query(ctx, `SELECT s.claim_id, s.n, coalesce(s.seq, 0), s.at, s.type, s.note, s.document
		FROM claim_states s JOIN claim_documents d ON d.claim_id = s.claim_id WHERE `+where, args...)
	if err != nil {
		return nil, translate("read the states of a page", err)
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (State, error) {
		var s State
		return s, row.Scan(&s.Claim, &s.N, &s.Seq, &s.At, &s.Type, &s.Note, &s.Stored)
	})
	if err != nil || len(out) == 0 {
		return out, translate("read the states of a page", err)
	}
	out, err = mask(ctx, from, out)
	return out, translate("read the states of a page", err)
}
