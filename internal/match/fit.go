package match

import (
	"math"
	"math/rand/v2"
)

// How the re-ranker is fitted. Chosen by four-fold cross-validation on the training split.
const (
	fitEpochs = 40
	fitBatch  = 16
	fitRate   = 0.003
	fitDecay  = 0.3
	fitDrop   = 0.1 // of the features, in each step
)

// example is a text with its candidates' features and which of them are right.
type example struct {
	rows  rows
	right []bool
	wants int // how many right claims there are, found or not
}

// fitter fits the linear model by the listwise softmax loss: the right candidate should have the highest score of its text.
type fitter struct {
	m           *Model
	rng         *rand.Rand
	grad        []float32
	mean, trend []float32 // of Adam
	steps       int
}

// fits is how many linear models are fitted and averaged: they differ in the order of examples and what was left out.
const fits = 3

// fit fits mean, spread and weight of all features and leaves the rest of the model as it is. Examples whose right claim was
// not found say nothing and are passed over.
func fit(m *Model, all []example) {
	n := len(layout.names)
	m.mean, m.spread = make([]float32, n), make([]float32, n)
	standardise(m, all)
	var use []example
	for _, ex := range all {
		if ex.found() > 0 {
			use = append(use, ex)
		}
	}
	sum := make([]float32, n)
	for seed := range uint64(fits) {
		m.weight = make([]float32, n)
		fitOnce(m, use, seed+1)
		for i, w := range m.weight {
			sum[i] += w / fits
		}
	}
	m.weight = sum
}

// fitOnce fits the weights alone.
func fitOnce(m *Model, use []example, seed uint64) {
	n := len(m.weight)
	f := &fitter{
		m: m, rng: rand.New(rand.NewPCG(seed, 2)), //nolint:gosec // training wants the same numbers every time
		grad: make([]float32, n), mean: make([]float32, n), trend: make([]float32, n),
	}
	total := fitEpochs * (len(use) / fitBatch)
	for range fitEpochs {
		order := f.rng.Perm(len(use))
		for ; len(order) >= fitBatch; order = order[fitBatch:] {
			for _, i := range order[:fitBatch] {
				f.learn(use[i])
			}
			f.steps++
			f.step(fitRate * (1 - float64(f.steps)/float64(total+1)))
		}
	}
}

// found returns how many right claims are among the candidates.
func (ex *example) found() (n float32) {
	for _, ok := range ex.right {
		if ok {
			n++
		}
	}
	return n
}

// standardise computes mean and spread of each feature.
func standardise(m *Model, all []example) {
	n := 0.0
	sum, square := make([]float64, len(m.mean)), make([]float64, len(m.mean))
	for _, ex := range all {
		for j := range ex.rows.len() {
			n++
			for i, v := range ex.rows.row(j) {
				sum[i] += float64(v)
				square[i] += float64(v) * float64(v)
			}
		}
	}
	for i := range sum {
		mean := sum[i] / max(1, n)
		m.mean[i] = float32(mean)
		m.spread[i] = float32(math.Sqrt(max(1e-8, square[i]/max(1, n)-mean*mean)))
	}
}

// learn adds the gradient of one text.
func (f *fitter) learn(ex example) {
	keep := make([]float32, len(f.grad))
	for i := range keep {
		if f.rng.Float64() >= fitDrop {
			keep[i] = 1 / (1 - fitDrop)
		}
	}
	score := make([]float64, ex.rows.len())
	for j := range score {
		var s float32
		for i, v := range ex.rows.row(j) {
			s += f.m.weight[i] * f.m.standard(i, v) * keep[i]
		}
		score[j] = float64(s)
	}
	share := 1 / ex.found()
	softmax(len(score), func(j int) float64 { return score[j] }, func(j int, p float64) {
		e := float32(p)
		if ex.right[j] {
			e -= share
		}
		if e < 1e-4 && e > -1e-4 {
			return
		}
		for i, v := range ex.rows.row(j) {
			f.grad[i] += e / fitBatch * f.m.standard(i, v) * keep[i]
		}
	})
}

// step is one step of Adam with decoupled decay.
func (f *fitter) step(rate float64) {
	c1, c2 := 1-math.Pow(.9, float64(f.steps)), 1-math.Pow(.999, float64(f.steps))
	for i, g := range f.grad {
		f.mean[i] = .9*f.mean[i] + .1*g
		f.trend[i] = .999*f.trend[i] + .001*g*g
		move := float64(f.mean[i]) / c1 / (math.Sqrt(float64(f.trend[i])/c2) + 1e-8)
		f.m.weight[i] -= float32(rate * (move + fitDecay*float64(f.m.weight[i])))
		f.grad[i] = 0
	}
}
