package search

// dict numbers words from 0 in the order they were added, without a pointer per word: one run of bytes, the ends of the
// words in it, and an open-addressed table of numbers. It is built once and only read afterwards.
type dict struct {
	blob  []byte
	ends  []uint32 // ends[i] is where word i ends; it begins where the one before ends
	table []uint32 // number plus one, 0 for free; a power of two long, at most half full
}

func newDict(words []string) dict {
	var w dictWriter
	for _, word := range words {
		w.add(word)
	}
	return w.dict()
}

// dictWriter gathers the words of a dictionary.
type dictWriter struct {
	blob []byte
	ends []uint32
}

// add appends a word given in parts; it must differ from those before.
func (w *dictWriter) add(parts ...string) {
	for _, p := range parts {
		w.blob = append(w.blob, p...)
	}
	w.ends = append(w.ends, uint32(len(w.blob)))
}

func (w *dictWriter) dict() dict {
	d := dict{blob: clip(w.blob), ends: clip(w.ends)}
	d.hash()
	return d
}

// hash builds the table; the words must differ.
func (d *dict) hash() {
	n := 8
	for n < 2*len(d.ends) {
		n *= 2
	}
	d.table = make([]uint32, n)
	for i := range d.ends {
		slot := hash32(d.word(uint32(i))) & uint32(n-1)
		for d.table[slot] != 0 {
			slot = (slot + 1) & uint32(n-1)
		}
		d.table[slot] = uint32(i) + 1
	}
}

func (d *dict) len() int { return len(d.ends) }

// word returns word i; it must not be changed.
func (d *dict) word(i uint32) []byte {
	start := uint32(0)
	if i > 0 {
		start = d.ends[i-1]
	}
	return d.blob[start:d.ends[i]]
}

// find returns the number of a word.
func (d *dict) find(word string) (uint32, bool) {
	if len(d.table) == 0 {
		return 0, false
	}
	mask := uint32(len(d.table) - 1)
	for slot := hash32(word) & mask; ; slot = (slot + 1) & mask {
		i := d.table[slot]
		if i == 0 {
			return 0, false
		}
		if string(d.word(i-1)) == word {
			return i - 1, true
		}
	}
}

// bytes is the heap the dictionary takes.
func (d *dict) bytes() int { return cap(d.blob) + 4*cap(d.ends) + 4*cap(d.table) }

// termKey is how a stem stands in the dictionary of a segment: in the space of its language.
func termKey(lang, stem string) string { return lang + "\x00" + stem }

// facetKey is how a value of a facet stands in the dictionary of terms.
func facetKey(name, value string) string { return "\x01" + name + "\x00" + value }
