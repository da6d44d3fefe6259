package search

import (
	"cmp"
	"encoding/binary"
	"slices"

	"golang.org/x/sync/errgroup"
)

// numbering is what the numbers of one builder become in the vocabulary of all.
type numbering struct {
	langs []byte     // by place of the language in the builder
	words [][]uint32 // the same, then by number within the language
	terms []uint32
}

// seal makes segments of some builders, with one vocabulary; the builders are used up. Builders without documents give
// segments without documents. norms are those of the index, so that bounds are exact.
func seal(norms *norms, builders ...*builder) []*segment {
	v, numbers, usage := gather(builders)
	segments := make([]*segment, len(builders))
	var group errgroup.Group
	group.Go(func() error {
		v.index(usage)
		return nil
	})
	for i, b := range builders {
		group.Go(func() error {
			segments[i] = b.finish(v, &numbers[i], norms)
			builders[i] = nil
			return nil
		})
	}
	_ = group.Wait() // none of them returns an error
	return segments
}

// gather makes one vocabulary of what some builders have, and says in how many documents each surface is.
func gather(builders []*builder) (*vocabulary, []numbering, []uint32) {
	v, numbers := &vocabulary{}, make([]numbering, len(builders))
	place := builders[0].terms
	lists, used := make([][]string, len(builders)), make([][]uint32, len(builders))
	for i, b := range builders {
		lists[i], used[i] = b.termWords, make([]uint32, len(b.lists))
		for t := range b.lists {
			used[i][t] = b.lists[t].count
		}
	}
	words, _, terms := renumber(place, lists, used)
	v.terms = newDict(words)
	for i, b := range builders {
		b.terms = nil
		numbers[i] = numbering{terms: terms[i], langs: make([]byte, len(b.languages)), words: make([][]uint32, len(b.languages))}
	}
	var usage []uint32
	var keys dictWriter
	for _, l := range languagesIn(builders) {
		usage = append(usage, v.gatherLanguage(l, builders, numbers, &keys)...)
	}
	v.spaces = append(v.spaces, uint32(len(v.stems)))
	v.surfaces = keys.dict()
	return v, numbers, usage
}

// languagesIn are the languages that some builders have words of, each once.
func languagesIn(builders []*builder) []*language {
	var all []*language
	for _, b := range builders {
		for _, lw := range b.languages {
			if len(lw.words) > 0 && !slices.Contains(all, lw.lang) {
				all = append(all, lw.lang)
			}
		}
	}
	return all
}

// gatherLanguage adds the surfaces of one language.
func (v *vocabulary) gatherLanguage(l *language, builders []*builder, numbers []numbering, keys *dictWriter) []uint32 {
	own := make([]*languageWords, len(builders))
	lists, used := make([][]string, len(builders)), make([][]uint32, len(builders))
	var place map[string]uint32
	for i, b := range builders {
		own[i] = &languageWords{}
		for _, lw := range b.languages {
			if lw.lang == l {
				own[i] = lw
			}
		}
		lists[i], used[i] = own[i].words, own[i].used
		if i == 0 {
			place = own[i].number
		}
	}
	base := uint32(len(v.stems))
	words, usage, renumbered := renumber(place, lists, used)
	v.langs, v.spaces = append(v.langs, l.code), append(v.spaces, base)
	v.stems = append(v.stems, make([]uint32, len(words))...)
	shown := make(map[uint32]string)
	for i, lw := range own {
		if len(lw.words) == 0 {
			continue
		}
		n := &numbers[i]
		n.langs[lw.place], n.words[lw.place] = byte(len(v.langs)-1), renumbered[i]
		for old, stem := range lw.stems {
			v.stems[base+renumbered[i][old]] = n.terms[stem&^stopBit] | stem&stopBit
		}
		for old, form := range lw.shown {
			if at := base + renumbered[i][old]; shown[at] == "" {
				shown[at] = form
			}
		}
		lw.number = nil
	}
	for _, w := range words {
		keys.add(l.code, "\x00", w)
	}
	v.shown.add(shown)
	return usage
}

// add adds forms of surfaces above all that are there.
func (w *shownWords) add(forms map[uint32]string) {
	at := len(w.of)
	for n := range forms {
		w.of = append(w.of, n)
	}
	slices.Sort(w.of[at:])
	for _, n := range w.of[at:] {
		w.text.blob = append(w.text.blob, forms[n]...)
		w.text.ends = append(w.text.ends, uint32(len(w.text.blob)))
	}
}

// renumber makes one list of words of several, the most used first, and returns it with how often each is used and what
// the numbers of each list become. place is where the words of the first list stand in it, and grows.
func renumber(place map[string]uint32, lists [][]string, used [][]uint32) (words []string, usage []uint32, numbers [][]uint32) {
	if place == nil {
		place = make(map[string]uint32)
	}
	words, usage = slices.Clone(lists[0]), slices.Clone(used[0])
	numbers = make([][]uint32, len(lists))
	for i, list := range lists {
		numbers[i] = make([]uint32, len(list))
		for k, w := range list {
			n := uint32(k)
			if i > 0 {
				var ok bool
				if n, ok = place[w]; !ok {
					n = uint32(len(words))
					place[w] = n
					words, usage = append(words, w), append(usage, 0)
				}
				usage[n] += used[i][k]
			}
			numbers[i][k] = n
		}
	}
	order := make([]uint32, len(words))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int {
		if usage[a] != usage[b] {
			return cmp.Compare(usage[b], usage[a])
		}
		return cmp.Compare(a, b)
	})
	became, ordered, counted := make([]uint32, len(order)), make([]string, len(order)), make([]uint32, len(order))
	for i, n := range order {
		became[n], ordered[i], counted[i] = uint32(i), words[n], usage[n]
	}
	for _, list := range numbers {
		for k, n := range list {
			list[k] = became[n]
		}
	}
	return ordered, counted, numbers
}

// recode writes the stream in the numbers of the vocabulary, and notes the pairs in it unless pairs is nil.
func (s *segment) recode(n *numbering, pairs *pairing) {
	old, ends := s.stream, s.streamEnd
	s.stream, s.streamEnd = make([]byte, 0, len(old)), make([]uint32, len(ends))
	var scratch []byte
	at := 0
	for doc, end := range ends {
		for at < int(end) {
			field, lang := Field(old[at]&fieldMask), old[at]>>fieldBits
			count, a := binary.Uvarint(old[at+1:])
			size, b := binary.Uvarint(old[at+1+a:])
			body := at + 1 + a + b
			at = body + int(size)
			became := n.terms
			if field != keywords {
				became, lang = n.words[lang], n.langs[lang]
			}
			scratch = scratch[:0]
			before := uint16(0)
			streamText{data: old[body:at]}.each(func(w uint32) {
				w = became[w]
				scratch = appendNumber(scratch, w)
				if pairs == nil || field == keywords {
					return
				}
				paired := pairs.of(lang, w)
				if before > 0 && paired > 0 {
					pairs.add(before, paired, uint32(doc))
				}
				before = paired
			})
			s.stream = appendText(s.stream, field, lang, int(count), scratch)
		}
		s.streamEnd[doc] = uint32(len(s.stream))
	}
}
