package canonurl

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

const (
	// maxHost is the longest name the DNS can hold (RFC 1035 §2.3.4), without the final dot.
	maxHost = 253
	// maxHostInput bounds the work on names outside ASCII: no spelling of a
	// name of 253 bytes is longer, once its escapes are resolved.
	maxHostInput = 1024
)

const badHost = "the host name in the address cannot exist; it should look like www.example.org"

// toASCII is UTS #46 as the WHATWG URL standard uses it (domain to ASCII, not
// transitional, joiners and bidi rules checked).
var toASCII = idna.New(
	idna.MapForLookup(),
	idna.Transitional(false),
	idna.StrictDomainName(false),
	idna.CheckHyphens(false),
	idna.CheckJoiners(true),
	idna.BidiRule(),
	idna.VerifyDNSLength(false),
)

// readHost returns the normal form of a host: a name in lower-case ASCII without
// a final dot, an IPv4 address as dotted quad, or an IPv6 address in brackets.
func readHost(raw string) (host string, ip bool, err error) {
	if strings.HasPrefix(raw, "[") {
		host, err = readIPv6(raw)
		return host, true, err
	}
	name := unescape(raw)
	if len(name) > maxHostInput {
		return "", false, fail(ErrHost, "the host name in the address is longer than any host name can be (253 characters)")
	}
	name, err = asciiName(name)
	if err != nil {
		return "", false, err
	}
	name = strings.TrimSuffix(name, ".")
	if name == "" {
		return "", false, fail(ErrHost, "the address names no host; it should look like https://www.example.org/article")
	}
	if endsInNumber(name) {
		host, err = readIPv4(name)
		return host, true, err
	}
	return name, false, checkName(name)
}

func asciiName(name string) (string, error) {
	if isASCII(name) {
		name = strings.ToLower(name)
		if !strings.Contains(name, "xn--") {
			return name, nil
		}
	}
	if !utf8.ValidString(name) {
		return "", fail(ErrHost, badHost)
	}
	ascii, err := toASCII.ToASCII(name)
	if err != nil {
		return "", fail(ErrHost, "the host name in the address is not a valid international name; it should look like www.example.org")
	}
	// A form that its own rules read differently would make two spellings of one name.
	if again, err := toASCII.ToASCII(ascii); err != nil || again != ascii {
		return "", fail(ErrHost, badHost)
	}
	return ascii, nil
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// checkName holds a name to what the DNS can answer for on the web: labels of
// letters, digits, hyphens and underscores, 63 bytes each, 253 in all. That is
// stricter than the WHATWG standard, which lets names through that cannot exist.
func checkName(name string) error {
	if len(name) > maxHost {
		return fail(ErrHost, "the host name in the address is longer than any host name can be (253 characters)")
	}
	label := 0
	for i := range len(name) {
		c := name[i]
		switch {
		case c == '.':
			if label == 0 {
				return fail(ErrHost, badHost)
			}
			label = 0
			continue
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_':
			label++
		default:
			return fail(ErrHost, "the host name in the address holds a character that no host name can have; it should look like www.example.org")
		}
		if label > 63 {
			return fail(ErrHost, "a part of the host name is longer than any can be (63 characters between dots)")
		}
	}
	if label == 0 {
		return fail(ErrHost, badHost)
	}
	return nil
}

// endsInNumber says whether a name has to be an IPv4 address (WHATWG URL,
// "ends in a number checker").
func endsInNumber(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	if last == "" {
		return false
	}
	if strings.Trim(last, digits) == "" {
		return true
	}
	rest, isHex := strings.CutPrefix(last, "0x")
	return isHex && strings.Trim(rest, "0123456789abcdef") == ""
}

// readIPv4 reads the forms browsers accept: one to four numbers, each decimal,
// octal (0…) or hexadecimal (0x…), the last one filling what is left.
func readIPv4(name string) (string, error) {
	bad := fail(ErrHost, "the host is written as a number, but is no IPv4 address; one looks like 192.0.2.7")
	parts := strings.Split(name, ".")
	if len(parts) > 4 {
		return "", bad
	}
	var ip uint64
	for i, part := range parts {
		n, ok := ipv4Number(part)
		room := uint64(256)
		if i == len(parts)-1 {
			room = 1 << (8 * (5 - len(parts)))
		}
		if !ok || n >= room {
			return "", bad
		}
		if i == len(parts)-1 {
			ip += n
			break
		}
		ip += n << (8 * (3 - i))
	}
	return netip.AddrFrom4([4]byte{byte(ip >> 24), byte(ip >> 16), byte(ip >> 8), byte(ip)}).String(), nil
}

func ipv4Number(s string) (uint64, bool) {
	if s == "" {
		return 0, false
	}
	base := 10
	if rest, ok := strings.CutPrefix(s, "0x"); ok {
		s, base = rest, 16
	} else if len(s) > 1 && s[0] == '0' {
		s, base = s[1:], 8
	}
	if s == "" {
		return 0, true
	}
	// A sign or an underscore is no digit, whatever ParseUint thinks of it.
	if strings.Trim(s, "0123456789abcdef") != "" {
		return 0, false
	}
	n, err := strconv.ParseUint(s, base, 64)
	return n, err == nil
}

// readIPv6 reads and writes an IPv6 address as RFC 5952 and WHATWG do, with one
// difference to netip: an embedded IPv4 address is written in hexadecimal.
func readIPv6(raw string) (string, error) {
	bad := fail(ErrHost, "the host in brackets is no IPv6 address; one looks like [2001:db8::7]")
	inner, ok := strings.CutSuffix(raw[1:], "]")
	if !ok || strings.Contains(inner, "%") {
		return "", bad
	}
	addr, err := netip.ParseAddr(inner)
	if err != nil || !addr.Is6() {
		return "", bad
	}
	if !addr.Is4In6() {
		return "[" + addr.String() + "]", nil
	}
	b := addr.As16()
	hi, lo := uint64(b[12])<<8|uint64(b[13]), uint64(b[14])<<8|uint64(b[15])
	return "[::ffff:" + strconv.FormatUint(hi, 16) + ":" + strconv.FormatUint(lo, 16) + "]", nil
}
