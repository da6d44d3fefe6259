package document

import (
	"crypto/sha256"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// TextKey is the identity of a claim's text: two publishers who check the same sentence check the same claim. It is the
// SHA-256 of the normalised text and the language's first subtag.
func TextKey(text, language string) [32]byte {
	primary, _, _ := strings.Cut(strings.ToLower(language), "-")
	return sha256.Sum256([]byte(primary + "\x00" + NormaliseText(text)))
}

// NormaliseText returns the text as claims are compared: Unicode NFKC, lower case, typographic quotation marks and dashes
// made plain, white space collapsed, without quotation marks around it and punctuation at its end. Numbers, negations and
// word order stay: they make another claim.
func NormaliseText(text string) string {
	text = norm.NFKC.String(strings.ToLower(norm.NFKC.String(text)))
	text = strings.Map(func(r rune) rune {
		switch r {
		case '“', '”', '„', '‟', '«', '»', '″', '＂':
			return '"'
		case '‘', '’', '‚', '‛', '′', '＇', 'ʼ':
			return '\''
		case '‐', '‑', '‒', '–', '—', '―', '−':
			return '-'
		case '\u200b', '\u200e', '\u200f', '\u2060', '\ufeff', '\u00ad', 'ـ':
			return -1
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	for {
		trimmed := strings.TrimRight(text, " .!?…。！？؟।")
		if n := len(trimmed); n >= 2 && (trimmed[0] == '"' && trimmed[n-1] == '"' && strings.Count(trimmed, `"`) == 2 ||
			trimmed[0] == '\'' && trimmed[n-1] == '\'' && strings.Count(trimmed, "'") == 2) {
			trimmed = strings.TrimSpace(trimmed[1 : n-1])
		}
		if trimmed == text {
			return text
		}
		text = trimmed
	}
}
