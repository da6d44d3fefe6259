package ingest

import (
	"net/url"
	"regexp"
	"strings"
)

// copied is an archived copy of a page: the address readers open it at, and the one that serves the page as it was, without
// the archive's frame around it.
type copied struct{ page, fetch string }

var waybackPath = regexp.MustCompile(`^/web/(\d{4,14})(?:[a-z]{2}_)?/(.+)$`)

// archivedCopy recognises an address that names a copy in the Internet Archive's Wayback Machine: whoever gives it means
// this copy, of a page that is gone or was changed since. Copies elsewhere are read where they came from.
func archivedCopy(raw string) (copied, bool) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.") != "web.archive.org" || u.Port() != "" {
		return copied{}, false
	}
	m := waybackPath.FindStringSubmatch(u.EscapedPath())
	if m == nil {
		return copied{}, false
	}
	target := m[2]
	if u.RawQuery != "" {
		target += "?" + u.RawQuery
	}
	const origin = "https://web.archive.org/web/"
	return copied{page: origin + m[1] + "/" + target, fetch: origin + m[1] + "id_/" + target}, true
}
