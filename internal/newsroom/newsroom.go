// Package newsroom serves the people who check facts: sign-in, and under /newsroom the articles and what they do with
// claims.
//
// Every page works without JavaScript. A handler parses, calls one store method, fills a page struct of web/newsroom and
// renders; a POST answers with a 303, or with the form again, everything typed still in it. Who is signed in, and that a form
// is ours, is decided in guard.go for all routes alike.
package newsroom

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/webhook"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
	"github.com/touchstone-factcheck/touchstone/web/ui"
	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

// Config is what the newsroom needs.
type Config struct {
	Store       *store.DB
	Finder      *finder.Finder   // finds claims; nil or not warm: the store does
	Intake      *ingest.Ingest   // takes articles in
	PublicURL   string           // origin, without a final slash
	Zone        *time.Location   // the house's, for display; nil is UTC
	Now         func() time.Time // nil: the system's clock; it times out sign-in attempts
	Logger      *slog.Logger     // nil: slog's default
	Passwords   *auth.Passwords  // nil: two at a time
	Sealer      *auth.Sealer     // nil: one of this process alone, which keeps no authenticator app and no source in confidence
	Webhooks    *webhook.Hooks   // makes webhooks and sends to them; nil: there are none here
	Mail        bool             // a mail server is set
	Preview     Preview          // renders what is not public yet as readers would see it; nil: previews are not offered
	PreviewCard PreviewCard      // draws the share card of such a claim; nil: it is not shown
}

// Newsroom serves the newsroom. It is safe for concurrent use.
type Newsroom struct {
	cfg      Config
	passkeys *auth.Passkeys // nil where browsers offer none
	entrance chan struct{}  // places of those whose password is looked at
	house    atomic.Pointer[named]
}

// New returns the newsroom.
func New(cfg Config) *Newsroom {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.Passwords == nil {
		cfg.Passwords = auth.NewPasswords(2)
	}
	if cfg.Sealer == nil {
		cfg.Sealer = auth.NewPassingSealer()
	}
	return &Newsroom{cfg: cfg, passkeys: auth.NewPasskeys(cfg.PublicURL), entrance: make(chan struct{}, maxWaiting)}
}

// Route is one address of the newsroom.
type Route struct {
	Method, Path string
	open         fiber.Handler // for everybody
	show         page          // for people who are signed in
	act          act           // for them, with a form of theirs

	action    factcheck.Action // what it takes besides, "" for nothing: the store asks again
	fresh     bool             // they must have proved lately who they are
	settingUp bool             // also for those who must set up a second factor first
}

// Open reports whether the route is for people who are not signed in too.
func (r Route) Open() bool { return r.open != nil }

type (
	page func(*fiber.Ctx, visitor) error
	act  func(*fiber.Ctx, visitor, form) error
)

func open(method, path string, h fiber.Handler) Route {
	return Route{Method: method, Path: path, open: h}
}
func show(path string, h page) Route { return Route{Method: fiber.MethodGet, Path: path, show: h} }
func do(path string, h act) Route    { return Route{Method: fiber.MethodPost, Path: path, act: h} }

// needs returns the route for those alone who may do something.
func (r Route) needs(a factcheck.Action) Route {
	r.action = a
	return r
}

// proved returns the route for those alone who proved lately who they are.
func (r Route) proved() Route {
	r.fresh = true
	return r
}

// first returns the route for those too who must set up a second factor before anything else.
func (r Route) first() Route {
	r.settingUp = true
	return r
}

// permit returns an error unless somebody may use the route at all.
func (r Route) permit(in visitor) error {
	if r.action == "" {
		return nil
	}
	return factcheck.Permit(in.Actor, r.action)
}

// Routes lists every address of the newsroom, for Mount and for the tests that try each of them as everybody.
func (n *Newsroom) Routes() []Route {
	routes := []Route{
		open(fiber.MethodGet, "/sign-in", n.showSignIn),
		open(fiber.MethodPost, "/sign-in", n.signIn),
		show("/sign-out", n.showSignOut).first(),
		do("/sign-out", n.signOut).first(),
		show("/newsroom/sign-ins", n.showSessions),
		do("/newsroom/sign-ins/others/end", n.endOthers),
		do("/newsroom/sign-ins/:session/end", n.endSession),
		show("/newsroom/articles", n.showArticles),
		show("/newsroom/articles/new", n.showAdd),
		do("/newsroom/articles/new", n.addArticle),
		show("/newsroom/articles/:article", n.showArticle),
		do("/newsroom/articles/:article/details", n.editArticle),
		do("/newsroom/articles/:article/refresh", n.refreshArticle),
		do("/newsroom/articles/:article/links", n.linkArticle),
		do("/newsroom/articles/:article/links/:link/stance", n.setStance),
		do("/newsroom/articles/:article/links/:link/mark", n.markLink),
		do("/newsroom/articles/:article/links/:link/first", n.markFirst),
		do("/newsroom/articles/:article/links/:link/undo", n.undoLink),
		do("/newsroom/articles/:article/links/:link/unlink", n.unlink),
		do("/newsroom/articles/:article/checks/:check/accept", n.acceptCheck),
		show("/newsroom/snapshots/:snapshot", n.sendSnapshot),
		do("/newsroom/articles/:article/snapshots/:snapshot/take-down", n.takeDownSnapshot),
	}
	routes = slices.Concat(routes, n.suggestionRoutes(), n.deskRoutes(), n.decisionRoutes())
	for _, r := range routes { // a form that was shown again leaves its address in the browser: reloading it leads to the article
		if rest, ok := strings.CutPrefix(r.Path, "/newsroom/articles/:article/"); ok && r.act != nil && rest != "" {
			routes = append(routes, show(r.Path, n.backToArticle))
		}
	}
	routes = append(routes, n.peopleRoutes()...)
	return append(routes, n.claimRoutes()...) // last: :claim takes any name
}

// Mount registers the pages.
func (n *Newsroom) Mount(r fiber.Router) {
	for _, route := range n.Routes() {
		r.Add(route.Method, route.Path, n.guard(route))
	}
}

// houseAge is how old the house's name on the newsroom's pages may be.
const houseAge = time.Minute

// named is the house's name and logo as they were read at a time.
type named struct {
	name string
	logo ui.Picture
	at   time.Time
}

func (n *Newsroom) houseName(ctx context.Context) (string, error) {
	h, err := n.houseRow(ctx)
	return h.name, err
}

func (n *Newsroom) houseRow(ctx context.Context) (named, error) {
	if h := n.house.Load(); h != nil && time.Since(h.at) < houseAge {
		return *h, nil
	}
	p, err := n.cfg.Store.Publication(ctx)
	if err != nil {
		return named{}, err
	}
	h := named{name: p.Name, logo: pictureOf(p.Logo), at: time.Now()}
	n.house.Store(&h)
	return h, nil
}

// shell returns the frame of a page.
func (n *Newsroom) shell(ctx context.Context, in visitor, path string) (pages.Shell, error) {
	house, err := n.houseRow(ctx)
	if err != nil {
		return pages.Shell{}, err
	}
	return pages.Shell{
		Locale: ui.Locale{Lang: text.Default, Zone: n.cfg.Zone}, HouseName: house.name, Logo: house.logo, Path: path, FormToken: in.formToken,
		Person: in.Actor.Name, PersonID: in.Actor.Person.String(), Role: string(in.Actor.Role),
	}, nil
}

// render buffers a page, so that an error never leaves half of one, and sends it. Nothing of the newsroom is kept by
// browsers or proxies.
func (n *Newsroom) render(c *fiber.Ctx, status int, page templ.Component) error {
	var buf bytes.Buffer
	if err := page.Render(c.UserContext(), &buf); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Status(status).Send(buf.Bytes())
}

// see sends the browser to a path of ours by GET.
func see(c *fiber.Ctx, path string) error { return c.Redirect(path, fiber.StatusSeeOther) }

// safeNext returns the path that a sign-in leads on to: one of ours, or the newsroom's first page. An address of another
// origin is no path: neither //host nor /\host, which browsers take for one, nor anything with a control character.
func safeNext(s string) string {
	const first = "/newsroom"
	if len(s) < 2 || len(s) > 2000 || s[0] != '/' || s[1] == '/' || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }) {
		return first
	}
	if strings.HasPrefix(s, "/sign-") {
		return first
	}
	return s
}
