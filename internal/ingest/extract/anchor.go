package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Anchor says which passage of a text is meant, in a way that survives another reading of the article: the text quote
// selector and the text position selector of the W3C Web Annotation Data Model (2017), sections 4.2.4 and 4.2.5. Start is
// a byte offset here, and only a hint.
type Anchor struct {
	Exact  string `json:"exact"`
	Prefix string `json:"prefix,omitempty"`
	Suffix string `json:"suffix,omitempty"`
	Start  int    `json:"start"`
}

const (
	contextRunes = 32       // of Prefix and Suffix
	maxAnchored  = 1 << 20  // bytes of text that are searched
	maxPassage   = 64 << 10 // bytes of a passage
	shortPassage = 24       // letters and digits; what is shorter is found by its very words and in its context only
	maxPlaces    = 5000     // occurrences of a passage that are compared
)

// MakeAnchor returns the anchor of the passage of text from byte start up to byte end. Offsets outside of the text or
// inside of a character are moved to where one begins.
func MakeAnchor(text string, start, end int) Anchor {
	start, end = boundary(text, start), boundary(text, end)
	if end < start {
		end = start
	}
	prefix, suffix := text[:start], text[end:]
	at := len(prefix)
	for range contextRunes {
		_, n := utf8.DecodeLastRuneInString(prefix[:at])
		at -= n
	}
	till := 0
	for range contextRunes {
		_, n := utf8.DecodeRuneInString(suffix[till:])
		till += n
	}
	return Anchor{Exact: text[start:end], Prefix: prefix[at:], Suffix: suffix[:till], Start: start}
}

func boundary(s string, at int) int {
	at = min(max(at, 0), len(s))
	for at < len(s) && at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	return at
}

// Locate finds the passage of an anchor in a text: bytes start up to end. White space, case, punctuation, quotation marks,
// dashes and the Unicode normal form do not count. Of several places with the same words the one whose surroundings fit
// best is taken, then the one nearest to Start. If the words are nowhere, the place that differs in the fewest characters
// is taken, up to one in eight (12.5 per cent) of the passage's letters and digits, unless another place is as near and its
// surroundings fit as well. A passage of fewer than 24 letters and digits must stand there in its very words, with something of its
// surroundings. ok is false where nothing is near enough: a wrong place is worse than none. Time grows with the length of
// the text times that of the passage divided by 64; text beyond 1 MiB and passages beyond 64 KiB are not found.
func Locate(text string, passage Anchor) (start, end int, ok bool) {
	if len(passage.Exact) > maxPassage || len(text) > maxAnchored {
		return 0, 0, false
	}
	if start, ok := unmoved(text, passage); ok {
		return start, start + len(passage.Exact), true
	}
	want := fold(passage.Exact)
	if len(want.runes) == 0 {
		return 0, 0, false
	}
	in := fold(text)
	near := in.index(passage.Start)
	ctx := surroundings{before: fold(passage.Prefix).runes, after: fold(passage.Suffix).runes}
	place, ok := in.find(want.runes, ctx, near)
	if !ok {
		return 0, 0, false
	}
	start, end = in.starts[place.start], in.end[place.end-1]
	start, end = wholeWords(text, passage, start, end)
	first, last := want.starts[0], want.end[len(want.end)-1]
	return start - alikeBefore(text[:start], passage.Exact[:first]), end + alikeAfter(text[end:], passage.Exact[last:]), true
}

// wholeWords widens a place to whole words where the passage had whole words: an edit of a first or last letter leaves it
// open where the place begins and ends.
func wholeWords(text string, a Anchor, start, end int) (int, int) {
	const most = 12 // characters
	last, _ := utf8.DecodeLastRuneInString(a.Exact)
	if next, _ := utf8.DecodeRuneInString(a.Suffix); !spaced(last) || !spaced(next) {
		for range most {
			before, _ := utf8.DecodeLastRuneInString(text[:end])
			r, n := utf8.DecodeRuneInString(text[end:])
			if !spaced(before) || !spaced(r) {
				break
			}
			end += n
		}
	}
	first, _ := utf8.DecodeRuneInString(a.Exact)
	if previous, _ := utf8.DecodeLastRuneInString(a.Prefix); !spaced(first) || !spaced(previous) {
		for range most {
			after, _ := utf8.DecodeRuneInString(text[start:])
			r, n := utf8.DecodeLastRuneInString(text[:start])
			if !spaced(after) || !spaced(r) {
				break
			}
			start -= n
		}
	}
	return start, end
}

// spaced reports whether r is part of a word in a script that sets words apart by spaces.
func spaced(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.M, r)) && !wide(r) && !unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// unmoved reports whether the passage stands where it stood, surroundings and all.
func unmoved(text string, a Anchor) (int, bool) {
	from, to := a.Start-len(a.Prefix), a.Start+len(a.Exact)+len(a.Suffix)
	if a.Exact == "" || from < 0 || to > len(text) || text[from:to] != a.Prefix+a.Exact+a.Suffix {
		return 0, false
	}
	return a.Start, true
}

// find returns the place of want.
func (f folded) find(want []rune, ctx surroundings, near int) (span, bool) {
	if places := f.all(want, near); len(places) > 0 {
		best := ctx.best(f.runes, places, near)
		return best, len(want) >= shortPassage || ctx.fits(f.runes, best)
	}
	if len(want) < shortPassage {
		return span{}, false
	}
	return fuzzy(f.runes, want, ctx, near)
}

// alikeBefore returns how many bytes at the end of text are the marks and spaces that a passage began with, or much like
// them.
func alikeBefore(text, marks string) int {
	n := 0
	for len(text) > 0 && len(marks) > 0 {
		r, rn := utf8.DecodeLastRuneInString(text)
		m, mn := utf8.DecodeLastRuneInString(marks)
		if !alikeMarks(r, m) {
			break
		}
		n += rn
		text, marks = text[:len(text)-rn], marks[:len(marks)-mn]
	}
	return n
}

// alikeAfter is alikeBefore for the other end.
func alikeAfter(text, marks string) int {
	n := 0
	for len(text) > 0 && len(marks) > 0 {
		r, rn := utf8.DecodeRuneInString(text)
		m, mn := utf8.DecodeRuneInString(marks)
		if !alikeMarks(r, m) {
			break
		}
		n += rn
		text, marks = text[rn:], marks[mn:]
	}
	return n
}

func alikeMarks(a, b rune) bool {
	return a == b || unicode.IsSpace(a) && unicode.IsSpace(b) || unicode.Is(unicode.Pd, a) && unicode.Is(unicode.Pd, b) || quoteMark(a) && quoteMark(b)
}

func quoteMark(r rune) bool {
	return strings.ContainsRune("\"'“”„‟‘’‚«»‹›「」『』", r)
}

// folded is a text reduced to what counts when passages are compared: letters, digits and a few signs, in lower case and
// compatibility form, each with the bytes it came from.
type folded struct {
	runes       []rune
	starts, end []int
}

// fold reduces a text. Its cost grows with the text.
func fold(s string) folded {
	f := folded{runes: make([]rune, 0, len(s)), starts: make([]int, 0, len(s)), end: make([]int, 0, len(s))}
	put := func(r rune, from, to int) {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.M, r) && !accent(r) || r == '%' || r == '$' || r == '€' || r == '£' {
			f.runes = append(f.runes, unicode.ToLower(r))
			f.starts = append(f.starts, from)
			f.end = append(f.end, to)
		} else if accent(r) && len(f.end) > 0 && (f.end[len(f.end)-1] == from || f.end[len(f.end)-1] == to) { // it belongs to its letter
			f.end[len(f.end)-1] = to
		}
	}
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			put(rune(c), i, i+1)
			i++
			continue
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		for _, r := range norm.NFKD.String(s[i : i+n]) {
			put(r, i, i+n)
		}
		i += n
	}
	return f
}

// accent reports whether r is a mark that writers leave out or encode in several ways: of Latin, Greek and Cyrillic
// letters, and the points of Hebrew and Arabic. The vowels of other scripts are no accents.
func accent(r rune) bool {
	return r >= 0x300 && r <= 0x36f || r >= 0x591 && r <= 0x5c7 || r >= 0x610 && r <= 0x61a || r >= 0x64b && r <= 0x65f || r == 0x670 || r >= 0x6d6 && r <= 0x6ed
}

// index returns the place of a byte offset.
func (f folded) index(at int) int {
	i, _ := slices.BinarySearch(f.starts, at)
	return i
}

// all returns where want stands, word for word, at most maxPlaces: those nearest to a place are among them.
func (f folded) all(want []rune, near int) []span {
	places := occurrences(f.runes, want, 0, maxPlaces)
	if len(places) == maxPlaces {
		from := max(0, near-maxPlaces/2)
		places = append(places, occurrences(f.runes, want, min(from, len(f.runes)), maxPlaces)...)
	}
	return places
}

// occurrences finds want in text from a place on, after Knuth, Morris and Pratt: in linear time, whatever the text.
func occurrences(text, want []rune, from, limit int) []span {
	fail := make([]int, len(want))
	for i, k := 1, 0; i < len(want); i++ {
		for k > 0 && want[i] != want[k] {
			k = fail[k-1]
		}
		if want[i] == want[k] {
			k++
		}
		fail[i] = k
	}
	var places []span
	for i, k := from, 0; i < len(text) && len(places) < limit; i++ {
		for k > 0 && text[i] != want[k] {
			k = fail[k-1]
		}
		if text[i] == want[k] {
			k++
		}
		if k == len(want) {
			places = append(places, span{i + 1 - k, i + 1})
			k = fail[k-1]
		}
	}
	return places
}

// surroundings are what stood around a passage.
type surroundings struct{ before, after []rune }

// score counts how much of the surroundings stands around a place, at most 2·contextRunes: letter by letter from the
// passage outwards, with small edits allowed.
func (c surroundings) score(text []rune, s span) int {
	before, after := slices.Clone(text[max(0, s.start-len(c.before)):s.start]), text[s.end:min(len(text), s.end+len(c.after))]
	slices.Reverse(before)
	want := slices.Clone(c.before)
	slices.Reverse(want)
	return common(before, want) + common(after, c.after)
}

// common returns the length of the longest common subsequence of two short texts, counted from their beginning.
func common(a, b []rune) int {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	row := make([]int, len(b)+1)
	for _, ra := range a {
		diagonal := 0
		for j, rb := range b {
			up := row[j+1]
			if ra == rb {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(up, row[j])
			}
			diagonal = up
		}
	}
	return row[len(b)]
}

// fits reports whether two thirds of either side of the surroundings stand around a place. A side of fewer than six
// characters tells no places apart; where both are that short, the beginning and the end of a text, all must be there.
func (c surroundings) fits(text []rune, s span) bool {
	before := surroundings{before: c.before}.score(text, s)
	after := surroundings{after: c.after}.score(text, s)
	if len(c.before) < 6 && len(c.after) < 6 {
		return before == len(c.before) && after == len(c.after)
	}
	return len(c.before) >= 6 && before*3 >= 2*len(c.before) || len(c.after) >= 6 && after*3 >= 2*len(c.after)
}

func (c surroundings) best(text []rune, places []span, near int) span {
	best, top := places[0], -1
	for _, s := range places {
		score := c.score(text, s)
		if score > top || score == top && distance(s.start, near) < distance(best.start, near) {
			best, top = s, score
		}
	}
	return best
}

func distance(a, b int) int { return max(a-b, b-a) }
