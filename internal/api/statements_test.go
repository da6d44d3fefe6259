package api_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// statements counts what is asked of the database, but for what follows it.
type statements struct{ n atomic.Int64 }

func (s *statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	follows := strings.HasPrefix(q.SQL, "LISTEN") || strings.HasPrefix(q.SQL, "SELECT DISTINCT claim_id FROM changes") || strings.HasPrefix(q.SQL, "-- ping") ||
		strings.HasSuffix(q.SQL, "i.render_epoch FROM feed f, installation i")
	if !follows {
		s.n.Add(1)
	}
	return ctx
}

func (s *statements) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TestReadsAskAFixedNumberOfStatements asks for each read when there is one of everything in it and when there are twelve.
func TestReadsAskAFixedNumberOfStatements(t *testing.T) {
	t.Parallel()
	env, count := storetest.New(t), &statements{}
	db, err := store.Open(t.Context(), store.Options{URL: env.URL, Now: env.Clock.Now, Logger: slog.New(slog.DiscardHandler), Tracer: count})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	counted := *env
	counted.DB = db
	first := env.Published(t, "Claim number 0.", "False")
	claims := map[factcheck.ClaimID]factcheck.Stance{first.Claim: factcheck.StanceMakes}
	linked(t, env, "https://rumour.example/0", claims)
	id := first.Claim.String()
	paths := []string{
		"/claims?limit=100", "/claims?limit=100&publisher=any&sort=updated&truth=false", "/claims?limit=100&query=claim", "/claims/" + id, "/claims/" + id + "?as_of=2999-01-01", "/claims/" + id + "/versions",
		"/claims/" + id + "?expand=versions", "/articles?url=https://rumour.example/all", "/articles?expand=claims&url=https://rumour.example/all", "/changes?limit=1000", "/claimants?limit=100", "/topics?limit=100",
		"/publishers", "/scales", "/status", "/url-hashes/abc", "/lookup",
	}
	ask := func(urls int) map[string]int64 {
		p := serve(t, &counted) // a memory of its own, which holds nothing yet
		as[struct{}](t, p.get("/status?"))
		out := map[string]int64{}
		for _, path := range paths {
			before := count.n.Load()
			if path == "/lookup" {
				as[lookups](t, p.post(path, `{"urls":["https://rumour.example/all"`+strings.Repeat(`,"https://rumour.example/1"`, urls)+`]}`))
			} else {
				as[struct{}](t, p.get(path))
			}
			out[path] = count.n.Load() - before
		}
		return out
	}
	linked(t, env, "https://rumour.example/all", claims)
	small := ask(1)
	for i := range 11 {
		v := env.Published(t, fmt.Sprintf("Claim number %d.", i+1), "False")
		claims[v.Claim] = factcheck.StanceMakes
		linked(t, env, fmt.Sprintf("https://rumour.example/%d", i+1), claims)
	}
	if article, err := env.DB.PublicArticleByURL(t.Context(), "https://rumour.example/all"); err != nil {
		t.Fatal(err)
	} else {
		for claim := range claims {
			if claim == first.Claim {
				continue
			}
			if _, err := env.DB.LinkArticle(t.Context(), env.Checker, article.ID, claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes, Quote: "The mayor has resigned"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	env.Corrected(t, first.Verdict, factcheck.CorrectionCorrection, "We had the wrong day.")
	for path, n := range ask(99) {
		most := small[path]
		if path == "/lookup" {
			most = 2 // one for the addresses, and one for claims that are not in memory
		}
		if n > most || n > 4 {
			t.Errorf("%s: asked %d statements with twelve times as much, %d before", path, n, small[path])
		}
	}
}
