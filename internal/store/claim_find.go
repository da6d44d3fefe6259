package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// FindClaims returns up to limit (at most MaxPage) claims whatever their stage that a person means by what they typed: a
// claim's id, the address of its page, or words of its text. Claims with all of the words come first, then those with many
// of the longest ones, so that a whole sentence finds its paraphrase; merged claims are left out. Checkers and above, keys
// with the scope file, operator and system. Two queries at most.
func (db *DB) FindClaims(ctx context.Context, actor factcheck.Actor, typed string, limit int) ([]ClaimSummary, error) {
	var out []ClaimSummary
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "find claims", func(t *tx) error {
		if err := checkPage(limit); err != nil {
			return err
		}
		typed = strings.TrimSpace(typed)
		if err := factcheck.CheckText("find", typed, factcheck.MaxClaimText); err != nil {
			return err
		}
		var id factcheck.ClaimID
		if err := id.UnmarshalText([]byte(typed)); err == nil && !id.IsZero() {
			out, err = t.foundClaims(`c.id = $1`, `1`, id, limit)
			return err
		}
		if slug := slugIn(typed); slug != "" {
			var err error
			out, err = t.foundClaims(`c.id = (SELECT coalesce(k.merged_into, k.id) FROM claim_slugs s JOIN claims k ON k.id = s.claim_id WHERE s.slug = $1)`, `1`, slug, limit)
			return err
		}
		return t.findByWords(typed, limit, &out)
	})
	return out, err
}

// findByWords looks for all words first and for any of the longest ones if that finds too little.
func (t *tx) findByWords(typed string, limit int, out *[]ClaimSummary) error {
	words := longWords(typed)
	if len(words) == 0 {
		return nil
	}
	const matches, rank = `to_tsvector('simple', c.text) @@ websearch_to_tsquery('simple', $1)`, `ts_rank(to_tsvector('simple', c.text), websearch_to_tsquery('simple', $1))`
	all, err := t.foundClaims(matches, rank, strings.Join(words, " "), limit)
	if err != nil || len(all) >= min(limit, 3) || len(words) == 1 {
		*out = all
		return err
	}
	some, err := t.foundClaims(matches, rank, strings.Join(words[:min(len(words), 6)], " or "), limit)
	if err != nil {
		return err
	}
	known := map[factcheck.ClaimID]bool{}
	for _, c := range all {
		known[c.ID] = true
	}
	all = append(all, slices.DeleteFunc(some, func(c ClaimSummary) bool { return known[c.ID] })...)
	*out = all[:min(len(all), limit)]
	return nil
}

// foundClaims returns the claims that meet a condition on $1, best first.
func (t *tx) foundClaims(where, rank string, arg any, limit int) ([]ClaimSummary, error) {
	rows, err := t.pgx.Query(t.ctx, fmt.Sprintf(`SELECT c.id, c.slug, c.text, c.language, c.stage, c.assignee_id, coalesce(p.name, ''),
			EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = c.id), c.updated_at
		FROM claims c LEFT JOIN people p ON p.id = c.assignee_id WHERE c.merged_into IS NULL AND %s ORDER BY %s DESC, c.id DESC LIMIT %d`, where, rank, limit), arg)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (ClaimSummary, error) {
		var c ClaimSummary
		return c, row.Scan(&c.ID, &c.Slug, &c.Text, &c.Language, &c.Stage, &c.Assignee, &c.Name, &c.Public, &c.UpdatedAt)
	})
}

// slugIn returns the slug in the address or path of a claim's page, empty if it is none.
func slugIn(typed string) string {
	_, rest, found := strings.Cut(typed, "/claims/")
	if !found || strings.ContainsAny(typed, " \n\t") {
		return ""
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return rest
}

// longWords returns the words of a text, each once, the longest first: the short ones are those of every text. At most 32.
func longWords(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) })
	slices.Sort(words)
	words = slices.Compact(words)
	words = slices.DeleteFunc(words, func(w string) bool { return w == "or" })
	slices.SortStableFunc(words, func(a, b string) int { return utf8.RuneCountInString(b) - utf8.RuneCountInString(a) })
	return words[:min(len(words), 32)]
}
