package newsroom

import (
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// redactionRoutes are the form that proposes a redaction.
func (n *Newsroom) redactionRoutes() []Route {
	return []Route{show("/newsroom/claims/:claim/redaction", n.showRedaction), do("/newsroom/claims/:claim/redaction", n.proposeRedaction)}
}

func (n *Newsroom) showRedaction(c *fiber.Ctx, in visitor) error {
	page, _, err := n.redactionPage(c, in)
	if err != nil {
		return err
	}
	return n.render(c, fiber.StatusOK, pages.Redaction(page))
}

func (n *Newsroom) redactionPage(c *fiber.Ctx, in visitor) (pages.RedactionPage, factcheck.ClaimID, error) {
	id, err := idParam[factcheck.ClaimID](c.Params("claim"))
	if err != nil {
		return pages.RedactionPage{}, id, err
	}
	p, err := n.cfg.Store.PublishedVerdict(c.UserContext(), in.Actor, id)
	if err != nil {
		return pages.RedactionPage{}, id, err
	}
	shell, err := n.shell(c.UserContext(), in, claimPagePath(id, "redaction"))
	return pages.RedactionPage{Shell: shell, Claim: claimHead(p)}, id, err
}

// proposeRedaction looks where a passage stands, or proposes to remove it.
func (n *Newsroom) proposeRedaction(c *fiber.Ctx, in visitor, f form) error {
	page, id, err := n.redactionPage(c, in)
	if err != nil {
		return err
	}
	page.Passage, page.Class, page.Reason = f.line("passage"), factcheck.RedactionReason(f.get("class")), f.line("reason")
	if f.get("step") == "look" {
		var found map[string]int
		if found, err = n.cfg.Store.FindPassage(c.UserContext(), in.Actor, id, page.Passage); err == nil {
			page.Places = places(found)
			return n.render(c, fiber.StatusOK, pages.Redaction(page))
		}
	} else {
		var proposal factcheck.ProposalID
		proposal, err = n.cfg.Store.ProposeRedaction(c.UserContext(), in.Actor, store.RedactionInput{Claim: id, Passage: page.Passage, Class: page.Class, Reason: page.Reason})
		if err == nil {
			return see(c, "/newsroom/proposals/"+proposal.String())
		}
	}
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	page.Error, page.Field = problem.message, problem.field
	return n.render(c, problem.status, pages.Redaction(page))
}
