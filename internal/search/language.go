package search

import (
	"strings"

	snowball "github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/arabic"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/turkish"
)

// language is how words of one language become terms. Terms of different languages never meet: each has a space of its own.
type language struct {
	code    string
	snow    func(*snowball.Env) bool
	own     func(string) string
	restore [][2]string // endings that lost their accents by folding, as the stemmer expects them
	elides  bool        // an apostrophe ends a word: l'eau
	spaced  bool        // thousands may stand apart by a plain space: 1 000
	stops   map[string]bool
}

// unknown is every language that has no entry: its words are folded, not stemmed, in one space.
var unknown = &language{code: "und"}

// languages are those with a stemmer, by the first part of their BCP 47 tag.
var languages = func() map[string]*language {
	all := []*language{
		{code: "en", snow: english.Stem},
		{code: "es", spaced: true, snow: spanish.Stem, restore: [][2]string{{"cion", "ción"}, {"sion", "sión"}}},
		{code: "fr", spaced: true, snow: french.Stem, elides: true, restore: [][2]string{{"ees", "ées"}, {"ee", "ée"}}},
		{code: "de", spaced: true, snow: german.Stem},
		{code: "pt", spaced: true, snow: portuguese.Stem, restore: [][2]string{{"coes", "ção"}, {"cao", "ção"}}},
		{code: "it", spaced: true, snow: italian.Stem, elides: true},
		{code: "nl", spaced: true, snow: dutch.Stem},
		{code: "sv", spaced: true, snow: swedish.Stem},
		{code: "no", spaced: true, snow: norwegian.Stem},
		{code: "da", spaced: true, snow: danish.Stem},
		{code: "fi", spaced: true, snow: finnish.Stem},
		{code: "hu", spaced: true, snow: hungarian.Stem},
		{code: "ro", spaced: true, snow: romanian.Stem},
		{code: "ru", spaced: true, snow: russian.Stem},
		{code: "tr", spaced: true, snow: turkish.Stem},
		{code: "ar", snow: arabic.Stem},
		{code: "hi", own: stemHindi},
	}
	m := make(map[string]*language, len(all)+2)
	for _, l := range all {
		l.stops = stopSet(stopWords[l.code], l)
		m[l.code] = l
	}
	m["nb"], m["nn"] = m["no"], m["no"]
	return m
}()

// stopSet folds a list of stop words as the analyser folds text.
func stopSet(list string, l *language) map[string]bool {
	set := make(map[string]bool)
	tokenize(list, l, func(s []byte, _, _ int) { set[string(s)] = true })
	return set
}

// languageOf returns the rules for a BCP 47 tag; only its first part counts.
func languageOf(tag string) *language {
	if i := strings.IndexAny(tag, "-_"); i >= 0 {
		tag = tag[:i]
	}
	if l := languages[tag]; l != nil {
		return l
	}
	if l := languages[strings.ToLower(tag)]; l != nil {
		return l
	}
	return unknown
}

// stemmer keeps what the snowball stemmers work in. It is not safe for concurrent use.
type stemmer struct {
	env *snowball.Env
}

// stem returns the term of a folded word. What is not made of letters alone stays as it is.
func (s *stemmer) stem(l *language, word string) string {
	if l.own != nil {
		return l.own(word)
	}
	if l.snow == nil || len(word) < 3 || hasDigit(word) {
		return word
	}
	for _, r := range l.restore {
		if base, ok := strings.CutSuffix(word, r[0]); ok && len(base) > 1 {
			word = base + r[1]
			break
		}
	}
	if s.env == nil {
		s.env = snowball.NewEnv("")
	}
	stem, ok := s.run(l, word)
	if !ok || stem == "" {
		return word
	}
	return foldString(stem)
}

// run guards against the generated stemmers: they index by byte and panic on text they were not made for.
func (s *stemmer) run(l *language, word string) (stem string, ok bool) {
	defer func() {
		if recover() != nil {
			s.env, ok = nil, false
		}
	}()
	s.env.SetCurrent(word)
	l.snow(s.env)
	return s.env.Current(), true
}

func hasDigit(s string) bool {
	return strings.ContainsAny(s, "0123456789")
}

// foldString folds a stem again: stemmers write accented endings.
func foldString(s string) string {
	ascii := true
	for i := 0; i < len(s) && ascii; i++ {
		ascii = s[i] < 0x80
	}
	if ascii {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		b.WriteString(fold(r).text)
	}
	return b.String()
}
