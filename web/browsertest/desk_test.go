package browsertest

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
	"github.com/touchstone-factcheck/touchstone/internal/newsroom"
	"github.com/touchstone-factcheck/touchstone/internal/server"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// room serves the newsroom of a test's database at http://localhost, where the admin has the password of all.
func room(t *testing.T, env *storetest.Env) (origin string) {
	t.Helper()
	hash, err := auth.NewPasswords(1).Hash(t.Context(), deskPassword)
	if err != nil {
		t.Fatal(err)
	}
	if err := env.DB.SetPassword(t.Context(), factcheck.Operator(), env.Admin.Person, hash); err != nil {
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
	desk := newsroom.New(newsroom.Config{Store: env.DB, Intake: ingest.New(env.DB, fetcher, quiet), PublicURL: origin, Now: env.Clock.Now, Logger: quiet})
	plain := func(_ context.Context, status int, message, _ string, _ time.Duration) ([]byte, error) {
		return fmt.Appendf(nil, "<!doctype html><title>%d</title><p>%s", status, message), nil
	}
	srv := server.New(server.Config{PublicURL: origin, Logger: quiet, Mounts: []server.Mounter{desk}, LargeBody: desk.LargeBody, ErrorPage: desk.ErrorPage(plain)})
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	t.Cleanup(func() {
		patience, end := context.WithTimeout(context.Background(), 20*time.Second)
		defer end()
		if err := srv.Shutdown(patience); err != nil {
			t.Errorf("shut down: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return origin
}

// busyDesk fills a database with claims in every stage, tips that ask for the same, and an import.
func busyDesk(t *testing.T, env *storetest.Env) {
	t.Helper()
	ctx := t.Context()
	need := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var topics []factcheck.TopicID
	for _, name := range []string{"Water", "Elections", "Health and medicine"} {
		id, err := env.DB.AddTopic(ctx, env.Editor, factcheck.TopicInput{Name: name})
		need(err)
		topics = append(topics, id)
	}
	texts := []string{
		"Bleach cures the flu if it is drunk in small amounts before breakfast.", "The well of Exampleville is dry.", "استقال رئيس بلدية المدينة بسبب عقد الميناء",
		"The ferry to the islands does not run on Sundays any more because the council sold it to a company that nobody had heard of before, as three posts with more than two hundred thousand views each said on Friday evening.",
		"The vote in Sampleton was counted twice.", "The new bridge was built without a permit.", "The school will close in August.",
	}
	var ids []factcheck.ClaimID
	for i, text := range texts {
		env.Clock.Advance(7 * time.Hour)
		language := "en"
		if i == 2 {
			language = "ar"
		}
		id, err := env.DB.FileClaim(ctx, env.Checker, factcheck.ClaimInput{Text: text, Language: language, Topics: topics[i%3 : i%3+1]})
		need(err)
		ids = append(ids, id)
	}
	low, high := factcheck.JudgedLow, factcheck.JudgedHigh
	_, err := env.DB.JudgeClaims(ctx, env.Checker, ids[:1], &high, &high)
	need(err)
	_, err = env.DB.JudgeClaims(ctx, env.Checker, ids[3:4], &low, nil)
	need(err)
	_, err = env.DB.AssignClaims(ctx, env.Checker, []store.Seen{{Claim: ids[0]}, {Claim: ids[1]}}, env.Admin.Person)
	need(err)
	_, err = env.DB.AssignClaims(ctx, env.Checker, []store.Seen{{Claim: ids[4]}}, env.Checker2.Person)
	need(err)
	for i, site := range []string{"daily", "weekly", "wire", "post"} {
		added, err := env.DB.AddArticle(ctx, env.Checker, factcheck.ArticleInput{URL: fmt.Sprintf("https://%s.example/%d", site, i), Title: "A story"})
		need(err)
		_, err = env.DB.LinkArticle(ctx, env.Checker, added.Article, ids[0], factcheck.AppearanceInput{Stance: factcheck.StanceRepeats})
		need(err)
	}
	for _, text := range []string{"Is the Sampleton bridge closed?", "The bridge at Sampleton is closed until August", "Does bleach help against the flu? My aunt sent me this:\nhttps://social.example/1", "The vote was rigged!!"} {
		_, err := env.DB.FileTip(ctx, factcheck.System(), factcheck.TipInput{Text: text, Contact: "ann@reader.example", Language: "en"})
		need(err)
	}
	env.Submitted(t, "The town hall was sold last week.", "False")
	v := env.Published(t, "The mayor of Exampleville has resigned.", "False")
	_, err = env.DB.DraftCorrection(ctx, env.Checker, v.Verdict, factcheck.CorrectionClarification, "What was meant.")
	need(err)
	_, _, err = env.DB.CreateKey(ctx, env.Admin, store.KeyInput{Name: "A partner", Scopes: []factcheck.Scope{factcheck.ScopeRead}})
	need(err)
	_, err = env.DB.WritePolicy(ctx, env.Admin, 0, factcheck.PolicyInput{Slug: "method", Language: "en", Title: "How we check", Body: "We **read** the sources.\n\n- each one\n- twice"})
	need(err)
	job, err := env.DB.StartImport(ctx, env.Admin, store.ImportFile{Name: "checks.csv", Format: "csv", DryRun: true, Map: map[string]string{"claim": "claim", "url": "url", "label": "label", "publisher": "publisher"},
		Content: []byte("claim,url,label,publisher\nThe bridge is closed.,https://checks.example/1,False,Example Checks\n,https://checks.example/2,False,Example Checks\n")})
	need(err)
	need(env.DB.RunImport(ctx, job))
}

func TestDeskAndHouseInABrowser(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	env := storetest.New(t)
	origin := room(t, env)
	b := &tab{ctx: ctx, axe: axe(t), origin: origin}
	w := watch(ctx, t)
	enter := func() {
		b.do(t, chromedp.Navigate(origin+"/newsroom"))
		b.fill(t, map[string]string{"#email": "ada@desk.example", "#password": deskPassword})
		b.press(t, "main button")
	}
	enter()
	b.look(t, "desk-empty")
	busyDesk(t, env) // days go by, and with them the session
	enter()
	for _, name := range []string{"desk", "audit", "imports"} { // the others are in the table of states
		b.do(t, chromedp.Navigate(origin+strings.TrimSuffix("/newsroom/"+name, "/desk")))
		b.look(t, name+"-full")
	}
	job := evaluate[string](ctx, t, `document.querySelector(".lines a").getAttribute("href")`)
	b.do(t, chromedp.Navigate(origin+job))
	b.look(t, "import")
	b.do(t, chromedp.Navigate(origin+"/newsroom/tips"))
	b.press(t, ".tips .title a")
	b.look(t, "tip")
	b.do(t, chromedp.SetValue(chromedp.CSS("#reason"), "opinion"))
	b.press(t, `form[action$="/decline"] button[type=submit]`)
	b.look(t, "tips-told")
	b.byKeyboard(t)
	complaints, foreign := w.heard(origin)
	complaints = slices.DeleteFunc(complaints, func(c string) bool { return strings.Contains(c, "status of 4") })
	foreign = slices.DeleteFunc(foreign, func(u string) bool { return strings.HasPrefix(u, "data:image/svg+xml") }) // Chromium's own picture in a field for a day
	if len(complaints) > 0 || len(foreign) > 0 {
		t.Errorf("the browser complained %q and fetched %q, want silence and our own files", complaints, foreign)
	}
}

// byKeyboard works the list by keys, and goes somewhere by the palette.
func (b *tab) byKeyboard(t *testing.T) {
	t.Helper()
	const at = `(document.activeElement.closest("[data-row]") || {id: ""}).id`
	key := func(k string) {
		evaluate[bool](b.ctx, t, fmt.Sprintf(`(document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: %q, bubbles: true, cancelable: true})), true)`, k))
	}
	b.do(t, chromedp.Navigate(b.origin+"/newsroom/claims"))
	key("x")
	if n := evaluate[int](b.ctx, t, `document.querySelectorAll("input[name=claim]:checked").length`); n != 0 {
		t.Error("a key does something though no row has the focus")
	}
	first := evaluate[string](b.ctx, t, `(document.querySelector("[data-row] [data-open]").focus(), `+at+`)`)
	key("x")
	key("j")
	if second := evaluate[string](b.ctx, t, at); second == first || second == "" {
		t.Errorf("after j the row %q has the focus", second)
	}
	key("x")
	key("h")
	if !evaluate[bool](b.ctx, t, `document.activeElement.closest(".judge[open]") !== null`) {
		t.Error("after h nothing can be judged")
	}
	b.look(t, "desk-judging")
	key("d")
	if got := evaluate[string](b.ctx, t, `document.activeElement.id + document.getElementById("ticked").textContent`); got != "note(2)" {
		t.Errorf("after d the focus and the count are %q", got)
	}
	b.look(t, "desk-together")
	b.do(t, chromedp.SendKeys(chromedp.CSS("#note"), "not ours"))
	b.press(t, `button[value="decline"]`)
	b.look(t, "desk-declined")
	evaluate[bool](b.ctx, t, `(document.dispatchEvent(new KeyboardEvent("keydown", {key: "k", ctrlKey: true, bubbles: true, cancelable: true})), true)`)
	b.wait(t, `document.querySelectorAll("#golist li").length > 5`)
	b.look(t, "palette-open")
	b.do(t, chromedp.SendKeys(chromedp.CSS("#go"), "ferry"))
	b.wait(t, `[...document.querySelectorAll("#golist li")].some((li) => li.textContent.includes("The ferry to the islands"))`)
	evaluate[bool](b.ctx, t, `(document.querySelector("dialog").close(), document.activeElement.blur(), true)`)
	key("?")
	b.wait(t, `document.querySelectorAll("dialog[open] .keystable tr").length > 5`)
	b.look(t, "keys-open")
}
