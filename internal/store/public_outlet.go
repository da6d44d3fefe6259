package store

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// OutletShow narrows what the page of an outlet lists.
type OutletShow string

// What the page of an outlet lists.
const (
	OutletAll       OutletShow = ""
	OutletAsserted  OutletShow = "asserted"  // made or repeated, and stands
	OutletCorrected OutletShow = "corrected" // made or repeated, and was corrected or removed since
	OutletReported  OutletShow = "reports"
	OutletDisputed  OutletShow = "disputes"
	OutletListed    OutletShow = "listed" // named by imported checks, judged by nobody here
)

// OutletShows lists them in the order of the page.
func OutletShows() []OutletShow {
	return []OutletShow{OutletAll, OutletAsserted, OutletCorrected, OutletReported, OutletDisputed, OutletListed}
}

// OutletSort orders the articles of an outlet, newest first.
type OutletSort string

// The orders of an outlet's articles.
const (
	OutletTaken     OutletSort = ""          // when they were taken in
	OutletPublished OutletSort = "published" // when the outlet published them; those without a date come last
)

// OutletSorts lists them, the usual one first.
func OutletSorts() []OutletSort { return []OutletSort{OutletTaken, OutletPublished} }

// moment is what an order goes by, of an article a.
func (s OutletSort) moment() string {
	if s == OutletPublished {
		return `coalesce(a.published_at, timestamptz 'epoch' - interval '1000 years')`
	}
	return `a.created_at`
}

// OutletFilter is which page of an outlet's articles is wanted.
type OutletFilter struct {
	Show   OutletShow
	Sort   OutletSort
	Cursor string // where the page before ended; empty for the first
	Limit  int    // 1 to MaxPage
}

// PublicOutlet is an outlet with a page of what its articles did with public claims. Its counts are of what was looked at:
// no sample, no percentages, no rankings (invariant 11).
type PublicOutlet struct {
	ID       factcheck.OutletID
	Slug     string
	Name     string
	Site     string
	Articles int                // different ones, in public claims
	Counts   map[OutletShow]int // links of an article to a claim; none under OutletAll
	Rows     []OutletAppearance
	Next     string // cursor of the next page; empty on the last
}

// OutletAppearance is an article of an outlet in a public claim.
type OutletAppearance struct {
	ID          factcheck.AppearanceID
	Stance      factcheck.Stance
	State       factcheck.CorrectionState
	CorrectedAt *time.Time
	Slug        string // of the article
	URL         string // empty for a post without an address
	Title       string
	Language    string
	Published   factcheck.Date
	article     factcheck.ArticleID
	at          time.Time // what the list is ordered by
	Claim       Document
}

// showOf says under which OutletShow an appearance ap is counted.
const showOf = `CASE WHEN ap.stance IN ('makes', 'repeats') THEN CASE WHEN ap.correction_state = 'standing' THEN 'asserted' ELSE 'corrected' END ELSE ap.stance END`

// outletFrom are the appearances of the articles of outlet $1 that readers see.
const outletFrom = ` FROM articles a JOIN appearances ap ON ap.article_id = a.id JOIN claim_documents d ON d.claim_id = ap.claim_id
	WHERE a.outlet_id = $1 AND ` + shownAppearance

// OutletBySlug returns an outlet with a page of its articles in public claims, the claims of one article together. CodeNotFound alike for none and for one of which no article is in a public claim. CodeInvalid for a filter that makes no sense. Three queries.
func (db *DB) OutletBySlug(ctx context.Context, slug string, f OutletFilter) (PublicOutlet, error) {
	out := PublicOutlet{Counts: map[OutletShow]int{}}
	if err := checkPage(f.Limit); err != nil {
		return out, err
	}
	if !slices.Contains(OutletShows(), f.Show) {
		return out, invalidf("show", "there is no such list; choose one from the page")
	}
	if !slices.Contains(OutletSorts(), f.Sort) {
		return out, invalidf("sort", "there is no such order; choose one from the page")
	}
	from, err := f.place()
	if err != nil {
		return out, err
	}
	err = db.pool.QueryRow(ctx, `SELECT o.id, o.slug, o.name, o.site FROM outlets o WHERE o.slug = $1`, slug).Scan(&out.ID, &out.Slug, &out.Name, &out.Site)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return out, translate("read an outlet", err)
	}
	if err == nil {
		if err := db.outletArticles(ctx, &out, f, from); err != nil {
			return out, translate("list the articles of an outlet", err)
		}
	}
	if out.Articles == 0 {
		return PublicOutlet{}, factcheck.NotFound("there is no such outlet here")
	}
	return out, nil
}

// outletArticles fills in the counts and the page. One round trip.
func (db *DB) outletArticles(ctx context.Context, out *PublicOutlet, f OutletFilter, from outletPlace) error {
	batch := &pgx.Batch{}
	batch.Queue(`SELECT count(DISTINCT a.id)`+outletFrom, out.ID).QueryRow(func(row pgx.Row) error { return row.Scan(&out.Articles) })
	batch.Queue(`SELECT `+showOf+`, count(*)`+outletFrom+` GROUP BY 1`, out.ID).Query(func(rows pgx.Rows) error {
		var show OutletShow
		var n int
		_, err := pgx.ForEachRow(rows, []any{&show, &n}, func() error { out.Counts[show] = n; return nil })
		return err
	})
	// What imports say of an article is looked up for the page alone.
	batch.Queue(`SELECT ap.id, ap.stance, ap.correction_state, ap.corrected_at, a.slug, coalesce(a.url, ''), coalesce(nullif(a.title, ''), said.title, ''),
			coalesce(nullif(a.language, ''), said.language, ''), coalesce(a.published_at, said.published_at),
			CASE WHEN a.published_at IS NULL THEN said.published_precision ELSE a.published_precision END, a.id, x.at,
			d.claim_id, c.slug, d.seq, d.document, d.published_at, d.updated_at
		FROM (SELECT ap.id, `+f.Sort.moment()+` AS at`+outletFrom+` AND ($2 = '' OR `+showOf+` = $2)
				AND ($3::timestamptz IS NULL OR (`+f.Sort.moment()+`, a.id, ap.id) < ($3, $4::uuid, $6::uuid))
			ORDER BY at DESC, a.id DESC, ap.id DESC LIMIT $5) x
		JOIN appearances ap ON ap.id = x.id JOIN articles a ON a.id = ap.article_id JOIN claim_documents d ON d.claim_id = ap.claim_id JOIN claims c ON c.id = ap.claim_id`+listedSaid+`
		ORDER BY x.at DESC, a.id DESC, x.id DESC`, out.ID, f.Show, from.at, from.article, f.Limit+1, from.appearance).Query(func(rows pgx.Rows) (err error) {
		out.Rows, err = pgx.CollectRows(rows, scanOutletAppearance)
		return err
	})
	if err := db.pool.SendBatch(ctx, batch).Close(); err != nil {
		return err
	}
	if len(out.Rows) > f.Limit {
		out.Rows = out.Rows[:f.Limit]
		out.Next = out.Rows[f.Limit-1].cursor()
	}
	return nil
}

func scanOutletAppearance(row pgx.CollectableRow) (OutletAppearance, error) {
	var (
		o         OutletAppearance
		published *time.Time
		precision *string
	)
	err := row.Scan(&o.ID, &o.Stance, &o.State, &o.CorrectedAt, &o.Slug, &o.URL, &o.Title, &o.Language, &published, &precision, &o.article, &o.at,
		&o.Claim.Claim, &o.Claim.Slug, &o.Claim.Seq, &o.Claim.Stored, &o.Claim.PublishedAt, &o.Claim.UpdatedAt)
	o.Published = dateOf(published, precision)
	return o, err
}

// outletPlace is where a page of an outlet's articles ended.
type outletPlace struct {
	at         any // time.Time; nil for the first page
	article    factcheck.ArticleID
	appearance factcheck.AppearanceID
}

// cursor is where a page ended that has o last: a cursor of other lists, and which of the article's appearances it was.
func (o OutletAppearance) cursor() string {
	return encodeCursor(o.at, factcheck.ClaimID(o.article)) + "." + base64.RawURLEncoding.EncodeToString(o.ID[:])
}

func (f OutletFilter) place() (outletPlace, error) {
	var p outletPlace
	if f.Cursor == "" {
		return p, nil
	}
	article, appearance, _ := strings.Cut(f.Cursor, ".")
	at, id, err := decodeCursor(article)
	if err != nil {
		return p, err
	}
	last, err := base64.RawURLEncoding.DecodeString(appearance)
	if err != nil || len(last) != len(p.appearance) {
		return p, invalidf("cursor", "this is not a cursor of this list; begin again without one")
	}
	p.at, p.article, p.appearance = at, factcheck.ArticleID(id), factcheck.AppearanceID(last)
	return p, nil
}
