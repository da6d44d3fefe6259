package match

import "github.com/touchstone-factcheck/touchstone/internal/search"

// wordList is the words of the model: for each, by the hash of its stem, how much it matters and which others it is near to.
// It holds no text.
type wordList struct {
	hashes  []uint32
	matters []uint8  // in thirty-seconds
	ends    []uint32 // where its neighbours end
	near    []uint16 // places of the neighbours
	like    []uint8  // how near they are, in 255ths
	slots   []uint32 // by hash: place plus one
}

// Bytes of a word, and of a neighbour, in a file; and the most words that a neighbour can be told by.
const (
	wordBytes = 4 + 1 + 4
	nearBytes = 2 + 1
	maxWords  = 1 << 16
)

// consistent reports whether all places are within bounds.
func (l *wordList) consistent() bool {
	last := uint32(0)
	for _, end := range l.ends {
		if end < last {
			return false
		}
		last = end
	}
	for _, n := range l.near {
		if int(n) >= len(l.hashes) {
			return false
		}
	}
	return int(last) == len(l.near)
}

// index makes the table of hashes.
func (l *wordList) index() {
	size := 64
	for size < 2*len(l.hashes) {
		size *= 2
	}
	l.slots = make([]uint32, size)
	for i, h := range l.hashes {
		l.slots[l.slot(h)] = uint32(i + 1)
	}
}

// slot returns where a hash stands or would.
func (l *wordList) slot(hash uint32) uint32 {
	mask := uint32(len(l.slots) - 1)
	slot := hash & mask
	for l.slots[slot] != 0 && l.hashes[l.slots[slot]-1] != hash {
		slot = (slot + 1) & mask
	}
	return slot
}

// find returns the place of a word.
func (l *wordList) find(hash uint32) (int, bool) {
	if len(l.slots) == 0 {
		return 0, false
	}
	i := l.slots[l.slot(hash)]
	return int(i) - 1, i != 0
}

// matters returns how much a word says beside its idf, 1 for one the model does not know.
func (m *Model) matters(term uint32) float32 {
	if i, ok := m.words.find(term); ok {
		return float32(m.words.matters[i]) / 32
	}
	return 1
}

// english is the number of the language whose words the model knows.
var english = search.LanguageNumber("en")

// spread fills the table of the words that are near to those of the text. The model knows English words alone.
func (q *question) spread() {
	q.near.reset()
	if q.own != english {
		return
	}
	l := &q.m.model.words
	for i := range q.items {
		place, ok := l.find(q.items[i].term)
		if !ok {
			continue
		}
		from := uint32(0)
		if place > 0 {
			from = l.ends[place-1]
		}
		for k := from; k < l.ends[place]; k++ {
			q.near.put(l.hashes[l.near[k]], i, float32(l.like[k])/255)
		}
	}
}
