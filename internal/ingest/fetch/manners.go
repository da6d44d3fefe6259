package fetch

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	maxHosts     = 512            // hosts that are remembered
	robotsFor    = 24 * time.Hour // how long a robots.txt holds (RFC 9309, section 2.4)
	robotsRetry  = time.Hour      // how long one holds that the site could not give
	robotsWithin = 10 * time.Second
	usualHoldOff = time.Minute // of a 429 or 503 that does not say
)

// manners remember when each host may be visited again.
type manners struct {
	limits Limits
	now    func() time.Time
	mu     sync.Mutex
	hosts  map[string]*host
}

// host is what is known of one. users and until belong to manners.mu, the rest to whoever has the turn.
type host struct {
	users  int
	until  time.Time // the site asked to be left alone
	turn   chan struct{}
	next   time.Time
	robots map[string]robotsEntry // by origin
}

type robotsEntry struct {
	rules robots
	until time.Time
}

func newManners(limits Limits, now func() time.Time) *manners {
	return &manners{limits: limits, now: now, hosts: map[string]*host{}}
}

// visit returns the host, counted as in use.
func (m *manners) visit(name string) *host {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := m.hosts[name]
	if h == nil {
		m.forget()
		h = &host{turn: make(chan struct{}, 1), robots: map[string]robotsEntry{}}
		m.hosts[name] = h
	}
	h.users++
	return h
}

// forget makes room for one more host: of those that nobody visits it drops the ones that may be visited again soonest, so that
// a host that asked for time gets it however many others come between. Called with the lock.
func (m *manners) forget() {
	for len(m.hosts) >= maxHosts {
		var name string
		var soonest time.Time
		for n, h := range m.hosts {
			if h.users > 0 {
				continue // also: next is not ours to read
			}
			if again := h.again(); name == "" || again.Before(soonest) {
				name, soonest = n, again
			}
		}
		if name == "" {
			return
		}
		delete(m.hosts, name)
	}
}

// again returns when the host may be visited again. Called with the lock, by who has the turn or when nobody has it.
func (h *host) again() time.Time {
	if h.next.After(h.until) {
		return h.next
	}
	return h.until
}

func (m *manners) left(h *host) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h.users--
}

// holdOff notes a 429 or 503 and returns how long the host is left alone: as its Retry-After says, in seconds or as a date.
func (m *manners) holdOff(name, retryAfter string) time.Duration {
	d, now := usualHoldOff, m.now()
	if seconds, err := strconv.ParseUint(strings.TrimSpace(retryAfter), 10, 31); err == nil {
		d = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(retryAfter); err == nil {
		d = max(at.Sub(now), 0)
	}
	d = min(d, m.limits.MaxRetryAfter)
	h := m.visit(name)
	defer m.left(h)
	m.mu.Lock()
	defer m.mu.Unlock()
	h.until = now.Add(d)
	return d
}

// wait returns how long the host must be left alone yet.
func (m *manners) wait(h *host) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return h.again().Sub(m.now())
}

// seat is a turn at a host.
type seat struct {
	manners *manners
	name    string
	host    *host
	delay   time.Duration // Crawl-delay
}

// take waits for a turn, at most Limits.Patience for those before and as long again for the gap.
func (m *manners) take(ctx context.Context, name string) (*seat, *Failure) {
	h := m.visit(name)
	waiting, cancel := context.WithTimeout(ctx, m.limits.Patience)
	defer cancel()
	select {
	case h.turn <- struct{}{}:
	case <-waiting.Done():
		m.left(h)
		return nil, later(m.limits.Patience)
	}
	s := &seat{manners: m, name: name, host: h}
	if d := m.wait(h); d > m.limits.Patience || !pause(ctx, d) {
		s.free()
		return nil, later(d)
	}
	return s, nil
}

func later(d time.Duration) *Failure {
	f := fail(CauseWait, "this site asks to be visited later", "wait "+d.String())
	f.retryAfter = d
	return f
}

// leave ends a turn in which the host was visited.
func (s *seat) leave() {
	s.host.next = s.manners.now().Add(max(s.manners.limits.Gap, min(s.delay, s.manners.limits.MaxCrawlDelay)))
	s.free()
}

func (s *seat) free() {
	<-s.host.turn
	s.manners.left(s.host)
}

// enter takes the turn for a hop, if the visit is a polite one. Redirects within a host are one visit: robots.txt is asked again,
// the gap is not.
func (v *visit) enter(ctx context.Context, t target) *Failure {
	if !v.req.Polite {
		return nil
	}
	if v.seat == nil || v.seat.name != t.host {
		v.leave()
		s, failure := v.fetcher.manners.take(ctx, t.host)
		if failure != nil {
			return failure
		}
		v.seat = s
	}
	entry, failure := v.fetcher.robotsOf(ctx, v.seat, t)
	if failure != nil {
		return failure
	}
	v.seat.delay = entry.rules.delay
	if !entry.rules.allows(t.url) {
		return fail(CauseRobots, "the site asks programs not to read this page (robots.txt)", withoutSecrets(t.url))
	}
	return nil
}

func (v *visit) leave() {
	if v.seat != nil {
		v.seat.leave()
		v.seat = nil
	}
}

// robotsOf returns the rules of an origin, fetched at most once a day. By RFC 9309, section 2.3.1: a site without the file (4xx, or
// redirects without end) allows everything; one that cannot give it now (5xx, and 429) forbids everything, here for an hour; one
// that cannot be reached is not visited.
func (f *Fetcher) robotsOf(ctx context.Context, s *seat, t target) (robotsEntry, *Failure) {
	now := f.now()
	if entry, ok := s.host.robots[t.origin()]; ok && now.Before(entry.until) {
		return entry, nil
	}
	v := visit{fetcher: f, left: min(robotsWithin, f.limits.Total), cut: true, req: Request{
		URL: t.origin() + "/robots.txt", Accept: Any, MaxBytes: maxRobots,
	}}
	r, failure := v.get(ctx)
	if failure != nil && failure.Cause != CauseRedirect {
		return robotsEntry{}, failure
	}
	entry := robotsEntry{until: now.Add(robotsFor)}
	switch {
	case r == nil:
	case r.Status >= 200 && r.Status <= 299:
		entry.rules = parseRobots(r.Body, productToken(f.agent))
	case r.Status >= 500 || r.Status == http.StatusTooManyRequests:
		entry = robotsEntry{rules: robots{none: true}, until: now.Add(robotsRetry)}
	}
	s.host.robots[t.origin()] = entry
	return entry, nil
}
