package redact

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	tags    = regexp.MustCompile(`(?s)<!--.*?-->|<[^>]*>`)
	escapes = regexp.MustCompile(`\\u[0-9a-fA-F]{4}`)
)

// Body returns where the passage stands in a stored page, in bytes, in the order of Text. It stands there as it is or with
// HTML's escapes. What holds it in any other way is blanked whole: broken up by tags, escaped in a script, or escaped by
// name. In bytes that are not UTF-8 or no text at all (a screenshot, a PDF) nothing can be found, so they are blanked when
// certain says that the page held the passage.
func (m *Matcher) Body(body []byte, contentType string, certain bool) []Span {
	whole := []Span{{Start: 1, Len: len(body)}}
	if !isText(contentType) || !utf8.Valid(body) {
		if certain && len(body) > 0 {
			return whole
		}
		return nil
	}
	var spans []Span
	rest := bytes.Clone(body)
	for _, loc := range m.page.FindAllIndex(body, -1) {
		spans = append(spans, Span{Start: loc[0] + 1, Len: loc[1] - loc[0]})
		clear(rest[loc[0]:loc[1]]) // what stands around it stays where it is
	}
	if m.hides(string(rest)) {
		return whole
	}
	slices.Reverse(spans)
	return spans
}

// ReplaceBytes is Replace for a body.
func ReplaceBytes(body []byte, spans []Span, notice string) []byte {
	for _, sp := range spans {
		body = slices.Concat(body[:sp.Start-1], []byte(notice), body[sp.Start-1+sp.Len:])
	}
	return body
}

// hides reports whether a browser would show the passage, or a script read it, where it does not stand as it is.
func (m *Matcher) hides(page string) bool {
	for _, s := range []string{page, tags.ReplaceAllString(page, ""), tags.ReplaceAllString(page, " ")} {
		s = html.UnescapeString(s)
		s = escapes.ReplaceAllStringFunc(s, func(e string) string {
			if r, err := strconv.ParseUint(e[2:], 16, 16); err == nil {
				return string(rune(r))
			}
			return e
		})
		if m.Holds(s) {
			return true
		}
	}
	return false
}

func isText(contentType string) bool {
	t := strings.ToLower(contentType)
	return t == "" || strings.HasPrefix(t, "text/") || strings.Contains(t, "html") || strings.Contains(t, "json") || strings.Contains(t, "xml")
}

// inPage spells a word as it may stand in a page: each character as it is or as HTML escapes it.
func inPage(word string) string {
	named := map[rune]string{'&': "amp", '<': "lt", '>': "gt", '"': "quot", '\'': "apos"}
	var b strings.Builder
	for _, r := range word {
		fmt.Fprintf(&b, `(?:%s|&#0*%d;|&#[xX]0*(?i:%x);`, regexp.QuoteMeta(string(r)), r, r)
		if name := named[r]; name != "" {
			b.WriteString("|&" + name + ";")
		}
		b.WriteByte(')')
	}
	return b.String()
}
