package site

import (
	"slices"
	"strconv"

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
	h, err := s.houseRow(c.UserContext())
	if err != nil {
		return err
	}
	page := pages.AboutPage{Shell: s.shell(h, aboutPath)}
	page.Canonical = s.absolute(page.Path)
	written, err := s.cfg.Store.AboutPages(c.UserContext(), page.Lang)
	if err != nil {
		return err
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
	return s.render(c, pages.About(page))
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
	ctx := c.UserContext()
	h, err := s.houseRow(ctx)
	if err != nil {
		return err
	}
	shell := s.shell(h, aboutPath+"/"+ui.PathSegment(slug))
	language := shell.Lang
	if asked := c.Query("lang"); factcheck.ValidLanguage(asked) {
		language = asked
	}
	written, err := s.cfg.Store.AboutPage(ctx, slug, language, version)
	if factcheck.CodeOf(err) == factcheck.CodeNotFound && slug == methodSlug && version == 0 {
		return s.showMethod(c, h, shell)
	}
	if err != nil {
		return err
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
		if err := s.addRules(c, h, &page); err != nil {
			return err
		}
	}
	return s.render(c, pages.Prose(page))
}

// showMethod serves /about/method of a house that has not written its own: how checks are made here, and what labels mean.
func (s *Site) showMethod(c *fiber.Ctx, h *house, shell ui.Shell) error {
	page := pages.ProsePage{
		Shell: shell, Canonical: s.absolute(shell.Path), Title: shell.T("method.title"), Lead: shell.T("method.lead"), Body: shell.T("method.body"), Ours: true,
	}
	if err := s.addRules(c, h, &page); err != nil {
		return err
	}
	return s.render(c, pages.Prose(page))
}

// addRules fills in what the house asks of every verdict, and what its labels mean.
func (s *Site) addRules(c *fiber.Ctx, h *house, page *pages.ProsePage) error {
	rules, err := s.cfg.Store.PublicRules(c.UserContext())
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
	h, err := s.houseRow(c.UserContext())
	if err != nil {
		return err
	}
	all, err := s.cfg.Store.Scales(c.UserContext())
	if err != nil {
		return err
	}
	page := pages.ScalesPage{Shell: s.shell(h, aboutPath+"/scales")}
	page.Canonical = s.absolute(page.Path)
	for _, scale := range all {
		if scale.Slug == "house" {
			page.Scales = append(page.Scales, pages.ScaleVersion{N: scale.Version, Now: len(page.Scales) == 0, Labels: labelRows(page.Locale, scale.Labels)})
		}
	}
	return s.render(c, pages.Scales(page))
}
