package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// TakenCheck is a fact-check stated by a page that was taken in already.
type TakenCheck struct {
	Index  int // in what was asked
	Claim  ClaimSummary
	State  factcheck.VerdictState
	Differ bool // the page states it otherwise now than it was taken in
}

// TakenChecks returns those of the records that an import, or the acceptance of a page's fact-check, took in before, with the
// claim that each is about now. It goes by what makes an imported check the same one: publisher, address and claimed sentence.
// Checkers and above, keys with the scope file, operator and system. One query, none for no records.
func (db *DB) TakenChecks(ctx context.Context, actor factcheck.Actor, records []exchange.Record) ([]TakenCheck, error) {
	if len(records) == 0 {
		return nil, nil
	}
	sites, urls, keys := make([]string, len(records)), make([]string, len(records)), make([][]byte, len(records))
	for i, r := range records {
		key := exchange.TextKey(r.Text, r.Language)
		sites[i], urls[i], keys[i] = r.Publisher.Site, r.ReviewURL, key[:]
	}
	var out []TakenCheck
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "look for checks that were taken in", func(t *tx) error {
		rows, err := t.pgx.Query(ctx, takenChecksQuery, sites, urls, keys)
		if err != nil {
			return fmt.Errorf("read the checks taken in: %w", err)
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (TakenCheck, error) {
			var c TakenCheck
			var hash []byte
			err := row.Scan(&c.Index, &hash, &c.State, &c.Claim.ID, &c.Claim.Slug, &c.Claim.Text, &c.Claim.Language, &c.Claim.Stage, &c.Claim.Public, &c.Claim.UpdatedAt)
			if err == nil {
				c.Differ = exchange.RecordHash(records[c.Index]) != [32]byte(hash)
			}
			return c, err
		})
		return err
	})
	return out, err
}

const takenChecksQuery = `
SELECT (asked.n - 1)::int, r.hash, v.state, c.id, c.slug, c.text, c.language, c.stage, EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = c.id), c.updated_at
FROM unnest($1::text[], $2::text[], $3::bytea[]) WITH ORDINALITY AS asked (site, url, key, n)
CROSS JOIN LATERAL (VALUES (asked.url), (hidden_key(asked.url))) AS known (url)
JOIN publishers p ON p.site = lower(asked.site)
JOIN import_records r ON r.publisher_id = p.id AND r.review_url = known.url AND r.text_key = asked.key
JOIN verdicts v ON v.id = r.verdict_id JOIN claims c ON c.id = v.claim_id ORDER BY 1`
