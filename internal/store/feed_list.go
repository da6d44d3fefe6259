package store

import (
	"context"
	"errors"

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
