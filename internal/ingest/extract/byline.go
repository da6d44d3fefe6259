package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// bylines returns the candidates for the byline in order of trust.
func (p *page) bylines() []Found {
	var all []Found
	for _, s := range p.stories[:min(len(p.stories), 3)] {
		all = add(all, "byline", strings.Join(named(s.authors), ", "), "json-ld "+s.kind+".author")
	}
	for _, key := range authorKeys {
		all = add(all, "byline", strings.Join(named(p.metas[key]), ", "), key)
	}
	all = add(all, "byline", byName(p.microdata("author")), "microdata author")
	n := 0
	for e := range elements(p.doc) {
		var where string
		switch {
		case strings.Contains(" "+strings.ToLower(attr(e, "rel"))+" ", " author ") && e.Data != "link":
			where = "rel=author"
		case e.Data != "body" && e.Data != "html" && e.Data != "main" && e.Data != "article" && bylineMark().MatchString(marks(e)):
			where = "class byline"
		default:
			continue
		}
		if n++; n > 200 {
			break
		}
		if within(e, "nav", "footer") || asideOf(e) {
			continue
		}
		if s := textOf(e, 400); len(s) <= 200 {
			all = add(all, "byline", byName(s), where)
		}
		if len(all) > 20 {
			break
		}
	}
	return all
}

// chooseByline prefers a person to the house.
func (p *page) chooseByline(all []Found) string {
	for _, house := range []bool{false, true} {
		for i, f := range all {
			if house || !p.isSite(f.Value) {
				all[i].Chosen = true
				return f.Value
			}
		}
	}
	return ""
}

//nolint:misspell // words of other languages
var (
	bylineMark = lazy(`(?:^|[\s_-])(?:byline|author(?:[_-]?name)?|writtenby|p-author|post-author|entry-author|article-author)(?:[\s_-]|$)`)
	// asideMark is how classes of other parts of the page begin; has-comments and with-sidebar are said of the whole.
	asideMark = lazy(`(?:^|\s)(?:comment|related|recommend|sidebar|footer|promo|teaser|most-?read|trending|(?:author[_-])?bio(?:\s|$))`)
	// byLabel is what introduces a name, in the languages of the label lists.
	byLabel = lazy(`(?i)^\s*(?:(?:written|posted|published|reported|story|text|words|article|by-?line)\s+by|by|von|par|por|da|di|door|af|av|od|przez|text|texte|texto|testo|autor(?:in|a)?|auteur|autore|author|escrit[oa] por|publicado por|publié par|автор|автор статьи|بقلم|كتب|كتبت|מאת|लेखक|द्वारा|作者|记者|記者|文|撰文|執筆|著者)(?:\s*[:：]\s*|\s+|$)`)
	// afterName is where a name ends: a number, a separator, words about time.
	afterName = lazy(`(?i)[0-9|•·\n]|\s+[-–—]\s+|(?:^|[\s,])(?:(?:last )?updated|published|posted|modified|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|publié|actualizado|publicado|aktualisiert|veröffentlicht)\b`)
	plainBy   = lazy(`(?i)^by\s`)
	// severalNames tells a list of names from a sentence.
	severalNames = lazy(`[,;&(،、]|\s(?:and|et|und|y|e|i|en|og|och|a|и|و|with|avec|mit|con|com)\s`)
	monthEnd     = lazy(`(?i)[\s,]+(?:jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|march|mar|apr(?:il)?|june?|july?|juin|juillet|juni|juli|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|oktober|nov(?:ember)?|dec(?:ember)?|dezember)\.?$`)
)

// asideOf reports whether e stands in a part of the page that is about other stories or other people.
func asideOf(e *html.Node) bool {
	for n := e.Parent; n != nil && n.Data != "article" && n.Data != "main" && n.Data != "body"; n = n.Parent {
		if n.Data == "aside" || asideMark().MatchString(marks(n)) {
			return true
		}
	}
	return false
}

// byName returns the name out of the words of a byline, "" if they have none.
func byName(s string) string {
	s = line(s)
	if strings.Contains(s, "://") || strings.HasPrefix(s, "www.") {
		return ""
	}
	for range 2 {
		// Von, Di and Da begin names, too: one word alone is no name behind a label.
		if loc := byLabel().FindStringIndex(s); loc != nil && (len(strings.Fields(s[loc[1]:])) > 1 || strings.ContainsAny(s[:loc[1]], ":：") || plainBy().MatchString(s) || !unicode.IsUpper(firstRune(s))) {
			s = s[loc[1]:]
		}
	}
	if loc := afterName().FindStringIndex(s); loc != nil {
		s = s[:loc[0]]
	}
	s = monthEnd().ReplaceAllString(s, "")
	s = strings.TrimRightFunc(strings.TrimLeft(s, " ,;:-–—@/"), func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;:-–—/(", r) })
	if letters(s) < 2 || len([]rune(s)) > 120 || len(strings.Fields(s)) > 6 && !severalNames().MatchString(s) {
		return ""
	}
	return s
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// named returns the distinct names in values.
func named(values []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, v := range values {
		if name := byName(v); name != "" && !seen[bare(name)] && len(out) < 10 {
			seen[bare(name)] = true
			out = append(out, name)
		}
	}
	return out
}

// outlets returns the candidates for the name of the medium in order of trust.
func (p *page) outlets() []Found {
	var all []Found
	for _, key := range outletKeys[:1] {
		all = add(all, "outlet", p.metas.first(key), key)
	}
	for _, s := range p.stories[:min(len(p.stories), 3)] {
		all = add(all, "outlet", s.publisher, "json-ld "+s.kind+".publisher")
	}
	for _, key := range outletKeys[1:] {
		all = add(all, "outlet", p.metas.first(key), key)
	}
	if s := p.readable.SiteName(); s != "" {
		all = add(all, "outlet", s, "readability")
	}
	if len(all) == 0 {
		if labels := hostLabels(p.in.URL); len(labels) > 0 {
			all = add(all, "outlet", labels[0], "address")
		}
	}
	return all
}
