package match

// Two words belong together when they stand at most this far apart, stop words left out: in the claim, and in the text.
const (
	nearClaim = 4
	nearText  = 5
)

// compareOrder computes the features of word order in one part: neighbours, the longest common subsequence, the longest run.
func (q *question) compareOrder(words []uint32, part int, total float32) {
	var o orderSums
	for i, w := range words {
		a := &q.known.all[w]
		for j := i + 1; j < len(words) && j <= i+nearClaim; j++ {
			q.comparePair(&o, a, &q.known.all[words[j]], j == i+1)
		}
	}
	r := &q.rows
	r.add("pair", part, o.pair)
	r.add("paired", part, o.pair/(o.pairs+1))
	r.add("skip", part, o.skip)
	r.add("skipped", part, o.skip/(o.skips+1))
	common := q.subsequence(words)
	r.add("order", part, common)
	r.add("ordered", part, common/(total+1e-9))
	r.add("run", part, o.longest)
	r.add("run.idf", part, o.heaviest)
}

// orderSums are what the pairs of a part's words add up to: those side by side and those near each other, of which the text has
// some so too, and runs of words side by side in both.
type orderSums struct {
	pair, pairs, skip, skips float32
	run, weight              float32 // that ends here
	longest, heaviest        float32
}

// comparePair takes two words of a part that stand near each other, perhaps side by side.
func (q *question) comparePair(o *orderSums, a, b *met, next bool) {
	sum := a.idf + b.idf
	o.skips += sum
	if next {
		o.pairs += sum
	}
	near, follows := false, false
	if a.item >= 0 && b.item >= 0 {
		near, follows = q.together(q.items[a.item].first, q.items[b.item].first)
	}
	if near {
		o.skip += sum
	}
	if !next {
		return
	}
	if !follows {
		o.run, o.weight = 0, 0
		return
	}
	o.pair += sum
	if o.run == 0 {
		o.run, o.weight = 1, a.idf
	}
	o.run++
	o.weight += b.idf
	if o.run >= o.longest {
		o.longest, o.heaviest = o.run, max(o.heaviest, o.weight)
	}
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
