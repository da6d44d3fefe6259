package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
)

// pair listens on the same port of 127.0.0.2, which the tests allow, and of 127.0.0.1, which is refused and counted.
func pair(t *testing.T, handler http.HandlerFunc) (public, port string, hits *atomic.Int64) {
	t.Helper()
	for range 20 {
		first, err := net.Listen("tcp", "127.0.0.2:0")
		if err != nil {
			t.Skipf("127.0.0.2 is not an address of this machine: %v", err)
		}
		public = first.Addr().String()
		_, port, _ = net.SplitHostPort(public)
		second, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			first.Close()
			continue
		}
		hits = new(atomic.Int64)
		server := &http.Server{Handler: handler}
		go server.Serve(first)
		t.Cleanup(func() { server.Close(); second.Close() })
		go func() {
			for {
				conn, err := second.Accept()
				if err != nil {
					return
				}
				hits.Add(1)
				conn.Close()
			}
		}()
		return public, port, hits
	}
	t.Fatal("no port is free on both addresses")
	return "", "", nil
}

func TestANameThatMovesInsideIsRefused(t *testing.T) {
	t.Parallel()
	public, port, hits := pair(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/again" {
			http.Redirect(w, r, "/page", http.StatusFound)
			return
		}
		html(w, r)
	})
	var asks atomic.Int64
	d := newDNS(t, func(string, int64) records {
		if asks.Load() == 0 {
			return records{ips: []string{"127.0.0.2"}}
		}
		return records{ips: []string{"127.0.0.1"}}
	})
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow, cfg.Resolver = []string{public}, d.addr })
	ctx := context.Background()
	url := "http://rebind.test:" + port
	if _, err := f.Get(ctx, fetch.Request{URL: url}); err != nil {
		t.Fatalf("the first answer is public: %v", err)
	}
	asks.Store(1)
	_, err := f.Get(ctx, fetch.Request{URL: url})
	wantCause(t, err, fetch.CauseUnreachable)
	// Each hop asks anew: the name moves between the redirect and its end.
	moved := newDNS(t, func(_ string, ask int64) records {
		return records{ips: []string{map[bool]string{true: "127.0.0.2", false: "127.0.0.1"}[ask <= 1]}}
	})
	g := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow, cfg.Resolver = []string{public}, moved.addr })
	_, err = g.Get(ctx, fetch.Request{URL: url + "/again"})
	wantCause(t, err, fetch.CauseUnreachable)
	if got := failure(t, err); !got.Refused {
		t.Errorf("got %s, want the second answer to be refused", got.Detail)
	}
	if got := hits.Load(); got != 0 {
		t.Errorf("127.0.0.1 was hit %d times", got)
	}
}

func TestOneRefusedAnswerRefusesTheName(t *testing.T) {
	t.Parallel()
	public, port, hits := pair(t, html)
	answers := map[string][]string{
		"one.test": {"127.0.0.2"}, "dead.test": {"127.0.0.4", "127.0.0.2"},
		"after.test": {"127.0.0.2", "127.0.0.1"}, "before.test": {"127.0.0.1", "127.0.0.2"}, "six.test": {"127.0.0.2", "fd00::1"},
	}
	var many []string
	for n := range 40 {
		many = append(many, fmt.Sprintf("127.0.1.%d", n))
	}
	answers["many.test"] = append(many, "127.0.0.1")
	d := newDNS(t, func(name string, _ int64) records { return records{ips: answers[name]} })
	f := newFetcher(t, func(cfg *fetch.Config) {
		cfg.Resolver, cfg.Allow = d.addr, []string{public, "127.0.0.4:" + port}
		for _, ip := range many {
			cfg.Allow = append(cfg.Allow, ip+":"+port)
		}
	})
	for name, ok := range map[string]bool{"one.test": true, "dead.test": true, "after.test": false, "before.test": false, "six.test": false, "many.test": false} {
		r, err := f.Get(context.Background(), fetch.Request{URL: "http://" + name + ":" + port})
		if ok && (err != nil || r.RemoteAddr != public) {
			t.Errorf("%s: got %v, want the page: the address that is closed is passed over", name, err)
		}
		if !ok {
			if got := failure(t, err); got.Cause != fetch.CauseUnreachable || !got.Refused {
				t.Errorf("%s: got %s (%s), want it refused", name, got.Cause, got.Detail)
			}
		}
	}
	if got := hits.Load(); got != 0 {
		t.Errorf("127.0.0.1 was hit %d times", got)
	}
}

func TestTheAllowListOpensNothingElse(t *testing.T) {
	t.Parallel()
	c := newCanary(t)
	addr := site(t, html)
	_, port, _ := net.SplitHostPort(addr)
	d := newDNS(t, func(string, int64) records { return records{ips: []string{"127.0.0.1"}} })
	get := func(allow, url string) error {
		t.Helper()
		f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow, cfg.Resolver, cfg.Ports = []string{allow}, d.addr, []int{c.port} })
		_, err := f.Get(context.Background(), fetch.Request{URL: url})
		return err
	}
	for _, tt := range []struct {
		allow, url string
		ok         bool
	}{
		{addr, "http://" + addr, true},
		{addr, "http://name.test:" + port, true}, // the door is open, whoever shows the way to it
		{addr, "http://" + c.at("127.0.0.1"), false},
		{addr, "http://" + c.at("name.test"), false},
		{addr, "http://127.1:" + port, false},
		{addr, "http://2130706433:" + port, false},
		{addr, "http://127.0.0.2:" + port, false},
		{addr, "http://[::ffff:127.0.0.1]:" + port, false},
		{addr, "http://localhost:" + port, false},
		{addr, "http://user@" + addr, false},
		{addr, "gopher://" + addr, false},
		{"name.test:" + port, "http://NAME.test.:" + port, true},
		{"Name.Test.:" + port, "http://name.test:" + port, true},
		{"name.test:" + port, "http://" + addr, false},
		{"name.test:" + port, "http://other.test:" + port, false},
		{"name.test:" + port, "http://sub.name.test:" + port, false},
		{"name.test:" + port, "http://" + c.at("name.test"), false},
		{"a_b.test:" + port, "http://A_B.test:" + port, true},
		{"localhost:" + port, "http://localhost:" + port, true},
		{"localhost:" + port, "http://" + c.at("localhost"), false},
		{"localhost:" + port, "http://x.localhost:" + port, false},
	} {
		err := get(tt.allow, tt.url)
		if tt.ok && err != nil {
			t.Errorf("allowed %s, asked for %s: got %s", tt.allow, tt.url, failure(t, err).Detail)
		}
		if !tt.ok && err == nil {
			t.Errorf("allowed %s, asked for %s: it was fetched", tt.allow, tt.url)
		}
	}
	c.silent(t, "all of it")
	for _, bad := range []string{"127.0.0.1", ":80", "x:0", "x:99999", "x:y", "", "127.1:80", "[::1%lo]:80", "u@x:80"} {
		if _, err := fetch.New(fetch.Config{UserAgent: "x", Allow: []string{bad}}); err == nil {
			t.Errorf("%q was taken for a host and port", bad)
		}
	}
}

func TestEveryUnreachableAddressTakesTheSameTime(t *testing.T) {
	t.Parallel()
	const step = 400 * time.Millisecond
	c := newCanary(t)
	d := newDNS(t, func(name string, ask int64) records {
		if name == "slow.test" {
			return records{ips: []string{"10.0.0.1"}, after: 150 * time.Millisecond}
		}
		return house(name, ask)
	})
	hop := site(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://"+r.URL.Query().Get("to"), http.StatusFound)
	})
	f := newFetcher(t, func(cfg *fetch.Config) {
		cfg.Ports, cfg.Allow, cfg.Resolver, cfg.Limits.Hold = []int{80, c.port}, []string{"127.0.0.3:1", hop}, d.addr, step
	})
	answers := map[string]bool{}
	var asked []chan error
	for _, host := range []string{c.at("127.0.0.1"), "10.0.0.1", "nosuch.test", "private.test", "slow.test", "localhost", "0x7f.1", "127.0.0.3:1", "[::1]", "[fe80::1%25lo]", "a.test:22"} {
		for _, address := range []string{"http://" + host, "http://" + hop + "/?to=" + url.QueryEscape(host)} {
			done := make(chan error, 1)
			asked = append(asked, done)
			go func() {
				began := time.Now()
				_, err := f.Get(context.Background(), fetch.Request{URL: address})
				if took := time.Since(began); took < step {
					t.Errorf("%s: took %v, want at least %v", address, took, step)
				}
				done <- err
			}()
		}
	}
	for _, done := range asked {
		err := <-done
		wantCause(t, err, fetch.CauseUnreachable)
		answers[err.Error()] = true
		if text := err.Error(); strings.Contains(text, "refused") || strings.Contains(text, "10.0") || strings.Contains(text, "lookup") {
			t.Errorf("%q tells too much", text)
		}
	}
	if len(answers) != 1 {
		t.Errorf("got %d different answers, want one: %v", len(answers), answers)
	}
	c.silent(t, "all of it")
}

func TestSlowAndSilentNameServersEndInTime(t *testing.T) {
	t.Parallel()
	d := newDNS(t, func(name string, _ int64) records {
		return records{none: name == "silent.test", after: 3 * time.Second, ips: []string{"127.0.0.1"}}
	})
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Resolver, cfg.Limits.Connect = d.addr, 300*time.Millisecond })
	for _, host := range []string{"slow.test", "silent.test"} {
		began := time.Now()
		_, err := f.Get(context.Background(), fetch.Request{URL: "http://" + host})
		wantCause(t, err, fetch.CauseUnreachable)
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%s: took %v, want about 300 ms", host, took)
		}
	}
}

func TestLongAnswersComeOverTCP(t *testing.T) {
	t.Parallel()
	public, port, _ := pair(t, html)
	udp, tcp := bothWays(t)
	real := newDNS(t, func(string, int64) records { return records{ips: []string{"127.0.0.2"}} })
	t.Cleanup(func() { udp.Close(); tcp.Close() })
	go func() { // says of everything that it is too long
		buf := make([]byte, 4096)
		for {
			n, from, err := udp.ReadFrom(buf)
			if err != nil {
				return
			}
			buf[2], buf[3] = 0x82, 0x80
			udp.WriteTo(buf[:n], from)
		}
	}()
	go func() {
		for {
			conn, err := tcp.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				to, err := net.Dial("tcp", real.addr)
				if err != nil {
					return
				}
				defer to.Close()
				go io.Copy(to, conn)
				io.Copy(conn, to)
			}()
		}
	}()
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow, cfg.Resolver = []string{public}, udp.LocalAddr().String() })
	if r, err := f.Get(context.Background(), fetch.Request{URL: "http://long.test:" + port}); err != nil || r.RemoteAddr != public {
		t.Errorf("got %v, want the page", err)
	}
}

func TestACallerThatGivesUpGetsItsOwnError(t *testing.T) {
	t.Parallel()
	mute := rawSite(t, silence)
	f := newFetcher(t, func(cfg *fetch.Config) { cfg.Allow, cfg.Limits.Hold = []string{mute}, time.Hour })
	for _, url := range []string{"http://" + mute, "http://127.0.0.1"} {
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(100*time.Millisecond, cancel)
		if _, err := f.Get(ctx, fetch.Request{URL: url}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want context.Canceled", url, err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	_, err := f.Get(ctx, fetch.Request{URL: "http://" + mute})
	wantCause(t, err, fetch.CauseTimeout)
}
