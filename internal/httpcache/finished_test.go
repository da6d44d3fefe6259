package httpcache_test

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
)

func gzipped(t *testing.T, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// asked sends f to a request with these headers, given in pairs.
func asked(f *httpcache.Finished, headers ...string) *fasthttp.Response {
	ctx := &fasthttp.RequestCtx{}
	for i := 0; i < len(headers); i += 2 {
		ctx.Request.Header.Set(headers[i], headers[i+1])
	}
	ctx.Response.Header.Set("X-Request-Id", "kept")
	f.Send(ctx)
	return &ctx.Response
}

func TestFinishedIsSentInEveryEncoding(t *testing.T) {
	t.Parallel()
	const plain = "<p>The mayor has resigned.</p>"
	c := httpcache.Content{Gzip: gzipped(t, plain), Brotli: []byte("brotli"), ContentType: "text/html", ETag: `"tag"`, CacheControl: "public, max-age=0"}
	f := c.Finish(httpcache.Field{Name: []byte("Surrogate-Key"), Value: []byte("lists")}, httpcache.Field{Name: []byte("Last-Modified")})
	for _, tt := range []struct{ accept, encoding, tag, body string }{
		{"", "", `"tag"`, plain}, {"identity", "", `"tag"`, plain}, {"gzip", "gzip", `"tag-gzip"`, string(c.Gzip)}, {"gzip, br", "br", `"tag-br"`, "brotli"}, {"br;q=0, *", "gzip", `"tag-gzip"`, string(c.Gzip)},
	} {
		got := asked(f, "Accept-Encoding", tt.accept)
		h := &got.Header
		if diff := cmp.Diff([]string{tt.encoding, tt.tag, tt.body}, []string{string(h.ContentEncoding()), string(h.Peek("ETag")), string(got.Body())}); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.accept, diff)
		}
		if string(h.Peek("Vary")) != "Accept-Encoding" || string(h.Peek("Cache-Control")) != c.CacheControl || string(h.Peek("Surrogate-Key")) != "lists" || string(h.Peek("X-Request-Id")) != "kept" || h.Peek("Last-Modified") != nil {
			t.Errorf("%q: got the header\n%s", tt.accept, h)
		}
		again := asked(f, "Accept-Encoding", tt.accept, "If-None-Match", `"other", W/`+tt.tag)
		if again.StatusCode() != fasthttp.StatusNotModified || len(again.Body()) > 0 || string(again.Header.Peek("ETag")) != tt.tag || string(again.Header.Peek("Cache-Control")) != c.CacheControl || again.Header.Peek("Surrogate-Key") != nil {
			t.Errorf("%q: got %d with %d bytes for its own tag\n%s", tt.accept, again.StatusCode(), len(again.Body()), &again.Header)
		}
		if other := asked(f, "Accept-Encoding", tt.accept, "If-None-Match", `"tag-x"`); other.StatusCode() != fasthttp.StatusOK {
			t.Errorf("%q: got %d for the tag of another encoding, want 200", tt.accept, other.StatusCode())
		}
	}
}

func TestFinishedWithoutEncodingsVariesByNothing(t *testing.T) {
	t.Parallel()
	c := httpcache.Content{Body: []byte("png"), ContentType: "image/png", ETag: `"tag"`}
	got := asked(c.Finish(), "Accept-Encoding", "gzip, br")
	if string(got.Body()) != "png" || got.Header.Peek("Vary") != nil || len(got.Header.ContentEncoding()) > 0 || string(got.Header.Peek("ETag")) != `"tag"` {
		t.Errorf("got %q\n%s", got.Body(), &got.Header)
	}
	damaged := httpcache.Content{Gzip: []byte(strings.Repeat("x", 30)), ETag: `"tag"`}
	if got := asked(damaged.Finish()); len(got.Body()) != 0 {
		t.Errorf("got %q of what cannot be unpacked, want nothing", got.Body())
	}
}
