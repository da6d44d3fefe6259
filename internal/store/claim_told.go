package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// OutletNotice says that an outlet was told of what its article says, and what came back.
type OutletNotice struct {
	factcheck.NoticeInput
	ID       int64
	Revision int    // guards edits: pass it back
	By       string // who noted it
	NotedAt  time.Time
}

// TellOutlet notes that the outlet of an article was told, and returns the notice's id. CodeInvalid if the article is not
// linked to the claim. Checkers and above; no key.
func (db *DB) TellOutlet(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID, in factcheck.NoticeInput) (int64, error) {
	var id int64
	err := db.write(ctx, actor, factcheck.Discuss, "note that an outlet was told", func(t *tx) error {
		in, err := in.Clean(t.now)
		if err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, `INSERT INTO outlet_notices (claim_id, article_id, told_at, how, answer, answered_at, noted_by, noted_at)
			SELECT ap.claim_id, ap.article_id, $3, $4, $5, $6, $7, $8 FROM appearances ap WHERE ap.claim_id = $1 AND ap.article_id = $2 RETURNING id`,
			claim, in.Article, in.ToldAt, in.How, in.Answer, in.AnsweredAt, t.actor.Person, t.now)
		if err != nil {
			return fmt.Errorf("write the notice: %w", err)
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return invalidf("article", "this article is not linked to this claim")
		}
		id = ids[0]
		return t.audit("claim.outlet_told", claim, map[string]any{"notice": id, "article": in.Article})
	})
	return id, err
}

// AnswerNotice replaces what is noted of how an outlet was told and what it answered. CodeConflict if somebody changed it
// since revision.
func (db *DB) AnswerNotice(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID, id int64, revision int, in factcheck.NoticeInput) error {
	return db.write(ctx, actor, factcheck.Discuss, "note what an outlet answered", func(t *tx) error {
		in, err := in.Clean(t.now)
		if err != nil {
			return err
		}
		tag, err := t.pgx.Exec(ctx, `UPDATE outlet_notices SET told_at = $4, how = $5, answer = $6, answered_at = $7, version = version + 1 WHERE id = $1 AND claim_id = $2 AND version = $3`,
			id, claim, revision, in.ToldAt, in.How, in.Answer, in.AnsweredAt)
		if err != nil {
			return fmt.Errorf("write the answer: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return factcheck.Conflict("this was changed by somebody else meanwhile; look at it and say it again")
		}
		return t.audit("claim.outlet_answer", claim, map[string]any{"notice": id})
	})
}
