package httpcache_test

import (
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
)

func TestNotModified(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		header, etag string
		want         bool
	}{
		{`"a"`, `"a"`, true},
		{`W/"a"`, `"a"`, true},
		{`"a"`, `W/"a"`, true},
		{`W/"a"`, `W/"a"`, true},
		{`"b"`, `"a"`, false},
		{`*`, `"a"`, true},
		{` * `, `"a"`, true},
		{`"b", "a"`, `"a"`, true},
		{`"b" , W/"a" `, `"a"`, true},
		{`,, "b",,"a"`, `"a"`, true},
		{`"b,a", "a"`, `"a"`, true},
		{`"b,a"`, `"a"`, false},
		{`"x"a"`, `"a"`, false},
		{`w/"a"`, `"a"`, false},
		{`a`, `"a"`, false},
		{`"a`, `"a"`, false},
		{`"b" "a"`, `"a"`, false},
		{`"b", *`, `"a"`, false},
		{``, `"a"`, false},
		{`""`, ``, false},
		{`*`, ``, false},
		{`""`, `""`, true},
	} {
		if got := httpcache.NotModified([]byte(tt.header), tt.etag); got != tt.want {
			t.Errorf("If-None-Match: %s against %s: got %v, want %v", tt.header, tt.etag, got, tt.want)
		}
	}
}

func TestEncoding(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]httpcache.Coding{
		"":                                httpcache.Identity,
		"gzip":                            httpcache.Gzip,
		"x-gzip":                          httpcache.Gzip,
		"br":                              httpcache.Brotli,
		"gzip, deflate, br, zstd":         httpcache.Brotli,
		"GZIP, BR":                        httpcache.Brotli,
		"gzip;q=1.0, br;q=0.5":            httpcache.Gzip,
		"gzip;q=0.5, br;q=0.501":          httpcache.Brotli,
		"br;q=0, gzip;q=0":                httpcache.Identity,
		"*":                               httpcache.Brotli,
		"*;q=0.1, br;q=0":                 httpcache.Gzip,
		"identity, gzip;q=0.5, br;q=0.5":  httpcache.Identity,
		"identity;q=0.5, gzip;q=0.5":      httpcache.Gzip,
		"identity;q=0":                    httpcache.Identity, // nothing at all is liked: a body all the same
		"identity;q=0, gzip":              httpcache.Gzip,
		"gzip;q=0.0001":                   httpcache.Identity, // four decimals are no weight
		"gzip;q=2":                        httpcache.Identity,
		"gzip;q=1.001":                    httpcache.Identity,
		"gzip;q=":                         httpcache.Identity,
		"gzip;level=9":                    httpcache.Identity,
		"gzip ; Q=0.8 , br ; q=0.7":       httpcache.Gzip,
		"deflate, zstd":                   httpcache.Identity,
		",,,gzip,,,":                      httpcache.Gzip,
		"gzipx, xbr":                      httpcache.Identity,
		strings.Repeat("a,", 5000) + "br": httpcache.Brotli,
	} {
		if got := httpcache.Encoding([]byte(header)); got != want {
			t.Errorf("Accept-Encoding: %.80s: got %v, want %v", header, got, want)
		}
	}
}

// send sends c to a request with the headers.
func send(c *httpcache.Content, headers map[string]string) *fasthttp.Response {
	var ctx fasthttp.RequestCtx
	for k, v := range headers {
		ctx.Request.Header.Set(k, v)
	}
	c.Send(&ctx)
	return &ctx.Response
}

func TestSendChoosesTheVariantAndItsTag(t *testing.T) {
	t.Parallel()
	c := &httpcache.Content{Body: []byte("plain"), Gzip: []byte("gz"), Brotli: []byte("b"), ContentType: "text/plain", ETag: `"e"`, CacheControl: "no-cache"}
	for accept, want := range map[string]struct{ body, encoding, etag string }{
		"":     {"plain", "", `"e"`},
		"gzip": {"gz", "gzip", `"e-gzip"`},
		"br":   {"b", "br", `"e-br"`},
	} {
		r := send(c, map[string]string{"Accept-Encoding": accept})
		if got := string(r.Body()); got != want.body || string(r.Header.Peek("Content-Encoding")) != want.encoding || string(r.Header.Peek("ETag")) != want.etag {
			t.Errorf("%q: got %q as %q with %s, want %+v", accept, got, r.Header.Peek("Content-Encoding"), r.Header.Peek("ETag"), want)
		}
		if got := string(r.Header.Peek("Vary")); got != "Accept-Encoding" {
			t.Errorf("%q: got Vary %q, want Accept-Encoding", accept, got)
		}
		r = send(c, map[string]string{"Accept-Encoding": accept, "If-None-Match": want.etag})
		if r.StatusCode() != fasthttp.StatusNotModified || len(r.Body()) != 0 || string(r.Header.Peek("ETag")) != want.etag || string(r.Header.Peek("Cache-Control")) != "no-cache" {
			t.Errorf("%q: got %d with %s and %d bytes, want a 304 that repeats the tag", accept, r.StatusCode(), r.Header.Peek("ETag"), len(r.Body()))
		}
	}
}

func TestSendOffersOnlyWhatIsThere(t *testing.T) {
	t.Parallel()
	only := &httpcache.Content{Body: []byte("plain"), ContentType: "font/woff2", ETag: `"e"`}
	if r := send(only, map[string]string{"Accept-Encoding": "br, gzip"}); string(r.Body()) != "plain" || len(r.Header.Peek("Vary")) != 0 {
		t.Errorf("got %q with Vary %q, want the plain body and none", r.Body(), r.Header.Peek("Vary"))
	}
	packed := &httpcache.Content{Body: []byte("plain"), Gzip: []byte("gz"), ContentType: "text/css", ETag: `"e"`}
	if r := send(packed, map[string]string{"Accept-Encoding": "br, gzip;q=0.5"}); string(r.Body()) != "gz" {
		t.Errorf("got %q, want the gzip variant", r.Body())
	}
}

func TestETagFollowsTheBody(t *testing.T) {
	t.Parallel()
	a, b := httpcache.ETag([]byte("a")), httpcache.ETag([]byte("b"))
	if a == b || a != httpcache.ETag([]byte("a")) || len(a) != 18 {
		t.Errorf("got %s and %s, want two different tags of 16 characters, the same each time", a, b)
	}
}

func FuzzHeaders(f *testing.F) {
	for _, s := range []string{`"a"`, `W/"a", *`, "gzip;q=0.5, br;q=1", `"`, "*;q=0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if httpcache.NotModified([]byte(header), `"never-sent"`) && strings.TrimSpace(header) != "*" && !strings.Contains(header, `"never-sent"`) {
			t.Errorf("%q names a tag it does not hold", header)
		}
		got := httpcache.Encoding([]byte(header))
		if lower := strings.ToLower(header); got == httpcache.Brotli && !strings.Contains(lower, "br") && !strings.Contains(lower, "*") ||
			got == httpcache.Gzip && !strings.Contains(lower, "gzip") && !strings.Contains(lower, "*") {
			t.Errorf("%q: got %v, which it does not accept", header, got)
		}
	})
}
