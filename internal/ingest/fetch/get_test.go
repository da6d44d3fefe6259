package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
)

func TestGetFollowsRedirectsAndSaysWhere(t *testing.T) {
	t.Parallel()
	var seen http.Header
	addr := site(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/a":
			http.SetCookie(w, &http.Cookie{Name: "id", Value: "1"})
			http.Redirect(w, r, "b?x=1", http.StatusMovedPermanently)
		case "/b":
			http.Redirect(w, r, "//"+r.Host+"/c d/ü#part", http.StatusTemporaryRedirect)
		default:
			seen = r.Header.Clone()
			w.Header().Set("ETag", `"v1"`)
			w.Header().Set("Last-Modified", "Mon, 02 Jan 2006 15:04:05 GMT")
			html(w, r)
		}
	})
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow, cfg.Now = []string{addr}, func() time.Time { return now } })
	r, err := f.Get(context.Background(), fetch.Request{URL: " http://" + addr + "/a#frag "})
	if err != nil {
		t.Fatal(err)
	}
	if want := "http://" + addr + "/c%20d/%C3%BC"; r.URL != want {
		t.Errorf("got the address %s, want %s", r.URL, want)
	}
	want := []fetch.Hop{{URL: "http://" + addr + "/a", Status: 301}, {URL: "http://" + addr + "/b?x=1", Status: 307}}
	if diff := cmp.Diff(want, r.Redirects); diff != "" {
		t.Errorf("redirects (-want +got):\n%s", diff)
	}
	if r.Status != 200 || r.ContentType != "text/html" || r.Charset != "utf-8" || r.ETag != `"v1"` || r.LastModified == "" || !r.FetchedAt.Equal(now) || r.RemoteAddr != addr {
		t.Errorf("got %+v", r)
	}
	if string(r.Body) != page || r.Text() != page || r.Err() != nil {
		t.Errorf("got %q, want the page", r.Body)
	}
	for name, want := range map[string]string{
		"User-Agent": "Touchstone/1.0 (fact-checking; +https://desk.example)", "Accept-Encoding": "gzip, br", "Cookie": "", "Referer": "", "If-None-Match": "",
	} {
		if got := seen.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestRedirectsEnd(t *testing.T) {
	t.Parallel()
	addr := site(t, func(w http.ResponseWriter, r *http.Request) {
		var n int
		switch r.URL.Path {
		case "/loop":
			http.Redirect(w, r, "/pool", http.StatusFound)
		case "/pool":
			http.Redirect(w, r, "/loop#x", http.StatusFound)
		case "/self":
			http.Redirect(w, r, "/self", http.StatusFound)
		case "/none":
			w.WriteHeader(http.StatusFound)
		case "/scheme":
			w.Header().Set("Location", "javascript:alert(1)")
			w.WriteHeader(http.StatusFound)
		case "/user":
			w.Header().Set("Location", "http://a:b@"+r.Host+"/0")
			w.WriteHeader(http.StatusFound)
		case "/long":
			w.Header().Set("Location", "/"+strings.Repeat("a", 9000))
			w.WriteHeader(http.StatusFound)
		default:
			fmt.Sscanf(r.URL.Path, "/%d", &n)
			if n == 0 {
				html(w, r)
				return
			}
			http.Redirect(w, r, fmt.Sprint("/", n-1), http.StatusSeeOther)
		}
	})
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow = []string{addr} })
	for path, want := range map[string]fetch.Cause{
		"/5": "", "/6": fetch.CauseRedirect, "/loop": fetch.CauseRedirect, "/self": fetch.CauseRedirect, "/scheme": fetch.CauseRedirect,
		"/user": fetch.CauseRedirect, "/long": fetch.CauseRedirect,
	} {
		_, err := f.Get(context.Background(), fetch.Request{URL: "http://" + addr + path})
		if want == "" && err != nil {
			t.Errorf("%s: got %v, want the page", path, err)
		}
		if want != "" {
			wantCause(t, err, want)
		}
	}
	r, err := f.Get(context.Background(), fetch.Request{URL: "http://" + addr + "/none"})
	if err != nil || r.Status != 302 || r.Err() == nil {
		t.Errorf("got %v, want a 302 that leads nowhere, which is no use", err)
	}
}

func TestConditionalRefetch(t *testing.T) {
	t.Parallel()
	addr := site(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/always" || r.Header.Get("If-None-Match") == `"v1"` || r.Header.Get("If-Modified-Since") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		html(w, r)
	})
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow = []string{addr} })
	for _, tt := range []struct {
		req      fetch.Request
		status   int
		modified bool
	}{
		{fetch.Request{IfNoneMatch: `"v1"`}, 304, false},
		{fetch.Request{IfNoneMatch: `"v2"`}, 200, true},
		{fetch.Request{IfModifiedSince: "Mon, 02 Jan 2006 15:04:05 GMT"}, 304, false},
		{fetch.Request{IfNoneMatch: "\"v1\"\r\nX: y"}, 200, true},
		{fetch.Request{URL: "/always"}, 304, true},
	} {
		tt.req.URL = "http://" + addr + tt.req.URL
		r, err := f.Get(context.Background(), tt.req)
		if err != nil {
			t.Fatal(err)
		}
		if r.Status != tt.status || r.NotModified == tt.modified {
			t.Errorf("%+v: got %d, not modified %t", tt.req, r.Status, r.NotModified)
		}
		if (r.Err() == nil) != (r.Status == 200 || r.NotModified) {
			t.Errorf("%+v: got %v", tt.req, r.Err())
		}
	}
}

func TestBodiesAreUnpackedAndBounded(t *testing.T) {
	t.Parallel()
	text := "<p>" + strings.Repeat("a", 1000-3)
	addr := site(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		encoding := r.URL.Path[1:]
		if encoding != "plain" {
			w.Header().Set("Content-Encoding", encoding)
		}
		var out io.WriteCloser
		switch encoding {
		case "gzip", "x-gzip":
			out = gz(w)
		case "br":
			out = brotli.NewWriter(w)
		case "deflate":
			out = zl(w)
			if r.URL.RawQuery == "raw" {
				out = raw(w)
			}
		default:
			io.WriteString(w, text)
			return
		}
		io.WriteString(out, text)
		out.Close()
	})
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow = []string{addr} })
	for _, path := range []string{"plain", "gzip", "x-gzip", "br", "deflate", "deflate?raw"} {
		r, err := f.Get(context.Background(), fetch.Request{URL: "http://" + addr + "/" + path, MaxBytes: 1000})
		if err != nil || string(r.Body) != text {
			t.Errorf("%s: got %v, want the text: it is exactly as long as allowed", path, err)
		}
		_, err = f.Get(context.Background(), fetch.Request{URL: "http://" + addr + "/" + path, MaxBytes: 999})
		wantCause(t, err, fetch.CauseTooLarge)
	}
}

func TestABodyMayNotBePackedLongerThanAllowed(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	w, _ := gzip.NewWriterLevel(&buf, gzip.NoCompression)
	w.Write([]byte("<p>" + strings.Repeat("a", 995)))
	w.Close()
	addr := rawSite(t, func(conn net.Conn) { // without a length, which would be believed when it is too long
		io.WriteString(conn, head+"Content-Encoding: gzip\r\n\r\n")
		conn.Write(buf.Bytes())
	})
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow, cfg.Limits.Bytes = []string{addr}, 1000 })
	_, err := f.Get(context.Background(), fetch.Request{URL: "http://" + addr, MaxBytes: 1 << 30})
	wantCause(t, err, fetch.CauseTooLarge)
}

func TestTypesAreHeldToWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		t.Fatal(err)
	}
	const feed, pdf = `<?xml version="1.0"?><rss version="2.0"/>`, "%PDF-1.7\n"
	var contentType, body string
	addr := site(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = nil
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		io.WriteString(w, body)
	})
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow = []string{addr} })
	for _, tt := range []struct {
		declared, body string
		accept         fetch.Kind
		want           string // "" is refused
	}{
		{"text/html; charset=utf-8", page, 0, "text/html"},
		{"TEXT/HTML;broken;;", page, fetch.Page, "text/html"},
		{"application/xhtml+xml", page, fetch.Page, "application/xhtml+xml"},
		{"", page, fetch.Page, "text/html"},
		{"application/octet-stream", page, fetch.Page, "text/html"},
		{"nonsense", page, fetch.Page, "text/html"},
		{"text/plain", "hello", fetch.Page, ""},
		{"text/plain", "hello", fetch.Page | fetch.Text, "text/plain"},
		{"text/plain", "BMW baut Autos", fetch.Text, "text/plain"},
		{"text/html", pdf, fetch.Page, ""},
		{"text/html", picture.String(), fetch.Page, ""},
		{"text/html", "PK\x03\x04", fetch.Page, ""},
		{"application/pdf", pdf, fetch.Page, ""},
		{"application/pdf", pdf, fetch.PDF, "application/pdf"},
		{"application/pdf", page, fetch.PDF, ""},
		{"application/octet-stream", pdf, fetch.PDF, "application/pdf"},
		{"image/jpeg", picture.String(), fetch.Image, "image/png"},
		{"", picture.String(), fetch.Image, "image/png"},
		{"image/png", page, fetch.Image, ""},
		{"image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>", fetch.Image, ""},
		{"text/html", picture.String(), fetch.Image, ""},
		{"image/avif", "\x00\x00\x00\x1cftypavif\x00\x00\x00\x00", fetch.Image, "image/avif"},
		{"application/rss+xml", feed, fetch.Feed, "application/rss+xml"},
		{"text/html", feed, fetch.Feed, "text/xml"},
		{"", "<feed xmlns='http://www.w3.org/2005/Atom'/>", fetch.Feed, "text/xml"},
		{"text/html", page, fetch.Feed, ""},
		{"application/feed+json", "{}", fetch.Feed, "application/feed+json"},
		{"application/ld+json", "{}", fetch.JSON, "application/ld+json"},
		{"text/html", page, fetch.JSON, ""},
		{"application/x-sh", "#!/bin/sh", fetch.Page | fetch.Text | fetch.Feed | fetch.Image | fetch.JSON | fetch.PDF, ""},
		{"application/x-sh", "#!/bin/sh", fetch.Any, "application/x-sh"},
		{"<script>/x", "#!/bin/sh", fetch.Page, ""},
	} {
		contentType, body = tt.declared, tt.body
		r, err := f.Get(context.Background(), fetch.Request{URL: "http://" + addr, Accept: tt.accept})
		if tt.want == "" {
			if err == nil {
				t.Errorf("%q with %.10q for %d: got %s, want it refused", tt.declared, tt.body, tt.accept, r.ContentType)
				continue
			}
			wantCause(t, err, fetch.CauseType)
			if strings.Contains(err.Error(), "<script>") {
				t.Errorf("the site's words are in the message: %v", err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q with %.10q for %d: got %v", tt.declared, tt.body, tt.accept, err)
			continue
		}
		if r.ContentType != tt.want {
			t.Errorf("%q with %.10q for %d: got %s, want %s", tt.declared, tt.body, tt.accept, r.ContentType, tt.want)
		}
	}
}

func TestErrorsOfSitesAreAnswers(t *testing.T) {
	t.Parallel()
	addr := site(t, func(w http.ResponseWriter, r *http.Request) {
		var status int
		fmt.Sscanf(r.URL.Path, "/%d", &status)
		w.Header().Set("Content-Type", "image/x-odd")
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(status)
		io.WriteString(w, strings.Repeat("x", 100))
	})
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow = []string{addr} })
	for status, want := range map[int]factcheck.Code{
		204: "", 400: factcheck.CodeInvalid, 401: factcheck.CodeInvalid, 403: factcheck.CodeInvalid, 404: factcheck.CodeInvalid,
		410: factcheck.CodeGone, 429: factcheck.CodeRateLimited, 500: factcheck.CodeInvalid, 503: factcheck.CodeRateLimited, 599: factcheck.CodeInvalid,
	} {
		accept := fetch.Page
		if status == 204 {
			accept = fetch.Any
		}
		r, err := f.Get(context.Background(), fetch.Request{URL: fmt.Sprint("http://", addr, "/", status), MaxBytes: 10, Accept: accept})
		if err != nil {
			t.Errorf("%d: got %v, want an answer", status, err)
			continue
		}
		if got := factcheck.CodeOf(r.Err()); got != want {
			t.Errorf("%d: got the code %s, want %s", status, got, want)
		}
		if status >= 400 && (!r.Truncated || len(r.Body) > 10) {
			t.Errorf("%d: got %d bytes, truncated %t, want 10 at most", status, len(r.Body), r.Truncated)
		}
		if wait := status == 429 || status == 503; wait != (r.RetryAfter == 7*time.Second) {
			t.Errorf("%d: got Retry-After %v", status, r.RetryAfter)
		}
	}
}

func TestNoMoreThanSoManyAtOnce(t *testing.T) {
	t.Parallel()
	var now, most atomic.Int64
	open := make(chan struct{})
	full := make(chan struct{}, 100)
	addr := site(t, func(w http.ResponseWriter, r *http.Request) {
		for n := now.Add(1); n > most.Load(); {
			most.Store(n)
		}
		full <- struct{}{}
		<-open
		now.Add(-1)
		html(w, r)
	})
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow, cfg.Limits.Concurrent = []string{addr}, 3 })
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			if _, err := f.Get(context.Background(), fetch.Request{URL: "http://" + addr}); err != nil {
				t.Error(err)
			}
		})
	}
	for range 3 {
		<-full
	}
	_, err := f.Get(context.Background(), fetch.Request{URL: "http://" + addr, Timeout: 50 * time.Millisecond})
	wantCause(t, err, fetch.CauseBusy)
	if factcheck.CodeOf(err) != factcheck.CodeUnavailable {
		t.Errorf("got %v, want unavailable", err)
	}
	close(open)
	wg.Wait()
	if got := most.Load(); got != 3 {
		t.Errorf("got %d requests at once, want 3", got)
	}
}

func TestSendFollowsNothingAndKeepsTheAnswer(t *testing.T) {
	t.Parallel()
	c := newCanary(t)
	var method, body, agent string
	addr := site(t, func(w http.ResponseWriter, r *http.Request) {
		read, _ := io.ReadAll(r.Body)
		method, body, agent = r.Method, string(read), r.Header.Get("User-Agent")+r.Header.Get("Webhook-Id")
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "http://"+c.at("127.0.0.1"), http.StatusTemporaryRedirect)
			return
		}
		w.WriteHeader(http.StatusAccepted)
		io.WriteString(w, strings.Repeat("y", 100))
	})
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow = []string{addr} })
	ctx := context.Background()
	r, err := f.Send(ctx, fetch.Outgoing{URL: "http://" + addr, Header: http.Header{"webhook-id": {"evt"}}, Body: []byte("{}"), MaxBytes: 10})
	if err != nil {
		t.Fatal(err)
	}
	if r.Status != 202 || !r.Truncated || len(r.Body) != 10 || method != "POST" || body != "{}" || !strings.HasPrefix(agent, "Touchstone/1.0") || !strings.HasSuffix(agent, "evt") {
		t.Errorf("got %d, %d bytes of answer; the site saw %s %q of %s", r.Status, len(r.Body), method, body, agent)
	}
	if r, err := f.Send(ctx, fetch.Outgoing{URL: "http://" + addr + "/moved"}); err != nil || r.Status != 307 || r.Err() == nil {
		t.Errorf("got %v, want a 307 that is not followed", err)
	}
	_, err = f.Send(ctx, fetch.Outgoing{URL: "http://" + c.at("127.0.0.1")})
	wantCause(t, err, fetch.CauseUnreachable)
	for _, name := range []string{"Host", "content-length", "Transfer-Encoding", "Proxy-Authorization", "Connection", "user-agent", "a b"} {
		_, err := f.Send(ctx, fetch.Outgoing{URL: "http://" + addr, Header: http.Header{name: {"x"}}})
		wantCause(t, err, fetch.CauseAddress)
	}
	_, err = f.Send(ctx, fetch.Outgoing{URL: "http://" + addr, Header: http.Header{"X": {"a\r\nb"}}})
	wantCause(t, err, fetch.CauseAddress)
	for _, method := range []string{"CONNECT", "TRACE", "BAD METHOD", "post"} {
		_, err = f.Send(ctx, fetch.Outgoing{URL: "http://" + addr, Method: method})
		wantCause(t, err, fetch.CauseAddress)
	}
	c.silent(t, "webhooks")
}

func TestTheClientForLibrariesIsAsSafe(t *testing.T) {
	t.Parallel()
	c := newCanary(t)
	addr := site(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "http://"+c.at("127.0.0.1"), http.StatusFound)
			return
		}
		read, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Encoding", "gzip")
		out := gzip.NewWriter(w)
		fmt.Fprintf(out, "%s %s %s", r.Method, read, r.Header.Get("Authorization"))
		out.Close()
	})
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow = []string{addr} })
	client := f.Client()
	req, _ := http.NewRequest(http.MethodPost, "http://"+addr, strings.NewReader("code=1"))
	req.Header.Set("Authorization", "Basic x")
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if body, _ := io.ReadAll(res.Body); string(body) != "POST code=1 Basic x" || res.Header.Get("Content-Encoding") != "" {
		t.Errorf("got %q", body)
	}
	if res, err := client.Get("http://" + addr + "/moved"); err != nil || res.StatusCode != 302 {
		t.Errorf("got %v, want a redirect that is not followed", err)
	}
	_, err = client.Get("http://" + c.at("127.0.0.1"))
	var f2 *fetch.Failure
	if !errors.As(err, &f2) || f2.Cause != fetch.CauseUnreachable {
		t.Errorf("got %v, want unreachable", err)
	}
	c.silent(t, "the client")
}
