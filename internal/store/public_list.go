package store

import (
	"context"
	"encoding/base64"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// PageOf is which page of a whole list in the order of ids is wanted: what is new comes last, so that a reader of pages meets
// everything that stood all the time once, whatever comes and goes meanwhile.
type PageOf struct {
	Cursor string // where the page before ended; empty for the first
	Limit  int    // 1 to MaxPage
}

// PublicPublisher is a publisher whose verdicts readers see.
type PublicPublisher struct {
	ID       factcheck.PublisherID
	Name     string
	Site     string
	House    bool
	Licence  string
	Language string
}

// PublicClaimants returns a page of who made public claims and may be named, and the cursor of the next, empty on the last; of
// each, no claims. CodeInvalid for a page that makes no sense. One query.
func (db *DB) PublicClaimants(ctx context.Context, p PageOf) ([]PublicClaimant, string, error) {
	return pageOf(ctx, db, p, `SELECT c.id, c.slug, c.name, c.kind FROM claimants c
		WHERE `+shownClaimant+` AND EXISTS (SELECT FROM claim_documents d WHERE d.claimant_id = c.id) AND c.id > $1 ORDER BY c.id LIMIT $2`,
		func(row pgx.CollectableRow) (c PublicClaimant, err error) {
			return c, row.Scan(&c.ID, &c.Slug, &c.Name, &c.Kind)
		}, func(c PublicClaimant) [16]byte { return c.ID })
}

// PublicTopics returns a page of the topics that public claims are filed under, and the cursor of the next, empty on the last;
// of each, no claims. CodeInvalid for a page that makes no sense. One query.
func (db *DB) PublicTopics(ctx context.Context, p PageOf) ([]PublicTopic, string, error) {
	return pageOf(ctx, db, p, `SELECT t.id, t.slug, t.name, t.names FROM topics t
		WHERE EXISTS (SELECT FROM claim_topics ct JOIN claim_documents d ON d.claim_id = ct.claim_id WHERE ct.topic_id = t.id AND `+shownTopic+`) AND t.id > $1 ORDER BY t.id LIMIT $2`,
		func(row pgx.CollectableRow) (t PublicTopic, err error) {
			var names []byte
			if err := row.Scan(&t.ID, &t.Slug, &t.Name, &names); err != nil {
				return t, err
			}
			return t, decodeJSON(names, &t.Names)
		}, func(t PublicTopic) [16]byte { return t.ID })
}

// PublicPublishers returns a page of the house and the publishers who are allowed, and the cursor of the next, empty on the
// last. Of others nothing is public, not even that they are here. CodeInvalid for a page that makes no sense. One query.
func (db *DB) PublicPublishers(ctx context.Context, p PageOf) ([]PublicPublisher, string, error) {
	return pageOf(ctx, db, p, `SELECT p.id, p.name, p.site, p.is_house, p.licence, p.language FROM publishers p
		WHERE (p.is_house OR p.allowed_at IS NOT NULL) AND p.id > $1 ORDER BY p.id LIMIT $2`,
		func(row pgx.CollectableRow) (x PublicPublisher, err error) {
			return x, row.Scan(&x.ID, &x.Name, &x.Site, &x.House, &x.Licence, &x.Language)
		}, func(x PublicPublisher) [16]byte { return x.ID })
}

// pageOf reads a page with a query of this file, which takes the id to begin after and how many rows.
func pageOf[T any](ctx context.Context, db *DB, p PageOf, query string, scan pgx.RowToFunc[T], id func(T) [16]byte) ([]T, string, error) {
	if p.Limit < 1 || p.Limit > MaxPage {
		return nil, "", invalidf("limit", "choose a number from 1 to %d", MaxPage)
	}
	after, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if p.Cursor == "" {
		after = make([]byte, 16)
	}
	if err != nil || len(after) != 16 {
		return nil, "", invalidf("cursor", "this is not a cursor of this list; begin again without one")
	}
	rows, err := db.pool.Query(ctx, query, [16]byte(after), p.Limit+1)
	if err != nil {
		return nil, "", translate("read a public list", err)
	}
	out, err := pgx.CollectRows(rows, scan)
	if err != nil || len(out) <= p.Limit {
		return out, "", translate("read a public list", err)
	}
	out = out[:p.Limit]
	last := id(out[p.Limit-1])
	return out, base64.RawURLEncoding.EncodeToString(last[:]), nil
}
