package match

import (
	"slices"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

func TestNumbersAreOneHoweverTheyAreWritten(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		language, text string
		want           []string
	}{
		{"en", "45,000 people", []string{"45000"}},
		{"en", "forty-five thousand people", []string{"45000"}},
		{"en", "45 thousand people and 3.2 million more", []string{"45000", "3200000"}},
		{"en", "two thousand three hundred votes, then twelve", []string{"2300", "12"}},
		{"en", "millions of people in a hundred places", nil},
		{"en", "COVID-19 killed 12 in 2021", []string{"12", "2021"}},
		{"en", "on the 4th of June", []string{"4th"}},
		{"es", "treinta millones de dólares", []string{"30000000"}},
		{"fr", "deux cents euros", []string{"200"}},
		{"de", "fünf Millionen Euro", []string{"5000000"}},
		{"pt", "três mil pessoas", []string{"3000"}},
		{"ar", "٣ مليون", []string{"3000000"}},
		{"hi", "पाँच लाख", []string{"500000"}},
	} {
		var a amounts
		search.EachWord(c.text, c.language, func(surface []byte, _, _ int) {
			if surface[0] >= '0' && surface[0] <= '9' {
				a.number(string(surface))
				return
			}
			a.word(search.LanguageNumber(c.language), search.HashWord(surface))
		})
		a.end()
		if !slices.Equal(a.all, c.want) {
			t.Errorf("%q: got %q, want %q", c.text, a.all, c.want)
		}
	}
}

func TestEveryLanguageCountsToAMillion(t *testing.T) {
	t.Parallel()
	for language, words := range numberWords {
		most := 0.0
		for _, v := range words {
			most = max(most, v)
		}
		if len(words) < 15 || most < 1e6 {
			t.Errorf("language %d: got %d words up to %g, want all that are listed", language, len(words), most)
		}
	}
}
