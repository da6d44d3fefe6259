package match

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/touchstone-factcheck/touchstone/internal/search"
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
	// MaxTextBytes is how much of an article is read.
	MaxTextBytes = 1 << 20
	// MaxPassageBytes is how much of a sentence or post is read.
	MaxPassageBytes = 8000
	// MaxPassages is how many sentences of an article are matched.
	MaxPassages = 2000
	// MaxCandidates is the most candidates of one passage.
	MaxCandidates = 60
)

// pool is how many candidates are ranked anew.
var pool = 24

// Options say how a text is matched. The zero value is right for a post.
type Options struct {
	// Limit is the most candidates of one passage, 0 for 5.
	Limit int
	// Language is that of the text, a BCP 47 tag; empty if it is not known.
	Language string
	// Exclude leaves claims out, such as rejected ones or the claim itself.
	Exclude func(search.ID) bool
	// Outside is a score from elsewhere, such as the cosine of a sentence encoder, for a text and a claim. It is added to
	// the ranking score as it is, so the caller weighs it; the probability is that of the ranking without it. Nil for none.
	Outside func(text string, id search.ID) float32
}

// Candidate is a claim that a passage may make.
type Candidate struct {
	ID          search.ID
	Index       int     // which of the snapshots it came from
	Score       float32 // only its differences within one passage mean something
	Probability float32 // that it is the claim of the passage, between 0 and 1
	Reading     Reading
	Why         Why
}

// Result is a passage with its candidates, best first.
type Result struct {
	Passage    Passage
	Candidates []Candidate
}

// Matcher matches texts with the claims of an index. It holds no claims, may be used from many goroutines at once, and
// waits for nobody.
type Matcher struct {
	model *Model
}

// New returns a matcher with a model; nil means the committed one.
func New(m *Model) (*Matcher, error) {
	if m == nil {
		var err error
		if m, err = Default(); err != nil {
			return nil, err
		}
	}
	return &Matcher{m}, nil
}

// Match returns the claims that a sentence or a post may make, best first. All words are weighed by the first snapshot, so that
// a small private one is read with the statistics of the public one, and never the other way round.
func (m *Matcher) Match(text string, opt Options, snaps ...*search.Snapshot) []Candidate {
	if opt.Limit <= 0 {
		opt.Limit = shown
	}
	if len(snaps) == 0 {
		return nil
	}
	q := m.ask(text[:min(len(text), MaxPassageBytes)], opt.Language, snaps)
	defer q.release()
	found := q.l.Top(pool, opt.Exclude)
	if len(found) == 0 {
		return nil
	}
	q.read(found)
	q.compute()
	score := make([]float32, len(found))
	order := make([]int, len(found))
	for i := range found {
		score[i], order[i] = m.model.score(q.rows.row(i)), i
	}
	evidence := m.model.evidence(&q.rows, score)
	if opt.Outside != nil {
		for i := range score {
			score[i] += opt.Outside(text, found[i].ID)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(score[b], score[a]) })
	var out []Candidate
	for _, i := range order[:min(opt.Limit, len(order))] {
		x := Candidate{ID: found[i].ID, Index: found[i].Index, Score: score[i], Why: q.why(&q.docs[i])}
		x.Probability = m.model.cal.probability(evidence[i])
		if q.docs[i].language != q.own {
			x.Probability = q.abroadProbability(&q.docs[i])
		}
		if x.Why.Differs() {
			x.Probability *= lowered
		}
		x.Reading = m.model.cal.reading(x.Probability)
		out = append(out, x)
	}
	return out
}

// Article matches each sentence and each quotation of a longer text, and returns those with a candidate that is the same or
// related. It returns the context's error when that ends first.
func (m *Matcher) Article(ctx context.Context, text string, opt Options, snaps ...*search.Snapshot) ([]Result, error) {
	var out []Result
	for _, p := range Passages(text) {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("match an article: %w", err)
		}
		found := slices.DeleteFunc(m.Match(p.Text, opt, snaps...), func(x Candidate) bool { return x.Reading == None })
		if len(found) > 0 {
			out = append(out, Result{p, found})
		}
	}
	return out, nil
}
