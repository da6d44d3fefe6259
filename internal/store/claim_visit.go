package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Visit says that somebody has a claim open.
type Visit struct {
	Person factcheck.PersonID
	Name   string
	Part   string // where in it; empty: nowhere in particular
	At     time.Time
}

// visitAge is how long after the last sign of life somebody still counts as there.
const visitAge = time.Minute

// VisitClaim says that the person who acts has a claim open, or with here false that they left, and returns who else has.
// It is no act: nothing is written down. CodeNotFound if there is no such claim. Two queries in one round trip.
func (db *DB) VisitClaim(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID, part string, here bool) ([]Visit, error) {
	var out []Visit
	err := db.write(ctx, actor, factcheck.Discuss, "visit "+claim.String(), func(t *tx) error {
		if err := factcheck.CheckText("part", part, 100); err != nil {
			return err
		}
		batch := &pgx.Batch{}
		if here {
			batch.Queue(`INSERT INTO claim_visits (claim_id, person_id, part, seen_at) SELECT id, $2, $3, $4 FROM claims WHERE id = $1
				ON CONFLICT (claim_id, person_id) DO UPDATE SET part = excluded.part, seen_at = excluded.seen_at`, claim, t.actor.Person, part, t.now).Exec(func(tag pgconn.CommandTag) error {
				if tag.RowsAffected() == 0 {
					return factcheck.NotFound("there is no such claim here")
				}
				return nil
			})
		} else {
			batch.Queue(`DELETE FROM claim_visits WHERE claim_id = $1 AND person_id = $2`, claim, t.actor.Person)
		}
		batch.Queue(visitsQuery, claim, t.now.Add(-visitAge), t.actor.Person).Query(func(rows pgx.Rows) (err error) {
			out, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Visit])
			return err
		})
		return t.pgx.SendBatch(ctx, batch).Close()
	})
	return out, err
}

const visitsQuery = `SELECT x.person_id, p.name, x.part, x.seen_at FROM claim_visits x JOIN people p ON p.id = x.person_id
	WHERE x.claim_id = $1 AND x.seen_at > $2 AND x.person_id <> $3 ORDER BY p.name, p.id LIMIT 50`
