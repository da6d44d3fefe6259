package store_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func bucket(name string, quota int) store.Attempt {
	return store.Attempt{Bucket: name, Policy: ratelimit.Policy{Name: "test", Quota: quota, Window: 10 * time.Minute}}
}

// take takes an attempt and reports whether there was room.
func take(t *testing.T, env *storetest.Env, attempts ...store.Attempt) bool {
	t.Helper()
	free, wait, err := env.DB.TakeAttempts(t.Context(), attempts...)
	if err != nil {
		t.Fatal(err)
	}
	if free != (wait == 0) {
		t.Errorf("got room %v and %s to wait", free, wait)
	}
	return free
}

func TestAttemptsRunOutAndComeBack(t *testing.T) {
	t.Parallel()
	env := storetest.Empty(t)
	b := bucket("carla 192.0.2.7", 10)
	for i := range 10 {
		if !take(t, env, b) {
			t.Fatalf("attempt %d: got no room", i+1)
		}
	}
	if take(t, env, b) {
		t.Error("the eleventh: got room")
	}
	if !take(t, env, bucket("edda 192.0.2.7", 10)) {
		t.Error("somebody else: got no room")
	}
	ok(t, env.DB.ReturnAttempts(t.Context(), b))
	if !take(t, env, b) || take(t, env, b) {
		t.Error("what was given back makes room for one")
	}
	env.Clock.Advance(time.Minute)
	if !take(t, env, b) || take(t, env, b) {
		t.Error("a minute makes room for one of ten in ten minutes")
	}
	env.Clock.Advance(time.Hour)
	take(t, env, bucket("emil 192.0.2.8", 10))
	if n := ask[int64](t, env, `SELECT count(*) FROM attempts`); n != 1 {
		t.Errorf("got %d buckets kept, want full ones forgotten", n)
	}
	if stored := ask[bool](t, env, `SELECT EXISTS (SELECT FROM attempts a WHERE convert_from(a.bucket, 'LATIN1') LIKE '%emil%')`); stored {
		t.Error("who tried is stored")
	}
}

// Who is told to wait costs nobody beside them anything.
func TestRefusedAttemptsTakeNothing(t *testing.T) {
	t.Parallel()
	env := storetest.Empty(t)
	pair, address := bucket("carla 192.0.2.7", 2), bucket("192.0.2.7", 5)
	for range 20 {
		take(t, env, pair, address)
	}
	for _, who := range []string{"edda", "emil", "ada"} {
		if !take(t, env, bucket(who+" 192.0.2.7", 2), address) {
			t.Errorf("%s: got no room", who)
		}
	}
	if take(t, env, bucket("chen 192.0.2.7", 2), address) {
		t.Error("the address has no limit of its own")
	}
}

func TestAttemptsAtOnceCountAsMany(t *testing.T) {
	t.Parallel()
	env := storetest.Empty(t)
	var free atomic.Int32
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() {
			got, _, err := env.DB.TakeAttempts(t.Context(), bucket("carla", 10), bucket("address", 60))
			if err != nil {
				t.Error(err)
			}
			if got {
				free.Add(1)
			}
		})
	}
	wg.Wait()
	if free.Load() != 10 {
		t.Errorf("got %d of 40 at once let through, want 10", free.Load())
	}
}
