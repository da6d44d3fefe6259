package match

import (
	"cmp"
	"slices"
)

// Ranking says how well claims were ranked: the means over all queries of average precision within the first five, of the
// first being right, and of a right one being among the first ten.
type Ranking struct {
	Queries int     `json:"queries"`
	MAP5    float64 `json:"map_at_5"`
	P1      float64 `json:"p_at_1"`
	R10     float64 `json:"r_at_10"`
	// Same is the share of queries whose best candidate is called the same; SameRight the share of those where it is.
	Same      float64 `json:"same"`
	SameRight float64 `json:"same_right"`
	// SameAway is the share of queries that are told "same" although their right claims were taken out of the index.
	SameAway float64 `json:"same_when_removed"`
}

// Evaluate measures the committed model, or another, on a data set. Cost: three times what matching the queries costs.
func Evaluate(m *Model, d *Dataset) (Ranking, error) {
	c, err := newCollection(m)
	if err != nil {
		return Ranking{}, err
	}
	c.Put(d.Claims...)
	there := c.examples(d.Queries, false)
	out := rank(c.model, there)
	n := float64(max(1, len(there)))
	for _, ex := range there {
		if c.model.best(ex) < float64(c.model.cal.Same) {
			continue
		}
		out.Same += 1 / n
		if first := c.model.order(ex.rows)[0]; ex.right[first] {
			out.SameRight++
		}
	}
	out.SameRight /= max(1, out.Same*n)
	for _, ex := range c.examples(d.Queries, true) {
		if c.model.best(ex) >= float64(c.model.cal.Same) {
			out.SameAway += 1 / n
		}
	}
	return out, nil
}

// examples computes the features of all queries; with away, as if the right claims were not there.
func (c *collection) examples(queries []Query, away bool) []example {
	c.mu.RLock()
	defer c.mu.RUnlock()
	out := make([]example, len(queries))
	for i, query := range queries {
		q := c.ask(query.Text)
		hits := q.candidates(pool, func(id string) bool { return away && query.Right[id] })
		ex := example{hits: hits, rows: q.rows(hits), wants: len(query.Right)}
		for _, h := range hits {
			ex.right = append(ex.right, query.Right[c.slots[h.slot].id])
		}
		q.release()
		out[i] = ex
	}
	return out
}

// rank measures how a model ranks the examples.
func rank(m *Model, all []example) Ranking {
	out := Ranking{Queries: len(all)}
	n := float64(max(1, len(all)))
	for _, ex := range all {
		order := m.order(ex.rows)
		right := 0.0
		sum := 0.0
		for at, i := range order {
			if !ex.right[i] {
				continue
			}
			right++
			if at < 5 {
				sum += right / float64(at+1)
			}
			if right == 1 && at == 0 {
				out.P1 += 1 / n
			}
			if right == 1 && at < 10 {
				out.R10 += 1 / n
			}
		}
		out.MAP5 += sum / float64(max(1, min(5, ex.wants))) / n
	}
	return out
}

// order returns the places of the rows, best first.
func (m *Model) order(rows [][]float32) []int {
	score := make([]float32, len(rows))
	order := make([]int, len(rows))
	for i, row := range rows {
		score[i], order[i] = m.score(row), i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(score[b], score[a]) })
	return order
}
