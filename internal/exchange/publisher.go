package exchange

import (
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// maxURL is the longest address taken, in bytes.
const maxURL = 4096

// webURL returns s as an http or https address, or why it is none.
func webURL(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", factcheck.Invalid("url", "there is no address")
	}
	if len(s) > maxURL {
		return "", factcheck.Invalid("url", "the address is %d bytes long; at most %d are taken", len(s), maxURL)
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Opaque != "" || strings.ContainsFunc(s, unicode.IsControl) {
		return "", factcheck.Invalid("url", "%q is not a web address; write https://…", clipText(s, 80))
	}
	if scheme := strings.ToLower(u.Scheme); scheme != "http" && scheme != "https" {
		return "", factcheck.Invalid("url", "%q is not a web address; it must begin with http:// or https://", clipText(s, 80))
	}
	if u.User != nil {
		return "", factcheck.Invalid("url", "%q holds a user name", clipText(s, 80))
	}
	if strings.ContainsAny(s, " \"<>\\^`{|}") || u.Scheme != s[:len(u.Scheme)] {
		return u.String(), nil
	}
	return s, nil
}

// SiteOf returns the site that identifies a publisher: the host of an address, or a host by itself, in lower-case ASCII
// without "www.", port and final dot. It fails with CodeInvalid when there is no host.
func SiteOf(address string) (string, error) {
	host := strings.TrimSpace(address)
	if !strings.Contains(host, "://") {
		host = "//" + host
	}
	u, err := url.Parse(host)
	if err != nil {
		return "", factcheck.Invalid("publisher", "%q is not a site; write a host such as checks.example", clipText(address, 80))
	}
	host = u.Hostname()
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	ascii, err := idna.Lookup.ToASCII(host)
	if err == nil {
		host = ascii
	} else if strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) {
		return "", factcheck.Invalid("publisher", "%q is not a site", clipText(address, 80))
	}
	host = strings.TrimPrefix(host, "www.")
	if host == "" || len(host) > 253 || strings.ContainsAny(host, " /\\@?#%\"'<>") {
		return "", factcheck.Invalid("publisher", "%q is not a site; write a host such as checks.example", clipText(address, 80))
	}
	return host, nil
}

// publisherName returns the name of a site's publisher: as it is known, as the record says, or the site itself.
func publisherName(site string, given ...string) string {
	if h, ok := houses[site]; ok {
		return h.name
	}
	for _, name := range given {
		if name != "" && !strings.Contains(name, "://") {
			return name
		}
	}
	return site
}

// clipText cuts s after n characters, with an ellipsis.
func clipText(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i] + "…"
		}
		n--
	}
	return s
}
