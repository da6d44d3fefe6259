package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// PublicArticle is an article as its page shows it: with the public claims it makes, repeats, reports, disputes or is
// listed under. The extracted text is not public.
type PublicArticle struct {
	ID          factcheck.ArticleID
	Slug        string
	URL         string
	Kind        factcheck.ArticleKind
	Title       string
	Author      string
	Outlet      string
	OutletSite  string
	Language    string
	Published   factcheck.Date
	Appearances []PublicAppearance
}

// PublicAppearance is an article's relation to one public claim.
type PublicAppearance struct {
	ID          factcheck.AppearanceID
	Stance      factcheck.Stance
	SetBy       string
	Quote       string
	FirstSeenAt *time.Time
	State       factcheck.CorrectionState
	CorrectedAt *time.Time
	Claim       Document
}

// ArticleBySlug returns the article with its public claims. CodeNotFound if there is none, or if no claim it appears in is
// public: that an article is being looked at is nobody's business yet. Two queries.
func (db *DB) ArticleBySlug(ctx context.Context, slug string) (PublicArticle, error) {
	return db.publicArticle(ctx, "a.slug = $1", slug)
}

// ArticleByID is ArticleBySlug for an id.
func (db *DB) ArticleByID(ctx context.Context, id factcheck.ArticleID) (PublicArticle, error) {
	return db.publicArticle(ctx, "a.id = $1", id)
}

// publicArticle takes where as a constant of this file, never a caller's text.
func (db *DB) publicArticle(ctx context.Context, where string, arg any) (PublicArticle, error) {
	var (
		a         PublicArticle
		published *time.Time
		precision *string
	)
	err := db.pool.QueryRow(ctx, `SELECT a.id, a.slug, a.url, a.kind, a.title, a.author, coalesce(o.name, ''), coalesce(o.site, ''), a.language, a.published_at, a.published_precision
		FROM articles a LEFT JOIN outlets o ON o.id = a.outlet_id WHERE `+where, arg).Scan(
		&a.ID, &a.Slug, &a.URL, &a.Kind, &a.Title, &a.Author, &a.Outlet, &a.OutletSite, &a.Language, &published, &precision)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return a, translate("read an article", err)
	}
	if published != nil && precision != nil {
		a.Published = factcheck.Date{At: *published, Precision: factcheck.Precision(*precision)}
	}
	if err == nil {
		if a.Appearances, err = db.publicAppearances(ctx, a.ID); err != nil {
			return a, err
		}
	}
	if len(a.Appearances) == 0 {
		return PublicArticle{}, factcheck.NotFound("there is no public article at this address")
	}
	return a, nil
}

func (db *DB) publicAppearances(ctx context.Context, id factcheck.ArticleID) ([]PublicAppearance, error) {
	rows, err := db.pool.Query(ctx, `SELECT ap.id, ap.stance, ap.set_by, ap.quote, ap.first_seen_at, ap.correction_state, ap.corrected_at,
		d.claim_id, c.slug, d.seq, d.document, d.published_at, d.updated_at
		FROM appearances ap JOIN claim_documents d ON d.claim_id = ap.claim_id JOIN claims c ON c.id = ap.claim_id
		WHERE ap.article_id = $1 AND `+shownAppearance+` ORDER BY d.published_at DESC, ap.id LIMIT 500`, id)
	if err != nil {
		return nil, translate("read the claims of an article", err)
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (PublicAppearance, error) {
		var p PublicAppearance
		return p, row.Scan(&p.ID, &p.Stance, &p.SetBy, &p.Quote, &p.FirstSeenAt, &p.State, &p.CorrectedAt,
			&p.Claim.Claim, &p.Claim.Slug, &p.Claim.Seq, &p.Claim.Stored, &p.Claim.PublishedAt, &p.Claim.UpdatedAt)
	})
	return out, translate("read the claims of an article", err)
}
