package search

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"
)

// defaultLimit is how many hits are returned when a query does not say.
const defaultLimit = 20

// alone is how many documents a segment must have to be given a goroutine of its own.
const alone = 20_000

// Search answers a query from one snapshot. The only error is ErrInvalid, for a limit or offset out of range or an
// unknown sort or mode; no text is an error.
func (s *Snapshot) Search(q Query) (Answer, error) { return Search(q, s) }

// Search answers a query from several snapshots as if they were one collection, but each weighs its words by its own
// statistics. Hits with one id are returned once, from the first snapshot that has it, but counted in each: keep what
// is public and what is not in different indexes with different ids. It is for the newsroom; readers are given one.
func Search(q Query, snaps ...*Snapshot) (Answer, error) {
	if q.Limit == 0 {
		q.Limit = defaultLimit
	}
	if q.Limit < 0 || q.Offset < 0 || q.Limit > MaxLimit || q.Offset > MaxLimit-q.Limit {
		return Answer{}, fmt.Errorf("%w: hits %d to %d, want at most %d", ErrInvalid, q.Offset, q.Offset+q.Limit, MaxLimit)
	}
	if q.Sort > SortOldest || q.Mode > ModeAny {
		return Answer{}, fmt.Errorf("%w: sort %d, mode %d", ErrInvalid, q.Sort, q.Mode)
	}
	k := ask(q, snaps)
	must, should := k.groups()
	must, should = k.rarest(snaps, must, should)
	answer := Answer{Corrections: k.corrections, Ignored: k.ignored, Marker: k.marker(must, should)}
	var all []found
	counts := make(map[string]map[string]int)
	for i, s := range snaps {
		c := s.run(k.plan(s, must, should, q.Offset+q.Limit))
		answer.Total += c.total
		for _, f := range c.ranked() {
			f.index = i
			all = append(all, f)
		}
		c.addTo(counts, s.values)
	}
	if q.Facets {
		answer.Facets = listCounts(counts)
	}
	if len(snaps) > 1 {
		all = mergeHits(q.Sort, all)
	}
	all = all[min(q.Offset, len(all)):min(q.Offset+q.Limit, len(all))]
	answer.Hits = make([]Hit, len(all))
	for i, f := range all {
		answer.Hits[i] = Hit{ID: f.id, Score: f.score, Index: f.index}
		if f.date != noDate {
			answer.Hits[i].Published = time.Unix(f.date, 0).UTC()
		}
	}
	return answer, nil
}

// run evaluates a plan on all segments, the large ones beside each other.
func (s *Snapshot) run(p *plan) *collector {
	parts := make([]*collector, len(s.views))
	one := func(i int) {
		parts[i] = newCollector(p)
		if sc := openScan(p, s.views[i], parts[i]); sc != nil {
			sc.run()
			sc.close()
		}
	}
	var large sync.WaitGroup
	first := -1
	for i, v := range s.views {
		if v.live < alone {
			continue
		}
		if first < 0 {
			first = i
			continue
		}
		large.Go(func() { one(i) })
	}
	for i, v := range s.views {
		if v.live < alone || i == first {
			one(i)
		}
	}
	large.Wait()
	if len(parts) == 0 {
		return newCollector(p)
	}
	for _, c := range parts[1:] {
		parts[0].merge(c)
	}
	return parts[0]
}

// rarest keeps at most MaxQueryWords words, those that exist and are rarest, and notes the others.
func (k *question) rarest(snaps []*Snapshot, must, should []group) (keepMust, keepShould []group) {
	if len(must)+len(should) <= MaxQueryWords {
		return must, should
	}
	all := slices.Concat(must, should)
	order := make([]int, len(all))
	df := make([]int, len(all))
	for i, g := range all {
		order[i] = i
		for _, s := range snaps {
			s.weigh(&g)
			df[i] += g.df
		}
		if df[i] == 0 {
			df[i] = math.MaxInt // nobody has it: it would only take the place of one that can be found
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(df[a], df[b]) })
	kept := slices.Clone(order[:MaxQueryWords])
	slices.Sort(kept)
	for _, i := range kept {
		if i < len(must) {
			keepMust = append(keepMust, all[i])
		} else {
			keepShould = append(keepShould, all[i])
		}
	}
	left := slices.Clone(order[MaxQueryWords:])
	slices.Sort(left)
	for _, i := range left {
		k.ignored = append(k.ignored, all[i].word)
	}
	return keepMust, keepShould
}

// addTo adds the counts of a collector by name and value.
func (c *collector) addTo(counts map[string]map[string]int, v *values) {
	for i, n := range c.tally {
		if n == 0 {
			continue
		}
		f := v.all[i]
		if counts[f.Name] == nil {
			counts[f.Name] = make(map[string]int)
		}
		counts[f.Name][f.Value] += int(n)
	}
}

func listCounts(counts map[string]map[string]int) map[string][]FacetCount {
	out := make(map[string][]FacetCount, len(counts))
	for name, by := range counts {
		list := make([]FacetCount, 0, len(by))
		for value, n := range by {
			list = append(list, FacetCount{value, n})
		}
		sortCounts(list)
		out[name] = list
	}
	return out
}

// mergeHits orders the hits of several snapshots, each id once.
func mergeHits(s Sort, all []found) []found {
	slices.SortStableFunc(all, func(a, b found) int {
		switch {
		case s.before(&a, &b):
			return -1
		case s.before(&b, &a):
			return 1
		}
		return a.index - b.index
	})
	first := make(map[ID]int)
	for _, f := range all {
		if i, ok := first[f.id]; !ok || f.index < i {
			first[f.id] = f.index
		}
	}
	return slices.DeleteFunc(all, func(f found) bool { return first[f.id] != f.index })
}
