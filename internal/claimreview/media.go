package claimreview

import (
	"cmp"
	"strconv"

	"github.com/touchstone-factcheck/touchstone/internal/document"
)

// mediaReviewLD is a MediaReview (schema.org release 30.0): what the house found of an image, a video or a recording.
type mediaReviewLD struct {
	Context   string   `json:"@context,omitempty"`
	Type      string   `json:"@type"`
	ID        string   `json:"@id,omitempty"`
	URL       string   `json:"url"`
	Language  string   `json:"inLanguage,omitempty"`
	Published string   `json:"datePublished,omitempty"`
	Author    agentLD  `json:"author"`
	Category  string   `json:"mediaAuthenticityCategory"`
	Original  string   `json:"originalMediaContextDescription,omitempty"`
	Link      string   `json:"originalMediaLink,omitempty"` // where the original is; the house records it where what it looked at is the original
	Item      mediaLD  `json:"itemReviewed"`
	Claim     *nodeLD  `json:"associatedClaimReview,omitempty"`
	Publisher *agentLD `json:"sdPublisher,omitempty"`
	SDLicense any      `json:"sdLicense,omitempty"`
}

// mediaLD is a MediaReviewItem: a work and where it appears. The house has the address of the one that it looked at.
type mediaLD struct {
	Type       string   `json:"@type"`
	Claim      *nodeLD  `json:"interpretedAsClaim,omitempty"`
	Appearance []workLD `json:"mediaItemAppearance"`
}

// nodeLD refers to something that is described elsewhere on the page.
type nodeLD struct {
	ID string `json:"@id"`
}

// category returns the name of a member of schema.org's MediaManipulationRatingEnumeration; empty for what is none.
func category(s string) string {
	switch s {
	case "OriginalMediaContent", "DecontextualizedContent", "EditedOrCroppedContent", "TransformedContent", "StagedContent", "SatireOrParodyContent":
		return s
	}
	return ""
}

// mediaReviews returns a MediaReview for each medium of a claim that the house put into a category. Of what stands out of
// its context the answer says what it really shows.
func mediaReviews(c document.Claim, v document.Verdict, address string) []mediaReviewLD {
	var all []mediaReviewLD
	for i, m := range c.Media {
		found := category(m.Category)
		if found == "" || !isWeb(m.URL) {
			continue
		}
		r := mediaReviewLD{
			Context: "https://schema.org", Type: "MediaReview", URL: address, Language: v.Language, Published: Instant(v.FirstAt),
			ID:       address + "#media-" + strconv.Itoa(i+1),
			Author:   agentLD{Type: "Organization", Name: v.Publisher.Name, URL: home(v.Publisher.Site, address)},
			Category: found,
			Item:     mediaLD{Type: "MediaReviewItem", Claim: &nodeLD{c.URL + "#claim"}, Appearance: []workLD{{Type: mediaType(m.Kind), ContentURL: m.URL, Caption: m.Alt}}},
		}
		if r.Published == "" {
			r.Published = Instant(v.PublishedAt)
		}
		if found == "DecontextualizedContent" {
			r.Original = cmp.Or(v.True, v.Answer)
		}
		if found == "OriginalMediaContent" {
			r.Link = m.URL
		}
		if v.ID != "" {
			r.Claim = &nodeLD{address + "#" + v.ID}
		}
		all = append(all, r)
	}
	return all
}

// mediaType returns the type of a medium in schema.org's words.
func mediaType(kind string) string {
	switch kind {
	case "image":
		return "ImageObject"
	case "video":
		return "VideoObject"
	case "audio":
		return "AudioObject"
	}
	return "MediaObject"
}
