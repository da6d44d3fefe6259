package search

import "unicode/utf8"

// edits measures how far words are from one word. Words of up to 64 letters are measured with one machine word per letter
// of the other (Hyyrö 2003), longer ones by the table of distances.
type edits struct {
	word  []rune
	ascii [utf8.RuneSelf]uint64 // where each letter stands in the word
	other []rune                // letters beyond ASCII, and where they stand
	where []uint64
	runes []rune
}

func newEdits(word []rune) *edits {
	e := &edits{word: word}
	if len(word) > 64 {
		return e
	}
	for i, r := range word {
		if r < utf8.RuneSelf {
			e.ascii[r] |= 1 << i
			continue
		}
		at := e.find(r)
		if at < 0 {
			at = len(e.other)
			e.other, e.where = append(e.other, r), append(e.where, 0)
		}
		e.where[at] |= 1 << i
	}
	return e
}

func (e *edits) find(r rune) int {
	for i, o := range e.other {
		if o == r {
			return i
		}
	}
	return -1
}

// distance counts insertions, deletions, changes and swaps of neighbours (optimal string alignment); if it is above limit,
// it returns anything above limit.
func (e *edits) distance(word []byte, limit int) int {
	if len(e.word) > 64 || len(e.word) == 0 {
		return e.table(word, limit)
	}
	plus, minus, diagonal, matchBefore := ^uint64(0), uint64(0), uint64(0), uint64(0)
	last := uint64(1) << (len(e.word) - 1)
	d := len(e.word)
	for i := 0; i < len(word); {
		r, size := rune(word[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(word[i:])
		}
		i += size
		match := uint64(0)
		if r < utf8.RuneSelf {
			match = e.ascii[r]
		} else if at := e.find(r); at >= 0 {
			match = e.where[at]
		}
		swap := (^diagonal & match) << 1 & matchBefore
		diagonal = ((match&plus + plus) ^ plus) | match | minus | swap
		up := minus | ^(diagonal | plus)
		down := diagonal & plus
		if up&last != 0 {
			d++
		}
		if down&last != 0 {
			d--
		}
		up, down = up<<1|1, down<<1
		plus, minus = down|^(diagonal|up), up&diagonal
		matchBefore = match
	}
	return d
}

// table is distance for long words.
func (e *edits) table(word []byte, limit int) int {
	a := e.word
	e.runes = e.runes[:0]
	for _, r := range string(word) {
		e.runes = append(e.runes, r)
	}
	b := e.runes
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
