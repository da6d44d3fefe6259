package match

import (
	"html"
	"regexp"
	"strings"
	"unicode"
)

// Post is what a text says, with what only surrounds it set apart. Clean makes it.
type Post struct {
	// Text is what is said: without addresses, signature and date, hashtags and handles written as words.
	Text string
	// Author is the name, and Handle the account, of a signature such as "— Jane Doe (@jane) June 1, 2020"; empty without one.
	Author string
	Handle string
}

var (
	urls      = regexp.MustCompile(`(?i)(?:https?://|www\.|pic\.twitter\.com/|t\.co/)\S*`)
	signature = regexp.MustCompile(`[—–-]\s*([^—\n]{0,80}?)\s*\(\s*@([A-Za-z0-9_]{1,30})\s*\)\s*(?:[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4})?\s*["”]?\s*$`)
	tagged    = regexp.MustCompile(`([#@])([\p{L}\p{N}_]{1,80})`)
)

// Clean takes a post apart: HTML entities become characters, addresses go, a signature at the end becomes Author and Handle
// and its date is dropped, hashtags and handles are split into words. Text that is no post comes back as it is, but for
// spaces.
func Clean(text string) Post {
	text = html.UnescapeString(text)
	var p Post
	if m := signature.FindStringSubmatchIndex(text); m != nil {
		p.Author, p.Handle = text[m[2]:m[3]], text[m[4]:m[5]]
		text = text[:m[0]]
	}
	text = urls.ReplaceAllString(text, " ")
	text = tagged.ReplaceAllStringFunc(text, func(tag string) string { return " " + splitTag(tag[1:]) + " " })
	p.Text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r)
	}), " ")
	return p
}

// splitTag writes a hashtag or handle as words: "SaveLemonadeStands2018" is "Save Lemonade Stands 2018".
func splitTag(tag string) string {
	var b strings.Builder
	runes := []rune(tag)
	for i, r := range runes {
		if r == '_' {
			b.WriteByte(' ')
			continue
		}
		if i > 0 {
			before := runes[i-1]
			switch {
			case unicode.IsUpper(r) && unicode.IsLower(before),
				unicode.IsDigit(r) != unicode.IsDigit(before) && before != '_',
				unicode.IsUpper(r) && unicode.IsUpper(before) && i+1 < len(runes) && unicode.IsLower(runes[i+1]):
				b.WriteByte(' ')
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}
