package store

import (
	"crypto/sha256"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// maxImportURL is the greatest length in bytes of an address that an import takes, percent-encoded: addresses are keys, and
// with what stands beside them an index row takes 2,704.
const maxImportURL = 2_600

// unfitAddress says why an address that a record lists cannot be taken in, a sentence for a person; empty if it can.
func unfitAddress(s string) string {
	if !factcheck.IsWebURL(s) {
		return "an address it lists is not a web address and was left out"
	}
	if n := max(len(s), len(canonicalURL(s))); n > maxImportURL {
		return fmt.Sprintf("an address it lists has %d bytes and was left out; the limit is %d", n, maxImportURL)
	}
	return ""
}

// loadArticles finds the articles at the records' addresses and makes those that are new: an address and nothing else, not
// fetched and not judged. What a record says of an article is its publisher's and stays with the listing; nothing of it is
// in the article's own address, which is for ever.
func (b *importBatch) loadArticles() error {
	b.articles = map[string]factcheck.ArticleID{}
	fit := map[string]bool{}
	spellings := map[string]string{}
	for i := range b.records {
		for _, a := range b.records[i].Appearances {
			if unfitAddress(a.URL) != "" {
				continue
			}
			url := canonicalURL(a.URL)
			spellings[a.URL], fit[url] = url, true
		}
	}
	urls := sortedKeys(fit)
	batch := &pgx.Batch{}
	for _, url := range urls {
		b.queueArticle(batch, url)
	}
	if err := b.pgx.SendBatch(b.ctx, batch).Close(); err != nil {
		return fmt.Errorf("write the articles: %w", err)
	}
	err := b.collect("read the articles", `SELECT url, id FROM articles WHERE url = ANY ($1)`, func(rows pgx.Rows) error {
		var url string
		var id factcheck.ArticleID
		if err := rows.Scan(&url, &id); err != nil {
			return err
		}
		b.articles[url] = id
		return nil
	}, urls)
	if err != nil {
		return err
	}
	seen := &pgx.Batch{}
	for _, spelling := range sortedKeys(spellings) {
		seen.Queue(`INSERT INTO article_urls (url, article_id, seen_at) VALUES ($1, $2, $3) ON CONFLICT (url) DO NOTHING`,
			spelling, b.articles[spellings[spelling]], b.now)
	}
	if err := b.pgx.SendBatch(b.ctx, seen).Close(); err != nil {
		return fmt.Errorf("write the addresses: %w", err)
	}
	return nil
}

func (b *importBatch) queueArticle(batch *pgx.Batch, url string) {
	id := factcheck.ArticleID(newID(b.tx))
	uuid := id.UUID()
	hash := sha256.Sum256([]byte(url))
	batch.Queue(`INSERT INTO articles (id, slug, url, url_hash, kind, added_by, created_at) VALUES ($1, $2, $3, $4, 'page', $5, $6) ON CONFLICT (url) DO NOTHING`,
		id, document.Slug(factcheck.Site(url))+"-"+uuid[len(uuid)-8:], url, hash[:], b.actor.ID, b.now)
}
