package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// clean returns s in NFC without what no reader sees: control characters but the line feed, zero-width characters, bidi
// embeddings, overrides and isolates (Unicode TR 9 and TR 36: they make a text read otherwise than it is), and icons of
// the private use area. Joiners stay between letters of scripts that need them and inside emoji; bidi marks stay next to
// right-to-left letters. All spaces become one kind; nothing is collapsed. It is idempotent.
func clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\ufffd")
	}
	if plain(s) {
		return s
	}
	runes := []rune(norm.NFC.String(s))
	out := make([]rune, 0, len(runes))
	for i, r := range runes {
		switch {
		case r == '\n':
			out = append(out, r)
		case r == '\t' || r == '\v' || r == '\f' || unicode.Is(unicode.Zs, r):
			out = append(out, ' ')
		case r == '\r':
			if i+1 >= len(runes) || runes[i+1] != '\n' {
				out = append(out, '\n')
			}
		case r == 0x85 || r == 0x2028 || r == 0x2029:
			out = append(out, '\n')
		case keeps(out, r, runes[i+1:]):
			out = append(out, r)
		}
	}
	return norm.NFC.String(string(out)) // letters may have met that something stood between
}

// plain reports whether s is printable ASCII, which most text is.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != '\n' && (c < ' ' || c > '~') {
			return false
		}
	}
	return true
}

// keeps reports whether r stays between what was kept before it and what follows.
func keeps(before []rune, r rune, after []rune) bool {
	last, next := rune(0), rune(0)
	if len(before) > 0 {
		last = before[len(before)-1]
	}
	for _, n := range after[:min(len(after), 16)] {
		if !unicode.Is(unicode.Cf, n) { // what stands behind other invisible characters
			next = n
			break
		}
	}
	switch {
	case r == 0x200c || r == 0x200d: // non-joiner and joiner
		return joins(last) && joins(next) || r == 0x200d && pictograph(last) && pictograph(next)
	case r == 0x200e || r == 0x200f || r == 0x061c: // marks of direction
		return last != r && (rtl(last) || rtl(next))
	case r >= 0xfe00 && r <= 0xfe0f: // variation selectors
		return pictograph(last) || unicode.Is(unicode.Mongolian, last) || unicode.Is(unicode.Han, last)
	case r >= 0xe000 && r <= 0xf8ff, r >= 0xf0000: // private use
		return false
	case r == 0x115f || r == 0x1160 || r == 0x3164 || r == 0xffa0 || r == 0x180e || r == 0x034f || r == 0x17b4 || r == 0x17b5:
		return false // letters that show nothing
	case r >= 0xfff9 && r <= 0xfffc, r >= 0xe0000 && r <= 0xe0fff, r&0xfffe == 0xfffe, r >= 0xfdd0 && r <= 0xfdef:
		return false
	}
	if unicode.Is(unicode.Cf, r) { // what is left of format characters: Arabic number signs are letters to a reader
		return r >= 0x600 && r <= 0x8ff
	}
	return !unicode.IsControl(r)
}

// joins reports whether r belongs to a script in which joiners change how letters are written.
func joins(r rune) bool {
	return unicode.In(r, unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mongolian, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi,
		unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer,
		unicode.Myanmar, unicode.Tibetan, unicode.Thaana)
}

func pictograph(r rune) bool {
	return r >= 0x1f000 && r <= 0x1faff || r >= 0x2190 && r <= 0x2bff || r == 0xfe0f || r == 0x20e3 || r >= '0' && r <= '9' || r == '#' || r == '*' || r == 0xa9 || r == 0xae
}

func rtl(r rune) bool {
	return r >= 0x590 && r <= 0x8ff && unicode.IsLetter(r) || r >= 0xfb1d && r <= 0xfdff || r >= 0xfe70 && r <= 0xfefc
}

// line returns s cleaned and on one line, inner spaces collapsed.
func line(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// tidy returns s cleaned, spaces collapsed, each line trimmed, and at most one line feed in a row.
func tidy(s string) string {
	var out []string
	for l := range strings.SplitSeq(clean(s), "\n") {
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}

// cut returns at most n bytes of s, ending between runes.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
