package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// maxAddresses is how many addresses of one name are tried.
const maxAddresses = 6

// gate decides which connections may be opened, and opens them. It is the only way out of the fetcher.
type gate struct {
	ranges     ranges
	ports      map[uint16]bool
	allowAddrs map[netip.AddrPort]bool // IP:PORT that may be dialled though refused, under any name
	allowNames map[string]bool         // name:port that may be dialled at whatever address the name has
	nameServer string                  // IP:PORT; empty: the system's
	connect    time.Duration
	own        func() []netip.Prefix // where this machine stands itself
}

// connectError is why there is no connection.
type connectError struct {
	refused bool
	detail  string
}

func (e *connectError) Error() string { return e.detail }

// newGate returns a gate for cfg. An entry of the allow list that is no host:port is an error.
func newGate(cfg Config) (*gate, error) {
	g := &gate{
		ranges: newRanges(), ports: map[uint16]bool{}, allowAddrs: map[netip.AddrPort]bool{}, allowNames: map[string]bool{},
		connect: cfg.Limits.Connect, own: ownPrefixes, nameServer: cfg.Resolver,
	}
	for _, port := range cfg.Ports {
		if port < 1 || port > 65535 {
			return nil, fmt.Errorf("read the port %d: it is none", port)
		}
		g.ports[uint16(port)] = true
	}
	for _, entry := range cfg.Allow {
		if err := g.allow(entry); err != nil {
			return nil, err
		}
	}
	if cfg.Resolver != "" {
		if _, err := netip.ParseAddrPort(cfg.Resolver); err != nil {
			return nil, fmt.Errorf("read the resolver's address %q: %w", cfg.Resolver, err)
		}
	}
	return g, nil
}

// allow notes an entry of the allow list.
func (g *gate) allow(entry string) error {
	host, portText, err := net.SplitHostPort(entry)
	port, portErr := strconv.ParseUint(portText, 10, 16)
	if err != nil || portErr != nil || port == 0 || host == "" {
		return fmt.Errorf("read the allowed address %q: it is no HOST:PORT", entry)
	}
	name, err := canonicalHost(&url.URL{Host: entry})
	if err != nil {
		return fmt.Errorf("read the allowed address %q: %w", entry, err)
	}
	if ip, err := netip.ParseAddr(name); err == nil {
		g.allowAddrs[netip.AddrPortFrom(ip, uint16(port))] = true
		return nil
	}
	g.allowNames[name+":"+strconv.FormatUint(port, 10)] = true
	return nil
}

// named reports whether the allow list has the host and port as they were asked for.
func (g *gate) named(host string, port uint16) bool {
	return g.allowNames[host+":"+strconv.Itoa(int(port))]
}

// judge returns why a connection to an address must not be opened for a host, or nil.
func (g *gate) judge(host string, to netip.AddrPort) error {
	if g.allowAddrs[to] || g.named(host, to.Port()) {
		return nil
	}
	if !g.ports[to.Port()] {
		return &connectError{refused: true, detail: fmt.Sprintf("%s for %s: port not open to fetches", to, host)}
	}
	if why := g.ranges.refused(to.Addr()); why != "" {
		return &connectError{refused: true, detail: fmt.Sprintf("%s for %s: %s", to, host, why)}
	}
	// A public address of this very machine, or of its IPv6 neighbours, leads past the firewall. A web site there is meant to be
	// read, other doors are not.
	if to.Port() != 80 && to.Port() != 443 && slices.ContainsFunc(g.own(), func(p netip.Prefix) bool { return p.Contains(to.Addr()) }) {
		return &connectError{refused: true, detail: fmt.Sprintf("%s for %s: a side door of this machine or its neighbours", to, host)}
	}
	return nil
}

// dial opens a connection for http.Transport. The name is looked up once; when any of its addresses is refused, the name is
// refused: such a mix is no mistake an honest site makes. What is dialled is an address, and it is judged once more on the
// socket itself, so nothing between here and the kernel can change it.
func (g *gate) dial(ctx context.Context, _, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, g.connect)
	defer cancel()
	host, portText, err := net.SplitHostPort(address)
	if err != nil {
		return nil, &connectError{detail: err.Error()}
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return nil, &connectError{detail: err.Error()}
	}
	addrs, err := g.lookup(ctx, host, uint16(port))
	if err != nil {
		return nil, err
	}
	for _, to := range addrs {
		if err := g.judge(host, to); err != nil {
			return nil, err
		}
	}
	conn, err := g.dialAny(ctx, host, addrs)
	if err != nil {
		return nil, err
	}
	markConnected(ctx)
	return conn, nil
}

// lookup returns the addresses of a host, at least one.
func (g *gate) lookup(ctx context.Context, host string, port uint16) ([]netip.AddrPort, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.AddrPort{netip.AddrPortFrom(ip, port)}, nil
	}
	if isLocalhost(host) && !g.named(host, port) {
		return nil, &connectError{refused: true, detail: host + ": a name of this machine"}
	}
	// The dot keeps the search list of the system away: a name is what it says, not a name inside the house.
	ips, err := g.resolver().LookupNetIP(ctx, "ip", host+".")
	if err != nil {
		return nil, &connectError{detail: fmt.Sprintf("look up %s: %v", host, err)}
	}
	addrs := make([]netip.AddrPort, 0, len(ips))
	for _, ip := range ips {
		// The resolver returns A records in the v4-mapped form, too. What is judged is what is dialled.
		addrs = append(addrs, netip.AddrPortFrom(ip.Unmap(), port))
	}
	if len(addrs) == 0 {
		return nil, &connectError{detail: "look up " + host + ": no address"}
	}
	return addrs, nil
}

// resolver returns a resolver for one look-up: Go's own, since that of C cannot be stopped, and a new one, since look-ups that
// share a resolver wait for each other. Its questions end with the look-up, not with the time-out of the name server.
func (g *gate) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		if g.nameServer != "" {
			address = g.nameServer
		}
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { _ = conn.Close() }) // it may be closed already
		return conn, nil
	}}
}

// dialAny tries the addresses in turn, each with its share of the time that is left.
func (g *gate) dialAny(ctx context.Context, host string, addrs []netip.AddrPort) (net.Conn, error) {
	addrs = addrs[:min(len(addrs), maxAddresses)]
	dialer := &net.Dialer{
		KeepAlive: 15 * time.Second,
		Control: func(network, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil || network != "tcp4" && network != "tcp6" {
				return &connectError{refused: true, detail: fmt.Sprintf("%s %q for %s: no address to dial", network, address, host)}
			}
			return g.judge(host, to)
		},
	}
	var problems []string
	for n, to := range addrs {
		conn, err := g.dialOne(ctx, dialer, to, len(addrs)-n)
		if err == nil {
			return conn, nil
		}
		if refused, ok := errors.AsType[*connectError](err); ok && refused.refused {
			return nil, refused
		}
		problems = append(problems, err.Error())
	}
	return nil, &connectError{detail: strings.Join(problems, "; ")}
}

func (g *gate) dialOne(ctx context.Context, dialer *net.Dialer, to netip.AddrPort, left int) (net.Conn, error) {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/time.Duration(left))
		defer cancel()
	}
	return dialer.DialContext(ctx, "tcp", to.String())
}

// ownPrefixes returns the addresses of this machine's interfaces, of IPv6 with the network they are in, where all of a house's
// machines have public addresses; none if they cannot be read.
func ownPrefixes() []netip.Prefix {
	list, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var out []netip.Prefix
	for _, one := range list {
		prefix, err := netip.ParsePrefix(one.String())
		if err != nil {
			continue
		}
		if prefix.Addr().Is4() || prefix.Bits() < 48 {
			prefix = netip.PrefixFrom(prefix.Addr(), prefix.Addr().BitLen())
		}
		out = append(out, prefix.Masked())
	}
	return out
}

// progress notes how far a request came; it travels in the request's context, since dialling is the transport's business.
type progress struct {
	connected atomic.Bool
	tlsFailed atomic.Bool
	remote    atomic.Pointer[string]
}

type progressKey struct{}

func withProgress(ctx context.Context, p *progress) context.Context {
	return context.WithValue(ctx, progressKey{}, p)
}

func markConnected(ctx context.Context) {
	if p, ok := ctx.Value(progressKey{}).(*progress); ok {
		p.connected.Store(true)
	}
}
