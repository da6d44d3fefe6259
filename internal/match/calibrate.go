package match

import (
	"math"
	"slices"
	"sync"
)

// calibration turns a candidate's features and its lead over the others into a probability that it is the claim of the text
// (logistic regression), and says from which probability on it is called the same or related.
type calibration struct {
	Weights [calibrated]float32
	Bias    float32
	Same    float32 // of posts
	Related float32
	// The same of passages of an article, which say less and stand among more that says nothing.
	SamePassage    float32
	RelatedPassage float32
}

// calibrated is how many numbers the calibration looks at: the features below, the lead, and the share of the softmax.
const calibrated = 16 + 2

// calibrators returns the places of the features that say how good a match is by itself: those that compare with other
// candidates are left out, for the best of bad candidates is still bad.
var calibrators = sync.OnceValue(func() []int {
	var out []int
	for _, n := range [calibrated - 2]string{
		"bm25/self", "covered.claim", "coveredBoth.title", "covering.all", "near.title", "near.claim", "near.text", "far.claim",
		"ordered.title", "order.claim", "grams.all", "shared.idf", "rarest1", "missing.claim", "numbers.other", "text.length",
	} {
		out = append(out, slices.Index(layout.names, n))
	}
	return out
})

// evidence returns what the calibration looks at, for each row.
func (m *Model) evidence(rows *rows, scores []float32) [][calibrated]float32 {
	score := make([]float64, len(scores))
	first, second := math.Inf(-1), math.Inf(-1)
	for i := range score {
		s := float64(scores[i])
		score[i] = s
		if s > first {
			first, second = s, first
		} else if s > second {
			second = s
		}
	}
	out := make([][calibrated]float32, len(scores))
	softmax(len(scores), func(i int) float64 { return score[i] }, func(i int, p float64) {
		for k, f := range calibrators() {
			out[i][k] = m.standard(f, rows.row(i)[f])
		}
		best := first
		if score[i] == first {
			best = max(second, first-8)
		}
		out[i][calibrated-2] = float32(min(8, max(-8, score[i]-best))) / 4
		out[i][calibrated-1] = float32(p)
	})
	return out
}

// probability returns how likely it is that a candidate with this evidence is the claim of the text.
func (c *calibration) probability(e [calibrated]float32) float32 {
	s := float64(c.Bias)
	for i, v := range e {
		s += float64(c.Weights[i] * v)
	}
	return float32(1 / (1 + math.Exp(-s)))
}

// calibrate fits the calibration. The examples are texts with all claims there, and texts whose right claim was taken away,
// as often; only the first candidates count, for those are shown. The threshold of same is the lowest at which no more than
// mistakenSame of the texts whose claim was taken away are told that some other is the same, and likewise that of related.
// Passages get the same ones until there are transcripts to set theirs on.
func calibrate(m *Model, there, away []example) {
	type line struct {
		e     [calibrated]float32
		right bool
	}
	var lines []line
	for _, ex := range slices.Concat(there, away) {
		score, order := m.order(&ex.rows)
		ev := m.evidence(&ex.rows, score)
		for _, i := range order[:min(shown, len(order))] {
			lines = append(lines, line{ev[i], ex.right[i]})
		}
	}
	c := calibration{}
	for step := range 600 {
		var grad [calibrated + 1]float64
		for _, l := range lines {
			d := float64(c.probability(l.e))
			if l.right {
				d--
			}
			for i, v := range l.e {
				grad[i] += d * float64(v)
			}
			grad[calibrated] += d
		}
		rate := 1.5 * (1 - float64(step)/600) / float64(max(1, len(lines)))
		for i := range c.Weights {
			c.Weights[i] -= float32(rate * (grad[i] + .5*float64(c.Weights[i])))
		}
		c.Bias -= float32(rate * grad[calibrated])
	}
	m.cal = c
	var tops []float64
	for _, ex := range away {
		tops = append(tops, m.best(ex))
	}
	slices.Sort(tops)
	if n := len(tops); n > 0 {
		at := func(share float64) float32 { return float32(tops[min(n-1, int(float64(n)*(1-share)))]) }
		m.cal.Same, m.cal.Related = at(mistakenSame), at(mistakenRelated)
		m.cal.SamePassage, m.cal.RelatedPassage = m.cal.Same, m.cal.Related
	}
}

// shown is how many candidates of a text the calibration is made for.
const shown = 5

// best returns the probability of the best candidate, 0 without one.
func (m *Model) best(ex example) float64 {
	var top float32
	score, _ := m.order(&ex.rows)
	for _, e := range m.evidence(&ex.rows, score) {
		top = max(top, m.cal.probability(e))
	}
	return float64(top)
}

// thresholds returns those of a post, or of a passage.
func (c *calibration) thresholds(passage bool) (same, related float32) {
	if passage {
		return c.SamePassage, c.RelatedPassage
	}
	return c.Same, c.Related
}

// reading says what a probability is called.
func (q *question) reading(p float32) Reading {
	switch {
	case p >= q.same:
		return Same
	case p >= q.related:
		return Related
	}
	return None
}
