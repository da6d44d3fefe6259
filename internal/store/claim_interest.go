package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Interest is a declared conflict of interest.
type Interest struct {
	ID         int64
	Person     factcheck.PersonID
	Name       string
	In         string // what it is in: claim, claimant or topic
	Reason     string
	DeclaredAt time.Time
}

// DeclareInterest notes a conflict of interest of the person who acts: the claims it reaches are not given to them, and they
// approve none of their verdicts. Claims of theirs that it reaches lose them as assignee. CodeConflict if it is declared
// already. People of every role, each for themselves; no key.
func (db *DB) DeclareInterest(ctx context.Context, actor factcheck.Actor, in factcheck.InterestInput) error {
	return db.write(ctx, actor, factcheck.OwnInterests, "declare a conflict of interest", func(t *tx) error {
		in, err := in.Clean()
		if err != nil {
			return err
		}
		if !in.Claim.IsZero() { // an approval of it waits for this, or this for it
			if _, err := t.lockClaim(in.Claim); err != nil {
				return err
			}
		}
		var id int64
		err = t.pgx.QueryRow(ctx, `INSERT INTO interests (person_id, claim_id, claimant_id, topic_id, reason, declared_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
			t.actor.Person, in.Claim, in.Claimant, in.Topic, in.Reason, t.now).Scan(&id)
		if err != nil {
			return fmt.Errorf("write it down: %w", err)
		}
		_, err = t.pgx.Exec(ctx, `UPDATE claims SET assignee_id = NULL WHERE assignee_id = $1 AND stage NOT IN ('published', 'declined', 'merged') AND has_interest($1, id)`, t.actor.Person)
		if err != nil {
			return fmt.Errorf("give their claims back: %w", err)
		}
		return t.audit("interest.declare", t.actor.Person, map[string]any{"interest": id, "claim": in.Claim, "claimant": in.Claimant, "topic": in.Topic})
	})
}

// EndInterest says that a conflict of interest of the person who acts is over. CodeNotFound if they have none with this id.
func (db *DB) EndInterest(ctx context.Context, actor factcheck.Actor, id int64) error {
	return db.write(ctx, actor, factcheck.OwnInterests, "end a conflict of interest", func(t *tx) error {
		tag, err := t.pgx.Exec(ctx, `UPDATE interests SET ended_at = $3 WHERE id = $1 AND person_id = $2 AND ended_at IS NULL`, id, t.actor.Person, t.now)
		if err != nil {
			return fmt.Errorf("end it: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return factcheck.NotFound("you have declared no such conflict of interest")
		}
		return t.audit("interest.end", t.actor.Person, map[string]any{"interest": id})
	})
}

// Interests returns the conflicts of interest that the person who acts has declared, the newest first. One query.
func (db *DB) Interests(ctx context.Context, actor factcheck.Actor) ([]Interest, error) {
	var out []Interest
	err := db.write(ctx, actor, factcheck.OwnInterests, "list conflicts of interest", func(t *tx) error {
		rows, err := t.pgx.Query(ctx, interestsQuery+` WHERE i.person_id = $1 AND i.ended_at IS NULL ORDER BY i.id DESC LIMIT 500`, t.actor.Person)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Interest])
		return err
	})
	return out, err
}

const interestsQuery = `SELECT i.id, i.person_id, p.name, CASE WHEN i.claim_id IS NOT NULL THEN 'claim' WHEN i.claimant_id IS NOT NULL THEN 'claimant' ELSE 'topic' END, i.reason, i.declared_at
	FROM interests i JOIN people p ON p.id = i.person_id`

// checkInterest returns a CodeConflict error if a person may not be given a claim. That they approve none of its verdicts the
// database holds (verdict_versions_no_interest), for every path.
func (t *tx) checkInterest(person factcheck.PersonID, claim factcheck.ClaimID) error {
	has, err := t.hasInterest(person, claim)
	if err != nil || !has {
		return err
	}
	return factcheck.Conflict("they have declared a conflict of interest, so this claim is not given to them")
}

func (t *tx) hasInterest(person factcheck.PersonID, claim factcheck.ClaimID) (bool, error) {
	if person.IsZero() {
		return false, nil
	}
	var has bool
	if err := t.pgx.QueryRow(t.ctx, `SELECT has_interest($1, $2)`, person, claim).Scan(&has); err != nil {
		return false, fmt.Errorf("look for conflicts of interest: %w", err)
	}
	return has, nil
}
