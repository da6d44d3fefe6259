package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
	"github.com/touchstone-factcheck/touchstone/internal/request"
)

// handleError is Fiber's error handler: every error of a handler ends here. It always answers.
func (s *Server) handleError(c *fiber.Ctx, err error) error {
	ctx := c.Context()
	if errors.Is(err, fiber.ErrMethodNotAllowed) {
		completeAllow(ctx)
		if string(ctx.Method()) == http.MethodOptions {
			ctx.SetStatusCode(http.StatusNoContent)
			return nil
		}
	}
	if routing, ok := errors.AsType[*fiber.Error](err); ok {
		s.fail(ctx, problem.New(routing.Code, routingDetail(routing.Code)))
		return nil
	}
	if errors.Is(err, context.DeadlineExceeded) && factcheck.CodeOf(err) == factcheck.CodeInternal {
		err = &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "this took too long; try again", Err: err}
	}
	p := problem.From(err, isRead(string(ctx.Method())))
	s.logError(c, p, err)
	s.fail(ctx, p)
	return nil
}

// logError logs what is ours to mend: once, here, with its full text.
func (s *Server) logError(c *fiber.Ctx, p *problem.Problem, err error) {
	if p.Status < http.StatusInternalServerError || p.Status == http.StatusNotImplemented {
		return
	}
	level := slog.LevelError
	if p.Status == http.StatusServiceUnavailable {
		level = slog.LevelWarn
	}
	s.log.LogAttrs(c.UserContext(), level, "request failed", slog.Int("status", p.Status),
		slog.String("path", loggedPath(c.Context())), slog.Any("error", err))
}

// routingDetail says what Fiber's own errors mean. Their messages repeat the address, so they are not passed on.
func routingDetail(status int) string {
	switch status {
	case http.StatusNotFound:
		return "there is nothing at this address"
	case http.StatusMethodNotAllowed:
		return "this address does not take this method; see Allow"
	}
	return strings.ToLower(http.StatusText(status))
}

// completeAllow makes Fiber's Allow header say what the server does: HEAD wherever GET is taken, and OPTIONS everywhere.
func completeAllow(ctx *fasthttp.RequestCtx) {
	allowed := []string{}
	for m := range strings.SplitSeq(string(ctx.Response.Header.Peek(fasthttp.HeaderAllow)), ",") {
		m = strings.TrimSpace(m)
		if m == "" || m == http.MethodHead || m == http.MethodOptions {
			continue
		}
		allowed = append(allowed, m)
		if m == http.MethodGet {
			allowed = append(allowed, http.MethodHead)
		}
	}
	ctx.Response.Header.Set(fasthttp.HeaderAllow, strings.Join(append(allowed, http.MethodOptions), ", "))
}

// sayMethods answers OPTIONS * (RFC 9110 section 9.3.7), which asks about the server and none of its addresses: with all methods that
// some address takes.
func (s *Server) sayMethods(ctx *fasthttp.RequestCtx) {
	taken := map[string]bool{http.MethodHead: true, http.MethodOptions: true}
	for _, r := range s.Routes() {
		taken[r.Method] = true
	}
	var allowed []string
	for _, m := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions} {
		if taken[m] {
			allowed = append(allowed, m)
		}
	}
	ctx.Response.Header.Set(fasthttp.HeaderAllow, strings.Join(allowed, ", "))
	ctx.Response.SetStatusCode(http.StatusNoContent)
}

// fail answers with a problem: as a document for machines, as a page for browsers. Headers that say how to do better (Allow,
// RateLimit, Access-Control-…) stay; those of the answer that was not given go.
func (s *Server) fail(ctx *fasthttp.RequestCtx, p *problem.Problem) {
	h := &ctx.Response.Header
	for _, name := range []string{fasthttp.HeaderETag, fasthttp.HeaderLastModified, fasthttp.HeaderContentEncoding, fasthttp.HeaderLink, fasthttp.HeaderLocation} {
		h.Del(name)
	}
	h.Set(fasthttp.HeaderCacheControl, "no-store")
	if p.RetryAfter > 0 {
		h.Set(fasthttp.HeaderRetryAfter, strconv.Itoa(int((p.RetryAfter+time.Second-1)/time.Second)))
	}
	info := request.From(ctx)
	if p.Status >= http.StatusInternalServerError && p.RequestID == "" && info.ID != "" {
		told := *p
		told.RequestID = info.ID
		p = &told
	}
	ctx.SetStatusCode(p.Status)
	if forMachines(ctx) || s.cfg.ErrorPage == nil {
		s.failMachine(ctx, p)
		return
	}
	message := p.Detail
	if p.Status >= http.StatusInternalServerError || p.Status == http.StatusNotFound || p.Status == http.StatusMethodNotAllowed {
		message = "" // the page has better words of its own, in the reader's language
	}
	html, err := s.cfg.ErrorPage(ctx, p.Status, message, info.ID, p.RetryAfter)
	if err != nil {
		s.log.ErrorContext(ctx, "render the error page", "request_id", info.ID, "error", err)
		s.failMachine(ctx, p)
		return
	}
	h.SetContentType("text/html; charset=utf-8")
	ctx.SetBody(html)
}

func (s *Server) failMachine(ctx *fasthttp.RequestCtx, p *problem.Problem) {
	if p.Status == http.StatusUnauthorized && len(ctx.Response.Header.Peek(fasthttp.HeaderWWWAuthenticate)) == 0 {
		ctx.Response.Header.Set(fasthttp.HeaderWWWAuthenticate, `Bearer realm="touchstone"`)
	}
	if isGoogle(string(ctx.URI().PathOriginal())) {
		ctx.Response.Header.SetContentType(problem.GoogleContentType)
		ctx.SetBody(p.GoogleJSON())
		return
	}
	ctx.Response.Header.SetContentType(problem.ContentType)
	ctx.SetBody(p.JSON())
}

// isGoogle reports whether an address is one at which Google's clients ask: they understand their own form of errors alone.
func isGoogle(path string) bool {
	return path == "/v1alpha1" || strings.HasPrefix(path, "/v1alpha1/")
}

// forMachines reports whether an error is told as a document: by the address, or because only JSON is asked for.
func forMachines(ctx *fasthttp.RequestCtx) bool {
	path := string(ctx.URI().PathOriginal())
	for _, prefix := range []string{"/api/", "/mcp/"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	if isGoogle(path) {
		return true
	}
	switch path {
	case "/api", "/mcp", "/openapi.json", "/claimreview.json", "/oembed", pathHealth, pathReady, pathMetrics:
		return true
	}
	accept := string(ctx.Request.Header.Peek(fasthttp.HeaderAccept))
	return strings.Contains(accept, "json") && !strings.Contains(accept, "html")
}

func isRead(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}
