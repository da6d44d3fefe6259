package storetest

import (
	"io"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
)

// Wire is a stretch of network between a program and its test database that can be cut.
type Wire struct {
	URL string // of the database through the wire

	network, target string

	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]struct{}
}

// NewWire lays a wire to a database: dsn is Env.URL or Env.OwnerURL.
func NewWire(t testing.TB, dsn string) *Wire {
	t.Helper()
	u, err := url.Parse(dsn)
	check(t, err)
	q := u.Query()
	w := &Wire{network: "unix", target: filepath.Join(q.Get("host"), ".s.PGSQL."+q.Get("port")), conns: map[net.Conn]struct{}{}}
	if u.Host != "" {
		w.network, w.target, u.Host = "tcp", u.Host, ""
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	host, port, err := net.SplitHostPort(ln.Addr().String())
	check(t, err)
	q.Set("host", host)
	q.Set("port", port)
	u.RawQuery = q.Encode()
	w.URL = u.String()
	t.Cleanup(func() {
		_ = ln.Close() // nothing can be done about it
		w.Cut()
	})
	go w.serve(ln)
	return w
}

// Cut breaks all connections and refuses new ones until Mend.
func (w *Wire) Cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = true
	for c := range w.conns {
		_ = c.Close() // it is meant to break
	}
	clear(w.conns)
}

// Mend lets new connections through.
func (w *Wire) Mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = false
}

func (w *Wire) serve(ln net.Listener) {
	for {
		near, err := ln.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial(w.network, w.target)
		if err != nil || !w.keep(near, far) {
			_ = near.Close()
			continue
		}
		for _, pair := range [][2]net.Conn{{near, far}, {far, near}} {
			go func() {
				_, _ = io.Copy(pair[0], pair[1]) // ends with the wire
				_ = pair[0].Close()
				_ = pair[1].Close()
			}()
		}
	}
}

// keep reports whether the wire is whole, and notes the connections to cut.
func (w *Wire) keep(conns ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range conns {
		if w.cut {
			_ = c.Close()
			continue
		}
		w.conns[c] = struct{}{}
	}
	return !w.cut
}
