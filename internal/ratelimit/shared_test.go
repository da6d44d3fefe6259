package ratelimit

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

// pot is a budget of all nodes in memory: it counts as the database does, without slots.
type pot struct {
	mu    sync.Mutex
	taken int
	asked int
	err   error
}

func (p *pot) take(_ context.Context, a Ask) (Grant, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	if p.err != nil {
		return Grant{}, p.err
	}
	g := Grant{Granted: max(0, min(a.Want, a.Policy.Quota-p.taken-a.Used)), Frees: a.Now.Add(a.Policy.Window), Resets: a.Now.Add(a.Policy.Window)}
	p.taken += a.Used + g.Granted
	g.Remaining = max(0, a.Policy.Quota-p.taken)
	return g, nil
}

func TestNodesTogetherKeepToTheQuota(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ quota, nodes, asks int }{{1, 2, 3}, {10, 2, 20}, {100, 2, 60}, {1000, 3, 70}, {60_000, 2, 70}} {
		budget := &pot{}
		p, now := Policy{Name: "burst", Quota: c.quota, Window: time.Minute}, time.Unix(1_750_000_000, 0)
		var nodes []*Shared
		for range c.nodes {
			nodes = append(nodes, NewShared(budget.take, New()))
		}
		allowed, refused := 0, 0
		for i := range 3 * c.quota {
			d := nodes[i%c.nodes].Take("a", p, now.Add(time.Duration(i)*time.Microsecond))
			if d.Allowed {
				allowed++
			} else if refused++; d.RetryAfter <= 0 || d.Remaining != 0 {
				t.Fatalf("%d over %d: got %+v, want it told when to come back", c.quota, c.nodes, d)
			}
		}
		if allowed < c.quota*9/10 || allowed > c.quota*11/10 {
			t.Errorf("got %d allowed of %d over %d nodes, want within a tenth", allowed, c.quota, c.nodes)
		}
		if budget.asked > c.asks {
			t.Errorf("%d over %d nodes: got %d questions for %d requests, want at most %d", c.quota, c.nodes, budget.asked, allowed+refused, c.asks)
		}
	}
}

func TestWhoAsksLittleCostsNoQuestion(t *testing.T) {
	t.Parallel()
	budget := &pot{}
	s, p, now := NewShared(budget.take, New()), Policy{Name: "burst", Quota: 1000, Window: time.Minute}, time.Unix(1_750_000_000, 0)
	for minute := range 10 {
		for range 20 {
			if d := s.Take("a", p, now.Add(time.Duration(minute)*61*time.Second)); !d.Allowed {
				t.Fatalf("got %+v, want it allowed", d)
			}
		}
	}
	if budget.asked != 0 {
		t.Errorf("got %d questions, want none for a fiftieth of the quota", budget.asked)
	}
}

func TestARefusalIsRememberedUntilItCanChange(t *testing.T) {
	t.Parallel()
	budget := &pot{}
	s, p, now := NewShared(budget.take, New()), Policy{Name: "burst", Quota: 10, Window: time.Minute}, time.Unix(1_750_000_000, 0)
	for range 11 {
		s.Take("a", p, now)
	}
	asked := budget.asked
	for range 1000 {
		if d := s.Take("a", p, now.Add(30*time.Second)); d.Allowed || d.RetryAfter != 30*time.Second {
			t.Fatalf("got %+v, want it refused for 30 seconds", d)
		}
	}
	if budget.asked != asked {
		t.Errorf("got %d questions for what is refused, want none", budget.asked-asked)
	}
	budget.taken = 0
	if d := s.Take("a", p, now.Add(time.Minute)); !d.Allowed || d.Remaining != 9 {
		t.Errorf("got %+v a minute later, want it allowed", d)
	}
	p.Quota = 20
	if d := s.Take("a", p, now.Add(time.Minute)); !d.Allowed || d.Remaining != 18 {
		t.Errorf("got %+v under a new limit, want it to hold at once", d)
	}
	s.Return("a", p, now.Add(time.Minute))
	if d := s.Take("a", p, now.Add(time.Minute)); d.Remaining != 18 {
		t.Errorf("got %+v, want what was returned", d)
	}
}

func TestWithoutTheBudgetANodeCountsForItself(t *testing.T) {
	t.Parallel()
	budget := &pot{err: errors.New("no database")}
	s, p, now := NewShared(budget.take, New()), Policy{Name: "burst", Quota: 10, Window: time.Minute}, time.Unix(1_750_000_000, 0)
	allowed := 0
	for range 30 {
		if s.Take("a", p, now).Allowed {
			allowed++
		}
	}
	if allowed != 10 || budget.asked != 1 {
		t.Errorf("got %d allowed and %d questions, want 10 and 1", allowed, budget.asked)
	}
	s.Return("a", p, now)
	if d := s.Take("a", p, now); d.Allowed {
		t.Errorf("got %+v, want nothing back that the budget never gave", d)
	}
	if d := NewShared(nil, New()).Take("a", p, now); !d.Allowed || d.Remaining != 9 {
		t.Errorf("got %+v without a source, want the node's own count", d)
	}
}
