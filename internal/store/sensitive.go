package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// MarkClaimSensitive asks two approvals of a claim from now on, or one again; what was submitted as sensitive still takes
// two. Doing it again changes nothing. Editors and above; no key may.
func (db *DB) MarkClaimSensitive(ctx context.Context, actor factcheck.Actor, id factcheck.ClaimID, sensitive bool) error {
	return db.markSensitive(ctx, actor, id, sensitive, `INSERT INTO sensitive_claims (claim_id, marked_by, marked_at) SELECT id, $2, $3 FROM claims WHERE id = $1 ON CONFLICT DO NOTHING`,
		`DELETE FROM sensitive_claims WHERE claim_id = $1`)
}

// MarkTopicSensitive is MarkClaimSensitive for every claim under a topic.
func (db *DB) MarkTopicSensitive(ctx context.Context, actor factcheck.Actor, id factcheck.TopicID, sensitive bool) error {
	return db.markSensitive(ctx, actor, id, sensitive, `INSERT INTO sensitive_topics (topic_id, marked_by, marked_at) SELECT id, $2, $3 FROM topics WHERE id = $1 ON CONFLICT DO NOTHING`,
		`DELETE FROM sensitive_topics WHERE topic_id = $1`)
}

func (db *DB) markSensitive(ctx context.Context, actor factcheck.Actor, id interface {
	fmt.Stringer
	uuider
}, sensitive bool, mark, unmark string,
) error {
	return db.write(ctx, actor, factcheck.MarkSensitive, "mark "+id.String(), func(t *tx) error {
		if id.IsZero() {
			return factcheck.NotFound("there is no such thing here")
		}
		if !sensitive {
			tag, err := t.pgx.Exec(ctx, unmark, id)
			if err != nil || tag.RowsAffected() == 0 {
				return err
			}
			return t.audit("sensitive.unmark", id, nil)
		}
		tag, err := t.pgx.Exec(ctx, mark, id, t.actor.Person, t.now)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return t.audit("sensitive.mark", id, nil)
	})
}

// SensitiveTopics returns the topics whose claims take two approvals, by name. Checkers and above. One query.
func (db *DB) SensitiveTopics(ctx context.Context, actor factcheck.Actor) ([]Topic, error) {
	var out []Topic
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "list the sensitive topics", func(t *tx) error {
		rows, err := t.pgx.Query(ctx, `SELECT t.id, t.slug, t.name FROM sensitive_topics s JOIN topics t ON t.id = s.topic_id ORDER BY lower(t.name), t.id`)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Topic, error) {
			var topic Topic
			return topic, row.Scan(&topic.ID, &topic.Slug, &topic.Name)
		})
		return err
	})
	return out, err
}

const settingOnCall = "on_call"

// onCallSetting is the value of the setting.
type onCallSetting struct {
	Person string `json:"person"` // TypeID; empty: nobody
}

// SetOnCall says who is called when an approval cannot wait; the zero PersonID is nobody. CodeInvalid if they may not
// approve. Editors and above; no key may.
func (db *DB) SetOnCall(ctx context.Context, actor factcheck.Actor, person factcheck.PersonID) error {
	return db.write(ctx, actor, factcheck.SetOnCall, "set who is on call", func(t *tx) error {
		if !person.IsZero() {
			var may bool
			err := t.pgx.QueryRow(ctx, `SELECT role <> 'checker' AND disabled_at IS NULL FROM people WHERE id = $1`, person).Scan(&may)
			if err != nil && !errors.Is(err, pgx.ErrNoRows) {
				return fmt.Errorf("read who they are: %w", err)
			}
			if !may {
				return invalidf("person", "choose somebody who may approve: an editor or admin")
			}
		}
		before, err := t.onCall()
		if err != nil {
			return err
		}
		if err := t.setSetting(settingOnCall, onCallSetting{Person: person.String()}); err != nil {
			return err
		}
		return t.audit("approver.on_call", person, map[string]any{"before": before.ID, "after": person})
	})
}

// onCall returns who is called; nobody if they may no longer approve.
func (t *tx) onCall() (Colleague, error) {
	var s onCallSetting
	var c Colleague
	if _, err := t.setting(settingOnCall, &s); err != nil || s.Person == "" {
		return c, err
	}
	if err := c.ID.UnmarshalText([]byte(s.Person)); err != nil {
		return Colleague{}, fmt.Errorf("read who is on call: %w", err)
	}
	err := t.pgx.QueryRow(t.ctx, `SELECT name FROM people WHERE id = $1 AND role <> 'checker' AND disabled_at IS NULL`, c.ID).Scan(&c.Name)
	if errors.Is(err, pgx.ErrNoRows) {
		return Colleague{}, nil
	}
	return c, err
}

// OnCall returns who is called when an approval cannot wait, and everybody who could be, by name. Checkers and above.
func (db *DB) OnCall(ctx context.Context, actor factcheck.Actor) (now Colleague, could []Colleague, err error) {
	err = db.write(ctx, actor, factcheck.ReadNewsroom, "read who is on call", func(t *tx) error {
		var err error
		if now, err = t.onCall(); err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, `SELECT id, name FROM people WHERE role <> 'checker' AND disabled_at IS NULL ORDER BY lower(name), id`)
		if err != nil {
			return err
		}
		could, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Colleague])
		return err
	})
	return now, could, err
}

// pageAgain is how long after a call the same one is not made again.
const pageAgain = "10 minutes"

// PageApprover tells whoever is on call that a submitted version waits and cannot. CodeConflict if nothing is submitted,
// nobody is on call, they had a hand in it themselves, or they were called in the last ten minutes. Checkers and above.
func (db *DB) PageApprover(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID) (Colleague, error) {
	var who Colleague
	err := db.write(ctx, actor, factcheck.PageApprover, "call an approver to "+claim.String(), func(t *tx) error {
		a, err := t.claimApproval(claim)
		if err != nil {
			return err
		}
		who = a.OnCall
		switch {
		case a.Submission.ID == 0:
			return factcheck.Conflict("nothing waits for approval here")
		case who.ID.IsZero():
			return factcheck.Conflict("nobody is on call; an editor can say who is")
		case factcheck.CheckApprover(factcheck.Actor{Person: who.ID}, a.Version.Authors) != nil:
			return factcheck.Conflict("%s is on call and had a hand in this; ask somebody else", who.Name)
		case who.ID == t.actor.Person:
			return factcheck.Conflict("you are on call yourself")
		}
		var called bool
		err = t.pgx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM notices WHERE person_id = $1 AND claim_id = $2 AND kind = 'approval_asked' AND at > $3::timestamptz - interval '`+pageAgain+`')`,
			who.ID, claim, t.now).Scan(&called)
		if err != nil {
			return fmt.Errorf("ask whether they were called: %w", err)
		}
		if called {
			return factcheck.Conflict("%s was called less than ten minutes ago", who.Name)
		}
		if err := t.notice("approval_asked", claim, who.ID); err != nil {
			return err
		}
		return t.audit("approver.page", claim, map[string]any{"person": who.ID})
	})
	return who, err
}
