package newsroom

import (
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// showSessions lists where the person is signed in.
func (n *Newsroom) showSessions(c *fiber.Ctx, in visitor) error {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/sign-ins")
	if err != nil {
		return err
	}
	list, err := n.cfg.Store.Sessions(c.UserContext(), in.Actor)
	if err != nil {
		return err
	}
	page := pages.SessionsPage{Shell: shell, Email: in.Email}
	for _, s := range list {
		page.Sessions = append(page.Sessions, pages.Session{
			ID: s.ID.String(), Browser: s.UserAgent, Address: s.Address, Since: s.CreatedAt, Seen: s.SeenAt, Until: s.ExpiresAt, Current: s.ID == in.Session,
		})
	}
	return n.render(c, fiber.StatusOK, pages.Sessions(page))
}

// endSession ends one of the person's sessions; their own is a sign-out.
func (n *Newsroom) endSession(c *fiber.Ctx, in visitor, f form) error {
	var id factcheck.SessionID
	if err := id.UnmarshalText([]byte(c.Params("session"))); err != nil || id.IsZero() {
		return factcheck.NotFound("there is no such session")
	}
	if id == in.Session {
		return n.signOut(c, in, f)
	}
	if err := n.cfg.Store.EndSession(c.UserContext(), in.Actor, id); err != nil {
		return err
	}
	return see(c, "/newsroom/sign-ins")
}

// endOthers ends all of the person's sessions but this one.
func (n *Newsroom) endOthers(c *fiber.Ctx, in visitor, _ form) error {
	if _, err := n.cfg.Store.EndOtherSessions(c.UserContext(), in.Actor, in.Session); err != nil {
		return err
	}
	return see(c, "/newsroom/sign-ins")
}
