package match

// Two words belong together when they stand at most this far apart, stop words left out: in the claim, and in the text.
const (
	nearClaim = 4
	nearText  = 5
)

// compareOrder computes the features of word order in one part: neighbours, the longest common subsequence, the longest run.
func (q *question) compareOrder(words []uint32, part int, total float32) {
	r := &q.rows
	var pair, pairs, skip, skips, run, weight, bestRun, bestWeight float32
	for i, w := range words {
		a := &q.known.all[w]
		for j := i + 1; j < len(words) && j <= i+nearClaim; j++ {
			b := &q.known.all[words[j]]
			sum := a.idf + b.idf
			skips += sum
			if j == i+1 {
				pairs += sum
			}
			if a.item < 0 || b.item < 0 {
				if j == i+1 {
					run, weight = 0, 0
				}
				continue
			}
			near, follows := q.together(q.items[a.item].first, q.items[b.item].first)
			if near {
				skip += sum
			}
			if j > i+1 {
				continue
			}
			if !follows {
				run, weight = 0, 0
				continue
			}
			pair += sum
			if run == 0 {
				run, weight = 1, a.idf
			}
			run++
			weight += b.idf
			if run >= bestRun {
				bestRun, bestWeight = run, max(bestWeight, weight)
			}
		}
	}
	r.add("pair", part, pair)
	r.add("paired", part, pair/(pairs+1))
	r.add("skip", part, skip)
	r.add("skipped", part, skip/(skips+1))
	common := q.subsequence(words)
	r.add("order", part, common)
	r.add("ordered", part, common/(total+1e-9))
	r.add("run", part, bestRun)
	r.add("run.idf", part, bestWeight)
}

// together reports whether two items stand near each other in the text, and whether the second follows the first at once.
func (q *question) together(a, b int16) (near, follows bool) {
	for x := a; x >= 0; x = q.dense[x].next {
		for y := b; y >= 0; y = q.dense[y].next {
			if d := y - x; d != 0 && d <= nearText && d >= -nearText {
				near = true
				follows = follows || d == 1
			}
		}
	}
	return near, follows
}

// subsequence returns the weight of the heaviest sequence of words that text and part have in the same order.
func (q *question) subsequence(words []uint32) float32 {
	if cap(q.best) < len(q.dense)+1 {
		q.best = make([]float32, maxDense+2)
	}
	best := q.best[:len(q.dense)+1] // best[j]: with the first j words of the text
	clear(best)
	for _, w := range words {
		m := &q.known.all[w]
		if m.item < 0 || q.items[m.item].first < 0 {
			continue
		}
		next := q.items[m.item].first
		diagonal := best[next] // before this word of the part
		for j := int(next) + 1; j < len(best); j++ {
			above := best[j]
			best[j] = max(above, best[j-1])
			if j-1 == int(next) {
				best[j] = max(best[j], diagonal+m.idf)
				next = q.dense[next].next
			}
			diagonal = above
		}
	}
	return best[len(best)-1]
}
