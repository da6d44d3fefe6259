package store

import (
	"cmp"
	"context"
	"fmt"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// FileNewClaim files a claim into triage with who made it, its media and the article it was found in, all of it or nothing, and
// returns its id. A claim in
// the same words and language that is there is CodeConflict, unless it is told apart by a reason: of two forms that say the
// same, one files. CodeInvalid names the field that breaks a rule. Checkers and above, and keys with the scope file.
func (db *DB) FileNewClaim(ctx context.Context, actor factcheck.Actor, in factcheck.FilingInput) (factcheck.ClaimID, error) {
	var id factcheck.ClaimID
	err := db.write(ctx, actor, factcheck.FileClaim, "file a claim", func(t *tx) error {
		in, err := in.Clean()
		if err != nil {
			return err
		}
		if err := t.notInTheseWords(in); err != nil {
			return err
		}
		if in.Claimant != nil {
			if in.Claim.Claimant, err = t.addClaimant(*in.Claimant); err != nil {
				return err
			}
		}
		if err := t.checkRefers(in.Claim); err != nil {
			return err
		}
		if len(in.Tips) > 0 {
			in.Claim.Selection = cmp.Or(in.Claim.Selection, factcheck.SelectedAsked)
		}
		if id, err = t.fileClaim(in.Claim); err != nil {
			return err
		}
		for _, m := range in.Media {
			row := mediaModel{ID: factcheck.MediaID(newID(t)), ClaimID: id, URL: m.URL, Kind: m.Kind, Category: m.Category, Alt: m.Alt, EditedBy: t.actor.ID, CreatedAt: t.now}
			if err := t.db.Create(&row).Error; err != nil {
				return fmt.Errorf("write the media: %w", err)
			}
		}
		if err := t.distinguish(id, in.Claim, in.Distinct); err != nil {
			return err
		}
		if err := t.answerTips(id, in.Tips); err != nil || in.Article.IsZero() {
			return err
		}
		if err := factcheck.Permit(t.actor, factcheck.LinkArticle); err != nil {
			return err
		}
		link, err := in.Link.Clean(t.now)
		if err != nil {
			return err
		}
		_, err = t.link(in.Article, id, link)
		return err
	})
	return id, err
}

// answerTips closes the tips that ask for a claim which was filed now; of none nothing is done.
func (t *tx) answerTips(claim factcheck.ClaimID, tips []factcheck.TipID) error {
	if len(tips) == 0 {
		return nil
	}
	if err := factcheck.Permit(t.actor, factcheck.HandleTip); err != nil {
		return err
	}
	rows, err := t.openTips(tips)
	if err != nil {
		return err
	}
	return t.closeTips(rows, closing{state: factcheck.TipClaim, claim: claim, action: "tip.claim"})
}

// notInTheseWords refuses a claim in the words and language of one that is there and that nobody told it apart from. The lock
// makes two who file the same wait in turn.
func (t *tx) notInTheseWords(in factcheck.FilingInput) error {
	key := exchange.TextKey(in.Claim.Text, in.Claim.Language)
	if _, err := t.pgx.Exec(t.ctx, `SELECT pg_advisory_xact_lock(hashtextextended('claim ' || encode($1, 'hex'), 0))`, key[:]); err != nil {
		return fmt.Errorf("lock the words: %w", err)
	}
	apart := make([]factcheck.ClaimID, 0, len(in.Distinct))
	for _, d := range in.Distinct {
		apart = append(apart, d.Claim)
	}
	var there bool
	err := t.pgx.QueryRow(t.ctx, `SELECT EXISTS (SELECT FROM claims c WHERE c.text_key = $1 AND c.merged_into IS NULL AND c.id <> ALL ($2::uuid[])
		AND NOT EXISTS (SELECT FROM claim_distinctions d WHERE d.text_key = $1 AND d.claim_id = c.id))`, key[:], uuids(apart)).Scan(&there)
	if err != nil {
		return fmt.Errorf("look for the same words: %w", err)
	}
	if there {
		return factcheck.Conflict("a claim in these very words is there; look at it, or say why this is another one")
	}
	return nil
}
