package site

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/web"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
)

// embedPolicy is the policy of what others may frame: this page alone, and it runs nothing.
var embedPolicy = strings.Replace(web.Policy, "frame-ancestors 'none'", "frame-ancestors *", 1) //nolint:gochecknoglobals // a constant

// embedPath returns the path of a claim's embed. It goes by the id, which a renaming leaves.
func embedPath(id string) string { return "/embed/claims/" + id }

// embed serves /embed/claims/{id}: the verdict for a frame in another's page. It needs no script and follows corrections.
func (s *Site) embed(c *fiber.Ctx) error {
	id, err := factcheck.ParseClaimID(c.Params("id"))
	if err != nil {
		return factcheck.NotFound("there is nothing at this address")
	}
	key := "embed " + languageOf(c.UserContext()) + " " + id.String() // its policy is its own, so it is not for Fast
	a, err := s.lists.get(c.UserContext(), key, func(ctx context.Context) (*answer, error) { return s.makeEmbed(ctx, id) })
	if moved, ok := errors.AsType[*movedError](err); ok {
		return moveTo(c, embedPath(moved.slug))
	}
	if err != nil {
		return err
	}
	h := &c.Context().Response.Header
	h.Set(fiber.HeaderContentSecurityPolicy, embedPolicy)
	h.Del(fiber.HeaderXFrameOptions)
	if site := s.embeddedBy(c.Get(fiber.HeaderReferer)); site != "" && c.Method() == fiber.MethodGet {
		s.cfg.Store.NotePulls(store.Pull{Claim: a.claim, Site: site, Seq: a.seq})
	}
	a.send(c.Context())
	return nil
}

// siteName is a host as claim_pulls keeps it.
var siteName = regexp.MustCompile(`^[a-z0-9.:-]{1,253}$`)

// embeddedBy returns the host of the page that shows an embed, as its browser says; empty for our own pages and for what is
// no web address.
func (s *Site) embeddedBy(referer string) string {
	u, err := url.Parse(referer)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Scheme+"://"+u.Host == s.cfg.PublicURL {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	if !siteName.MatchString(host) {
		return ""
	}
	return host
}

// makeEmbed renders the embed of a claim; one that was merged into another is a movedError with the other's id.
func (s *Site) makeEmbed(ctx context.Context, id factcheck.ClaimID) (*answer, error) {
	h, err := s.houseRow(ctx)
	if err != nil {
		return nil, err
	}
	d, err := s.cfg.Store.ClaimByID(ctx, id)
	if err != nil {
		return nil, err
	}
	if d.Claim != id {
		return nil, &movedError{slug: d.Claim.String()}
	}
	claim, err := s.decode(d)
	if err != nil {
		return nil, err
	}
	var html bytes.Buffer
	if err := pages.Embed(pages.EmbedPage{ClaimPage: s.pageOf(h, claim)}).Render(ctx, &html); err != nil {
		return nil, fmt.Errorf("render the embed of %s: %w", claim.ID, err)
	}
	a, err := packed(html.Bytes(), fiber.MIMETextHTMLCharsetUTF8, claim.ID)
	if err == nil {
		a.claim, a.seq = d.Claim, d.Seq
	}
	return a, err
}
