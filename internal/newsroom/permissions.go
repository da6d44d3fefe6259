package newsroom

import (
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// showPermissions serves the permission table, as the program asks it.
func (n *Newsroom) showPermissions(c *fiber.Ctx, in visitor) error {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/permissions")
	if err != nil {
		return err
	}
	page := pages.PermissionsPage{Shell: shell}
	for _, p := range factcheck.Permissions() {
		page.Rows = append(page.Rows, pages.PermissionRow{
			Action: string(p.Action), Words: p.Words, Roles: p.Roles, Scope: string(p.Scope), Operator: p.Operator, System: p.System, Yours: p.Roles[in.Actor.Role],
		})
	}
	return n.render(c, fiber.StatusOK, pages.Permissions(page))
}
