package canonurl

const upperHex = "0123456789ABCDEF"

// charset is a set of bytes.
type charset [256]bool

func makeSet(groups ...string) *charset {
	var s charset
	for _, g := range groups {
		for i := range len(g) {
			s[g[i]] = true
		}
	}
	return &s
}

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
	// RFC 3986 §2.3: encoded or not, these mean the same.
	unreservedMarks = "-._~"
	// RFC 3986 §3.3: what a path may hold as it is, beside the unreserved.
	pathMarks = "!$&'()*+,;=:@"
)

var (
	unreserved   = makeSet(letters, digits, unreservedMarks)
	pathKeep     = makeSet(letters, digits, unreservedMarks, pathMarks, "/")
	fragmentKeep = makeSet(letters, digits, unreservedMarks, pathMarks, "/?")
	// WHATWG encodes the apostrophe in the queries of web addresses.
	queryKeep = makeSet(letters, digits, unreservedMarks, "!$&()*+,;=:@/?")

	// What the key also writes plainly: reserved by RFC 3986, but without a meaning of
	// their own in any path or query of an article; programs differ in encoding them.
	keyPathPlain  = makeSet("!'()*,:@")
	keyQueryPlain = makeSet("!()*,:@/?")
)

// appendNormal appends s in the normal form of percent-encoding: escapes of
// unreserved bytes are resolved, other escapes have upper-case digits, a percent
// sign that begins no escape becomes %25, every byte outside keep is encoded.
// The result is a fixed point: a second pass changes nothing.
func appendNormal(dst []byte, s string, keep *charset) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' {
			if b, ok := escape(s, i); ok {
				if unreserved[b] {
					dst = append(dst, b)
				} else {
					dst = appendEscape(dst, b)
				}
				i += 2
				continue
			}
		}
		if keep[c] {
			dst = append(dst, c)
		} else {
			dst = appendEscape(dst, c)
		}
	}
	return dst
}

func appendEscape(dst []byte, b byte) []byte {
	return append(dst, '%', upperHex[b>>4], upperHex[b&15])
}

// escape reads the escape that begins at s[i], if there is one.
func escape(s string, i int) (byte, bool) {
	if i+2 >= len(s) || s[i] != '%' {
		return 0, false
	}
	hi, ok1 := unhex(s[i+1])
	lo, ok2 := unhex(s[i+2])
	return hi<<4 | lo, ok1 && ok2
}

func unhex(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// resolve resolves the escapes in s that stand for bytes in plain.
func resolve(s string, plain *charset) string {
	i := 0
	for ; i < len(s); i++ {
		if b, ok := escape(s, i); ok && plain[b] {
			break
		}
	}
	if i == len(s) {
		return s
	}
	out := make([]byte, 0, len(s))
	out = append(out, s[:i]...)
	for ; i < len(s); i++ {
		if b, ok := escape(s, i); ok && plain[b] {
			out = append(out, b)
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return string(out)
}

var allBytes = func() *charset {
	var s charset
	for i := range s {
		s[i] = true
	}
	return &s
}()

// unescape resolves every escape once; what is no escape stays. A plus sign stays
// a plus sign.
func unescape(s string) string { return resolve(s, allBytes) }
