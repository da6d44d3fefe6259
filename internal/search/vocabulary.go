package search

import (
	"bytes"
	"cmp"
	"slices"
	"sync/atomic"
)

// vocabulary numbers the words of one segment, or of all segments of a build. Surfaces of one language stand together,
// the most frequent first, and so do terms.
type vocabulary struct {
	terms    dict
	surfaces dict     // words as written but folded, each in the space of its language
	stems    []uint32 // the term of each surface; the highest bit says it is a stop word
	langs    []string // languages of the surfaces
	spaces   []uint32 // where the surfaces of each begin, and where all end
	shown    shownWords
	sorted   []uint32 // surfaces by word, for suggestions
	letters  []uint64 // letterSet of each surface, for spelling
	tops     []uint32 // for each topBlock of sorted, see suggest.go

	made atomic.Pointer[[]Entry] // of the surfaces, for matching
}

// stopBit marks a stop word in vocabulary.stems.
const stopBit = 1 << 31

// shownWords are the surfaces that are shown in another form than folded, as they were first written.
type shownWords struct {
	of   []uint32 // surfaces, rising
	text dict     // without a table
}

// find returns the form of a surface, or nothing.
func (w *shownWords) find(surface uint32) string {
	if i, ok := slices.BinarySearch(w.of, surface); ok {
		return string(w.text.word(uint32(i)))
	}
	return ""
}

// surfaceWord returns a surface alone.
func (v *vocabulary) surfaceWord(n uint32) []byte {
	key := v.surfaces.word(n)
	if key[2] == 0 { // codes of languages have two letters, but for und
		return key[3:]
	}
	return key[bytes.IndexByte(key, 0)+1:]
}

// settle derives what is not in a file.
func (v *vocabulary) settle() {
	v.terms.hash()
	v.surfaces.hash()
	v.spell()
}

// spell notes the letters of the surfaces.
func (v *vocabulary) spell() {
	v.letters = make([]uint64, v.surfaces.len())
	for i := range v.letters {
		v.letters[i] = letterSet(v.surfaceWord(uint32(i)))
	}
}

// index orders the surfaces. usage is how many documents each is in.
func (v *vocabulary) index(usage []uint32) {
	v.spell()
	words := make([][]byte, v.surfaces.len())
	v.sorted = make([]uint32, len(words))
	for i := range words {
		words[i], v.sorted[i] = v.surfaceWord(uint32(i)), uint32(i)
	}
	slices.SortFunc(v.sorted, func(a, b uint32) int {
		if c := bytes.Compare(words[a], words[b]); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	})
	v.tops = make([]uint32, (len(v.sorted)+topBlock-1)/topBlock)
	for at := 0; at < len(v.sorted); {
		sum, first := uint32(0), at
		for word := words[v.sorted[at]]; at < len(v.sorted) && bytes.Equal(words[v.sorted[at]], word); at++ {
			if n := v.sorted[at]; v.stems[n]&stopBit == 0 {
				sum += usage[n]
			}
		}
		v.tops[first/topBlock] = max(v.tops[first/topBlock], sum)
	}
}

// bytes is the heap the vocabulary takes.
func (v *vocabulary) bytes() int {
	return v.terms.bytes() + v.surfaces.bytes() + v.shown.text.bytes() + 8*cap(v.letters) +
		4*(cap(v.stems)+cap(v.spaces)+cap(v.sorted)+cap(v.tops)+cap(v.shown.of))
}
