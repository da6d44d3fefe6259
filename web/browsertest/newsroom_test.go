package browsertest

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/newsroom"
	"github.com/touchstone-factcheck/touchstone/internal/server"
	"github.com/touchstone-factcheck/touchstone/internal/site"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

const (
	deskPassword = "kelp mast pine drum"
	deskClaim    = "The mayor of Exampleville has resigned."
	deskText     = "Town without a mayor\n\nThe mayor of Exampleville has resigned over the harbour contract, several posts said on Friday evening, without naming where they had it from.\n\n" +
		"Shops in the old town stayed open until late, and the ferry to the islands ran on time, as it does in most weeks of the early summer.\n\n" +
		"Nobody at the town hall answered the telephone on Friday. On Saturday a clerk said that the council would meet as planned."
	arabicText = "استقال رئيس بلدية المدينة بسبب عقد الميناء، كما ذكرت عدة منشورات مساء الجمعة دون أن تذكر مصدرها.\n\nبقيت المتاجر في المدينة القديمة مفتوحة حتى وقت متأخر من الليل."
)

// checkPage is a page that has something of everything: candidates that differ, a quotation and a fact-check of its own.
const checkPage = `<!doctype html><html lang="en"><head><title>Is the well dry? | Example Checks</title><meta property="og:title" content="Is the well dry?"><meta property="og:site_name" content="Example Checks">
	<meta property="article:published_time" content="2025-06-07"><meta name="author" content="Ann Author"><script type="application/ld+json">{"@context":"https://schema.org","@type":"ClaimReview",
	"url":"https://checks.example/well","datePublished":"2025-06-07","claimReviewed":"The well of Exampleville is dry.","author":{"@type":"Organization","name":"Example Checks","url":"https://checks.example/"},
	"itemReviewed":{"@type":"Claim","author":{"@type":"Person","name":"A neighbour"}},"reviewRating":{"@type":"Rating","alternateName":"False"}}</script></head>
	<body><article><h1>Is the well dry?</h1><p>By Ann Author</p><p>Several posts said on Friday that the well of Exampleville had run dry, and asked people to fetch their water elsewhere until the end of the month.</p>
	<p>“The well has carried water on every day of this summer,” said Bea Builder, who looks after it for the town. She showed the book in which the level is written down each morning.</p>
	<p>Nobody at the town hall answered the telephone on Friday. On Saturday a clerk said that the level had been measured once more, and that it was as high as in other years.</p></article></body></html>`

// desk serves readers and the newsroom as the program does, at http://localhost, with one published claim and an article that
// was read from a page, on which an editor gave the article another title.
func desk(t *testing.T) (origin, claim, article string) {
	t.Helper()
	env := storetest.New(t)
	claim = env.Published(t, deskClaim, "False").Claim.String()
	hash, err := auth.NewPasswords(1).Hash(t.Context(), deskPassword)
	if err != nil {
		t.Fatal(err)
	}
	if err := env.DB.SetPassword(t.Context(), factcheck.Operator(), env.Editor.Person, hash); err != nil {
		t.Fatal(err)
	}
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	origin = "http://localhost:" + port
	quiet := slog.New(slog.DiscardHandler)
	fetcher, err := fetch.New(fetch.Config{UserAgent: "Touchstone/test"})
	if err != nil {
		t.Fatal(err)
	}
	intake := ingest.New(env.DB, fetcher, quiet)
	taken, err := intake.Page(t.Context(), env.Checker, ingest.Page{URL: "https://checks.example/well", Body: []byte(checkPage)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := env.DB.EditArticle(t.Context(), env.Editor, taken.Article, 1, factcheck.ArticleEdit{Title: "The well, checked", Language: "en"}, ingest.Locate); err != nil {
		t.Fatal(err)
	}
	l := live.New(env.DB, quiet)
	readers := site.New(site.Config{Store: env.DB, Live: l, PublicURL: origin, Version: "test", Logger: quiet})
	room := newsroom.New(newsroom.Config{Store: env.DB, Intake: intake, PublicURL: origin, Logger: quiet})
	srv := server.New(server.Config{
		PublicURL: origin, Logger: quiet, Fast: []server.FastPath{{Route: "/claims/:slug", Serve: readers.FastClaim}}, ErrorPage: room.ErrorPage(readers.RenderError),
		Mounts: []server.Mounter{readers, room}, LargeBody: room.LargeBody, OnDrain: l.Release,
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 2)
	go func() { done <- l.Run(ctx) }()
	go func() { done <- srv.Serve(ln) }()
	t.Cleanup(func() {
		patience, end := context.WithTimeout(context.Background(), 20*time.Second)
		defer end()
		if err := srv.Shutdown(patience); err != nil {
			t.Errorf("shut down: %v", err)
		}
		cancel()
		for range 2 {
			if err := <-done; err != nil {
				t.Errorf("serve: %v", err)
			}
		}
	})
	return origin, claim, "/newsroom/articles/" + taken.Article.String()
}

// tab is a browser at work in the newsroom.
type tab struct {
	ctx    context.Context //nolint:containedctx // the tab's own
	axe    string
	origin string
}

// do runs steps and fails the test if they do not come to their end within stepTime.
func (b *tab) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := do(b.ctx, steps...); err != nil {
		t.Fatalf("%v at %s", err, shown(b.ctx, "location.href + ' ' + document.body.innerText.slice(0, 1500)"))
	}
}

// press presses a button and waits for the page it leads to.
func (b *tab) press(t *testing.T, selector string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepTime)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		t.Fatalf("press %s: %v", selector, err)
	}
}

// fill types into the fields by their selectors.
func (b *tab) fill(t *testing.T, fields map[string]string) {
	t.Helper()
	for selector, text := range fields {
		b.do(t, chromedp.SetValue(chromedp.CSS(selector), text))
	}
}

// look holds the page to what holds for all pages, at the extremes, and takes pictures for a person.
func (b *tab) look(t *testing.T, name string) {
	t.Helper()
	for i, v := range views() {
		v.Axe = i == 0 // the table of states has the other extreme
		b.do(t, v.apply())
		if dir := screenshots(); dir != "" {
			shoot(b.ctx, t, filepath.Join(dir, fmt.Sprintf("newsroom-%s-%s-%d.png", name, v.Scheme, v.Width)))
		}
		if wide := evaluate[[]string](b.ctx, t, widerThanScreen); len(wide) > 0 {
			t.Errorf("%s: at %d px the page scrolls sideways because of %q", name, v.Width, wide)
		}
		if !v.Axe {
			continue
		}
		for _, f := range violations(b.ctx, t, b.axe, runAxe) {
			t.Errorf("%s: %s at %d px: axe %s (%s): %s: %v", name, v.Scheme, v.Width, f.ID, f.Impact, f.Help, f.Nodes)
		}
	}
	b.do(t, view{"light", 1280, false}.apply())
}

// selectWords selects words in the text of the article, as a person does with the mouse.
const selectWords = `((words) => {
  const nodes = document.createTreeWalker(document.getElementById("read"), NodeFilter.SHOW_TEXT);
  for (let n = nodes.nextNode(); n; n = nodes.nextNode()) {
    const at = n.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(n, at);
    range.setEnd(n, at + words.length);
    const s = document.getSelection();
    s.removeAllRanges();
    s.addRange(range);
    return true;
  }
  return false;
})(%q)`

// signIn signs in by keyboard, and looks at the sign-in and what it says of a wrong password.
func (b *tab) signIn(t *testing.T) {
	t.Helper()
	b.do(t, chromedp.Navigate(b.origin+"/newsroom"))
	b.fill(t, map[string]string{"#email": "edda@desk.example", "#password": "wrong wrong wrong"})
	b.press(t, "main button")
	b.look(t, "signin")
	b.do(t, chromedp.SendKeys(chromedp.CSS("#password"), deskPassword))
	b.press(t, "main button")
	if got := evaluate[string](b.ctx, t, "location.pathname"); got != "/newsroom" {
		t.Fatalf("got to %s after signing in, want the newsroom: a cookie that is Secure must be kept at http://localhost", got)
	}
	if got := evaluate[string](b.ctx, t, "document.cookie"); got != "" {
		t.Errorf("a script reads the cookies %q", got)
	}
	b.look(t, "desk")
	b.do(t, chromedp.Navigate(b.origin+"/newsroom/sign-ins"))
	b.look(t, "sign-ins")
}

// addText adds an article in Arabic to look at, and then one in English, on whose page it stays.
func (b *tab) addText(t *testing.T) {
	t.Helper()
	for i, text := range []string{arabicText, deskText} {
		b.do(t, chromedp.Navigate(b.origin+"/newsroom/articles/new?by=text"))
		b.fill(t, map[string]string{"#text": text, "#url": fmt.Sprintf("https://weekly.example/town-%d", i)})
		b.press(t, "main form button")
		b.do(t, chromedp.WaitReady(chromedp.CSS("#read")))
		if i == 0 {
			b.look(t, "arabic")
		}
	}
	b.do(t, chromedp.Navigate(evaluate[string](b.ctx, t, "location.origin + location.pathname")))
}

// found looks at what was read from a page: values go into the forms at a click, and a check that was taken is shown as taken.
func (b *tab) found(t *testing.T, article string) {
	t.Helper()
	b.do(t, chromedp.Navigate(b.origin+article))
	evaluate[bool](b.ctx, t, `(document.querySelectorAll("details").forEach(d => { d.open = true }), true)`)
	b.look(t, "found")
	if got := evaluate[string](b.ctx, t, `(document.querySelector("a[data-into=edit-title]").click(), document.activeElement.id + ": " + document.activeElement.value)`); got != "edit-title: Is the well dry?" {
		t.Errorf("taking the headline: got %q in focus, want it in the field of the title", got)
	}
	if got := evaluate[string](b.ctx, t, `(document.getElementById("linking").open = false, document.querySelector("a[data-use]").click(), document.activeElement.value)`); got != "The well has carried water on every day of this summer," {
		t.Errorf("using the quotation: got %q in focus, want it as the passage", got)
	}
	// The page is left with what was typed and not sent; a browser would ask.
	evaluate[bool](b.ctx, t, `(document.dispatchEvent(new Event("submit")), true)`)
	b.press(t, `form[action$="/accept"] button`)
	b.look(t, "taken")
	if got := evaluate[bool](b.ctx, t, `document.getElementById("linking").open`); got {
		t.Error("the form is open though there are claims and nothing is chosen")
	}
	if got := evaluate[string](b.ctx, t, `(document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "l", bubbles: true})), document.activeElement.id)`); got != "passage-new" {
		t.Errorf("after the key l %q has the focus, want the passage", got)
	}
}

// wait waits until an expression is true.
func (b *tab) wait(t *testing.T, expression string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepTime)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression)); err != nil {
		t.Fatalf("wait for %s: %v", expression, err)
	}
}

func TestNewsroomFromSignInToThePublicPage(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	origin, claim, article := desk(t)
	b := &tab{ctx: ctx, axe: axe(t), origin: origin}
	w := watch(ctx, t)
	b.signIn(t)
	b.do(t, chromedp.Navigate(origin+"/newsroom/articles?q=nothing"))
	b.look(t, "empty")
	b.found(t, article)
	b.addText(t)
	const passage = "The mayor of Exampleville has resigned over the harbour contract"
	if !evaluate[bool](ctx, t, fmt.Sprintf(selectWords, passage)) {
		t.Fatal("the passage is not on the page")
	}
	b.wait(t, `document.querySelector("#link [name=passage]").value === `+fmt.Sprintf("%q", passage))
	b.press(t, `#link button[value="find"]`)
	b.do(t, chromedp.WaitReady(chromedp.CSS(`#link input[value="`+claim+`"]`)), chromedp.Click(chromedp.CSS(`#link input[value="`+claim+`"]`)), chromedp.Click(chromedp.CSS(`#link input[name="stance"][value="repeats"]`)))
	b.look(t, "choosing")
	b.press(t, `#link button[value="link"]`)
	if got := evaluate[string](ctx, t, `document.querySelector("#read mark").textContent`); got != passage {
		t.Errorf("got %q marked, want the passage", got)
	}
	evaluate[bool](ctx, t, `(document.querySelectorAll("details").forEach(d => { d.open = true }), true)`)
	b.look(t, "linked")
	here := evaluate[string](ctx, t, "location.pathname")
	b.do(t, chromedp.Navigate(origin+"/newsroom/articles"))
	b.look(t, "list")
	b.do(t, chromedp.Navigate(origin+"/newsroom/nothing"))
	b.look(t, "nothing")
	b.do(t, chromedp.Navigate(origin+"/newsroom/articles/new?by=post"))
	b.fill(t, map[string]string{"#text": "A post.", "#platform": "Telegram", "#handle": "@town", "#published": "yesterday"})
	b.press(t, "main form button")
	b.look(t, "wrong")
	b.do(t, chromedp.Navigate(origin+here))
	address := evaluate[string](ctx, t, `document.querySelector(".links a[href^='/claims/']").getAttribute("href")`)
	b.do(t, chromedp.Navigate(origin+address))
	if text := evaluate[string](ctx, t, "document.body.innerText"); !strings.Contains(text, passage) || !strings.Contains(text, "Town without a mayor") {
		t.Errorf("readers do not see the article: %s", text)
	}
	complaints, foreign := w.heard(origin)
	complaints = slices.DeleteFunc(complaints, func(c string) bool { return strings.Contains(c, "status of 4") }) // the wrong password, the wrong date
	if len(complaints) > 0 || len(foreign) > 0 {
		t.Errorf("the browser complained %q and fetched %q, want silence and our own files", complaints, foreign)
	}
}
