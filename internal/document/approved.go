package document

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gowebpki/jcs"
)

// ApprovedFormat is the format of the approved text. A change of the fields below is a new format; old texts keep theirs.
const ApprovedFormat = 1

// Approved lists what an approval covers, all of it and nothing else: the claim as it is shown, the rating, every text
// of the version in every language, its sources, replies, waivers and correction. Outside are bylines (a person may later
// become "the desk"), topics, slugs, appearances, archived copies and link health, which move without a new approval.
type Approved struct {
	Format     int               `json:"format"`
	Claim      ApprovedClaim     `json:"claim"`
	Rating     Rating            `json:"rating"`
	Language   string            `json:"language"`
	Headline   string            `json:"headline"`
	Answer     string            `json:"answer"`
	Body       string            `json:"body"`
	True       string            `json:"what_is_true"`
	False      string            `json:"what_is_false"`
	Unknown    string            `json:"what_is_unknown"`
	HowChecked string            `json:"how_checked"`
	ValidFrom  *time.Time        `json:"valid_from"`
	ValidTo    *time.Time        `json:"valid_to"`
	Sources    []ApprovedSource  `json:"sources"`
	Replies    []Reply           `json:"replies"`
	Waivers    []Waiver          `json:"waivers"`
	Wordings   []ApprovedWording `json:"wordings"`
	Correction *Correction       `json:"correction"`
}

// ApprovedClaim is the claim inside what is approved. The name of a private person is not in it.
type ApprovedClaim struct {
	ID            string            `json:"id"`
	Text          string            `json:"text"`
	Language      string            `json:"language"`
	Claimant      *Claimant         `json:"claimant"`
	Date          *string           `json:"date"`
	DatePrecision *string           `json:"date_precision"`
	Place         string            `json:"place"`
	Why           string            `json:"why"`
	Wordings      []ApprovedWording `json:"wordings"`
	Media         []Media           `json:"media"`
}

// ApprovedWording is a text in one more language: of the claim, or headline and answer of the verdict.
type ApprovedWording struct {
	Language string `json:"language"`
	Text     string `json:"text,omitempty"`
	Headline string `json:"headline,omitempty"`
	Answer   string `json:"answer,omitempty"`
}

// ApprovedSource is a source inside what is approved.
type ApprovedSource struct {
	ID       string `json:"id"`
	URL      string `json:"url"`
	Document string `json:"document"`
	Title    string `json:"title"`
	Origin   string `json:"origin"`
	Kind     string `json:"kind"`
	Bearing  string `json:"bearing"`
	Quote    string `json:"quote"`
	ReadAt   string `json:"read_at"`
	Interest string `json:"interest"`
}

// Canonical returns the approved text as canonical JSON (RFC 8785) with its SHA-256. The same content gives the same bytes
// on every machine and in every language that implements the RFC, so that anybody can check what was approved.
func (a Approved) Canonical() (text []byte, hash [32]byte, err error) {
	raw, err := json.Marshal(a)
	if err != nil {
		return nil, hash, fmt.Errorf("encode approved text: %w", err)
	}
	text, err = jcs.Transform(raw)
	if err != nil {
		return nil, hash, fmt.Errorf("canonical JSON: %w", err)
	}
	return text, sha256.Sum256(text), nil
}

// DecodeApproved reads an approved text.
func DecodeApproved(text []byte) (Approved, error) {
	var a Approved
	if err := json.Unmarshal(text, &a); err != nil {
		return a, fmt.Errorf("decode approved text: %w", err)
	}
	return a, nil
}
