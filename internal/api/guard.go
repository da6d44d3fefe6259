package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/request"
)

// localFactor is how much more somebody on this machine may ask: benches and the house's own programs, not the world.
// Behind a proxy nobody is local, whether the proxy is trusted or not.
const localFactor = 1000

// quotaExceeded is the problem type of draft-ietf-httpapi-ratelimit-headers.
const quotaExceeded = "https://iana.org/assignments/http-problem-types#quota-exceeded"

// guard is the first handler of every request to the API.
func (a *API) guard(c *fiber.Ctx) error {
	allowOrigins(c)
	if c.Method() == http.MethodOptions {
		return c.Next() // costs nothing, and browsers send it without the key
	}
	if err := a.admit(c); err != nil {
		return err
	}
	if err := c.Next(); err != nil {
		return err
	}
	if err, ok := c.Context().UserValue(errorKey{}).(error); ok {
		return err
	}
	return nil
}

// allowOrigins lets pages of any origin read what anybody may read. Credentials of a browser are never involved: a key is
// sent by a script that has it.
func allowOrigins(c *fiber.Ctx) {
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	if c.Method() != http.MethodOptions {
		c.Set(fiber.HeaderAccessControlExposeHeaders, "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id")
		return
	}
	c.Set(fiber.HeaderAccessControlAllowMethods, "GET, HEAD, OPTIONS")
	c.Set(fiber.HeaderAccessControlAllowHeaders, "Authorization, If-None-Match")
	c.Set(fiber.HeaderAccessControlMaxAge, "86400")
}

// admit finds out for whom the request is made, and counts it. A wrong key is never taken for no key.
func (a *API) admit(c *fiber.Ctx) error {
	info := request.From(c.Context())
	address := ratelimit.Address(info.Client)
	policy, client := a.cfg.Anonymous, address
	if lines := c.Request().Header.PeekAll(fiber.HeaderAuthorization); len(lines) > 0 {
		actor, err := a.authenticate(c, lines, address, info)
		if err != nil {
			return err
		}
		policy, client = a.cfg.Key, actor.ID.String()
	}
	if info.Local() {
		policy = policy.Times(localFactor, "local-"+policy.Name)
	}
	return a.count(c, client, policy)
}

// authenticate returns who the key acts for. Guesses are counted, so that they do not become questions to the database.
func (a *API) authenticate(c *fiber.Ctx, lines [][]byte, address string, info request.Info) (factcheck.Actor, error) {
	guesses := ratelimit.Policy{Name: "wrong-keys", Quota: 60, Window: time.Minute}
	if info.Local() {
		guesses = guesses.Times(localFactor, guesses.Name)
	}
	guesser, now := "key of "+address, time.Now()
	if a.limiter.Exhausted(guesser, guesses, now) {
		return factcheck.Actor{}, tooMany(guesses, time.Second)
	}
	scheme, secret, _ := strings.Cut(string(lines[0]), " ")
	err := unauthenticated("send one key, as Authorization: Bearer ts_…")
	if len(lines) == 1 && strings.EqualFold(scheme, "Bearer") && a.cfg.KeyActor != nil {
		var actor factcheck.Actor
		if actor, err = a.cfg.KeyActor(c.UserContext(), strings.TrimSpace(secret)); err == nil {
			return actor, nil
		}
	}
	if factcheck.CodeOf(err) == factcheck.CodeUnauthenticated {
		a.limiter.Take(guesser, guesses, now)
		c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="touchstone", error="invalid_token"`)
	}
	return factcheck.Actor{}, err
}

// count takes a token and tells the client where it stands.
func (a *API) count(c *fiber.Ctx, client string, policy ratelimit.Policy) error {
	d := a.limiter.Take(client, policy, time.Now())
	c.Set("RateLimit-Policy", policy.Header())
	c.Set("RateLimit", d.Header(policy))
	if !d.Allowed {
		return tooMany(policy, d.RetryAfter)
	}
	return nil
}

func tooMany(policy ratelimit.Policy, retryAfter time.Duration) error {
	p := problem.New(http.StatusTooManyRequests, "too many requests; come back when Retry-After has passed, or use a key")
	p.Type, p.Title = quotaExceeded, "Request cannot be satisfied as assigned quota has been exceeded"
	p.ViolatedPolicies = []string{policy.Name}
	p.RetryAfter = retryAfter
	return p
}

func unauthenticated(message string) error {
	return &factcheck.Error{Code: factcheck.CodeUnauthenticated, Message: message}
}
