package ratelimit

import (
	"context"
	"hash/maphash"
	"sync"
	"time"
)

const (
	// slices is into how many parts a quota is taken: a node holds at most one of them in its hand, which is how far several
	// nodes together may go beyond a quota, and how far they may stay below it.
	slices = 50
	// slots is into how many parts a window is counted.
	slots = 30
	// askTimeout is how long a request waits for the budget, and how long after a failure nobody asks.
	askTimeout = time.Second
)

// Ask is what a node wants of a budget that all share.
type Ask struct {
	Client string
	Policy Policy
	Used   int // given out already and not told yet
	Want   int
	Now    time.Time
}

// Slot returns the number of the slot that a moment lies in: a thirtieth of the window.
func (a Ask) Slot() int64 { return a.Now.UnixNano() / int64(a.slot()) }

// SlotStart returns when a slot begins.
func (a Ask) SlotStart(n int64) time.Time { return time.Unix(0, n*int64(a.slot())) }

func (a Ask) slot() time.Duration { return max(a.Policy.Window/slots, 1) }

// Grant is what a node gets of a budget.
type Grant struct {
	Granted, Remaining int
	Frees              time.Time // when the oldest of what counts no longer does
	Resets             time.Time // when nothing does
}

// Source takes from a budget that all nodes share.
type Source func(ctx context.Context, a Ask) (Grant, error)

// Shared counts requests over several nodes. A window is any of the policy's length: what was taken in it never exceeds the
// quota by more than a fiftieth for each node, and who uses it up loses no more than that of it. The first fiftieth of a window is given
// out without asking, and what is given out is asked for in fiftieths, so a request costs a look into memory, and one of many a
// query; a refusal is remembered until it can change. While the source fails, each node counts for itself. Shared is safe for
// concurrent use, and its memory is bounded as a Limiter's.
type Shared struct {
	seed   maphash.Seed
	source Source
	own    *Limiter // while the source fails
	shards [shards]struct {
		mu     sync.Mutex
		shares map[string]*share
	}
}

// share is what a node holds of one budget.
type share struct {
	mu        sync.Mutex
	quota     int
	left      int  // may be given out without asking
	free      bool // what is left was not asked for: it is told afterwards
	used      int  // given out and not told
	remaining int  // of the quota, beyond what is left here, when it was asked
	asked     time.Time
	until     time.Time // nothing before this
	resets    time.Time
	failed    time.Time // when the source last did
}

// NewShared returns a counter that takes from source; nil counts for this process alone.
func NewShared(source Source, own *Limiter) *Shared {
	s := &Shared{seed: maphash.MakeSeed(), source: source, own: own}
	for i := range s.shards {
		s.shards[i].shares = map[string]*share{}
	}
	return s
}

// Take takes one request from the client's budget under the policy.
func (s *Shared) Take(client string, p Policy, now time.Time) Decision {
	if p.Local || s.source == nil {
		return s.own.Take(client, p, now)
	}
	sh := s.share(client, p, now)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.quota != p.Quota || now.Sub(sh.asked) > p.Window {
		free := p.Quota / slices
		sh.quota, sh.left, sh.free, sh.used, sh.remaining, sh.asked = p.Quota, free, true, 0, p.Quota-free, now
		sh.until, sh.resets = time.Time{}, now.Add(p.Window)
	}
	if now.Before(sh.until) {
		return Decision{Reset: sh.resets.Sub(now), RetryAfter: sh.until.Sub(now)}
	}
	if sh.left == 0 {
		if now.Sub(sh.failed) < askTimeout || !s.ask(sh, client, p, now) {
			return s.own.Take(client, p, now)
		}
		if sh.left == 0 {
			return Decision{Reset: sh.resets.Sub(now), RetryAfter: sh.until.Sub(now)}
		}
	}
	sh.left--
	if sh.free {
		sh.used++
	}
	return Decision{Allowed: true, Remaining: sh.left + sh.remaining, Reset: sh.resets.Sub(now)}
}

// Return gives back what Take took: another policy refused.
func (s *Shared) Return(client string, p Policy, now time.Time) {
	if p.Local || s.source == nil {
		return
	}
	sh := s.share(client, p, now)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.quota != p.Quota || sh.left == 0 && now.Sub(sh.failed) < askTimeout { // without the budget, it was this node's own
		return
	}
	sh.left++
	if sh.free {
		sh.used--
	}
}

// ask takes a slice, and reports whether the source answered. Others of the same client wait meanwhile.
func (s *Shared) ask(sh *share, client string, p Policy, now time.Time) bool {
	ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
	defer cancel()
	g, err := s.source(ctx, Ask{Client: client, Policy: p, Used: sh.used, Want: max(1, p.Quota/slices), Now: now})
	if err != nil {
		sh.failed = now
		return false
	}
	sh.left, sh.remaining, sh.resets, sh.asked, sh.free, sh.used, sh.until = g.Granted, g.Remaining, g.Resets, now, false, 0, time.Time{}
	if g.Granted == 0 {
		sh.until = g.Frees
	}
	return true
}

// share returns what this node holds of a budget.
func (s *Shared) share(client string, p Policy, now time.Time) *share {
	key := p.Name + " " + client
	at := &s.shards[maphash.String(s.seed, key)%shards]
	at.mu.Lock()
	defer at.mu.Unlock()
	sh, ok := at.shares[key]
	if !ok {
		if len(at.shares) >= perShard {
			forgetShare(at.shares)
		}
		sh = &share{quota: -1, asked: now}
		at.shares[key] = sh
	}
	return sh
}

// forgetShare makes room: of a few in no order, the one that was asked for longest ago goes. What it gave out and did not tell is lost,
// which is at most a fiftieth.
func forgetShare(shares map[string]*share) {
	var oldest string
	var at time.Time
	looked := 0
	for key, sh := range shares {
		if !sh.mu.TryLock() {
			continue // it is in use
		}
		asked := sh.asked
		sh.mu.Unlock()
		if looked == 0 || asked.Before(at) {
			oldest, at = key, asked
		}
		if looked++; looked == 16 {
			break
		}
	}
	delete(shares, oldest)
}
