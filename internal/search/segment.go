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
	*vocabulary

	ids     []ID
	dates   []int64  // seconds, noDate for none
	lengths []uint16 // weighted words, stop words apart, in the language with the most of them
	table   []uint32 // document plus one by hash of id, 0 for free

	packed   []uint64 // a bit for each of the first 64 facet values
	valueEnd []uint32 // where the other values of a document end in valueOf
	valueOf  []uint32
	totals   []uint32 // documents per value

	postings  postings
	counts    map[uint32][]uint32 // documents per value, for terms in more than one document of a hundred
	surfaceOf []uint32            // documents per surface
	pairs     pairs

	streamEnd []uint32
	stream    []byte
	mixed     []uint32 // documents with words of more than one language

	byDate []uint32 // newest first, then by id
}

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

// hash builds the table of ids.
func (s *segment) hash() {
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
}

// sortByDate makes the order by date.
func (s *segment) sortByDate() {
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
}

// findMixed notes the documents with words of more than one language: only these can have a term of two of them.
func (s *segment) findMixed() {
	s.mixed = nil
	for doc := range uint32(len(s.ids)) {
		lang := -1
		for data := s.words(doc); len(data) > 0; {
			var t streamText
			if t, data = s.text(data); t.field == keywords {
				continue
			}
			if lang >= 0 && lang != int(t.lang) {
				s.mixed = append(s.mixed, doc)
				break
			}
			lang = int(t.lang)
		}
	}
	s.mixed = slices.Clip(s.mixed)
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

// bytes is the heap the segment takes, its vocabulary apart.
func (s *segment) bytes() int {
	n := 16*cap(s.ids) + 8*(cap(s.dates)+cap(s.packed)) + 2*cap(s.lengths)
	n += 4 * (cap(s.table) + cap(s.valueEnd) + cap(s.valueOf) + cap(s.totals) + cap(s.surfaceOf) + cap(s.streamEnd) + cap(s.byDate) + cap(s.mixed))
	n += s.postings.bytes() + s.pairs.lists.bytes() + 8*cap(s.pairs.keys) + cap(s.stream)
	for _, c := range s.counts {
		n += 4*cap(c) + 48
	}
	return n
}
