package match

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

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
	MaxCandidates = pool
)

// pool is how many candidates are ranked anew.
const pool = 24

// Options say how a text is matched. The zero value is right for a post.
type Options struct {
	// Limit is the most candidates of one passage, 0 for 5.
	Limit int
	// Language is that of the text, a BCP 47 tag. Without one it is found out by the commonest words, and is English where they
	// do not tell.
	Language string
	// Exclude leaves claims out, such as rejected ones or the claim itself. Article calls it from several goroutines.
	Exclude func(search.ID) bool
	// Outside is a score from elsewhere, such as the cosine of a sentence encoder, for a text and a claim. It is added to
	// the ranking score as it is, so the caller weighs it; the probability is that of the ranking without it. Article
	// calls it from several goroutines. Nil for none.
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
// a small private one is read with the statistics of the public one, and never the other way round. It waits for nobody.
func (m *Matcher) Match(text string, opt Options, snaps ...*search.Snapshot) []Candidate {
	return m.match(text, opt, false, snaps)
}

// match matches a post, or a passage of an article.
func (m *Matcher) match(text string, opt Options, passage bool, snaps []*search.Snapshot) []Candidate {
	if len(snaps) == 0 {
		return nil
	}
	q := m.ask(text[:min(len(text), MaxPassageBytes)], opt.Language, snaps)
	defer q.release()
	q.same, q.related = m.model.cal.thresholds(passage)
	found := q.l.Top(pool, opt.Exclude)
	if len(found) == 0 {
		return nil
	}
	q.read(found)
	q.compute()
	all := q.judge(text, opt.Outside)
	limit := opt.Limit
	if limit <= 0 {
		limit = shown
	}
	out := make([]Candidate, 0, min(limit, len(all)))
	for _, j := range all[:min(limit, len(all))] {
		x := Candidate{ID: found[j.doc].ID, Index: found[j.doc].Index, Score: j.score, Probability: j.probability, Why: q.why(&q.docs[j.doc])}
		switch {
		case x.Why.Differs():
			x.Probability = max(lowered*x.Probability, min(x.Probability, q.related)) // what is related stays so, for a person to see
		case q.verbatim(&q.docs[j.doc]):
			x.Probability = max(x.Probability, q.same)
		}
		x.Reading = q.reading(x.Probability)
		out = append(out, x)
	}
	return out
}

// judged is a candidate with its score.
type judged struct {
	doc                int
	score, probability float32
}

// judge scores the candidates and puts them in order: by score, but one in another language, of which the model knows little,
// before those that are less likely.
func (q *question) judge(text string, outside func(string, search.ID) float32) []judged {
	m := q.m.model
	scores := make([]float32, len(q.docs))
	all := make([]judged, len(q.docs))
	for i := range scores {
		scores[i] = m.score(q.rows.row(i))
	}
	evidence := m.evidence(&q.rows, scores)
	for i := range all {
		all[i] = judged{i, scores[i], m.cal.probability(evidence[i])}
		if q.docs[i].abroad {
			all[i].probability = q.abroadProbability(&q.docs[i])
		}
		if outside != nil {
			all[i].score += outside(text, q.docs[i].found.ID)
		}
	}
	slices.SortStableFunc(all, func(a, b judged) int { return cmp.Compare(b.score, a.score) })
	for i := range all {
		if !q.docs[all[i].doc].abroad || all[i].probability < q.related {
			continue
		}
		at := i
		for at > 0 && all[at-1].probability < all[at].probability {
			all[at-1], all[at] = all[at], all[at-1]
			at--
		}
	}
	return all
}

// Article matches each sentence and each quotation of a longer text, on all processors at once, and returns those with a
// candidate that is the same or related. It returns the context's error when that ends first.
func (m *Matcher) Article(ctx context.Context, text string, opt Options, snaps ...*search.Snapshot) ([]Result, error) {
	passages := Passages(text)
	if len(snaps) == 0 || len(passages) == 0 {
		return nil, ctx.Err()
	}
	if opt.Language == "" {
		opt.Language = languageOf(text, snaps)
	}
	found := make([][]Candidate, len(passages))
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for range min(runtime.GOMAXPROCS(0), len(passages), maxWorkers) {
		group.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(passages) {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				found[i] = m.match(passages[i].Text, opt, true, snaps)
			}
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("match an article: %w", err)
	}
	var out []Result
	for i, list := range found {
		list = slices.DeleteFunc(list, func(x Candidate) bool { return x.Reading == None })
		if len(list) > 0 {
			out = append(out, Result{passages[i], list})
		}
	}
	return out, nil
}

// maxWorkers is how many goroutines match the passages of one article, so that one does not take all of a large machine.
const maxWorkers = 4
