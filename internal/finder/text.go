package finder

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/match"
	"github.com/touchstone-factcheck/touchstone/internal/search"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	// maxReading is how long a reader's text may take to match. One that takes longer is only searched for.
	maxReading = 2 * time.Second
	// maxMade is how many claims of one text are named.
	maxMade = 10
)

// Made is a public claim that a text may make.
type Made struct {
	Doc     store.Document
	Reading match.Reading // match.Same or match.Related
	Passage string        // what of the text makes it, as it stands there
	Why     match.Why
	// Probability that the passage makes the claim, between 0 and 1.
	Probability float32
}

// Reading is what came of reading a text.
type Reading struct {
	Made []Made // the same first, then the likeliest
	// Why the text was not understood, for a person; empty if it was: only then is silence an answer.
	Why string
}

// MadeBy reads a text for the public claims it may make, each once. Nothing while there is no index. One query to the store.
func (f *Finder) MadeBy(ctx context.Context, text string) (Reading, error) {
	public, ok := f.Public()
	if !ok {
		return Reading{}, nil
	}
	out, err := f.readText(ctx, text, public)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return Reading{}, err
	}
	best := out.Made
	ids := make([]factcheck.ClaimID, len(best))
	for i, b := range best {
		ids[i] = b.Doc.Claim
	}
	docs, err := f.cfg.Store.DocumentsOf(ctx, ids, store.ListFilter{Publisher: store.AnyPublisher})
	if err != nil {
		return Reading{}, err
	}
	// What was withdrawn meanwhile has no document; the others come in the order that they were asked for.
	out.Made = make([]Made, 0, len(docs))
	for _, d := range docs {
		b := best[slices.IndexFunc(best, func(m Made) bool { return m.Doc.Claim == d.Claim })]
		b.Doc = d
		out.Made = append(out.Made, b)
	}
	return out, nil
}

// maxReadings is how long several texts may take together.
const maxReadings = 8 * time.Second

// ReadTexts finds the public claims that each of several texts makes, ten at most of each. CodeUnavailable while there is no
// index. Of each document, the id alone is there, and nobody is asked: whether a claim is still public is for the caller to see.
func (f *Finder) ReadTexts(ctx context.Context, texts []string) ([]Reading, error) {
	out := make([]Reading, len(texts))
	public, ok := f.Public()
	if !ok {
		return nil, ErrWarming
	}
	together, cancel := context.WithTimeout(ctx, maxReadings)
	defer cancel()
	for i, text := range texts {
		made, err := f.readText(together, text, public)
		if ctx.Err() != nil {
			return nil, fmt.Errorf("read texts: %w", ctx.Err())
		}
		if err != nil {
			return nil, err
		}
		if out[i] = made; together.Err() != nil {
			out[i] = Reading{Why: "reading all these texts takes too long; ask for fewer at a time"}
		}
	}
	return out, nil
}

// readText reads one text, for as long as one may take; of each document, the id alone is there. Whether ctx itself ended is for
// the caller to see.
func (f *Finder) readText(ctx context.Context, text string, public *search.Snapshot) (Reading, error) {
	if len(search.Words(text, "")) == 0 {
		return Reading{Why: "there are no words in it"}, nil
	}
	reading, cancel := context.WithTimeout(ctx, maxReading)
	defer cancel()
	results, err := f.matched(reading, text, match.Options{}, public)
	if reading.Err() != nil {
		return Reading{Why: "reading this text takes too long; ask for a part of it"}, nil
	}
	return Reading{Made: likeliest(results)}, err
}

// likeliest returns each claim once, where it is likeliest; of its document, the id alone is there.
func likeliest(results []match.Result) []Made {
	var all []Made
	for _, r := range results {
		for _, c := range r.Candidates {
			if c.Reading == match.Same || c.Reading == match.Related {
				all = append(all, Made{store.Document{Claim: factcheck.ClaimID(c.ID)}, c.Reading, r.Passage.Text, c.Why, c.Probability})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Made) int {
		return cmp.Or(cmp.Compare(order(a.Reading), order(b.Reading)), cmp.Compare(b.Probability, a.Probability))
	})
	var out []Made
	for _, c := range all {
		if len(out) < maxMade && !slices.ContainsFunc(out, func(m Made) bool { return m.Doc.Claim == c.Doc.Claim }) {
			out = append(out, c)
		}
	}
	return out
}

// order puts what is the same before what is related.
func order(r match.Reading) int {
	if r == match.Same {
		return 0
	}
	return 1
}
