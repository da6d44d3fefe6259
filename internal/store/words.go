package store

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
)

// This file is the search in SQL. It answers while the index in the process warms, and it is bounded: whatever the words, it
// looks at most at maxCandidates claims. Where one of the words is rare, those are the claims that have it; where all are
// common, the newest claims. It does not rank: PostgreSQL's ranking reads every claim that has the words.

const (
	// maxCandidates is how many claims the search in SQL looks at.
	maxCandidates = 5000
	// maxWords and maxWordBytes are how much of a search PostgreSQL is given: of longer words it makes an error.
	maxWords     = 40
	maxWordBytes = 200
)

// rarest reads how rare the rarest word of a search is, as a share of the claims, from what ANALYZE has counted, and how many
// claims there are about. A word that it has not counted is rare. What only excludes narrows nothing.
const rarest = `WITH counted AS (
    SELECT unnest(most_common_elems::text::text[]) AS word, unnest(most_common_elem_freqs[1:cardinality(most_common_elems::text::text[])]) AS share
    FROM pg_stats WHERE schemaname = 'public' AND tablename = 'claim_words' AND attname = 'words')
SELECT CASE WHEN querytree(q) IN ('', 'T') THEN 1 ELSE coalesce((SELECT min(coalesce(c.share, 0))
        FROM unnest(tsvector_to_array(to_tsvector('simple', querytree(q)))) AS asked(word) LEFT JOIN counted c ON c.word = asked.word), 1) END,
    (SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'claim_words'::regclass)
FROM websearch_to_tsquery('simple', $1) AS q`

// candidates adds the condition that a claim has the words of a filter. It reports whether claims that have them may have
// been left out. One query if there are words.
func (db *DB) candidates(ctx context.Context, q *query, f ListFilter) (bounded bool, err error) {
	if f.Query == "" {
		return false, nil
	}
	words := webSearch(f.Query)
	var share float64
	var claims int64
	if err := db.pool.QueryRow(ctx, rarest, words).Scan(&share, &claims); err != nil {
		return false, translate("weigh the words of a search", err)
	}
	if share*float64(claims) <= maxCandidates {
		q.and(fmt.Sprintf(`d.claim_id IN (SELECT w.claim_id FROM claim_words w WHERE w.words @@ websearch_to_tsquery('simple', ?) LIMIT %d)`, maxCandidates), words)
		return false, nil
	}
	var newest []string
	if f.Publisher == "" {
		newest = append(newest, "n.house")
	}
	after, err := q.keyset(f, "n")
	if err != nil {
		return false, err
	}
	if after != "" {
		newest = append(newest, after)
	}
	q.and(fmt.Sprintf(`d.claim_id IN (SELECT x.claim_id FROM (SELECT n.claim_id FROM claim_documents n %s ORDER BY n.%s DESC, n.claim_id DESC LIMIT %d) x
		JOIN claim_words w ON w.claim_id = x.claim_id WHERE w.words @@ websearch_to_tsquery('simple', ?))`,
		(&query{where: newest}).whereSQL(), f.Sort.column(), maxCandidates), words)
	return claims > maxCandidates, nil
}

// SearchClaims returns the claims from offset on that a filter finds, newest first, how many there are, and whether there may
// be more than that: it counts to maxCandidates. The filter's cursor and sort play no part. CodeInvalid for a filter that makes
// no sense. Three queries; for readers' search while there is no index.
func (db *DB) SearchClaims(ctx context.Context, f ListFilter, offset int) (docs []Document, total int, more bool, err error) {
	f.Cursor, f.Sort = "", SortPublished
	q, err := listQuery(f)
	if err != nil {
		return nil, 0, false, err
	}
	more, err = db.candidates(ctx, q, f)
	if err != nil {
		return nil, 0, false, err
	}
	err = db.pool.QueryRow(ctx, fmt.Sprintf(`SELECT count(*) FROM (SELECT FROM claim_documents d %s LIMIT %d) x`, q.whereSQL(), maxCandidates), q.args...).Scan(&total)
	if err != nil {
		return nil, 0, false, translate("count claims", err)
	}
	more = more || total == maxCandidates
	if offset >= total {
		return nil, total, more, nil
	}
	rows, err := db.pool.Query(ctx, fmt.Sprintf(`SELECT d.claim_id, c.slug, d.seq, d.document, d.published_at, d.updated_at
		FROM claim_documents d JOIN claims c ON c.id = d.claim_id %s ORDER BY d.published_at DESC, d.claim_id DESC LIMIT %d OFFSET %d`,
		q.whereSQL(), f.Limit, max(offset, 0)), q.args...)
	if err != nil {
		return nil, 0, false, translate("search claims", err)
	}
	docs, err = pgx.CollectRows(rows, scanDocument)
	return docs, total, more, translate("search claims", err)
}

var minuses = regexp.MustCompile(`-[-\s]*-`)

// webSearch returns what somebody typed as websearch_to_tsquery should have it. Each run of minus signs becomes one: each is a
// negation to it, and 32 of them, one in the other, are an internal error to PostgreSQL. "or" outside of quotes becomes a word
// like others: an alternative would find everything its commoner half does. Of a long text the first words are taken.
func webSearch(typed string) string {
	var out []string
	quoted := false
	for word := range strings.FieldsSeq(minuses.ReplaceAllString(typed, "-")) {
		if len(out) == maxWords {
			break
		}
		if len(word) > maxWordBytes {
			continue
		}
		if !quoted && strings.EqualFold(word, "or") {
			word = `"or"`
		}
		if strings.Count(word, `"`)%2 == 1 {
			quoted = !quoted
		}
		out = append(out, word)
	}
	return strings.Join(out, " ")
}
