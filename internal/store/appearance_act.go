package store

import (
	"fmt"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// What is done to appearances, as events call it. A correction state is an act too, by its own name.
const (
	actLinked   = "linked"
	actStance   = "stance"
	actFirst    = "first"
	actNotFirst = "not_first"
	actMoved    = "moved"
	actUnlinked = "unlinked"
	actRelinked = "relinked" // an unlinking taken back
	actUndone   = "undone"   // another act taken back
)

// appearanceNow returns an appearance as it is, to be kept with the act that changes it: that is what undoing brings back.
func (t *tx) appearanceNow(id factcheck.AppearanceID) ([]byte, error) {
	var now []byte
	if err := t.pgx.QueryRow(t.ctx, `SELECT to_jsonb(ap) FROM appearances ap WHERE id = $1`, id).Scan(&now); err != nil {
		return nil, fmt.Errorf("read %s as it is: %w", id, err)
	}
	return now, nil
}

// noteAct writes down an act on an appearance: how it is now, and how it was before it (nil: there was none).
func (t *tx) noteAct(id factcheck.AppearanceID, kind, note string, at time.Time, before []byte) error {
	return t.noteUndoing(id, kind, note, at, before, nil)
}

// noteUndoing is noteAct for an act that takes back another, the event undoes.
func (t *tx) noteUndoing(id factcheck.AppearanceID, kind, note string, at time.Time, before []byte, undoes *int64) error {
	var was *string
	if before != nil {
		s := string(before)
		was = &s
	}
	_, err := t.pgx.Exec(t.ctx, `INSERT INTO appearance_events (appearance_id, kind, stance, quote, note, at, recorded_at, actor_id, before, undoes)
		SELECT id, $2::text, stance, quote, $3::text, $4::timestamptz, $5::timestamptz, $6::uuid, $7::jsonb, $8::bigint FROM appearances WHERE id = $1`,
		id, kind, note, at, t.now, t.actor.ID, was, undoes)
	if err != nil {
		return fmt.Errorf("note what happened to %s: %w", id, err)
	}
	return nil
}

// noteAppearances writes down what happened to appearances, as they are now. An empty kind is their correction state, at
// its own time. One query.
func (t *tx) noteAppearances(ids []factcheck.AppearanceID, kind, note string, at time.Time) error {
	_, err := t.pgx.Exec(t.ctx, `INSERT INTO appearance_events (appearance_id, kind, stance, quote, note, at, recorded_at, actor_id)
		SELECT id, coalesce(nullif($2::text, ''), correction_state), stance, quote, $3::text,
		CASE $2::text WHEN '' THEN coalesce(corrected_at, $4::timestamptz) ELSE $4::timestamptz END, $5::timestamptz, $6::uuid
		FROM appearances WHERE id = ANY ($1::uuid[]) ORDER BY id`, uuids(ids), kind, note, at, t.now, t.actor.ID)
	if err != nil {
		return fmt.Errorf("note what happened to %d appearances: %w", len(ids), err)
	}
	return nil
}
