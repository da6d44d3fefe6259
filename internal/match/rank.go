package match

import (
	"cmp"
	"slices"
	"sync"
)

// k1 and b are the constants of BM25 here: texts are short, so length is held back less than usual.
const (
	k1 = 1.2
	b  = 0.5
)

// signedWeight is how much a word counts that only the author's name has.
const signedWeight = 0.8

// pool is how many candidates are ranked anew.
const pool = 60

// hit is a candidate by BM25.
type hit struct {
	slot  int32
	score float32
}

// candidates returns the best claims by BM25 over all parts as one text, at most n, best first; equal ones by slot. This is
// the seam to the index: whatever finds candidates stands here.
func (q *question) candidates(n int, exclude func(id string) bool) []hit {
	c, s := q.c, q.s
	average := float32(c.words / float64(max(1, c.live)))
	look := func(i int32, weight float32) {
		a := &s.info[i]
		for _, p := range c.postings[a.term] {
			length := c.slots[p.slot].total
			if s.score[p.slot] == 0 {
				s.slots = append(s.slots, p.slot)
			}
			s.score[p.slot] += weight * a.idf * p.n * (k1 + 1) / (p.n + k1*(1-b+b*length/average))
		}
	}
	for _, i := range q.content {
		look(i, 1)
	}
	for _, i := range q.author {
		if s.info[i].text == 0 {
			look(i, signedWeight)
		}
	}
	hits := make([]hit, 0, n+1)
	worse := func(x, y hit) int { return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.slot, y.slot)) }
	for _, slot := range s.slots {
		h := hit{slot, s.score[slot]}
		s.score[slot] = 0
		if len(hits) == n && worse(h, hits[n-1]) > 0 || exclude != nil && exclude(c.slots[slot].id) {
			continue
		}
		at, _ := slices.BinarySearchFunc(hits, h, worse)
		hits = slices.Insert(hits, at, h)
		hits = hits[:min(n, len(hits))]
	}
	s.slots = s.slots[:0]
	return hits
}

// rows computes the features of all candidates: their own, and each against the best of the others.
func (q *question) rows(hits []hit) [][]float32 {
	for _, h := range hits {
		for _, t := range q.c.slots[h.slot].terms {
			q.info(t.term).local++
		}
	}
	rows := make([][]float32, len(hits))
	for i, h := range hits {
		r := &row{values: make([]float32, 0, len(featureNames()))}
		q.compare(r, &q.c.slots[h.slot], hits, i)
		rows[i] = r.values
	}
	return relate(rows)
}

// relate adds to each row how far each of its features is from the best of the others.
func relate(rows [][]float32) [][]float32 {
	for _, f := range related() {
		first, second := float32(-1e9), float32(-1e9)
		for _, r := range rows {
			switch v := r[f]; {
			case v > first:
				first, second = v, first
			case v > second:
				second = v
			}
		}
		for i, r := range rows {
			best := first
			if r[f] == first && second > -1e8 {
				best = second
			}
			rows[i] = append(r, r[f]-best)
		}
	}
	return rows
}

// related returns which features are also compared with the other candidates'. What is the same for all is not.
var related = sync.OnceValue(func() []int {
	var out []int
	for i, n := range ownNames() {
		switch n {
		case "rank", "media", "numbers.text", "text.length", "text.unknown", "text.idf":
		default:
			out = append(out, i)
		}
	}
	return out
})

// featureNames returns the names of all features in their order.
var featureNames = sync.OnceValue(func() []string {
	names := slices.Clone(ownNames())
	for _, i := range related() {
		names = append(names, names[i]+"^")
	}
	return names
})

// ownNames returns the names of the features of a row before it is compared with others.
var ownNames = sync.OnceValue(func() []string {
	var names []string
	c := &collection{model: &Model{}, gramSeen: make([]int32, gramSpace)}
	q := c.ask("")
	q.compare(&row{names: &names}, &entry{}, []hit{{}}, 0)
	return names
})
