// Package server is the program's HTTP server: one fasthttp server with one Fiber app behind it, in which the audiences
// (site, api, newsroom, …) mount their routes.
//
// What happens to a request, in this order, is written down here and nowhere else:
//
//  1. fasthttp reads it: header within 10 s, body within 30 s and 1 MiB, header at most 16 KiB; what Config.LargeBody
//     vouches for may send more (limits.go)
//  2. identify: request id, client address; a peer that may not speak plain HTTP is refused (handler.go)
//  3. begin: the access log line and the metrics start here and end with the response (handler.go)
//  4. from here on a panic becomes a 500 (handler.go)
//  5. refusals: an encoded body is 415; HEAD is answered as GET without its body; odd methods lead to 405 (handler.go)
//  6. the fast path: finished pages from memory, before routing (Config.Fast)
//  7. security headers, on every response but a finished page's 304 (security.go)
//  8. Fiber: a deadline and the request's identity in the context (routes.go), then the routes
//  9. any error, from whatever step, becomes a page or a problem document in one place (error.go)
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/observe"
	"github.com/touchstone-factcheck/touchstone/internal/request"
)

// Mounter is an audience: it registers its routes.
type Mounter interface{ Mount(r fiber.Router) }

// Check is one part of being ready. Run returns nil when the part works; the message of a factcheck.Error is shown to
// whoever asks, of other errors only that there is one.
type Check struct {
	Name string
	Run  func(context.Context) error
}

// FastPath answers finished bytes before routing. Serve reports whether it did; what it leaves is routed.
type FastPath struct {
	Route string // how logs and metrics name what it answers
	Serve func(*fasthttp.RequestCtx) bool
}

// ErrorPage renders the page for an error. It must not need what may be the reason: the database.
type ErrorPage func(ctx context.Context, status int, message, requestID string, retryAfter time.Duration) ([]byte, error)

// Config is what New needs. Only PublicURL is required.
type Config struct {
	PublicURL      string         // origin, without a final slash; https makes browsers keep to it
	TrustedProxies []netip.Prefix // whose X-Forwarded-For and X-Request-Id are believed
	Logger         *slog.Logger   // nil: slog's default
	Metrics        *observe.Metrics
	MetricsToken   string // opens /metrics to others than this machine
	Checks         []Check
	Fast           []FastPath
	ErrorPage      ErrorPage // nil: errors are documents for browsers too
	// LargeBody returns how many bytes the body of a request may have that is larger than 1 MiB, by its header alone; 0 for
	// those that may not. It is asked before the body is read, so it must see who asks: uploads are for people signed in. Nil
	// lets nobody.
	LargeBody func(*fasthttp.RequestHeader) int
	Mounts    []Mounter
	// Count is told of each request with an API key once it is answered: with which status, and how long its beginning took. It
	// must return at once.
	Count   func(use request.Use, status int, took time.Duration)
	OnDrain func() // called first at shutdown; ends what waits
}

// Server serves. New makes one.
type Server struct {
	cfg      Config
	log      *slog.Logger
	app      *fiber.App
	route    fasthttp.RequestHandler // Fiber
	fast     *fasthttp.Server
	secure   []headerField
	base     context.Context //nolint:containedctx // parent of all requests' contexts, ended by Shutdown
	cancel   context.CancelFunc
	draining atomic.Bool
	hinted   sync.Once // about a proxy that is not trusted
}

// New returns a server with all routes, which listens to nothing yet.
func New(cfg Config) *Server {
	s := &Server{cfg: cfg, log: cfg.Logger, secure: securityHeaders(cfg.PublicURL)}
	if s.log == nil {
		s.log = slog.Default()
	}
	s.base, s.cancel = context.WithCancel(context.Background())
	s.app = fiber.New(fiber.Config{
		Immutable:               true, // strings outlive the request: they go into logs, caches and jobs
		StrictRouting:           true,
		CaseSensitive:           true,
		EnableTrustedProxyCheck: true, // with an empty list: Fiber believes nobody; see request.Client
		DisableStartupMessage:   true,
		ErrorHandler:            s.handleError,
	})
	s.routes()
	s.route = s.app.Handler()
	s.fast = newFastServer(s)
	return s
}

// Listen serves on addr until Shutdown and then returns nil.
func (s *Server) Listen(addr string) error {
	ln, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", addr, err)
	}
	return s.Serve(ln)
}

// Serve serves what ln accepts until Shutdown and then returns nil. It closes ln.
func (s *Server) Serve(ln net.Listener) error {
	if s.draining.Load() {
		return errors.Join(errors.New("serve: the server was shut down"), ln.Close())
	}
	if err := s.fast.Serve(calmListener{ln}); err != nil {
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	}
	return nil
}

// Shutdown stops serving: /readyz says so, what waits for the next change is answered, no connection is accepted any
// more, and requests that run are finished. When ctx ends first, their contexts are ended and its error is returned.
func (s *Server) Shutdown(ctx context.Context) error {
	defer s.cancel()
	if s.draining.CompareAndSwap(false, true) && s.cfg.OnDrain != nil {
		s.cfg.OnDrain()
	}
	if err := s.fast.ShutdownWithContext(ctx); err != nil {
		return fmt.Errorf("wait for running requests: %w", err)
	}
	return nil
}

// Handler returns the whole server as one function, for tests and benchmarks in the process.
func (s *Server) Handler() fasthttp.RequestHandler { return s.handle }
