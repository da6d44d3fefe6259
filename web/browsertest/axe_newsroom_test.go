package browsertest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// All rules of WCAG 2.2 at the levels A and AA and the best practices, without fetching style sheets again; and those alone that
// other colours can break.
const (
	axeAll = `axe.run(document, {resultTypes: ["violations"], preload: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})` + axeFound
	axeInk = `axe.run(document, {resultTypes: ["violations"], preload: false, runOnly: {type: "rule", values: ["color-contrast"]}})` + axeFound

	axeFound = `.then(r => r.violations.map(v => ({ID: v.id, Impact: v.impact || "", Help: v.help, Nodes: v.nodes.slice(0, 3).map(n => ({Target: n.target, HTML: n.html.slice(0, 200)}))})))`
)

// unfold opens what is folded, but of the small boxes that lie over a list only the first. What stays at the edge of the screen
// while the page moves lies over something at every moment: it is put where it belongs in the page.
const unfold = `document.querySelectorAll("details:not(.judge)").forEach(d => { d.open = true }); document.querySelectorAll(".judge").forEach((d, i) => { d.open = i === 0 }); document.querySelectorAll(".foot, .thumb, .together").forEach(e => { e.style.position = "static" }); true`

// orderly says what is wrong with a page besides what axe finds: one heading that names it, a language, and where something was
// not done, the focus on the words that say so, which lead to a field that is there; and it is no wider than the screen.
const orderly = `(() => {
  const bad = [], own = document.querySelector("main") || document;
  if (document.querySelectorAll("h1").length !== 1) bad.push("it has " + document.querySelectorAll("h1").length + " headings of the first level");
  if (!document.documentElement.lang) bad.push("it has no language");
  const said = document.querySelector(".alert[autofocus]");
  if (said && document.activeElement !== said) bad.push("the focus is not on what went wrong, but on " + document.activeElement.outerHTML.slice(0, 80));
  for (const a of document.querySelectorAll(".alert a[href^='#'], .check a[href^='#'], .leaps a[href^='#']"))
    if (!document.getElementById(a.hash.slice(1))) bad.push("the link " + a.hash + " leads nowhere");
  for (const e of own.querySelectorAll("[aria-describedby], [aria-labelledby]"))
    for (const id of ((e.getAttribute("aria-describedby") || "") + " " + (e.getAttribute("aria-labelledby") || "")).split(" "))
      if (id && !document.getElementById(id)) bad.push("nothing has the id " + id + " that describes " + e.outerHTML.slice(0, 80));
  return {Bad: bad.concat(` + widerThanScreen + `), Title: document.title, Told: !!document.querySelector(".alert, .error, [aria-invalid=true]")};
})()`

// pageOrder is what orderly says of a page.
type pageOrder struct {
	Bad   []string
	Title string
	Told  bool // something says what is wrong
}

// wrong names the states in which a form came back.
const wrong = "wrong"

// pageState is a state in which a page is looked at. Only path is needed.
type pageState struct {
	name, path string
	do         string // run on the page: an expression; the state is there when it is true
	form       string // the end of the address of a form that is sent as it is, so that it comes back with what is wrong
	with       string // script that sets fields of that form, as f.elements
}

// TestEveryPageOfTheNewsroomIsAccessible opens each page that the router knows in each of its states (empty, full, with what went
// wrong, with a dialog), at the width of a small phone, and lets axe look: at everything in light, at the contrast in dark. A page
// without an entry in the table fails.
func TestEveryPageOfTheNewsroomIsAccessible(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	env := storetest.New(t)
	h := wholeHouse(t, env)
	b := &tab{ctx: ctx, axe: axe(t), origin: h.origin}
	seen := &lookedAt{titles: map[string]string{}}
	small := view{"light", 320, true}
	b.do(t, small.apply())
	for _, s := range statesBefore(t, env, h) {
		b.inspect(t, seen, "", s)
	}
	b.enterAs(t, "ada@desk.example")
	for route, states := range emptyStates() {
		for _, s := range states {
			b.inspect(t, seen, route, s)
		}
	}
	ids := fullDesk(t, env, h) // days go by, and with them the session
	b.enterAs(t, "ada@desk.example")
	b.missing(t, ids)
	states := fullStates()
	for _, r := range h.Routes() {
		if r.Method != http.MethodGet {
			continue
		}
		list, known := states[r.Path]
		if !known {
			b.isNoPage(t, ids.Replace(r.Path))
		}
		for _, s := range list {
			b.inspect(t, seen, r.Path, ids.in(s))
		}
		delete(states, r.Path)
	}
	for path := range states {
		t.Errorf("%s has states and is no address of the newsroom", path)
	}
	for _, s := range lastStates() {
		b.inspect(t, seen, "", ids.in(s))
	}
	env.Clock.Advance(store.ProofLife)
	b.inspect(t, seen, "", pageState{name: "confirm", path: "/newsroom/account/passkeys/new"})
	t.Logf("looked at %d states: %s to open them, %s by axe", seen.states, seen.opening.Round(time.Millisecond), seen.looking.Round(time.Millisecond))
}

// lookedAt remembers which page had a title, so that no two have the same, and what the looking took.
type lookedAt struct {
	titles           map[string]string
	states           int
	opening, looking time.Duration
}

// inspect brings a page into a state and looks at it.
func (b *tab) inspect(t *testing.T, seen *lookedAt, route string, s pageState) {
	t.Helper()
	name, begun := strings.TrimSpace(s.name+" "+s.path), time.Now()
	b.do(t, chromedp.Navigate(b.origin+s.path))
	if s.form != "" {
		b.send(t, s.form, s.with)
	}
	evaluate[bool](b.ctx, t, unfold)
	if s.do != "" {
		b.wait(t, s.do)
	}
	opened := time.Now()
	found := violations(b.ctx, t, b.axe, axeAll)
	if s.name == "" || s.do != "" { // what is wrong has the same colours on every page
		found = append(found, b.inDark(t)...)
	}
	for _, f := range found {
		t.Errorf("%s: axe %s (%s): %s: %v", name, f.ID, f.Impact, f.Help, f.Nodes)
	}
	got := evaluate[pageOrder](b.ctx, t, orderly)
	for _, bad := range got.Bad {
		t.Errorf("%s: %s", name, bad)
	}
	if s.name == wrong && !got.Told {
		t.Errorf("%s: nothing says what is wrong", name)
	}
	if other, ok := seen.titles[got.Title]; ok && route != "" && other != route {
		t.Errorf("%s and %s have one title, %q", route, other, got.Title)
	}
	if route != "" {
		seen.titles[got.Title] = route
	}
	seen.states++
	seen.opening += opened.Sub(begun)
	seen.looking += time.Since(opened)
}

// inDark looks at the contrast in the other colours, and goes back.
func (b *tab) inDark(t *testing.T) []violation {
	t.Helper()
	b.do(t, view{Scheme: "dark"}.colours())
	found := evaluate[[]violation](b.ctx, t, axeInk)
	b.do(t, view{Scheme: "light"}.colours())
	return found
}

// send sends the form whose address ends so, without what the browser or a script would hold against it.
func (b *tab) send(t *testing.T, form, with string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepTime)
	defer cancel()
	script := fmt.Sprintf(`((f) => { %s; f.noValidate = true; setTimeout(() => HTMLFormElement.prototype.submit.call(f)); return true })(document.querySelector('form[method=post][action$=%q]'))`, with, form)
	sent := chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := chromedp.Evaluate[bool](script)(ctx, target)
		return err
	})
	if _, err := chromedp.RunResponse(ctx, sent); err != nil {
		t.Fatalf("send %s of %s: %v", form, shown(b.ctx, "location.pathname"), err)
	}
}

// isNoPage makes sure that an address without states leads elsewhere or answers with something that is no page.
func (b *tab) isNoPage(t *testing.T, path string) {
	t.Helper()
	got := evaluate[string](b.ctx, t, fmt.Sprintf(`fetch(%q, {redirect: "manual"}).then(r => r.type === "opaqueredirect" ? "elsewhere" : r.status + " " + (r.headers.get("Content-Type") || ""))`, path))
	if got != "elsewhere" && (!strings.HasPrefix(got, "200 ") || strings.Contains(got, "html")) {
		t.Errorf("%s answers %q: it needs an entry in the table of states", path, got)
	}
}

// enterAs signs in on the page of the sign-in, or on the one that leads there.
func (b *tab) enterAs(t *testing.T, email string) {
	t.Helper()
	b.do(t, chromedp.Navigate(b.origin+"/newsroom"))
	b.fill(t, map[string]string{"#email": email, "#password": deskPassword})
	b.press(t, "main button")
	b.at(t, "/newsroom")
}
