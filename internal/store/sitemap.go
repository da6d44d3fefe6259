package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// SitemapLength is how many claims one file of the sitemap lists: with their languages some 4 MB, of the 50 MB and 50,000
// addresses that sitemaps.org allows.
const SitemapLength = 5000

// SitemapPart is a file of the sitemap: the claims from an id on. Ids grow with time, so that parts stay as they are but for
// the last.
type SitemapPart struct {
	First   factcheck.ClaimID
	Updated time.Time // of the claim in it that moved last
}

// SitemapParts returns the parts of the sitemap, oldest first. One query over all public claims.
func (db *DB) SitemapParts(ctx context.Context) ([]SitemapPart, error) {
	rows, err := db.pool.Query(ctx, `SELECT (array_agg(claim_id ORDER BY claim_id))[1], max(updated_at)
		FROM (SELECT claim_id, updated_at, (row_number() OVER (ORDER BY claim_id) - 1) / $1 AS part FROM claim_documents) d GROUP BY part ORDER BY part`, SitemapLength)
	if err != nil {
		return nil, translate("read the sitemap", err)
	}
	parts, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (SitemapPart, error) {
		var p SitemapPart
		return p, row.Scan(&p.First, &p.Updated)
	})
	return parts, translate("read the sitemap", err)
}

// SitemapEntry is a public claim's page in the sitemap.
type SitemapEntry struct {
	Slug    string
	Updated time.Time
}

// Sitemap returns the claims of the part that begins with an id; CodeNotFound if none does. Two queries in one round trip.
func (db *DB) Sitemap(ctx context.Context, first factcheck.ClaimID) ([]SitemapEntry, error) {
	var out []SitemapEntry
	var begins bool
	batch := &pgx.Batch{}
	batch.Queue(`SELECT EXISTS (SELECT FROM claim_documents WHERE claim_id = $1) AND (SELECT count(*) FROM claim_documents WHERE claim_id < $1) % $2 = 0`, first, SitemapLength).
		QueryRow(func(row pgx.Row) error { return row.Scan(&begins) })
	batch.Queue(`SELECT c.slug, d.updated_at FROM claim_documents d JOIN claims c ON c.id = d.claim_id WHERE d.claim_id >= $1 ORDER BY d.claim_id LIMIT $2`, first, SitemapLength).
		Query(func(rows pgx.Rows) (err error) {
			out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (SitemapEntry, error) {
				var e SitemapEntry
				return e, row.Scan(&e.Slug, &e.Updated)
			})
			return err
		})
	if err := db.pool.SendBatch(ctx, batch).Close(); err != nil {
		return nil, translate("read the sitemap", err)
	}
	if !begins {
		return nil, factcheck.NotFound("no part of the sitemap begins here")
	}
	return out, nil
}

// NewsLength is the most claims that a news sitemap lists, and NewsAge how old they may be (Google News' rules).
const (
	NewsLength = 1000
	NewsAge    = 48 * time.Hour
)

// News returns the claims of the house that were published lately, newest first. One query.
func (db *DB) News(ctx context.Context) ([]Document, error) {
	rows, err := db.pool.Query(ctx, `SELECT d.claim_id, c.slug, d.seq, d.document, d.published_at, d.updated_at FROM claim_documents d JOIN claims c ON c.id = d.claim_id
		WHERE d.house AND d.published_at > $1 ORDER BY d.published_at DESC, d.claim_id DESC LIMIT $2`, db.clock().Add(-NewsAge), NewsLength)
	if err != nil {
		return nil, translate("read the news", err)
	}
	docs, err := pgx.CollectRows(rows, scanDocument)
	return docs, translate("read the news", err)
}

// SitemapKind is a kind of pages that follow from public claims.
type SitemapKind string

// The kinds.
const (
	SitemapArticles  SitemapKind = "articles"
	SitemapClaimants SitemapKind = "claimants"
	SitemapOutlets   SitemapKind = "outlets"
	SitemapTopics    SitemapKind = "topics"
)

// SitemapKinds returns the kinds.
func SitemapKinds() []SitemapKind {
	return []SitemapKind{SitemapArticles, SitemapClaimants, SitemapOutlets, SitemapTopics}
}

// sitemapKind gives the pages of a kind with the claims they show: those that readers can open, and no others.
func sitemapKind(kind SitemapKind) string {
	const appearing = ` FROM claim_documents d JOIN appearances ap ON ap.claim_id = d.claim_id JOIN articles a ON a.id = ap.article_id`
	switch kind {
	case SitemapArticles:
		return `SELECT a.id, a.slug, d.updated_at` + appearing + ` WHERE ` + shownAppearance
	case SitemapOutlets:
		return `SELECT o.id, o.slug, d.updated_at` + appearing + ` JOIN outlets o ON o.id = a.outlet_id WHERE ` + shownAppearance
	case SitemapTopics:
		return `SELECT t.id, t.slug, d.updated_at FROM claim_documents d JOIN claim_topics ct ON ct.claim_id = d.claim_id JOIN topics t ON t.id = ct.topic_id WHERE ` + shownTopic
	case SitemapClaimants:
		return `SELECT c.id, c.slug, d.updated_at FROM claim_documents d JOIN claimants c ON c.id = d.claimant_id WHERE ` + shownClaimant
	}
	return ""
}

// SitemapCounts returns how many pages there are of each kind, and when a claim on one of them last moved. One round trip; it
// reads all that is shown, which takes a second where a million appearances are.
func (db *DB) SitemapCounts(ctx context.Context) (counts map[SitemapKind]int, updated map[SitemapKind]time.Time, err error) {
	counts, updated = map[SitemapKind]int{}, map[SitemapKind]time.Time{}
	batch := &pgx.Batch{}
	for _, kind := range SitemapKinds() {
		batch.Queue(`SELECT count(DISTINCT p.id), max(p.updated_at) FROM (` + sitemapKind(kind) + `) p`).QueryRow(func(row pgx.Row) error {
			var n int
			var at *time.Time
			if err := row.Scan(&n, &at); err != nil || at == nil {
				return err
			}
			counts[kind], updated[kind] = n, *at
			return nil
		})
	}
	return counts, updated, translate("count the sitemap", db.pool.SendBatch(ctx, batch).Close())
}

// SitemapPages returns the n-th part of the pages of a kind, from 1, in the order of their ids; each with when a claim that it
// shows last moved. CodeNotFound if there is no such part. One query, whose cost is that of SitemapCounts for the kind.
func (db *DB) SitemapPages(ctx context.Context, kind SitemapKind, n int) ([]SitemapEntry, error) {
	query := sitemapKind(kind)
	if query == "" || n < 1 || n > 1_000_000 {
		return nil, factcheck.NotFound("the sitemap has no such part")
	}
	rows, err := db.pool.Query(ctx, `SELECT p.slug, max(p.updated_at) FROM (`+query+`) p GROUP BY p.id, p.slug ORDER BY p.id LIMIT $1 OFFSET $2`, SitemapLength, (n-1)*SitemapLength)
	if err != nil {
		return nil, translate("read the sitemap", err)
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (SitemapEntry, error) {
		var e SitemapEntry
		return e, row.Scan(&e.Slug, &e.Updated)
	})
	if err == nil && len(out) == 0 {
		return nil, factcheck.NotFound("the sitemap has no such part")
	}
	return out, translate("read the sitemap", err)
}
