package api

import (
	"context"
	"net/http"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// VerdictContent is what a draft of a verdict says. What is left out of a change stays as it is; an empty text or list takes away.
type VerdictContent struct {
	Label          *string               `json:"label,omitempty" doc:"Of the house's scale, see GET /scales" example:"False"`
	Reasons        []string              `json:"reasons,omitempty" doc:"Beyond those that the label itself stands for, such as missing_context"`
	Language       *string               `json:"language,omitempty" doc:"BCP 47; at first that of the claim"`
	Headline       *string               `json:"headline,omitempty"`
	Answer         *string               `json:"answer,omitempty" doc:"The finding in two sentences"`
	Body           *string               `json:"body,omitempty" doc:"The reasoning, Markdown, at most 100,000 characters"`
	True           *string               `json:"what_is_true,omitempty"`
	False          *string               `json:"what_is_false,omitempty"`
	Unknown        *string               `json:"what_is_unknown,omitempty"`
	HowChecked     *string               `json:"how_checked,omitempty"`
	ValidFrom      *string               `json:"valid_from,omitempty" doc:"Since when the finding holds: a day, or a moment in RFC 3339"`
	ValidTo        *string               `json:"valid_to,omitempty"`
	Sources        []sourceDraft         `json:"sources,omitempty" doc:"All of them, in order, at most 200"`
	Replies        []replyDraft          `json:"replies,omitempty" doc:"Who was asked for a reply; all of them"`
	Waivers        []waiverDraft         `json:"waivers,omitempty" doc:"Rules of the house met by a stated reason instead; all of them"`
	Wordings       []verdictWordingDraft `json:"wordings,omitempty" doc:"Headline and answer in further languages; all of them"`
	CorrectionNote *string               `json:"correction_note,omitempty" doc:"Of a correction: what changes and why, for readers"`
	State          *string               `json:"state,omitempty" enum:"draft,submitted" doc:"submitted: asks somebody else for approval of exactly this; problems of the answer say what has to be there. draft: takes it back. Left out: a change makes it a draft again"`
}

// verdictDraft is the body of POST /verdicts.
type verdictDraft struct {
	VerdictContent

	ClaimID    string `json:"claim_id"`
	Correction string `json:"correction,omitempty" enum:"update,clarification,correction,retraction" doc:"Of a verdict that is published: what kind of new version this is. It begins with what is published; correction_note is needed"`
}

// verdictEdit is the body of PATCH /verdicts/{id}.
type verdictEdit struct {
	VerdictContent
}

// sourceDraft is a piece of evidence.
type sourceDraft struct {
	ID         string `json:"id,omitempty" doc:"Of a source that the draft has; with it its archived copies stay"`
	URL        string `json:"url,omitempty" doc:"Where it is; this or document"`
	Document   string `json:"document,omitempty" doc:"Where it is, in words: file number, page"`
	Title      string `json:"title,omitempty"`
	Origin     string `json:"origin,omitempty" doc:"Who is behind it"`
	Kind       string `json:"kind" enum:"primary,secondary"`
	Bearing    string `json:"bearing" enum:"for,against,context" doc:"Which way it points"`
	Quote      string `json:"quote,omitempty" doc:"The passage, as it was read"`
	ReadAt     string `json:"read_at,omitempty" doc:"The day it was read, 2025-06-07"`
	Interest   string `json:"interest,omitempty" doc:"Declared interest of the origin"`
	ArchiveURL string `json:"archive_url,omitempty" doc:"An archived copy"`
}

// replyDraft is one request for a reply.
type replyDraft struct {
	Asked      string `json:"asked" doc:"Who was asked"`
	AskedAt    string `json:"asked_at" doc:"A day, or a moment in RFC 3339"`
	Deadline   string `json:"deadline,omitempty"`
	AnsweredAt string `json:"answered_at,omitempty"`
	Answer     string `json:"answer,omitempty"`
}

// waiverDraft meets a rule of the house by a reason.
type waiverDraft struct {
	Rule   string `json:"rule" enum:"independent_origins,archived_sources,primary_source,reply_asked"`
	Reason string `json:"reason" doc:"Readers see it"`
}

// verdictWordingDraft is headline and answer in one more language.
type verdictWordingDraft struct {
	Language string `json:"language"`
	Headline string `json:"headline,omitempty"`
	Answer   string `json:"answer"`
}

func draftVerdictOperation(s *schemas) *draftOperation {
	label, answer := "False", "The harbour is open. The port authority closed one of four berths for a week."
	return draft(s, words{http.MethodPost, "/verdicts", "draft-verdict", "Draft a verdict",
		"The house's verdict on a claim, its sources included. A draft may lack anything; what it lacks before it can be submitted stands in problems of the answer. " +
			"With state submitted it is drafted and submitted, or neither. What your key submits its owner does not approve. One draft of a claim is open at a time: 409."},
		verdictDraft{ClaimID: "claim_01h455vb4pex5vsknk084sn02q", VerdictContent: VerdictContent{Label: &label, Answer: &answer,
			Sources: []sourceDraft{{URL: "https://port.example/notices/7", Title: "Notice 7", Origin: "Port authority", Kind: "primary", Bearing: "against", Quote: "Berth 3 is closed until 14 June.", ReadAt: "2025-06-07"}}}}, draftVerdict)
}

func editVerdictOperation(s *schemas) *draftOperation {
	how := "We asked the port authority and looked at its notices."
	return draft(s, words{http.MethodPatch, "/verdicts/{id}", "edit-verdict", "Change the draft of a verdict, or submit it",
		"What is left out stays. Any change of what was submitted makes it a draft again, to be submitted anew. A published version never changes: POST /verdicts with correction begins a new one."},
		verdictEdit{VerdictContent{HowChecked: &how}}, editVerdict)
}

func verdictFieldNames() map[string]string {
	return map[string]string{"true": "what_is_true", "false": "what_is_false", "unknown": "what_is_unknown", "note": "correction_note"}
}

// draftVerdict serves POST /verdicts.
func draftVerdict(ctx context.Context, d desk, in *verdictDraft) (Receipt, error) {
	claim, err := d.claimOf(ctx, in.ClaimID)
	if err != nil {
		return Receipt{}, err
	}
	if !claim.Open.IsZero() {
		p := problem.New(http.StatusConflict, "a draft of the verdict on this claim is open already; change that one, see existing")
		p.Existing = []problem.Existing{{ID: claim.Verdict.String(), URL: d.pages + "claims/" + claim.ID.String()}}
		return Receipt{}, p
	}
	var v store.Version
	if in.Correction != "" {
		v, err = d.beginCorrection(ctx, claim, in)
	} else {
		v, err = d.db.BeginDraft(ctx, d.actor, claim.ID, func(to factcheck.Draft) (factcheck.Draft, error) { return in.applied(to) })
	}
	if err != nil {
		return Receipt{}, renamed(err, verdictFieldNames())
	}
	return d.handIn(ctx, v.Verdict, in.State)
}

// beginCorrection begins a new version of a published verdict.
func (d desk) beginCorrection(ctx context.Context, claim store.WorkingClaim, in *verdictDraft) (store.Version, error) {
	if claim.Verdict.IsZero() {
		return store.Version{}, factcheck.Conflict("this house has published no verdict on this claim; draft one without correction")
	}
	var note string
	put(&note, in.CorrectionNote)
	if v, err := d.db.DraftCorrection(ctx, d.actor, claim.Verdict, factcheck.CorrectionKind(in.Correction), note); err != nil {
		return v, err
	}
	open, err := d.db.OpenVerdict(ctx, d.actor, claim.Verdict)
	v := open.Version
	if err != nil {
		return v, err
	}
	to, err := in.applied(v.Draft)
	if err != nil {
		return v, err
	}
	return d.db.EditDraft(ctx, d.actor, v.ID, v.Revision, to)
}

// editVerdict serves PATCH /verdicts/{id}.
func editVerdict(ctx context.Context, d desk, in *verdictEdit) (Receipt, error) {
	id, err := pathID[factcheck.VerdictID](d.id, "this house has no such verdict")
	if err != nil {
		return Receipt{}, err
	}
	v, err := d.db.OpenVerdict(ctx, d.actor, id)
	if err != nil {
		return Receipt{}, err
	}
	if err := d.matches(verdictTag(v.Version)); err != nil {
		return Receipt{}, err
	}
	if v.State == factcheck.VersionPublished {
		return Receipt{}, factcheck.Conflict("this version is published and never changes; POST /verdicts with correction begins a new one")
	}
	if in.says() {
		to, err := in.applied(v.Draft)
		if err != nil {
			return Receipt{}, err
		}
		if _, err := d.db.EditDraft(ctx, d.actor, v.ID, v.Revision, to); err != nil {
			return Receipt{}, renamed(err, verdictFieldNames())
		}
	}
	return d.handIn(ctx, id, in.State)
}

// handIn submits a verdict, or takes it back, if that is wanted, and returns how it stands.
func (d desk) handIn(ctx context.Context, id factcheck.VerdictID, state *string) (Receipt, error) {
	v, err := d.db.OpenVerdict(ctx, d.actor, id)
	if err != nil || state == nil || *state == string(v.State) {
		return d.verdictReceipt(v), err
	}
	if *state == string(factcheck.VersionDraft) {
		err = d.db.ReopenDraft(ctx, d.actor, v.ID, v.Revision)
	} else if len(v.Gaps) > 0 {
		return Receipt{}, unfinished(v.Gaps)
	} else {
		_, err = d.db.SubmitVerdict(ctx, d.actor, v.ID, v.Revision)
	}
	if err != nil {
		return Receipt{}, renamed(err, verdictFieldNames())
	}
	v, err = d.db.OpenVerdict(ctx, d.actor, id)
	return d.verdictReceipt(v), err
}

// unfinished names all that is missing before a verdict can be submitted.
func unfinished(gaps []factcheck.Gap) error {
	p := problem.New(http.StatusUnprocessableEntity, "something is missing before this can be submitted, see errors")
	for _, g := range gaps {
		told := renamed(factcheck.Invalid(g.Field, "%s", g.Message), verdictFieldNames())
		p.Errors = append(p.Errors, problem.From(told, false).Errors...)
	}
	return p
}

// verdictTag names the version and its revision: of the next version it is another from the beginning.
func verdictTag(v store.Version) string {
	uuid := v.ID.UUID()
	return tag("v"+uuid[len(uuid)-12:]+"-", v.Revision)
}

func (d desk) verdictReceipt(v store.OpenVerdict) Receipt {
	out := Receipt{ID: v.Verdict.String(), Kind: "verdict", State: string(v.State), ETag: verdictTag(v.Version), ClaimID: v.Claim.String(), Note: v.Note,
		URL: d.pages + "claims/" + v.Claim.String(), Problems: []draftProblem{}}
	for _, g := range v.Gaps {
		told := renamed(factcheck.Invalid(g.Field, "%s", g.Message), verdictFieldNames())
		for _, e := range problem.From(told, false).Errors {
			out.Problems = append(out.Problems, draftProblem{Field: e.Location[len("body."):], Message: g.Message, Rule: string(g.Rule)})
		}
	}
	return out
}
