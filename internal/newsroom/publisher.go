package newsroom

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

func (n *Newsroom) publisherRoutes() []Route {
	return []Route{
		show("/newsroom/house/publishers", n.showPublishers),
		do("/newsroom/house/publishers", n.allowPublisher).needs(factcheck.ManageHouse).proved(),
	}
}

// showPublishers lists whose verdicts are here.
func (n *Newsroom) showPublishers(c *fiber.Ctx, in visitor) error {
	page, err := n.publishersPage(c, in)
	if err != nil {
		return err
	}
	if moved := c.QueryInt("n", -1); moved >= 0 {
		page.Told = strconv.Itoa(moved) + " claims changed for readers."
	}
	return n.render(c, fiber.StatusOK, pages.HousePublishers(page))
}

func (n *Newsroom) publishersPage(c *fiber.Ctx, in visitor) (pages.PublishersPage, error) {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/house")
	if err != nil {
		return pages.PublishersPage{}, err
	}
	list, err := n.cfg.Store.NewsroomPublishers(c.UserContext(), in.Actor)
	if err != nil {
		return pages.PublishersPage{}, err
	}
	page := pages.PublishersPage{Shell: shell, May: factcheck.Permit(in.Actor, factcheck.ManageHouse) == nil}
	for _, p := range list {
		item := pages.PublisherItem{ID: p.ID.String(), Name: p.Name, Site: p.Site, Licence: p.Licence, House: p.House, Allowed: p.AllowedAt != nil, Verdicts: p.Verdicts, Public: p.Public}
		if p.AllowedAt != nil {
			item.AllowedAt = shell.Day(*p.AllowedAt)
		}
		page.List = append(page.List, item)
	}
	return page, nil
}

// allowPublisher shows everything of a publisher, or hides it.
func (n *Newsroom) allowPublisher(c *fiber.Ctx, in visitor, f form) error {
	moved := 0
	var err error
	switch f.get("act") {
	case "allow":
		moved, err = n.cfg.Store.AllowPublisher(c.UserContext(), in.Actor, f.line("site"))
	case "hide":
		moved, err = n.cfg.Store.HidePublisher(c.UserContext(), in.Actor, f.line("site"))
	default:
		err = factcheck.Invalid("act", "choose to allow or to hide")
	}
	if err == nil {
		return see(c, "/newsroom/house/publishers?n="+strconv.Itoa(moved))
	}
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	page, perr := n.publishersPage(c, in)
	if perr != nil {
		return perr
	}
	page.Error = problem.message
	return n.render(c, problem.status, pages.HousePublishers(page))
}
