package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Filed is a claim that was filed from an article, and its link.
type Filed struct {
	Claim      factcheck.ClaimID
	Appearance factcheck.AppearanceID
}

// FileAndLink files a claim into triage, adds who claims it, and links the article to it: all of it or nothing. A claim in the
// same words and language that the article is linked to already is CodeConflict, so a form that is sent twice files one claim.
// What it is said not to be is remembered with it; a
// suggestion that it stands in for is rejected, if nobody decided it meanwhile. CodeInvalid names the field that breaks a
// rule; CodeNotFound if there is no such article. Checkers and above, and keys with
// the scope file.
func (db *DB) FileAndLink(ctx context.Context, actor factcheck.Actor, article factcheck.ArticleID, in factcheck.FileLinkInput) (Filed, error) {
	var out Filed
	err := db.write(ctx, actor, factcheck.FileClaim, "file a claim of "+article.String(), func(t *tx) error {
		in, err := in.Clean(t.now)
		if err != nil {
			return err
		}
		if err := factcheck.Permit(t.actor, factcheck.LinkArticle); err != nil {
			return err
		}
		if err := t.notLinkedInTheseWords(article, in.Claim); err != nil {
			return err
		}
		if in.Claimant != nil {
			if in.Claim.Claimant, err = t.addClaimant(*in.Claimant); err != nil {
				return err
			}
		}
		if out.Claim, err = t.fileClaim(in.Claim); err != nil {
			return err
		}
		if err := t.distinguish(out.Claim, in.Claim, in.Distinct); err != nil {
			return err
		}
		if out.Appearance, err = t.link(article, out.Claim, in.Link); err != nil || in.Instead == nil {
			return err
		}
		_, err = t.reject(article, []factcheck.SuggestionDecision{*in.Instead})
		return err
	})
	return out, err
}

// notLinkedInTheseWords refuses a new claim of an article that is linked to one in the same words and language. The article is
// locked: of two forms that say the same the second waits, and then finds the claim of the first.
func (t *tx) notLinkedInTheseWords(article factcheck.ArticleID, claim factcheck.ClaimInput) error {
	var id factcheck.ArticleID
	err := t.pgx.QueryRow(t.ctx, `SELECT id FROM articles WHERE id = $1 FOR NO KEY UPDATE`, article).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return factcheck.NotFound("there is no such article here")
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", article, err)
	}
	key := exchange.TextKey(claim.Text, claim.Language)
	var there bool
	err = t.pgx.QueryRow(t.ctx, `SELECT EXISTS (SELECT FROM appearances ap JOIN claims c ON c.id = ap.claim_id
		WHERE ap.article_id = $1 AND c.text_key = $2 AND lower(c.language) = lower($3))`, article, key[:], claim.Language).Scan(&there)
	if err != nil {
		return fmt.Errorf("look for the claim among those of %s: %w", article, err)
	}
	if there {
		return factcheck.Conflict("it is linked to this claim already")
	}
	return nil
}
