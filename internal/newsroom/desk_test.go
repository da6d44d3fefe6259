package newsroom_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
	"github.com/touchstone-factcheck/touchstone/internal/newsroom"
	"github.com/touchstone-factcheck/touchstone/internal/server"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
	"github.com/touchstone-factcheck/touchstone/internal/webhook"
	"github.com/touchstone-factcheck/touchstone/web/htmltest"
)

// desk is the newsroom behind the real server, over a test's database.
type desk struct {
	*storetest.Env
	room *newsroom.Newsroom
	base string
	hash string // of password, which everybody has

	outside *httptest.Server
	index   *finder.Finder // of claims; nil for none
}

const (
	password  = "kelp mast pine drum"
	publicURL = "http://localhost:8080"
)

func newDesk(t *testing.T) *desk { t.Helper(); return newDeskWith(t, nil) }

// newLastingDesk is one whose key for sealing is kept.
func newLastingDesk(t *testing.T) *desk {
	t.Helper()
	return newDeskWith(t, auth.NewSealer([auth.KeySize]byte{7}))
}

func newDeskWith(t *testing.T, sealer *auth.Sealer) *desk {
	t.Helper()
	return deskWith(t, sealer, nil)
}

// deskWith is a desk with an index of claims, or without one for nil.
func deskWith(t *testing.T, sealer *auth.Sealer, index func(*store.DB) *finder.Finder) *desk {
	t.Helper()
	d := &desk{Env: storetest.New(t)}
	if index != nil {
		d.index = index(d.DB)
	}
	var err error
	if d.hash, err = auth.NewPasswords(2).Hash(t.Context(), password); err != nil {
		t.Fatal(err)
	}
	for _, who := range []factcheck.Actor{d.Checker, d.Checker2, d.Editor, d.Editor2, d.Admin} {
		if err := d.DB.SetPassword(t.Context(), factcheck.Operator(), who.Person, d.hash); err != nil {
			t.Fatal(err)
		}
	}
	d.serve(t, sealer)
	return d
}

// restarted is the same newsroom in another process, with a key for sealing.
func (d *desk) restarted(t *testing.T, sealer *auth.Sealer) *desk {
	t.Helper()
	other := &desk{Env: d.Env, hash: d.hash}
	other.serve(t, sealer)
	return other
}

// newPassword gives a person another password.
func (d *desk) newPassword(t *testing.T, who factcheck.Actor, text string) {
	t.Helper()
	hash, err := auth.NewPasswords(1).Hash(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.DB.SetPassword(t.Context(), factcheck.Operator(), who.Person, hash); err != nil {
		t.Fatal(err)
	}
}

// serve puts the newsroom behind a server until the test ends.
func (d *desk) serve(t *testing.T, sealer *auth.Sealer) {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	d.outside = outside(t)
	fetcher, err := fetch.New(fetch.Config{UserAgent: "Touchstone/test", Allow: []string{strings.TrimPrefix(d.outside.URL, "http://")}})
	if err != nil {
		t.Fatal(err)
	}
	var hooks *webhook.Hooks
	if sealer != nil {
		hooks = webhook.New(webhook.Config{Store: d.DB, Sealer: sealer, Fetcher: fetcher, PublicURL: publicURL, Logger: quiet})
	}
	d.room = newsroom.New(newsroom.Config{Webhooks: hooks, Store: d.DB, Finder: d.index, Intake: ingest.New(d.DB, fetcher, quiet), PublicURL: publicURL, Logger: quiet, Passwords: auth.NewPasswords(2), Sealer: sealer})
	srv := server.New(server.Config{PublicURL: publicURL, Logger: quiet, Mounts: []server.Mounter{d.room}, LargeBody: d.room.LargeBody, ErrorPage: d.room.ErrorPage(plainError)})
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			t.Errorf("shut down: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	d.base = "http://" + ln.Addr().String()
}

// outside is a site that articles are fetched from: /story is an article, /wall a log-in, everything else is missing.
func outside(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	serve := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte(body)) // a client that has gone fails its own test
		}
	}
	mux.HandleFunc("GET /story", serve(storyPage))
	mux.HandleFunc("GET /wall", serve(`<!doctype html><html lang="en"><head><title>Log in</title></head><body><form action="/login" method="post"><h1>Log in to continue</h1>
		<label>E-mail <input name="email" type="email"></label><label>Password <input name="password" type="password"></label><button>Log in</button></form></body></html>`))
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// story are the paragraphs of the article at /story.
const (
	firstPara  = "The mayor of Exampleville has resigned over the harbour contract, several posts said on Friday evening, without naming where they had it from."
	secondPara = "Shops in the old town stayed open until late, and the ferry to the islands ran on time, as it does in most weeks of the early summer."
	thirdPara  = "Nobody at the town hall answered the telephone on Friday. On Saturday a clerk said that the council would meet as planned and that the mayor would open it."
	storyPage  = `<!doctype html><html lang="en"><head><title>Town without a mayor | Example Weekly</title><meta property="og:title" content="Town without a mayor">
		<meta property="og:site_name" content="Example Weekly"><meta property="article:published_time" content="2025-06-06T10:00:00Z"><meta name="author" content="Ann Author"></head>
		<body><article><h1>Town without a mayor</h1><p>By Ann Author</p><p>` + firstPara + `</p><p>` + secondPara + `</p><p>` + thirdPara + `</p></article></body></html>`
)

// plainError says what an error page would.
func plainError(_ context.Context, _ int, message, _ string, _ time.Duration) ([]byte, error) {
	return []byte("<!doctype html><html lang=en dir=ltr><title>error</title><main><h1>error</h1><p>" + html.EscapeString(message) + "</p></main></html>"), nil
}

// browser is a browser that keeps cookies and sends what browsers send with a form.
type browser struct {
	desk    *desk
	cookies map[string]string
	headers map[string]string // on every request
	down    bool              // the database is gone: errors of ours are expected
	part    bool              // what is asked for is a part of a page
}

func (d *desk) browser() *browser {
	return &browser{desk: d, cookies: map[string]string{}, headers: map[string]string{"User-Agent": "Test browser"}}
}

// as returns a browser in which a person is signed in.
func (d *desk) as(t *testing.T, email string) *browser {
	t.Helper()
	b := d.browser()
	if got := b.signIn(t, email, password); got.status != http.StatusSeeOther {
		t.Fatalf("sign in as %s: got %d %s", email, got.status, got.text())
	}
	return b
}

func (d *desk) carla(t *testing.T) *browser { t.Helper(); return d.as(t, "carla@desk.example") }

// answer is a response read to its end.
type answer struct {
	status   int
	header   http.Header
	location string
	body     string
	root     *html.Node
}

func (a answer) text() string { return htmltest.Text(a.root) }

// request sends one request and keeps the cookies of the answer.
func (b *browser) request(t *testing.T, method, path string, body io.Reader, contentType string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, b.desk.base+path, body)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range b.headers {
		req.Header.Set(name, value)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	client := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Timeout: 30 * time.Second,
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read to its end
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range resp.Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	got := answer{status: resp.StatusCode, header: resp.Header, location: resp.Header.Get("Location"), body: string(raw)}
	if got.root, err = htmltest.Parse(got.body); err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") && !b.part {
		for _, p := range htmltest.Problems(got.root) {
			t.Errorf("%s %s: %s", method, path, p)
		}
	}
	if got.status >= 500 && got.status != http.StatusServiceUnavailable && !b.down {
		t.Errorf("%s %s: got %d", method, path, got.status)
	}
	if resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s %s: got Cache-Control %q, want no-store", method, path, resp.Header.Get("Cache-Control"))
	}
	return got
}

func (b *browser) get(t *testing.T, path string) answer {
	t.Helper()
	return b.request(t, http.MethodGet, path, nil, "")
}

// post sends a form as it is.
func (b *browser) post(t *testing.T, path string, fields url.Values) answer {
	t.Helper()
	return b.request(t, http.MethodPost, path, strings.NewReader(fields.Encode()), "application/x-www-form-urlencoded")
}

// fragment sends a form whose answer is a part of a page.
func (b *browser) fragment(t *testing.T, path string, fields url.Values) answer {
	t.Helper()
	b.part = true
	defer func() { b.part = false }()
	return b.post(t, path, fields)
}

// upload takes an article in by a form with files.
func (b *browser) upload(t *testing.T, fields url.Values, files map[string][]byte) answer {
	t.Helper()
	return b.uploadTo(t, "/newsroom/articles/new", fields, files)
}

// uploadTo sends a form with files.
func (b *browser) uploadTo(t *testing.T, path string, fields url.Values, files map[string][]byte) answer {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range fields {
		for _, v := range values {
			if err := w.WriteField(name, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, content := range files {
		part, err := w.CreateFormFile(name, name+".bin")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.request(t, http.MethodPost, path, &body, w.FormDataContentType())
}

// send fills in the form of a page whose action is action and sends it: what a person does.
func (b *browser) send(t *testing.T, page answer, action string, fields url.Values) answer {
	t.Helper()
	return b.post(t, action, fill(t, page, action, fields))
}

// fill returns the fields of the form with the action, as a browser would send them, with some filled in.
func fill(t *testing.T, page answer, action string, fields url.Values) url.Values {
	t.Helper()
	for _, f := range htmltest.All(page.root, "form") {
		if htmltest.Attr(f, "action") != action || htmltest.Attr(f, "method") != "post" {
			continue
		}
		out := fieldsOf(f)
		for name, values := range fields {
			out[name] = values
		}
		return out
	}
	t.Fatalf("there is no form with the action %s on the page: %s", action, page.text())
	return nil
}

// fieldsOf returns what a browser sends of a form that nobody touched.
func fieldsOf(f *html.Node) url.Values {
	out := url.Values{}
	for _, e := range htmltest.All(f, "input", "textarea", "select") {
		name := htmltest.Attr(e, "name")
		switch {
		case name == "":
		case e.Data == "textarea":
			if e.FirstChild != nil {
				out.Add(name, e.FirstChild.Data)
			} else {
				out.Add(name, "")
			}
		case e.Data == "select":
			for _, o := range htmltest.All(e, "option") {
				if has(o, "selected") {
					out.Set(name, htmltest.Attr(o, "value"))
				}
			}
		case htmltest.Attr(e, "type") == "radio" || htmltest.Attr(e, "type") == "checkbox":
			if has(e, "checked") {
				out.Add(name, htmltest.Attr(e, "value"))
			}
		case htmltest.Attr(e, "type") == "file":
		default:
			out.Add(name, htmltest.Attr(e, "value"))
		}
	}
	return out
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// signIn signs in by the form.
func (b *browser) signIn(t *testing.T, email, pass string) answer {
	t.Helper()
	return b.send(t, b.get(t, "/sign-in"), "/sign-in", url.Values{"email": {email}, "password": {pass}})
}

// rawStatus sends bytes and returns the status of the answer.
func rawStatus(t *testing.T, addr, request string) int {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // the test is over with it
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // only the status is of interest
	return resp.StatusCode
}
