package ui

import (
	"slices"

	"github.com/a-h/templ"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Bearing is the sources of a verdict that bear on the claim in the same way.
type Bearing struct {
	Name    string // for, against, context
	Sources []document.Source
}

// GroupSources groups sources by bearing, keeping their order within. What carried the verdict comes first: the evidence
// for a claim found true, the evidence against it otherwise. Context comes last, and so does a bearing nobody knows.
func GroupSources(sources []document.Source, truth factcheck.Truth) []Bearing {
	order := []string{"against", "for", "context"}
	if truth == factcheck.TruthTrue || truth == factcheck.TruthMostlyTrue {
		order = []string{"for", "against", "context"}
	}
	groups := make([]Bearing, len(order))
	for i, name := range order {
		groups[i].Name = name
	}
	for _, s := range sources {
		i := slices.Index(order, s.Bearing)
		if i < 0 {
			i = len(order) - 1
		}
		groups[i].Sources = append(groups[i].Sources, s)
	}
	return slices.DeleteFunc(groups, func(g Bearing) bool { return len(g.Sources) == 0 })
}

// sourceTitle is what names a source: its title, else the document, else the host it lies on.
func sourceTitle(l Locale, s document.Source) string {
	for _, name := range []string{s.Title, s.Document, HostOf(s.URL)} {
		if name != "" {
			return name
		}
	}
	return l.T("source.untitled")
}

// readOn reads the day a source was read; a day that cannot be read is unknown.
func readOn(s document.Source) factcheck.Date {
	d, err := factcheck.ParseDate(s.ReadAt)
	if err != nil {
		return factcheck.Date{}
	}
	return d
}

// sourceAnchor gives the source's place on the page its id as an address, when that is one of ours.
func sourceAnchor(s document.Source) templ.Attributes {
	var id factcheck.SourceID
	if err := id.UnmarshalText([]byte(s.ID)); err != nil || id.IsZero() {
		return nil
	}
	return templ.Attributes{"id": id.String()}
}

// kindWord returns primary or secondary in the interface's words, "" for anything else.
func (l Locale) kindWord(kind string) string {
	if kind != "primary" && kind != "secondary" {
		return ""
	}
	return l.T("source.kind." + kind)
}
