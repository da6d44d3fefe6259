package search

import (
	"bytes"
	"slices"
)

// segmentPhrase is a phrase in the numbers of one segment: as it stands in streams, per language that has all its words.
type segmentPhrase struct {
	*phrase
	runs   [][]byte  // by place of the language, nil where it does not have the words
	rarest []listRef // of each language that has them, the shortest list of a word or pair in it
}

// listRef names a list of documents.
type listRef struct {
	in   *postings
	list uint32
}

func (r listRef) count() uint32 { return r.in.count[r.list] }

// never reports whether no document of the segment can have the phrase.
func (p *segmentPhrase) never() bool { return len(p.rarest) == 0 }

func (v *view) phrase(p *phrase) segmentPhrase {
	out := segmentPhrase{phrase: p, runs: make([][]byte, len(v.langs))}
	for i, lang := range v.langs {
		if run, rarest := v.run(p.words, lang, v.spaces[i]); run != nil {
			out.runs[i], out.rarest = run, append(out.rarest, rarest)
		}
	}
	return out
}

// run returns words as they stand in streams of a language whose surfaces begin at base, and the shortest list of a word or
// pair among them; nothing if no document has them all.
func (v *view) run(words []string, lang string, base uint32) (run []byte, rarest listRef) {
	before := uint32(0)
	for k, w := range words {
		n, ok := v.surfaces.find(termKey(lang, w))
		if !ok || v.surfaceDF.at(n) == 0 {
			return nil, listRef{}
		}
		run = appendNumber(run, n-base)
		word := listRef{&v.postings, v.stems[n] &^ stopBit}
		if k == 0 || word.count() < rarest.count() {
			rarest = word
		}
		if k > 0 {
			if list, ok := v.pairs.find(before, n); ok && v.pairs.lists.count[list] < rarest.count() {
				rarest = listRef{&v.pairs.lists, list}
			}
		}
		before = n
	}
	return run, rarest
}

// in reports whether a document has the phrase within one text.
func (p *segmentPhrase) in(v *view, doc uint32) bool {
	for data := v.words(doc); len(data) > 0; {
		var t streamText
		t, data = v.text(data)
		if t.field == keywords || p.field < Fields && t.field != p.field {
			continue
		}
		if run := p.runs[t.lang]; run != nil && containsRun(t.data, run) {
			return true
		}
	}
	return false
}

// containsRun reports whether a run of numbers stands among those of a text. The bytes are searched first, because they
// are rarely there; then it must be where a number begins.
func containsRun(text, run []byte) bool {
	at := 0 // begins a number
	for from := 0; ; {
		i := bytes.Index(text[from:], run)
		if i < 0 {
			return false
		}
		for from += i; at < from; {
			at += codeSize(text[at])
		}
		if at == from {
			return true
		}
		from++
	}
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
