package extract

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/text/language"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
)

// declaredLanguages returns what the page declares, in order of trust.
func (p *page) declaredLanguages() []Found {
	var all []Found
	for e := range elements(p.doc) {
		if e.Data == "html" || e.Data == "body" || e.Data == "article" || e.Data == "main" {
			for _, key := range []string{"lang", "xml:lang"} {
				all = add(all, "language", attr(e, key), e.Data+" "+key)
			}
		}
		if len(all) > 6 {
			break
		}
	}
	for _, s := range p.stories[:min(len(p.stories), 2)] {
		all = add(all, "language", s.language, "json-ld "+s.kind+".inLanguage")
	}
	for _, key := range languageKeys {
		all = add(all, "language", p.metas.first(key), key)
	}
	return all
}

// chooseLanguage decides by what is declared and what the text is written in. A template's lang="en" is no proof of
// English, and a detector is none of a language it does not know: the text overrules a declaration where it is written in
// another script, or where most of its parts tell of one language that nothing of the page declares.
func chooseLanguage(all []Found, text string) (string, []Found) {
	seen, scripts, parts := spoken(text)
	if seen != "" {
		all = append(all, Found{Field: "language", Value: seen, Where: "text"})
	}
	pick := func(ok func(tag string, f Found) bool) string {
		for i, f := range all {
			if tag := baseTag(f.Value); tag != "" && ok(tag, f) {
				all[i].Chosen = true
				return tag
			}
		}
		return ""
	}
	fits := func(tag string, f Found) bool { return f.Where == "text" || scripts == "" || writtenIn(tag, scripts) }
	if seen != "" {
		if tag := pick(func(tag string, f Found) bool { return f.Where != "text" && tag == seen }); tag != "" {
			return tag, all
		}
		if tag := pick(func(tag string, f Found) bool { return f.Where != "text" && near(tag, seen) && fits(tag, f) }); tag != "" {
			return tag, all
		}
		if parts {
			if tag := pick(func(_ string, f Found) bool { return f.Where == "text" }); tag != "" {
				return tag, all
			}
		}
	}
	return pick(fits), all
}

// spoken returns the language of a text, its script, and whether the text is long and of one mind.
func spoken(text string) (tag, script string, sure bool) {
	script = scriptOf(text)
	votes, total := map[string]int{}, 0
	runes := []rune(text)
	size := max(200, min(600, len(runes)/5))
	for i := 0; i < len(runes) && total < 20; i += size {
		total++
		votes[exchange.DetectLanguage(string(runes[i:min(i+size, len(runes))]))]++
	}
	for code, n := range votes {
		if code != "und" && (n > votes[tag] || n == votes[tag] && code < tag) {
			tag = code
		}
	}
	if n := votes[tag]; n == 0 || n*2 <= total && total > 1 {
		return "", script, false
	}
	return tag, script, votes[tag]*10 >= total*6 && (len(runes) >= 200 || wideScript(script))
}

func wideScript(script string) bool { return script == "Hani" || script == "Jpan" || script == "Kore" }

// scriptOf returns the ISO 15924 code of the script of most letters, of those whose languages are told apart by it.
func scriptOf(text string) string {
	counts, total := map[string]int{}, 0
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		total++
		for code, table := range scripts {
			if unicode.Is(table, r) {
				counts[code]++
				break
			}
		}
		if total >= 20_000 {
			break
		}
	}
	if kana := counts["Jpan"]; kana*20 > total { // Japanese mixes Han with kana
		return "Jpan"
	}
	for code, n := range counts {
		if n*2 > total {
			return code
		}
	}
	return ""
}

// scripts are the scripts of the world's press. Never changed.
var scripts = map[string]*unicode.RangeTable{
	"Latn": unicode.Latin, "Cyrl": unicode.Cyrillic, "Arab": unicode.Arabic, "Hebr": unicode.Hebrew, "Deva": unicode.Devanagari, "Hani": unicode.Han,
	"Jpan": kana, "Kore": unicode.Hangul, "Grek": unicode.Greek, "Thai": unicode.Thai, "Beng": unicode.Bengali, "Taml": unicode.Tamil, "Telu": unicode.Telugu,
	"Geor": unicode.Georgian, "Armn": unicode.Armenian, "Gujr": unicode.Gujarati, "Guru": unicode.Gurmukhi, "Knda": unicode.Kannada, "Mlym": unicode.Malayalam,
	"Sinh": unicode.Sinhala, "Khmr": unicode.Khmer, "Laoo": unicode.Lao, "Mymr": unicode.Myanmar, "Ethi": unicode.Ethiopic, "Orya": unicode.Oriya,
}

var kana = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x3041, Hi: 0x30ff, Stride: 1}}}

// writtenIn reports whether a language may be written in a script: in its usual one, or in the one that languages of two
// scripts also use.
func writtenIn(tag, script string) bool {
	usual, _ := language.Make(tag).Script()
	switch s := usual.String(); {
	case s == script, (s == "Hans" || s == "Hant") && script == "Hani":
		return true
	case tag == "sr" || tag == "uz" || tag == "kk" || tag == "az" || tag == "bs" || tag == "mn":
		return script == "Latn" || script == "Cyrl"
	case tag == "ja":
		return script == "Hani"
	}
	return false
}

// near reports whether texts in two languages are often taken for each other.
func near(a, b string) bool {
	for _, family := range []string{"da nb nn no sv", "cs sk", "hr sr bs sl me", "id ms jv su", "pt gl es ca", "ru uk be bg mk", "fa ar ckb ps ur sd ug", "hi mr ne sa bho mai", "de lb gsw nds", "nl af fy", "ro mo", "tr az", "es ast eu", "it co sc"} {
		members := strings.Fields(family)
		if slices.Contains(members, a) && slices.Contains(members, b) {
			return true
		}
	}
	return false
}

// baseTag returns the base of a BCP 47 tag or a locale name, "" if it is none: pt for pt_BR.
func baseTag(s string) string {
	s = strings.TrimSpace(strings.ReplaceAll(strings.ToLower(s), "_", "-"))
	if i := strings.IndexAny(s, ",; "); i >= 0 {
		s = s[:i]
	}
	if name, ok := languageNames[s]; ok {
		return name
	}
	if s == "" || len(s) > 35 {
		return ""
	}
	tag, err := language.Parse(s)
	if err != nil {
		if i := strings.IndexByte(s, '-'); i > 0 {
			tag, err = language.Parse(s[:i])
		}
	}
	if base, sure := tag.Base(); err == nil && sure == language.Exact && base.String() != "und" && base.String() != "mul" && base.String() != "zxx" {
		return base.String()
	}
	return ""
}

// languageNames are names that stand where a tag should. Never changed.
var languageNames = map[string]string{
	"english": "en", "french": "fr", "français": "fr", "german": "de", "deutsch": "de", "spanish": "es", "español": "es", "portuguese": "pt", "português": "pt",
	"arabic": "ar", "العربية": "ar", "hindi": "hi", "italian": "it", "italiano": "it", "chinese": "zh", "japanese": "ja", "russian": "ru", "cn": "zh", "jp": "ja", "cz": "cs", "gr": "el", "ua": "uk",
}

// direction returns the direction of the text's script.
func direction(text string) string {
	right, left := 0, 0
	for _, r := range text {
		switch {
		case rtl(r):
			right++
		case unicode.IsLetter(r):
			left++
		}
	}
	switch {
	case right+left == 0:
		return ""
	case right > left:
		return "rtl"
	}
	return "ltr"
}

// microdata returns the value of the first itemprop of a name outside of other stories.
func (p *page) microdata(prop string) string {
	for _, e := range p.props[prop] {
		if asideOf(e) || within(e, "aside", "nav", "footer") {
			continue
		}
		if s := propValue(e); s != "" {
			return s
		}
	}
	return ""
}

func propValue(e *html.Node) string {
	for _, key := range []string{"content", "datetime"} {
		if s := attr(e, key); s != "" {
			return line(s)
		}
	}
	if e.Data == "meta" || e.Data == "link" {
		return ""
	}
	for inner := range elements(e) {
		if strings.EqualFold(attr(inner, "itemprop"), "name") {
			if s := attr(inner, "content"); s != "" {
				return line(s)
			}
			return textOf(inner, maxValue)
		}
	}
	return textOf(e, maxValue)
}
