package search

// pageSize is how many counters are copied together.
const pageSize = 256

// counters are numbers per term or surface that snapshots share. A snapshot that lessens some copies their pages alone:
// an edit costs its words, not the vocabulary.
type counters struct {
	base  []uint32
	pages []*[pageSize]uint32 // what was lessened since; nil where nothing was
}

func (c *counters) len() int { return len(c.base) }

// at returns the i-th number.
func (c *counters) at(i uint32) uint32 {
	if c.pages != nil {
		if p := c.pages[i/pageSize]; p != nil {
			return p[i%pageSize]
		}
	}
	return c.base[i]
}

// all returns all numbers; the caller must not change them.
func (c *counters) all() []uint32 {
	if c.pages == nil {
		return c.base
	}
	out := make([]uint32, len(c.base))
	copy(out, c.base)
	for i, p := range c.pages {
		if p != nil {
			copy(out[i*pageSize:], p[:])
		}
	}
	return out
}

// bytes is the heap that the pages take; several snapshots may share them.
func (c *counters) bytes() int {
	n := 8 * cap(c.pages)
	for _, p := range c.pages {
		if p != nil {
			n += 4 * pageSize
		}
	}
	return n
}

// lessening is a copy of counters under change.
type lessening struct {
	counters
	own []bool // pages that this copy made
}

func lessen(c counters) *lessening {
	n := (len(c.base) + pageSize - 1) / pageSize
	l := &lessening{counters: counters{base: c.base, pages: make([]*[pageSize]uint32, n)}, own: make([]bool, n)}
	copy(l.pages, c.pages)
	return l
}

// less takes one from the i-th number.
func (l *lessening) less(i uint32) {
	at := i / pageSize
	if !l.own[at] {
		page := new([pageSize]uint32)
		if old := l.pages[at]; old != nil {
			*page = *old
		} else {
			copy(page[:], l.base[at*pageSize:])
		}
		l.pages[at], l.own[at] = page, true
	}
	l.pages[at][i%pageSize]--
}
