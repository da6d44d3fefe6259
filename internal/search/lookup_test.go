package search

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
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

// look asks for the best documents of a text, each of its words once.
func look(text, language string, n int, exclude func(ID) bool, snaps ...*Snapshot) []Found {
	l := Look(snaps...)
	defer l.Close()
	seen := make(map[uint32]bool)
	EachWord(text, language, func(surface []byte, _, _ int) {
		if Stops(language, surface) {
			return
		}
		if p, ok := l.Probe(language, surface); ok && !seen[p.Term] {
			seen[p.Term] = true
			l.Add(p)
		}
	})
	return slices.Clone(l.Top(n, exclude))
}

// TestTheTopIsTheOracles compares with the oracle asked for any of the words, in the text's language.
func TestTheTopIsTheOracles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 21, 12_000/min(slower, 3))
	for round := range 60 / min(slower, 4) {
		if round%5 == 4 {
			w.change(t, 80)
		}
		text := w.r.text("en", 1+w.r.IntN(25))
		skip := docID(w.r.IntN(w.next))
		got := look(text, "en", 15, func(id ID) bool { return id == skip }, w.x.Snapshot())
		want := w.o.candidates(text, skip)
		if len(got) != min(15, len(want)) {
			t.Fatalf("%q: got %d documents, oracle %d", text, len(got), len(want))
		}
		for i, f := range got {
			if f.ID == skip || math.Abs(f.Score-want[i].Score) > 1e-8 || math.Abs(f.Score-w.o.plainScore(text, f.ID)) > 1e-8 {
				t.Fatalf("%q: document %d: got %x with %f, oracle %x with %f", text, i, f.ID[8:], f.Score, want[i].ID[8:], want[i].Score)
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

func TestWordsWeighByTheFirstSnapshot(t *testing.T) {
	t.Parallel()
	public := claimsIndex(t, "The vaccine contains microchips", "Vaccine rates fell", "A vaccine was sold", "The moon is made of cheese").Snapshot()
	private := claimsIndex(t, "Moon vaccine").Snapshot()
	l := Look(public, private)
	defer l.Close()
	vaccine, _ := l.Probe("en", []byte("vaccines"))
	moon, _ := l.Probe("en", []byte("moon"))
	if _, ok := l.Probe("en", []byte("sun")); ok || vaccine.Docs != 3 || moon.Docs != 1 || vaccine.Weight >= moon.Weight {
		t.Errorf("got %+v and %+v, want the statistics of the public index alone", vaccine, moon)
	}
	l.Add(vaccine)
	l.Add(moon)
	found := l.Top(10, nil)
	if len(found) != 5 || found[0].Index != 1 || found[1].Index != 0 {
		t.Fatalf("got %+v, want the private document first, then four public ones", found)
	}
	var f Forward
	l.Read(found[0], &f)
	if len(f.Texts) != 1 || len(f.Texts[0].Words) != 2 || string(l.Surface(found[0], f.Texts[0].Words[1])) != "vaccine" {
		t.Fatalf("got %+v, want the words of the private document", f.Texts)
	}
	if got := l.Weigh(found[0], f.Texts[0].Words[1]); got != vaccine.Weight {
		t.Errorf("got weight %f, want the public %f", got, vaccine.Weight)
	}
}

func TestADocumentIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	docs := []Doc{{ID: docID(1), Texts: []Text{
		{FieldClaim, "en", "The Running dogs of 1,000 towns"}, {FieldWording, "es", "Los perros de 1.000 pueblos"}, {FieldBody, "en", "never read"},
	}}}
	x, err := Build(t.Context(), Options{}, stream(docs))
	if err != nil {
		t.Fatal(err)
	}
	l := Look(x.Snapshot())
	defer l.Close()
	p, ok := l.Probe("en", []byte("dog"))
	if !ok {
		t.Fatal("got no dog, want the stem of dogs")
	}
	l.Add(p)
	found := l.Top(1, nil)
	var f Forward
	l.Read(found[0], &f)
	var got [][]string
	for _, text := range f.Texts {
		var words []string
		for _, n := range text.Words {
			e := &f.Entries[n]
			w := string(l.Surface(found[0], n))
			if HashWord(w) != e.Surface || e.Stop() != Stops([]string{"en", "es"}[text.Field], []byte(w)) || e.Number() != (w == "1000") {
				t.Errorf("%s: got %+v, want its hash, whether it is common, and whether a number", w, e)
			}
			if e.Language() != LanguageNumber([]string{"en", "es"}[text.Field]) {
				t.Errorf("%s: got language %d, want that of its text", w, e.Language())
			}
			words = append(words, w)
		}
		got = append(got, words)
	}
	want := [][]string{{"the", "running", "dogs", "of", "1000", "towns"}, {"los", "perros", "de", "1000", "pueblos"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
	if e := f.Entries[f.Texts[0].Words[2]]; e.Term != p.Term {
		t.Errorf("got term %x for dogs, want %x as for dog", e.Term, p.Term)
	}
}

func TestGramsOfLikeWordsAreShared(t *testing.T) {
	t.Parallel()
	x := claimsIndex(t, "Hydroxychloroquine cures everything", "Cheese")
	l := Look(x.Snapshot())
	defer l.Close()
	p, _ := l.Probe("en", []byte("hydroxychloroquine"))
	l.Add(p)
	found := l.Top(1, nil)
	var f Forward
	l.Read(found[0], &f)
	like := func(word string) float64 {
		norm := l.Grams(func(yield func([]byte) bool) { yield([]byte(word)) })
		dot, square := l.SharedGrams(found[0], f.Texts[0].Words[0])
		return float64(dot) / float64(norm) / math.Sqrt(float64(square))
	}
	if same, typo, other := like("hydroxychloroquine"), like("hydroxichloroquin"), like("cheese"); math.Abs(same-1) > .02 || typo < .3 || typo > .99 || other != 0 {
		t.Errorf("got %.2f, %.2f and %.2f, want 1 for the word itself, less for a typo, nothing for another", same, typo, other)
	}
}
