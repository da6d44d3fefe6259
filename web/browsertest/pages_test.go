package browsertest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/touchstone-factcheck/touchstone/web/specimen"
)

// violation is what axe reports, as far as a person needs it.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		Target []any
		HTML   string
	}
}

const runAxe = `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => ({
  ID: v.id, Impact: v.impact || "", Help: v.help, Nodes: v.nodes.map(n => ({Target: n.target, HTML: n.html}))})))`

// widerThanScreen lists elements that reach beyond the screen's edge, with what they are.
const widerThanScreen = `(() => {
  const w = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= w) return [];
  return [...document.querySelectorAll("body *")].filter(e => { const r = e.getBoundingClientRect(); return r.width && (r.right > w + 1 || r.left < -1) })
    .slice(0, 5).map(e => e.tagName + "." + e.className);
})()`

func TestPages(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	pages := specimen.Pages()
	origin := serve(t, pages).URL
	script := axe(t)

	var mu sync.Mutex
	var requests, complaints []string
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, log.Enable, cdp.Empty{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{})
		return err
	}))
	if err != nil {
		t.Fatalf("watch the browser: %v", err)
	}
	err = chromedp.Listen(ctx, func(ev any) {
		mu.Lock()
		defer mu.Unlock()
		switch ev := ev.(type) {
		case *log.EventEntryAdded:
			if !strings.HasSuffix(ev.Entry.URL, "/favicon.ico") {
				complaints = append(complaints, ev.Entry.Text)
			}
		case *network.EventRequestWillBeSent:
			requests = append(requests, ev.Request.URL)
		}
	})
	if err != nil {
		t.Fatalf("watch the browser: %v", err)
	}

	for _, p := range pages {
		t.Run(p.Name, func(t *testing.T) {
			for _, v := range []view{{"light", 1280}, {"dark", 1280}, {"light", 390}, {"dark", 320}} {
				look(ctx, t, v, origin+"/pages/"+p.Name, p.Name, script)
			}
		})
	}
	mu.Lock()
	defer mu.Unlock()
	if len(complaints) > 0 {
		t.Errorf("the browser complained, want silence: %q", complaints)
	}
	if f := foreign(requests, origin); len(f) > 0 {
		t.Errorf("pages fetched %q, want our own files only", f)
	}
}

// look opens a page and judges it in one view.
func look(ctx context.Context, t *testing.T, v view, address, name, script string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, v.apply(), chromedp.Navigate(address)); err != nil {
		t.Fatalf("open %s: %v", address, err)
	}
	if dir := os.Getenv("TOUCHSTONE_SCREENSHOTS"); dir != "" {
		shoot(ctx, t, filepath.Join(dir, fmt.Sprintf("%s-%s-%d.png", name, v.Scheme, v.Width)))
	}
	wide, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](widerThanScreen))
	if err != nil {
		t.Fatalf("measure %s: %v", name, err)
	}
	if len(wide) > 0 {
		t.Errorf("%s at %d px scrolls sideways because of %q", name, v.Width, wide)
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](script+"; true")); err != nil {
		t.Fatalf("load axe: %v", err)
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]violation](runAxe, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("run axe on %s: %v", name, err)
	}
	for _, f := range found {
		t.Errorf("%s, %s at %d px: axe %s (%s): %s: %v", name, v.Scheme, v.Width, f.ID, f.Impact, f.Help, f.Nodes)
	}
}

func shoot(ctx context.Context, t *testing.T, file string) {
	t.Helper()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatalf("picture: %v", err)
	}
	if err := os.WriteFile(file, picture, 0o600); err != nil {
		t.Fatal(err)
	}
}
