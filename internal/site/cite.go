package site

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	pages "github.com/touchstone-factcheck/touchstone/web/site"
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
	ctx := c.UserContext()
	h, err := s.houseRow(ctx)
	if err != nil {
		return err
	}
	d, claim, err := s.current(ctx, slug)
	if moved, ok := errors.AsType[*movedError](err); ok {
		return moveTo(c, claimPath(moved.slug)+"/cite."+format)
	}
	if err != nil {
		return err
	}
	shell := s.shell(h, claimPath(slug))
	citation := pages.ClaimPage{Shell: shell, Claim: claim, ChangedAt: d.UpdatedAt}.Citation()
	body, kind := citation.BibTeX(), "application/x-bibtex; charset=utf-8"
	if format == "json" {
		kind = "application/vnd.citationstyles.csl+json; charset=utf-8"
		if body, err = citation.CSL(); err != nil {
			return err
		}
	}
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+citation.Key+"."+format+`"`)
	c.Set(fiber.HeaderCacheControl, "public, no-cache")
	return c.Send(body)
}
