package newsroom

import (
	"context"
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// Preview renders the public page of a document that is not public, and its JSON-LD (nil if it has none), by what renders
// the public ones.
type Preview = func(ctx context.Context, claim document.Claim) (page, jsonLD []byte, err error)

// PreviewCard draws the share card of a document that is not public, by what draws the public ones.
type PreviewCard = func(ctx context.Context, claim document.Claim) (png []byte, err error)

// renderMarkdown answers the script with a text as readers will see it.
func (n *Newsroom) renderMarkdown(c *fiber.Ctx, _ visitor, f form) error {
	text := f.get("body")
	if err := factcheck.CheckText("body", text, factcheck.MaxBody); err != nil {
		return err
	}
	return n.render(c, fiber.StatusOK, pages.Rendered(f.get("language"), text))
}

// preview returns the document of the claim as it would be public.
func (n *Newsroom) preview(c *fiber.Ctx, in visitor) (document.Claim, error) {
	id, err := claimID(c)
	if err != nil {
		return document.Claim{}, err
	}
	claim, err := n.cfg.Store.NewsroomClaim(c.UserContext(), in.Actor, id)
	if err != nil {
		return document.Claim{}, err
	}
	if claim.Open.IsZero() {
		return document.Claim{}, factcheck.NotFound("there is no draft on this claim to preview")
	}
	p, err := n.cfg.Store.PreviewVersion(c.UserContext(), in.Actor, claim.Open)
	if err != nil {
		return document.Claim{}, err
	}
	return document.Decode(p.Stored, n.cfg.PublicURL, 0)
}

// previewClaim serves the reader's page as it would be.
func (n *Newsroom) previewClaim(c *fiber.Ctx, in visitor) error {
	claim, err := n.preview(c, in)
	if err != nil {
		return err
	}
	if n.cfg.Preview == nil {
		return &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "there are no readers’ pages here"}
	}
	page, _, err := n.cfg.Preview(c.UserContext(), claim)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set("X-Robots-Tag", "noindex")
	return c.Send(page)
}

// previewCard serves the share card as it would be.
func (n *Newsroom) previewCard(c *fiber.Ctx, in visitor) error {
	claim, err := n.preview(c, in)
	if err != nil {
		return err
	}
	if n.cfg.PreviewCard == nil {
		return &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "there are no share cards here"}
	}
	png, err := n.cfg.PreviewCard(c.UserContext(), claim)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "image/png")
	return c.Send(png)
}

// previewData shows what machines would read.
func (n *Newsroom) previewData(c *fiber.Ctx, in visitor) error {
	claim, err := n.preview(c, in)
	if err != nil {
		return err
	}
	shell, err := n.shell(c.UserContext(), in, pages.ClaimPath(claim.ID))
	if err != nil {
		return err
	}
	page := pages.DataPage{Shell: shell, ID: claim.ID, Text: claim.Text, Lang: claim.Language}
	if n.cfg.PreviewCard != nil {
		page.CardPath = pages.ClaimPath(claim.ID) + "/preview/card.png"
	}
	raw, err := json.MarshalIndent(claim, "", "  ")
	if err != nil {
		return err
	}
	page.JSON = string(raw)
	if n.cfg.Preview != nil {
		_, ld, err := n.cfg.Preview(c.UserContext(), claim)
		if err != nil {
			return err
		}
		page.JSONLD = indented(ld)
	}
	return n.render(c, fiber.StatusOK, pages.Data(page))
}

func indented(raw []byte) string {
	var v any
	if len(raw) == 0 || json.Unmarshal(raw, &v) != nil {
		return string(raw)
	}
	out, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return string(raw)
	}
	return string(out)
}
