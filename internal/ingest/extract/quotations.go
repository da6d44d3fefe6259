package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxQuotations = 500
	minQuoted     = 3 // words; less is a word in quotation marks
)

// closers gives the marks that close a quotation, by the mark that opens it, for the languages of the press: “…” (English,
// and all that follow it), «…» (French, Russian, Arabic, …), „…“ and „…” (German, Czech, Polish, …), »…« (German,
// Danish), ”…” (Swedish, Finnish), 「…」 and 『…』 (Japanese, Chinese), "…". Single marks are apostrophes too often; they
// count where they look like quotation marks on both sides.
func closers(open rune) string {
	switch open {
	case '“', '＂':
		return "”“＂"
	case '„', '‟':
		return "“”‟\""
	case '”':
		return "”"
	case '«':
		return "»"
	case '»':
		return "«»"
	case '"':
		return "\""
	case '「':
		return "」"
	case '『':
		return "』"
	case '‘', '‚', '\'':
		return "’‘'"
	case '‹':
		return "›"
	}
	return ""
}

// quotations finds quoted speech in each paragraph of text, and who said it where that stands next to it. A quotation that
// goes on in the next paragraph is two. It is at least three words.
func quotations(text string, blocks []Block) []Quotation {
	var all []Quotation
	for _, b := range blocks {
		if b.Kind == BlockHeading || b.Kind == BlockRow {
			continue
		}
		found := quotedIn(text[b.Start:b.End])
		if b.Kind == BlockQuote && len(found) == 0 && speech(text[b.Start:b.End]) {
			found = []span{{0, b.End - b.Start}}
		}
		for _, s := range found {
			if len(all) >= maxQuotations {
				return all
			}
			start, end := b.Start+s.start, b.Start+s.end
			all = append(all, Quotation{Start: start, End: end, Text: text[start:end], Speaker: speaker(text[b.Start:b.End], s)})
		}
	}
	inherit(all, text)
	return all
}

// inherit gives a quotation without a speaker the one of the quotation before it, where only a short "he said" or nothing
// stands between the two in one paragraph.
func inherit(all []Quotation, text string) {
	for i := 1; i < len(all); i++ {
		between := text[all[i-1].End:all[i].Start]
		if all[i].Speaker == "" && all[i-1].Speaker != "" && len(between) < 120 && !strings.Contains(between, "\n\n") && strings.Count(between, ". ") == 0 {
			all[i].Speaker = all[i-1].Speaker
		}
	}
}

// speech reports whether what stands in quotation marks is long enough to be more than a word in quotation marks. In
// scripts without spaces a character is a word here, and about two make one.
func speech(s string) bool {
	w := words(s)
	wideOnes := 0
	for _, word := range w {
		if r, _ := utf8.DecodeRuneInString(word); wide(r) {
			wideOnes++
		}
	}
	return len(w)-wideOnes+wideOnes/2 >= minQuoted
}

type span struct{ start, end int }

func quotedIn(par string) []span {
	var out []span
	failed := map[rune]int{} // a mark that is never closed is not searched for again and again
	for i := 0; i < len(par) && len(out) < maxQuotations; {
		r, n := utf8.DecodeRuneInString(par[i:])
		closing := closers(r)
		if closing == "" || failed[r] > 20 || !opens(par, i, r) {
			i += n
			continue
		}
		end, size, ok := closes(par, i+n, r, closing)
		if !ok && (r == '“' || r == '«' || r == '„' || r == '「') { // it goes on in the next paragraph
			end, size, ok = len(par), 0, true
		}
		if !ok {
			failed[r]++
			i += n
			continue
		}
		start, stop := trimSpan(par, i+n, end)
		if speech(par[start:stop]) {
			out = append(out, span{start, stop})
		}
		i = end + size
	}
	return out
}

// opens reports whether a mark at i can open: the straight and the ambiguous ones stand before a word and not behind one.
func opens(par string, i int, r rune) bool {
	before, _ := utf8.DecodeLastRuneInString(par[:i])
	after, _ := utf8.DecodeRuneInString(par[i+utf8.RuneLen(r):])
	free := i == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before) || wide(before)
	switch r {
	case '"', '\'', '‘', '”', '»', '‚':
		return free && !unicode.IsSpace(after) && after != utf8.RuneError
	}
	return true
}

// closes finds where a quotation ends. Marks of the same kind inside of it are counted.
func closes(par string, from int, open rune, closing string) (at, size int, ok bool) {
	depth := 1
	for i, r := range par[from:] {
		at = from + i
		after, _ := utf8.DecodeRuneInString(par[at+utf8.RuneLen(r):])
		switch {
		case strings.ContainsRune(closing, r):
			inWord := unicode.IsLetter(after) || unicode.IsDigit(after)
			if (open == '‘' || open == '\'' || open == '‚') && (inWord || !ended(par[:at])) || open == '"' && inWord && !wide(after) {
				continue // an apostrophe, or a mark that opens
			}
			if depth--; depth == 0 {
				return at, utf8.RuneLen(r), true
			}
		case r == open && open != '"':
			depth++
		}
	}
	return 0, 0, false
}

// ended reports whether what stands before a single closing mark ends in a letter or a stop, as a quotation does. A plural
// with an apostrophe does too; it is taken for the end.
func ended(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsLetter(r) || unicode.IsPunct(r) || unicode.IsDigit(r)
}

func trimSpan(s string, start, end int) (int, int) {
	for start < end && (s[start] == ' ' || s[start] == '\n') {
		start++
	}
	for start < end && (s[end-1] == ' ' || s[end-1] == '\n') {
		end--
	}
	return start, end
}
