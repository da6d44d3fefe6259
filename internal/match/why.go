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
	}
	q.figures(&w, d)
	return w
}

// figures compares the numbers of text and claim, however they are written: for what is missing, the claim's own wording
// counts, for what is shared, all of it. It also says whether one of them is negated.
func (q *question) figures(w *Why, d *doc) {
	own, negated := q.claimAmounts(d)
	for _, n := range q.amounts.all {
		list := &w.TextNumbers
		if slices.Contains(q.claims.all, n) {
			list = &w.Numbers
		}
		if len(*list) < maxReasons {
			*list = append(*list, n)
		}
	}
	for _, n := range q.claims.all[:own] {
		if !slices.Contains(q.amounts.all, n) && len(w.OtherNumbers) < maxReasons {
			w.OtherNumbers = append(w.OtherNumbers, n)
		}
	}
	w.Negated = q.negated != negated
}

// claimAmounts reads the numbers of a candidate into claims, those of the wording that was compared first, and returns how many
// these are and whether it is negated. Number words and negations may be stop words, so the document is read again.
func (q *question) claimAmounts(d *doc) (own int, negated bool) {
	q.claims.reset()
	text := q.part(d, partClaim)
	q.l.Read(d.found, &q.forward)
	if len(text.words) > 0 {
		negated = slices.ContainsFunc(q.forward.Texts[text.at].Words, func(n uint32) bool {
			return isNegation(text.language, q.forward.Entries[n].Surface)
		})
		q.count(d, text.at)
	}
	own = len(q.claims.all)
	for at := range q.forward.Texts {
		if len(text.words) == 0 || at != text.at {
			q.count(d, at)
		}
	}
	return own, negated
}

// count adds the numbers of one text of a candidate to claims.
func (q *question) count(d *doc, at int) {
	for _, n := range q.forward.Texts[at].Words {
		if e := &q.forward.Entries[n]; e.Number() {
			q.claims.number(string(q.l.Surface(d.found, n)))
		} else {
			q.claims.word(e.Language(), e.Surface)
		}
	}
	q.claims.end()
}
