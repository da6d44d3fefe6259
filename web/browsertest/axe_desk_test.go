package browsertest

import (
	"context"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/newsroom"
	"github.com/touchstone-factcheck/touchstone/internal/server"
	"github.com/touchstone-factcheck/touchstone/internal/site"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// house is a newsroom with all its parts, as the program wires them.
type house struct {
	*newsroom.Newsroom
	origin string
	finder *finder.Finder // not warm: what is filed can be found after Warm
	intake *ingest.Ingest
}

// wholeHouse serves the newsroom of a test's database and the readers' pages at http://localhost. The admin and the second
// checker have the password of all.
func wholeHouse(t *testing.T, env *storetest.Env) house {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	hash, err := auth.NewPasswords(1).Hash(t.Context(), deskPassword)
	for _, who := range []factcheck.Actor{env.Admin, env.Checker2} {
		if err == nil {
			err = env.DB.SetPassword(t.Context(), factcheck.Operator(), who.Person, hash)
		}
	}
	if err != nil {
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
	h := house{origin: "http://localhost:" + port}
	if h.finder, err = finder.New(finder.Config{Store: env.DB, Logger: quiet}); err != nil {
		t.Fatal(err)
	}
	fetcher, err := fetch.New(fetch.Config{UserAgent: "Touchstone/test"})
	if err != nil {
		t.Fatal(err)
	}
	h.intake = ingest.New(env.DB, fetcher, quiet)
	readers := site.New(site.Config{Store: env.DB, Live: live.New(env.DB, quiet), PublicURL: h.origin, Version: "test", Logger: quiet})
	h.Newsroom = newsroom.New(newsroom.Config{
		Store: env.DB, Finder: h.finder, Intake: h.intake, PublicURL: h.origin, Now: env.Clock.Now, Logger: quiet,
		Sealer: auth.NewSealer([auth.KeySize]byte{1}), Preview: readers.PreviewClaim,
	})
	srv := server.New(server.Config{PublicURL: h.origin, Logger: quiet, Mounts: []server.Mounter{readers, h}, LargeBody: h.LargeBody, ErrorPage: h.ErrorPage(readers.RenderError)})
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
	return h
}

// germanClaim is as long as claims get, in words that a line hardly holds.
const germanClaim = "Die Donaudampfschifffahrtsgesellschaft habe die Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung der Stadt Musterstadt umgangen, um am Nordufer des Binnenhafens ohne Umweltverträglichkeitsprüfung bauen zu können, hieß es in mehreren tausendfach geteilten Beiträgen."

// addresses are the ids of what a house holds, by the names of the routes' parameters and some of ours.
type addresses map[string]string

// Replace puts the ids into an address.
func (a addresses) Replace(path string) string {
	for _, name := range []string{":claim", ":public", ":free", ":waiting", ":suspended", ":other", ":long", ":article", ":bare", ":post", ":tip", ":complaint", ":proposal", ":naming", ":scale", ":import", ":key", ":webhook", ":person", ":snapshot", ":slug", ":language", ":file"} {
		path = strings.ReplaceAll(path, name+"/", a[name]+"/")
		if rest, ok := strings.CutSuffix(path, name); ok {
			path = rest + a[name]
		}
		path = strings.ReplaceAll(path, name+"?", a[name]+"?")
	}
	return path
}

// in puts the ids into a state.
func (a addresses) in(s pageState) pageState {
	s.path, s.form = a.Replace(s.path), a.Replace(s.form)
	return s
}

// fullDesk fills a house with something of everything: claims in each stage and several scripts, versions that wait, were sent
// back and are suspended, articles, tips, complaints, proposals, comments, an import, a key.
func fullDesk(t *testing.T, env *storetest.Env, h house) addresses {
	t.Helper()
	ctx, db := t.Context(), env.DB
	busyDesk(t, env)
	ids := addresses{":scale": env.Scale.String(), ":person": env.Checker.Person.String(), ":slug": "method", ":language": "en"}
	steps := fixture{t: t}

	v := env.Published(t, deskClaim, "False")
	ids[":public"] = v.Claim.String()
	ids[":waiting"] = correct(t, env, v).Claim.String()
	ids[":free"] = env.Published(t, "The library burned its oldest maps.", "False").Claim.String()
	down := env.Published(t, "The harbour wall cost three times what the council had agreed.", "False")
	steps.need(db.SuspendVerdict(ctx, env.Editor, down.Verdict, "A document has come in that we are reading."))
	ids[":suspended"] = down.Claim.String()
	restore, err := db.ProposeRestore(ctx, env.Checker, down.Verdict, "The document says nothing new.")
	steps.need(err)
	ids[":proposal"] = restore.String()
	redaction, err := db.ProposeRedaction(ctx, env.Checker, store.RedactionInput{Claim: v.Claim, Passage: "chaired the council", Class: factcheck.RedactCourtOrder, Reason: "A court told us to."})
	steps.need(err)
	ids[":naming"] = redaction.String()

	long, err := db.FileClaim(ctx, env.Checker, factcheck.ClaimInput{Text: germanClaim, Language: "de"})
	steps.need(err)
	ids[":long"] = long.String()
	ids[":other"] = env.Claim(t, "Exampleville’s mayor stepped down over the harbour.").String()
	drafted := env.Claim(t, "The ferry to the islands was sold to a company that nobody knows.")
	ids[":claim"] = drafted.String()
	_, err = db.AssignClaims(ctx, env.Checker, []store.Seen{{Claim: drafted}}, env.Admin.Person)
	steps.need(err)
	_, err = db.DraftVerdict(ctx, env.Checker, drafted, env.Draft("False"))
	steps.need(err)
	for _, said := range []string{"The town hall’s press line picks up after ten. I have asked. @Ada", "وصلني تسجيل صوتي عن الميناء"} {
		_, err = db.AddComment(ctx, env.Checker2, drafted, said)
		steps.need(err)
	}
	steps.need(db.DeclareInterest(ctx, env.Checker2, factcheck.InterestInput{Claim: drafted, Reason: "My brother works there."}))

	taken, err := h.intake.Page(ctx, env.Checker, ingest.Page{URL: "https://checks.example/well", Body: []byte(checkPage)})
	steps.need(err)
	ids[":article"] = taken.Article.String()
	_, err = db.LinkArticle(ctx, env.Checker, taken.Article, drafted, factcheck.AppearanceInput{Stance: factcheck.StanceRepeats, Quote: "the well of Exampleville had run dry"})
	steps.need(err)
	post, err := db.AddArticle(ctx, env.Checker, factcheck.ArticleInput{Kind: factcheck.ArticlePost, Platform: "Telegram", Handle: "@town", Text: arabicText, Language: "ar"})
	steps.need(err)
	ids[":post"] = post.Article.String()

	for _, in := range []factcheck.ComplaintInput{
		{Claim: v.Claim, Kind: factcheck.ComplaintDispute, From: factcheck.FromOutlet, Text: "She has resigned on Tuesday, as we wrote.", Contact: "desk@weekly.example", URL: "https://weekly.example/1"},
		{Kind: factcheck.ComplaintConduct, From: factcheck.FromReader, Text: "Nobody called us."},
	} {
		id, err := db.FileComplaint(ctx, env.Checker, in)
		steps.need(err)
		if !in.Claim.IsZero() {
			ids[":complaint"] = id.String()
		}
	}
	_, _, err = db.Invite(ctx, env.Admin, store.PersonInput{Email: "newcomer@desk.example", Name: "Nora Newcomer", Role: factcheck.RoleChecker})
	steps.need(err)
	ids[":webhook"] = webhookOf(t, env)
	steps.need(db.SetOnCall(ctx, env.Admin, env.Editor.Person))
	steps.need(h.finder.Warm(ctx, nil))
	return ids
}

// webhookOf makes a key with a webhook that has sent something, in vain.
func webhookOf(t *testing.T, env *storetest.Env) string {
	t.Helper()
	ctx, db, steps, system := t.Context(), env.DB, fixture{t: t}, factcheck.System()
	_, secret, err := db.CreateKey(ctx, env.Admin, store.KeyInput{Name: "A platform", Scopes: []factcheck.Scope{factcheck.ScopeManage}, Owner: "edda@desk.example"})
	steps.need(err)
	holder, err := db.KeyHolder(ctx, secret)
	steps.need(err)
	w, err := db.CreateWebhook(ctx, holder.Actor, store.WebhookInput{URL: "https://partner.example/hooks/touchstone?for=the+front+page", Types: []factcheck.ChangeType{factcheck.ChangeVerdictPublished}}, []byte("sealed"))
	steps.need(err)
	_, err = db.TestWebhook(ctx, holder.Actor, w.ID)
	steps.need(err)
	lease, _, err := db.TakeWebhook(ctx, system, time.Minute)
	steps.need(err)
	begun, err := db.BeginDeliveries(ctx, system, lease, time.Minute, 1)
	steps.need(err)
	for _, d := range begun {
		steps.need(db.EndAttempt(ctx, system, lease, store.AttemptEnd{OutDelivery: d, Took: time.Second, Status: 503, Error: "the address answered 503 Service Unavailable", Excerpt: "later", Retry: time.Hour}))
	}
	return w.ID.String()
}

// fixture fails a test when a step of filling a house fails.
type fixture struct{ t *testing.T }

func (f fixture) need(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// missing reads the ids that only the pages tell, and adds an article in which claims are suggested.
func (b *tab) missing(t *testing.T, ids addresses) {
	t.Helper()
	last := func(page, selector string) string {
		b.do(t, chromedp.Navigate(b.origin+page))
		return evaluate[string](b.ctx, t, `(document.querySelector(`+"`"+selector+"`"+`) || {getAttribute: () => ""}).getAttribute("href").split(/[?#]/)[0].split("/").pop()`)
	}
	ids[":tip"] = last("/newsroom/tips", ".tips .title a")
	ids[":import"] = last("/newsroom/imports", ".lines a")
	ids[":key"] = last("/newsroom/house/keys", "tbody a")
	ids[":snapshot"] = last("/newsroom/articles/"+ids[":article"], `a[href^="/newsroom/snapshots/"]`)
	b.do(t, chromedp.Navigate(b.origin+"/newsroom/articles/new?by=text"))
	b.send(t, "/newsroom/articles/new", `f.elements.text.value = "A week in the harbour\n\n`+deskClaim+` It rained on Friday.\n\nThe ferry to the islands was sold to a company that nobody knows. The shops stayed open until late."`)
	ids[":bare"] = evaluate[string](b.ctx, t, `location.pathname.split("/").pop()`)
	if ids[":bare"] == "new" {
		t.Fatalf("the article is not added: %s", evaluate[string](b.ctx, t, "document.querySelector('main').innerText"))
	}
}
