package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// ReviseDraft replaces the content of a claim's open draft by what revise makes of it as it is now, whoever saved last: for
// a change of one row of it, and for a form whose fields are told apart one by one. Its error ends it. What comes out as it
// went in changes nothing. A claim without a draft gets its first one, in the claim's language on the house's scale.
// CodeConflict if a verdict was published and no correction is open, and for a submitted version, which is taken back first
// (ReopenDraft). Otherwise as EditDraft.
func (db *DB) ReviseDraft(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID, revise func(factcheck.Draft) (factcheck.Draft, error)) (Version, error) {
	var out Version
	err := db.write(ctx, actor, factcheck.DraftVerdict, "revise the draft on "+claim.String(), func(t *tx) error {
		row, open, err := t.lockDraft(claim)
		if err != nil {
			return err
		}
		if open.IsZero() {
			out, err = t.beginRevised(row, revise)
			return err
		}
		old, err := t.lockVersion(open)
		if err != nil {
			return err
		}
		if old.State == factcheck.VersionSubmitted {
			return errSubmitted
		}
		out, err = t.revise(old, revise)
		return err
	})
	return out, err
}

// queueForDraft makes those who may make the house's verdict on a claim wait for each other, before they lock anything else:
// one that waited for the claim while another made its verdict would lock the two the wrong way round.
func (t *tx) queueForDraft(claim factcheck.ClaimID) error {
	if _, err := t.pgx.Exec(t.ctx, `SELECT pg_advisory_xact_lock(hashtextextended('draft ' || $1, 0))`, claim.String()); err != nil {
		return fmt.Errorf("queue for the draft: %w", err)
	}
	return nil
}

// lockDraft queues for the draft on a claim, locks the claim, and returns it with the version that is open; zero if none is.
func (t *tx) lockDraft(claim factcheck.ClaimID) (claimModel, factcheck.VersionID, error) {
	if err := t.queueForDraft(claim); err != nil {
		return claimModel{}, factcheck.VersionID{}, err
	}
	row, err := t.lockClaim(claim)
	if err != nil {
		return row, factcheck.VersionID{}, err
	}
	open, err := t.openVersion(claim)
	return row, open, err
}

var errSubmitted = factcheck.Conflict("this waits for approval; take it back to go on writing")

// openVersion returns the draft or submitted version of the house's verdict on a claim; zero if there is none.
func (t *tx) openVersion(claim factcheck.ClaimID) (factcheck.VersionID, error) {
	var id factcheck.VersionID
	err := t.pgx.QueryRow(t.ctx, `SELECT ver.id FROM verdict_versions ver JOIN verdicts v ON v.id = ver.verdict_id JOIN publishers p ON p.id = v.publisher_id AND p.is_house
		WHERE v.claim_id = $1 AND ver.state <> 'published'`, claim).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return id, nil
	}
	if err != nil {
		return id, fmt.Errorf("look for the draft: %w", err)
	}
	return id, nil
}

// beginRevised opens the first draft of a claim with what revise makes of an empty one.
func (t *tx) beginRevised(claim claimModel, revise func(factcheck.Draft) (factcheck.Draft, error)) (Version, error) {
	draft := factcheck.Draft{Language: claim.Language}
	var err error
	if draft.Scale, err = t.houseScale(); err != nil {
		return Version{}, err
	}
	if draft, err = revise(draft); err != nil {
		return Version{}, err
	}
	id, err := t.beginVerdict(claim.ID, draft)
	if err != nil {
		return Version{}, err
	}
	return t.version(id)
}

// houseScale returns the newest version of the house's scale; zero if there is none.
func (t *tx) houseScale() (factcheck.ScaleID, error) {
	var id factcheck.ScaleID
	err := t.pgx.QueryRow(t.ctx, `SELECT id FROM scales WHERE slug = 'house' ORDER BY version DESC LIMIT 1`).Scan(&id)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return id, fmt.Errorf("read the house's scale: %w", err)
	}
	return id, nil
}

// revise gives a draft another content.
func (t *tx) revise(old Version, revise func(factcheck.Draft) (factcheck.Draft, error)) (Version, error) {
	draft, err := revise(old.Draft)
	if err != nil {
		return old, err
	}
	if draft, err = draft.Clean(); err != nil {
		return old, err
	}
	draft.Correction = old.Draft.Correction
	if same, err := sameDraft(old.Draft, draft); err != nil || same {
		return old, err
	}
	if err := t.updateDraft(old, old.Revision, draft); err != nil {
		return old, err
	}
	if err := t.audit("verdict.edit", old.ID, editedDraft(old.Draft, draft)); err != nil {
		return old, err
	}
	return t.version(old.ID)
}

// sameDraft reports whether two drafts say the same. A scale without a choice on it says nothing.
func sameDraft(a, b factcheck.Draft) (bool, error) {
	for _, d := range []*factcheck.Draft{&a, &b} {
		if d.Label == "" {
			d.Scale = factcheck.ScaleID{}
		}
		d.ValidFrom, d.ValidTo = utc(d.ValidFrom), utc(d.ValidTo)
		d.Reasons, d.Sources, d.Replies = emptyNotNil(d.Reasons), emptyNotNil(d.Sources), emptyNotNil(d.Replies)
		d.Waivers, d.Wordings = emptyNotNil(d.Waivers), emptyNotNil(d.Wordings)
	}
	x, err := json.Marshal(a)
	if err != nil {
		return false, fmt.Errorf("compare drafts: %w", err)
	}
	y, err := json.Marshal(b)
	if err != nil {
		return false, fmt.Errorf("compare drafts: %w", err)
	}
	return bytes.Equal(x, y), nil
}

// ReopenDraft takes a submitted version back to draft, so that its authors can go on writing: it has to be submitted again.
// CodeConflict if it does not wait for approval any more. Checkers and above, and keys with the scope file.
func (db *DB) ReopenDraft(ctx context.Context, actor factcheck.Actor, id factcheck.VersionID, revision int) error {
	return db.write(ctx, actor, factcheck.DraftVerdict, "take back "+id.String(), func(t *tx) error {
		v, err := t.lockVersion(id)
		if err != nil {
			return err
		}
		res := t.db.Model(&versionModel{}).Where("id = ? AND state = 'submitted' AND version = ?", id, revision).Updates(map[string]any{
			"state": factcheck.VersionDraft, "note": "", "updated_at": t.now, "version": revision + 1,
		})
		if err := one(res, "this version"); err != nil {
			return err
		}
		if err := t.moveClaim(v.Claim, factcheck.StageChecking, ""); err != nil {
			return err
		}
		return t.audit("verdict.take_back", id, nil)
	})
}

// editedDraft is what the audit log keeps of an edit: what the rating was and is, and nothing of the texts.
func editedDraft(old, draft factcheck.Draft) map[string]any {
	if old.Label == draft.Label {
		return nil
	}
	return map[string]any{"before": map[string]any{"rating": old.Label}, "after": map[string]any{"rating": draft.Label}}
}
