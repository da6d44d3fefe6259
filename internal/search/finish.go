package search

import (
	"encoding/binary"
	"slices"
)

// storedShare is one of how many documents a term must be in for its facet counts to be stored, and storedLeast the
// fewest documents that are worth it.
const (
	storedShare = 100
	storedLeast = 200
)

// finish makes the segment out of what was added. norms are those of the index, so that bounds are exact.
func (b *builder) finish(norms *norms) *segment {
	s := b.seg
	s.terms, s.surfaces = newDict(b.termWords), newDict(b.words)
	values := b.values()
	s.totals = make([]uint32, values)
	for doc := range s.ids {
		tally(s.totals).add(s, uint32(doc), 1)
	}
	s.counts = make(map[uint32][]uint32)
	var buf []posting
	for t := range b.lists {
		l := &b.lists[t]
		buf = l.decode(buf[:0])
		l.data = nil
		s.postings.add(buf, func(p posting) float64 { return norms.sat(p.tf, s.lengths[p.doc]) })
		if len(buf) >= storedLeast && len(buf)*storedShare > len(s.ids) {
			counts := make(tally, values)
			for _, p := range buf {
				counts.add(s, p.doc, 1)
			}
			s.counts[uint32(t)] = counts
		}
	}
	s.index()
	s.clip()
	b.seg = nil
	return s
}

// values is one more than the highest number of a facet value in the segment.
func (b *builder) values() int {
	n := 0
	for _, w := range b.seg.packed {
		for ; w != 0; w &= w - 1 {
			n = max(n, trailing(w)+1)
		}
	}
	for _, v := range b.seg.valueOf {
		n = max(n, int(v)+1)
	}
	return n
}

func (l *list) decode(buf []posting) []posting {
	doc := uint32(0)
	for i := 0; i < len(l.data); {
		d, n := binary.Uvarint(l.data[i:])
		doc += uint32(d)
		buf = append(buf, posting{doc, l.data[i+n]})
		i += n + 1
	}
	return buf
}

// clip gives back the room that growing slices keep.
func (s *segment) clip() {
	s.ids, s.seqs, s.dates, s.lengths = clip(s.ids), clip(s.seqs), clip(s.dates), clip(s.lengths)
	s.packed, s.valueEnd, s.valueOf = clip(s.packed), clip(s.valueEnd), clip(s.valueOf)
	s.surfaceOf, s.stems = clip(s.surfaceOf), clip(s.stems)
	s.streamEnd, s.stream = clip(s.streamEnd), clip(s.stream)
	p := &s.postings
	p.data, p.start, p.count, p.max, p.first = clip(p.data), clip(p.start), clip(p.count), clip(p.max), clip(p.first)
	p.last, p.place, p.bound = clip(p.last), clip(p.place), clip(p.bound)
}

// clip copies a slice that wastes more than an eighth.
func clip[T any](s []T) []T {
	if cap(s)-len(s) > len(s)/8 {
		return slices.Clone(s)[:len(s):len(s)]
	}
	return s
}
