package search

import (
	"bytes"
	"slices"
)

// found is a document in the running for the hits.
type found struct {
	id    ID
	score float64
	date  int64
	index int // of the snapshot, see Hit
}

// before reports whether a comes before b in an order. Without a date comes last.
func (s Sort) before(a, b *found) bool {
	if s != SortRelevance && a.date != b.date {
		switch {
		case a.date == noDate || b.date == noDate:
			return b.date == noDate
		case s == SortNewest:
			return a.date > b.date
		}
		return a.date < b.date
	}
	if a.score != b.score {
		return a.score > b.score
	}
	if a.date != b.date {
		return a.date > b.date
	}
	return bytes.Compare(a.id[:], b.id[:]) < 0
}

// collector keeps the best documents, how many there were, and how many per facet value.
type collector struct {
	sort  Sort
	keep  int
	heap  []found // the worst first
	total int
	tally tally // nil if nobody asked
}

func newCollector(p *plan) *collector {
	c := &collector{sort: p.sort, keep: p.keep}
	if p.counts {
		c.tally = make(tally, len(p.snap.values.all))
	}
	return c
}

// floor is the score a document must exceed or equal to be kept, if hits are sorted by score; below zero while all are.
func (c *collector) floor() float64 {
	if len(c.heap) < c.keep || c.keep == 0 {
		return -1
	}
	return c.heap[0].score
}

// full reports whether as many hits are kept as are wanted.
func (c *collector) full() bool { return len(c.heap) >= c.keep }

// offer puts a document in the running.
func (c *collector) offer(f found) {
	if len(c.heap) < c.keep {
		c.heap = append(c.heap, f)
		for i := len(c.heap) - 1; i > 0; {
			up := (i - 1) / 2
			if !c.sort.before(&c.heap[up], &c.heap[i]) {
				break
			}
			c.heap[up], c.heap[i] = c.heap[i], c.heap[up]
			i = up
		}
		return
	}
	if c.keep == 0 || !c.sort.before(&f, &c.heap[0]) {
		return
	}
	c.heap[0] = f
	for i := 0; ; {
		worst := i
		for _, down := range [2]int{2*i + 1, 2*i + 2} {
			if down < len(c.heap) && c.sort.before(&c.heap[worst], &c.heap[down]) {
				worst = down
			}
		}
		if worst == i {
			return
		}
		c.heap[i], c.heap[worst] = c.heap[worst], c.heap[i]
		i = worst
	}
}

// merge takes over what another collector of the same snapshot found.
func (c *collector) merge(o *collector) {
	c.total += o.total
	for _, f := range o.heap {
		c.offer(f)
	}
	if c.tally != nil {
		c.tally.sum(o.tally)
	}
}

// ranked returns what was kept, best first.
func (c *collector) ranked() []found {
	slices.SortFunc(c.heap, func(a, b found) int {
		if c.sort.before(&a, &b) {
			return -1
		}
		return 1
	})
	return c.heap
}
