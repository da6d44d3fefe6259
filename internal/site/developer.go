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
	m.get(developersPath+"/changelog", s.showChangelog)
	m.get(developersPath+"/components", s.showComponents)
	m.get(developersPath+"/components/:slug", s.showSpecimen)
}

// showDevelopers serves /developers: how to have all this by machine.
func (s *Site) showDevelopers(c *fiber.Ctx) error {
	return s.keepPage(c, developersPath, func(_ context.Context, h *house) (templ.Component, error) {
		return pages.Developers(pages.DevelopersPage{
			Shell: s.shell(h, developersPath), Canonical: s.absolute(developersPath), Guides: guide.All(h.lang),
			Endpoints: []pages.Endpoint{
				{Method: "POST", Path: "/api/v1/lookup", Summary: "Up to 100 addresses and 100 texts at once: what is known of them, and whether it applies."},
				{Method: "GET", Path: "/api/v1/url-hashes/{prefix}", Summary: "An address looked up by the first digits of its hash, without telling it."},
				{Method: "GET", Path: "/api/v1/articles?url=", Summary: "The article at an address in any spelling, with the claims it makes, repeats, reports or disputes."},
				{Method: "POST", Path: "/api/v1/tips", Summary: "Something you ask the newsroom to check."},
				{Method: "GET", Path: "/api/v1/claims", Summary: "Published claims, newest first; filters by truth, rating, publisher, topic, language and more."},
				{Method: "GET", Path: "/api/v1/claims/{id}", Summary: "One claim with its verdicts, sources and articles; as_of for an earlier state."},
				{Method: "GET", Path: "/api/v1/claims/{id}/versions", Summary: "Every public state of a claim."},
				{Method: "GET", Path: "/api/v1/changes", Summary: "What changed, in order, without gaps; wait to be told at once."},
			},
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
