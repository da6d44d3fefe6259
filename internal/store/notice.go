package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Notice is something a colleague is told in the newsroom. It holds no text: what it is about is read where it stands.
type Notice struct {
	ID        int64
	Kind      string // approval_asked, sent_back, approval_void, approved_once, published, scheduled, unscheduled, not_published, …
	Claim     factcheck.ClaimID
	ClaimText string // as it is filed now
	Language  string
	From      string // whose act it tells of; empty: the program's
	At        time.Time
	ReadAt    *time.Time
}

// notice tells people something about a claim. Nobody is told of their own act, nobody twice.
func (t *tx) notice(kind string, claim factcheck.ClaimID, people ...factcheck.PersonID) error {
	_, err := t.pgx.Exec(t.ctx, `INSERT INTO notices (person_id, kind, claim_id, from_id, at)
		SELECT DISTINCT p, $2, $3::uuid, $4::uuid, $5::timestamptz FROM unnest($1::uuid[]) AS p WHERE p IS DISTINCT FROM $4::uuid`, uuids(people), kind, claim, t.actor.Person, t.now)
	if err != nil {
		return fmt.Errorf("tell people that %s: %w", kind, err)
	}
	return nil
}

// Notices returns up to limit (at most MaxPage) notices to the actor, newest first, beginning after one; 0 begins with the
// newest. Checkers and above; a person sees their own alone. One query.
func (db *DB) Notices(ctx context.Context, actor factcheck.Actor, before int64, limit int) ([]Notice, error) {
	var out []Notice
	err := db.write(ctx, actor, factcheck.OwnSessions, "read notices", func(t *tx) error {
		if err := checkPage(limit); err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, noticesQuery+`WHERE n.person_id = $1 AND ($2 = 0 OR n.id < $2) ORDER BY n.id DESC LIMIT $3`, t.actor.Person, before, limit)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, scanNotice)
		return err
	})
	return out, err
}

const noticesQuery = `SELECT n.id, n.kind, n.claim_id, coalesce(c.text, ''), coalesce(c.language, ''), coalesce(p.name, ''), n.at, n.read_at
	FROM notices n LEFT JOIN claims c ON c.id = n.claim_id LEFT JOIN people p ON p.id = n.from_id `

func scanNotice(row pgx.CollectableRow) (Notice, error) {
	var n Notice
	return n, row.Scan(&n.ID, &n.Kind, &n.Claim, &n.ClaimText, &n.Language, &n.From, &n.At, &n.ReadAt)
}

// ReadNotices notes that the actor has read their notices up to one, and returns how many that were. Checkers and above.
func (db *DB) ReadNotices(ctx context.Context, actor factcheck.Actor, upTo int64) (int, error) {
	read := 0
	err := db.write(ctx, actor, factcheck.OwnSessions, "put notices away", func(t *tx) error {
		tag, err := t.pgx.Exec(ctx, `UPDATE notices SET read_at = $3 WHERE person_id = $1 AND id <= $2 AND read_at IS NULL`, t.actor.Person, upTo, t.now)
		read = int(tag.RowsAffected())
		return err
	})
	return read, err
}
