package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/observe"
	"github.com/touchstone-factcheck/touchstone/internal/server"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
	"github.com/touchstone-factcheck/touchstone/web"
)

type readiness struct {
	Ready bool
	Parts []struct {
		Name, Detail string
		OK           bool
	}
}

func ready(t *testing.T, s *running) (int, readiness) {
	t.Helper()
	got := ask(t, "GET", s.url+"/readyz")
	var r readiness
	if err := json.Unmarshal([]byte(got.body), &r); err != nil {
		t.Fatalf("%s: %v", got.body, err)
	}
	return got.StatusCode, r
}

func TestReadinessFollowsTheDatabase(t *testing.T) {
	t.Parallel()
	env := storetest.Empty(t)
	wire := storetest.NewWire(t, env.URL)
	db, err := store.Open(t.Context(), store.Options{URL: wire.URL, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	s := start(t, server.Config{Checks: server.StoreChecks(db)})
	if status, r := ready(t, s); status != 200 || !r.Ready || len(r.Parts) != 4 {
		t.Errorf("got %d %+v, want all four parts well", status, r)
	}
	wire.Cut()
	status, r := ready(t, s)
	if status != 503 || r.Ready || !r.Parts[0].OK || r.Parts[1].OK || r.Parts[1].Name != "database" || r.Parts[1].Detail != "the database does not answer" {
		t.Errorf("got %d %+v without the database, want 503 that says so", status, r)
	}
	if got := ask(t, "GET", s.url+"/healthz"); got.StatusCode != 200 || got.body != `{"status":"ok"}` {
		t.Errorf("got %d %s, want the process well without the database", got.StatusCode, got.body)
	}
	wire.Mend()
	if status, r := ready(t, s); status != 200 {
		t.Errorf("got %d %+v once the database is back, want 200", status, r)
	}
}

func TestReadinessSurvivesItsChecks(t *testing.T) {
	t.Parallel()
	stuck := make(chan struct{})
	t.Cleanup(func() { close(stuck) })
	s := start(t, server.Config{Checks: []server.Check{
		{Name: "panics", Run: func(context.Context) error { panic("a secret") }},
		{Name: "fails", Run: func(context.Context) error { return errors.New("a secret") }},
		{Name: "hangs", Run: func(context.Context) error { <-stuck; return nil }},
		{Name: "says why", Run: func(context.Context) error {
			return &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "the disk is full", Err: errors.New("a secret")}
		}},
	}})
	got := ask(t, "GET", s.url+"/readyz")
	if got.StatusCode != 503 || strings.Contains(got.body, "secret") || !strings.Contains(got.body, "the disk is full") || !strings.Contains(got.body, "did not answer in time") {
		t.Errorf("got %d %s, want 503 with what is safe to tell of each", got.StatusCode, got.body)
	}
}

func TestMetricsCountRequestsByRoute(t *testing.T) {
	t.Parallel()
	s := start(t, server.Config{Metrics: observe.NewMetrics(observe.Build{}), MetricsToken: "0123456789abcdef", Mounts: []server.Mounter{routes(hello)}})
	ask(t, "GET", s.url+"/claims/one")
	ask(t, "HEAD", s.url+"/claims/two")
	ask(t, "GET", s.url+"/nothing/at/all")
	ask(t, "POST", s.url+"/hello")
	got := ask(t, "GET", s.url+"/metrics")
	for _, want := range []string{
		`count{method="GET",route="/claims/:slug",status="200"} 1`, `count{method="HEAD",route="/claims/:slug",status="200"} 1`,
		`count{method="GET",route="none",status="404"} 1`, `count{method="POST",route="none",status="405"} 1`,
	} {
		if !strings.Contains(got.body, want) {
			t.Errorf("no %s in the metrics", want)
		}
	}
	if got := ask(t, "GET", s.url+"/metrics", "X-Forwarded-For", "198.51.100.7"); got.StatusCode != 403 {
		t.Errorf("got %d through a proxy, want 403", got.StatusCode)
	}
	if got := ask(t, "GET", s.url+"/metrics", "X-Forwarded-For", "198.51.100.7", "Authorization", "Bearer 0123456789abcdef"); got.StatusCode != 200 {
		t.Errorf("got %d through a proxy with the token, want 200", got.StatusCode)
	}
}

func TestStaticFilesAreKeptForEver(t *testing.T) {
	t.Parallel()
	s := start(t, server.Config{})
	path := web.Asset("touchstone.css")
	plain := ask(t, "GET", s.url+path)
	if plain.StatusCode != 200 || plain.Header.Get("Cache-Control") != web.CacheControl || plain.Header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("got %d %v, want the style sheet, immutable", plain.StatusCode, plain.Header)
	}
	for _, encoding := range []string{"br", "gzip"} {
		got := ask(t, "GET", s.url+path, "Accept-Encoding", encoding)
		if got.Header.Get("Content-Encoding") != encoding || len(got.body) >= len(plain.body) || got.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: got %d bytes as %q, want it smaller than %d", encoding, len(got.body), got.Header.Get("Content-Encoding"), len(plain.body))
		}
		if again := ask(t, "GET", s.url+path, "Accept-Encoding", encoding, "If-None-Match", got.Header.Get("ETag")); again.StatusCode != 304 || again.body != "" {
			t.Errorf("%s: got %d for the tag it gave, want 304", encoding, again.StatusCode)
		}
	}
	for _, path := range []string{"/static/", "/static/../server.go", "/static/%2e%2e/embed.go", "/static/touchstone.000000000000.css"} {
		if got := ask(t, "GET", s.url+path); got.StatusCode != 404 {
			t.Errorf("%s: got %d, want 404", path, got.StatusCode)
		}
	}
}

func TestShutdownFinishesWhatRuns(t *testing.T) {
	t.Parallel()
	running, finish, drained := make(chan struct{}), make(chan struct{}), make(chan struct{})
	s := start(t, server.Config{
		OnDrain: func() { close(drained) },
		Mounts: []server.Mounter{routes(func(r fiber.Router) {
			r.Get("/slow", func(c *fiber.Ctx) error {
				close(running)
				<-finish
				return c.SendString("finished")
			})
		})},
	})
	got := make(chan answer, 1)
	go func() { got <- ask(t, "GET", s.url+"/slow") }()
	<-running
	shut := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		shut <- s.Shutdown(ctx)
	}()
	<-drained
	close(finish)
	if a := <-got; a.body != "finished" || a.StatusCode != http.StatusOK {
		t.Errorf("got %d %q, want the running request finished", a.StatusCode, a.body)
	}
	if err := <-shut; err != nil {
		t.Error(err)
	}
}

func TestShutdownThatTakesTooLongEndsTheContexts(t *testing.T) {
	t.Parallel()
	running, ended := make(chan struct{}), make(chan struct{})
	s := server.New(server.Config{PublicURL: "http://localhost", Logger: slog.New(slog.DiscardHandler), Mounts: []server.Mounter{routes(func(r fiber.Router) {
		r.Get("/slow", func(c *fiber.Ctx) error {
			close(running)
			<-c.UserContext().Done()
			close(ended)
			return nil
		})
	})}})
	ln := listen(t)
	go s.Serve(ln)                                        //nolint:errcheck // it ends with the test
	go http.Get("http://" + ln.Addr().String() + "/slow") //nolint:errcheck,bodyclose,noctx // what it gets does not matter
	<-running
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Shutdown(ctx); err == nil {
		t.Error("got nil, want the error of the context")
	}
	<-ended
}
