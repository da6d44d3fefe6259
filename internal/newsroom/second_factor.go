package newsroom

import (
	"crypto/sha256"
	"errors"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// How long the second step of a sign-in, and the answer of a passkey, may take.
const (
	stepLife    = 10 * 60 // seconds
	passkeyLife = 30 * 60
	setUpLife   = 60 * 60
)

// setUpPath is where a second factor is set up.
const setUpPath = "/newsroom/account/second-factor"

var (
	errCode = &factcheck.Error{Code: factcheck.CodeUnauthenticated, Field: "code", Message: "This code is wrong. Type the six digits that the app shows now; the clock of the phone must be right."}
	errStep = &factcheck.Error{Code: factcheck.CodeUnauthenticated, Message: "That took too long, or the password was changed meanwhile. Sign in again."}
)

// entrancePurpose and stepPurpose bind what a page carries to the browser that it was made for.
func entrancePurpose(token string) string { return "passkey, signing in: " + token }
func stepPurpose(token string) string     { return "second step: " + token }
func appPurpose(p factcheck.PersonID) string {
	return "authenticator app of " + p.String()
}
func setUpPurpose(p factcheck.PersonID) string { return "app being set up: " + p.String() }

// ticket is for how long, in seconds, what it carries.
func (n *Newsroom) ticket(purpose string, plain []byte, seconds int) string {
	return n.cfg.Sealer.Ticket(purpose, plain, n.cfg.Now().Add(secondsOf(seconds)))
}

// showSecondStep asks somebody whose password was right for their second factor. What they have shown is carried by the page,
// sealed and bound to the browser, and worth nothing once the password is another one.
func (n *Newsroom) showSecondStep(c *fiber.Ctx, account store.Account, f form, wrong error) error {
	status := fiber.StatusOK
	page := pages.SecondStepPage{Email: account.Email, HasApp: account.App != nil, HasPasskeys: account.Passkeys > 0, Next: safeNext(f.get("next"))}
	if wrong != nil {
		coded, ok := errors.AsType[*factcheck.Error](wrong)
		if !ok || coded.Code == factcheck.CodeInternal {
			return wrong
		}
		status, page.Error = entranceStatus(coded), sentence(coded.Message)
	}
	token := auth.NewToken() // another than before the password: who had that one learns nothing
	setCookie(c, entranceCookie, token)
	var err error
	if page.Shell, err = n.shell(c.UserContext(), visitor{formToken: auth.FormToken(token)}, "/sign-in/second"); err != nil {
		return err
	}
	fingerprint := sha256.Sum256([]byte(account.PasswordHash))
	page.Ticket = n.ticket(stepPurpose(token), append(account.Actor.Person[:], fingerprint[:]...), stepLife)
	if page.HasPasskeys {
		if page.Passkey, err = n.passkeyQuestion(c, entrancePurpose(token)); err != nil {
			return err
		}
	}
	kept := f.keptBefore()
	if page.Kept = kept.kept(); len(page.Kept) > 0 {
		page.KeptPath = page.Next
	}
	return n.render(c, status, pages.SecondStep(page))
}

// secondStep takes the second factor of somebody whose password was right.
func (n *Newsroom) secondStep(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	account, err := n.afterPassword(c, f)
	if err != nil {
		return n.signInAgain(c, f, err)
	}
	token := ""
	enter := func(proof store.Proof, err error) error {
		if err != nil {
			return err
		}
		proof.Password = account.PasswordHash
		token, err = n.cfg.Store.BeginSession(c.UserContext(), n.named(c, account.Actor), browserOf(c, proof))
		return err
	}
	if f.get("passkey") != "" { // nobody guesses one, so nobody is held up
		_, proof, perr := n.checkPasskey(c, f, entrancePurpose(c.Cookies(entranceCookie)), account.Actor.Person)
		err = enter(proof, perr)
	} else {
		err = n.throttled(c.UserContext(), n.codeAttempts(c, account), func() error { return enter(n.checkCode(account, f.line("code"))) })
	}
	if factcheck.CodeOf(err) == factcheck.CodeUnauthenticated {
		n.cfg.Logger.WarnContext(c.UserContext(), "a second factor was wrong after the right password", "person", account.Actor.Person)
	}
	if err != nil {
		return n.showSecondStep(c, account, f, err)
	}
	return n.goOn(c, account, token, f)
}

// afterPassword returns the account whose password was right in the step before.
func (n *Newsroom) afterPassword(c *fiber.Ctx, f form) (store.Account, error) {
	token := c.Cookies(entranceCookie)
	if !auth.FormTokenOf(token, f.get(formTokenField)) {
		return store.Account{}, errEntrance
	}
	raw, _, err := n.cfg.Sealer.OpenTicket(stepPurpose(token), f.get("ticket"), n.cfg.Now())
	if err != nil || len(raw) != 16+sha256.Size {
		return store.Account{}, errStep
	}
	account, err := n.cfg.Store.AccountOf(c.UserContext(), factcheck.PersonID(raw[:16]))
	if factcheck.CodeOf(err) == factcheck.CodeNotFound || err == nil && sha256.Sum256([]byte(account.PasswordHash)) != [32]byte(raw[16:]) {
		return store.Account{}, errStep
	}
	return account, err
}

// checkCode returns what a code that somebody typed proves, if it is right: it is of their app, or a recovery code. Whether it
// was used before is for the store.
func (n *Newsroom) checkCode(account store.Account, typed string) (store.Proof, error) {
	if hash, ok := auth.HashRecoveryCode(typed); ok {
		return store.Proof{Recovery: hash}, nil
	}
	return n.checkAppCode(account, typed)
}

func (n *Newsroom) checkAppCode(account store.Account, typed string) (store.Proof, error) {
	if account.App == nil {
		return store.Proof{}, errCode
	}
	secret, err := n.cfg.Sealer.Open(appPurpose(account.Actor.Person), account.App)
	if err != nil {
		return store.Proof{}, &factcheck.Error{
			Code: factcheck.CodeUnavailable, Err: err,
			Message: "Codes cannot be checked: this server's key is not the one they were set up with. Use a passkey or a recovery code, and tell whoever runs the server.",
		}
	}
	step, ok := auth.CheckAppCode(secret, typed, n.cfg.Now())
	if !ok {
		return store.Proof{}, errCode
	}
	return store.Proof{Step: step}, nil
}

// showSetUp offers to set up an authenticator app: its secret is new each time, and carried by the page, sealed.
func (n *Newsroom) showSetUp(c *fiber.Ctx, in visitor) error {
	return n.setUpPage(c, in, "", auth.NewAppSecret(), formProblem{status: fiber.StatusOK})
}

func (n *Newsroom) setUpPage(c *fiber.Ctx, in visitor, code string, secret []byte, wrong formProblem) error {
	shell, err := n.shell(c.UserContext(), in, setUpPath)
	if err != nil {
		return err
	}
	qr, err := auth.NewQR(auth.AppURL(secret, shell.HouseName, in.Email))
	if err != nil {
		return err
	}
	page := pages.SetUpPage{
		Shell: shell, Must: in.MustSetUp, HasFactor: in.HasFactor, Passkeys: n.passkeysAt(c) != nil, QRSize: qr.Size, QRPath: qr.Path,
		Secret: auth.AppSecretText(secret), Ticket: n.ticket(setUpPurpose(in.Actor.Person), secret, setUpLife), Code: code, Error: wrong.message,
	}
	return n.render(c, wrong.status, pages.SetUp(page))
}

// setUp gives the person the app that they prove to have.
func (n *Newsroom) setUp(c *fiber.Ctx, in visitor, f form) error {
	if !n.cfg.Sealer.Lasting() {
		return &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "this server has no key to keep the secret of an app with; whoever runs it finds the reason in its log"}
	}
	secret, _, err := n.cfg.Sealer.OpenTicket(setUpPurpose(in.Actor.Person), f.get("ticket"), n.cfg.Now())
	if err != nil {
		return n.setUpPage(c, in, "", auth.NewAppSecret(), formProblem{status: fiber.StatusUnprocessableEntity, message: "That page was too old. Read this new code with the app, and delete the former entry there."})
	}
	step, ok := auth.CheckAppCode(secret, f.line("code"), n.cfg.Now())
	if !ok {
		return n.setUpPage(c, in, f.line("code"), secret, formProblem{status: fiber.StatusUnprocessableEntity, message: errCode.Message})
	}
	codes, hashes := auth.NewRecoveryCodes()
	token, first, err := n.cfg.Store.SetApp(c.UserContext(), in.Actor, store.AppInput{
		Session: in.Session, Sealed: n.cfg.Sealer.Seal(appPurpose(in.Actor.Person), secret), Step: step, Codes: hashes,
	})
	if err != nil {
		return err
	}
	return n.factorAdded(c, in, token, "app", first, codes)
}

// factorAdded goes on after a second factor was added: to the recovery codes if it is the first.
func (n *Newsroom) factorAdded(c *fiber.Ctx, in visitor, token, what string, first bool, codes []string) error {
	setCookie(c, sessionCookie, token)
	if !first {
		return see(c, "/newsroom/account?done="+what)
	}
	in.formToken = auth.FormToken(token)
	return n.showCodes(c, in, codes, true)
}

// showCodes shows recovery codes, this once.
func (n *Newsroom) showCodes(c *fiber.Ctx, in visitor, codes []string, first bool) error {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/account")
	if err != nil {
		return err
	}
	return n.render(c, fiber.StatusOK, pages.RecoveryCodes(pages.RecoveryCodesPage{Shell: shell, Email: in.Email, Codes: codes, First: first}))
}

// newCodes replaces the person's recovery codes.
func (n *Newsroom) newCodes(c *fiber.Ctx, in visitor, _ form) error {
	codes, hashes := auth.NewRecoveryCodes()
	if err := n.cfg.Store.NewRecoveryCodes(c.UserContext(), in.Actor, hashes); err != nil {
		return n.accountAgain(c, in, err)
	}
	return n.showCodes(c, in, codes, false)
}

// removeApp takes the person's app away.
func (n *Newsroom) removeApp(c *fiber.Ctx, in visitor, _ form) error {
	if err := n.cfg.Store.RemoveApp(c.UserContext(), in.Actor); err != nil {
		return n.accountAgain(c, in, err)
	}
	return see(c, "/newsroom/account?done=app-removed")
}

// showSetUpFirst answers a form of somebody who must set up a second factor before anything else: nothing of it is lost.
func (n *Newsroom) showSetUpFirst(c *fiber.Ctx, in visitor, f form) error {
	shell, err := n.shell(c.UserContext(), in, c.Path())
	if err != nil {
		return err
	}
	page := pages.ResumePage{Shell: shell, Action: c.Path(), Kept: f.kept(), LostFiles: len(f.files) > 0, SetUp: setUpPath}
	return n.render(c, fiber.StatusForbidden, pages.Resume(page))
}
