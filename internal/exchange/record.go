package exchange

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Record is one fact-check on the way in: one publisher's verdict on one claim. Its texts are plain text, decoded once from
// HTML entities, without control characters; tags in them are literal text, to be escaped on the way out. Its addresses
// are http or https. Nothing in it was guessed without a word in Notes.
type Record struct {
	Publisher Publisher      `json:"publisher"`
	Text      string         `json:"text"`     // the claim, in its own words, without quotation marks around the whole
	Language  string         `json:"language"` // BCP 47; "und" when unsure
	Claimant  Claimant       `json:"claimant"`
	ClaimDate factcheck.Date `json:"claim_date"`
	Place     string         `json:"place,omitempty"`
	Topics    []string       `json:"topics,omitempty"`

	ReviewURL      string           `json:"review_url"`
	ReviewLanguage string           `json:"review_language,omitempty"` // as the record says; empty if it does not
	Rating         factcheck.Rating `json:"rating"`                    // Label as the publisher spells it; the reading is none when the label is unknown
	Scale          string           `json:"scale,omitempty"`           // slug and version of the scale that has the label; empty if unmapped
	Numeric        *Numeric         `json:"numeric,omitempty"`
	Headline       string           `json:"headline,omitempty"`
	Answer         string           `json:"answer,omitempty"`   // the finding in a few sentences
	Published      factcheck.Date   `json:"published"`          // the review's first publication; zero if unknown
	Modified       factcheck.Date   `json:"modified"`           // the publication of this version; zero if it is the first or unknown
	ValidFrom      factcheck.Date   `json:"valid_from"`         // since when the finding holds
	ValidTo        factcheck.Date   `json:"valid_to"`           // until when
	Byline         string           `json:"byline,omitempty"`   // who wrote the review
	Licence        string           `json:"licence,omitempty"`  // of the publisher's text
	State          string           `json:"state,omitempty"`    // "suspended" or "retracted" in our own exports; else empty
	Deleted        bool             `json:"deleted,omitempty"`  // taken back: only ReviewURL and DeletedAt are certain to be set
	DeletedAt      factcheck.Date   `json:"deleted_at"`         // when
	ClaimID        string           `json:"claim_id,omitempty"` // the claim's id where the record comes from; groups its verdicts
	Origin         string           `json:"origin,omitempty"`   // house, legacy or imported, there

	Appearances []Appearance         `json:"appearances,omitempty"`
	Media       []document.Media     `json:"media,omitempty"`
	Wordings    []document.Wording   `json:"wordings,omitempty"`
	Sources     []document.Source    `json:"sources,omitempty"` // without ids
	Correction  *document.Correction `json:"correction,omitempty"`
	Body        string               `json:"body,omitempty"` // Markdown
	True        string               `json:"what_is_true,omitempty"`
	False       string               `json:"what_is_false,omitempty"`
	Unknown     string               `json:"what_is_unknown,omitempty"`
	HowChecked  string               `json:"how_checked,omitempty"`
	WhyChecked  string               `json:"why_checked,omitempty"`
	Replies     []document.Reply     `json:"replies,omitempty"`
	Waivers     []document.Waiver    `json:"waivers,omitempty"`

	Notes  []string `json:"-"` // what was odd and how it was read, each a sentence for a person
	Line   int      `json:"-"` // where the record begins, from 1
	Number int      `json:"-"` // the record's place among records and rejects, from 1
	Raw    []byte   `json:"-"` // the record as found, the caller's to keep
}

// Publisher is whose verdict a record is. Site, the host of the review without "www.", identifies it.
type Publisher struct {
	Name string `json:"name"`
	Site string `json:"site"`
}

// Claimant is who made the claim; the zero Claimant is unknown.
type Claimant struct {
	Name   string   `json:"name,omitempty"`
	Kind   string   `json:"kind,omitempty"` // person, organisation or anonymous
	SameAs []string `json:"same_as,omitempty"`
}

// Numeric is the rating as the publisher put it in numbers. Higher is truer only if the publisher kept to that.
type Numeric struct {
	Value float64 `json:"value"`
	Best  float64 `json:"best"`
	Worst float64 `json:"worst"`
}

// Appearance is an address that a record lists for its claim.
type Appearance struct {
	URL       string                    `json:"url"`
	First     bool                      `json:"first,omitempty"` // the publisher calls it the first one
	Stance    factcheck.Stance          `json:"stance"`          // listed, except in our own NDJSON
	Quote     string                    `json:"quote,omitempty"`
	Title     string                    `json:"title,omitempty"`
	Outlet    string                    `json:"outlet,omitempty"`
	Language  string                    `json:"language,omitempty"`
	Published factcheck.Date            `json:"published"`
	FirstSeen factcheck.Date            `json:"first_seen"`
	State     factcheck.CorrectionState `json:"state,omitempty"` // empty for standing
	StateAt   factcheck.Date            `json:"state_at"`
}

// Reject is a record that was not taken. Reading goes on behind it. Reason is a sentence for a person.
type Reject struct { //nolint:errname // the word of the command line and of the file of rejects
	Line   int    // where the record begins, or where it is wrong, from 1
	Record int    // its place among records and rejects, from 1
	Reason string // what is wrong
	Raw    []byte // the record, cut to 4 KiB if it could not be read
}

// Error returns the reason with its line.
func (r *Reject) Error() string { return fmt.Sprintf("line %d: %s", r.Line, r.Reason) }

// RecordHash returns a hash of everything in r but where it was found and Notes, so that an import can tell a changed
// record from an unchanged one. The order of topics and appearances does not count. It is stable as long as a field that
// is added to Record is omitted from JSON when empty; when it is not, every record counts as changed once.
func RecordHash(r Record) [32]byte {
	r.Topics = slices.Clone(r.Topics)
	slices.Sort(r.Topics)
	r.Appearances = slices.Clone(r.Appearances)
	slices.SortStableFunc(r.Appearances, func(a, b Appearance) int { return strings.Compare(a.URL, b.URL) })
	b, err := json.Marshal(r)
	if err != nil {
		panic(fmt.Sprintf("exchange: a record cannot be marshalled: %v", err)) // only a wrong type in Record can do this
	}
	return sha256.Sum256(b)
}

// note adds a sentence to Notes.
func (r *Record) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}
