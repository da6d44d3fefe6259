package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Holding is a claim of which a key was given another state than the one of now.
type Holding struct {
	Claim   factcheck.ClaimID
	Text    string // as it is public; empty: it was withdrawn or merged
	Slug    string
	TakenAt string // day, as 2025-06-07
	Since   string // day since which there is a newer state
}

// Holdings are what a key took: how many claims, and those it holds in an outdated version.
type Holdings struct {
	Taken, Outdated int
	List            []Holding // longest outdated first, at most 100
}

// KeyHoldings returns what the key holds in an outdated version: claims it took, and whose newer state neither it nor its following
// of the feed has reached. Nothing for no key. Two queries. Admins and the operator.
func (db *DB) KeyHoldings(ctx context.Context, actor factcheck.Actor, id factcheck.KeyID) (Holdings, error) {
	var out Holdings
	err := db.write(ctx, actor, factcheck.ManageKeys, "read what "+id.String()+" holds", func(t *tx) error {
		if err := t.pgx.QueryRow(ctx, `SELECT count(*) FROM claim_pulls c JOIN actors a ON a.id = c.actor_id WHERE a.key_id = $1`, id).Scan(&out.Taken); err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, `SELECT c.claim_id, k.slug, coalesce(d.document::jsonb ->> 'text', ''), to_char(c.at, 'YYYY-MM-DD'), to_char(newer.at, 'YYYY-MM-DD'), count(*) OVER ()
			FROM actors a JOIN claim_pulls c ON c.actor_id = a.id JOIN claims k ON k.id = c.claim_id LEFT JOIN feed_pulls f ON f.actor_id = a.id LEFT JOIN claim_documents d ON d.claim_id = c.claim_id
			JOIN LATERAL (SELECT min(s.at) AS at FROM claim_states s WHERE s.claim_id = c.claim_id AND s.seq > greatest(c.seq, f.seq)) newer ON newer.at IS NOT NULL
			WHERE a.key_id = $1 ORDER BY newer.at, c.claim_id LIMIT 100`, id)
		if err != nil {
			return err
		}
		out.List, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Holding, error) {
			var h Holding
			return h, row.Scan(&h.Claim, &h.Slug, &h.Text, &h.TakenAt, &h.Since, &out.Outdated)
		})
		return err
	})
	return out, err
}
