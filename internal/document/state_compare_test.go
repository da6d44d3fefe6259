package document

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCompareStates(t *testing.T) {
	t.Parallel()
	state := func() Claim {
		return Claim{
			Text: "The mayor resigned.", Language: "en",
			Verdicts: []Verdict{
				{ID: "v1", State: "current", Origin: "house", Language: "en", Rating: Rating{Label: "False"}, Answer: "No.",
					Sources: []Source{{URL: "https://a.example", Title: "Agenda"}, {URL: "https://b.example", Title: "Film"}}},
				{ID: "v2", State: "current", Origin: "imported", Publisher: Publisher{Name: "Faits"}, Rating: Rating{Label: "Faux"}},
			},
			Appearances: []Appearance{{ID: "a1", Stance: "repeats", Article: Article{Title: "Mayor quits"}, Correction: AppearanceStanding{State: "standing"}}},
		}
	}
	changed := func(change func(*Claim)) Claim {
		c := state()
		change(&c)
		return c
	}
	said := func(part, publisher, field, language string, words ...Part) StateChange {
		return StateChange{Part: part, Publisher: publisher, Field: field, Language: language, Words: words}
	}
	tests := []struct {
		name  string
		after Claim
		want  []StateChange
	}{
		{"nothing", state(), nil},
		{"a word", changed(func(c *Claim) { c.Verdicts[0].Answer = "No, never." }),
			[]StateChange{said("verdict", "", "answer", "en", Part{Same, "No"}, Part{Added, ", never"}, Part{Same, "."})}},
		{"sources that changed places", changed(func(c *Claim) {
			s := c.Verdicts[0].Sources
			s[0], s[1] = s[1], s[0]
		}), nil},
		{"a source less", changed(func(c *Claim) { c.Verdicts[0].Sources = c.Verdicts[0].Sources[:1] }),
			[]StateChange{said("verdict", "", "sources", "", Part{Removed, "Film"})}},
		{"another's label", changed(func(c *Claim) { c.Verdicts[1].Rating.Label = "Vrai" }),
			[]StateChange{said("verdict", "Faits", "label", "", Part{Removed, "Faux"}, Part{Added, "Vrai"})}},
		{"an article corrected", changed(func(c *Claim) { c.Appearances[0].Correction.State = "corrected" }),
			[]StateChange{said("appearances", "", "corrected", "", Part{Added, "Mayor quits"})}},
		{"under review: nothing of the finding", changed(func(c *Claim) {
			c.Verdicts[0] = Verdict{ID: "v1", State: "suspended", Origin: "house"}
		}), []StateChange{said("verdict", "", "state", "", Part{Added, "suspended"})}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, CompareStates(state(), tt.after)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestCompareStatesIsBounded(t *testing.T) {
	t.Parallel()
	const many = 3000
	state := func(quote func(i int) string) (c Claim) {
		for i := range many {
			c.Appearances = append(c.Appearances, Appearance{ID: strconv.Itoa(i), Stance: "repeats", Quote: quote(i), Correction: AppearanceStanding{State: "standing"}})
		}
		return c
	}
	words := func(kind string) func(int) string {
		return func(i int) string { return strings.Repeat(kind+" the ", 100) + strconv.Itoa(i) }
	}
	began := time.Now()
	got := CompareStates(state(words("one")), state(words("two")))
	if len(got) != many {
		t.Fatalf("got %d changes, want %d", len(got), many)
	}
	if n := len(got[0].Words); n < 3 {
		t.Errorf("got %d parts of the first, want it compared word by word", n)
	}
	if last := got[many-1].Words; len(last) != 2 || last[0].Op != Removed || last[1].Op != Added {
		t.Errorf("got %d parts of the last, want one removed and one added", len(last))
	}
	if took := time.Since(began); took > 20*time.Second { // word by word it would be minutes
		t.Errorf("took %v", took)
	}
}
