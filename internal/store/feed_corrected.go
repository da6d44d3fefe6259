package store

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"
)

// fewHouseClaims is up to how many public claims of the house its newest corrections are sought claim by claim, which takes some
// 10 µs each. Of more, the corrections of everybody are walked from the newest on, among which the house is then no rarity.
const fewHouseClaims = 20_000

const (
	correctionTypes = `('verdict.updated', 'verdict.clarified', 'verdict.corrected', 'verdict.retracted')`

	// newestByClaim and newestByChange are the numbers of the newest correction of each public claim of the house below $1, newest
	// first, $2 of them: the same rows, found from the claims or from the changes.
	newestByClaim = `SELECT last.seq, d.claim_id FROM claim_documents d CROSS JOIN LATERAL (SELECT ch.seq FROM changes ch
			WHERE ch.claim_id = d.claim_id AND ch.type IN ` + correctionTypes + ` ORDER BY ch.seq DESC LIMIT 1) last
		WHERE d.house AND last.seq < $1 ORDER BY last.seq DESC LIMIT $2`
	newestByChange = `SELECT ch.seq, ch.claim_id FROM changes ch JOIN claim_documents h ON h.claim_id = ch.claim_id AND h.house
		WHERE ch.type IN ` + correctionTypes + ` AND ch.seq < $1 AND NOT EXISTS (SELECT FROM changes later
			WHERE later.claim_id = ch.claim_id AND later.seq > ch.seq AND later.type IN ` + correctionTypes + `)
		ORDER BY ch.seq DESC LIMIT $2`
)

// CorrectedClaims returns up to limit public claims of the house by their newest correction of any kind, newest first,
// beginning before a cursor, and the cursor of the next page, empty on the last. CodeInvalid for what is no cursor. Two
// queries, whose cost does not depend on how deep the page is, and little on how much other publishers corrected.
func (db *DB) CorrectedClaims(ctx context.Context, cursor string, limit int) ([]Document, string, error) {
	if err := checkPage(limit); err != nil {
		return nil, "", err
	}
	before := int64(1<<63 - 1)
	if cursor != "" {
		var err error
		if before, err = strconv.ParseInt(cursor, 10, 64); err != nil || before < 1 || strconv.FormatInt(before, 10) != cursor {
			return nil, "", invalidf("cursor", "this is not a cursor of this list; begin again without one")
		}
	}
	var few bool
	if err := db.pool.QueryRow(ctx, `SELECT count(*) <= $1 FROM (SELECT FROM claim_documents WHERE house LIMIT $1 + 1) h`, fewHouseClaims).Scan(&few); err != nil {
		return nil, "", translate("list corrections", err)
	}
	newest := newestByChange
	if few {
		newest = newestByClaim
	}
	return db.correctedClaims(ctx, newest, before, limit)
}

// correctedClaims reads the page that one of the two ways to the newest corrections finds.
func (db *DB) correctedClaims(ctx context.Context, newest string, before int64, limit int) ([]Document, string, error) {
	rows, err := db.pool.Query(ctx, `SELECT n.seq, d.claim_id, c.slug, d.seq, d.document, d.published_at, d.updated_at
		FROM (`+newest+`) n JOIN claim_documents d ON d.claim_id = n.claim_id JOIN claims c ON c.id = n.claim_id ORDER BY n.seq DESC`, before, limit+1)
	if err != nil {
		return nil, "", translate("list corrections", err)
	}
	var at []int64
	docs, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Document, error) {
		var d Document
		var seq int64
		err := row.Scan(&seq, &d.Claim, &d.Slug, &d.Seq, &d.Stored, &d.PublishedAt, &d.UpdatedAt)
		at = append(at, seq)
		return d, err
	})
	if err != nil || len(docs) <= limit {
		return docs, "", translate("list corrections", err)
	}
	return docs[:limit], strconv.FormatInt(at[limit-1], 10), nil
}
