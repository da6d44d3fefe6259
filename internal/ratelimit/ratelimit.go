// Package ratelimit counts requests per client in memory: a bucket of tokens for each, kept as one number (GCRA, the
// generic cell rate algorithm of ATM), a bounded number of them, and the RateLimit header fields that tell the client
// where it stands (draft-ietf-httpapi-ratelimit-headers-10).
//
// A Limiter counts for its process alone; Shared counts over several.
package ratelimit

import (
	"hash/maphash"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

// Policy allows Quota requests in each Window on average, and as many at once.
type Policy struct {
	Name   string // in the header fields; letters only
	Quota  int
	Window time.Duration
	Local  bool // each process counts for itself, see Shared
}

// Times returns the same policy with factor times the quota, under another name, counted by each process for itself.
func (p Policy) Times(factor int, name string) Policy {
	return Policy{Name: name, Quota: p.Quota * factor, Window: p.Window, Local: true}
}

// each returns how long a request takes from the window: at least a nanosecond, also for a quota that is none.
func (p Policy) each() time.Duration { return max(p.Window/time.Duration(max(p.Quota, 1)), 1) }

// AppendHeader appends the RateLimit-Policy field: "anonymous";q=600;w=60.
func (p Policy) AppendHeader(dst []byte) []byte {
	dst = append(append(append(dst, '"'), p.Name...), `";q=`...)
	dst = append(strconv.AppendInt(dst, int64(p.Quota), 10), ";w="...)
	return strconv.AppendInt(dst, int64(seconds(p.Window)), 10)
}

// Decision is the answer to one request.
type Decision struct {
	Allowed    bool
	Remaining  int           // requests that would be allowed right now
	Reset      time.Duration // until the whole quota is there again
	RetryAfter time.Duration // until the next is allowed; 0 when allowed
}

// AppendHeader appends the RateLimit field: "anonymous";r=599;t=1. t is until the whole quota is there again.
func (d Decision) AppendHeader(dst []byte, p Policy) []byte {
	dst = append(append(append(dst, '"'), p.Name...), `";r=`...)
	dst = append(strconv.AppendInt(dst, int64(d.Remaining), 10), ";t="...)
	return strconv.AppendInt(dst, int64(seconds(d.Reset)), 10)
}

// seconds returns a duration in whole seconds, rounded up, as header fields want it.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

const (
	shards   = 16
	perShard = 8192 // clients remembered: 131,072 in about 8 MiB
)

// Limiter counts. It is safe for concurrent use, and its memory is bounded: a client whose bucket is full again is
// forgotten, and under a flood of new clients some are forgotten early, which is in their favour.
type Limiter struct {
	seed   maphash.Seed
	shards [shards]shard
}

type shard struct {
	mu   sync.Mutex
	full map[string]time.Time // when the client's bucket is full again
}

// New returns a limiter that has counted nothing.
func New() *Limiter {
	l := &Limiter{seed: maphash.MakeSeed()}
	for i := range l.shards {
		l.shards[i].full = map[string]time.Time{}
	}
	return l
}

// Take takes a token from the client's bucket under the policy. A client is known by any text; see Address. It costs
// about 100 ns.
func (l *Limiter) Take(client string, p Policy, now time.Time) Decision {
	s := &l.shards[maphash.String(l.seed, client)%shards]
	each := p.each()
	s.mu.Lock()
	defer s.mu.Unlock()
	full := s.full[client]
	if full.Before(now) {
		full = now
	}
	next := full.Add(each)
	missing := next.Sub(now) // what the bucket would lack of the quota, as time
	if missing > p.Window {
		return Decision{Reset: full.Sub(now), RetryAfter: missing - p.Window}
	}
	if _, known := s.full[client]; !known && len(s.full) >= perShard {
		s.forget(now)
	}
	s.full[client] = next
	return Decision{Allowed: true, Remaining: int((p.Window - missing) / each), Reset: missing}
}

// Exhausted reports whether the client would be refused, without taking anything.
func (l *Limiter) Exhausted(client string, p Policy, now time.Time) bool {
	s := &l.shards[maphash.String(l.seed, client)%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.full[client].Add(p.each()).Sub(now) > p.Window
}

// forget makes room for at least one client: of a few looked at in no order, those whose buckets are full go, and one in
// any case.
func (s *shard) forget(now time.Time) {
	looked := 0
	for client, full := range s.full {
		if looked == 0 || !full.After(now) {
			delete(s.full, client)
		}
		if looked++; looked == 16 {
			return
		}
	}
}

// Address returns how a client without a name is counted: IPv4 by address, IPv6 by /64, which is what one household has.
func Address(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
