package match

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// Reading is what a candidate is called, by its probability.
type Reading string

// Same is a claim that the text makes, wrong in at most three of a hundred posts whose claim is not known. Related is one
// that a person should look at. None is neither.
const (
	Same    Reading = "same"
	Related Reading = "related"
	None    Reading = "none"
)

// Limits of what is matched. Longer input is cut.
const (
	// MaxTextBytes is how much of a text is read.
	MaxTextBytes = 1 << 20
	// MaxPassages is how many sentences of an article are matched.
	MaxPassages = 2000
	// MaxCandidates is the most candidates of one passage.
	MaxCandidates = pool
)

// askedFor say how a text is matched. The zero value is right for a post.
type askedFor struct {
	Limit   int                  // candidates per passage, 0 for 5
	Exclude func(id string) bool // claims to leave out, such as rejected ones
	// Outside is a score from elsewhere, such as the cosine of a sentence encoder, for a text and a claim. It is added to
	// the ranking score as it is, so the caller weighs it; the probability is that of the ranking without it. Nil for none.
	Outside func(text, id string) float32
}

// candidate is a claim that a passage may make.
type candidate struct {
	ID          string
	Score       float32 // only its differences within one passage mean something
	Probability float32 // that it is the claim of the passage, between 0 and 1
	Reading     Reading
	Why         Why
}

// result is a passage with its candidates, best first.
type result struct {
	Passage    Passage
	Candidates []candidate
}

// Match returns the claims that a sentence or a post may make, best first. It costs a few milliseconds at 14,000 claims.
func (c *collection) Match(text string, opt askedFor) []candidate {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.match(text, opt)
}

// Article matches each sentence and each quotation of a longer text, and returns those with a candidate that is the same or
// related. It returns the context's error when that ends first.
func (c *collection) Article(ctx context.Context, text string, opt askedFor) ([]result, error) {
	var out []result
	for _, p := range Passages(text) {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("match an article: %w", err)
		}
		found := slices.DeleteFunc(c.Match(p.Text, opt), func(x candidate) bool { return x.Reading == None })
		if len(found) > 0 {
			out = append(out, result{p, found})
		}
	}
	return out, nil
}

// match does what Match says. The caller holds the lock.
func (c *collection) match(text string, opt askedFor) []candidate {
	if opt.Limit <= 0 {
		opt.Limit = shown
	}
	q := c.ask(text[:min(len(text), MaxTextBytes)])
	defer q.release()
	hits := q.candidates(pool, opt.Exclude)
	if len(hits) == 0 {
		return nil
	}
	rows := q.rows(hits)
	score := make([]float32, len(rows))
	order := make([]int, len(rows))
	for i, row := range rows {
		score[i], order[i] = c.model.score(row), i
		if opt.Outside != nil {
			score[i] += opt.Outside(text, c.slots[hits[i].slot].id)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(score[b], score[a]) })
	evidence := c.model.evidence(rows)
	var out []candidate
	for _, i := range order[:min(opt.Limit, len(order))] {
		e := &c.slots[hits[i].slot]
		p := c.model.cal.probability(evidence[i])
		out = append(out, candidate{ID: e.id, Score: score[i], Probability: p, Reading: c.model.cal.reading(p), Why: q.why(e)})
	}
	for i := range out {
		out[i].temper(&c.model.cal)
	}
	return out
}

// reading says what a probability is called.
func (c *calibration) reading(p float32) Reading {
	switch {
	case p >= c.Same:
		return Same
	case p >= c.Related:
		return Related
	}
	return None
}
