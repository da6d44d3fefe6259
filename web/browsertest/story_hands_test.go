package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The ways to work a page.
const (
	byMouse    = "mouse"      // pointing at what is seen; scripts run
	withoutJS  = "no-scripts" // the same, and no script runs
	byKeyboard = "keyboard"   // no mouse event at all; scripts run
)

// hands are those of one person at a browser of their own. They find what they press by the words that stand on it, as people
// do, and count what they do.
type hands struct {
	ctx    context.Context //nolint:containedctx // the person's tab
	t      *testing.T
	origin string
	way    string
	name   string // of the story's step in pictures
	phone  bool

	clicks, keys, letters int // since counting began
}

// sits gives somebody a browser of their own: cookies and scripts are theirs.
func sits(ctx context.Context, t *testing.T, origin, way string) *hands {
	t.Helper()
	tab, leave := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(leave)
	h := &hands{ctx: tab, t: t, origin: origin, way: way}
	if err := chromedp.Do(tab); err != nil { // starts it, without a time-out: that would be the tab's
		t.Fatalf("open a tab: %v", err)
	}
	h.do(chromedp.EmulateViewport(1280, 900), calm("light"))
	h.call("focus", func(ctx context.Context) error {
		if _, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
			return err
		}
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: way == withoutJS})
		return err
	})
	// A page that asks whether to leave it would wait for an answer, and fails the test: nothing of the story is left unsaved.
	if err := chromedp.Listen(tab, func(ev any) {
		if d, ok := ev.(*cdppage.EventJavascriptDialogOpening); ok {
			t.Errorf("%s: the browser asks %s %q", way, d.Type, d.Message)
			go func() { _ = do(tab, chromedp.Func(acceptDialog)) }() // the test has failed already
		}
	}); err != nil {
		t.Fatal(err)
	}
	return h
}

func acceptDialog(ctx context.Context, _ *chromedp.Target) error {
	_, err := chromedp.Call(ctx, cdppage.HandleJavaScriptDialog, cdppage.HandleJavaScriptDialogParams{Accept: true})
	return err
}

// calm shows pages in a scheme, without motion: where one jumps to is in sight at once.
func calm(scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
		})
		return err
	})
}

// call does something with a time-out and fails the test, saying where it was.
func (h *hands) call(what string, do func(context.Context) error) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.ctx, stepTime)
	defer cancel()
	if err := do(ctx); err != nil {
		h.fail("%s: %v", what, err)
	}
}

func (h *hands) do(steps ...chromedp.Action[chromedp.Void]) {
	h.t.Helper()
	h.call("do", func(ctx context.Context) error { return chromedp.Do(ctx, steps...) })
}

// fail fails the test with what is on the screen.
func (h *hands) fail(format string, args ...any) {
	h.t.Helper()
	where := shown(h.ctx, `location.href + " at " + document.activeElement.outerHTML.slice(0, 200) + "\n" + document.body.innerText.slice(0, 6000)`)
	h.t.Fatalf("%s, step %s: %s, at %s", h.way, h.name, fmt.Sprintf(format, args...), where)
}

// until waits until an expression is true, through pages that come and go. A tab that is not looked at draws no frames, so the
// page is asked again and again.
func (h *hands) until(what, expression string) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.ctx, stepTime)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		if err == nil && ok {
			return
		}
		<-tick.C
	}
	h.fail("waited in vain for %s", what)
}

// arrives does something and waits for the page it leads to.
func (h *hands) arrives(do func()) {
	h.t.Helper()
	evaluate[bool](h.ctx, h.t, "window.wasHere = true")
	do()
	h.until("the next page", `window.wasHere === undefined && document.readyState === "complete"`)
}

// open goes to an address of ours by the address bar.
func (h *hands) open(path string) {
	h.t.Helper()
	h.do(chromedp.Navigate(h.origin + path))
}

// at returns the path the browser is at.
func (h *hands) at() string {
	h.t.Helper()
	return evaluate[string](h.ctx, h.t, "location.pathname")
}

// sees fails the test unless all these words stand on the page, soon.
func (h *hands) sees(words ...string) {
	h.t.Helper()
	for _, w := range words {
		h.until(fmt.Sprintf("the words %q", w), fmt.Sprintf(`document.body.innerText.replace(/\s+/g, " ").toLowerCase().includes(%s)`, quoted(strings.ToLower(w))))
	}
}

// seesNot fails the test if these words stand on the page.
func (h *hands) seesNot(words string) {
	h.t.Helper()
	if evaluate[bool](h.ctx, h.t, fmt.Sprintf(`document.body.innerText.toLowerCase().includes(%s)`, quoted(strings.ToLower(words)))) {
		h.fail("the words %q stand here", words)
	}
}

// step names what comes next, and takes pictures of the page as it stands, for a person.
func (h *hands) step(name string) {
	h.t.Helper()
	h.name = name
	dir := screenshots()
	if dir == "" || h.way != byMouse && os.Getenv("TOUCHSTONE_SCREENSHOTS_ALL") == "" {
		return
	}
	width := int64(1280)
	if h.phone {
		width = 390
	}
	for _, scheme := range []string{"dark", "light"} {
		h.do(chromedp.EmulateViewport(width, 900), calm(scheme))
		shoot(h.ctx, h.t, filepath.Join(dir, fmt.Sprintf("story-%s-%s-%s.png", h.way, name, scheme)))
	}
	h.hold(h.phone)
}

// hold takes a phone into the hands, or sits down at a desk again.
func (h *hands) hold(phone bool) {
	h.t.Helper()
	h.phone = phone
	if phone {
		h.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
	} else {
		h.do(chromedp.EmulateViewport(1280, 900))
	}
}

// count begins to count anew.
func (h *hands) count() { h.clicks, h.keys, h.letters = 0, 0, 0 }

// findControl puts what is called so into window.hand: a link, a button, what opens a part, or the field of a label. The words
// are those at its beginning; whole ones go before. Nothing is found that cannot be seen.
const findControl = `((name, within, nth) => {
  const root = within ? document.querySelector(within) : document;
  if (!root) return false;
  const want = name.toLowerCase();
  const words = (e) => {
    const c = e.cloneNode(true);
    for (const x of c.querySelectorAll("small, .optional, .hint, select, textarea")) x.remove();
    return c.textContent.replace(/\s+/g, " ").trim().toLowerCase();
  };
  const found = [];
  for (const e of root.querySelectorAll("a[href], button, summary, label")) {
    const w = words(e), target = e.tagName === "LABEL" ? e.control : e;
    if (target && w.startsWith(want) && target.checkVisibility() && !target.disabled) found.push([target, w === want ? 0 : 1]);
  }
  found.sort((a, b) => a[1] - b[1]);
  window.hand = found.length > nth ? found[nth][0] : undefined;
  return window.hand !== undefined;
})(%s, %s, %d)`

// find finds a control by its words; in, if given, is the selector of the part of the page it is looked for in.
func (h *hands) find(name string, in ...string) {
	h.t.Helper()
	within := ""
	if len(in) > 0 {
		within = in[0]
	}
	h.until(fmt.Sprintf("%q in %q", name, within), fmt.Sprintf(findControl, quoted(name), quoted(within), 0))
}

// press presses what is called so and waits for the page it leads to.
func (h *hands) press(name string, in ...string) {
	h.t.Helper()
	h.find(name, in...)
	h.arrives(h.push)
}

// use presses what is called so and stays on the page: what opens a part, a box to tick, a choice.
func (h *hands) use(name string, in ...string) {
	h.t.Helper()
	h.find(name, in...)
	h.push()
}

// fill puts text into the field that is called so, in the place of what stands there: it is pasted.
func (h *hands) fill(name, text string, in ...string) {
	h.t.Helper()
	h.find(name, in...)
	h.goTo()
	if evaluate[bool](h.ctx, h.t, "hand.value !== ''") {
		h.key("a", chromedp.KeyModifiers(kb.ModifierCtrl))
	}
	h.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text})
		return err
	}))
	h.letters += len([]rune(text))
	if got := evaluate[string](h.ctx, h.t, "hand.value"); strings.ReplaceAll(got, "\r\n", "\n") != text {
		h.fail("in %q stands %q, want %q", name, got, text)
	}
}

// push presses window.hand by the way's means.
func (h *hands) push() {
	h.t.Helper()
	if h.way != byKeyboard {
		h.point()
		return
	}
	h.tabTo()
	switch kind := evaluate[string](h.ctx, h.t, "hand.type || hand.tagName"); kind {
	case "radio":
		for i := 0; !evaluate[bool](h.ctx, h.t, "hand === document.activeElement"); i++ {
			if i > 40 {
				h.fail("the arrow keys do not come to it")
			}
			h.key(kb.ArrowDown)
		}
		if !evaluate[bool](h.ctx, h.t, "hand.checked") {
			h.key(" ")
		}
	case "checkbox":
		h.key(" ")
	default:
		h.key(kb.Enter)
	}
}

// goTo puts the cursor into window.hand. What has it already needs nothing.
func (h *hands) goTo() {
	h.t.Helper()
	if evaluate[bool](h.ctx, h.t, "hand === document.activeElement") {
		return
	}
	if h.way != byKeyboard {
		h.point()
		return
	}
	h.tabTo()
}

// whereToPoint brings window.hand into sight and returns a point on it, or what lies over it.
const whereToPoint = `(() => {
  const e = hand.labels && hand.labels.length && /^(radio|checkbox)$/.test(hand.type) ? hand.labels[0] : hand;
  e.scrollIntoView({block: "center", behavior: "instant"});
  const r = e.getClientRects()[0], x = r.left + Math.min(r.width / 2, 40), y = r.top + r.height / 2;
  const there = document.elementFromPoint(x, y);
  if (there && (e.contains(there) || there.contains(e) && there !== document.body && there.tagName === "LABEL" || hand.contains(there))) return {x, y, over: ""};
  return {x, y, over: there ? there.tagName + "." + there.className : "nothing"};
})()`

// point clicks or taps on window.hand.
func (h *hands) point() {
	h.t.Helper()
	p := evaluate[struct {
		X, Y float64
		Over string
	}](h.ctx, h.t, whereToPoint)
	if p.Over != "" {
		h.fail("%s lies over it", p.Over)
	}
	h.clicks++
	if h.phone {
		h.do(chromedp.TapXY(p.X, p.Y))
	} else {
		h.do(chromedp.MouseClickXY(p.X, p.Y))
	}
}

// key presses one key. The browser makes its character of it, and none if pressing it did something else.
func (h *hands) key(k string, opts ...chromedp.KeyOption) {
	h.t.Helper()
	h.keys++
	h.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		var down *input.DispatchKeyEventParams
		for _, p := range kb.Encode([]rune(k)[0]) {
			for _, o := range opts {
				o(p)
			}
			switch p.Type {
			case input.DispatchKeyEventTypeKeyDown:
				down = p
				continue
			case input.DispatchKeyEventTypeChar:
				if p.Modifiers&^int64(kb.ModifierShift) == 0 {
					down.Text, down.UnmodifiedText = p.Text, p.UnmodifiedText
				}
				continue
			}
			for _, event := range []*input.DispatchKeyEventParams{down, p} {
				if _, err := chromedp.Call(ctx, input.DispatchKeyEvent, *event); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// whichWay says how the keyboard comes from where the focus is to window.hand: it is there, forward, back, or over the link that
// skips the bar.
const whichWay = `(() => {
  const here = document.activeElement, same = (a) => a === hand || hand.type === "radio" && a.type === "radio" && a.name === hand.name && a.form === hand.form;
  if (same(here)) return "here";
  const from = here !== document.body ? here : location.hash ? document.getElementById(location.hash.slice(1)) : null;
  if (!from) return document.getElementById("main").contains(hand) ? "skip" : "forward";
  return from.compareDocumentPosition(hand) & Node.DOCUMENT_POSITION_PRECEDING ? "back" : "forward";
})()`

// tabStop says where the focus is after a Tab, and what is wrong with how it shows: it must be in sight, and be seen.
const tabStop = `(() => {
  const e = document.activeElement;
  if (!e || e === document.body) return {hit: false, wrong: "", name: ""};
  const hit = e === hand || hand.type === "radio" && e.type === "radio" && e.name === hand.name && e.form === hand.form;
  const name = e.tagName + "#" + e.id + " " + (e.textContent || e.name || "").trim().slice(0, 40);
  const marks = [e, e.nextElementSibling, e.closest("label")].filter(Boolean);
  const shown = marks.some((m) => { const s = getComputedStyle(m); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0; });
  const r = e.getBoundingClientRect(), inSight = r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth;
  return {hit, name, wrong: !shown ? "the focus does not show" : !inSight ? "it is out of sight" : ""};
})()`

// tabTo goes to window.hand by Tab alone. At every stop the focus must show.
func (h *hands) tabTo() {
	h.t.Helper()
	way := evaluate[string](h.ctx, h.t, whichWay)
	var back []chromedp.KeyOption
	switch way {
	case "here":
		return
	case "back":
		back = append(back, chromedp.KeyModifiers(kb.ModifierShift))
	case "skip":
		h.key(kb.Tab)
		h.key(kb.Enter)
	}
	for range 400 {
		h.key(kb.Tab, back...)
		stop := evaluate[struct {
			Hit         bool
			Name, Wrong string
		}](h.ctx, h.t, tabStop)
		if stop.Wrong != "" {
			h.t.Errorf("%s, step %s, at %s: %s: %s", h.way, h.name, h.at(), stop.Name, stop.Wrong)
		}
		if stop.Hit {
			return
		}
	}
	h.fail("Tab never comes to it")
}

// quoted writes a text as a script has it.
func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}
