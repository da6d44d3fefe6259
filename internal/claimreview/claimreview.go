// Package claimreview reads and writes schema.org ClaimReview, the form in which fact-checkers publish their findings for
// machines: single objects, arrays, @graph documents, the DataFeed of Data Commons, and JSON-LD inside HTML pages.
//
// Reading is lenient about form and silent about meaning: dates stay the text they were, labels are not interpreted, and
// nothing is judged. Package exchange does that. Sources: schema.org release 30.0, and Google's documentation of fact
// check structured data for what a ClaimReview must have.
package claimreview

// Review is one ClaimReview as it was found. Every text is as written, with nothing decoded or trimmed but JSON itself;
// an absent one is empty.
type Review struct {
	ID            string // @id
	URL           string
	ClaimReviewed string
	Headline      string // headline, or name
	Description   string // description, or abstract
	DatePublished string
	DateModified  string
	Language      string // inLanguage
	Authors       []Agent
	Publishers    []Agent
	Items         []Item // itemReviewed; old markup has a CreativeWork here instead of a Claim
	Rating        Rating
	Keywords      []string // keywords, split at commas where they are one text, and the names in about
	Citations     []Work
	Corrections   []Work
	License       string
	CreditText    string
	Coverage      string   // temporalCoverage: the time the finding holds for
	Types         []string // additionalType
	SDPublisher   Agent    // who publishes the structured data, where that is not the author
	SDLicense     string
	DateDeleted   string // of the DataFeedItem around it: the review was taken back
}

// Item is what a ClaimReview reviews.
type Item struct {
	ID            string // @id
	Identifier    string
	Types         []string // @type, then additionalType
	Name          string
	Text          string
	DatePublished string
	Language      string
	Place         string // name of locationCreated
	Authors       []Agent
	First         []Work // firstAppearance
	Appearances   []Work
	About         []Work // subjectOf: works about the claim that do not make it
	Media         []Work // associatedMedia
	Translations  []Work // workTranslation: the claim in another language
	SameAs        []string
}

// Agent is a person or an organisation.
type Agent struct {
	Types    []string // Person, Organization, … and additionalType
	Name     string
	URL      string
	SameAs   []string
	JobTitle string
}

// Work is something with an address: an appearance, a cited source, a picture.
type Work struct {
	ID            string
	Types         []string
	Name          string
	Alternate     string // alternateName
	URL           string
	ContentURL    string
	ArchivedAt    string
	DatePublished string
	Language      string
	Text          string // text, or abstract
	Caption       string
	Publishers    []Agent // publisher, or author
}

// Rating is a reviewRating. Numbers are kept as text: feeds write 1, "1", -1 and "4,5".
type Rating struct {
	Label       string // alternateName, or name
	Value       string
	Best        string
	Worst       string
	Explanation string
	Types       []string // additionalType
}
