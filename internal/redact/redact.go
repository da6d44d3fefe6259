// Package redact finds a passage that has to go in texts, JSON, addresses and stored pages, and takes it out. It says where
// by spans, never by text, so that what was done can be written down and done again. It knows no database.
//
// A match is the passage as it stands, case included, in either Unicode normal form, and with any white space where the
// passage has a space: a quoted address may be broken over two lines.
package redact

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/touchstone-factcheck/touchstone/internal/document"
)

// Span is a stretch of a text, in characters, or of a body, in bytes.
type Span struct {
	Start int // from 1, as PostgreSQL counts
	Len   int
}

// Matcher finds one passage. It is safe for concurrent use.
type Matcher struct {
	text *regexp.Regexp
	page *regexp.Regexp // the same in HTML
	slug string         // the passage as it would stand in an address; empty if it has no letters and digits
}

// New returns a matcher of the passage, which factcheck.CheckPassage has passed.
func New(passage string) *Matcher {
	m := &Matcher{
		text: regexp.MustCompile(alternatives(passage, `[\s\p{Z}]+`, regexp.QuoteMeta)),
		page: regexp.MustCompile(alternatives(passage, `(?:[\s\p{Z}]|&nbsp;|&#0*160;|&#[xX]0*[aA]0;)+`, inPage)),
	}
	if slug := document.Slug(passage); slug != document.Slug("") || strings.EqualFold(passage, slug) {
		m.slug = slug
	}
	return m
}

// alternatives returns an expression for the passage in its normal forms, its words spelled by quote and parted by space.
func alternatives(passage, space string, quote func(string) string) string {
	var forms []string
	for _, form := range []string{passage, norm.NFC.String(passage), norm.NFD.String(passage)} {
		words := strings.Fields(form)
		for i, w := range words {
			words[i] = quote(w)
		}
		forms = append(forms, strings.Join(words, space))
	}
	slices.Sort(forms)
	return strings.Join(slices.Compact(forms), "|")
}

// Holds reports whether the passage stands in s.
func (m *Matcher) Holds(s string) bool { return m.text.MatchString(s) }

// Text returns where the passage stands in s, in characters, from the end to the beginning: so each can be replaced without
// moving the others.
func (m *Matcher) Text(s string) []Span {
	var out []Span
	at, runes := 0, 0
	for _, loc := range m.text.FindAllStringIndex(s, -1) {
		runes += utf8.RuneCountInString(s[at:loc[0]])
		n := utf8.RuneCountInString(s[loc[0]:loc[1]])
		out = append(out, Span{Start: runes + 1, Len: n})
		at, runes = loc[1], runes+n
	}
	slices.Reverse(out)
	return out
}

// Whole returns the span of all of s.
func Whole(s string) []Span { return []Span{{Start: 1, Len: utf8.RuneCountInString(s)}} }

// Replace returns s with notice in the place of each span, which are in characters and in the order of Text.
func Replace(s string, spans []Span, notice string) string {
	runes := []rune(s)
	for _, sp := range spans {
		runes = slices.Concat(runes[:sp.Start-1], []rune(notice), runes[sp.Start-1+sp.Len:])
	}
	return string(runes)
}

// slugCut is the length from which document.Slug may have cut the last words off.
const slugCut = 50

var slugNumber = regexp.MustCompile(`-[0-9a-f]{1,12}$`)

// Slug reports whether the passage stands in the last part of an address of this house, where it is in lower case and joined
// by hyphens: as whole words. With held, of an address whose text held the passage, parts of words count too, and so does
// the beginning of the passage at the end of a long slug, which was cut there.
func (m *Matcher) Slug(s string, held bool) bool {
	if m.slug == "" {
		return false
	}
	if strings.Contains("-"+s+"-", "-"+m.slug+"-") || held && strings.Contains(s, m.slug) {
		return true
	}
	if !held || utf8.RuneCountInString(s) < slugCut {
		return false
	}
	for _, end := range []string{s, slugNumber.ReplaceAllString(s, "")} {
		for i := range m.slug {
			if i >= 3 && strings.HasSuffix(end, m.slug[:i]) {
				return true
			}
		}
	}
	return false
}
