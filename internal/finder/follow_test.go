package finder_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/search"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func TestHiddenPublishersMoveToThePrivateIndex(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	f := warm(t, env.DB, "")
	brought(t, env, 3, nil)
	if pub, priv := both(t, f, env.Checker, "harbour"); len(pub) != 3 || len(priv) != 0 {
		t.Fatalf("imported: got public %v, private %v; want three public", pub, priv)
	}
	if _, err := env.DB.HidePublisher(t.Context(), env.Admin, "other.example"); err != nil {
		t.Fatal(err)
	}
	if pub, priv := both(t, f, env.Checker, "harbour"); len(pub) != 0 || len(priv) != 3 {
		t.Errorf("hidden: got public %v, private %v; want three private", pub, priv)
	}
	if s, _ := f.Public(); len(s.Suggest("harb", 5)) != 0 {
		t.Error("a word of hidden claims is suggested")
	}
	if _, err := env.DB.AllowPublisher(t.Context(), env.Admin, "other.example"); err != nil {
		t.Fatal(err)
	}
	if pub, priv := both(t, f, env.Checker, "harbour"); len(pub) != 3 || len(priv) != 0 {
		t.Errorf("allowed again: got public %v, private %v; want three public", pub, priv)
	}
}

func TestMergedClaimsLeaveBothIndexes(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	f := warm(t, env.DB, "")
	into := env.Published(t, "The lighthouse was sold.", "False").Claim
	filed := env.Claim(t, "The zeppelin was sold.")
	v := env.Published(t, "The submarine was sold.", "False")
	env.Corrected(t, v.Verdict, factcheck.CorrectionRetraction, "It is told elsewhere.")
	if pub, priv := both(t, f, env.Checker, "sold"); len(pub) != 2 || len(priv) != 1 {
		t.Fatalf("before: got public %v, private %v", pub, priv)
	}
	for _, from := range []factcheck.ClaimID{filed, v.Claim} {
		if err := env.DB.MergeClaims(t.Context(), env.Editor, from, into, "The same."); err != nil {
			t.Fatal(err)
		}
	}
	if pub, priv := both(t, f, env.Checker, "sold"); len(pub) != 1 || pub[0] != into || len(priv) != 0 {
		t.Errorf("merged: got public %v, private %v; want what they were merged into", pub, priv)
	}
}

func TestManyChangesAtOnceAreFollowed(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	f := warm(t, env.DB, "")
	brought(t, env, 1100, nil)
	both(t, f, env.Checker, "harbour")
	s, _ := f.Public()
	a, err := s.Search(search.Query{Text: "harbour", Limit: 1})
	if err != nil || a.Total != 1100 {
		t.Errorf("got %d of 1100 claims, error %v", a.Total, err)
	}
}

// TestRedactionRemovesTheSnapshotFile: what must be gone may not lie on the disk until the next save.
func TestRedactionRemovesTheSnapshotFile(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "Jane Unnamed of Exampleville robbed the bank.", "False")
	dir := filepath.Join(t.TempDir(), "search")
	saved(t, env, dir)
	f := warm(t, env.DB, dir)
	if got := f.State().From; got != "file" {
		t.Fatalf("warm from %q, want the file", got)
	}
	p, err := env.DB.ProposeRedaction(t.Context(), env.Checker, store.RedactionInput{Claim: v.Claim, Passage: "Jane Unnamed", Class: factcheck.RedactPrivateData, Reason: "A private person."})
	if err == nil {
		err = env.DB.DecideProposal(t.Context(), env.Editor, p, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	if pub, _ := both(t, f, env.Checker, "unnamed"); len(pub) != 0 {
		t.Errorf("got %v by the redacted name", pub)
	}
	if pub, _ := both(t, f, env.Checker, "robbed"); len(pub) != 1 {
		t.Errorf("got %v by the other words, want the claim", pub)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 0 {
		t.Errorf("got files %v, error %v; want none", files, err)
	}
}

// saved writes the snapshot file of a database, as a stop does.
func saved(t *testing.T, env *storetest.Env, dir string) {
	t.Helper()
	f := quiet(t, finder.Config{Store: env.DB, Dir: dir})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	within(t, func() bool { return f.State().Ready })
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// quiet returns a finder that says nothing.
func quiet(t *testing.T, cfg finder.Config) *finder.Finder {
	t.Helper()
	cfg.Logger = slog.New(slog.DiscardHandler)
	f, err := finder.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAnotherFeedIsReadFromItsBeginning(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	env.Published(t, "The harbour of Exampleville froze.", "False")
	f := quiet(t, finder.Config{Store: env.DB})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	within(t, func() bool { return f.State().Ready })
	conn, err := pgx.Connect(t.Context(), env.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context()) //nolint:errcheck // the statement has succeeded or failed by then
	err = pgx.BeginFunc(t.Context(), conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `INSERT INTO audit (at, actor_id, action, object) VALUES (now(), $1, 'test', '')`, factcheck.Operator().ID); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), `UPDATE feed SET epoch = 'another'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	env.Published(t, "The harbour of Sampletown froze.", "False")
	within(t, func() bool {
		s, ok := f.Public()
		return ok && len(found(t, s, "harbour")) == 2
	})
}

// TestReadersAskWhileItFollows is for the race detector, and holds answers to what was there all the time.
func TestReadersAskWhileItFollows(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	brought(t, env, 40, nil)
	l := live.New(env.DB, slog.New(slog.DiscardHandler))
	f := quiet(t, finder.Config{Store: env.DB, Live: l})
	ctx, cancel := context.WithCancel(t.Context())
	var running, asking sync.WaitGroup
	running.Go(func() { _ = l.Run(ctx) })
	running.Go(func() { _ = f.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	within(t, func() bool { return f.State().Ready })
	stop := make(chan struct{})
	for range 4 {
		asking.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				got, err := f.Find(t.Context(), finder.Question{Text: "harbour", Chosen: map[string]string{finder.FacetRating: "false"}})
				if err != nil || got.Total < 40 || len(got.Docs) != 20 {
					t.Errorf("got %d of %d claims, error %v", len(got.Docs), got.Total, err)
				}
				page, err := f.List(t.Context(), store.ListFilter{Query: "harbour", Publisher: store.AnyPublisher, Limit: 30, Sort: store.SortPublished})
				if err != nil || len(page.Docs) != 30 {
					t.Errorf("got %d claims, error %v", len(page.Docs), err)
				}
				if _, _, _, err := f.Working(t.Context(), env.Checker); err != nil {
					t.Error(err)
				}
				if _, err := f.MadeBy(t.Context(), "They say that the harbour of Sampletown has berth number 7."); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range 15 {
		env.Published(t, fmt.Sprintf("The new harbour number %d froze.", i), "False")
	}
	close(stop)
	asking.Wait()
	both(t, f, env.Checker, "harbour")
	if s, _ := f.Public(); len(found(t, s, "new harbour froze")) != 15 {
		t.Errorf("got %d new claims, want 15", len(found(t, s, "new harbour froze")))
	}
}
