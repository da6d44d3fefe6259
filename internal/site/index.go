package site

import (
	"context"
	"net/url"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// indexLength is how many entries a page of an index has.
const indexLength = 60

// showIndex returns the handler of /topics, /claimants or /outlets: all that have a page.
func (s *Site) showIndex(kind store.IndexKind) fiber.Handler {
	path := "/" + string(kind)
	return func(c *fiber.Ctx) error {
		f := store.IndexFilter{Sort: store.IndexSort(c.Query("sort")), Cursor: c.Query("after"), Limit: indexLength}
		if f.Sort == store.IndexByName { // it has one address, without that
			return moveTo(c, at(path, "after", f.Cursor))
		}
		query := with(nil, "sort", string(f.Sort))
		return s.keepPage(c, keyed(path, with(query, "after", f.Cursor)), func(ctx context.Context, h *house) (templ.Component, error) {
			f := f
			f.Language = ui.PrimaryLanguage(h.lang)
			entries, next, err := s.cfg.Store.Index(ctx, kind, f)
			if err != nil {
				return nil, err
			}
			return pages.Index(s.indexPage(s.shell(h, path), kind, query, entries, f.Cursor, next)), nil
		})
	}
}

// indexPage fills a page of an index.
func (s *Site) indexPage(shell ui.Shell, kind store.IndexKind, query url.Values, entries []store.IndexEntry, cursor, next string) pages.IndexPage {
	page := pages.IndexPage{Shell: shell, Kind: string(kind), Canonical: s.absolute(shell.Path), Ordered: len(query) > 0}
	here := page.Local(page.Path)
	page.Older, page.Query = older(here, cursor, next, query), query.Encode()
	if len(entries) > 1 || cursor != "" {
		var names []string
		for _, sort := range kind.Sorts() {
			names = append(names, string(sort))
		}
		page.Orders = orders(page.Locale, here, query, names, string(store.IndexByName))
	}
	for _, e := range entries {
		one := pages.IndexEntry{Name: e.Name, Lang: e.NameLang, URL: here + "/" + ui.PathSegment(e.Slug), Newest: e.Newest}
		switch kind {
		case store.IndexOutlets:
			one.Count = page.N("index.articles", e.Count)
			if e.Detail != e.Name {
				one.Detail = e.Detail
			}
		case store.IndexClaimants:
			one.Count, one.Detail, one.NamedBy = page.N("index.claims", e.Count), kindOf(page.Locale, e.Detail), e.NamedBy
		case store.IndexTopics:
			one.Count = page.N("index.claims", e.Count)
		}
		page.Entries = append(page.Entries, one)
	}
	return page
}

// kindOf says what kind of claimant somebody is, where that tells something.
func kindOf(l ui.Locale, kind string) string {
	switch factcheck.ClaimantKind(kind) {
	case factcheck.ClaimantPerson:
		return l.T("subject.person")
	case factcheck.ClaimantOrganisation:
		return l.T("subject.organisation")
	case factcheck.ClaimantAnonymous:
	}
	return ""
}
