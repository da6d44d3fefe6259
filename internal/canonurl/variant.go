package canonurl

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// hostVariants are first labels that name another dress of the same site.
var hostVariants = map[string]bool{"www": true, "m": true, "mobile": true, "amp": true, "touch": true}

// hostAliases are names under which a site serves the same addresses.
var hostAliases = map[string]string{
	"twitter.com":  "x.com", // help.x.com: the domain moved in May 2024; both answer
	"fb.com":       "facebook.com",
	"telegram.me":  "t.me", // core.telegram.org: deep links
	"telegram.dog": "t.me",
	"threads.net":  "threads.com", // moved in April 2025; both answer

	"web.facebook.com": "facebook.com", "mbasic.facebook.com": "facebook.com",
	"old.reddit.com": "reddit.com", "np.reddit.com": "reddit.com", "new.reddit.com": "reddit.com",

	// archive.today is served under all of these (Wikipedia: archive.today).
	"archive.ph": "archive.today", "archive.is": "archive.today", "archive.li": "archive.today",
	"archive.vn": "archive.today", "archive.fo": "archive.today", "archive.md": "archive.today",
}

// wikiFamily are the domains that MediaWiki's mobile names (en.m.wikipedia.org) exist under.
var wikiFamily = map[string]bool{
	"wikipedia.org": true, "wikimedia.org": true, "wiktionary.org": true, "wikinews.org": true, "wikiquote.org": true,
	"wikisource.org": true, "wikiversity.org": true, "wikivoyage.org": true, "wikibooks.org": true, "wikidata.org": true,
}

// siteHost returns the host of the key: without the labels for www, mobile and AMP
// variants, as long as what is left is a site of its own, and by its chief name.
func siteHost(host string) string {
	for {
		label, rest, ok := strings.Cut(host, ".")
		if !ok || !hostVariants[label] || isPublicSuffix(rest) {
			break
		}
		host = rest
	}
	if alias, ok := hostAliases[host]; ok {
		return alias
	}
	// en.m.wikipedia.org
	if language, rest, ok := strings.Cut(host, ".m."); ok && wikiFamily[rest] && !strings.Contains(language, ".") {
		return language + "." + rest
	}
	// de-de.facebook.com is facebook.com with the interface in German.
	if lang, ok := strings.CutSuffix(host, ".facebook.com"); ok && len(lang) == 5 && lang[2] == '-' {
		return "facebook.com"
	}
	return host
}

// isWiki says whether a host of the key is a wiki of the Wikimedia Foundation. There
// fragments with a slash (#/media/File:…) open a viewer over the same page.
func isWiki(site string) bool {
	_, parent, _ := strings.Cut(site, ".")
	return wikiFamily[parent] || wikiFamily[site]
}

func isPublicSuffix(name string) bool {
	if !strings.Contains(name, ".") {
		return true
	}
	suffix, _ := publicsuffix.PublicSuffix(name)
	return suffix == name
}

// worldwide returns "name.*" for the services that stand under com and the public
// suffixes of countries (google.co.uk), and the host itself for any other.
func worldwide(host string) string {
	for _, name := range [...]string{"google", "amazon", "translate.google"} {
		rest, ok := strings.CutPrefix(host, name+".")
		country := rest[strings.LastIndexByte(rest, '.')+1:]
		if !ok || len(country) != 2 && rest != "com" {
			continue
		}
		if suffix, icann := publicsuffix.PublicSuffix(host); icann && suffix == rest {
			return name + ".*"
		}
	}
	return host
}

// keyPath returns the path of the key: marks without meaning plain, the ends that
// AMP pages have and final slashes cut off, a lone slash for the root.
func keyPath(p *parts, site string, amp bool) string {
	path := resolve(p.path, keyPathPlain)
	if amp {
		path = cutAMPStart(path, site)
	}
	for {
		short := strings.TrimRight(path, "/")
		if amp {
			short = cutAMPEnd(short)
		}
		if short == path {
			break
		}
		path = short
	}
	if path == "" {
		return "/"
	}
	return path
}

// cutAMPEnd cuts "/amp", ".amp", "!amp" and the ".amp" of ".amp.html" off the end
// of a path, if a name is left before it.
func cutAMPEnd(path string) string {
	if short, ok := strings.CutSuffix(path, "/amp"); ok && strings.Trim(short, "/") != "" {
		return short
	}
	stem, ending := path, ""
	if s, ok := strings.CutSuffix(path, ".html"); ok {
		stem, ending = s, ".html"
	}
	short := stem
	for {
		s, ok := strings.CutSuffix(short, ".amp")
		if !ok {
			s, ok = strings.CutSuffix(short, "!amp") // sueddeutsche.de
		}
		if !ok || s == "" || s[len(s)-1] == '/' {
			break
		}
		short = s
	}
	if short == stem {
		return path
	}
	return short + ending
}

// ampStarts are the beginnings of AMP paths of single sites; elsewhere "amp" in
// the midst of a path may be a subject.
var ampStarts = map[string][2]string{
	"cbsnews.com": {"/amp/", "/"},
	"bbc.com":     {"/news/amp/", "/news/"},
	"bbc.co.uk":   {"/news/amp/", "/news/"},
	"reuters.com": {"/article/amp/", "/article/"},
}

func cutAMPStart(path, site string) string {
	start, ok := ampStarts[site]
	if !ok {
		return path
	}
	rest, found := strings.CutPrefix(path, start[0])
	if !found || strings.Trim(rest, "/") == "" || strings.HasPrefix(rest, "amp/") || strings.HasPrefix(rest, "/") {
		return path
	}
	return start[1] + rest
}

// ampParams are parameters that ask for the AMP or mobile form of the same page.
var ampParams = map[string][]string{
	"amp":        {"", "1", "true"},
	"_amp":       {"", "1", "true"},
	"outputtype": {"amp", "default-amp"}, // washingtonpost.com and other Arc titles
	"output":     {"amp"},
	"view":       {"amp"},
}

// withoutAMP leaves the parameters out that ask for the AMP form, in place.
func withoutAMP(list []param) []param {
	kept := list[:0]
	for _, p := range list {
		asks := false
		for _, value := range ampParams[strings.ToLower(p.name)] {
			asks = asks || strings.EqualFold(p.value, value)
		}
		if !asks {
			kept = append(kept, p)
		}
	}
	return kept
}
