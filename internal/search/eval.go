package search

import "slices"

// run evaluates the plan on the segment by the cheapest way that is exact.
func (s *scan) run() {
	lead := s.leader()
	switch {
	case len(s.groups) == 0:
		s.browse(lead)
	case s.single():
		s.common()
	case s.musts > 0 || s.short(lead):
		s.conjunction(lead)
	default:
		s.half()
	}
}

// leader is the shortest of the lists that every document found is in: of a required word, a filter or a phrase. It is nil
// if nothing is required.
func (s *scan) leader() *groupCursor {
	var best *groupCursor
	for _, g := range s.groups[:s.musts] {
		if best == nil || g.count < best.count {
			best = g
		}
	}
	shorter := func(lists []listRef) {
		count := 0
		for _, l := range lists {
			count += int(l.count())
		}
		if best == nil || count < best.count {
			best = s.openLists(lists, 0)
		}
	}
	for i := range s.phrases {
		if p := &s.phrases[i]; !p.not {
			shorter(p.rarest)
		}
	}
	for i := range s.filters {
		if f := &s.filters[i]; !f.not {
			shorter(s.v.lists(f.keys))
		}
	}
	return best
}

// short reports whether it is cheaper to look the words up in the documents of a list than to read the words' lists.
func (s *scan) short(lead *groupCursor) bool {
	all := 0
	for _, g := range s.groups {
		all += g.count
	}
	return lead != nil && lead.count*len(s.groups)*4 < all
}

// conjunction walks the shortest list and looks the words up.
func (s *scan) conjunction(lead *groupCursor) {
	others := slices.DeleteFunc(slices.Clone(s.groups[:s.musts]), func(g *groupCursor) bool { return g == lead })
	slices.SortStableFunc(others, func(a, b *groupCursor) int { return a.count - b.count })
	shoulds := s.groups[s.musts:]
next:
	for lead.doc != noDoc {
		doc := lead.doc
		for _, g := range others {
			if g.seek(doc); g.doc != doc {
				lead.seek(g.doc)
				continue next
			}
		}
		have := 0
		for _, g := range shoulds {
			if g.seek(doc); g.doc == doc {
				have++
			}
		}
		if have >= s.least && s.passes(doc) {
			s.take(doc)
		}
		lead.next()
	}
}

// browse answers without words: all documents that pass, or those of the shortest list that pass.
func (s *scan) browse(lead *groupCursor) {
	if s.quick() {
		return
	}
	if lead == nil {
		for doc := range uint32(s.v.len()) {
			if s.passes(doc) {
				s.take(doc)
			}
		}
		return
	}
	for ; lead.doc != noDoc; lead.next() {
		if doc := lead.doc; s.passes(doc) {
			s.take(doc)
		}
	}
}

// quick answers what is asked most, everything or everything with one common value, the newest first, from stored
// counts and the order by date. It reports whether it could.
func (s *scan) quick() bool {
	if s.sort == SortOldest || s.bounded || len(s.nots)+len(s.checks)+len(s.phrases) > 0 || len(s.filters) > 1 {
		return false
	}
	total, counts := s.v.live, s.v.left
	if len(s.filters) == 1 {
		f := s.filters[0]
		terms := s.v.termNumbers(f.keys)
		if f.not || len(f.keys) != 1 || len(terms) != 1 || !f.exact {
			return false
		}
		stored, ok := s.v.stored[terms[0]]
		if !ok {
			return false
		}
		total, counts = int(s.v.termDF.at(terms[0])), stored
	}
	s.out.total += total
	if s.out.tally != nil {
		s.out.tally.sum(counts)
	}
	for _, doc := range s.v.byDate {
		f := found{id: s.v.ids[doc], date: s.v.dates[doc]}
		if s.out.full() && (s.out.keep == 0 || !s.sort.before(&f, &s.out.heap[0])) {
			break
		}
		if s.passes(doc) {
			s.out.offer(f)
		}
	}
	return true
}
