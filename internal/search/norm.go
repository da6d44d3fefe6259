package search

import "math"

// defaultLength stands for the average while an index has no documents to take it from.
const defaultLength = 64

// norms are the lengths' part of BM25 for a frozen average. The average is taken when an index is built or compacted and
// stays until then: bounds that were computed with it stay bounds.
type norms struct {
	average float64
	of      [math.MaxUint16 + 1]float64
}

func newNorms(average float64) *norms {
	if average <= 0 {
		average = defaultLength
	}
	n := &norms{average: average}
	for l := range n.of {
		n.of[l] = K1 * (1 - B + B*float64(l)/average)
	}
	return n
}

// sat is what one term adds to the score of a document, before its weight: tf·(k1+1) / (tf + k1·(1 − b + b·length/average)).
func (n *norms) sat(tf uint8, length uint16) float64 {
	f := float64(tf)
	return f * (K1 + 1) / (f + n.of[length])
}

// idf is the weight of a term that n of total documents have: ln(1 + (total − n + ½) / (n + ½)), never below zero.
func idf(n, total int) float64 {
	n = min(n, total)
	return math.Log(1 + (float64(total-n)+0.5)/(float64(n)+0.5))
}
