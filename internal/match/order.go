package match

import "math"

// Two words belong together when they stand at most this far apart, stop words left out: in the claim, and in the text.
const (
	nearClaim = 4
	nearText  = 5
)

// compareOrder computes the features of word order in one part: neighbours, the longest common subsequence, the longest run.
func (q *question) compareOrder(r *row, tokens []token, name string, total float32) {
	dense := make([]*about, 0, len(tokens))
	for _, t := range tokens { // all are met before a pointer is kept
		q.meet(t.term)
	}
	for _, t := range tokens {
		if !t.stop {
			dense = append(dense, q.info(t.term))
		}
	}
	var pair, pairs, skip, skips float32
	for i, a := range dense {
		for j := i + 1; j < len(dense) && j <= i+nearClaim; j++ {
			b := dense[j]
			w := a.idf + b.idf
			skips += w
			next := j == i+1
			if next {
				pairs += w
			}
			if len(a.dense) == 0 || len(b.dense) == 0 {
				continue
			}
			near, follows := together(a.dense, b.dense)
			if near {
				skip += w
			}
			if next && follows {
				pair += w
			}
		}
	}
	r.add("pair"+name, pair)
	r.add("paired"+name, pair/(pairs+1))
	r.add("skip"+name, skip)
	r.add("skipped"+name, skip/(skips+1))
	common := q.subsequence(dense)
	r.add("order"+name, common)
	r.add("ordered"+name, common/(total+1e-9))
	run, weight := q.run(tokens)
	r.add("run"+name, run)
	r.add("run.idf"+name, weight)
}

// together reports whether two terms stand near each other in the text, and whether the second follows the first at once.
func together(a, b []int32) (near, follows bool) {
	for _, x := range a {
		for _, y := range b {
			if d := y - x; d != 0 && d <= nearText && d >= -nearText {
				near = true
				follows = follows || d == 1
			}
		}
	}
	return near, follows
}

// subsequence returns the weight of the heaviest sequence of words that text and part have in the same order.
func (q *question) subsequence(dense []*about) float32 {
	best := make([]float32, len(q.dense)+1) // best[j]: with the first j words of the text
	for _, a := range dense {
		if len(a.dense) == 0 {
			continue
		}
		diagonal := float32(0)
		at := 0
		for j := 1; j < len(best); j++ {
			above := best[j]
			if at < len(a.dense) && int(a.dense[at]) == j-1 {
				at++
				best[j] = max(best[j], diagonal+a.idf)
			}
			best[j] = max(best[j], best[j-1])
			diagonal = above
		}
	}
	return best[len(best)-1]
}

// run returns the length of the longest run of words that stand in both without a gap, stop words counted, and the weight
// of the heaviest of the longest so far.
func (q *question) run(tokens []token) (length, weight float32) {
	type streak struct{ n, w float32 }
	before := make(map[int32]streak, 8) // by place in the text where it ends
	for _, t := range tokens {
		a := q.info(t.term)
		if len(a.at) == 0 {
			clear(before)
			continue
		}
		now := make(map[int32]streak, len(a.at))
		for _, at := range a.at {
			s := before[at-1]
			s.n++
			s.w += a.idf
			now[at] = s
			if s.n >= length {
				length, weight = s.n, float32(math.Max(float64(weight), float64(s.w)))
			}
		}
		before = now
	}
	return length, weight
}
