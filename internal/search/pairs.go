package search

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// Words that most documents have make phrases dear: every document that has them all would be searched. So a segment
// lists the documents in which two of its most frequent words follow each other, such as "of the".
const (
	// pairShare is one of how many documents with the most frequent word of a language a word must be in.
	pairShare = 4
	// pairLeast is how many documents a segment must have.
	pairLeast = 500
	// maxPaired is how many words of a segment are paired at most.
	maxPaired = 1000
)

// pairs are the documents of pairs of surfaces that follow each other in a text.
type pairs struct {
	keys  []uint64 // the surfaces, first and second, rising
	lists postings // in the order of keys, without counts
}

func pairKey(a, b uint32) uint64 { return uint64(a)<<32 | uint64(b) }

// find returns the list of a pair.
func (p *pairs) find(a, b uint32) (uint32, bool) {
	at, ok := slices.BinarySearch(p.keys, pairKey(a, b))
	return uint32(at), ok
}

// pairing gathers the pairs of a segment.
type pairing struct {
	number [][]uint16 // by language and number within it: which of the paired words plus one
	words  []uint32   // surfaces
	table  []uint32   // by first and second word: place in lists plus one
	lists  []list
	keys   []uint64
}

// pairing chooses the words to be paired; nil if there are too few documents.
func (b *builder) pairing(v *vocabulary, n *numbering) *pairing {
	if b.len() < pairLeast {
		return nil
	}
	p := &pairing{number: make([][]uint16, len(v.langs))}
	for i, lw := range b.languages {
		if len(lw.used) == 0 {
			continue
		}
		most := slices.Max(lw.used)
		for old, used := range lw.used {
			if used*pairShare <= most || len(p.words) >= maxPaired {
				continue
			}
			lang, at := n.langs[i], n.words[i][old]
			for int(at) >= len(p.number[lang]) {
				p.number[lang] = append(p.number[lang], 0)
			}
			p.words = append(p.words, v.spaces[lang]+at)
			p.number[lang][at] = uint16(len(p.words))
		}
	}
	p.table = make([]uint32, len(p.words)*len(p.words))
	return p
}

// of returns the number of a paired word, 0 for another.
func (p *pairing) of(lang byte, n uint32) uint16 {
	if int(n) < len(p.number[lang]) {
		return p.number[lang][n]
	}
	return 0
}

// add notes that two paired words follow each other in a document.
func (p *pairing) add(a, b uint16, doc uint32) {
	place := &p.table[int(a-1)*len(p.words)+int(b-1)]
	if *place == 0 {
		p.lists, p.keys = append(p.lists, list{}), append(p.keys, pairKey(p.words[a-1], p.words[b-1]))
		*place = uint32(len(p.lists))
	}
	l := &p.lists[*place-1]
	if l.count > 0 && l.last == doc {
		return
	}
	l.data = binary.AppendUvarint(l.data, uint64(doc-l.last))
	l.data = append(l.data, 1)
	l.last = doc
	l.count++
}

// pairs makes the lists.
func (p *pairing) pairs() pairs {
	order := make([]int, len(p.keys))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(p.keys[a], p.keys[b]) })
	var out pairs
	var buf []posting
	for _, i := range order {
		buf = p.lists[i].decode(buf[:0])
		p.lists[i].data = nil
		out.keys = append(out.keys, p.keys[i])
		out.lists.add(buf, func(posting) float64 { return 0 })
	}
	out.lists.seal()
	return out
}
