package site

import (
	"context"
	"net/url"
	"slices"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// The usual orders as people read them; the store has no word for them, and addresses say nothing.
const (
	subjectUsual = "newest"
	outletUsual  = "taken"
)

// showClaimant serves /claimants/{slug}: the public claims of somebody. Private persons have no page.
func (s *Site) showClaimant(c *fiber.Ctx) error {
	return s.keepSubject(c, "/claimants/", func(ctx context.Context, h *house, slug string, f store.SubjectFilter) (templ.Component, error) {
		who, err := s.cfg.Store.ClaimantBySlug(ctx, slug, f)
		if err != nil {
			return nil, err
		}
		page := pages.SubjectPage{Shell: s.shell(h, "/claimants/"+ui.PathSegment(slug)), Kind: string(who.Kind), Name: who.Name}
		return s.subject(page, f, who.SubjectClaims)
	})
}

// showTopic serves /topics/{slug}: the public claims about something.
func (s *Site) showTopic(c *fiber.Ctx) error {
	return s.keepSubject(c, "/topics/", func(ctx context.Context, h *house, slug string, f store.SubjectFilter) (templ.Component, error) {
		topic, err := s.cfg.Store.TopicBySlug(ctx, slug, f)
		if err != nil {
			return nil, err
		}
		page := pages.SubjectPage{Shell: s.shell(h, "/topics/"+ui.PathSegment(slug)), Topic: true}
		page.Name, page.NameLang = topicName(page.Locale, topic)
		return s.subject(page, f, topic.SubjectClaims)
	})
}

// keepSubject serves the page of a claimant or topic, the part of its list that is asked for.
func (s *Site) keepSubject(c *fiber.Ctx, prefix string, build func(context.Context, *house, string, store.SubjectFilter) (templ.Component, error)) error {
	slug, err := slugParam(c)
	if err != nil {
		return err
	}
	f := store.SubjectFilter{Reading: c.Query("rating"), Sort: store.SubjectSort(c.Query("sort")), Cursor: c.Query("after"), Limit: listLength}
	if f.Sort == subjectUsual { // it has one address, without that
		return moveTo(c, keyed(prefix+ui.PathSegment(slug), with(nil, "rating", f.Reading, "after", f.Cursor)))
	}
	return s.keepPage(c, keyed(prefix+slug, with(subjectQuery(f), "after", f.Cursor)), func(ctx context.Context, h *house) (templ.Component, error) {
		return build(ctx, h, slug, f)
	})
}

// subjectQuery is what the address of such a page asks for, wherever in the list it is.
func subjectQuery(f store.SubjectFilter) url.Values {
	return with(nil, "rating", f.Reading, "sort", string(f.Sort))
}

// subject fills in the claims of a claimant or topic.
func (s *Site) subject(page pages.SubjectPage, f store.SubjectFilter, claims store.SubjectClaims) (templ.Component, error) {
	here, query := page.Local(page.Path), subjectQuery(f)
	page.Canonical, page.FeedURL, page.Total = s.absolute(page.Path), page.Local(page.Path)+"/feed.atom", claims.Total
	counts := map[string]int{}
	for _, n := range claims.Counts {
		counts[n.Reading] = n.Claims
	}
	page.Filters = []pages.Filter{{Label: page.T("subject.all"), Count: claims.Total, URL: keyed(here, with(query, "rating", "")), On: f.Reading == ""}}
	for _, reading := range store.Readings() {
		if counts[reading] == 0 && reading != f.Reading {
			continue
		}
		one := pages.Filter{Mark: readingMark(page.Locale, reading), Count: counts[reading], URL: keyed(here, with(query, "rating", reading)), On: reading == f.Reading}
		page.Filters = append(page.Filters, one)
		if one.On {
			page.Only = &one
		}
	}
	page.Older, page.Query, page.Ordered = older(here, f.Cursor, claims.Next, query), query.Encode(), f.Sort != store.SubjectNewest
	if claims.Total > 1 {
		page.Orders = orders(page.Locale, here, query, []string{subjectUsual, string(store.SubjectRepeated), string(store.SubjectRating)}, subjectUsual)
	}
	var err error
	page.Items, _, err = s.items(page.Locale, claims.Docs)
	return pages.Subject(page), err
}

// readingMark is a reading as word and shape.
func readingMark(l ui.Locale, reading string) *ui.Mark {
	switch reading {
	case store.ReadingReview:
		return &ui.Mark{Label: l.T("verdict." + ui.StateSuspended), Lang: l.Lang}
	case store.ReadingRetracted:
		return &ui.Mark{Label: l.T("verdict." + ui.StateRetracted), Lang: l.Lang}
	case store.ReadingOther:
		return &ui.Mark{Label: l.T("search.rating.other"), Lang: l.Lang}
	}
	return labels{l: l}.mark(reading)
}

// showOutlet serves /outlets/{slug}: what the articles of an outlet did with public claims, and which were corrected.
func (s *Site) showOutlet(c *fiber.Ctx) error {
	slug, err := slugParam(c)
	if err != nil {
		return err
	}
	f := store.OutletFilter{Show: store.OutletShow(c.Query("show")), Sort: store.OutletSort(c.Query("sort")), Cursor: c.Query("after"), Limit: listLength}
	if f.Sort == outletUsual {
		return moveTo(c, keyed("/outlets/"+ui.PathSegment(slug), with(nil, "show", string(f.Show), "after", f.Cursor)))
	}
	return s.keepPage(c, keyed("/outlets/"+slug, with(outletQuery(f), "after", f.Cursor)), func(ctx context.Context, h *house) (templ.Component, error) {
		outlet, err := s.cfg.Store.OutletBySlug(ctx, slug, f)
		if err != nil {
			return nil, err
		}
		page, err := s.outletPage(s.shell(h, "/outlets/"+ui.PathSegment(slug)), f, outlet)
		return pages.Outlet(page), err
	})
}

// outletQuery is what the address of an outlet's page asks for, wherever in the list it is.
func outletQuery(f store.OutletFilter) url.Values {
	return with(nil, "show", string(f.Show), "sort", string(f.Sort))
}

// outletPage fills the page of an outlet.
func (s *Site) outletPage(shell ui.Shell, f store.OutletFilter, outlet store.PublicOutlet) (pages.OutletPage, error) {
	page := pages.OutletPage{
		Shell: shell, Name: outlet.Name, Site: outlet.Site, Articles: outlet.Articles,
		Narrowed: f.Show != store.OutletAll, Listed: f.Show == store.OutletListed,
	}
	page.Canonical = s.absolute(page.Path)
	here, query, total := page.Local(page.Path), outletQuery(f), 0
	for _, n := range outlet.Counts {
		total += n
	}
	for _, show := range store.OutletShows() {
		one := pages.Filter{Label: page.T("outlet.show." + string(show)), Count: outlet.Counts[show], URL: keyed(here, with(query, "show", string(show))), On: show == f.Show}
		if show == store.OutletAll {
			one.Label, one.Count = page.T("subject.all"), total
		}
		if one.Count > 0 || one.On || show == store.OutletCorrected && outlet.Counts[store.OutletAsserted] > 0 { // that none was corrected is told, too
			page.Filters = append(page.Filters, one)
		}
	}
	page.Older, page.Query, page.Ordered = older(here, f.Cursor, outlet.Next, query), query.Encode(), f.Sort != store.OutletTaken
	if total > 1 {
		page.Orders = orders(page.Locale, here, query, []string{outletUsual, string(store.OutletPublished)}, outletUsual)
	}
	var err error
	page.Rows, err = s.outletRows(page.Locale, outlet.Rows)
	return page, err
}

// outletRows puts the claims of one article together where they follow one another.
func (s *Site) outletRows(l ui.Locale, list []store.OutletAppearance) ([]pages.OutletRow, error) {
	var rows []pages.OutletRow
	for _, a := range list {
		claim, err := s.decode(a.Claim)
		if err != nil {
			return nil, err
		}
		at := l.Local("/articles/" + ui.PathSegment(a.Slug))
		if len(rows) == 0 || rows[len(rows)-1].URL != at {
			rows = append(rows, pages.OutletRow{Title: a.Title, Lang: a.Language, URL: at, Published: a.Published})
		}
		last := &rows[len(rows)-1]
		last.Claims = append(last.Claims, pages.OutletClaim{Stance: string(a.Stance), State: string(a.State), CorrectedAt: a.CorrectedAt, Claim: ui.ItemOf(l, claim)})
	}
	return rows, nil
}

// showCorrections serves /corrections: every correction that the house published.
func (s *Site) showCorrections(c *fiber.Ctx) error {
	f := store.CorrectionFilter{Kind: factcheck.CorrectionKind(c.Query("kind")), Cursor: c.Query("after"), Limit: listLength}
	return s.keepPage(c, keyed("/corrections", with(nil, "kind", string(f.Kind), "after", f.Cursor)), func(ctx context.Context, h *house) (templ.Component, error) {
		page, err := s.correctionsPage(ctx, h, f)
		return pages.Corrections(page), err
	})
}

// correctionsPage fills the list of corrections.
func (s *Site) correctionsPage(ctx context.Context, h *house, f store.CorrectionFilter) (pages.CorrectionsPage, error) {
	page := pages.CorrectionsPage{Shell: s.shell(h, "/corrections"), Narrowed: f.Kind != ""}
	list, err := s.cfg.Store.Corrections(ctx, f)
	if err != nil {
		return page, err
	}
	about, err := s.cfg.Store.AboutPages(ctx, page.Lang)
	if err != nil {
		return page, err
	}
	if slices.ContainsFunc(about, func(e store.AboutEntry) bool { return e.Slug == "corrections" }) {
		page.PolicyURL = page.Local("/about/corrections")
	}
	page.Canonical, page.FeedURL = s.absolute(page.Path), page.Local(page.Path)+"/feed.atom"
	page.Filters = correctionFilters(page, list.Counts, f.Kind)
	query := with(nil, "kind", string(f.Kind))
	page.Older, page.Query = older(page.Local(page.Path), f.Cursor, list.Next, query), query.Encode()
	for _, r := range list.Rows {
		claim, err := s.decode(r.Document)
		if err != nil {
			return page, err
		}
		row := pages.CorrectionRow{Kind: string(r.Kind), At: r.CorrectedAt, Note: r.Note, Claim: ui.ItemOf(page.Locale, claim)}
		if v, ok := claim.House(); ok {
			row.NoteLang = v.Language
		}
		row.Changes = row.Claim.URL + "/history"
		page.Rows = append(page.Rows, row)
	}
	return page, nil
}

// correctionFilters are the kinds that there are, in the order of their weight.
func correctionFilters(page pages.CorrectionsPage, counts []store.KindCount, on factcheck.CorrectionKind) []pages.Filter {
	byKind, total := map[factcheck.CorrectionKind]int{}, 0
	for _, k := range counts {
		byKind[k.Kind], total = k.N, total+k.N
	}
	out := []pages.Filter{{Label: page.T("subject.all"), Count: total, URL: page.Local(page.Path), On: on == ""}}
	for _, kind := range []factcheck.CorrectionKind{factcheck.CorrectionRetraction, factcheck.CorrectionCorrection, factcheck.CorrectionClarification, factcheck.CorrectionUpdate} {
		if byKind[kind] > 0 || kind == on {
			out = append(out, pages.Filter{Label: page.T("corrections.kind." + string(kind)), Count: byKind[kind], URL: at(page.Local(page.Path), "kind", string(kind)), On: kind == on})
		}
	}
	return out
}
