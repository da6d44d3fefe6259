package claimreview

import (
	"cmp"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// claimOf describes what was claimed and where.
func claimOf(c document.Claim, o Options) claimLD {
	item := claimLD{Type: "Claim", ID: claimID(c), Identifier: c.ID, Language: c.Language, Author: claimant(c.Claimant)}
	if c.Date != nil {
		item.Date = *c.Date
	}
	if c.Place != "" {
		item.Place = &agentLD{Type: "Place", Name: c.Place}
	}
	first := firstMade(c.Appearances)
	room := cmp.Or(o.MaxAppearances, len(c.Appearances))
	for i, a := range c.Appearances {
		stance := factcheck.Stance(a.Stance)
		switch {
		case i == first:
			item.First = appearance(a)
		case len(item.Appearances)+len(item.About) == room:
		case stance == factcheck.StanceReports || stance == factcheck.StanceDisputes:
			// schema.org's appearance is an occurrence of the claim; who reports or disputes it does not make it.
			item.About = append(item.About, *appearance(a))
		default:
			item.Appearances = append(item.Appearances, *appearance(a))
		}
	}
	for _, m := range c.Media {
		w := workLD{Type: mediaType(m.Kind), ContentURL: m.URL, Caption: m.Alt}
		if m.Category != "" {
			w.Terms = []string{"https://schema.org/" + m.Category}
		}
		item.Media = append(item.Media, w)
	}
	for _, w := range c.Wordings {
		item.Translations = append(item.Translations, workLD{Type: "Claim", Language: w.Language, Text: w.Text, Headline: w.Headline})
	}
	return item
}

// claimID names the claim among what markup describes; empty for one without a page.
func claimID(c document.Claim) string {
	if c.URL == "" {
		return ""
	}
	return c.URL + "#claim"
}

// claimant is nobody for an unknown claimant and for a private person, who stands in a document without a name.
func claimant(c *document.Claimant) *agentLD {
	if c == nil || c.Name == "" {
		return nil
	}
	a := &agentLD{Type: "Person", Name: c.Name, Terms: []string{Term("claimant", c.Kind)}}
	if c.Kind == "organisation" {
		a.Type = "Organization"
	}
	return a
}

// firstMade returns the place of the appearance that is known to be the first, or else of the earliest that makes the claim;
// -1 if there is none.
func firstMade(all []document.Appearance) int {
	first := -1
	var seen time.Time
	for i, a := range all {
		if a.First { // a person looked into it
			return i
		}
		at := cmp.Or(a.Article.PublishedAt, a.FirstSeenAt)
		if a.Stance == string(factcheck.StanceMakes) && at != nil && (first < 0 || at.Before(seen)) {
			first, seen = i, *at
		}
	}
	return first
}

func appearance(a document.Appearance) *workLD {
	w := &workLD{Type: "CreativeWork", URL: a.Article.URL, Headline: a.Article.Title, Text: a.Quote}
	if a.Article.Outlet != "" {
		w.Publisher = &agentLD{Type: "Organization", Name: a.Article.Outlet}
	}
	if at := a.Article.PublishedAt; at != nil {
		w.Published = Instant(*at)
		if p := a.Article.PublishedPrecision; p != nil && *p != string(factcheck.PrecisionInstant) {
			w.Published = factcheck.Date{At: *at, Precision: factcheck.Precision(*p)}.String()
		}
	}
	return w
}
