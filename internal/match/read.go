package match

import (
	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// The parts of a claim that are scored apart. Of several wordings or headlines the one counts that is nearest to the text.
const (
	partClaim = iota
	partTitle
	partAnswer
	parts
	whole = parts // all of them as one text
)

// Limits of what is read of one candidate.
const (
	maxDocTexts = 24
	maxDocWords = 600
)

// met is a word of a candidate that is no stop word; each is looked up once per text that is matched.
type met struct {
	key    uint32
	idf    float32
	near   float32 // how near it is to the item below, 0 if to none
	dot    float32 // what its n-grams share with the text's
	square float32
	n      float32 // how often the part at hand has it
	mark   int32   // the part that counted it last
	item   int16   // the same word in the text, -1 for none
	nearTo int16
	hash   uint32 // of the word
	number bool
	from   int32 // of a number: where it stands in the arena
	until  int32
}

// known is the words met: an open-addressed table of places in all.
type known struct {
	slots []uint32 // place plus one
	all   []met
}

// reset empties it.
func (k *known) reset() {
	if len(k.all) > 0 || len(k.slots) == 0 {
		if len(k.slots) == 0 {
			k.slots = make([]uint32, 4096)
		}
		clear(k.slots)
		k.all = k.all[:0]
	}
}

// slot returns where a key stands or would.
func (k *known) slot(key uint32) uint32 {
	mask := uint32(len(k.slots) - 1)
	slot := (key * 0x9e3779b1) >> 7 & mask
	for k.slots[slot] != 0 && k.all[k.slots[slot]-1].key != key {
		slot = (slot + 1) & mask
	}
	return slot
}

// grow makes room for twice as many.
func (k *known) grow() {
	k.slots = make([]uint32, 2*len(k.slots))
	for i := range k.all {
		k.slots[k.slot(k.all[i].key)] = uint32(i + 1)
	}
}

// doc is a candidate as it is compared.
type doc struct {
	found       search.Found
	first, last int  // of its texts
	abroad      bool // none of its texts is in the language of the text
}

// docText is one text of a candidate: places in known, stop words left out.
type docText struct {
	field    search.Field
	language uint8
	at       int // place among the texts of the candidate
	words    []uint32
}

// read takes the words of the candidates found.
func (q *question) read(found []search.Found) {
	q.known.reset()
	q.docs, q.texts, q.words = q.docs[:0], q.texts[:0], q.words[:0]
	for i := range q.items {
		q.items[i].local, q.items[i].mark = 0, 0
	}
	q.mark = 0
	for _, f := range found {
		q.docs = append(q.docs, q.readDoc(f))
	}
	at := 0 // the words may have moved while there were more
	for i := range q.texts {
		n := len(q.texts[i].words)
		q.texts[i].words = q.words[at : at+n]
		at += n
	}
}

// readDoc takes the words of one candidate.
func (q *question) readDoc(f search.Found) doc {
	d := doc{found: f, first: len(q.texts), abroad: true}
	q.l.Read(f, &q.forward)
	q.mark++
	room := maxDocWords
	for i := range q.forward.Texts {
		t := &q.forward.Texts[i]
		if i >= maxDocTexts || room <= 0 {
			break
		}
		from := len(q.words)
		for _, n := range t.Words {
			e := &q.forward.Entries[n]
			if e.Stop() {
				continue
			}
			if room--; room < 0 {
				break
			}
			w := q.meetWord(e, f, n)
			q.words = append(q.words, w)
			if x := q.known.all[w].item; x >= 0 && q.items[x].mark != q.mark {
				q.items[x].mark = q.mark
				q.items[x].local++
			}
		}
		text := docText{field: t.Field, at: i, words: q.words[from:]}
		if len(t.Words) > 0 {
			text.language = q.forward.Entries[t.Words[0]].Language()
		}
		if t.Field <= search.FieldTitle && text.language == q.own {
			d.abroad = false
		}
		q.texts = append(q.texts, text)
	}
	d.last = len(q.texts)
	return d
}

// meetWord returns the place in known of a candidate's word.
func (q *question) meetWord(e *search.Entry, f search.Found, n uint32) uint32 {
	key := e.Surface ^ uint32(e.Language())*0x85ebca6b
	slot := q.known.slot(key)
	if at := q.known.slots[slot]; at != 0 {
		return at - 1
	}
	if 2*len(q.known.all) >= len(q.known.slots) {
		q.known.grow()
		slot = q.known.slot(key)
	}
	w := met{key: key, item: -1, nearTo: -1, number: e.Number(), hash: e.Surface}
	if w.number {
		w.from = q.keep(q.l.Surface(f, n))
		w.until = int32(len(q.arena))
	}
	same := e.Language() == q.own
	i, ok := 0, false
	if same {
		i, ok = q.byTerm.get(e.Term)
	}
	if !ok {
		i, ok = q.bySurface.get(e.Surface)
	}
	switch {
	case ok:
		w.item, w.idf = int16(i), q.items[i].idf
	case f.Index == 0:
		w.idf = e.Weight()
	default:
		w.idf = float32(q.l.Weigh(f, n))
	}
	if !ok && same {
		if x, like := q.near.get(e.Term); x >= 0 {
			w.nearTo, w.near = int16(x), like
		}
	}
	w.dot, w.square = q.l.SharedGrams(f, n)
	q.known.all = append(q.known.all, w)
	q.known.slots[slot] = uint32(len(q.known.all))
	return uint32(len(q.known.all) - 1)
}
