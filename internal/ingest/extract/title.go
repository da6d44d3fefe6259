package extract

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// titles returns the candidates for the title in order of trust.
func (p *page) titles() []Found {
	var all []Found
	for _, s := range p.stories[:min(len(p.stories), 3)] {
		headline, name := "json-ld "+s.kind+".headline", "json-ld "+s.kind+".name"
		if p.isHeading(s.name) && !p.isHeading(s.headline) { // a headline that only describes
			all = add(all, "title", s.name, name)
		}
		all = add(all, "title", s.headline, headline)
		all = add(all, "title", s.name, name)
	}
	for _, key := range titleKeys {
		all = add(all, "title", p.metas.first(key), key)
	}
	all = add(all, "title", p.microdata("headline"), "microdata headline")
	all = add(all, "title", p.docTitle, "title")
	for _, h := range p.h1s {
		all = add(all, "title", h, "h1")
	}
	return all
}

// isHeading reports whether the page shows s as a main heading.
func (p *page) isHeading(s string) bool {
	return s != "" && slices.ContainsFunc(p.h1s, func(h string) bool { return bare(h) == bare(s) })
}

// add appends a candidate unless it is empty or stands there already.
func add(all []Found, field, value, where string) []Found {
	if value = cut(line(value), maxValue); value == "" {
		return all
	}
	for _, f := range all {
		if f.Value == value && f.Where == where {
			return all
		}
	}
	return append(all, Found{Field: field, Value: value, Where: where})
}

// chooseTitle takes the first candidate in order of trust that is a title of this page. One that is the site's name is
// none; nor is one that shares nothing with the page's title and its main heading while those agree with each other, or,
// in JSON-LD, with any of them: templates leave such behind.
func (p *page) chooseTitle(all []Found) string {
	var witnesses []string
	for _, f := range all {
		if f.Where == "title" || f.Where == "h1" || f.Where == "og:title" {
			if !p.isSite(f.Value) {
				witnesses = append(witnesses, f.Value)
			}
		}
	}
	for _, strict := range []bool{true, false} {
		for i, f := range all {
			title := p.withoutSite(f.Value, all)
			if title == "" || strict && (p.isSite(title) || p.stray(f, title, witnesses)) {
				continue
			}
			all[i].Chosen = true
			return p.completed(title, all)
		}
	}
	return ""
}

// stray reports whether a candidate has nothing to do with what the page shows as its title.
func (p *page) stray(f Found, title string, witnesses []string) bool {
	if f.Where == "title" || f.Where == "h1" || len(witnesses) == 0 {
		return false
	}
	for _, w := range witnesses {
		if w != f.Value && alike(title, w) || w == f.Value && len(witnesses) == 1 {
			return false
		}
	}
	if strings.HasPrefix(f.Where, "json-ld") {
		return true
	}
	var shown []string
	for _, w := range witnesses {
		if w != f.Value {
			shown = append(shown, w)
		}
	}
	return len(shown) >= 2 && alike(shown[0], shown[1])
}

// completed returns the whole of a title that ends in an ellipsis, where another candidate has it.
func (p *page) completed(title string, all []Found) string {
	stem, short := strings.CutSuffix(strings.TrimRight(title, " "), "…")
	if !short {
		stem, short = strings.CutSuffix(title, "...")
	}
	stem = strings.TrimSpace(stem)
	if !short || len(stem) < 20 {
		return title
	}
	for _, f := range all {
		if whole := p.withoutSite(f.Value, all); len(whole) > len(title) && strings.HasPrefix(whole, stem) {
			return whole
		}
	}
	return title
}

// withoutSite takes the site's name off a title: a last or first part, set off by a separator, that is the name of the
// site; or all behind a separator, where another candidate is exactly what stands before it. Nothing else is cut: a dash
// is part of many titles.
func (p *page) withoutSite(title string, all []Found) string {
	for range 4 {
		seams := seamsOf(title)
		if len(seams) == 0 {
			break
		}
		if head, ok := headOf(title, seams, all); ok {
			return head
		}
		first, last := seams[0], seams[len(seams)-1]
		switch {
		case p.isSite(title[last.end:]) && letters(title[:last.start]) > 0:
			title = strings.TrimSpace(title[:last.start])
		case p.isSite(title[:first.start]) && letters(title[first.end:]) > 0:
			title = strings.TrimSpace(title[first.end:])
		default:
			return title
		}
	}
	return title
}

func headOf(title string, seams []seam, all []Found) (string, bool) {
	for _, s := range slices.Backward(seams) {
		head := strings.TrimSpace(title[:s.start])
		for _, f := range all {
			if f.Value != title && letters(head) >= 4 && bare(f.Value) == bare(head) {
				return head, true
			}
		}
	}
	return "", false
}

// seam is where a separator stands, with the spaces around it.
type seam struct{ start, end int }

// seamsOf finds separators between the parts of a title.
func seamsOf(s string) []seam {
	var out []seam
	runes := []rune(s)
	at := 0
	for i, r := range runes {
		n := len(string(r))
		if strings.ContainsRune("-–—|｜_＿·•»›:－", r) && i > 0 && i+1 < len(runes) {
			before, after := runes[i-1], runes[i+1]
			spaced := unicode.IsSpace(before) && unicode.IsSpace(after) || r == ':' && unicode.IsSpace(after)
			tight := r != ':' && (wide(before) || wide(after) || r == '_' && unicode.IsSpace(before))
			if spaced || tight || r == '|' || r == '｜' {
				out = append(out, seam{at, at + n})
			}
		}
		at += n
	}
	return out
}

// wide reports whether r is of a script written without spaces.
func wide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// siteNames collects what the site is called, bare.
func (p *page) siteNames() map[string]bool {
	names := map[string]bool{}
	put := func(s string) {
		if b := bare(s); len(b) >= 2 && len(strings.Fields(s)) <= 6 {
			names[b] = true
			names[strings.TrimPrefix(b, "the")] = true
		}
	}
	for _, key := range []string{"og:site_name", "application-name", "apple-mobile-web-app-title", "dc:publisher", "publisher"} {
		put(p.metas.first(key))
	}
	for _, s := range p.stories {
		put(s.publisher)
	}
	for _, address := range []string{p.in.URL, p.canonical(), p.metas.first("og:url")} {
		for _, label := range hostLabels(address) {
			put(label)
		}
	}
	delete(names, "")
	return names
}

// hostLabels returns the parts of a host that may name a site: www.example-news.co.uk gives example-news.co.uk and
// example-news.
func hostLabels(address string) []string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil
	}
	labels := strings.Split(strings.TrimPrefix(strings.ToLower(u.Hostname()), "www."), ".")
	out := []string{strings.Join(labels, ".")}
	for i, label := range labels {
		if i < len(labels)-1 && len(label) >= 3 && label != "com" && label != "org" && label != "net" {
			out = append(out, label)
		}
	}
	return out
}

// isSite reports whether a part of a title is the site's name, give or take a word: a section, "online", ".com".
func (p *page) isSite(part string) bool {
	b := bare(part)
	if b == "" || len(strings.Fields(part)) > 6 {
		return false
	}
	if p.sites[b] || p.sites[strings.TrimPrefix(b, "the")] {
		return true
	}
	for name := range p.sites {
		if len(name) >= 3 && (strings.HasPrefix(b, name) || strings.HasSuffix(b, name)) && len(b) <= 3*len(name) && len(strings.Fields(part)) <= 4 {
			return true
		}
		if len(b) >= 4 && (strings.HasPrefix(name, b) || strings.HasSuffix(name, b)) && len(name) <= 3*len(b) {
			return true
		}
	}
	return false
}

// bare returns the letters and digits of s in lower case.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

func letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// words returns the words of s in lower case. Each character of a script without spaces is one.
func words(s string) []string {
	var out []string
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out = append(out, b.String())
			b.Reset()
		}
	}
	for _, r := range s {
		switch {
		case wide(r):
			flush()
			out = append(out, string(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			b.WriteRune(unicode.ToLower(r))
		default:
			flush()
		}
	}
	flush()
	return out
}

// alike reports whether two titles share at least half of the words of the shorter.
func alike(a, b string) bool {
	wa, wb := words(a), words(b)
	if len(wa) > len(wb) {
		wa, wb = wb, wa
	}
	if len(wa) == 0 {
		return false
	}
	has := map[string]bool{}
	for _, w := range wb {
		has[w] = true
	}
	shared := 0
	for _, w := range wa {
		if has[w] {
			shared++
		}
	}
	return 2*shared >= len(wa)
}

// headings returns the texts of the h1 elements that readers see, logos aside.
func headings(doc *html.Node) []string {
	var out []string
	for e := range elements(doc) {
		if e.Data != "h1" || len(out) >= 5 || within(e, "nav", "footer", "aside") {
			continue
		}
		if s := textOf(e, maxValue); s != "" {
			out = append(out, s)
		}
	}
	return out
}
