package exchange

import (
	"crypto/sha256"
	"html"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// NormaliseText returns text in the form in which two claims are the same claim: Unicode NFKC, case folded, white space
// collapsed, typographic quotation marks, apostrophes and dashes unified, invisible characters left out, quotation marks
// around the whole and closing punctuation taken off. A question mark stays: a question is not the statement.
// NormaliseText of its own result changes nothing.
func NormaliseText(text string) string {
	// Each step can leave work for another (Unicode 3.13 on NFKC_Casefold; a mark can follow a sign that is left out).
	for range 8 {
		next := normaliseOnce(text)
		if next == text {
			break
		}
		text = next
	}
	return text
}

func normaliseOnce(text string) string {
	text = norm.NFKC.String(text)
	text = cases.Fold().String(text) // a Caser must not be shared
	text = norm.NFKC.String(strings.Map(unify, text))
	text = strings.Join(strings.Fields(text), " ")
	for {
		bare := strings.TrimSpace(strings.TrimRight(unwrap(text), ".!…。।۔؛;:, "))
		if bare == text || bare == "" {
			return text
		}
		text = bare
	}
}

// TextKey returns the identity of a claim's text in a language. Regions and scripts of a language do not count: a sentence
// is the same in en-GB and en-US.
func TextKey(text, language string) [32]byte {
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	return sha256.Sum256([]byte(base + "\x00" + NormaliseText(text)))
}

// unify maps the variants of a sign to one, and invisible characters to nothing.
func unify(r rune) rune {
	switch r {
	case '“', '”', '„', '‟', '«', '»', '″', '「', '」', '『', '』', '〝', '〞':
		return '"'
	case '‘', '’', '‚', '‛', '′', '´', '`', 'ʼ':
		return '\''
	case '‐', '‑', '‒', '–', '—', '―', '−', '﹘', '﹣':
		return '-'
	case 'ـ': // Arabic tatweel only stretches a word
		return -1
	}
	if unicode.Is(unicode.Cf, r) {
		return -1
	}
	if unicode.Is(unicode.Cc, r) {
		return ' '
	}
	return r
}

// cleaner turns a found text into plain text.
type cleaner struct {
	own bool // the text is from our own export and has been cleaned once: what looks like an entity is one's own words
}

// block returns a text of several lines: entities decoded once, control characters and those that turn the direction of
// writing taken out, line ends unified.
func (c cleaner) block(s string) string {
	if !c.own {
		s = decodeEntities(s)
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case r == 0:
			return r // a NUL is reported, not mended
		case unicode.Is(unicode.Cc, r) || r == '\u2028' || r == '\u2029':
			return ' '
		case r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\ufeff' || r == '\u200b':
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// line returns a text of one line.
func (c cleaner) line(s string) string {
	return strings.Join(strings.Fields(c.block(s)), " ")
}

// address returns an address with its entities decoded; nothing else in it is forgiven.
func (c cleaner) address(s string) string {
	if c.own {
		return s
	}
	return decodeEntities(s)
}

// sentence returns a claim's or headline's own words: one line without quotation marks around the whole.
func (c cleaner) sentence(s string) string {
	s = c.line(s)
	if c.own {
		return s
	}
	if bare := strings.TrimSpace(unwrap(s)); bare != "" {
		return bare
	}
	return s
}

// decodeEntities decodes entities once, and only those that end in a semicolon: "AT&notify" means what it says.
func decodeEntities(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		s = s[i:]
		end := strings.IndexByte(s[:min(len(s), 34)], ';')
		if end < 0 || strings.ContainsAny(s[1:end], " &<>") {
			b.WriteByte('&')
			s = s[1:]
			continue
		}
		b.WriteString(html.UnescapeString(s[:end+1]))
		s = s[end+1:]
	}
}

// closing gives the mark that closes a quotation.
func closing(open rune) rune {
	switch open {
	case '“', '„', '‟':
		return '”' // a German quotation closes with “, see unwrap
	case '«':
		return '»'
	case '»':
		return '«'
	case '「':
		return '」'
	case '『':
		return '』'
	case '‘':
		return '’'
	case '"', '\'':
		return open
	}
	return 0
}

// unwrap takes one pair of quotation marks off a text that they wrap as a whole: "A" and "B" are two quotations, not one.
func unwrap(s string) string {
	runes := []rune(s)
	if len(runes) < 3 {
		return s
	}
	open, last := runes[0], runes[len(runes)-1]
	end := closing(open)
	if end == 0 || last != end && (open != '„' || last != '“') {
		return s
	}
	inner := string(runes[1 : len(runes)-1])
	if open == '"' && strings.Contains(inner, `""`) && !strings.Contains(strings.ReplaceAll(inner, `""`, ""), `"`) {
		return strings.ReplaceAll(inner, `""`, `"`) // quoted as a CSV field is, once more than a reader takes off
	}
	depth := 1
	for _, r := range runes[1 : len(runes)-1] {
		switch {
		case r == end && open == end: // straight marks: nobody can tell which opens
			return s
		case r == open:
			depth++
		case r == end || open == '„' && r == '“':
			depth--
		}
		if depth == 0 {
			return s
		}
	}
	return inner
}
