package newsroom

import (
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// showAccount serves what a person may change of their own account.
func (n *Newsroom) showAccount(c *fiber.Ctx, in visitor) error {
	return n.accountPage(c, in, accountDone(c.Query("done")), formProblem{status: fiber.StatusOK})
}

// accountDone returns the sentence for what was just done.
func accountDone(what string) string {
	switch what {
	case "password":
		return "Your password is changed. You are signed out everywhere else."
	case "app":
		return "Your authenticator app is set up."
	case "app-removed":
		return "Your authenticator app is removed. Delete its entry on the phone too."
	case "passkey":
		return "The passkey is added."
	case "passkey-removed":
		return "The passkey is removed. Delete it where it is kept too."
	case "renamed":
		return "The passkey is renamed."
	}
	return ""
}

// accountPage renders the account, with what went wrong beside the form it is about.
func (n *Newsroom) accountPage(c *fiber.Ctx, in visitor, done string, wrong formProblem) error {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/account")
	if err != nil {
		return err
	}
	own, err := n.cfg.Store.OwnFactors(c.UserContext(), in.Actor)
	if err != nil {
		return err
	}
	page := pages.AccountPage{
		Shell: shell, Email: in.Email, Done: done, Error: wrong.message, Field: wrong.field, App: own.App, Codes: own.Codes, CodesLeft: own.CodesLeft,
		CanPasskey: n.passkeysAt(c) != nil,
	}
	for _, k := range own.Passkeys {
		page.Passkeys = append(page.Passkeys, pages.PasskeyItem{ID: k.ID.String(), Name: k.Name, Added: k.CreatedAt, Used: k.UsedAt, Synced: k.BackedUp})
	}
	return n.render(c, wrong.status, pages.Account(page))
}

// accountAgain shows the account with what went wrong with one of its forms.
func (n *Newsroom) accountAgain(c *fiber.Ctx, in visitor, err error) error {
	p, ok := problemOf(err)
	if !ok {
		return err
	}
	return n.accountPage(c, in, "", p)
}

// changePassword gives the person another password. It asks for the one they have, and every other session of theirs ends.
func (n *Newsroom) changePassword(c *fiber.Ctx, in visitor, f form) error {
	token, err := n.newPassword(c, in, f)
	if factcheck.CodeOf(err) == factcheck.CodeUnauthenticated {
		return n.accountPage(c, in, "", formProblem{status: fiber.StatusUnprocessableEntity, field: "password_current", message: "The current password is wrong. Nothing was changed."})
	}
	if err != nil {
		return n.accountAgain(c, in, err)
	}
	setCookie(c, sessionCookie, token)
	return see(c, "/newsroom/account?done=password")
}

// newPassword checks both passwords and changes them; it returns the token of the session that goes on.
func (n *Newsroom) newPassword(c *fiber.Ctx, in visitor, f form) (string, error) {
	ctx := c.UserContext()
	fresh := f.values.Get("password")
	if fresh != f.values.Get("password_again") {
		return "", factcheck.Invalid("password_again", "the two new passwords differ; type the same one twice")
	}
	token := ""
	buckets := []store.Attempt{{Bucket: "confirm " + in.Session.String(), Policy: pairPolicy()}}
	err := n.throttled(ctx, buckets, func() error {
		account, err := n.cfg.Store.AccountOf(ctx, in.Actor.Person)
		if err != nil {
			return err
		}
		ok, err := n.cfg.Passwords.Verify(ctx, account.PasswordHash, f.values.Get("password_current"))
		if err != nil {
			return err
		}
		if !ok {
			return errWrong
		}
		hash, err := n.hash(c, fresh, in.Email, in.Actor.Name)
		if err != nil {
			return err
		}
		browser := browserOf(c, store.Proof{Password: account.PasswordHash})
		browser.Replaces = "" // all of theirs end anyway
		token, err = n.cfg.Store.ChangePassword(ctx, in.Actor, hash, browser)
		return err
	})
	return token, err
}

// hash returns the hash of a new password; about is what others know of whose it is. CodeInvalid says why it is too weak.
func (n *Newsroom) hash(c *fiber.Ctx, password string, about ...string) (string, error) {
	house, err := n.houseName(c.UserContext())
	if err != nil {
		return "", err
	}
	return n.cfg.Passwords.Hash(c.UserContext(), password, append(about, house)...)
}
