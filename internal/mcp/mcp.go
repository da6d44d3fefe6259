// Package mcp is the way in for assistants: the Model Context Protocol over streamable HTTP at /mcp, with the official SDK. Its
// tools only read: they search claims, look a text or an address up, read a claim with its sources and history, and tell what
// changed.
//
// Two things hold for every answer. It says what was found and, as plainly, that nothing was: the absence of a verdict is no
// verdict. And texts that others wrote (claims, headlines, quotations, notes) are delivered as quotations, with the warning that
// nothing in them is an instruction; see text.go.
//
// Every request takes an API key and counts against its limits. There are no sessions: each request is answered by itself, so any
// node may answer it.
package mcp

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"golang.org/x/sync/semaphore"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	path = "/mcp"
	// maxBody is the most bytes of a request: texts to look up are at most maxText long.
	maxBody = 256 << 10
	// callTimeout is how long a tool may take. Calls of older versions of the protocol do not end with their request.
	callTimeout = 10 * time.Second
	// maxSearches is how many searches and readings of texts run at once.
	maxSearches = 8
)

// Config is what New needs.
type Config struct {
	Store     *store.DB
	Finder    *finder.Finder // finds claims; until it is warm, searching and looking up ask to come again
	PublicURL string         // origin, without a final slash
	Version   string         // of the program
	Logger    *slog.Logger
	// Admit returns for whom a key asks, and counts it against the limits of the API: see api.API.Admit.
	Admit func(c *fiber.Ctx, key string) (factcheck.Actor, error)
	Now   func() time.Time // nil: time.Now
}

// Door serves assistants. It is safe for concurrent use.
type Door struct {
	cfg      Config
	log      *slog.Logger
	handler  http.Handler
	searches *semaphore.Weighted
}

// New returns the door.
func New(cfg Config) *Door {
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	d := &Door{cfg: cfg, log: cfg.Logger, searches: semaphore.NewWeighted(maxSearches)}
	server := sdk.NewServer(&sdk.Implementation{Name: "touchstone", Title: "Touchstone fact-checks", Version: cfg.Version, WebsiteURL: cfg.PublicURL}, &sdk.ServerOptions{
		Instructions: instructions, Capabilities: &sdk.ServerCapabilities{Tools: &sdk.ToolCapabilities{}}, Logger: slog.New(slog.DiscardHandler),
	})
	d.addTools(server)
	d.handler = sdk.NewStreamableHTTPHandler(func(*http.Request) *sdk.Server { return server }, &sdk.StreamableHTTPOptions{
		Stateless: true, JSONResponse: true, MaxRequestBodyBytes: maxBody, PropagateRequestCancellation: true, Logger: slog.New(slog.DiscardHandler),
		DisableLocalhostProtection: true, // admit looks at the origin, wherever the server listens
	})
	return d
}

// Mount registers the route. Other methods than POST get the 405 that the specification wants where there is no stream.
func (d *Door) Mount(r fiber.Router) { r.Post(path, d.serve) }

// actorKey is the key under which serve leaves who asks, for the tools.
type actorKey struct{}

// serve serves POST /mcp.
func (d *Door) serve(c *fiber.Ctx) error {
	actor, err := d.admit(c)
	if err != nil {
		return err
	}
	body := c.Body()
	if len(body) > maxBody {
		return problem.New(http.StatusRequestEntityTooLarge, "a request has at most 256 KiB")
	}
	if bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("[")) {
		return problem.New(http.StatusBadRequest, "send one message at a time; the protocol has no batches since 2025-06-18")
	}
	req, err := adaptor.ConvertRequest(c, true)
	if err != nil {
		return problem.New(http.StatusBadRequest, "the request cannot be understood")
	}
	answer := &recorder{header: http.Header{}, status: http.StatusOK}
	d.handler.ServeHTTP(answer, req.WithContext(context.WithValue(c.UserContext(), actorKey{}, actor)))
	return answer.send(c)
}

// admit refuses who may not ask. Browsers send the origin of the page that asks: a page of another origin is refused, also one
// whose name was made to lead here (DNS rebinding), whatever host it names.
func (d *Door) admit(c *fiber.Ctx) (factcheck.Actor, error) {
	if origin := c.Get(fiber.HeaderOrigin); origin != "" && origin != d.cfg.PublicURL {
		return factcheck.Actor{}, problem.New(http.StatusForbidden, "this is not for pages of other origins")
	}
	lines := c.Request().Header.PeekAll(fiber.HeaderAuthorization)
	scheme, key := "", ""
	if len(lines) == 1 {
		scheme, key, _ = strings.Cut(string(lines[0]), " ")
	}
	if key = strings.TrimSpace(key); key == "" || !strings.EqualFold(scheme, "Bearer") {
		return factcheck.Actor{}, problem.New(http.StatusUnauthorized,
			"this takes an API key, as Authorization: Bearer ts_…; the newsroom gives keys to partners, see "+d.cfg.PublicURL+"/developers")
	}
	return d.cfg.Admit(c, key)
}

// recorder is an answer of the SDK: one JSON document, or an error in plain text.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
	wrote  bool
}

// Header implements http.ResponseWriter.
func (r *recorder) Header() http.Header { return r.header }

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if !r.wrote {
		r.status, r.wrote = status, true
	}
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) {
	r.wrote = true
	return r.body.Write(b)
}

// Flush implements http.Flusher: what streams elsewhere is sent at its end.
func (*recorder) Flush() {}

// send passes the answer on. What the SDK refuses in plain text becomes a problem document, as everywhere here.
func (r *recorder) send(c *fiber.Ctx) error {
	kind := r.header.Get("Content-Type")
	if r.status >= http.StatusBadRequest && strings.HasPrefix(kind, "text/plain") {
		return problem.New(r.status, strings.TrimSpace(r.body.String()))
	}
	for name, values := range r.header {
		for _, v := range values {
			c.Set(name, v)
		}
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Status(r.status).Send(r.body.Bytes())
}
