package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Comment is what a colleague said of a claim. It is never public.
type Comment struct {
	ID       int64
	Text     string // empty once it was taken back
	By       factcheck.PersonID
	Name     string
	At       time.Time
	Back     bool // taken back
	ForMe    bool // it names who reads it
	Unseen   bool // and they have not said that they saw it
	Mentions []string
}

// AddComment says something about a claim to colleagues and returns its id. Who is named with an @ finds it on their desk.
// CodeInvalid names the field text; CodeNotFound if there is no such claim. People of every role; no key.
func (db *DB) AddComment(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID, text string) (int64, error) {
	var id int64
	err := db.write(ctx, actor, factcheck.Discuss, "comment on "+claim.String(), func(t *tx) error {
		text := strings.TrimSpace(text)
		if text == "" {
			return invalidf("text", "write something, or leave it")
		}
		if err := factcheck.CheckText("text", text, factcheck.MaxComment); err != nil {
			return err
		}
		people, err := t.named()
		if err != nil {
			return err
		}
		named := factcheck.Mentioned(text, people)
		err = t.pgx.QueryRow(ctx, `INSERT INTO comments (claim_id, text, said_by, said_at) SELECT id, $2, $3, $4 FROM claims WHERE id = $1 RETURNING id`,
			claim, text, t.actor.Person, t.now).Scan(&id)
		if err != nil {
			return fmt.Errorf("write the comment: %w", err)
		}
		_, err = t.pgx.Exec(ctx, `INSERT INTO comment_mentions (comment_id, person_id) SELECT $1, p FROM unnest($2::uuid[]) AS p WHERE p <> $3`, id, uuids(named), t.actor.Person)
		if err != nil {
			return fmt.Errorf("note who is named: %w", err)
		}
		return t.audit("claim.comment", claim, map[string]any{"comment": id})
	})
	return id, err
}

// named returns everybody who can be mentioned.
func (t *tx) named() ([]factcheck.Named, error) {
	rows, err := t.pgx.Query(t.ctx, `SELECT id, name FROM people WHERE disabled_at IS NULL ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("list the people: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[factcheck.Named])
}

// TakeBackComment erases what the person who acts said. CodeNotFound if it is not theirs, or was taken back.
func (db *DB) TakeBackComment(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID, comment int64) error {
	return db.write(ctx, actor, factcheck.Discuss, "take a comment back", func(t *tx) error {
		tag, err := t.pgx.Exec(ctx, `UPDATE comments SET text = '', back_at = $4 WHERE id = $1 AND claim_id = $2 AND said_by = $3 AND back_at IS NULL`, comment, claim, t.actor.Person, t.now)
		if err != nil {
			return fmt.Errorf("erase the comment: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return factcheck.NotFound("this comment is not yours to take back")
		}
		return t.audit("claim.comment_back", claim, map[string]any{"comment": comment})
	})
}

// SeeMentions says that the person who acts saw where they are named on a claim. It is no act: nothing is written down.
// CodeNotFound if there is no such claim.
func (db *DB) SeeMentions(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID) error {
	return db.write(ctx, actor, factcheck.Discuss, "see mentions", func(t *tx) error {
		if _, err := t.workingClaim(claim); err != nil {
			return err
		}
		_, err := t.pgx.Exec(ctx, `UPDATE comment_mentions m SET seen_at = $3 FROM comments c WHERE c.id = m.comment_id AND c.claim_id = $1 AND m.person_id = $2 AND m.seen_at IS NULL`,
			claim, t.actor.Person, t.now)
		return err
	})
}

// Mention is a comment that names somebody.
type Mention struct {
	Claim     factcheck.ClaimID
	ClaimText string
	Language  string
	Comment   int64
	Text      string
	Name      string // who said it
	At        time.Time
}

// Mentions returns up to limit (at most MaxPage) comments that name the person who acts and that they have not seen, the
// newest first. One query.
func (db *DB) Mentions(ctx context.Context, actor factcheck.Actor, limit int) ([]Mention, error) {
	var out []Mention
	err := db.write(ctx, actor, factcheck.Discuss, "list mentions", func(t *tx) error {
		if err := checkPage(limit); err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, mentionsQuery, t.actor.Person, limit)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Mention])
		return err
	})
	return out, err
}

const mentionsQuery = `SELECT c.claim_id, k.text, k.language, c.id, c.text, p.name, c.said_at FROM comment_mentions m JOIN comments c ON c.id = m.comment_id
	JOIN claims k ON k.id = c.claim_id JOIN people p ON p.id = c.said_by
	WHERE m.person_id = $1 AND m.seen_at IS NULL AND c.back_at IS NULL ORDER BY m.comment_id DESC LIMIT $2`
