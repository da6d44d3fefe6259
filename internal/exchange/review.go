package exchange

import (
	"cmp"
	"slices"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/claimreview"
	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// FromReview gives a ClaimReview its meaning: one that stood in a file, or in an article's page. The error is a Reject.
func FromReview(v claimreview.Review, o Options) (Record, error) {
	return findReview(v).build(o)
}

func findReview(v claimreview.Review) found {
	f := found{
		own:   len(claimreview.Words(v.Types, "export")) > 0,
		claim: v.ClaimReviewed, url: v.URL, label: v.Rating.Label,
		value: v.Rating.Value, best: v.Rating.Best, worst: v.Rating.Worst,
		title: v.Headline, answer: cmp.Or(v.Rating.Explanation, v.Description), published: v.DatePublished, modified: v.DateModified,
		deleted: v.DateDeleted, reviewLanguage: v.Language, licence: v.License, topics: v.Keywords, byline: v.CreditText,
	}
	f.validFrom, f.validTo = interval(v.Coverage)
	f.setAuthors(v)
	f.setItems(v.Items)
	if f.own {
		f.setOwn(v)
	}
	if f.language == "" && !f.own {
		f.language = v.Language
	}
	f.finish = func(r *Record) {
		r.setMedia(v.Items)
		if f.own {
			r.setSources(v.Citations)
			r.setCorrection(v.Corrections)
		}
	}
	return f
}

// setAuthors tells the publisher from the people who wrote the review.
func (f *found) setAuthors(v claimreview.Review) {
	var people []string
	for _, a := range slices.Concat(v.Authors, v.Publishers) {
		switch {
		case a.Name == "":
		case slices.Contains(a.Types, "Person"):
			people = append(people, a.Name)
		case f.publisher == "":
			f.publisher = a.Name
		}
	}
	if f.byline == "" {
		f.byline = strings.Join(people, ", ")
	}
}

// setItems reads what is reviewed. Several items with different authors are one claim made by several people, of whom the
// first is the claimant.
func (f *found) setItems(items []claimreview.Item) {
	var names []string
	for _, item := range items {
		f.claim = cmp.Or(f.claim, item.Text)
		f.claimDate = cmp.Or(f.claimDate, item.DatePublished)
		f.place = cmp.Or(f.place, item.Place)
		f.language = cmp.Or(f.language, item.Language)
		f.claimID = cmp.Or(f.claimID, item.Identifier)
		for _, a := range item.Authors {
			if a.Name == "" || slices.Contains(names, a.Name) {
				continue
			}
			names = append(names, a.Name)
			if len(names) == 1 {
				f.claimant, f.claimantURLs = a.Name, append(a.SameAs, a.URL)
				f.claimantKind = cmp.Or(strings.Join(claimreview.Words(a.Types, "claimant"), ""), firstKnown(a.Types))
			}
		}
		for _, w := range item.First {
			f.appearances = append(f.appearances, appearanceOf(w, true))
		}
		for _, w := range slices.Concat(item.Appearances, item.About) {
			f.appearances = append(f.appearances, appearanceOf(w, false))
		}
	}
	if len(names) > 1 {
		f.notes = append(f.notes, "The claim has several claimants; only the first, "+clipText(names[0], 80)+", is taken.")
	}
	if !f.own {
		f.claimID = ""
	}
}

// firstKnown returns the type that says what an agent is.
func firstKnown(types []string) string {
	for _, t := range types {
		if t != "Thing" && !strings.Contains(t, ":") {
			return t
		}
	}
	return ""
}

func appearanceOf(w claimreview.Work, first bool) Appearance {
	a := Appearance{URL: cmp.Or(w.URL, w.ContentURL), First: first, Stance: factcheck.StanceListed, Title: shortLine(w.Name), Quote: shortLine(w.Text), Language: languageTag(w.Language)}
	if len(w.Publishers) > 0 {
		a.Outlet = shortLine(w.Publishers[0].Name)
	}
	a.Published, _ = parseDate(w.DatePublished, unknownOrder)
	return a
}

// shortLine cleans a text that is nice to have: what cannot be used is left out.
func shortLine(s string) string {
	if checkText("text", s, maxTitle) != nil {
		return ""
	}
	return cleaner{own: true}.line(s)
}

// interval splits a temporalCoverage; ".." is an open end.
func interval(s string) (from, to string) {
	from, to, _ = strings.Cut(s, "/")
	return strings.TrimPrefix(from, ".."), strings.TrimPrefix(to, "..")
}

// setOwn takes over what our own feed says in additional types.
func (f *found) setOwn(v claimreview.Review) {
	one := func(types []string, kind string) string { return strings.Join(claimreview.Words(types, kind), "") }
	f.read = true
	f.truth, f.scale = one(v.Rating.Types, "truth"), one(v.Rating.Types, "scale")
	f.reasons = claimreview.Words(v.Rating.Types, "reason")
	f.origin, f.site = one(v.Types, "origin"), one(v.Types, "site")
	f.value, f.best, f.worst = "", "", "" // they only repeat the truth
}

// setMedia reads what the claim is about, and appearances that are files.
func (r *Record) setMedia(items []claimreview.Item) {
	for _, item := range items {
		for _, w := range slices.Concat(item.Media, item.First, item.Appearances) {
			address, err := webURL(w.ContentURL)
			m := document.Media{URL: address, Alt: shortLine(cmp.Or(w.Caption, w.Name))}
			m.Kind, m.Category = mediaKind(w.Types)
			if m.Kind != "" && err == nil && len(r.Media) < 50 {
				r.Media = append(r.Media, m)
			}
		}
		for _, w := range item.Translations {
			text := shortLine(w.Text)
			if tag := languageTag(w.Language); tag != "" && text != "" && len(r.Wordings) < 50 {
				r.Wordings = append(r.Wordings, document.Wording{Language: tag, Text: text, Headline: shortLine(w.Name)})
			}
		}
	}
}

// mediaKind reads ImageObject, VideoObjectSnapshot and the like, and a category of MediaReview beside them.
func mediaKind(types []string) (kind, category string) {
	for _, t := range types {
		for _, k := range []string{"Image", "Video", "Audio"} {
			if strings.HasPrefix(t, k+"Object") {
				kind = strings.ToLower(k)
			}
		}
		if c := strings.TrimPrefix(t, "https://schema.org/"); isMediaCategory(c) {
			category = c
		}
	}
	return kind, category
}

// isMediaCategory reports whether a word is one of the six members of schema.org's MediaManipulationRatingEnumeration.
func isMediaCategory(s string) bool {
	switch s {
	case "OriginalMediaContent", "DecontextualizedContent", "EditedOrCroppedContent", "TransformedContent", "StagedContent", "SatireOrParodyContent":
		return true
	}
	return false
}

// setSources reads citations of our own feed; others' have neither kind nor bearing.
func (r *Record) setSources(works []claimreview.Work) {
	one := func(types []string, kind string) string { return strings.Join(claimreview.Words(types, kind), "") }
	for _, w := range works {
		s := document.Source{
			URL: w.URL, Document: w.Alternate, Title: w.Name, Quote: w.Text, ArchiveURL: w.ArchivedAt,
			Kind: one(w.Types, "kind"), Bearing: one(w.Types, "bearing"), ReadAt: one(w.Types, "read"),
		}
		if len(w.Publishers) > 0 {
			s.Origin = w.Publishers[0].Name
		}
		r.addSource(s)
	}
}

func (r *Record) setCorrection(works []claimreview.Work) {
	for _, w := range works {
		kind := strings.Join(claimreview.Words(w.Types, "correction"), "")
		if factcheck.CorrectionKind(kind).Valid() && kind != "" {
			r.Correction = &document.Correction{Kind: kind, Note: cleaner{own: true}.block(clipText(w.Text, maxAnswer))}
		}
	}
}
