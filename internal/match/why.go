package match

import (
	"slices"
	"strings"
)

// Why says what speaks for a candidate, and what against it.
type Why struct {
	// Words are the words that text and claim share, the rarest first, as the text writes them, at most ten.
	Words []string
	// Names are those of them that the text writes with a capital.
	Names []string
	// Numbers are the numbers that both have. OtherNumbers are those of the claim's wording that the text lacks, and TextNumbers
	// those of the text that the claim lacks; where both have some, the figures or dates differ.
	Numbers, OtherNumbers, TextNumbers []string
	// Negated says that one of them is negated and the other is not.
	Negated bool
}

// maxReasons is how many words are given as reasons.
const maxReasons = 10

// lowered is by how much a difference in figures, or in negation, lowers the probability.
const lowered = 0.6

// Differs reports whether figures or dates of text and claim contradict each other, or one is negated.
func (w *Why) Differs() bool {
	return w.Negated || len(w.OtherNumbers) > 0 && len(w.TextNumbers) > 0 && len(w.Numbers) == 0
}

// temper lowers the probability of a candidate that differs: a person should see it before it is called the same.
func (x *candidate) temper(cal *calibration) {
	if x.Why.Differs() {
		x.Probability *= lowered
		x.Reading = cal.reading(x.Probability)
	}
}

// why collects the reasons.
func (q *question) why(e *entry) Why {
	var w Why
	type reason struct {
		word asked
		idf  float32
	}
	var all []reason
	seen := make(map[int32]bool)
	for _, a := range q.dense {
		if a.info < 0 || seen[a.info] || !containsTerm(e.terms, q.s.info[a.info].term) {
			continue
		}
		seen[a.info] = true
		all = append(all, reason{a, q.s.info[a.info].idf})
	}
	slices.SortStableFunc(all, func(a, b reason) int {
		switch {
		case a.idf > b.idf:
			return -1
		case a.idf < b.idf:
			return 1
		}
		return strings.Compare(a.word.lower, b.word.lower)
	})
	for _, r := range all[:min(len(all), maxReasons)] {
		w.Words = append(w.Words, r.word.lower)
		if r.word.capital {
			w.Names = append(w.Names, r.word.lower)
		}
	}
	q.figures(&w, e)
	w.Negated = negations(q.text) != q.c.negated(e.tokens[partClaim])
	return w
}

// figures compares the numbers of the text with those of the claim: for what is missing, its own wording counts; for what is
// shared, all of it.
func (q *question) figures(w *Why, e *entry) {
	w.Numbers, _ = q.numbersOf(e)
	for _, t := range e.tokens[partClaim] {
		if n := q.c.stems[t.term]; t.number && !q.numbers[n] && !slices.Contains(w.OtherNumbers, n) {
			w.OtherNumbers = append(w.OtherNumbers, n)
		}
	}
	for _, a := range q.dense {
		if a.number && !slices.Contains(w.Numbers, a.stem) && !slices.Contains(w.TextNumbers, a.stem) {
			w.TextNumbers = append(w.TextNumbers, a.stem)
		}
	}
}

// isNegation reports whether a word, written without apostrophe, turns a sentence round.
func isNegation(lower string) bool {
	switch lower {
	case "not", "no", "never", "none", "nobody", "without", "cannot", "false", "hoax", "debunked", "isnt", "wasnt", "arent",
		"werent", "doesnt", "dont", "didnt", "wont", "cant", "hasnt", "havent", "hadnt", "wouldnt", "couldnt", "shouldnt":
		return true
	}
	return false
}

// negations reports whether a text is negated.
func negations(text []asked) bool {
	return slices.ContainsFunc(text, func(a asked) bool { return isNegation(a.lower) })
}

// negated reports whether a claim is.
func (c *collection) negated(tokens []token) bool {
	return slices.ContainsFunc(tokens, func(t token) bool { return isNegation(c.stems[t.term]) })
}
