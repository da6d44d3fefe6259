package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// OpenVerdict is the house's verdict on a claim as whoever writes it sees it.
type OpenVerdict struct {
	Version                 // what is written now, or was published last
	Gaps    []factcheck.Gap // what stops it from being submitted, in the order of the form; of a draft
}

// OpenVerdict returns the draft or submitted version of a verdict of the house or, if there is none, the one that was published last. It
// is locked, so that what is done with it in the same transaction is done with what was read. CodeNotFound if the house has no
// such verdict. Checkers and above, and keys with the scope file.
func (db *DB) OpenVerdict(ctx context.Context, actor factcheck.Actor, id factcheck.VerdictID) (OpenVerdict, error) {
	var out OpenVerdict
	err := db.write(ctx, actor, factcheck.DraftVerdict, "read "+id.String(), func(t *tx) error {
		var version factcheck.VersionID
		err := t.pgx.QueryRow(ctx, `SELECT ver.id FROM verdict_versions ver JOIN verdicts v ON v.id = ver.verdict_id JOIN publishers p ON p.id = v.publisher_id AND p.is_house
			WHERE v.id = $1 AND (ver.state <> 'published' OR ver.id = v.current_version_id) ORDER BY ver.state = 'published' LIMIT 1`, id).Scan(&version)
		if errors.Is(err, pgx.ErrNoRows) {
			return factcheck.NotFound("this house has no such verdict")
		}
		if err != nil {
			return fmt.Errorf("look for the open version: %w", err)
		}
		if out.Version, err = t.lockVersion(version); err != nil {
			return err
		}
		if out.Draft.Scale.IsZero() { // it has no label yet: the next is of the house's scale
			if out.Draft.Scale, err = t.houseScale(); err != nil {
				return err
			}
		}
		if out.State != factcheck.VersionDraft {
			return nil
		}
		rules, err := t.houseRules()
		out.Gaps = out.Draft.Gaps(out.Rating, rules)
		return err
	})
	return out, err
}

// BeginDraft opens the house's first draft on a claim with what fill makes of an empty one, in the claim's language on the house's
// scale. CodeConflict if a draft is open or a version is published already. Checkers and above, and keys with the scope file.
func (db *DB) BeginDraft(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID, fill func(factcheck.Draft) (factcheck.Draft, error)) (Version, error) {
	var out Version
	err := db.write(ctx, actor, factcheck.DraftVerdict, "draft a verdict on "+claim.String(), func(t *tx) error {
		row, open, err := t.lockDraft(claim)
		if err != nil {
			return err
		}
		if !open.IsZero() {
			return factcheck.Conflict("a draft of the verdict on this claim is open already; change that one")
		}
		out, err = t.beginRevised(row, fill)
		return err
	})
	return out, err
}
