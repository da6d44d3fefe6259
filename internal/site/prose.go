package site

import (
	"context"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

// showDevelopers serves /developers: how to have all this by machine.
func (s *Site) showDevelopers(c *fiber.Ctx) error {
	return s.keepPage(c, "/developers", func(_ context.Context, h *house) (templ.Component, error) {
		return pages.Prose(s.developersPage(h)), nil
	})
}

func (s *Site) developersPage(h *house) pages.ProsePage {
	return pages.ProsePage{
		Shell: s.shell(h, "/developers"), Canonical: s.absolute("/developers"), Title: "For developers", Lang: text.Default,
		Lead: "Every published verdict can be had by machine, without a key, and followed without missing one.",
		Body: "## Following changes\n\nBegin at 0 and ask for what came after the number you saw last. The numbers have no gaps; an entry whose `claim` is null tells you to drop the claim.\n\n```\ncurl '" +
			s.cfg.PublicURL + "/api/v1/changes?after=0&limit=100'\n```\n\nThe whole description is at [/openapi.json](/openapi.json).",
		Endpoints: []pages.Endpoint{
			{Method: "GET", Path: "/api/v1/claims", Summary: "Published claims, newest first; filters by truth, rating, publisher, topic, language and more."},
			{Method: "GET", Path: "/api/v1/claims/{id}", Summary: "One claim with its verdicts, sources and articles; as_of for an earlier state."},
			{Method: "GET", Path: "/api/v1/claims/{id}/versions", Summary: "Every public state of a claim."},
			{Method: "GET", Path: "/api/v1/changes", Summary: "What changed, in order, without gaps; wait to be told at once."},
		},
	}
}
