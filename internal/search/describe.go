package search

import (
	"math"
	"sync"
)

// describer reads what documents of one segment share with a text.
type describer struct {
	v      *view
	query  *gramQuery
	groups map[uint32]int // by term
	filter [16]uint64     // a bit per term of groups, so that most words need no look at the map
	fields []uint8        // per group, of the document read last
	words  *wordCache
}

// wordCache keeps what words add to a comparison, by surface: open-addressed, of a fixed size, used for query after query.
type wordCache struct {
	keys  [4096]uint32 // surface plus one
	grams [4096]wordGrams
	used  []uint32
}

// slot is where a surface stands or would.
func (c *wordCache) slot(n uint32) uint32 {
	slot := n * 0x9e3779b1 >> 20
	for c.keys[slot] != 0 && c.keys[slot] != n+1 {
		slot = (slot + 1) % uint32(len(c.keys))
	}
	return slot
}

// reset empties the cache.
func (c *wordCache) reset() {
	for _, slot := range c.used {
		c.keys[slot] = 0
	}
	c.used = c.used[:0]
}

var wordCachePool = sync.Pool{New: func() any { return new(wordCache) }}

func newDescriber(v *view, groups []group, query *gramQuery) *describer {
	d := &describer{v: v, query: query, groups: make(map[uint32]int), fields: make([]uint8, len(groups))}
	d.words = wordCachePool.Get().(*wordCache) //nolint:errcheck,forcetypeassert // the pool holds nothing else
	for i, g := range groups {
		for _, t := range v.termNumbers(g.terms) {
			d.groups[t] = i
			d.filter[t>>6&15] |= 1 << (t & 63)
		}
	}
	return d
}

// read fills fields for a document and returns the similarity of grams.
func (d *describer) read(doc uint32) float64 {
	clear(d.fields)
	best := 0.0
	d.v.texts(doc, func(t streamText) bool {
		if t.field == keywords {
			return true
		}
		gram := t.field == FieldClaim || t.field == FieldWording || t.field == FieldTitle
		var sum wordGrams
		t.each(func(n uint32) {
			term := d.v.stems[n] &^ stopBit
			if d.filter[term>>6&15]&(1<<(term&63)) != 0 {
				if g, ok := d.groups[term]; ok {
					d.fields[g] |= 1 << t.field
				}
			}
			if gram && d.v.stems[n]&stopBit == 0 {
				w := d.word(n)
				sum.dot += w.dot
				sum.square += w.square
			}
		})
		if sum.dot > 0 {
			best = math.Max(best, math.Min(1, sum.dot/math.Sqrt(sum.square*d.query.norm)))
		}
		return true
	})
	return best
}

// word compares a surface once per query.
func (d *describer) word(n uint32) wordGrams {
	slot := d.words.slot(n)
	if d.words.keys[slot] != 0 {
		return d.words.grams[slot]
	}
	w := d.query.compare(d.v.surfaceWord(n))
	if len(d.words.used) < len(d.words.keys)/2 {
		d.words.keys[slot], d.words.grams[slot] = n+1, w
		d.words.used = append(d.words.used, slot)
	}
	return w
}

// close gives the cache back.
func (d *describer) close() {
	d.words.reset()
	wordCachePool.Put(d.words)
	d.words = nil
}
