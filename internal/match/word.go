package match

import (
	"strings"
	"unicode"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
)

// maxWords is how many words of one text are read. A post has fewer; an article is split into sentences first.
const maxWords = 400

// maxWordRunes is how much of one word is read: longer ones are no words.
const maxWordRunes = 48

// word is one word of a text as matching sees it.
type word struct {
	stem    string
	lower   string
	capital bool // written with a capital that is not due to a sentence's beginning
	number  bool
	stop    bool
}

// words splits a text into words, at most maxWords of them.
func words(text string) []word {
	runes := []rune(text)
	var out []word
	fresh := true // at the start of a sentence, where a capital says nothing
	for i := 0; i < len(runes) && len(out) < maxWords; {
		if r := runes[i]; !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			fresh = fresh || strings.ContainsRune(`.!?:“"`, r)
			i++
			continue
		}
		end := wordEnd(runes, i)
		if w := newWord(runes[i:min(end, i+maxWordRunes)], fresh); w.lower != "" {
			out = append(out, w)
		}
		fresh = false
		i = end
	}
	return out
}

// wordEnd returns where the word that starts at i ends. "don't", "1,000.5" and "U.S" are one word each.
func wordEnd(runes []rune, i int) int {
	dotted := false
	j := i
	for ; j < len(runes); j++ {
		c := runes[j]
		if unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.Is(unicode.M, c) {
			continue
		}
		if j+1 == len(runes) {
			break
		}
		before, after := runes[j-1], runes[j+1]
		switch {
		case (c == '\'' || c == '’') && unicode.IsLetter(after):
		case (c == ',' || c == '.') && unicode.IsDigit(before) && unicode.IsDigit(after):
		case c == '.' && unicode.IsUpper(before) && unicode.IsUpper(after) && (j-i == 1 || dotted):
			dotted = true
		default:
			return j
		}
	}
	return j
}

// newWord reads one word. "US" and "U.S." are the country, not the pronoun.
func newWord(raw []rune, fresh bool) word {
	written := string(raw)
	upper := unicode.IsUpper(raw[0])
	shouted := upper && len(raw) > 1 && strings.ToUpper(written) == written
	w := word{number: unicode.IsDigit(raw[0]), capital: upper && (!fresh || shouted)}
	s := strings.ReplaceAll(strings.ToLower(written), "’", "'")
	s = strings.ReplaceAll(s, ",", "")
	if !w.number {
		s = strings.ReplaceAll(s, ".", "")
	}
	s = strings.ReplaceAll(strings.TrimSuffix(s, "'s"), "'", "")
	if s == "us" && shouted {
		s = "usa"
	}
	w.lower, w.stem = s, s
	w.stop = isStop(s)
	if !w.number {
		w.stem = stem(s)
	}
	return w
}

// stem returns the stem of an English word (Snowball); words of other scripts come back as they are.
func stem(w string) string {
	env := snowballstem.NewEnv(w)
	english.Stem(env)
	return env.Current()
}

// isStop reports whether a word is too common to say what a text is about.
func isStop(w string) bool {
	switch w {
	case "a", "about", "above", "after", "again", "all", "am", "an", "and", "any", "are", "arent", "as", "at", "be", "because",
		"been", "before", "being", "below", "between", "both", "but", "by", "can", "cannot", "could", "couldnt", "did", "didnt",
		"do", "does", "doesnt", "doing", "dont", "down", "during", "each", "few", "for", "from", "further", "had", "has", "have",
		"having", "he", "hed", "her", "here", "hers", "herself", "hes", "him", "himself", "his", "how", "i", "id", "if", "ill",
		"im", "in", "into", "is", "isnt", "it", "its", "itself", "ive", "just", "me", "more", "most", "my", "myself", "no", "nor",
		"not", "now", "of", "off", "on", "once", "only", "or", "other", "our", "ours", "ourselves", "out", "over", "own", "re",
		"s", "same", "she", "shes", "should", "so", "some", "such", "t", "than", "that", "thats", "the", "their", "theirs",
		"them", "themselves", "then", "there", "these", "they", "theyre", "theyve", "this", "those", "through", "to", "too",
		"under", "until", "up", "us", "very", "was", "wasnt", "we", "were", "werent", "weve", "what", "when", "where", "which",
		"while", "who", "whom", "why", "will", "with", "wont", "would", "you", "youre", "your", "yours", "yourself",
		"yourselves", "rt", "via", "amp", "u", "ur", "r":
		return true
	}
	return false
}
