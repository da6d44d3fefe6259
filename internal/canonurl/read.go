package canonurl

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
)

// parts is an address taken apart, each part in the normal form of rules 1 to 6
// of the package documentation, nothing dropped yet.
type parts struct {
	scheme   string // "http" or "https"
	host     string
	port     string // "" for the scheme's own
	path     string // begins with a slash, no dot segments
	query    string // without the question mark
	fragment string // without the hash sign
	ip       bool   // host is an IP address
}

// read takes an address apart as the WHATWG URL standard does for http and https.
func read(raw string) (parts, error) {
	text := clean(raw)
	if text == "" {
		return parts{}, fail(ErrEmpty, "the address is empty; it should look like https://www.example.org/article")
	}
	scheme, rest, bare, err := cutScheme(text)
	if err != nil {
		return parts{}, err
	}
	authority, tail := rest, ""
	if i := strings.IndexAny(rest, `/\?#`); i >= 0 {
		authority, tail = rest[:i], rest[i:]
	}
	p := parts{scheme: scheme}
	if err := p.readAuthority(authority, bare); err != nil {
		return parts{}, err
	}
	p.readTail(tail)
	return p, nil
}

func tooLong() error {
	return fail(ErrTooLong, "the address is longer than "+strconv.Itoa(MaxLength)+" bytes; web addresses are not that long")
}

// clean drops what surrounds an address and what no address holds: white space,
// invisible marks and angle brackets around it (RFC 3986 appendix C), tabs and
// line breaks inside it (WHATWG).
func clean(raw string) string {
	text := strings.TrimFunc(raw, isEdge)
	if len(text) > 1 && text[0] == '<' && text[len(text)-1] == '>' {
		text = strings.TrimFunc(text[1:len(text)-1], isEdge)
	}
	if !strings.ContainsAny(text, "\t\n\r") {
		return text
	}
	text = strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, text)
	return strings.TrimFunc(text, isEdge)
}

func isEdge(r rune) bool {
	return r <= ' ' || r != unicode.ReplacementChar && (unicode.IsSpace(r) || unicode.In(r, unicode.Cf, unicode.Cc))
}

// cutScheme cuts "https:" and the slashes after it. An address as people write it,
// without a scheme, gets https and is bare: its host has to look like one.
func cutScheme(text string) (scheme, rest string, bare bool, err error) {
	for {
		after, ok := cutFold(text, "view-source:")
		if !ok {
			break
		}
		text = after
	}
	if rest, ok := cutFold(text, "https:"); ok {
		return "https", strings.TrimLeft(rest, `/\`), false, nil
	}
	if rest, ok := cutFold(text, "http:"); ok {
		return "http", strings.TrimLeft(rest, `/\`), false, nil
	}
	if strings.HasPrefix(text, "//") || strings.HasPrefix(text, `\\`) {
		return "https", strings.TrimLeft(text, `/\`), true, nil
	}
	if name, after, ok := strings.Cut(text, ":"); ok && isScheme(name) && !looksLikePort(name, after) {
		return "", "", false, fail(ErrScheme, "only web addresses can be used, those that begin with https:// or http://")
	}
	return "https", text, true, nil
}

// cutFold cuts a prefix in any mixture of cases.
func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

func isScheme(name string) bool {
	for i := range len(name) {
		c := name[i] | 0x20
		letter := 'a' <= c && c <= 'z'
		if !letter && (i == 0 || !strings.Contains(digits+"+-.", name[i:i+1])) {
			return false
		}
	}
	return name != ""
}

// looksLikePort tells example.org:8080/a from a scheme with a dot in its name.
func looksLikePort(name, after string) bool {
	port := after
	if i := strings.IndexAny(after, `/\?#`); i >= 0 {
		port = after[:i]
	}
	return strings.Contains(name, ".") && strings.Trim(port, digits) == ""
}

func (p *parts) readAuthority(authority string, bare bool) error {
	// User names and passwords are not part of an address that others may see.
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		if bare {
			return fail(ErrScheme, "this looks like an e-mail address; a web address looks like https://www.example.org/article")
		}
		authority = authority[i+1:]
	}
	host := authority
	// The colons in brackets belong to the IPv6 address.
	if i := strings.LastIndexByte(authority, ':'); i > strings.LastIndexByte(authority, ']') {
		host = authority[:i]
		if err := p.readPort(authority[i+1:], bare); err != nil {
			return err
		}
	}
	if host == "" {
		return fail(ErrHost, "the address names no host; it should look like https://www.example.org/article")
	}
	var err error
	if p.host, p.ip, err = readHost(host); err != nil {
		return err
	}
	if bare && !p.ip && !strings.Contains(p.host, ".") || bare && p.ip && p.host != host {
		return fail(ErrHost, "this is not a web address; one looks like https://www.example.org/article")
	}
	return nil
}

func (p *parts) readPort(port string, bare bool) error {
	if port == "" {
		return nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || strings.Trim(port, digits) != "" {
		return fail(ErrPort, "the port in the address, the number after the colon, is not one from 0 to 65535")
	}
	switch {
	case n == 443:
		// Nobody serves plain http on the port of https: it is https, misspelled.
		p.scheme = "https"
	case n == 80 && (bare || p.scheme == "http"):
		p.scheme = "http"
	default:
		p.port = strconv.FormatUint(n, 10)
	}
	return nil
}

func (p *parts) readTail(tail string) {
	tail, fragment, _ := strings.Cut(tail, "#")
	path, query, _ := strings.Cut(tail, "?")
	p.path = normalPath(path)
	p.query = string(appendNormal(make([]byte, 0, len(query)+16), query, queryKeep))
	p.fragment = string(appendNormal(make([]byte, 0, len(fragment)+16), fragment, fragmentKeep))
}

// normalPath returns the path with slashes for backslashes, in the normal form of
// percent-encoding, without dot segments (RFC 3986 §5.2.4), encoded ones included.
func normalPath(raw string) string {
	if raw == "" {
		return "/"
	}
	raw = strings.ReplaceAll(raw, `\`, "/")
	b := appendNormal(make([]byte, 0, len(raw)+16), raw, pathKeep)
	path := string(b)
	if !strings.Contains(path, "/.") {
		return path
	}
	out := b[:0] // never ahead of what is read: a segment is written at or before its place
	rest := path[1:]
	for {
		segment, after, more := strings.Cut(rest, "/")
		switch segment {
		case ".":
		case "..":
			if i := bytes.LastIndexByte(out, '/'); i >= 0 {
				out = out[:i]
			}
		default:
			out = append(append(out, '/'), segment...)
		}
		if !more {
			if segment == "." || segment == ".." {
				out = append(out, '/')
			}
			return string(out)
		}
		rest = after
	}
}
