package match

import (
	"math"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// corpus is the claims as words are learnt from them: numbered stems, stop words left out.
type corpus struct {
	number map[string]int32
	hashes []uint32 // by number
	df     []int
	claims []bag
}

// bag is a claim's words.
type bag struct {
	parts [parts][]int32
	terms []int32 // each once
}

// newCorpus takes the English words of all claims.
func newCorpus(claims []Claim) *corpus {
	c := &corpus{number: make(map[string]int32)}
	for _, claim := range claims {
		var b bag
		seen := make(map[int32]bool)
		for part, text := range [parts]string{claim.Text, claim.Title, claim.Answer} {
			for _, w := range search.Words(text, "en") {
				if w.Stop {
					continue
				}
				t, ok := c.number[w.Term]
				if !ok {
					t = int32(len(c.hashes))
					c.number[w.Term] = t
					c.hashes, c.df = append(c.hashes, search.HashWord(w.Term)), append(c.df, 0)
				}
				b.parts[part] = append(b.parts[part], t)
				if !seen[t] {
					seen[t] = true
					b.terms = append(b.terms, t)
					c.df[t]++
				}
			}
		}
		c.claims = append(c.claims, b)
	}
	return c
}

// idf returns how much a word says.
func (c *corpus) idf(t int32) float32 {
	df := float64(c.df[t])
	return float32(math.Log(1 + (float64(len(c.claims))-df+.5)/(df+.5)))
}
