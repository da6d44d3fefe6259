package match

import (
	"cmp"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
)

// dims is the length of the word vectors.
const dims = 64

// How the word vectors are learnt. All were chosen on the training split.
const (
	encodeEpochs      = 40
	encodeBatch       = 128
	encodeTemperature = 0.1
	encodeRate        = 0.15
	encodeDrop        = 0.3 // of the words of a text, so that words learn to stand for others
	encodeSeed        = 7
)

// encoder learns word vectors such that the headline, the wording and the answer of one claim come near each other and
// those of others do not (a dual encoder over bags of words with in-batch negatives, InfoNCE loss, Adagrad with one rate
// per word). It learns from the claims alone and never sees a post.
type encoder struct {
	c                *corpus
	rng              *rand.Rand
	direction        [][dims]float32
	weight           []float32
	seenDir, seenWgt []float32
}

// side is one text of a pair, with the gradient of its direction.
type side struct {
	terms  []int32
	v, g   [dims]float32
	length float32
}

// learnWords learns the vectors of all words that stand in two claims at least, and returns which are near each other. Cost: about a minute for 14,000 claims.
func learnWords(c *corpus) wordList {
	e := &encoder{
		c: c, rng: rand.New(rand.NewPCG(encodeSeed, 1)), //nolint:gosec // training wants the same numbers every time
		direction: make([][dims]float32, len(c.df)), weight: make([]float32, len(c.df)),
		seenDir: make([]float32, len(c.df)), seenWgt: make([]float32, len(c.df)),
	}
	e.scatter()
	for t := range e.direction {
		e.weight[t] = c.idf(int32(t)) / 5
		e.seenDir[t], e.seenWgt[t] = 1e-6, 1e-6
	}
	for epoch := range encodeEpochs {
		e.epoch(encodeRate * (1 - float32(epoch)/encodeEpochs))
	}
	return e.neighbours()
}

// spreads is how often directions are spread over the claims before learning begins.
const spreads = 3

// scatter gives each word a random direction and spreads it over the claims, so that words that stand in the same claims
// begin near each other (random indexing, Kanerva 2000; each round is a step of the power method towards latent semantics).
func (e *encoder) scatter() {
	for t := range e.direction {
		for k := range e.direction[t] {
			e.direction[t][k] = float32(e.rng.NormFloat64()) / 8
		}
	}
	for range spreads {
		e.direction = e.spread(e.centred())
	}
}

// centred returns the direction of each claim, less what all claims have in common, for that says nothing.
func (e *encoder) centred() [][dims]float32 {
	var mean [dims]float32
	all := make([][dims]float32, len(e.c.claims))
	for slot := range all {
		v := &all[slot]
		for _, t := range e.c.claims[slot].terms {
			w := e.c.idf(t)
			for k, a := range e.direction[t] {
				v[k] += w * a
			}
		}
		normalise(v)
		for k, a := range v {
			mean[k] += a / float32(len(all))
		}
	}
	for slot := range all {
		for k := range mean {
			all[slot][k] -= mean[k]
		}
	}
	return all
}

// spread returns the directions of words as the sum of those of their claims, with some of their own.
func (e *encoder) spread(claims [][dims]float32) [][dims]float32 {
	next := make([][dims]float32, len(e.direction))
	for slot := range claims {
		for _, t := range e.c.claims[slot].terms {
			for k, a := range claims[slot] {
				next[t][k] += a
			}
		}
	}
	for t := range next {
		normalise(&next[t])
		for k, a := range e.direction[t] {
			next[t][k] += .3 * a
		}
		normalise(&next[t])
	}
	return next
}

// epoch goes through all claims once.
func (e *encoder) epoch(rate float32) {
	order := e.rng.Perm(len(e.c.claims))
	for len(order) >= encodeBatch {
		var left, right []*side
		for _, slot := range order[:encodeBatch] {
			a, b := e.pair(&e.c.claims[slot])
			if len(a) > 0 && len(b) > 0 {
				left, right = append(left, e.side(a)), append(right, e.side(b))
			}
		}
		contrast(left, right)
		for i := range left {
			e.step(left[i], rate)
			e.step(right[i], rate)
		}
		order = order[encodeBatch:]
	}
}

// pair picks two texts of a claim that should come near each other.
func (e *encoder) pair(c *bag) (a, b []int32) {
	switch e.rng.IntN(4) {
	case 0:
		return e.pick(c.parts[partClaim]), e.pick(c.parts[partTitle])
	case 1:
		return e.pick(c.parts[partClaim]), e.pick(c.parts[partAnswer])
	case 2:
		return e.pick(c.parts[partTitle]), e.pick(c.parts[partAnswer])
	default:
		return e.pick(c.parts[partAnswer]), e.pick(c.parts[partClaim], c.parts[partTitle])
	}
}

// pick returns some of the words of a text, each once.
func (e *encoder) pick(texts ...[]int32) []int32 {
	seen := make(map[int32]bool)
	var out []int32
	for _, text := range texts {
		for _, t := range text {
			if !seen[t] && e.rng.Float64() > encodeDrop {
				seen[t] = true
				out = append(out, t)
			}
		}
	}
	return out
}

// side adds up the words of a text.
func (e *encoder) side(terms []int32) *side {
	s := &side{terms: terms}
	for _, t := range terms {
		for k, a := range e.direction[t] {
			s.v[k] += a * e.weight[t]
		}
	}
	var n float64
	for _, a := range s.v {
		n += float64(a) * float64(a)
	}
	s.length = float32(math.Sqrt(n)) + 1e-6
	for k := range s.v {
		s.v[k] /= s.length
	}
	return s
}

// contrast computes the gradients of the loss: each text should be nearer to its own partner than to the others', both ways.
func contrast(left, right []*side) {
	n := len(left)
	like := make([][]float64, n)
	grad := make([][]float64, n)
	for i := range like {
		like[i], grad[i] = make([]float64, n), make([]float64, n)
		for j := range like[i] {
			like[i][j] = float64(dot(&left[i].v, &right[j].v)) / encodeTemperature
		}
	}
	for i := range n {
		softmax(n, func(j int) float64 { return like[i][j] }, func(j int, p float64) { grad[i][j] += p })
		softmax(n, func(j int) float64 { return like[j][i] }, func(j int, p float64) { grad[j][i] += p })
		grad[i][i] -= 2
	}
	for i := range n {
		for j := range n {
			g := float32(grad[i][j] / encodeTemperature / float64(n))
			if g > -1e-5 && g < 1e-5 {
				continue
			}
			for k := range dims {
				left[i].g[k] += g * right[j].v[k]
				right[j].g[k] += g * left[i].v[k]
			}
		}
	}
}

// softmax calls give with the share of each of n scores.
func softmax(n int, score func(int) float64, give func(int, float64)) {
	top := math.Inf(-1)
	for i := range n {
		top = max(top, score(i))
	}
	sum := 0.0
	for i := range n {
		sum += math.Exp(score(i) - top)
	}
	for i := range n {
		give(i, math.Exp(score(i)-top)/sum)
	}
}

// step moves the words of a text against the gradient.
func (e *encoder) step(s *side, rate float32) {
	along := dot(&s.v, &s.g)
	for k := range s.g {
		s.g[k] = (s.g[k] - along*s.v[k]) / s.length
	}
	for _, t := range s.terms {
		w := e.weight[t]
		var gw, gd float32
		for k, a := range e.direction[t] {
			gw += a * s.g[k]
			gd += s.g[k] * s.g[k] * w * w
		}
		e.seenDir[t] += gd / dims
		e.seenWgt[t] += gw * gw
		by := rate / sqrt(e.seenDir[t]) * w
		for k := range e.direction[t] {
			e.direction[t][k] -= by * s.g[k]
		}
		e.weight[t] = max(.05, w-.3*rate*gw/sqrt(e.seenWgt[t]))
	}
}

// How many neighbours of a word are kept, and how near they are at least.
const (
	neighbours = 16
	leastLike  = 0.3
)

// neighbours returns what was learnt, as the model keeps it: all words in two claims at least, each with the nearest others.
func (e *encoder) neighbours() wordList {
	var l wordList
	var places []int
	for t, n := range e.c.df {
		if n >= 2 && len(places) < maxWords {
			normalise(&e.direction[t])
			places = append(places, t)
			l.hashes = append(l.hashes, e.c.hashes[t])
			l.matters = append(l.matters, uint8(min(255, max(1, math.Round(32*float64(e.weight[t]))))))
		}
	}
	nearest := make([][]neighbour, len(places))
	var group sync.WaitGroup
	for part := range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := part; i < len(places); i += runtime.GOMAXPROCS(0) {
				nearest[i] = e.nearest(places, i)
			}
		})
	}
	group.Wait()
	for _, list := range nearest {
		for _, n := range list {
			l.near = append(l.near, uint16(n.place))
			l.like = append(l.like, uint8(math.Round(255*float64(min(1, n.like)))))
		}
		l.ends = append(l.ends, uint32(len(l.near)))
	}
	l.index()
	return l
}

// neighbour is a word near another.
type neighbour struct {
	place int
	like  float32
}

// nearest returns the words nearest to one.
func (e *encoder) nearest(places []int, of int) []neighbour {
	var out []neighbour
	v := &e.direction[places[of]]
	for i, t := range places {
		if i == of {
			continue
		}
		like := dot(v, &e.direction[t])
		if like < leastLike || len(out) == neighbours && like <= out[len(out)-1].like {
			continue
		}
		at, _ := slices.BinarySearchFunc(out, like, func(n neighbour, like float32) int { return cmp.Compare(like, n.like) })
		out = slices.Insert(out, at, neighbour{i, like})
		out = out[:min(len(out), neighbours)]
	}
	return out
}

// dot returns the product of two vectors.
func dot(a, b *[dims]float32) float32 {
	var s float32
	for k, v := range a {
		s += v * b[k]
	}
	return s
}

// normalise makes a vector one long, unless it is zero.
func normalise(v *[dims]float32) {
	n := dot(v, v)
	if n == 0 {
		return
	}
	f := 1 / sqrt(n)
	for k := range v {
		v[k] *= f
	}
}
