package live_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// run follows db until the test ends and returns when the first look is in.
func run(t *testing.T, l *live.Live) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("got %v from Run, want nil", err)
		}
	})
	if s := l.Wait(patience(t), "", 0); s.Epoch == "" {
		t.Fatal("the first look never came")
	}
}

func newLive(db *store.DB) *live.Live { return live.New(db, slog.New(slog.DiscardHandler)) }

// patience bounds a wait that is expected to end by itself.
func patience(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// eventually asks until ok, without a rhythm of its own.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for ctx := patience(t); !ok(); {
		select {
		case <-ctx.Done():
			t.Fatalf("never: %s", what)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestWaitEndsWithTheNextPublication(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	l := newLive(env.DB)
	run(t, l)
	at := l.State()
	got := make(chan live.State, 1)
	go func() { got <- l.Wait(patience(t), at.Epoch, at.Seq) }()
	env.Published(t, "The bridge of Exampleville is closed.", "False")
	if s := <-got; s.Seq != at.Seq+1 || s.Epoch != at.Epoch {
		t.Errorf("got %+v, want seq %d of epoch %s", s, at.Seq+1, at.Epoch)
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	l := newLive(env.DB)
	run(t, l)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	at := l.State()
	if s := l.Wait(ctx, at.Epoch, at.Seq); s.Seq != at.Seq {
		t.Errorf("got seq %d, want %d", s.Seq, at.Seq)
	}
}

func TestWaitEndsAtOnceForAnotherEpoch(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	l := newLive(env.DB)
	run(t, l)
	if s := l.Wait(patience(t), "another", 1000); s.Epoch == "another" || s.Epoch == "" {
		t.Errorf("got epoch %q, want the feed's", s.Epoch)
	}
}

func TestHooksAreToldWhichClaimsMoved(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	l := newLive(env.DB)
	moves := make(chan store.Moved, 100)
	l.OnMove(func(m store.Moved) { moves <- m })
	run(t, l)
	if m := <-moves; !m.All {
		t.Errorf("got %+v from the first look, want All", m)
	}
	want := map[factcheck.ClaimID]bool{}
	for i := range 5 {
		want[env.Published(t, fmt.Sprintf("Claim number %d.", i), "False").Claim] = true
	}
	for len(want) > 0 {
		select {
		case m := <-moves:
			for _, id := range m.Claims {
				delete(want, id)
			}
		case <-patience(t).Done():
			t.Fatalf("never told of %v", want)
		}
	}
}

func TestCacheForgetsWhatMoved(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	moved := env.Published(t, "The mayor has resigned.", "False")
	stays := env.Published(t, "The bridge is closed.", "False")
	l := newLive(env.DB)
	c := live.NewCache[string, int](l, 1<<20, 0)
	run(t, l)
	at := l.Stamp()
	for key, id := range map[string]factcheck.ClaimID{"moved": moved.Claim, "stays": stays.Claim, "list": {}} {
		if !c.Put(key, id, 1, 10, at) {
			t.Fatalf("%s was not kept", key)
		}
	}
	if err := env.DB.SuspendVerdict(t.Context(), env.Editor, moved.Verdict, "A source was withdrawn."); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the suspended claim is forgotten", func() bool { _, ok := c.Get("moved"); return !ok })
	if _, ok := c.Get("list"); ok {
		t.Error("what belongs to no claim was kept over a move")
	}
	if got := c.Len(); got != 1 {
		t.Errorf("got %d values kept, want the claim that did not move alone", got)
	}
}

func TestValueReadBeforeAMoveIsNotPutAfterIt(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	other := env.Published(t, "The bridge is closed.", "False")
	l := newLive(env.DB)
	c := live.NewCache[string, int](l, 1<<20, 0)
	run(t, l)
	at, before := l.Stamp(), l.State()
	if err := env.DB.SuspendVerdict(t.Context(), env.Editor, v.Verdict, "A source was withdrawn."); err != nil {
		t.Fatal(err)
	}
	l.Wait(patience(t), before.Epoch, before.Seq)
	if c.Put("old", v.Claim, 1, 10, at) || c.Put("list", factcheck.ClaimID{}, 1, 10, at) {
		t.Error("a value read before the move was kept after it")
	}
	if !c.Put("other", other.Claim, 1, 10, at) {
		t.Error("a value of a claim that did not move was refused")
	}
	if !c.Put("new", v.Claim, 1, 10, l.Stamp()) {
		t.Error("a value read after the move was refused")
	}
}

func TestRenderEpochEmptiesTheCache(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	l := newLive(env.DB)
	c := live.NewCache[string, int](l, 1<<20, 0)
	run(t, l)
	before := l.State()
	c.Put("page", v.Claim, 1, 10, l.Stamp())
	if _, err := env.DB.Pool().Exec(t.Context(), `UPDATE installation SET render_epoch = render_epoch + 1`); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a new render epoch", func() bool { return l.State().RenderEpoch == before.RenderEpoch+1 })
	if c.Len() != 0 {
		t.Error("a page outlived its render epoch")
	}
}

func TestLostDatabasePassesTheCacheBy(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	wire := storetest.NewWire(t, env.URL)
	db, err := store.Open(t.Context(), store.Options{URL: wire.URL, Now: env.Clock.Now, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	l := newLive(db)
	c := live.NewCache[string, int](l, 1<<20, 0)
	run(t, l)
	c.Put("claim", v.Claim, 1, 10, l.Stamp())
	wire.Cut()
	cut := time.Now()
	eventually(t, "the cache is passed by", func() bool { _, ok := c.Get("claim"); return !ok })
	if took := time.Since(cut); took > 1500*time.Millisecond {
		t.Errorf("the cache was believed for %v after the cut, want about a second", took)
	}
	if err := env.DB.SuspendVerdict(t.Context(), env.Editor, v.Verdict, "A source was withdrawn."); err != nil {
		t.Fatal(err)
	}
	wire.Mend()
	eventually(t, "the feed is followed again", func() bool { return l.State().Fresh })
	if _, ok := c.Get("claim"); ok {
		t.Error("a claim that was suspended while the database was lost is still served as it was")
	}
}

func TestCacheIsBoundedAndForgetsTheOldestUse(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	l := newLive(env.DB)
	c := live.NewCache[int, string](l, 10_000, 0)
	run(t, l)
	for i := range 100 {
		c.Put(i, factcheck.ClaimID{15: byte(i)}, "v", 744, l.Stamp()) // 1,000 with what an entry costs
		c.Get(0)
	}
	if c.Bytes() > 10_000 || c.Len() != 10 {
		t.Errorf("got %d values of %d bytes, want 10 of at most 10,000", c.Len(), c.Bytes())
	}
	if _, ok := c.Get(0); !ok {
		t.Error("the value in use was forgotten")
	}
	if _, ok := c.Get(1); ok {
		t.Error("the value used longest ago was kept")
	}
	if c.Put(1000, factcheck.ClaimID{}, "v", 9000, l.Stamp()) {
		t.Error("a value larger than a quarter of the cache was kept")
	}
	if c.Put(0, factcheck.ClaimID{}, "v2", 10, l.Stamp()); c.Len() != 10 {
		t.Errorf("got %d values after one was replaced, want 10", c.Len())
	}
}

func TestCacheForgetsWhatIsTooOld(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	l := newLive(env.DB)
	c := live.NewCache[int, string](l, 10_000, time.Nanosecond)
	run(t, l)
	if !c.Put(1, factcheck.ClaimID{}, "v", 10, l.Stamp()) {
		t.Fatal("the value was not kept")
	}
	if _, ok := c.Get(1); ok || c.Len() != 0 {
		t.Error("a value older than the cache allows was served")
	}
}

// TestReadersNeverSeeAnOlderStateForLong publishes corrections while readers go through a cache filled from the store: the
// newest version must be what every reader sees once the follower has passed it.
func TestReadersNeverSeeAnOlderStateForLong(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	l := newLive(env.DB)
	c := live.NewCache[factcheck.ClaimID, int64](l, 1<<20, 0)
	run(t, l)
	read := func() (int64, error) {
		if seq, ok := c.Get(v.Claim); ok {
			return seq, nil
		}
		at := l.Stamp()
		d, err := env.DB.ClaimByID(t.Context(), v.Claim)
		if err == nil {
			c.Put(v.Claim, d.Claim, d.Seq, 10, at)
		}
		return d.Seq, err
	}
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				least := l.State().Seq // every change here is of this claim
				if seq, err := read(); err != nil || seq < least {
					t.Errorf("read seq %d, %v after the follower passed %d", seq, err, least)
					return
				}
			}
		})
	}
	for i := range 15 {
		env.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, fmt.Sprintf("Update %d.", i))
	}
	close(stop)
	readers.Wait()
}
