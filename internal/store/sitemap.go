package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// SitemapKind is a kind of pages that the sitemap lists; each is at /kind/slug.
type SitemapKind string

// The kinds.
const (
	SitemapClaims    SitemapKind = "claims"
	SitemapArticles  SitemapKind = "articles"
	SitemapClaimants SitemapKind = "claimants"
	SitemapOutlets   SitemapKind = "outlets"
	SitemapTopics    SitemapKind = "topics"
)

// SitemapKinds returns the kinds.
func SitemapKinds() []SitemapKind {
	return []SitemapKind{SitemapClaims, SitemapArticles, SitemapClaimants, SitemapOutlets, SitemapTopics}
}

// sitemapLength is how many pages a month may have on average per file of the sitemap before the month is split: with their
// languages some 4 MB, of the 50 MB and 50,000 addresses that sitemaps.org allows. The last digits of ids are random, so that
// no file comes near ten times that.
const sitemapLength = 5000

// The months that the sitemap has files for. An id says when it was made (UUIDv7); one that says something else, as ids of other
// versions do, is in the first or the last of them: every page is in one file, and which one follows from its id alone.
const (
	sitemapFirstYear = 2020
	sitemapLastYear  = 2099
)

// SitemapPart names a file of the sitemap: the pages of a kind whose ids were made in a month and end in certain digits. What is
// published later, whatever its age, moves no page from one file to another, unless its month grows out of its number of files.
type SitemapPart struct {
	Kind   SitemapKind
	Month  time.Time // its first moment, UTC
	Digits int       // how many hexadecimal digits at the end of an id tell the file, 0 to 2
	Ending int       // those digits
}

// String returns the part as it stands in an address: 2026-11, 2026-11-f, 2026-11-0f.
func (p SitemapPart) String() string {
	month := p.Month.Format("2006-01")
	if p.Digits == 0 {
		return month
	}
	return fmt.Sprintf("%s-%0*x", month, p.Digits, p.Ending)
}

var sitemapPartForm = regexp.MustCompile(`^([0-9]{4}-[0-9]{2})(?:-([0-9a-f]{1,2}))?$`)

// ParseSitemapPart reads what SitemapPart.String writes; false for all else. There need not be such a part.
func ParseSitemapPart(kind SitemapKind, s string) (SitemapPart, bool) {
	m := sitemapPartForm.FindStringSubmatch(s)
	if m == nil {
		return SitemapPart{}, false
	}
	month, err := time.Parse("2006-01", m[1])
	if err != nil || month.Year() < sitemapFirstYear || month.Year() > sitemapLastYear {
		return SitemapPart{}, false
	}
	ending, _ := strconv.ParseUint(m[2], 16, 8) // none is 0
	return SitemapPart{kind, month, len(m[2]), int(ending)}, true
}

// bounds returns the first and the last id of the part's month.
func (p SitemapPart) bounds() (first, last [16]byte) {
	for i := range last {
		last[i] = 0xff
	}
	if p.Month.After(sitemapMonth(0)) {
		first = firstID(p.Month)
	}
	if next := p.Month.AddDate(0, 1, 0); next.Year() <= sitemapLastYear {
		end := firstID(next.Add(-time.Millisecond))
		copy(last[:6], end[:6])
	}
	return first, last
}

// firstID returns the least id of a moment.
func firstID(at time.Time) (id [16]byte) {
	binary.BigEndian.PutUint64(id[:8], uint64(at.UnixMilli())<<16) // no month is before 1970
	return id
}

// sitemapMonth returns the n-th month of the sitemap, from 0.
func sitemapMonth(n int) time.Time {
	return time.Date(sitemapFirstYear, time.Month(1+n), 1, 0, 0, 0, 0, time.UTC)
}

// sitemapDigits returns how many digits of its ids tell the files of a month with so many pages.
func sitemapDigits(pages int) int {
	digits := 0
	for ; digits < 2 && pages > sitemapLength; digits++ {
		pages /= 16
	}
	return digits
}

// sitemapEnding is the last byte of an id, whose digits tell files apart.
const sitemapEnding = `get_byte(uuid_send(p.id), 15)`

// sitemapKind gives the pages of a kind with the claims they show: those that readers can open, and no others.
func sitemapKind(kind SitemapKind) string {
	const appearing = ` FROM claim_documents d JOIN appearances ap ON ap.claim_id = d.claim_id JOIN articles a ON a.id = ap.article_id`
	switch kind {
	case SitemapClaims:
		return `SELECT c.id, c.slug, d.updated_at FROM claim_documents d JOIN claims c ON c.id = d.claim_id`
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

// SitemapListing is a part that has pages, and when a claim on one of them last moved.
type SitemapListing struct {
	SitemapPart
	Updated time.Time
}

// SitemapParts returns the parts of the sitemap that have pages: by kind, then the oldest first. One round trip; it reads all
// that is shown, which takes a second where a million appearances are.
func (db *DB) SitemapParts(ctx context.Context) ([]SitemapListing, error) {
	var begins [][16]byte // of all months but the first
	for n := 1; sitemapMonth(n).Year() <= sitemapLastYear; n++ {
		begins = append(begins, firstID(sitemapMonth(n)))
	}
	var out []SitemapListing
	batch := &pgx.Batch{}
	for _, kind := range SitemapKinds() {
		batch.Queue(`SELECT width_bucket(p.id, $1::uuid[]), `+sitemapEnding+`, count(DISTINCT p.id), max(p.updated_at) FROM (`+sitemapKind(kind)+`) p GROUP BY 1, 2 ORDER BY 1, 2`, begins).
			Query(func(rows pgx.Rows) error {
				cells, err := pgx.CollectRows(rows, pgx.RowToStructByPos[sitemapCell])
				out = append(out, sitemapListings(kind, cells)...)
				return err
			})
	}
	if err := db.pool.SendBatch(ctx, batch).Close(); err != nil {
		return nil, translate("read the sitemap", err)
	}
	return out, nil
}

// sitemapCell is what there is of a month with one last byte of the ids.
type sitemapCell struct {
	Month, Ending, Pages int
	Updated              time.Time
}

// sitemapListings puts cells, in the order of month and ending, together to parts.
func sitemapListings(kind SitemapKind, cells []sitemapCell) (out []SitemapListing) {
	pages := map[int]int{} // by month
	for _, c := range cells {
		pages[c.Month] += c.Pages
	}
	at := map[SitemapPart]int{}
	for _, c := range cells {
		part := SitemapPart{kind, sitemapMonth(c.Month), sitemapDigits(pages[c.Month]), 0}
		part.Ending = c.Ending & (1<<(4*part.Digits) - 1)
		i, ok := at[part]
		if !ok {
			i = len(out)
			at[part] = i
			out = append(out, SitemapListing{SitemapPart: part})
		}
		if c.Updated.After(out[i].Updated) {
			out[i].Updated = c.Updated
		}
	}
	return out
}

// SitemapEntry is a public page in the sitemap, and when a claim on it last moved.
type SitemapEntry struct {
	Slug    string
	Updated time.Time
}

// SitemapPages returns the pages of a part, in the order of their ids; CodeNotFound if SitemapParts has no such part, or no
// longer. One query, which reads what is shown of the part's month.
func (db *DB) SitemapPages(ctx context.Context, part SitemapPart) ([]SitemapEntry, error) {
	first, last := part.bounds()
	rows, err := db.pool.Query(ctx, `WITH p AS (SELECT p.id, p.slug, max(p.updated_at) AS updated_at FROM (`+sitemapKind(part.Kind)+`) p WHERE p.id BETWEEN $1 AND $2 GROUP BY p.id, p.slug)
		SELECT p.slug, p.updated_at, (SELECT count(*) FROM p) FROM p WHERE `+sitemapEnding+` & $3 = $4 ORDER BY p.id`, first, last, 1<<(4*part.Digits)-1, part.Ending)
	if err != nil {
		return nil, translate("read the sitemap", err)
	}
	var pages int // of the month
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (SitemapEntry, error) {
		var e SitemapEntry
		return e, row.Scan(&e.Slug, &e.Updated, &pages)
	})
	if err == nil && (len(out) == 0 || sitemapDigits(pages) != part.Digits) {
		return nil, factcheck.NotFound("the sitemap has no such part")
	}
	return out, translate("read the sitemap", err)
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
