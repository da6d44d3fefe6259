package site

import (
	"context"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/courier"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// mountFollow registers what readers need who want to be told by mail. Without a mail server all of it is not found.
func (s *Site) mountFollow(m readers) {
	form := followForm()
	m.get("/claims/:slug/follow", s.withMail(form.show(s)))
	m.post("/claims/:slug/follow", s.withMail(form.send(s)))
	m.get(courier.ConfirmPath, s.withMail(s.showConfirm))
	m.post(courier.ConfirmPath, s.withMail(s.confirm))
	m.get(courier.LeavePath, s.withMail(s.showLeave))
	m.post(courier.LeavePath, s.withMail(s.leave))
}

func (s *Site) withMail(handler fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if s.cfg.Courier == nil {
			return factcheck.NotFound("there is nothing at this address")
		}
		return handler(c)
	}
}

// followForm is /claims/{slug}/follow: a mail when the finding changes. The answer is the same for every address.
func followForm() aboutClaim {
	return aboutClaim{
		name: "follow",
		fill: func(p *pages.FormPage, f letter, _ time.Time) {
			p.Fields = []ui.Field{{
				ID: "address", Name: "address", Type: "email", Label: p.T("follow.address"), Hint: p.T("follow.address.hint"), Value: f.get("address"), Autocomplete: "email", Required: true,
			}}
		},
		sent: func(l ui.Locale, _ time.Time) []string {
			return []string{l.T("follow.next.confirm"), l.T("follow.next.told"), l.T("follow.next.leave")}
		},
		take: func(s *Site, claim factcheck.ClaimID, f letter) intake {
			return intake{func() error { _, err := courier.CheckAddress("address", f.get("address")); return err }, func(ctx context.Context) (string, error) {
				return "1", s.cfg.Courier.Follow(ctx, claim, f.get("address"), languageOf(ctx)) // there is nothing to refer to
			}}
		},
	}
}

// private marks a page that only the holder of a link sees: nothing keeps it, lists it or passes its address on.
func private(c *fiber.Ctx) {
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set("X-Robots-Tag", "noindex, nofollow")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
}

// tokenPath is the address of a page for the holder of a token, with something to say.
func tokenPath(l ui.Locale, path, token, say string) string {
	query := url.Values{"token": {token}}
	if say != "" {
		query.Set(say, "1")
	}
	return l.Local(path) + "?" + query.Encode()
}

// heldQuery is what the address of a page asks for by some parameters, which it keeps when the language is changed, unless that is
// too long for an address. Nothing that was sent by a form gets into it: addresses stand in the logs of proxies.
func heldQuery(c *fiber.Ctx, names ...string) string {
	held := url.Values{}
	for _, name := range names {
		held = with(held, name, c.Query(name))
	}
	if query := held.Encode(); len(query) <= maxAddress {
		return query
	}
	return ""
}

// showConfirm serves what the link of a mail leads to. It asks for a press of a button, because programs that look for viruses
// open links too.
func (s *Site) showConfirm(c *fiber.Ctx) error {
	private(c)
	token := c.Query("token")
	h, err := s.houseRow(c.UserContext())
	if err != nil {
		return err
	}
	page := pages.FollowPage{Shell: s.shell(h, courier.ConfirmPath)}
	page.Query = heldQuery(c, "token", "done")
	f, err := s.cfg.Courier.Follower(c.UserContext(), token)
	switch {
	case factcheck.CodeOf(err) == factcheck.CodeGone:
		page.Title, page.Lead = page.T("follow.gone.title"), page.T("follow.gone.lead")
		c.Status(fiber.StatusGone)
		return s.render(c, pages.Follow(page))
	case err != nil:
		return err
	}
	if page.About, err = s.followed(c.UserContext(), page.Locale, f); err != nil {
		return err
	}
	if c.Query("done") != "" && f.State != store.FollowerAsked {
		page.Title, page.Lead = page.T("follow.done.title"), page.T("follow.done.lead", page.Day(f.ExpiresAt))
		if !f.Tip.IsZero() {
			page.Lead = page.T("follow.done.tip", page.Day(f.ExpiresAt))
		}
		return s.render(c, pages.Follow(page))
	}
	page.Title, page.Lead, page.Button, page.Action = page.T("follow.confirm.title"), page.T("follow.confirm.lead"), page.T("follow.confirm.button"), tokenPath(page.Locale, courier.ConfirmPath, token, "")
	if !f.Tip.IsZero() {
		page.Title = page.T("follow.confirm.tip")
	}
	if f.State == store.FollowerAsked {
		page.After = page.T("follow.never.lead")
		page.Other = &pages.FollowButton{Action: tokenPath(page.Locale, courier.LeavePath, token, ""), Name: "never", Label: page.T("follow.never.button")}
	}
	return s.render(c, pages.Follow(page))
}

// followed is the claim that somebody follows, as a list shows it; nil if it is none, or public no longer.
func (s *Site) followed(ctx context.Context, l ui.Locale, f store.Follower) (*ui.ClaimItem, error) {
	if f.Claim.IsZero() {
		return nil, nil
	}
	d, err := s.cfg.Store.ClaimByID(ctx, f.Claim)
	if factcheck.CodeOf(err) == factcheck.CodeNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	claim, err := s.decode(d)
	if err != nil {
		return nil, err
	}
	item := ui.ItemOf(l, claim)
	return &item, nil
}

// confirm serves the button: from now on mails are sent.
func (s *Site) confirm(c *fiber.Ctx) error {
	private(c)
	if _, err := s.readLetter(c); err != nil {
		return err
	}
	l, token := ui.Locale{Lang: languageOf(c.UserContext())}, c.Query("token")
	_, err := s.cfg.Courier.Confirm(c.UserContext(), token)
	if err != nil && factcheck.CodeOf(err) != factcheck.CodeGone { // the page says that it is gone
		return err
	}
	return c.Redirect(tokenPath(l, courier.ConfirmPath, token, "done"), fiber.StatusSeeOther)
}

// showLeave serves the way out: a button, or that it was pressed. Who is not there any more has left.
func (s *Site) showLeave(c *fiber.Ctx) error {
	private(c)
	h, err := s.houseRow(c.UserContext())
	if err != nil {
		return err
	}
	page, token := pages.FollowPage{Shell: s.shell(h, courier.LeavePath)}, c.Query("token")
	page.Query = heldQuery(c, "token", "never")
	page.Title, page.Lead = page.T("follow.left.title"), page.T("follow.left.lead")
	if c.Query("never") != "" {
		page.Lead = page.T("follow.left.never")
	}
	if token == "" {
		return s.render(c, pages.Follow(page))
	}
	f, err := s.cfg.Courier.Follower(c.UserContext(), token)
	if factcheck.CodeOf(err) == factcheck.CodeGone {
		return s.render(c, pages.Follow(page))
	}
	if err != nil {
		return err
	}
	page.Title, page.Lead, page.Button = page.T("follow.leave.title"), page.T("follow.leave.lead"), page.T("follow.leave.button")
	page.Action = tokenPath(page.Locale, courier.LeavePath, token, "")
	if page.About, err = s.followed(c.UserContext(), page.Locale, f); err != nil {
		return err
	}
	return s.render(c, pages.Follow(page))
}

// leave erases whoever has the link. It asks for nothing else, not where the form came from: mail programs send it by
// themselves when their reader presses "unsubscribe", and are not to be led elsewhere (RFC 8058).
func (s *Site) leave(c *fiber.Ctx) error {
	private(c)
	never := string(c.Context().PostArgs().Peek("never")) != ""
	if err := s.cfg.Courier.Leave(c.UserContext(), c.Query("token"), never); err != nil {
		return err
	}
	if len(c.Context().PostArgs().Peek("List-Unsubscribe")) > 0 {
		return c.SendStatus(fiber.StatusOK)
	}
	to := ui.Locale{Lang: languageOf(c.UserContext())}.Local(courier.LeavePath)
	if never {
		to += "?never=1"
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}
