package document_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/document"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		before, after string
		want          []document.Part
	}{
		"nothing":               {"", "", nil},
		"the same":              {"One two.", "One two.", []document.Part{{Op: document.Same, Text: "One two."}}},
		"a word more":           {"one two", "one new two", []document.Part{{Op: document.Same, Text: "one "}, {Op: document.Added, Text: "new "}, {Op: document.Same, Text: "two"}}},
		"a word less":           {"one old two", "one two", []document.Part{{Op: document.Same, Text: "one "}, {Op: document.Removed, Text: "old "}, {Op: document.Same, Text: "two"}}},
		"a comma":               {"one two", "one, two", []document.Part{{Op: document.Same, Text: "one"}, {Op: document.Added, Text: ","}, {Op: document.Same, Text: " two"}}},
		"a phrase for a phrase": {"it was very bad today", "it was rather good today", []document.Part{{Op: document.Same, Text: "it was "}, {Op: document.Removed, Text: "very bad"}, {Op: document.Added, Text: "rather good"}, {Op: document.Same, Text: " today"}}},
		"all of it":             {"", "new", []document.Part{{Op: document.Added, Text: "new"}}},
		"a number":              {"came to 5.2 million", "came to 9.9 million", []document.Part{{Op: document.Same, Text: "came to "}, {Op: document.Removed, Text: "5.2"}, {Op: document.Added, Text: "9.9"}, {Op: document.Same, Text: " million"}}},
		"a stop after a number": {"in 2025", "in 2025.", []document.Part{{Op: document.Same, Text: "in 2025"}, {Op: document.Added, Text: "."}}},
		"without spaces":        {"市長辞任", "市長続投", []document.Part{{Op: document.Same, Text: "市長"}, {Op: document.Removed, Text: "辞任"}, {Op: document.Added, Text: "続投"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, document.Words(tt.before, tt.after)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Whatever the texts, both can be read off the comparison, and a small change is a small difference.
func TestWordsLoseNothing(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // made-up texts
	vocabulary := strings.Fields("the a mayor council, said. no\nyes 14:30 — of “quoted” x")
	text := func(n int) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = vocabulary[rng.IntN(len(vocabulary))]
		}
		return out
	}
	for range 300 {
		before := text(rng.IntN(60))
		after := append([]string{}, before...)
		for range rng.IntN(6) {
			at := rng.IntN(len(after) + 1)
			after = append(after[:at:at], append(text(rng.IntN(3)), after[min(at+rng.IntN(3), len(after)):]...)...)
		}
		a, b := strings.Join(before, " "), strings.Join(after, " ")
		var was, is strings.Builder
		for _, p := range document.Words(a, b) {
			if p.Op != document.Added {
				was.WriteString(p.Text)
			}
			if p.Op != document.Removed {
				is.WriteString(p.Text)
			}
		}
		if was.String() != a || is.String() != b {
			t.Fatalf("the comparison of\n%q\n%q reads\n%q\n%q", a, b, was.String(), is.String())
		}
	}
}

func TestComparingLongStrangersEnds(t *testing.T) {
	t.Parallel()
	var a, b strings.Builder
	for i := range 20_000 {
		a.WriteString("left" + strings.Repeat("x", i%7) + " ")
		b.WriteString("right" + strings.Repeat("y", i%5) + " ")
	}
	began := time.Now()
	got := document.Words(a.String(), b.String())
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
	if len(got) == 0 || got[0].Op != document.Removed {
		t.Errorf("got %d parts, want one text for the other", len(got))
	}
}

func TestCompareNamesTheFields(t *testing.T) {
	t.Parallel()
	source := func(url, quote string) document.ApprovedSource {
		return document.ApprovedSource{URL: url, Title: "T", Origin: "O", Kind: "primary", Bearing: "against", Quote: quote, ReadAt: "2025-06-07"}
	}
	before := document.Approved{
		Claim: document.ApprovedClaim{Text: "It rained."}, Rating: document.Rating{Label: "False"}, Answer: "No. It did not.",
		Sources: []document.ApprovedSource{source("https://a.example", "dry"), source("https://b.example", "sun"), source("https://c.example", "wind")},
	}
	after := before
	after.Rating = document.Rating{Label: "Mixed"}
	after.Answer = "No. It did not rain."
	after.Correction = &document.Correction{Kind: "correction", Note: "We were wrong."}
	after.Sources = []document.ApprovedSource{source("https://b.example", "sunshine"), source("https://a.example", "dry"), source("https://d.example", "new")}
	var fields []string
	for _, c := range document.Compare(before, after) {
		fields = append(fields, c.Field)
		if !document.Differs(c.Parts) {
			t.Errorf("%s is told as changed and is not", c.Field)
		}
	}
	want := []string{"label", "note", "answer", "sources[0]", "sources[2]", "sources[2]"} // one changed, one new, one gone
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := document.Compare(after, after); len(got) != 0 {
		t.Errorf("the same: got %v", got)
	}
}
