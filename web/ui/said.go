package ui

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// rtl lists the language subtags written from right to left, by their usual script.
const rtl = " ar arc ckb dv fa he iw ks ku-arab nqo ps sd syr ug ur yi "

// Dir returns the direction of a text in lang: ltr, rtl, or auto when the language is unknown.
func Dir(lang string) string {
	lang = strings.ToLower(lang)
	base, rest, _ := strings.Cut(lang, "-")
	if base == "" || base == "und" || base == "mul" || base == "zxx" {
		return "auto"
	}
	for sub := range strings.SplitSeq(rest, "-") {
		switch sub {
		case "arab", "hebr", "thaa", "syrc", "nkoo":
			return "rtl"
		case "latn", "cyrl":
			return "ltr"
		}
	}
	if strings.Contains(rtl, " "+base+" ") {
		return "rtl"
	}
	return "ltr"
}

// quoteMarks are the marks around a claim in its own language; all others take “ ”.
var quoteMarks = map[string][2]string{
	"ar": {"«", "»"}, "cs": {"„", "“"}, "de": {"„", "“"}, "es": {"«", "»"}, "fa": {"«", "»"},
	"fr": {"«\u00a0", "\u00a0»"}, "he": {"”", "“"}, "it": {"«", "»"}, "ja": {"「", "」"}, "pl": {"„", "”"},
	"ru": {"«", "»"}, "uk": {"«", "»"}, "ur": {"«", "»"}, "zh": {"“", "”"},
}

// Quoted puts a claim between the quotation marks of its language, unless it already stands between some.
func Quoted(lang, s string) string {
	s = strings.TrimSpace(s)
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	if strings.ContainsRune(`"“„«»”「`, first) && strings.ContainsRune(`"”“»«」`, last) && utf8.RuneCountInString(s) > 1 {
		return s
	}
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	marks, ok := quoteMarks[base]
	if !ok {
		marks = [2]string{"“", "”"}
	}
	return marks[0] + s + marks[1]
}

// PrimaryLanguage returns a language tag without its script and region, in lower case.
func PrimaryLanguage(tag string) string {
	base, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return base
}

// LanguageName returns what a language calls itself, such as français, or its tag when that is not known.
func LanguageName(tag string) string {
	t, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	if name := display.Self.Name(t); name != "" {
		return name
	}
	return tag
}

// Clip shortens s to at most runes runes, at a word's end where one is near, and marks the cut with an ellipsis.
func Clip(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	cut := string([]rune(s)[:runes-1])
	if i := strings.LastIndexFunc(cut, unicode.IsSpace); i > len(cut)*3/4 {
		cut = cut[:i]
	}
	return strings.TrimRightFunc(cut, unicode.IsSpace) + "…"
}

// SizeClass returns the heading class for a claim of this length: long claims are set smaller.
func SizeClass(claim string) string {
	switch n := utf8.RuneCountInString(claim); {
	case n > 220:
		return "claim-xs"
	case n > 120:
		return "claim-s"
	case n > 70:
		return "claim-m"
	}
	return "claim-l"
}

// Safe reports whether raw may become a link: an absolute http or https address with a host, or one of our own paths.
// Control characters and spaces are refused: browsers drop some of them and would read another address than we did.
func Safe(raw string) bool {
	if strings.ContainsFunc(raw, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }) {
		return false
	}
	if strings.HasPrefix(raw, "/") && !strings.HasPrefix(raw, "//") && !strings.HasPrefix(raw, `/\`) {
		return true
	}
	if strings.HasPrefix(raw, "#") || strings.HasPrefix(raw, "?") {
		return true
	}
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// Href returns raw as a link target, or "#" when it is not Safe. Prefer Out, which then shows no link at all.
func Href(raw string) templ.SafeURL {
	if !Safe(raw) {
		return "#"
	}
	return templ.SafeURL(raw)
}

// HostOf returns the host of an address without www., or "" if it has none.
func HostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}
