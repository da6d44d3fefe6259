package newsroom

import (
	"errors"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/request"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

const (
	maxWaiting = 64 // whose password is looked at or waits for it; more are told to come back
	keptPrefix = "kept."
)

var errWrong = &factcheck.Error{Code: factcheck.CodeUnauthenticated, Message: "The e-mail address or the password is wrong."}

// showSignIn serves the sign-in, or leads on whoever is signed in already.
func (n *Newsroom) showSignIn(c *fiber.Ctx) error {
	next := safeNext(c.Query("next"))
	_, err := n.visitor(c)
	if err == nil {
		return see(c, next)
	}
	if factcheck.CodeOf(err) != factcheck.CodeUnauthenticated {
		return err
	}
	page, err := n.signInPage(c, next)
	if err != nil {
		return err
	}
	page.SignedOut, page.Set = c.Query("out") == "1", c.Query("set") == "1"
	return n.render(c, fiber.StatusOK, pages.SignIn(page))
}

// signInPage returns the empty form. The browser gets a token of its own before it has a session, so that nobody can sign it
// in to another account from elsewhere (login CSRF).
func (n *Newsroom) signInPage(c *fiber.Ctx, next string) (pages.SignInPage, error) {
	token := c.Cookies(entranceCookie)
	if _, ok := auth.HashToken(token); !ok {
		token = auth.NewToken()
		setCookie(c, entranceCookie, token)
	}
	shell, err := n.shell(c.UserContext(), visitor{formToken: auth.FormToken(token)}, "/sign-in")
	if err != nil {
		return pages.SignInPage{}, err
	}
	passkey, err := n.passkeyQuestion(c, entrancePurpose(token))
	return pages.SignInPage{Shell: shell, Next: next, Passkey: passkey}, err
}

// signIn takes a password or the answer of a passkey. It begins a session and leads on to where the person was going, or shows
// the form they were sending; or it asks for a second factor.
func (n *Newsroom) signIn(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	account, proof, err := n.enter(c, f)
	if err != nil {
		return n.signInAgain(c, f, err)
	}
	if proof.Passkey.ID.IsZero() && account.HasFactor() {
		return n.showSecondStep(c, account, f, nil)
	}
	return n.begin(c, account, proof, f)
}

// begin begins the session of somebody who has shown what it takes, and leads on.
func (n *Newsroom) begin(c *fiber.Ctx, account store.Account, proof store.Proof, f form) error {
	token, err := n.cfg.Store.BeginSession(c.UserContext(), n.named(c, account.Actor), browserOf(c, proof))
	if err != nil {
		return n.signInAgain(c, f, err)
	}
	return n.goOn(c, account, token, f)
}

// named returns the actor with the request their acts are written down for.
func (n *Newsroom) named(c *fiber.Ctx, actor factcheck.Actor) factcheck.Actor {
	actor.RequestID = request.From(c.UserContext()).ID
	return actor
}

// goOn gives the browser its session and leads to where the person was going, or shows the form they were sending.
func (n *Newsroom) goOn(c *fiber.Ctx, account store.Account, token string, f form) error {
	n.signedIn(c, account.Email, token)
	next, kept := safeNext(f.get("next")), f.keptBefore()
	if len(kept.values) == 0 {
		return see(c, next)
	}
	in := visitor{SignedIn: store.SignedIn{Actor: account.Actor}, formToken: auth.FormToken(token)}
	return n.showResume(c, in, next, kept)
}

// signedIn gives the browser its session.
func (n *Newsroom) signedIn(c *fiber.Ctx, email, token string) {
	setCookie(c, sessionCookie, token)
	setCookie(c, entranceCookie, "")
	n.know(c, email)
}

// browserOf returns what is known of the browser of a request.
func browserOf(c *fiber.Ctx, proof store.Proof) store.SessionInput {
	return store.SessionInput{
		Proof: proof, Replaces: c.Cookies(sessionCookie), UserAgent: c.Get(fiber.HeaderUserAgent), Address: request.From(c.UserContext()).Client.String(),
	}
}

// keptBefore returns the form that was sent without a session and carried through the sign-in.
func (f form) keptBefore() form {
	kept := form{values: url.Values{}}
	for name, values := range f.values {
		if name, ok := strings.CutPrefix(name, keptPrefix); ok {
			kept.values[name] = values
		}
	}
	return kept
}

// signInAgain shows the sign-in with what went wrong. Whether there is such an account shows nowhere: not in the words, not
// in the status, not in the time.
func (n *Newsroom) signInAgain(c *fiber.Ctx, f form, err error) error {
	coded, ok := errors.AsType[*factcheck.Error](err)
	if !ok || coded.Code == factcheck.CodeInternal {
		return err
	}
	next, kept := safeNext(f.get("next")), f.keptBefore()
	page, perr := n.signInPage(c, next)
	if perr != nil {
		return perr
	}
	page.Email, page.Error = f.line("email"), sentence(coded.Message)
	if page.Kept = kept.kept(); len(page.Kept) > 0 {
		page.KeptPath = next
	}
	return n.render(c, entranceStatus(coded), pages.SignIn(page))
}

// entranceStatus returns the status of a form that let nobody in.
func entranceStatus(err *factcheck.Error) int {
	switch err.Code {
	case factcheck.CodeRateLimited:
		return fiber.StatusTooManyRequests
	case factcheck.CodeUnavailable:
		return fiber.StatusServiceUnavailable
	case factcheck.CodeForbidden:
		return fiber.StatusForbidden
	}
	return fiber.StatusUnauthorized
}

var errEntrance = factcheck.Forbidden("Your browser did not send back the cookie of this page. Try again; if it happens again, allow cookies for this address, and use https:// or http://localhost.")

// enter checks who wants in: by a passkey, or by a password, which may be the first of two steps.
func (n *Newsroom) enter(c *fiber.Ctx, f form) (store.Account, store.Proof, error) {
	if !auth.FormTokenOf(c.Cookies(entranceCookie), f.get(formTokenField)) {
		return store.Account{}, store.Proof{}, errEntrance
	}
	if f.get("passkey") != "" {
		return n.enterByPasskey(c, f)
	}
	account, err := n.verify(c, f.line("email"), f.values.Get("password"))
	return account, store.Proof{Password: account.PasswordHash}, err
}

// verify returns the account whose password it is. An account that does not exist, is disabled or has no password takes the
// same way at the same time as a wrong password.
func (n *Newsroom) verify(c *fiber.Ctx, email, password string) (store.Account, error) {
	ctx := c.UserContext()
	select {
	case n.entrance <- struct{}{}:
		defer func() { <-n.entrance }()
	default:
		return store.Account{}, &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "Too many people are signing in at once. Try again in a few seconds."}
	}
	var account store.Account
	err := n.throttled(ctx, n.attempts(c, email), func() error {
		found, err := n.cfg.Store.PersonByEmail(ctx, email)
		if err != nil && factcheck.CodeOf(err) != factcheck.CodeNotFound {
			return err
		}
		ok, err := n.cfg.Passwords.Verify(ctx, found.PasswordHash, password)
		if err != nil {
			return err
		}
		if !ok {
			return errWrong
		}
		account = found
		return nil
	})
	return account, err
}

// showSignOut asks whether to sign out: nothing that a link does.
func (n *Newsroom) showSignOut(c *fiber.Ctx, in visitor) error {
	shell, err := n.shell(c.UserContext(), in, "/sign-out")
	if err != nil {
		return err
	}
	return n.render(c, fiber.StatusOK, pages.SignOut(pages.SignOutPage{Shell: shell}))
}

// signOut ends the session.
func (n *Newsroom) signOut(c *fiber.Ctx, in visitor, _ form) error {
	if err := n.cfg.Store.EndSession(c.UserContext(), in.Actor, in.Session); err != nil && factcheck.CodeOf(err) != factcheck.CodeNotFound {
		return err
	}
	setCookie(c, sessionCookie, "")
	return see(c, "/sign-in?out=1")
}
