package finder_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/search"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// newFinder returns a finder that is not warm.
func newFinder(t *testing.T, cfg finder.Config) *finder.Finder {
	t.Helper()
	cfg.Logger = slog.New(slog.DiscardHandler)
	f, err := finder.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// warm returns a finder of a database, warm and not following by itself.
func warm(t *testing.T, db *store.DB, dir string) *finder.Finder {
	t.Helper()
	f := newFinder(t, finder.Config{Store: db, Dir: dir})
	if err := f.Warm(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return f
}

// both asks both indexes as somebody, and returns which claims each finds.
func both(t *testing.T, f *finder.Finder, actor factcheck.Actor, words string) (public, private []factcheck.ClaimID) {
	t.Helper()
	pub, priv, ok, err := f.Working(t.Context(), actor)
	if err != nil || !ok {
		t.Fatalf("got ready %t, error %v", ok, err)
	}
	return found(t, pub, words), found(t, priv, words)
}

func found(t *testing.T, s *search.Snapshot, words string) []factcheck.ClaimID {
	t.Helper()
	a, err := s.Search(search.Query{Text: words})
	if err != nil {
		t.Fatal(err)
	}
	var ids []factcheck.ClaimID
	for _, h := range a.Hits {
		ids = append(ids, factcheck.ClaimID(h.ID))
	}
	return ids
}

func TestAClaimIsInOneIndexFromFilingToWithdrawal(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	f := warm(t, env.DB, "")
	filed, err := env.DB.FileClaim(t.Context(), env.Checker, factcheck.ClaimInput{Text: "The zeppelin of Exampleville was sold.", Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	if pub, priv := both(t, f, env.Checker, "zeppelin"); len(pub) != 0 || len(priv) != 1 || priv[0] != filed {
		t.Errorf("filed: got public %v, private %v; want it private alone", pub, priv)
	}
	published := env.Published(t, "The zeppelin of Sampletown was bought.", "False")
	if pub, priv := both(t, f, env.Checker, "zeppelin"); len(pub) != 1 || pub[0] != published.Claim || len(priv) != 1 {
		t.Errorf("published: got public %v, private %v; want one each", pub, priv)
	}
	if pub, priv := both(t, f, env.Checker, "Sampletown"); len(pub) != 1 || len(priv) != 0 {
		t.Errorf("published: got public %v, private %v; want it public alone", pub, priv)
	}
}

func TestFollowersOfTheFeedFindWithoutAsking(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	l := live.New(env.DB, slog.New(slog.DiscardHandler))
	f := newFinder(t, finder.Config{Store: env.DB, Live: l})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 2)
	go func() { done <- l.Run(ctx) }()
	go func() { done <- f.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
	id := env.Published(t, "The lighthouse keeps its light.", "True").Claim
	within(t, func() bool {
		s, ok := f.Public()
		return ok && len(found(t, s, "lighthouse")) == 1
	})
	if s, _ := f.Public(); found(t, s, "lighthouse")[0] != id {
		t.Error("another claim was found")
	}
}

// within waits for something that is expected to happen soon.
func within(t *testing.T, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it never happened")
		}
	}
}

func TestNoOutsiderGetsThePrivateIndex(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	f := warm(t, env.DB, "")
	for name, actor := range map[string]factcheck.Actor{"nobody": {}, "a key that reads": {Kind: factcheck.ActorKey, Role: factcheck.RoleEditor, Scopes: []factcheck.Scope{factcheck.ScopeRead}}} {
		_, private, _, err := f.Working(t.Context(), actor)
		if err == nil || private != nil {
			t.Errorf("%s: got an index and error %v, want an error", name, err)
		}
	}
}

func TestSnapshotFileIsReadAndDamagedOneIsNot(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	env.Published(t, "The harbour of Exampleville froze.", "False")
	dir := filepath.Join(t.TempDir(), "search")
	stopped := func() {
		f := newFinder(t, finder.Config{Store: env.DB, Dir: dir})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- f.Run(ctx) }()
		within(t, func() bool { return f.State().Ready })
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	stopped()
	later := env.Published(t, "The harbour of Sampletown froze.", "False")
	f := warm(t, env.DB, dir)
	if got := f.State().From; got != "file" {
		t.Fatalf("warm from %q, want the file", got)
	}
	s, _ := f.Public()
	if got := found(t, s, "harbour"); len(got) != 2 {
		t.Errorf("got %v, want also %s, published after the file was written", got, later.Claim)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("got files %v, error %v; want one", files, err)
	}
	path := filepath.Join(dir, files[0].Name())
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	body[len(body)/2] ^= 1
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := warm(t, env.DB, dir).State(); got.From != "database" || got.Claims != 2 {
		t.Errorf("with a damaged file: got %+v, want two claims from the database", got)
	}
}
