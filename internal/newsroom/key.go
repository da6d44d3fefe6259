package newsroom

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

func (n *Newsroom) keyRoutes() []Route {
	keys := func(r Route) Route { return r.needs(factcheck.ManageKeys) }
	return []Route{
		keys(show("/newsroom/house/keys", n.showKeys)),
		keys(do("/newsroom/house/keys", n.makeKey)).proved(),
		keys(do("/newsroom/house/keys/:key/revoke", n.revokeKey)).proved(),
		keys(show("/newsroom/house/keys/:key/revoke", backTo("/newsroom/house/keys"))),
		keys(show("/newsroom/house/keys/:key", n.showKey)),
		keys(do("/newsroom/house/keys/:key/change", n.changeKey)).proved(),
		keys(show("/newsroom/house/keys/:key/change", n.toKey)),
		keys(do("/newsroom/house/keys/:key/rotate", n.rotateKey)).proved(),
		keys(show("/newsroom/house/keys/:key/rotate", n.toKey)),
		keys(do("/newsroom/house/keys/:key/end-old", n.endOldSecret)).proved(),
		keys(show("/newsroom/house/keys/:key/end-old", n.toKey)),
	}
}

// showKeys lists the API keys.
func (n *Newsroom) showKeys(c *fiber.Ctx, in visitor) error {
	page, err := n.keysPage(c, in)
	if err != nil {
		return err
	}
	if c.Query("told") == "revoked" {
		page.Told = "Revoked. Nothing is done with it from now on."
	}
	return n.render(c, fiber.StatusOK, pages.HouseKeys(page))
}

func (n *Newsroom) keysPage(c *fiber.Ctx, in visitor) (pages.KeysPage, error) {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/house")
	if err != nil {
		return pages.KeysPage{}, err
	}
	page := pages.KeysPage{Shell: shell, Scope: "read"}
	keys, err := n.cfg.Store.Keys(c.UserContext(), in.Actor)
	if err != nil {
		return page, err
	}
	people, err := n.cfg.Store.Persons(c.UserContext(), in.Actor)
	if err != nil {
		return page, err
	}
	publishers, err := n.cfg.Store.NewsroomPublishers(c.UserContext(), in.Actor)
	if err != nil {
		return page, err
	}
	for _, k := range keys {
		page.Keys = append(page.Keys, n.keyItem(shell, k))
	}
	for _, p := range people {
		if p.DisabledAt == nil {
			page.People = append(page.People, pages.Choice{ID: p.Email, Name: p.Name + ", " + string(p.Role)})
		}
	}
	for _, p := range publishers {
		page.Publishers = append(page.Publishers, pages.Choice{ID: p.Site, Name: p.Name})
	}
	return page, nil
}

func (n *Newsroom) keyItem(shell pages.Shell, k store.Key) pages.KeyItem {
	day := func(t *time.Time, none string) string {
		if t == nil {
			return none
		}
		return shell.Day(*t)
	}
	item := pages.KeyItem{
		ID: k.ID.String(), Name: k.Name, Hint: k.Hint, Owner: k.Owner, Publisher: k.Publisher, Created: shell.Day(k.CreatedAt), LastUsed: day(k.LastUsedAt, "never"), Expires: day(k.ExpiresAt, "not by itself"),
	}
	if len(k.Scopes) > 0 {
		item.Scope = string(k.Scopes[len(k.Scopes)-1])
	}
	if k.OldValid {
		item.Old = "the old secret " + k.OldHint + "… is valid until " + shell.Instant(*k.OldUntil)
	}
	switch {
	case k.RevokedAt != nil:
		item.State = "revoked"
	case k.Ended:
		item.State = "ended"
	case k.Disabled:
		item.State = "its owner is disabled"
	}
	return item
}

// makeKey makes a key and shows it this once: the answer is the page itself, and reloading it makes no second one.
func (n *Newsroom) makeKey(c *fiber.Ctx, in visitor, f form) error {
	input := store.KeyInput{Name: f.line("name"), Scopes: []factcheck.Scope{factcheck.Scope(f.get("scope"))}, Owner: f.line("owner"), Publisher: f.line("publisher")}
	ends, err := n.dayOf("expires", f.line("expires"))
	if err == nil && !ends.IsZero() {
		input.ExpiresAt = ends.AddDate(0, 0, 1) // the day it ends on is its last
	}
	secret := ""
	if err == nil {
		_, secret, err = n.cfg.Store.CreateKey(c.UserContext(), in.Actor, input)
	}
	page, perr := n.keysPage(c, in)
	if perr != nil {
		return perr
	}
	if err != nil {
		problem, ok := problemOf(err)
		if !ok {
			return err
		}
		page.Name, page.Scope, page.Owner, page.Publisher, page.Expires = input.Name, f.get("scope"), input.Owner, input.Publisher, f.line("expires")
		page.Error, page.Field = problem.message, problem.field
		return n.render(c, problem.status, pages.HouseKeys(page))
	}
	page.Fresh, page.FreshName = secret, input.Name
	return n.render(c, fiber.StatusOK, pages.HouseKeys(page))
}

func (n *Newsroom) revokeKey(c *fiber.Ctx, in visitor, _ form) error {
	id, err := idParam[factcheck.KeyID](c.Params("key"))
	if err != nil {
		return err
	}
	if err := n.cfg.Store.RevokeKey(c.UserContext(), in.Actor, id); err != nil {
		return err
	}
	return see(c, "/newsroom/house/keys?told=revoked")
}
