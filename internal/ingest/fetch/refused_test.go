package fetch_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
)

// spelling is one way to write an address that must not be reached. P in it is the canary's port, which the fetcher of these
// tests takes for a port of web sites, so that nothing but the address is in the way.
type spelling struct {
	what, url string
	cause     fetch.Cause
}

// spellings returns every way we know. Those with the cause "address" are no web addresses for anybody.
func spellings() []spelling {
	un, form := fetch.CauseUnreachable, fetch.CauseAddress
	return []spelling{
		{"dotted decimal", "http://127.0.0.1:P/", un},
		{"https", "https://127.0.0.1:P/", un},
		{"scheme in capitals", "HTTP://127.0.0.1:P/", un},
		{"other loopback", "http://127.255.255.254:P/", un},
		{"decimal", "http://2130706433:P/", un},
		{"decimal, overflowing", "http://6425673729:P/", un},
		{"octal", "http://0177.0.0.1:P/", un},
		{"octal, padded", "http://0000177.0.0.01:P/", un},
		{"octal in one", "http://017700000001:P/", un},
		{"hex", "http://0x7f000001:P/", un},
		{"hex in capitals", "http://0X7F000001:P/", un},
		{"hex by parts", "http://0x7f.0x0.0x0.0x1:P/", un},
		{"mixed", "http://0x7f.1:P/", un},
		{"hex without digits", "http://0x:P/", un},
		{"two parts", "http://127.1:P/", un},
		{"three parts", "http://127.0.1:P/", un},
		{"zero", "http://0:P/", un},
		{"leading zeros", "http://127.000.000.001:P/", un},
		{"trailing dot", "http://127.0.0.1.:P/", un},
		{"five parts", "http://127.0.0.1.0:P/", un},
		{"number as last label", "http://example.1:P/", un},
		{"unspecified", "http://0.0.0.0:P/", un},
		{"this network", "http://0.1.2.3:P/", un},
		{"full-width digits", "http://１２７.０.０.１:P/", un},
		{"circled digits", "http://①②⑦.⓪.⓪.①:P/", un},
		{"ideographic dots", "http://127。0。0。1:P/", un},
		{"half-width ideographic dots", "http://127｡0｡0｡1:P/", un},
		{"full-width hex", "http://０ｘ７ｆ.1:P/", un},
		{"mathematical digits", "http://𝟏𝟐𝟕.𝟎.𝟎.𝟏:P/", un},
		{"escaped full-width digit", "http://%EF%BC%91%EF%BC%92%EF%BC%97.0.0.1:P/", un},
		{"soft hyphen", "http://127.0.0.\u00ad1:P/", un},
		{"zero-width space", "http://127.0.0.\u200b1:P/", un},
		{"escaped digits", "http://%31%32%37.0.0.1:P/", form},
		{"v6 loopback", "http://[::1]:P/", un},
		{"v6 loopback in full", "http://[0:0:0:0:0:0:0:1]:P/", un},
		{"v6 loopback with zeros", "http://[0000::0001]:P/", un},
		{"v6 unspecified", "http://[::]:P/", un},
		{"v4-mapped", "http://[::ffff:127.0.0.1]:P/", un},
		{"v4-mapped in hex", "http://[::ffff:7f00:1]:P/", un},
		{"v4-mapped, public inside", "http://[::ffff:8.8.8.8]:P/", un},
		{"v4-compatible", "http://[::127.0.0.1]:P/", un},
		{"v4-translated", "http://[::ffff:0:127.0.0.1]:P/", un},
		{"NAT64", "http://[64:ff9b::7f00:1]:P/", un},
		{"NAT64, dotted", "http://[64:ff9b::127.0.0.1]:P/", un},
		{"NAT64, public inside", "http://[64:ff9b::8.8.8.8]:P/", un},
		{"NAT64, local use", "http://[64:ff9b:1::7f00:1]:P/", un},
		{"6to4", "http://[2002:7f00:1::]:P/", un},
		{"Teredo", "http://[2001:0:7f00:1::]:P/", un},
		{"ORCHID", "http://[2001:10::1]:P/", un},
		{"ORCHIDv2", "http://[2001:20::1]:P/", un},
		{"benchmarking v6", "http://[2001:2::1]:P/", un},
		{"documentation v6", "http://[2001:db8::1]:P/", un},
		{"documentation v6, new", "http://[3fff::1]:P/", un},
		{"ULA", "http://[fd12:3456::1]:P/", un},
		{"link-local v6", "http://[fe80::1]:P/", un},
		{"link-local with zone", "http://[fe80::1%25lo]:P/", un},
		{"loopback with zone", "http://[::1%25lo]:P/", un},
		{"site-local", "http://[fec0::1]:P/", un},
		{"discard", "http://[100::1]:P/", un},
		{"multicast v6", "http://[ff02::1]:P/", un},
		{"ISATAP", "http://[2a00:1450::5efe:7f00:1]:P/", un},
		{"6bone", "http://[3ffe::1]:P/", un},
		{"v4 in brackets", "http://[127.0.0.1]:P/", form},
		{"v6 without brackets", "http://::1:P/", form},
		{"private 10", "http://10.0.0.1:P/", un},
		{"private 172.16", "http://172.31.255.255:P/", un},
		{"private 192.168", "http://192.168.1.1:P/", un},
		{"private in decimal", "http://3232235777:P/", un},
		{"carrier-grade NAT", "http://100.64.0.1:P/", un},
		{"metadata of clouds", "http://169.254.169.254:P/latest/meta-data/", un},
		{"metadata in decimal", "http://2852039166:P/", un},
		{"metadata in hex, mapped", "http://[::ffff:a9fe:a9fe]:P/", un},
		{"metadata v6 of AWS", "http://[fd00:ec2::254]:P/", un},
		{"metadata of Alibaba", "http://100.100.100.200:P/", un},
		{"metadata of Azure", "http://168.63.129.16:P/", un},
		{"metadata of Oracle", "http://192.0.0.192:P/", un},
		{"protocol assignments", "http://192.0.0.1:P/", un},
		{"documentation 1", "http://192.0.2.1:P/", un},
		{"documentation 2", "http://198.51.100.1:P/", un},
		{"documentation 3", "http://203.0.113.1:P/", un},
		{"benchmarking", "http://198.19.0.1:P/", un},
		{"6to4 relay", "http://192.88.99.1:P/", un},
		{"multicast", "http://224.0.0.1:P/", un},
		{"reserved", "http://240.0.0.1:P/", un},
		{"broadcast", "http://255.255.255.255:P/", un},
		{"localhost", "http://localhost:P/", un},
		{"localhost with dot", "http://localhost.:P/", un},
		{"localhost in capitals", "http://LOCALHOST:P/", un},
		{"localhost, full-width", "http://ｌｏｃａｌｈｏｓｔ:P/", un},
		{"below localhost", "http://evil.localhost:P/", un},
		{"localhost.localdomain", "http://localhost.localdomain:P/", un},
		{"name with loopback", "http://127.0.0.1.nip.test:P/", un},
		{"name with loopback v6 only", "http://six.test:P/", un},
		{"name with v4-mapped", "http://mapped.test:P/", un},
		{"name with NAT64", "http://nat64.test:P/", un},
		{"name with private", "http://private.test:P/", un},
		{"name with metadata", "http://metadata.google.internal:P/", un},
		{"alias of localhost", "http://alias.test:P/", un},
		{"alias of a private name", "http://chain.test:P/", un},
		{"public, then loopback", "http://mixed.test:P/", un},
		{"loopback, then public", "http://mixed2.test:P/", un},
		{"public v4, loopback v6", "http://mixed6.test:P/", un},
		{"unknown name", "http://nosuch.test:P/", un},
		{"name in capitals", "http://PRIVATE.test:P/", un},
		{"name with dot", "http://private.test.:P/", un},
		{"name with underscore", "http://a_b.private.test:P/", un},
		{"full-width name", "http://ｐｒｉｖａｔｅ.test:P/", un},
		{"white space around", " \t\nhttp://127.0.0.1:P/ \r\n", un},
		{"fragment", "http://127.0.0.1:P#@example.org/", un},
		{"query", "http://127.0.0.1:P?@example.org/", un},
		{"user", "http://example.org@127.0.0.1:P/", form},
		{"user and password", "http://example.org:80@127.0.0.1:P/", form},
		{"empty user", "http://@127.0.0.1:P/", form},
		{"two users", "http://a@b@127.0.0.1:P/", form},
		{"user with escapes", "http://example.org%2f@127.0.0.1:P/", form},
		{"backslash before host", `http:\\127.0.0.1:P\`, form},
		{"backslash in host", `http://example.org\@127.0.0.1:P/`, form},
		{"slash and backslash", `http:/\127.0.0.1:P/`, form},
		{"one slash", "http:/127.0.0.1:P/", form},
		{"three slashes", "http:///127.0.0.1:P/", form},
		{"no slashes", "http:127.0.0.1:P", form},
		{"no scheme", "//127.0.0.1:P/", form},
		{"bare", "127.0.0.1:P", form},
		{"tab in host", "http://127.0.\t0.1:P/", form},
		{"newline in host", "http://127.0.0.1:P/\r\nHost: x", form},
		{"NUL in host", "http://127.0.0.1\x00.example.org:P/", form},
		{"escaped NUL", "http://127.0.0.1%00.example.org:P/", form},
		{"escaped newline", "http://127.0.0.1%0d%0a:P/", form},
		{"space in host", "http://127.0.0.1 .example.org:P/", form},
		{"broken UTF-8", "http://127.0.0.1\xff:P/", form},
		{"broken bracket", "http://[::1:P/", form},
		{"port with sign", "http://127.0.0.1:+P/", form},
		{"port 0", "http://127.0.0.1:0/", form},
		{"port 65536", "http://127.0.0.1:65536/", form},
		{"port beyond 2^16, wrapping to 80", "http://127.0.0.1:65616/", form},
		{"port 22", "http://127.0.0.1:22/", un},
		{"port 25", "http://127.0.0.1:25/", un},
		{"port 6379", "http://127.0.0.1:6379/", un},
		{"port 5432", "http://127.0.0.1:5432/", un},
		{"port 22 of an unknown name", "http://nosuch.test:22/", un},
		{"closed port of a public name", "http://closed.test:P/", un},
		{"gopher", "gopher://127.0.0.1:P/_GET", form},
		{"file", "file:///etc/passwd", form},
		{"ftp", "ftp://127.0.0.1:P/", form},
		{"data", "data:text/html,x", form},
		{"javascript", "javascript:alert(1)", form},
		{"unix socket", "http+unix://%2Fvar%2Frun%2Fdocker.sock/", form},
		{"jar", "jar:http://127.0.0.1:P/!/", form},
		{"ws", "ws://127.0.0.1:P/", form},
		{"empty", "", form},
	}
}

// house is the network of these tests: what its names lead to.
func house(name string, _ int64) records {
	switch strings.TrimPrefix(name, "a_b.") {
	case "127.0.0.1.nip.test":
		return records{ips: []string{"127.0.0.1"}}
	case "six.test":
		return records{ips: []string{"::1"}}
	case "mapped.test":
		return records{ips: []string{"::ffff:127.0.0.1"}}
	case "nat64.test":
		return records{ips: []string{"64:ff9b::7f00:1"}}
	case "private.test":
		return records{ips: []string{"10.1.2.3"}}
	case "metadata.google.internal":
		return records{ips: []string{"169.254.169.254"}}
	case "alias.test":
		return records{cname: "localhost", ips: []string{"127.0.0.1"}}
	case "chain.test":
		return records{cname: "private.test", ips: []string{"10.1.2.3"}}
	case "mixed.test":
		return records{ips: []string{"127.0.0.2", "127.0.0.1"}}
	case "mixed2.test":
		return records{ips: []string{"127.0.0.1", "127.0.0.2"}}
	case "mixed6.test":
		return records{ips: []string{"127.0.0.2", "::1"}}
	case "closed.test":
		return records{ips: []string{"127.0.0.3"}}
	}
	return records{}
}

// besieged returns a fetcher that thinks the canary's port one of web sites. What the tests call public is 127.0.0.2 with the
// canary's port: allowed, and the same port as the canary's, so that telling addresses apart is all that helps. (Connections
// to it reach the canary too, which listens everywhere: names that mix it with others must not connect at all.) 127.0.0.3 is
// allowed as well, at a port where nobody listens.
func besieged(t *testing.T, c *canary, also ...string) *fetch.Fetcher {
	t.Helper()
	return newFetcher(t, func(cfg *fetch.Config) {
		cfg.Ports = []int{c.port, 80, 443}
		cfg.Allow = append([]string{c.at("127.0.0.2"), "127.0.0.3:1"}, also...)
		cfg.Resolver = newDNS(t, house).addr
	})
}

func TestNoSpellingOfARefusedAddressReachesTheCanary(t *testing.T) {
	t.Parallel()
	c := newCanary(t)
	c.singing(t)
	f := besieged(t, c)
	var table strings.Builder
	var answer string
	for _, s := range spellings() {
		url := strings.ReplaceAll(s.url, ":P", fmt.Sprint(":", c.port))
		url = strings.ReplaceAll(url, ":+P", fmt.Sprint(":+", c.port))
		if s.what == "closed port of a public name" {
			url = "http://closed.test:1/"
		}
		_, err := f.Get(context.Background(), fetch.Request{URL: url, Accept: fetch.Any})
		if err == nil {
			t.Errorf("%s: %q was fetched", s.what, url)
			continue
		}
		got := failure(t, err)
		if got.Cause != s.cause {
			t.Errorf("%s: %q: got %s (%s), want %s", s.what, url, got.Cause, got.Detail, s.cause)
		}
		if code := factcheck.CodeOf(err); code != factcheck.CodeInvalid {
			t.Errorf("%s: got the code %s, want invalid", s.what, code)
		}
		if s.cause == fetch.CauseUnreachable {
			if answer == "" {
				answer = err.Error()
			}
			if err.Error() != answer {
				t.Errorf("%s: got %q, want the same answer as for all others: %q", s.what, err, answer)
			}
			if wantRefused := !strings.Contains(s.url, "nosuch.test") && s.what != "closed port of a public name"; got.Refused != wantRefused {
				t.Errorf("%s: %q: got refused %t (%s), want %t: for the log", s.what, url, got.Refused, got.Detail, wantRefused)
			}
		}
		c.silent(t, s.what)
		fmt.Fprintf(&table, "| %s | `%q` | %s | %s |\n", s.what, s.url, got.Cause, strings.ReplaceAll(got.Detail, fmt.Sprint(":", c.port), ":P"))
	}
	if file := os.Getenv("FETCH_TABLE"); file != "" {
		os.WriteFile(file, []byte(table.String()), 0o600)
	}
}

func TestNoRedirectReachesTheCanary(t *testing.T) {
	t.Parallel()
	c := newCanary(t)
	var status int
	var location, refresh, body string
	addr := site(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if location != "" {
			w.Header()["Location"] = []string{location}
		}
		if refresh != "" {
			w.Header().Set("Refresh", "0; url="+refresh)
		}
		w.WriteHeader(status)
		w.Write([]byte(body))
	})
	f := besieged(t, c, addr)
	for _, s := range spellings() {
		location = strings.ReplaceAll(s.url, ":P", fmt.Sprint(":", c.port))
		if strings.ContainsAny(location, "\r\n\x00") || location == "" || !strings.Contains(location, ":") {
			continue // cannot be in a header
		}
		for _, status = range []int{301, 302, 303, 307, 308} {
			r, err := f.Get(context.Background(), fetch.Request{URL: "http://" + addr, Accept: fetch.Any})
			if err == nil && strings.Contains(r.URL, addr) {
				continue // led back to the site itself, as a relative address
			}
			if err == nil {
				t.Errorf("%d to %s: %q was fetched", status, s.what, location)
				continue
			}
			if got := failure(t, err); s.cause == fetch.CauseUnreachable && got.Cause != s.cause && s.what != "closed port of a public name" {
				t.Errorf("%d to %s: got %s (%s), want %s", status, s.what, got.Cause, got.Detail, s.cause)
			}
		}
		c.silent(t, fmt.Sprintf("redirects to %s", s.what))
	}
	location, refresh, status = "", c.at("http://127.0.0.1"), 200
	body = `<meta http-equiv="refresh" content="0; url=http://` + c.at("127.0.0.1") + `"><img src="http://` + c.at("127.0.0.1") + `">`
	r, err := f.Get(context.Background(), fetch.Request{URL: "http://" + addr})
	if err != nil || r.Status != 200 {
		t.Errorf("got %v, want a page whose Refresh is not followed", err)
	}
	c.silent(t, "Refresh")
}
