package search

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
)

// segment is a set of documents that never changes. Documents are numbered from 0. Each keeps the words it has, in
// order, as a stream of numbers: phrases are read there, and deleting a document takes back exactly what it added.
type segment struct {
	ids     []ID
	seqs    []int64
	dates   []int64  // seconds, noDate for none
	lengths []uint16 // weighted words, stop words apart, in the language with the most of them
	table   []uint32 // document plus one by hash of id, 0 for free

	packed   []uint64 // a bit for each of the first 64 facet values
	valueEnd []uint32 // where the other values of a document end in valueOf
	valueOf  []uint32
	totals   []uint32 // documents per value

	terms    dict
	postings postings
	counts   map[uint32][]uint32 // documents per value, for terms in more than one document of a hundred

	surfaces  dict     // words as written but folded, each in the space of its language
	surfaceOf []uint32 // documents per surface
	stems     []uint32 // the term of each surface; the highest bit says it is a stop word
	shown     map[uint32]string
	sorted    []uint32 // surfaces by word, for prefixes and spelling
	letters   []uint64 // letterSet of each surface of sorted, for spelling

	streamEnd []uint32
	stream    []byte

	byDate []uint32 // newest first, then by id
	langs  []string // languages of the surfaces, sorted
}

// stopBit marks a stop word in segment.stems.
const stopBit = 1 << 31

// keywords is the field number under which a document's stream lists the terms of its facets.
const keywords = Fields

func (s *segment) len() int { return len(s.ids) }

func trailing(w uint64) int { return bits.TrailingZeros64(w) }

// listed are the facet values of a document that have no bit.
func (s *segment) listed(doc uint32) []uint32 {
	start := uint32(0)
	if doc > 0 {
		start = s.valueEnd[doc-1]
	}
	return s.valueOf[start:s.valueEnd[doc]]
}

// find returns the number of a document.
func (s *segment) find(id ID) (uint32, bool) {
	mask := uint32(len(s.table) - 1)
	for slot := idHash(id) & mask; ; slot = (slot + 1) & mask {
		i := s.table[slot]
		if i == 0 {
			return 0, false
		}
		if s.ids[i-1] == id {
			return i - 1, true
		}
	}
}

// idHash spreads ids; those of claims are random at their end only.
func idHash(id ID) uint32 {
	return uint32((binary.LittleEndian.Uint64(id[8:]) ^ binary.LittleEndian.Uint64(id[:8])) * 0x9e3779b97f4a7c15 >> 32)
}

// index builds what is derived from the other parts: the table of ids, the orders, the totals.
func (s *segment) index() {
	n := 8
	for n < 2*len(s.ids) {
		n *= 2
	}
	s.table = make([]uint32, n)
	for i, id := range s.ids {
		slot := idHash(id) & uint32(n-1)
		for s.table[slot] != 0 {
			slot = (slot + 1) & uint32(n-1)
		}
		s.table[slot] = uint32(i) + 1
	}
	s.byDate = make([]uint32, len(s.ids))
	for i := range s.byDate {
		s.byDate[i] = uint32(i)
	}
	slices.SortFunc(s.byDate, func(a, b uint32) int {
		if s.dates[a] != s.dates[b] {
			return cmpInt(s.dates[b], s.dates[a])
		}
		return bytes.Compare(s.ids[a][:], s.ids[b][:])
	})
	s.sortSurfaces()
}

func cmpInt(a, b int64) int {
	if a < b {
		return -1
	}
	if a > b {
		return 1
	}
	return 0
}

// sortSurfaces orders the surfaces by word, the language last, and notes their letters.
func (s *segment) sortSurfaces() {
	words := make([][]byte, s.surfaces.len())
	s.sorted = make([]uint32, len(words))
	seen := make(map[string]bool)
	for i := range words {
		key := s.surfaces.word(uint32(i))
		at := bytes.IndexByte(key, 0)
		words[i], s.sorted[i] = key[at+1:], uint32(i)
		if !seen[string(key[:at])] {
			seen[string(key[:at])] = true
		}
	}
	slices.SortFunc(s.sorted, func(a, b uint32) int {
		if c := bytes.Compare(words[a], words[b]); c != 0 {
			return c
		}
		return bytes.Compare(s.surfaces.word(a), s.surfaces.word(b))
	})
	s.letters = make([]uint64, len(words))
	for i, n := range s.sorted {
		s.letters[i] = letterSet(words[n])
	}
	s.langs = s.langs[:0]
	for l := range seen {
		s.langs = append(s.langs, l)
	}
	slices.Sort(s.langs)
}

// surfaceWord returns a surface alone.
func (s *segment) surfaceWord(n uint32) []byte {
	key := s.surfaces.word(n)
	if key[2] == 0 { // codes of languages have two letters, but for und
		return key[3:]
	}
	return key[bytes.IndexByte(key, 0)+1:]
}

// streamText is one text of a document's stream: numbers of surfaces, or of terms if the field is keywords.
type streamText struct {
	field Field
	data  []byte
	count int
}

// texts calls each for the texts of a document until it returns false.
func (s *segment) texts(doc uint32, each func(streamText) bool) {
	start := uint32(0)
	if doc > 0 {
		start = s.streamEnd[doc-1]
	}
	data := s.stream[start:s.streamEnd[doc]]
	for len(data) > 0 {
		t := streamText{field: Field(data[0])}
		count, n := binary.Uvarint(data[1:])
		size, m := binary.Uvarint(data[1+n:])
		body := 1 + n + m
		t.count, t.data = int(count), data[body:body+int(size)]
		if !each(t) {
			return
		}
		data = data[body+int(size):]
	}
}

// each calls f with the numbers of a text in order.
func (t streamText) each(f func(n uint32)) {
	for i := 0; i < len(t.data); {
		n, shift := uint32(0), 0
		for ; t.data[i] >= 0x80; i++ {
			n |= uint32(t.data[i]&0x7f) << shift
			shift += 7
		}
		n |= uint32(t.data[i]) << shift
		i++
		f(n)
	}
}

// bytes is the heap the segment takes.
func (s *segment) bytes() int {
	n := 16*cap(s.ids) + 8*(cap(s.seqs)+cap(s.dates)+cap(s.packed)+cap(s.letters)) + 2*cap(s.lengths)
	n += 4 * (cap(s.table) + cap(s.valueEnd) + cap(s.valueOf) + cap(s.totals) + cap(s.surfaceOf) + cap(s.stems) + cap(s.sorted) + cap(s.streamEnd) + cap(s.byDate))
	n += s.terms.bytes() + s.postings.bytes() + s.surfaces.bytes() + cap(s.stream)
	for _, c := range s.counts {
		n += 4*cap(c) + 48
	}
	for _, w := range s.shown {
		n += len(w) + 40
	}
	return n
}
