package site

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"
)

// citeClaim serves /claims/{slug}/cite.bib and /claims/{slug}/cite.json: the page as an entry of a bibliography, in BibTeX
// and in CSL-JSON. It names the day the page last changed and the version, so that a reader finds what was cited.
func (s *Site) citeClaim(format string) fiber.Handler {
	return func(c *fiber.Ctx) error { return s.sendCitation(c, format) }
}

// sendCitation sends the citation in a format, bib or json.
func (s *Site) sendCitation(c *fiber.Ctx, format string) error {
	slug, err := slugParam(c)
	if err != nil {
		return err
	}
	key := "cite " + languageOf(c.UserContext()) + " " + format + " " + slug
	a, err := s.lists.get(c.UserContext(), key, func(ctx context.Context) (*answer, error) { return s.makeCitation(ctx, slug, format) })
	if moved, ok := errors.AsType[*movedError](err); ok {
		return moveTo(c, claimPath(moved.slug)+"/cite."+format)
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+a.claim.String()+"."+format+`"`)
	a.send(c.Context())
	return nil
}

// makeCitation writes the citation of a claim's page.
func (s *Site) makeCitation(ctx context.Context, slug, format string) (*answer, error) {
	h, err := s.houseRow(ctx)
	if err != nil {
		return nil, err
	}
	d, claim, err := s.current(ctx, slug)
	if err != nil {
		return nil, err
	}
	page := s.pageOf(h, claim)
	page.ChangedAt = d.UpdatedAt
	citation := page.Citation()
	body, kind := citation.BibTeX(), "application/x-bibtex; charset=utf-8"
	if format == "json" {
		kind = "application/vnd.citationstyles.csl+json; charset=utf-8"
		if body, err = citation.CSL(); err != nil {
			return nil, err
		}
	}
	a, err := packed(body, kind, claim.ID)
	if err == nil {
		a.claim, a.modified = d.Claim, d.UpdatedAt
	}
	return a, err
}
