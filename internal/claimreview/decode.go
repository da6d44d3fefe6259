package claimreview

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// FromValue returns the ClaimReviews in a value as Decode returns it, in the order of the text for arrays and of the names of
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
	when := text(item["dateDeleted"])
	if when == "" {
		return reviews
	}
	if len(reviews) == 0 {
		reviews = []Review{{URL: address(item["url"])}}
	}
	for i := range reviews {
		reviews[i].DateDeleted = when
	}
	return reviews
}

func (t *tree) review(m map[string]any) Review {
	r := Review{
		ID:            text(m["@id"]),
		URL:           address(m["url"]),
		ClaimReviewed: text(m["claimReviewed"]),
		Headline:      cmp.Or(text(m["headline"]), text(m["name"])),
		Description:   cmp.Or(text(m["description"]), text(m["abstract"])),
		DatePublished: text(m["datePublished"]),
		DateModified:  text(m["dateModified"]),
		Language:      language(m["inLanguage"]),
		Authors:       t.agents(m["author"]),
		Publishers:    t.agents(m["publisher"]),
		Rating:        t.rating(m["reviewRating"]),
		Citations:     t.works(m["citation"]),
		Corrections:   t.works(m["correction"]),
		License:       cmp.Or(address(m["license"]), t.name(m["license"])),
		CreditText:    text(m["creditText"]),
		Coverage:      text(m["temporalCoverage"]),
		Types:         texts(m["additionalType"]),
		SDLicense:     address(m["sdLicense"]),
	}
	if sd := t.agents(m["sdPublisher"]); len(sd) > 0 {
		r.SDPublisher = sd[0]
	}
	r.Keywords = texts(m["keywords"])
	if s, one := m["keywords"].(string); one {
		r.Keywords = strings.Split(s, ",")
	}
	for _, about := range list(m["about"]) {
		if name := t.name(about); name != "" {
			r.Keywords = append(r.Keywords, name)
		}
	}
	for _, item := range list(m["itemReviewed"]) {
		if o, ok := t.object(item); ok {
			r.Items = append(r.Items, t.item(o))
		}
	}
	return r
}

func (t *tree) item(m map[string]any) Item {
	return Item{
		ID:            text(m["@id"]),
		Identifier:    text(m["identifier"]),
		Types:         types(m),
		Name:          text(m["name"]),
		Text:          text(m["text"]),
		DatePublished: cmp.Or(text(m["datePublished"]), text(m["dateCreated"])),
		Language:      language(m["inLanguage"]),
		Place:         t.name(m["locationCreated"]),
		Authors:       t.agents(m["author"]),
		First:         t.works(m["firstAppearance"]),
		Appearances:   t.works(m["appearance"]),
		About:         t.works(m["subjectOf"]),
		Media:         t.works(m["associatedMedia"]),
		Translations:  t.works(m["workTranslation"]),
		SameAs:        addresses(m["sameAs"]),
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
			Label:       cmp.Or(text(m["alternateName"]), text(m["name"])),
			Value:       text(m["ratingValue"]),
			Best:        text(m["bestRating"]),
			Worst:       text(m["worstRating"]),
			Explanation: cmp.Or(text(m["ratingExplanation"]), text(m["description"])),
			Types:       texts(m["additionalType"]),
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
			Name:     text(m["name"]),
			URL:      address(m["url"]),
			SameAs:   addresses(m["sameAs"]),
			JobTitle: text(m["jobTitle"]),
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
			Name:          cmp.Or(text(m["headline"]), text(m["name"])),
			Alternate:     text(m["alternateName"]),
			URL:           address(m["url"]),
			ContentURL:    address(m["contentUrl"]),
			ArchivedAt:    address(m["archivedAt"]),
			DatePublished: text(m["datePublished"]),
			Language:      language(m["inLanguage"]),
			Text:          cmp.Or(text(m["text"]), text(m["abstract"])),
			Caption:       text(m["caption"]),
			Publishers:    append(t.agents(m["publisher"]), t.agents(m["author"])...),
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
			if name := cmp.Or(text(m["name"]), text(m["@value"])); name != "" {
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
		return cmp.Or(text(m["alternateName"]), text(m["identifier"]), text(m["name"]), text(m["@value"]))
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
