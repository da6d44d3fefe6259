package factcheck

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// VersionState is the state of one version of a verdict. Which version is current is a pointer of the verdict, not a state.
type VersionState string

// The states of a version. Sent back means draft again, with a note.
const (
	VersionDraft     VersionState = "draft"
	VersionSubmitted VersionState = "submitted"
	VersionPublished VersionState = "published"
)

// VerdictState is what readers are told of a verdict as a whole.
type VerdictState string

// The states of a verdict.
const (
	VerdictUnpublished VerdictState = "unpublished"
	VerdictCurrent     VerdictState = "current"
	VerdictSuspended   VerdictState = "suspended"
	VerdictRetracted   VerdictState = "retracted"
)

// Origin says how a verdict came into this house.
type Origin string

// The origins: written here, the house's own older archive, or another publisher's.
const (
	OriginHouse    Origin = "house"
	OriginLegacy   Origin = "legacy"
	OriginImported Origin = "imported"
)

// SourceKind says how near a source is to the facts.
type SourceKind string

// The kinds of source.
const (
	SourcePrimary   SourceKind = "primary"
	SourceSecondary SourceKind = "secondary"
)

// Bearing says which way a source points.
type Bearing string

// The bearings of a source.
const (
	BearingFor     Bearing = "for"
	BearingAgainst Bearing = "against"
	BearingContext Bearing = "context"
)

// Source is a piece of evidence of a draft.
type Source struct {
	ID         SourceID // zero for a new one
	URL        string   // http or https; or
	Document   string   // a locator in words: file number, page
	Title      string
	Origin     string // who is behind it; independent sources differ in origin, not in URL
	Kind       SourceKind
	Bearing    Bearing
	Quote      string    // the passage, as it was read
	ReadAt     time.Time // day
	Interest   string    // declared interest of the origin
	ArchiveURL string    // an archived copy, if there is one; kept beside the version, not in what is approved
}

// Complete reports whether the source has what a reader needs to retrace it: a locator, a quoted passage and the day it
// was read (IFCN code of principles, transparency of sources).
func (s Source) Complete() bool {
	return (s.URL != "" || s.Document != "") && s.Quote != "" && !s.ReadAt.IsZero()
}

// Reply is one request for a reply to somebody whom the verdict concerns.
type Reply struct {
	Asked      string     `json:"asked"`
	AskedAt    time.Time  `json:"asked_at"`
	Deadline   *time.Time `json:"deadline,omitempty"`
	AnsweredAt *time.Time `json:"answered_at,omitempty"`
	Answer     string     `json:"answer,omitempty"`
}

// Waiver meets a house rule by a stated, public reason.
type Waiver struct {
	Rule   Rule   `json:"rule"`
	Reason string `json:"reason"`
}

// VerdictWording is headline and answer in one more language.
type VerdictWording struct {
	Language string `json:"language"`
	Headline string `json:"headline,omitempty"`
	Answer   string `json:"answer"`
}

// Draft is the content of a version: all that a person writes and another approves.
type Draft struct {
	Scale      ScaleID
	Label      string
	Reasons    []Reason // beyond those that the label itself stands for
	Language   string
	Headline   string
	Answer     string // the finding in two sentences
	Body       string // the reasoning, Markdown
	True       string // what is true in the claim
	False      string
	Unknown    string
	HowChecked string
	ValidFrom  *time.Time // since when the finding holds
	ValidTo    *time.Time
	Sources    []Source
	Replies    []Reply
	Waivers    []Waiver
	Wordings   []VerdictWording
	Correction CorrectionKind // none for a first version
	Note       string         // public note of a correction
}

// Rule names a house rule that a verdict has to meet, or waive with a reason.
type Rule string

// The house rules. Each can be met by a stated reason instead.
const (
	RuleOrigins Rule = "independent_origins"
	RuleArchive Rule = "archived_sources"
	RulePrimary Rule = "primary_source"
	RuleReply   Rule = "reply_asked"
)

// HouseRules are the settings of a house beyond what every verdict needs.
type HouseRules struct {
	IndependentOrigins int  `json:"independent_origins"` // least number of different origins; 0 and 1 ask for nothing more
	ArchivedSources    bool `json:"archived_sources"`    // every source with an address has an archived copy
	PrimarySource      bool `json:"primary_source"`      // at least one source is primary
	ReplyAsked         bool `json:"reply_asked"`         // the claimant was asked
}

// Gap is something that is missing before a version can be approved.
type Gap struct {
	Field   string // the field to go to
	Message string
	Rule    Rule // the house rule that a reason could waive; empty if nothing can
}

// Clean returns the draft trimmed, after checking it against the limits and vocabularies. What is merely missing is not
// an error: a draft may be incomplete. The error is CodeInvalid and names the field.
func (d Draft) Clean() (Draft, error) {
	for _, s := range []*string{&d.Label, &d.Headline} {
		*s = CleanLine(*s)
	}
	for _, s := range []*string{&d.Answer, &d.Body, &d.True, &d.False, &d.Unknown, &d.HowChecked, &d.Note} {
		*s = strings.TrimSpace(*s)
	}
	if d.Language != "" && !ValidLanguage(d.Language) {
		return d, Invalid("language", "%q is not a language tag; write en, pt-BR or ar", clip(d.Language, 40))
	}
	for i, r := range d.Reasons {
		if !r.Valid() {
			return d, Invalid(fmt.Sprintf("reasons[%d]", i), "%q is not one of the reasons", clip(string(r), 40))
		}
	}
	if !d.Correction.Valid() {
		return d, Invalid("correction", "choose update, clarification, correction or retraction")
	}
	if d.ValidFrom != nil && d.ValidTo != nil && d.ValidTo.Before(*d.ValidFrom) {
		return d, Invalid("valid_to", "the finding cannot end before it begins")
	}
	err := firstError(
		CheckText("label", d.Label, MaxLine), CheckText("headline", d.Headline, MaxLine), CheckText("answer", d.Answer, MaxAnswer),
		CheckText("body", d.Body, MaxBody), CheckText("true", d.True, MaxNote), CheckText("false", d.False, MaxNote),
		CheckText("unknown", d.Unknown, MaxNote), CheckText("how_checked", d.HowChecked, MaxNote), CheckText("note", d.Note, MaxNote))
	if err != nil {
		return d, err
	}
	if len(d.Sources) > MaxSources {
		return d, Invalid("sources", "%d sources are too many; the limit is %d", len(d.Sources), MaxSources)
	}
	d.Sources = slices.Clone(d.Sources)
	seen := map[SourceID]bool{}
	for i := range d.Sources {
		id := d.Sources[i].ID
		if !id.IsZero() && seen[id] {
			return d, Invalid(fmt.Sprintf("sources[%d].id", i), "this source is in the list already; leave the id out for another one")
		}
		seen[id] = true
		if d.Sources[i], err = d.Sources[i].clean(fmt.Sprintf("sources[%d]", i)); err != nil {
			return d, err
		}
	}
	return d, d.checkParts()
}

func (s Source) clean(at string) (Source, error) {
	for _, t := range []*string{&s.URL, &s.Document, &s.Title, &s.Origin, &s.ArchiveURL} {
		*t = CleanLine(*t)
	}
	s.Quote, s.Interest = strings.TrimSpace(s.Quote), strings.TrimSpace(s.Interest)
	if s.Kind != SourcePrimary && s.Kind != SourceSecondary {
		return s, Invalid(at+".kind", "choose primary or secondary")
	}
	if s.Bearing != BearingFor && s.Bearing != BearingAgainst && s.Bearing != BearingContext {
		return s, Invalid(at+".bearing", "choose for, against or context")
	}
	return s, firstError(
		CheckURL(at+".url", s.URL), CheckURL(at+".archive_url", s.ArchiveURL), CheckText(at+".document", s.Document, MaxLine),
		CheckText(at+".title", s.Title, MaxLine), CheckText(at+".origin", s.Origin, MaxLine),
		CheckText(at+".quote", s.Quote, MaxQuote), CheckText(at+".interest", s.Interest, MaxLine))
}

func (d Draft) checkParts() error {
	for i, r := range d.Replies {
		at := fmt.Sprintf("replies[%d]", i)
		if strings.TrimSpace(r.Asked) == "" || r.AskedAt.IsZero() {
			return Invalid(at, "say who was asked, and when")
		}
		if err := firstError(CheckText(at+".asked", r.Asked, MaxLine), CheckText(at+".answer", r.Answer, MaxNote)); err != nil {
			return err
		}
	}
	for i, w := range d.Waivers {
		at := fmt.Sprintf("waivers[%d]", i)
		if !slices.Contains([]Rule{RuleOrigins, RuleArchive, RulePrimary, RuleReply}, w.Rule) {
			return Invalid(at+".rule", "%q is not a house rule", clip(string(w.Rule), 40))
		}
		if strings.TrimSpace(w.Reason) == "" {
			return Invalid(at+".reason", "say why the rule is not met; readers see it")
		}
		if err := CheckText(at+".reason", w.Reason, MaxNote); err != nil {
			return err
		}
	}
	if len(d.Wordings) > MaxWordings {
		return Invalid("wordings", "%d wordings are too many; the limit is %d", len(d.Wordings), MaxWordings)
	}
	for i, w := range d.Wordings {
		at := fmt.Sprintf("wordings[%d]", i)
		if !ValidLanguage(w.Language) {
			return Invalid(at+".language", "%q is not a language tag", clip(w.Language, 40))
		}
		if err := firstError(CheckText(at+".headline", w.Headline, MaxLine), CheckText(at+".answer", w.Answer, MaxAnswer)); err != nil {
			return err
		}
	}
	return nil
}

// Gaps returns what is missing before the draft can be submitted, in the order of the form. The first block holds for
// every house and cannot be waived (DESIGN, invariant 3); house rules can be met by a stated reason.
func (d Draft) Gaps(rating Rating, rules HouseRules) []Gap {
	var gaps []Gap
	need := func(ok bool, field, message string) {
		if !ok {
			gaps = append(gaps, Gap{Field: field, Message: message})
		}
	}
	if d.Correction != CorrectionNone {
		need(d.Note != "", "note", "say in public what changed and why")
	}
	if d.Correction == CorrectionRetraction {
		return gaps
	}
	need(d.Label != "", "label", "choose a rating")
	need(d.Answer != "", "answer", "write the answer in two sentences")
	need(slices.ContainsFunc(d.Sources, Source.Complete), "sources", "add a source with a locator, a quoted passage and the day it was read")
	if rating.Truth == TruthFalse {
		against := func(s Source) bool { return s.Bearing == BearingAgainst && s.Complete() }
		need(slices.ContainsFunc(d.Sources, against), "sources", "a false rests on evidence: add a source that speaks against the claim")
	}
	for i, s := range d.Sources {
		need(s.Complete(), fmt.Sprintf("sources[%d]", i), "this source lacks its locator, its passage or the day it was read")
	}
	return append(gaps, d.houseGaps(rules)...)
}

func (d Draft) houseGaps(rules HouseRules) []Gap {
	var gaps []Gap
	need := func(ok bool, rule Rule, field, message string) {
		waived := slices.ContainsFunc(d.Waivers, func(w Waiver) bool { return w.Rule == rule && w.Reason != "" })
		if !ok && !waived {
			gaps = append(gaps, Gap{Field: field, Message: message, Rule: rule})
		}
	}
	origins := map[string]bool{}
	archived, primary := true, false
	for _, s := range d.Sources {
		if s.Complete() && s.Origin != "" {
			origins[strings.ToLower(s.Origin)] = true
		}
		archived = archived && (s.URL == "" || s.ArchiveURL != "")
		primary = primary || s.Kind == SourcePrimary && s.Complete()
	}
	need(len(origins) >= rules.IndependentOrigins, RuleOrigins, "sources",
		fmt.Sprintf("this house asks for %d independent origins; there are %d", rules.IndependentOrigins, len(origins)))
	need(!rules.ArchivedSources || archived, RuleArchive, "sources", "this house asks for an archived copy of every source with an address")
	need(!rules.PrimarySource || primary, RulePrimary, "sources", "this house asks for at least one primary source")
	need(!rules.ReplyAsked || len(d.Replies) > 0, RuleReply, "replies", "this house asks the claimant for a reply")
	return gaps
}

// GapError turns gaps into one CodeInvalid error that names the first field and counts the rest; nil if there is none.
func GapError(gaps []Gap) error {
	switch len(gaps) {
	case 0:
		return nil
	case 1:
		return Invalid(gaps[0].Field, "%s", gaps[0].Message)
	}
	return Invalid(gaps[0].Field, "%s (and %d more)", gaps[0].Message, len(gaps)-1)
}

// CheckApprover returns a CodeForbidden error if the approver had a hand in the version: nobody approves their own work,
// and a key counts as its owner. There is no override.
func CheckApprover(approver Actor, authors []PersonID) error {
	if slices.Contains(authors, approver.Person) {
		return Forbidden("nobody approves their own work: you wrote or edited part of this; ask a colleague")
	}
	return nil
}

// CheckURL returns a CodeInvalid error unless s is empty or an http or https address with a host.
func CheckURL(field, s string) error {
	if s == "" {
		return nil
	}
	if err := CheckText(field, s, MaxURL); err != nil {
		return err
	}
	if !IsWebURL(s) {
		return Invalid(field, "%q is not a web address; it begins with http:// or https://", clip(s, 80))
	}
	return nil
}
