package match

import (
	"cmp"
	"context"
	"slices"

	"github.com/touchstone-factcheck/touchstone/internal/search"
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

// Evaluate measures the committed model (nil), or another, on a data set. Cost: three times what matching the queries costs.
func Evaluate(ctx context.Context, m *Model, d *Dataset) (Ranking, error) {
	matcher, err := New(m)
	if err != nil {
		return Ranking{}, err
	}
	index, err := d.Index(ctx)
	if err != nil {
		return Ranking{}, err
	}
	return evaluate(matcher.model, matcher.examples(index.Snapshot(), d.Queries, false), matcher.examples(index.Snapshot(), d.Queries, true)), nil
}

// evaluate measures a model on texts with all claims there, and without the right ones.
func evaluate(m *Model, there, away []example) Ranking {
	out := rank(m, there)
	n := float64(max(1, len(there)))
	for _, ex := range there {
		if m.best(ex) < float64(m.cal.Same) {
			continue
		}
		out.Same += 1 / n
		if _, order := m.order(&ex.rows); ex.right[order[0]] {
			out.SameRight++
		}
	}
	out.SameRight /= max(1, out.Same*n)
	for _, ex := range away {
		if m.best(ex) >= float64(m.cal.Same) {
			out.SameAway += 1 / n
		}
	}
	return out
}

// examples computes the features of all queries; with away, as if the right claims were not there.
func (m *Matcher) examples(snap *search.Snapshot, queries []Query, away bool) []example {
	out := make([]example, len(queries))
	for i, query := range queries {
		q := m.ask(query.Text, "en", []*search.Snapshot{snap})
		right := make(map[search.ID]bool, len(query.Right))
		for id := range query.Right {
			right[IDOf(id)] = true
		}
		found := q.l.Top(pool, func(id search.ID) bool { return away && right[id] })
		ex := example{wants: len(query.Right)}
		if len(found) > 0 {
			q.read(found)
			q.compute()
			ex.rows = rows{width: q.rows.width, values: slices.Clone(q.rows.values)}
		}
		for _, f := range found {
			ex.right = append(ex.right, right[f.ID])
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
		_, order := m.order(&ex.rows)
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

// order returns the scores of the rows, and their places, best first.
func (m *Model) order(rows *rows) ([]float32, []int) {
	score := make([]float32, rows.len())
	order := make([]int, len(score))
	for i := range score {
		score[i], order[i] = m.score(rows.row(i)), i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(score[b], score[a]) })
	return score, order
}
