package canonurl

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"golang.org/x/net/publicsuffix"
)

const (
	// Version is the version of the canonical form. It is stored and published with
	// hashes, so that partners can tell whether theirs were made by the same rules;
	// it grows with every change that gives any address another key.
	Version = 1
	// MaxLength is the longest address Parse takes and returns, in bytes.
	MaxLength = 8 << 10
	// MaxWrappers is how many redirectors and archives inside each other Parse follows.
	MaxWrappers = 8
)

// Address is one web address in its canonical form. The zero value is no address:
// its strings are empty. Addresses are comparable, but two spellings of one
// article are equal by Key only.
type Address struct {
	text, key, site string
	home            bool
}

// Parse reads a web address in any spelling people and programs use and brings it
// to the canonical form that the package documentation sets out. Errors are of
// type *Error, with ErrEmpty, ErrTooLong, ErrScheme, ErrHost, ErrPort or ErrNested
// as their kind. The cost grows with the length of raw, which is at most MaxLength
// bytes, times the number of wrappers, at most MaxWrappers.
func Parse(raw string) (Address, error) {
	if len(raw) > MaxLength {
		return Address{}, tooLong()
	}
	p, err := read(raw)
	if err != nil {
		return Address{}, err
	}
	if p, err = unwrapped(p); err != nil {
		return Address{}, err
	}
	a := p.address()
	if len(a.text) > MaxLength || len(a.key) > MaxLength {
		return Address{}, tooLong()
	}
	return a, nil
}

func (p *parts) address() Address {
	site := p.host
	if !p.ip {
		site = siteHost(p.host)
	}
	fragment := ""
	if !isWiki(site) {
		fragment = contentFragment(p.fragment)
	}
	k := p.keyForm(site, fragment)
	a := Address{site: k.host, key: k.String()}
	a.home = k.home()
	query := p.query
	if !p.opaqueQuery(site) {
		query = joinParams(untracked(site, params(p.query), false))
	}
	a.text = compose(p.scheme, p.host, p.port, p.path, query, fragment)
	return a
}

func (p *parts) keyForm(site, fragment string) keyForm {
	k := keyForm{host: site, port: p.port, fragment: fragment}
	wrapper := p.port == "" && isWrapper(site)
	k.path = keyPath(p, site, !wrapper)
	if p.opaqueQuery(site) {
		if p.query != "" {
			k.list = []param{{name: p.query}}
		}
		return k
	}
	k.list = keyParams(untracked(site, params(p.query), true))
	if !wrapper {
		k.list = withoutAMP(k.list)
	}
	if rule := siteRules[site]; rule != nil && p.port == "" {
		rule(&k)
	}
	return k
}

// String returns the key.
func (k *keyForm) String() string {
	return compose("https", k.host, k.port, k.path, joinParams(k.list), k.fragment)
}

func compose(scheme, host, port, path, query, fragment string) string {
	var b strings.Builder
	b.Grow(len(scheme) + len(host) + len(port) + len(path) + len(query) + len(fragment) + 6)
	b.WriteString(scheme)
	b.WriteString("://")
	b.WriteString(host)
	for _, part := range [...]struct{ mark, text string }{{":", port}, {"", path}, {"?", query}, {"#", fragment}} {
		if part.text != "" {
			b.WriteString(part.mark)
			b.WriteString(part.text)
		}
	}
	return b.String()
}

// String returns the address in one spelling that can still be opened: unwrapped,
// untracked, normalised. Scheme, www and the order of parameters are as they were.
func (a Address) String() string { return a.text }

// Key returns the canonical URL: what makes two spellings one article. It looks
// like an address, but need not answer; open String instead.
func (a Address) Key() string { return a.key }

// Hash returns the SHA-256 of Key, which partners look up by its prefix.
func (a Address) Hash() [32]byte { return sha256.Sum256([]byte(a.key)) }

// Prefix returns the first digits of the hash in lower-case hexadecimal; digits
// below 3 count as 3, above 5 as 5, the range the look-up serves.
func (a Address) Prefix(digits int) string {
	sum := a.Hash()
	return hex.EncodeToString(sum[:3])[:max(3, min(5, digits))]
}

// Site returns the host of the key: in ASCII, without the labels for www, mobile
// and AMP variants, without a port. IPv6 addresses are in brackets.
func (a Address) Site() string { return a.site }

// Home says whether this is the front page of a site or of one of its languages
// (/en/, /pt-br), which is never the address of an article.
func (a Address) Home() bool { return a.home }

func (k *keyForm) home() bool {
	if k.fragment != "" {
		return false
	}
	for _, p := range k.list {
		if p.name != "lang" && p.name != "hl" && p.name != "locale" {
			return false
		}
	}
	path := strings.ToLower(k.path)
	switch path {
	case "/", "/index.html", "/index.htm", "/index.php", "/index.asp", "/index.aspx", "/default.aspx", "/home":
		return true
	}
	language, region, both := strings.Cut(strings.ReplaceAll(path[1:], "_", "-"), "-")
	return isLetters(language, 2) && (!both || isLetters(region, 2) || region == "hans" || region == "hant")
}

func isLetters(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}

// SameSite says whether two addresses belong to one registrable domain, by the
// Public Suffix List that golang.org/x/net carries, its private part included:
// two blogs under blogspot.com are two sites. Hosts without a registrable domain,
// such as IP addresses, are the same site when they are the same host.
func SameSite(a, b Address) bool {
	if a.site == "" || b.site == "" {
		return false
	}
	return a.site == b.site || registrable(a.site) == registrable(b.site)
}

func registrable(site string) string {
	if strings.HasPrefix(site, "[") || endsInNumber(site) {
		return site
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(site)
	if err != nil {
		return site
	}
	return domain
}
