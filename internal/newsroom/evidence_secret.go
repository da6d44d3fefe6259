package newsroom

import (
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// confidenceOf is what a source of a claim is sealed for: it opens for no other claim.
func confidenceOf(id factcheck.ClaimID) string { return "confidence of " + id.String() }

// keepConfidence seals who a source is.
func (n *Newsroom) keepConfidence(c *fiber.Ctx, in visitor, id factcheck.ClaimID, secret, reason string) (int64, error) {
	if !n.cfg.Sealer.Lasting() {
		return 0, &factcheck.Error{Code: factcheck.CodeUnavailable, Field: "secret", Message: "this installation has no key to keep a source in confidence with"}
	}
	if reason == "" {
		return 0, factcheck.Invalid("secret_reason", "say in public why the source is not named")
	}
	if err := factcheck.CheckText("secret", secret, factcheck.MaxNote); err != nil {
		return 0, err
	}
	sealed := n.cfg.Sealer.Seal(confidenceOf(id), []byte(secret))
	return n.cfg.Store.KeepConfidence(c.UserContext(), in.Actor, id, factcheck.SourceID{}, reason, sealed)
}

// readConfidence shows who a source is, once, on the page that answers.
func (n *Newsroom) readConfidence(c *fiber.Ctx, in visitor, f form) error {
	id, err := claimID(c)
	if err != nil {
		return err
	}
	which, err := number64(f.get("confidence"), "source")
	if err != nil {
		return err
	}
	if !n.cfg.Sealer.Lasting() {
		return &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "this installation has no key to read it with"}
	}
	sealed, err := n.cfg.Store.OpenConfidence(c.UserContext(), in.Actor, id, which)
	if err != nil {
		return n.claimAgain(c, in, f, "page", err)
	}
	secret, err := n.cfg.Sealer.Open(confidenceOf(id), sealed)
	if err != nil {
		return err
	}
	p, err := n.claimPage(c, in)
	if err != nil {
		return err
	}
	for i := range p.Confidences {
		if p.Confidences[i].ID == which {
			p.Confidences[i].Secret = string(secret)
		}
	}
	return n.render(c, fiber.StatusOK, pages.Claim(p.ClaimPage))
}

func (n *Newsroom) forgetConfidence(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "page", "forgotten", "kept", func(id factcheck.ClaimID) error {
		which, err := number64(f.get("confidence"), "source")
		if err != nil {
			return err
		}
		return n.cfg.Store.ForgetConfidence(c.UserContext(), in.Actor, id, which)
	})
}
