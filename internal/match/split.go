package match

import (
	"math"
	"unicode/utf8"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// A word that no claim has may be several run together, as in hashtags. Between these lengths in bytes it is tried.
const (
	minSplit = 5
	maxSplit = 40
	maxPiece = 16
	// maxSplits is how many words of one text are tried.
	maxSplits = 6
)

// perLetter is how unlikely a split may be, in nats per letter, before the word is left as it is.
const perLetter = 2.6

// split takes a word that is several as such: "defundthecbc" is "defund the cbc". It returns false for one that cannot be
// made of words that claims have. Viterbi over word frequencies; cost is bounded by maxSplit and maxPiece.
func (q *question) split(at int32, w written) bool {
	word := q.arena[at:]
	n := len(word)
	if n < minSplit || n > maxSplit || q.splits >= maxSplits || !letters(word) {
		return false
	}
	q.splits++
	var best [maxSplit + 1]float64
	var from [maxSplit + 1]int
	for i := 1; i <= n; i++ {
		best[i] = math.Inf(1)
		if i < n && !utf8.RuneStart(word[i]) {
			continue
		}
		for j := max(0, i-maxPiece); j < i; j++ {
			if math.IsInf(best[j], 1) {
				continue
			}
			if cost := best[j] + q.pieceCost(word[j:i]); cost < best[i] {
				best[i], from[i] = cost, j
			}
		}
	}
	if from[n] == 0 || best[n]/float64(n) > perLetter {
		return false
	}
	var ends [maxSplit]int
	pieces := 0
	for i := n; i > 0; i = from[i] {
		ends[pieces] = i
		pieces++
	}
	// The whole word was taken as unknown: it makes room for its pieces.
	q.forget()
	var copied [maxSplit]byte
	whole := copied[:copy(copied[:], word)]
	start := 0
	for k := pieces - 1; k >= 0; k-- {
		piece := whole[start:ends[k]]
		start = ends[k]
		if q.common(piece) {
			q.spoken = append(q.spoken, 0)
			continue
		}
		i, _ := q.take(q.keep(piece), w)
		q.speak(i)
	}
	return true
}

// forget takes the last item back, if it stands only once in the text.
func (q *question) forget() {
	if x := &q.items[len(q.items)-1]; !x.known && x.first < 0 {
		x.n = 0
	}
}

// pieceCost returns how surprising a word is as part of a longer one.
func (q *question) pieceCost(w []byte) float64 {
	if search.Stops(q.lang, w) {
		return 4
	}
	if len(w) < 3 {
		return math.Inf(1)
	}
	docs := q.l.Known(q.lang, w)
	if docs == 0 {
		return math.Inf(1)
	}
	return math.Log(float64(q.l.Docs()) * 60 / float64(docs))
}
