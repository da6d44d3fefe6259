package redact

import (
	"net/url"
	"strings"
)

// Address reports whether the passage stands in an address, as it is or percent-encoded, with spaces as +, _ or hyphens.
func (m *Matcher) Address(s string) bool {
	if s == "" {
		return false
	}
	forms := []string{s}
	if p, err := url.PathUnescape(s); err == nil {
		forms = append(forms, p)
	}
	if q, err := url.QueryUnescape(s); err == nil {
		forms = append(forms, q)
	}
	for _, f := range forms {
		if m.Holds(f) || m.Holds(strings.ReplaceAll(f, "_", " ")) || m.slug != "" && strings.Contains(m.slug, "-") && strings.Contains(strings.ToLower(f), m.slug) {
			return true
		}
	}
	return false
}
