package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Document is a public claim as it is stored: see document.Append for seq and the house's address.
type Document struct {
	Claim       factcheck.ClaimID
	Slug        string
	Seq         int64
	Stored      []byte
	PublishedAt time.Time
	UpdatedAt   time.Time
}

// Publication is the house as readers and partners see it.
type Publication struct {
	House
	Epoch       string // of the change feed
	Seq         int64  // its head
	RenderEpoch int64  // counts what changes pages without a change entry
	Claims      int64  // public claims
	HouseClaims int64  // of those, with a verdict of the house
	Logo        HouseLogo
}

var errNoClaim = &factcheck.Error{Code: factcheck.CodeNotFound, Message: "there is no public claim at this address"}

// followMerges resolves a claim to the one it was merged into, however many steps away.
const followMerges = `
chain AS (
    SELECT c.id, c.slug, c.merged_into FROM start JOIN claims c ON c.id = start.id
    UNION ALL
    SELECT c.id, c.slug, c.merged_into FROM chain JOIN claims c ON c.id = chain.merged_into
)
SELECT d.claim_id, chain.slug, d.seq, d.document, d.published_at, d.updated_at
FROM chain JOIN claim_documents d ON d.claim_id = chain.id WHERE chain.merged_into IS NULL`

// ClaimBySlug returns the public claim at an address of its page. The document's slug differs from the one asked for when
// the claim was renamed or merged: redirect then. CodeNotFound alike for what never was and what is not public. One query.
func (db *DB) ClaimBySlug(ctx context.Context, slug string) (Document, error) {
	return db.document(ctx, `WITH RECURSIVE start AS (SELECT claim_id AS id FROM claim_slugs WHERE slug IN ($1, hidden_key($1))), `+followMerges, slug)
}

// WasRenamed reports whether an address was given to the claim itself, so that its page was renamed; false for one of a claim that
// was merged into it. One query.
func (db *DB) WasRenamed(ctx context.Context, slug string, id factcheck.ClaimID) (bool, error) {
	var own bool
	err := db.pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM claim_slugs WHERE slug IN ($1, hidden_key($1)) AND claim_id = $2)`, slug, id).Scan(&own)
	return own, translate("look whose an address was", err)
}

// ClaimByID returns the public claim with the id, or the one it was merged into: compare the ids. CodeNotFound as above.
func (db *DB) ClaimByID(ctx context.Context, id factcheck.ClaimID) (Document, error) {
	return db.document(ctx, `WITH RECURSIVE start AS (SELECT $1::uuid AS id), `+followMerges, id)
}

func (db *DB) document(ctx context.Context, query string, arg any) (Document, error) {
	var d Document
	err := db.pool.QueryRow(ctx, query, arg).Scan(&d.Claim, &d.Slug, &d.Seq, &d.Stored, &d.PublishedAt, &d.UpdatedAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return d, errNoClaim
	}
	return d, translate("read a public claim", err)
}

// Publication returns the house with its logo and the head of its feed. Three queries in one round trip; counting is exact and costs an
// index scan.
func (db *DB) Publication(ctx context.Context) (Publication, error) {
	var p Publication
	batch := &pgx.Batch{}
	batch.Queue(`SELECT coalesce(max(name), ''), coalesce(max(site), ''), coalesce(max(licence), ''), coalesce(max(language), '') FROM publishers WHERE is_house`).
		QueryRow(func(row pgx.Row) error { return row.Scan(&p.Name, &p.Site, &p.Licence, &p.Language) })
	batch.Queue(`SELECT f.epoch, f.seq, i.render_epoch, (SELECT count(*) FROM claim_documents), (SELECT count(*) FROM claim_documents WHERE house)
		FROM feed f, installation i`).
		QueryRow(func(row pgx.Row) error { return row.Scan(&p.Epoch, &p.Seq, &p.RenderEpoch, &p.Claims, &p.HouseClaims) })
	batch.Queue(selectLogo).QueryRow(func(row pgx.Row) (err error) {
		p.Logo, err = scanLogo(row)
		return err
	})
	return p, translate("read the publication", db.pool.SendBatch(ctx, batch).Close())
}

// HasHouseClaims reports whether a public claim has a verdict of the house. One query, of one row.
func (db *DB) HasHouseClaims(ctx context.Context) (bool, error) {
	var has bool
	err := db.pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM claim_documents WHERE house)`).Scan(&has)
	return has, translate("look for claims of the house", err)
}

// Head returns the epoch and the newest number of the change feed, and the render epoch. One query.
func (db *DB) Head(ctx context.Context) (epoch string, seq, renderEpoch int64, err error) {
	err = db.pool.QueryRow(ctx, `SELECT f.epoch, f.seq, i.render_epoch FROM feed f, installation i`).Scan(&epoch, &seq, &renderEpoch)
	return epoch, seq, renderEpoch, translate("read the head of the feed", err)
}

// Change is an entry of the public change feed with the claim as it is now; Document is nil when it is no longer public.
type Change struct {
	Seq      int64
	Type     factcheck.ChangeType
	At       time.Time
	Claim    factcheck.ClaimID
	Document *Document
}

// Feed is a page of the change feed.
type Feed struct {
	Epoch   string
	Head    int64 // newest number there is
	Changes []Change
}

// MaxChanges is the most entries that one page of the feed holds.
const MaxChanges = 1000

// Changes returns up to limit entries after a number, in order and without a gap. CodeGone if after is beyond the head:
// the follower has seen a feed that is no more. Two queries; the documents are those of now, not of then.
func (db *DB) Changes(ctx context.Context, after int64, limit int) (Feed, error) {
	if after < 0 || limit < 1 || limit > MaxChanges {
		return Feed{}, invalidf("after", "after is at least 0 and limit from 1 to %d", MaxChanges)
	}
	var f Feed
	if err := db.pool.QueryRow(ctx, `SELECT epoch, seq FROM feed`).Scan(&f.Epoch, &f.Head); err != nil {
		return f, translate("read the head of the feed", err)
	}
	if after > f.Head {
		return f, &factcheck.Error{Code: factcheck.CodeGone, Field: "after",
			Message: fmt.Sprintf("the feed ends at %d; take an export and follow from the number it states", f.Head)}
	}
	rows, err := db.pool.Query(ctx, `SELECT c.seq, c.type, c.at, c.claim_id, d.seq, d.document, d.published_at, d.updated_at
		FROM changes c LEFT JOIN claim_documents d ON d.claim_id = c.claim_id
		WHERE c.seq > $1 AND c.seq <= $2 ORDER BY c.seq LIMIT $3`, after, f.Head, limit)
	if err != nil {
		return f, translate("read the feed", err)
	}
	f.Changes, err = pgx.CollectRows(rows, scanChange)
	return f, translate("read the feed", err)
}

func scanChange(row pgx.CollectableRow) (Change, error) {
	var (
		c                  Change
		seq                *int64
		stored             []byte
		published, updated *time.Time
	)
	err := row.Scan(&c.Seq, &c.Type, &c.At, &c.Claim, &seq, &stored, &published, &updated)
	if err == nil && seq != nil {
		c.Document = &Document{Claim: c.Claim, Seq: *seq, Stored: stored, PublishedAt: *published, UpdatedAt: *updated}
	}
	return c, err
}
