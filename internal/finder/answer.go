package finder

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/search"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	// maxLooked is how many claims one page is chosen from, at most. Where hardly any is kept, the page is short and its cursor
	// leads on.
	maxLooked = 3000
	// pastSince is how many claims older than Wanted.Since are looked at in a list by publication before it ends.
	pastSince = 500
)

// Wanted is what programs look for: the claims that a text makes, in whatever words, and those that have its words.
type Wanted struct {
	Text      string // empty: all, the newest first
	Publisher string // as store.ListFilter has it, for lists without a text
	// Sites narrows what a text finds to claims with a verdict of one of these publishers; none: of any.
	Sites []string
	// Since says that Keep keeps hardly any that were published before: a list without a text ends soon after.
	Since  time.Time
	Keep   func(store.Document) (bool, error) // conditions that no index knows; nil keeps all
	Skip   int                                // of those that are kept, before the first
	Limit  int                                // 1 to store.MaxPage
	Cursor string                             // of the page before
}

// Answers is a page of what was wanted.
type Answers struct {
	Docs []store.Document // rows of now
	Next string           // cursor of the next page; empty on the last
	Skip int              // what is left to be skipped on the next page
	// Warming says that the store's bounded search answered, newest first, for there is no index yet.
	Warming bool
}

// Answer returns a page of public claims, the best first: those that the matcher says the text makes, then those with its words by
// relevance. CodeInvalid for a cursor that makes no sense, CodeUnavailable for one by relevance while there is no index. One
// match, one search and one query to the store for a page; up to 3,000 documents are read where nearly none is kept.
func (f *Finder) Answer(ctx context.Context, w Wanted) (Answers, error) {
	if w.Limit < 1 || w.Limit > store.MaxPage {
		return Answers{}, factcheck.Invalid("limit", "choose a number from 1 to %d", store.MaxPage)
	}
	after, byRank, err := decodeRank(w.Cursor)
	if err != nil {
		return Answers{}, err
	}
	s, ok := f.Public()
	if !ok && byRank {
		return Answers{}, ErrWarming
	}
	if w.Text == "" || !ok || w.Cursor != "" && !byRank {
		return f.answerInStore(ctx, w, !ok)
	}
	if wordless(w.Text) {
		return Answers{}, nil
	}
	read, err := f.readText(ctx, w.Text, s) // what takes too long to read is found by its words alone
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return Answers{}, err
	}
	a := asking{Wanted: w, store: f.cfg.Store, snap: s}
	for _, m := range read.Made {
		a.made = append(a.made, search.Hit{ID: search.ID(m.Doc.Claim)})
	}
	return a.page(ctx, after)
}

// asking is an answer on its way.
type asking struct {
	Wanted

	store  *store.DB
	snap   *search.Snapshot
	made   []search.Hit // what the text makes: before everything else
	out    Answers
	looked int
}

// page returns the claims after a place in the ranking.
func (a *asking) page(ctx context.Context, after rank) (Answers, error) {
	q := search.Query{Text: a.Text}
	if len(a.Sites) > 0 {
		q.Filters = []search.Filter{{Name: FacetPublisher, Values: a.Sites}}
	}
	a.out.Skip = a.Skip
	at, want := -1, a.Limit+1 // one more says whether there is another page
	for {
		q.Limit = min(max(after.place, at, 0)+4*(want+a.out.Skip), search.MaxLimit)
		answer, err := a.snap.Search(q)
		if err != nil {
			return Answers{}, fmt.Errorf("answer a text: %w", err)
		}
		hits := a.ranked(answer.Hits)
		if at < 0 {
			at = after.in(hits)
		}
		for at < len(hits) && len(a.out.Docs) < want && a.looked < maxLooked {
			some := hits[at:min(at+want+a.out.Skip, at+store.MaxOf, len(hits))]
			docs, err := a.store.DocumentsOf(ctx, claimIDs(some), store.ListFilter{Publisher: store.AnyPublisher})
			if err == nil {
				err = a.keep(docs)
			}
			if err != nil {
				return Answers{}, err
			}
			at += len(some)
		}
		switch {
		case len(a.out.Docs) >= want:
			a.out.Docs = a.out.Docs[:a.Limit]
			last := search.ID(a.out.Docs[a.Limit-1].Claim)
			a.end(hits, 1+slices.IndexFunc(hits, func(h search.Hit) bool { return h.ID == last }))
			return a.out, nil
		case a.looked >= maxLooked && at < len(hits):
			a.end(hits, at)
			return a.out, nil
		case len(answer.Hits) < q.Limit || q.Limit == search.MaxLimit:
			return a.out, nil
		}
	}
}

// end says where the next page begins; as far as the index gives hits, there is one.
func (a *asking) end(hits []search.Hit, place int) {
	if place <= search.MaxLimit {
		a.out.Next = rank{place: place, last: factcheck.ClaimID(hits[place-1].ID)}.encode()
	}
}

// ranked puts what the text makes before what has its words.
func (a *asking) ranked(hits []search.Hit) []search.Hit {
	out := slices.Clone(a.made)
	for _, h := range hits {
		if !slices.ContainsFunc(a.made, func(m search.Hit) bool { return m.ID == h.ID }) {
			out = append(out, h)
		}
	}
	return out
}

// keep takes in what is wanted of some documents.
func (a *asking) keep(docs []store.Document) error {
	for _, d := range docs {
		a.looked++
		if a.Keep != nil {
			if ok, err := a.Keep(d); err != nil || !ok {
				if err != nil {
					return err
				}
				continue
			}
		}
		if a.out.Skip > 0 {
			a.out.Skip--
			continue
		}
		a.out.Docs = append(a.out.Docs, d)
	}
	return nil
}

// answerInStore lists without an index: everything of a publisher, or while the index warms what the store finds.
func (f *Finder) answerInStore(ctx context.Context, w Wanted, warming bool) (Answers, error) {
	a := asking{Wanted: w}
	a.out.Skip, a.out.Warming = w.Skip, warming && w.Text != ""
	filter := store.ListFilter{Query: w.Text, Publisher: w.Publisher, Cursor: w.Cursor}
	if w.Text != "" {
		filter.Publisher = store.AnyPublisher
	}
	past := 0
	for {
		filter.Limit = min(w.Limit-len(a.out.Docs)+a.out.Skip, store.MaxPage)
		docs, next, err := f.cfg.Store.ListClaims(ctx, filter)
		if err == nil {
			err = a.keep(docs)
		}
		if err != nil {
			return Answers{}, err
		}
		for _, d := range docs {
			if d.PublishedAt.Before(w.Since) {
				past++
			}
		}
		filter.Cursor = next
		if next == "" || past >= pastSince {
			return a.out, nil
		}
		if len(a.out.Docs) >= w.Limit || a.looked >= maxLooked {
			a.out.Next = next
			return a.out, nil
		}
	}
}
