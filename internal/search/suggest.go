package search

import (
	"bytes"
	"cmp"
	"slices"
	"sort"
	"strings"
)

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

// run is the part of a view's words that begin with a prefix, in order.
type run struct {
	v       *view
	at, end int
}

func (r *run) word() []byte {
	return r.v.surfaceWord(r.v.sorted[r.at])
}

// complete walks the words with the prefix in all segments at once, in order, so that equal ones meet.
func (s *Snapshot) complete(prefix string, n int) []suggestion {
	var runs []*run
	for _, v := range s.views {
		if r := v.prefix(prefix); r.at < r.end {
			runs = append(runs, r)
		}
	}
	var best []suggestion
	for {
		var least []byte
		for _, r := range runs {
			if r.at < r.end && (least == nil || bytes.Compare(r.word(), least) < 0) {
				least = r.word()
			}
		}
		if least == nil {
			return best
		}
		if g := gather(runs, least); g.df > 0 {
			best = keepBest(best, g, n)
		}
	}
}

// gather adds up one word over all runs and moves them past it.
func gather(runs []*run, word []byte) suggestion {
	g, most := suggestion{word: string(word)}, uint32(0)
	for _, r := range runs {
		for r.at < r.end && bytes.Equal(r.word(), word) {
			num := r.v.sorted[r.at]
			df := r.v.surfaceDF[num]
			if r.v.stems[num]&stopBit == 0 {
				g.df += int(df)
				if df > most {
					most = df
					if g.shown = r.v.shown[num]; g.shown == "" {
						g.shown = g.word
					}
				}
			}
			r.at++
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

// prefix returns the words of a segment that begin with a prefix.
func (v *view) prefix(prefix string) *run {
	at := func(i int) []byte {
		return v.surfaceWord(v.sorted[i])
	}
	start := sort.Search(len(v.sorted), func(i int) bool { return string(at(i)) >= prefix })
	end := start + sort.Search(len(v.sorted)-start, func(i int) bool { return !bytes.HasPrefix(at(start+i), []byte(prefix)) })
	return &run{v, start, end}
}
