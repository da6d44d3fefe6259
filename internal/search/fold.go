package search

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// runeKind is what a rune is to the analyser.
type runeKind uint8

const (
	kindBreak  runeKind = iota // between words
	kindLetter                 // part of a word
	kindDigit                  // part of a word, and of numbers with separators
	kindSilent                 // inside a word, not part of it: marks that fold away, joiners, soft hyphens
	kindCJK                    // a script without spaces: bigrams
)

// folds are the letters that Unicode does not decompose but people write in plainer ones, and the variants that Arabic
// search engines take as one letter (of alef, ya and ta marbuta; see Larkey, Ballesteros and Connell 2002).
var folds = map[rune]string{
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'þ': "th", 'ı': "i", 'ħ': "h",
	'ё': "е", 'ς': "σ",
	'أ': "ا", 'إ': "ا", 'آ': "ا", 'ٱ': "ا", 'ى': "ي", 'ی': "ي", 'ې': "ي", 'ک': "ك", 'ة': "ه", 'ؤ': "و", 'ئ': "ي",
}

// foldRune says what r is and what stands for it in a word: lower case, without accents, compatibility forms as plain
// ones, all digits as ASCII. A silent rune and a break stand for nothing.
func foldRune(r rune) (string, runeKind) {
	switch {
	case r == utf8.RuneError:
		return "", kindBreak
	case r == 0xAD, r == 0x200C, r == 0x200D, r == 0x2060, r == 0xFEFF, r == 0x640, r >= 0x202A && r <= 0x202E, r == 0x200E, r == 0x200F, r >= 0x2066 && r <= 0x2069:
		return "", kindSilent
	case silentMark(r):
		return "", kindSilent
	case unicode.Is(unicode.Nd, r):
		return string('0' + rune(digitValue(r))), kindDigit
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) && unicode.IsLetter(r):
		return foldLetter(r), kindCJK
	case unicode.IsLetter(r), unicode.IsMark(r):
		return foldLetter(r), kindLetter
	case unicode.IsNumber(r), r >= 0xFF00:
		return foldLetter(r), kindOf(foldLetter(r))
	}
	return "", kindBreak
}

// silentMark reports whether a combining mark is an accent to be dropped. Vowel signs of Indic scripts are letters.
func silentMark(r rune) bool {
	return r >= 0x300 && r <= 0x36F || r >= 0x64B && r <= 0x65F || r == 0x670 || r >= 0x591 && r <= 0x5C7 ||
		r == 0x93C || r >= 0x6D6 && r <= 0x6ED || r >= 0xFE00 && r <= 0xFE0F
}

// digitValue is the value of a decimal digit: blocks of ten begin at a rune whose predecessor is no digit or whose count
// from the first of an unbroken run is a multiple of ten.
func digitValue(r rune) int {
	n := 0
	for unicode.Is(unicode.Nd, r-1) {
		r--
		n++
	}
	return n % 10
}

// foldLetter returns the lower-case base letters of r.
func foldLetter(r rune) string {
	r = unicode.ToLower(r)
	if s, ok := folds[r]; ok {
		return s
	}
	if r < utf8.RuneSelf || unicode.Is(unicode.Cyrillic, r) || unicode.Is(unicode.Hangul, r) {
		return string(r)
	}
	out := make([]byte, 0, 8)
	for _, d := range norm.NFKD.String(string(r)) {
		if silentMark(d) || d == ' ' || unicode.Is(unicode.Mn, d) && unicode.Is(unicode.Latin, r) {
			continue
		}
		out = utf8.AppendRune(out, unicode.ToLower(d))
	}
	return string(out)
}

// kindOf is the kind of a folded number or full-width character.
func kindOf(folded string) runeKind {
	r, _ := utf8.DecodeRuneInString(folded)
	switch {
	case r >= '0' && r <= '9':
		return kindDigit
	case r != utf8.RuneError && unicode.IsLetter(r):
		return kindLetter
	}
	return kindBreak
}

// folded is what the analyser knows of a rune.
type folded struct {
	text string
	kind runeKind
}

// foldTable holds the runes below U+0980 (Latin, Greek, Cyrillic, Arabic, Devanagari), which is nearly all there are.
var foldTable = func() *[0x980]folded {
	t := new([0x980]folded)
	for r := range t {
		t[r].text, t[r].kind = foldRune(rune(r))
	}
	return t
}()

// fold is foldRune with the table before it.
func fold(r rune) folded {
	if uint32(r) < uint32(len(foldTable)) {
		return foldTable[r]
	}
	s, k := foldRune(r)
	return folded{s, k}
}
