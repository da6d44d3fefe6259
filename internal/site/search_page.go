package site

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/match"
	"github.com/touchstone-factcheck/touchstone/internal/search"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

const (
	claimRunes  = 300 // of a claim in the list
	answerRunes = 220 // of its answer
	// maxTexts is how many pasted texts are matched at once, and textWait how long another waits its turn. Then it is only
	// searched for: matching is dear, and readers of everything else must not wait for it.
	maxTexts = 4
	textWait = 2 * time.Second
	// maxChoices is how many values of a facet are offered: those with most claims.
	maxChoices = 40
)

// byAddress fills the page with the article at the address that was asked for, and reports whether that is all there is to
// say. Addresses that nobody has filed are searched for as words, if they can be some.
func (s *Site) byAddress(ctx context.Context, page *pages.SearchPage, q searching) (done bool, err error) {
	address, is := addressOf(q.query)
	if !is {
		return false, nil
	}
	a, err := s.cfg.Store.PublicArticleByURL(ctx, address)
	switch code := factcheck.CodeOf(err); {
	case err == nil:
	case code == factcheck.CodeInvalid:
		return false, nil
	case code == factcheck.CodeNotFound:
		page.Unfiled = strings.Contains(address, "://")
		return page.Unfiled, nil
	default:
		return false, err
	}
	article, err := s.articlePage(page.Shell, a)
	if err != nil {
		return false, err
	}
	page.Article = &pages.FoundArticle{Path: "/articles/" + ui.PathSegment(a.Slug), ArticlePage: article}
	return true, nil
}

// madeBy fills the page with the claims that a text makes.
func (s *Site) madeBy(ctx context.Context, page *pages.SearchPage, text string) error {
	waiting, cancel := context.WithTimeout(ctx, textWait)
	defer cancel()
	if err := s.texts.Acquire(waiting, 1); err != nil {
		return nil // see textWait
	}
	read, err := s.cfg.Finder.MadeBy(ctx, text)
	s.texts.Release(1)
	if err != nil {
		return err
	}
	for _, m := range read.Made {
		claim, err := s.decode(m.Doc)
		if err != nil {
			return err
		}
		one := pages.MadeClaim{Claim: ui.ItemOf(page.Locale, claim), Same: m.Reading == match.Same}
		if strings.TrimSpace(m.Passage) != strings.TrimSpace(text) {
			one.Passage = m.Passage
		}
		if m.Why.Differs() {
			one.TextNumbers, one.ClaimNumbers = m.Why.TextNumbers, m.Why.OtherNumbers
		}
		page.Made = append(page.Made, one)
	}
	return nil
}

// fillSearch fills the page with what the words find.
func (s *Site) fillSearch(ctx context.Context, page *pages.SearchPage, h *house, q searching, found finder.Found) error {
	page.Total, page.AtLeast, page.Warming = found.Total, found.AtLeast, found.Warming
	if !page.Text {
		page.Ignored = found.Ignored
	}
	for _, d := range found.Docs {
		claim, err := s.decode(d)
		if err != nil {
			return err
		}
		hit := hitOf(page.Locale, claim, found.Marker)
		if slices.ContainsFunc(page.Made, func(m pages.MadeClaim) bool { return m.Claim.URL == hit.URL }) {
			page.Total-- // it stands above
			continue
		}
		page.Hits = append(page.Hits, hit)
	}
	pageable := min(found.Total, finder.MaxFound)
	if found.Total > pageable {
		page.Capped = pageable
	}
	page.Pages = (pageable + searchLength - 1) / searchLength
	if q.page > lastPage {
		page.Hits = nil
	}
	if q.page > 1 && q.page <= page.Pages {
		page.Prev = q.way(func(to *searching) { to.page = q.page - 1 })
	}
	if q.page < page.Pages {
		page.Next = q.way(func(to *searching) { to.page = q.page + 1 })
	}
	if as := respelled(q.query, found.Corrections); as != q.query {
		page.Spelled = &pages.Spelling{As: ui.Clip(as, 120), Exact: q.way(func(to *searching) { to.exact = true })}
	}
	if !found.Warming && found.Total > 1 {
		page.Sorts = sorts(page.Locale, q)
	}
	return s.fillFacets(ctx, page, h, q, found)
}

// hitOf is a claim that was found, with the words marked in the claim and in what was found of its verdict.
func hitOf(l ui.Locale, c document.Claim, m search.Marker) pages.SearchHit {
	h := pages.SearchHit{ClaimItem: ui.ItemOf(l, c), Claim: ui.MarkedOf(m.Snippet(c.Text, c.Language, claimRunes))}
	h.Text, h.Lang = c.Text, c.Language // what was found is marked in the claim as it was made
	v := ui.Lead(c)
	h.House = v != nil && ui.IsHouse(*v)
	if !h.Claim.Any() {
		for _, w := range c.Wordings {
			if worded := ui.MarkedOf(m.Snippet(w.Text, w.Language, claimRunes)); worded.Any() {
				h.Worded, h.WordedLang = worded, w.Language
				break
			}
		}
	}
	if h.Answer == "" { // of a verdict that is suspended or taken back, nothing is shown
		return h
	}
	h.Said = ui.MarkedOf(m.Snippet(h.Answer, h.AnswerLang, answerRunes))
	if headline := ui.MarkedOf(m.Snippet(v.Headline, v.Language, answerRunes)); !h.Said.Any() && !h.Claim.Any() && headline.Any() {
		h.Said = headline
	}
	return h
}

// respelled is a query with its misspelled words corrected.
func respelled(query string, corrections []search.Correction) string {
	if len(corrections) == 0 {
		return query
	}
	var b strings.Builder
	at := 0
	for _, w := range search.Words(query, "") {
		i := slices.IndexFunc(corrections, func(c search.Correction) bool { return c.From == w.Surface })
		if i < 0 || w.Start < at {
			continue
		}
		b.WriteString(query[at:w.Start])
		b.WriteString(corrections[i].To)
		at = w.End
	}
	b.WriteString(query[at:])
	return b.String()
}

// sorts are the orders, the present one marked. Without words there is no relevance.
func sorts(l ui.Locale, q searching) []pages.Choice {
	now := cmp.Or(q.sort, q.usual())
	var out []pages.Choice
	for _, name := range []string{sortRelevance, sortNewest, sortOldest} {
		if name == sortRelevance && q.query == "" {
			continue
		}
		way := q.way(func(to *searching) {
			if to.sort = name; name == to.usual() {
				to.sort = ""
			}
		})
		out = append(out, pages.Choice{Label: l.T("search.sort." + name), Way: way, On: name == now})
	}
	return out
}

// fillFacets fills the page with what can be chosen and what was. Of what no claim found has, the value stands as it was
// given: its name may not be public.
func (s *Site) fillFacets(ctx context.Context, page *pages.SearchPage, h *house, q searching, found finder.Found) error {
	values := func(facet string) (out []string) {
		for _, c := range found.Facets[facet] {
			out = append(out, c.Value)
		}
		return out
	}
	names, err := s.cfg.Store.FacetNames(ctx, values(finder.FacetPublisher), values(finder.FacetTopic))
	if err != nil {
		return err
	}
	label := labels{l: page.Locale, house: h, names: names}
	for _, name := range finder.Facets() {
		facet := pages.SearchFacet{Name: name}
		for _, c := range label.ordered(name, found.Facets[name]) {
			choice := label.choice(name, c.Value)
			choice.Count, choice.On = c.Count, q.chosen[name] == c.Value
			choice.Way = q.way(func(to *searching) {
				if to.chosen[name] = c.Value; choice.On {
					delete(to.chosen, name)
				}
			})
			facet.Choices = append(facet.Choices, choice)
		}
		if value, on := q.chosen[name]; on {
			choice := label.choice(name, value)
			choice.Way = q.way(func(to *searching) { delete(to.chosen, name) })
			page.Chosen = append(page.Chosen, choice)
		} else if len(facet.Choices) < 2 || found.Total < 2 {
			continue // there is nothing to choose
		}
		if len(facet.Choices) > 0 {
			page.Facets = append(page.Facets, facet)
		}
	}
	page.Clear = q.way(func(to *searching) { clear(to.chosen) })
	return nil
}

// labels says what the values of facets are called.
type labels struct {
	l     ui.Locale
	house *house
	names store.FacetNames
}

// choice is a value of a facet as it is shown.
func (b labels) choice(facet, value string) pages.Choice {
	c := pages.Choice{Label: value}
	switch facet {
	case finder.FacetRating:
		c.Mark = b.mark(value)
	case finder.FacetTopic:
		c.Label = cmp.Or(b.names.Topics[value], value)
	case finder.FacetPublisher:
		c.Label = cmp.Or(b.names.Publishers[value], value)
		if value == finder.HousePublisher {
			c.Label = b.house.Name
		}
	case finder.FacetLanguage:
		c.Label, c.Lang = ui.LanguageName(value), value
		if c.Label == value {
			c.Lang = ""
		}
	}
	return c
}

// mark is a rating of the facet as word and shape, nil for what is none.
func (b labels) mark(value string) *ui.Mark {
	truth := factcheck.Truth(value)
	switch {
	case value == finder.RatingReview:
		return &ui.Mark{Label: b.l.T("verdict." + ui.StateSuspended), Lang: b.l.Lang}
	case value == finder.RatingOther:
		return &ui.Mark{Label: b.l.T("search.rating.other"), Lang: b.l.Lang}
	case truth.Valid() && truth != factcheck.TruthNone:
		return &ui.Mark{Label: b.l.TruthWord(truth), Truth: truth, Lang: b.l.Lang}
	case b.l.ReasonWord(value) != "":
		word := []rune(b.l.ReasonWord(value))
		return &ui.Mark{Label: strings.ToUpper(string(word[:1])) + string(word[1:]), Lang: b.l.Lang}
	}
	return nil
}

// ordered puts the values of a facet in the order in which they are shown: ratings from true to false, years newest first, all
// else by count. The house is listed once, as the house.
func (b labels) ordered(facet string, counts []search.FacetCount) []search.FacetCount {
	out := slices.Clone(counts)
	switch facet {
	case finder.FacetRating:
		slices.SortStableFunc(out, func(x, y search.FacetCount) int { return cmp.Compare(ratingPlace(x.Value), ratingPlace(y.Value)) })
	case finder.FacetYear:
		slices.SortFunc(out, func(x, y search.FacetCount) int { return cmp.Compare(y.Value, x.Value) })
	case finder.FacetPublisher:
		out = slices.DeleteFunc(out, func(c search.FacetCount) bool { return c.Value == b.house.Site })
	}
	return out[:min(len(out), maxChoices)]
}

// ratingPlace orders ratings: the line from true to false, then reasons, then what is under review.
func ratingPlace(value string) int {
	if i := slices.Index(factcheck.Truths(), factcheck.Truth(value)); i >= 0 {
		return i
	}
	switch value {
	case finder.RatingOther:
		return 100
	case finder.RatingReview:
		return 101
	}
	return 50
}
