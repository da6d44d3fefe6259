package factcheck

import (
	"slices"
	"strings"
)

// MediaKind is the form of a medium that a claim is about.
type MediaKind string

// The kinds of media.
const (
	MediaImage MediaKind = "image"
	MediaVideo MediaKind = "video"
	MediaAudio MediaKind = "audio"
)

// MediaCategory says what was done to a medium, in the terms of schema.org's MediaManipulationRatingEnumeration, which
// MediaReview uses. Empty means not judged.
type MediaCategory string

// The categories of schema.org.
const (
	CategoryNone            MediaCategory = ""
	CategoryOriginal        MediaCategory = "OriginalMediaContent"
	CategoryDecontext       MediaCategory = "DecontextualizedContent"
	CategoryEditedOrCropped MediaCategory = "EditedOrCroppedContent"
	CategoryTransformed     MediaCategory = "TransformedContent"
	CategoryStaged          MediaCategory = "StagedContent"
	CategorySatire          MediaCategory = "SatireOrParodyContent"
)

// MediaCategories lists the categories without none.
func MediaCategories() []MediaCategory {
	return []MediaCategory{CategoryOriginal, CategoryDecontext, CategoryEditedOrCropped, CategoryTransformed, CategoryStaged, CategorySatire}
}

// MaxMedia is the most media that one claim holds.
const MaxMedia = 50

// MediaInput is an image, video or recording that a claim is about. Media are part of what is approved.
type MediaInput struct {
	URL      string
	Kind     MediaKind
	Category MediaCategory
	Alt      string // what is to be seen or heard, in words
}

// Clean returns the input trimmed, after checking it; the error is CodeInvalid and names the field.
func (in MediaInput) Clean() (MediaInput, error) {
	in.URL, in.Alt = CleanLine(in.URL), strings.TrimSpace(in.Alt)
	if in.URL == "" {
		return in, Invalid("url", "say where it is; the address begins with http:// or https://")
	}
	if in.Kind != MediaImage && in.Kind != MediaVideo && in.Kind != MediaAudio {
		return in, Invalid("kind", "choose image, video or audio")
	}
	if in.Category != CategoryNone && !slices.Contains(MediaCategories(), in.Category) {
		return in, Invalid("category", "%q is not a category of MediaReview", clip(string(in.Category), 40))
	}
	return in, firstError(CheckURL("url", in.URL), CheckText("alt", in.Alt, MaxNote))
}
