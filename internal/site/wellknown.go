package site

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/web"
)

// mountWellKnown registers what programs look for at addresses of their own.
func (s *Site) mountWellKnown(r fiber.Router) {
	r.Get("/robots.txt", s.fixed("text/plain; charset=utf-8", s.robots))
	r.Get("/.well-known/security.txt", s.fixed("text/plain; charset=utf-8", s.security))
	r.Get("/manifest.webmanifest", s.fixed("application/manifest+json; charset=utf-8", s.manifest))
	r.Get("/favicon.ico", func(c *fiber.Ctx) error { return c.Redirect(web.Asset("icons/favicon.ico"), fiber.StatusFound) })
}

// fixed serves a text that changes with the program and the settings alone.
func (s *Site) fixed(contentType string, build func(*house) ([]byte, error)) fiber.Handler {
	return func(c *fiber.Ctx) error {
		return s.keep(c, "fixed "+c.Path(), func(ctx context.Context) (*answer, error) {
			h, err := s.houseRow(ctx)
			if err != nil {
				return nil, err
			}
			body, err := build(h)
			if err != nil {
				return nil, err
			}
			a, err := packed(body, contentType, surrogateFixed)
			if err == nil {
				a.CacheControl = cacheFixed
			}
			return a, err
		})
	}
}

// robots lets everybody read what is public (RFC 9309). Results of searches carry noindex, which a crawler must be let in to see.
func (s *Site) robots(*house) ([]byte, error) {
	return []byte("User-agent: *\nDisallow: /newsroom/\nDisallow: /sign-in\nAllow: /\n\nSitemap: " + s.absolute("/sitemap.xml") + "\n"), nil
}

// security says where to report a hole (RFC 9116). It is renewed each month, so that it never expires while the house serves.
func (s *Site) security(*house) ([]byte, error) {
	now := time.Now().UTC()
	expires := time.Date(now.Year(), now.Month()+6, 1, 0, 0, 0, 0, time.UTC)
	return []byte("Contact: " + s.absolute("/tips/new") + "\nExpires: " + expires.Format(time.RFC3339) +
		"\nPreferred-Languages: en\nCanonical: " + s.absolute("/.well-known/security.txt") + "\n"), nil
}

// manifest names the publication for whoever keeps it on a home screen (W3C Web Application Manifest).
func (s *Site) manifest(h *house) ([]byte, error) {
	type icon struct {
		Src     string `json:"src"`
		Sizes   string `json:"sizes"`
		Type    string `json:"type"`
		Purpose string `json:"purpose,omitempty"`
	}
	short := h.Name
	if words := strings.Fields(h.Name); len(short) > 12 && len(words) > 0 {
		short = words[len(words)-1]
	}
	return json.Marshal(struct {
		ID         string `json:"id"`
		Name       string `json:"name"`
		Short      string `json:"short_name"`
		Start      string `json:"start_url"`
		Scope      string `json:"scope"`
		Display    string `json:"display"`
		Background string `json:"background_color"`
		Theme      string `json:"theme_color"`
		Lang       string `json:"lang"`
		Icons      []icon `json:"icons"`
	}{"/", h.Name, short, "/", "/", "minimal-ui", "#fbfaf6", "#fbfaf6", h.lang, []icon{
		{web.Asset("icons/touchstone.svg"), "any", "image/svg+xml", ""},
		{web.Asset("icons/touchstone-192.png"), "192x192", "image/png", ""},
		{web.Asset("icons/touchstone-512.png"), "512x512", "image/png", ""},
		{web.Asset("icons/touchstone-maskable-512.png"), "512x512", "image/png", "maskable"},
	}})
}
