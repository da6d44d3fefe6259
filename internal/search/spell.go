package search

import (
	"math/bits"
	"unicode/utf8"
)

// maxSpelled is how many unknown words of one query are looked for among the known ones: each costs a look at the letters
// of every word of the index. Queries of more than spelledWords words are not corrected at all: they are pasted, and what
// other words they have finds what can be found.
const (
	maxSpelled   = 3
	spelledWords = 8
)

// speller finds the known word that an unknown one was meant to be. It decides by surfaces: "hilary" has the stem of
// "hilarious", but nobody wrote it.
type speller struct {
	snaps []*Snapshot
	langs []string
	asked int
}

// near is a known word at some distance.
type near struct {
	word     string
	distance int
	df       int
}

// letterBits is how many low bits of a letter set stand for letters; those above are the length, up to 63.
const letterBits = 58

// letterSet has a bit for each letter of a word, a to z their own, others one of the rest, and its length in runes.
func letterSet(word []byte) uint64 {
	set, length := uint64(0), uint64(0)
	for i := 0; i < len(word); {
		length++
		r, size := utf8.DecodeRune(word[i:])
		i += size
		if r >= 'a' && r <= 'z' {
			set |= 1 << (r - 'a')
		} else {
			set |= 1 << (26 + r%(letterBits-26))
		}
	}
	return set | min(length, 63)<<letterBits
}

// couldBe reports whether two words may be at so many edits: an edit changes the length by one and two letters at most.
func couldBe(a, b uint64, limit int) bool {
	far := int(a>>letterBits) - int(b>>letterBits)
	return far <= limit && far >= -limit && bits.OnesCount64((a^b)<<(64-letterBits)) <= 2*limit
}

// reach is how many edits a word of n letters is forgiven: one from four letters on, two from eight.
func reach(n int) int {
	switch {
	case n < 4:
		return 0
	case n < 8:
		return 1
	}
	return 2
}

// correct returns the known word nearest to an unknown one, of the nearest the one in most documents; or the word itself
// if it is known, too short, has digits, or there is nothing near. Where other words with its stem are known it takes a
// word at one edit that has another stem.
func (s *speller) correct(word string) string {
	runes := []rune(word)
	limit := reach(len(runes))
	if limit == 0 || hasDigit(word) || fold(runes[0]).kind == kindCJK || s.known(word) || s.asked >= maxSpelled {
		return word
	}
	s.asked++
	stems := s.stems(word)
	if len(stems) > 0 {
		limit = 1
	}
	best, ok := s.nearest(word, runes, 1)
	if !ok && limit == 2 {
		best, ok = s.nearest(word, runes, 2)
	}
	if !ok {
		return word
	}
	var st stemmer
	for code, stem := range stems {
		if st.stem(languageOf(code), best.word) == stem {
			return word
		}
	}
	return best.word
}

// known reports whether any document has the surface.
func (s *speller) known(word string) bool {
	for _, snap := range s.snaps {
		for _, lang := range s.langs {
			if snap.surfaceCount(lang, word) > 0 {
				return true
			}
		}
	}
	return false
}

// surfaceCount is how many documents have a surface.
func (s *Snapshot) surfaceCount(lang, word string) int {
	n := 0
	for _, v := range s.views {
		if i, ok := v.surfaces.find(termKey(lang, word)); ok {
			n += int(v.surfaceDF.at(i))
		}
	}
	return n
}

// stems returns the word's stem in each language that has documents with it.
func (s *speller) stems(word string) map[string]string {
	out := make(map[string]string)
	var st stemmer
	for _, code := range s.langs {
		stem := st.stem(languageOf(code), word)
		for _, snap := range s.snaps {
			if snap.df(termKey(code, stem)) > 0 {
				out[code] = stem
			}
		}
	}
	return out
}

// nearest looks at all known words: first at their letters and lengths, then at the edits. As soon as something is near,
// only what is as near matters.
func (s *speller) nearest(word string, runes []rune, limit int) (near, bool) {
	letters := letterSet([]byte(word))
	known := make(map[string]near)
	least := limit
	var e edits
	for _, snap := range s.snaps {
		for _, v := range snap.views {
			for i, set := range v.letters {
				if !couldBe(set, letters, least) {
					continue
				}
				n := uint32(i)
				if v.surfaceDF.at(n) == 0 {
					continue
				}
				w := v.surfaceWord(n)
				if d := e.distance(runes, w, least); d <= least {
					least = d
					known[string(w)] = near{string(w), d, known[string(w)].df + int(v.surfaceDF.at(n))}
				}
			}
		}
	}
	best, found := near{}, false
	for _, n := range known {
		if !found || n.better(best) {
			best, found = n, true
		}
	}
	return best, found
}

func (n near) better(o near) bool {
	if n.distance != o.distance {
		return n.distance < o.distance
	}
	if n.df != o.df {
		return n.df > o.df
	}
	return n.word < o.word
}

// edits is room for the rows of one distance after the other.
type edits struct {
	other             []rune
	before, last, row []int
}

// distance counts insertions, deletions, changes and swaps of neighbours (optimal string alignment), up to limit+1.
func (e *edits) distance(a []rune, word []byte, limit int) int {
	e.other = e.other[:0]
	for i := 0; i < len(word); {
		r, size := rune(word[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(word[i:])
		}
		e.other = append(e.other, r)
		i += size
	}
	b := e.other
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	for len(e.row) <= len(b) {
		e.before, e.last, e.row = append(e.before, 0), append(e.last, 0), append(e.row, 0)
	}
	before, last, row := e.before[:len(b)+1], e.last[:len(b)+1], e.row[:len(b)+1]
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > limit {
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit+1)
}
