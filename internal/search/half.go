package search

import (
	"cmp"
	"slices"
	"sync"
)

// half finds the documents with at least so many of the words (CPMerge, Okazaki and Tsujii 2010). A document that has
// least of n has one of the n − least + 1 shortest lists: these are counted, document by document. Of the others each is
// only asked for the documents that can still come to enough; what is shorter than these are many is counted too.
func (s *scan) half() {
	lists := slices.Clone(s.groups)
	slices.SortStableFunc(lists, func(a, b *groupCursor) int { return cmp.Compare(a.count, b.count) })
	counts := getCounts(s.v.len())
	defer putCounts(counts)
	first := len(lists) - s.least + 1
	for i, g := range lists[:first] {
		counts.add(g, i)
	}
	docs := counts.atLeast(1)
	for i := first; i < len(lists) && len(docs) > 0; i++ {
		g := lists[i]
		if g.count < 2*len(docs) {
			counts.add(g, i)
		} else {
			for _, doc := range docs {
				if g.seek(doc); g.doc == doc {
					counts.docs[doc]++
				}
			}
		}
		need := s.least - (len(lists) - 1 - i)
		docs = slices.DeleteFunc(docs, func(doc uint32) bool { return counts.of(doc) < need })
	}
	for _, g := range s.groups {
		g.reopen()
	}
	bounds := s.bounds()
	for _, doc := range docs {
		if !s.passes(doc) {
			continue
		}
		s.countOne(doc, 1)
		if s.sort == SortRelevance && bounds[counts.of(doc)] < s.out.floor() || !s.promising(doc) {
			continue
		}
		for _, g := range s.groups {
			g.seek(doc)
		}
		s.offer(doc)
	}
}

// bounds are the most that a document with so many of the words can score.
func (s *scan) bounds() []float64 {
	most := make([]float64, len(s.groups))
	for i, g := range s.groups {
		for _, c := range g.cursors {
			most[i] += g.idf * float64(c.p.max[c.term])
		}
	}
	slices.SortFunc(most, func(a, b float64) int { return cmp.Compare(b, a) })
	out := make([]float64, len(most)+1)
	for i, m := range most {
		out[i+1] = (out[i] + m) / slack
	}
	return out
}

// docCounts counts words per document: in the low byte how many, in the high one which was counted last, because a word may
// have several lists.
type docCounts struct{ docs []uint16 }

var countsPool sync.Pool

func getCounts(n int) *docCounts {
	if p, ok := countsPool.Get().(*docCounts); ok && cap(p.docs) >= n {
		p.docs = p.docs[:n]
		clear(p.docs)
		return p
	}
	return &docCounts{make([]uint16, n)}
}

func putCounts(c *docCounts) { countsPool.Put(c) }

// add counts the documents of the i-th word, to its end.
func (c *docCounts) add(g *groupCursor, i int) {
	mark := uint16(i+1) << 8
	for _, l := range g.cursors {
		for ; l.doc != noDoc; l.load(l.block + 1) {
			for _, doc := range l.docs[:l.n] {
				if had := c.docs[doc]; had&0xff00 != mark {
					c.docs[doc] = mark | had&0xff + 1
				}
			}
		}
	}
}

func (c *docCounts) of(doc uint32) int { return int(c.docs[doc] & 0xff) }

// atLeast returns the documents with at least n words, in rising order.
func (c *docCounts) atLeast(n int) []uint32 {
	var out []uint32
	for doc, had := range c.docs {
		if int(had&0xff) >= n {
			out = append(out, uint32(doc))
		}
	}
	return out
}

// bitset marks documents.
type bitset []uint64

var bitsPool sync.Pool

func getBits(n int) bitset {
	if p, ok := bitsPool.Get().(*bitset); ok && cap(*p) >= (n+63)/64 {
		b := (*p)[:(n+63)/64]
		clear(b)
		return b
	}
	return make(bitset, (n+63)/64)
}

func putBits(b bitset) { bitsPool.Put(&b) }

// set marks a document and reports whether it was not marked before.
func (b bitset) set(doc uint32) bool {
	word, bit := &b[doc>>6], uint64(1)<<(doc&63)
	old := *word
	*word = old | bit
	return old&bit == 0
}
