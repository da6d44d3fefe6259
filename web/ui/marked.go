package ui

import (
	"html"
	"strings"
)

// Piece is a run of a text, Found where it is what was searched for.
type Piece struct {
	Text  string
	Found bool
}

// Marked is a text in which the words searched for are marked. It holds plain text alone: whatever a snippet carried, it is
// escaped when it is written.
type Marked []Piece

// MarkedOf reads a snippet, HTML with mark elements and nothing else.
func MarkedOf(snippet string) Marked {
	var out Marked
	add := func(escaped string, found bool) {
		if escaped != "" {
			out = append(out, Piece{html.UnescapeString(escaped), found})
		}
	}
	for snippet != "" {
		before, rest, ok := strings.Cut(snippet, "<mark>")
		add(before, false)
		if !ok {
			return out
		}
		marked, after, _ := strings.Cut(rest, "</mark>")
		add(marked, true)
		snippet = after
	}
	return out
}

// Any reports whether anything is marked.
func (m Marked) Any() bool {
	for _, p := range m {
		if p.Found {
			return true
		}
	}
	return false
}

// Text is the text without marks.
func (m Marked) Text() string {
	var b strings.Builder
	for _, p := range m {
		b.WriteString(p.Text)
	}
	return b.String()
}

// Quoted puts the text between the quotation marks of its language, as Quoted does.
func (m Marked) Quoted(lang string) Marked {
	text := m.Text()
	before, after, ok := strings.Cut(Quoted(lang, text), strings.TrimSpace(text))
	if !ok || text == "" || before == "" && after == "" {
		return m
	}
	return append(append(Marked{{Text: before}}, m...), Piece{Text: after})
}
