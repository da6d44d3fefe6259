package store_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func TestBudgetIsOfAnyWindow(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	start := time.Unix(1_750_000_020, 0) // where a slot of two seconds begins
	p := ratelimit.Policy{Name: "burst", Quota: 100, Window: time.Minute}
	for _, c := range []struct {
		name            string
		after           time.Duration
		used, want      int
		granted, remain int
		frees, resets   time.Duration
	}{
		{"the first slice", 0, 0, 60, 60, 40, 62 * time.Second, 62 * time.Second},
		{"what was used already", 30 * time.Second, 10, 20, 20, 10, 62 * time.Second, 92 * time.Second},
		{"the rest", 59 * time.Second, 0, 60, 10, 0, 62 * time.Second, 120 * time.Second},
		{"nothing is left", 61 * time.Second, 0, 1, 0, 0, 62 * time.Second, 120 * time.Second},
		{"a clock that goes after", 30 * time.Second, 0, 1, 0, 0, 62 * time.Second, 120 * time.Second},
		{"the oldest counts no more", 62 * time.Second, 0, 100, 60, 0, 92 * time.Second, 124 * time.Second},
		{"much was used while nobody asked", 63 * time.Second, 50, 1, 0, 0, 92 * time.Second, 124 * time.Second},
		{"long after", time.Hour, 0, 100, 100, 0, time.Hour + 62*time.Second, time.Hour + 62*time.Second},
	} {
		g, err := env.DB.TakeBudget(t.Context(), ratelimit.Ask{Client: "a", Policy: p, Used: c.used, Want: c.want, Now: start.Add(c.after)})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if g.Granted != c.granted || g.Remaining != c.remain || g.Frees.Sub(start) != c.frees || g.Resets.Sub(start) != c.resets {
			t.Errorf("%s: got %d and %d left, %v and %v; want %d and %d, %v and %v", c.name, g.Granted, g.Remaining, g.Frees.Sub(start), g.Resets.Sub(start), c.granted, c.remain, c.frees, c.resets)
		}
	}
	var granted atomic.Int64
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			g, err := env.DB.TakeBudget(t.Context(), ratelimit.Ask{Client: "b", Policy: p, Want: 10, Now: start})
			if err != nil {
				t.Error(err)
			}
			granted.Add(int64(g.Granted))
		})
	}
	wg.Wait()
	if got := granted.Load(); got != 100 {
		t.Errorf("got %d granted to many at once, want 100", got)
	}
	env.Clock.Advance(10 * 365 * 24 * time.Hour)
	if err := env.DB.TendBudgets(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := ask[int](t, env, `SELECT count(*) FROM budgets`); n != 0 {
		t.Errorf("got %d budgets remembered after years, want none", n)
	}
}
