package site

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/claimreview"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/internal/logo"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/web"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// logoPolicy is the Content-Security-Policy of the logo, should a browser be made to take it for a page.
const logoPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'"

// pictureOf returns the logo for pages.
func pictureOf(l store.HouseLogo) ui.Picture {
	return ui.Picture{Path: l.Path, Type: l.Type, Width: l.Width, Height: l.Height}
}

// logoOf returns the logo for markup.
func (s *Site) logoOf(h *house) claimreview.Image {
	if h.logo.Path == "" {
		return claimreview.Image{}
	}
	return claimreview.Image{URL: s.absolute(h.logo.Path), Width: h.logo.Width, Height: h.logo.Height}
}

// showLogo serves /logo-{hash}.png or .jpg, for ever the same. The address of a logo that was replaced leads to the one of now: it
// stands in pages that others keep. Without a logo there is nothing.
func (s *Site) showLogo(c *fiber.Ctx) error {
	h, err := s.houseRow(c.UserContext())
	if err != nil {
		return err
	}
	switch {
	case h.logo.Path == "" || !logo.IsPath(c.Path()):
		return factcheck.NotFound("there is nothing at this address")
	case h.logo.Path != c.Path():
		c.Set(fiber.HeaderCacheControl, cacheFindings)
		return c.Redirect(h.logo.Path, fiber.StatusFound)
	}
	c.Set(fiber.HeaderContentSecurityPolicy, logoPolicy)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set("Cross-Origin-Resource-Policy", "cross-origin") // search engines and partners show it
	return s.keep(c, "logo "+h.logo.Path, func(ctx context.Context) (*answer, error) {
		l, body, err := s.cfg.Store.Logo(ctx)
		if err != nil {
			return nil, err
		}
		if l.Path != h.logo.Path { // replaced a moment ago
			return nil, factcheck.NotFound("there is nothing at this address")
		}
		return &answer{surrogate: "logo", Content: httpcache.Content{Body: body, ContentType: l.Type, ETag: httpcache.ETag(body), CacheControl: web.CacheControl}}, nil
	})
}
