package site

import (
	"context"
	"slices"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

const (
	aboutPath  = "/about"
	methodSlug = "method" // a page that every house has: the program's own words until it wrote its own
)

// showAbout serves /about: the house's own pages, and the ways to write to it.
func (s *Site) showAbout(c *fiber.Ctx) error {
	return s.keepAbout(c, aboutPath, s.about)
}

// keepAbout is keepPage for the house's own pages.
func (s *Site) keepAbout(c *fiber.Ctx, key string, build func(context.Context, *house) (templ.Component, error)) error {
	return s.keepMade(c, key, func(ctx context.Context, h *house) (finished, error) {
		page, err := build(ctx, h)
		return finished{page: page, surrogate: surrogateAbout}, err
	})
}

// about makes the list of the house's own pages.
func (s *Site) about(ctx context.Context, h *house) (templ.Component, error) {
	page := pages.AboutPage{Shell: s.shell(h, aboutPath)}
	page.Canonical = s.absolute(page.Path)
	written, err := s.cfg.Store.AboutPages(ctx, page.Lang)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(written, func(e store.AboutEntry) bool { return e.Slug == methodSlug }) {
		page.Entries = append(page.Entries, pages.AboutEntry{Title: page.T("method.title"), URL: page.Local(aboutPath + "/" + methodSlug)})
	}
	page.Missing = notWritten(page.Locale, written)
	for _, e := range written {
		one := pages.AboutEntry{Title: e.Title, Lang: e.Language, URL: page.Local(aboutPath + "/" + e.Slug), At: e.CreatedAt}
		if e.Slug == methodSlug {
			page.Entries = slices.Insert(page.Entries, 0, one)
			continue
		}
		page.Entries = append(page.Entries, one)
	}
	page.Entries = append(page.Entries,
		pages.AboutEntry{Title: page.T("scales.title"), URL: page.Local(aboutPath + "/scales"), Hint: page.T("scales.lead")},
		pages.AboutEntry{Title: page.T("corrections.title"), URL: page.Local("/corrections"), Hint: page.T("corrections.lead")})
	page.Writing = []pages.AboutEntry{
		{Title: page.T("nav.tip"), URL: page.Local("/tips/new"), Hint: page.T("tip.hint")},
		{Title: page.T("conduct.title"), URL: page.Local(complaintPath), Hint: page.T("conduct.hint", factcheck.ComplaintDays)},
		{Title: page.T("about.error"), URL: page.Local("/search"), Hint: page.T("about.error.hint", factcheck.ComplaintDays)},
	}
	return pages.About(page), nil
}

// notWritten are the pages that the codes of the profession ask for (IFCN: code of principles, 3 to 5; EFCSN: code of standards,
// 4 and 5) and that the house has not written, by the names readers know them by.
func notWritten(l ui.Locale, written []store.AboutEntry) []string {
	var out []string
	for _, slug := range []string{"team", "funding", "corrections", complaintsSlug, "privacy"} {
		if !slices.ContainsFunc(written, func(e store.AboutEntry) bool { return e.Slug == slug }) {
			out = append(out, l.T("about.page."+slug))
		}
	}
	return out
}

// methodPage is /about/method of a house that has not written its own: how checks are made here, and what labels mean.
func (s *Site) methodPage(ctx context.Context, h *house, shell ui.Shell) (pages.ProsePage, error) {
	page := pages.ProsePage{
		Shell: shell, Canonical: s.absolute(shell.Path), Title: shell.T("method.title"), Lead: shell.T("method.lead"), Body: shell.T("method.body"), Ours: true,
	}
	return page, s.addRules(ctx, h, &page)
}

// addRules fills in what the house asks of every verdict, and what its labels mean.
func (s *Site) addRules(ctx context.Context, h *house, page *pages.ProsePage) error {
	rules, err := s.cfg.Store.PublicRules(ctx)
	if err != nil {
		return err
	}
	page.Rules = append(page.Rules, page.T("rule.sources"), page.T("rule.second"))
	if rules.IndependentOrigins > 1 {
		page.Rules = append(page.Rules, page.N("rule.origins", rules.IndependentOrigins))
	}
	for _, r := range []struct {
		on  bool
		key string
	}{{rules.PrimarySource, "rule.primary"}, {rules.ArchivedSources, "rule.archived"}, {rules.ReplyAsked, "rule.reply"}} {
		if r.on {
			page.Rules = append(page.Rules, page.T(r.key))
		}
	}
	page.Labels, page.ScalesURL = labelRows(page.Locale, h.labels), page.Local(aboutPath+"/scales")
	return nil
}
