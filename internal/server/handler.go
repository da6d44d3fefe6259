package server

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/observe"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
	"github.com/touchstone-factcheck/touchstone/internal/request"
)

// routeKey is the key of the pattern of the route that answered, for log and metrics.
type routeKey struct{}

// routeNone stands for no route.
const routeNone = "none"

// Names of header fields in canonical form.
var ( //nolint:gochecknoglobals // constants
	nameRequestID    = []byte("X-Request-Id")
	nameForwarded    = []byte(fasthttp.HeaderForwarded)
	nameForwardedFor = []byte(fasthttp.HeaderXForwardedFor)
)

// methodOf returns the method of a request, without copying the usual ones.
func methodOf(ctx *fasthttp.RequestCtx) string {
	switch {
	case ctx.IsGet():
		return http.MethodGet
	case ctx.IsHead():
		return http.MethodHead
	case ctx.IsPost():
		return http.MethodPost
	}
	return string(ctx.Method())
}

// handle is the outermost function of every request that could be read; the package's comment has its steps.
func (s *Server) handle(ctx *fasthttp.RequestCtx) {
	began := time.Now()
	info := s.identify(ctx)
	method := methodOf(ctx) // before it is changed below
	if s.cfg.Metrics != nil {
		s.cfg.Metrics.BeginRequest()
	}
	ctx.Response.Header.SetCanonical(nameRequestID, []byte(info.ID))

	if ctx.IsHead() {
		ctx.Request.Header.SetMethod(http.MethodGet)
		ctx.Response.SkipBody = true
	}
	route := s.answer(ctx, info)
	status := ctx.Response.StatusCode()
	if s.cfg.Metrics != nil {
		s.cfg.Metrics.EndRequest(route, method, status, time.Since(began))
	}
	if s.cfg.Count != nil && !info.Use.Key.IsZero() {
		s.cfg.Count(info.Use, status, time.Since(began)-info.Use.Waited)
	}
	if s.log.Enabled(ctx, slog.LevelInfo) {
		s.log.LogAttrs(ctx, slog.LevelInfo, "request",
			slog.String("request_id", info.ID), slog.String("method", clip(method, 16)), slog.String("route", route),
			slog.String("path", loggedPath(ctx)), slog.Int("status", status), slog.Int("bytes", responseSize(ctx, method)),
			slog.Duration("took", time.Since(began)), slog.String("client", info.Client.String()))
	}
}

// answer fills in the response, and returns which route did. A panic below it is a mistake of ours, and ends with this request.
func (s *Server) answer(ctx *fasthttp.RequestCtx, info *request.Info) (route string) {
	route = routeNone
	defer func() {
		if p := recover(); p != nil {
			route = routed(ctx)
			s.log.ErrorContext(ctx, "panic", "request_id", info.ID, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			s.setSecurityHeaders(ctx)
			s.fail(ctx, problem.From(errPanic, false))
		}
	}()
	if p := s.refuse(ctx, info); p != nil {
		s.setSecurityHeaders(ctx)
		s.fail(ctx, p)
		return route
	}
	for _, fast := range s.cfg.Fast {
		if fast.Serve(ctx) {
			// With a 304 the client uses the page it has, headers included (RFC 9111 section 4.3.4).
			if ctx.Response.StatusCode() != http.StatusNotModified {
				s.setSecurityHeaders(ctx)
			}
			return fast.Route
		}
	}
	s.setSecurityHeaders(ctx) // before the routes, which may set others
	if ctx.IsOptions() && string(ctx.Request.Header.RequestURI()) == "*" {
		s.sayMethods(ctx)
		return route
	}
	if !knownMethod(string(ctx.Method())) {
		ctx.Request.Header.SetMethod(http.MethodTrace) // no route has it: Fiber finds out which others there are
	}
	s.route(ctx)
	return routed(ctx)
}

// routed returns the pattern of the route that Fiber found.
func routed(ctx *fasthttp.RequestCtx) string {
	if route, ok := ctx.UserValue(routeKey{}).(string); ok {
		return route
	}
	return routeNone
}

var errPanic = fmt.Errorf("a handler panicked")

// refuse returns why a request is not answered, or nil.
func (s *Server) refuse(ctx *fasthttp.RequestCtx, info *request.Info) *problem.Problem {
	if !info.Peer.IsLoopback() && !s.trusts(info.Peer) && !isProbe(string(ctx.Path())) {
		return problem.New(http.StatusForbidden, "plain HTTP is served on this machine and behind a trusted proxy only; use "+s.cfg.PublicURL)
	}
	encoding := ctx.Request.Header.ContentEncoding()
	if len(encoding) > 0 && string(encoding) != "identity" {
		// One megabyte can unfold to a thousand: nothing here ever unpacks a request.
		ctx.Response.Header.Set(fasthttp.HeaderAcceptEncoding, "identity")
		return problem.New(http.StatusUnsupportedMediaType, "send the body as it is, without Content-Encoding")
	}
	return nil
}

// identify finds out who asks, and keeps it among the request's values.
func (s *Server) identify(ctx *fasthttp.RequestCtx) *request.Info {
	h := &ctx.Request.Header
	info := &request.Info{Peer: peerOf(ctx.RemoteAddr())}
	info.Client = info.Peer
	info.Forwarded = len(h.PeekCanonical(nameForwardedFor)) > 0 || len(h.PeekCanonical(nameForwarded)) > 0
	trusted := s.trusts(info.Peer)
	if info.Forwarded && !trusted {
		s.hinted.Do(func() {
			s.log.WarnContext(ctx, "a proxy that is not trusted sends X-Forwarded-For, so its clients are all counted as one; if it is yours, name it in TOUCHSTONE_TRUSTED_PROXIES",
				"peer", info.Peer.String())
		})
	}
	if trusted {
		info.Forwarded = true
		var hops []string
		for _, line := range h.PeekAll(fasthttp.HeaderXForwardedFor) {
			hops = append(hops, string(line))
		}
		info.Client = request.Client(info.Peer, hops, s.trusts)
		if sent := h.Peek("X-Request-Id"); len(sent) > 0 {
			info.ID = observe.CleanRequestID(string(sent))
		}
	}
	if info.ID == "" {
		info.ID = observe.NewRequestID()
	}
	ctx.SetUserValue(request.Key(), info)
	return info
}

func (s *Server) trusts(a netip.Addr) bool {
	for _, p := range s.cfg.TrustedProxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// peerOf returns the address of a connection's other end; one without an IP address, such as a socket file, is on this
// machine.
func peerOf(a net.Addr) netip.Addr {
	if tcp, ok := a.(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap().WithZone("")
	}
	return netip.AddrFrom4([4]byte{127, 0, 0, 1})
}

func knownMethod(m string) bool {
	switch m {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return true
	}
	return false
}

// pathHashes begins the addresses of private look-ups: what follows is nobody's business, ours included.
const pathHashes = "/api/v1/url-hashes/"

// loggedPath returns the address asked for, without secrets and of bounded length.
func loggedPath(ctx *fasthttp.RequestCtx) string {
	path := string(ctx.URI().PathOriginal())
	if strings.HasPrefix(path, pathHashes) {
		return pathHashes + "…"
	}
	if query := ctx.URI().QueryString(); len(query) > 0 && !typedByReaders(path) {
		path = observe.Redact(path + "?" + clip(string(query), 1024))
	}
	return clip(path, 512)
}

// typedByReaders reports whether the query of a path is what a reader searches for or writes to the newsroom: we tell them that
// neither is kept, so it is in no log.
func typedByReaders(path string) bool {
	return strings.Contains(path, "/search") || strings.HasSuffix(path, "/tips/new") || strings.HasSuffix(path, "/complaints/new")
}

func clip(s string, limit int) string {
	if len(s) > limit {
		return s[:limit] + "…"
	}
	return s
}

// responseSize returns the bytes of the body as they are sent; -1 for a stream.
func responseSize(ctx *fasthttp.RequestCtx, method string) int {
	if ctx.Response.IsBodyStream() {
		return -1
	}
	if method == http.MethodHead {
		return 0
	}
	return len(ctx.Response.Body())
}
