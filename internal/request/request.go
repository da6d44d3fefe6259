// Package request says who is asking: what every handler may know of a request before it is routed. The server finds it
// out once and puts it where handlers and the fast path find it.
package request

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Info is what the server found out about a request.
type Info struct {
	ID        string     // in logs, in the audit and on error pages
	Client    netip.Addr // who asks: the peer, or whoever a trusted proxy says asked it
	Peer      netip.Addr // the other end of the connection
	Forwarded bool       // a proxy sent it on, trusted or not

	Use Use // of an API key, once a door has found out whose the request is
}

// Use is how a request used an API key: what is counted of it, and nothing else is kept.
type Use struct {
	Key          factcheck.KeyID // zero: it came without a key that is one
	Operation    factcheck.Operation
	Untimed      bool          // how long it took is not kept
	Waited       time.Duration // on purpose, for a change: no part of how long the answer took
	Burst, Daily int           // how near it came to the limits of a minute and of a day, in thousandths of them
}

// Local reports whether somebody on this machine asks, with no proxy in between.
func (i Info) Local() bool { return !i.Forwarded && i.Client.IsLoopback() }

type infoKey struct{}

// Key is the key under which the server keeps an *Info among a request's values, for From.
func Key() any { return infoKey{} }

// With returns a context that carries info.
func With(ctx context.Context, info *Info) context.Context {
	return context.WithValue(ctx, infoKey{}, info)
}

// From returns what the server found out about the request of ctx, which may be the context of a handler or fasthttp's own
// of the fast path; zero outside a request.
func From(ctx context.Context) Info {
	if info, ok := ctx.Value(infoKey{}).(*Info); ok {
		return *info
	}
	return Info{}
}

// Of returns what the server found out about a request where it stands, for doors to add to; nil outside the server.
func Of(ctx context.Context) *Info {
	info, ok := ctx.Value(infoKey{}).(*Info)
	if !ok {
		return nil
	}
	return info
}

// Client returns who asks: the peer itself, or if it is a trusted proxy the nearest address in X-Forwarded-For that is not
// one. Addresses further away are the client's own claim and are not believed; neither is anything after a word that is no
// address.
func Client(peer netip.Addr, forwardedFor []string, trusted func(netip.Addr) bool) netip.Addr {
	client := peer.Unmap()
	if !trusted(client) {
		return client
	}
	hops := strings.Split(strings.Join(forwardedFor, ","), ",")
	for _, text := range slices.Backward(hops) {
		hop, ok := parseHop(strings.TrimSpace(text))
		if !ok {
			return client
		}
		client = hop
		if !trusted(client) {
			return client
		}
	}
	return client
}

// parseHop reads an address as proxies write it, with a port or without.
func parseHop(s string) (netip.Addr, bool) {
	if len(s) > 64 {
		return netip.Addr{}, false
	}
	if addr, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return addr.Unmap().WithZone(""), true
	}
	if both, err := netip.ParseAddrPort(s); err == nil {
		return both.Addr().Unmap().WithZone(""), true
	}
	return netip.Addr{}, false
}
