package search

import (
	"math"
	"slices"
	"sync"
)

// scan is the evaluation of a plan on one segment.
type scan struct {
	*plan
	v       *view
	out     *collector
	groups  []*groupCursor // must first, then should, in the order of the plan: scores are summed in it
	musts   int
	nots    []*groupCursor
	phrases []segmentPhrase
	filters []segmentFilter
	checks  []fieldCheck
	pooled  []*cursor
}

// groupCursor walks the documents that have any of a group's terms.
type groupCursor struct {
	cursors []*cursor
	doc     uint32
	idf     float64
	count   int // postings, deleted documents too
}

// fieldCheck wants one of a group's terms in a field.
type fieldCheck struct {
	terms []uint32
	field Field
	not   bool
}

// segmentFilter is a filter with cursors for what has no numbers.
type segmentFilter struct {
	*filter
	cursor *groupCursor
}

// cursorPool keeps cursors, which hold a block each, between queries.
var cursorPool = sync.Pool{New: func() any { return new(cursor) }}

// openScan readies a plan for a segment; nil means that nothing there can match.
func openScan(p *plan, v *view, out *collector) *scan {
	s := &scan{plan: p, v: v, out: out}
	for i, g := range slices.Concat(p.must, p.should) {
		c := s.open(g.terms, g.idf)
		if i < len(p.must) && c.doc == noDoc {
			s.close()
			return nil
		}
		s.groups = append(s.groups, c)
		if g.field < Fields {
			s.checks = append(s.checks, fieldCheck{terms: v.termNumbers(g.terms), field: g.field})
		}
	}
	s.musts = len(p.must)
	for _, g := range p.not {
		if g.field < Fields {
			s.checks = append(s.checks, fieldCheck{terms: v.termNumbers(g.terms), field: g.field, not: true})
			continue
		}
		if c := s.open(g.terms, 0); c.doc != noDoc {
			s.nots = append(s.nots, c)
		}
	}
	for i := range p.phrases {
		sp := v.phrase(&p.phrases[i])
		if sp.never() && !sp.not {
			s.close()
			return nil
		}
		if !sp.never() {
			s.phrases = append(s.phrases, sp)
		}
	}
	for i := range p.filters {
		f := segmentFilter{filter: &p.filters[i]}
		if !f.exact {
			f.cursor = s.open(f.keys, 0)
		}
		s.filters = append(s.filters, f)
	}
	return s
}

func (v *view) termNumbers(keys []string) []uint32 {
	var out []uint32
	for _, k := range keys {
		if t, ok := v.terms.find(k); ok && v.postings.count[t] > 0 {
			out = append(out, t)
		}
	}
	return out
}

// open returns a cursor over the documents that have any of some terms.
func (s *scan) open(keys []string, weight float64) *groupCursor {
	return s.openLists(s.v.lists(keys), weight)
}

// lists are the lists of some terms.
func (v *view) lists(keys []string) []listRef {
	var out []listRef
	for _, t := range v.termNumbers(keys) {
		out = append(out, listRef{&v.postings, t})
	}
	return out
}

func (s *scan) openLists(lists []listRef, weight float64) *groupCursor {
	g := &groupCursor{idf: weight, doc: noDoc}
	for _, l := range lists {
		c := cursorPool.Get().(*cursor) //nolint:errcheck,forcetypeassert // the pool holds nothing else
		c.open(l.in, l.list)
		s.pooled = append(s.pooled, c)
		g.cursors = append(g.cursors, c)
		g.count += int(l.count())
		g.doc = min(g.doc, c.doc)
	}
	return g
}

// reopen puts a group back to its first document.
func (g *groupCursor) reopen() {
	g.doc = noDoc
	for _, c := range g.cursors {
		c.load(0)
		g.doc = min(g.doc, c.doc)
	}
}

// close gives the cursors back.
func (s *scan) close() {
	for _, c := range s.pooled {
		c.p = nil
		cursorPool.Put(c)
	}
	s.pooled = nil
}

// next moves to the next document.
func (g *groupCursor) next() {
	if len(g.cursors) == 1 {
		g.cursors[0].next()
		g.doc = g.cursors[0].doc
		return
	}
	at := g.doc
	g.doc = noDoc
	for _, c := range g.cursors {
		if c.doc == at {
			c.next()
		}
		g.doc = min(g.doc, c.doc)
	}
}

// seek moves to the first document not below doc.
func (g *groupCursor) seek(doc uint32) {
	if g.doc >= doc {
		return
	}
	g.doc = noDoc
	for _, c := range g.cursors {
		c.seek(doc)
		g.doc = min(g.doc, c.doc)
	}
}

// score adds up what the groups give a document; all cursors stand on it or past it.
func (s *scan) score(doc uint32) float64 {
	sum := 0.0
	length := s.v.lengths[doc]
	for _, g := range s.groups {
		if g.doc != doc {
			continue
		}
		sat := 0.0
		for _, c := range g.cursors {
			if c.doc == doc {
				sat += s.snap.norms.sat(c.tf(), length)
			}
		}
		sum += g.idf * sat
	}
	return sum
}

// passes reports whether a document that has the words also stands the other conditions. Documents must come in rising
// order.
func (s *scan) passes(doc uint32) bool {
	v := s.v
	if v.gone(doc) {
		return false
	}
	if date := v.dates[doc]; s.bounded && (date == noDate || date < s.from || date >= s.until) {
		return false
	}
	for i := range s.filters {
		f := &s.filters[i]
		if f.holds(v, doc) == f.not {
			return false
		}
	}
	for _, g := range s.nots {
		if g.seek(doc); g.doc == doc {
			return false
		}
	}
	for i := range s.checks {
		if v.hasIn(doc, &s.checks[i]) == s.checks[i].not {
			return false
		}
	}
	for i := range s.phrases {
		if s.phrases[i].in(v, doc) == s.phrases[i].not {
			return false
		}
	}
	return true
}

// holds reports whether a document has one of the filter's values.
func (f *segmentFilter) holds(v *view, doc uint32) bool {
	if f.cursor != nil {
		f.cursor.seek(doc)
		return f.cursor.doc == doc
	}
	if v.packed[doc]&f.mask != 0 {
		return true
	}
	if len(f.more) > 0 {
		for _, n := range v.listed(doc) {
			if slices.Contains(f.more, n) {
				return true
			}
		}
	}
	return false
}

// take counts a document and puts it in the running. All groups stand on it or past it.
func (s *scan) take(doc uint32) {
	s.countOne(doc, 1)
	if s.promising(doc) {
		s.offer(doc)
	}
}

// promising reports whether a document's date is good enough for the hits, if they are sorted by date.
func (s *scan) promising(doc uint32) bool {
	if s.out.keep == 0 {
		return false
	}
	if s.sort == SortRelevance || !s.out.full() {
		return true
	}
	f := found{id: s.v.ids[doc], score: math.MaxFloat64, date: s.v.dates[doc]}
	return s.sort.before(&f, &s.out.heap[0])
}

// offer puts a document in the running without counting it.
func (s *scan) offer(doc uint32) {
	score := s.score(doc)
	if s.sort == SortRelevance && score < s.out.floor() {
		return
	}
	s.out.offer(found{id: s.v.ids[doc], score: score, date: s.v.dates[doc]})
}
