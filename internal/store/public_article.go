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
	URL         string // empty for a post that has no address
	ArchiveURL  string // a copy of it elsewhere; empty if there is none
	Kind        factcheck.ArticleKind
	Title       string
	Author      string // as an editor gives it
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
	Quote       string         // cut to what the house shows of a quote
	FirstSeenAt *time.Time     // by the house
	Appeared    factcheck.Date // when the article first carried it, where that is known apart from its publication
	First       bool           // the first known appearance of the claim
	State       factcheck.CorrectionState
	CorrectedAt *time.Time
	Claim       Document
}

// ArticleBySlug returns the article with its public claims. CodeNotFound if there is none, or if no claim it appears in is
// public: that an article is being looked at is nobody's business yet. Passages are in reading order. Two queries.
func (db *DB) ArticleBySlug(ctx context.Context, slug string) (PublicArticle, error) {
	return db.publicArticle(ctx, "a.slug = $1", slug)
}

// ArticleByID is ArticleBySlug for an id.
func (db *DB) ArticleByID(ctx context.Context, id factcheck.ArticleID) (PublicArticle, error) {
	return db.publicArticle(ctx, "a.id = $1", id)
}

// PublicArticleByURL is ArticleBySlug for an address in any spelling that the article was seen under. CodeInvalid if it is no
// web address. Of a redacted address nothing is found.
func (db *DB) PublicArticleByURL(ctx context.Context, url string) (PublicArticle, error) {
	known, err := readAddress("url", url)
	if err != nil {
		return PublicArticle{}, err
	}
	return db.publicArticle(ctx, `a.id = (SELECT x.id FROM (
		SELECT k.id, 1 AS rank FROM articles k WHERE k.url_key = ($1::text[])[1] UNION ALL SELECT u.article_id, 2 FROM article_urls u WHERE u.url = ANY ($1)) x
		ORDER BY x.rank, x.id LIMIT 1)`, []string{known.key, known.url, url})
}

// publicArticle takes where as a constant of this file, never a caller's text.
func (db *DB) publicArticle(ctx context.Context, where string, arg any) (PublicArticle, error) {
	var (
		a         PublicArticle
		published *time.Time
		precision *string
	)
	err := db.pool.QueryRow(ctx, `SELECT a.id, a.slug, coalesce(a.url, ''), a.archive_url, a.kind, a.title, a.author, coalesce(o.name, ''), coalesce(o.site, ''), a.language, a.published_at, a.published_precision
		FROM articles a LEFT JOIN outlets o ON o.id = a.outlet_id WHERE `+where, arg).Scan(
		&a.ID, &a.Slug, &a.URL, &a.ArchiveURL, &a.Kind, &a.Title, &a.Author, &a.Outlet, &a.OutletSite, &a.Language, &published, &precision)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return a, translate("read an article", err)
	}
	a.Published = dateOf(published, precision)
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

// readingOrder is the order of an article's appearances ap: as the passages stand in its text, then those that are nowhere.
const readingOrder = ` ORDER BY ap.quote_start NULLS LAST, ap.position, ap.id`

func (db *DB) publicAppearances(ctx context.Context, id factcheck.ArticleID) ([]PublicAppearance, error) {
	rows, err := db.pool.Query(ctx, `SELECT ap.id, ap.stance, ap.set_by, ap.quote, least(ap.first_seen_at, said.first_seen_at), ap.correction_state, ap.corrected_at,
			ap.is_first, ap.appeared_at, ap.appeared_precision, d.claim_id, c.slug, d.seq, d.document, d.published_at, d.updated_at,
			coalesce((SELECT (value ->> 'quote_limit')::int FROM settings WHERE name = $2), $3)
		FROM appearances ap JOIN claim_documents d ON d.claim_id = ap.claim_id JOIN claims c ON c.id = ap.claim_id`+listedSaid+`
		WHERE ap.article_id = $1 AND `+shownAppearance+readingOrder+` LIMIT 500`, id, settingArticleRules, factcheck.DefaultArticleRules().QuoteLimit)
	if err != nil {
		return nil, translate("read the claims of an article", err)
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (PublicAppearance, error) {
		var (
			p         PublicAppearance
			appeared  *time.Time
			precision *string
			limit     int
		)
		err := row.Scan(&p.ID, &p.Stance, &p.SetBy, &p.Quote, &p.FirstSeenAt, &p.State, &p.CorrectedAt, &p.First, &appeared, &precision,
			&p.Claim.Claim, &p.Claim.Slug, &p.Claim.Seq, &p.Claim.Stored, &p.Claim.PublishedAt, &p.Claim.UpdatedAt, &limit)
		p.Quote, p.Appeared = factcheck.Shorten(p.Quote, limit), dateOf(appeared, precision)
		return p, err
	})
	return out, translate("read the claims of an article", err)
}

// dateOf returns a date as two columns hold it; the zero Date if they are NULL.
func dateOf(at *time.Time, precision *string) factcheck.Date {
	if at == nil || precision == nil {
		return factcheck.Date{}
	}
	return factcheck.Date{At: *at, Precision: factcheck.Precision(*precision)}
}
