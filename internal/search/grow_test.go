package search

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// TestCompactForgetsWhatIsGone deletes all documents of one language and all with one word.
func TestCompactForgetsWhatIsGone(t *testing.T) {
	t.Parallel()
	var docs []Doc
	for i := range 40 {
		lang, word := "en", "steady"
		if i%2 == 1 {
			lang, word = "fr", "perdu"
		}
		docs = append(docs, Doc{ID: docID(i), Texts: []Text{{FieldClaim, lang, word + " common"}}})
	}
	x, err := Build(t.Context(), Options{Workers: 2}, stream(docs))
	if err != nil {
		t.Fatal(err)
	}
	var b Batch
	for i := 1; i < 40; i += 2 {
		b.Delete = append(b.Delete, docID(i))
	}
	if err := x.Apply(b); err != nil {
		t.Fatal(err)
	}
	if st := x.Stats(); st.Deleted != 20 {
		t.Errorf("got %d deleted, want 20 until it is compacted", st.Deleted)
	}
	if err := x.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := x.Snapshot()
	if got := languagesOf([]*Snapshot{s}); !slices.Equal(got, []string{"en"}) {
		t.Errorf("got languages %v, want English alone", got)
	}
	if st := x.Stats(); st.Deleted != 0 || st.Docs != 20 || st.Surfaces != 2 {
		t.Errorf("got %+v, want 20 documents of two words", st)
	}
	if err := x.Apply(Batch{Delete: b.Delete[:1], Put: docs[1:2]}); err != nil {
		t.Fatal(err)
	}
	if a, err := x.Snapshot().Search(Query{Text: "perdu"}); err != nil || a.Total != 1 {
		t.Errorf("got %d, %v, want the one that came back", a.Total, err)
	}
}

// TestManySingleEditsLeaveFewParts applies batches of one document for long: parts are merged, what is edited away is
// forgotten by itself but for what was built, and a snapshot taken before stays as it was.
func TestManySingleEditsLeaveFewParts(t *testing.T) {
	t.Parallel()
	const docs, edits = 300, 2000
	put := func(i, round int) Doc {
		return Doc{ID: docID(i), Published: time.Unix(int64(round), 0), Facets: []Facet{{"round", fmt.Sprint(round % 5)}}, Texts: []Text{{FieldClaim, "en", fmt.Sprintf("steady word%d round%d", i, round)}}}
	}
	var first []Doc
	for i := range docs {
		first = append(first, put(i, 0))
	}
	x, err := Build(t.Context(), Options{Workers: 2}, stream(first))
	if err != nil {
		t.Fatal(err)
	}
	before := x.Snapshot()
	most, bytes := 0, int64(0)
	for round := 1; round <= edits; round++ {
		if err := x.Apply(Batch{Put: []Doc{put(round%docs, round)}, Seq: int64(round)}); err != nil {
			t.Fatal(err)
		}
		st := x.Stats()
		most = max(most, st.Segments)
		if round == edits/2 {
			bytes = st.Bytes
		}
		if st.Docs != docs {
			t.Fatalf("got %d documents after %d edits, want %d", st.Docs, round, docs)
		}
	}
	if most > 16 {
		t.Errorf("got up to %d parts, want few", most)
	}
	if st := x.Stats(); st.Bytes > bytes*5/4 {
		t.Errorf("got %d bytes after %d edits and %d after half of them, want no growth", st.Bytes, edits, bytes)
	}
	if a, err := before.Search(Query{Text: "steady round0", Facets: true}); err != nil || a.Total != docs || a.Facets["round"][0].Count != docs {
		t.Errorf("got %d, %v of the snapshot taken before, want all %d as they were", a.Total, err, docs)
	}
	if a, err := x.Snapshot().Search(Query{Text: "steady", Facets: true}); err != nil || a.Total != docs {
		t.Errorf("got %d, %v, want %d", a.Total, err, docs)
	}
}

// TestSnapshotsKeepTheirCounts deletes twice: the second time what was copied the first time must be copied again.
func TestSnapshotsKeepTheirCounts(t *testing.T) {
	t.Parallel()
	x := claimsIndex(t, "wombat here", "wombat there", "wombat elsewhere", "another")
	weights := make([]float64, 0, 4)
	var snaps []*Snapshot
	for i := range 3 {
		s := x.Snapshot()
		snaps, weights = append(snaps, s), append(weights, s.IDF("en", "wombat"))
		if err := x.Apply(Batch{Delete: []ID{docID(i)}}); err != nil {
			t.Fatal(err)
		}
	}
	for i, s := range snaps {
		if got := s.IDF("en", "wombat"); got != weights[i] {
			t.Errorf("snapshot %d: got weight %f after later deletions, want %f as before", i, got, weights[i])
		}
	}
	if weights[0] >= weights[1] || weights[1] >= weights[2] {
		t.Errorf("got weights %v, want a word in fewer documents to weigh more", weights)
	}
}

func TestHitsFarDownAreReached(t *testing.T) {
	t.Parallel()
	var docs []Doc
	for i := range 10_050 {
		docs = append(docs, Doc{ID: docID(i), Published: time.Unix(int64(i), 0), Texts: []Text{{FieldClaim, "en", "steady"}}})
	}
	x, err := Build(t.Context(), Options{}, stream(docs))
	if err != nil {
		t.Fatal(err)
	}
	s := x.Snapshot()
	for _, q := range []Query{{Text: "steady"}, {}, {Sort: SortNewest}} {
		q.Offset, q.Limit = MaxLimit-5, 5
		a, err := s.Search(q)
		if err != nil || a.Total != len(docs) || len(a.Hits) != 5 {
			t.Fatalf("got %d of %d hits, %v, want 5", len(a.Hits), a.Total, err)
		}
		if want := docID(len(docs) - 1 - q.Offset); a.Hits[0].ID != want || !s.Has(want) {
			t.Errorf("got %x at %d, want %x", a.Hits[0].ID[8:], q.Offset, want[8:])
		}
	}
}
