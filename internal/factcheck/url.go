package factcheck

import (
	"net/url"
	"strings"
)

// IsWebURL reports whether s is an absolute http or https URL with a host and without user information or white space.
func IsWebURL(s string) bool {
	if strings.ContainsAny(s, " \t\r\n\"<>") {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && (strings.EqualFold(u.Scheme, "http") || strings.EqualFold(u.Scheme, "https")) && u.Hostname() != "" && u.User == nil
}

// Site returns the host of a web URL in lower case, without "www.", as publishers and outlets are keyed by; "" if s is none.
func Site(s string) string {
	if !IsWebURL(s) {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), "www.")
}
