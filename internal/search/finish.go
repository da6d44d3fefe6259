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

// finish makes the segment out of what was added, in the numbers of a vocabulary.
func (b *builder) finish(v *vocabulary, n *numbering, norms *norms) *segment {
	s := b.seg
	s.vocabulary = v
	pairing := b.pairing(v, n)
	s.recode(n, pairing)
	if pairing != nil {
		s.pairs = pairing.pairs()
	}
	s.surfaceOf = make([]uint32, v.surfaces.len())
	for i, lw := range b.languages {
		base := v.spaces[n.langs[i]]
		for old, used := range lw.used {
			s.surfaceOf[base+n.words[i][old]] = used
		}
	}
	b.languages = nil
	values := b.values()
	s.totals = make([]uint32, values)
	for doc := range s.ids {
		tally(s.totals).add(s, uint32(doc), 1)
	}
	b.post(n, norms, values)
	s.findMixed()
	s.hash()
	s.sortByDate()
	s.clip()
	b.seg = nil
	return s
}

// post writes the postings of all terms of the vocabulary, and the stored counts.
func (b *builder) post(n *numbering, norms *norms, values int) {
	s := b.seg
	own := make([]uint32, s.terms.len()) // the builder's number plus one
	for old, became := range n.terms {
		own[became] = uint32(old) + 1
	}
	s.counts = make(map[uint32][]uint32)
	p := &s.postings
	p.start, p.count, p.max = make([]uint32, 0, len(own)), make([]uint32, 0, len(own)), make([]float32, 0, len(own))
	sat := func(p posting) float64 { return norms.sat(p.tf, s.lengths[p.doc]) }
	var buf []posting
	for t, old := range own {
		buf = buf[:0]
		if old > 0 {
			l := &b.lists[old-1]
			buf = l.decode(buf)
			l.data = nil
		}
		p.add(buf, sat)
		if len(buf) >= storedLeast && len(buf)*storedShare > len(s.ids) {
			counts := make(tally, values)
			for _, e := range buf {
				counts.add(s, e.doc, 1)
			}
			s.counts[uint32(t)] = counts
		}
	}
	p.seal()
	b.lists = nil
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
	s.ids, s.dates, s.lengths = clip(s.ids), clip(s.dates), clip(s.lengths)
	s.packed, s.valueEnd, s.valueOf = clip(s.packed), clip(s.valueEnd), clip(s.valueOf)
	s.streamEnd, s.stream = clip(s.streamEnd), clip(s.stream)
	for _, p := range []*postings{&s.postings, &s.pairs.lists} {
		p.data, p.last, p.place, p.bound = clip(p.data), clip(p.last), clip(p.place), clip(p.bound)
	}
}

// clip copies a slice that wastes more than an eighth.
func clip[T any](s []T) []T {
	if cap(s)-len(s) > len(s)/32 {
		return slices.Clone(s)[:len(s):len(s)]
	}
	return s
}
