// Package demo holds the demonstration newsroom: an invented house with its people, claims, articles, imports and tips.
//
// Its content is data in content/*.json, written as a story in the order of events: who files what, who sends it for
// approval, who sends it back, approves, corrects, and when. [Content.Story] puts the events of all claims in order of
// time, so that they can be played through the store's public methods with a moving clock. Pages of articles are typeset as
// their outlets would serve them and read as fetched ones are, so that what the newsroom found in them is what it would find.
//
// Claims marked public_record concern real events. They hold nothing but public record, and every passage in quotation
// marks stands at the address given. All else is invented and lives on domains reserved for examples (RFC 2606, RFC 6761).
package demo

import (
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Content is the whole of the demonstration, after [Load] linked and completed it. Each file of content/ holds a part of
// it in this same shape. Keys are unique within their kind; everything refers to everything else by key.
type Content struct {
	House      *House      `json:"house,omitempty"`
	People     []Person    `json:"people,omitempty"`
	Topics     []Topic     `json:"topics,omitempty"`
	Outlets    []Outlet    `json:"outlets,omitempty"`
	Claimants  []Claimant  `json:"claimants,omitempty"`
	Publishers []Publisher `json:"publishers,omitempty"`
	Articles   []Article   `json:"articles,omitempty"`
	Claims     []Claim     `json:"claims,omitempty"`
	Imports    []Import    `json:"imports,omitempty"`
	Tips       []Tip       `json:"tips,omitempty"`
	Policies   []Policy    `json:"policies,omitempty"`
}

// Prose is a text as a list of paragraphs, so that a change to one paragraph is a change to one line.
type Prose []string

// String returns the paragraphs with an empty line between them, as Markdown has it.
func (p Prose) String() string { return strings.Join(p, "\n\n") }

// House is the newsroom itself and its rules.
type House struct {
	Name       string               `json:"name"`
	Site       string               `json:"site"`
	Licence    string               `json:"licence"`
	LicenceURL string               `json:"licence_url"`
	TimeZone   string               `json:"time_zone"`
	Language   string               `json:"language"`
	Languages  []string             `json:"languages"`
	Motto      string               `json:"motto"`
	About      Prose                `json:"about"`
	Rules      factcheck.HouseRules `json:"rules"`
}

// Person is one of the staff.
type Person struct {
	Key   string         `json:"key"`
	Name  string         `json:"name"`
	Email string         `json:"email"`
	Role  factcheck.Role `json:"role"`
}

// Topic is a subject; its key is also its slug.
type Topic struct {
	Key   string            `json:"key"`
	Name  string            `json:"name"`
	Names map[string]string `json:"names,omitempty"` // in other languages
	About string            `json:"about"`
}

// Outlet is who publishes articles, recognised by domain.
type Outlet struct {
	Key      string   `json:"key"`
	Name     string   `json:"name"`
	Domains  []string `json:"domains"`
	Language string   `json:"language,omitempty"`
}

// Claimant is who made a claim. The name of a Private person must never become public, readers see About instead; it is
// here so that tests can look for it.
type Claimant struct {
	Key     string                 `json:"key"`
	Name    string                 `json:"name"`
	Kind    factcheck.ClaimantKind `json:"kind"`
	About   string                 `json:"about,omitempty"`
	Private bool                   `json:"private,omitempty"`
}

// Publisher is another organisation whose checks are imported. Nothing of one that is not Allowed is public.
type Publisher struct {
	Key      string `json:"key"`
	Name     string `json:"name"`
	Site     string `json:"site"`
	Language string `json:"language"`
	Allowed  bool   `json:"allowed"`
}

// Claim is a claim with everything that happens to it. Text is its wording after all edits.
type Claim struct {
	Key           string              `json:"key"`
	Text          string              `json:"text"`
	Language      string              `json:"language"`
	Claimant      string              `json:"claimant"`
	Date          When                `json:"date"`
	DatePrecision factcheck.Precision `json:"date_precision,omitempty"` // of a date counted back; day if absent
	Place         string              `json:"place"`
	Topics        []string            `json:"topics"`
	Why           string              `json:"why,omitempty"` // why it is checked; readers see it
	Media         []Media             `json:"media,omitempty"`
	FromTip       string              `json:"from_tip,omitempty"`
	PublicRecord  bool                `json:"public_record,omitempty"` // concerns real events
	Steps         []Step              `json:"steps"`
}

// Media is an image, video or recording the claim is about. Category is one of MediaReview's six (schema.org).
type Media struct {
	URL      string `json:"url"`
	Kind     string `json:"kind"`
	Category string `json:"category"`
	Alt      string `json:"alt"`
}

// Import is a check by another publisher. With Claim it is about a claim of the house and has the same text and language.
// A Label that [factcheck.ReadLabel] does not know stays as it is written, unmapped.
type Import struct {
	Key       string   `json:"key"`
	At        When     `json:"at"`
	Publisher string   `json:"publisher"`
	Claim     string   `json:"claim,omitempty"`
	Text      string   `json:"text"`
	Language  string   `json:"language"`
	Claimant  string   `json:"claimant"` // a name, as the publisher spells it
	Date      When     `json:"date"`
	Label     string   `json:"label"`
	Headline  string   `json:"headline"`
	ReviewURL string   `json:"review_url"`
	Reviewed  When     `json:"reviewed"`
	Topics    []string `json:"topics"`
	Listed    []string `json:"listed"` // addresses the check lists; nobody here has judged them
}

// Tip is something a reader asks to have checked. A claim that came of it names it in FromTip; a tip without such a claim
// and without Dismissed is still open. Contact is confidential.
type Tip struct {
	Key       string     `json:"key"`
	At        When       `json:"at"`
	Language  string     `json:"language"`
	Text      string     `json:"text"`
	URL       string     `json:"url,omitempty"`
	Contact   string     `json:"contact,omitempty"`
	Dismissed *Dismissal `json:"dismissed,omitempty"`
}

// Dismissal is the decision not to make a claim of a tip.
type Dismissal struct {
	At     When                    `json:"at"`
	By     string                  `json:"by"`
	Reason factcheck.DeclineReason `json:"reason"`
	Note   string                  `json:"note"`
}
