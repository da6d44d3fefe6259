package newsroom

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

func (n *Newsroom) policyRoutes() []Route {
	return []Route{
		show("/newsroom/house/policies", n.showPolicies),
		show("/newsroom/house/policies/new", n.showNewPolicy).needs(factcheck.ManageHouse),
		do("/newsroom/house/policies/new", n.writePolicy).needs(factcheck.ManageHouse).proved(),
		show("/newsroom/house/policies/:slug/:language", n.showPolicy),
		do("/newsroom/house/policies/:slug/:language", n.writePolicy).needs(factcheck.ManageHouse).proved(),
	}
}

// showPolicies lists the house's own pages.
func (n *Newsroom) showPolicies(c *fiber.Ctx, in visitor) error {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/house")
	if err != nil {
		return err
	}
	list, err := n.cfg.Store.Policies(c.UserContext())
	if err != nil {
		return err
	}
	page := pages.PoliciesPage{Shell: shell, May: factcheck.Permit(in.Actor, factcheck.ManageHouse) == nil}
	for _, p := range list {
		page.List = append(page.List, policyItem(shell, p))
	}
	return n.render(c, fiber.StatusOK, pages.HousePolicies(page))
}

func policyItem(shell pages.Shell, p store.Policy) pages.PolicyItem {
	return pages.PolicyItem{Slug: p.Slug, Language: p.Language, Title: p.Title, Body: p.Body, Note: p.Note, At: shell.Day(p.CreatedAt), Version: p.Version, Newest: p.Newest}
}

// showNewPolicy serves the form for a page that is not there yet.
func (n *Newsroom) showNewPolicy(c *fiber.Ctx, in visitor) error {
	page, err := n.policyPage(c, in)
	if err != nil {
		return err
	}
	return n.render(c, fiber.StatusOK, pages.HousePolicy(page))
}

// showPolicy serves a page in one version, with all its versions and, to admins, the form for the next one.
func (n *Newsroom) showPolicy(c *fiber.Ctx, in visitor) error {
	page, err := n.policyPage(c, in)
	if err != nil {
		return err
	}
	return n.render(c, fiber.StatusOK, pages.HousePolicy(page))
}

func (n *Newsroom) policyPage(c *fiber.Ctx, in visitor) (pages.PolicyPage, error) {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/house")
	if err != nil {
		return pages.PolicyPage{}, err
	}
	page := pages.PolicyPage{Shell: shell, May: factcheck.Permit(in.Actor, factcheck.ManageHouse) == nil}
	if c.Params("slug") == "" {
		page.New, page.Typed.Language = true, "en"
		return page, nil
	}
	versions, err := n.cfg.Store.PolicyVersions(c.UserContext(), c.Params("slug"), c.Params("language"))
	if err != nil {
		return page, err
	}
	if len(versions) == 0 {
		return page, factcheck.NotFound("there is no such page of the house")
	}
	wanted := c.QueryInt("v", versions[0].Version)
	for _, v := range versions {
		item := policyItem(shell, v)
		page.Versions = append(page.Versions, item)
		if v.Version == wanted {
			page.PolicyItem = item
		}
	}
	if page.Version == 0 {
		return page, factcheck.NotFound("this page has no such version")
	}
	page.Typed = page.Versions[0]
	page.Typed.Note = ""
	return page, nil
}

// writePolicy publishes the next version of a page, or its first.
func (n *Newsroom) writePolicy(c *fiber.Ctx, in visitor, f form) error {
	input := factcheck.PolicyInput{Slug: orElse(c.Params("slug"), f.line("slug")), Language: orElse(c.Params("language"), f.line("language")), Title: f.line("title"), Body: f.get("body"), Note: f.line("note")}
	version, err := strconv.Atoi(f.get("version"))
	if err != nil || version < 0 {
		err = factcheck.Invalid("version", "this form is damaged; reload the page")
	}
	if err == nil {
		_, err = n.cfg.Store.WritePolicy(c.UserContext(), in.Actor, version, input)
	}
	if err == nil {
		return see(c, "/newsroom/house/policies/"+input.Slug+"/"+input.Language)
	}
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	page, perr := n.policyPage(c, in)
	if perr != nil {
		return perr
	}
	page.Typed = pages.PolicyItem{Slug: input.Slug, Language: input.Language, Title: input.Title, Body: input.Body, Note: input.Note}
	page.Error, page.Field = problem.message, problem.field
	return n.render(c, problem.status, pages.HousePolicy(page))
}
