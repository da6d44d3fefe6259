package newsroom

import (
	"net"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/request"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

func secondsOf(n int) time.Duration { return time.Duration(n) * time.Second }

// passkeysAt returns the passkeys of the address a page is at: the public one, or localhost for whoever sits at this machine.
// Nil where browsers offer none.
func (n *Newsroom) passkeysAt(c *fiber.Ctx) *auth.Passkeys {
	host := string(c.Context().Host())
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	if name == "localhost" && request.From(c.UserContext()).Local() {
		return auth.NewPasskeys("http://" + host)
	}
	return n.passkeys
}

// passkeyQuestion returns what a page asks a passkey: a challenge for a purpose, good for half an hour and stored nowhere.
// Empty where browsers offer none.
func (n *Newsroom) passkeyQuestion(c *fiber.Ctx, purpose string) (pages.PasskeyQuestion, error) {
	keys := n.passkeysAt(c)
	if keys == nil {
		return pages.PasskeyQuestion{}, nil
	}
	challenge := n.ticket(purpose, nil, passkeyLife)
	options, err := keys.GetOptions(challenge, nil)
	return pages.PasskeyQuestion{Challenge: challenge, Options: options}, err
}

var errOldChallenge = &factcheck.Error{Code: factcheck.CodeUnauthenticated, Field: "passkey", Message: "That took too long. Try the passkey again."}

// checkPasskey returns whose passkey answered the page's question, and what that proves. With only, it must be that person's.
// CodeUnauthenticated if it is unknown or did not answer this.
func (n *Newsroom) checkPasskey(c *fiber.Ctx, f form, purpose string, only factcheck.PersonID) (factcheck.PersonID, store.Proof, error) {
	keys, challenge := n.passkeysAt(c), f.get("challenge")
	_, expires, err := n.cfg.Sealer.OpenTicket(purpose, challenge, n.cfg.Now())
	if err != nil || keys == nil {
		return only, store.Proof{}, errOldChallenge
	}
	var found store.StoredPasskey
	count, err := keys.Verify(challenge, f.get("passkey"), func(credential []byte) (auth.KnownPasskey, error) {
		found, err = n.cfg.Store.PasskeyByCredential(c.UserContext(), credential)
		if err == nil && !only.IsZero() && found.Person != only {
			err = factcheck.NotFound("this passkey is somebody else's")
		}
		return auth.KnownPasskey{Credential: credential, PublicKey: found.PublicKey, SignCount: found.SignCount, BackedUp: found.BackedUp, User: found.Person[:]}, err
	})
	switch factcheck.CodeOf(err) {
	case "":
	case factcheck.CodeNotFound, factcheck.CodeInvalid:
		return only, store.Proof{}, &factcheck.Error{Code: factcheck.CodeUnauthenticated, Field: "passkey", Message: "This passkey does not open an account here. Choose another, or use your password.", Err: err}
	default:
		return only, store.Proof{}, err
	}
	return found.Person, store.Proof{Passkey: store.PasskeyUse{ID: found.ID, SignCount: count, Challenge: auth.HashChallenge(challenge), Expires: expires}}, nil
}

// enterByPasskey returns the account of whoever signs in by a passkey alone. It is not throttled: nobody guesses a passkey, and
// its owner must come in while others guess passwords beside them.
func (n *Newsroom) enterByPasskey(c *fiber.Ctx, f form) (store.Account, store.Proof, error) {
	who, proof, err := n.checkPasskey(c, f, entrancePurpose(c.Cookies(entranceCookie)), factcheck.PersonID{})
	if err != nil {
		return store.Account{}, proof, err
	}
	account, err := n.cfg.Store.AccountOf(c.UserContext(), who)
	return account, proof, err
}

func addPurpose(p factcheck.PersonID) string { return "passkey, adding: " + p.String() }

// showAddPasskey offers to add a passkey.
func (n *Newsroom) showAddPasskey(c *fiber.Ctx, in visitor) error {
	return n.addPasskeyPage(c, in, "", formProblem{status: fiber.StatusOK})
}

func (n *Newsroom) addPasskeyPage(c *fiber.Ctx, in visitor, name string, wrong formProblem) error {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/account")
	if err != nil {
		return err
	}
	page := pages.AddPasskeyPage{Shell: shell, Must: in.MustSetUp, Name: name, Error: wrong.message, Field: wrong.field}
	if keys := n.passkeysAt(c); keys != nil {
		own, err := n.cfg.Store.OwnFactors(c.UserContext(), in.Actor)
		if err != nil {
			return err
		}
		var have [][]byte
		for _, k := range own.Passkeys {
			have = append(have, k.Credential)
		}
		page.Question.Challenge = n.ticket(addPurpose(in.Actor.Person), nil, passkeyLife)
		user := auth.PasskeyUser{Handle: in.Actor.Person[:], Name: in.Email, Title: in.Actor.Name}
		if page.Question.Options, err = keys.CreateOptions(shell.HouseName, page.Question.Challenge, user, have); err != nil {
			return err
		}
	}
	return n.render(c, wrong.status, pages.AddPasskey(page))
}

// addPasskey gives the person the passkey that they have just made.
func (n *Newsroom) addPasskey(c *fiber.Ctx, in visitor, f form) error {
	token, first, codes, err := n.registerPasskey(c, in, f)
	if p, ok := problemOf(err); ok {
		return n.addPasskeyPage(c, in, f.line("name"), p)
	}
	if factcheck.CodeOf(err) == factcheck.CodeUnauthenticated {
		return n.addPasskeyPage(c, in, f.line("name"), formProblem{status: fiber.StatusUnprocessableEntity, message: errOldChallenge.Message})
	}
	if err != nil {
		return err
	}
	return n.factorAdded(c, in, token, "passkey", first, codes)
}

func (n *Newsroom) registerPasskey(c *fiber.Ctx, in visitor, f form) (token string, first bool, codes []string, err error) {
	keys, challenge := n.passkeysAt(c), f.get("challenge")
	if f.get("passkey") == "" {
		return "", false, nil, factcheck.Invalid("passkey", "the browser made no passkey; it takes one with JavaScript, and a phone, a security key or this computer's own lock")
	}
	_, expires, err := n.cfg.Sealer.OpenTicket(addPurpose(in.Actor.Person), challenge, n.cfg.Now())
	if err != nil || keys == nil {
		return "", false, nil, errOldChallenge
	}
	made, err := keys.Register(challenge, in.Actor.Person[:], f.get("passkey"))
	if err != nil {
		return "", false, nil, err
	}
	codes, hashes := auth.NewRecoveryCodes()
	token, first, err = n.cfg.Store.AddPasskey(c.UserContext(), in.Actor, store.PasskeyInput{
		Session: in.Session, Name: f.line("name"), Credential: made.Credential, PublicKey: made.PublicKey, SignCount: made.SignCount, BackedUp: made.BackedUp,
		Transports: made.Transports, Challenge: auth.HashChallenge(challenge), Expires: expires, Codes: hashes,
	})
	return token, first, codes, err
}

// ownPasskey reads the passkey that an address names.
func ownPasskey(c *fiber.Ctx) (factcheck.PasskeyID, error) {
	var id factcheck.PasskeyID
	if err := id.UnmarshalText([]byte(c.Params("passkey"))); err != nil || id.IsZero() {
		return id, factcheck.NotFound("you have no such passkey; it may be removed already")
	}
	return id, nil
}

// renamePasskey gives a passkey of the person's another name.
func (n *Newsroom) renamePasskey(c *fiber.Ctx, in visitor, f form) error {
	id, err := ownPasskey(c)
	if err != nil {
		return err
	}
	if err := n.cfg.Store.RenamePasskey(c.UserContext(), in.Actor, id, f.line("name")); err != nil {
		return n.accountAgain(c, in, err)
	}
	return see(c, "/newsroom/account?done=renamed")
}

// removePasskey takes a passkey of the person's away.
func (n *Newsroom) removePasskey(c *fiber.Ctx, in visitor, _ form) error {
	id, err := ownPasskey(c)
	if err != nil {
		return err
	}
	if err := n.cfg.Store.RemovePasskey(c.UserContext(), in.Actor, id); err != nil {
		return n.accountAgain(c, in, err)
	}
	return see(c, "/newsroom/account?done=passkey-removed")
}
