package match

import (
	"cmp"
	"slices"
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

// why collects the reasons.
func (q *question) why(d *doc) Why {
	var w Why
	q.mark++
	for _, t := range q.texts[d.first:d.last] {
		for _, n := range t.words {
			if m := &q.known.all[n]; m.item >= 0 {
				q.items[m.item].mark = q.mark
			}
		}
	}
	var all []*item
	for i := range q.items {
		if x := &q.items[i]; x.mark == q.mark && x.n > 0 {
			all = append(all, x)
		}
	}
	slices.SortStableFunc(all, func(a, b *item) int { return cmp.Compare(b.idf, a.idf) })
	for _, x := range all {
		word := q.word(x)
		if len(w.Words) < maxReasons {
			w.Words = append(w.Words, word)
			if x.capped || d.abroad && x.proper {
				w.Names = append(w.Names, word)
			}
		}
		if x.number && len(w.Numbers) < maxReasons {
			w.Numbers = append(w.Numbers, word)
		}
	}
	q.figures(&w, d)
	return w
}

// figures adds the numbers that only one of the two has, of the claim's own wording, and whether one is negated.
func (q *question) figures(w *Why, d *doc) {
	for i := range q.items {
		if x := &q.items[i]; x.number && x.n > 0 && x.mark != q.mark && len(w.TextNumbers) < maxReasons {
			w.TextNumbers = append(w.TextNumbers, q.word(x))
		}
	}
	for _, n := range q.part(d, partClaim).words {
		m := &q.known.all[n]
		if !m.number || m.item >= 0 && q.items[m.item].n > 0 || len(w.OtherNumbers) >= maxReasons {
			continue
		}
		if s := string(q.arena[m.from:m.until]); !slices.Contains(w.OtherNumbers, s) {
			w.OtherNumbers = append(w.OtherNumbers, s)
		}
	}
	w.Negated = q.negated != q.docNegated(d)
}

// docNegated reports whether a claim is negated.
func (q *question) docNegated(d *doc) bool {
	text := q.part(d, partClaim)
	if len(text.words) == 0 {
		return false
	}
	q.l.Read(d.found, &q.forward) // again, for some negations are stop words
	return slices.ContainsFunc(q.forward.Texts[text.at].Words, func(n uint32) bool {
		return isNegation(text.language, q.forward.Entries[n].Surface)
	})
}
