package search

import "slices"

// segmentPhrase is a phrase in the numbers of one segment: a run of surfaces per language that has all of its words.
type segmentPhrase struct {
	*phrase
	runs [][]uint32
}

// never reports whether no document of the segment can have the phrase.
func (p *segmentPhrase) never() bool { return len(p.runs) == 0 }

func (v *view) phrase(p *phrase) segmentPhrase {
	out := segmentPhrase{phrase: p}
next:
	for _, lang := range v.langs {
		run := make([]uint32, 0, len(p.words))
		for _, w := range p.words {
			n, ok := v.surfaces.find(termKey(lang, w))
			if !ok {
				continue next
			}
			run = append(run, n)
		}
		out.runs = append(out.runs, run)
	}
	return out
}

// in reports whether a document has the phrase within one text.
func (p *segmentPhrase) in(v *view, doc uint32) bool {
	found := false
	var last []uint32
	v.texts(doc, func(t streamText) bool {
		if t.field == keywords || p.field < Fields && t.field != p.field || t.count < len(p.words) {
			return true
		}
		last = last[:0]
		t.each(func(n uint32) { last = append(last, n) })
		for _, run := range p.runs {
			if containsRun(last, run) {
				found = true
				return false
			}
		}
		return true
	})
	return found
}

// containsRun reports whether run stands in words. Both are short; a phrase of a query is at most some hundred words.
func containsRun(words, run []uint32) bool {
	for len(words) >= len(run) {
		i := slices.Index(words, run[0])
		if i < 0 || len(words)-i < len(run) {
			return false
		}
		if slices.Equal(words[i:i+len(run)], run) {
			return true
		}
		words = words[i+1:]
	}
	return false
}

// hasIn reports whether a document has one of the terms in the field.
func (v *view) hasIn(doc uint32, c *fieldCheck) bool {
	found := false
	v.texts(doc, func(t streamText) bool {
		if t.field == c.field {
			t.each(func(n uint32) {
				found = found || slices.Contains(c.terms, v.stems[n]&^stopBit)
			})
		}
		return !found
	})
	return found
}
