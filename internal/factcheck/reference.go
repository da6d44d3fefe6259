package factcheck

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
)

// referenceDigits is how many digits of an id a reference has: the last, all of them random, so that no two letters of a
// newsroom are likely to share one (one in a trillion) and none tells when another came.
const referenceDigits = 8

// Reference returns the number by which somebody without an account can name what they sent, such as 4SN0-2Q7K: the last
// eight digits of the id, in capitals, with a hyphen. It opens nothing; only the newsroom can look it up.
func (id ID[K]) Reference() string {
	s := id.String()
	if s == "" {
		return ""
	}
	s = strings.ToUpper(s[len(s)-referenceDigits:])
	return s[:4] + "-" + s[4:]
}

// ParseReference reads a reference as people type it, in any case, with or without the hyphen, with the letters O, I and L for
// the digits they look like (as Crockford's base32 wants it), and returns the last ten hexadecimal digits of the uuid that it
// names; false if it is none.
func ParseReference(typed string) (hexDigits string, ok bool) {
	var bits uint64
	n := 0
	for _, r := range strings.ToLower(strings.TrimSpace(typed)) {
		switch r {
		case '-', ' ':
			continue
		case 'o':
			r = '0'
		case 'i', 'l':
			r = '1'
		}
		v := strings.IndexRune(crockford, r)
		if n++; v < 0 || n > referenceDigits {
			return "", false
		}
		bits = bits<<5 | uint64(v)
	}
	if n != referenceDigits {
		return "", false
	}
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], bits)
	return hex.EncodeToString(b[3:]), true
}
