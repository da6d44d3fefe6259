package claimreview

import "strconv"

// The shapes of what is written, by the names of schema.org.
type (
	reviewLD struct {
		Context    string   `json:"@context"`
		Type       string   `json:"@type"`
		ID         string   `json:"@id,omitempty"`
		Terms      []string `json:"additionalType,omitempty"`
		URL        string   `json:"url"`
		Claim      string   `json:"claimReviewed"`
		Headline   string   `json:"headline,omitempty"`
		Language   string   `json:"inLanguage,omitempty"`
		Published  string   `json:"datePublished,omitempty"`
		Modified   string   `json:"dateModified,omitempty"`
		Author     agentLD  `json:"author"`
		Credit     string   `json:"creditText,omitempty"`
		Item       claimLD  `json:"itemReviewed"`
		Rating     ratingLD `json:"reviewRating"`
		Coverage   string   `json:"temporalCoverage,omitempty"`
		Keywords   []string `json:"keywords,omitempty"`
		Citations  []workLD `json:"citation,omitempty"`
		Correction *workLD  `json:"correction,omitempty"`
		License    any      `json:"license,omitempty"`
		House      *agentLD `json:"publisher,omitempty"`
		Publisher  *agentLD `json:"sdPublisher,omitempty"`
		SDLicense  any      `json:"sdLicense,omitempty"`
		Media      []nodeLD `json:"associatedMediaReview,omitempty"`
		Based      string   `json:"isBasedOn,omitempty"`
	}
	agentLD struct {
		Type  string   `json:"@type"`
		Terms []string `json:"additionalType,omitempty"`
		Name  string   `json:"name,omitempty"`
		URL   string   `json:"url,omitempty"`
		Image string   `json:"image,omitempty"`
		Logo  *imageLD `json:"logo,omitempty"`
	}
	imageLD struct {
		Type   string `json:"@type"`
		URL    string `json:"url"`
		Width  int    `json:"width"`
		Height int    `json:"height"`
	}
	claimLD struct {
		Type         string   `json:"@type"`
		ID           string   `json:"@id,omitempty"`
		Identifier   string   `json:"identifier,omitempty"`
		Language     string   `json:"inLanguage,omitempty"`
		Date         string   `json:"datePublished,omitempty"`
		Place        *agentLD `json:"locationCreated,omitempty"`
		Author       *agentLD `json:"author,omitempty"`
		First        *workLD  `json:"firstAppearance,omitempty"`
		Appearances  []workLD `json:"appearance,omitempty"`
		About        []workLD `json:"subjectOf,omitempty"`
		Media        []workLD `json:"associatedMedia,omitempty"`
		Translations []workLD `json:"workTranslation,omitempty"`
	}
	ratingLD struct {
		Type        string   `json:"@type"`
		Terms       []string `json:"additionalType,omitempty"`
		Label       string   `json:"alternateName"`
		Value       number   `json:"ratingValue,omitzero"`
		Best        number   `json:"bestRating,omitzero"`
		Worst       number   `json:"worstRating,omitzero"`
		Explanation string   `json:"ratingExplanation,omitempty"`
	}
	workLD struct {
		Type       string   `json:"@type"`
		Terms      []string `json:"additionalType,omitempty"`
		URL        string   `json:"url,omitempty"`
		ContentURL string   `json:"contentUrl,omitempty"`
		Headline   string   `json:"headline,omitempty"`
		Name       string   `json:"name,omitempty"`
		Alternate  string   `json:"alternateName,omitempty"`
		Language   string   `json:"inLanguage,omitempty"`
		Published  string   `json:"datePublished,omitempty"`
		Publisher  *agentLD `json:"publisher,omitempty"`
		Text       string   `json:"text,omitempty"`
		Caption    string   `json:"caption,omitempty"`
		ArchivedAt string   `json:"archivedAt,omitempty"`
	}
)

// number is a whole number above zero: as a number, which Google wants on a page, or as text, as Data Commons has it.
type number struct {
	n      int
	quoted bool
}

// IsZero says that there is none.
func (n number) IsZero() bool { return n.n == 0 }

// MarshalJSON implements json.Marshaler.
func (n number) MarshalJSON() ([]byte, error) {
	text := strconv.Itoa(n.n)
	if n.quoted {
		text = strconv.Quote(text)
	}
	return []byte(text), nil
}
