package finder

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/search"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// The facets of public claims. Those that are counted answer "how many of what was found"; the others only narrow, for
// nobody is ranked by how often they were checked.
const (
	FacetRating    = "rating"    // of the leading verdict: its truth, or its first reason, or RatingReview or RatingOther
	FacetPublisher = "publisher" // site of a publisher with a verdict; HousePublisher for the house's own
	FacetTopic     = "topic"     // slug
	FacetLanguage  = "language"  // of the claim, without region
	FacetYear      = "year"      // of publication
	FacetTruth     = "truth"     // SCOPE=truth, SCOPE being a publisher's site, HousePublisher or AnyPublisher
	FacetLabel     = "label"     // SCOPE=label, in lower case
	FacetReason    = "reason"    // SCOPE=reason
	FacetClaimant  = "claimant"  // id
	FacetStage     = "stage"     // of unpublished claims
)

// Values of facets that are no data.
const (
	HousePublisher = "house"
	AnyPublisher   = "any"
	RatingReview   = "under_review"
	RatingOther    = "other"
)

// maxValue is the longest value of a facet in bytes.
const maxValue = 400

// options are those of both indexes.
func options(workers int) search.Options {
	return search.Options{FilterOnly: []string{FacetTruth, FacetLabel, FacetReason, FacetClaimant, FacetStage}, Workers: workers}
}

// publicDoc returns a public claim as the index takes it: the wording as claimed, its variants and translations, the headlines
// and answers of its verdicts, who said it if that may be named, and its topics. Explanations are not in it: they name what
// the claim is not about.
func publicDoc(d store.Document) (search.Doc, error) {
	var c document.Claim
	if err := json.Unmarshal(d.Stored, &c); err != nil {
		return search.Doc{}, fmt.Errorf("read the document of %s: %w", d.Claim, err)
	}
	out := search.Doc{ID: search.ID(d.Claim), Seq: d.Seq, Published: d.PublishedAt}
	out.Texts = append(out.Texts, search.Text{Field: search.FieldClaim, Language: c.Language, Text: c.Text})
	for _, w := range c.Wordings {
		out.Texts = append(out.Texts,
			search.Text{Field: search.FieldWording, Language: w.Language, Text: w.Text},
			search.Text{Field: search.FieldTitle, Language: w.Language, Text: w.Headline},
			search.Text{Field: search.FieldAnswer, Language: w.Language, Text: w.Answer})
	}
	for _, v := range c.Verdicts {
		language := v.Language
		if language == "" {
			language = c.Language
		}
		out.Texts = append(out.Texts,
			search.Text{Field: search.FieldTitle, Language: language, Text: v.Headline},
			search.Text{Field: search.FieldAnswer, Language: language, Text: v.Answer})
	}
	if c.Claimant != nil {
		out.Texts = append(out.Texts, search.Text{Field: search.FieldClaimant, Language: c.Language, Text: c.Claimant.Name})
	}
	for _, t := range c.Topics {
		out.Texts = append(out.Texts, search.Text{Field: search.FieldBody, Language: c.Language, Text: t.Name})
	}
	out.Texts = slices.DeleteFunc(out.Texts, func(t search.Text) bool { return t.Text == "" })
	out.Facets = publicFacets(c, d)
	return out, nil
}

// publicFacets returns what a public claim is filtered and counted by.
func publicFacets(c document.Claim, d store.Document) []search.Facet {
	var out []search.Facet
	add := func(name, value string) {
		if f := (search.Facet{Name: name, Value: facetValue(value)}); f.Value != "" && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	add(FacetRating, ratingOf(c))
	add(FacetLanguage, factcheck.PrimaryLanguage(c.Language))
	add(FacetYear, strconv.Itoa(d.PublishedAt.UTC().Year()))
	for _, t := range c.Topics {
		add(FacetTopic, t.Slug)
	}
	if c.Claimant != nil {
		add(FacetClaimant, c.Claimant.ID)
	}
	for _, v := range c.Verdicts {
		scopes := []string{v.Publisher.Site, AnyPublisher}
		if v.Origin != string(factcheck.OriginImported) {
			scopes = append(scopes, HousePublisher)
			add(FacetPublisher, HousePublisher)
		}
		add(FacetPublisher, v.Publisher.Site)
		for _, s := range scopes {
			if v.Rating.Truth != nil {
				add(FacetTruth, scoped(s, *v.Rating.Truth))
			}
			if v.Rating.Label != "" {
				add(FacetLabel, scoped(s, v.Rating.Label))
			}
			for _, r := range v.Rating.Reasons {
				add(FacetReason, scoped(s, r))
			}
		}
	}
	return out
}

// scoped is the value of a facet that holds for the verdicts of one publisher.
func scoped(scope, value string) string { return facetValue(scope + "=" + strings.ToLower(value)) }

// facetValue makes a text fit to be a value: no control characters, not too long, broken UTF-8 mended.
func facetValue(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if len(s) > maxValue {
		s = strings.ToValidUTF8(s[:maxValue], "")
	}
	return s
}

// ratingOf is what a reader filters by: the reading of the verdict that the page leads with.
func ratingOf(c document.Claim) string {
	v, ok := c.Lead()
	switch {
	case !ok:
		return ""
	case v.State == string(factcheck.VerdictSuspended):
		return RatingReview
	case v.Rating.Truth != nil:
		return *v.Rating.Truth
	case len(v.Rating.Reasons) > 0:
		return v.Rating.Reasons[0]
	}
	return RatingOther
}

// privateDoc returns an unpublished claim as the newsroom's index takes it.
func privateDoc(c store.UnpublishedClaim) search.Doc {
	out := search.Doc{ID: search.ID(c.ID), Published: c.CreatedAt}
	out.Texts = append(out.Texts, search.Text{Field: search.FieldClaim, Language: c.Language, Text: c.Text})
	for _, w := range c.Wordings {
		out.Texts = append(out.Texts, search.Text{Field: search.FieldWording, Language: w.Language, Text: w.Text})
	}
	if c.Claimant != "" {
		out.Texts = append(out.Texts, search.Text{Field: search.FieldClaimant, Language: c.Language, Text: c.Claimant})
	}
	out.Facets = []search.Facet{{Name: FacetStage, Value: string(c.Stage)}, {Name: FacetLanguage, Value: factcheck.PrimaryLanguage(c.Language)}}
	out.Facets = slices.DeleteFunc(out.Facets, func(f search.Facet) bool { return f.Value == "" })
	return out
}
