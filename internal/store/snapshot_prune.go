package store

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// TakeDownSnapshot takes the content of a snapshot down, for a rights holder say: it is erased, for every snapshot that has
// the same, and only that there was one stays, with who took it down. The reason goes to the audit log, so it must not hold
// what was taken down. CodeNotFound if the article has no such snapshot; CodeConflict if it is down already. Editors and
// above; no key may.
func (db *DB) TakeDownSnapshot(ctx context.Context, actor factcheck.Actor, article factcheck.ArticleID, id int64, reason string) error {
	return db.write(ctx, actor, factcheck.TakeDown, "take a snapshot down", func(t *tx) error {
		reason, err := cleanReason(reason, "say why this snapshot is taken down")
		if err != nil {
			return err
		}
		var content *int64
		err = t.pgx.QueryRow(ctx, `SELECT content_id FROM snapshots WHERE id = $1 AND article_id = $2 FOR UPDATE`, id, article).Scan(&content)
		if err != nil {
			return fmt.Errorf("read the snapshot: %w", err)
		}
		if content == nil {
			return factcheck.Conflict("this snapshot was taken down already")
		}
		batch := &pgx.Batch{}
		batch.Queue(`SELECT FROM snapshot_contents WHERE id = $1 FOR UPDATE`, *content) // nothing points to it from now on
		batch.Queue(`UPDATE snapshots SET content_id = NULL, taken_down_at = $2, taken_down_by = $3 WHERE content_id = $1`, *content, t.now, t.actor.ID)
		batch.Queue(`DELETE FROM snapshot_contents WHERE id = $1`, *content)
		if err := t.pgx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("erase the content: %w", err)
		}
		return t.audit("snapshot.take_down", article, map[string]any{"snapshot": strconv.FormatInt(id, 10), "reason": reason})
	})
}

// pruneBatch is how many snapshots a transaction of PruneSnapshots deletes.
const pruneBatch = 500

// pruneQuery selects snapshots that the house's rules no longer keep: older than $1 (if there is such a time), or behind the
// newest $2 of their article and kind (0: all). The first, the last, and what a person had before them when they last acted
// on an appearance of the article stay.
const pruneQuery = `
SELECT id FROM (
	SELECT s.id, s.taken_at, s.article_id,
		row_number() OVER w AS place, lag(s.id) OVER w IS NULL AS first, lead(s.taken_at) OVER w AS next_at,
		row_number() OVER (PARTITION BY s.article_id, s.kind ORDER BY s.taken_at DESC, s.id DESC) AS newest
	FROM snapshots s WINDOW w AS (PARTITION BY s.article_id, s.kind ORDER BY s.taken_at, s.id)) x
WHERE NOT first AND next_at IS NOT NULL AND (taken_at < $1::timestamptz OR ($2 > 0 AND newest > $2))
	AND NOT EXISTS (SELECT FROM appearance_events e WHERE e.article_id = x.article_id AND e.recorded_at >= x.taken_at AND e.recorded_at < x.next_at)
ORDER BY id LIMIT $3`

// PruneSnapshots deletes what the house's rules no longer keep, and the contents that nothing shows any longer, and returns
// how many snapshots it deleted. Never deleted are the first and the last snapshot of an article of their kind, and what was
// the newest when somebody linked or judged the article. Each 500 are a transaction of their own with an audit entry, so
// that it may be stopped and run again. The program itself and the operator.
func (db *DB) PruneSnapshots(ctx context.Context, actor factcheck.Actor) (int, error) {
	total := 0
	for {
		n := 0
		err := db.write(ctx, actor, factcheck.PruneSnapshots, "prune the snapshots", func(t *tx) error {
			rules, _, err := t.articleRules()
			if err != nil {
				return err
			}
			n, err = t.prune(rules)
			if err != nil || n == 0 {
				return err
			}
			return t.audit("snapshot.prune", nil, map[string]any{"deleted": n})
		})
		total += n
		if err != nil {
			return total - n, err
		}
		if n < pruneBatch {
			return total, nil
		}
	}
}

// prune deletes one batch.
func (t *tx) prune(rules factcheck.ArticleRules) (int, error) {
	if rules.KeepDays == 0 && rules.KeepPerArticle == 0 {
		return 0, nil
	}
	before := timeColumn(t.now.AddDate(0, 0, -rules.KeepDays))
	if rules.KeepDays == 0 {
		before = nil
	}
	if _, err := t.pgx.Exec(t.ctx, `SELECT pg_advisory_xact_lock(hashtextextended('prune snapshots', 0))`); err != nil {
		return 0, fmt.Errorf("wait for another pruning: %w", err)
	}
	rows, err := t.pgx.Query(t.ctx, pruneQuery, before, rules.KeepPerArticle, pruneBatch)
	if err != nil {
		return 0, fmt.Errorf("find snapshots to prune: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	batch := &pgx.Batch{}
	batch.Queue(`WITH gone AS (DELETE FROM snapshots WHERE id = ANY ($1) RETURNING content_id)
		SELECT FROM snapshot_contents WHERE id IN (SELECT content_id FROM gone) ORDER BY id FOR UPDATE`, ids)
	batch.Queue(`DELETE FROM snapshot_contents c WHERE NOT EXISTS (SELECT FROM snapshots s WHERE s.content_id = c.id)`)
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return 0, fmt.Errorf("prune %d snapshots: %w", len(ids), err)
	}
	return len(ids), nil
}
