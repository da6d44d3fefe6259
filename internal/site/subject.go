package site

import (
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// showClaimant serves /claimants/{slug}: the public claims of somebody. Private persons have no page.
func (s *Site) showClaimant(c *fiber.Ctx) error {
	slug, err := slugParam(c)
	if err != nil {
		return err
	}
	h, err := s.houseRow(c.UserContext())
	if err != nil {
		return err
	}
	who, err := s.cfg.Store.ClaimantBySlug(c.UserContext(), slug, subjectFilter(c))
	if err != nil {
		return err
	}
	page := pages.SubjectPage{Shell: s.shell(h, "/claimants/"+ui.PathSegment(slug)), Kind: string(who.Kind), Name: who.Name}
	return s.showSubject(c, page, who.SubjectClaims)
}

// showTopic serves /topics/{slug}: the public claims about something.
func (s *Site) showTopic(c *fiber.Ctx) error {
	slug, err := slugParam(c)
	if err != nil {
		return err
	}
	h, err := s.houseRow(c.UserContext())
	if err != nil {
		return err
	}
	topic, err := s.cfg.Store.TopicBySlug(c.UserContext(), slug, subjectFilter(c))
	if err != nil {
		return err
	}
	page := pages.SubjectPage{Shell: s.shell(h, "/topics/"+ui.PathSegment(slug)), Topic: true, Name: topic.Name}
	for tag, name := range topic.Names {
		if ui.PrimaryLanguage(tag) == ui.PrimaryLanguage(page.Lang) {
			page.Name, page.NameLang = name, tag
		}
	}
	return s.showSubject(c, page, topic.SubjectClaims)
}

// subjectFilter reads which page of the claims is wanted.
func subjectFilter(c *fiber.Ctx) store.SubjectFilter {
	return store.SubjectFilter{Reading: c.Query("rating"), Cursor: c.Query("after"), Limit: listLength}
}

// showSubject fills in the claims and renders the page.
func (s *Site) showSubject(c *fiber.Ctx, page pages.SubjectPage, claims store.SubjectClaims) error {
	f := subjectFilter(c)
	here := page.Local(page.Path)
	page.Canonical, page.FeedURL, page.Total = s.absolute(page.Path), page.Path+"/feed.atom", claims.Total
	counts := map[string]int{}
	for _, n := range claims.Counts {
		counts[n.Reading] = n.Claims
	}
	page.Filters = []pages.Filter{{Label: page.T("subject.all"), Count: claims.Total, URL: here, On: f.Reading == ""}}
	for _, reading := range store.Readings() {
		if counts[reading] == 0 && reading != f.Reading {
			continue
		}
		one := pages.Filter{Mark: readingMark(page.Locale, reading), Count: counts[reading], URL: at(here, "rating", reading), On: reading == f.Reading}
		page.Filters = append(page.Filters, one)
		if one.On {
			page.Only = &one
		}
	}
	page.Older = older(here, f.Cursor, claims.Next, "rating", f.Reading)
	page.Query = narrowed("rating", f.Reading)
	var err error
	if page.Items, _, err = s.items(page.Locale, claims.Docs); err != nil {
		return err
	}
	return s.render(c, pages.Subject(page))
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

// at is the path with a parameter, or without it if the value is empty.
func at(path, name, value string) string {
	if value == "" {
		return path
	}
	return path + "?" + url.Values{name: {value}}.Encode()
}

// narrowed is what a page of a list in another language asks for.
func narrowed(name, value string) string {
	if value == "" {
		return ""
	}
	return url.Values{name: {value}}.Encode()
}

// older leads on through a list narrowed by a parameter, and back to its newest entries.
func older(path, cursor, next, name, value string) pages.Older {
	var out pages.Older
	if cursor != "" {
		out.FirstURL = at(path, name, value)
	}
	if next != "" {
		v := url.Values{"after": {next}}
		if value != "" {
			v.Set(name, value)
		}
		out.NextURL = path + "?" + v.Encode()
	}
	return out
}

// showOutlet serves /outlets/{slug}: what the articles of an outlet did with public claims, and which were corrected.
func (s *Site) showOutlet(c *fiber.Ctx) error {
	slug, err := slugParam(c)
	if err != nil {
		return err
	}
	h, err := s.houseRow(c.UserContext())
	if err != nil {
		return err
	}
	f := store.OutletFilter{Show: store.OutletShow(c.Query("show")), Cursor: c.Query("after"), Limit: listLength}
	outlet, err := s.cfg.Store.OutletBySlug(c.UserContext(), slug, f)
	if err != nil {
		return err
	}
	page := pages.OutletPage{
		Shell: s.shell(h, "/outlets/"+ui.PathSegment(slug)), Name: outlet.Name, Site: outlet.Site, Articles: outlet.Articles,
		Narrowed: f.Show != store.OutletAll, Listed: f.Show == store.OutletListed,
	}
	page.Canonical = s.absolute(page.Path)
	here, total := page.Local(page.Path), 0
	for _, n := range outlet.Counts {
		total += n
	}
	for _, show := range store.OutletShows() {
		one := pages.Filter{Label: page.T("outlet.show." + string(show)), Count: outlet.Counts[show], URL: at(here, "show", string(show)), On: show == f.Show}
		if show == store.OutletAll {
			one.Label, one.Count = page.T("subject.all"), total
		}
		if one.Count > 0 || one.On {
			page.Filters = append(page.Filters, one)
		}
	}
	page.Older = older(here, f.Cursor, outlet.Next, "show", string(f.Show))
	page.Query = narrowed("show", string(f.Show))
	if page.Rows, err = s.outletRows(page.Locale, outlet.Rows); err != nil {
		return err
	}
	return s.render(c, pages.Outlet(page))
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
	ctx := c.UserContext()
	h, err := s.houseRow(ctx)
	if err != nil {
		return err
	}
	f := store.CorrectionFilter{Kind: factcheck.CorrectionKind(c.Query("kind")), Cursor: c.Query("after"), Limit: listLength}
	list, err := s.cfg.Store.Corrections(ctx, f)
	if err != nil {
		return err
	}
	page := pages.CorrectionsPage{Shell: s.shell(h, "/corrections"), Narrowed: f.Kind != ""}
	about, err := s.cfg.Store.AboutPages(ctx, page.Lang)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(about, func(e store.AboutEntry) bool { return e.Slug == "corrections" }) {
		page.PolicyURL = page.Local("/about/corrections")
	}
	page.Canonical, page.FeedURL = s.absolute(page.Path), page.Path+"/feed.atom"
	page.Filters = correctionFilters(page, list.Counts, f.Kind)
	page.Older = older(page.Local(page.Path), f.Cursor, list.Next, "kind", string(f.Kind))
	page.Query = narrowed("kind", string(f.Kind))
	for _, r := range list.Rows {
		claim, err := s.decode(r.Document)
		if err != nil {
			return err
		}
		row := pages.CorrectionRow{Kind: string(r.Kind), At: r.CorrectedAt, Note: r.Note, Claim: ui.ItemOf(page.Locale, claim)}
		if v, ok := claim.House(); ok {
			row.NoteLang = v.Language
		}
		row.Changes = row.Claim.URL + "/history"
		page.Rows = append(page.Rows, row)
	}
	return s.render(c, pages.Corrections(page))
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
