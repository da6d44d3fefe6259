package httpcache

import "bytes"

// Coding is a content coding that this program sends.
type Coding uint8

// The codings, from least to most liked.
const (
	Identity Coding = iota
	Gzip
	Brotli
	Zstd // of what is streamed alone
)

// String returns the coding's name in Content-Encoding.
func (c Coding) String() string {
	switch c {
	case Gzip:
		return "gzip"
	case Brotli:
		return "br"
	case Zstd:
		return "zstd"
	default:
		return "identity"
	}
}

// Encoding returns the coding to send for an Accept-Encoding header when all are at hand: the one with the highest weight,
// among equals the smallest. Identity is returned for an absent header, and also when the client refuses everything, as
// the RFC prefers a body to none.
func Encoding(accept []byte) Coding { return encoding(accept, true, true, false) }

// GzipOnly is Encoding for what is at hand as gzip and plain alone.
func GzipOnly(accept []byte) Coding { return encoding(accept, true, false, false) }

// Streamed is Encoding for what is compressed while it is sent, once and for one client: as gzip or zstd (RFC 8878).
func Streamed(accept []byte) Coding { return encoding(accept, true, false, true) }

// unsaid is the weight of a coding that the header does not name.
const unsaid = -1

func encoding(accept []byte, gzip, brotli, zstd bool) Coding {
	weights := [...]int{Identity: unsaid, Gzip: unsaid, Brotli: unsaid, Zstd: unsaid}
	others := unsaid
	for len(accept) > 0 {
		var element []byte
		element, accept, _ = bytes.Cut(accept, []byte{','})
		name, q := weigh(element)
		switch {
		case q == unsaid:
		case equalFold(name, "br"):
			weights[Brotli] = q
		case equalFold(name, "zstd"):
			weights[Zstd] = q
		case equalFold(name, "gzip"), equalFold(name, "x-gzip"):
			weights[Gzip] = q
		case equalFold(name, "identity"):
			weights[Identity] = q
		case len(name) == 1 && name[0] == '*':
			others = q
		}
	}
	best, weight := Identity, max(weights[Identity], 0)
	for _, c := range [...]Coding{Gzip, Brotli, Zstd} {
		q := weights[c]
		if q == unsaid {
			q = others
		}
		at := c == Gzip && gzip || c == Brotli && brotli || c == Zstd && zstd
		if at && q > 0 && q >= weight {
			best, weight = c, q
		}
	}
	return best
}

// weigh splits an element of Accept-Encoding into the coding and its weight in thousandths; unsaid for what is malformed.
func weigh(element []byte) (name []byte, q int) {
	name, rest, more := bytes.Cut(element, []byte{';'})
	name = bytes.Trim(name, " \t")
	if !more {
		return name, 1000
	}
	rest = bytes.Trim(rest, " \t")
	if len(rest) < 3 || rest[0]|0x20 != 'q' || rest[1] != '=' {
		return name, unsaid
	}
	return name, thousandths(rest[2:])
}

// thousandths reads a qvalue: 0 or 1 with up to three decimals, at most 1.
func thousandths(s []byte) int {
	if len(s) == 0 || len(s) > 5 || s[0] != '0' && s[0] != '1' || len(s) > 1 && s[1] != '.' {
		return unsaid
	}
	q, unit := int(s[0]-'0')*1000, 100
	for _, d := range s[min(2, len(s)):] {
		if d < '0' || d > '9' {
			return unsaid
		}
		q += int(d-'0') * unit
		unit /= 10
	}
	if q > 1000 {
		return unsaid
	}
	return q
}

func equalFold(s []byte, lower string) bool {
	if len(s) != len(lower) {
		return false
	}
	for i := range s {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
