package site

import (
	"context"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/specimen"
)

// showComponents serves /developers/components: every component in every state, in development mode (TOUCHSTONE_DEV=1) alone;
// elsewhere it answers CodeNotFound.
func (s *Site) showComponents(c *fiber.Ctx) error {
	return s.specimen(c, "/developers/components", func(h *house) (specimen.Page, bool) {
		return specimen.Components(s.shell(h, "/developers/components")), true
	})
}

// showSpecimen serves /developers/components/{name}: a page of readers in one of its states, with invented contents.
func (s *Site) showSpecimen(c *fiber.Ctx) error {
	return s.specimen(c, "/developers/components/"+c.Params("slug"), func(*house) (specimen.Page, bool) {
		for _, p := range specimen.Pages() {
			if p.Name == c.Params("slug") {
				return p, true
			}
		}
		return specimen.Page{}, false
	})
}

func (s *Site) specimen(c *fiber.Ctx, path string, find func(*house) (specimen.Page, bool)) error {
	missing := factcheck.NotFound("there is nothing at this address")
	if !s.cfg.Dev {
		return missing
	}
	return s.keepPage(c, path, func(_ context.Context, h *house) (templ.Component, error) {
		p, ok := find(h)
		if !ok {
			return nil, missing
		}
		return p.Component, nil
	})
}
