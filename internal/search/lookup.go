package search

import (
	"encoding/binary"
	"slices"
	"sync"
)

// Lookup asks one or more snapshots for the documents that any of some weighted words may be about, and reads them word by
// word; it is what matching stands on. All words weigh by what the first snapshot knows, so that a small private index
// is read with the statistics of the public one. It is for one goroutine; take one by Look and give it back by Close.
type Lookup struct {
	snaps   []*Snapshot
	probes  []Probe
	places  []uint32 // per probe and view of all snapshots: the term's number there plus one, 0 for none
	views   []lookupView
	st      stemmer
	key     []byte
	stem    []byte
	heap    []Found
	impacts impacts
	grams   gramQuery
}

// lookupView is a view of one of the snapshots.
type lookupView struct {
	*view
	snap    int
	entries []Entry
}

// Probe is a word as the index knows it.
type Probe struct {
	Term   uint32  // hash of its stem, as in Entry
	Weight float64 // idf in the first snapshot, highest for a word it does not have
	Docs   int     // how many documents of the first snapshot have it
	at     int     // of the places
}

// Found is a document found.
type Found struct {
	ID    ID
	Score float64 // BM25 over all fields as one text
	Index int     // of the snapshot
	view  int
	doc   uint32
	date  int64
}

var lookupPool = sync.Pool{New: func() any { return new(Lookup) }}

// Look begins a look-up in some snapshots, of which the first says how much words weigh.
func Look(snaps ...*Snapshot) *Lookup {
	l := lookupPool.Get().(*Lookup) //nolint:errcheck,forcetypeassert // the pool holds nothing else
	l.snaps = append(l.snaps, snaps...)
	for i, s := range snaps {
		for _, v := range s.views {
			l.views = append(l.views, lookupView{v, i, s.entries(v.vocabulary)})
		}
	}
	return l
}

// Close ends the look-up; what Read returned must not be used afterwards.
func (l *Lookup) Close() {
	clear(l.snaps)
	clear(l.views)
	l.impacts.close()
	l.snaps, l.views, l.probes, l.places, l.heap = l.snaps[:0], l.views[:0], l.probes[:0], l.places[:0], l.heap[:0]
	lookupPool.Put(l)
}

// Docs is how many documents the first snapshot has.
func (l *Lookup) Docs() int {
	if len(l.snaps) == 0 {
		return 0
	}
	return l.snaps[0].docs
}

// Probe looks a folded word up in the space of a language. It reports whether any document has its stem.
func (l *Lookup) Probe(language string, surface []byte) (Probe, bool) {
	lang := languageOf(language)
	l.key = append(append(append(l.key[:0], lang.code...), 0), surface...)
	l.stem = l.stem[:0]
	for i := range l.views {
		v := &l.views[i]
		if n, ok := v.surfaces.findKey(l.key); ok {
			l.stem = append(l.stem, v.terms.word(v.stems[n]&^stopBit)...)
			break
		}
	}
	if len(l.stem) == 0 {
		l.stem = append(append(append(l.stem, lang.code...), 0), l.st.stem(lang, string(surface))...)
	}
	return l.probe()
}

// probe looks the stem up in all views.
func (l *Lookup) probe() (Probe, bool) {
	p := Probe{at: len(l.places)}
	known := false
	var last *vocabulary
	t, ok := uint32(0), false
	for i := range l.views {
		v := &l.views[i]
		if v.vocabulary != last {
			last = v.vocabulary
			t, ok = last.terms.findKey(l.stem)
		}
		if !ok || v.postings.count[t] == 0 {
			l.places = append(l.places, 0)
			continue
		}
		known = true
		l.places = append(l.places, t+1)
		if v.snap == 0 {
			p.Docs += int(v.termDF.at(t))
		}
	}
	for i, c := range l.stem {
		if c == 0 {
			p.Term = hash32(l.stem[i+1:])
			break
		}
	}
	p.Weight = idf(p.Docs, max(l.Docs(), 1))
	return p, known
}

// Known returns in how many documents of all snapshots a folded word stands just as written.
func (l *Lookup) Known(language string, surface []byte) int {
	l.key = append(append(append(l.key[:0], languageOf(language).code...), 0), surface...)
	n := 0
	var last *vocabulary
	at, ok := uint32(0), false
	for i := range l.views {
		v := &l.views[i]
		if v.vocabulary != last {
			last = v.vocabulary
			at, ok = last.surfaces.findKey(l.key)
		}
		if ok {
			n += int(v.surfaceDF.at(at))
		}
	}
	return n
}

// Weigh returns the idf of an entry's stem in the first snapshot, for a document of another one.
func (l *Lookup) Weigh(f Found, word uint32) float64 {
	v := &l.views[f.view]
	l.stem = append(l.stem[:0], v.terms.word(v.stems[word]&^stopBit)...)
	before := len(l.places)
	p, _ := l.probe()
	l.places = l.places[:before]
	return p.Weight
}

// Grams readies words, each folded, to have their character 3- to 5-grams compared with those of documents, weighed as in the
// first snapshot, and returns the length of their vector.
func (l *Lookup) Grams(words func(yield func([]byte) bool)) float32 {
	if len(l.snaps) == 0 {
		return 0
	}
	l.grams.begin(l.snaps[0].grams)
	for w := range words {
		l.grams.add(w)
	}
	return l.grams.end()
}

// SharedGrams is the product of the vector that Grams made and that of a word of a document, and the square of the length of
// the latter.
func (l *Lookup) SharedGrams(f Found, word uint32) (dot, square float32) {
	v := &l.views[f.view]
	w := v.surfaceWord(word)
	if dot = l.grams.shared(w); v.snap > 0 {
		return dot, l.grams.square(w)
	}
	return dot, v.entries[word].Grams()
}

// Add makes Top look for a word, whose weight may be another than it was given.
func (l *Lookup) Add(p Probe) { l.probes = append(l.probes, p) }

// Languages appends the code of each language that has words in any of the snapshots, each once.
func (l *Lookup) Languages(codes []string) []string {
	var last *vocabulary
	for i := range l.views {
		if l.views[i].vocabulary == last {
			continue
		}
		last = l.views[i].vocabulary
		for _, code := range last.langs {
			if !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

// Stops reports whether a folded word is too common in a language to be searched for.
func Stops(language string, surface []byte) bool { return languageOf(language).stops[string(surface)] }

// EachWord calls f for each word of a text, folded and with its place; Words says what a word is. The surface is only
// valid during the call.
func EachWord(text, language string, f func(surface []byte, start, end int)) {
	tokenize(text, languageOf(language), f)
}

// Forward is a document as Read gives it: its texts, each the numbers of its words.
type Forward struct {
	Entries []Entry // by number
	Texts   []ForwardText
	words   []uint32
}

// ForwardText is a text of a document.
type ForwardText struct {
	Field Field
	Words []uint32
}

// Read gives the texts of a document found but for its body, in order, in the room of into.
func (l *Lookup) Read(f Found, into *Forward) {
	v := &l.views[f.view]
	into.Entries, into.Texts, into.words = v.entries, into.Texts[:0], into.words[:0]
	for data := v.words(f.doc); len(data) > 0; {
		var t streamText
		if t, data = v.text(data); t.field == keywords || t.field == FieldBody {
			continue
		}
		into.words = t.appendTo(into.words)
		into.Texts = append(into.Texts, ForwardText{Field: t.field, Words: into.words[len(into.words)-t.count:]})
	}
	at := 0 // the words may have moved while there were more
	for i := range into.Texts {
		n := len(into.Texts[i].Words)
		into.Texts[i].Words = into.words[at : at+n]
		at += n
	}
}

// Surface returns a word of a document found, folded; it must not be changed.
func (l *Lookup) Surface(f Found, word uint32) []byte { return l.views[f.view].surfaceWord(word) }

// appendTo appends the numbers of a text.
func (t streamText) appendTo(out []uint32) []uint32 {
	for i := 0; i < len(t.data); {
		n := uint32(t.data[i])
		switch {
		case n < codeTwo:
			i++
		case n < codeThree:
			n = fromTwo + (n-codeTwo)<<8 + uint32(t.data[i+1])
			i += 2
		case n < codeFive:
			n = fromThree + (n-codeThree)<<16 + uint32(t.data[i+1])<<8 + uint32(t.data[i+2])
			i += 3
		default:
			n = binary.BigEndian.Uint32(t.data[i+1:])
			i += 5
		}
		out = append(out, t.base+n)
	}
	return out
}
