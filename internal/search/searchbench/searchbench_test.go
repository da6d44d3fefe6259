package searchbench

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/touchstone-factcheck/touchstone/internal/search"
)

func TestClaimsAreTheSameEachTimeAndOfTheSizeSaid(t *testing.T) {
	t.Parallel()
	a, b := NewClaims(3), NewClaims(3)
	n, size, ids := 0, 0, make(map[search.ID]bool)
	for d, err := range a.Stream(600) {
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b.Claim(n, 0), d); diff != "" {
			t.Fatalf("claim %d is another (-want +got):\n%s", n, diff)
		}
		if got, ok := number(d.ID); !ok || got != n {
			t.Fatalf("got number %d, %v from the id of claim %d", got, ok, n)
		}
		ids[d.ID] = true
		for _, text := range d.Texts {
			size += len(text.Text)
		}
		n++
	}
	if n != 600 || len(ids) != n {
		t.Errorf("got %d claims with %d ids, want 600", n, len(ids))
	}
	if mean := size / n; mean < 1200 || mean > 1400 {
		t.Errorf("got %d bytes of text a claim, want about 1300", mean)
	}
	if diff := cmp.Diff(a.Claim(7, 0).Texts, a.Claim(7, 1).Texts); diff == "" {
		t.Error("got the same texts for another revision")
	}
}

func TestARunMeasuresAllOfIt(t *testing.T) {
	t.Parallel()
	rows, err := Run(t.Context(), []int{600, 300}, func(string, ...any) {})
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0].Claims != 300 || rows[1].Claims != 600 {
		t.Fatalf("got %+v, want a row for 300 and one for 600", rows)
	}
	for _, r := range rows {
		for name, d := range map[string]time.Duration{"build": r.Build, "save": r.Save, "load": r.Load, "compact": r.Compact, "questions": r.Questions.P50, "candidates": r.Candidates.P95, "during": r.DuringSingles.P95} {
			if d <= 0 {
				t.Errorf("%d claims: got %s for %s", r.Claims, d, name)
			}
		}
		for _, kind := range Kinds() {
			if r.Kinds[kind].P50 <= 0 {
				t.Errorf("%d claims: got no time for %s", r.Claims, kind)
			}
		}
		if r.FileBytes <= 0 || r.EditsPerSecond <= 0 || r.Words <= 0 {
			t.Errorf("got %+v, want a file, edits and words", r)
		}
	}
	var b bytes.Buffer
	if err := Print(&b, rows); err != nil {
		t.Fatal(err)
	}
	if out := b.String(); !strings.Contains(out, "300") || !strings.Contains(out, "fold from 300 to 600") {
		t.Errorf("got a table without sizes or growth:\n%s", out)
	}
}

// TestQuestionsFindWhatTheirKindShould keeps the questions honest: what finds nothing is quickly answered.
func TestQuestionsFindWhatTheirKindShould(t *testing.T) {
	t.Parallel()
	const n = 2500
	claims := NewClaims(Seed)
	x, err := search.Build(t.Context(), search.Options{FilterOnly: FilterOnly()}, claims.Stream(n))
	if err != nil {
		t.Fatal(err)
	}
	m := &meter{claims: claims, n: n, x: x, texts: make(map[search.ID]texts)}
	found, corrected := make(map[string]int), 0
	for round := range 2 {
		for _, q := range claims.Sixty(round, n) {
			_, p, err := m.answer(q)
			if err != nil {
				t.Fatal(err)
			}
			found[q.Kind] += p.Total
			corrected += len(p.Corrections)
		}
	}
	for kind, least := range map[string]int{"common word": 2500, "two words": 50, "three words": 50, "exclusion": 600, "phrase": 8, "filters": 20, "browse": 100, "newest": 100, "typo": 2, "prefix": 50} {
		if found[kind] < least {
			t.Errorf("got %d claims by 10 questions of the kind %q, want at least %d", found[kind], kind, least)
		}
	}
	if corrected < 7 {
		t.Errorf("got %d corrections of 10 typos, want most", corrected)
	}
}
