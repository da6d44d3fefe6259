package api_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/api"
	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/server"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

const public = "https://desk.example"

// partner asks a served API.
type partner struct {
	t    testing.TB
	env  *storetest.Env
	api  *api.API
	live *live.Live
	url  string // of the server
	key  string // sent with each request, if set
	http *http.Client
}

// serve serves the API over env's database until the test ends; it follows the database already.
func serve(t testing.TB, env *storetest.Env, change ...func(*api.Config)) *partner {
	t.Helper()
	return serveBehind(t, env, nil, change...)
}

// serveBehind is serve behind trusted proxies.
func serveBehind(t testing.TB, env *storetest.Env, proxies []netip.Prefix, change ...func(*api.Config)) *partner {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return serveOn(t, env, ln, proxies, change...)
}

// serveOn is serveBehind on what ln accepts.
func serveOn(t testing.TB, env *storetest.Env, ln net.Listener, proxies []netip.Prefix, change ...func(*api.Config)) *partner {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	p := &partner{t: t, env: env, live: live.New(env.DB, quiet)}
	cfg := api.Config{Store: env.DB, Live: p.live, PublicURL: public, Version: "test", Logger: quiet, KeyHolder: env.DB.KeyHolder}
	for _, f := range change {
		f(&cfg)
	}
	p.api = api.New(cfg)
	s := server.New(server.Config{PublicURL: public, TrustedProxies: proxies, Logger: quiet, Mounts: []server.Mounter{p.api},
		Fast: []server.FastPath{{Route: api.FastRoute, Serve: p.api.Fast}}, Count: p.api.Count, OnDrain: p.live.Release})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 2)
	go func() { done <- s.Serve(ln) }()
	go func() { done <- p.live.Run(ctx) }()
	p.url = "http://" + ln.Addr().String()
	p.http = &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 100, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       time.Minute,
	}
	t.Cleanup(func() {
		p.http.CloseIdleConnections()
		stopping, stop := context.WithTimeout(context.Background(), 20*time.Second)
		defer stop()
		if err := s.Shutdown(stopping); err != nil {
			t.Errorf("shut down: %v", err)
		}
		cancel()
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
	p.follows(0)
	return p
}

// follows waits until the process's follower has passed a number.
func (p *partner) follows(seq int64) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 20*time.Second)
	defer cancel()
	epoch, _, _, err := p.env.DB.Head(ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	if s := p.live.Wait(ctx, epoch, seq-1); s.Seq < seq {
		p.t.Fatalf("the follower stands at %+v, want %d", s, seq)
	}
}

// answer is a response read to its end.
type answer struct {
	*http.Response
	body []byte
}

// do sends a request to a path below the server, with headers in pairs.
func (p *partner) do(method, path string, headers ...string) answer {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	if p.key != "" {
		req.Header.Set("Authorization", "Bearer "+p.key)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	resp, err := p.http.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer{resp, body}
}

// get asks for a path below /api/v1.
func (p *partner) get(path string, headers ...string) answer {
	p.t.Helper()
	return p.do("GET", "/api/v1"+path, headers...)
}

// as decodes a 200.
func as[T any](t testing.TB, a answer) T {
	t.Helper()
	var v T
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("%s: got %d as %s: %s, want 200 as JSON", a.Request.URL, a.StatusCode, a.Header.Get("Content-Type"), a.body)
	}
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("%s: %v in %s", a.Request.URL, err, a.body)
	}
	return v
}

type claimList struct {
	Data       []document.Claim `json:"data"`
	NextCursor *string          `json:"next_cursor"`
}

type problemDoc struct {
	Type, Title, Detail string
	Status              int
	Errors              []struct{ Location, Message string }
	Epoch               string
	Head                *int64
}

// wantProblem fails unless the answer is a problem document with the status, and returns it.
func wantProblem(t testing.TB, a answer, status int) problemDoc {
	t.Helper()
	var p problemDoc
	if a.StatusCode != status || a.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s %s: got %d as %s: %s, want a problem with %d", a.Request.Method, a.Request.URL, a.StatusCode, a.Header.Get("Content-Type"), a.body, status)
		return p
	}
	if err := json.Unmarshal(a.body, &p); err != nil {
		t.Fatalf("%s: %v in %s", a.Request.URL, err, a.body)
	}
	if p.Status != status || p.Type == "" || p.Title == "" || p.Detail == "" {
		t.Errorf("%s: got %+v, want type, title, detail and status %d", a.Request.URL, p, status)
	}
	return p
}

// eventually asks until ok.
func eventually(t testing.TB, what string, within time.Duration, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(within); !ok(); {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", within, what)
		}
		time.Sleep(5 * time.Millisecond) // polled: what is waited for is another goroutine's memory
	}
}
