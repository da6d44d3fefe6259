package finder

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/match"
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
}

// MadeBy returns the public claims that a reader's text may make, each once: the same first, then the likeliest. None while
// there is no index, or if the text takes more than two seconds to read. One query to the store.
func (f *Finder) MadeBy(ctx context.Context, text string) ([]Made, error) {
	public, ok := f.Public()
	if !ok {
		return nil, nil
	}
	best, err := f.likely(ctx, text, public)
	if err != nil {
		return nil, err
	}
	ids := make([]factcheck.ClaimID, len(best))
	for i, b := range best {
		ids[i] = b.Doc.Claim
	}
	docs, err := f.cfg.Store.DocumentsOf(ctx, ids, store.ListFilter{Publisher: store.AnyPublisher})
	if err != nil {
		return nil, err
	}
	// What was withdrawn meanwhile has no document; the others come in the order that they were asked for.
	out := make([]Made, 0, len(docs))
	for _, d := range docs {
		b := best[slices.IndexFunc(best, func(m Made) bool { return m.Doc.Claim == d.Claim })]
		b.Doc = d
		out = append(out, b)
	}
	return out, nil
}

// likeliest returns each claim once, where it is likeliest; of its document, the id alone is there.
func likeliest(results []match.Result) []Made {
	type candidate struct {
		Made
		probability float32
	}
	var all []candidate
	for _, r := range results {
		for _, c := range r.Candidates {
			if c.Reading == match.Same || c.Reading == match.Related {
				all = append(all, candidate{Made{store.Document{Claim: factcheck.ClaimID(c.ID)}, c.Reading, r.Passage.Text, c.Why}, c.Probability})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(order(a.Reading), order(b.Reading)), cmp.Compare(b.probability, a.probability))
	})
	var out []Made
	for _, c := range all {
		if len(out) < maxMade && !slices.ContainsFunc(out, func(m Made) bool { return m.Doc.Claim == c.Doc.Claim }) {
			out = append(out, c.Made)
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
