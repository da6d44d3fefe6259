package newsroom

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// Typed is what somebody sent with a form that could not be done: the form is shown again with it, and with what is wrong.
// The zero Typed is none.
type Typed struct {
	Form    string // which form, as the page names it; empty: none, the message is of the page
	Message string
	Field   string
	Values  map[string][]string
}

// val returns what stands in a field of a form: what was typed, else what is saved.
func (t Typed) val(form, name, saved string) string {
	if t.Form != form || t.Form == "" {
		return saved
	}
	if v, sent := t.Values[name]; sent && len(v) > 0 {
		return strings.ReplaceAll(v[0], "\r\n", "\n")
	}
	return saved
}

// has reports whether a value of a field that may have several was sent, else whether it is saved.
func (t Typed) has(form, name, value string, saved bool) bool {
	if t.Form != form || t.Form == "" {
		return saved
	}
	return slices.Contains(t.Values[name], value)
}

// wrong returns what is wrong with a field of a form.
func (t Typed) wrong(form, field string) string {
	if t.Form == form && t.Field == field {
		return t.Message
	}
	return ""
}

// Option is one choice of several.
type Option struct {
	Value, Label, Hint string
	On                 bool
}

// ClaimPage is a claim with everything that is known of it and every form that changes it.
type ClaimPage struct {
	Shell
	Typed
	ID, Text, Lang     string
	Stage, StageNote   string
	PublicURL          string
	MergedID, MergedTo string
	Assignee           string // name
	Mine               bool   // it is given to who reads
	Revision           int
	Created, Updated   time.Time
	Claimant           ClaimantShown
	Date               factcheck.Date
	Place, Why         string
	TopicNames         []string
	Wordings           []factcheck.Wording
	Media              []MediaItem
	Details            DetailsForm
	Links              []ClaimLink
	Tips               int
	Followers          int // readers who are told by mail when it changes

	Draft        *DraftShown
	Empty        DraftForm // of a claim without a draft
	Published    []PublishedItem
	VerdictState string // of the house's public verdict; empty before
	Rules        []RuleItem
	Open         int // rules that are not met

	Comments    []CommentItem
	Named       int // comments that name who reads, and that they have not seen
	Interests   []InterestItem
	Interest    bool // who reads has one
	Confidences []ConfidenceItem
	Sealing     bool // sources can be kept in confidence
	Files       []FileItem
	Here        []string // names of others who have it open
	Events      []ClaimEvent
	Assignees   []Option
	Adding      SourceForm
	Told        string
	Editor      bool
	Clashes     map[string][]Clash // of a form, by its name: what both changed
	Naming      string             // id of the open proposal to name the claimant
	Author      bool               // who reads had a hand in the open version
}

// ClaimantShown is who made a claim, for the newsroom: with the name, also of a private person.
type ClaimantShown struct {
	ID, Name, Kind, Description string
	Private, Named              bool
}

// MediaItem is a medium of the claim.
type MediaItem struct{ ID, URL, Kind, Category, Alt string }

// DetailsForm is the form that edits the claim.
type DetailsForm struct {
	Text, Lang, Date, Place, Why, Selection string
	Claimant                                string // id
	ClaimantName                            string
	Was                                     string // of each field as the form shows it
	Topics                                  []Option
	Clashes                                 []Clash
	Same                                    []ClaimantChoice // of the typed name
}

// Clash is a field that somebody else saved differently while it was being written.
type Clash struct {
	Field, Label string
	Theirs       string
	Parts        []document.Part // from theirs to what was typed
}

// ClaimLink is an article of the claim.
type ClaimLink struct {
	ID, ArticleID, Title, URL, Outlet, Quote string
	Stance                                   factcheck.Stance
	Imported, First                          bool
	State                                    factcheck.CorrectionState
	CorrectedAt                              *time.Time
	Notices                                  []NoticeItem
}

// Asks reports whether its outlet should be told: it puts the claim forward, and still does.
func (l ClaimLink) Asks() bool { return l.Stance.Asserts() && l.State == factcheck.StateStanding }

// NoticeItem says that an outlet was told.
type NoticeItem struct {
	ID, Revision         int64
	How, Answer, By      string
	ToldAt               time.Time
	AnsweredAt           *time.Time
	ToldForm, AnswerForm string // as the form takes them
}

// PublishedItem is a published version.
type PublishedItem struct {
	ID, Label, Correction, Note, Approver string
	N                                     int
	At                                    time.Time
	Current                               bool
}

// RuleItem is something that is asked before approval.
type RuleItem struct {
	factcheck.RuleStanding
	Target string // id of the field
}

// CommentItem is what a colleague said.
type CommentItem struct {
	ID             int64
	Name, Text     string
	At             time.Time
	Mine, Back     bool
	ForMe, Unseen  bool
	MentionedNames []string
}

// InterestItem is a declared conflict of interest.
type InterestItem struct {
	ID           int64
	Name, In     string
	Reason       string
	Mine         bool
	DeclaredAt   time.Time
	InWords, Key string
}

// ConfidenceItem is a source kept in confidence.
type ConfidenceItem struct {
	ID                  int64
	Reason, Name        string
	At                  time.Time
	Forgotten, Readable bool
	Mine                bool
	Secret              string // shown once, to who asked for it
}

// FileItem is a file of the claim.
type FileItem struct {
	ID                   int64
	Name, Type, Hash, By string
	Size                 int64
	At                   time.Time
	Down                 bool
}

// ClaimEvent is an act on the claim or its verdict.
type ClaimEvent struct {
	At       time.Time
	Who      string
	What     string
	Times    int // of the same one in a row
	Detailed string
}

func (p ClaimPage) path(rest string) string { return ClaimPath(p.ID) + rest }

func (p ClaimPage) act(rest string) templ.SafeURL { return templ.SafeURL(p.path(rest)) }

func articlePath2(id string) string { return "/newsroom/articles/" + url.PathEscape(id) }

// quoting returns the address of the page with a paragraph of the source that was read as the passage.
func (p ClaimPage) quoting(paragraph int) string {
	return ClaimPath(p.ID) + "?source=" + p.Adding.ArticleID + "&quote=" + number(paragraph) + "#source-new-quote"
}

// publicWord says what readers see of a claim on which nothing is being written.
func (p ClaimPage) publicWord() string {
	switch p.VerdictState {
	case "current":
		return "Published. It changes only by what somebody else approves."
	case "suspended":
		return "Suspended: readers see that the verdict is under review."
	case "retracted":
		return "Retracted: the page stays, and says so."
	}
	return "Nothing of this is public."
}

// linkTo returns the path of the form that takes an article in, to be linked to the claim.
func (p ClaimPage) linkTo() string { return "/newsroom/articles/new?claim=" + p.ID + "#url" }

// active reports whether work on the claim is possible.
func (p ClaimPage) active() bool { return p.MergedID == "" && p.Stage != "declined" }

// writable reports whether there is a draft, or can be one, that takes changes now.
func (p ClaimPage) writable() bool {
	if p.Draft != nil {
		return p.Draft.State == "draft"
	}
	return p.active() && p.VerdictState == ""
}

// correctable reports whether the house's public verdict can be corrected or retracted: nothing of that is begun, and its chain
// has not ended.
func (p ClaimPage) correctable() bool {
	return p.Draft == nil && (p.VerdictState == "current" || p.VerdictState == "suspended")
}

// suspendable reports whether who reads can pull the emergency brake.
func (p ClaimPage) suspendable() bool { return p.Editor && p.VerdictState == "current" }

// mayDecide reports whether who reads approves what waits, or sends it back.
func (p ClaimPage) mayDecide() bool { return p.Editor && !p.Author && !p.Interest }

func (p ClaimPage) claimantWord() string {
	c := p.Claimant
	switch {
	case c.ID == "":
		return "Nobody is named"
	case c.Private && !c.Named:
		return c.Name + " (a private person: readers see “" + orOther(c.Description, "a private person") + "”)"
	case c.Kind == "anonymous":
		return c.Name + " (an anonymous kind)"
	}
	return c.Name
}

func orOther(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// field fills a labelled control of a form of the page.
func (p ClaimPage) field(form, name, label, saved, hint string) ui.Field {
	return ui.Field{ID: form + "-" + name, Name: name, Label: label, Value: p.val(form, name, saved), Hint: hint, Error: p.wrong(form, name)}
}

// text is field for several lines.
func (p ClaimPage) text(form, name, label, saved, hint string) ui.Field {
	f := p.field(form, name, label, saved, hint)
	f.Type = "textarea"
	return f
}

// target returns the id of the field that a message is about.
func (p ClaimPage) target(form string) string {
	if p.Form != form || p.Field == "" || p.Field == "revision" {
		return ""
	}
	return form + "-" + p.Field
}

// trouble returns the message of a form.
func (p ClaimPage) trouble(form string) string {
	if p.Form == form {
		return p.Message
	}
	return ""
}

// claimantKinds are what a claimant can be, the private person first: nobody is named by accident.
func claimantKinds() []Option {
	return []Option{
		{Value: "private", Label: "a private person: never named", Hint: "naming takes a reason and a second person"},
		{Value: "person", Label: "a person in public life"},
		{Value: "organisation", Label: "an organisation"},
		{Value: "anonymous", Label: "an anonymous kind, such as viral post"},
	}
}

func correctionWord(kind string) string {
	switch kind {
	case "update":
		return "Update"
	case "clarification":
		return "Clarification"
	case "correction":
		return "Correction"
	case "retraction":
		return "Retraction"
	}
	return "First version"
}

func categories() []Option {
	out := []Option{{Value: "", Label: "not judged"}}
	for _, c := range factcheck.MediaCategories() {
		out = append(out, Option{Value: string(c), Label: categoryWord(c)})
	}
	return out
}

func categoryWord(c factcheck.MediaCategory) string {
	switch c {
	case factcheck.CategoryOriginal:
		return "original"
	case factcheck.CategoryDecontext:
		return "shown out of context"
	case factcheck.CategoryEditedOrCropped:
		return "edited or cropped"
	case factcheck.CategoryTransformed:
		return "changed in its content"
	case factcheck.CategoryStaged:
		return "staged"
	case factcheck.CategorySatire:
		return "satire or parody"
	case factcheck.CategoryNone:
	}
	return "not judged"
}

// WordingLines returns wordings as the form takes them: a line each, the language first.
func WordingLines(list []factcheck.Wording) string {
	var b strings.Builder
	for _, w := range list {
		b.WriteString(w.Language + ": " + w.Text + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// EventWord says what an act of the audit log was.
func EventWord(action string) string {
	words := map[string]string{
		"claim.file": "filed the claim", "claim.edit": "edited the claim", "claim.check": "began to check", "claim.decline": "declined it",
		"claim.reopen": "reopened it", "claim.assign": "gave it to somebody, or back", "claim.rename": "changed the address of its page",
		"claim.wordings": "set other wordings", "claim.media_add": "added media", "claim.media_remove": "removed media", "claim.merge": "merged claims",
		"claim.comment": "commented", "claim.comment_back": "took a comment back", "claim.outlet_told": "noted that an outlet was told",
		"claim.outlet_answer": "noted what an outlet answered", "claim.file_add": "added a file", "claim.file_down": "took a file down",
		"claim.distinguish": "told it apart from others", "confidence.keep": "kept a source in confidence", "confidence.read": "read who a confidential source is",
		"confidence.forget": "forgot a confidential source", "verdict.draft": "began a draft", "verdict.edit": "wrote", "verdict.discard": "discarded the draft",
		"verdict.submit": "sent it for approval", "verdict.take_back": "took it back from approval", "verdict.send_back": "sent it back",
		"verdict.approve": "approved it", "verdict.suspend": "suspended the verdict", "verdict.restore": "restored the verdict",
	}
	if w := words[action]; w != "" {
		return w
	}
	return strings.ReplaceAll(strings.ReplaceAll(action, ".", ": "), "_", " ")
}

// Value returns what was typed into a field of a form; empty if that form was not sent.
func (t Typed) Value(form, name string) string { return t.val(form, name, "") }
