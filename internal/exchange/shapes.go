package exchange

import (
	"bufio"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/claimreview"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// row is a record of named texts: a row of CSV, or an object of JSON.
type row struct {
	get   func(name string) string
	names []string
}

// shape is a known set of columns.
type shape struct {
	name string // for a person
	find func(row) (found, error)
}

// errOther says that a row is something else than a fact-check, and may be.
var errOther = errors.New("not a fact-check")

func (s *shape) read(r row, o Options) (Record, error) {
	f, err := s.find(r)
	if err != nil {
		return Record{}, err
	}
	if len(o.Map) > 0 {
		f.mapped(r, o.Map)
	}
	return f.build(o)
}

// shapeOf recognises columns, and nil if it does not. With Options.Map any columns will do.
func shapeOf(has func(name string) bool, o Options) *shape {
	switch {
	case has("claim_id") && has("truth") && has("verdict_version"):
		return &shape{"our own CSV", findOwnRow()}
	case has("claimReview_claimReviewed") && has("rating_alternateName"):
		return &shape{"ClaimsKG CSV", findClaimsKG}
	case has("claimReviewed") && (has("url") || has("reviewRating.alternateName")):
		return &shape{"flattened ClaimReview", findFlattened()}
	case has("statement") && has("evaluation") && has("url"):
		return &shape{"crawled pages", findCrawled}
	case len(o.Map) > 0:
		return &shape{"mapped columns", func(row) (found, error) { return found{}, nil }}
	}
	return nil
}

// openCSV reads the header and tells the shape by it.
func openCSV(in *bufio.Reader, head []byte, o Options) (*Reader, error) {
	t := &table{rows: newRows(in, commaOf(head)), columns: map[string]int{}, o: o}
	header, _, _, err := t.rows.next()
	if reject, ok := errors.AsType[*Reject](err); ok {
		return nil, factcheck.Invalid("file", "the first line cannot be read as a header of CSV: %s", reject.Reason)
	}
	if err != nil {
		return nil, fmt.Errorf("read the header: %w", err)
	}
	for len(header) > 0 && strings.TrimSpace(header[len(header)-1]) == "" {
		header = header[:len(header)-1]
	}
	t.width = len(header)
	for i, name := range header {
		name = strings.TrimSpace(name)
		header[i] = name
		if _, taken := t.columns[strings.ToLower(name)]; !taken {
			t.columns[strings.ToLower(name)] = i
		}
	}
	t.names = header
	for field, column := range o.Map {
		if _, ok := t.columns[strings.ToLower(column)]; !ok {
			return nil, factcheck.Invalid("map", "%s=%s: there is no such column; the columns are %s", field, column, nameList(slices.Clone(header)))
		}
	}
	t.shape = shapeOf(func(name string) bool { _, ok := t.columns[strings.ToLower(name)]; return ok }, o)
	if t.shape == nil {
		return nil, factcheck.Invalid("file", "what this file holds cannot be told; as CSV its columns would be %s; say which holds what with --map, at least claim, url and label", nameList(slices.Clone(header)))
	}
	if missing := unmapped(t.shape, o.Map); missing != "" {
		return nil, factcheck.Invalid("map", "field %s needs a column too; the columns are %s", missing, nameList(slices.Clone(header)))
	}
	return &Reader{source: t, format: t.shape.name}, nil
}

// unmapped returns a field that no record can do without and that Map does not name.
func unmapped(s *shape, m map[string]string) string {
	if s.name != "mapped columns" {
		return ""
	}
	for _, field := range []string{"claim", "url"} {
		if m[field] == "" {
			return field
		}
	}
	if m["label"] == "" && m["rating_value"] == "" {
		return "label"
	}
	return ""
}

// mapped takes the fields that Options.Map names from their columns, over what the shape found.
func (f *found) mapped(r row, m map[string]string) {
	for field, to := range map[string]*string{
		"claim": &f.claim, "url": &f.url, "label": &f.label, "publisher": &f.publisher, "claimant": &f.claimant,
		"claimant_kind": &f.claimantKind, "claim_date": &f.claimDate, "language": &f.language, "published": &f.published,
		"modified": &f.modified, "title": &f.title, "answer": &f.answer, "byline": &f.byline, "rating_value": &f.value,
		"rating_best": &f.best, "rating_worst": &f.worst, "place": &f.place, "licence": &f.licence,
	} {
		if column := m[field]; column != "" {
			*to = r.get(column)
		}
	}
	if c := m["claimant_url"]; c != "" {
		f.claimantURLs = strings.Fields(r.get(c))
	}
	if c := m["first_appearance"]; c != "" {
		f.first = strings.Fields(r.get(c))
	}
	if c := m["appearances"]; c != "" {
		f.appearances = nil
		for _, s := range addresses(r.get(c)) {
			f.appearances = append(f.appearances, Appearance{URL: s})
		}
	}
	if c := m["topics"]; c != "" {
		f.topics = splitList(r.get(c))
	}
	if c := m["image"]; c != "" {
		f.setImage(r.get(c))
	}
}

// addresses splits a list of addresses at spaces, line breaks, and commas before the next one: commas occur in addresses.
func addresses(s string) []string {
	s = strings.NewReplacer(",http://", " http://", ",https://", " https://").Replace(s)
	var all []string
	for part := range strings.FieldsSeq(s) {
		all = append(all, strings.TrimRight(part, ",;|"))
	}
	return all
}

// splitList splits a list of names at commas, semicolons, bars and line breaks.
func splitList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '|' || r == '\n' })
}

// findFlattened returns what reads ClaimReview flattened with dots, arrays 1-based, as Duke's Fact-Check Insights publishes
// it.
func findFlattened() func(row) (found, error) {
	paths := map[string][]string{} // the same columns come row after row
	return func(r row) (found, error) {
		tree := map[string]any{}
		for _, name := range r.names {
			value := r.get(name)
			if value == "" {
				continue
			}
			path, known := paths[name]
			if !known {
				path = strings.Split(spelled(name), ".")
				paths[name] = path
			}
			plant(tree, path, value)
		}
		return fromTree(tree)
	}
}

func fromTree(tree map[string]any) (found, error) {
	switch kind, _ := tree["@type"].(string); kind {
	case "MediaReview":
		return found{}, errOther
	case "", "ClaimReview":
		tree["@type"] = "ClaimReview"
	}
	all := claimreview.FromValue(lists(tree))
	if len(all) == 0 {
		return found{}, fmt.Errorf("this is a %s, not a ClaimReview", clipText(fmt.Sprint(tree["@type"]), 40))
	}
	return findReview(all[0]), nil
}

// spelled gives the names of schema.org in a column's name their spelling, whatever a program did to its case.
func spelled(column string) string {
	parts := strings.Split(strings.ToLower(column), ".")
	for i, part := range parts {
		for _, name := range []string{
			"claimReviewed", "datePublished", "dateModified", "itemReviewed", "firstAppearance", "reviewRating", "ratingValue", "bestRating",
			"worstRating", "ratingExplanation", "alternateName", "jobTitle", "sameAs", "inLanguage", "additionalType", "contentUrl",
		} {
			if part == strings.ToLower(name) {
				parts[i] = name
			}
		}
	}
	return strings.Join(parts, ".")
}

// plant puts a value at a path of an object. A path that leads through a text, or is longer than any in use, is ignored.
func plant(tree map[string]any, path []string, value string) {
	if len(path) > 8 {
		return
	}
	for _, step := range path[:len(path)-1] {
		inner, ok := tree[step].(map[string]any)
		if !ok {
			if tree[step] != nil {
				return
			}
			inner = map[string]any{}
			tree[step] = inner
		}
		tree = inner
	}
	if last := path[len(path)-1]; tree[last] == nil {
		tree[last] = value
	}
}

// lists turns objects whose members are all numbered into lists.
func lists(v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	numbers := make([]int, 0, len(m))
	for key, inner := range m {
		m[key] = lists(inner)
		if n, err := strconv.Atoi(key); err == nil {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) == 0 || len(numbers) < len(m) {
		return m
	}
	slices.Sort(numbers)
	var all []any
	for _, n := range slices.Compact(numbers) {
		if e, ok := m[strconv.Itoa(n)]; ok {
			all = append(all, e)
		}
	}
	return all
}

// findCrawled reads a fact-checker's pages as a crawler saw them: one page a record, statement the claim, evaluation the
// verdict, author the journalist.
func findCrawled(r row) (found, error) {
	published := r.get("date_posted")
	if published == "" {
		published = r.get("date")
	}
	return found{
		claim: r.get("statement"), url: r.get("url"), label: r.get("evaluation"), title: r.get("title"), answer: r.get("subtitle"),
		byline: r.get("author"), published: published,
	}, nil
}

// rowOf makes a row of a JSON object. Members within members go by dotted names.
func rowOf(m map[string]any) row {
	return row{get: func(name string) string { return member(m, name) }, names: slices.Sorted(maps.Keys(m))}
}
