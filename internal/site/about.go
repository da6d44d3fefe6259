package site

import (
	"cmp"
	"context"
	"slices"
	"strconv"

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

// showAboutPage serves /about/{slug} and /about/{slug}/v/{n}: one of the house's own pages, as it is or was.
func (s *Site) showAboutPage(c *fiber.Ctx) error {
	slug, err := slugParam(c)
	if err != nil {
		return err
	}
	version := 0
	if c.Params("n") != "" {
		if version, err = strconv.Atoi(c.Params("n")); err != nil || version < 1 || strconv.Itoa(version) != c.Params("n") {
			return factcheck.NotFound("this page has no such version")
		}
	}
	key, asked := c.Path(), ""
	_, key = ui.SplitLanguage(key)
	if lang := c.Query("lang"); factcheck.ValidLanguage(lang) {
		key, asked = at(key, "lang", lang), lang
	}
	return s.keepAbout(c, key, func(ctx context.Context, h *house) (templ.Component, error) {
		page, err := s.aboutPage(ctx, h, slug, version, asked)
		return pages.Prose(page), err
	})
}

// aboutPage fills one of the house's own pages: a version of it, or the newest, in the language asked for, or in that of the
// interface.
func (s *Site) aboutPage(ctx context.Context, h *house, slug string, version int, asked string) (pages.ProsePage, error) {
	shell := s.shell(h, aboutPath+"/"+ui.PathSegment(slug))
	written, err := s.cfg.Store.AboutPage(ctx, slug, cmp.Or(asked, shell.Lang), version)
	if factcheck.CodeOf(err) == factcheck.CodeNotFound && slug == methodSlug && version == 0 {
		return s.methodPage(ctx, h, shell)
	}
	if err != nil {
		return pages.ProsePage{}, err
	}
	page := pages.ProsePage{
		Shell: shell, Canonical: s.absolute(shell.Path), Title: written.Title, Lang: written.Language, Body: written.Body, Ours: true,
		Description: shell.T("about.page.description", written.Title, shell.HouseName),
	}
	for _, v := range written.Versions {
		page.Versions = append(page.Versions, pages.ProseVersion{N: v.Version, At: v.CreatedAt, Note: v.Note, URL: shell.Local(shell.Path) + "/v/" + strconv.Itoa(v.Version), On: v.Version == written.Version})
	}
	if written.Version != written.Newest {
		page.Old, page.NewestURL = shell.T("about.old", shell.Number(written.Version), shell.Day(written.CreatedAt)), shell.Local(shell.Path)
	}
	if slug == methodSlug && page.Old == "" {
		err = s.addRules(ctx, h, &page)
	}
	return page, err
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

func labelRows(l ui.Locale, labels []factcheck.Label) []pages.LabelRow {
	rows := make([]pages.LabelRow, 0, len(labels))
	for _, label := range labels {
		word, lang := l.HouseLabel(label.Label)
		row := pages.LabelRow{Mark: ui.Mark{Label: word, Lang: lang, Truth: label.Truth}, Native: label.Label, Definition: label.Definition}
		if word := l.TruthWord(label.Truth); word != "" && word != row.Mark.Label {
			row.Reading = l.T("scales.reading", word)
		}
		rows = append(rows, row)
	}
	return rows
}

// showScales serves /about/scales: what the house's labels mean, and what they meant in earlier versions of its scale.
func (s *Site) showScales(c *fiber.Ctx) error {
	return s.keepAbout(c, aboutPath+"/scales", s.scales)
}

func (s *Site) scales(ctx context.Context, h *house) (templ.Component, error) {
	all, err := s.cfg.Store.Scales(ctx)
	if err != nil {
		return nil, err
	}
	page := pages.ScalesPage{Shell: s.shell(h, aboutPath+"/scales")}
	page.Canonical = s.absolute(page.Path)
	for _, scale := range all {
		if scale.Slug == "house" {
			page.Scales = append(page.Scales, pages.ScaleVersion{N: scale.Version, Now: len(page.Scales) == 0, Labels: labelRows(page.Locale, scale.Labels)})
		}
	}
	return pages.Scales(page), nil
}
