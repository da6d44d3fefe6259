package store

import (
	"context"
	"fmt"

	"gorm.io/gorm/clause"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// DraftCorrection begins a new version of the house's published verdict, filled with the current one's content, as an
// update, clarification, correction or retraction with a public note. The page stays up as it is until the version is
// approved. CodeConflict if a draft is open, or the chain has ended. Checkers and above, and keys with the scope file.
func (db *DB) DraftCorrection(ctx context.Context, actor factcheck.Actor, id factcheck.VerdictID, kind factcheck.CorrectionKind, note string) (Version, error) {
	var out Version
	err := db.write(ctx, actor, factcheck.DraftVerdict, "draft a correction of "+id.String(), func(t *tx) error {
		if kind == factcheck.CorrectionNone || !kind.Valid() {
			return factcheck.Invalid("correction", "choose update, clarification, correction or retraction")
		}
		verdict, err := t.lockVerdict(id)
		if err != nil {
			return err
		}
		if verdict.Origin == factcheck.OriginImported {
			return factcheck.Forbidden("this verdict is another publisher's; only they can correct it")
		}
		if verdict.State == factcheck.VerdictUnpublished || verdict.State == factcheck.VerdictRetracted {
			return factcheck.Conflict("this verdict is %s; there is nothing to correct", verdict.State)
		}
		if err := t.moveClaim(verdict.ClaimID, factcheck.StageChecking, ""); err != nil {
			return err
		}
		current, err := t.version(verdict.CurrentVersionID)
		if err != nil {
			return err
		}
		draft := current.Draft
		draft.Correction, draft.Note = kind, note
		version, err := t.insertDraft(verdict, draft)
		if err != nil {
			return err
		}
		if err := t.audit("verdict.draft", version, map[string]any{"claim": verdict.ClaimID, "correction": kind}); err != nil {
			return err
		}
		out, err = t.version(version)
		return err
	})
	return out, err
}

// SuspendVerdict pulls the emergency brake: from the moment this returns, every public way out says "under review" instead
// of the finding. notice is public. One editor suffices; restoring takes two people (ProposeRestore) or a correction.
func (db *DB) SuspendVerdict(ctx context.Context, actor factcheck.Actor, id factcheck.VerdictID, notice string) error {
	return db.write(ctx, actor, factcheck.Suspend, "suspend "+id.String(), func(t *tx) error {
		if err := factcheck.CheckText("notice", notice, factcheck.MaxNote); err != nil {
			return err
		}
		verdict, err := t.lockVerdict(id)
		if err != nil {
			return err
		}
		if verdict.State != factcheck.VerdictCurrent {
			return factcheck.Conflict("this verdict is %s; only a current one can be suspended", verdict.State)
		}
		res := t.db.Model(&verdictModel{}).Where("id = ? AND state = 'current'", id).Updates(map[string]any{"state": factcheck.VerdictSuspended, "notice": notice})
		if err := one(res, "this verdict"); err != nil {
			return err
		}
		t.change(change{kind: factcheck.ChangeVerdictSuspended, claim: verdict.ClaimID, verdict: id, note: notice})
		return t.audit("verdict.suspend", id, map[string]any{"claim": verdict.ClaimID})
	})
}

// lockVerdict returns the verdict with its row locked; CodeNotFound if there is none.
func (t *tx) lockVerdict(id factcheck.VerdictID) (verdictModel, error) {
	var row verdictModel
	err := t.db.Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", id).Take(&row).Error
	if err != nil {
		return row, fmt.Errorf("lock %s: %w", id, err)
	}
	return row, nil
}
