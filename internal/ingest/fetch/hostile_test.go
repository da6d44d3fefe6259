package fetch_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"

	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
)

const head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"

// forever writes text until the other side has enough.
func forever(conn net.Conn, text string) {
	text = strings.Repeat(text, 1+1000/len(text))
	for {
		if _, err := io.WriteString(conn, text); err != nil {
			return
		}
	}
}

// trickle writes a byte now and then until the other side has enough.
func trickle(conn net.Conn, text string) {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for range ticker.C {
		if _, err := io.WriteString(conn, text); err != nil {
			return
		}
	}
}

// silence waits until the other side has gone.
func silence(conn net.Conn) { io.Copy(io.Discard, conn) }

func say(text string) func(net.Conn) {
	return func(conn net.Conn) { io.WriteString(conn, text) }
}

// encoded returns an answer with a Content-Encoding.
func encoded(encoding string, body []byte) func(net.Conn) {
	return func(conn net.Conn) {
		fmt.Fprintf(conn, "%sContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n", head, encoding, len(body))
		conn.Write(body)
	}
}

func packed(t *testing.T, open func(io.Writer) io.WriteCloser, size int) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := open(&buf)
	zeros := make([]byte, 1<<16)
	for ; size > 0; size -= len(zeros) {
		w.Write(zeros)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func gz(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
func br(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) }
func zl(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }
func raw(w io.Writer) io.WriteCloser {
	out, _ := flate.NewWriter(w, 9)
	return out
}

func TestHostileSitesEndInAClearErrorInTime(t *testing.T) {
	t.Parallel()
	const bomb = 20 << 20
	gzipBomb := packed(t, gz, bomb)
	for _, tt := range []struct {
		name   string
		answer func(net.Conn)
		want   fetch.Cause
	}{
		{"endless header", func(c net.Conn) { io.WriteString(c, head); forever(c, "X-Long: aaaaaaaaaaaaaaaaaaaaa\r\n") }, fetch.CauseProtocol},
		{"endless header line", func(c net.Conn) { io.WriteString(c, head+"X: "); forever(c, "aaaaaaaaaa") }, fetch.CauseProtocol},
		{"endless status line", func(c net.Conn) { io.WriteString(c, "HTTP/1.1 200 "); forever(c, "aaaaaaaaaa") }, fetch.CauseProtocol},
		{"endless interim answers", func(c net.Conn) { forever(c, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n") }, fetch.CauseProtocol},
		{"endless continue", func(c net.Conn) { forever(c, "HTTP/1.1 100 Continue\r\n\r\n") }, fetch.CauseProtocol},
		{"header in a trickle", func(c net.Conn) { io.WriteString(c, head+"X: "); trickle(c, "a") }, fetch.CauseTimeout},
		{"no header", silence, fetch.CauseTimeout},
		{"endless body", func(c net.Conn) { io.WriteString(c, head+"\r\n"); forever(c, "<p>x</p>") }, fetch.CauseTooLarge},
		{"endless chunks", func(c net.Conn) {
			io.WriteString(c, head+"Transfer-Encoding: chunked\r\n\r\n")
			forever(c, "8\r\n<p>x</p>\r\n")
		}, fetch.CauseTooLarge},
		{"body in a trickle", func(c net.Conn) { io.WriteString(c, head+"\r\n"); trickle(c, "a") }, fetch.CauseTimeout},
		{"body in a trickle of gzip", func(c net.Conn) {
			io.WriteString(c, head+"Content-Encoding: gzip\r\n\r\n")
			c.Write(gzipBomb[:20])
			trickle(c, "\x00")
		}, ""},
		{"body that stops", func(c net.Conn) { io.WriteString(c, head+"Content-Length: 100\r\n\r\nabc"); silence(c) }, fetch.CauseTimeout},
		{"length too long", say(head + "Content-Length: 100\r\n\r\nabc"), fetch.CauseProtocol},
		{"length of terabytes", say(head + "Content-Length: 9999999999999\r\n\r\nabc"), fetch.CauseTooLarge},
		{"length beyond numbers", say(head + "Content-Length: 99999999999999999999999\r\n\r\nabc"), fetch.CauseProtocol},
		{"negative length", say(head + "Content-Length: -1\r\n\r\nabc"), fetch.CauseProtocol},
		{"two lengths", say(head + "Content-Length: 1\r\nContent-Length: 3\r\n\r\nabc"), fetch.CauseProtocol},
		{"chunk beyond numbers", say(head + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc"), fetch.CauseProtocol},
		{"negative chunk", say(head + "Transfer-Encoding: chunked\r\n\r\n-1\r\nabc"), fetch.CauseProtocol},
		{"endless chunk extensions", func(c net.Conn) {
			io.WriteString(c, head+"Transfer-Encoding: chunked\r\n\r\n")
			forever(c, "1;x="+strings.Repeat("a", 900)+"\r\na\r\n")
		}, fetch.CauseProtocol},
		{"endless trailer", func(c net.Conn) {
			io.WriteString(c, head+"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n")
			forever(c, "X: y\r\n")
		}, fetch.CauseProtocol},
		{"closed at once", func(net.Conn) {}, fetch.CauseProtocol},
		{"closed for writing", func(c net.Conn) { c.(*net.TCPConn).CloseWrite(); silence(c) }, fetch.CauseProtocol},
		{"reset", func(c net.Conn) { c.(*net.TCPConn).SetLinger(0) }, fetch.CauseProtocol},
		{"HTTP/0.9", say("<html>hello</html>"), fetch.CauseProtocol},
		{"garbage", say("\x16\x03\x01\x00\xff\xfe\xfd"), fetch.CauseProtocol},
		{"banner of a mail server", say("220 mail ESMTP\r\n"), fetch.CauseProtocol},
		{"NUL in header", say("HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\nabc"), fetch.CauseProtocol},
		{"NUL in header name", say("HTTP/1.1 200 OK\r\nX\x00Y: a\r\n\r\nabc"), fetch.CauseProtocol},
		{"header without colon", say("HTTP/1.1 200 OK\r\nnonsense\r\n\r\nabc"), fetch.CauseProtocol},
		{"status of two digits", say("HTTP/1.1 20 OK\r\n\r\nabc"), fetch.CauseProtocol},
		{"switching protocols", say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nabc"), fetch.CauseProtocol},
		{"gzip bomb", encoded("gzip", gzipBomb), fetch.CauseTooLarge},
		{"brotli bomb", encoded("br", packed(t, br, bomb)), fetch.CauseTooLarge},
		{"zlib bomb", encoded("deflate", packed(t, zl, bomb)), fetch.CauseTooLarge},
		{"deflate bomb", encoded("deflate", packed(t, raw, bomb)), fetch.CauseTooLarge},
		{"bomb of many members", encoded("gzip", bytes.Repeat(packed(t, gz, 1<<20), 20)), fetch.CauseTooLarge},
		{"members of nothing", encoded("gzip", bytes.Repeat(packed(t, gz, 0), 100_000)), fetch.CauseTooLarge},
		{"gzip in gzip", encoded("gzip, gzip", gzipBomb), fetch.CauseEncoding},
		{"forty gzips", encoded(strings.Repeat("gzip,", 40), gzipBomb), fetch.CauseEncoding},
		{"gzip by two fields", encoded("gzip\r\nContent-Encoding: gzip", gzipBomb), fetch.CauseEncoding},
		{"not offered", encoded("zstd", []byte("x")), fetch.CauseEncoding},
		{"unknown", encoded("compress", []byte("x")), fetch.CauseEncoding},
		{"no gzip", encoded("gzip", []byte("<html>this is not packed at all</html>")), fetch.CauseEncoding},
		{"no brotli", encoded("br", []byte("<html>this is not packed at all</html>")), fetch.CauseEncoding},
		{"no deflate", encoded("deflate", []byte("<html>this is not packed at all</html>")), fetch.CauseEncoding},
		{"gzip cut off", encoded("gzip", gzipBomb[:200]), fetch.CauseProtocol},
		{"gzip with a wrong sum", encoded("gzip", append(packed(t, gz, 0)[:15], 1, 2, 3, 4, 5, 6, 7, 8)), fetch.CauseEncoding},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			addr := rawSite(t, tt.answer)
			f := newFetcher(t, func(cfg *fetch.Config) {
				cfg.Allow, cfg.Limits.Total, cfg.Limits.Bytes = []string{addr}, 1500*time.Millisecond, 1<<20
			})
			began := time.Now()
			_, err := f.Get(context.Background(), fetch.Request{URL: "http://" + addr})
			if took := time.Since(began); took > 4*time.Second {
				t.Errorf("took %v, want not much more than the limit of 1.5 s", took)
			}
			if err == nil {
				t.Fatal("got an answer, want an error")
			}
			if got := failure(t, err); tt.want != "" && got.Cause != tt.want {
				t.Errorf("got %s (%s), want %s", got.Cause, got.Detail, tt.want)
			}
		})
	}
}

func TestSloppySitesAreRead(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer func(net.Conn)
		want   string
	}{
		"length too short":   {say(head + "Content-Length: 3\r\n\r\nabcdef"), "abc"},
		"no length":          {say(head + "\r\nabc"), "abc"},
		"HTTP/1.0":           {say("HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nabc"), "abc"},
		"no reason":          {say("HTTP/1.1 200\r\nContent-Type: text/html\r\n\r\nabc"), "abc"},
		"bare newlines":      {say("HTTP/1.1 200 OK\nContent-Type: text/html\n\nabc"), "abc"},
		"one interim answer": {say("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + head + "\r\nabc"), "abc"},
		"NUL in body":        {say(head + "\r\na\x00c"), "a\uFFFDc"},
		"nothing, packed":    {encoded("gzip", nil), ""},
		"nothing, inflated":  {encoded("deflate", nil), ""},
		"identity":           {encoded("identity", []byte("abc")), "abc"},
		"empty encoding":     {encoded("", []byte("abc")), "abc"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := rawSite(t, tt.answer)
			f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow = []string{addr} })
			r, err := f.Get(context.Background(), fetch.Request{URL: "http://" + addr})
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Text(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestInvalidCertificatesAreRefused(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(html))
	t.Cleanup(server.Close)
	addr := server.Listener.Addr().String()
	_, port, _ := net.SplitHostPort(addr)
	plain := site(t, html)
	mute := rawSite(t, silence)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	allow := func(roots *x509.CertPool) func(*fetch.Config) {
		return func(cfg *fetch.Config) {
			cfg.Allow, cfg.Roots, cfg.Limits.Total = []string{addr, plain, mute}, roots, time.Second
			cfg.Resolver = newDNS(t, func(string, int64) records { return records{ips: []string{"127.0.0.1"}} }).addr
		}
	}
	strict, trusting := newFetcher(t, allow(nil)), newFetcher(t, allow(roots))
	ctx := context.Background()
	if r, err := trusting.Get(ctx, fetch.Request{URL: "https://" + addr}); err != nil || r.Text() != page {
		t.Errorf("got %v, want the page from a site whose certificate is trusted", err)
	}
	for name, tt := range map[string]struct {
		f    *fetch.Fetcher
		url  string
		want fetch.Cause
	}{
		"unknown authority": {strict, "https://" + addr, fetch.CauseTLS},
		"another name":      {trusting, "https://other.test:" + port, fetch.CauseTLS},
		"plain HTTP":        {trusting, "https://" + plain, fetch.CauseTLS},
		"mute":              {trusting, "https://" + mute, fetch.CauseTimeout},
	} {
		_, err := tt.f.Get(ctx, fetch.Request{URL: tt.url})
		if err == nil {
			t.Errorf("%s: got an answer, want an error", name)
			continue
		}
		if got := failure(t, err); got.Cause != tt.want {
			t.Errorf("%s: got %s (%s), want %s", name, got.Cause, got.Detail, tt.want)
		}
	}
}

// Not parallel: it counts goroutines.
func TestNothingIsLeftRunning(t *testing.T) { //nolint:paralleltest // it counts the goroutines of the process
	c := newCanary(t)
	good := site(t, html)
	slow := rawSite(t, silence)
	loop := site(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/"+r.URL.Path+"x", http.StatusFound)
	})
	quiet := newDNS(t, func(string, int64) records { return records{none: true} })
	f := newFetcher(t, func(cfg *fetch.Config) {
		cfg.Allow, cfg.Resolver = []string{good, slow, loop}, quiet.addr
		cfg.Limits.Total, cfg.Limits.Connect = 300*time.Millisecond, 200*time.Millisecond
	})
	before := runtime.NumGoroutine()
	var errs []chan error
	for range 5 {
		for _, url := range []string{"http://" + good, "http://" + slow, "http://" + loop, "http://" + c.at("127.0.0.1"), "http://silent.test"} {
			done := make(chan error, 1)
			errs = append(errs, done)
			go func() {
				_, err := f.Get(context.Background(), fetch.Request{URL: url})
				done <- err
			}()
		}
	}
	failed := 0
	for _, done := range errs {
		if err := <-done; err != nil {
			failed++
		}
	}
	if failed != 20 {
		t.Errorf("got %d failures, want 20: all but the good site", failed)
	}
	settled(t, before)
	c.silent(t, "all of it")
}
