package server

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/internal/observe"
	"github.com/touchstone-factcheck/touchstone/internal/request"
	"github.com/touchstone-factcheck/touchstone/web"
)

// routes registers everything. What is mounted first is found first.
func (s *Server) routes() {
	s.app.Use(s.withContext)
	s.app.Get(pathHealth, s.showHealth)
	s.app.Get(pathReady, s.showReady)
	s.app.Get(pathMetrics, s.showMetrics)
	s.app.Get("/static/*", s.showStatic)
	for _, m := range s.cfg.Mounts {
		m.Mount(s.app)
	}
}

// Route is an address that the server answers: a method and a path as it was registered.
type Route struct{ Method, Path string }

// Routes lists every address of every audience, without HEAD, which answers as GET does: for the tests that try each of them as
// everybody.
func (s *Server) Routes() []Route {
	var out []Route
	for _, r := range s.app.GetRoutes(true) {
		if r.Method != fiber.MethodHead {
			out = append(out, Route{Method: r.Method, Path: r.Path})
		}
	}
	return out
}

// withContext gives the handlers a context with the request's identity and a deadline. Fiber does not notice a client that
// leaves, so the deadline is what ends work nobody waits for.
func (s *Server) withContext(c *fiber.Ctx) error {
	info := request.From(c.Context())
	ctx, cancel := context.WithTimeout(s.base, requestTimeout)
	defer cancel()
	c.SetUserContext(request.With(observe.WithRequestID(ctx, info.ID), &info))
	err := c.Next()
	// After a failed search for a route, Fiber's last match is this function.
	if r := c.Route(); r != nil && r.Path != "/" || err == nil {
		c.Context().SetUserValue(routeKey{}, c.Route().Path)
	}
	return err
}

// showStatic serves a file of the program's own. Its address changes with its content, so it is kept for ever. What another version
// of the program had is left to the mounts.
func (s *Server) showStatic(c *fiber.Ctx) error {
	if strings.HasSuffix(c.Path(), ".woff2") {
		// Who saves data reads in the faces their machine has. Refusing the font, and not another page, keeps pages the same.
		c.Vary("Save-Data")
		if strings.EqualFold(c.Get("Save-Data"), "on") {
			c.Set(fiber.HeaderCacheControl, "no-store")
			return c.SendStatus(fiber.StatusNoContent)
		}
	}
	f, ok := web.Lookup(c.Path())
	if !ok {
		return c.Next()
	}
	content := httpcache.Content{
		Body: f.Body, Gzip: f.Gzip, Brotli: f.Brotli, ContentType: f.ContentType, ETag: f.ETag, CacheControl: web.CacheControl,
	}
	content.Send(c.Context())
	return nil
}
