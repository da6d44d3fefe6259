package search

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
)

// Index is a set of documents that can be asked and changed at the same time. Its methods are safe for concurrent use:
// readers take a Snapshot, which never changes and waits for nothing; writers wait for each other.
type Index struct {
	writing sync.Mutex
	opts    Options
	current atomic.Pointer[Snapshot]
}

// Snapshot is an index at one moment. It is cheap to take and stays valid; what it holds is freed when it is dropped.
type Snapshot struct {
	opts   *Options
	views  []*view
	values *values
	norms  *norms
	grams  *gramWeights
	seq    int64
	docs   int
}

// view is a segment as one snapshot sees it: without the documents deleted since, and with the counts that are left.
// What nobody deleted from is shared between snapshots.
type view struct {
	*segment
	base      bool     // from a build: only Compact or a Replace merges it
	live      int      // documents left
	deleted   []uint64 // a bit per document; nil while there is none
	termDF    counters // documents left per term
	surfaceDF counters // per surface
	stored    map[uint32][]uint32
	left      []uint32 // documents left per facet value
}

func newView(s *segment, base bool) *view {
	return &view{
		segment: s, base: base, live: s.len(), stored: s.counts, left: s.totals,
		termDF: counters{base: s.postings.count}, surfaceDF: counters{base: s.surfaceOf},
	}
}

// gone reports whether a document was deleted.
func (v *view) gone(doc uint32) bool {
	return v.deleted != nil && v.deleted[doc>>6]&(1<<(doc&63)) != 0
}

// New returns an empty index. Its average length is a guess until Compact; a Build knows better.
func New(opts Options) (*Index, error) {
	opts, err := opts.checked()
	if err != nil {
		return nil, err
	}
	x := &Index{opts: opts}
	x.current.Store(&Snapshot{opts: &x.opts, values: &values{number: map[Facet]uint32{}}, norms: newNorms(0), grams: newGramWeights(nil)})
	return x, nil
}

// checked fills in what is left out and refuses what cannot be.
func (o Options) checked() (Options, error) {
	if o.Weights == ([Fields]uint8{}) {
		o.Weights = DefaultWeights
	}
	for f, w := range o.Weights {
		if w == 0 || w > 16 {
			return o, fmt.Errorf("%w: weight %d of field %s, want 1 to 16", ErrInvalid, w, Field(f))
		}
	}
	if o.Workers < 0 {
		return o, fmt.Errorf("%w: %d workers", ErrInvalid, o.Workers)
	}
	o.FilterOnly = slices.Clone(o.FilterOnly)
	slices.Sort(o.FilterOnly)
	return o, nil
}

// Snapshot returns the index as it is now.
func (x *Index) Snapshot() *Snapshot { return x.current.Load() }

// Replace swaps in what another index holds, such as one that was just built, without stopping readers. The other must
// not be changed afterwards; with other options it is refused with ErrInvalid.
func (x *Index) Replace(y *Index) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	if x.opts.Weights != y.opts.Weights || !slices.Equal(x.opts.FilterOnly, y.opts.FilterOnly) {
		return fmt.Errorf("%w: the other index has other options", ErrInvalid)
	}
	x.current.Store(y.Snapshot())
	return nil
}

// Apply makes a batch visible, all of it at once. It costs a new small segment, and now and then the merging of some
// small ones; readers wait for neither. A document that cannot be taken (ErrInvalid) refuses the whole batch.
func (x *Index) Apply(batch Batch) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	old := x.Snapshot()
	next := *old
	next.views = slices.Clone(old.views)
	next.seq = max(old.seq, batch.Seq)
	fresh, err := next.segmentOf(batch.Put)
	if err != nil {
		return err
	}
	next.remove(batch)
	if fresh != nil {
		next.views = append(next.views, newView(fresh, false))
	}
	next.merge()
	next.docs = next.count()
	next.prepare()
	x.current.Store(&next)
	return nil
}

// segmentOf makes a segment of the documents put, of those with the same id the last; nil for none.
func (s *Snapshot) segmentOf(put []Doc) (*segment, error) {
	last := make(map[ID]int, len(put))
	for i := range put {
		if err := checkDoc(&put[i]); err != nil {
			return nil, err
		}
		last[put[i].ID] = i
	}
	if len(put) == 0 {
		return nil, nil
	}
	numbers := &facetNumbers{values: s.values}
	b := newBuilder(s.opts, numbers)
	for i := range put {
		if last[put[i].ID] != i {
			continue
		}
		if err := b.add(&put[i]); err != nil {
			return nil, err
		}
	}
	s.values = numbers.values
	return seal(s.norms, b)[0], nil
}

func (s *Snapshot) count() int {
	n := 0
	for _, v := range s.views {
		n += v.live
	}
	return n
}

// remove deletes what a batch deletes or replaces. Views are copied before they change.
func (s *Snapshot) remove(batch Batch) {
	per := make([][]uint32, len(s.views))
	mark := func(id ID) {
		for i, v := range s.views {
			if doc, ok := v.find(id); ok && !v.gone(doc) {
				per[i] = append(per[i], doc)
				return
			}
		}
	}
	for _, d := range batch.Put {
		mark(d.ID)
	}
	for _, id := range batch.Delete {
		mark(id)
	}
	kept := s.views[:0]
	for i, v := range s.views {
		if len(per[i]) > 0 {
			v = v.without(per[i])
		}
		if v.live > 0 {
			kept = append(kept, v)
		}
	}
	s.views = kept
}

// without returns the view less some documents; naming one twice is as once.
func (v *view) without(docs []uint32) *view {
	w := *v
	w.deleted = slices.Clone(v.deleted)
	if w.deleted == nil {
		w.deleted = make([]uint64, (v.len()+63)/64)
	}
	w.left = slices.Clone(v.left)
	w.stored = maps.Clone(v.stored)
	termDF, surfaceDF := lessen(v.termDF), lessen(v.surfaceDF)
	copied := make(map[uint32]bool)
	surfaces, terms := make(map[uint32]struct{}), make(map[uint32]struct{})
	for _, doc := range docs {
		if w.gone(doc) {
			continue
		}
		w.deleted[doc>>6] |= 1 << (doc & 63)
		w.live--
		tally(w.left).add(v.segment, doc, ^uint32(0))
		clear(surfaces)
		clear(terms)
		v.wordsOf(doc, surfaces, terms)
		for n := range surfaces {
			surfaceDF.less(n)
		}
		for t := range terms {
			termDF.less(t)
			if c, ok := w.stored[t]; ok {
				if !copied[t] {
					c, copied[t] = slices.Clone(c), true
					w.stored[t] = c
				}
				tally(c).add(v.segment, doc, ^uint32(0))
			}
		}
	}
	w.termDF, w.surfaceDF = termDF.counters, surfaceDF.counters
	return &w
}

// wordsOf collects the surfaces and terms of a document.
func (s *segment) wordsOf(doc uint32, surfaces, terms map[uint32]struct{}) {
	s.texts(doc, func(t streamText) bool {
		t.each(func(n uint32) {
			if t.field == keywords {
				terms[n] = struct{}{}
				return
			}
			surfaces[n] = struct{}{}
			terms[s.stems[n]&^stopBit] = struct{}{}
		})
		return true
	})
}
