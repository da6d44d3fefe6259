package store

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// slugTable is the query for the first free slug of a table. Claims are not among them: their old slugs stay taken.
type slugTable string

const (
	slugHead = `SELECT x.slug FROM unnest($1::text[]) WITH ORDINALITY AS x (slug, i) WHERE NOT EXISTS (SELECT FROM `
	slugTail = ` s WHERE s.slug = x.slug) ORDER BY x.i LIMIT 1`

	articleSlugs  slugTable = slugHead + `articles` + slugTail
	outletSlugs   slugTable = slugHead + `outlets` + slugTail
	topicSlugs    slugTable = slugHead + `topics` + slugTail
	claimantSlugs slugTable = slugHead + `claimants` + slugTail
)

// freeSlug returns the last part of an address, made of text, that no row of the table has. A taken one gets a number, and
// after nine the random end of the id. fallback is for a text without letters and digits. Two transactions that want the
// same slug wait for each other, so that neither takes what the other is about to.
func (t *tx) freeSlug(table slugTable, id [16]byte, text, fallback string) (string, error) {
	base := fallback
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		base = document.Slug(text)
	}
	candidates := []string{base}
	for n := 2; n <= 9; n++ {
		candidates = append(candidates, fmt.Sprintf("%s-%d", base, n))
	}
	candidates = append(candidates, base+"-"+randomEnd(id))
	var slug string
	batch := &pgx.Batch{}
	batch.Queue(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, string(table)+strings.TrimRight(base, "-0123456789"))
	batch.Queue(string(table), candidates).QueryRow(func(row pgx.Row) error { return row.Scan(&slug) })
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return "", fmt.Errorf("find a free slug: %w", err)
	}
	return slug, nil
}

// randomEnd returns the last twelve digits of an id's uuid, all of them random.
func randomEnd(id [16]byte) string {
	uuid := factcheck.ClaimID(id).UUID()
	return uuid[len(uuid)-12:]
}

// uuids returns ids as PostgreSQL takes them in a uuid[].
func uuids[I interface{ UUID() string }](ids []I) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id.UUID()
	}
	return out
}
