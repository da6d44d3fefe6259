package canonurl

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// specials are the wrappers whose form is more than a parameter or a prefix, by
// the host of the key; hosts that vary are looked up by specialFor.
var specials = map[string]func(p *parts, path string) (string, bool){
	"web.archive.org":                    waybackTarget,
	"archive.org":                        waybackTarget,
	"wayback.archive.org":                waybackTarget,
	"web-beta.archive.org":               waybackTarget,
	"webarchive.loc.gov":                 waybackTarget,
	"arquivo.pt":                         waybackTarget,
	"wayback.archive-it.org":             waybackTarget,
	"webarchive.nationalarchives.gov.uk": waybackTarget,
	"archive.today":                      archiveTodayTarget,
	"webcache.googleusercontent.com":     cacheTarget,
	"urldefense.com":                     urlDefenseTarget,
	"urldefense.us":                      urlDefenseTarget,
	"urldefense.proofpoint.com":          urlDefenseTarget,
	"r.search.yahoo.com":                 yahooTarget,
	"bing.com":                           ampViewerTarget,
}

func specialFor(site string) func(p *parts, path string) (string, bool) {
	if special, ok := specials[site]; ok {
		return special
	}
	switch {
	case strings.HasSuffix(site, ".cdn.ampproject.org") || site == "cdn.ampproject.org" || strings.HasSuffix(site, ".bing-amp.com"):
		return ampCacheTarget
	case strings.HasSuffix(site, ".translate.goog"):
		return translateGoogTarget
	case worldwide(site) == "google.*":
		return googleTarget
	}
	return nil
}

func isSpecial(site string) bool { return specialFor(site) != nil }

func specialTarget(p *parts, site string) (string, bool) {
	special := specialFor(site)
	if special == nil {
		return "", false
	}
	return special(p, resolve(p.path, keyPathPlain))
}

// embeddedBare is embedded for the places where the scheme may be missing.
func embeddedBare(rest string, p *parts) (string, bool) {
	target := embedded(rest, p)
	if _, ok := cutWebScheme(target); ok {
		return target, true
	}
	authority := target
	if i := strings.IndexAny(target, `/\?#`); i >= 0 {
		authority = target[:i]
	}
	if !strings.Contains(strings.Trim(authority, "."), ".") || endsInNumber(strings.Trim(authority, ".")) {
		return "", false
	}
	return "https://" + target, true
}

// waybackTarget reads the addresses of Wayback machines: /web/20200102030405id_/URL,
// the time shortened, with a star or left out, and collections before it
// (archive.org, "Wayback Machine APIs"; pywb documentation, "URL rewriting").
func waybackTarget(p *parts, path string) (string, bool) {
	if siteHost(p.host) == "archive.org" && !strings.HasPrefix(path, "/web/") && !strings.HasPrefix(path, "/wayback/") {
		return "", false
	}
	for rest, n := path[1:], 0; n < 4; n++ {
		segment, after, more := strings.Cut(rest, "/")
		if _, web := cutWebScheme(unescape(segment)); web {
			return embedded(rest, p), n > 0
		}
		if !more {
			return "", false
		}
		rest = after
		if isTimestamp(segment) && n > 0 || segment == "save" && n == 0 {
			if target, ok := embeddedBare(rest, p); ok {
				return target, true
			}
		}
	}
	return "", false
}

// isTimestamp accepts up to 14 digits, a star for the rest, and a replay flag such as id_ or im_.
func isTimestamp(s string) bool {
	if len(s) >= 3 && s[len(s)-1] == '_' {
		s = s[:len(s)-3]
	}
	if s == "*" {
		return true
	}
	s = strings.TrimSuffix(s, "*")
	return len(s) >= 1 && len(s) <= 14 && strings.Trim(s, digits) == ""
}

// archiveTodayTarget reads the long form /20200102030405/URL and its variants
// (archive.today FAQ); the short form /AbCdE carries nothing.
func archiveTodayTarget(p *parts, path string) (string, bool) {
	segment, rest, _ := strings.Cut(path[1:], "/")
	switch {
	case segment == "newest" || segment == "oldest" || segment == "timegate" || segment == "timemap":
	case segment == "o":
		if _, rest, _ = strings.Cut(rest, "/"); rest == "" {
			return "", false
		}
	case len(segment) >= 4 && strings.Trim(segment, digits+".-") == "":
	default:
		if _, web := cutWebScheme(unescape(segment)); web {
			return embedded(path[1:], p), true
		}
		return "", false
	}
	return embeddedBare(rest, p)
}

// ampCacheTarget reads the addresses of AMP caches: /c/s/HOST/PATH, "s" for https
// (developers.google.com/amp/cache/overview; Bing's cache has the same form).
func ampCacheTarget(p *parts, path string) (string, bool) {
	for _, kind := range [...]string{"/c/", "/v/", "/wp/"} {
		if rest, ok := strings.CutPrefix(path, kind); ok {
			return ampTarget(rest, p)
		}
	}
	return "", false
}

// ampViewerTarget reads the addresses of the AMP viewers of Google and Bing: /amp/s/HOST/PATH.
func ampViewerTarget(p *parts, path string) (string, bool) {
	rest, ok := strings.CutPrefix(path, "/amp/")
	if !ok {
		return "", false
	}
	return ampTarget(rest, p)
}

func ampTarget(rest string, p *parts) (string, bool) {
	rest, secure := strings.CutPrefix(rest, "s/")
	target, ok := embeddedBare(rest, p)
	if after, cut := strings.CutPrefix(target, "https:"); ok && cut && !secure {
		target = "http:" + after
	}
	return target, ok
}

func googleTarget(p *parts, path string) (string, bool) {
	if strings.TrimRight(path, "/") == "/search" {
		return cacheTarget(p, path)
	}
	return ampViewerTarget(p, path)
}

// cacheTarget reads Google's cache, /search?q=cache:ID:URL+words; the id may be missing.
func cacheTarget(p *parts, path string) (string, bool) {
	q, _ := value(params(p.query), "q")
	text, ok := strings.CutPrefix(q, "cache:")
	if !ok || strings.TrimRight(path, "/") != "/search" {
		return "", false
	}
	if i := strings.IndexAny(text, " +"); i >= 0 {
		text = text[:i]
	}
	if id, rest, ok := strings.Cut(text, ":"); ok && len(id) == 12 && !strings.Contains(id, ".") {
		text = rest
	}
	return embeddedBare(text, &parts{})
}

// yahooTarget reads Yahoo's result links: the segment after RU= is the address.
func yahooTarget(_ *parts, path string) (string, bool) {
	for segment := range strings.SplitSeq(path, "/") {
		if text, ok := strings.CutPrefix(segment, "RU="); ok {
			return unescape(text), true
		}
	}
	return "", false
}

// translateGoogTarget reads www-example-org.translate.goog: dots are hyphens and
// hyphens are doubled. Names that need more than that (_x_tr_enc) stay as they are.
func translateGoogTarget(p *parts, path string) (string, bool) {
	label := strings.TrimSuffix(siteHost(p.host), ".translate.goog")
	list := params(p.query)
	if _, enc := value(list, "_x_tr_enc"); enc || strings.Contains(label, ".") || strings.Contains(label, "---") {
		return "", false
	}
	host := strings.NewReplacer("--", "-", "-", ".").Replace(label)
	scheme := "https"
	if s, ok := value(list, "_x_tr_sch"); ok && s == "http" {
		scheme = s
	}
	kept := list[:0]
	for _, q := range list {
		if !strings.HasPrefix(q.name, "_x_tr_") {
			kept = append(kept, q)
		}
	}
	inner := *p
	inner.query = joinParams(kept)
	return embedded(scheme+"://"+host+path, &inner), strings.Contains(host, ".")
}

func isURLDefense(site string) bool {
	return site == "urldefense.com" || site == "urldefense.us" || site == "urldefense.proofpoint.com"
}

// urlDefenseTarget reads Proofpoint's versions 2 and 3 (Proofpoint, "URL Defense
// decoder utility"). Version 1 is a plain parameter.
func urlDefenseTarget(p *parts, path string) (string, bool) {
	if strings.TrimRight(path, "/") == "/v2/url" {
		u, ok := value(params(p.query), "u")
		return unescape(strings.NewReplacer("-", "%", "_", "/").Replace(u)), ok
	}
	rest, ok := strings.CutPrefix(path, "/v3/__")
	if !ok {
		return "", false
	}
	if p.query != "" {
		rest += "?" + p.query
	}
	target, codes, ok := strings.Cut(rest, "__;")
	if !ok {
		return "", false
	}
	codes, _, ok = strings.Cut(codes, "!")
	if !ok {
		return "", false
	}
	return fillStars(target, codes)
}

// fillStars puts the characters that Proofpoint took out back: each "*" stands
// for the next one, each "**X" for a run of them, X its length from 2 on.
func fillStars(target, codes string) (string, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(unescape(codes), "="))
	if err != nil || !utf8.Valid(raw) {
		return "", false
	}
	const lengths = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	left := []rune(string(raw))
	var b strings.Builder
	for i := 0; i < len(target); i++ {
		if target[i] != '*' {
			b.WriteByte(target[i])
			continue
		}
		n := 1
		if i+2 < len(target) && target[i+1] == '*' {
			n = 2 + strings.IndexByte(lengths, target[i+2])
			i += 2
		}
		if n < 1 || n > len(left) {
			return "", false
		}
		b.WriteString(string(left[:n]))
		left = left[n:]
	}
	return b.String(), true
}
