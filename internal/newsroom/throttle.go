package newsroom

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/request"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// How guessing is slowed down. Attempts count for an account from an address and for an address, in the database, so that all
// processes count together; none is counted that was right. There is no limit per account alone, so nobody locks its owner out
// from elsewhere; and a browser in which the account was opened before has a count of its own (OWASP, device cookies), so
// nobody locks them out from beside them either. Guessing from many addresses at once is held by the cost of a hash, of which
// a few run at a time, and by what passwords are refused when they are set.
func pairPolicy() ratelimit.Policy {
	return ratelimit.Policy{Name: "pair", Quota: 10, Window: 10 * time.Minute}
}

func addressPolicy() ratelimit.Policy {
	return ratelimit.Policy{Name: "address", Quota: 60, Window: 15 * time.Minute}
}

func browserPolicy() ratelimit.Policy {
	return ratelimit.Policy{Name: "browser", Quota: 10, Window: 10 * time.Minute}
}

// codePolicy is for the codes of an account from wherever: whoever guesses them knows its password already, and a million
// codes are soon guessed from many addresses. Known browsers, passkeys and links are not held up by it.
func codePolicy() ratelimit.Policy {
	return ratelimit.Policy{Name: "codes", Quota: 60, Window: time.Hour}
}

// knownCookie marks a browser in which an account was opened; it opens nothing.
const (
	knownCookie = "__Host-touchstone-known"
	knownLife   = 400 * 24 * time.Hour // the most that browsers keep
)

// attempts returns the buckets that an attempt at an account is counted in. who is its address as it was typed.
func (n *Newsroom) attempts(c *fiber.Ctx, who string) []store.Attempt {
	ctx := c.UserContext()
	who = strings.ToLower(strings.TrimSpace(who))
	if mark, _, err := n.cfg.Sealer.OpenTicket(knownPurpose(who), c.Cookies(knownCookie), n.cfg.Now()); err == nil {
		return []store.Attempt{{Bucket: string(mark), Policy: browserPolicy()}}
	}
	address := ratelimit.Address(request.From(ctx).Client)
	return []store.Attempt{{Bucket: who + " " + address, Policy: pairPolicy()}, {Bucket: address, Policy: addressPolicy()}}
}

// codeAttempts are those of a code, for whoever has shown the password.
func (n *Newsroom) codeAttempts(c *fiber.Ctx, account store.Account) []store.Attempt {
	out := n.attempts(c, account.Email)
	for i := range out {
		out[i].Bucket = "code " + out[i].Bucket
	}
	if len(out) > 1 {
		out = append(out, store.Attempt{Bucket: account.Actor.Person.String(), Policy: codePolicy()})
	}
	return out
}

func knownPurpose(email string) string {
	sum := sha256.Sum256([]byte(email))
	return "known browser of " + string(sum[:])
}

// know marks the browser as one in which the account was opened.
func (n *Newsroom) know(c *fiber.Ctx, email string) {
	mark := auth.NewToken()
	setCookie(c, knownCookie, n.cfg.Sealer.Ticket(knownPurpose(strings.ToLower(email)), []byte(mark), n.cfg.Now().Add(knownLife)))
}

// throttled runs try after taking an attempt from the buckets, and gives it back unless try says that what was shown is wrong.
// CodeRateLimited while too many were wrong.
func (n *Newsroom) throttled(ctx context.Context, buckets []store.Attempt, try func() error) error {
	free, wait, err := n.cfg.Store.TakeAttempts(ctx, buckets...)
	if err != nil {
		return err
	}
	if !free {
		return &factcheck.Error{Code: factcheck.CodeRateLimited, RetryAfter: wait, Message: "Too many attempts failed from where you are. Wait " + inWords(wait) + " and try again; from a browser that you use here you can sign in at once."}
	}
	err = try()
	if factcheck.CodeOf(err) == factcheck.CodeUnauthenticated {
		n.cfg.Logger.InfoContext(ctx, "a sign-in failed", "client", request.From(ctx).Client.String())
		return err
	}
	// The request may be over; what was not wrong must not count.
	if rerr := n.cfg.Store.ReturnAttempts(context.WithoutCancel(ctx), buckets...); rerr != nil {
		n.cfg.Logger.WarnContext(ctx, "an attempt was not given back", "error", rerr)
	}
	return err
}

// inWords says how long to wait.
func inWords(d time.Duration) string {
	if d <= time.Minute {
		return "a minute"
	}
	return "some minutes"
}
