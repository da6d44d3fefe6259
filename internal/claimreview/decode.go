package claimreview

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// FromValue returns the ClaimReviews in a decoded JSON value, in the order of the text for arrays and of the names of
// properties within an object. A DataFeedItem that says only that it was deleted gives a Review with URL and DateDeleted.
// ClaimReviews inside of a ClaimReview are not looked for.
func FromValue(v any) []Review {
	t := &tree{roots: []any{v}}
	return t.reviews(v)
}

// reviews returns the ClaimReviews below v.
func (t *tree) reviews(v any) []Review {
	switch v := v.(type) {
	case []any:
		var all []Review
		for _, e := range v {
			all = append(all, t.reviews(e)...)
		}
		return all
	case map[string]any:
		if isType(v, "ClaimReview") {
			return []Review{t.review(v)}
		}
		var all []Review
		for _, key := range slices.Sorted(maps.Keys(v)) {
			all = append(all, t.reviews(v[key])...)
		}
		if isType(v, "DataFeedItem") {
			all = deleted(v, all)
		}
		return all
	}
	return nil
}

// deleted marks what a feed item took back.
func deleted(item map[string]any, reviews []Review) []Review {
	when := text(prop(item, "dateDeleted"))
	if when == "" {
		return reviews
	}
	if len(reviews) == 0 {
		reviews = []Review{{URL: address(prop(item, "url"))}}
	}
	for i := range reviews {
		reviews[i].DateDeleted = when
	}
	return reviews
}

func (t *tree) review(m map[string]any) Review {
	r := Review{
		ID:            text(m["@id"]),
		URL:           address(prop(m, "url")),
		ClaimReviewed: text(prop(m, "claimReviewed")),
		Headline:      cmp.Or(text(prop(m, "headline")), text(prop(m, "name"))),
		Description:   cmp.Or(text(prop(m, "description")), text(prop(m, "abstract"))),
		DatePublished: text(prop(m, "datePublished")),
		DateModified:  text(prop(m, "dateModified")),
		Language:      language(prop(m, "inLanguage")),
		Authors:       t.agents(prop(m, "author")),
		Publishers:    t.agents(prop(m, "publisher")),
		Rating:        t.rating(prop(m, "reviewRating")),
		Citations:     t.works(prop(m, "citation")),
		Corrections:   t.works(prop(m, "correction")),
		License:       cmp.Or(address(prop(m, "license")), t.name(prop(m, "license"))),
		CreditText:    text(prop(m, "creditText")),
		Coverage:      text(prop(m, "temporalCoverage")),
		Types:         texts(prop(m, "additionalType")),
		SDLicense:     address(prop(m, "sdLicense")),
	}
	if sd := t.agents(prop(m, "sdPublisher")); len(sd) > 0 {
		r.SDPublisher = sd[0]
	}
	r.Keywords = texts(prop(m, "keywords"))
	if s, one := prop(m, "keywords").(string); one {
		r.Keywords = strings.Split(s, ",")
	}
	for _, about := range list(prop(m, "about")) {
		if name := t.name(about); name != "" {
			r.Keywords = append(r.Keywords, name)
		}
	}
	for _, item := range list(prop(m, "itemReviewed")) {
		if o, ok := t.object(item); ok {
			r.Items = append(r.Items, t.item(o))
		}
	}
	return r
}

func (t *tree) item(m map[string]any) Item {
	return Item{
		ID:            text(m["@id"]),
		Identifier:    text(prop(m, "identifier")),
		Types:         types(m),
		Name:          text(prop(m, "name")),
		Text:          text(prop(m, "text")),
		DatePublished: cmp.Or(text(prop(m, "datePublished")), text(prop(m, "dateCreated"))),
		Language:      language(prop(m, "inLanguage")),
		Place:         t.name(prop(m, "locationCreated")),
		Authors:       t.agents(prop(m, "author")),
		First:         t.works(prop(m, "firstAppearance")),
		Appearances:   t.works(prop(m, "appearance")),
		About:         t.works(prop(m, "subjectOf")),
		Media:         t.works(prop(m, "associatedMedia")),
		Translations:  t.works(prop(m, "workTranslation")),
		SameAs:        addresses(prop(m, "sameAs")),
	}
}

// rating reads the first reviewRating that has a label, or else the first.
func (t *tree) rating(v any) Rating {
	var first Rating
	for i, e := range list(v) {
		m, ok := t.object(e)
		if !ok {
			m = map[string]any{"alternateName": e} // "reviewRating": "False"
		}
		r := Rating{
			Label:       cmp.Or(text(prop(m, "alternateName")), text(prop(m, "name"))),
			Value:       text(prop(m, "ratingValue")),
			Best:        text(prop(m, "bestRating")),
			Worst:       text(prop(m, "worstRating")),
			Explanation: cmp.Or(text(prop(m, "ratingExplanation")), text(prop(m, "description"))),
			Types:       texts(prop(m, "additionalType")),
		}
		if r.Label != "" {
			return r
		}
		if i == 0 {
			first = r
		}
	}
	return first
}

// agents reads people and organisations: objects, references, or bare names and addresses.
func (t *tree) agents(v any) []Agent {
	var all []Agent
	for _, e := range list(v) {
		m, ok := t.object(e)
		if !ok {
			if s := text(e); isWeb(s) {
				all = append(all, Agent{URL: s})
			} else if s != "" {
				all = append(all, Agent{Name: s})
			}
			continue
		}
		a := Agent{
			Types:    types(m),
			Name:     text(prop(m, "name")),
			URL:      address(prop(m, "url")),
			SameAs:   addresses(prop(m, "sameAs")),
			JobTitle: text(prop(m, "jobTitle")),
		}
		if a.Name != "" || a.URL != "" || len(a.SameAs) > 0 {
			all = append(all, a)
		}
	}
	return all
}

// works reads things with an address: objects, references, or bare addresses and texts.
func (t *tree) works(v any) []Work {
	var all []Work
	for _, e := range list(v) {
		m, ok := t.object(e)
		if !ok {
			if s := text(e); isWeb(s) {
				all = append(all, Work{URL: s})
			} else if s != "" {
				all = append(all, Work{Text: s})
			}
			continue
		}
		w := Work{
			ID:            text(m["@id"]),
			Types:         types(m),
			Name:          cmp.Or(text(prop(m, "headline")), text(prop(m, "name"))),
			Alternate:     text(prop(m, "alternateName")),
			URL:           address(prop(m, "url")),
			ContentURL:    address(prop(m, "contentUrl")),
			ArchivedAt:    address(prop(m, "archivedAt")),
			DatePublished: text(prop(m, "datePublished")),
			Language:      language(prop(m, "inLanguage")),
			Text:          cmp.Or(text(prop(m, "text")), text(prop(m, "abstract"))),
			Caption:       text(prop(m, "caption")),
			Publishers:    append(t.agents(prop(m, "publisher")), t.agents(prop(m, "author"))...),
		}
		if w.URL == "" && w.ContentURL == "" && isWeb(w.ID) {
			w.URL = w.ID
		}
		all = append(all, w)
	}
	return all
}

// name returns v itself, or the name of the object it is.
func (t *tree) name(v any) string {
	for _, e := range list(v) {
		if m, ok := t.object(e); ok {
			if name := cmp.Or(text(prop(m, "name")), text(m["@value"])); name != "" {
				return name
			}
			continue
		}
		if s := text(e); s != "" {
			return s
		}
	}
	return ""
}

// language reads a tag, or a Language object's code.
func language(v any) string {
	all := list(v)
	if len(all) == 0 {
		return ""
	}
	if m, ok := all[0].(map[string]any); ok {
		return cmp.Or(text(prop(m, "alternateName")), text(prop(m, "identifier")), text(prop(m, "name")), text(m["@value"]))
	}
	return text(all[0])
}

func addresses(v any) []string {
	var all []string
	for _, e := range list(v) {
		if s := address(e); s != "" {
			all = append(all, s)
		}
	}
	return all
}

func isWeb(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}
