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
	DatePrecision *string      `json:"date_precision" doc:"How exactly date is known" enum:"year,month,day,instant"`
	Place         string       `json:"place,omitempty" doc:"Where it was made"`
	Topics        []Topic      `json:"topics" doc:"Subjects it is filed under"`
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
	At time.Time `json:"withdrawn_at" doc:"When it was withdrawn"`
}

// Claimant is who made a claim. A private person stands here without a name.
type Claimant struct {
	ID   string `json:"id" doc:"TypeID of the claimant"`
	Name string `json:"name" doc:"Empty for a private person, who is not named"`
	Kind string `json:"kind" doc:"What the claimant is" enum:"person,organisation,anonymous"`
	Slug string `json:"slug,omitempty" doc:"Last part of the claimant's page; absent for private persons, who have none"`
}

// Topic is a subject claims are filed under.
type Topic struct {
	ID   string `json:"id" doc:"TypeID of the topic"`
	Slug string `json:"slug" doc:"Last part of the topic's page"`
	Name string `json:"name" doc:"Name in the language of the house"`
}

// Wording is the claim in one more language or variant.
type Wording struct {
	Language string `json:"language" doc:"BCP 47 tag of this wording"`
	Text     string `json:"text" doc:"The claim in that language or variant"`
	Headline string `json:"headline,omitempty" doc:"The headline of the verdict in that language"`
	Answer   string `json:"answer,omitempty" doc:"The finding in that language"`
}

// Media is an image, video or recording that a claim is about.
type Media struct {
	URL      string `json:"url" doc:"Where it is or was" format:"uri"`
	Kind     string `json:"kind" doc:"What it is" enum:"image,video,audio"`
	Category string `json:"category,omitempty" doc:"schema.org MediaReview category, such as EditedOrCroppedContent"`
	Alt      string `json:"alt,omitempty" doc:"What is to be seen or heard, in words"`
}

// Verdict is a publisher's finding in its current version.
type Verdict struct {
	ID          string      `json:"id" doc:"TypeID of the verdict, for all its versions"`
	Version     int         `json:"version" doc:"Counts the published versions of this verdict, from 1"`
	State       string      `json:"state" doc:"suspended is under review and tells no finding; retracted was taken back" enum:"current,suspended,retracted"`
	Publisher   Publisher   `json:"publisher" doc:"Whose verdict it is"`
	Origin      string      `json:"origin" doc:"house is its own, legacy its older archive, imported another publisher's" enum:"house,legacy,imported"`
	Rating      Rating      `json:"rating" doc:"What was found"`
	Headline    string      `json:"headline" doc:"The finding as a headline"`
	Answer      string      `json:"answer" doc:"The finding in two sentences"`
	Body        string      `json:"body,omitempty" doc:"The reasoning, Markdown"`
	True        string      `json:"what_is_true,omitempty" doc:"What is true in the claim, Markdown"`
	False       string      `json:"what_is_false,omitempty" doc:"What is false in it, Markdown"`
	Unknown     string      `json:"what_is_unknown,omitempty" doc:"What could not be found out, Markdown"`
	HowChecked  string      `json:"how_checked,omitempty" doc:"How it was checked, Markdown"`
	WhyChecked  string      `json:"why_checked,omitempty" doc:"Why it was checked"`
	Replies     []Reply     `json:"replies,omitempty" doc:"Who was asked for a reply, when, and what came back"`
	Waivers     []Waiver    `json:"waivers,omitempty" doc:"House rules met by a stated reason instead"`
	ValidFrom   *time.Time  `json:"valid_from" doc:"From when on the finding holds; null: always"`
	ValidTo     *time.Time  `json:"valid_to" doc:"Until when it holds; null: still"`
	PublishedAt time.Time   `json:"published_at" doc:"When this version was published"`
	FirstAt     time.Time   `json:"first_published_at" doc:"When the first version was published"`
	ReviewURL   string      `json:"review_url" doc:"Where the verdict stands" format:"uri"`
	Byline      string      `json:"byline,omitempty" doc:"Who checked it"`
	Approver    string      `json:"approver,omitempty" doc:"Who approved it; nobody approves their own work"`
	Language    string      `json:"language,omitempty" doc:"BCP 47 tag of its texts"`
	Correction  *Correction `json:"correction" doc:"What kind of correction this version is; null for a first version"`
	Notice      string      `json:"notice,omitempty" doc:"Why the verdict is suspended or retracted"`
	Sources     []Source    `json:"sources" doc:"The evidence"`
	Licence     string      `json:"licence,omitempty" doc:"Licence of this publisher's text"`
}

// Publisher is the organisation whose verdict it is.
type Publisher struct {
	ID   string `json:"id" doc:"TypeID of the publisher"`
	Name string `json:"name" doc:"Name of the publisher"`
	Site string `json:"site" doc:"Host name, without scheme and www."`
}

// Rating is the publisher's own label and the shared reading of it.
type Rating struct {
	Label   string   `json:"label" doc:"In the publisher's own words"`
	Scale   string   `json:"scale,omitempty" doc:"Scale and version the label belongs to, such as house/1; absent if unmapped"`
	Truth   *string  `json:"truth" doc:"The shared reading of the label on the line from true to false; null when it is not on that line" enum:"true,mostly_true,mixed,mostly_false,false"`
	Reasons []string `json:"reasons" doc:"What else is the matter, such as missing_context or altered"`
}

// Reply is one request for a reply.
type Reply struct {
	Asked      string     `json:"asked" doc:"Who was asked"`
	AskedAt    time.Time  `json:"asked_at" doc:"When they were asked"`
	Deadline   *time.Time `json:"deadline,omitempty" doc:"Until when they were to answer"`
	AnsweredAt *time.Time `json:"answered_at,omitempty" doc:"When they answered"`
	Answer     string     `json:"answer,omitempty" doc:"What they answered"`
}

// Waiver is a house rule that was met by a stated reason.
type Waiver struct {
	Rule   string `json:"rule" doc:"Which rule of the house"`
	Reason string `json:"reason" doc:"Why it was not kept"`
}

// Correction says what a version changed.
type Correction struct {
	Kind string `json:"kind" doc:"What kind of correction" enum:"update,clarification,correction,retraction"`
	Note string `json:"note" doc:"The public note"`
}

// Source is one piece of evidence.
type Source struct {
	ID         string `json:"id" doc:"TypeID of the source"`
	URL        string `json:"url" doc:"Empty for a document without an address, see document"`
	Document   string `json:"document,omitempty" doc:"Which document, where it has no address"`
	Title      string `json:"title" doc:"Title of the source"`
	Origin     string `json:"origin" doc:"Who is behind it"`
	Kind       string `json:"kind" doc:"Whether it knows it first hand" enum:"primary,secondary"`
	Bearing    string `json:"bearing" doc:"Whether it speaks for the claim or against it" enum:"for,against,context"`
	Quote      string `json:"quote" doc:"The passage that was read"`
	ReadAt     string `json:"read_at" doc:"Day it was read"`
	Interest   string `json:"interest,omitempty" doc:"Declared interest of the origin"`
	ArchiveURL string `json:"archive_url" doc:"An archived copy; empty where there is none"`
	Health     string `json:"health" doc:"What became of the address" enum:"unchecked,alive,dead,drifted"`
}

// Appearance is an article's relation to the claim.
type Appearance struct {
	ID          string             `json:"id" doc:"TypeID of the appearance"`
	Article     Article            `json:"article" doc:"Where it appeared"`
	Stance      string             `json:"stance" doc:"How the article stands to the claim; listed: an import names it and nobody here has judged it" enum:"makes,repeats,reports,disputes,listed"`
	SetBy       string             `json:"set_by" doc:"Who set the stance" enum:"person,import"`
	Quote       string             `json:"quote" doc:"The passage"`
	FirstSeenAt *time.Time         `json:"first_seen_at" doc:"When it was first seen there"`
	Correction  AppearanceStanding `json:"correction" doc:"Whether the article was corrected"`
	First       bool               `json:"first_appearance,omitempty" doc:"The first known appearance of the claim"`
	AppearedAt  *string            `json:"appeared_at,omitempty" doc:"When the article first carried it, RFC 3339, to the precision known; absent: when the article was published"`
	// AppearedPrecision says how exactly AppearedAt is known.
	AppearedPrecision *string `json:"appeared_precision,omitempty" doc:"How exactly appeared_at is known" enum:"year,month,day,instant"`
}

// AppearanceStanding is the correction state of an appearance.
type AppearanceStanding struct {
	State string     `json:"state" doc:"standing, corrected, or removed" enum:"standing,corrected,removed"`
	At    *time.Time `json:"at" doc:"When it was corrected or removed"`
}

// Article is a page, post or video as an appearance shows it.
type Article struct {
	ID          string     `json:"id" doc:"TypeID of the article"`
	Slug        string     `json:"slug" doc:"Last part of the article's page"`
	URL         string     `json:"url" doc:"Canonical address of the article" format:"uri"`
	Title       string     `json:"title" doc:"Title of the article"`
	Outlet      string     `json:"outlet" doc:"Who published it"`
	Language    string     `json:"language,omitempty" doc:"BCP 47 tag of the article"`
	PublishedAt *time.Time `json:"published_at" doc:"When it was published"`
	// PublishedPrecision says how exactly PublishedAt is known.
	PublishedPrecision *string `json:"published_precision,omitempty" doc:"How exactly published_at is known" enum:"year,month,day,instant"`
	ArchiveURL         string  `json:"archive_url,omitempty" format:"uri" doc:"A copy of it in an archive"`
}
