package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Page is the finished page of a public claim in one interface language: rendered and compressed once.
type Page struct {
	Claim    factcheck.ClaimID
	Language string
	Seq      int64  // of the document it was rendered from
	Epoch    string // of everything else it was rendered from: settings, names, the program's version
	ETag     string
	HTML     []byte
	Gzip     []byte
	Brotli   []byte
	Modified time.Time // when the claim last moved
}

// PageBySlug returns the stored page of a claim if it is still right: rendered from the newest document and under the
// given epoch. CodeNotFound means render it; it does not mean that there is no such claim. One query.
func (db *DB) PageBySlug(ctx context.Context, slug, language, epoch string) (Page, error) {
	var p Page
	err := db.pool.QueryRow(ctx, `SELECT p.claim_id, p.language, p.seq, p.epoch, p.etag, p.html, p.gzip, p.brotli, d.updated_at
		FROM claims c JOIN claim_documents d ON d.claim_id = c.id JOIN claim_pages p ON p.claim_id = c.id AND p.seq = d.seq
		WHERE c.slug = $1 AND p.language = $2 AND p.epoch = $3`, slug, language, epoch).Scan(
		&p.Claim, &p.Language, &p.Seq, &p.Epoch, &p.ETag, &p.HTML, &p.Gzip, &p.Brotli, &p.Modified)
	if errors.Is(err, pgx.ErrNoRows) {
		return p, factcheck.NotFound("this page is not rendered yet")
	}
	return p, translate("read a finished page", err)
}

// SavePage stores a finished page unless the claim has moved on since it was rendered. Doing it again changes nothing.
func (db *DB) SavePage(ctx context.Context, p Page) error {
	_, err := db.pool.Exec(ctx, `INSERT INTO claim_pages (claim_id, language, seq, epoch, etag, html, gzip, brotli)
		SELECT $1, $2, $3, $4, $5, $6, $7, $8 FROM claim_documents WHERE claim_id = $1 AND seq = $3
		ON CONFLICT (claim_id, language) DO UPDATE SET seq = excluded.seq, epoch = excluded.epoch, etag = excluded.etag,
		html = excluded.html, gzip = excluded.gzip, brotli = excluded.brotli WHERE claim_pages.seq <= excluded.seq`,
		p.Claim, p.Language, p.Seq, p.Epoch, p.ETag, p.HTML, p.Gzip, p.Brotli)
	return translate("store a finished page", err)
}
