package search

import (
	"bytes"
	"encoding/binary"
)

// copier takes documents of a segment over into a builder, without analysing them again.
type copier struct {
	from  *segment
	words []uint32 // the builder's number plus one of each surface
	terms []uint32 // of each term of a facet
	langs map[string]*languageWords
}

func newCopier(from *segment) *copier {
	return &copier{from: from, words: make([]uint32, from.surfaces.len()), terms: make([]uint32, from.terms.len()), langs: make(map[string]*languageWords)}
}

// copyDoc appends a document of the copier's segment.
func (b *builder) copyDoc(c *copier, doc uint32) {
	s := c.from
	b.listed = append(b.listed[:0], s.listed(doc)...)
	b.begin(s.ids[doc], s.seqs[doc], s.dates[doc], s.packed[doc])
	var keys []uint32
	s.texts(doc, func(t streamText) bool {
		if t.field == keywords {
			t.each(func(n uint32) { keys = append(keys, b.copyTerm(c, n)) })
			return true
		}
		b.scratch = b.scratch[:0]
		weight := uint32(b.opts.Weights[t.field])
		t.each(func(n uint32) {
			own, lw := b.copySurface(c, n)
			b.word(lw.lang, own, weight)
			b.scratch = binary.AppendUvarint(b.scratch, uint64(own))
		})
		b.appendText(t.field, t.count, b.scratch)
		return true
	})
	b.keywords(keys)
	b.end()
}

func (b *builder) copyTerm(c *copier, n uint32) uint32 {
	if c.terms[n] == 0 {
		c.terms[n] = b.term(string(c.from.terms.word(n))) + 1
	}
	return c.terms[n] - 1
}

func (b *builder) copySurface(c *copier, n uint32) (uint32, *languageWords) {
	key := c.from.surfaces.word(n)
	code := key[:bytes.IndexByte(key, 0)]
	lw := c.langs[string(code)]
	if lw == nil {
		lw = b.language(languageOf(string(code)))
		c.langs[string(code)] = lw
	}
	if c.words[n] == 0 {
		word := string(key[len(code)+1:])
		own, ok := lw.number[word]
		if !ok {
			old := c.from.stems[n]
			stem := b.copyTerm(c, old&^stopBit) | old&stopBit
			shown := c.from.shown[n]
			if shown == "" {
				shown = word
			}
			own = b.newSurface(lw, word, stem, shown)
		}
		c.words[n] = own + 1
	}
	return c.words[n] - 1, lw
}
