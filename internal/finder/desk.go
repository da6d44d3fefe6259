package finder

import (
	"context"
	"fmt"
	"slices"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/match"
	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// Words returns up to limit claims, public or not, that words find, the best first, for those who may see the newsroom:
// CodeForbidden for others. It is true to everything committed before the call, and false while the index warms.
func (f *Finder) Words(ctx context.Context, actor factcheck.Actor, words string, limit int) ([]factcheck.ClaimID, bool, error) {
	public, private, ok, err := f.Working(ctx, actor)
	if err != nil || !ok {
		return nil, false, err
	}
	answer, err := search.Search(search.Query{Text: words, Limit: limit}, private, public)
	if err != nil {
		return nil, false, fmt.Errorf("look for words: %w", err)
	}
	found := make([]factcheck.ClaimID, len(answer.Hits))
	for i, hit := range answer.Hits {
		found[i] = factcheck.ClaimID(hit.ID)
	}
	return found, true, nil
}

// Sent is a text that somebody sent, such as a tip.
type Sent struct{ Text, Address, Language string }

// Alike groups texts that ask for the same: those with the same address, and those that the matcher reads as the same or
// related. It returns for each text the first one of its group, by index. It costs about 50 microseconds a text.
func Alike(texts []Sent) ([]int, error) {
	first := make([]int, len(texts))
	for i := range first {
		first[i] = i
	}
	matcher, err := match.New(nil)
	if err != nil {
		return nil, fmt.Errorf("read the weights of matching: %w", err)
	}
	index, err := search.New(search.Options{})
	if err != nil {
		return nil, fmt.Errorf("make an index: %w", err)
	}
	batch, texts := search.Batch{}, inTheirLanguages(texts)
	for i, s := range texts {
		if s.Text != "" {
			batch.Put = append(batch.Put, search.Doc{ID: numbered(i), Texts: []search.Text{{Field: search.FieldClaim, Language: s.Language, Text: s.Text}}})
		}
	}
	if err := index.Apply(batch); err != nil {
		return nil, fmt.Errorf("index the texts: %w", err)
	}
	snap, addresses := index.Snapshot(), map[string]int{}
	for i, s := range texts {
		if s.Address != "" {
			if j, ok := addresses[s.Address]; ok {
				join(first, i, j)
			} else {
				addresses[s.Address] = i
			}
		}
		if s.Text == "" {
			continue
		}
		own := numbered(i)
		for _, c := range matcher.Match(s.Text, match.Options{Language: s.Language, Exclude: func(id search.ID) bool { return id == own }}, snap) {
			if c.Reading != match.None {
				join(first, i, number(c.ID))
			}
		}
	}
	for i := range first {
		first[i] = root(first, i)
	}
	return first, nil
}

// inTheirLanguages returns the texts with the languages that nobody gave: as found, or as most of them are.
func inTheirLanguages(texts []Sent) []Sent {
	texts = slices.Clone(texts)
	counts, most := map[string]int{}, ""
	for i := range texts {
		s := &texts[i]
		if s.Language == "" {
			if s.Language = exchange.DetectLanguage(s.Text); s.Language == "und" {
				s.Language = ""
			}
		}
		if counts[s.Language]++; s.Language != "" && (most == "" || counts[s.Language] > counts[most]) {
			most = s.Language
		}
	}
	for i := range texts {
		if texts[i].Language == "" {
			texts[i].Language = most
		}
	}
	return texts
}

// numbered is the id of the text at a place, and number the place of an id.
func numbered(i int) search.ID {
	i++ // no id is zero
	return search.ID{12: byte(i >> 24), 13: byte(i >> 16), 14: byte(i >> 8), 15: byte(i)}
}

func number(id search.ID) int {
	return int(id[12])<<24 + int(id[13])<<16 + int(id[14])<<8 + int(id[15]) - 1
}

func root(first []int, i int) int {
	for first[i] != i {
		i = first[i]
	}
	return i
}

// join puts two texts into one group, whose first is the smaller index.
func join(first []int, i, j int) {
	a, b := root(first, i), root(first, j)
	first[max(a, b)] = min(a, b)
}
