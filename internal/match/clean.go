package match

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Post is what a text says, with what only surrounds it set apart. Clean makes it.
type Post struct {
	// Text is what is said: without addresses, signature and date, hashtags and handles written as words.
	Text string
	// Author is the name, and Handle the account, of a signature such as "— Jane Doe (@jane) June 1, 2020"; empty without one.
	Author string
	Handle string
}

// Limits of a signature and a tag, in letters.
const (
	maxName   = 80
	maxHandle = 30
	maxTag    = 80
)

// Clean takes a post apart: HTML entities become characters, addresses go, a signature at the end becomes Author and Handle
// and its date is dropped, hashtags and handles are split into words. Text that is no post comes back as it is, but for
// spaces and pictograms. Cost is linear in the text.
func Clean(text string) Post {
	if strings.IndexByte(text, '&') >= 0 {
		text = html.UnescapeString(text)
	}
	var p Post
	text = p.sign(text)
	var b strings.Builder
	b.Grow(len(text) + 16)
	spaced := true // the last thing written was a space, or nothing yet
	space := func() {
		if !spaced {
			b.WriteByte(' ')
			spaced = true
		}
	}
	for i := 0; i < len(text); {
		c := text[i]
		if n := address(text[i:]); n > 0 {
			space()
			i += n
			continue
		}
		if c == '#' || c == '@' {
			if n := tag(text[i+1:]); n > 0 {
				space()
				writeTag(&b, text[i+1:i+1+n])
				spaced = false
				space()
				i += 1 + n
				continue
			}
		}
		r, size := rune(c), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		i += size
		if separates(r) {
			space()
			continue
		}
		if r == utf8.RuneError && size == 1 {
			b.WriteRune(r)
		} else {
			b.WriteString(text[i-size : i])
		}
		spaced = false
	}
	p.Text = strings.TrimSuffix(b.String(), " ")
	return p
}

// separates reports whether a rune only stands between words: a space or a pictogram.
func separates(r rune) bool {
	if r < utf8.RuneSelf {
		return r == ' ' || r >= '\t' && r <= '\r' || r == '^' || r == '`'
	}
	if r == '\u00a0' || r == '\u202f' || r == '\u2009' { // these also stand within numbers, where they matter
		return false
	}
	return unicode.IsSpace(r) || unicode.In(r, unicode.So, unicode.Sk, unicode.Co)
}

// address returns the length of the web address that a text begins with, 0 for none.
func address(s string) int {
	switch s[0] {
	case 'h', 'H', 'w', 'W', 'p', 'P', 't', 'T':
	default:
		return 0
	}
	for _, begin := range [...]string{"https://", "http://", "www.", "pic.twitter.com/", "t.co/"} {
		if len(s) >= len(begin) && strings.EqualFold(s[:len(begin)], begin) {
			if n := strings.IndexFunc(s, unicode.IsSpace); n >= 0 {
				return n
			}
			return len(s)
		}
	}
	return 0
}

// tag returns the length of the hashtag or handle that a text begins with, its sign left out; an address may follow at once.
func tag(s string) int {
	n := 0
	for i, r := range s {
		if n == maxTag || address(s[i:]) > 0 || r != '_' && !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			return i
		}
		n++
	}
	return len(s)
}

// sign takes the signature off a text.
func (p *Post) sign(text string) string {
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return text
	}
	before := strings.TrimRightFunc(text[:at], unicode.IsSpace)
	if !strings.HasSuffix(before, "(") {
		return text
	}
	handle := text[at+1:]
	n := 0
	for n < len(handle) && (handle[n] == '_' || handle[n] < utf8.RuneSelf && (unicode.IsLetter(rune(handle[n])) || unicode.IsDigit(rune(handle[n])))) {
		n++
	}
	rest, ok := strings.CutPrefix(strings.TrimLeftFunc(handle[n:], unicode.IsSpace), ")")
	if n == 0 || n > maxHandle || !ok || !endsPost(rest) {
		return text
	}
	dash := nameStart(before[:len(before)-1])
	if dash < 0 {
		return text
	}
	_, size := utf8.DecodeRuneInString(text[dash:])
	p.Author, p.Handle = strings.TrimSpace(before[dash+size:len(before)-1]), handle[:n]
	return text[:dash]
}

// nameStart returns where the dash stands that a name at the end of a text follows: the first of a name's length before the
// end, after the last long one. It returns -1 for none.
func nameStart(s string) int {
	at := -1
	for n := 0; n <= maxName && len(s) > 0; n++ {
		r, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
		switch r {
		case '—':
			return len(s)
		case '-', '–':
			at = len(s)
		case '\n':
			return at
		}
	}
	return at
}

// endsPost reports whether all that follows a signature is a date such as "June 1, 2020" and a closing quotation mark.
func endsPost(s string) bool {
	s = strings.TrimSpace(s)
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(s, `"`), "”"))
	if s == "" {
		return true
	}
	f := strings.Fields(s)
	if len(f) != 3 || !unicode.IsUpper(rune(f[0][0])) || len(f[0]) > 10 {
		return false
	}
	day, ok := strings.CutSuffix(f[1], ",")
	return ok && digits(day) && len(day) <= 2 && digits(f[2]) && len(f[2]) == 4
}

// digits reports whether a word is made of digits alone.
func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// writeTag writes a hashtag or handle as words: "SaveLemonadeStands2018" is "Save Lemonade Stands 2018".
func writeTag(b *strings.Builder, tag string) {
	var before rune
	for i, r := range tag {
		if r == '_' {
			b.WriteByte(' ')
			before = r
			continue
		}
		if i > 0 && before != '_' {
			next, _ := utf8.DecodeRuneInString(tag[i+utf8.RuneLen(r):])
			switch {
			case unicode.IsUpper(r) && unicode.IsLower(before),
				unicode.IsDigit(r) != unicode.IsDigit(before),
				unicode.IsUpper(r) && unicode.IsUpper(before) && unicode.IsLower(next):
				b.WriteByte(' ')
			}
		}
		b.WriteRune(r)
		before = r
	}
}

// splitTag is writeTag for a handle by itself.
func splitTag(tag string) string {
	var b strings.Builder
	writeTag(&b, tag)
	return b.String()
}
