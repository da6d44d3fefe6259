package site

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web"
)

// oldStatic serves a static file of another version of the program, for pages that caches and browsers keep and for those that another
// node made while a new version is rolled out. Those of this version are served before this is asked.
func (s *Site) oldStatic(c *fiber.Ctx) error {
	path := c.Path()
	contentType, ok := web.TypeOf(path)
	if !ok {
		return factcheck.NotFound("there is nothing at this address")
	}
	return s.keep(c, "static "+path, func(ctx context.Context) (*answer, error) {
		body, err := s.cfg.Store.StaticFile(ctx, path)
		if err != nil {
			return nil, err
		}
		a, err := packed(body, contentType, surrogateFixed)
		if err == nil {
			a.CacheControl = web.CacheControl
		}
		return a, err
	})
}
