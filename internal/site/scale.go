package site

import (
	"context"
	"net/url"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// labelRows are labels with what they mean and how the shared scale reads them.
func labelRows(l ui.Locale, labels []factcheck.Label) []pages.LabelRow {
	rows := make([]pages.LabelRow, 0, len(labels))
	for _, label := range labels {
		word, lang := l.HouseLabel(label.Label)
		row := pages.LabelRow{Mark: ui.Mark{Label: word, Lang: lang, Truth: label.Truth}, Native: label.Label, Definition: label.Definition}
		if word := l.TruthWord(label.Truth); word != "" && word != row.Mark.Label {
			row.Reading = l.T("scales.reading", word)
		} else if word == "" {
			row.Reading = l.T("scales.reading.none")
		}
		rows = append(rows, row)
	}
	return rows
}

// showScales serves /about/scales: what the house's labels mean, how many verdicts carry each with the newest of them, and
// what the labels meant in earlier versions of the scale.
func (s *Site) showScales(c *fiber.Ctx) error {
	return s.keepMade(c, aboutPath+"/scales", func(ctx context.Context, h *house) (finished, error) {
		page, err := s.scales(ctx, h)
		return finished{page: page, surrogate: surrogateAbout + " " + surrogateLists}, err // it counts claims, too
	})
}

func (s *Site) scales(ctx context.Context, h *house) (templ.Component, error) {
	all, err := s.cfg.Store.Scales(ctx)
	if err != nil {
		return nil, err
	}
	uses, err := s.cfg.Store.LabelUses(ctx)
	if err != nil {
		return nil, err
	}
	page := pages.ScalesPage{Shell: s.shell(h, aboutPath+"/scales")}
	page.Canonical = s.absolute(page.Path)
	for _, scale := range all {
		if scale.Slug != "house" {
			continue
		}
		version := pages.ScaleVersion{N: scale.Version, Now: len(page.Scales) == 0, Labels: labelRows(page.Locale, scale.Labels)}
		if version.Now {
			if err := s.addUses(page.Locale, version.Labels, scale.Labels, uses); err != nil {
				return nil, err
			}
		}
		page.Scales = append(page.Scales, version)
	}
	return pages.Scales(page), nil
}

// addUses fills in how many verdicts carry the labels, and the newest claim with each. The way to all of them is a search by
// reading: where two labels are read alike it would find more, and is left out.
func (s *Site) addUses(l ui.Locale, rows []pages.LabelRow, labels []factcheck.Label, uses []store.LabelUse) error {
	readings := map[string]int{}
	for _, label := range labels {
		readings[readingOf(label)]++
	}
	for i, label := range labels {
		for _, use := range uses {
			if use.Label != label.Label {
				continue
			}
			rows[i].Verdicts = use.Verdicts
			if reading := readingOf(label); readings[reading] == 1 {
				rows[i].SearchURL = l.Local("/search?" + url.Values{finder.FacetRating: {reading}, finder.FacetPublisher: {finder.HousePublisher}}.Encode())
			}
			if use.Newest.Claim.IsZero() { // it was withdrawn between two questions
				continue
			}
			claim, err := s.decode(use.Newest)
			if err != nil {
				return err
			}
			item := ui.ItemOf(l, claim)
			rows[i].Newest = &item
		}
	}
	return nil
}

// readingOf is how a search reads a label: its truth, else its first reason.
func readingOf(label factcheck.Label) string {
	switch {
	case label.Truth != factcheck.TruthNone:
		return string(label.Truth)
	case len(label.Reasons) > 0:
		return string(label.Reasons[0])
	}
	return finder.RatingOther
}
