package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// FoundClaim is a claim that was looked for, with what is known of it: where the work is, and what was found.
type FoundClaim struct {
	ClaimSummary
	StageNote string // why it was declined
	Label     string // of the leading public verdict; empty if there is none
	Truth     factcheck.Truth
	Reasons   []string
	Publisher string // whose verdict that is, if not the house's
	Review    bool   // that verdict is suspended
}

// foundColumns and foundTables read claims c as FoundClaim: the house's verdict leads, then the newest.
const (
	foundColumns = `c.id, c.slug, c.text, c.language, c.stage, c.stage_note, c.updated_at, EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = c.id),
		coalesce(lv.label, ''), coalesce(lv.truth, ''), coalesce(lv.reasons, '{}'), coalesce(lv.publisher, ''), coalesce(lv.review, false)`
	foundTables = `LEFT JOIN LATERAL (SELECT pv.label, pv.truth, pv.reasons, CASE WHEN pv.house THEN '' ELSE lp.name END AS publisher, v.state = 'suspended' AS review
		FROM public_verdicts pv JOIN publishers lp ON lp.id = pv.publisher_id JOIN verdicts v ON v.id = pv.verdict_id
		WHERE pv.claim_id = c.id ORDER BY pv.house DESC, pv.published_at DESC LIMIT 1) lv ON true`
)

func (f *FoundClaim) targets() []any {
	return []any{&f.ID, &f.Slug, &f.Text, &f.Language, &f.Stage, &f.StageNote, &f.UpdatedAt, &f.Public, &f.Label, &f.Truth, &f.Reasons, &f.Publisher, &f.Review}
}

// FoundClaims returns those of the claims that are there and not merged, whatever their stage, in the order of ids. Checkers
// and above, keys with the scope file, operator and system. CodeInvalid for more than MaxOf ids. One query.
func (db *DB) FoundClaims(ctx context.Context, actor factcheck.Actor, ids []factcheck.ClaimID) ([]FoundClaim, error) {
	if len(ids) > MaxOf {
		return nil, invalidf("ids", "at most %d claims at a time", MaxOf)
	}
	var found []FoundClaim
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read claims", func(t *tx) error {
		rows, err := t.pgx.Query(ctx, `SELECT `+foundColumns+` FROM claims c `+foundTables+`
			WHERE c.merged_into IS NULL AND c.id = ANY ($1::uuid[]) ORDER BY array_position($1::uuid[], c.id)`, uuids(ids))
		if err != nil {
			return err
		}
		found, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (FoundClaim, error) {
			var f FoundClaim
			return f, row.Scan(f.targets()...)
		})
		return err
	})
	return found, err
}

// NearClaim is a claim that is like a text somebody is about to file.
type NearClaim struct {
	FoundClaim
	Exact  bool   // it has these very words
	Reason string // why somebody said that it is not the same; empty: nobody did
	SaidBy string // name
}

// NearClaims returns the claims in the very words of a text, merged ones as what they were merged into, and then those of ids,
// each once, with what was said before of them and this text. Whatever their stage: a declined claim says why. Checkers and
// above, keys with the scope file, operator and system. CodeInvalid for more than MaxOf ids. One query.
func (db *DB) NearClaims(ctx context.Context, actor factcheck.Actor, text, language string, ids []factcheck.ClaimID) ([]NearClaim, error) {
	if len(ids) > MaxOf {
		return nil, invalidf("ids", "at most %d claims at a time", MaxOf)
	}
	key := exchange.TextKey(text, language)
	var near []NearClaim
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "look for claims like a text", func(t *tx) error {
		rows, err := t.pgx.Query(ctx, nearQuery, key[:], uuids(ids))
		if err != nil {
			return err
		}
		near, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (NearClaim, error) {
			var n NearClaim
			return n, row.Scan(append(n.targets(), &n.Exact, &n.Reason, &n.SaidBy)...)
		})
		return err
	})
	return near, err
}

const nearQuery = `
WITH RECURSIVE exact AS (
	SELECT k.id, k.merged_into FROM claims k WHERE k.text_key = $1
	UNION SELECT k.id, k.merged_into FROM exact e JOIN claims k ON k.id = e.merged_into)
SELECT ` + foundColumns + `, x.exact, coalesce(said.reason, ''), coalesce(said.name, '')
FROM claims c JOIN (SELECT n.id, bool_or(n.exact) AS exact, min(n.place) AS place FROM (
		SELECT id, true AS exact, 0 AS place FROM exact WHERE merged_into IS NULL
		UNION ALL SELECT i.id, false, i.place::int FROM unnest($2::uuid[]) WITH ORDINALITY AS i (id, place)) n GROUP BY n.id) x ON x.id = c.id
` + foundTables + `
LEFT JOIN LATERAL (SELECT d.reason, p.name FROM claim_distinctions d JOIN actors a ON a.id = d.said_by LEFT JOIN people p ON p.id = a.person_id
	WHERE d.text_key = $1 AND d.claim_id = c.id) said ON true
WHERE c.merged_into IS NULL ORDER BY x.exact DESC, x.place, c.id`

// distinguish notes which claims a claim that is filed is not the same as, and why.
func (t *tx) distinguish(filed factcheck.ClaimID, in factcheck.ClaimInput, from []factcheck.Distinction) error {
	if len(from) == 0 {
		return nil
	}
	key := exchange.TextKey(in.Text, in.Language)
	batch := &pgx.Batch{}
	ids := make([]factcheck.ClaimID, 0, len(from))
	for _, d := range from {
		batch.Queue(`INSERT INTO claim_distinctions (text_key, claim_id, filed_as, reason, said_by, said_at) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (text_key, claim_id) DO UPDATE SET filed_as = excluded.filed_as, reason = excluded.reason, said_by = excluded.said_by, said_at = excluded.said_at`,
			key[:], d.Claim, filed, d.Reason, t.actor.ID, t.now)
		ids = append(ids, d.Claim)
	}
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return fmt.Errorf("note what it is not: %w", err)
	}
	return t.audit("claim.distinguish", filed, map[string]any{"from": ids})
}
