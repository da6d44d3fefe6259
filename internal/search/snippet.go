package search

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Marker marks the words that a query was searched for, in texts of any language. The zero value marks nothing.
type Marker struct {
	terms map[string]bool // with language
}

func (k *question) marker(groups ...[]group) Marker {
	m := Marker{terms: make(map[string]bool)}
	for _, some := range groups {
		for _, g := range some {
			for _, t := range g.terms {
				m.terms[t] = true
			}
		}
	}
	return m
}

// mark is a place in a text, in bytes.
type mark struct{ start, end int }

// Snippet returns as HTML the part of a text, of at most about so many runes, that has the most different words of the
// query, each in <mark>. Everything else is escaped, here and nowhere else: it may be written into a page as it is. What
// is left out before and after shows as "…". With runes 0 it returns the whole text.
func (m Marker) Snippet(text, language string, runes int) string {
	if len(text) > MaxTextBytes {
		text = text[:MaxTextBytes]
	}
	text = plain(text)
	lang := languageOf(language)
	var st stemmer
	var marks []mark
	var which []string
	tokenize(text, lang, func(surface []byte, start, end int) {
		if term := termKey(lang.code, st.stem(lang, string(surface))); m.terms[term] {
			marks, which = append(marks, mark{start, end}), append(which, term)
		}
	})
	from, to := window(text, marks, which, runes)
	return render(text, marks, from, to)
}

// plain makes white space of one blank and drops control characters, also those that change the direction of writing.
func plain(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	space := false
	for _, r := range strings.ToValidUTF8(text, "\uFFFD") {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// window chooses the part of the text: around the run of marks with the most different words, the first of equal ones.
func window(text string, marks []mark, which []string, runes int) (from, to int) {
	if runes <= 0 || utf8.RuneCountInString(text) <= runes {
		return 0, len(text)
	}
	starts := runeStarts(text)
	place := make(map[int]int, len(starts)) // rune number of a byte
	for i, at := range starts {
		place[at] = i
	}
	bestFirst, bestLast, most := 0, 0, 0
	for i, j, seen := 0, 0, make(map[string]int); j < len(marks); j++ {
		seen[which[j]]++
		for i < j && place[marks[j].end]-place[marks[i].start] > runes {
			if seen[which[i]]--; seen[which[i]] == 0 {
				delete(seen, which[i])
			}
			i++
		}
		if len(seen) > most {
			most, bestFirst, bestLast = len(seen), i, j
		}
	}
	first, last := 0, 0
	if most > 0 {
		first, last = place[marks[bestFirst].start], place[marks[bestLast].end]
	}
	room := max(0, runes-(last-first))
	begin := max(0, min(first-room/3, len(starts)-1-runes))
	return wordStart(text, starts[begin]), wordEnd(text, starts[min(begin+runes, len(starts)-1)])
}

// runeStarts returns where each rune begins, and the end.
func runeStarts(text string) []int {
	out := make([]int, 0, len(text)+1)
	for i := range text {
		out = append(out, i)
	}
	return append(out, len(text))
}

// wordStart moves forward to the beginning of a word, if one begins near.
func wordStart(text string, at int) int {
	if at == 0 || text[at-1] == ' ' {
		return at
	}
	if i := strings.IndexByte(text[at:min(len(text), at+30)], ' '); i >= 0 {
		return at + i + 1
	}
	return at
}

// wordEnd moves back to the end of a word, if one ends near.
func wordEnd(text string, at int) int {
	if at == len(text) || text[at] == ' ' {
		return at
	}
	if i := strings.LastIndexByte(text[max(0, at-30):at], ' '); i >= 0 {
		return max(0, at-30) + i
	}
	return at
}

// render escapes the part and sets the marks that lie in it; marks that touch or overlap become one.
func render(text string, marks []mark, from, to int) string {
	var b strings.Builder
	if from > 0 {
		b.WriteString("…")
	}
	at := from
	for i := 0; i < len(marks); i++ {
		start, end := max(marks[i].start, at), marks[i].end
		for i+1 < len(marks) && marks[i+1].start < end {
			i++
			end = max(end, marks[i].end)
		}
		if end > to {
			break
		}
		if start >= end || marks[i].end <= from {
			continue
		}
		b.WriteString(html.EscapeString(text[at:start]))
		b.WriteString("<mark>")
		b.WriteString(html.EscapeString(text[start:end]))
		b.WriteString("</mark>")
		at = end
	}
	b.WriteString(html.EscapeString(text[at:max(at, to)]))
	if to < len(text) {
		b.WriteString("…")
	}
	return b.String()
}
