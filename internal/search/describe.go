package search

import "math"

// describer reads what documents of one segment share with a text.
type describer struct {
	v      *view
	query  *gramQuery
	groups map[uint32]int // by term
	filter [16]uint64     // a bit per term of groups, so that most words need no look at the map
	fields []uint8        // per group, of the document read last
	words  map[uint32]wordGrams
}

func newDescriber(v *view, groups []group, query *gramQuery) *describer {
	d := &describer{v: v, query: query, groups: make(map[uint32]int), fields: make([]uint8, len(groups)), words: make(map[uint32]wordGrams, 1024)}
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
	w := d.words[n]
	if !w.known {
		w = d.query.compare(d.v.surfaceWord(n))
		d.words[n] = w
	}
	return w
}
