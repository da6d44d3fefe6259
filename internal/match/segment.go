package match

import (
	"math"
	"strings"
)

// A word that no claim has may be several run together, as in hashtags. Between these lengths it is tried.
const (
	minSegmented = 5
	maxSegmented = 40
	maxPiece     = 16
)

// perLetter is how unlikely a split may be, in nats per letter, before the word is left as it is.
const perLetter = 2.6

// segment writes a word that is several as such: "defundthecbc" is "defund the cbc". It returns "" for one that cannot be
// made of words that claims have. Viterbi over word frequencies; cost is the length squared, bounded by maxSegmented.
func (c *collection) segment(w string) string {
	r := []rune(w)
	n := len(r)
	if n < minSegmented || n > maxSegmented {
		return ""
	}
	best, from := make([]float64, n+1), make([]int, n+1)
	for i := 1; i <= n; i++ {
		best[i] = math.Inf(1)
		for j := max(0, i-maxPiece); j < i; j++ {
			if math.IsInf(best[j], 1) {
				continue
			}
			if cost := best[j] + c.pieceCost(string(r[j:i])); cost < best[i] {
				best[i], from[i] = cost, j
			}
		}
	}
	if math.IsInf(best[n], 1) || best[n]/float64(n) > perLetter {
		return ""
	}
	var pieces []string
	for i := n; i > 0; i = from[i] {
		pieces = append([]string{string(r[from[i]:i])}, pieces...)
	}
	if len(pieces) < 2 {
		return ""
	}
	return strings.Join(pieces, " ")
}

// pieceCost returns how surprising a word is as part of a longer one.
func (c *collection) pieceCost(w string) float64 {
	if isStop(w) {
		return 4
	}
	t, ok := c.termOf[stem(w)]
	if !ok || len(w) < 3 || len(c.postings[t]) == 0 {
		return math.Inf(1)
	}
	return math.Log(float64(c.live) * 60 / float64(len(c.postings[t])))
}
