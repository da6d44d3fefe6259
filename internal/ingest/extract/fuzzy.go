package extract

// Approximate search: G. Myers, "A fast bit-vector algorithm for approximate string matching based on dynamic
// programming", Journal of the ACM 46 (1999), in the block form of H. Hyyrö (2003).

// longPassage is up to how many letters and digits a passage is searched as a whole; of a longer one its two ends are.
const longPassage = 2048

// edits is how many characters may differ in a passage of n.
func edits(n int) int { return n / 8 }

// fuzzy finds the place that differs least from want. Where the surroundings are gone too, it must differ by half of what
// is allowed at most, and no other place may be as like.
func fuzzy(text, want []rune, ctx surroundings, near int) (span, bool) {
	if len(want) > longPassage {
		return fuzzyLong(text, want, ctx, near)
	}
	limit := edits(len(want))
	scores := distances(text, want)
	least := limit + 1
	for _, d := range scores {
		least = min(least, int(d))
	}
	if least > limit {
		return span{}, false
	}
	ends := endings(scores, min(limit, least+max(1, least/4)), len(want))
	places := make([]span, len(ends))
	best, top := 0, 0
	points := make([]int, len(ends))
	for i, end := range ends {
		d := int(scores[end-1])
		places[i] = span{begin(text, want, end, d), end}
		// A place that fits its surroundings may differ a little more than one that does not.
		points[i] = ctx.score(text, places[i]) - 4*(d-least)
		if i == 0 || points[i] > top || points[i] == top && distance(places[i].start, near) < distance(places[best].start, near) {
			best, top = i, points[i]
		}
	}
	if ctx.fits(text, places[best]) {
		return places[best], true
	}
	for i := range places {
		if i != best && points[i] == top && (places[i].start >= places[best].end || places[best].start >= places[i].end) {
			return span{}, false // several places are as like, and none stands where it should
		}
	}
	return places[best], 2*int(scores[places[best].end-1]) <= limit // out of its surroundings it must be the more alike
}

// fuzzyLong finds both ends of a long passage and takes what lies between, if that is about as long as it was.
func fuzzyLong(text, want []rune, ctx surroundings, near int) (span, bool) {
	const part = longPassage / 2
	inner := surroundings{before: ctx.before, after: want[part:min(len(want), part+contextRunes)]}
	head, ok := fuzzy(text, want[:part], inner, near)
	if !ok {
		return span{}, false
	}
	rest := text[head.start:]
	inner = surroundings{before: want[len(want)-part-contextRunes : len(want)-part], after: ctx.after}
	last, ok := fuzzy(rest, want[len(want)-part:], inner, len(want)-part)
	if !ok || distance(last.end, len(want)) > edits(len(want)) {
		return span{}, false
	}
	return span{head.start, head.start + last.end}, true
}

// endings returns the ends of places that differ by at most limit: of each run of neighbours the best, and at most 200.
func endings(scores []int32, limit, length int) []int {
	var ends []int
	for i := 0; i < len(scores) && len(ends) < 200; i++ {
		if int(scores[i]) > limit {
			continue
		}
		best := i
		j := i
		for ; j < len(scores) && int(scores[j]) <= limit && j-i < max(1, length/2); j++ {
			if scores[j] < scores[best] {
				best = j
			}
		}
		ends = append(ends, best+1)
		i = j
	}
	return ends
}

// begin returns where the place that ends at end and differs by d begins: the same search, backwards from there.
func begin(text, want []rune, end, d int) int {
	from := max(0, end-len(want)-d)
	scores := distances(reversed(text[from:end]), reversed(want))
	start, least := from, len(want)+1
	for i, score := range scores {
		// Of several the one nearest to the passage's own length.
		if int(score) < least || int(score) == least && distance(i+1, len(want)) < distance(end-start, len(want)) {
			start, least = end-(i+1), int(score)
		}
	}
	return start
}

func reversed(s []rune) []rune {
	out := make([]rune, len(s))
	for i, r := range s {
		out[len(s)-1-i] = r
	}
	return out
}

// distances returns, for each place of text, the least number of edits that make want out of a part of text that ends
// there.
func distances(text, want []rune) []int32 {
	blocks := (len(want) + 63) / 64
	masks := map[rune][]uint64{}
	for i, r := range want {
		if masks[r] == nil {
			masks[r] = make([]uint64, blocks)
		}
		masks[r][i/64] |= 1 << (i % 64)
	}
	none := make([]uint64, blocks)
	plus, minus := make([]uint64, blocks), make([]uint64, blocks)
	for b := range plus {
		plus[b] = ^uint64(0)
	}
	last := uint64(1) << ((len(want) - 1) % 64)
	scores := make([]int32, len(text))
	score := int32(len(want))
	for i, r := range text {
		mask, ok := masks[r]
		if !ok {
			mask = none
		}
		score += advance(plus, minus, mask, last)
		scores[i] = score
	}
	return scores
}

// advance reads one more character of the text, and returns by how much the distance at the end of want changes.
func advance(plus, minus, mask []uint64, last uint64) int32 {
	carry := int32(0)
	for b := range plus {
		high := uint64(1) << 63
		if b == len(plus)-1 {
			high = last
		}
		pv, mv, eq := plus[b], minus[b], mask[b]
		xv := eq | mv
		if carry < 0 {
			eq |= 1
		}
		xh := (((eq & pv) + pv) ^ pv) | eq
		ph, mh := mv|^(xh|pv), pv&xh
		out := int32(0)
		if ph&high != 0 {
			out = 1
		} else if mh&high != 0 {
			out = -1
		}
		ph <<= 1
		mh <<= 1
		if carry < 0 {
			mh |= 1
		} else if carry > 0 {
			ph |= 1
		}
		plus[b] = mh | ^(xv | ph)
		minus[b] = ph & xv
		carry = out
	}
	return carry
}
