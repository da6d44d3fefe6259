package newsroom

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/request"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// How sign-ins are throttled. Failures count, for an account from an address and for an address; there is no limit per
// account alone, so nobody can lock its owner out from elsewhere. Guessing from many addresses at once is held by the cost of
// a hash, of which a few run at a time, and by what passwords are refused when they are set. Each process counts for itself.
const (
	maxWaiting = 64 // whose password is looked at or waits for it; more are told to come back
	keptPrefix = "kept."
)

func pairPolicy() ratelimit.Policy {
	return ratelimit.Policy{Name: "pair", Quota: 10, Window: 10 * time.Minute}
}

func addressPolicy() ratelimit.Policy {
	return ratelimit.Policy{Name: "address", Quota: 60, Window: 15 * time.Minute}
}

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
	page.SignedOut = c.Query("out") == "1"
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
	return pages.SignInPage{Shell: shell, Next: next}, err
}

// signIn begins a session, and leads on to where the person was going or shows the form they were sending.
func (n *Newsroom) signIn(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	next := safeNext(f.get("next"))
	kept := f.keptBefore()
	who, token, err := n.enter(c, f)
	if err != nil {
		return n.signInAgain(c, f, next, kept, err)
	}
	setCookie(c, sessionCookie, token)
	setCookie(c, entranceCookie, "")
	if len(kept.values) == 0 {
		return see(c, next)
	}
	in := visitor{SignedIn: store.SignedIn{Actor: who}, formToken: auth.FormToken(token)}
	return n.showResume(c, in, next, kept)
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
func (n *Newsroom) signInAgain(c *fiber.Ctx, f form, next string, kept form, err error) error {
	coded, ok := errors.AsType[*factcheck.Error](err)
	if !ok || coded.Code == factcheck.CodeInternal {
		return err
	}
	page, perr := n.signInPage(c, next)
	if perr != nil {
		return perr
	}
	page.Email, page.Error = f.line("email"), coded.Message
	if page.Kept = kept.kept(); len(page.Kept) > 0 {
		page.KeptPath = next
	}
	status := fiber.StatusUnauthorized
	switch coded.Code {
	case factcheck.CodeRateLimited:
		status = fiber.StatusTooManyRequests
	case factcheck.CodeUnavailable:
		status = fiber.StatusServiceUnavailable
	case factcheck.CodeForbidden:
		status = fiber.StatusForbidden
	}
	return n.render(c, status, pages.SignIn(page))
}

// enter checks who wants in and begins their session.
func (n *Newsroom) enter(c *fiber.Ctx, f form) (factcheck.Actor, string, error) {
	if !auth.FormTokenOf(c.Cookies(entranceCookie), f.get(formTokenField)) {
		return factcheck.Actor{}, "", factcheck.Forbidden("Your browser did not send back the cookie of this page. Try again; if it happens again, allow cookies for this address, and use https:// or http://localhost.")
	}
	ctx := c.UserContext()
	email, password := f.line("email"), f.values.Get("password")
	account, err := n.verify(ctx, email, password)
	if err != nil {
		return factcheck.Actor{}, "", err
	}
	account.Actor.RequestID = request.From(ctx).ID
	token, err := n.cfg.Store.BeginSession(ctx, account.Actor, store.SessionInput{
		Proof: store.Proof{Password: account.PasswordHash}, Replaces: c.Cookies(sessionCookie), UserAgent: c.Get(fiber.HeaderUserAgent), Address: request.From(ctx).Client.String(),
	})
	return account.Actor, token, err
}

// verify returns the account whose password it is. An account that does not exist, is disabled or has no password takes the
// same way at the same time as a wrong password.
func (n *Newsroom) verify(ctx context.Context, email, password string) (store.Account, error) {
	select {
	case n.entrance <- struct{}{}:
		defer func() { <-n.entrance }()
	default:
		return store.Account{}, &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "Too many people are signing in at once. Try again in a few seconds."}
	}
	address := ratelimit.Address(request.From(ctx).Client)
	pair := "pair " + strings.ToLower(email) + " " + address
	if err := n.mayTry(pair, "address "+address); err != nil {
		return store.Account{}, err
	}
	account, err := n.cfg.Store.PersonByEmail(ctx, email)
	if err != nil && factcheck.CodeOf(err) != factcheck.CodeNotFound {
		return store.Account{}, err
	}
	ok, err := n.cfg.Passwords.Verify(ctx, account.PasswordHash, password)
	if err != nil {
		return store.Account{}, err
	}
	if !ok {
		n.attempts.Take(pair, pairPolicy(), n.cfg.Now())
		n.attempts.Take("address "+address, addressPolicy(), n.cfg.Now())
		n.cfg.Logger.InfoContext(ctx, "a sign-in failed", "client", address)
		return store.Account{}, errWrong
	}
	return account, nil
}

// mayTry returns a CodeRateLimited error while too many attempts have failed.
func (n *Newsroom) mayTry(pair, address string) error {
	now := n.cfg.Now()
	if !n.attempts.Exhausted(pair, pairPolicy(), now) && !n.attempts.Exhausted(address, addressPolicy(), now) {
		return nil
	}
	return &factcheck.Error{Code: factcheck.CodeRateLimited, RetryAfter: time.Minute, Message: "Too many attempts failed from where you are. Wait a minute and try again; from elsewhere you can sign in at once."}
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
