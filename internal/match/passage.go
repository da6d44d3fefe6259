package match

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Passage is a sentence or quotation of a longer text.
type Passage struct {
	Text       string
	Start, End int // bytes in the text, End excluded
	Quoted     bool
	// Speaker is who the text says it to be from, such as "Jane Doe" of: "…," said Jane Doe. Empty if it does not say.
	Speaker string
}

// minWords is how many words a sentence has at least to be a passage: fewer claim nothing.
const minWords = 3

// maxQuotation is the longest quotation in bytes that is one: longer ones are marks that were never closed.
const maxQuotation = 1200

// person is a name as a text writes it: up to four words with capitals, initials and titles among them. said is what people do
// when they are quoted, in the languages with capitals that the index stems; those of one word stand on either side of the name.
const (
	person = `((?:\p{Lu}\p{L}{0,3}\.\s?|\p{Lu}[\p{L}'’-]*\s?){1,4})`
	named  = `((?:\p{Lu}\p{L}{0,3}\.\s|\p{Lu}[\p{L}'’-]*\s){1,4})`
	said   = `(?:said|says|told|claimed|claims|wrote|tweeted|posted|added|dijo|afirmó|aseguró|declaró|escribió|señaló|` +
		`dit|(?:a|ont) (?:dit|déclaré|affirmé|écrit|ajouté)|déclare|affirme|sagte|sagt|erklärte|behauptete|schrieb|betonte|` +
		`disse|afirmou|declarou|escreveu|garantiu)`
	after = `^[,.]?\s*`
)

var (
	quotation = regexp.MustCompile(`“([^“”\n]+)”|"([^"\n]+)"|«([^«»\n]+)»|„([^„“”\n]+)[“”]`)
	saidBy    = regexp.MustCompile(after + `(?:` + said + `|according to|según|selon|laut|segundo)\s+` + person)
	saidAfter = regexp.MustCompile(after + named + said + `(?:[^\p{L}]|$)`)
	before    = regexp.MustCompile(named + `(?:` + said + `|told\s[^.“"]{1,40})[,:]?\s*$`)
)

// Passages splits a text into sentences, and gives its quotations again by themselves, with their speakers; in order of
// where they start, at most MaxPassages. Cost is linear in the text.
func Passages(text string) []Passage {
	text = text[:min(len(text), MaxTextBytes)]
	var out []Passage
	quotes := quotations(text)
	for _, p := range sentences(text) {
		for len(quotes) > 0 && quotes[0].Start < p.Start {
			out = append(out, quotes[0])
			quotes = quotes[1:]
		}
		out = append(out, p)
		if len(out) >= MaxPassages {
			return out[:MaxPassages]
		}
	}
	out = append(out, quotes...)
	return out[:min(len(out), MaxPassages)]
}

// quotations finds what is quoted.
func quotations(text string) []Passage {
	var out []Passage
	for _, m := range quotation.FindAllStringSubmatchIndex(text, MaxPassages) {
		for g := 2; g < len(m); g += 2 {
			if m[g] < 0 {
				continue
			}
			inner := strings.TrimSpace(text[m[g]:m[g+1]])
			start := m[g] + strings.Index(text[m[g]:m[g+1]], inner)
			p := Passage{Text: inner, Start: start, End: start + len(inner), Quoted: true}
			if len(p.Text) <= maxQuotation && len(strings.Fields(p.Text)) >= minWords {
				p.Speaker = speaker(text, m[0], m[1])
				out = append(out, p)
			}
		}
	}
	return out
}

// around is how many bytes around a quotation its speaker is looked for in.
const around = 120

// speaker returns who is named right after or before a quotation.
func speaker(text string, start, end int) string {
	behind := text[end:min(len(text), end+around)]
	for _, re := range []*regexp.Regexp{saidBy, saidAfter} {
		if m := re.FindStringSubmatch(behind); m != nil {
			return nameOf(m[1])
		}
	}
	if m := before.FindStringSubmatch(strings.ToValidUTF8(text[max(0, start-around):start], "")); m != nil {
		return nameOf(m[1])
	}
	return ""
}

// nameOf returns a name without what stands around it, nothing for a pronoun.
func nameOf(s string) string {
	s = strings.Trim(s, " .,\n\t")
	switch s {
	case "He", "She", "They", "It", "We", "I", "You", "Who", "Nobody", "Él", "Ella", "Il", "Elle", "Er", "Sie", "Ele", "Ela":
		return ""
	}
	return s
}

// sentences splits at full stops, exclamation and question marks of all scripts and at line ends, but not after initials,
// usual abbreviations, or between digits.
func sentences(text string) []Passage {
	var out []Passage
	start := 0
	cut := func(end int) {
		s := text[start:end]
		trimmed := strings.TrimSpace(s)
		if len(strings.Fields(trimmed)) >= minWords || longUnspaced(trimmed) {
			at := start + strings.Index(s, trimmed)
			out = append(out, Passage{Text: trimmed, Start: at, End: at + len(trimmed)})
		}
		start = end
	}
	for i, r := range text {
		end := i + runeLen(text, i)
		switch {
		case r == '\n' || r == '\u2029' || r == '\u2028':
			cut(i)
		case (unicode.Is(unicode.STerm, r) || r == '…') && r != '.':
			if to := closing(text, end); !goesOn(text, to) {
				cut(to)
			}
		case r == '.' && endsSentence(text, start, i):
			cut(closing(text, end))
		}
	}
	cut(len(text))
	return out
}

// longUnspaced reports whether a text of a script without spaces is long enough to claim something.
func longUnspaced(s string) bool {
	n := 0
	for _, r := range s {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
			n++
		}
	}
	return n >= 6
}

// closing returns the place after the closing quotes and brackets at i.
func closing(text string, i int) int {
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !strings.ContainsRune(`"'”’»)]`, r) {
			break
		}
		i += n
	}
	return i
}

// endsSentence reports whether the full stop at i ends a sentence that began at start.
func endsSentence(text string, start, i int) bool {
	if i < start {
		return false
	}
	next, _ := utf8.DecodeRuneInString(text[i+1:])
	if i+1 < len(text) && !unicode.IsSpace(next) && !strings.ContainsRune(`"'”’»)]`, next) {
		return false
	}
	if goesOn(text, closing(text, i+1)) {
		return false
	}
	w := text[start:i]
	w = w[max(0, len(w)-24):]
	w = w[strings.LastIndexAny(w, " \t\n(“\"")+1:]
	if len(w) <= 2 && digits(w) && germanMonth(text[i+1:min(len(text), i+20)]) {
		return false
	}
	switch strings.ToLower(w) {
	case "no", "art", "nr", "núm":
		after, _ := utf8.DecodeRuneInString(strings.TrimLeft(text[i+1:min(len(text), i+8)], " "))
		return !unicode.IsDigit(after)
	case "sra", "srta", "dra", "mme", "mlle", "bzw", "ca", "z.b", "d.h", "u.a", "p.ej", "exmo", "av",
		"mr", "mrs", "ms", "dr", "prof", "sen", "rep", "gov", "gen", "lt", "col", "sgt", "st", "jr", "sr", "vs", "etc", "e.g", "i.e",
		"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "u.s", "u.k", "inc", "co", "corp":
		return false
	}
	return utf8.RuneCountInString(w) != 1 || !unicode.IsUpper([]rune(w)[0])
}

// goesOn reports whether a small letter follows: then no sentence ended.
func goesOn(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(text[i:min(len(text), i+8)], " "))
	return unicode.IsLower(r)
}

// germanMonth reports whether a text begins with the name of a month, whose day has a full stop in German.
func germanMonth(s string) bool {
	s = strings.TrimLeft(s, " \u00a0")
	for _, m := range [...]string{"Januar", "Jänner", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"} {
		if strings.HasPrefix(s, m) {
			return true
		}
	}
	return false
}

// runeLen returns how many bytes the rune at i takes, one for a broken one.
func runeLen(text string, i int) int {
	_, n := utf8.DecodeRuneInString(text[i:])
	return n
}
