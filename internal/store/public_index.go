package store

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// IndexKind is what an index lists: the pages that gather public claims.
type IndexKind string

// The indexes.
const (
	IndexTopics    IndexKind = "topics"
	IndexClaimants IndexKind = "claimants"
	IndexOutlets   IndexKind = "outlets"
)

// IndexKinds returns the indexes.
func IndexKinds() []IndexKind { return []IndexKind{IndexTopics, IndexClaimants, IndexOutlets} }

// IndexSort orders an index.
type IndexSort string

// The orders of an index.
const (
	IndexByName   IndexSort = "name"
	IndexByChecks IndexSort = "checks" // most first: of topics alone
	IndexByNewest IndexSort = "newest" // who was met last first
)

// Sorts returns the orders of an index, its usual one first. Claimants and outlets are never ordered by their number of checks:
// what was checked is no sample, and such a list would be a ranking (invariant 11).
func (k IndexKind) Sorts() []IndexSort {
	if k == IndexTopics {
		return []IndexSort{IndexByName, IndexByChecks, IndexByNewest}
	}
	return []IndexSort{IndexByName, IndexByNewest}
}

// IndexFilter is which page of an index is wanted.
type IndexFilter struct {
	Sort     IndexSort // empty: by name
	Language string    // of the names of topics, a primary BCP 47 tag; where there is none, the topic's own name
	Cursor   string    // where the page before ended; empty for the first
	Limit    int       // 1 to MaxPage
}

// IndexEntry is a topic, claimant or outlet with how many public claims it gathers; of an outlet, how many of its articles.
type IndexEntry struct {
	ID       [16]byte
	Slug     string
	Name     string
	NameLang string // of Name, where that is known
	Detail   string // the kind of a claimant, the site of an outlet
	NamedBy  string // of a claimant whose name others have too: the publisher who names them so, empty for the house
	Count    int
	Newest   time.Time // when the newest of them was published; of an outlet, when its newest article was taken in
}

// indexRows are the entries of an index as (id, slug, name, lang, detail, n, newest, named_by): what readers can open and no others, so
// nobody private and nothing that only publishers who are not allowed brought. $1 is the language.
func indexRows(kind IndexKind) string {
	switch kind {
	case IndexTopics:
		return `SELECT t.id, t.slug, coalesce(other.value, t.name) AS name, coalesce(other.key, '') AS lang, '' AS detail, filed.n, filed.newest, '' AS named_by
			FROM (SELECT ct.topic_id, count(DISTINCT d.claim_id) AS n, max(d.published_at) AS newest
				FROM claim_topics ct JOIN claim_documents d ON d.claim_id = ct.claim_id WHERE ` + shownTopic + ` GROUP BY ct.topic_id) filed
			JOIN topics t ON t.id = filed.topic_id
			LEFT JOIN LATERAL (SELECT key, value FROM jsonb_each_text(t.names) WHERE split_part(lower(key), '-', 1) = $1 ORDER BY key COLLATE "C" LIMIT 1) other ON true`
	case IndexClaimants:
		return `SELECT c.id, c.slug, c.name, '' AS lang, c.kind AS detail, count(*) AS n, max(d.published_at) AS newest, CASE WHEN count(*) OVER (PARTITION BY c.name) > 1 THEN coalesce(min(p.name), '') ELSE '' END AS named_by
			FROM claim_documents d JOIN claimants c ON c.id = d.claimant_id LEFT JOIN publishers p ON p.id = c.publisher_id AND p.allowed_at IS NOT NULL AND NOT p.is_house
			WHERE $1::text IS NOT NULL AND ` + shownClaimant + ` GROUP BY c.id`
	case IndexOutlets:
		return `SELECT o.id, o.slug, o.name, '' AS lang, o.site AS detail, count(DISTINCT a.id) AS n, max(a.created_at) AS newest, '' AS named_by
			FROM claim_documents d JOIN appearances ap ON ap.claim_id = d.claim_id JOIN articles a ON a.id = ap.article_id JOIN outlets o ON o.id = a.outlet_id
			WHERE $1::text IS NOT NULL AND ` + shownAppearance + ` GROUP BY o.id`
	}
	return ""
}

// indexOrder is the condition of a cursor ($2: is there one, $3: number, $4: name, $5: id) and the order. Names are sorted as
// people read them, whatever their script, by ICU's root collation.
func indexOrder(sort IndexSort) (after, order string) {
	const named = `(x.name COLLATE "und-x-icu", x.id)`
	switch sort {
	case IndexByChecks:
		return `(x.n < $3 OR x.n = $3 AND ` + named + ` > ($4::text, $5::uuid))`, `x.n DESC, x.name COLLATE "und-x-icu", x.id`
	case IndexByNewest:
		return `((x.newest, x.id) < (timestamptz 'epoch' + $3::bigint * interval '1 microsecond', $5::uuid) AND $4::text IS NOT NULL)`, `x.newest DESC, x.id DESC`
	case IndexByName:
	}
	return `(` + named + ` > ($4::text, $5::uuid) AND $3::bigint IS NOT NULL)`, `x.name COLLATE "und-x-icu", x.id`
}

// Index returns a page of an index and the cursor of the next, empty on the last. CodeInvalid for an order that the index does
// not have and for a page that makes no sense. One query, which reads all that is public of the kind: a second where a million
// articles are linked, so it is for what is kept in memory.
func (db *DB) Index(ctx context.Context, kind IndexKind, f IndexFilter) ([]IndexEntry, string, error) {
	if f.Sort == "" {
		f.Sort = IndexByName
	}
	rows := indexRows(kind)
	if err := f.check(kind); err != nil || rows == "" {
		return nil, "", err
	}
	from, err := decodeIndexCursor(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	after, order := indexOrder(f.Sort)
	found, err := db.pool.Query(ctx, `SELECT x.id, x.slug, x.name, x.lang, x.detail, x.n, x.newest, x.named_by FROM (`+rows+`) x
		WHERE NOT $2::boolean OR `+after+` ORDER BY `+order+` LIMIT $6`, f.Language, f.Cursor != "", from.number, from.name, from.id, f.Limit+1)
	if err != nil {
		return nil, "", translate("read the index of "+string(kind), err)
	}
	out, err := pgx.CollectRows(found, func(row pgx.CollectableRow) (e IndexEntry, err error) {
		return e, row.Scan(&e.ID, &e.Slug, &e.Name, &e.NameLang, &e.Detail, &e.Count, &e.Newest, &e.NamedBy)
	})
	if err != nil || len(out) <= f.Limit {
		return out, "", translate("read the index of "+string(kind), err)
	}
	out = out[:f.Limit]
	return out, encodeIndexCursor(f.Sort, out[f.Limit-1]), nil
}

func (f IndexFilter) check(kind IndexKind) error {
	if !slices.Contains(kind.Sorts(), f.Sort) {
		return invalidf("sort", "there is no such order; choose one from the page")
	}
	return checkPage(f.Limit)
}

// indexPlace is where a page of an index ended.
type indexPlace struct {
	number int64 // of checks, or microseconds since 1970
	id     [16]byte
	name   string
}

func encodeIndexCursor(sort IndexSort, last IndexEntry) string {
	p := indexPlace{number: int64(last.Count), id: last.ID, name: last.Name}
	if sort == IndexByNewest {
		p.number, p.name = last.Newest.UnixMicro(), ""
	}
	b := binary.BigEndian.AppendUint64(nil, uint64(p.number))
	return base64.RawURLEncoding.EncodeToString(append(append(b, p.id[:]...), p.name...))
}

func decodeIndexCursor(s string) (indexPlace, error) {
	var p indexPlace
	if s == "" {
		return p, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) < 24 || len(b) > 24+4*factcheck.MaxLine || !utf8.Valid(b[24:]) {
		return p, invalidf("cursor", "this is not a cursor of this list; begin again without one")
	}
	p.number, p.id, p.name = int64(binary.BigEndian.Uint64(b)), [16]byte(b[8:]), string(b[24:])
	if p.number < 0 || p.number > 1<<52 || strings.Contains(p.name, "\x00") {
		return p, invalidf("cursor", "this is not a cursor of this list; begin again without one")
	}
	return p, nil
}
