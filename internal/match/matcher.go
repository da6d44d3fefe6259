package match

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

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

// Match returns the claims that a sentence or a post may make, best first.
func (m *Matcher) Match(text string, opt Options, snaps ...*search.Snapshot) []Candidate {
	if opt.Limit <= 0 {
		opt.Limit = shown
	}
	post := Clean(text[:min(len(text), search.MaxQueryBytes)])
	var out []Candidate
	for i, s := range snaps {
		q := search.CandidateQuery{Text: post.Text + " " + post.Author, Language: cmp.Or(opt.Language, "en"), Limit: 20, AnyLanguage: true, Exclude: opt.Exclude}
		for _, c := range s.Candidates(q) {
			share := c.Share[search.FieldClaim] + c.Share[search.FieldTitle]
			x := Candidate{ID: c.ID, Index: i, Score: float32(c.Words/20 + 3*c.Grams + 2*share), Reading: None}
			x.Probability = float32(1 / (1 + math.Exp(-(6*c.Grams + 4*share - 6))))
			for _, t := range c.Terms {
				x.Why.Words = append(x.Why.Words, t.Surface)
			}
			if opt.Outside != nil {
				x.Score += opt.Outside(text, c.ID)
			}
			switch {
			case x.Probability >= .9:
				x.Reading = Same
			case x.Probability >= .25:
				x.Reading = Related
			}
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b Candidate) int { return cmp.Compare(b.Score, a.Score) })
	return out[:min(len(out), opt.Limit)]
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
