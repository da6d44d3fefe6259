package newsroom

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// DraftShown is the open version of the house's verdict.
type DraftShown struct {
	ID, State   string
	Revision    int
	SubmittedBy string
	Note        string // why it was sent back
	Authors     []string
	Correction  string
	Rating      ui.Mark
	Form        DraftForm
	Sources     []SourceItem
	Replies     []ReplyItem
	Waivers     []factcheck.Waiver
	Wordings    []factcheck.VerdictWording
	Origins     int // different ones
	Primary     int
}

// DraftForm is the form in which the verdict is written.
type DraftForm struct {
	Begun                             bool
	Labels                            []LabelChoice
	Label                             string
	Reasons                           []Option
	Lang, Headline, Answer            string
	True, False, Unknown              string
	Body, HowChecked                  string
	ValidFrom, ValidTo, Note, WasHash string
	Clashes                           []Clash
	Theirs                            []string // fields that others saved meanwhile
}

// LabelChoice is a label of the scale with what it means.
type LabelChoice struct {
	Label, Definition string
	Mark              ui.Mark
	On                bool
}

// SourceItem is a source of the draft.
type SourceItem struct {
	ID, URL, Document, Title, Origin, Quote, Interest, ArchiveURL string
	Kind, Bearing                                                 string
	ReadAt                                                        time.Time
	ReadForm                                                      string
	Was                                                           string
	Complete, First, Last                                         bool
}

// form returns the name of the form that edits the source.
func (s SourceItem) form() string { return "source-" + s.ID }

// SourceForm is the form that adds a source, filled with what was read from its address.
type SourceForm struct {
	Open                                bool
	Read                                bool // the page was read
	Address                             string
	URL, Title, Origin, Published, Lang string
	Document                            string
	Paragraphs                          []string
	Quote                               string // the paragraph that was chosen
	ArticleID                           string
	ReadAt                              string
	ArchiveURL                          string
}

// ReplyItem is a request for a reply.
type ReplyItem struct {
	Key, Asked, AskedAt, Deadline, AnsweredAt, Answer string
	Was                                               string // digests of these, as the form carries them
	At                                                time.Time
	Due, Answered                                     *time.Time
}

func (r ReplyItem) form() string { return "reply-" + r.Key }

func bearingWord(b string) string {
	switch b {
	case "for":
		return "For"
	case "against":
		return "Against"
	}
	return "Context"
}

func bearings() []Option {
	return []Option{{Value: "against", Label: "Against", Hint: "speaks against the claim"}, {Value: "for", Label: "For", Hint: "speaks for it"}, {Value: "context", Label: "Context", Hint: "helps to judge it"}}
}

func kinds() []Option {
	return []Option{{Value: "primary", Label: "Primary", Hint: "the record, the data, who was there"}, {Value: "secondary", Label: "Secondary", Hint: "somebody’s account of it"}}
}

func (d DraftShown) counted() string {
	return count(len(d.Sources), "source", "sources") + " · " + count(d.Origins, "origin", "origins") + " · " + strconv.Itoa(d.Primary) + " primary"
}

func (d DraftShown) stateWord() string {
	word := "Draft"
	if d.Correction != "" {
		word = correctionWord(d.Correction)
	}
	if d.State == "submitted" {
		return word + ", waits for approval"
	}
	return word
}

func (d DraftShown) retraction() bool { return d.Correction == string(factcheck.CorrectionRetraction) }

func (d DraftShown) waiver(rule factcheck.Rule) string {
	for _, w := range d.Waivers {
		if w.Rule == rule {
			return w.Reason
		}
	}
	return ""
}

// locator is how a source without an address is found.
func (s SourceItem) name() string {
	for _, t := range []string{s.Title, s.Document, s.URL} {
		if t != "" {
			return t
		}
	}
	return "Source"
}

// VerdictWordingLines returns headline and answer in other languages as the form takes them.
func VerdictWordingLines(list []factcheck.VerdictWording) string {
	var b strings.Builder
	for i, w := range list {
		if i > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(w.Language + "\n" + w.Headline + "\n" + w.Answer)
	}
	return b.String()
}

// ComparePage shows two versions of a verdict beside each other, word by word.
type ComparePage struct {
	Shell
	ID, Text, Lang string
	From, To       []Option
	Changes        []FieldCompared
	Compared       bool
}

// FieldCompared is a field that differs.
type FieldCompared struct {
	Label string
	Parts []document.Part
}

// DataPage shows the machine-readable forms of what would be published.
type DataPage struct {
	Shell
	ID, Text, Lang string
	JSONLD, JSON   string
	CardPath       string // of the share card; empty leaves it out
}

// FieldLabel is how a field of what is approved is called.
func FieldLabel(name string) string {
	base, rest, listed := strings.Cut(name, "[")
	label, ok := map[string]string{
		"claim.text": "The claim", "claim.language": "Language of the claim", "claim.claimant": "Claimant", "claim.date": "Date of the claim", "claim.place": "Place",
		"claim.why": "Why it is checked", "claim.wordings": "Wording", "claim.media": "Medium", "label": "Rating", "note": "Public note", "headline": "Headline",
		"answer": "Answer", "what_is_true": "What is true", "what_is_false": "What is false", "what_is_unknown": "What is not known", "body": "Explanation",
		"how_checked": "How we checked", "valid_from": "Valid from", "valid_to": "Valid to", "sources": "Source", "replies": "Reply", "waivers": "House rule", "wordings": "In another language",
	}[base]
	if !ok {
		label = base
	}
	if listed {
		if n, err := strconv.Atoi(strings.TrimSuffix(rest, "]")); err == nil {
			label += " " + strconv.Itoa(n+1)
		}
	}
	return label
}

// NewClaimPage is the form that files a claim.
type NewClaimPage struct {
	Shell
	Typed
	Topics   []Option
	Near     []NearItem
	Looked   bool // claims like it were looked for
	Warming  bool
	Same     []ClaimantChoice // claimants of that name
	Article  string           // id of the article it was found in
	Headline string           // of that article
	Tips     []string         // ids of those that ask for it
	Pasted   bool             // an address stands where the claim goes
	Default  string           // language
}

// NearItem is a claim that is like the one being filed.
type NearItem struct {
	ID, Text, Lang, Stage, StageNote string
	Mark                             ui.Mark
	HasVerdict, Review               bool
	Publisher                        string
	Stops, Exact                     bool
	Percent                          int
	Why                              string
	Reason, SaidBy                   string // why somebody said before that it is not the same
	Suggested                        bool   // the article may make it; nothing typed is like it
}

// ClaimantChoice is somebody of the typed name.
type ClaimantChoice struct{ ID, Name, Kind, Description string }

func (p NewClaimPage) field(name, label, hint string, required bool) ui.Field {
	return ui.Field{ID: "new-" + name, Name: name, Label: label, Value: p.val("new", name, ""), Hint: hint, Error: p.wrong("new", name), Required: required}
}

func (p NewClaimPage) troubleTarget() string {
	switch p.Field {
	case "":
		return ""
	case "not_same":
		return "near"
	case "claimant":
		return "new-same"
	case "name":
		return "new-claimant"
	case "description":
		return "new-described"
	case "quote":
		return "new-passage"
	}
	return "new-" + p.Field
}

// form returns the form of the verdict, of a claim without a draft too.
func (p ClaimPage) form() DraftForm {
	if p.Draft != nil {
		return p.Draft.Form
	}
	return p.Empty
}

// FieldValue is a field of the verdict's form as it is saved.
type FieldValue struct {
	Name, Value string
	Theirs      bool // somebody else saved it meanwhile
}

// Fields returns what is saved of the form.
func (d DraftForm) Fields() []FieldValue {
	var reasons []string
	for _, r := range d.Reasons {
		if r.On {
			reasons = append(reasons, r.Value)
		}
	}
	slices.Sort(reasons)
	fields := []FieldValue{
		{Name: "label", Value: d.Label}, {Name: "reasons", Value: strings.Join(reasons, " ")}, {Name: "headline", Value: d.Headline}, {Name: "answer", Value: d.Answer},
		{Name: "true", Value: d.True}, {Name: "false", Value: d.False}, {Name: "unknown", Value: d.Unknown}, {Name: "body", Value: d.Body},
		{Name: "how_checked", Value: d.HowChecked}, {Name: "language", Value: d.Lang}, {Name: "valid_from", Value: d.ValidFrom}, {Name: "valid_to", Value: d.ValidTo},
		{Name: "note", Value: d.Note},
	}
	for i := range fields {
		fields[i].Theirs = slices.Contains(d.Theirs, fields[i].Name)
	}
	return fields
}

func kindOf(kind string, private bool) string {
	if private || kind == "" {
		return "private"
	}
	return kind
}

// FieldLabel2 is how a field of the verdict's form is called.
func FieldLabel2(name string) string {
	switch name {
	case "true", "false", "unknown":
		return FieldLabel("what_is_" + name)
	case "reasons":
		return "Reasons"
	case "language":
		return "Language"
	}
	return FieldLabel(name)
}

// Digest returns a short digest of what stands in a field, space at its ends aside. A form carries it instead of the text.
func Digest(s string) string {
	sum := sha256.Sum256([]byte(strings.TrimSpace(s)))
	return hex.EncodeToString(sum[:6])
}
