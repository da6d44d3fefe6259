package match

import (
	"hash/fnv"
	"math"
)

// dims is the length of the word vectors.
const dims = 64

// vector is a direction, of length 1 when multiplied by its scale; all zero for a text without a known word.
type vector struct {
	scale float32
	v     [dims]int8
}

// pack rounds a direction to bytes.
func pack(v *[dims]float32) vector {
	var top float32
	for _, a := range v {
		top = max(top, a, -a)
	}
	if top == 0 {
		return vector{}
	}
	out := vector{scale: top / 127}
	for k, a := range v {
		out.v[k] = int8(math.Round(float64(a / out.scale)))
	}
	return out
}

// dot returns the cosine with a direction of length 1.
func (v *vector) dot(u *[dims]float32) float32 {
	var s float32
	for k, a := range v.v {
		s += float32(a) * u[k]
	}
	return s * v.scale
}

// termVector is what the model knows of a word: its direction, how much it pulls a text there, and how much it matters.
type termVector struct {
	unit     [dims]float32
	strength float32
	weight   float32
}

// dot returns the cosine of two words, nil being alike to none.
func (t *termVector) dot(u *termVector) float32 {
	if t == nil || u == nil {
		return 0
	}
	var s float32
	for k := range t.unit {
		s += t.unit[k] * u.unit[k]
	}
	return s
}

// hashOf returns the key of a stem in the model: the model holds no words.
func hashOf(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // a hash takes everything
	return h.Sum64()
}

// sum adds the words' directions, each word once, and makes the result one long.
func (c *collection) sum(terms func(yield func(int32) bool)) *[dims]float32 {
	var out [dims]float32
	seen := make(map[int32]bool)
	for t := range terms {
		v := c.known[t]
		if v == nil || seen[t] {
			continue
		}
		seen[t] = true
		for k, a := range v.unit {
			out[k] += a * v.strength
		}
	}
	normalise(&out)
	return &out
}

// normalise makes a vector one long, unless it is zero.
func normalise(v *[dims]float32) {
	var n float64
	for _, a := range v {
		n += float64(a) * float64(a)
	}
	if n == 0 {
		return
	}
	f := float32(1 / math.Sqrt(n))
	for k := range v {
		v[k] *= f
	}
}

// embed computes the directions of a claim and its parts.
func (c *collection) embed(e *entry) {
	for part := range parts + 1 {
		e.vector[part] = pack(c.sum(func(yield func(int32) bool) {
			for i := range e.tokens {
				if i != part && part != whole {
					continue
				}
				for _, t := range e.tokens[i] {
					if !t.stop && !yield(t.term) {
						return
					}
				}
			}
		}))
	}
}
