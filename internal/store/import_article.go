package store

import (
	"crypto/sha256"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// loadArticles finds the articles at the records' addresses and makes those that are new: an address with what the record
// says of it, not fetched and not judged.
func (b *importBatch) loadArticles() error {
	b.articles = map[string]factcheck.ArticleID{}
	first := map[string]exchange.Appearance{}
	spellings := map[string]string{}
	for i := range b.records {
		for _, a := range b.records[i].Appearances {
			if !factcheck.IsWebURL(a.URL) || len(a.URL) > factcheck.MaxURL {
				continue
			}
			url := canonicalURL(a.URL)
			spellings[a.URL] = url
			if _, ok := first[url]; !ok {
				first[url] = a
			}
		}
	}
	urls := sortedKeys(first)
	batch := &pgx.Batch{}
	for _, url := range urls {
		b.queueArticle(batch, url, first[url])
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

func (b *importBatch) queueArticle(batch *pgx.Batch, url string, a exchange.Appearance) {
	id := factcheck.ArticleID(newID(b.tx))
	uuid := id.UUID()
	name := a.Title
	if name == "" {
		name = factcheck.Site(url)
	}
	hash := sha256.Sum256([]byte(url))
	published, precision := dateColumns(a.Published)
	language := a.Language
	if !factcheck.ValidLanguage(language) {
		language = ""
	}
	batch.Queue(`INSERT INTO articles (id, slug, url, url_hash, kind, title, language, published_at, published_precision, added_by, created_at)
		VALUES ($1, $2, $3, $4, 'page', $5, $6, $7, $8, $9, $10) ON CONFLICT (url) DO NOTHING`,
		id, document.Slug(name)+"-"+uuid[len(uuid)-8:], url, hash[:], a.Title, language, published, precision, b.actor.ID, b.now)
}
