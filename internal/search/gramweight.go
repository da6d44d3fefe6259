package search

import "math"

// gramBuckets is how many counters the grams of the vocabulary share.
const gramBuckets = 1 << 18

// gramWeights say how rare a gram is: about how many documents have it in any word, as far as they can be told by
// counters that several grams share. They are taken when an index is built or compacted and weigh only; nothing that is
// counted or said to be exact depends on them.
type gramWeights struct {
	docs   int
	count  []uint32
	weight []uint8 // idf of count in sixteenths: small, so that it stays in the processor's cache
}

func newGramWeights(views []*view) *gramWeights {
	g := &gramWeights{count: make([]uint32, gramBuckets)}
	var scratch gramScratch
	last := make([]uint32, gramBuckets) // the word plus one that was counted last: a gram counts once per word
	words := uint32(0)
	for _, v := range views {
		g.docs += v.live
		for n, df := range v.surfaceDF.all() {
			if df == 0 {
				continue
			}
			words++
			for _, gram := range scratch.of(v.surfaceWord(uint32(n))) {
				if bucket := gram % gramBuckets; last[bucket] != words {
					last[bucket] = words
					g.count[bucket] += df
				}
			}
		}
	}
	g.weigh()
	return g
}

// weigh derives the weights from the counts.
func (g *gramWeights) weigh() {
	g.weight = make([]uint8, len(g.count))
	for i, n := range g.count {
		g.weight[i] = uint8(min(255, math.Ceil(16*idf(int(n), max(g.docs, 1)))))
	}
}

// of is the square of a gram's weight, which is as idf is of a word.
func (g *gramWeights) of(gram uint32) float64 {
	w := float64(g.weight[gram%gramBuckets])
	return w * w
}

// gramQuery is a text's grams, ready to be compared with words: an open-addressed table of how often each occurs.
type gramQuery struct {
	weights *gramWeights
	scratch gramScratch
	keys    []uint32
	counts  []float32 // 0 where the slot is free
	norm    float64
}

// query gathers the grams of the words of a text.
func (g *gramWeights) query(groups []group) *gramQuery {
	q := &gramQuery{weights: g}
	total := 0
	for _, group := range groups {
		total += 3 * (len(group.word) + 2)
	}
	size := 64
	for size < 2*total {
		size *= 2
	}
	q.keys, q.counts = make([]uint32, size), make([]float32, size)
	for _, group := range groups {
		for _, gram := range q.scratch.of([]byte(group.word)) {
			slot := q.slot(gram)
			q.keys[slot] = gram
			q.counts[slot]++
		}
	}
	for i, n := range q.counts {
		if n > 0 {
			q.norm += g.of(q.keys[i]) * float64(n*n)
		}
	}
	return q
}

// slot is where a gram stands or would.
func (q *gramQuery) slot(gram uint32) int {
	mask := len(q.keys) - 1
	for slot := int(gram>>8) & mask; ; slot = (slot + 1) & mask {
		if q.counts[slot] == 0 || q.keys[slot] == gram {
			return slot
		}
	}
}

// wordGrams is what one word adds to a comparison: the product with the query, and to the square of the length.
type wordGrams struct {
	dot, square float64
}

// compare returns what a word adds.
func (q *gramQuery) compare(word []byte) wordGrams {
	var out wordGrams
	for _, gram := range q.scratch.of(word) {
		w := q.weights.of(gram)
		out.square += w
		if n := q.counts[q.slot(gram)]; n > 0 {
			out.dot += w * float64(n)
		}
	}
	return out
}
