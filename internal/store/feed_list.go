package store

import (
	"context"
	"errors"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Named is a public thing with a page of its own, as feeds and sitemaps need it.
type Named struct {
	ID   string // TypeID
	Slug string
	Name string
}

// PublicTopic returns a topic that public claims are filed under; CodeNotFound alike for others and for none. One query.
func (db *DB) PublicTopic(ctx context.Context, slug string) (PublicTopic, error) {
	t := PublicTopic{Slug: slug}
	err := db.pool.QueryRow(ctx, `SELECT t.id, t.name, t.names FROM topics t WHERE t.slug = $1 AND EXISTS (SELECT FROM claim_topics ct
		JOIN claim_documents d ON d.claim_id = ct.claim_id WHERE ct.topic_id = t.id AND `+shownTopic+`)`, slug).Scan(&t.ID, &t.Name, &t.Names)
	return t, named(err, "read a topic")
}

// PublicClaimant returns a claimant whom public claims name; CodeNotFound alike for others, among them every private person
// who may not be named, and for none. One query.
func (db *DB) PublicClaimant(ctx context.Context, slug string) (factcheck.ClaimantID, Named, error) {
	var id factcheck.ClaimantID
	n := Named{Slug: slug}
	err := db.pool.QueryRow(ctx, `SELECT c.id, c.name FROM claimants c WHERE c.slug = $1
		AND `+shownClaimant+` AND EXISTS (SELECT FROM claim_documents d WHERE d.claimant_id = c.id)`, slug).
		Scan(&id, &n.Name)
	n.ID = id.String()
	return id, n, named(err, "read a claimant")
}

func named(err error, doing string) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return factcheck.NotFound("there is nothing at this address")
	}
	return translate(doing, err)
}

// CorrectedClaims returns up to limit public claims of the house by their newest correction of any kind, newest first,
// beginning before a cursor, and the cursor of the next page, empty on the last. CodeInvalid for what is no cursor. One
// query, whose cost does not depend on how deep the page is.
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
	const corrections = `('verdict.updated', 'verdict.clarified', 'verdict.corrected', 'verdict.retracted')`
	rows, err := db.pool.Query(ctx, `SELECT ch.seq, d.claim_id, c.slug, d.seq, d.document, d.published_at, d.updated_at
		FROM changes ch JOIN claim_documents d ON d.claim_id = ch.claim_id AND d.house JOIN claims c ON c.id = d.claim_id
		WHERE ch.type IN `+corrections+` AND ch.seq < $1 AND NOT EXISTS (SELECT FROM changes later
			WHERE later.claim_id = ch.claim_id AND later.seq > ch.seq AND later.type IN `+corrections+`)
		ORDER BY ch.seq DESC LIMIT $2`, before, limit+1)
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
