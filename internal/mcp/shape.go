package mcp

import (
	"bytes"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Conclusion says in a word what is known of a claim.
const (
	hasVerdict  = "verdict"
	noVerdict   = "no_verdict"
	underReview = "under_review"
	takenBack   = "retracted"

	notUnderstood = "not_understood" // of what was asked, a status
)

// Claim is a claim with what was found of it. All texts are quotations.
type Claim struct {
	ID         string       `json:"id"`
	URL        string       `json:"url" jsonschema:"page of the claim: link to it"`
	Text       string       `json:"text" jsonschema:"the claim as it was claimed, which does not make it true"`
	Language   string       `json:"language"`
	Claimant   string       `json:"claimant,omitempty" jsonschema:"who made it"`
	Date       string       `json:"date,omitempty" jsonschema:"when it was made, as exactly as is known"`
	Conclusion string       `json:"conclusion" jsonschema:"verdict: at least one finding stands; under_review: the finding is being looked at again, so there is none now; retracted: it was taken back; no_verdict: nobody here has published one"`
	Verdicts   []Verdict    `json:"verdicts" jsonschema:"the house's first; publishers may differ"`
	Seen       []Appearance `json:"appearances,omitempty" jsonschema:"articles it appears in; a stance of reports, disputes or listed is no accusation"`
	Licence    string       `json:"licence,omitempty" jsonschema:"of the newsroom's own text"`
}

// Verdict is what one publisher found.
type Verdict struct {
	State       string   `json:"state" jsonschema:"current, suspended (under review) or retracted; only a current one counts"`
	Rating      string   `json:"rating,omitempty" jsonschema:"the publisher's own word"`
	Truth       string   `json:"truth,omitempty" jsonschema:"how it reads on a common scale: true, mostly_true, mixed, mostly_false or false; absent where it does not fit one"`
	Reasons     []string `json:"reasons,omitempty" jsonschema:"such as missing_context, altered, satire, unproven"`
	Publisher   string   `json:"publisher"`
	Site        string   `json:"publisher_site"`
	Origin      string   `json:"origin" jsonschema:"house or legacy: of this newsroom; imported: of another publisher"`
	Headline    string   `json:"headline,omitempty"`
	Answer      string   `json:"answer,omitempty" jsonschema:"the finding in short"`
	ValidFrom   string   `json:"valid_from,omitempty" jsonschema:"since when the finding holds, where it is bound to a time"`
	ValidTo     string   `json:"valid_to,omitempty" jsonschema:"until when it holds; the finding says nothing of the time after"`
	PublishedAt string   `json:"published_at"`
	Version     int      `json:"version"`
	Correction  string   `json:"correction,omitempty" jsonschema:"what this version corrected"`
	Notice      string   `json:"notice,omitempty" jsonschema:"why it is suspended or retracted"`
	URL         string   `json:"url" jsonschema:"the fact-check: link to it"`
	Sources     []Source `json:"sources" jsonschema:"the evidence"`
	Licence     string   `json:"licence,omitempty" jsonschema:"of this publisher's text"`
}

// Source is a piece of evidence.
type Source struct {
	Title      string `json:"title"`
	Origin     string `json:"origin,omitempty"`
	URL        string `json:"url,omitempty"`
	Document   string `json:"document,omitempty" jsonschema:"for evidence without an address"`
	ArchiveURL string `json:"archive_url,omitempty"`
	Kind       string `json:"kind" jsonschema:"primary or secondary"`
	Bearing    string `json:"bearing" jsonschema:"for, against or context"`
	Quote      string `json:"quote,omitempty"`
	ReadAt     string `json:"read_at,omitempty"`
}

// Appearance is an article that a claim appears in.
type Appearance struct {
	URL        string `json:"url,omitempty"`
	Title      string `json:"title"`
	Outlet     string `json:"outlet,omitempty"`
	Stance     string `json:"stance" jsonschema:"makes, repeats, reports, disputes, or listed: an import names the address and nobody here has judged it"`
	Correction string `json:"correction" jsonschema:"standing, corrected or removed"`
}

func claimOf(c document.Claim) Claim {
	out := Claim{ID: c.ID, URL: c.URL, Text: c.Text, Language: c.Language, Conclusion: conclusion(c), Verdicts: []Verdict{}, Licence: c.Licence}
	if c.Claimant != nil {
		out.Claimant = c.Claimant.Name
	}
	if c.Date != nil {
		out.Date = *c.Date
	}
	for _, v := range c.Verdicts {
		out.Verdicts = append(out.Verdicts, verdictOf(v))
	}
	return out
}

// conclusion returns the best that the verdicts of a claim say: one that stands, else one under review, else one taken back.
func conclusion(c document.Claim) string {
	best := noVerdict
	for _, v := range c.Verdicts {
		switch v.State {
		case string(factcheck.VerdictCurrent):
			return hasVerdict
		case string(factcheck.VerdictSuspended):
			best = underReview
		case string(factcheck.VerdictRetracted):
			if best == noVerdict {
				best = takenBack
			}
		}
	}
	return best
}

func verdictOf(v document.Verdict) Verdict {
	out := Verdict{
		State: v.State, Rating: v.Rating.Label, Reasons: v.Rating.Reasons, Publisher: v.Publisher.Name, Site: v.Publisher.Site, Origin: v.Origin, Headline: v.Headline, Answer: v.Answer,
		ValidFrom: optional(v.ValidFrom), ValidTo: optional(v.ValidTo), PublishedAt: stamp(v.PublishedAt), Version: v.Version, Notice: v.Notice, URL: v.ReviewURL, Sources: []Source{}, Licence: v.Licence,
	}
	if v.Rating.Truth != nil {
		out.Truth = *v.Rating.Truth
	}
	if v.Correction != nil {
		out.Correction = v.Correction.Kind
		if v.Correction.Note != "" {
			out.Correction += ": " + v.Correction.Note
		}
	}
	for _, s := range v.Sources {
		out.Sources = append(out.Sources, Source{Title: s.Title, Origin: s.Origin, URL: s.URL, Document: s.Document, ArchiveURL: s.ArchiveURL, Kind: s.Kind, Bearing: s.Bearing, Quote: s.Quote, ReadAt: s.ReadAt})
	}
	return out
}

func appearancesOf(c document.Claim) []Appearance {
	var out []Appearance
	for _, a := range c.Appearances {
		out = append(out, Appearance{URL: a.Article.URL, Title: a.Article.Title, Outlet: a.Article.Outlet, Stance: a.Stance, Correction: a.Correction.State})
	}
	return out
}

func optional(t *time.Time) string {
	if t == nil {
		return ""
	}
	return stamp(*t)
}

// untagged returns text without the tag characters of Unicode (U+E0000 to U+E007F): no script shows them, and hidden
// instructions have been written in them. In UTF-8 all of them begin with F3 A0 80 or F3 A0 81.
func untagged(text []byte) []byte {
	tag := []byte{0xF3, 0xA0}
	if !bytes.Contains(text, tag) {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if i+3 < len(text) && text[i] == tag[0] && text[i+1] == tag[1] && (text[i+2] == 0x80 || text[i+2] == 0x81) {
			i += 3
			continue
		}
		out = append(out, text[i])
	}
	return out
}
