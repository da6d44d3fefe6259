package fetch_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
)

// newFetcher returns a fetcher with small limits. Its resolver knows no name unless the test sets another.
func newFetcher(t *testing.T, change func(*fetch.Config)) *fetch.Fetcher {
	t.Helper()
	cfg := fetch.Config{
		UserAgent: fetch.UserAgent("1.0", "https://desk.example"),
		Limits: fetch.Limits{
			Total: 10 * time.Second, Connect: 5 * time.Second, Hold: time.Millisecond, Gap: time.Millisecond, Patience: 5 * time.Second,
		},
	}
	if change != nil {
		change(&cfg)
	}
	if cfg.Resolver == "" {
		cfg.Resolver = newDNS(t, nil).addr
	}
	f, err := fetch.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// site runs a web server on loopback and returns its host:port.
func site(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// rawSite answers every connection with what the function writes, after the request's header was read.
func rawSite(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				readHeader(conn)
				answer(conn)
			}()
		}
	}()
	return listener.Addr().String()
}

func readHeader(conn net.Conn) {
	var seen []byte
	one := make([]byte, 1)
	for !strings.HasSuffix(string(seen), "\r\n\r\n") {
		if _, err := conn.Read(one); err != nil {
			return
		}
		seen = append(seen, one[0])
	}
}

// canary listens on every address of this machine, IPv4 and IPv6, and counts who connects.
type canary struct {
	port int
	hits atomic.Int64
}

func newCanary(t *testing.T) *canary {
	t.Helper()
	listener, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	c := &canary{port: listener.Addr().(*net.TCPAddr).Port}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			c.hits.Add(1)
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret")
			conn.Close()
		}
	}()
	return c
}

// at returns host:port of the canary.
func (c *canary) at(host string) string { return net.JoinHostPort(host, strconv.Itoa(c.port)) }

// singing fails the test unless the canary can be hit at all, by those who do not ask first.
func (c *canary) singing(t *testing.T) {
	t.Helper()
	for _, host := range []string{"127.0.0.1", "127.9.9.9", "0.0.0.0", "::1", "::ffff:127.0.0.1"} {
		conn, err := net.Dial("tcp", c.at(host))
		if err != nil {
			t.Fatalf("the canary cannot be reached at %s, so it proves nothing: %v", host, err)
		}
		io.ReadAll(conn)
		conn.Close()
	}
	if got := c.hits.Swap(0); got != 5 {
		t.Fatalf("got %d hits of the canary, want 5", got)
	}
}

// silent fails the test if the canary was hit.
func (c *canary) silent(t *testing.T, after string) {
	t.Helper()
	if got := c.hits.Swap(0); got != 0 {
		t.Errorf("%s: the canary was hit %d times", after, got)
	}
}

// dns is a name server on loopback, over UDP and TCP. A query without records in the answer is NXDOMAIN.
type dns struct {
	addr    string
	queries atomic.Int64
}

type records struct {
	ips   []string
	cname string // the records are those of this name
	after time.Duration
	none  bool // no answer at all
}

func newDNS(t *testing.T, zone func(name string, ask int64) records) *dns {
	t.Helper()
	udp, tcp := bothWays(t)
	d := &dns{addr: udp.LocalAddr().String()}
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(func() { stop(); udp.Close(); tcp.Close() })
	go func() {
		buf := make([]byte, 4096)
		for {
			n, from, err := udp.ReadFrom(buf)
			if err != nil {
				return
			}
			query := append([]byte(nil), buf[:n]...)
			go func() {
				if out := d.answer(ctx, query, zone); out != nil {
					udp.WriteTo(out, from)
				}
			}()
		}
	}()
	go d.serveTCP(ctx, tcp, zone)
	return d
}

// bothWays listens on the same port of UDP and TCP.
func bothWays(t *testing.T) (net.PacketConn, net.Listener) {
	t.Helper()
	for range 50 {
		udp, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if tcp, err := net.Listen("tcp", udp.LocalAddr().String()); err == nil {
			return udp, tcp
		}
		udp.Close()
	}
	t.Fatal("no port is free for both UDP and TCP")
	return nil, nil
}

func (d *dns) serveTCP(ctx context.Context, tcp net.Listener, zone func(string, int64) records) {
	for {
		conn, err := tcp.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			head := make([]byte, 2)
			if _, err := io.ReadFull(conn, head); err != nil {
				return
			}
			query := make([]byte, int(head[0])<<8|int(head[1]))
			if _, err := io.ReadFull(conn, query); err != nil {
				return
			}
			if out := d.answer(ctx, query, zone); out != nil {
				conn.Write(append([]byte{byte(len(out) >> 8), byte(len(out))}, out...))
			}
		}()
	}
}

// answer returns the response to a query. Each question for A counts as one ask of its name.
func (d *dns) answer(ctx context.Context, query []byte, zone func(string, int64) records) []byte {
	var p dnsmessage.Parser
	header, err := p.Start(query)
	if err != nil {
		return nil
	}
	q, err := p.Question()
	if err != nil {
		return nil
	}
	ask := d.queries.Load()
	if q.Type == dnsmessage.TypeA {
		ask = d.queries.Add(1)
	}
	var r records
	if zone != nil {
		r = zone(strings.TrimSuffix(strings.ToLower(q.Name.String()), "."), ask)
	}
	if r.none {
		return nil
	}
	select {
	case <-time.After(r.after):
	case <-ctx.Done():
		return nil
	}
	out := dnsmessage.Header{ID: header.ID, Response: true, RecursionAvailable: true}
	if len(r.ips) == 0 && r.cname == "" {
		out.RCode = dnsmessage.RCodeNameError
	}
	b := dnsmessage.NewBuilder(nil, out)
	b.StartQuestions()
	b.Question(q)
	b.StartAnswers()
	name := q.Name
	if r.cname != "" {
		to := dnsmessage.MustNewName(r.cname + ".")
		b.CNAMEResource(dnsmessage.ResourceHeader{Name: name, Class: dnsmessage.ClassINET}, dnsmessage.CNAMEResource{CNAME: to})
		name = to
	}
	for _, text := range r.ips {
		ip := netip.MustParseAddr(text)
		head := dnsmessage.ResourceHeader{Name: name, Class: dnsmessage.ClassINET}
		if ip.Is4() && q.Type == dnsmessage.TypeA {
			b.AResource(head, dnsmessage.AResource{A: ip.As4()})
		}
		if ip.Is6() && q.Type == dnsmessage.TypeAAAA {
			b.AAAAResource(head, dnsmessage.AAAAResource{AAAA: ip.As16()})
		}
	}
	message, err := b.Finish()
	if err != nil {
		return nil
	}
	return message
}

// failure returns the Failure of an error, and checks that the error is one that can be shown.
func failure(t *testing.T, err error) *fetch.Failure {
	t.Helper()
	var shown *factcheck.Error
	var f *fetch.Failure
	if !errors.As(err, &shown) || !errors.As(err, &f) {
		t.Fatalf("got %v (%T), want a factcheck.Error with a Failure", err, err)
	}
	return f
}

// wantCause fails the test unless the error has the cause.
func wantCause(t *testing.T, err error, want fetch.Cause) {
	t.Helper()
	if f := failure(t, err); f.Cause != want {
		t.Errorf("got %s (%s), want %s", f.Cause, f.Detail, want)
	}
}

// settled fails the test if there are more goroutines than before, after they had time to end: less than the 5 s that a question
// to a silent name server lives when nobody ends it.
func settled(t *testing.T, before int) {
	t.Helper()
	deadline := time.Now().Add(3 * time.Second)
	for runtime.NumGoroutine() > before {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<20)
			t.Fatalf("got %d goroutines, want %d as before:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		}
		time.Sleep(time.Millisecond) // leaves the processor to those that are to end
	}
}

const page = "<!doctype html><html><head><title>T</title></head><body><p>Hello</p></body></html>"

func html(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	io.WriteString(w, page)
}
