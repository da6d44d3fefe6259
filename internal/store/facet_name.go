package store

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// FacetNames are what publishers and topics of public claims are called.
type FacetNames struct {
	Publishers map[string]string // by site
	Topics     map[string]string // by slug
}

// FacetNames returns the names of publishers, the house and those that are allowed, and of topics of public claims. What is
// not public has none. One round trip.
func (db *DB) FacetNames(ctx context.Context, sites, topics []string) (FacetNames, error) {
	n := FacetNames{Publishers: map[string]string{}, Topics: map[string]string{}}
	if len(sites)+len(topics) == 0 {
		return n, nil
	}
	into := func(names map[string]string) func(pgx.Rows) error {
		return func(rows pgx.Rows) error {
			var key, name string
			_, err := pgx.ForEachRow(rows, []any{&key, &name}, func() error {
				names[key] = name
				return nil
			})
			return err
		}
	}
	batch := &pgx.Batch{}
	batch.Queue(`SELECT site, name FROM publishers WHERE site = ANY ($1::text[]) AND (is_house OR allowed_at IS NOT NULL)`, sites).Query(into(n.Publishers))
	batch.Queue(`SELECT t.slug, t.name FROM topics t WHERE t.slug = ANY ($1::text[]) AND EXISTS (SELECT FROM claim_topics ct
		JOIN claim_documents d ON d.claim_id = ct.claim_id WHERE ct.topic_id = t.id AND `+shownTopic+`)`, topics).Query(into(n.Topics))
	return n, translate("read the names of facets", db.pool.SendBatch(ctx, batch).Close())
}
