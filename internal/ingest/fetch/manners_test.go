package fetch_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
)

// clock is a time that tests move.
type clock struct{ at atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.at.Store(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) now() time.Time          { return time.Unix(0, c.at.Load()) }
func (c *clock) forward(d time.Duration) { c.at.Add(int64(d)) }

// mannered is a site whose robots.txt and pages the test sets.
type mannered struct {
	addr           string
	robots, status atomic.Value
	asked, pages   atomic.Int64
}

func newMannered(t *testing.T, robots string) *mannered {
	t.Helper()
	m := &mannered{}
	m.robots.Store(robots)
	m.status.Store(200)
	m.addr = site(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			m.asked.Add(1)
			w.WriteHeader(m.status.Load().(int))
			io.WriteString(w, m.robots.Load().(string))
			return
		}
		m.pages.Add(1)
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		html(w, r)
	})
	return m
}

func polite(f *fetch.Fetcher, url string) error {
	_, err := f.Get(context.Background(), fetch.Request{URL: url, Polite: true})
	return err
}

func TestOnlyWatchersAskRobots(t *testing.T) {
	t.Parallel()
	m := newMannered(t, "User-agent: touchstone\nDisallow: /private\nDisallow: /hop2")
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow = []string{m.addr} })
	base := "http://" + m.addr
	if _, err := f.Get(context.Background(), fetch.Request{URL: base + "/private"}); err != nil || m.asked.Load() != 0 {
		t.Errorf("got %v and %d looks at robots.txt, want an editor's page and none", err, m.asked.Load())
	}
	m.pages.Store(0)
	err := polite(f, base+"/private/x")
	wantCause(t, err, fetch.CauseRobots)
	if factcheck.CodeOf(err) != factcheck.CodeForbidden {
		t.Errorf("got %v, want forbidden", err)
	}
	if got := m.pages.Load(); got != 0 {
		t.Errorf("got %d requests for what robots.txt forbids", got)
	}
	if err := polite(f, base+"/public"); err != nil {
		t.Error(err)
	}
	wantCause(t, polite(f, base+"/hop1?to=/hop2"), fetch.CauseRobots)
	if got := m.asked.Load(); got != 1 {
		t.Errorf("got %d looks at robots.txt, want one", got)
	}
}

func TestRobotsHoldADayAndFailuresAnHour(t *testing.T) {
	t.Parallel()
	m := newMannered(t, "User-agent: *\nDisallow: /")
	c := newClock()
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow, cfg.Now = []string{m.addr}, c.now })
	for n, step := range []struct {
		forward time.Duration
		status  int
		text    string
		want    fetch.Cause
		asked   int64
	}{
		{0, 200, "User-agent: *\nDisallow: /", fetch.CauseRobots, 1},
		{23 * time.Hour, 404, "", fetch.CauseRobots, 1},
		{2 * time.Hour, 404, "", "", 2},
		{25 * time.Hour, 403, "", "", 3},
		{25 * time.Hour, 500, "", fetch.CauseRobots, 4},
		{30 * time.Minute, 200, "", fetch.CauseRobots, 4},
		{31 * time.Minute, 200, "", "", 5},
		{25 * time.Hour, 500, "", fetch.CauseRobots, 6},
	} {
		c.forward(step.forward)
		m.status.Store(step.status)
		m.robots.Store(step.text)
		err := polite(f, "http://"+m.addr)
		if step.want != "" {
			wantCause(t, err, step.want)
		} else if err != nil {
			t.Errorf("step %d: got %v, want the page", n, err)
		}
		if got := m.asked.Load(); got != step.asked {
			t.Errorf("step %d: got %d looks at robots.txt, want %d", n, got, step.asked)
		}
	}
}

func TestRobotsTooLongAreCutAndUnreachableSitesNotVisited(t *testing.T) {
	t.Parallel()
	c := newCanary(t)
	m := newMannered(t, "User-agent: *\nDisallow: /a\n"+strings.Repeat("# more\n", 80_000)+"Disallow: /b")
	moved := site(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://"+c.at("127.0.0.1")+"/robots.txt", http.StatusFound)
	})
	var loops atomic.Int64
	loop := site(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			loops.Add(1)
			http.Redirect(w, r, "/robots.txt", http.StatusFound)
			return
		}
		html(w, r)
	})
	dead := rawSite(t, func(net.Conn) {})
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow = []string{m.addr, moved, loop, dead} })
	wantCause(t, polite(f, "http://"+m.addr+"/a"), fetch.CauseRobots)
	if err := polite(f, "http://"+m.addr+"/b"); err != nil {
		t.Errorf("got %v, want what stands after 500 KiB to count for nothing", err)
	}
	if err := polite(f, "http://"+loop+"/b"); err != nil || loops.Load() != 1 {
		t.Errorf("got %v, want a site without rules", err)
	}
	wantCause(t, polite(f, "http://"+moved), fetch.CauseUnreachable)
	wantCause(t, polite(f, "http://"+dead), fetch.CauseProtocol)
	wantCause(t, polite(f, "http://"+c.at("127.0.0.1")), fetch.CauseUnreachable)
	c.silent(t, "robots.txt")
}

func TestAHostIsVisitedByOneAtATimeWithAGap(t *testing.T) {
	t.Parallel()
	const gap = 60 * time.Millisecond
	var now, most atomic.Int64
	var mu sync.Mutex
	var ends, starts []time.Time
	addr := site(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			return
		}
		mu.Lock()
		starts = append(starts, time.Now())
		mu.Unlock()
		most.Store(max(most.Load(), now.Add(1)))
		html(w, r)
		now.Add(-1)
		mu.Lock()
		ends = append(ends, time.Now())
		mu.Unlock()
	})
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow, cfg.Limits.Gap = []string{addr}, gap })
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := polite(f, "http://"+addr); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most.Load() != 1 || len(starts) != 4 {
		t.Fatalf("got %d visits, %d at once, want 4, one at a time", len(starts), most.Load())
	}
	for n := range 3 {
		if got := starts[n+1].Sub(ends[n]); got < gap-time.Millisecond {
			t.Errorf("got a gap of %v, want %v", got, gap)
		}
	}
}

func TestSitesThatAskForTimeGetIt(t *testing.T) {
	t.Parallel()
	c := newClock()
	var retry, crawl atomic.Value
	retry.Store("")
	crawl.Store("")
	addr := site(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			io.WriteString(w, "User-agent: *\nCrawl-delay: "+crawl.Load().(string))
			return
		}
		if text := retry.Load().(string); text != "" {
			w.Header().Set("Retry-After", text)
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		html(w, r)
	})
	fresh := func() *fetch.Fetcher {
		return newFetcher(t, func(cfg *fetch.Config) {
			cfg.Allow, cfg.Now, cfg.Limits.Patience = []string{addr}, c.now, 50*time.Millisecond
		})
	}
	for text, want := range map[string]time.Duration{
		"120": 2 * time.Minute, "999999": time.Hour, "soon": time.Minute, "-5": time.Minute,
		"in ten minutes": 10 * time.Minute, "ten minutes ago": 0,
	} {
		f := fresh()
		switch text {
		case "in ten minutes":
			text = c.now().Add(want).UTC().Format(http.TimeFormat)
		case "ten minutes ago":
			text = c.now().Add(-10 * time.Minute).UTC().Format(http.TimeFormat)
		}
		retry.Store(text)
		if err := polite(f, "http://"+addr); err != nil {
			t.Fatalf("%s: got %v, want the 429 itself", text, err)
		}
		retry.Store("")
		c.forward(time.Second) // the gap
		err := polite(f, "http://"+addr)
		if want == 0 && err == nil {
			continue
		}
		wantCause(t, err, fetch.CauseWait)
		var shown *factcheck.Error
		if !errors.As(err, &shown) || shown.Code != factcheck.CodeRateLimited || shown.RetryAfter != want-time.Second {
			t.Errorf("%s: got %s after %v, want rate_limited after a second less than %v", text, shown.Code, shown.RetryAfter, want)
		}
		if _, err := f.Get(context.Background(), fetch.Request{URL: "http://" + addr}); err != nil {
			t.Errorf("%s: got %v, want an editor's page", text, err)
		}
		c.forward(want + time.Second)
		if err := polite(f, "http://"+addr); err != nil {
			t.Errorf("%s: got %v, want the page after %v", text, err, want)
		}
	}
	f := fresh()
	crawl.Store("3600")
	if err := polite(f, "http://"+addr); err != nil {
		t.Fatal(err)
	}
	err := polite(f, "http://"+addr)
	wantCause(t, err, fetch.CauseWait)
	c.forward(31 * time.Second)
	if err := polite(f, "http://"+addr); err != nil {
		t.Errorf("got %v, want a Crawl-delay of an hour to count for 30 s", err)
	}
}

func TestAThousandHostsAreForgottenButNoneThatAskedForTime(t *testing.T) {
	t.Parallel()
	addr := site(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/busy" {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		html(w, r)
	})
	_, port, _ := net.SplitHostPort(addr)
	d := newDNS(t, func(string, int64) records { return records{ips: []string{"127.0.0.1"}} })
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow, cfg.Resolver = []string{addr}, d.addr })
	if err := polite(f, "http://busy.test:"+port+"/busy"); err != nil {
		t.Fatal(err)
	}
	for n := range 600 {
		if err := polite(f, "http://h"+strings.Repeat("x", n%50)+"-"+time.Duration(n).String()+".test:"+port); err != nil {
			t.Fatal(err)
		}
	}
	if got := f.Hosts(); got > 512 {
		t.Errorf("got %d hosts remembered, want 512 at most", got)
	}
	wantCause(t, polite(f, "http://busy.test:"+port+"/page"), fetch.CauseWait)
}

func TestARedirectToAnotherHostWaitsForItsTurnThere(t *testing.T) {
	t.Parallel()
	addr := site(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/busy":
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusServiceUnavailable)
		case "/moved":
			http.Redirect(w, r, "http://two.test:"+r.URL.Query().Get("port")+"/page", http.StatusFound)
		default:
			html(w, r)
		}
	})
	_, port, _ := net.SplitHostPort(addr)
	d := newDNS(t, func(string, int64) records { return records{ips: []string{"127.0.0.1"}} })
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow, cfg.Resolver = []string{addr}, d.addr })
	moved := "http://one.test:" + port + "/moved?port=" + port
	if err := polite(f, moved); err != nil {
		t.Errorf("got %v, want the page of the other host", err)
	}
	if err := polite(f, "http://two.test:"+port+"/busy"); err != nil {
		t.Fatal(err)
	}
	wantCause(t, polite(f, moved), fetch.CauseWait)
	if err := polite(f, "http://one.test:"+port+"/page"); err != nil {
		t.Errorf("got %v, want the first host to be open", err)
	}
}
