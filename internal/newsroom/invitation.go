package newsroom

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// linkPath is where a link leads that lets somebody in once.
const linkPath = "/sign-in/link"

// LinkURL returns the address to hand to whoever a link is for. The name of its parameter keeps it out of the log.
func LinkURL(publicURL, token string) string {
	return publicURL + linkPath + "?" + url.Values{"token": {token}}.Encode()
}

// showLink serves the page that a link leads to. Looking at it uses nothing up: mail programs look at links too.
func (n *Newsroom) showLink(c *fiber.Ctx) error {
	token := c.Query("token")
	link, err := n.cfg.Store.EntryLink(c.UserContext(), token)
	if err != nil {
		return n.badLink(c, err)
	}
	return n.linkPage(c, pages.JoinPage{Link: token, Email: link.Email, Name: link.Name}, link, fiber.StatusOK)
}

// badLink answers for a link that is not good.
func (n *Newsroom) badLink(c *fiber.Ctx, err error) error {
	if factcheck.CodeOf(err) != factcheck.CodeGone {
		return err
	}
	shell, serr := n.shell(c.UserContext(), visitor{}, linkPath)
	if serr != nil {
		return serr
	}
	return n.render(c, fiber.StatusGone, pages.BadLink(pages.BadLinkPage{Shell: shell}))
}

// linkPage renders the form of a link. Its address holds the token, so it is told to nobody.
func (n *Newsroom) linkPage(c *fiber.Ctx, page pages.JoinPage, link store.EntryLink, status int) error {
	token := c.Cookies(entranceCookie)
	if _, ok := auth.HashToken(token); !ok {
		token = auth.NewToken()
		setCookie(c, entranceCookie, token)
	}
	var err error
	if page.Shell, err = n.shell(c.UserContext(), visitor{formToken: auth.FormToken(token)}, linkPath); err != nil {
		return err
	}
	page.Kind, page.Role, page.Until, page.DropFactor, page.By = string(link.Kind), string(link.Role), link.ExpiresAt, link.DropFactor, link.By
	if page.Name == page.Email { // nobody gave a name
		page.Name = ""
	}
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	return n.render(c, status, pages.Join(page))
}

// useLink takes the form of a link: it makes the person, who is signed in then, or sets a password, after which they sign in.
func (n *Newsroom) useLink(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	link, err := n.cfg.Store.EntryLink(c.UserContext(), f.get("link"))
	if err != nil {
		return n.badLink(c, err)
	}
	done, err := n.enterByLink(c, f, link)
	if factcheck.CodeOf(err) == factcheck.CodeGone {
		return n.badLink(c, err)
	}
	p, ok := problemOf(err)
	if factcheck.CodeOf(err) == factcheck.CodeForbidden {
		p, ok = formProblem{message: errEntrance.Error(), status: fiber.StatusForbidden}, true
	}
	if ok {
		page := pages.JoinPage{Link: f.get("link"), Email: f.line("email"), Name: f.line("name"), Error: p.message, Field: p.field}
		if link.Kind != store.EntryFirstAdmin {
			page.Email = link.Email
		}
		return n.linkPage(c, page, link, p.status)
	}
	if err != nil {
		return err
	}
	return see(c, done)
}

// enterByLink does what a link is for and returns where that leads.
func (n *Newsroom) enterByLink(c *fiber.Ctx, f form, link store.EntryLink) (string, error) {
	if !auth.FormTokenOf(c.Cookies(entranceCookie), f.get(formTokenField)) {
		return "", errEntrance
	}
	if f.values.Get("password") != f.values.Get("password_again") {
		return "", factcheck.Invalid("password_again", "the two passwords differ; type the same one twice")
	}
	email, name := link.Email, f.line("name")
	if link.Kind == store.EntryFirstAdmin {
		email = f.line("email")
	}
	if link.Kind == store.EntryReset {
		name = link.Name
	}
	hash, err := n.hash(c, f.values.Get("password"), email, name)
	if err != nil {
		return "", err
	}
	if link.Kind == store.EntryReset {
		setCookie(c, sessionCookie, "")
		return "/sign-in?set=1", n.cfg.Store.ResetPassword(c.UserContext(), f.get("link"), hash)
	}
	token, err := n.cfg.Store.Join(c.UserContext(), store.JoinInput{Token: f.get("link"), Email: email, Name: name, PasswordHash: hash, Browser: browserOf(c, store.Proof{})})
	if err != nil {
		return "", err
	}
	n.signedIn(c, email, token)
	return "/newsroom", nil
}

// invite makes an invitation and shows its link, this once.
func (n *Newsroom) invite(c *fiber.Ctx, in visitor, f form) error {
	who := store.PersonInput{Email: f.line("email"), Name: f.line("name"), Role: factcheck.Role(f.get("role"))}
	_, token, err := n.cfg.Store.Invite(c.UserContext(), in.Actor, who)
	if p, ok := problemOf(err); ok {
		return n.peoplePage(c, in, pages.InviteForm{Email: who.Email, Name: who.Name, Role: string(who.Role)}, "", p)
	}
	if err != nil {
		return err
	}
	return n.showNewLink(c, in, pages.NewLinkPage{URL: LinkURL(n.cfg.PublicURL, token), Whom: who.Email, Back: "/newsroom/people", Days: int(store.InvitationLife.Hours() / 24)})
}

// makeReset makes a link to set a person's password and shows it, this once.
func (n *Newsroom) makeReset(c *fiber.Ctx, in visitor, f form) error {
	who, err := n.personOf(c, in)
	if err != nil {
		return err
	}
	drop := f.get("drop_factor") != ""
	_, token, err := n.cfg.Store.ResetLink(c.UserContext(), in.Actor, who.ID, drop)
	if err != nil {
		return n.personAgain(c, in, f, err)
	}
	page := pages.NewLinkPage{URL: LinkURL(n.cfg.PublicURL, token), Whom: who.Name, Reset: true, DropFactor: drop, Back: "/newsroom/people/" + who.ID.String()}
	return n.showNewLink(c, in, page)
}

func (n *Newsroom) showNewLink(c *fiber.Ctx, in visitor, page pages.NewLinkPage) error {
	var err error
	if page.Shell, err = n.shell(c.UserContext(), in, "/newsroom/people"); err != nil {
		return err
	}
	return n.render(c, fiber.StatusOK, pages.NewLink(page))
}

// revokeLink makes a link worth nothing.
func (n *Newsroom) revokeLink(c *fiber.Ctx, in visitor, _ form) error {
	var id factcheck.EntryLinkID
	if err := id.UnmarshalText([]byte(c.Params("entry"))); err != nil || id.IsZero() {
		return factcheck.NotFound("there is no such link")
	}
	err := n.cfg.Store.RevokeLink(c.UserContext(), in.Actor, id)
	if p, ok := problemOf(err); ok {
		return n.peoplePage(c, in, pages.InviteForm{}, "", p)
	}
	if err != nil {
		return err
	}
	return see(c, "/newsroom/people?done=revoked")
}
