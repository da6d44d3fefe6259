package ui

import (
	"slices"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

// SplitLanguage takes the prefix of an interface language off a path: /es/claims/x is es and /claims/x. A path without
// one is the default language's.
func SplitLanguage(path string) (lang, bare string) {
	first, rest, more := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if !more || first == text.Default || !text.Known(first) {
		return text.Default, path
	}
	return first, "/" + rest
}

// LanguageLink leads to the same page in a language of the interface, which calls itself Name.
type LanguageLink struct {
	Lang, Name, URL string
	Current         bool
}

// languageLinks returns the ways to this page in all its languages.
func (s Shell) languageLinks() []LanguageLink {
	var links []LanguageLink
	for _, lang := range s.Languages {
		url := Locale{Lang: lang}.Local(s.Path)
		if s.Query != "" {
			url += "?" + s.Query
		}
		links = append(links, LanguageLink{Lang: lang, Name: LanguageName(lang), URL: url, Current: lang == s.Lang})
	}
	return links
}

// canonical returns the page's own address: what its handler gave, with the prefix of the page's language.
func (s Shell) canonical(h Head) string { return s.inLanguage(h.Canonical, s.Lang) }

// inLanguage puts the prefix of a language into an address of this house.
func (s Shell) inLanguage(address, lang string) string {
	path, ours := strings.CutPrefix(address, s.PublicURL)
	if !ours || s.PublicURL == "" || !strings.HasPrefix(path, "/") {
		return address
	}
	return s.PublicURL + Locale{Lang: lang}.Local(path)
}

// alternates returns the page in all its languages, itself included, as hreflang wants it, and the one for readers of any
// other. A page that is not to be indexed has none.
func (s Shell) alternates(h Head) []Alternate {
	if len(s.Languages) < 2 || h.Canonical == "" || h.Robots != "" {
		return h.Alternates
	}
	out := slices.Clone(h.Alternates)
	for _, lang := range s.Languages {
		out = append(out, Alternate{Lang: lang, URL: s.inLanguage(h.Canonical, lang)})
	}
	return append(out, Alternate{Lang: "x-default", URL: s.inLanguage(h.Canonical, text.Default)})
}

// sameLanguage reports whether two tags are of one language, whatever their regions.
func sameLanguage(a, b string) bool {
	a, _, _ = strings.Cut(strings.ToLower(a), "-")
	b, _, _ = strings.Cut(strings.ToLower(b), "-")
	return a == b
}

// Worded is a claim as it is shown in a language of the interface: what is read first, and beneath it the same in the other
// language, where there is one. On pages without a prefix the claim stands as it was claimed, and a wording of it beneath; on
// those of another language its wording comes first, and what was claimed beneath.
type Worded struct {
	Text, Lang           string
	Beneath, BeneathLang string
	Translated           bool // Text is a wording, Beneath what was claimed
}

// Words returns the claim as it is shown in the interface's language.
func (l Locale) Words(c document.Claim) Worded {
	w, ok := l.wording(c)
	switch {
	case !ok || w.Text == "":
		return Worded{Text: c.Text, Lang: c.Language}
	case l.prefixed():
		return Worded{Text: w.Text, Lang: w.Language, Beneath: c.Text, BeneathLang: c.Language, Translated: true}
	}
	return Worded{Text: c.Text, Lang: c.Language, Beneath: w.Text, BeneathLang: w.Language}
}

// Answer returns the two sentences of a verdict on the claim, in the interface's language where there are some.
func (l Locale) Answer(c document.Claim, v document.Verdict) (answer, lang string) {
	if w, ok := l.wording(c); ok && w.Answer != "" && IsHouse(v) && l.prefixed() && !sameLanguage(v.Language, l.Lang) {
		return w.Answer, w.Language
	}
	return v.Answer, v.Language
}

// wording returns the wording of a claim in the interface's language, if the claim is not of that language itself.
func (l Locale) wording(c document.Claim) (document.Wording, bool) {
	if sameLanguage(c.Language, l.Lang) {
		return document.Wording{}, false
	}
	for _, w := range c.Wordings {
		if sameLanguage(w.Language, l.Lang) {
			return w, true
		}
	}
	return document.Wording{}, false
}
