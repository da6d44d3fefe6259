package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// DraftFromPage makes a draft of the fact-check that a page of the house's own site states in its markup: a claim, and a first
// version with what the markup says, to be completed, submitted and approved like any other. The rating is taken where the
// house's scale has the label. Nothing of it is public. CodeInvalid if the page states no fact-check of the house, CodeConflict if
// a claim in these words is here already, with its id in the message. Checkers and above, and keys with the scope file.
func (db *DB) DraftFromPage(ctx context.Context, actor factcheck.Actor, article factcheck.ArticleID) (factcheck.ClaimID, error) {
	var claim factcheck.ClaimID
	err := db.write(ctx, actor, factcheck.DraftVerdict, "draft what "+article.String()+" states", func(t *tx) error {
		record, err := t.ownCheck(article)
		if err != nil {
			return err
		}
		in := factcheck.ClaimInput{Text: record.Text, Language: record.Language, Date: record.ClaimDate, Place: record.Place, Why: record.WhyChecked}
		if in, err = in.Clean(); err != nil {
			return err
		}
		key := exchange.TextKey(in.Text, in.Language)
		var known *factcheck.ClaimID
		if err := t.pgx.QueryRow(ctx, `SELECT (SELECT id FROM claims WHERE text_key = $1 AND merged_into IS NULL ORDER BY id LIMIT 1)`, key[:]).Scan(&known); err != nil {
			return fmt.Errorf("look for the claim: %w", err)
		}
		if known != nil && !known.IsZero() {
			return factcheck.Conflict("this claim is here already, as %s; go on with that one", *known)
		}
		if record.Claimant.Name != "" {
			who, err := t.addClaimant(claimantOf(record))
			if err != nil {
				return err
			}
			in.Claimant = who
		}
		if claim, err = t.fileClaim(in); err != nil {
			return err
		}
		return t.draftCheck(claim, article, record)
	})
	return claim, err
}

// claimantOf returns who a record says made the claim. A person is taken for a private one until somebody looks.
func claimantOf(r exchange.Record) factcheck.ClaimantInput {
	in := factcheck.ClaimantInput{Name: r.Claimant.Name, Kind: factcheck.ClaimantKind(r.Claimant.Kind)}
	if !in.Kind.Valid() {
		in.Kind = factcheck.ClaimantPerson
	}
	in.Private = in.Kind == factcheck.ClaimantPerson
	return in
}

// ownCheck returns the first fact-check of the house that an article states.
func (t *tx) ownCheck(article factcheck.ArticleID) (exchange.Record, error) {
	var raw []byte
	var site string
	err := t.pgx.QueryRow(t.ctx, `SELECT coalesce(found -> 'checks', '[]'), (SELECT site FROM publishers WHERE is_house) FROM articles WHERE id = $1 FOR SHARE`, article).Scan(&raw, &site)
	if err != nil {
		return exchange.Record{}, fmt.Errorf("read the checks of %s: %w", article, err)
	}
	var records []exchange.Record
	if err := json.Unmarshal(raw, &records); err != nil {
		return exchange.Record{}, &factcheck.Error{Code: factcheck.CodeInvalid, Field: "url", Message: "what was found on this page is no fact-check in a form that is known", Err: err}
	}
	for _, r := range records {
		if strings.EqualFold(r.Publisher.Site, site) {
			return r, nil
		}
	}
	if len(records) > 0 {
		return exchange.Record{}, invalidf("url", "this page states a fact-check of %s, not of the house (%s); accept it on the article's page", records[0].Publisher.Site, site)
	}
	return exchange.Record{}, invalidf("url", "this page states no fact-check: it has no ClaimReview in its markup")
}

// draftCheck opens the draft of what a record says.
func (t *tx) draftCheck(claim factcheck.ClaimID, article factcheck.ArticleID, r exchange.Record) error {
	draft := factcheck.Draft{
		Language: r.Language, Headline: factcheck.CleanLine(r.Headline), Answer: r.Answer, Body: r.Body, True: r.True, False: r.False, Unknown: r.Unknown, HowChecked: r.HowChecked,
	}
	var label *string
	err := t.pgx.QueryRow(t.ctx, `SELECT s.id, (SELECT l.label FROM scale_labels l WHERE l.scale_id = s.id AND lower(l.label) = lower($1)) FROM scales s WHERE s.slug = 'house' ORDER BY s.version DESC LIMIT 1`, r.Rating.Label).Scan(&draft.Scale, &label)
	if err != nil {
		return fmt.Errorf("read the house's scale: %w", err)
	}
	if label != nil {
		draft.Label = *label
	}
	if err := t.moveClaim(claim, factcheck.StageChecking, ""); err != nil {
		return err
	}
	verdict, err := t.houseVerdict(claim)
	if err != nil {
		return err
	}
	id, err := t.insertDraft(verdict, draft)
	if err != nil {
		return err
	}
	return t.audit("verdict.draft", id, map[string]any{"claim": claim, "from": article})
}
