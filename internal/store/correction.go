package store

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// DraftCorrection begins a new version of the house's published verdict, filled with the current one's content, as an
// update, clarification, correction or retraction with a public note. The page stays up as it is until the version is
// approved. CodeConflict if a draft is open, or the chain has ended. Checkers and above, and keys with the scope file.
func (db *DB) DraftCorrection(ctx context.Context, actor factcheck.Actor, id factcheck.VerdictID, kind factcheck.CorrectionKind, note string) (Version, error) {
	var out Version
	err := db.write(ctx, actor, factcheck.DraftVerdict, "draft a correction of "+id.String(), func(t *tx) error {
		var err error
		out, err = t.draftCorrection(id, kind, note)
		return err
	})
	return out, err
}

// SubmitRetraction begins the version that takes the house's published verdict back, with its public note, and asks for its
// approval at once: there is nothing more to write. The page stays as it is until a second person approves. CodeConflict if a
// draft is open, or the chain has ended. Checkers and above, and keys with the scope file.
func (db *DB) SubmitRetraction(ctx context.Context, actor factcheck.Actor, id factcheck.VerdictID, note string) (Version, error) {
	var out Version
	err := db.write(ctx, actor, factcheck.SubmitVerdict, "submit a retraction of "+id.String(), func(t *tx) error {
		v, err := t.draftCorrection(id, factcheck.CorrectionRetraction, note)
		if err != nil {
			return err
		}
		out, err = t.submit(v.ID, v.Revision)
		return err
	})
	return out, err
}

func (t *tx) draftCorrection(id factcheck.VerdictID, kind factcheck.CorrectionKind, note string) (Version, error) {
	if kind == factcheck.CorrectionNone || !kind.Valid() {
		return Version{}, factcheck.Invalid("correction", "choose update, clarification, correction or retraction")
	}
	if strings.TrimSpace(note) == "" {
		return Version{}, factcheck.Invalid("note", "say in public what changes and why")
	}
	verdict, err := t.lockVerdict(id)
	if err != nil {
		return Version{}, err
	}
	if verdict.Origin == factcheck.OriginImported {
		return Version{}, factcheck.Forbidden("this verdict is another publisher's; only they can correct it")
	}
	if verdict.State == factcheck.VerdictUnpublished || verdict.State == factcheck.VerdictRetracted {
		return Version{}, factcheck.Conflict("this verdict is %s; there is nothing to correct", verdict.State)
	}
	if err := t.moveClaim(verdict.ClaimID, factcheck.StageChecking, ""); err != nil {
		return Version{}, err
	}
	current, err := t.version(verdict.CurrentVersionID)
	if err != nil {
		return Version{}, err
	}
	draft := current.Draft
	draft.Correction, draft.Note = kind, note
	version, err := t.insertDraft(verdict, draft)
	if err != nil {
		return Version{}, err
	}
	if err := t.audit("verdict.draft", version, map[string]any{"claim": verdict.ClaimID, "correction": kind}); err != nil {
		return Version{}, err
	}
	return t.version(version)
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
