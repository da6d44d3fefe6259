package search

import (
	"bytes"
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// windowSize is how many documents are scored at a time: their sums stay in the processor's first cache.
const windowSize = 1 << 12

// impacts finds the best documents of a view for any of some words, without reading those that cannot be among them:
// MaxScore (Turtle and Flood 1995) over windows of documents, with the bounds of blocks (Ding and Suel 2011) for the words
// that alone lift no document over the floor.
type impacts struct {
	lists   []impactList // the least promising first
	sums    []float64    // sums[i] is the most that lists up to i can add
	cursors []*cursor
	score   [windowSize]float64
	touched [windowSize / 64]uint64
}

// impactList is the list of one word.
type impactList struct {
	*cursor
	weight float64
	most   float64
}

// mostSat is above what any document adds to a score per unit of weight.
const mostSat = K1 + 1

// Top returns the best n documents for the words added, of all snapshots together: exactly the top by BM25 over all fields
// as one text, best first; equal ones the newer first, then by id. Exclude leaves documents out; it is asked only of those
// that could be among the best.
func (l *Lookup) Top(n int, exclude func(ID) bool) []Found {
	l.heap = l.heap[:0]
	for i := range l.views {
		l.scan(i, n, exclude)
	}
	slices.SortFunc(l.heap, func(a, b Found) int {
		if a.before(&b) {
			return -1
		}
		return 1
	})
	return l.heap
}

// scan goes through one view.
func (l *Lookup) scan(at, n int, exclude func(ID) bool) {
	v, w := &l.views[at], &l.impacts
	norms, own := l.snaps[0].norms, l.snaps[v.snap].norms
	w.lists, w.sums = w.lists[:0], w.sums[:0]
	for i, p := range l.probes {
		t := l.places[p.at+at]
		if t == 0 || p.Weight <= 0 {
			continue
		}
		if i >= len(w.cursors) {
			w.cursors = append(w.cursors, make([]*cursor, i+1-len(w.cursors))...)
		}
		if w.cursors[i] == nil {
			w.cursors[i] = new(cursor)
		}
		c := w.cursors[i]
		c.open(&v.postings, t-1)
		most := float64(v.postings.max[t-1])
		if own.average != norms.average {
			most = mostSat
		}
		w.lists = append(w.lists, impactList{c, p.Weight, p.Weight * most})
	}
	slices.SortStableFunc(w.lists, func(a, b impactList) int { return cmp.Compare(a.most, b.most) })
	sum := 0.0
	for i := range w.lists {
		sum += w.lists[i].most
		w.sums = append(w.sums, sum)
	}
	l.walk(at, n, own.average == norms.average, exclude)
}

// slack keeps rounding from deciding: a document is given up only if it is below the floor by more.
const slack = 1 - 1e-9

// walk goes through the documents window by window.
func (l *Lookup) walk(at, n int, bounded bool, exclude func(ID) bool) {
	v, w := &l.views[at], &l.impacts
	norms := l.snaps[0].norms
	essential := 0
	for {
		floor := l.floor(n) * slack
		for essential < len(w.lists) && w.sums[essential] < floor {
			essential++
		}
		first := uint32(noDoc)
		for i := essential; i < len(w.lists); i++ {
			first = min(first, w.lists[i].doc)
		}
		if first == noDoc {
			return
		}
		for i := essential; i < len(w.lists); i++ {
			w.fill(&w.lists[i], first, v.lengths, norms)
		}
		l.settle(at, n, essential, first, bounded, exclude)
	}
}

// settle gives the documents of the window the rest of their scores, as far as they may be among the best, and empties it.
func (l *Lookup) settle(at, n, essential int, first uint32, bounded bool, exclude func(ID) bool) {
	v, w := &l.views[at], &l.impacts
	norms := l.snaps[0].norms
	below := 0.0 // the most that the other lists can add
	if essential > 0 {
		below = w.sums[essential-1]
	}
	floor := l.floor(n) * slack
	for word := range w.touched {
		for set := w.touched[word]; set != 0; set &= set - 1 {
			i := word<<6 | bits.TrailingZeros64(set)
			sum := w.score[i]
			w.score[i] = 0
			if sum+below < floor {
				continue
			}
			doc := first + uint32(i)
			if sum, ok := w.rest(essential, doc, sum, floor, v.lengths[doc], norms, bounded); ok {
				l.offer(at, n, doc, sum, exclude)
				floor = l.floor(n) * slack
			}
		}
		w.touched[word] = 0
	}
}

// fill adds what a list gives to the documents of the window.
func (w *impacts) fill(l *impactList, first uint32, lengths []uint16, norms *norms) {
	c := l.cursor
	for c.doc-first < windowSize { // noDoc is out of it too
		for ; c.i < c.n; c.i++ {
			doc := c.docs[c.i&(blockSize-1)]
			at := doc - first
			if at >= windowSize {
				c.doc = doc
				return
			}
			w.score[at] += l.weight * norms.sat(c.tf(), lengths[doc])
			w.touched[at>>6] |= 1 << (at & 63)
		}
		c.load(c.block + 1)
	}
}

// rest adds what the lists give that are not essential, the most promising first, as long as the document may still reach
// the floor.
func (w *impacts) rest(essential int, doc uint32, sum, floor float64, length uint16, norms *norms, bounded bool) (float64, bool) {
	for i := essential - 1; i >= 0; i-- {
		if sum+w.sums[i] < floor {
			return 0, false
		}
		l := &w.lists[i]
		if l.doc < doc {
			if bounded && i > 0 {
				if bound, _ := l.blockBound(doc); sum+bound*l.weight+w.sums[i-1] < floor {
					return 0, false
				}
			}
			l.seek(doc)
		}
		if l.doc == doc {
			sum += l.weight * norms.sat(l.tf(), length)
		}
	}
	return sum, sum >= floor
}

// close drops what the cursors point to.
func (w *impacts) close() {
	for _, c := range w.cursors {
		if c != nil {
			c.p = nil
		}
	}
	clear(w.lists)
}

// floor is the score below which nothing is among the best n.
func (l *Lookup) floor(n int) float64 {
	if len(l.heap) < n {
		return 0
	}
	return l.heap[0].Score
}

// scoreUnit is what scores are rounded to, so that the order in which words were added up does not tell equal documents apart.
const scoreUnit = 1 << 30

// offer puts a document in the running.
func (l *Lookup) offer(at, n int, doc uint32, score float64, exclude func(ID) bool) {
	v := &l.views[at]
	f := Found{ID: v.ids[doc], Score: math.Round(score*scoreUnit) / scoreUnit, Index: v.snap, view: at, doc: doc, date: v.dates[doc]}
	if v.gone(doc) || len(l.heap) == n && !f.before(&l.heap[0]) || exclude != nil && exclude(f.ID) {
		return
	}
	if len(l.heap) < n {
		l.heap = append(l.heap, f)
		for i := len(l.heap) - 1; i > 0; {
			up := (i - 1) / 2
			if !l.heap[up].before(&l.heap[i]) {
				break
			}
			l.heap[up], l.heap[i] = l.heap[i], l.heap[up]
			i = up
		}
		return
	}
	l.heap[0] = f
	for i := 0; ; {
		worst := i
		for _, down := range [2]int{2*i + 1, 2*i + 2} {
			if down < len(l.heap) && l.heap[worst].before(&l.heap[down]) {
				worst = down
			}
		}
		if worst == i {
			return
		}
		l.heap[i], l.heap[worst] = l.heap[worst], l.heap[i]
		i = worst
	}
}

// before reports whether a is better than b.
func (f *Found) before(b *Found) bool {
	if f.Score != b.Score {
		return f.Score > b.Score
	}
	if f.date != b.date {
		return f.date > b.date
	}
	if c := bytes.Compare(f.ID[:], b.ID[:]); c != 0 {
		return c < 0
	}
	return f.Index < b.Index
}
