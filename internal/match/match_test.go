package match

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// someClaims returns a small collection with made-up claims.
func someClaims(t *testing.T) *collection {
	t.Helper()
	c, err := newCollection(nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Put(
		Claim{ID: "bridge", Text: "The Oderburg bridge was closed after 300 cracks were found.", Title: "Were 300 Cracks Found in the Oderburg Bridge?", Answer: "The bridge was closed for painting."},
		Claim{ID: "tower", Text: "The Oderburg tower leans by two metres.", Title: "Does the Oderburg Tower Lean?", Answer: "Surveys found no lean."},
		Claim{ID: "frogs", Text: "Frogs rained on the harbour of Lindmar.", Title: "Did It Rain Frogs in Lindmar?", Answer: "A photograph shows toys."},
		Claim{ID: "mayor", Text: "Mayor Ilse Brandt promised free ferries in 2019.", Title: "Did Mayor Brandt Promise Free Ferries?", Answer: "She promised cheaper ones."},
	)
	for i := range 40 {
		c.Put(Claim{ID: fmt.Sprint("other", i), Text: fmt.Sprintf("A company sells product number %d in every shop.", i), Title: "Is This Product Sold?", Answer: "It is sold."})
	}
	return c
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

func TestWords(t *testing.T) {
	t.Parallel()
	var got []string
	for _, w := range words("Trump's U.S. trip cost $1,000.50, don't they say; US-made") {
		got = append(got, w.lower)
	}
	want := []string{"trump", "usa", "trip", "cost", "1000.50", "dont", "they", "say", "usa", "made"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAMatchSaysWhichClaimAndWhy(t *testing.T) {
	t.Parallel()
	c := someClaims(t)
	got := c.Match("They closed the bridge in Oderburg: 300 cracks! #OderburgBridge", askedFor{})
	if len(got) == 0 || got[0].ID != "bridge" {
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
	as := c.Match("The Oderburg bridge was closed after 300 cracks were found.", askedFor{Limit: 1})[0]
	other := c.Match("The Oderburg bridge was closed after 700 cracks were found.", askedFor{Limit: 1})[0]
	not := c.Match("The Oderburg bridge was not closed after 300 cracks were found.", askedFor{Limit: 1})[0]
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

func TestWhoSignedFindsClaimsAboutThem(t *testing.T) {
	t.Parallel()
	got := someClaims(t).Match("Ferries will cost nothing! — Ilse Brandt (@ibrandt) May 1, 2019", askedFor{})
	if len(got) == 0 || got[0].ID != "mayor" {
		t.Errorf("got %+v, want the mayor's claim first", got)
	}
}

func TestChangesLeaveNoTrace(t *testing.T) {
	t.Parallel()
	c, same := someClaims(t), someClaims(t)
	c.Put(Claim{ID: "new", Text: "The Oderburg bridge cracks 300 times a day."}, Claim{ID: "tower", Text: "Something else entirely."})
	c.Delete("new", "unknown")
	c.Put(Claim{ID: "tower", Text: "The Oderburg tower leans by two metres.", Title: "Does the Oderburg Tower Lean?", Answer: "Surveys found no lean."})
	text := "Oderburg bridge closed, 300 cracks"
	// How common an n-gram is is looked at anew only now and then, so scores may move a little; nothing else does.
	near := cmp.Comparer(func(a, b float32) bool { return max(a-b, b-a) < .2 })
	if diff := cmp.Diff(same.Match(text, askedFor{}), c.Match(text, askedFor{}), near); diff != "" || c.Len() != same.Len() {
		t.Errorf("%d claims, want %d; (-want +got):\n%s", c.Len(), same.Len(), diff)
	}
}

func TestExcludedClaimsAndScoresFromOutside(t *testing.T) {
	t.Parallel()
	c := someClaims(t)
	text := "The Oderburg bridge was closed"
	for _, x := range c.Match(text, askedFor{Exclude: func(id string) bool { return id == "bridge" }}) {
		if x.ID == "bridge" {
			t.Error("got the claim that was excluded")
		}
	}
	got := c.Match(text, askedFor{Outside: func(_, id string) float32 {
		if id == "tower" {
			return 1000
		}
		return 0
	}})
	if got[0].ID != "tower" {
		t.Errorf("got %s first, want the one an outside score puts there", got[0].ID)
	}
}

func TestAnArticleIsMatchedByPassage(t *testing.T) {
	t.Parallel()
	text := "It was a quiet day in town. “Frogs rained on the harbour of Lindmar,” said Dr. Ada Quist. Nothing else of note happened."
	got, err := someClaims(t).Article(t.Context(), text, askedFor{})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(got, func(r result) bool { return r.Passage.Quoted })
	if i < 0 || got[i].Candidates[0].ID != "frogs" || got[i].Passage.Speaker != "Dr. Ada Quist" {
		t.Fatalf("got %+v, want the quotation with its speaker and the frogs", got)
	}
	if p := got[i].Passage; text[p.Start:p.End] != p.Text {
		t.Errorf("got %q at the passage's place, want %q", text[p.Start:p.End], p.Text)
	}
}

func TestPassages(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		"Dr. Quist met Sen. Moe at 3.5 p.m. on Jan. 4. Then they left!": {"Dr. Quist met Sen. Moe at 3.5 p.m. on Jan. 4.", "Then they left!"},
		"क्या यह सच है? यह सच नहीं है।":                                 {"क्या यह सच है?", "यह सच नहीं है।"},
		"桥因三百条裂缝关闭。市长否认了此事。":                                            {"桥因三百条裂缝关闭。", "市长否认了此事。"},
		"One line here\nanother line here":                              {"One line here", "another line here"},
	} {
		var got []string
		for _, p := range Passages(in) {
			got = append(got, p.Text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", in, diff)
		}
	}
}

func TestHostileTextIsBounded(t *testing.T) {
	t.Parallel()
	c := someClaims(t)
	for name, text := range map[string]string{
		"empty": "", "nothing": " \n\t", "broken": "\xff\xfe bridge \xc0", "nul": "a\x00b bridge", "signs": strings.Repeat("#", 100_000),
		"one word": strings.Repeat("a", 2<<20), "quotes": strings.Repeat("“", 50_000) + strings.Repeat("\"", 50_000),
		"dashes": strings.Repeat("— ", 50_000) + "(@x)", "bridges": strings.Repeat("bridge ", 100_000), "stops": strings.Repeat(". ", 100_000),
	} {
		c.Match(text, askedFor{})
		if got := Passages(text); len(got) > MaxPassages {
			t.Errorf("%s: got %d passages, want at most %d", name, len(got), MaxPassages)
		}
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
