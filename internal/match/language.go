package match

import (
	"math"
	"slices"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// How much of a text is looked at to find out its language, and how many letters of another script decide it.
const (
	detected      = 60 // words
	detectedBytes = 2000
	minScript     = 10
)

// languageOf finds out the language of a text, of those that the snapshots have words in and some more.
func languageOf(text string, snaps []*search.Snapshot) string {
	l := search.Look(snaps...)
	defer l.Close()
	return detect(text, l.Languages(nil))
}

// detect finds out the language of a text: by script where that says it, otherwise the one with the most stop words. English
// where nothing tells.
func detect(text string, codes []string) string {
	if code := scriptOf(text); code != "" {
		return code
	}
	for _, code := range [...]string{"en", "es", "fr", "de", "pt"} {
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	var counts [32]int
	words := 0
	search.EachWord(text[:min(len(text), detectedBytes)], "en", func(surface []byte, _, _ int) {
		if words++; words > detected {
			return
		}
		for k, code := range codes[:min(len(codes), len(counts))] {
			if search.Stops(code, surface) {
				counts[k]++
			}
		}
	})
	best, most := "en", 0
	for k, code := range codes[:min(len(codes), len(counts))] {
		if counts[k] > most || counts[k] == most && most > 0 && code == "en" {
			best, most = code, counts[k]
		}
	}
	return best
}

// scriptOf returns the language that is mostly written in the script of a text, nothing for the Latin one.
func scriptOf(text string) string {
	arabic, devanagari, cyrillic := 0, 0, 0
	for i, r := range text {
		if i > detectedBytes {
			break
		}
		switch {
		case r >= 0x400 && r < 0x530:
			cyrillic++
		case r >= 0x600 && r < 0x700:
			arabic++
		case r >= 0x900 && r < 0x980:
			devanagari++
		}
	}
	switch most := max(arabic, devanagari, cyrillic); {
	case most < minScript:
		return ""
	case most == arabic:
		return "ar"
	case most == devanagari:
		return "hi"
	}
	return "ru"
}

// highest is the idf of a word that one claim has.
func (q *question) highest() float32 {
	n := float64(max(2, q.l.Docs()))
	return float32(math.Log(1 + (n-.5)/1.5))
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
