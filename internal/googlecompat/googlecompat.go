// Package googlecompat is a way in for programs that were written for Google's Fact Check Tools API: its claims:search, at the
// same paths, with the same parameters, answers and errors (discovery document factchecktools v1alpha1, revision 20240929), over
// our claims. Google's own clients work unchanged but for the endpoint.
//
// What is found goes through our matching, so a claim is found in other words too. The other methods of the API answer that they
// are not implemented. Every call needs a key, as there: key= or X-Goog-Api-Key, or as a token. Errors have Google's envelope and
// the members of RFC 9457; the server's one error handler writes them, see problem.GoogleJSON.
package googlecompat

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
	"golang.org/x/sync/semaphore"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// prefix is where Google has it: at the origin's root, for its node client keeps nothing else of an address.
const prefix = "/v1alpha1"

// maxSearches is how many searches run at once.
const maxSearches = 8

// Config is what New needs.
type Config struct {
	Store     *store.DB
	Finder    *finder.Finder // finds claims; nil or not warm: the store does
	PublicURL string         // origin, without a final slash
	// Admit returns for whom a key asks, and counts it against the limits of the API: see api.API.Admit.
	Admit func(c *fiber.Ctx, key string) (factcheck.Actor, error)
	Now   func() time.Time // nil: time.Now
}

// Door serves clients of Google's API. It is safe for concurrent use.
type Door struct {
	cfg      Config
	searches *semaphore.Weighted
	host     string // of our own addresses
}

// New returns the door. It keeps nothing between requests, so nodes need not know of each other.
func New(cfg Config) *Door {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Finder == nil {
		cfg.Finder = finder.Cold(cfg.Store)
	}
	return &Door{cfg: cfg, searches: semaphore.NewWeighted(maxSearches), host: bareHost(cfg.PublicURL)}
}

// Mount registers the routes. Fiber takes a colon for a parameter unless it is escaped, and an escaped one does not match %3A,
// as which strict encoders write it.
func (d *Door) Mount(r fiber.Router) {
	group := r.Group(prefix, allowOrigins)
	for _, colon := range []string{`\:`, "%3A"} {
		group.Get("/claims"+colon+"search", d.search)
		group.Get("/claims"+colon+"imageSearch", unimplemented)
	}
	group.Get("/pages", unimplemented)
	group.Post("/pages", unimplemented)
	group.Get("/pages/:id", unimplemented)
	group.Put("/pages/:id", unimplemented)
	group.Delete("/pages/:id", unimplemented)
}

// allowOrigins lets pages of any origin ask: a key is sent by a script that has it, credentials of a browser play no part.
func allowOrigins(c *fiber.Ctx) error {
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	if c.Method() != http.MethodOptions {
		c.Set(fiber.HeaderAccessControlExposeHeaders, "ETag, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id")
		return c.Next()
	}
	c.Set(fiber.HeaderAccessControlAllowMethods, "GET, HEAD, OPTIONS")
	c.Set(fiber.HeaderAccessControlAllowHeaders, "Authorization, If-None-Match, X-Goog-Api-Key, X-Goog-Api-Client, X-Goog-User-Project")
	c.Set(fiber.HeaderAccessControlMaxAge, "86400")
	return c.Next()
}

// unimplemented answers for the methods of the API that are not here.
func unimplemented(*fiber.Ctx) error {
	return problem.New(http.StatusNotImplemented, "This method is not implemented here; claims:search is. This server's own interface, with more to it, is described at /openapi.json.")
}

// admit finds out for whom the request is made. It costs nothing but the look at the key, also for what is refused.
func (d *Door) admit(c *fiber.Ctx) (factcheck.Actor, error) {
	key, token, err := credential(c)
	if err != nil {
		return factcheck.Actor{}, err
	}
	if key == "" {
		return factcheck.Actor{}, problem.New(http.StatusForbidden, "Method doesn't allow unregistered callers (callers without established identity). "+
			"Please use API Key or other form of API consumer identity to call this API.")
	}
	actor, err := d.cfg.Admit(c, key)
	if factcheck.CodeOf(err) != factcheck.CodeUnauthenticated {
		return actor, err
	}
	if token {
		return actor, badToken()
	}
	c.Response().Header.Del(fiber.HeaderWWWAuthenticate) // it goes with 401
	p := problem.New(http.StatusBadRequest, "API key not valid. Please pass a valid API key.")
	p.Info = &problem.ErrorInfo{Reason: "API_KEY_INVALID", Domain: "googleapis.com", Metadata: map[string]string{"service": "factchecktools.googleapis.com"}}
	return actor, p
}

func badToken() error {
	return problem.New(http.StatusUnauthorized, "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.")
}

// credential returns the key of a request: as a key in the query or a header, or as an access token, which with us is the same
// thing. Empty: there is none.
func credential(c *fiber.Ctx) (key string, token bool, err error) {
	args := c.Context().QueryArgs()
	for _, name := range []string{"key", "$key"} {
		if k := strings.TrimSpace(string(args.Peek(name))); k != "" {
			return k, false, nil
		}
	}
	if k := strings.TrimSpace(c.Get("X-Goog-Api-Key")); k != "" {
		return k, false, nil
	}
	if lines := c.Request().Header.PeekAll(fasthttp.HeaderAuthorization); len(lines) > 0 {
		scheme, secret, _ := strings.Cut(string(lines[0]), " ")
		if secret = strings.TrimSpace(secret); len(lines) > 1 || !strings.EqualFold(scheme, "Bearer") || secret == "" {
			return "", true, badToken()
		}
		return secret, true, nil
	}
	for _, name := range []string{"access_token", "oauth_token", "$access_token", "$oauth_token"} {
		if k := strings.TrimSpace(string(args.Peek(name))); k != "" {
			return k, true, nil
		}
	}
	return "", false, nil
}

// bareHost returns the host of an address as Google writes a publisher's site: in lower case, without scheme, port and www.
func bareHost(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}
