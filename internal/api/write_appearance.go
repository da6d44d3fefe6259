package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// appearanceDraft is the body of POST /appearances.
type appearanceDraft struct {
	ArticleID string `json:"article_id" doc:"As POST /articles answered it"`
	ClaimID   string `json:"claim_id"`
	Stance    string `json:"stance" enum:"makes,repeats,reports,disputes"`
	Quote     string `json:"quote,omitempty" doc:"The passage, as it was read"`
	Appeared  string `json:"appeared_at,omitempty" doc:"When the article first carried it, if not when it was published"`
	First     bool   `json:"first_appearance,omitempty" doc:"The first known appearance of the claim, which makes or repeats it"`
	Note      string `json:"note,omitempty" doc:"For the newsroom: why"`
}

// appearanceEdit is the body of PATCH /appearances/{id}. What is left out stays as it is.
type appearanceEdit struct {
	Stance     *string          `json:"stance,omitempty" enum:"makes,repeats,reports,disputes"`
	Quote      *string          `json:"quote,omitempty"`
	Appeared   *string          `json:"appeared_at,omitempty"`
	First      *bool            `json:"first_appearance,omitempty"`
	Correction *correctionDraft `json:"correction,omitempty" doc:"What became of the passage"`
	Note       string           `json:"note,omitempty" doc:"For the newsroom: why it changes"`
}

// correctionDraft says what became of an article's passage.
type correctionDraft struct {
	State string `json:"state" enum:"standing,corrected,removed"`
	At    string `json:"at,omitempty" doc:"When it was corrected or removed out there; empty: now"`
}

func linkOperation(s *schemas) *draftOperation {
	return draft(s, words{http.MethodPost, "/appearances", "link-article", "Link an article to a claim",
		"Says how an article stands to a claim: your key's owner judges. Once a verdict on the claim is approved readers see it. To a claim that is public already people link: 409."},
		appearanceDraft{ArticleID: "article_01h455vb4pex5vsknk084sn02q", ClaimID: "claim_01h455vb4pex5vsknk084sn02q", Stance: "repeats", Quote: "The harbour is closed for good."}, linkArticle)
}

func editAppearanceOperation(s *schemas) *draftOperation {
	stance := "reports"
	return draft(s, words{http.MethodPatch, "/appearances/{id}", "edit-appearance", "Change how an article stands to a claim",
		"What is left out stays. Of a claim that is public it is changed by people: 409."}, appearanceEdit{Stance: &stance}, editAppearance)
}

func appearanceFieldNames() map[string]string {
	return map[string]string{"appeared": "appeared_at", "state": "correction.state", "at": "correction.at"}
}

// linkArticle serves POST /appearances.
func linkArticle(ctx context.Context, d desk, in *appearanceDraft) (Receipt, error) {
	article, err := idOf[factcheck.ArticleID]("article_id", in.ArticleID)
	if err != nil {
		return Receipt{}, err
	}
	claim, err := d.claimOf(ctx, in.ClaimID)
	if err != nil {
		return Receipt{}, err
	}
	link := factcheck.AppearanceInput{Stance: factcheck.Stance(in.Stance), Quote: in.Quote, Note: in.Note, First: in.First}
	if link.Appeared, err = dateOf("appeared_at", in.Appeared); err != nil {
		return Receipt{}, err
	}
	if link.First && !link.Stance.Asserts() { // a person's form says so beside the box; a program would never hear of it
		return Receipt{}, factcheck.Invalid("first_appearance", "the first appearance makes or repeats the claim; say so in stance, or leave this out")
	}
	id, err := d.db.LinkArticle(ctx, d.actor, article, claim.ID, link)
	if factcheck.CodeOf(err) == factcheck.CodeNotFound {
		err = factcheck.Invalid("article_id", "there is no such article here; POST /articles adds it")
	}
	if err != nil {
		return Receipt{}, renamed(err, appearanceFieldNames())
	}
	ap, err := d.db.OpenAppearance(ctx, d.actor, id)
	return d.appearanceReceipt(ap), err
}

// claimOf returns the claim that a body names by claim_id; the error is CodeInvalid if there is none.
func (d desk) claimOf(ctx context.Context, text string) (store.WorkingClaim, error) {
	id, err := idOf[factcheck.ClaimID]("claim_id", text)
	if err != nil {
		return store.WorkingClaim{}, err
	}
	w, err := d.db.NewsroomClaim(ctx, d.actor, id)
	if factcheck.CodeOf(err) == factcheck.CodeNotFound {
		err = factcheck.Invalid("claim_id", "there is no such claim here; POST /claims files it")
	}
	return w, err
}

// editAppearance serves PATCH /appearances/{id}.
func editAppearance(ctx context.Context, d desk, in *appearanceEdit) (Receipt, error) {
	id, err := pathID[factcheck.AppearanceID](d.id, "there is no such appearance here")
	if err != nil {
		return Receipt{}, err
	}
	ap, err := d.db.OpenAppearance(ctx, d.actor, id)
	if err != nil {
		return Receipt{}, err
	}
	if err := d.matches(appearanceTag(ap)); err != nil {
		return Receipt{}, err
	}
	if revision, err := d.changeAppearance(ctx, ap, in); err != nil {
		if err = renamed(err, appearanceFieldNames()); revision > ap.Revision { // we hold it since: nobody else changed it
			return Receipt{}, err
		}
		now := func() (string, error) {
			ap, err := d.db.OpenAppearance(ctx, d.actor, id)
			return appearanceTag(ap), err
		}
		return Receipt{}, d.missed(err, now)
	}
	ap, err = d.db.OpenAppearance(ctx, d.actor, id)
	return d.appearanceReceipt(ap), err
}

// changeAppearance does what is asked for, one after another, and returns the revision that it came to.
func (d desk) changeAppearance(ctx context.Context, ap store.OpenAppearance, in *appearanceEdit) (int, error) {
	revision := ap.Revision
	if in.Stance != nil || in.Quote != nil || in.Appeared != nil {
		to := factcheck.AppearanceInput{Stance: ap.Stance, Quote: ap.Quote, Note: in.Note}
		if in.Stance != nil {
			to.Stance = factcheck.Stance(*in.Stance)
		}
		put(&to.Quote, in.Quote)
		if in.Appeared != nil {
			var err error
			if to.Appeared, err = dateOf("appeared_at", *in.Appeared); err != nil {
				return revision, err
			}
		}
		if err := d.db.SetStance(ctx, d.actor, ap.ID, revision, to); err != nil {
			return revision, err
		}
		ap.First = ap.First && to.Stance.Asserts() // what does not put the claim forward is not its first appearance any more
		revision++
	}
	if in.First != nil && *in.First != ap.First {
		if err := d.db.MarkFirst(ctx, d.actor, ap.ID, revision, *in.First, in.Note); err != nil {
			return revision, err
		}
		revision++
	}
	if in.Correction == nil {
		if revision == ap.Revision && strings.TrimSpace(in.Note) != "" {
			return revision, factcheck.Invalid("note", "a note is kept with what it explains, and nothing changes here; send the change too")
		}
		return revision, nil
	}
	at, err := momentOf("correction.at", in.Correction.At)
	if err != nil {
		return revision, err
	}
	if at == nil {
		at = &time.Time{}
	}
	return revision, d.db.MarkCorrection(ctx, d.actor, ap.ID, revision, factcheck.MarkInput{State: factcheck.CorrectionState(in.Correction.State), At: *at, Note: in.Note})
}

func appearanceTag(ap store.OpenAppearance) string { return tag("a", ap.Revision) }

func (d desk) appearanceReceipt(ap store.OpenAppearance) Receipt {
	return Receipt{ID: ap.ID.String(), Kind: "appearance", State: string(ap.State), ETag: appearanceTag(ap), ClaimID: ap.Claim.String(), URL: d.pages + "claims/" + ap.Claim.String()}
}
