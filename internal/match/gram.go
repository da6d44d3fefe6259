package match

import "math"

// grams appends the hashes of a word's 3- to 5-grams, its ends marked: "_cat_" has "_ca", "cat" and so on.
func grams(w string, out []uint32) []uint32 {
	runes := make([]rune, 0, maxWordRunes+2)
	runes = append(runes, '_')
	runes = append(runes, []rune(w)...)
	runes = append(runes, '_')
	for n := 3; n <= 5; n++ {
		for i := 0; i+n <= len(runes); i++ {
			h := uint32(2166136261) // FNV-1a
			for _, r := range runes[i : i+n] {
				h = (h ^ uint32(r)) * 16777619
			}
			out = append(out, h&(gramSpace-1))
		}
	}
	return out
}

// gramSpace is how many different n-grams are told apart: a power of two, so that counts are a plain array.
const gramSpace = 1 << 18

// gramWeight returns the weight of an n-gram that words have stood in seen times, in a collection of n claims.
func gramWeight(n, seen int32) float32 {
	return float32(math.Log(1 + float64(n)/(float64(seen)+1)))
}

// damp is how much a word counts that stands in a text n times.
func damp(n float32) float32 { return float32(1 + math.Log(float64(n))) }

// gramCounter counts n-grams of one text after another.
type gramCounter struct {
	n       []float32
	touched []uint32
}

// add counts the n-grams of a word.
func (g *gramCounter) add(hashes []uint32) {
	for _, h := range hashes {
		if g.n[h] == 0 {
			g.touched = append(g.touched, h)
		}
		g.n[h]++
	}
}

// reset starts the next text.
func (g *gramCounter) reset() {
	for _, h := range g.touched {
		g.n[h] = 0
	}
	g.touched = g.touched[:0]
}

// norm returns the length of the text's vector of weighted n-grams.
func (g *gramCounter) norm(weight func(uint32) float32) float32 {
	var sum float32
	for _, h := range g.touched {
		v := damp(g.n[h]) * weight(h)
		sum += v * v
	}
	return float32(math.Sqrt(float64(sum)))
}

// renorm computes the norms of claims that were just added. How common an n-gram is moves with the collection, so all are
// computed anew when it has grown by a tenth; between that, scores may differ in the second place after the point from those of
// a collection built at once.
func (c *collection) renorm(fresh []int32) {
	if c.live > c.normed+c.normed/10 {
		c.normed = c.live
		fresh = fresh[:0]
		for _, slot := range c.byID {
			fresh = append(fresh, slot)
		}
	}
	weight := func(h uint32) float32 { return gramWeight(c.live, c.gramSeen[h]) }
	for _, slot := range fresh {
		e := &c.slots[slot]
		if e.id == "" {
			continue
		}
		for part := range parts + 1 {
			c.counter.reset()
			for i := range e.tokens {
				if i != part && part != whole {
					continue
				}
				for _, t := range e.tokens[i] {
					if !t.stop {
						c.counter.add(c.gramsOf[t.term])
					}
				}
			}
			e.norm[part] = c.counter.norm(weight)
		}
	}
}
