package match

import (
	"math"
	"unicode"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// detected is how many words of a text are looked at to find out its language.
const detected = 60

// detect returns the language of a text, of those that the snapshots have words in and the seven below: by script where that
// says it, otherwise the one with the most stop words. English where nothing tells.
func (q *question) detect(text string) string {
	codes := append(q.codes, "en", "es", "fr", "de", "pt") //nolint:gocritic // the room behind is scratch
	var counts [32]int
	codes = codes[:min(len(codes), len(counts))]
	words, arabic, devanagari, cyrillic := 0, 0, 0, 0
	for i, r := range text {
		if i > 2000 {
			break
		}
		switch {
		case r < 0x400:
		case unicode.Is(unicode.Arabic, r):
			arabic++
		case unicode.Is(unicode.Devanagari, r):
			devanagari++
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		}
	}
	switch most := max(arabic, devanagari, cyrillic); {
	case most < 10:
	case most == arabic:
		return "ar"
	case most == devanagari:
		return "hi"
	default:
		return "ru"
	}
	search.EachWord(text, "en", func(surface []byte, _, _ int) {
		if words++; words > detected {
			return
		}
		for k, code := range codes {
			if search.Stops(code, surface) {
				counts[k]++
			}
		}
	})
	best, most := "en", 0
	for k, code := range codes {
		if counts[k] > most || counts[k] == most && most > 0 && code == "en" {
			best, most = code, counts[k]
		}
	}
	return best
}

// highest is the idf of a word that no claim has.
func (q *question) highest() float32 {
	n := float64(max(1, q.l.Docs()))
	return float32(math.Log(1 + (n+.5)/.5))
}

// common reports whether a word is too common to say what a text is about.
func (q *question) common(surface []byte) bool {
	return search.Stops(q.lang, surface) || q.lang == "en" && spokenStops[string(surface)]
}

// spokenStops are English words that posts have and checked claims hardly ever, so that the index does not know that they
// are common.
var spokenStops = map[string]bool{
	"arent": true, "cannot": true, "couldnt": true, "didnt": true, "doesnt": true, "dont": true, "hed": true, "id": true, "ill": true,
	"isnt": true, "shouldnt": true, "theyve": true, "wasnt": true, "werent": true, "weve": true, "wont": true, "wouldnt": true,
	"rt": true, "via": true, "amp": true, "u": true, "ur": true, "r": true, "not": true, "no": true, "nor": true, "now": true, "re": true,
	"ours": true, "ourselves": true, "yourselves": true, "hers": true, "s": true, "t": true,
}
