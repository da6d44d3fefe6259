package newsroom

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// peopleRoutes lists the addresses of people, accounts and ways in.
func (n *Newsroom) peopleRoutes() []Route {
	people := factcheck.ManagePeople
	routes := []Route{
		open(fiber.MethodPost, "/sign-in/second", n.secondStep),
		open(fiber.MethodGet, "/sign-in/second", func(c *fiber.Ctx) error { return see(c, "/sign-in") }),
		open(fiber.MethodGet, linkPath, n.showLink),
		open(fiber.MethodPost, linkPath, n.useLink),
		do(confirmPath, n.confirmAndGo).first(),
		show("/newsroom/account", n.showAccount),
		do("/newsroom/account/password", n.changePassword),
		show(setUpPath, n.showSetUp).proved().first(),
		do(setUpPath, n.setUp).proved().first(),
		do("/newsroom/account/second-factor/remove", n.removeApp).proved(),
		do("/newsroom/account/recovery-codes", n.newCodes).proved(),
		show("/newsroom/account/passkeys/new", n.showAddPasskey).proved().first(),
		do("/newsroom/account/passkeys/new", n.addPasskey).proved().first(),
		do("/newsroom/account/passkeys/:passkey/rename", n.renamePasskey),
		do("/newsroom/account/passkeys/:passkey/remove", n.removePasskey).proved(),
		show("/newsroom/permissions", n.showPermissions),
		show("/newsroom/people", n.showPeople).needs(people),
		do("/newsroom/people/invite", n.invite).needs(people).proved(),
		do("/newsroom/people/rules", n.setSignInRules).needs(factcheck.ManageHouse).proved(),
		do("/newsroom/people/links/:entry/revoke", n.revokeLink).needs(people).proved(),
		show("/newsroom/people/:person", n.showPerson).needs(people),
	}
	for _, one := range []struct {
		name string
		act  act
	}{
		{"name", n.rename}, {"email", n.changeEmail}, {"role", n.changeRole}, {"byline", n.changeByline}, {"reset", n.makeReset}, {"disable", n.disable}, {"enable", n.enable},
	} {
		routes = append(routes, do("/newsroom/people/:person/"+one.name, one.act).needs(people).proved())
	}
	pages := map[string]bool{}
	for _, r := range routes {
		pages[r.Path] = pages[r.Path] || r.Method == fiber.MethodGet
	}
	var backs []Route          // before the others: a person is not called invite
	for _, r := range routes { // a form that was shown again leaves its address in the browser: reloading it leads back
		if !pages[r.Path] {
			backs = append(backs, show(r.Path, back).needs(r.action).first())
		}
	}
	return append(backs, routes...)
}

// back leads from the address of a form to the page it is on.
func back(c *fiber.Ctx, _ visitor) error {
	switch path := c.Path(); {
	case path == confirmPath:
		return see(c, "/newsroom")
	case c.Params("person") != "":
		var id factcheck.PersonID
		if err := id.UnmarshalText([]byte(c.Params("person"))); err != nil || id.IsZero() {
			return factcheck.NotFound("there is no such person")
		}
		return see(c, "/newsroom/people/"+id.String())
	case strings.HasPrefix(path, "/newsroom/people/"):
		return see(c, "/newsroom/people")
	}
	return see(c, "/newsroom/account")
}

// showPeople lists everybody, and the links that are open.
func (n *Newsroom) showPeople(c *fiber.Ctx, in visitor) error {
	done := ""
	switch c.Query("done") {
	case "revoked":
		done = "The link is worth nothing any more."
	case "rules":
		done = "The rule is kept."
	}
	return n.peoplePage(c, in, pages.InviteForm{Role: string(factcheck.RoleChecker)}, done, formProblem{status: fiber.StatusOK})
}

func (n *Newsroom) peoplePage(c *fiber.Ctx, in visitor, typed pages.InviteForm, done string, wrong formProblem) error {
	ctx := c.UserContext()
	shell, err := n.shell(ctx, in, "/newsroom/people")
	if err != nil {
		return err
	}
	people, err := n.cfg.Store.Persons(ctx, in.Actor)
	if err != nil {
		return err
	}
	links, err := n.cfg.Store.OpenLinks(ctx, in.Actor)
	if err != nil {
		return err
	}
	rules, revision, err := n.cfg.Store.SignInRules(ctx, in.Actor)
	if err != nil {
		return err
	}
	page := pages.PeoplePage{
		Shell: shell, Invite: typed, Done: done, Error: wrong.message, Field: wrong.field, Roles: roleChoices(), Required: rules.RequireSecondFactor,
		Revision: revision, OwnFactor: in.HasFactor,
	}
	for _, p := range people {
		page.People = append(page.People, personItem(p))
	}
	for _, l := range links {
		page.Links = append(page.Links, pages.LinkItem{
			ID: l.ID.String(), Reset: l.Kind == store.EntryReset, Email: l.Email, Name: l.Name, Role: string(l.Role), By: l.By, Made: l.CreatedAt, Until: l.ExpiresAt, Over: l.Expired,
		})
	}
	return n.render(c, wrong.status, pages.People(page))
}

func personItem(p store.Person) pages.PersonItem {
	return pages.PersonItem{
		ID: p.ID.String(), Email: p.Email, Name: p.Name, Byline: p.Byline, Role: string(p.Role), Factor: p.SecondFactor(), SignedIn: p.SignedInAt,
		Disabled: p.DisabledAt, NoPassword: !p.HasPassword, Revision: p.Revision, Joined: p.CreatedAt,
	}
}

// roleChoices are the roles with what they are for.
func roleChoices() []pages.RoleChoice {
	return []pages.RoleChoice{
		{Role: string(factcheck.RoleChecker), Label: "Checker", Hint: "files claims, articles and verdicts"},
		{Role: string(factcheck.RoleEditor), Label: "Editor", Hint: "also approves what others wrote, suspends and merges"},
		{Role: string(factcheck.RoleAdmin), Label: "Admin", Hint: "also people, keys and settings"},
	}
}

// setSignInRules says whether everybody needs a second factor.
func (n *Newsroom) setSignInRules(c *fiber.Ctx, in visitor, f form) error {
	revision, err := strconv.Atoi(f.get("revision"))
	if err != nil {
		return factcheck.Invalid("revision", "this form arrived damaged; reload the page")
	}
	err = n.cfg.Store.EditSignInRules(c.UserContext(), in.Actor, revision, store.SignInRules{RequireSecondFactor: f.get("require_second_factor") != ""})
	if p, ok := problemOf(err); ok {
		return n.peoplePage(c, in, pages.InviteForm{}, "", p)
	}
	if err != nil {
		return err
	}
	return see(c, "/newsroom/people?done=rules")
}

// personOf reads the person that an address names.
func (n *Newsroom) personOf(c *fiber.Ctx, in visitor) (store.Person, error) {
	var id factcheck.PersonID
	if err := id.UnmarshalText([]byte(c.Params("person"))); err != nil || id.IsZero() {
		return store.Person{}, factcheck.NotFound("there is no such person")
	}
	return n.cfg.Store.Person(c.UserContext(), in.Actor, id)
}

// showPerson serves what an admin may change of a person.
func (n *Newsroom) showPerson(c *fiber.Ctx, in visitor) error {
	who, err := n.personOf(c, in)
	if err != nil {
		return err
	}
	done := ""
	if c.Query("done") != "" {
		done = "Done."
	}
	return n.personPage(c, in, who, personItem(who), done, formProblem{status: fiber.StatusOK})
}

func (n *Newsroom) personPage(c *fiber.Ctx, in visitor, who store.Person, typed pages.PersonItem, done string, wrong formProblem) error {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/people")
	if err != nil {
		return err
	}
	page := pages.PersonPage{
		Shell: shell, PersonItem: personItem(who), Typed: typed, Roles: roleChoices(), Self: who.ID == in.Actor.Person, Done: done, Error: wrong.message, Field: wrong.field,
	}
	return n.render(c, wrong.status, pages.Person(page))
}

// personAgain shows a person with what went wrong, and what was typed.
func (n *Newsroom) personAgain(c *fiber.Ctx, in visitor, f form, err error) error {
	p, ok := problemOf(err)
	if !ok || p.status == fiber.StatusNotFound {
		return err
	}
	who, perr := n.personOf(c, in)
	if perr != nil {
		return perr
	}
	typed := personItem(who)
	for name, field := range map[string]*string{"name": &typed.Name, "email": &typed.Email, "role": &typed.Role, "byline": &typed.Byline} {
		if _, sent := f.values[name]; sent {
			*field = f.line(name)
		}
	}
	return n.personPage(c, in, who, typed, "", p)
}

// changePerson does something to the person that an address names, at the revision that was seen.
func (n *Newsroom) changePerson(c *fiber.Ctx, in visitor, f form, change func(id factcheck.PersonID, revision int) error) error {
	who, err := n.personOf(c, in)
	if err != nil {
		return err
	}
	revision, err := strconv.Atoi(f.get("revision"))
	if err != nil || revision < 1 {
		return n.personAgain(c, in, f, factcheck.Invalid("revision", "this form arrived damaged; reload the page"))
	}
	if err := change(who.ID, revision); err != nil {
		return n.personAgain(c, in, f, err)
	}
	return see(c, "/newsroom/people/"+who.ID.String()+"?done=1")
}

func (n *Newsroom) rename(c *fiber.Ctx, in visitor, f form) error {
	return n.changePerson(c, in, f, func(id factcheck.PersonID, revision int) error {
		return n.cfg.Store.RenamePerson(c.UserContext(), in.Actor, id, revision, f.line("name"))
	})
}

func (n *Newsroom) changeEmail(c *fiber.Ctx, in visitor, f form) error {
	return n.changePerson(c, in, f, func(id factcheck.PersonID, revision int) error {
		return n.cfg.Store.ChangeEmail(c.UserContext(), in.Actor, id, revision, f.line("email"))
	})
}

func (n *Newsroom) changeRole(c *fiber.Ctx, in visitor, f form) error {
	return n.changePerson(c, in, f, func(id factcheck.PersonID, revision int) error {
		return n.cfg.Store.ChangeRole(c.UserContext(), in.Actor, id, revision, factcheck.Role(f.get("role")))
	})
}

func (n *Newsroom) changeByline(c *fiber.Ctx, in visitor, f form) error {
	return n.changePerson(c, in, f, func(id factcheck.PersonID, revision int) error {
		return n.cfg.Store.SetByline(c.UserContext(), in.Actor, id, revision, f.line("byline"))
	})
}

func (n *Newsroom) disable(c *fiber.Ctx, in visitor, f form) error {
	return n.changePerson(c, in, f, func(id factcheck.PersonID, _ int) error {
		return n.cfg.Store.DisablePerson(c.UserContext(), in.Actor, id)
	})
}

func (n *Newsroom) enable(c *fiber.Ctx, in visitor, f form) error {
	return n.changePerson(c, in, f, func(id factcheck.PersonID, _ int) error {
		return n.cfg.Store.EnablePerson(c.UserContext(), in.Actor, id)
	})
}
