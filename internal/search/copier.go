package search

// copier takes documents of a segment over into a builder, without analysing them again.
type copier struct {
	from  *segment
	words []uint32 // the builder's number plus one of each surface
	terms []uint32 // of each term of a facet
	langs []*languageWords
}

func newCopier(b *builder, from *segment) *copier {
	c := &copier{from: from, words: make([]uint32, from.surfaces.len()), terms: make([]uint32, from.terms.len())}
	for _, code := range from.langs {
		c.langs = append(c.langs, b.language(languageOf(code)))
	}
	return c
}

// copyDoc appends a document of the copier's segment.
func (b *builder) copyDoc(c *copier, doc uint32) error {
	s := c.from
	b.listed = append(b.listed[:0], s.listed(doc)...)
	b.begin(s.ids[doc], s.dates[doc], s.packed[doc])
	var keys []uint32
	s.texts(doc, func(t streamText) bool {
		if t.field == keywords {
			t.each(func(n uint32) { keys = append(keys, b.copyTerm(c, n)) })
			return true
		}
		b.scratch = b.scratch[:0]
		lw, weight := c.langs[t.lang], uint32(b.opts.Weights[t.field])
		t.each(func(n uint32) {
			own := c.words[n]
			if own == 0 {
				own = b.copySurface(c, lw, n) + 1
				c.words[n] = own
			}
			b.word(lw, own-1, weight)
			b.scratch = appendNumber(b.scratch, own-1)
		})
		b.appendText(t.field, lw.place, t.count)
		return true
	})
	b.keywords(keys)
	return b.end()
}

func (b *builder) copyTerm(c *copier, n uint32) uint32 {
	if c.terms[n] == 0 {
		c.terms[n] = b.term(string(c.from.terms.word(n))) + 1
	}
	return c.terms[n] - 1
}

// copySurface returns the builder's number of a surface.
func (b *builder) copySurface(c *copier, lw *languageWords, n uint32) uint32 {
	word := c.from.surfaceWord(n)
	if own, ok := lw.number[string(word)]; ok {
		return own
	}
	old := c.from.stems[n]
	return lw.add(string(word), b.copyTerm(c, old&^stopBit)|old&stopBit, c.from.shown.find(n))
}
