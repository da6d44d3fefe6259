package fetch

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// maxURL is the most bytes an address may have, as it came and as it is sent; browsers and servers agree on no number, and 8 KiB is what most servers take.
const maxURL = 8 << 10

// errSpelling marks a host that can only be meant to name a refused address. It is answered as such, not as a mistake of
// form, so that no spelling gets a different answer.
var errSpelling = errors.New("host is spelled in a way that only hides an address")

// target is where one request goes: an address in the one form in which it is checked, dialled and sent.
type target struct {
	url  *url.URL // http or https, host in ASCII and lower case, port always named unless it is the scheme's, no user, no fragment
	host string   // name without trailing dot, or canonical IP without brackets
	port uint16
}

// hostPort returns the target as the dialler gets it.
func (t target) hostPort() string { return net.JoinHostPort(t.host, strconv.Itoa(int(t.port))) }

// origin returns scheme, host and port.
func (t target) origin() string { return t.url.Scheme + "://" + t.hostPort() }

// parseTarget reads an address as a person or a page wrote it. White space around it is dropped. An error that wraps
// errSpelling must be answered like a refused address; every other says what is wrong with the form.
func parseTarget(raw string) (target, error) {
	raw = strings.Trim(raw, " \t\r\n")
	switch {
	case raw == "":
		return target{}, errors.New("an address is needed")
	case len(raw) > maxURL:
		return target{}, fmt.Errorf("an address has at most %d bytes", maxURL)
	case !utf8.ValidString(raw) || strings.ContainsFunc(raw, isControl):
		return target{}, errors.New("an address must not contain control characters")
	}
	u, err := url.Parse(raw)
	if err != nil {
		return target{}, errors.New("that is no web address")
	}
	return normalize(u)
}

// join returns where a Location header leads, seen from base (RFC 3986, section 5).
func join(base *url.URL, location string) (target, error) {
	location = strings.Trim(location, " \t")
	if location == "" || len(location) > maxURL || strings.ContainsFunc(location, isControl) {
		return target{}, errors.New("the redirect leads nowhere")
	}
	u, err := base.Parse(location)
	if err != nil {
		return target{}, errors.New("the redirect leads to no web address")
	}
	return normalize(u)
}

func isControl(r rune) bool { return r < 0x20 || r == 0x7f }

// normalize checks scheme, user and host, and writes the host in its one form.
func normalize(u *url.URL) (target, error) {
	scheme := strings.ToLower(u.Scheme)
	switch {
	case scheme != "http" && scheme != "https":
		return target{}, errors.New("only http and https addresses can be fetched")
	case u.User != nil:
		return target{}, errors.New("an address must not carry a user name or password")
	case u.Opaque != "" || u.Host == "":
		return target{}, errors.New("that is no web address")
	}
	host, err := canonicalHost(u)
	if err != nil {
		return target{}, err
	}
	t := target{host: host, port: 80}
	if scheme == "https" {
		t.port = 443
	}
	usual := t.port
	if text := u.Port(); text != "" {
		port, err := strconv.ParseUint(text, 10, 16)
		if err != nil || port == 0 {
			return target{}, errors.New("the port is no number from 1 to 65535")
		}
		t.port = uint16(port)
	}
	clean := *u
	clean.Scheme, clean.Fragment, clean.RawFragment = scheme, "", ""
	clean.RawQuery = escapeQuery(u.RawQuery)
	clean.Host = t.hostPort()
	if t.port == usual {
		clean.Host = strings.TrimSuffix(clean.Host, ":"+strconv.Itoa(int(usual)))
	}
	if clean.Path == "" {
		clean.Path = "/"
	}
	if len(clean.String()) > maxURL {
		return target{}, fmt.Errorf("an address has at most %d bytes", maxURL)
	}
	t.url = &clean
	return t, nil
}

// escapeQuery escapes what the URL standard escapes in a query of http: url.URL sends it as it came, spaces included.
func escapeQuery(query string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(query) {
		if c > 0x20 && c < 0x7f && strings.IndexByte(`"<>'`, c) < 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', digits[c>>4], digits[c&15]})
	}
	return b.String()
}

// canonicalHost returns the host in ASCII and lower case. Everything that another program might read as an IP address is
// either the usual spelling of one, or errSpelling: there is no honest use for 0x7f.1 or １２７.0.0.1.
func canonicalHost(u *url.URL) (string, error) {
	host := u.Hostname()
	if strings.HasPrefix(u.Host, "[") || strings.Contains(host, ":") {
		ip, err := netip.ParseAddr(host)
		if err != nil || !ip.Is6() || ip.Zone() != "" {
			return "", fmt.Errorf("%w: %q", errSpelling, host)
		}
		return ip.String(), nil
	}
	if len(host) > 1024 {
		return "", errors.New("that is no name of a web site") // and mapping takes time in the square of the length
	}
	profile := idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false), idna.BidiRule())
	name, err := profile.ToASCII(host)
	if err != nil || !utf8.ValidString(host) {
		return "", errors.New("that is no name of a web site")
	}
	// A name that becomes yet another one when it is read again would be judged as one and looked up as the other.
	if again, err := profile.ToASCII(name); err != nil || again != name {
		return "", errors.New("that is no name of a web site")
	}
	mapped := name
	name = strings.TrimSuffix(name, ".")
	if !isName(name) {
		return "", errors.New("that is no name of a web site")
	}
	if !endsInNumber(name) {
		return name, nil
	}
	ip, err := netip.ParseAddr(name)
	if err != nil || mapped != host || name != host {
		return "", fmt.Errorf("%w: %q", errSpelling, host)
	}
	return ip.String(), nil
}

// isName reports whether s can be the name of a host. Underscores are no part of host names, and in use.
func isName(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
		}) {
			return false
		}
	}
	return true
}

// endsInNumber reports whether the last label is a number, by which the WHATWG URL standard tells IPv4 addresses.
func endsInNumber(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	hex, found := strings.CutPrefix(last, "0x")
	return strings.Trim(last, "0123456789") == "" || found && strings.Trim(hex, "0123456789abcdef") == ""
}

// isLocalhost reports whether a name means this machine wherever it is asked (RFC 6761).
func isLocalhost(name string) bool {
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || name == "localhost.localdomain"
}

// Check returns what is wrong with an address as far as it can be told without a look-up: its form, its port, and an IP address in
// it that must not be reached. Names are judged when a request is sent. CodeInvalid in the field "url".
func (f *Fetcher) Check(raw string) error {
	t, err := parseTarget(raw)
	if err != nil {
		return fail(CauseAddress, "this address cannot be used: it has to be http or https, of a public place", err.Error()).public()
	}
	if isLocalhost(t.host) && !f.gate.named(t.host, t.port) {
		return fail(CauseAddress, "this address is not open to the public", t.host).public()
	}
	if ip, err := netip.ParseAddr(t.host); err == nil {
		if err := f.gate.judge(t.host, netip.AddrPortFrom(ip, t.port)); err != nil {
			return fail(CauseAddress, "this address is not open to the public", err.Error()).public()
		}
		return nil
	}
	if !f.gate.ports[t.port] && !f.gate.named(t.host, t.port) {
		return fail(CauseAddress, "this port is not one that web sites are at", t.hostPort()).public()
	}
	return nil
}
