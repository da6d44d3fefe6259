package demo

import (
	"slices"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Do is what a step does.
type Do string

// The things a step can do, with the fields of [Step] that go with each beside At, By and Do. A retraction is a draft of
// that kind, with its reason as the note.
const (
	DoFile       Do = "file"        // the claim is filed; Text if it was worded otherwise at first
	DoEdit       Do = "edit"        // Text is the claim's new wording; Note
	DoCheck      Do = "check"       // work on it begins (stage checking)
	DoLink       Do = "link"        // Article, Stance, Quote; Appeared, if the article carried it since another day than its publication
	DoRestance   Do = "restance"    // Article, Stance, Note
	DoMark       Do = "mark"        // Article, State (corrected or removed), Out, Note
	DoFirst      Do = "first"       // Article: it is the first known appearance of the claim; Note
	DoUnlink     Do = "unlink"      // Article: the link was a mistake; Note
	DoUndo       Do = "undo"        // Article: its link is taken back; nothing was done to it since
	DoDraft      Do = "draft"       // Verdict, complete after Load; Kind and public Note from the second version on
	DoSubmit     Do = "submit"      // the draft is sent for approval
	DoSendBack   Do = "send_back"   // Note; the draft can be changed and submitted again
	DoApprove    Do = "approve"     // publishes
	DoSuspend    Do = "suspend"     // Note is public
	DoAskRestore Do = "ask_restore" // Note; waits for grant
	DoGrant      Do = "grant"       // a second person approves what was asked; Note
	DoDecline    Do = "decline"     // Note
	DoMerge      Do = "merge"       // Into, Note
)

// Dos lists everything a step can do.
func Dos() []Do {
	return []Do{
		DoFile, DoEdit, DoCheck, DoLink, DoRestance, DoMark, DoFirst, DoUnlink, DoUndo, DoDraft, DoSubmit, DoSendBack, DoApprove,
		DoSuspend, DoAskRestore, DoGrant, DoDecline, DoMerge,
	}
}

// OnArticle reports whether d is done to an article's link with the claim.
func (d Do) OnArticle() bool {
	return slices.Contains([]Do{DoLink, DoRestance, DoMark, DoFirst, DoUnlink, DoUndo}, d)
}

// Step is one thing a person does to a claim at a moment.
type Step struct {
	At       When                      `json:"at"`
	By       string                    `json:"by"`
	Do       Do                        `json:"do"`
	Text     string                    `json:"text,omitempty"`
	Article  string                    `json:"article,omitempty"`
	Stance   factcheck.Stance          `json:"stance,omitempty"`
	Quote    string                    `json:"quote,omitempty"`
	State    factcheck.CorrectionState `json:"state,omitempty"`
	Appeared When                      `json:"appeared,omitzero"`
	Out      When                      `json:"out,omitzero"` // when the article was corrected or the passage removed; zero: when it was noted
	Verdict  *Verdict                  `json:"verdict,omitempty"`
	Kind     factcheck.CorrectionKind  `json:"kind,omitempty"`
	Into     string                    `json:"into,omitempty"`
	Note     string                    `json:"note,omitempty"`
}

// Verdict is the text of a verdict of the house with its sources. In the files a draft after the first says only what it
// changes; Load completes it.
type Verdict struct {
	Rating     string             `json:"rating,omitempty"`  // a label of the house scale
	Reasons    []factcheck.Reason `json:"reasons,omitempty"` // beside those of the label
	Headline   string             `json:"headline,omitempty"`
	Answer     string             `json:"answer,omitempty"`
	Body       Prose              `json:"body,omitempty"` // Markdown
	True       string             `json:"true,omitempty"`
	False      string             `json:"false,omitempty"`
	Unknown    string             `json:"unknown,omitempty"`
	HowChecked string             `json:"how,omitempty"`
	ValidFrom  When               `json:"valid_from,omitzero"`
	ValidTo    When               `json:"valid_to,omitzero"` // never carried over to the next version
	Replies    []Reply            `json:"replies,omitempty"`
	Waivers    []factcheck.Waiver `json:"waivers,omitempty"`
	Sources    []Source           `json:"sources,omitempty"`  // after the first draft: added to the earlier ones
	Without    []string           `json:"without,omitempty"`  // titles of earlier sources left out; empty after Load
	Wordings   []Wording          `json:"wordings,omitempty"` // claim and verdict in other languages
}

// Reply is one request for a reply. AnsweredAt is zero if none came.
type Reply struct {
	Asked      string `json:"asked"`
	AskedAt    When   `json:"asked_at"`
	Deadline   When   `json:"deadline,omitzero"`
	AnsweredAt When   `json:"answered_at,omitzero"`
	Answer     string `json:"answer,omitempty"`
}

// Source is one piece of evidence. It has a URL, or Document says where a document without one can be found.
type Source struct {
	URL      string               `json:"url,omitempty"`
	Document string               `json:"document,omitempty"`
	Title    string               `json:"title"`
	Origin   string               `json:"origin"`
	Kind     factcheck.SourceKind `json:"kind"`
	Bearing  factcheck.Bearing    `json:"bearing"`
	Quote    string               `json:"quote"`
	Read     When                 `json:"read"` // its day counts
	Interest string               `json:"interest,omitempty"`
	Archive  string               `json:"archive,omitempty"`
}

// Wording is the claim and the short form of its verdict in one more language.
type Wording struct {
	Language string `json:"language"`
	Text     string `json:"text"`
	Headline string `json:"headline"`
	Answer   string `json:"answer"`
}

// over returns v completed by what prev has and v does not say. A new version has an end of validity of its own; another
// draft of the same version keeps it.
func (v Verdict) over(prev Verdict, newVersion bool) Verdict {
	pick := func(now, before string) string {
		if now == "" {
			return before
		}
		return now
	}
	out := v
	if v.Rating == "" {
		out.Rating, out.Reasons = prev.Rating, prev.Reasons
	}
	out.Headline, out.Answer = pick(v.Headline, prev.Headline), pick(v.Answer, prev.Answer)
	out.True, out.False, out.Unknown = pick(v.True, prev.True), pick(v.False, prev.False), pick(v.Unknown, prev.Unknown)
	out.HowChecked = pick(v.HowChecked, prev.HowChecked)
	if v.Body == nil {
		out.Body = prev.Body
	}
	if v.ValidFrom.IsZero() {
		out.ValidFrom = prev.ValidFrom
	}
	if v.ValidTo.IsZero() && !newVersion {
		out.ValidTo = prev.ValidTo
	}
	if v.Replies == nil {
		out.Replies = prev.Replies
	}
	if v.Waivers == nil {
		out.Waivers = prev.Waivers
	}
	if v.Wordings == nil {
		out.Wordings = prev.Wordings
	}
	kept := slices.DeleteFunc(slices.Clone(prev.Sources), func(s Source) bool { return slices.Contains(v.Without, s.Title) })
	out.Sources = append(kept, v.Sources...)
	out.Without = nil
	return out
}
