package finder

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/search"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// SortRelevance orders a list by how well the claims answer the words, the best first.
const SortRelevance store.Sort = "relevance"

// Page is a page of a list that words were searched for.
type Page struct {
	Docs []store.Document
	Next string // cursor of the next page, empty on the last
	// Warming says that the store's bounded search answered, newest first, for there is no index yet.
	Warming bool
	// Total is how many claims were found, and -1 where the index does not know because it cannot tell all that was filtered by.
	Total       int
	Corrections []search.Correction
	Ignored     []string
	Seq         int64 // the change that the index stood at; 0 while warming
}

// List returns a page of the claims that have the words of f.Query and pass the other conditions, exactly. The sort may be
// SortRelevance, which is also the default. The index gives at most MaxFound claims: by relevance those that answer the words
// best, by publication all, by update those of the best. A page repeats and loses nothing while nothing changes. CodeInvalid
// for a filter or cursor that makes no sense, CodeUnavailable for a cursor by relevance while there is no index.
// One query to the store for a page, up to 16 where nearly all that was found does not pass.
func (f *Finder) List(ctx context.Context, filter store.ListFilter) (Page, error) {
	from, byRank, err := decodeRank(filter.Cursor)
	if err != nil {
		return Page{}, err
	}
	if filter.Sort == "" {
		filter.Sort = SortRelevance
	}
	if byRank && filter.Sort != SortRelevance {
		return Page{}, factcheck.Invalid("cursor", "this cursor is of a list by relevance; begin again without one")
	}
	if err := check(filter); err != nil {
		return Page{}, err
	}
	s, ok := f.Public()
	if !ok {
		return f.listInStore(ctx, filter, byRank)
	}
	if wordless(filter.Query) {
		return Page{Seq: s.Seq()}, nil
	}
	l := listing{store: f.cfg.Store, snap: s, filter: filter}
	l.query, l.exact = indexed(filter)
	var page Page
	switch {
	case filter.Sort == SortRelevance && (byRank || filter.Cursor == ""):
		page, err = l.byRelevance(ctx, from)
	case filter.Sort == store.SortUpdated:
		page, err = l.byUpdate(ctx)
	default: // a list by relevance that began while there was no index goes on as it began: newest first
		page, err = l.byPublication(ctx)
	}
	page.Seq = s.Seq()
	if !l.exact {
		page.Total = -1
	}
	return page, err
}

// check refuses what the store would, whether anything is found or not.
func check(filter store.ListFilter) error {
	filter.Cursor = ""
	if filter.Sort == SortRelevance {
		filter.Sort = store.SortPublished
	}
	return filter.Check()
}

func (f *Finder) listInStore(ctx context.Context, filter store.ListFilter, byRank bool) (Page, error) {
	if byRank {
		return Page{}, &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "the search index is being made; try again", RetryAfter: 2 * time.Second}
	}
	if filter.Sort == SortRelevance {
		filter.Sort = store.SortPublished
	}
	page := Page{Warming: true, Total: -1}
	var err error
	page.Docs, page.Next, err = f.cfg.Store.ListClaims(ctx, filter)
	return page, err
}

// listing is a list on its way.
type listing struct {
	store  *store.DB
	snap   *search.Snapshot
	filter store.ListFilter
	query  search.Query
	exact  bool // the query says all that the filter does
}

// indexed is a filter as the index takes it: what it finds is all that passes the filter, and where exact is false also other
// claims.
func indexed(f store.ListFilter) (q search.Query, exact bool) {
	q = search.Query{Text: f.Query}
	only := func(name, value string) {
		q.Filters = append(q.Filters, search.Filter{Name: name, Values: []string{value}})
	}
	scope := f.Publisher
	switch f.Publisher {
	case "":
		scope = HousePublisher
		only(FacetPublisher, HousePublisher)
	case store.AnyPublisher:
		scope = AnyPublisher
	default:
		scope = strings.ToLower(scope)
		only(FacetPublisher, facetValue(scope))
	}
	verdict := 0
	for name, value := range map[string]string{FacetTruth: string(f.Truth), FacetLabel: f.Rating, FacetReason: string(f.Reason)} {
		if value != "" {
			verdict++
			only(name, scoped(scope, value))
		}
	}
	if f.Topic != "" {
		only(FacetTopic, facetValue(f.Topic))
	}
	if f.Language != "" {
		only(FacetLanguage, factcheck.PrimaryLanguage(f.Language))
	}
	if !f.Claimant.IsZero() {
		only(FacetClaimant, f.Claimant.String())
	}
	// The index knows seconds.
	if !f.PublishedAfter.IsZero() {
		q.From = f.PublishedAfter.Truncate(time.Second)
	}
	if !f.PublishedBefore.IsZero() {
		q.Until = f.PublishedBefore.Truncate(time.Second).Add(time.Second)
	}
	exact = verdict < 2 && !strings.Contains(f.Language, "-") && f.Stance == "" && f.ArticleURL == "" &&
		f.PublishedAfter.IsZero() && f.PublishedBefore.IsZero() && f.UpdatedAfter.IsZero()
	return q, exact
}

// byRelevance returns the claims after a place in the ranking.
func (l *listing) byRelevance(ctx context.Context, after rank) (Page, error) {
	q := l.query
	want := l.filter.Limit + 1 // one more says whether there is another page
	take := want
	var page Page
	at, started := 0, false
	for {
		q.Limit = min(max(after.place, at)+4*take, search.MaxLimit)
		answer, err := l.snap.Search(q)
		if err != nil {
			return page, fmt.Errorf("list what was found: %w", err)
		}
		page.Total, page.Corrections, page.Ignored = answer.Total, answer.Corrections, answer.Ignored
		if !started {
			at, started = after.in(answer.Hits), true
		}
		for at < len(answer.Hits) && len(page.Docs) < want {
			some := answer.Hits[at:min(at+take, len(answer.Hits))]
			docs, err := l.store.DocumentsOf(ctx, claimIDs(some), l.filter)
			if err != nil {
				return page, err
			}
			page.Docs = append(page.Docs, docs...)
			at += len(some)
			take = min(2*take, store.MaxOf)
		}
		if len(page.Docs) >= want {
			page.cut(l.filter.Limit, answer.Hits)
			return page, nil
		}
		if len(answer.Hits) < q.Limit || q.Limit == search.MaxLimit {
			return page, nil
		}
	}
}

// cut leaves so many claims on the page and says where they end.
func (p *Page) cut(limit int, hits []search.Hit) {
	p.Docs = p.Docs[:limit]
	last := p.Docs[limit-1].Claim
	p.Next = rank{place: 1 + slices.IndexFunc(hits, func(h search.Hit) bool { return h.ID == search.ID(last) }), last: last}.encode()
}

// byPublication returns the newest claims after a cursor. Chunk by chunk of what the index finds is listed by the store, which
// knows more of time than seconds; so of each chunk but the last, the last second waits for the next.
func (l *listing) byPublication(ctx context.Context) (Page, error) {
	q := l.query
	q.Sort = search.SortNewest
	l.filter.Sort = store.SortPublished
	if before, err := store.CursorTime(l.filter.Cursor); err != nil {
		return Page{}, err
	} else if until := before.Truncate(time.Second).Add(time.Second); !before.IsZero() && (q.Until.IsZero() || until.Before(q.Until)) {
		q.Until = until
	}
	unbounded := l.filter.Cursor == ""
	var page Page
	for q.Limit = min(4*l.filter.Limit, search.MaxLimit); ; q.Limit = min(8*q.Limit, search.MaxLimit) {
		answer, err := l.snap.Search(q)
		if err != nil {
			return page, fmt.Errorf("list what was found: %w", err)
		}
		hits, all := answer.Hits, len(answer.Hits) < q.Limit
		if !all && q.Limit < search.MaxLimit {
			hits = withoutLastSecond(hits)
		}
		page.Total, page.Corrections, page.Ignored = answer.Total, answer.Corrections, answer.Ignored
		if !unbounded {
			page.Total = -1 // what was counted is what is left
		}
		page.Docs, page.Next, err = l.store.ListClaimsOf(ctx, claimIDs(hits), l.filter)
		if err != nil || page.Next != "" || all || q.Limit == search.MaxLimit {
			return page, err
		}
	}
}

// withoutLastSecond leaves out the hits of the last one's second: there may be more of it.
func withoutLastSecond(hits []search.Hit) []search.Hit {
	last := hits[len(hits)-1].Published
	end := slices.IndexFunc(hits, func(h search.Hit) bool { return h.Published.Equal(last) })
	return hits[:end]
}

// byUpdate returns the claims that changed last after a cursor, of the best that were found.
func (l *listing) byUpdate(ctx context.Context) (Page, error) {
	q := l.query
	q.Limit = search.MaxLimit
	answer, err := l.snap.Search(q)
	if err != nil {
		return Page{}, fmt.Errorf("list what was found: %w", err)
	}
	page := Page{Total: answer.Total, Corrections: answer.Corrections, Ignored: answer.Ignored}
	page.Docs, page.Next, err = l.store.ListClaimsOf(ctx, claimIDs(answer.Hits), l.filter)
	return page, err
}

// rank is a place in a ranking: how many hits came before, and the last of them, which is looked for first. So a page goes on
// where the one before ended, though something better may have been published since.
type rank struct {
	place int
	last  factcheck.ClaimID
}

// in returns where to go on.
func (r rank) in(hits []search.Hit) int {
	if r.place == 0 {
		return 0
	}
	if i := slices.IndexFunc(hits, func(h search.Hit) bool { return h.ID == search.ID(r.last) }); i >= 0 {
		return i + 1
	}
	return min(r.place, len(hits))
}

// rankBytes is how long a cursor by relevance is, unlike the store's.
const rankBytes = 20

func (r rank) encode() string {
	b := binary.BigEndian.AppendUint32(nil, uint32(r.place))
	return base64.RawURLEncoding.EncodeToString(append(b, r.last[:]...))
}

// decodeRank reads a cursor by relevance, and reports false for what may be one of the store's.
func decodeRank(cursor string) (rank, bool, error) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(b) != rankBytes {
		return rank{}, false, nil //nolint:nilerr // then it is not one of these
	}
	r := rank{place: int(binary.BigEndian.Uint32(b)), last: factcheck.ClaimID(b[4:])}
	if r.place < 1 || r.place > search.MaxLimit {
		return rank{}, false, factcheck.Invalid("cursor", "this is not a cursor of this list; begin again without one")
	}
	return r, true, nil
}
