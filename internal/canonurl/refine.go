package canonurl

import (
	"slices"
	"strings"
)

// Refine applies what a fetch has shown: the address that was asked for, the one
// that answered after redirects, and what that page calls its own address in
// <link rel="canonical"> (may be relative or empty). It returns the address to
// file the article under, and every spelling of it seen, as String gives them, in
// order, without repeats, the one returned among them. The rules:
//
//  1. A redirect within the site is followed. One to another site is followed only
//     from a short link (one short segment, no query) or when the path and query
//     stay the same (a site that moved); a domain that lapsed sends every article to
//     one place.
//  2. It is not followed to a front page, unless a front page was asked for, nor to
//     a page for logging in, consent, or errors; such a page's canonical link says
//     nothing about the article, and is not read either.
//  3. A canonical link is followed if it stays on the site that answered, under the
//     conditions of 2, unless it names a section above the page, or the same path
//     without the parameter that picks the article.
//
// When requested is no web address, final takes its place; when neither is one, the
// zero Address and no spellings come back.
func Refine(requested, final, relCanonical string) (Address, []string) {
	asked, err := Parse(requested)
	landed, landedErr := Parse(final)
	if err != nil {
		if landedErr != nil {
			return Address{}, nil
		}
		asked = landed
	}
	if landedErr != nil {
		landed = asked
	}
	seen := []string{asked.text}
	if landed.key != asked.key && !followRedirect(asked, landed) {
		return asked, seen
	}
	result := landed
	seen = appendNew(seen, landed.text)
	if canonical, err := Parse(resolveReference(landed, relCanonical)); err == nil && followCanonical(asked, landed, canonical) {
		result = canonical
		seen = appendNew(seen, canonical.text)
	}
	return result, seen
}

func appendNew(seen []string, text string) []string {
	if slices.Contains(seen, text) {
		return seen
	}
	return append(seen, text)
}

func followRedirect(asked, landed Address) bool {
	if landed.home && !asked.home || isTrap(landed) && !isTrap(asked) || bouncesBack(asked, landed) {
		return false
	}
	return SameSite(asked, landed) || isShortLink(asked) || tail(asked.key) == tail(landed.key)
}

func followCanonical(asked, landed, canonical Address) bool {
	if canonical.home && !asked.home || isTrap(canonical) && !isTrap(asked) || !SameSite(landed, canonical) {
		return false
	}
	if sharedHosts[landed.site] && owner(landed) != owner(canonical) {
		return false
	}
	return !isSectionOf(canonical, landed) && !losesID(canonical, landed)
}

// sharedHosts are sites where everybody writes, each below a path of their own. Those where everybody has a host of their
// own are in the Public Suffix List.
var sharedHosts = map[string]bool{
	"medium.com": true, "substack.com": true, "telegra.ph": true, "dev.to": true, "hackernoon.com": true, "linkedin.com": true,
	"quora.com": true, "tumblr.com": true, "wattpad.com": true, "issuu.com": true, "scribd.com": true, "patreon.com": true,
	"vk.com": true, "ok.ru": true, "facebook.com": true, "instagram.com": true, "x.com": true, "threads.net": true, "threads.com": true,
	"tiktok.com": true, "reddit.com": true, "t.me": true, "bsky.app": true, "youtube.com": true, "rumble.com": true, "note.com": true,
	"github.com": true, "gitlab.com": true, "sites.google.com": true, "docs.google.com": true, "pinterest.com": true, "flipboard.com": true,
}

// owner returns the first segment of the path, which on a shared host is whose page it is.
func owner(a Address) string {
	path, _ := a.keySplit()
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return first
}

// tail returns what follows the host in an address.
func tail(text string) string {
	_, rest, _ := strings.Cut(text, "://")
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		return rest[i:]
	}
	return ""
}

// keySplit returns the path and the query of a key.
func (a Address) keySplit() (path, query string) {
	rest, _, _ := strings.Cut(tail(a.key), "#")
	path, query, _ = strings.Cut(rest, "?")
	return path, query
}

// isShortLink recognises the links of shorteners by their shape, as every large
// publisher has a shortener of its own: one segment of at most 16 letters and digits.
func isShortLink(a Address) bool {
	code := strings.TrimPrefix(tail(a.key), "/")
	return len(code) <= 16 && isWord(code)
}

// trapSegments are path segments of pages that stand before or instead of an article.
var trapSegments = map[string]bool{
	"login": true, "log-in": true, "signin": true, "sign-in": true, "sign_in": true, "signup": true, "sign-up": true,
	"register": true, "registration": true, "auth": true, "oauth": true, "oauth2": true, "sso": true, "saml": true,
	"authorize": true, "consent": true, "cookie-consent": true, "privacy-consent": true, "privacygate": true,
	"cookiewall": true, "cookie-wall": true, "collectconsent": true, "captcha": true, "challenge": true, "blocked": true,
	"access-denied": true, "accessdenied": true, "error": true, "errors": true, "404": true, "403": true, "500": true,
	"not-found": true, "notfound": true, "page-not-found": true, "unavailable": true, "subscribe": true, "paywall": true,
	"checkpoint": true, "unsupported-browser": true, "region-blocked": true, "451": true, "wp-login": true,
	"authwall": true, "gdpr-consent": true, "zustimmung": true, "sorry": true, "are-you-a-robot": true, "over18": true,
}

// trapHosts are first labels of hosts that only serve such pages.
var trapHosts = map[string]bool{
	"login": true, "signin": true, "auth": true, "sso": true, "accounts": true, "account": true, "consent": true, "idp": true,
	"myaccount": true, "captcha": true, "validate": true, "secure-login": true, "myprivacy": true, "cmp": true,
	"guce": true, "geo-block": true,
}

// isTrap recognises pages for logging in, consent and errors by their addresses.
func isTrap(a Address) bool {
	if label, _, _ := strings.Cut(a.site, "."); trapHosts[label] {
		return true
	}
	path, _ := a.keySplit()
	for segment := range strings.SplitSeq(strings.ToLower(path), "/") {
		if name, _, _ := strings.Cut(segment, "."); trapSegments[name] {
			return true
		}
	}
	return false
}

// bouncesBack says that the page reached means to send the reader on to the page
// asked for: one of its parameters, new in it, holds that page's host or path.
func bouncesBack(asked, landed Address) bool {
	askedPath, askedQuery := asked.keySplit()
	_, query := landed.keySplit()
	if query == askedQuery || len(askedPath) < 2 {
		return false
	}
	for _, p := range params(query) {
		if text := unescape(p.value); strings.HasPrefix(text, askedPath) || strings.Contains(text, asked.site+askedPath) {
			return true
		}
	}
	return false
}

// isSectionOf says that canonical stands above page in its site's tree. Naming an
// article by its number, without the title after it, is not that.
func isSectionOf(canonical, page Address) bool {
	above, query := canonical.keySplit()
	below, _ := page.keySplit()
	if query != "" || !strings.HasPrefix(below, strings.TrimSuffix(above, "/")+"/") || above == below {
		return false
	}
	last := above[strings.LastIndexByte(above, '/')+1:]
	run := 0
	for i := range len(last) {
		if last[i] < '0' || last[i] > '9' {
			run = 0
			continue
		}
		if run++; run >= 5 {
			return false
		}
	}
	return true
}

// idNames are parameters that pick the article, beside all that end in "id".
var idNames = map[string]bool{
	"p": true, "a": true, "n": true, "v": true, "nr": true, "no": true, "story": true, "article": true, "art": true,
	"doc": true, "item": true, "news": true, "post": true, "page_name": true, "title": true, "key": true, "idx": true,
}

// losesID says that canonical is the page's own path without the parameter that picks the article.
func losesID(canonical, page Address) bool {
	path, query := canonical.keySplit()
	pagePath, pageQuery := page.keySplit()
	if path != pagePath {
		return false
	}
	kept := params(query)
	for _, p := range params(pageQuery) {
		name := strings.ToLower(p.name)
		if !idNames[name] && !strings.HasSuffix(name, "id") {
			continue
		}
		if _, ok := value(kept, p.name); !ok {
			return true
		}
	}
	return false
}

// resolveReference resolves what a page at base wrote in a link (RFC 3986 §5.2),
// for the references that can name a page of the web.
func resolveReference(base Address, ref string) string {
	ref = clean(ref)
	_, web := cutWebScheme(ref)
	name, _, colon := strings.Cut(ref, ":")
	switch {
	case ref == "" || ref[0] == '#':
		return ""
	case web || colon && isScheme(name):
		return ref // as it is: Parse refuses what is not of the web
	}
	scheme, rest, _ := strings.Cut(base.text, "://")
	path := tail(base.text)
	host := strings.TrimSuffix(rest, path)
	path, _, _ = strings.Cut(path, "#")
	path, _, _ = strings.Cut(path, "?")
	ref = strings.ReplaceAll(ref, `\`, "/")
	switch {
	case strings.HasPrefix(ref, "//"):
		return scheme + ":" + ref
	case ref[0] == '/':
		return scheme + "://" + host + ref
	case ref[0] == '?':
		return scheme + "://" + host + path + ref
	}
	return scheme + "://" + host + path[:strings.LastIndexByte(path, '/')+1] + ref
}
