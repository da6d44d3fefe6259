package match

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// maxItems is how many different words of one text are matched. A post has fewer; an article is split into sentences first.
const maxItems = 160

// maxDense is how many words of a text are looked at, stop words apart.
const maxDense = 240

// maxPlaces is how many times a word's place in the text is noted.
const maxPlaces = 6

// item is a word of the text that says something, or of the name of who signed it; each stem once.
type item struct {
	term    uint32 // hash of the stem
	surface uint32 // hash of the word
	from    int32  // where in the arena the folded word stands
	until   int32
	idf     float32
	rarity  float32 // idf over that of a word that one claim has, at most 1
	n       float32 // how often it stands in the text, 0 if only in the name
	local   float32 // how many candidates have it
	near    float32 // of the candidate at hand: how near its nearest word comes
	weight  float32 // how much it matters to nearness
	first   int16   // first place among the dense words, -1 for none
	mark    int32   // the candidate that has it
	known   bool    // some document has its stem
	author  bool    // it names who signed
	capped  bool    // written with a capital that is not due to a sentence's beginning
	proper  bool    // written with a capital
	number  bool
}

// place is a word of the text that is no stop word.
type place struct {
	item int16
	next int16 // next place of the same item, -1 for none
}

// question is a text as it is matched. It is used again for the next text.
type question struct {
	m    *Matcher
	l    *search.Lookup
	lang string
	own  uint8 // the language's number
	// From which probability on a candidate is the same, or related.
	same, related float32

	arena []byte
	items []item
	dense []place
	// spoken has, for every word with stop words counted, the item plus one, 0 for a stop word.
	spoken  []int16
	negated bool
	media   bool
	amounts amounts // of the text
	claims  amounts // of the candidate at hand

	idf, idfSquare, idfAuthor float32
	unknown                   float32
	numbers                   float32
	gramNorm                  float32

	byTerm, bySurface table
	near              nearTable
	known             known
	codes             []string

	docs    []doc
	texts   []docText
	words   []uint32
	forward search.Forward
	rows    rows
	best    []float32
	mark    int32
	splits  int
}

var questions = sync.Pool{New: func() any { return new(question) }}

// ask reads a text. The caller calls release afterwards.
func (m *Matcher) ask(text, language string, snaps []*search.Snapshot) *question {
	q := questions.Get().(*question) //nolint:errcheck,forcetypeassert // the pool holds nothing else
	q.m, q.l = m, search.Look(snaps...)
	q.media = strings.Contains(text, "pic.twitter.com")
	post := Clean(text)
	q.codes = q.l.Languages(q.codes[:0])
	if q.lang = language; language == "" {
		q.lang = detect(post.Text, slices.Clone(q.codes))
	}
	q.own = search.LanguageNumber(q.lang)
	q.idf, q.idfSquare, q.idfAuthor, q.unknown, q.numbers, q.negated, q.splits = 0, 0, 0, 0, 0, false, 0
	q.byTerm.reset()
	q.bySurface.reset()
	q.arena, q.items, q.dense, q.spoken = q.arena[:0], q.items[:0], q.dense[:0], q.spoken[:0]
	q.amounts.reset()
	q.readText(post.Text)
	q.amounts.end()
	q.readAuthor(&post)
	q.weighGrams()
	q.spread()
	return q
}

// release gives the memory back.
func (q *question) release() {
	q.l.Close()
	q.l, q.m = nil, nil
	q.forward.Entries = nil
	questions.Put(q)
}

// readText takes the words of what is said. Words that no claim has are tried as several, and neighbours as one.
func (q *question) readText(text string) {
	end := 0            // of the word before
	before := int32(-1) // where the word before begins in the arena, -1 after a stop word
	search.EachWord(text, q.lang, func(surface []byte, start, stop int) {
		if len(q.dense) >= maxDense || start < end {
			return
		}
		fresh := end == 0 || strings.ContainsAny(text[end:start], `.!?:“"¿¡。؟।`)
		end = stop
		if isNegation(q.own, search.HashWord(surface)) {
			q.negated = true
		}
		digit := surface[0] >= '0' && surface[0] <= '9'
		if !digit {
			q.amounts.word(q.own, search.HashWord(surface))
		}
		if q.common(surface) {
			q.spoken = append(q.spoken, 0)
			before = -1
			return
		}
		first, _ := utf8.DecodeRuneInString(text[start:])
		capital := unicode.IsUpper(first)
		w := written{capital: capital && (!fresh || shouted(text[start:stop])), proper: capital}
		at := q.keep(surface)
		if more := q.thousands(text[stop:], at); more > 0 {
			end += more
		}
		if digit {
			q.amounts.number(string(q.arena[at:]))
		}
		i, ok := q.take(at, w)
		if !ok && !w.number && q.split(at, w) {
			before = -1
			return
		}
		if before >= 0 && ok {
			q.join(before)
		}
		before = at
		q.speak(i)
	})
}

// thousands adds to the number that the arena ends with the groups of three digits that follow it in the text after single
// spaces, if some claim has that number: "1 000" is 1000. It returns the length of what it took.
func (q *question) thousands(text string, at int32) int {
	whole := len(q.arena)
	if n := whole - int(at); n > 3 || !digits(string(q.arena[at:])) {
		return 0
	}
	taken := 0
	for len(text) >= taken+4 && text[taken] == ' ' && digits(text[taken+1:taken+4]) && (len(text) == taken+4 || text[taken+4] < '0' || text[taken+4] > '9') {
		q.arena = append(q.arena, text[taken+1:taken+4]...)
		taken += 4
	}
	if taken > 0 && !slices.ContainsFunc(q.codes, func(code string) bool { return q.l.Known(code, q.arena[at:]) > 0 }) {
		q.arena, taken = q.arena[:whole], 0
	}
	return taken
}

// written says how a word is written.
type written struct {
	capital bool // with a capital that is not due to a sentence's beginning
	proper  bool // with a capital
	number  bool
	author  bool // in the name of who signed
}

// keep copies a word to the arena and returns where it begins; it ends at the arena's end.
func (q *question) keep(word []byte) int32 {
	at := int32(len(q.arena))
	q.arena = append(q.arena, word...)
	return at
}

// shouted reports whether a word is written in capitals only.
func shouted(w string) bool {
	return len(w) > 1 && strings.ToUpper(w) == w
}

// take finds or makes the item of the arena's last word. It returns false if no claim has it.
func (q *question) take(at int32, w written) (int, bool) {
	word := q.arena[at:]
	hash := search.HashWord(word)
	w.number = word[0] >= '0' && word[0] <= '9'
	if i, ok := q.bySurface.get(hash); ok {
		q.meet(&q.items[i], w)
		return i, q.items[i].known
	}
	if len(q.items) >= maxItems {
		return -1, true
	}
	p, known := q.l.Probe(q.lang, word)
	if i, ok := q.byTerm.get(p.Term); ok {
		q.bySurface.put(hash, i)
		q.meet(&q.items[i], w)
		return i, known
	}
	i := len(q.items)
	q.bySurface.put(hash, i)
	q.byTerm.put(p.Term, i)
	q.items = append(q.items, item{term: p.Term, surface: hash, from: at, until: int32(len(q.arena)), first: -1, idf: float32(p.Weight), known: known, number: w.number})
	x := &q.items[i]
	q.meet(x, w)
	if known {
		q.search(x, p)
	}
	if w.proper || w.number {
		known = q.abroad(x, word) || known
		x.known = known
	}
	return i, known
}

// signedWeight is how much a word counts that only the author's name has.
const signedWeight = 0.8

// search makes the look-up search for an item.
func (q *question) search(x *item, p search.Probe) {
	if x.author {
		p.Weight *= signedWeight
	}
	q.l.Add(p)
}

// abroad searches for a name or number in the other languages, where it is the same word.
func (q *question) abroad(x *item, word []byte) bool {
	found := false
	for _, code := range q.codes {
		if search.LanguageNumber(code) == q.own || q.l.Known(code, word) == 0 {
			continue
		}
		if p, ok := q.l.Probe(code, word); ok {
			found = true
			if !x.known || p.Weight < float64(x.idf) {
				x.idf = float32(p.Weight)
			}
			q.search(x, p)
		}
	}
	return found
}

// meet notes how an item is written once more.
func (q *question) meet(x *item, w written) {
	if w.author {
		x.author = true
		return
	}
	x.capped, x.proper = x.capped || w.capital, x.proper || w.proper
	x.n++
}

// speak puts an item into the order of words.
func (q *question) speak(i int) {
	if i < 0 {
		q.spoken = append(q.spoken, 0)
		return
	}
	q.spoken = append(q.spoken, int16(i+1))
	at := int16(len(q.dense))
	q.dense = append(q.dense, place{int16(i), -1})
	x := &q.items[i]
	if x.first < 0 {
		x.first = at
		return
	}
	p := x.first
	for range maxPlaces {
		if q.dense[p].next < 0 {
			q.dense[p].next = at
			return
		}
		p = q.dense[p].next
	}
}

// join takes two neighbours as one word, if claims have it: "white house" is also "whitehouse".
func (q *question) join(before int32) {
	if len(q.arena)-int(before) > 2*search.MaxWordRunes || !letters(q.arena[before:]) {
		return
	}
	word := q.arena[before:] // the two stand side by side
	if q.l.Known(q.lang, word) == 0 {
		return
	}
	end := len(q.arena)
	joined := q.keep(word)
	if i, ok := q.take(joined, written{}); ok {
		q.speak(i)
		return
	}
	q.arena = q.arena[:end]
}

// letters reports whether a word has no digit.
func letters(word []byte) bool {
	for _, c := range word {
		if c >= '0' && c <= '9' {
			return false
		}
	}
	return true
}

// readAuthor takes the name of who signed, or the account if there is no name.
func (q *question) readAuthor(post *Post) {
	name := post.Author
	if name == "" {
		name = splitTag(post.Handle)
	}
	search.EachWord(name, q.lang, func(surface []byte, _, _ int) {
		if q.common(surface) {
			return
		}
		at := q.keep(surface)
		q.take(at, written{author: true, proper: true})
	})
	highest := q.highest()
	for i := range q.items {
		x := &q.items[i]
		x.rarity = min(1, x.idf/highest)
		if x.weight = x.idf; x.known {
			x.weight *= q.m.model.matters(x.term)
		}
		if x.n > 0 && x.number {
			q.numbers++
		}
		switch {
		case !x.known && x.n > 0:
			q.unknown++
		case x.n > 0:
			q.idf += x.idf
			q.idfSquare += x.idf * x.idf
		}
		if x.author && x.known {
			q.idfAuthor += x.idf
		}
	}
}

// weighGrams readies the n-grams of the text.
func (q *question) weighGrams() {
	q.gramNorm = 1e-6 + q.l.Grams(func(yield func([]byte) bool) {
		for i := range q.items {
			if x := &q.items[i]; x.n > 0 && !yield(q.arena[x.from:x.until]) {
				return
			}
		}
	})
}

// word returns an item's word.
func (q *question) word(x *item) string { return string(q.arena[x.from:x.until]) }
