// Package document defines the public document of a claim: the one JSON form that the API, the change feed, the export,
// the pages and the index all read. It is built in the transaction that makes something public and stored as finished
// bytes. Two things are not baked in, because they move without it: seq, the number of the claim's newest change, and the
// house's public address. Append splices both in on the way out.
package document

import "time"

// Claim is the CLAIM of the front door: a claim with its public verdicts and appearances. Lists are never null.
type Claim struct {
	ID            string       `json:"id" doc:"TypeID of the claim, for ever" example:"claim_01h455vb4pex5vsknk084sn02q"`
	Slug          string       `json:"slug" doc:"Last part of the page's address"`
	URL           string       `json:"url" doc:"The claim's page" format:"uri"`
	Seq           int64        `json:"seq" doc:"Number of the claim's newest entry in the change feed"`
	Text          string       `json:"text" doc:"The claim, as it was claimed"`
	Language      string       `json:"language" doc:"BCP 47 tag of the text"`
	Claimant      *Claimant    `json:"claimant" doc:"Who made it; null when unknown"`
	Date          *string      `json:"date" doc:"When it was made, RFC 3339, to the precision known"`
	DatePrecision *string      `json:"date_precision" enum:"year,month,day,instant"`
	Place         string       `json:"place,omitempty"`
	Topics        []Topic      `json:"topics"`
	Wordings      []Wording    `json:"wordings,omitempty" doc:"The claim in other languages and variants"`
	Media         []Media      `json:"media,omitempty" doc:"What the claim is about: images, videos, recordings"`
	Verdicts      []Verdict    `json:"verdicts" doc:"Current verdicts, the house's first"`
	Appearances   []Appearance `json:"appearances" doc:"Articles that make, repeat, report, dispute or list the claim"`
	// Withdrawn are never stored: earlier states get them on the way out.
	Withdrawn []WithdrawnLink `json:"withdrawn_links,omitempty" doc:"Only in earlier states: articles that stood among the appearances then, and were linked by mistake. Which ones is not told"`
	Licence   string          `json:"licence" doc:"Licence of the house's own text"`
	// Attribution is never stored: it is put in on the way out.
	Attribution string `json:"attribution,omitempty" doc:"Whom to credit, and where it stands. A verdict of another publisher is credited to its publisher and review_url, under its licence" example:"The Assay Desk, https://assay.example/claims/the-mayor-has-resigned"`
}

// WithdrawnLink is an article that was linked to a claim by mistake. The record says that it was, and no longer which it was.
type WithdrawnLink struct {
	At time.Time `json:"withdrawn_at"`
}

// Claimant is who made a claim. A private person stands here without a name.
type Claimant struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Kind string `json:"kind" enum:"person,organisation,anonymous"`
	Slug string `json:"slug,omitempty" doc:"Last part of the claimant's page; absent for private persons, who have none"`
}

// Topic is a subject claims are filed under.
type Topic struct {
	ID   string `json:"id"`
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// Wording is the claim in one more language or variant.
type Wording struct {
	Language string `json:"language"`
	Text     string `json:"text"`
	Headline string `json:"headline,omitempty"`
	Answer   string `json:"answer,omitempty"`
}

// Media is an image, video or recording that a claim is about.
type Media struct {
	URL      string `json:"url" format:"uri"`
	Kind     string `json:"kind" enum:"image,video,audio"`
	Category string `json:"category,omitempty" doc:"schema.org MediaReview category, such as EditedOrCroppedContent"`
	Alt      string `json:"alt,omitempty" doc:"What is to be seen or heard, in words"`
}

// Verdict is a publisher's finding in its current version.
type Verdict struct {
	ID          string      `json:"id"`
	Version     int         `json:"version" doc:"Counts the published versions of this verdict, from 1"`
	State       string      `json:"state" enum:"current,suspended,retracted"`
	Publisher   Publisher   `json:"publisher"`
	Origin      string      `json:"origin" enum:"house,legacy,imported"`
	Rating      Rating      `json:"rating"`
	Headline    string      `json:"headline"`
	Answer      string      `json:"answer" doc:"The finding in two sentences"`
	Body        string      `json:"body,omitempty" doc:"The reasoning, Markdown"`
	True        string      `json:"what_is_true,omitempty"`
	False       string      `json:"what_is_false,omitempty"`
	Unknown     string      `json:"what_is_unknown,omitempty"`
	HowChecked  string      `json:"how_checked,omitempty"`
	WhyChecked  string      `json:"why_checked,omitempty"`
	Replies     []Reply     `json:"replies,omitempty" doc:"Who was asked for a reply, when, and what came back"`
	Waivers     []Waiver    `json:"waivers,omitempty" doc:"House rules met by a stated reason instead"`
	ValidFrom   *time.Time  `json:"valid_from"`
	ValidTo     *time.Time  `json:"valid_to"`
	PublishedAt time.Time   `json:"published_at"`
	FirstAt     time.Time   `json:"first_published_at"`
	ReviewURL   string      `json:"review_url" format:"uri"`
	Byline      string      `json:"byline,omitempty" doc:"Who checked it"`
	Approver    string      `json:"approver,omitempty" doc:"Who approved it; nobody approves their own work"`
	Language    string      `json:"language,omitempty"`
	Correction  *Correction `json:"correction" doc:"What kind of correction this version is; null for a first version"`
	Notice      string      `json:"notice,omitempty" doc:"Why the verdict is suspended or retracted"`
	Sources     []Source    `json:"sources"`
	Licence     string      `json:"licence,omitempty" doc:"Licence of this publisher's text"`
}

// Publisher is the organisation whose verdict it is.
type Publisher struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Site string `json:"site" doc:"Host name, without scheme and www."`
}

// Rating is the publisher's own label and the shared reading of it.
type Rating struct {
	Label   string   `json:"label" doc:"In the publisher's own words"`
	Scale   string   `json:"scale,omitempty" doc:"Scale and version the label belongs to, such as house/1; absent if unmapped"`
	Truth   *string  `json:"truth" enum:"true,mostly_true,mixed,mostly_false,false"`
	Reasons []string `json:"reasons"`
}

// Reply is one request for a reply.
type Reply struct {
	Asked      string     `json:"asked" doc:"Who was asked"`
	AskedAt    time.Time  `json:"asked_at"`
	Deadline   *time.Time `json:"deadline,omitempty"`
	AnsweredAt *time.Time `json:"answered_at,omitempty"`
	Answer     string     `json:"answer,omitempty"`
}

// Waiver is a house rule that was met by a stated reason.
type Waiver struct {
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
}

// Correction says what a version changed.
type Correction struct {
	Kind string `json:"kind" enum:"update,clarification,correction,retraction"`
	Note string `json:"note"`
}

// Source is one piece of evidence.
type Source struct {
	ID         string `json:"id"`
	URL        string `json:"url" doc:"Empty for a document without an address, see document"`
	Document   string `json:"document,omitempty"`
	Title      string `json:"title"`
	Origin     string `json:"origin" doc:"Who is behind it"`
	Kind       string `json:"kind" enum:"primary,secondary"`
	Bearing    string `json:"bearing" enum:"for,against,context"`
	Quote      string `json:"quote"`
	ReadAt     string `json:"read_at" doc:"Day it was read"`
	Interest   string `json:"interest,omitempty" doc:"Declared interest of the origin"`
	ArchiveURL string `json:"archive_url"`
	Health     string `json:"health" enum:"unchecked,alive,dead,drifted"`
}

// Appearance is an article's relation to the claim.
type Appearance struct {
	ID          string             `json:"id"`
	Article     Article            `json:"article"`
	Stance      string             `json:"stance" enum:"makes,repeats,reports,disputes,listed"`
	SetBy       string             `json:"set_by" enum:"person,import"`
	Quote       string             `json:"quote"`
	FirstSeenAt *time.Time         `json:"first_seen_at"`
	Correction  AppearanceStanding `json:"correction"`
	First       bool               `json:"first_appearance,omitempty" doc:"The first known appearance of the claim"`
	AppearedAt  *string            `json:"appeared_at,omitempty" doc:"When the article first carried it, RFC 3339, to the precision known; absent: when the article was published"`
	// AppearedPrecision says how exactly AppearedAt is known.
	AppearedPrecision *string `json:"appeared_precision,omitempty" enum:"year,month,day,instant"`
}

// AppearanceStanding is the correction state of an appearance.
type AppearanceStanding struct {
	State string     `json:"state" enum:"standing,corrected,removed"`
	At    *time.Time `json:"at"`
}

// Article is a page, post or video as an appearance shows it.
type Article struct {
	ID          string     `json:"id"`
	Slug        string     `json:"slug"`
	URL         string     `json:"url" format:"uri"`
	Title       string     `json:"title"`
	Outlet      string     `json:"outlet"`
	Language    string     `json:"language,omitempty"`
	PublishedAt *time.Time `json:"published_at"`
	// PublishedPrecision says how exactly PublishedAt is known.
	PublishedPrecision *string `json:"published_precision,omitempty" enum:"year,month,day,instant"`
	ArchiveURL         string  `json:"archive_url,omitempty" format:"uri" doc:"A copy of it in an archive"`
}
