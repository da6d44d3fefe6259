package fetch

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// asC reads an IPv4 address as C's inet_aton does, and so most programs but Go's: one to four numbers, decimal, octal or hex,
// the last of which fills what is left.
func asC(host string) (netip.Addr, bool) {
	parts := strings.Split(strings.TrimSuffix(host, "."), ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var value uint64
	for n, part := range parts {
		number, err := strconv.ParseUint(strings.ToLower(part), 0, 64)
		if strings.ContainsAny(part, "_oObB") && !strings.HasPrefix(strings.ToLower(part), "0x") || err != nil {
			return netip.Addr{}, false
		}
		if n < len(parts)-1 {
			value |= (number & 0xff) << (24 - 8*n)
			continue
		}
		value |= number & (1<<(32-8*n) - 1)
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}), true
}

// check fails the test if a target, once taken, could lead a dialler to an address that is refused.
func check(t *testing.T, g *gate, raw string, to target) {
	t.Helper()
	again, err := url.Parse(to.url.String())
	if err != nil || again.Host != to.url.Host || again.User != nil || again.Scheme != "http" && again.Scheme != "https" {
		t.Fatalf("%.200q became %.200q, which reads as another host: %v", raw, to.url, again)
	}
	second, err := parseTarget(to.url.String())
	if err != nil || second.hostPort() != to.hostPort() {
		t.Fatalf("%.200q became %.200q, which is not taken or leads elsewhere: %v", raw, to.url, err)
	}
	host, _, err := net.SplitHostPort(to.hostPort())
	if err != nil || host != to.host {
		t.Fatalf("%.200q became the host %q, which the dialler reads as %q", raw, to.host, host)
	}
	literal, err := netip.ParseAddr(to.host)
	if err == nil {
		why := g.judge(to.host, netip.AddrPortFrom(literal, 80))
		if isInside(literal) && why == nil {
			t.Fatalf("%.200q leads to %s, which is not refused", raw, literal)
		}
		return
	}
	if ip := net.ParseIP(to.host); ip != nil {
		t.Fatalf("%.200q became the name %q, which is an address", raw, to.host)
	}
	if ip, ok := asC(to.host); ok {
		t.Fatalf("%.200q became the name %q, which is the address %s to many a program", raw, to.host, ip)
	}
	if strings.ContainsAny(to.host, "@:/\\?#%[] \t\r\n\x00") || strings.ToLower(to.host) != to.host {
		t.Fatalf("%.200q became the name %q", raw, to.host)
	}
}

// FuzzRefused holds that no address that is taken, and no redirect from one, leads a dialler to a refused address.
func FuzzRefused(f *testing.F) {
	for _, seed := range []string{
		"http://127.0.0.1/", "http://2130706433", "http://0x7f.1/", "http://0177.0.0.1", "http://[::ffff:7f00:1]/", "http://[64:ff9b::7f00:1]",
		"http://１２７.０.０.１", "http://①②⑦.0.0.1", "http://127。0。0。1", "http://a@127.0.0.1", `http:\\127.0.0.1`, "http://[fe80::1%25lo]/",
		"http://example.org:80/a?b#c", "https://bücher.example:8443/ü", "//10.0.0.1/", "/x", "?y", "http://%EF%BC%91.0.0.1/", "http://8.8.8.8",
		"http://0b1.0o7/", "//\x91", "?\x85 x'", "http://1_0.1", "http://0X7F.1", "http://a.0x", "http://x.test.:80", "http://[::]:443", "HTTP://LOCALHOST", "http:///x",
	} {
		f.Add(seed, seed)
	}
	g, err := newGate(Config{Ports: []int{80}})
	if err != nil {
		f.Fatal(err)
	}
	g.own = func() []netip.Prefix { return nil }
	base, err := url.Parse("https://site.example/a/b?c")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw, location string) {
		from := base
		if to, err := parseTarget(raw); err == nil {
			check(t, g, raw, to)
			from = to.url
		}
		if to, err := join(from, location); err == nil {
			check(t, g, location, to)
		}
	})
}

// matchesSlowly compares a pattern with a path as the words of RFC 9309 do, one octet at a time.
func matchesSlowly(pattern, path string, end bool) bool {
	reach := make([]bool, len(path)+1) // which starts of the path the pattern so far can cover
	reach[0] = true
	for _, c := range []byte(pattern) {
		next := make([]bool, len(path)+1)
		for n := range reach {
			switch {
			case c == '*':
				next[n] = reach[n] || n > 0 && next[n-1]
			case n > 0:
				next[n] = reach[n-1] && path[n-1] == c
			}
		}
		reach = next
	}
	return end && reach[len(path)] || !end && slices.Contains(reach, true)
}

// FuzzRobots holds that patterns match what they say, that there is one spelling of a path, and that no delay is negative.
func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /a*b$\nCrawl-delay: 1e99", "/axb")
	f.Add("User-agent: touchstone\nAllow: /%41*\n", "/A%2a")
	f.Add("User-agent: *\nDisallow: *a**ab*$", "/aab")
	f.Fuzz(func(t *testing.T, text, path string) {
		rules := parseRobots([]byte(text), "Touchstone")
		if rules.delay < 0 {
			t.Fatalf("%q waits %v", text, rules.delay)
		}
		path = octets(path)
		if again := octets(path); again != path {
			t.Fatalf("%q is spelled %q, too", path, again)
		}
		for _, rule := range rules.rules[:min(len(rules.rules), 20)] {
			pattern := strings.Join(rule.parts, "*")
			if want := matchesSlowly(pattern, path, rule.end); rule.matches(path) != want {
				t.Fatalf("%q with end %t and %q: got %t, want %t", pattern, rule.end, path, !want, want)
			}
		}
	})
}

// FuzzUnpack holds that nothing that is sent makes an unpacker fail other than with an error, or give more than allowed.
func FuzzUnpack(f *testing.F) {
	f.Add("gzip", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x4b\x04\x00\x43\xbe\xb7\xe8\x01\x00\x00\x00"))
	f.Add("br", []byte("\x0b\x00\x80a\x03"))
	f.Add("deflate", []byte("\x78\x9c\x4b\x04\x00\x00\x62\x00\x62"))
	f.Add("identity, deflate", []byte("\x4b\x04\x00"))
	f.Fuzz(func(t *testing.T, encoding string, body []byte) {
		res := &http.Response{Header: http.Header{"Content-Encoding": {encoding}}, Body: io.NopCloser(bytes.NewReader(body))}
		out, err := readBody(res, 1000)
		if len(out) > 1000 {
			t.Fatalf("%s of %d bytes became %d, want 1000 at most", encoding, len(body), len(out))
		}
		if err != nil && bodyFailure(err).message == "" {
			t.Fatalf("%v says nothing to a person", err)
		}
		r := Response{Body: out, Charset: findCharset(out, encoding, "text/html")}
		if text := r.Text(); !utf8.ValidString(text) || len(text) > 3*len(out) {
			t.Fatalf("%q became %q", out, text)
		}
	})
}
