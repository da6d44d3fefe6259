package newsroom

import (
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

const deskLength = 20 // claims of each stage on the first page

// showDesk serves the first page: the claims at work.
func (n *Newsroom) showDesk(c *fiber.Ctx, in visitor) error {
	shell, err := n.shell(c.UserContext(), in, "/newsroom")
	if err != nil {
		return err
	}
	page := pages.DeskPage{Shell: shell}
	for _, stage := range []factcheck.Stage{factcheck.StageChecking, factcheck.StageTriage} {
		claims, err := n.cfg.Store.ClaimsByStage(c.UserContext(), in.Actor, stage, factcheck.ClaimID{}, deskLength)
		if err != nil {
			return err
		}
		for _, claim := range claims {
			page.Claims = append(page.Claims, claimItem(claim))
		}
	}
	return n.render(c, fiber.StatusOK, pages.Desk(page))
}

func claimItem(c store.ClaimSummary) pages.ClaimItem {
	item := pages.ClaimItem{ID: c.ID.String(), Text: c.Text, Lang: c.Language, Stage: string(c.Stage)}
	if c.Public {
		item.PublicURL = "/claims/" + c.Slug
	}
	return item
}
