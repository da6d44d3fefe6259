package canonurl

import (
	"encoding/base64"
	"strings"
)

// unwrapped follows the addresses inside addresses to the innermost one. What looks
// like a wrapper and holds no web address is itself the address.
func unwrapped(p parts) (parts, error) {
	for depth := 0; ; depth++ {
		inner, ok := p.inner()
		if !ok {
			return p, nil
		}
		if depth == MaxWrappers {
			return p, fail(ErrNested, "the address is wrapped in more redirectors and archives than can be followed; use the address of the page itself")
		}
		p = inner
	}
}

// inner returns the address that p carries. It decides by what p and the key of p
// have in common, so that a key is never unwrapped further than its address was.
func (p *parts) inner() (parts, bool) {
	if p.port != "" || p.ip {
		return parts{}, false
	}
	site := siteHost(p.host)
	for _, rule := range rulesFor(site) {
		if target, ok := rule.target(p); ok {
			if inner, ok := readTarget(target); ok {
				return inner, true
			}
		}
	}
	if target, ok := specialTarget(p, site); ok {
		return readTarget(target)
	}
	return parts{}, false
}

// readTarget reads an address found inside another. It has to begin with its
// scheme, and has no white space where its host is.
func readTarget(target string) (parts, bool) {
	rest, ok := cutWebScheme(target)
	if !ok {
		return parts{}, false
	}
	authority := strings.TrimLeft(rest, `/\`)
	if i := strings.IndexAny(authority, `/\?#`); i >= 0 {
		authority = authority[:i]
	}
	if strings.ContainsAny(authority, " +") {
		return parts{}, false
	}
	p, err := read(target)
	return p, err == nil
}

// cutWebScheme cuts http: or https: off.
func cutWebScheme(s string) (string, bool) {
	if rest, ok := cutFold(s, "https:"); ok {
		return rest, true
	}
	return cutFold(s, "http:")
}

// rulesFor returns the lines of data/wrappers.txt for a host of the key.
func rulesFor(site string) []wrapperRule {
	if rules, ok := wrappers[site]; ok {
		return rules
	}
	if name := worldwide(site); name != site {
		return wrappers[name]
	}
	_, rest, _ := strings.Cut(site, ".")
	return wrappers["*."+rest]
}

func (r *wrapperRule) target(p *parts) (string, bool) {
	path := resolve(p.path, keyPathPlain)
	if r.how == "path" {
		rest, ok := strings.CutPrefix(path, r.path)
		return embedded(rest, p), ok
	}
	if r.path != "" && strings.TrimRight(path, "/") != strings.TrimRight(r.path, "/") {
		return "", false
	}
	if r.how == "query" {
		return whole(p.query), true
	}
	list := params(p.query)
	for _, name := range r.names {
		text, ok := value(list, name)
		if ok && r.how != "param" {
			text, ok = decode64(text, r.how)
		}
		if _, web := cutWebScheme(text); ok && web {
			return text, true
		}
	}
	return "", false
}

// decode64 reads a base64 value in either alphabet, padded or not.
func decode64(text, how string) (string, bool) {
	if how == "a1" {
		rest, ok := strings.CutPrefix(text, "a1")
		if !ok {
			return "", false
		}
		text = rest
	}
	text = strings.NewReplacer("+", "-", "/", "_", " ", "-").Replace(strings.TrimRight(text, "="))
	b, err := base64.RawURLEncoding.DecodeString(text)
	return string(b), err == nil
}

// embedded returns the address that makes up the rest of a path, which the query
// and the fragment belong to.
func embedded(rest string, p *parts) string {
	target := whole(rest)
	if p.query != "" {
		target += "?" + p.query
	}
	if p.fragment != "" {
		target += "#" + p.fragment
	}
	return target
}

// whole decodes an address that was encoded as a whole to fit into a path or query.
func whole(text string) string {
	if rest, ok := cutWebScheme(unescape(text[:min(len(text), len("https%3A%2F%2F"))])); ok && strings.HasPrefix(rest, "/") {
		if i := strings.IndexByte(text, '%'); i >= 0 && i <= len("https:") {
			return unescape(text)
		}
	}
	return text
}

// opaqueQuery says that the query is part of a wrapped address that could not be
// made out; it is then left as it is, order and all.
func (p *parts) opaqueQuery(site string) bool {
	if p.port != "" || p.ip {
		return false
	}
	if isURLDefense(site) {
		return true
	}
	for _, rule := range wrappers[site] {
		if rule.how == "query" {
			return true
		}
	}
	return false
}

// isWrapper says whether a host passes readers on to other addresses. Such hosts have no AMP pages.
func isWrapper(site string) bool {
	return len(rulesFor(site)) > 0 || isSpecial(site)
}
