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

// gramUnit is what squares of weights of grams are told in.
const gramUnit = 128

// gramQuery is a text's grams, ready to be compared with words: an open-addressed table of how often each occurs, times its
// weight squared, and before it a bit per low end of a gram, so that most grams need no look at the table.
type gramQuery struct {
	weights *gramWeights
	scratch gramScratch
	keys    []uint32
	counts  []float32 // 0 where the slot is free
	shares  []float32
	filter  [128]uint64
	all     []uint32
}

// begin forgets the last text.
func (q *gramQuery) begin(weights *gramWeights) {
	q.weights, q.all = weights, q.all[:0]
	clear(q.counts)
	clear(q.filter[:])
}

// add takes one more word of the text.
func (q *gramQuery) add(word []byte) { q.all = append(q.all, q.scratch.of(word)...) }

// end makes the table and returns the length of the text's vector.
func (q *gramQuery) end() float32 {
	size := 64
	for size < 2*len(q.all) {
		size *= 2
	}
	if size > len(q.keys) {
		q.keys, q.counts, q.shares = make([]uint32, size), make([]float32, size), make([]float32, size)
	}
	for _, gram := range q.all {
		slot := q.slot(gram)
		q.keys[slot] = gram
		q.counts[slot]++
		q.filter[gram>>6&127] |= 1 << (gram & 63)
	}
	norm := 0.0
	for i, n := range q.counts {
		if n > 0 {
			weight := q.weights.of(q.keys[i]) / gramUnit
			norm += weight * float64(n*n)
			q.shares[i] = float32(weight) * n
		}
	}
	return float32(math.Sqrt(norm))
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

// shared is the product of the text's vector with that of a word.
func (q *gramQuery) shared(word []byte) float32 {
	dot := float32(0)
	for _, gram := range q.scratch.of(word) {
		if q.filter[gram>>6&127]&(1<<(gram&63)) != 0 {
			if slot := q.slot(gram); q.counts[slot] > 0 {
				dot += q.shares[slot]
			}
		}
	}
	return dot
}

// square is the length of a word's vector, squared.
func (q *gramQuery) square(word []byte) float32 {
	sum := 0.0
	for _, gram := range q.scratch.of(word) {
		sum += q.weights.of(gram)
	}
	return float32(sum / gramUnit)
}
