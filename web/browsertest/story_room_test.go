package browsertest

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/newsroom"
	"github.com/touchstone-factcheck/touchstone/internal/server"
	"github.com/touchstone-factcheck/touchstone/internal/site"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// What the story is about.
const (
	storyEarlier = "The mayor of Exampleville has resigned over the harbour contract."
	storyClaim   = "The mayor of Exampleville has resigned over the harbour contract after the vote."
	storyPassage = "The mayor of Exampleville has resigned over the harbour contract after the vote, several posts said on Friday evening, without naming where they had it from."
	storyAnswer  = "No. The agenda of the council shows that she chaired it days later."
	storyBetter  = "No. The agenda of the council shows that she chaired it two days later."
	storyRight   = "No. The agenda of the council shows that she chaired it three days later."
	storyAgenda  = "14:30. The mayor of Exampleville opens the session and reports on the harbour contract."
	storyLedger  = "No letter of resignation was received by the registry between the first and the seventh of June."
)

// storyPages are what the web has to say about it: an article, and two sources with different people behind them.
func storyPages() []string {
	page := func(site, title string, paragraphs ...string) string {
		return fmt.Sprintf(`<!doctype html><html lang="en"><head><title>%[2]s | %[1]s</title><meta property="og:title" content="%[2]s"><meta property="og:site_name" content="%[1]s">
			<meta property="article:published_time" content="2025-06-06"></head><body><article><h1>%[2]s</h1><p>%[3]s</p></article></body></html>`, site, title, strings.Join(paragraphs, "</p><p>"))
	}
	const more = "Shops in the old town stayed open until late, and the ferry to the islands ran on time, as it does in most weeks of the early summer."
	const end = "Nobody at the town hall answered the telephone on Friday. On Saturday a clerk said that the council would meet as planned, and that the agenda had been printed."
	return []string{
		page("Weekly Example", "Town without a mayor", storyPassage, more, end),
		page("Town hall of Exampleville", "Agenda of the council", "The council of Exampleville meets in the great hall. The session is public, and everybody may listen from the gallery until the end.", storyAgenda, end),
		page("Registry of Exampleville", "Letters received in June", "The registry lists the letters that it received, by day and by sender, and keeps the originals for ten years in the archive of the town.", storyLedger, more),
	}
}

// storyWeb serves the pages, each at a host of its own, and returns their addresses.
func storyWeb(t *testing.T) (addresses, allow []string) {
	t.Helper()
	for i, body := range storyPages() {
		ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", fmt.Sprintf("127.0.0.%d:0", i+1))
		if err != nil {
			t.Fatal(err)
		}
		srv := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				http.NotFound(w, r)
				return
			}
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte(body)) // a fetcher that has gone is no failure of the page
		})}
		go func() { _ = srv.Serve(ln) }() // it ends with the test
		t.Cleanup(func() { _ = srv.Close() })
		addresses = append(addresses, "http://"+ln.Addr().String()+"/story")
		allow = append(allow, ln.Addr().String())
	}
	return addresses, allow
}

// storyRoom serves readers and the newsroom as the program does, with a claim that was checked before, and a tip.
func storyRoom(t *testing.T, allow []string) (env *storetest.Env, origin string) {
	t.Helper()
	env = storetest.New(t)
	furnish(t, env)
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
	l := live.New(env.DB, quiet)
	index, err := finder.New(finder.Config{Store: env.DB, Live: l, Logger: quiet, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	fetcher, err := fetch.New(fetch.Config{UserAgent: "Touchstone/test (+http://localhost)", Allow: allow})
	if err != nil {
		t.Fatal(err)
	}
	readers := site.New(site.Config{Store: env.DB, Live: l, Finder: index, PublicURL: origin, Version: "test", Logger: quiet})
	room := newsroom.New(newsroom.Config{
		Store: env.DB, Finder: index, Intake: ingest.New(env.DB, fetcher, quiet), PublicURL: origin, Now: env.Clock.Now, Logger: quiet,
		Sealer: auth.NewSealer([auth.KeySize]byte{1}), Preview: readers.PreviewClaim,
	})
	if err := index.Warm(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	srv := server.New(server.Config{
		PublicURL: origin, Logger: quiet, Fast: []server.FastPath{{Route: "/claims/:slug", Serve: readers.FastClaim}}, ErrorPage: room.ErrorPage(readers.RenderError),
		Mounts: []server.Mounter{readers, room}, LargeBody: room.LargeBody, OnDrain: l.Release,
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 3)
	go func() { done <- l.Run(ctx) }()
	go func() { done <- index.Run(ctx) }()
	go func() { done <- srv.Serve(ln) }()
	t.Cleanup(func() {
		patience, end := context.WithTimeout(context.Background(), 20*time.Second)
		defer end()
		if err := srv.Shutdown(patience); err != nil {
			t.Errorf("shut down: %v", err)
		}
		cancel()
		for range 3 {
			if err := <-done; err != nil {
				t.Errorf("serve: %v", err)
			}
		}
	})
	return env, origin
}

// furnish gives Carla and Edda a password, the house a rule of its own, and the desk something to begin with.
func furnish(t *testing.T, env *storetest.Env) {
	t.Helper()
	ctx := t.Context()
	hash, err := auth.NewPasswords(1).Hash(ctx, deskPassword)
	for _, p := range []factcheck.Actor{env.Checker, env.Editor} {
		if err == nil {
			err = env.DB.SetPassword(ctx, factcheck.Operator(), p.Person, hash)
		}
	}
	env.Published(t, storyEarlier, "False")
	if err == nil {
		err = env.DB.EditHouseRules(ctx, env.Admin, 0, factcheck.HouseRules{IndependentOrigins: 2})
	}
	if err == nil {
		_, err = env.DB.FileTip(ctx, factcheck.System(), factcheck.TipInput{Text: storyClaim, Contact: "ann@reader.example", Language: "en"})
	}
	if err != nil {
		t.Fatal(err)
	}
}
