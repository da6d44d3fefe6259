package api

import (
	"context"
	"net/http"
	"reflect"
	"slices"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// claimDraft is the body of POST /claims.
type claimDraft struct {
	Text       string          `json:"text" doc:"One checkable sentence, as it was claimed; at most 2,000 characters"`
	Language   string          `json:"language" doc:"BCP 47 tag of the text" example:"en"`
	ClaimantID string          `json:"claimant_id,omitempty" doc:"Who made it, if known here: an id of GET /claimants"`
	Claimant   *claimantDraft  `json:"claimant,omitempty" doc:"Who made it, if that is somebody new"`
	Date       string          `json:"date,omitempty" doc:"When it was made, as exactly as is known: 2025, 2025-06, 2025-06-07 or 2025-06-07T16:40:00Z"`
	Place      string          `json:"place,omitempty"`
	Why        string          `json:"why,omitempty" doc:"Why it is checked; readers see it"`
	Selection  string          `json:"selection,omitempty" enum:"spread,harm,power,election,asked,partner,explains,returns,other" doc:"What made the house take it up; only counts of it by month are public"`
	Topics     []string        `json:"topics,omitempty" doc:"Ids of GET /topics, at most 50"`
	Media      []mediaDraft    `json:"media,omitempty" doc:"Images, videos and recordings that the claim is about, at most 50"`
	Distinct   []distinctDraft `json:"distinct,omitempty" doc:"Claims in the same words that this is not the same as, each with the reason"`
}

// claimEdit is the body of PATCH /claims/{id}. What is left out stays as it is; an empty text or list takes away.
type claimEdit struct {
	Text       *string        `json:"text,omitempty"`
	Language   *string        `json:"language,omitempty"`
	ClaimantID *string        `json:"claimant_id,omitempty" doc:"Empty: nobody is known to have made it"`
	Claimant   *claimantDraft `json:"claimant,omitempty" doc:"Who made it, if that is somebody new"`
	Date       *string        `json:"date,omitempty"`
	Place      *string        `json:"place,omitempty"`
	Why        *string        `json:"why,omitempty"`
	Selection  *string        `json:"selection,omitempty" doc:"What made the house take it up: spread, harm, power, election, asked, partner, explains, returns, other, or empty"`
	Topics     []string       `json:"topics,omitempty" doc:"All of them"`
}

// claimantDraft is somebody who makes claims. People are never taken for one another by name, only by same_as.
type claimantDraft struct {
	Name        string `json:"name"`
	Kind        string `json:"kind" enum:"person,organisation,anonymous"`
	Description string `json:"description,omitempty" doc:"Who they are; of a private person what readers see instead of the name"`
	SameAs      string `json:"same_as,omitempty" doc:"An address that says who they are, such as a Wikidata item; whoever has it here is them"`
	Private     bool   `json:"private,omitempty" doc:"A private person, whose name readers never see unless two people approve it"`
}

// mediaDraft is an image, video or recording.
type mediaDraft struct {
	URL      string `json:"url"`
	Kind     string `json:"kind" enum:"image,video,audio"`
	Category string `json:"category,omitempty" doc:"schema.org MediaReview category, such as EditedOrCroppedContent"`
	Alt      string `json:"alt,omitempty" doc:"What is to be seen or heard, in words"`
}

// distinctDraft tells a claim apart from another.
type distinctDraft struct {
	ClaimID string `json:"claim_id" doc:"The other claim"`
	Reason  string `json:"reason" doc:"Why it is not the same"`
}

func fileClaimOperation(s *schemas) *draftOperation {
	return draft(s, words{http.MethodPost, "/claims", "file-claim", "File a claim",
		"A claim to check, for triage. Nothing of it is public before a verdict on it is approved. A claim in the same words is there already: 409, with it under existing; " +
			"link your article to that one, or send distinct and say why this is another."},
		claimDraft{Text: "The harbour is closed for good.", Language: "en", Date: "2025-06-07", Claimant: &claimantDraft{Name: "Harbour Watch", Kind: "organisation"}}, fileClaim)
}

func editClaimOperation(s *schemas) *draftOperation {
	why := "It has been on the front page."
	return draft(s, words{http.MethodPatch, "/claims/{id}", "edit-claim", "Change a claim",
		"What is left out stays. A verdict on it that waits for approval goes back to draft. Of a claim that is public readers go on seeing what was approved; its topics are changed by people."},
		claimEdit{Why: &why}, editClaim)
}

// fileClaim serves POST /claims.
func fileClaim(ctx context.Context, d desk, in *claimDraft) (Receipt, error) {
	filing := factcheck.FilingInput{Claim: factcheck.ClaimInput{Text: in.Text, Language: in.Language, Place: in.Place, Why: in.Why, Selection: factcheck.SelectionReason(in.Selection)}}
	var err error
	if filing.Claim.Date, err = dateOf("date", in.Date); err != nil {
		return Receipt{}, err
	}
	if filing.Claim.Topics, err = idList[factcheck.TopicID]("topics", in.Topics); err != nil {
		return Receipt{}, err
	}
	if filing.Claim.Claimant, err = d.claimant(ctx, in.ClaimantID, in.Claimant); err != nil {
		return Receipt{}, err
	}
	for _, m := range in.Media {
		filing.Media = append(filing.Media, factcheck.MediaInput{URL: m.URL, Kind: factcheck.MediaKind(m.Kind), Category: factcheck.MediaCategory(m.Category), Alt: m.Alt})
	}
	for i, o := range in.Distinct {
		id, err := idOf[factcheck.ClaimID](indexed("distinct", i)+".claim_id", o.ClaimID)
		if err != nil {
			return Receipt{}, err
		}
		filing.Distinct = append(filing.Distinct, factcheck.Distinction{Claim: id, Reason: o.Reason})
	}
	id, err := d.db.FileNewClaim(ctx, d.actor, filing)
	if factcheck.CodeOf(err) == factcheck.CodeConflict {
		return Receipt{}, d.sameWords(ctx, filing, err)
	}
	if err != nil {
		return Receipt{}, renamed(err, map[string]string{"not_same": "distinct", "claimant": "claimant_id"})
	}
	w, err := d.db.NewsroomClaim(ctx, d.actor, id)
	return d.claimReceipt(w), err
}

// claimant returns who made a claim: whom an id names, or somebody new; zero for nobody.
func (d desk) claimant(ctx context.Context, id string, who *claimantDraft) (factcheck.ClaimantID, error) {
	if who == nil {
		return idOf[factcheck.ClaimantID]("claimant_id", id)
	}
	if id != "" {
		return factcheck.ClaimantID{}, factcheck.Invalid("claimant_id", "name them by claimant_id or say who they are in claimant, not both")
	}
	added, err := d.db.AddClaimant(ctx, d.actor, factcheck.ClaimantInput{Name: who.Name, Kind: factcheck.ClaimantKind(who.Kind), Description: who.Description, SameAs: who.SameAs, Private: who.Private})
	return added, renamed(err, map[string]string{"name": "claimant.name", "kind": "claimant.kind", "description": "claimant.description", "same_as": "claimant.same_as", "private": "claimant.private"})
}

// sameWords tells which claims have the words of one that is filed, if that is the conflict.
func (d desk) sameWords(ctx context.Context, in factcheck.FilingInput, conflict error) error {
	near, err := d.db.NearClaims(ctx, d.actor, in.Claim.Text, in.Claim.Language, nil)
	if err != nil {
		return err
	}
	p := problem.From(conflict, false)
	for _, n := range near {
		apart := slices.ContainsFunc(in.Distinct, func(o factcheck.Distinction) bool { return o.Claim == n.ID })
		if n.Exact && n.Reason == "" && !apart {
			p.Existing = append(p.Existing, problem.Existing{ID: n.ID.String(), URL: d.pages + "claims/" + n.ID.String()})
		}
	}
	if len(p.Existing) == 0 {
		return conflict
	}
	p.Detail = "a claim in these very words is there, see existing: link your article to it, or send distinct with its id and the reason why this is another one"
	p.Errors = []problem.Detail{{Location: "body.text", Message: p.Detail}}
	return p
}

// editClaim serves PATCH /claims/{id}.
func editClaim(ctx context.Context, d desk, in *claimEdit) (Receipt, error) {
	id, err := pathID[factcheck.ClaimID](d.id, "there is no such claim here")
	if err != nil {
		return Receipt{}, err
	}
	w, err := d.db.NewsroomClaim(ctx, d.actor, id)
	if err != nil {
		return Receipt{}, err
	}
	if err := d.matches(claimTag(w)); err != nil {
		return Receipt{}, err
	}
	changed, err := d.changedClaim(ctx, w.ClaimInput, in)
	if err != nil {
		return Receipt{}, err
	}
	if changed, err = changed.Clean(); err != nil || reflect.DeepEqual(changed, w.ClaimInput) {
		return d.claimReceipt(w), err
	}
	err = d.db.EditClaim(ctx, d.actor, id, w.Revision, changed)
	if err != nil {
		now := func() (string, error) {
			w, err := d.db.NewsroomClaim(ctx, d.actor, id)
			return claimTag(w), err
		}
		return Receipt{}, d.missed(renamed(err, map[string]string{"claimant": "claimant_id"}), now)
	}
	w, err = d.db.NewsroomClaim(ctx, d.actor, id)
	return d.claimReceipt(w), err
}

func (d desk) changedClaim(ctx context.Context, to factcheck.ClaimInput, in *claimEdit) (factcheck.ClaimInput, error) {
	put(&to.Text, in.Text)
	put(&to.Language, in.Language)
	put(&to.Place, in.Place)
	put(&to.Why, in.Why)
	if in.Selection != nil {
		to.Selection = factcheck.SelectionReason(*in.Selection)
	}
	var err error
	if in.Date != nil {
		if to.Date, err = dateOf("date", *in.Date); err != nil {
			return to, err
		}
	}
	if in.Topics != nil {
		if to.Topics, err = idList[factcheck.TopicID]("topics", in.Topics); err != nil {
			return to, err
		}
	}
	if in.ClaimantID != nil || in.Claimant != nil {
		var named string
		put(&named, in.ClaimantID)
		to.Claimant, err = d.claimant(ctx, named, in.Claimant)
	}
	return to, err
}

func claimTag(w store.WorkingClaim) string { return tag("c", w.Revision) }

func (d desk) claimReceipt(w store.WorkingClaim) Receipt {
	return Receipt{ID: w.ID.String(), Kind: "claim", State: string(w.Stage), ETag: claimTag(w), ClaimID: w.ID.String(), URL: d.pages + "claims/" + w.ID.String()}
}
