package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/redact"
)

// Redaction is one replacement that was done, by place and never by text, so that it can be done again on a backup from
// before it.
type Redaction struct {
	ID        factcheck.RedactionID     `json:"id"`
	Proposal  factcheck.ProposalID      `json:"proposal"`
	Claim     factcheck.ClaimID         `json:"claim"`
	Position  int                       `json:"position"` // order within the proposal
	Reason    factcheck.RedactionReason `json:"reason"`
	Notice    string                    `json:"notice"`
	Place     string                    `json:"place"`
	Row       string                    `json:"row"`
	Was       []byte                    `json:"was"` // SHA-256 of the field before
	Spans     []redact.Span             `json:"spans"`
	AppliedAt time.Time                 `json:"applied_at"`
}

// Redactions returns all that was redacted, in the order in which it was. The operator and the program itself.
func (db *DB) Redactions(ctx context.Context, actor factcheck.Actor) ([]Redaction, error) {
	var out []Redaction
	err := db.write(ctx, actor, factcheck.MigrateSchema, "list the redactions", func(t *tx) error {
		rows, err := t.pgx.Query(ctx, `SELECT id, proposal_id, claim_id, position, reason, notice, place, row_id, was, spans, applied_at FROM redactions ORDER BY applied_at, proposal_id, position`)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Redaction, error) {
			var r Redaction
			var spans []int32
			err := row.Scan(&r.ID, &r.Proposal, &r.Claim, &r.Position, &r.Reason, &r.Notice, &r.Place, &r.Row, &r.Was, &spans, &r.AppliedAt)
			for pair := range slices.Chunk(spans, 2) {
				r.Spans = append(r.Spans, redact.Span{Start: int(pair[0]), Len: int(pair[1])})
			}
			return r, err
		})
		return err
	})
	return out, err
}

// ReplayRedactions does redactions again on a restored database, in the order given by Redactions: each where its field is
// what it was before, so that doing it twice changes nothing. Public documents are rebuilt, with a change entry
// (verdict.redacted). It returns how many replacements it made. It needs a login that owns the tables (CodeForbidden
// otherwise): whoever restores. The operator and the program itself.
func (db *DB) ReplayRedactions(ctx context.Context, actor factcheck.Actor, all []Redaction) (int, error) {
	n := 0
	err := db.write(ctx, actor, factcheck.MigrateSchema, "replay the redactions", func(t *tx) error {
		if len(all) == 0 {
			return nil
		}
		if _, err := t.pgx.Exec(ctx, `SET LOCAL ROLE NONE`); err != nil {
			return fmt.Errorf("act as the owner: %w", err)
		}
		touched, err := t.replay(all)
		if err != nil || len(touched) == 0 {
			return err
		}
		n = len(touched)
		if err := t.redactedAgain(touched); err != nil {
			return err
		}
		return t.audit("database.redact", nil, map[string]any{"replayed": n})
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// replay returns the claim of each replacement that was made.
func (t *tx) replay(all []Redaction) ([]factcheck.ClaimID, error) {
	n := len(all)
	var (
		ids, claims, reasons, places, rows, spans, notices = make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
		proposals, positions, happened, was                = make([]*string, n), make([]int32, n), make([]time.Time, n), make([][]byte, n)
	)
	for i, r := range all {
		ids[i], claims[i], reasons[i], places[i], rows[i], notices[i] = r.ID.UUID(), r.Claim.UUID(), string(r.Reason), r.Place, r.Row, r.Notice
		proposals[i], positions[i], happened[i], was[i], spans[i] = nullable(r.Proposal), int32(r.Position), r.AppliedAt, r.Was, spanArray(r.Spans)
	}
	var touched []string
	err := t.pgx.QueryRow(t.ctx, `SELECT replay_redactions($1::uuid[], $2::uuid[], $3::uuid[], $4, $5, $6, $7, $8, $9, $10, $11)::text[]`,
		ids, proposals, claims, positions, reasons, happened, places, rows, was, spans, notices).Scan(&touched)
	if err != nil {
		return nil, fmt.Errorf("replay %d redactions: %w", n, err)
	}
	out := make([]factcheck.ClaimID, len(touched))
	for i, s := range touched {
		if err := out[i].Scan(s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// redactedAgain rebuilds the documents of the claims, of what was merged into the same claim, and of those that share an
// article or claimant with them, where they read differently now.
func (t *tx) redactedAgain(touched []factcheck.ClaimID) error {
	seen := map[factcheck.ClaimID]bool{}
	var all []factcheck.ClaimID
	add := func(ids []factcheck.ClaimID) {
		for _, id := range ids {
			if !seen[id] {
				seen[id] = true
				all = append(all, id)
			}
		}
	}
	for _, claim := range touched {
		if seen[claim] {
			continue
		}
		r, err := newRedaction(t, claim, "any passage", factcheck.RedactSafety.Notice())
		if err != nil {
			return err
		}
		others, err := t.sharing(r.ids[byClaims], r.ids[byClaimants], r.ids[byObjects])
		if err != nil {
			return err
		}
		add(r.claims)
		add(others)
	}
	if err := t.recallRedacted(all); err != nil { // of most, earlier states alone may read differently now
		return err
	}
	if _, err := t.pgx.Exec(t.ctx, `DELETE FROM claim_pages WHERE claim_id = ANY ($1::uuid[])`, uuids(all)); err != nil {
		return fmt.Errorf("drop the finished pages: %w", err)
	}
	return t.changeIfMoved(factcheck.ChangeVerdictRedacted, "A passage was removed again after a restore.", all...)
}
