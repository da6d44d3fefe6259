package newsroom

import (
	"errors"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// confirmPrefix begins the names of the fields with which somebody proves once more who they are. They ride along with the
// form that asked for it, so that one step does both and nothing of it is lost.
const (
	confirmPrefix = "confirm."
	confirmPath   = "/newsroom/confirm"
)

func confirmPurpose(s factcheck.SessionID) string { return "passkey, confirming: " + s.String() }

// confirms reports whether the form was sent with a proof.
func (f form) confirms() bool {
	return f.values.Get(confirmPrefix+"password") != "" || f.line(confirmPrefix+"code") != "" || f.get(confirmPrefix+"passkey") != ""
}

// showConfirm asks who is signed in to prove once more who they are, and carries on what they were sending.
func (n *Newsroom) showConfirm(c *fiber.Ctx, in visitor, action string, f form, wrong error) error {
	status := fiber.StatusForbidden
	page := pages.ConfirmPage{Action: action, Kept: f.kept(), LostFiles: len(f.files) > 0, Email: in.Email, Next: f.get("next")}
	if action == confirmPath { // a page was asked for, not a form sent
		status, page.Kept = fiber.StatusOK, nil
	}
	if wrong != nil {
		coded, ok := errors.AsType[*factcheck.Error](wrong)
		if !ok || coded.Code == factcheck.CodeInternal {
			return wrong
		}
		status, page.Error = entranceStatus(coded), sentence(coded.Message)
	}
	account, err := n.cfg.Store.AccountOf(c.UserContext(), in.Actor.Person)
	if err != nil {
		return err
	}
	page.HasApp = account.App != nil
	if account.Passkeys > 0 {
		if page.Passkey, err = n.passkeyQuestion(c, confirmPurpose(in.Session)); err != nil {
			return err
		}
	}
	if page.Shell, err = n.shell(c.UserContext(), in, c.Path()); err != nil {
		return err
	}
	return n.render(c, status, pages.Confirm(page))
}

// confirmAndGo takes a proof for a page that needs one, and leads to it.
func (n *Newsroom) confirmAndGo(c *fiber.Ctx, in visitor, f form) error {
	next := safeNext(f.get("next"))
	if !f.confirms() {
		return n.showConfirm(c, in, confirmPath, form{values: url.Values{"next": {next}}}, factcheck.Invalid("password", "type your password, or use what you signed in with"))
	}
	if _, err := n.confirm(c, in, f); err != nil {
		return n.showConfirm(c, in, confirmPath, form{values: url.Values{"next": {next}}}, err)
	}
	return see(c, next)
}

// confirm checks the proof that came with a form and renews the session: its token is another one from then on. Guessing counts
// for the session, so whoever found it open locks nobody out.
func (n *Newsroom) confirm(c *fiber.Ctx, in visitor, f form) (visitor, error) {
	token := ""
	buckets := []store.Attempt{{Bucket: "confirm " + in.Session.String(), Policy: pairPolicy()}}
	err := n.throttled(c.UserContext(), buckets, func() error {
		proof, err := n.checkConfirm(c, in, f)
		if err != nil {
			return err
		}
		token, err = n.cfg.Store.ConfirmSession(c.UserContext(), in.Actor, in.Session, proof)
		return err
	})
	if err != nil {
		return in, err
	}
	setCookie(c, sessionCookie, token)
	renewed, err := n.cfg.Store.SessionActor(c.UserContext(), token)
	if err != nil {
		return in, err
	}
	renewed.Actor.RequestID = in.Actor.RequestID
	return visitor{SignedIn: renewed, formToken: auth.FormToken(token)}, nil
}

// checkConfirm returns what the fields of a form prove.
func (n *Newsroom) checkConfirm(c *fiber.Ctx, in visitor, f form) (store.Proof, error) {
	account, err := n.cfg.Store.AccountOf(c.UserContext(), in.Actor.Person)
	if err != nil {
		return store.Proof{}, err
	}
	own := form{values: url.Values{}}
	for name, values := range f.values {
		if name, ok := strings.CutPrefix(name, confirmPrefix); ok {
			own.values[name] = values
		}
	}
	switch {
	case own.get("passkey") != "":
		_, proof, err := n.checkPasskey(c, own, confirmPurpose(in.Session), in.Actor.Person)
		return proof, err
	case own.line("code") != "":
		return n.checkAppCode(account, own.line("code"))
	}
	ok, err := n.cfg.Passwords.Verify(c.UserContext(), account.PasswordHash, own.values.Get("password"))
	if err != nil {
		return store.Proof{}, err
	}
	if !ok {
		return store.Proof{}, &factcheck.Error{Code: factcheck.CodeUnauthenticated, Field: "password", Message: "This is not your password."}
	}
	return store.Proof{Password: account.PasswordHash}, nil
}
