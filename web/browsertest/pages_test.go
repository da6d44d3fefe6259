package browsertest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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

// widerThanScreen says how wide a page is that scrolls sideways, and which elements reach beyond the screen's edge. The
// folded form for mail is open from then on, for what looks at the page afterwards.
const widerThanScreen = `(() => {
  for (const e of document.querySelectorAll(".bymail")) e.open = true;
  const w = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= w) return [];
  const out = [...document.querySelectorAll("body *")].filter(e => { const r = e.getBoundingClientRect(); return r.width && (r.right > w + 1 || r.left < -1) });
  return ["the page, " + document.documentElement.scrollWidth + " px"].concat(out.slice(0, 5).map(e => e.tagName + "." + e.className));
})()`

func TestPages(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	pages := append(specimen.Pages(), specimen.Components(specimen.Shell("en", "")))
	mirrored := specimen.Components(specimen.Shell("ar", ""))
	mirrored.Name += "-mirrored"
	pages = append(append(pages, mirrored), embeds()...)
	origin := serve(t, handler(t, pages))
	script := axe(t)
	w := watch(ctx, t)
	for _, p := range pages {
		t.Run(p.Name, func(t *testing.T) {
			for _, v := range views() {
				open(ctx, t, v, origin+"/pages/"+p.Name)
				if dir := screenshots(); dir != "" {
					shoot(ctx, t, filepath.Join(dir, fmt.Sprintf("%s-%s-%d.png", p.Name, v.Scheme, v.Width)))
				}
				if wide := evaluate[[]string](ctx, t, widerThanScreen); len(wide) > 0 {
					t.Errorf("at %d px the page scrolls sideways because of %q", v.Width, wide)
				}
				if !v.Axe {
					continue
				}
				for _, f := range violations(ctx, t, script, runAxe) {
					t.Errorf("%s at %d px: axe %s (%s): %s: %v", v.Scheme, v.Width, f.ID, f.Impact, f.Help, f.Nodes)
				}
			}
		})
	}
	complaints, foreign := w.heard(origin)
	if len(complaints) > 0 {
		t.Errorf("the browser complained, want silence: %q", complaints)
	}
	if len(foreign) > 0 {
		t.Errorf("pages fetched %q, want our own files only", foreign)
	}
}

// screenshots names the directory for pictures, "" when nobody wants to look.
func screenshots() string { return os.Getenv("TOUCHSTONE_SCREENSHOTS") }

// views are the extremes: what holds at 1280 and 320 px holds between them, where a person looks.
func views() []view {
	v := []view{{"light", 1280, true}, {"dark", 320, true}}
	if screenshots() != "" {
		v = append(v, view{"light", 390, false}, view{"dark", 390, false}, view{"dark", 1280, false})
	}
	return v
}

// TestBadPageIsFound makes sure that silence means something: each check finds what it is there for.
func TestBadPageIsFound(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	mux := handler(t, nil)
	mux.HandleFunc("GET /bad", page(`<!doctype html><html><head><title></title><style>p{color:red}</style></head><body>
		<img src="https://foreign.example/x.png"><div style="width:3000px">wide</div><input><script>window.ran = true</script>
		<pre>`+strings.Repeat("wide", 400)+`</pre></body></html>`))
	origin := serve(t, mux)
	w := watch(ctx, t)
	open(ctx, t, view{"light", 390, true}, origin+"/bad")
	if wide := evaluate[[]string](ctx, t, widerThanScreen); len(wide) == 0 {
		t.Error("a page wider than the screen was not found")
	}
	found := map[string]bool{}
	for _, v := range violations(ctx, t, axe(t), runAxe) {
		found[v.ID] = true
	}
	for _, id := range []string{"html-has-lang", "document-title", "image-alt", "label"} {
		if !found[id] {
			t.Errorf("axe did not find %s; it found %v", id, found)
		}
	}
	if evaluate[bool](ctx, t, "window.ran === true") {
		t.Error("an inline script ran under the policy")
	}
	if complaints, _ := w.heard(origin); !strings.Contains(strings.Join(complaints, " "), "Content Security Policy") {
		t.Errorf("got complaints %q, want the policy's", complaints)
	}
	evaluate[bool](ctx, t, `(setTimeout(() => alert("and waits"), 0), true)`)
	hasty, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if got := shown(hasty, "new Promise(() => {})"); !strings.Contains(got, "does not answer") {
		t.Errorf("a page that waits for an answer says %q, want it told that it says nothing", got)
	}
}

func TestSkipLinkComesFirstAndIsSeen(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	pages := specimen.Pages()
	origin := serve(t, handler(t, pages))
	open(ctx, t, view{"light", 390, false}, origin+"/pages/"+pages[0].Name)
	if err := do(ctx, chromedp.KeyEvent("\t")); err != nil {
		t.Fatalf("press Tab: %v", err)
	}
	const focused = `(() => { const e = document.activeElement, r = e.getBoundingClientRect();
		return e.className + " " + (r.top >= 0 && r.bottom <= innerHeight && r.left >= 0) })()`
	if got := evaluate[string](ctx, t, focused); got != "skip true" {
		t.Errorf("got focus on %q, want the skip link, on the screen", got)
	}
	if err := do(ctx, chromedp.KeyEvent("\r")); err != nil {
		t.Fatalf("press Enter: %v", err)
	}
	if got := evaluate[string](ctx, t, "document.activeElement.id"); got != "main" {
		t.Errorf("got focus on %q after the skip link, want main", got)
	}
}

// open shows a page in one view.
func open(ctx context.Context, t *testing.T, v view, address string) {
	t.Helper()
	if err := do(ctx, v.apply(), chromedp.Navigate(address)); err != nil {
		t.Fatalf("open %s: %v", address, err)
	}
}

func evaluate[T any](ctx context.Context, t *testing.T, expression string) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("evaluate %.60q: %v", expression, err)
	}
	return v
}

// violations runs axe on the open page.
func violations(ctx context.Context, t *testing.T, script, run string) []violation {
	t.Helper()
	evaluate[bool](ctx, t, script+"; true")
	return evaluate[[]violation](ctx, t, run)
}

func axe(t *testing.T) string {
	t.Helper()
	src, err := os.ReadFile("testdata/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

func shoot(ctx context.Context, t *testing.T, file string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatalf("picture: %v", err)
	}
	if err := os.WriteFile(file, picture, 0o600); err != nil {
		t.Fatal(err)
	}
}
