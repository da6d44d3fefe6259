package finder

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/search"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// MaxFound is how many of the claims found can be paged to.
const MaxFound = search.MaxLimit

// Cold returns a finder that never has an index: the store answers for it.
func Cold(db *store.DB) *Finder {
	f := &Finder{cfg: Config{Store: db}}
	f.state.Store(&State{})
	return f
}

// IsCold reports whether this finder never has an index.
func (f *Finder) IsCold() bool { return f.matcher == nil }

// Facets returns the names of the facets that readers choose by, in the order in which they are shown.
func Facets() []string {
	return []string{FacetRating, FacetTopic, FacetPublisher, FacetLanguage, FacetYear}
}

// Question is what a reader asks for. All of it may come from an address: nothing in it is an error.
type Question struct {
	Text   string            // as typed, see search.Query
	Chosen map[string]string // one value of each of some of Facets
	Sort   search.Sort
	Exact  bool // without correcting typos
	// Limit is the most claims of one answer, 0 for 20, at most store.MaxPage; Offset how many come before them.
	Limit, Offset int
}

// Found is what a question found.
type Found struct {
	Docs  []store.Document // rows of now, so what was withdrawn or suspended meanwhile is not shown with its old finding
	Total int              // of all that was found
	// Warming says that the store's bounded search answered, for there is no index yet: newest first, no facets, no spelling;
	// AtLeast that Total is a lower bound.
	Warming, AtLeast bool
	// Facets says for each value how many claims choosing it would find, the value in the place of another of its facet.
	Facets      map[string][]search.FacetCount
	Corrections []search.Correction
	Ignored     []string
	Marker      search.Marker
}

// Find answers readers' search from the index of public claims, or from the store while there is none. One query to the
// store; one more search of the index for each facet chosen.
func (f *Finder) Find(ctx context.Context, q Question) (Found, error) {
	q.Limit = min(max(q.Limit, 0), store.MaxPage)
	if q.Limit == 0 {
		q.Limit = 20
	}
	q.Offset = min(max(q.Offset, 0), MaxFound-q.Limit)
	s, ok := f.Public()
	if !ok {
		return f.findInStore(ctx, q)
	}
	if wordless(q.Text) {
		return Found{}, nil
	}
	answer, err := s.Search(q.query(""))
	if err != nil {
		return Found{}, fmt.Errorf("find claims: %w", err)
	}
	found := Found{Total: answer.Total, Facets: answer.Facets, Corrections: answer.Corrections, Ignored: answer.Ignored, Marker: answer.Marker}
	for name := range q.Chosen {
		others := q.query(name)
		others.Limit, others.Offset = 1, 0
		counts, err := s.Search(others)
		if err != nil {
			return Found{}, fmt.Errorf("count the other values of %s: %w", name, err)
		}
		found.Facets[name] = counts.Facets[name]
	}
	maps.DeleteFunc(found.Facets, func(name string, _ []search.FacetCount) bool { return !slices.Contains(Facets(), name) })
	found.Docs, err = f.cfg.Store.DocumentsOf(ctx, claimIDs(answer.Hits), store.ListFilter{Publisher: store.AnyPublisher})
	return found, err
}

// wordless reports whether a text was given that has no words: it finds nothing, where no text at all finds everything.
func wordless(text string) bool { return text != "" && len(search.Words(text, "")) == 0 }

// query is the question as the index takes it, all facets chosen but one.
func (q *Question) query(but string) search.Query {
	out := search.Query{Text: q.Text, Sort: q.Sort, Exact: q.Exact, Limit: q.Limit, Offset: q.Offset, Facets: true}
	for name, value := range q.Chosen {
		if name != but && slices.Contains(Facets(), name) {
			out.Filters = append(out.Filters, search.Filter{Name: name, Values: []string{value}})
		}
	}
	return out
}

func claimIDs(hits []search.Hit) []factcheck.ClaimID {
	ids := make([]factcheck.ClaimID, len(hits))
	for i, h := range hits {
		ids[i] = factcheck.ClaimID(h.ID)
	}
	return ids
}

// findInStore answers from the store, as far as SQL can say what the index would.
func (f *Finder) findInStore(ctx context.Context, q Question) (Found, error) {
	found := Found{Warming: true}
	filter, ok := q.filter()
	if !ok {
		return found, nil
	}
	var err error
	found.Docs, found.Total, found.AtLeast, err = f.cfg.Store.SearchClaims(ctx, filter, q.Offset)
	if factcheck.CodeOf(err) == factcheck.CodeInvalid {
		return found, nil // no claim has a language or the like that there is not
	}
	return found, err
}

// filter is the question as the store takes it, and false if nothing can be found. A rating holds for any verdict of a claim
// there, not for the leading one.
func (q *Question) filter() (store.ListFilter, bool) {
	out := store.ListFilter{Query: q.Text, Publisher: store.AnyPublisher, Limit: q.Limit}
	if !plain(q.Text) {
		return out, false
	}
	for name, value := range q.Chosen {
		if value == "" || !plain(value) {
			return out, false
		}
		switch name {
		case FacetRating:
			out.Truth, out.Reason = factcheck.Truth(value), factcheck.Reason(value)
			if out.Truth.Valid() {
				out.Reason = ""
			} else {
				out.Truth = ""
			}
		case FacetTopic:
			out.Topic = value
		case FacetPublisher:
			if out.Publisher = value; value == HousePublisher {
				out.Publisher = ""
			}
		case FacetLanguage:
			out.Language = value
		case FacetYear:
			year, err := strconv.Atoi(value)
			if err != nil || year < 1000 || year > 9999 {
				return out, false
			}
			out.PublishedAfter = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Add(-time.Microsecond)
			out.PublishedBefore = time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC)
		}
	}
	return out, true
}

// plain reports whether PostgreSQL takes a text.
func plain(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
