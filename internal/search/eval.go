package search

import (
	"slices"
	"sync"
)

// run evaluates the plan on the segment by the cheapest way that is exact.
func (s *scan) run() {
	switch {
	case len(s.groups) == 0:
		s.browse()
	case s.musts == 1 && s.least == 0 && s.single():
		s.common()
	case s.musts > 0:
		s.conjunction()
	default:
		s.half()
	}
}

// single reports whether the only word is one list with stored counts and nothing but exclusions of other words beside
// it: then counts come from the store and the best from skipping.
func (s *scan) single() bool {
	g := s.groups[0]
	if len(s.groups) != 1 || len(g.cursors) != 1 || s.bounded || len(s.filters)+len(s.checks)+len(s.phrases) > 0 || s.sort != SortRelevance {
		return false
	}
	_, ok := s.v.stored[g.cursors[0].term]
	return ok
}

// common answers a word in more than one document of a hundred. What is excluded is subtracted from the stored counts:
// counts(A not B) = counts(A) − counts(A and B).
func (s *scan) common() {
	c := s.groups[0].cursors[0]
	s.out.total += int(s.v.termDF.at(c.term))
	if s.out.tally != nil {
		s.out.tally.sum(s.v.stored[c.term])
	}
	if len(s.nots) > 0 {
		s.subtract(c)
	}
	if s.out.keep == 0 {
		return
	}
	weight := s.groups[0].idf
	for doc := c.doc; doc != noDoc; doc = c.doc {
		if floor := s.out.floor(); floor >= 0 {
			if bound, last := c.blockBound(doc); bound*weight < floor {
				c.seek(last + 1)
				continue
			}
		}
		if s.groups[0].doc = doc; s.passes(doc) {
			s.offer(doc)
		}
		c.next()
	}
}

// subtract takes back the documents that have an excluded word, each once.
func (s *scan) subtract(c *cursor) {
	seen := getBits(s.v.len())
	defer putBits(seen)
	for _, g := range s.nots {
		c.load(0)
		for g.doc != noDoc && c.doc != noDoc {
			switch {
			case g.doc < c.doc:
				g.seek(c.doc)
			case c.doc < g.doc:
				c.seek(g.doc)
			default:
				doc := c.doc
				if !s.v.gone(doc) && seen.set(doc) {
					s.out.total--
					if s.out.tally != nil {
						s.out.tally.add(s.v.segment, doc, ^uint32(0))
					}
				}
				c.next()
			}
		}
		g.reopen()
	}
	c.load(0)
}

// conjunction walks the rarest required word and looks the others up.
func (s *scan) conjunction() {
	musts := slices.Clone(s.groups[:s.musts])
	slices.SortStableFunc(musts, func(a, b *groupCursor) int { return a.count - b.count })
	shoulds := s.groups[s.musts:]
	lead, others := musts[0], musts[1:]
next:
	for lead.doc != noDoc {
		doc := lead.doc
		for _, g := range others {
			if g.seek(doc); g.doc != doc {
				lead.seek(g.doc)
				continue next
			}
		}
		have := 0
		for _, g := range shoulds {
			if g.seek(doc); g.doc == doc {
				have++
			}
		}
		if have >= s.least && s.passes(doc) {
			s.take(doc)
		}
		lead.next()
	}
}

// half finds the documents with at least so many of the words by counting, word by word.
func (s *scan) half() {
	counts := getCounts(s.v.len())
	defer putCounts(counts)
	for _, g := range s.groups {
		for g.doc != noDoc {
			(*counts)[g.doc]++
			g.next()
		}
	}
	for _, g := range s.groups {
		g.reopen()
	}
	for doc, n := range *counts {
		if int(n) < s.least {
			continue
		}
		for _, g := range s.groups {
			g.seek(uint32(doc))
		}
		if s.passes(uint32(doc)) {
			s.take(uint32(doc))
		}
	}
}

// browse answers without words: all documents that pass, or those of the rarest filter that pass.
func (s *scan) browse() {
	if s.quick() {
		return
	}
	driver := s.driver()
	if driver == nil {
		for doc := range uint32(s.v.len()) {
			if s.passes(doc) {
				s.take(doc)
			}
		}
		return
	}
	for ; driver.doc != noDoc; driver.next() {
		if doc := driver.doc; s.passes(doc) {
			s.take(doc)
		}
	}
}

// driver is a cursor over the filter with the fewest documents, nil if there is none that wants something.
func (s *scan) driver() *groupCursor {
	var best *groupCursor
	for i := range s.filters {
		if s.filters[i].not {
			continue
		}
		if g := s.open(s.filters[i].keys, 0); best == nil || g.count < best.count {
			best = g
		}
	}
	return best
}

// quick answers what is asked most, everything or everything with one common value, the newest first, from stored
// counts and the order by date. It reports whether it could.
func (s *scan) quick() bool {
	if s.sort == SortOldest || s.bounded || len(s.nots)+len(s.checks)+len(s.phrases) > 0 || len(s.filters) > 1 {
		return false
	}
	total, counts := s.v.live, s.v.left
	if len(s.filters) == 1 {
		f := s.filters[0]
		terms := s.v.termNumbers(f.keys)
		if f.not || len(f.keys) != 1 || len(terms) != 1 || !f.exact {
			return false
		}
		stored, ok := s.v.stored[terms[0]]
		if !ok {
			return false
		}
		total, counts = int(s.v.termDF.at(terms[0])), stored
	}
	s.out.total += total
	if s.out.tally != nil {
		s.out.tally.sum(counts)
	}
	for _, doc := range s.v.byDate {
		f := found{id: s.v.ids[doc], date: s.v.dates[doc]}
		if s.out.full() && (s.out.keep == 0 || !s.sort.before(&f, &s.out.heap[0])) {
			break
		}
		if s.passes(doc) {
			s.out.offer(f)
		}
	}
	return true
}

// bitset marks documents.
type bitset []uint64

var bitsPool, countsPool sync.Pool

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

func getCounts(n int) *[]uint8 {
	if p, ok := countsPool.Get().(*[]uint8); ok && cap(*p) >= n {
		*p = (*p)[:n]
		clear(*p)
		return p
	}
	c := make([]uint8, n)
	return &c
}

func putCounts(c *[]uint8) { countsPool.Put(c) }
