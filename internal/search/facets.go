package search

import (
	"fmt"
	"maps"
	"slices"
	"sync"
)

// maxValues is how many different counted values an index holds; more is a mistake in the choice of facets.
const maxValues = 50_000

// packedValues is how many values have a bit in each document's word; the others stand in lists.
const packedValues = 64

// values numbers the counted values of facets over all segments. It only grows, and a grown one is a copy, so that
// readers of the old one are not disturbed.
type values struct {
	all    []Facet
	number map[Facet]uint32
}

// facetNumbers hands out numbers during a build; it is safe for concurrent use.
type facetNumbers struct {
	mu     sync.Mutex
	values *values
	copied bool // values is this builder's own, no reader has it
}

// of returns the number of a facet value, a new one if need be.
func (f *facetNumbers) of(v Facet) (uint32, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n, ok := f.values.number[v]; ok {
		return n, nil
	}
	if len(f.values.all) >= maxValues {
		return 0, fmt.Errorf("%w: more than %d values of counted facets, at %s", ErrInvalid, maxValues, v.Name)
	}
	if !f.copied {
		f.values, f.copied = f.values.clone(), true
	}
	n := uint32(len(f.values.all))
	f.values.all = append(f.values.all, v)
	f.values.number[v] = n
	return n, nil
}

func (v *values) clone() *values {
	c := &values{all: slices.Clone(v.all), number: make(map[Facet]uint32, len(v.number)+1)}
	maps.Copy(c.number, v.number)
	return c
}

// tally counts documents per value.
type tally []uint32

// add counts one document of a segment, or takes it back with by = ^0 (minus one).
func (t tally) add(s *segment, doc, by uint32) {
	for w := s.packed[doc]; w != 0; w &= w - 1 {
		t[trailing(w)] += by
	}
	for _, v := range s.listed(doc) {
		t[v] += by
	}
}

// sum adds another tally, which may be of an earlier, smaller set of values.
func (t tally) sum(other []uint32) {
	for i, n := range other {
		t[i] += n
	}
}

func sortCounts(counts []FacetCount) {
	slices.SortFunc(counts, func(a, b FacetCount) int {
		switch {
		case a.Count != b.Count:
			return b.Count - a.Count
		case a.Value < b.Value:
			return -1
		case a.Value > b.Value:
			return 1
		}
		return 0
	})
}
