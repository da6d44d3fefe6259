package exchange

import (
	"strings"
	"unicode"

	"golang.org/x/text/language"
)

// unsure is the tag of a text whose language could not be told (BCP 47: undetermined).
const unsure = "und"

// languageTag returns a record's own statement of its language as a canonical BCP 47 tag, "" if it is none. Three-letter
// codes become two-letter ones, and a few names of languages are understood.
func languageTag(s string) string {
	s = strings.TrimSpace(strings.ReplaceAll(s, "_", "-"))
	if s == "" || len(s) > 35 {
		return ""
	}
	if code, ok := languageNames[strings.ToLower(s)]; ok {
		return code
	}
	tag, err := language.Parse(s)
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}

// languageNames are names found where a tag should be. Never changed.
var languageNames = map[string]string{
	"english": "en", "spanish": "es", "español": "es", "french": "fr", "français": "fr", "german": "de", "deutsch": "de",
	"portuguese": "pt", "português": "pt", "arabic": "ar", "العربية": "ar", "hindi": "hi", "हिन्दी": "hi", "italian": "it",
	"italiano": "it", "dutch": "nl", "polish": "pl", "turkish": "tr", "russian": "ru", "indonesian": "id",
}

// DetectLanguage tells the language of a text as a BCP 47 tag, "und" where that is not plain. It knows the languages and
// scripts that are listed in this package; its cost grows with the text.
func DetectLanguage(text string) string { return detectLanguage(text) }

// detectLanguage tells the language of a text by its script and, where a script serves several, by letters and the small
// words that only one of them has. It answers "und" rather than guess: a wrong language hides a claim from those who look
// for it, and keeps it apart from the same claim of another publisher.
func detectLanguage(text string) string {
	script := mainScript(text)
	switch script {
	case "":
		return unsure
	case "Latin", "Cyrillic", "Arabic", "Devanagari":
		return byWords(script, text)
	case "Han":
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana) }) {
			return "ja"
		}
		return "zh"
	}
	return scriptLanguage[script]
}

// scriptLanguage names the language of scripts that, in published fact-checks, serve one. Never changed.
var scriptLanguage = map[string]string{
	"Bengali": "bn", "Georgian": "ka", "Greek": "el", "Gujarati": "gu", "Gurmukhi": "pa", "Hangul": "ko", "Hebrew": "he",
	"Hiragana": "ja", "Katakana": "ja", "Kannada": "kn", "Khmer": "km", "Lao": "lo", "Malayalam": "ml", "Myanmar": "my",
	"Armenian": "hy", "Oriya": "or", "Sinhala": "si", "Tamil": "ta", "Telugu": "te", "Thai": "th", "Ethiopic": "am",
}

// mainScript returns the script of most letters, "" if there are fewer than three or no script has 60 per cent.
func mainScript(text string) string {
	counts, total := map[string]int{}, 0
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		total++
		switch {
		case r < 0x250:
			counts["Latin"]++
		case unicode.Is(unicode.Cyrillic, r):
			counts["Cyrillic"]++
		case unicode.Is(unicode.Arabic, r):
			counts["Arabic"]++
		case unicode.Is(unicode.Devanagari, r):
			counts["Devanagari"]++
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			counts["Han"]++ // Japanese mixes the three
		default:
			counts[otherScript(r)]++
		}
	}
	if total < 3 {
		return ""
	}
	for script, n := range counts {
		if n*10 >= total*6 {
			return script
		}
	}
	return ""
}

// writtenIn reports whether a language is written in a script. A text without one, such as a number, is in any.
func writtenIn(script, code string) bool {
	if l, ok := languages[code]; ok {
		return script == "" || script == l.script
	}
	return script == "" || scriptLanguage[script] == code || script == "Han" && (code == "zh" || code == "ja")
}

func otherScript(r rune) string {
	for script := range scriptLanguage {
		if unicode.Is(unicode.Scripts[script], r) {
			return script
		}
	}
	return ""
}

// byWords counts the small words of each language of a script, those that several share for less, and letters that only
// one of them has. The best must have as much as two words of its own have, and half as much again as the next.
func byWords(script, text string) string {
	text = strings.ToLower(text)
	counts := map[string]int{}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '\'' && r != '’' }) {
		codes := smallWords()[strings.ReplaceAll(word, "’", "'")]
		for _, code := range codes {
			counts[code] += ownWord / len(codes)
		}
	}
	letters := map[string]int{}
	for _, r := range text {
		if code, ok := letterOwner()[r]; ok && letters[code] < 3 {
			letters[code]++
			counts[code] += 2 * ownWord
		}
	}
	best, second := "", ""
	for code := range counts {
		switch {
		case languages[code].script != script:
		case best == "" || counts[code] > counts[best] || counts[code] == counts[best] && code < best:
			best, second = code, best
		case second == "" || counts[code] > counts[second]:
			second = code
		}
	}
	if counts[best] < 2*ownWord || counts[best]*2 < counts[second]*3 {
		return onlyLanguage[script]
	}
	return best
}

// ownWord is what a word counts that one language has; a word of several counts its part of this.
const ownWord = 60

// onlyLanguage is what a script says when words do not: Arabic letters without Persian or Urdu ones are Arabic.
var onlyLanguage = map[string]string{"Latin": unsure, "Cyrillic": unsure, "Arabic": "ar", "Devanagari": unsure}
