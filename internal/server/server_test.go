package server_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/observe"
	"github.com/touchstone-factcheck/touchstone/internal/request"
	"github.com/touchstone-factcheck/touchstone/internal/server"
	"github.com/touchstone-factcheck/touchstone/web"
)

// running is a server on a port of its own, with what it logged.
type running struct {
	*server.Server
	addr string
	url  string
	log  *logged
}

// logged is a log that may be read while it is written.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// routes is an audience made for a test.
type routes func(r fiber.Router)

func (f routes) Mount(r fiber.Router) { f(r) }

// start serves until the test ends. The pages of errors say what they were given.
func start(t *testing.T, cfg server.Config) *running {
	t.Helper()
	r := &running{log: &logged{}}
	cfg.Logger = slog.New(slog.NewTextHandler(r.log, nil))
	if cfg.PublicURL == "" {
		cfg.PublicURL = "http://localhost:8080"
	}
	if cfg.ErrorPage == nil {
		cfg.ErrorPage = func(_ context.Context, status int, message, id string, _ time.Duration) ([]byte, error) {
			return fmt.Appendf(nil, "<h1>%d</h1><p>%s</p>", status, message), nil
		}
	}
	r.Server = server.New(cfg)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.addr, r.url = ln.Addr().String(), "http://"+ln.Addr().String()
	served := make(chan error, 1)
	go func() { served <- r.Serve(ln) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := r.Shutdown(ctx); err != nil {
			t.Errorf("shut down: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return r
}

// answer is a response read to its end.
type answer struct {
	*http.Response
	body string
}

// ask sends a request with headers given in pairs.
func ask(t *testing.T, method, url string, headers ...string) answer {
	t.Helper()
	return askBody(t, method, url, nil, headers...)
}

func askBody(t *testing.T, method, url string, body io.Reader, headers ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	client := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       20 * time.Second,
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp, string(got)}
}

// raw sends bytes on a connection of their own and returns all that comes back until it is closed.
func raw(t *testing.T, addr, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // the test is over with it
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(conn)
	if err != nil && len(got) == 0 {
		t.Fatal(err)
	}
	return string(got)
}

func hello(r fiber.Router) {
	r.Get("/hello", func(c *fiber.Ctx) error { return c.SendString("hello") })
	r.Get("/claims/:slug", func(c *fiber.Ctx) error { return c.SendString("claim " + c.Params("slug")) })
	r.Post("/api/v1/things", func(c *fiber.Ctx) error { return c.SendString(string(c.Body())) })
	r.Get("/api/v1/things", func(c *fiber.Ctx) error { return c.SendString("things") })
}

func TestWhoSavesDataGetsNoFonts(t *testing.T) {
	t.Parallel()
	s := start(t, server.Config{})
	font := s.url + web.Asset("fonts/newsreader-latin.woff2")
	if got := ask(t, "GET", font); got.StatusCode != http.StatusOK || len(got.body) < 10_000 || !slices.Contains(got.Header.Values("Vary"), "Save-Data") {
		t.Errorf("got %d with %d bytes and Vary %q, want the font", got.StatusCode, len(got.body), got.Header.Values("Vary"))
	}
	if got := ask(t, "GET", font, "Save-Data", "on"); got.StatusCode != http.StatusNoContent || got.body != "" || got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("with Save-Data: got %d with %d bytes, want 204 without any, kept by nobody", got.StatusCode, len(got.body))
	}
	if got := ask(t, "GET", s.url+web.Asset("touchstone.css"), "Save-Data", "on"); got.StatusCode != http.StatusOK {
		t.Errorf("with Save-Data: got %d for the style sheet, want 200", got.StatusCode)
	}
}

func TestEveryResponseHasTheSecurityHeaders(t *testing.T) {
	t.Parallel()
	s := start(t, server.Config{PublicURL: "https://desk.example", Mounts: []server.Mounter{routes(hello)}})
	for _, path := range []string{"/hello", "/nothing", "/api/v1/nothing", "/healthz", "/static/nothing.css", "/%00"} {
		got := ask(t, "GET", s.url+path)
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin",
			"X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=()",
			"Strict-Transport-Security": "max-age=31536000", "X-Request-Id": "",
		} {
			if h := got.Header.Values(name); len(h) != 1 || !strings.Contains(h[0], want) {
				t.Errorf("%s: got %s %q, want %q once", path, name, h, want)
			}
		}
		if got.Header.Get("Server") != "" {
			t.Errorf("%s: the server names itself %q", path, got.Header.Get("Server"))
		}
	}
	plain := start(t, server.Config{Mounts: []server.Mounter{routes(hello)}})
	if h := ask(t, "GET", plain.url+"/hello").Header.Get("Strict-Transport-Security"); h != "" {
		t.Errorf("got %q without https, want nothing", h)
	}
	if got := raw(t, s.addr, "NONSENSE\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 400 ") || !strings.Contains(got, "Content-Security-Policy") || !strings.Contains(got, "X-Request-Id") {
		t.Errorf("what is no HTTP: got %q, want a 400 with the headers", got)
	}
}

func TestErrorsArePagesForBrowsersAndDocumentsForMachines(t *testing.T) {
	t.Parallel()
	s := start(t, server.Config{Mounts: []server.Mounter{routes(hello)}})
	for _, tt := range []struct {
		method, path, accept string
		status               int
		machine              bool
	}{
		{"GET", "/nothing", "text/html", 404, false},
		{"GET", "/nothing", "", 404, false},
		{"GET", "/nothing", "application/json", 404, true},
		{"GET", "/nothing", "text/html, application/json", 404, false},
		{"GET", "/api/v1/nothing", "text/html", 404, true},
		{"GET", "/api", "text/html", 404, true},
		{"POST", "/hello", "", 405, false},
		{"DELETE", "/api/v1/things", "", 405, true},
		{"BREW", "/api/v1/things", "", 405, true},
		{"TRACE", "/hello", "", 405, false},
		{"GET", "/metrics", "", 404, true},
		{"GET", "/HELLO", "", 404, false},
		{"GET", "/hello/", "", 404, false},
		{"GET", "/hello?" + strings.Repeat("x", 20_000), "", 431, false},
		{"GET", "/api/v1/things?" + strings.Repeat("x", 20_000), "", 431, true},
	} {
		got := ask(t, tt.method, s.url+tt.path, "Accept", tt.accept)
		want := "text/html; charset=utf-8"
		if tt.machine {
			want = "application/problem+json"
		}
		if got.StatusCode != tt.status || got.Header.Get("Content-Type") != want {
			t.Errorf("%s %.40s: got %d as %s, want %d as %s", tt.method, tt.path, got.StatusCode, got.Header.Get("Content-Type"), tt.status, want)
		}
		if tt.machine && !strings.Contains(got.body, fmt.Sprintf(`"status":%d`, tt.status)) {
			t.Errorf("%s %s: got body %s, want its status in it", tt.method, tt.path, got.body)
		}
		if got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s %.40s: got Cache-Control %q, want no-store", tt.method, tt.path, got.Header.Get("Cache-Control"))
		}
	}
}

func TestAllowSaysWhatAnAddressTakes(t *testing.T) {
	t.Parallel()
	s := start(t, server.Config{Mounts: []server.Mounter{routes(hello)}})
	for _, tt := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"POST", "/hello", 405, "GET, HEAD, OPTIONS"},
		{"BREW", "/hello", 405, "GET, HEAD, OPTIONS"},
		{"DELETE", "/api/v1/things", 405, "GET, HEAD, POST, OPTIONS"},
		{"OPTIONS", "/hello", 204, "GET, HEAD, OPTIONS"},
		{"OPTIONS", "/api/v1/things", 204, "GET, HEAD, POST, OPTIONS"},
		{"OPTIONS", "/nothing", 404, ""},
		{"GET", "/*", 404, ""},
		{"OPTIONS", "/*", 404, ""}, // an address, unlike the asterisk alone
	} {
		got := ask(t, tt.method, s.url+tt.path)
		if got.StatusCode != tt.status || strings.Join(got.Header.Values("Allow"), "|") != tt.allow {
			t.Errorf("%s %s: got %d with Allow %q, want %d with %q", tt.method, tt.path, got.StatusCode, got.Header.Values("Allow"), tt.status, tt.allow)
		}
	}
	got := raw(t, s.addr, "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	if !strings.HasPrefix(got, "HTTP/1.1 204 ") || !strings.Contains(got, "\r\nAllow: GET, HEAD, POST, OPTIONS\r\n") {
		t.Errorf("OPTIONS *: got %q, want 204 with every method there is", got)
	}
}

func TestHeadIsGetWithoutItsBody(t *testing.T) {
	t.Parallel()
	s := start(t, server.Config{Mounts: []server.Mounter{routes(hello)}})
	for _, path := range []string{"/hello", "/healthz", "/nothing", "/api/v1/things"} {
		get, head := ask(t, "GET", s.url+path), ask(t, "HEAD", s.url+path)
		if head.StatusCode != get.StatusCode || head.body != "" || head.Header.Get("Content-Length") != get.Header.Get("Content-Length") ||
			head.Header.Get("Content-Type") != get.Header.Get("Content-Type") {
			t.Errorf("%s: got %d %v %q, want what GET says: %d %v", path, head.StatusCode, head.Header, head.body, get.StatusCode, get.Header)
		}
	}
	// On one connection, what follows a HEAD must not be taken for its body.
	got := raw(t, s.addr, "HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	if n := strings.Count(got, "HTTP/1.1 200 OK"); n != 2 || strings.Count(got, "hello") != 1 {
		t.Errorf("got %d answers in %q, want two and one body", n, got)
	}
}

func TestPipelinedRequestsAreAnsweredInOrder(t *testing.T) {
	t.Parallel()
	s := start(t, server.Config{Mounts: []server.Mounter{routes(hello)}})
	var requests, want strings.Builder
	for i := range 50 {
		last := ""
		if i == 49 {
			last = "Connection: close\r\n"
		}
		fmt.Fprintf(&requests, "GET /claims/n%d HTTP/1.1\r\nHost: x\r\n%s\r\n", i, last)
		fmt.Fprintf(&want, "claim n%d ", i)
	}
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // the test is over with it
	if _, err := io.WriteString(conn, requests.String()); err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for in := bufio.NewReader(conn); ; {
		resp, err := http.ReadResponse(in, nil)
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		got.Write(append(body, ' '))
	}
	if got.String() != want.String() {
		t.Errorf("got %s, want %s", got.String(), want.String())
	}
}

func TestEncodedAndLargeBodiesAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, server.Config{Mounts: []server.Mounter{routes(hello)}})
	url := s.url + "/api/v1/things"
	if got := askBody(t, "POST", url, strings.NewReader("plain")); got.body != "plain" {
		t.Errorf("got %q, want the body back", got.body)
	}
	for _, encoding := range []string{"gzip", "br", "deflate", "zstd", "identity, gzip"} {
		got := askBody(t, "POST", url, strings.NewReader("\x1f\x8b"), "Content-Encoding", encoding)
		if got.StatusCode != 415 || got.Header.Get("Accept-Encoding") != "identity" || got.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: got %d as %s, want a problem with 415", encoding, got.StatusCode, got.Header.Get("Content-Type"))
		}
	}
	if got := askBody(t, "POST", url, strings.NewReader("plain"), "Content-Encoding", "identity"); got.StatusCode != 200 {
		t.Errorf("identity: got %d, want 200", got.StatusCode)
	}
	if got := raw(t, s.addr, "POST /api/v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 413 ") {
		t.Errorf("got %.100q, want 413", got)
	}
	if got := askBody(t, "POST", url, strings.NewReader(strings.Repeat("x", 8<<20))); got.StatusCode != 413 {
		t.Errorf("a body sent whole though too large: got %d, want 413 and no reset", got.StatusCode)
	}
	if got := askBody(t, "POST", url, strings.NewReader(strings.Repeat("x", 1<<20))); got.StatusCode != 200 || len(got.body) != 1<<20 {
		t.Errorf("a body at the limit: got %d, want 200", got.StatusCode)
	}
}

func TestLargeBodiesAreTakenOfThoseVouchedFor(t *testing.T) {
	t.Parallel()
	s := start(t, server.Config{Mounts: []server.Mounter{routes(hello)}, LargeBody: func(h *fasthttp.RequestHeader) int {
		if string(h.Peek("X-Vouched")) != "" {
			return 3 << 20
		}
		return 0
	}})
	url := s.url + "/api/v1/things"
	large := strings.Repeat("x", 2<<20)
	if got := askBody(t, "POST", url, strings.NewReader(large), "X-Vouched", "1"); got.StatusCode != 200 || len(got.body) != len(large) {
		t.Errorf("vouched for: got %d and %d bytes, want all of it", got.StatusCode, len(got.body))
	}
	for name, head := range map[string]string{
		"not vouched for": "Content-Length: 2097152\r\n", "larger than that": "X-Vouched: 1\r\nContent-Length: 3145729\r\n",
	} {
		if got := raw(t, s.addr, "POST /api/v1/things HTTP/1.1\r\nHost: x\r\n"+head+"\r\n"); !strings.HasPrefix(got, "HTTP/1.1 413 ") {
			t.Errorf("%s: got %.100q, want 413", name, got)
		}
	}
	chunked := "Transfer-Encoding: chunked\r\n\r\n" + strings.Repeat("10000\r\n"+strings.Repeat("x", 1<<16)+"\r\n", 17)
	if got := raw(t, s.addr, "POST /api/v1/things HTTP/1.1\r\nHost: x\r\n"+chunked); !strings.HasPrefix(got, "HTTP/1.1 413 ") {
		t.Errorf("chunks: got %.100q, want 413", got)
	}
}

func TestMistakesAreLoggedAndNotTold(t *testing.T) {
	t.Parallel()
	s := start(t, server.Config{Mounts: []server.Mounter{routes(func(r fiber.Router) {
		r.Get("/api/panic", func(*fiber.Ctx) error { panic("a secret in a panic") })
		r.Get("/api/error", func(*fiber.Ctx) error { return errors.New("a secret in an error") })
		r.Get("/page", func(*fiber.Ctx) error { return errors.New("a secret on a page") })
		r.Get("/api/slow", func(*fiber.Ctx) error { return fmt.Errorf("read: %w", context.DeadlineExceeded) })
		r.Get("/api/down", func(*fiber.Ctx) error {
			return &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "the database does not answer", Err: errors.New("a secret cause")}
		})
		r.Get("/api/half", func(c *fiber.Ctx) error {
			c.Set("ETag", `"x"`)
			c.Set("Content-Encoding", "gzip")
			c.Context().SetBodyString("half an answ")
			return factcheck.NotFound("it is not there")
		})
	})}})
	for path, want := range map[string]int{"/api/panic": 500, "/api/error": 500, "/page": 500, "/api/slow": 503, "/api/down": 503, "/api/half": 404} {
		got := ask(t, "GET", s.url+path)
		if got.StatusCode != want || strings.Contains(got.body, "secret") || strings.Contains(got.body, "half") {
			t.Errorf("%s: got %d %s, want %d and no secret", path, got.StatusCode, got.body, want)
		}
		id := got.Header.Get("X-Request-Id")
		if want >= 500 && (!strings.Contains(s.log.String(), id) || path != "/page" && !strings.Contains(got.body, id)) {
			t.Errorf("%s: the request id %s is not both in the log and in the answer", path, id)
		}
		if got.Header.Get("ETag") != "" || got.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: headers of the answer that was not given are left: %v", path, got.Header)
		}
		if want == 503 && got.Header.Get("Retry-After") != "1" {
			t.Errorf("%s: got Retry-After %q, want 1", path, got.Header.Get("Retry-After"))
		}
	}
	for _, secret := range []string{"a secret in a panic", "a secret in an error", "a secret on a page", "a secret cause"} {
		if n := strings.Count(s.log.String(), secret); n != 1 {
			t.Errorf("%q is in the log %d times, want once", secret, n)
		}
	}
}

func TestSecretsInAddressesAreNotLogged(t *testing.T) {
	t.Parallel()
	s := start(t, server.Config{Mounts: []server.Mounter{routes(hello)}})
	ask(t, "GET", s.url+"/hello?key=hush-one&q=fine&access_token=hush-two&oauth_token=hush-three")
	ask(t, "GET", s.url+"/nothing?key=hush-four%26x")
	log := s.log.String()
	if strings.Contains(log, "hush") || !strings.Contains(log, "q=fine") || !strings.Contains(log, "route=/hello") {
		t.Errorf("got log\n%s\nwant the route and the harmless parameter without the secrets", log)
	}
}

func TestForwardedAddressesAreBelievedOfTrustedProxiesOnly(t *testing.T) {
	t.Parallel()
	who := routes(func(r fiber.Router) {
		r.Get("/who", func(c *fiber.Ctx) error {
			i := request.From(c.UserContext())
			return c.SendString(fmt.Sprintf("%s %v %v", i.Client, i.Local(), i.ID == observe.RequestID(c.UserContext())))
		})
	})
	open := start(t, server.Config{Mounts: []server.Mounter{who}})
	if got := ask(t, "GET", open.url+"/who"); got.body != "127.0.0.1 true true" {
		t.Errorf("nobody in between: got %q, want this machine", got.body)
	}
	got := ask(t, "GET", open.url+"/who", "X-Forwarded-For", "198.51.100.7", "X-Request-Id", "given-by-a-stranger")
	if strings.Count(open.log.String(), "TOUCHSTONE_TRUSTED_PROXIES") != 1 {
		t.Errorf("got log\n%s\nwant one hint at the setting", open.log)
	}
	if got.body != "127.0.0.1 false true" || got.Header.Get("X-Request-Id") == "given-by-a-stranger" {
		t.Errorf("an untrusted proxy: got %q with id %s, want its word ignored, and not local", got.body, got.Header.Get("X-Request-Id"))
	}
	behind := start(t, server.Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Mounts: []server.Mounter{who}})
	got = ask(t, "GET", behind.url+"/who", "X-Forwarded-For", "203.0.113.9, 198.51.100.7", "X-Request-Id", "given-by-the-proxy")
	if got.body != "198.51.100.7 false true" || got.Header.Get("X-Request-Id") != "given-by-the-proxy" {
		t.Errorf("a trusted proxy: got %q with id %s, want the client it names", got.body, got.Header.Get("X-Request-Id"))
	}
	if got := ask(t, "GET", behind.url+"/who", "X-Request-Id", "<script>"); got.Header.Get("X-Request-Id") == "<script>" {
		t.Error("markup became a request id")
	}
}

func TestTheNetworkIsServedBehindATrustedProxyOnly(t *testing.T) {
	t.Parallel()
	cfg := server.Config{PublicURL: "https://desk.example", Mounts: []server.Mounter{routes(hello)}, Logger: slog.New(slog.DiscardHandler)}
	status := func(cfg server.Config, peer, path string) int {
		var ctx fasthttp.RequestCtx
		ctx.Init(&fasthttp.Request{}, &net.TCPAddr{IP: net.ParseIP(peer)}, nil)
		ctx.Request.SetRequestURI(path)
		server.New(cfg).Handler()(&ctx)
		return ctx.Response.StatusCode()
	}
	if got := status(cfg, "192.0.2.1", "/hello"); got != 403 {
		t.Errorf("got %d for the network, want 403", got)
	}
	if got := status(cfg, "192.0.2.1", "/healthz"); got != 200 {
		t.Errorf("got %d for a probe from the network, want 200", got)
	}
	cfg.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	if got := status(cfg, "192.0.2.1", "/hello"); got != 200 {
		t.Errorf("got %d for a trusted proxy, want 200", got)
	}
}

func TestFastPathComesBeforeRoutingAndAfterTheHeaders(t *testing.T) {
	t.Parallel()
	s := start(t, server.Config{Mounts: []server.Mounter{routes(hello)}, Fast: []server.FastPath{{Route: "/claims/:slug", Serve: func(ctx *fasthttp.RequestCtx) bool {
		if string(ctx.Path()) != "/claims/fast" || !ctx.IsGet() {
			return false
		}
		ctx.SetBodyString("fast for " + request.From(ctx).Client.String())
		return true
	}}}})
	got := ask(t, "GET", s.url+"/claims/fast")
	if got.body != "fast for 127.0.0.1" || got.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("got %q with %v, want the fast answer with all headers", got.body, got.Header)
	}
	if head := ask(t, "HEAD", s.url+"/claims/fast"); head.StatusCode != 200 || head.body != "" || head.ContentLength != int64(len(got.body)) {
		t.Errorf("HEAD: got %d and length %d, want 200 and %d", head.StatusCode, head.ContentLength, len(got.body))
	}
	if got := ask(t, "GET", s.url+"/claims/slow"); got.body != "claim slow" {
		t.Errorf("got %q, want what the fast path leaves to be routed", got.body)
	}
}
