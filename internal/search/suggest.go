package search

import (
	"bytes"
	"cmp"
	"slices"
	"sort"
	"strings"
)

// topBlock is how many words of a vocabulary in order share a note of how often the most frequent of them is used.
const topBlock = 64

// maxSuggestions is the most suggestions of one answer.
const maxSuggestions = 50

// suggestion is a known word that begins as typed.
type suggestion struct {
	word, shown string
	df          int
}

// Suggest completes the last word of what was typed, with the words of the documents that begin so, those in most
// documents first. Words before it stand as typed. Stop words are not suggested. At most 50.
func (s *Snapshot) Suggest(typed string, n int) []string {
	if len(typed) > 1000 {
		return nil
	}
	words := Words(typed, "")
	if len(words) == 0 || words[len(words)-1].End != len(typed) || n <= 0 {
		return nil
	}
	last := words[len(words)-1]
	best := s.complete(last.Surface, min(n, maxSuggestions))
	out := make([]string, len(best))
	for i, b := range best {
		out[i] = strings.ToValidUTF8(typed[:last.Start], "") + b.shown
	}
	return out
}

// shelf is a vocabulary with the views of a snapshot that share it.
type shelf struct {
	*vocabulary
	views []*view
}

// shelves returns the vocabularies of a snapshot, the largest first.
func (s *Snapshot) shelves() []*shelf {
	var all []*shelf
next:
	for _, v := range s.views {
		for _, sh := range all {
			if sh.vocabulary == v.vocabulary {
				sh.views = append(sh.views, v)
				continue next
			}
		}
		all = append(all, &shelf{v.vocabulary, []*view{v}})
	}
	slices.SortStableFunc(all, func(a, b *shelf) int { return cmp.Compare(b.surfaces.len(), a.surfaces.len()) })
	return all
}

// df is how many documents have a surface.
func (sh *shelf) df(surface uint32) int {
	n := 0
	for _, v := range sh.views {
		n += int(v.surfaceDF.at(surface))
	}
	return n
}

// completer finds the most frequent words with a prefix.
type completer struct {
	shelves []*shelf
	ranges  [][2]int // of each shelf's sorted words
	bounds  []int    // the most documents that any of these has
	n       int
	best    []suggestion
}

// complete looks at the words with a prefix, those that cannot be among the n most frequent left out: a word has at most
// as many documents as its vocabulary's note says, and as the notes of the others say for all their words.
func (s *Snapshot) complete(prefix string, n int) []suggestion {
	c := &completer{shelves: s.shelves(), n: n}
	elsewhere := 0
	for _, sh := range c.shelves {
		at, end := sh.prefix(prefix)
		bound := 0
		for block := at / topBlock; at < end && block <= (end-1)/topBlock; block++ {
			bound = max(bound, int(sh.tops[block]))
		}
		c.ranges, c.bounds = append(c.ranges, [2]int{at, end}), append(c.bounds, bound)
		elsewhere += bound
	}
	for i := range c.shelves {
		c.shelf(i, elsewhere-c.bounds[i])
	}
	return c.best
}

// floor is how many documents a word must have to be among the best.
func (c *completer) floor() int {
	if len(c.best) < c.n {
		return 1
	}
	return c.best[c.n-1].df
}

// shelf looks at the words of the i-th vocabulary that those before have not; all others have at most elsewhere documents
// of any word.
func (c *completer) shelf(i, elsewhere int) {
	sh, at, end := c.shelves[i], c.ranges[i][0], c.ranges[i][1]
	if at >= end {
		return
	}
	blocks := make([]int, 0, (end-1)/topBlock-at/topBlock+1)
	for block := at / topBlock; block <= (end-1)/topBlock; block++ {
		if int(sh.tops[block])+elsewhere >= c.floor() {
			blocks = append(blocks, block)
		}
	}
	slices.SortFunc(blocks, func(a, b int) int { return cmp.Compare(sh.tops[b], sh.tops[a]) })
	for _, block := range blocks {
		if int(sh.tops[block])+elsewhere < c.floor() {
			return
		}
		from := max(at, block*topBlock)
		for from > at && from < end && sh.same(from, from-1) {
			from++ // belongs to the block before
		}
		for from < min(end, (block+1)*topBlock) {
			from = c.word(i, from, end, elsewhere)
		}
	}
}

// same reports whether two of the sorted surfaces are one word, in different languages.
func (v *vocabulary) same(i, j int) bool {
	return bytes.Equal(v.surfaceWord(v.sorted[i]), v.surfaceWord(v.sorted[j]))
}

// word looks at the word that begins at a place and returns where the next one does.
func (c *completer) word(i, at, end, elsewhere int) int {
	sh, sum, first := c.shelves[i], 0, at
	for ; at < end && (at == first || sh.same(at, first)); at++ {
		if n := sh.sorted[at]; sh.stems[n]&stopBit == 0 {
			sum += sh.df(n)
		}
	}
	if sum+elsewhere < c.floor() {
		return at
	}
	word := string(sh.surfaceWord(sh.sorted[first]))
	for _, before := range c.shelves[:i] {
		if before.has(word) {
			return at
		}
	}
	if g := c.suggestion(word); g.df > 0 {
		c.best = keepBest(c.best, g, c.n)
	}
	return at
}

// has reports whether a word stands in the vocabulary, in any language.
func (v *vocabulary) has(word string) bool {
	return slices.ContainsFunc(v.langs, func(lang string) bool {
		_, ok := v.surfaces.find(termKey(lang, word))
		return ok
	})
}

// suggestion adds up one word over all vocabularies and languages. It is shown as most documents have it.
func (c *completer) suggestion(word string) suggestion {
	g, most := suggestion{word: word}, 0
	for _, sh := range c.shelves {
		for _, lang := range sh.langs {
			n, ok := sh.surfaces.find(termKey(lang, word))
			if !ok || sh.stems[n]&stopBit != 0 {
				continue
			}
			df := sh.df(n)
			g.df += df
			if df > most {
				most = df
				if g.shown = sh.shown.find(n); g.shown == "" {
					g.shown = word
				}
			}
		}
	}
	return g
}

func keepBest(best []suggestion, g suggestion, n int) []suggestion {
	at, _ := slices.BinarySearchFunc(best, g, func(a, b suggestion) int {
		if a.df != b.df {
			return cmp.Compare(b.df, a.df)
		}
		return cmp.Compare(a.word, b.word)
	})
	if at >= n {
		return best
	}
	best = slices.Insert(best, at, g)
	return best[:min(len(best), n)]
}

// prefix returns which of the sorted words begin with a prefix.
func (v *vocabulary) prefix(prefix string) (at, end int) {
	word := func(i int) []byte { return v.surfaceWord(v.sorted[i]) }
	at = sort.Search(len(v.sorted), func(i int) bool { return string(word(i)) >= prefix })
	return at, at + sort.Search(len(v.sorted)-at, func(i int) bool { return !bytes.HasPrefix(word(at+i), []byte(prefix)) })
}
