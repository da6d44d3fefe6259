package search

import (
	"fmt"
	"iter"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const oracleFilterOnly = "claimant"

func stream(docs []Doc) iter.Seq2[Doc, error] {
	return func(yield func(Doc, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// differs says how the index's answer differs from the oracle's, or nothing.
func differs(s *Snapshot, o *oracle, q oracleQuery) string {
	want := o.search(q, oracleFilterOnly)
	got, err := s.Search(Query{Text: q.text(), Filters: q.filters, From: q.from, Until: q.until, Sort: q.sort, Mode: q.mode, Limit: q.limit, Offset: q.offset, Facets: true})
	if err != nil {
		return err.Error()
	}
	if d := cmp.Diff(want.corrections, got.Corrections); d != "" {
		return "corrections (-oracle +index)\n" + d
	}
	if got.Total != len(want.hits) {
		return fmt.Sprintf("got %d documents, oracle %d", got.Total, len(want.hits))
	}
	facets := map[string]int{}
	for name, counts := range got.Facets {
		for _, c := range counts {
			facets[name+"="+c.Value] = c.Count
		}
	}
	if d := cmp.Diff(want.facets, facets); d != "" {
		return "facets (-oracle +index)\n" + d
	}
	page := want.hits[min(q.offset, len(want.hits)):min(q.offset+q.limit, len(want.hits))]
	if len(page) != len(got.Hits) {
		return fmt.Sprintf("got %d hits, oracle %d", len(got.Hits), len(page))
	}
	scores := map[ID]float64{}
	for _, h := range want.hits {
		scores[h.ID] = h.Score
	}
	seen := map[ID]bool{}
	for i, h := range got.Hits {
		if seen[h.ID] || math.Abs(h.Score-page[i].Score) > 1e-9 || math.Abs(h.Score-scores[h.ID]) > 1e-9 || !h.Published.Equal(page[i].Published) {
			return fmt.Sprintf("hit %d: got %x score %.12f at %s, oracle %x score %.12f at %s", i, h.ID[8:], h.Score, h.Published, page[i].ID[8:], page[i].Score, page[i].Published)
		}
		if h.ID != page[i].ID { // only where rounding could decide between equals
			if s := scores[h.ID]; math.Abs(s-page[i].Score) > 1e-12*math.Abs(s) {
				return fmt.Sprintf("hit %d: got %x, oracle %x", i, h.ID[8:], page[i].ID[8:])
			}
		}
		seen[h.ID] = true
	}
	return ""
}

// world is an index and an oracle of the same documents, changed together.
type world struct {
	r     *randomness
	x     *Index
	o     *oracle
	next  int
	live  []int
	texts []string
}

func newWorld(t testing.TB, seed uint64, n int) *world {
	t.Helper()
	w := &world{r: newRandomness(seed)}
	var docs []Doc
	for range n {
		docs = append(docs, w.fresh())
	}
	var err error
	if w.x, err = Build(t.Context(), Options{FilterOnly: []string{oracleFilterOnly}, Workers: 2}, stream(docs)); err != nil {
		t.Fatal(err)
	}
	w.o = newOracle(docs)
	return w
}

func (w *world) fresh() Doc {
	d := w.r.doc(w.next)
	w.live = append(w.live, w.next)
	w.next++
	w.texts = append(w.texts, d.Texts[0].Text)
	return d
}

// change makes a batch of new, edited and deleted documents.
func (w *world) change(t testing.TB, n int) {
	t.Helper()
	b := Batch{Seq: int64(w.next)}
	for range n {
		switch w.r.IntN(4) {
		case 0:
			b.Put = append(b.Put, w.fresh())
		case 1, 2:
			d := w.r.doc(w.live[w.r.IntN(len(w.live))])
			w.texts = append(w.texts, d.Texts[0].Text)
			b.Put = append(b.Put, d)
		}
	}
	edited := map[ID]bool{}
	for _, d := range b.Put {
		edited[d.ID] = true
		w.o.put(d)
	}
	for range n / 3 {
		i := w.r.IntN(len(w.live))
		if id := docID(w.live[i]); !edited[id] {
			b.Delete = append(b.Delete, id)
			w.o.remove(id)
			w.live = append(w.live[:i], w.live[i+1:]...)
		}
	}
	if err := w.x.Apply(b); err != nil {
		t.Fatal(err)
	}
}

// agree asks questions of all kinds.
func (w *world) agree(t testing.TB, questions int) {
	t.Helper()
	s := w.x.Snapshot()
	if s.Docs() != len(w.o.docs) {
		t.Fatalf("got %d documents, want %d", s.Docs(), len(w.o.docs))
	}
	for range questions {
		q := w.r.query(w.texts)
		if d := differs(s, w.o, q); d != "" {
			t.Fatalf("%q %+v\n%s", q.text(), q, d)
		}
	}
}

func TestIndexAnswersAsTheOracle(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 1500)
	w.agree(t, 150)
	for round := range 12 {
		w.change(t, 1+w.r.IntN(60))
		w.agree(t, 20)
		if round == 8 {
			if err := w.x.Compact(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.o.freeze()
			w.agree(t, 40)
		}
	}
}

func TestIndexGrownFromNothingAnswersAsTheOracle(t *testing.T) {
	t.Parallel()
	x, err := New(Options{FilterOnly: []string{oracleFilterOnly}})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{r: newRandomness(2), x: x, o: &oracle{docs: map[ID]*oracleDoc{}, average: defaultLength}}
	for range 40 {
		var b Batch
		for range 20 {
			d := w.fresh()
			b.Put = append(b.Put, d)
			w.o.put(d)
		}
		if err := x.Apply(b); err != nil {
			t.Fatal(err)
		}
	}
	for range 10 {
		w.change(t, 20)
		w.agree(t, 15)
	}
	if n := x.Stats().Segments; n > 20 {
		t.Errorf("got %d segments after 50 batches, want them merged", n)
	}
}

// TestComparisonNoticesABrokenRule breaks one rule of the oracle at a time. A comparison that finds nothing then would
// find nothing in a broken index either.
func TestComparisonNoticesABrokenRule(t *testing.T) {
	t.Parallel()
	for _, rule := range []string{"scoring", "deletion", "facet", "phrase", "exclusion", "date"} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 3, 300)
			w.agree(t, 10)
			w.o.broken = rule
			w.change(t, 60)
			noticed := 0
			for range 150 {
				if differs(w.x.Snapshot(), w.o, w.r.query(w.texts)) != "" {
					noticed++
				}
			}
			if noticed == 0 {
				t.Error("got no difference from an oracle with a broken rule")
			}
		})
	}
}

// TestLargeSegmentsAnswerAsTheOracle has lists of many blocks, so that skipping, stored counts and segments asked beside
// each other are at work.
func TestLargeSegmentsAnswerAsTheOracle(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("reads 45,000 documents per question")
	}
	w := &world{r: newRandomness(5)}
	var docs []Doc
	for n := range 45_000 {
		lang := w.r.lang()
		d := Doc{ID: docID(n), Published: randomDay.AddDate(0, 0, w.r.IntN(400)), Facets: []Facet{{"truth", []string{"false", "true"}[w.r.IntN(2)]}, {"topic", fmt.Sprint("topic-", w.r.IntN(70))}}}
		d.Texts = []Text{{FieldClaim, lang, w.r.text(lang, 1+w.r.IntN(5))}, {FieldBody, lang, w.r.text(lang, w.r.IntN(8))}}
		docs = append(docs, d)
		w.live = append(w.live, n)
		w.texts = append(w.texts, d.Texts[0].Text)
	}
	w.next = len(docs)
	var err error
	if w.x, err = Build(t.Context(), Options{FilterOnly: []string{oracleFilterOnly}, Workers: 2}, stream(docs)); err != nil {
		t.Fatal(err)
	}
	w.o = newOracle(docs)
	w.agree(t, 25/slower)
	w.change(t, 300)
	w.agree(t, 25/slower)
	for range 25 / slower { // what is answered from stored counts and by skipping
		q := oracleQuery{words: []string{w.r.plainWord()}, limit: 20}
		if w.r.IntN(2) == 0 {
			q.not = []string{w.r.plainWord(), w.r.plainWord()}
		}
		if d := differs(w.x.Snapshot(), w.o, q); d != "" {
			t.Fatalf("%q\n%s", q.text(), d)
		}
	}
}
