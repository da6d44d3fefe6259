package search

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// numbered turns hits into the numbers of docID.
func numbered(hits []Hit) []int {
	var out []int
	for _, h := range hits {
		for n := range 100 {
			if docID(n) == h.ID {
				out = append(out, n)
			}
		}
	}
	slices.Sort(out)
	return out
}

func TestQuerySyntax(t *testing.T) {
	t.Parallel()
	docs := []Doc{
		{ID: docID(0), Published: randomDay, Facets: []Facet{{"publisher", "afp"}}, Texts: []Text{{FieldClaim, "en", "Covid-19 vaccine causes magnetism"}, {FieldClaimant, "en", "Jane Smith"}}},
		{ID: docID(1), Published: randomDay.AddDate(1, 0, 0), Facets: []Facet{{"publisher", "maldita"}}, Texts: []Text{{FieldClaim, "en", "Smith said the vaccine is free"}, {FieldBody, "en", "causes nothing"}}},
		{ID: docID(2), Published: randomDay.AddDate(2, 0, 0), Texts: []Text{{FieldClaim, "es", "La vacuna es gratis, dijo Muñoz"}, {FieldTitle, "fr", "L'eau est gratuite"}}},
		{ID: docID(3), Texts: []Text{{FieldClaim, "ja", "新型コロナワクチン接種"}, {FieldTitle, "hi", "लड़कियाँ स्कूल"}, {FieldBody, "ar", "المدارس مغلقة"}}},
	}
	x, err := Build(t.Context(), Options{}, stream(docs))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		query string
		want  []int
	}{
		{"vaccine", []int{0, 1}},
		{"VACCINES cause", []int{0, 1}},
		{"vaccine -free", []int{0}},
		{`"vaccine causes"`, []int{0}},
		{`“vaccine causes”`, []int{0}},
		{`"causes vaccine"`, nil},
		{`"vaccines"`, nil}, // quoted: as written
		{`vaccine -"the vaccine is"`, []int{0}},
		{"claimant:smith", []int{0}},
		{`claimant:"jane smith" vaccine`, []int{0}},
		{"claim:causes", []int{0}},
		{"vaccine -claimant:smith", []int{1}},
		{"publisher:afp", []int{0}},
		{"vaccine -publisher:afp", []int{1}},
		{"vaccine after:2020-06", []int{1}},
		{"before:2021", []int{0}},
		{"covid-19", []int{0}},
		{"munoz gratis", []int{2}},
		{"eau", []int{2}},
		{"ワクチン", []int{3}},
		{"लड़की", []int{3}},
		{"مدارس", []int{3}},
		{"the is", []int{1}}, // stop words alone are searched for
		{`unbalanced "vaccine`, nil},
		{`"vaccine free`, []int{1}},
		{"nobody:vaccine", nil},
		{"-vaccine", []int{2, 3}},
		{"", []int{0, 1, 2, 3}},
		{`"" - : -- “”`, []int{0, 1, 2, 3}},
	} {
		a, err := x.Snapshot().Search(Query{Text: c.query, Exact: true})
		if err != nil {
			t.Fatal(err)
		}
		got := numbered(a.Hits)
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: got other documents (-want +got):\n%s", c.query, d)
		}
	}
}

func TestTyposAreDecidedByTheWordAsWritten(t *testing.T) {
	t.Parallel()
	x := claimsIndex(t, "Hillary Clinton resigned", "A hilarious video of a cat", "Vaccinated people vaccinate others", "Hillary was seen")
	for _, c := range []struct {
		query string
		want  []Correction
		docs  []int
	}{
		{"hilary", []Correction{{"hilary", "hillary"}}, []int{0, 3}},
		{"vaccinating", nil, []int{2}}, // another form of a known word
		{"clintno resigned", []Correction{{"clintno", "clinton"}}, []int{0}},
		{"cta", nil, nil}, // too short
		{`"hilary"`, nil, nil},
		{"hillary", nil, []int{0, 3}},
	} {
		a, err := x.Snapshot().Search(Query{Text: c.query, Language: "en"})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, a.Corrections); d != "" {
			t.Errorf("%s: got other corrections (-want +got):\n%s", c.query, d)
		}
		if d := cmp.Diff(c.docs, numbered(a.Hits)); d != "" {
			t.Errorf("%s: got other documents (-want +got):\n%s", c.query, d)
		}
	}
	a, err := x.Snapshot().Search(Query{Text: "hilary", Exact: true})
	if err != nil || len(a.Corrections) != 0 || !slices.Equal(numbered(a.Hits), []int{1}) {
		t.Errorf("got %+v, %v, want the word as typed, by its stem, when asked for exactly", a, err)
	}
}

func TestSuggestCompletesTheLastWord(t *testing.T) {
	t.Parallel()
	x, err := Build(t.Context(), Options{Workers: 2}, stream([]Doc{
		{ID: docID(0), Texts: []Text{{FieldClaim, "es", "Vacunación de niños"}}},
		{ID: docID(1), Texts: []Text{{FieldClaim, "es", "La vacunación y la vacuna"}}},
		{ID: docID(2), Texts: []Text{{FieldClaim, "en", "The vacuum was there"}}},
	}))
	if err != nil {
		t.Fatal(err)
	}
	s := x.Snapshot()
	for _, c := range []struct {
		typed string
		n     int
		want  []string
	}{
		{"vac", 10, []string{"vacunación", "vacuna", "vacuum"}},
		{"la VACU", 1, []string{"la vacunación"}},
		{"th", 10, nil}, // stop words
		{"vacunación ", 10, nil},
		{"", 10, nil},
		{"vac", 0, nil},
		{strings.Repeat("v", 2000), 5, nil},
	} {
		if d := cmp.Diff(c.want, s.Suggest(c.typed, c.n), cmp.Transformer("nil", func(s []string) []string { return append([]string{}, s...) })); d != "" {
			t.Errorf("%q: got others (-want +got):\n%s", c.typed, d)
		}
	}
	if err := x.Apply(Batch{Delete: []ID{docID(0), docID(1)}}); err != nil {
		t.Fatal(err)
	}
	if got := x.Snapshot().Suggest("vacu", 10); !slices.Equal(got, []string{"vacuum"}) {
		t.Errorf("got %v after deletion, want nothing of deleted documents", got)
	}
}

func TestSnippetsAreEscapedAndMarked(t *testing.T) {
	t.Parallel()
	x := claimsIndex(t, "Vaccines cause magnetism", "Children vaccinated")
	a, err := x.Snapshot().Search(Query{Text: "vaccine magnetism"})
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("nothing of note here ", 20) + "then vaccines and magnetism meet " + strings.Repeat("and it goes on ", 20)
	for _, c := range []struct {
		name, text, lang string
		runes            int
		want             string
	}{
		{"words in their forms", "Vaccinated? No magnetism.", "en", 0, "<mark>Vaccinated</mark>? No <mark>magnetism</mark>."},
		{"HTML", `<script>alert("vaccine")</script> & 'x'`, "en", 0, "&lt;script&gt;alert(&#34;<mark>vaccine</mark>&#34;)&lt;/script&gt; &amp; &#39;x&#39;"},
		{"marks that look like ours", "<mark>no</mark> vaccine", "en", 0, "&lt;mark&gt;no&lt;/mark&gt; <mark>vaccine</mark>"},
		{"another language", "vaccine", "fr", 0, "vaccine"},
		{"white space and controls", "a\n\n\tvaccine\x00\u202e b", "en", 0, "a <mark>vaccine</mark> b"},
		{"broken bytes", "vaccine \xff<", "en", 0, "<mark>vaccine</mark> \uFFFD&lt;"},
		{"nothing", "", "en", 10, ""},
		{"the part with both", long, "en", 60, "…here then <mark>vaccines</mark> and <mark>magnetism</mark> meet and it goes on and…"},
	} {
		if got := a.Marker.Snippet(c.text, c.lang, c.runes); got != c.want {
			t.Errorf("%s: got\n%q, want\n%q", c.name, got, c.want)
		}
	}
	if got := (Marker{}).Snippet("a <b>", "en", 0); got != "a &lt;b&gt;" {
		t.Errorf("got %q without a query, want it escaped", got)
	}
}

// TestTheOverlayLeaksNothing keeps unpublished claims in an index of their own: alone and merged.
func TestTheOverlayLeaksNothing(t *testing.T) {
	t.Parallel()
	public := claimsIndex(t, "The minister resigned", "Water is wet")
	before := fmt.Sprintf("%+v", public.Stats())
	private, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := private.Apply(Batch{Put: []Doc{{ID: docID(50), Facets: []Facet{{"topic", "secret"}}, Texts: []Text{{FieldClaim, "en", "The minister embezzled zebrafish"}}}}}); err != nil {
		t.Fatal(err)
	}
	ask := Query{Text: "zebrafish", Facets: true}
	merged, err := Search(ask, public.Snapshot(), private.Snapshot())
	if err != nil || merged.Total != 1 || merged.Hits[0].Index != 1 || merged.Facets["topic"][0] != (FacetCount{"secret", 1}) {
		t.Errorf("got %+v, %v, want the unpublished claim, from the second index", merged, err)
	}
	both, err := Search(Query{Text: "minister"}, public.Snapshot(), private.Snapshot())
	if err != nil || both.Total != 2 || !slices.Equal(numbered(both.Hits), []int{0, 50}) {
		t.Errorf("got %+v, %v, want the claims of both", both, err)
	}
	alone, err := public.Snapshot().Search(ask)
	if err != nil || alone.Total != 0 || len(alone.Facets) != 0 {
		t.Errorf("got %+v, %v, want nothing in public", alone, err)
	}
	misspelt, err := public.Snapshot().Search(Query{Text: "zebrafsh embezzlde"})
	if err != nil || len(misspelt.Corrections) != 0 {
		t.Errorf("got %v, %v, want no correction from unpublished words", misspelt.Corrections, err)
	}
	if got := public.Snapshot().Suggest("zebr", 5); len(got) != 0 {
		t.Errorf("got suggestions %v, want none", got)
	}
	if after := fmt.Sprintf("%+v", public.Stats()); after != before {
		t.Errorf("got %s, want %s as before", after, before)
	}
}

func TestWhatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	x := claimsIndex(t, "one")
	for name, q := range map[string]Query{
		"negative offset": {Offset: -1}, "negative limit": {Limit: -1}, "too far": {Offset: MaxLimit, Limit: 1}, "sort": {Sort: 9}, "mode": {Mode: 9},
	} {
		if _, err := x.Snapshot().Search(q); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", name, err)
		}
	}
	for name, d := range map[string]Doc{
		"field": {Texts: []Text{{Field: Fields}}}, "no name": {Facets: []Facet{{"", "x"}}}, "no value": {Facets: []Facet{{"x", ""}}}, "control": {Facets: []Facet{{"x", "a\x00b"}}},
	} {
		if err := x.Apply(Batch{Put: []Doc{{ID: docID(1), Texts: []Text{{FieldClaim, "en", "two"}}}, d}}); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", name, err)
		}
		if _, err := Build(t.Context(), Options{}, stream([]Doc{d})); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s in a build: got %v, want ErrInvalid", name, err)
		}
	}
	if got := x.Stats().Docs; got != 1 {
		t.Errorf("got %d documents, want nothing of a refused batch", got)
	}
	if _, err := New(Options{Workers: -1}); !errors.Is(err, ErrInvalid) {
		t.Errorf("got %v for -1 workers, want ErrInvalid", err)
	}
	if _, err := New(Options{Weights: [Fields]uint8{1}}); !errors.Is(err, ErrInvalid) {
		t.Errorf("got %v for a weight of nothing, want ErrInvalid", err)
	}
	other, err := New(Options{FilterOnly: []string{"outlet"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Replace(other); !errors.Is(err, ErrInvalid) {
		t.Errorf("got %v for an index of other options, want ErrInvalid", err)
	}
}

func TestBuildKeepsTheNewestOfAnID(t *testing.T) {
	t.Parallel()
	at := func(seq int64, text string) Doc {
		return Doc{ID: docID(1), Seq: seq, Published: time.Unix(seq, 0), Texts: []Text{{FieldClaim, "en", text}}}
	}
	x, err := Build(t.Context(), Options{}, stream([]Doc{at(5, "first"), at(9, "newest words"), at(7, "late"), {ID: docID(2), Texts: []Text{{FieldClaim, "en", "tide"}}}}))
	if err != nil {
		t.Fatal(err)
	}
	a, err := x.Snapshot().Search(Query{Text: "newest"})
	if err != nil || a.Total != 1 || x.Stats().Docs != 2 || x.Stats().Seq != 9 || x.Stats().Deleted != 0 || x.Stats().Average != 3 {
		t.Errorf("got %d found, %+v, %v; want the newest alone, and the average of what is there", a.Total, x.Stats(), err)
	}
	broken := errors.New("connection lost")
	_, err = Build(t.Context(), Options{}, func(yield func(Doc, error) bool) { yield(Doc{}, broken) })
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want the stream's error", err)
	}
}

func TestSnapshotSaysWhatItKnows(t *testing.T) {
	t.Parallel()
	x := claimsIndex(t, "common word", "common rarity", "common things")
	if err := x.Apply(Batch{Delete: []ID{docID(2)}, Seq: 7}); err != nil {
		t.Fatal(err)
	}
	s := x.Snapshot()
	if s.Seq() != 7 || s.Docs() != 2 || !s.Has(docID(1)) || s.Has(docID(2)) || s.Has(docID(9)) {
		t.Errorf("got seq %d, %d documents, has %v %v %v; want 7, 2, true false false", s.Seq(), s.Docs(), s.Has(docID(1)), s.Has(docID(2)), s.Has(docID(9)))
	}
	if common, rare, none := s.IDF("en", "common"), s.IDF("en", "rariti"), s.IDF("fr", "common"); common >= rare || rare >= none {
		t.Errorf("got weights %f, %f, %f, want rarer words to weigh more", common, rare, none)
	}
	if err := x.Apply(Batch{Seq: 3}); err != nil || x.Snapshot().Seq() != 7 {
		t.Errorf("got seq %d, %v, want it never to go back", x.Snapshot().Seq(), err)
	}
}
