package newsroom

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// toKey leads from the address of an act back to the key.
func (n *Newsroom) toKey(c *fiber.Ctx, _ visitor) error {
	id, err := idParam[factcheck.KeyID](c.Params("key"))
	if err != nil {
		return err
	}
	return see(c, keyPath(id))
}

func keyPath(id factcheck.KeyID) string { return "/newsroom/house/keys/" + id.String() }

// showKey shows a key: how much it may ask, when it ends, and how its secret is replaced.
func (n *Newsroom) showKey(c *fiber.Ctx, in visitor) error {
	page, err := n.keyPage(c, in)
	if err != nil {
		return err
	}
	page.Told = map[string]string{
		"changed": "Saved. It holds from the next request on.", "ended": "The old secret has ended.",
	}[c.Query("told")]
	return n.render(c, fiber.StatusOK, pages.HouseKey(page))
}

func (n *Newsroom) keyPage(c *fiber.Ctx, in visitor) (pages.KeyPage, error) {
	id, err := idParam[factcheck.KeyID](c.Params("key"))
	if err != nil {
		return pages.KeyPage{}, err
	}
	shell, err := n.shell(c.UserContext(), in, "/newsroom/house")
	if err != nil {
		return pages.KeyPage{}, err
	}
	k, err := n.cfg.Store.Key(c.UserContext(), in.Actor, id)
	if err != nil {
		return pages.KeyPage{}, err
	}
	page := pages.KeyPage{Shell: shell, Key: n.keyItem(shell, k), Overlap: "7"}
	page.Burst, page.Daily = number(k.Burst), number(k.Daily)
	if k.ExpiresAt != nil {
		page.Expires = k.ExpiresAt.In(n.zone()).Add(-time.Nanosecond).Format(time.DateOnly)
	}
	if k.OldValid {
		page.OldUsed = "has not been used since"
		if k.OldUsedAt != nil {
			page.OldUsed = "was last used " + shell.Instant(*k.OldUsedAt)
		}
	}
	return page, nil
}

// number writes a limit; none is empty.
func number(limit int) string {
	if limit == 0 {
		return ""
	}
	return strconv.Itoa(limit)
}

// limit reads a number of calls; empty is 0.
func limit(field, s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	v, err := strconv.Atoi(s)
	if err != nil || v < 1 {
		return 0, factcheck.Invalid(field, "write a number of calls as 5000, or leave it empty for what the house allows")
	}
	return v, nil
}

// changeKey changes when a key ends and how much it may ask.
func (n *Newsroom) changeKey(c *fiber.Ctx, in visitor, f form) error {
	id, err := idParam[factcheck.KeyID](c.Params("key"))
	if err != nil {
		return err
	}
	to, err := n.keyChange(f)
	if err == nil {
		err = n.cfg.Store.ChangeKey(c.UserContext(), in.Actor, id, to)
	}
	if err == nil {
		return see(c, keyPath(id)+"?told=changed")
	}
	return n.keyTrouble(c, in, err, func(p *pages.KeyPage) {
		p.Expires, p.Burst, p.Daily = f.line("expires"), f.line("burst"), f.line("daily")
	})
}

func (n *Newsroom) keyChange(f form) (to store.KeyChange, err error) {
	ends, err := n.dayOf("expires", f.line("expires"))
	if err != nil {
		return to, err
	}
	if !ends.IsZero() {
		to.ExpiresAt = ends.AddDate(0, 0, 1) // the day it ends on is its last
	}
	if to.Burst, err = limit("burst", f.line("burst")); err != nil {
		return to, err
	}
	to.Daily, err = limit("daily", f.line("daily"))
	return to, err
}

// rotateKey gives a key a new secret and shows it this once: the answer is the page itself.
func (n *Newsroom) rotateKey(c *fiber.Ctx, in visitor, f form) error {
	id, err := idParam[factcheck.KeyID](c.Params("key"))
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(f.line("overlap"))
	if err != nil || days < 0 || days > int(store.MaxOverlap/(24*time.Hour)) {
		err = factcheck.Invalid("overlap", "choose for how many days the old secret stays valid, 0 to 90")
	}
	secret := ""
	if err == nil {
		secret, err = n.cfg.Store.RotateKey(c.UserContext(), in.Actor, id, time.Duration(days)*24*time.Hour)
	}
	if err != nil {
		return n.keyTrouble(c, in, err, func(p *pages.KeyPage) { p.Overlap = f.line("overlap") })
	}
	page, err := n.keyPage(c, in)
	if err != nil {
		return err
	}
	page.Fresh = secret
	return n.render(c, fiber.StatusOK, pages.HouseKey(page))
}

// endOldSecret ends the secret that a rotation left valid.
func (n *Newsroom) endOldSecret(c *fiber.Ctx, in visitor, _ form) error {
	id, err := idParam[factcheck.KeyID](c.Params("key"))
	if err != nil {
		return err
	}
	if err := n.cfg.Store.EndOldSecret(c.UserContext(), in.Actor, id); err != nil {
		return err
	}
	return see(c, keyPath(id)+"?told=ended")
}

// keyTrouble shows the page with what is wrong, and with what was typed.
func (n *Newsroom) keyTrouble(c *fiber.Ctx, in visitor, err error, typed func(*pages.KeyPage)) error {
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	page, perr := n.keyPage(c, in)
	if perr != nil {
		return perr
	}
	typed(&page)
	page.Error, page.Field = problem.message, problem.field
	return n.render(c, problem.status, pages.HouseKey(page))
}
