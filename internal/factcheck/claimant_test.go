package factcheck

import (
	"strings"
	"testing"
)

func TestClaimantInputClean(t *testing.T) {
	t.Parallel()
	got, err := ClaimantInput{Name: " Viral\npost ", Kind: ClaimantAnonymous, Description: " Seen\non Plaza "}.Clean()
	if err != nil || got.Name != "Viral post" || got.Description != "Seen on Plaza" {
		t.Errorf("got %+v, %v", got, err)
	}
	for name, c := range map[string]struct {
		in    ClaimantInput
		field string
	}{
		"no name":        {ClaimantInput{Kind: ClaimantPerson}, "name"},
		"no kind":        {ClaimantInput{Name: "Ann"}, "kind"},
		"a private firm": {ClaimantInput{Name: "Ann Ltd", Kind: ClaimantOrganisation, Private: true}, "private"},
		"no address":     {ClaimantInput{Name: "Ann", Kind: ClaimantPerson, SameAs: "Q1"}, "same_as"},
		"a long address": {ClaimantInput{Name: "Ann", Kind: ClaimantPerson, SameAs: "https://a.example/" + strings.Repeat("a", MaxSameAs)}, "same_as"},
		"a long text":    {ClaimantInput{Name: "Ann", Kind: ClaimantPerson, Description: strings.Repeat("a", MaxLine+1)}, "description"},
	} {
		_, err := c.in.Clean()
		wantField(t, name, err, c.field)
	}
}

func TestDescriptionOfAPrivatePersonDoesNotNameThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		held       bool
	}{
		{"Ann Example", "a nurse of the town", false},
		{"Ann Example", "a nurse, Ann Example", true},
		{"Ann Example", "a nurse (EXAMPLE)", true},
		{"Ann Example", "for example, a nurse", true}, // better refused than told
		{"Ann Example", "a nurse of Exampleville", false},
		{"Jo van der Lee", "der Mann van hier", false},
		{"Li Na", "a reader called Li Na", true},
		{"Li Na", "Na dann, Li", false},
		{"محمد المثال", "ممرض اسمه المثال", true},
		{"…", "somebody", false},
	} {
		_, err := ClaimantInput{Name: c.name, Kind: ClaimantPerson, Private: true, Description: c.text}.Clean()
		if (err != nil) != c.held {
			t.Errorf("%q for %q: got %v, want refused %v", c.text, c.name, err, c.held)
		}
		if _, err := (ClaimantInput{Name: c.name, Kind: ClaimantPerson, Description: c.text}).Clean(); err != nil {
			t.Errorf("%q for %q, who is no private person: %v", c.text, c.name, err)
		}
	}
}

func TestTopicInputClean(t *testing.T) {
	t.Parallel()
	names := map[string]string{"fr": " La\npolitique "}
	got, err := TopicInput{Name: " Politics ", Names: names}.Clean()
	if err != nil || got.Name != "Politics" || got.Names["fr"] != "La politique" {
		t.Errorf("got %+v, %v", got, err)
	}
	if names["fr"] != " La\npolitique " {
		t.Error("the caller's map was changed")
	}
	many := map[string]string{}
	for a := 'a'; a <= 'z'; a++ {
		for b := 'a'; b <= 'd'; b++ {
			many[string([]rune{a, b})] = "x"
		}
	}
	for name, c := range map[string]struct {
		in    TopicInput
		field string
	}{
		"no name": {TopicInput{}, "name"}, "a long name": {TopicInput{Name: strings.Repeat("n", MaxTopicName+1)}, "name"}, "too many": {TopicInput{Name: "x", Names: many}, "names"},
		"no language": {TopicInput{Name: "x", Names: map[string]string{"": "y"}}, "names"}, "no name in one": {TopicInput{Name: "x", Names: map[string]string{"fr": ""}}, "names.fr"},
		"invalid UTF-8 in one": {TopicInput{Name: "x", Names: map[string]string{"fr": "a\xff"}}, "names.fr"},
	} {
		_, err := c.in.Clean()
		wantField(t, name, err, c.field)
	}
}

func TestTipInputCleanRepeatsNothing(t *testing.T) {
	t.Parallel()
	got, err := TipInput{Text: " Has she?\nReally? ", URL: " https://a.example/ ", Contact: " ann@reader.example "}.Clean()
	if err != nil || got != (TipInput{Text: "Has she?\nReally?", URL: "https://a.example/", Contact: "ann@reader.example"}) {
		t.Errorf("got %+v, %v", got, err)
	}
	for name, c := range map[string]struct {
		in    TipInput
		field string
	}{
		"nothing": {TipInput{Contact: "secret"}, "text"}, "no address": {TipInput{URL: "secret"}, "url"}, "a long address": {TipInput{URL: "https://secret.example/" + strings.Repeat("s", MaxURL)}, "url"},
		"no language": {TipInput{Text: "x", Language: "secret-"}, "language"}, "a long text": {TipInput{Text: strings.Repeat("secret", MaxNote)}, "text"},
		"a NUL": {TipInput{Text: "secret\x00"}, "text"}, "a long contact": {TipInput{Text: "x", Contact: strings.Repeat("secret", MaxLine)}, "contact"},
	} {
		_, err := c.in.Clean()
		wantField(t, name, err, c.field)
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error repeats the tip: %v", name, err)
		}
	}
}
