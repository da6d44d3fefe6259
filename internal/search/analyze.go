package search

import (
	"unicode/utf8"
)

// Word is one word of a text. Surface is as written but folded: lower case, without accents. Term is its stem, and what
// documents are found by; it belongs to the language it was stemmed in. Start and End are bytes of the text. Stop says
// that the word is too common in its language to be searched for.
type Word struct {
	Surface, Term string
	Start, End    int
	Stop          bool
}

// Words splits a text into words as the index does: letters, marks and digits of any script; apostrophes inside a word
// are dropped (don't → dont, Trump's → trump, l'eau → l, eau in French and Italian); separators inside a number are
// dropped before three digits (1,000, 1.000, 1’000 and 1 000 → 1000) and a point before others (3,5 → 3.5); Han, Hiragana and Katakana become
// bigrams. At most MaxTextBytes are read.
func Words(text, language string) []Word {
	lang := languageOf(language)
	var out []Word
	st := stemmer{}
	tokenize(text, lang, func(surface []byte, start, end int) {
		s := string(surface)
		out = append(out, Word{Surface: s, Term: st.stem(lang, s), Start: start, End: end, Stop: lang.stops[s]})
	})
	return out
}

// tokenizer is the state of one pass over one text.
type tokenizer struct {
	text       string
	lang       *language
	emit       func(surface []byte, start, end int)
	buf        []byte
	runes      int
	start, end int
	number     bool // the word so far is digits and a point
	grouped    bool // with thousands apart by more than a comma or point
	cjk        []byte
	cjkStart   int
	cjkEnd     int
	cjkPaired  bool
}

// tokenize calls emit for each word of the text. The surface is only valid during the call.
func tokenize(text string, lang *language, emit func(surface []byte, start, end int)) {
	if len(text) > MaxTextBytes {
		text = text[:MaxTextBytes]
	}
	t := tokenizer{text: text, lang: lang, emit: emit, buf: make([]byte, 0, 64)}
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		i += t.step(r, i, size)
	}
	t.flush()
	t.flushCJK()
}

// step takes the rune at i and returns how many bytes were used.
func (t *tokenizer) step(r rune, i, size int) int {
	f := fold(r)
	if f.kind != kindCJK && f.kind != kindSilent {
		t.flushCJK()
	}
	switch f.kind {
	case kindLetter, kindDigit:
		t.number = f.kind == kindDigit && (t.number || len(t.buf) == 0)
		t.add(f.text, i, size)
	case kindCJK:
		t.flush()
		t.pair(f.text, i, size)
	case kindBreak:
		return t.separator(r, i, size)
	}
	return size
}

func (t *tokenizer) add(s string, i, size int) {
	if len(t.buf) == 0 && t.runes == 0 {
		t.start = i
	}
	if t.runes < MaxWordRunes {
		t.buf = append(t.buf, s...)
	}
	t.runes++
	t.end = i + size
}

// separator ends the word unless r stands inside it: an apostrophe between letters, or a separator within a number.
func (t *tokenizer) separator(r rune, i, size int) int {
	if len(t.buf) == 0 {
		return size
	}
	next := i + size
	switch {
	case t.number && groups(r, t.lang) && t.digits(next) == 3 && (t.grouped || t.runes <= 3):
		t.grouped = true
		return size
	case r == '\'' || r == '’' || r == 'ʼ' || r == '‘':
		if t.lang.elides || !t.letterAt(next) {
			break
		}
		if possessive := next + 1; (t.text[next] == 's' || t.text[next] == 'S') && !t.wordAt(possessive) {
			t.end = possessive
			t.flush()
			return size + 1
		}
		return size
	case t.number && pointed(r) && t.digits(next) > 0:
		if t.digits(next) != 3 && !t.lakh(next) {
			t.buf = append(t.buf, '.')
			t.runes++
		}
		return size
	}
	t.flush()
	return size
}

func (t *tokenizer) kindAt(i int) runeKind {
	if i >= len(t.text) {
		return kindBreak
	}
	r, _ := utf8.DecodeRuneInString(t.text[i:])
	return fold(r).kind
}

func (t *tokenizer) letterAt(i int) bool { return t.kindAt(i) == kindLetter }

func (t *tokenizer) wordAt(i int) bool { return t.kindAt(i) != kindBreak }

// pointed reports whether a sign within a number may be a decimal point, or stand between thousands.
func pointed(r rune) bool { return r == ',' || r == '.' || r == '٫' || r == '٬' }

// groups reports whether a sign within a number only stands between thousands: spaces that do not break, the Swiss apostrophe,
// and a plain space in languages that write thousands so.
func groups(r rune, l *language) bool {
	switch r {
	case '\u00a0', '\u202f', '\u2009', '\'', '’':
		return true
	case ' ':
		return l.spaced
	}
	return false
}

// lakh reports whether two digits follow and another group: 12,34,567 as it is written in India.
func (t *tokenizer) lakh(i int) bool {
	if t.digits(i) != 2 {
		return false
	}
	for range 2 {
		_, size := utf8.DecodeRuneInString(t.text[i:])
		i += size
	}
	return i < len(t.text) && t.text[i] == ',' && t.digits(i+1) >= 2 && t.digits(i+1) <= 3
}

// digits counts the digits from i on, up to four.
func (t *tokenizer) digits(i int) int {
	n := 0
	for n < 4 && i < len(t.text) {
		r, size := rune(t.text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(t.text[i:])
		}
		if fold(r).kind != kindDigit {
			break
		}
		n++
		i += size
	}
	return n
}

func (t *tokenizer) flush() {
	if len(t.buf) > 0 {
		t.emit(t.buf, t.start, t.end)
	}
	t.buf, t.runes, t.number, t.grouped = t.buf[:0], 0, false, false
}

// pair takes one character of a script without spaces and emits it together with the one before it.
func (t *tokenizer) pair(s string, i, size int) {
	if len(t.cjk) == 0 {
		t.cjk, t.cjkStart, t.cjkEnd, t.cjkPaired = append(t.cjk, s...), i, i+size, false
		return
	}
	first := len(t.cjk)
	t.cjk = append(t.cjk, s...)
	t.emit(t.cjk, t.cjkStart, i+size)
	t.cjk = append(t.cjk[:0], t.cjk[first:]...)
	t.cjkStart, t.cjkEnd, t.cjkPaired = i, i+size, true
}

// flushCJK emits a character that stood alone.
func (t *tokenizer) flushCJK() {
	if len(t.cjk) > 0 && !t.cjkPaired {
		t.emit(t.cjk, t.cjkStart, t.cjkEnd)
	}
	t.cjk = t.cjk[:0]
}
