package match

// minVerbatim is how many words, stop words left out, a claim has at least that a text is said to hold word for word: fewer
// stand in many texts.
const minVerbatim = 3

// verbatim reports whether the text has the wording of a candidate word for word, stop words and the forms of words aside. Such a
// text makes the claim, however little the words of a small collection say.
func (q *question) verbatim(d *doc) bool {
	words := q.part(d, partClaim).words
	if len(words) < minVerbatim || d.abroad {
		return false
	}
	for from := range q.dense {
		if q.follows(from, words) {
			return true
		}
	}
	return false
}

// follows reports whether the words stand in the text from a place on. A place may be passed over between two of them: two
// words taken as one stand there too.
func (q *question) follows(at int, words []uint32) bool {
	for i, n := range words {
		item := q.known.all[n].item
		if item < 0 || at >= len(q.dense) {
			return false
		}
		if i > 0 && q.dense[at].item != item {
			at++
		}
		if at >= len(q.dense) || q.dense[at].item != item {
			return false
		}
		at++
	}
	return true
}
