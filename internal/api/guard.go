package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/request"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// localFactor is how much more somebody on this machine may ask: benches and the house's own programs, not the world.
// Behind a proxy nobody is local, whether the proxy is trusted or not.
const localFactor = 1000

// quotaExceeded is the problem type of draft-ietf-httpapi-ratelimit-headers.
const quotaExceeded = "https://iana.org/assignments/http-problem-types#quota-exceeded"

// guard is the first handler of every request to the API.
func (a *API) guard(c *fiber.Ctx) error {
	if openToPages(c) {
		allowOrigins(c.Context(), methodsOf(c.Path()))
	}
	if c.Method() == http.MethodOptions {
		return c.Next() // costs nothing, and browsers send it without the key
	}
	if err := a.admit(c); err != nil {
		return err
	}
	if err := a.learnCredit(c.UserContext()); err != nil {
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

// openToPages reports whether pages of any origin may do this: read what anybody may read. A preflight that is granted anything
// lets a POST through, whatever methods it names, so that of one for another method nothing is granted.
func openToPages(c *fiber.Ctx) bool {
	path, method := c.Path(), c.Method()
	if method == http.MethodOptions {
		if method = c.Get(fiber.HeaderAccessControlRequestMethod); method == "" {
			method = http.MethodGet // nobody's preflight: somebody looks
		}
	}
	switch {
	case path == tipsPath || strings.HasPrefix(path, prefix+"/drafts/"):
		return false
	case path == prefix+"/lookup":
		return true
	}
	return method == http.MethodGet || method == http.MethodHead
}

// allowOrigins lets pages of any origin read what anybody may read. Credentials of a browser are never involved: a key is
// sent by a script that has it.
func allowOrigins(ctx *fasthttp.RequestCtx, methods string) {
	h := &ctx.Response.Header
	h.Set(fasthttp.HeaderAccessControlAllowOrigin, "*")
	if !ctx.IsOptions() {
		h.Set(fasthttp.HeaderAccessControlExposeHeaders, "ETag, Feed-Epoch, Feed-Seq, Link, RateLimit, RateLimit-Policy, Retry-After, Search-Index, X-Request-Id")
		return
	}
	h.Set(fasthttp.HeaderAccessControlAllowMethods, methods)
	h.Set(fasthttp.HeaderAccessControlAllowHeaders, "Authorization, Content-Type, If-None-Match, Last-Event-ID")
	h.Set(fasthttp.HeaderAccessControlMaxAge, "86400")
}

// methodsOf returns the methods that pages of other origins may use on a path: those that read. Looking up is reading, though
// it takes a body; a tip is not, and nobody's page sends one in somebody else's name.
func methodsOf(path string) string {
	if path == prefix+"/lookup" {
		return "POST, OPTIONS"
	}
	return "GET, HEAD, OPTIONS"
}

// admit finds out for whom the request is made, and counts it. A wrong key is never taken for no key.
func (a *API) admit(c *fiber.Ctx) error {
	info := request.From(c.Context())
	address := ratelimit.Address(info.Client)
	lines := c.Request().Header.PeekAll(fiber.HeaderAuthorization)
	if len(lines) == 0 {
		return a.count(c.Context(), address, a.anonymous(info))
	}
	holder, err := a.authenticate(c, lines, address, info)
	if err != nil {
		return err
	}
	c.Context().SetUserValue(actorKey{}, holder.Actor)
	uses(c, holder)
	return a.count(c.Context(), holder.Key.String(), a.policies(holder, info)...)
}

// policies returns the limits of a key: its own, or else those of the house. Somebody on this machine has more of the latter.
func (a *API) policies(h store.Holder, info request.Info) []ratelimit.Policy {
	burst, daily := a.cfg.Key, a.cfg.Daily
	if info.Local() {
		burst, daily = a.localKey, a.localDaily
	}
	if h.Burst > 0 && !a.cfg.Key.Local { // else nothing is limited here
		burst = ratelimit.Policy{Name: a.cfg.Key.Name, Quota: h.Burst, Window: time.Minute}
	}
	if h.Daily > 0 && !a.cfg.Daily.Local {
		daily = ratelimit.Policy{Name: a.cfg.Daily.Name, Quota: h.Daily, Window: 24 * time.Hour}
	}
	return []ratelimit.Policy{burst, daily}
}

// actorKey is the key under which admit leaves who a key acts for.
type actorKey struct{}

// keyActor returns who the key of a request acts for; false if it came without one.
func keyActor(c *fiber.Ctx) (factcheck.Actor, bool) {
	actor, ok := c.Context().UserValue(actorKey{}).(factcheck.Actor)
	return actor, ok
}

// took notes that whoever asks with a key is given these. Who asks without one is nobody we know.
func (a *API) took(c *fiber.Ctx, list ...store.Pull) {
	if c.Method() == http.MethodGet {
		a.tookAny(c, list...)
	}
}

// tookAny is took whatever the method of the request.
func (a *API) tookAny(c *fiber.Ctx, list ...store.Pull) {
	actor, ok := keyActor(c)
	if !ok || len(list) == 0 {
		return
	}
	noted := make([]store.Pull, 0, len(list))
	for _, p := range list {
		p.Actor = actor.ID
		noted = append(noted, p)
	}
	a.cfg.Store.NotePulls(noted...)
}

// anonymous returns the policy for who sends no key.
func (a *API) anonymous(info request.Info) ratelimit.Policy {
	if info.Local() {
		return a.localAnonymous
	}
	return a.cfg.Anonymous
}

// authenticate returns who sent the key. Guesses are counted, so that they do not become questions to the database.
func (a *API) authenticate(c *fiber.Ctx, lines [][]byte, address string, info request.Info) (store.Holder, error) {
	guesses := ratelimit.Policy{Name: "wrong-keys", Quota: 60, Window: time.Minute}
	if info.Local() {
		guesses = guesses.Times(localFactor, guesses.Name)
	}
	guesser, now := "key of "+address, time.Now()
	if a.limiter.Exhausted(guesser, guesses, now) {
		return store.Holder{}, tooMany(guesses, time.Second)
	}
	scheme, secret, _ := strings.Cut(string(lines[0]), " ")
	err := unauthenticated("send one key, as Authorization: Bearer ts_…")
	if len(lines) == 1 && strings.EqualFold(scheme, "Bearer") && a.cfg.KeyHolder != nil {
		var holder store.Holder
		if holder, err = a.cfg.KeyHolder(c.UserContext(), strings.TrimSpace(secret)); err == nil {
			return holder, nil
		}
	}
	if factcheck.CodeOf(err) == factcheck.CodeUnauthenticated {
		a.limiter.Take(guesser, guesses, now)
		c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="touchstone", error="invalid_token"`)
	}
	return store.Holder{}, err
}

// count takes a request from each limit, and tells the client where it stands. What one of them refuses costs none of the others.
func (a *API) count(ctx *fasthttp.RequestCtx, client string, policies ...ratelimit.Policy) error {
	var rooms [2][160]byte
	said, stands := rooms[0][:0], rooms[1][:0]
	now := time.Now()
	var refused error
	for i, p := range policies {
		d := a.budgets.Take(client, p, now)
		if i > 0 {
			said, stands = append(said, ','), append(stands, ',')
		}
		said, stands = p.AppendHeader(said), d.AppendHeader(stands, p)
		near(ctx, i, p, d)
		if !d.Allowed {
			for _, before := range policies[:i] {
				a.budgets.Return(client, before, now)
			}
			refused = tooMany(p, d.RetryAfter)
			break
		}
	}
	h := &ctx.Response.Header
	// The names as the draft writes them, which fasthttp would change.
	h.SetCanonical([]byte("RateLimit-Policy"), said)
	h.SetCanonical([]byte("RateLimit"), stands)
	return refused
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
