package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// dueReviews are the house's current verdicts to be looked at again by the moment $1: those whose finding was said to hold
// until then, and those somebody set a day for. A verdict with a version under way is being looked at.
const dueReviews = `
SELECT v.id AS verdict_id, v.claim_id, ver.valid_to, r.due_on, coalesce(r.note, '') AS note, r.set_by
FROM verdicts v JOIN verdict_versions ver ON ver.id = v.current_version_id LEFT JOIN verdict_reviews r ON r.verdict_id = v.id
WHERE v.state = 'current' AND v.origin <> 'imported' AND (r.due_on <= $1::timestamptz::date OR r.due_on IS NULL AND ver.valid_to <= $1)
  AND (ver.valid_to IS NOT NULL OR r.due_on IS NOT NULL)
  AND NOT EXISTS (SELECT FROM verdict_versions o WHERE o.verdict_id = v.id AND o.state <> 'published')`

// Reminder is a verdict that is to be looked at again.
type Reminder struct {
	Verdict   factcheck.VerdictID
	Claim     factcheck.ClaimID
	ClaimText string
	Language  string
	ValidTo   *time.Time // until when the finding was said to hold
	DueOn     *time.Time // day somebody set
	Note      string
	SetBy     string
}

// DueReminders returns up to limit (at most MaxPage) verdicts of the house to be looked at again, the longest due first.
// Checkers and above, and keys with the scope file. One query.
func (db *DB) DueReminders(ctx context.Context, actor factcheck.Actor, limit int) ([]Reminder, error) {
	var out []Reminder
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "list what is due", func(t *tx) error {
		if err := checkPage(limit); err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, `SELECT d.verdict_id, d.claim_id, c.text, c.language, d.valid_to, d.due_on, d.note, coalesce(p.name, '')
			FROM (`+dueReviews+`) AS d JOIN claims c ON c.id = d.claim_id LEFT JOIN people p ON p.id = d.set_by
			ORDER BY coalesce(d.due_on, d.valid_to), d.verdict_id LIMIT $2`, t.now, limit)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Reminder, error) {
			var r Reminder
			return r, row.Scan(&r.Verdict, &r.Claim, &r.ClaimText, &r.Language, &r.ValidTo, &r.DueOn, &r.Note, &r.SetBy)
		})
		return err
	})
	return out, err
}

// SetReview says on which day a published verdict of the house is to be looked at again, and why; it replaces what was set
// before, also the end of its validity as a reminder. The zero day takes the reminder off. CodeConflict if the verdict is
// not published. Checkers and above; no key may.
func (db *DB) SetReview(ctx context.Context, actor factcheck.Actor, id factcheck.VerdictID, on time.Time, note string) error {
	return db.write(ctx, actor, factcheck.SetReview, "remind of "+id.String(), func(t *tx) error {
		note = strings.TrimSpace(note)
		if err := factcheck.CheckText("note", note, factcheck.MaxLine); err != nil {
			return err
		}
		v, err := t.lockVerdict(id)
		if err != nil {
			return err
		}
		if v.State != factcheck.VerdictCurrent && v.State != factcheck.VerdictSuspended || v.Origin == factcheck.OriginImported {
			return factcheck.Conflict("only a published verdict of this house is looked at again")
		}
		if on.IsZero() {
			_, err = t.pgx.Exec(ctx, `DELETE FROM verdict_reviews WHERE verdict_id = $1`, id)
		} else {
			if on.Before(t.now.Add(-24*time.Hour)) || on.After(t.now.AddDate(20, 0, 0)) {
				return invalidf("due_on", "choose a day from today on, within twenty years")
			}
			_, err = t.pgx.Exec(ctx, `INSERT INTO verdict_reviews (verdict_id, due_on, note, set_by, set_at) VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (verdict_id) DO UPDATE SET due_on = excluded.due_on, note = excluded.note, set_by = excluded.set_by, set_at = excluded.set_at`,
				id, on, note, t.actor.Person, t.now)
		}
		if err != nil {
			return fmt.Errorf("set the day: %w", err)
		}
		return t.audit("verdict.review", id, map[string]any{"claim": v.ClaimID})
	})
}

// review returns the reminder set for a verdict, or none.
func (t *tx) review(id factcheck.VerdictID) (*Reminder, error) {
	r := Reminder{Verdict: id}
	err := t.pgx.QueryRow(t.ctx, `SELECT r.due_on, r.note, p.name FROM verdict_reviews r JOIN people p ON p.id = r.set_by WHERE r.verdict_id = $1`, id).Scan(&r.DueOn, &r.Note, &r.SetBy)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil //nolint:nilnil // there need not be one
	}
	if err != nil {
		return nil, fmt.Errorf("read the reminder: %w", err)
	}
	return &r, nil
}
