package browsertest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/touchstone-factcheck/touchstone/web"
	"github.com/touchstone-factcheck/touchstone/web/specimen"
)

const (
	// stepTime is the most that one step may take in a browser. A step that fails ends its test: what hangs is told in little more
	// than a minute, not when the time of the whole package is over.
	stepTime = time.Minute
	// walkTime is the most that a whole test may take, many times what it takes on a busy machine.
	walkTime = 8 * time.Minute
	// lastWords is how long a page that failed is given to say what stands on it. It may be what hangs: one that asks whether to
	// leave it answers nothing.
	lastWords = 5 * time.Second
)

// browser starts Chromium and returns the context of its first tab. It lives as long as the test, and no longer than walkTime.
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
		chromedp.ExecPath(path), chromedp.Flag("headless", "new"), chromedp.Flag("disable-gpu", true),
		chromedp.WSURLReadTimeout(2*time.Minute)) // a busy machine starts several at once
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
	ctx, end := context.WithTimeout(ctx, walkTime)
	t.Cleanup(end)
	return ctx
}

// do runs steps in a tab, within stepTime.
func do(ctx context.Context, steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

// shown returns where a tab is and what stands there, for a failure: an expression that gives a text.
func shown(ctx context.Context, expression string) string {
	ctx, cancel := context.WithTimeout(ctx, lastWords)
	defer cancel()
	said, err := chromedp.Run(ctx, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		return "a page that does not answer: " + err.Error()
	}
	return said
}

// handler serves the pages by name, and the static files, with the policy they are written for.
func handler(t *testing.T, pages []specimen.Page) *http.ServeMux {
	t.Helper()
	mux := http.NewServeMux()
	for _, p := range pages {
		var body bytes.Buffer
		if err := p.Component.Render(t.Context(), &body); err != nil {
			t.Fatalf("render %s: %v", p.Name, err)
		}
		mux.HandleFunc("GET /pages/"+p.Name, page(body.String()))
	}
	mux.HandleFunc("GET /manifest.webmanifest", func(w http.ResponseWriter, _ *http.Request) { // the site's own, tried there
		w.Header().Set("Content-Type", "application/manifest+json")
		_, _ = io.WriteString(w, `{"name":"Specimens","start_url":"/"}`)
	})
	mux.HandleFunc("GET /static/", func(w http.ResponseWriter, r *http.Request) {
		f, ok := web.Lookup(r.URL.Path)
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", f.ContentType)
		w.Header().Set("Cache-Control", web.CacheControl)
		_, _ = w.Write(f.Body) // a browser that has gone is no failure of the page
	})
	return mux
}

func page(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", web.Policy)
		_, _ = w.Write([]byte(body)) // a browser that has gone is no failure of the page
	}
}

// serve serves h on loopback until the test ends and returns its origin.
func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// witness keeps what a tab fetched and what the browser complained about.
type witness struct {
	mu         sync.Mutex
	requests   []string
	complaints []string
}

// watch lets a witness see everything that happens in the tab from now on.
func watch(ctx context.Context, t *testing.T) *witness {
	t.Helper()
	err := do(ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, log.Enable, cdp.Empty{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{})
		return err
	}))
	if err != nil {
		t.Fatalf("watch the browser: %v", err)
	}
	w := &witness{}
	if err := chromedp.Listen(ctx, w.see); err != nil {
		t.Fatalf("watch the browser: %v", err)
	}
	return w
}

func (w *witness) see(ev any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch ev := ev.(type) {
	case *log.EventEntryAdded:
		if !strings.HasSuffix(ev.Entry.URL, "/favicon.ico") {
			w.complaints = append(w.complaints, ev.Entry.Text)
		}
	case *network.EventRequestWillBeSent:
		w.requests = append(w.requests, ev.Request.URL)
	}
}

// heard returns the complaints so far, and the addresses fetched that do not begin with origin.
func (w *witness) heard(origin string) (complaints, foreign []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.requests {
		if !strings.HasPrefix(r, origin) && !strings.HasPrefix(r, "about:") {
			foreign = append(foreign, r)
		}
	}
	return append([]string(nil), w.complaints...), foreign
}

// view is how a page is looked at.
type view struct {
	Scheme string // light or dark
	Width  int64
	Axe    bool // run axe-core, which costs half a second
}

func (v view) apply() chromedp.Action[chromedp.Void] {
	return chromedp.Steps(chromedp.EmulateViewport(v.Width, 900), v.colours())
}

// colours sets the colour scheme alone.
func (v view) colours() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: v.Scheme}},
		})
		return err
	})
}
