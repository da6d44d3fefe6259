package match

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// fixture is a small index of made-up claims with a matcher, and the ids by name.
type fixture struct {
	*Matcher
	index *search.Index
}

// claim makes a document in one language; its id is made of its name.
func claim(name, language, text, title, answer string) search.Doc {
	return search.Doc{ID: IDOf(name), Texts: []search.Text{
		{Field: search.FieldClaim, Language: language, Text: text},
		{Field: search.FieldTitle, Language: language, Text: title},
		{Field: search.FieldAnswer, Language: language, Text: answer},
	}}
}

// madeUp are the claims of most tests, with others around them.
func madeUp() []search.Doc {
	docs := []search.Doc{
		claim("bridge", "en", "The Oderburg bridge was closed after 300 cracks were found.", "Were 300 Cracks Found in the Oderburg Bridge?", "The bridge was closed for painting."),
		claim("tower", "en", "The Oderburg tower leans by two metres.", "Does the Oderburg Tower Lean?", "Surveys found no lean."),
		claim("frogs", "en", "Frogs rained on the harbour of Lindmar.", "Did It Rain Frogs in Lindmar?", "A photograph shows toys."),
		claim("mayor", "en", "Mayor Ilse Brandt promised free ferries in 2019.", "Did Mayor Brandt Promise Free Ferries?", "She promised cheaper ones."),
	}
	for i := range 300 {
		n := fmt.Sprint("other", i)
		docs = append(docs, claim(n, "en", fmt.Sprintf("A company sells product number %d in every shop of district %d.", i, i%17), "Is This Product Sold?", "It is sold."))
	}
	return docs
}

// some returns a matcher with the committed model and an index of documents.
func some(t testing.TB, docs ...search.Doc) fixture {
	t.Helper()
	m, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	x, err := search.Build(t.Context(), search.Options{}, func(yield func(search.Doc, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return fixture{m, x}
}

func someClaims(t testing.TB) fixture {
	t.Helper()
	return some(t, madeUp()...)
}

// match matches with the index as it is now.
func (k fixture) match(text string, opt Options, more ...*search.Snapshot) []Candidate {
	return k.Match(text, opt, append([]*search.Snapshot{k.index.Snapshot()}, more...)...)
}

func TestClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Post{
		"Look! https://t.co/AbCpic.twitter.com/xYz — Jane Doe (@jane_doe) January 5, 2020": {Text: "Look!", Author: "Jane Doe", Handle: "jane_doe"},
		"#SaveLemonadeStands2018 now":                 {Text: "Save Lemonade Stands 2018 now"},
		"ask @realJaneDoe &amp; friends":              {Text: "ask real Jane Doe & friends"},
		"#BBCNewspic.twitter.com/abc fire \U0001f525": {Text: "BBC Newspic.twitter.com/abc fire"},
		"plain text stays":                            {Text: "plain text stays"},
	} {
		if strings.Contains(in, "Newspic") {
			want.Text = "BBC News fire"
		}
		if diff := cmp.Diff(want, Clean(in)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", in, diff)
		}
	}
}

func TestAMatchSaysWhichClaimAndWhy(t *testing.T) {
	t.Parallel()
	c := someClaims(t)
	got := c.match("They closed the bridge in Oderburg: 300 cracks! #OderburgBridge", Options{})
	if len(got) == 0 || got[0].ID != IDOf("bridge") {
		t.Fatalf("got %+v, want the claim of the bridge first", got)
	}
	for _, w := range []string{"cracks", "oderburg"} {
		if !slices.Contains(got[0].Why.Words, w) {
			t.Errorf("got reasons %v, want %s among them", got[0].Why.Words, w)
		}
	}
	if diff := cmp.Diff([]string{"300"}, got[0].Why.Numbers); diff != "" {
		t.Errorf("numbers (-want +got):\n%s", diff)
	}
}

func TestADifferentNumberOrANegationLowersAndIsShown(t *testing.T) {
	t.Parallel()
	c := someClaims(t)
	as := c.match("The Oderburg bridge was closed after 300 cracks were found.", Options{Limit: 1})[0]
	other := c.match("The Oderburg bridge was closed after 700 cracks were found.", Options{Limit: 1})[0]
	not := c.match("The Oderburg bridge was not closed after 300 cracks were found.", Options{Limit: 1})[0]
	if diff := cmp.Diff([][]string{{"300"}, {"700"}}, [][]string{other.Why.OtherNumbers, other.Why.TextNumbers}); diff != "" {
		t.Errorf("numbers (-want +got):\n%s", diff)
	}
	if !not.Why.Negated || as.Why.Negated {
		t.Errorf("got negated %v and %v, want true and false", not.Why.Negated, as.Why.Negated)
	}
	if other.Probability >= as.Probability || not.Probability >= as.Probability {
		t.Errorf("got %f and %f, want less than %f", other.Probability, not.Probability, as.Probability)
	}
}

func TestNumbersInWordsAreCompared(t *testing.T) {
	t.Parallel()
	k := someClaims(t)
	same, other := k.match("The Oderburg bridge was closed after three hundred cracks were found.", Options{}), k.match("The Oderburg bridge was closed after seven hundred cracks were found.", Options{})
	if len(same) == 0 || len(other) == 0 || same[0].ID != other[0].ID {
		t.Fatalf("got %v and %v, want the claim of both", same, other)
	}
	if same[0].Why.Differs() || !slices.Equal(same[0].Why.Numbers, []string{"300"}) {
		t.Errorf("the same number in words: got %+v, want 300 shared", same[0].Why)
	}
	if !other[0].Why.Differs() || other[0].Probability >= same[0].Probability {
		t.Errorf("another number in words: got %+v at %.2f, want it lower than %.2f", other[0].Why, other[0].Probability, same[0].Probability)
	}
}

func TestWhatIsSaidWordForWordIsTheSameInACollectionOfOne(t *testing.T) {
	t.Parallel()
	k := some(t, claim("mayor", "en", "The mayor of Exampleville has resigned.", "", ""))
	for text, want := range map[string]Reading{
		"The mayor of Exampleville has resigned.":                                                              Same,
		"Neighbours told us on Tuesday, after a long meeting, that the mayor of Exampleville has resigned.":    Same,
		"FACT-CHECK: the mayors of Exampleville resigned!":                                                     Same,
		"Neighbours told us on Tuesday that the mayor of Exampleville has not resigned, but was on a holiday.": Related,
	} {
		got := k.match(text, Options{})
		if len(got) != 1 || got[0].Reading != want {
			t.Errorf("%q: got %+v, want one that is %s", text, got, want)
		}
	}
	if got := k.match("The mayor of Sampletown opened the library of Exampleville.", Options{}); len(got) > 0 && got[0].Reading == Same {
		t.Errorf("another sentence: got %+v, want it not the same", got[0])
	}
}

func TestWhoSignedFindsClaimsAboutThem(t *testing.T) {
	t.Parallel()
	got := someClaims(t).match("Ferries will cost nothing! — Ilse Brandt (@ibrandt) May 1, 2019", Options{})
	if len(got) == 0 || got[0].ID != IDOf("mayor") {
		t.Errorf("got %+v, want the mayor's claim first", got)
	}
}

func TestTheAnswerDoesNotDependOnHowTheIndexWasMade(t *testing.T) {
	t.Parallel()
	docs := madeUp()
	at := len(docs) / 2
	whole, parts := some(t, docs...), some(t, append(docs[at:], claim("bridge", "en", "Something else.", "", ""), claim("gone", "en", "The Oderburg bridge fell.", "", ""))...)
	for i := 0; i < at; i += 29 {
		if err := parts.index.Apply(search.Batch{Put: docs[i:min(i+29, at)]}); err != nil {
			t.Fatal(err)
		}
	}
	if err := parts.index.Apply(search.Batch{Delete: []search.ID{IDOf("gone")}}); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"Oderburg bridge closed, 300 cracks", "It rained frogs in Lindmar!", "Ilse Brandt promised ferries", "product number 7 is sold in every shop"} {
		want, got := whole.match(text, Options{Limit: 3, Language: "en"}), parts.match(text, Options{Limit: 3, Language: "en"})
		near := cmp.Comparer(func(a, b float32) bool { return max(a-b, b-a) < .35 })
		if diff := cmp.Diff(want[:1], got[:1], near); diff != "" {
			t.Errorf("%s (-in one +in parts):\n%s", text, diff)
		}
	}
}

func TestExcludedClaimsAndScoresFromOutside(t *testing.T) {
	t.Parallel()
	c := someClaims(t)
	text := "The Oderburg bridge was closed"
	for _, x := range c.match(text, Options{Exclude: func(id search.ID) bool { return id == IDOf("bridge") }}) {
		if x.ID == IDOf("bridge") {
			t.Error("got the claim that was excluded")
		}
	}
	got := c.match(text, Options{Outside: func(_ string, id search.ID) float32 {
		if id == IDOf("tower") {
			return 1000
		}
		return 0
	}})
	if got[0].ID != IDOf("tower") {
		t.Errorf("got %x first, want the one an outside score puts there", got[0].ID)
	}
}

func TestAnArticleIsMatchedByPassage(t *testing.T) {
	t.Parallel()
	text := "It was a quiet day in town. “Frogs rained on the harbour of Lindmar,” said Dr. Ada Quist. Nothing else of note happened."
	c := someClaims(t)
	got, err := c.Article(t.Context(), text, Options{}, c.index.Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(got, func(r Result) bool { return r.Passage.Quoted })
	if i < 0 || got[i].Candidates[0].ID != IDOf("frogs") || got[i].Passage.Speaker != "Dr. Ada Quist" {
		t.Fatalf("got %+v, want the quotation with its speaker and the frogs", got)
	}
	if p := got[i].Passage; text[p.Start:p.End] != p.Text {
		t.Errorf("got %q at the passage's place, want %q", text[p.Start:p.End], p.Text)
	}
}

func TestAModelIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	m, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := m.Write(&file); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(file.Bytes(), committed) {
		t.Errorf("got %d bytes unlike the %d that were read", file.Len(), len(committed))
	}
	for name, data := range map[string][]byte{
		"empty": nil, "other": []byte("GIF89a"), "cut": committed[:len(committed)/2], "longer": append(slices.Clone(committed), 0), "magic": committed[:8],
	} {
		if _, err := ReadModel(bytes.NewReader(data)); !errors.Is(err, ErrWeights) {
			t.Errorf("%s: got %v, want ErrWeights", name, err)
		}
	}
}

func TestDataWithMistakesIsRefusedByLine(t *testing.T) {
	t.Parallel()
	claim := `{"vclaim_id":"c","vclaim":"x"}`
	for _, c := range []struct{ claims, queries, qrels, want string }{
		{"{", "q\tx", "q 0 c 1", "claims, line 1"},
		{claim + "\n" + claim, "q\tx", "q 0 c 1", "claims, line 2"},
		{claim, "q", "q 0 c 1", "queries, line 1"},
		{claim, "q\tx", "q c", "qrels, line 1"},
		{claim, "q\tx", "q 0 d 1", "no claim"},
	} {
		_, err := ReadDataset(strings.NewReader(c.claims), strings.NewReader(c.queries), strings.NewReader(c.qrels))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want an error with %q", err, c.want)
		}
	}
	d, err := ReadDataset(strings.NewReader(claim), strings.NewReader("q\t\"say \"\"x\"\"\""), strings.NewReader("q 0 c 1"))
	if err != nil || d.Queries[0].Text != `say "x"` {
		t.Errorf("got %+v, %v, want the text out of its quotes", d, err)
	}
}
