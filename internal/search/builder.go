package search

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"time"
)

// maxTF is the highest count of a word in one document; more count no more.
const maxTF = 255

// builder gathers the documents of one segment. It is used by one goroutine; builders of one build share the numbers of
// facet values, and are sealed together.
type builder struct {
	opts    *Options
	numbers *facetNumbers
	filter  map[string]bool // names of facets that are not counted
	seg     *segment        // its stream is in the builder's numbers until it is sealed

	languages []*languageWords
	termWords []string
	terms     map[string]uint32
	lists     []list
	stemmer   stemmer

	// Of the document being added: what it has so far.
	touched []uint32 // terms
	tf      []uint32 // per term
	scratch []byte
	listed  []uint32
}

// languageWords are the surfaces of one language.
type languageWords struct {
	lang      *language
	place     byte // in the builder's languages
	number    map[string]uint32
	words     []string
	stems     []uint32 // terms, with stopBit
	used      []uint32 // documents
	touchedBy []uint32 // the last document plus one
	shown     map[uint32]string
	length    int // weighted words of the document being added
}

// noDate stands for a document without a date: it is in no range and comes last in both orders.
const noDate = math.MinInt64

func secondsOf(t time.Time) int64 {
	if t.IsZero() {
		return noDate
	}
	return t.Unix()
}

// list is a list of postings while it grows: distances and counts.
type list struct {
	data  []byte
	last  uint32
	count uint32
}

func newBuilder(opts *Options, numbers *facetNumbers) *builder {
	b := &builder{opts: opts, numbers: numbers, filter: make(map[string]bool), seg: &segment{}, terms: make(map[string]uint32)}
	for _, name := range opts.FilterOnly {
		b.filter[name] = true
	}
	return b
}

func (b *builder) len() int { return len(b.seg.ids) }

// checkDoc says what is wrong with a document: an unknown field, a facet without a name, or one whose name or value
// holds a control character.
func checkDoc(d *Doc) error {
	for _, t := range d.Texts {
		if t.Field >= Fields {
			return fmt.Errorf("%w: field %d of document %x", ErrInvalid, t.Field, d.ID)
		}
	}
	for _, f := range d.Facets {
		if f.Name == "" || f.Value == "" || strings.ContainsAny(f.Name, "\x00\x01:") || strings.ContainsAny(f.Value, "\x00\x01") || len(f.Name)+len(f.Value) > 1000 {
			return fmt.Errorf("%w: facet %q=%q of document %x", ErrInvalid, f.Name, f.Value, d.ID)
		}
	}
	return nil
}

// add analyses a document and appends it. The caller has checked it and sees to it that ids differ.
func (b *builder) add(d *Doc) error {
	var packed uint64
	b.listed = b.listed[:0]
	var keys []uint32
	seen := make(map[Facet]bool, len(d.Facets))
	for _, f := range d.Facets {
		if seen[f] {
			continue
		}
		seen[f] = true
		keys = append(keys, b.term(facetKey(f.Name, f.Value)))
		if b.filter[f.Name] {
			continue
		}
		n, err := b.numbers.of(f)
		if err != nil {
			return err
		}
		if n < packedValues {
			packed |= 1 << n
		} else {
			b.listed = append(b.listed, n)
		}
	}
	b.begin(d.ID, secondsOf(d.Published), packed)
	for _, t := range d.Texts {
		b.text(t)
	}
	b.keywords(keys)
	return b.end()
}

// begin starts a document; b.listed holds its facet values without a bit.
func (b *builder) begin(id ID, date int64, packed uint64) {
	s := b.seg
	s.ids, s.dates = append(s.ids, id), append(s.dates, date)
	s.packed = append(s.packed, packed)
	s.valueOf = append(s.valueOf, b.listed...)
	s.valueEnd = append(s.valueEnd, uint32(len(s.valueOf)))
	b.touched = b.touched[:0]
	for _, lw := range b.languages {
		lw.length = 0
	}
}

// text adds one text of the current document.
func (b *builder) text(t Text) {
	lw := b.language(languageOf(t.Language))
	b.scratch = b.scratch[:0]
	count := 0
	weight := uint32(b.opts.Weights[t.Field])
	tokenize(t.Text, lw.lang, func(surface []byte, start, end int) {
		n, ok := lw.number[string(surface)]
		if !ok {
			n = b.surface(lw, string(surface), t.Text[start:end])
		}
		b.word(lw, n, weight)
		b.scratch = appendNumber(b.scratch, n)
		count++
	})
	b.appendText(t.Field, lw.place, count)
}

func (b *builder) language(l *language) *languageWords {
	for _, lw := range b.languages {
		if lw.lang == l {
			return lw
		}
	}
	lw := &languageWords{lang: l, place: byte(len(b.languages)), number: make(map[string]uint32), shown: make(map[uint32]string)}
	b.languages = append(b.languages, lw)
	return lw
}

// surface numbers a new surface; written is how it stands in the text.
func (b *builder) surface(lw *languageWords, word, written string) uint32 {
	stem := b.term(termKey(lw.lang.code, b.stemmer.stem(lw.lang, word)))
	if lw.lang.stops[word] {
		stem |= stopBit
	}
	shown := strings.ToLower(strings.ToValidUTF8(written, ""))
	if shown == word || foldString(shown) != word {
		shown = ""
	}
	return lw.add(word, stem, shown)
}

// add numbers a new surface with its stem; shown is how it is shown if that is another form.
func (lw *languageWords) add(word string, stem uint32, shown string) uint32 {
	n := uint32(len(lw.words))
	lw.number[word] = n
	lw.words, lw.stems = append(lw.words, word), append(lw.stems, stem)
	lw.used, lw.touchedBy = append(lw.used, 0), append(lw.touchedBy, 0)
	if shown != "" {
		lw.shown[n] = shown
	}
	return n
}

// term returns the number of a term, a new one if need be.
func (b *builder) term(key string) uint32 {
	n, ok := b.terms[key]
	if !ok {
		n = uint32(len(b.termWords))
		b.terms[key] = n
		b.termWords = append(b.termWords, key)
		b.lists = append(b.lists, list{})
		b.tf = append(b.tf, 0)
	}
	return n
}

// word counts one word of the current document.
func (b *builder) word(lw *languageWords, surface, weight uint32) {
	if doc := uint32(len(b.seg.ids)); lw.touchedBy[surface] != doc {
		lw.touchedBy[surface] = doc
		lw.used[surface]++
	}
	stem := lw.stems[surface]
	b.count(stem&^stopBit, weight)
	if stem&stopBit == 0 {
		lw.length += int(weight)
	}
}

func (b *builder) count(term, weight uint32) {
	if b.tf[term] == 0 {
		b.touched = append(b.touched, term)
	}
	b.tf[term] = min(maxTF, b.tf[term]+max(weight, 1))
}

func (b *builder) keywords(terms []uint32) {
	b.scratch = b.scratch[:0]
	for _, t := range terms {
		b.count(t, 1)
		b.scratch = appendNumber(b.scratch, t)
	}
	b.appendText(keywords, 0, len(terms))
}

// appendText adds the words in b.scratch to the stream.
func (b *builder) appendText(f Field, lang byte, count int) {
	if count > 0 {
		b.seg.stream = appendText(b.seg.stream, f, lang, count, b.scratch)
	}
}

// maxStream is how long the words of a segment may be, for their places to have room in 32 bits whatever the numbers
// become when it is sealed.
const maxStream = math.MaxUint32 / 5

// end closes the current document.
func (b *builder) end() error {
	s := b.seg
	if len(s.stream) > maxStream {
		return fmt.Errorf("%w: the documents of one part have more than %d bytes of words; build with more workers", ErrInvalid, maxStream)
	}
	s.streamEnd = append(s.streamEnd, uint32(len(s.stream)))
	length := 0
	for _, lw := range b.languages {
		length = max(length, lw.length)
	}
	s.lengths = append(s.lengths, uint16(min(length, math.MaxUint16)))
	doc := uint32(len(s.ids) - 1)
	for _, t := range b.touched {
		l := &b.lists[t]
		l.data = binary.AppendUvarint(l.data, uint64(doc-l.last))
		l.data = append(l.data, byte(b.tf[t]))
		l.last = doc
		l.count++
		b.tf[t] = 0
	}
	return nil
}
