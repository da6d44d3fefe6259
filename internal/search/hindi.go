package search

import "strings"

// hindiEndings are inflections of nouns, adjectives and verbs, longest first: the list of Ramanathan and Rao, "A
// Lightweight Stemmer for Hindi" (2003), which takes off the longest ending that leaves a stem.
var hindiEndings = []string{
	"ाएंगी", "ाएंगे", "ाऊंगी", "ाऊंगा", "ाइयाँ", "ाइयों", "ाइयां",
	"ाएगी", "ाएगा", "ाओगी", "ाओगे", "एंगी", "ेंगी", "एंगे", "ेंगे", "ूंगी", "ूंगा", "ातीं", "नाओं", "नाएं", "ताओं", "ताएं", "ियाँ", "ियों", "ियां",
	"ाकर", "ाइए", "ाईं", "ाया", "ेगी", "ेगा", "ोगी", "ोगे", "ाने", "ाना", "ाते", "ाती", "ाता", "तीं", "ाओं", "ाएं", "ुओं", "ुएं", "ुआं",
	"कर", "ाओ", "िए", "ाई", "ाए", "ने", "नी", "ना", "ते", "ीं", "ती", "ता", "ाँ", "ां", "ों", "ें",
	"ो", "े", "ू", "ु", "ी", "ि", "ा",
}

// stemHindi takes the longest ending off a word, if at least two runes are left.
func stemHindi(word string) string {
	for _, end := range hindiEndings {
		if base, ok := strings.CutSuffix(word, end); ok && len([]rune(base)) >= 2 {
			return base
		}
	}
	return word
}
