package site

import (
	"context"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/guide"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// developersPath is where partners begin.
const developersPath = "/developers"

// mountDevelopers registers what partners read.
func (s *Site) mountDevelopers(m readers) {
	m.get(developersPath, s.showDevelopers)
	m.get(developersPath+"/guides/:slug", s.showGuide)
	m.get(referencePath+"/:slug", s.showOperation)
	m.get(developersPath+"/changelog", s.showChangelog)
	m.get(developersPath+"/components", s.showComponents)
	m.get(developersPath+"/components/:slug", s.showSpecimen)
}

// showDevelopers serves /developers: how to have all this by machine.
func (s *Site) showDevelopers(c *fiber.Ctx) error {
	r, err := s.reference()
	if err != nil {
		return err
	}
	return s.keepPage(c, developersPath, func(_ context.Context, h *house) (templ.Component, error) {
		return pages.Developers(pages.DevelopersPage{
			Shell: s.shell(h, developersPath), Canonical: s.absolute(developersPath), Guides: guide.All(h.lang),
			Reference: r,
		}), nil
	})
}

// showGuide serves /developers/guides/{slug}: how to do one thing.
func (s *Site) showGuide(c *fiber.Ctx) error {
	slug, err := param(c, "slug")
	if err != nil {
		return err
	}
	if _, ok := guide.Find("", slug); !ok { // before a key is made of it
		return factcheck.NotFound("there is no such guide")
	}
	path := developersPath + "/guides/" + slug
	return s.keepPage(c, path, func(_ context.Context, h *house) (templ.Component, error) {
		g, _ := guide.Find(h.lang, slug)
		return pages.Guide(pages.GuidePage{Shell: s.shell(h, path), Canonical: s.absolute(path), Guide: s.filled(h, g), Guides: guide.All(h.lang)}), nil
	})
}

// showChangelog serves /developers/changelog: what changed in the API, and what is promised.
func (s *Site) showChangelog(c *fiber.Ctx) error {
	const path = developersPath + "/changelog"
	return s.keepPage(c, path, func(_ context.Context, h *house) (templ.Component, error) {
		g, _ := guide.Changelog(h.lang)
		return pages.Guide(pages.GuidePage{Shell: s.shell(h, path), Canonical: s.absolute(path), Guide: s.filled(h, g)}), nil
	})
}

// filled puts the address of this newsroom and its limits into a guide, and makes its links
// absolute, as Markdown wants them here, in the language of the page where there is one.
func (s *Site) filled(h *house, g guide.Guide) guide.Guide {
	l := ui.Locale{Lang: g.Lang}
	pairs := []string{guide.Origin, s.cfg.PublicURL}
	for _, page := range []string{"/guides/", "/reference", "/changelog"} { // these are there in every language
		pairs = append(pairs, "]("+developersPath+page, "]("+s.absolute(ui.Locale{Lang: h.lang}.Local(developersPath+page)))
	}
	pairs = append(pairs, "](/", "]("+s.absolute("/"))
	for _, p := range s.cfg.Limits {
		pairs = append(pairs, "{{"+p.Name+"}}", l.Number(p.Quota))
	}
	return g.Filled(pairs...)
}
