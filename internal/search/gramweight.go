package search

// gramBuckets is how many counters the grams of the vocabulary share.
const gramBuckets = 1 << 18

// gramWeights say how rare a gram is: about how many documents have it in any word, as far as they can be told by
// counters that several grams share. They are taken when an index is built or compacted and weigh only; nothing that is
// counted or said to be exact depends on them.
type gramWeights struct {
	docs  int
	count []uint32
}

func newGramWeights(views []*view) *gramWeights {
	g := &gramWeights{count: make([]uint32, gramBuckets)}
	seen := make(map[uint32]bool)
	for _, v := range views {
		g.docs += v.live
		for n, df := range v.surfaceDF {
			word, _ := v.surface(uint32(n))
			clear(seen)
			for _, gram := range Grams(string(word)) {
				if bucket := gram % gramBuckets; !seen[bucket] {
					seen[bucket] = true
					g.count[bucket] += df
				}
			}
		}
	}
	return g
}

// of is the weight of a gram, as idf is of a word.
func (g *gramWeights) of(gram uint32) float64 {
	return idf(int(g.count[gram%gramBuckets]), max(g.docs, 1))
}
