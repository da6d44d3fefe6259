package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/observe"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
	"github.com/touchstone-factcheck/touchstone/internal/request"
)

const (
	pathHealth  = "/healthz"
	pathReady   = "/readyz"
	pathMetrics = "/metrics"
	// readyTimeout bounds all checks together: who asks /readyz gives up after a second or a few.
	readyTimeout = 2 * time.Second
)

// isProbe reports whether a path is open to whoever watches over the process, wherever they are. It tells nothing of
// readers or claims.
func isProbe(path string) bool { return path == pathHealth || path == pathReady }

// showHealth says that the process answers. It asks nobody.
func (s *Server) showHealth(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(fiber.Map{"status": "ok"})
}

// readiness is the body of /readyz.
type readiness struct {
	Ready bool        `json:"ready"`
	Parts []readyPart `json:"parts"`
}

type readyPart struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"`
}

// showReady says whether the process can serve: 200 when every part can, 503 otherwise, with each part in the body. All are
// asked at the same time.
func (s *Server) showReady(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), readyTimeout)
	defer cancel()
	out := readiness{Ready: true, Parts: make([]readyPart, 1+len(s.cfg.Checks))}
	out.Parts[0] = readyPart{Name: "server", OK: true}
	if s.draining.Load() {
		out.Parts[0] = readyPart{Name: "server", Detail: "it is shutting down"}
	}
	var wg sync.WaitGroup
	for i, check := range s.cfg.Checks {
		wg.Go(func() { out.Parts[i+1] = s.run(ctx, check) })
	}
	wg.Wait()
	for _, p := range out.Parts {
		out.Ready = out.Ready && p.OK
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	if !out.Ready {
		c.Status(fiber.StatusServiceUnavailable)
	}
	return c.JSON(out)
}

// run runs a check. A check that panics or hangs is one that fails.
func (s *Server) run(ctx context.Context, check Check) readyPart {
	done := make(chan error, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- fmt.Errorf("the check panicked: %v", p)
			}
		}()
		done <- check.Run(ctx)
	}()
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		err = &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "it did not answer in time"}
	}
	if err == nil {
		return readyPart{Name: check.Name, OK: true}
	}
	s.log.WarnContext(ctx, "not ready", "part", check.Name, "error", err)
	detail := "it fails; the log says why"
	if known, ok := errors.AsType[*factcheck.Error](err); ok {
		detail = known.Message
	}
	return readyPart{Name: check.Name, Detail: detail}
}

// showMetrics serves the counters to whoever may read them; see observe.MayReadMetrics.
func (s *Server) showMetrics(c *fiber.Ctx) error {
	if s.cfg.Metrics == nil {
		return fiber.ErrNotFound
	}
	info := request.From(c.Context())
	if err := observe.MayReadMetrics(s.cfg.MetricsToken, info.Peer, info.Forwarded, c.Get(fiber.HeaderAuthorization)); err != nil {
		return problem.New(http.StatusForbidden, err.Error())
	}
	body, contentType, err := s.cfg.Metrics.Text()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, contentType)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(body)
}
