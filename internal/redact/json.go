package redact

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Edit is one notice and where it goes.
type Edit struct {
	Notice string
	Spans  []Span // in characters of the raw JSON, in the order of Matcher.Text
}

// Rules say how JSON is searched.
type Rules struct {
	Notice string            // for texts
	Slugs  map[string]string // last parts of addresses of this house that are replaced, and by what
	Only   []string          // paths to search, such as "appearances.article"; empty: all
	Among  map[string]bool   // values to search; nil: all
	All    bool              // the JSON is not ours: every value is searched, whatever its key, and what is an address as one
}

// JSON returns what is to be replaced in raw: the passage in texts, whole addresses that hold it, and slugs. It looks into
// string values only, and not at those that are words of a closed list, ids, dates, or live elsewhere (names of publishers
// and topics), so that what is left is the same JSON in other words. The edits are for one after the other: the spans of
// the second are those after the first. The error says that raw is no JSON.
func (m *Matcher) JSON(raw string, rules Rules) ([]Edit, error) {
	var edits []Edit
	for {
		found, err := m.find(raw, rules)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return edits, nil
		}
		e := found[0]
		edits = append(edits, e)
		if raw = Replace(raw, e.Spans, e.Notice); len(edits) > 1000 {
			return nil, fmt.Errorf("the passage is still there after %d edits", len(edits))
		}
	}
}

// find returns what is to be replaced, by notice, all with the spans of raw as it is.
func (m *Matcher) find(raw string, rules Rules) ([]Edit, error) {
	spans := map[string][]Span{}
	err := eachString(raw, func(path, literal string, at int) error {
		if !rules.All && !searched(path, rules.Only) {
			return nil
		}
		value, starts, err := unescape(literal)
		if err != nil {
			return err
		}
		if rules.Among != nil && !rules.Among[value] {
			return nil
		}
		notice, locs := m.inValue(path, value, rules)
		for _, loc := range locs {
			from, to := at+starts[loc[0]], at+starts[loc[1]]
			start := utf8.RuneCountInString(raw[:from])
			spans[notice] = append(spans[notice], Span{Start: start + 1, Len: utf8.RuneCountInString(raw[from:to])})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]Edit, 0, len(spans))
	for notice, s := range spans {
		slices.Reverse(s)
		out = append(out, Edit{Notice: notice, Spans: s})
	}
	slices.SortFunc(out, func(a, b Edit) int { return strings.Compare(a.Notice, b.Notice) })
	return out, nil
}

// inValue returns where a value holds the passage, in its bytes, and what comes instead.
func (m *Matcher) inValue(path, value string, rules Rules) (notice string, locs [][]int) {
	whole := [][]int{{0, len(value)}}
	if rules.All {
		if factcheck.IsWebURL(value) && m.Address(value) {
			return factcheck.RedactedAddress, whole
		}
		return rules.Notice, m.text.FindAllStringIndex(value, -1)
	}
	switch key := path[strings.LastIndexByte(path, '.')+1:]; key {
	case "slug":
		if slug, ok := rules.Slugs[value]; ok {
			return slug, whole
		}
		return "", nil
	case "url", "review_url", "archive_url":
		head, slug := cutSlug(value)
		if to, ok := rules.Slugs[slug]; ok && head != "" {
			return to, [][]int{{len(head), len(value)}}
		}
		if head == "" && m.Address(value) {
			return factcheck.RedactedAddress, whole
		}
		return "", nil
	}
	return rules.Notice, m.text.FindAllStringIndex(value, -1)
}

// cutSlug splits an address of this house, as stored documents have it ("~/claims/…"), before its slug, which may be
// percent-encoded there.
func cutSlug(s string) (head, slug string) {
	if !strings.HasPrefix(s, document.Own) {
		return "", ""
	}
	i := strings.LastIndexByte(s, '/') + 1
	if plain, err := url.PathUnescape(s[i:]); err == nil {
		return s[:i], plain
	}
	return s[:i], s[i:]
}

// searched reports whether the value at a path is a text of its own.
func searched(path string, only []string) bool {
	if len(only) > 0 && !slices.ContainsFunc(only, func(p string) bool { return strings.HasPrefix(path, p+".") }) {
		return false
	}
	parts := strings.Split(path, ".")
	key := parts[len(parts)-1]
	if slices.Contains(parts, "publisher") || slices.Contains(parts, "topics") || strings.HasSuffix(key, "_at") {
		return false
	}
	switch key {
	case "id", "language", "date", "date_precision", "kind", "category", "state", "truth", "reasons", "scale", "label", "rule", "bearing",
		"stance", "set_by", "health", "at", "valid_from", "valid_to", "site", "licence", "type":
		return false
	case "origin":
		return len(parts) > 1 && parts[len(parts)-2] == "sources"
	}
	return true
}

// eachString calls f for every string value in raw with its path (keys joined by dots, without the places in lists), its
// literal without quotation marks, and where that begins.
func eachString(raw string, f func(path, literal string, at int) error) error {
	dec := json.NewDecoder(strings.NewReader(raw))
	dec.UseNumber()
	type level struct {
		list, key bool // key: the next string is one
		name      string
	}
	stack := []level{{list: true}}
	var path []string
	for {
		before := dec.InputOffset()
		token, err := dec.Token()
		if err != nil {
			if len(stack) == 1 && before > 0 && strings.TrimSpace(raw[before:]) == "" {
				return nil
			}
			return fmt.Errorf("read JSON: %w", err)
		}
		top := &stack[len(stack)-1]
		switch t := token.(type) {
		case json.Delim:
			if t == '}' || t == ']' {
				stack, path = stack[:len(stack)-1], path[:len(path)-1]
				stack[len(stack)-1].key = !stack[len(stack)-1].list
				continue
			}
			path = append(path, top.name)
			stack = append(stack, level{list: t == '[', key: t == '{'})
			continue
		case string:
			if top.key {
				top.name, top.key = t, false
				continue
			}
			open := int(before) + strings.IndexByte(raw[before:], '"')
			name := strings.Trim(strings.Join(slices.DeleteFunc(append(slices.Clone(path), top.name), func(s string) bool { return s == "" }), "."), ".")
			if err := f(name, raw[open+1:dec.InputOffset()-1], open+1); err != nil {
				return err
			}
		}
		top.key = !top.list
	}
}

// unescape returns what a JSON string literal says, and for each byte of that, and its end, where it begins in the literal.
func unescape(literal string) (value string, starts []int, err error) {
	var b strings.Builder
	for i := 0; i < len(literal); {
		r, n := utf8.DecodeRuneInString(literal[i:])
		if r == '\\' {
			if r, n, err = escape(literal[i:]); err != nil {
				return "", nil, err
			}
		}
		size, _ := b.WriteRune(r)
		for range size {
			starts = append(starts, i)
		}
		i += n
	}
	return b.String(), append(starts, len(literal)), nil
}

// escape reads the escape sequence that s begins with, and how long it is.
func escape(s string) (rune, int, error) {
	var out string
	for n := 2; n <= min(len(s), 12); n++ {
		if json.Unmarshal([]byte(`"`+s[:n]+`"`), &out) != nil {
			continue
		}
		r, _ := utf8.DecodeRuneInString(out)
		if r == utf8.RuneError && n == 6 && len(s) >= 12 { // half of a pair: the other half follows
			var both string
			if json.Unmarshal([]byte(`"`+s[:12]+`"`), &both) == nil && utf8.RuneCountInString(both) == 1 && utf16.IsSurrogate(half(s)) {
				r, _ = utf8.DecodeRuneInString(both)
				return r, 12, nil
			}
		}
		return r, n, nil
	}
	return 0, 0, fmt.Errorf("%.12q is no escape sequence", s)
}

// half returns the code unit of a \u escape.
func half(s string) rune {
	var r rune
	_, err := fmt.Sscanf(s[2:6], "%x", &r)
	if err != nil {
		return 0
	}
	return r
}
