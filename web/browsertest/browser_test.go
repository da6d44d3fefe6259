package browsertest

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/touchstone-factcheck/touchstone/web"
	"github.com/touchstone-factcheck/touchstone/web/specimen"
)

// browser starts Chromium and returns the context of its first tab. It lives as long as the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		if os.Getenv("TOUCHSTONE_REQUIRE_BROWSER") == "1" {
			t.Fatal("no Chromium found, and TOUCHSTONE_REQUIRE_BROWSER=1: apt-get install chromium")
		}
		t.Skip("no Chromium found: apt-get install chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.Flag("headless", "new"), chromedp.Flag("disable-gpu", true))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // starts it, without a time-out: that would be the browser's
		t.Fatalf("start Chromium: %v", err)
	}
	return ctx
}

// serve serves the pages by name, and the static files, with the policy they are written for.
func serve(t *testing.T, pages []specimen.Page) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	for _, p := range pages {
		var body bytes.Buffer
		if err := p.Component.Render(t.Context(), &body); err != nil {
			t.Fatalf("render %s: %v", p.Name, err)
		}
		mux.HandleFunc("GET /pages/"+p.Name, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", web.Policy)
			if _, err := w.Write(body.Bytes()); err != nil {
				t.Logf("write %s: %v", p.Name, err)
			}
		})
	}
	mux.HandleFunc("GET /static/", func(w http.ResponseWriter, r *http.Request) {
		f, ok := web.Lookup(r.URL.Path)
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", f.ContentType)
		w.Header().Set("Cache-Control", web.CacheControl)
		if _, err := w.Write(f.Body); err != nil {
			t.Logf("write %s: %v", r.URL.Path, err)
		}
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// view is how a page is looked at.
type view struct {
	Scheme string // light or dark
	Width  int64
}

func (v view) apply() chromedp.Action[chromedp.Void] {
	return chromedp.Steps(
		chromedp.EmulateViewport(v.Width, 900),
		chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: v.Scheme}},
			})
			return err
		}),
	)
}

func axe(t *testing.T) string {
	t.Helper()
	src, err := os.ReadFile("testdata/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// foreign returns the addresses that do not begin with origin.
func foreign(requests []string, origin string) (out []string) {
	for _, r := range requests {
		if !strings.HasPrefix(r, origin) && !strings.HasPrefix(r, "data:") && !strings.HasPrefix(r, "about:") {
			out = append(out, r)
		}
	}
	return out
}
