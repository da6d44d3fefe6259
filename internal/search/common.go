package search

// single reports whether there is only one word, with stored counts in some language, and nothing but exclusions of other
// words beside it: then counts come from the store and the best from skipping.
func (s *scan) single() bool {
	if len(s.groups) != 1 || s.musts != 1 || s.bounded || len(s.filters)+len(s.checks)+len(s.phrases) > 0 {
		return false
	}
	for _, c := range s.groups[0].cursors {
		if _, ok := s.v.stored[c.term]; ok {
			return true
		}
	}
	return false
}

// common answers a word in more than one document of a hundred. The counts of its languages are added; documents of
// several languages that have it in more than one are taken back. What is excluded is subtracted: counts(A not B) =
// counts(A) − counts(A and B).
func (s *scan) common() {
	g := s.groups[0]
	for _, c := range g.cursors {
		if stored, ok := s.v.stored[c.term]; ok {
			s.count(int(s.v.termDF.at(c.term)), stored)
			continue
		}
		for ; c.doc != noDoc; c.next() {
			if !s.v.gone(c.doc) {
				s.countOne(c.doc, 1)
			}
		}
	}
	g.reopen()
	twice := s.twice(g)
	if len(s.nots) > 0 {
		s.subtract(g)
	}
	if s.out.keep == 0 {
		return
	}
	for _, c := range g.cursors {
		s.best(g, c, twice)
	}
}

// count adds stored counts.
func (s *scan) count(total int, counts []uint32) {
	s.out.total += total
	if s.out.tally != nil {
		s.out.tally.sum(counts)
	}
}

// countOne counts a document, or takes it back with by = -1.
func (s *scan) countOne(doc uint32, by int) {
	s.out.total += by
	if s.out.tally != nil {
		s.out.tally.add(s.v.segment, doc, uint32(by))
	}
}

// twice takes back what was counted more than once, and offers and returns these documents.
func (s *scan) twice(g *groupCursor) []uint32 {
	if len(g.cursors) < 2 {
		return nil
	}
	var docs []uint32
	for _, doc := range s.v.mixed {
		if g.seek(doc); g.doc == noDoc {
			break
		}
		have := 0
		for _, c := range g.cursors {
			if c.doc == doc {
				have++
			}
		}
		if have < 2 {
			continue
		}
		docs = append(docs, doc)
		if s.v.gone(doc) {
			continue
		}
		s.countOne(doc, 1-have)
		if s.out.keep > 0 && s.passes(doc) {
			s.offer(doc)
		}
	}
	g.reopen()
	s.reopenNots()
	return docs
}

func (s *scan) reopenNots() {
	for _, g := range s.nots {
		g.reopen()
	}
}

// subtract takes back the documents that have an excluded word, each once.
func (s *scan) subtract(g *groupCursor) {
	seen := getBits(s.v.len())
	defer putBits(seen)
	for _, not := range s.nots {
		for not.doc != noDoc && g.doc != noDoc {
			switch {
			case not.doc < g.doc:
				not.seek(g.doc)
			case g.doc < not.doc:
				g.seek(not.doc)
			default:
				if doc := g.doc; !s.v.gone(doc) && seen.set(doc) {
					s.countOne(doc, -1)
				}
				g.next()
			}
		}
		g.reopen()
	}
	s.reopenNots()
}

// best offers the documents of one of a word's lists, but for those in twice; blocks that cannot have a better one than
// those found are skipped.
func (s *scan) best(g *groupCursor, c *cursor, twice []uint32) {
	for doc := c.doc; doc != noDoc; doc = c.doc {
		if floor := s.out.floor(); s.sort == SortRelevance && floor >= 0 {
			if bound, last := c.blockBound(doc); bound*g.idf < floor {
				c.seek(last + 1)
				continue
			}
		}
		for len(twice) > 0 && twice[0] < doc {
			twice = twice[1:]
		}
		if (len(twice) == 0 || twice[0] != doc) && s.promising(doc) {
			if g.doc = doc; s.passes(doc) {
				s.offer(doc)
			}
		}
		c.next()
	}
	c.load(0)
	s.reopenNots()
}
