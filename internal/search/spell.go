package search

import (
	"math/bits"
	"runtime"
	"sync"
	"unicode/utf8"
)

// maxSpelled is how many unknown words of one query are looked for among the known ones: each costs a look at the letter
// sets of all words of the index, a millisecond or two for a million. Queries of more than spelledWords words are not corrected at all: they are pasted, and what
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

// A letter set has a bit for each letter of a word (a to z their own, others one of the same), one of thirty-two for each
// pair of neighbours, the ends among them, and the length, up to 63, above.
const (
	letterCount = 26
	pairCount   = 32
	letterMask  = 1<<letterCount - 1
	pairMask    = (1<<pairCount - 1) << letterCount
	lengthShift = letterCount + pairCount
)

// letterSet returns the letter set of a word.
func letterSet(word []byte) uint64 {
	set, length, before := uint64(0), uint64(0), uint32(0)
	pair := func(r uint32) {
		set |= 1 << (letterCount + (before*31+r)*0x9e3779b1>>27)
		before = r
	}
	for i := 0; i < len(word); {
		length++
		r, size := rune(word[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(word[i:])
		}
		i += size
		letter := uint32(r) % letterCount
		if r >= 'a' && r <= 'z' {
			letter = uint32(r - 'a')
		}
		set |= 1 << letter
		pair(uint32(r))
	}
	pair(0)
	return set | min(length, 63)<<lengthShift
}

// couldBe reports whether two words may be at so many edits. An edit changes the length by one, two letters and four pairs
// at most; if it swaps two, no letter and six pairs.
func couldBe(a, b uint64, limit int) bool {
	differ := a ^ b
	letters := bits.OnesCount64(differ & letterMask)
	if letters > 2*limit || bits.OnesCount64(differ&pairMask) > 6*limit-(letters+1)&^1 {
		return false
	}
	far := int(a>>lengthShift) - int(b>>lengthShift)
	return far <= limit && far >= -limit
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

// spelledAlone is how many words one goroutine looks at; of more, others take their part.
const spelledAlone = 200_000

// nearest looks at all known words: first at their letter sets, then at the edits. As soon as something is near, only what
// is as near matters.
func (s *speller) nearest(word string, runes []rune, limit int) (near, bool) {
	var searches []*nearSearch
	for _, snap := range s.snaps {
		for _, sh := range snap.shelves() {
			parts := min(1+len(sh.letters)/spelledAlone, runtime.GOMAXPROCS(0), 8)
			for i := range parts {
				searches = append(searches, &nearSearch{
					shelf: sh, from: len(sh.letters) * i / parts, to: len(sh.letters) * (i + 1) / parts,
					letters: letterSet([]byte(word)), least: limit, df: make(map[string]int),
				})
			}
		}
	}
	var others sync.WaitGroup
	for i, search := range searches {
		if i == 0 || search.to-search.from < spelledAlone/4 {
			search.run(runes)
			continue
		}
		others.Go(func() { search.run(runes) })
	}
	others.Wait()
	known := make(map[near]int)
	for _, search := range searches {
		for w, df := range search.df {
			known[near{word: w, distance: search.least}] += df
		}
	}
	best, found := near{}, false
	for n, df := range known {
		if n.df = df; !found || n.better(best) {
			best, found = n, true
		}
	}
	return best, found
}

// nearSearch looks at some of a vocabulary's words.
type nearSearch struct {
	*shelf
	from, to int
	letters  uint64
	least    int            // the smallest distance so far, or the greatest wanted
	df       map[string]int // of the words at that distance
}

func (n *nearSearch) run(runes []rune) {
	e := newEdits(runes)
	for i, set := range n.shelf.letters[n.from:n.to] {
		if !couldBe(set, n.letters, n.least) {
			continue
		}
		surface := uint32(n.from + i)
		w := n.surfaceWord(surface)
		d := e.distance(w, n.least)
		if d > n.least {
			continue
		}
		df := n.shelf.df(surface)
		if df == 0 {
			continue
		}
		if d < n.least {
			n.least = d
			clear(n.df)
		}
		n.df[string(w)] += df
	}
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
