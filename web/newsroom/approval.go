package newsroom

import (
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// ApprovalPage is what an approver decides on: what would be published, what changed, the rules, the evidence, and the two
// ways to decide. Nothing may be waiting: then it says how the claim stands.
type ApprovalPage struct {
	Shell
	Claim     ClaimHead
	Submitted *SubmittedVersion // nil: nothing waits
	Drafted   bool              // a draft is being written
	DraftNote string            // why it was sent back
	Earlier   []SubmissionItem
	OnCall    string
	Editor    bool

	Told  string
	Error string
	Field string
	Typed DecisionForm
}

// ClaimHead is a claim at the head of the pages about it.
type ClaimHead struct {
	ID, Text, Lang, Stage string
	PublicURL             string // of its page; empty when it is not public
	State                 string // of the house's verdict: unpublished, current, suspended or retracted
	Sensitive             bool
}

// SubmittedVersion is what waits for approval.
type SubmittedVersion struct {
	VersionID  string
	Hash       string // of what is approved, hexadecimal
	By         string
	At         time.Time
	N          int
	Correction factcheck.CorrectionKind
	Label      string
	Page       site.ClaimPage
	Since      *Comparison // with what the reader of this page saw last
	Published  *Comparison // with what is public now
	Rules      []factcheck.RuleCheck
	Fields     []document.Field // that a note can be about
	Evidence   EvidenceCount
	Needed     int
	Approvals  []SubmissionStep
	PublishAt  *time.Time
	Scheduled  string
	Refused    string // why the reader of this page may not approve it
	Given      bool   // they did already
	CanSend    bool   // they may send it back
}

// Comparison is what differs from an earlier text.
type Comparison struct {
	Version int       // the published one's number; 0 for what was submitted before
	At      time.Time // when that was submitted
	Outcome string
	Notes   []factcheck.PassageNote
	Changes []document.FieldChange
}

// EvidenceCount counts the sources of a version.
type EvidenceCount struct{ Sources, Origins, Primary, Archived, Against, For int }

// SubmissionItem is an earlier time that the version was submitted.
type SubmissionItem struct {
	N       int
	By      string
	At      time.Time
	Outcome string
	EndedBy string
	EndedAt *time.Time
	Notes   []factcheck.PassageNote
}

// SubmissionStep is an approval that was given.
type SubmissionStep struct {
	Name string
	At   time.Time
}

// DecisionForm is what was typed into the forms of the page.
type DecisionForm struct {
	Note      string
	PublishAt string
	Notes     map[string]factcheck.PassageNote // by field
}

func (p ApprovalPage) path(rest string) string { return claimWorkPath(p.Claim.ID) + "/approval" + rest }

// claimWorkPath returns the path of a claim in the newsroom.
func claimWorkPath(id string) string { return "/newsroom/claims/" + id }

func (p ApprovalPage) title() string {
	if p.Submitted == nil {
		return "Approval: " + ui.Clip(p.Claim.Text, 80)
	}
	return "Approve: " + ui.Clip(p.Claim.Text, 80)
}

// kindWord says what sort of version it is.
func kindWord(k factcheck.CorrectionKind) string {
	switch k {
	case factcheck.CorrectionUpdate:
		return "Update"
	case factcheck.CorrectionClarification:
		return "Clarification"
	case factcheck.CorrectionCorrection:
		return "Correction"
	case factcheck.CorrectionRetraction:
		return "Retraction"
	case factcheck.CorrectionNone:
	}
	return "First verdict"
}

// fieldLabel is how a field of what is approved is called.
func fieldLabel(name string) string {
	base, number, listed := strings.Cut(name, "[")
	label := map[string]string{
		"claim.text": "Claim", "claim.language": "Language of the claim", "claim.claimant": "Claimant", "claim.date": "Date of the claim", "claim.place": "Place",
		"claim.why": "Why it was checked", "claim.wordings": "Wording of the claim", "claim.media": "Media", "label": "Rating", "note": "Public note of the correction",
		"headline": "Headline", "answer": "Answer", "what_is_true": "What is true", "what_is_false": "What is false", "what_is_unknown": "What is not known",
		"body": "Explanation", "how_checked": "How it was checked", "valid_from": "Valid from", "valid_to": "Valid until", "sources": "Source", "replies": "Request for a reply",
		"waivers": "Rule met by a reason", "wordings": "Answer in another language",
	}[base]
	if label == "" {
		label = strings.ReplaceAll(base, "_", " ")
	}
	if listed {
		if n := strings.TrimSuffix(number, "]"); n != "" {
			return label + " " + number1(n)
		}
	}
	return label
}

// number1 counts from one what is counted from nought.
func number1(n string) string {
	i := 0
	for _, r := range n {
		if r < '0' || r > '9' {
			return n
		}
		i = i*10 + int(r-'0')
	}
	return number(i + 1)
}

// excerpt shortens what is the same, so that a change stands out on a small screen.
func excerpt(parts []document.Part) []document.Part {
	const around = 60
	out := slices.Clone(parts)
	for i, p := range out {
		if p.Op != document.Same || len(p.Text) <= 2*around+20 {
			continue
		}
		first, last := i == 0, i == len(out)-1
		head, tail := ui.Clip(p.Text, around), clipStart(p.Text, around)
		switch {
		case first && last:
		case first:
			out[i].Text = tail
		case last:
			out[i].Text = head
		default:
			out[i].Text = head + " " + tail
		}
	}
	return out
}

// clipStart returns the end of a text, from a word on, behind an ellipsis.
func clipStart(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	rest := string(runes[len(runes)-most:])
	if i := strings.IndexByte(rest, ' '); i >= 0 && i < most/2 {
		rest = rest[i+1:]
	}
	return "…" + rest
}

func ruleMark(s factcheck.RuleState) string {
	switch s {
	case factcheck.RuleMet:
		return "Met"
	case factcheck.RuleWaived:
		return "Met by a reason"
	case factcheck.RuleUnmet:
	}
	return "Not met"
}

func outcomeWord(s string) string {
	switch s {
	case "sent_back":
		return "sent back"
	case "taken_back":
		return "taken back by an edit"
	case "published":
		return "published"
	}
	return "waits"
}

// missing is how many approvals are still asked for.
func (v SubmittedVersion) missing() int { return max(0, v.Needed-len(v.Approvals)) }

// last reports whether the next approval publishes.
func (v SubmittedVersion) last() bool { return v.missing() <= 1 }

func (v SubmittedVersion) mayApprove() bool { return v.Refused == "" && !v.Given && v.PublishAt == nil }

func (v SubmittedVersion) approveWord() string {
	switch {
	case !v.last():
		return "Approve, 1 of 2"
	case v.Correction == factcheck.CorrectionRetraction:
		return "Approve and retract now"
	}
	return "Approve and publish now"
}

// changes counts the fields that differ from what was read before, or else from what is public.
func (v SubmittedVersion) changes() int {
	switch {
	case v.Since != nil:
		return len(v.Since.Changes)
	case v.Published != nil:
		return len(v.Published.Changes)
	}
	return 0
}

// HexHash writes a hash for a form.
func HexHash(b []byte) string { return hex.EncodeToString(b) }

func ordinal(n int) string {
	switch n {
	case 2:
		return "second"
	case 3:
		return "third"
	}
	return number(n) + "th"
}

func rulesWord(rules []factcheck.RuleCheck) string {
	unmet := 0
	for _, r := range rules {
		if r.State == factcheck.RuleUnmet {
			unmet++
		}
	}
	if unmet > 0 {
		return count(unmet, "rule not met", "rules not met")
	}
	return "Rules met"
}

func evidenceWord(e EvidenceCount) string {
	words := []string{
		count(e.Sources, "source", "sources"), count(e.Origins, "origin", "origins"), number(e.Primary) + " primary", number(e.Archived) + " archived",
		number(e.Against) + " against", number(e.For) + " for",
	}
	return strings.Join(words, ", ")
}

func sideWord(s string) string {
	switch factcheck.Bearing(s) {
	case factcheck.BearingAgainst:
		return "Against"
	case factcheck.BearingFor:
		return "For"
	case factcheck.BearingContext:
	}
	return "Context"
}

func firstNonEmpty(s ...string) string {
	for _, v := range s {
		if strings.TrimSpace(v) != "" {
			return v
		}
	}
	return ""
}

// target returns the field that an error is about.
func (p ApprovalPage) target() string {
	switch p.Field {
	case "note", "publish_at":
		return p.Field
	}
	return ""
}
