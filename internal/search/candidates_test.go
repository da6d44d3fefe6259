package search

import (
	"math"
	"slices"
	"testing"
	"time"
)

// claimsIndex is a small index of claims in their own words.
func claimsIndex(t testing.TB, claims ...string) *Index {
	t.Helper()
	var docs []Doc
	for i, c := range claims {
		docs = append(docs, Doc{ID: docID(i), Published: time.Unix(int64(i), 0), Texts: []Text{{FieldClaim, "en", c}}})
	}
	x, err := Build(t.Context(), Options{Workers: 1}, stream(docs))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestCandidatesAreTheOraclesTop compares with the oracle asked for any of the words, in the text's language.
func TestCandidatesAreTheOraclesTop(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 21, 3000)
	for round := range 60 {
		if round%20 == 19 {
			w.change(t, 80)
		}
		text := w.r.text("en", 1+w.r.IntN(25))
		skip := docID(w.r.IntN(w.next))
		got := w.x.Snapshot().Candidates(CandidateQuery{Text: text, Language: "en", Limit: 15, Exclude: func(id ID) bool { return id == skip }})
		want := w.o.candidates(text, skip)
		if len(got) != min(15, len(want)) {
			t.Fatalf("%q: got %d candidates, oracle %d", text, len(got), len(want))
		}
		for i, c := range got {
			if c.ID == skip || math.Abs(c.Words-want[i].Score) > 1e-9 || math.Abs(c.Words-w.o.plainScore(text, c.ID)) > 1e-9 {
				t.Fatalf("%q: candidate %d: got %x with %f, oracle %x with %f", text, i, c.ID[8:], c.Words, want[i].ID[8:], want[i].Score)
			}
			if c.Grams < 0 || c.Grams > 1 || len(c.Terms) == 0 {
				t.Fatalf("got %+v, want similarity within 0 and 1 and shared words", c)
			}
		}
	}
}

// plainScore is the BM25 score of one document for any of the words of an English text.
func (o *oracle) plainScore(text string, id ID) float64 {
	o.count()
	sum, seen := 0.0, map[string]bool{}
	for _, w := range Words(text, "en") {
		sense := [2]string{"en", w.Term}
		if w.Stop || seen[w.Term] || o.df[sense] == 0 {
			continue
		}
		seen[w.Term] = true
		n, df := float64(len(o.docs)), float64(o.df[sense])
		sum += math.Log(1+(n-df+0.5)/(df+0.5)) * o.saturation(o.docs[id], map[[2]string]bool{sense: true})
	}
	return sum
}

func (o *oracle) candidates(text string, skip ID) []Hit {
	var all []Hit
	for id := range o.docs {
		if s := o.plainScore(text, id); s > 0 && id != skip {
			all = append(all, Hit{ID: id, Score: s})
		}
	}
	slices.SortFunc(all, func(a, b Hit) int {
		if a.Score > b.Score {
			return -1
		}
		return 1
	})
	return all
}

func TestCandidatesSayWhatIsShared(t *testing.T) {
	t.Parallel()
	x := claimsIndex(t, "The vaccine contains 5 microchips", "Vaccination rates fell in Hawaii", "The moon is made of cheese")
	got := x.Snapshot().Candidates(CandidateQuery{Text: "Do vaccines contain microchips?", Language: "en"})
	if len(got) != 2 || got[0].ID != docID(0) {
		t.Fatalf("got %+v, want the claim with microchips first of two", got)
	}
	var shared []string
	for _, s := range got[0].Terms {
		shared = append(shared, s.Surface)
		if s.Fields != 1<<FieldClaim {
			t.Errorf("got fields %b for %s, want the claim alone", s.Fields, s.Surface)
		}
	}
	if !slices.Equal(shared, []string{"vaccines", "contain", "microchips"}) || math.Abs(got[0].Share[FieldClaim]-1) > 1e-9 {
		t.Errorf("got %v shared and %f of the weight, want all three", shared, got[0].Share[FieldClaim])
	}
	if got[0].Grams <= got[1].Grams || got[0].Grams < 0.5 {
		t.Errorf("got grams %f and %f, want the first nearer and above a half", got[0].Grams, got[1].Grams)
	}
}

func TestCandidatesAcrossLanguagesAndTypos(t *testing.T) {
	t.Parallel()
	docs := []Doc{
		{ID: docID(1), Texts: []Text{{FieldClaim, "es", "Macron dijo 5G en 2020"}}},
		{ID: docID(2), Texts: []Text{{FieldClaim, "en", "Hydroxychloroquine cures everything"}}},
	}
	x, err := Build(t.Context(), Options{}, stream(docs))
	if err != nil {
		t.Fatal(err)
	}
	s := x.Snapshot()
	if got := s.Candidates(CandidateQuery{Text: "Macron said 5G 2020", Language: "en"}); len(got) != 0 {
		t.Errorf("got %d within English, want none", len(got))
	}
	if got := s.Candidates(CandidateQuery{Text: "Macron said 5G 2020", Language: "en", AnyLanguage: true}); len(got) != 1 || len(got[0].Terms) != 3 {
		t.Errorf("got %+v in any language, want one by name and numbers", got)
	}
	if got := s.Candidates(CandidateQuery{Text: "hydroxichloroquin", Language: "en"}); len(got) != 0 {
		t.Errorf("got %d for a typo, want none", len(got))
	}
	if got := s.Candidates(CandidateQuery{Text: "hydroxichloroquin", Language: "en", Fuzzy: true}); len(got) != 1 || got[0].Grams < 0.25 {
		t.Errorf("got %+v for a typo with fuzzy, want one, near by grams", got)
	}
}
