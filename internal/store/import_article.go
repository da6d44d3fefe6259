package store

import (
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
	if len(s) > maxImportURL {
		return fmt.Sprintf("an address it lists has %d bytes and was left out; the limit is %d", len(s), maxImportURL)
	}
	if _, err := readAddress("url", s); err != nil {
		return "an address it lists was left out: " + refusal(err).Reason
	}
	return ""
}

// loadArticles finds the articles at the records' addresses and makes those that are new: an address and nothing else, not
// fetched and not judged. What a record says of an article is its publisher's and stays with the listing; nothing of it is
// in the article's own address, which is for ever.
func (b *importBatch) loadArticles() error {
	b.articles = map[string]factcheck.ArticleID{}
	fit := map[string]address{}      // by key
	spellings := map[string]string{} // to keys
	for i := range b.records {
		for _, a := range b.records[i].Appearances {
			if unfitAddress(a.URL) != "" {
				continue
			}
			at, err := readAddress("url", a.URL)
			if err != nil {
				return err // it could be read a moment ago
			}
			for _, spelling := range []string{a.URL, at.url, at.key} {
				spellings[spelling] = at.key
			}
			if _, ok := fit[at.key]; !ok {
				fit[at.key] = at
			}
		}
	}
	if err := b.knownArticles(fit); err != nil {
		return err
	}
	batch := &pgx.Batch{}
	for _, key := range sortedKeys(fit) {
		if _, known := b.articles[key]; !known {
			b.queueArticle(batch, fit[key])
		}
	}
	if err := b.pgx.SendBatch(b.ctx, batch).Close(); err != nil {
		return fmt.Errorf("write the articles: %w", err)
	}
	if err := b.knownArticles(fit); err != nil {
		return err
	}
	seen := &pgx.Batch{}
	for _, spelling := range sortedKeys(spellings) {
		if article, known := b.articles[spellings[spelling]]; known {
			seen.Queue(`INSERT INTO article_urls (url, article_id, seen_at) VALUES ($1, $2, $3) ON CONFLICT (url) DO NOTHING`, spelling, article, b.now)
		}
	}
	if err := b.pgx.SendBatch(b.ctx, seen).Close(); err != nil {
		return fmt.Errorf("write the addresses: %w", err)
	}
	return nil
}

// knownArticles reads which articles are at the addresses: by key or, failing that, by another spelling that was seen.
func (b *importBatch) knownArticles(fit map[string]address) error {
	keys := sortedKeys(fit)
	urls := make([]string, len(keys))
	for i, key := range keys {
		urls[i] = fit[key].url
	}
	return b.collect("read the articles", `SELECT x.key, coalesce(a.id, (SELECT u.article_id FROM article_urls u WHERE u.url IN (x.key, x.url) ORDER BY u.url = x.key DESC LIMIT 1))
		FROM unnest($1::text[], $2::text[]) AS x (key, url) LEFT JOIN articles a ON a.url_key = x.key`, func(rows pgx.Rows) error {
		var key string
		var id factcheck.ArticleID
		if err := rows.Scan(&key, &id); err != nil {
			return err
		}
		if !id.IsZero() {
			b.articles[key] = id
		}
		return nil
	}, keys, urls)
}

func (b *importBatch) queueArticle(batch *pgx.Batch, at address) {
	id := factcheck.ArticleID(newID(b.tx))
	uuid := id.UUID()
	batch.Queue(`INSERT INTO articles (id, slug, url, url_key, url_hash, kind, added_by, created_at) VALUES ($1, $2, $3, $4, $5, 'page', $6, $7) ON CONFLICT DO NOTHING`,
		id, document.Slug(at.site)+"-"+uuid[len(uuid)-8:], at.url, at.key, at.hash, b.actor.ID, b.now)
}
