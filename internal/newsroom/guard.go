package newsroom

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/request"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// The cookies. The prefix __Host- makes browsers hold them to this host, to HTTPS and to the path / (RFC 6265bis, section
// 4.1.3); browsers take http://localhost for safe enough.
const (
	sessionCookie  = "__Host-touchstone"
	entranceCookie = "__Host-touchstone-sign-in"
)

// maxUpload is the most bytes of a form with files: a page or screenshot of 5 MiB, a text of 2 MiB, and the rest.
const maxUpload = 8 << 20

// visitor is who makes a request. Only people who are signed in have pages.
type visitor struct {
	store.SignedIn
	formToken string // in every form of theirs
}

// guard returns the handler of a route behind what holds for all of them: nothing is cached, a form comes from our own pages
// and from this session, and who is signed in is asked of the database each time. A page asked for without a session leads
// to the sign-in and back; a form sent without one is shown again with all that was typed. Then the route's own conditions:
// who lacks a second factor that the house asks for sets one up first, what a role may not is refused, and what takes a fresh
// proof asks for it, with all that was typed.
func (n *Newsroom) guard(r Route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderCacheControl, "no-store")
		if r.Method == fiber.MethodPost && crossSite(c, n.cfg.PublicURL) {
			return factcheck.Forbidden("this form came from another site, so nothing was done")
		}
		if r.open != nil {
			return r.open(c)
		}
		in, err := n.visitor(c)
		switch {
		case factcheck.CodeOf(err) == factcheck.CodeUnauthenticated && r.show != nil:
			return see(c, "/sign-in?"+url.Values{"next": {c.OriginalURL()}}.Encode())
		case factcheck.CodeOf(err) == factcheck.CodeUnauthenticated:
			return n.showSignedOut(c)
		case err != nil:
			return err
		}
		c.Context().SetUserValue(visitorKey{}, in)
		if r.show != nil {
			return n.guardPage(c, r, in)
		}
		f, err := readForm(c)
		if err != nil {
			return err
		}
		return n.guardForm(c, r, in, f)
	}
}

// guardPage shows a page to somebody who is signed in, if its own conditions hold.
func (n *Newsroom) guardPage(c *fiber.Ctx, r Route, in visitor) error {
	if in.MustSetUp && !r.settingUp {
		return see(c, setUpPath)
	}
	if err := r.permit(in); err != nil {
		return err
	}
	if r.fresh && !in.Fresh {
		return n.showConfirm(c, in, confirmPath, form{values: url.Values{"next": {c.OriginalURL()}}}, nil)
	}
	return r.show(c, in)
}

// guardForm does what a form of somebody who is signed in asks for, if its own conditions hold.
func (n *Newsroom) guardForm(c *fiber.Ctx, r Route, in visitor, f form) error {
	if !auth.FormTokenOf(c.Cookies(sessionCookie), f.get(formTokenField)) {
		return n.showResume(c, in, c.Path(), f)
	}
	if in.MustSetUp && !r.settingUp {
		return n.showSetUpFirst(c, in, f)
	}
	if err := r.permit(in); err != nil {
		return err
	}
	if r.fresh && !in.Fresh {
		if !f.confirms() {
			return n.showConfirm(c, in, c.Path(), f, nil)
		}
		renewed, err := n.confirm(c, in, f)
		if err != nil {
			return n.showConfirm(c, in, c.Path(), f, err)
		}
		in = renewed
		c.Context().SetUserValue(visitorKey{}, in)
	}
	return r.act(c, in, f)
}

// visitor returns who is signed in.
func (n *Newsroom) visitor(c *fiber.Ctx) (visitor, error) {
	token := c.Cookies(sessionCookie)
	in, err := n.cfg.Store.SessionActor(c.UserContext(), token)
	if err != nil {
		return visitor{}, err
	}
	in.Actor.RequestID = request.From(c.UserContext()).ID
	return visitor{SignedIn: in, formToken: auth.FormToken(token)}, nil
}

// LargeBody lets people who are signed in send up to 8 MiB to the newsroom, and those who may import a file of the size that an
// import takes; see server.Config. One query, for requests that say they are large.
func (n *Newsroom) LargeBody(h *fasthttp.RequestHeader) int {
	path := string(h.RequestURI())
	imports := path == "/newsroom/imports"
	if !imports && path != "/newsroom/house/logo" && !strings.HasPrefix(path, "/newsroom/articles") && !strings.HasPrefix(path, "/newsroom/claims/") {
		return 0
	}
	ctx, cancel := timeout()
	defer cancel()
	in, err := n.cfg.Store.SessionActor(ctx, string(h.Cookie(sessionCookie)))
	switch {
	case err != nil:
		return 0
	case imports && factcheck.Permit(in.Actor, factcheck.ImportChecks) == nil:
		return store.MaxImportFile + maxUpload>>3
	}
	return maxUpload
}

// crossSite reports whether a form was sent by a page of another origin.
func crossSite(c *fiber.Ctx, publicURL string) bool {
	return request.CrossSite(c.Get("Sec-Fetch-Site"), c.Get(fiber.HeaderOrigin), string(c.Context().Host()), publicURL)
}

// setCookie gives the browser a cookie for as long as it stays open; an empty value takes it away.
func setCookie(c *fiber.Ctx, name, value string) {
	cookie := &fiber.Cookie{Name: name, Value: value, Path: "/", Secure: true, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode}
	if value == "" {
		cookie.MaxAge = -1
	} else if name == sessionCookie {
		cookie.MaxAge = int(store.SessionLimit.Seconds())
	} else if name == knownCookie {
		cookie.MaxAge = int(knownLife.Seconds())
	}
	c.Cookie(cookie)
}

// showSignedOut answers a form that was sent without a session: nothing of it is done and nothing lost. It can be sent on
// after signing in; files must be chosen again.
func (n *Newsroom) showSignedOut(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	page, err := n.signInPage(c, c.Path())
	if err != nil {
		return err
	}
	page.Kept = f.kept()
	page.KeptPath, page.LostFiles = c.Path(), len(f.files) > 0
	return n.render(c, fiber.StatusUnauthorized, pages.SignIn(page))
}

// showResume shows a form again that came with no token of this session: after signing in once more, or sent by a stranger's
// page from a browser that does not say so. A person looks at it and sends it, or does not.
func (n *Newsroom) showResume(c *fiber.Ctx, in visitor, path string, f form) error {
	shell, err := n.shell(c.UserContext(), in, path)
	if err != nil {
		return err
	}
	page := pages.ResumePage{Shell: shell, Action: path, Kept: f.kept(), LostFiles: len(f.files) > 0}
	return n.render(c, fiber.StatusForbidden, pages.Resume(page))
}
