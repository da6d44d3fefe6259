package ratelimit

import (
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestQuotaIsAllowedAtOnceAndThenItsRate(t *testing.T) {
	t.Parallel()
	l, p := New(), Policy{Name: "anonymous", Quota: 60, Window: time.Minute}
	now := time.Unix(1_750_000_000, 0)
	for i := range 60 {
		if d := l.Take("a", p, now); !d.Allowed || d.Remaining != 59-i {
			t.Fatalf("request %d: got %+v, want it allowed with %d left", i+1, d, 59-i)
		}
	}
	if !l.Exhausted("a", p, now) || l.Exhausted("a", p, now.Add(time.Second)) || l.Exhausted("b", p, now) {
		t.Error("want exactly the client without tokens exhausted, until it has one")
	}
	d := l.Take("a", p, now)
	if d.Allowed || d.RetryAfter != time.Second || d.Remaining != 0 || d.Reset != time.Minute {
		t.Fatalf("request 61: got %+v, want it refused for a second", d)
	}
	if d := l.Take("b", p, now); !d.Allowed {
		t.Error("another client pays for the first")
	}
	if d := l.Take("a", p, now.Add(time.Second)); !d.Allowed || d.Remaining != 0 {
		t.Errorf("a second later: got %+v, want exactly one allowed", d)
	}
	if d := l.Take("a", p, now.Add(time.Second)); d.Allowed {
		t.Error("a second later two were allowed")
	}
	if d := l.Take("a", p, now.Add(time.Hour)); d.Remaining != 59 {
		t.Errorf("an hour later: got %+v, want the whole quota again and no more", d)
	}
}

func TestRefusedRequestsCostNothing(t *testing.T) {
	t.Parallel()
	l, p := New(), Policy{Name: "anonymous", Quota: 1, Window: time.Second}
	now := time.Unix(1_750_000_000, 0)
	l.Take("a", p, now)
	for range 1000 {
		l.Take("a", p, now)
	}
	if d := l.Take("a", p, now.Add(time.Second)); !d.Allowed {
		t.Errorf("got %+v, want the client back after a second however often it knocked", d)
	}
}

func TestExtremeQuotas(t *testing.T) {
	t.Parallel()
	l, now := New(), time.Unix(1_750_000_000, 0)
	endless := Policy{Name: "none", Quota: 1_000_000_000, Window: time.Minute}.Times(1000, "local-none")
	for range 1000 {
		if d := l.Take("a", endless, now); !d.Allowed {
			t.Fatalf("got %+v under a quota without end", d)
		}
	}
	if l.Exhausted("a", endless, now) {
		t.Error("a quota without end is exhausted")
	}
	if d := l.Take("b", Policy{Name: "nothing", Window: time.Minute}, now); !d.Allowed || d.Remaining != 0 {
		t.Errorf("got %+v under no quota, want it taken for one", d)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	p := Policy{Name: "anonymous", Quota: 600, Window: time.Minute}
	if got, want := string(p.AppendHeader(nil)), `"anonymous";q=600;w=60`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := string((Decision{Remaining: 42, Reset: 16100 * time.Millisecond}).AppendHeader(nil, p)), `"anonymous";r=42;t=17`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := string(p.Times(10, "key").AppendHeader(nil)), `"key";q=6000;w=60`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2:ffff::": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64",
	} {
		if got := Address(netip.MustParseAddr(in)); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
	if got := Address(netip.Addr{}); got == "" {
		t.Error("no address has no name")
	}
}

func TestMemoryIsBoundedUnderAFloodOfClients(t *testing.T) {
	t.Parallel()
	l, p := New(), Policy{Name: "anonymous", Quota: 60, Window: time.Minute}
	now := time.Unix(1_750_000_000, 0)
	for i := range 4 * shards * perShard {
		if !l.Take(fmt.Sprint(i), p, now).Allowed {
			t.Fatal("a new client was refused")
		}
	}
	for i := range l.shards {
		if n := len(l.shards[i].full); n > perShard {
			t.Errorf("shard %d remembers %d clients, want at most %d", i, n, perShard)
		}
	}
}

func TestConcurrentRequestsNeverExceedTheQuota(t *testing.T) {
	t.Parallel()
	l, p := New(), Policy{Name: "anonymous", Quota: 100, Window: time.Hour}
	now := time.Unix(1_750_000_000, 0)
	var allowed atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if l.Take("a", p, now).Allowed {
					allowed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if got := allowed.Load(); got != 100 {
		t.Errorf("got %d allowed, want 100", got)
	}
}

func BenchmarkTake(b *testing.B) {
	l, p := New(), Policy{Name: "anonymous", Quota: 1 << 30, Window: time.Minute}
	now := time.Now()
	for b.Loop() {
		l.Take("192.0.2.1", p, now)
	}
}

func TestAQuotaBeyondCountingIsNoLimit(t *testing.T) {
	t.Parallel()
	l := New()
	p := Policy{Name: "none", Quota: 1_000_000_000_000, Window: time.Minute}
	now := time.Now()
	for i := range 1000 {
		if d := l.Take("a", p, now); !d.Allowed {
			t.Fatalf("request %d was refused: %+v", i, d)
		}
	}
}
