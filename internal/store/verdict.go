package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// verdictRow maps the table verdicts.
type verdictModel struct {
	ID               factcheck.VerdictID   `gorm:"primaryKey"`
	ClaimID          factcheck.ClaimID     `gorm:"not null"`
	PublisherID      factcheck.PublisherID `gorm:"not null"`
	Origin           factcheck.Origin
	State            factcheck.VerdictState
	Notice           string
	CurrentVersionID factcheck.VersionID
	RestoredBy       factcheck.ProposalID
	CreatedAt        time.Time
}

// TableName names the table.
func (verdictModel) TableName() string { return "verdicts" }

// versionModel maps the table verdict_versions.
type versionModel struct {
	ID                factcheck.VersionID `gorm:"primaryKey"`
	VerdictID         factcheck.VerdictID `gorm:"not null"`
	N                 *int32
	State             factcheck.VersionState
	ScaleID           factcheck.ScaleID
	Label             string
	Truth             factcheck.Truth
	Reasons           textArray `gorm:"type:text[]"`
	Language          string
	Headline          string
	Answer            string
	Body              string
	WhatIsTrue        string
	WhatIsFalse       string
	WhatIsUnknown     string
	HowChecked        string
	Replies           []factcheck.Reply          `gorm:"serializer:json;type:jsonb"`
	Waivers           []factcheck.Waiver         `gorm:"serializer:json;type:jsonb"`
	Wordings          []factcheck.VerdictWording `gorm:"serializer:json;type:jsonb"`
	ValidFrom         *time.Time
	ValidTo           *time.Time
	CorrectionKind    factcheck.CorrectionKind
	CorrectionNote    string
	ReviewURL         string
	ImportID          factcheck.ImportID
	ImportHash        []byte
	OriginalAt        *time.Time
	OriginalPrecision *string
	Byline            string
	Note              string
	Approved          *string
	ApprovedHash      []byte
	CreatedBy         factcheck.ActorID `gorm:"not null"`
	EditedBy          factcheck.ActorID `gorm:"not null"`
	SubmittedBy       factcheck.PersonID
	SubmittedAt       *time.Time
	ApprovedBy        factcheck.PersonID
	PublishedAt       *time.Time
	CreatedAt         time.Time
	UpdatedAt         time.Time
	Version           int32
}

// TableName names the table.
func (versionModel) TableName() string { return "verdict_versions" }

// versionContent names the columns that a person edits.
var versionContent = []string{ //nolint:gochecknoglobals // constant list
	"scale_id", "label", "truth", "reasons", "language", "headline", "answer", "body", "what_is_true", "what_is_false",
	"what_is_unknown", "how_checked", "replies", "waivers", "wordings", "valid_from", "valid_to", "correction_kind",
	"correction_note", "edited_by", "updated_at", "version",
}

// Version is a version of a verdict as the newsroom works on it.
type Version struct {
	ID          factcheck.VersionID
	Verdict     factcheck.VerdictID
	Claim       factcheck.ClaimID
	State       factcheck.VersionState
	N           int // among the published ones, from 1; 0 before
	Revision    int // guards edits: pass it back
	Draft       factcheck.Draft
	Rating      factcheck.Rating
	Note        string // why it was sent back
	Hash        []byte // SHA-256 of what was submitted; approving names it
	Approved    string // canonical JSON of what was submitted
	SubmittedBy factcheck.PersonID
	Authors     []factcheck.PersonID // who may not approve it
}

// DraftVerdict opens the house's first draft on a claim and returns it. The claim moves to checking. Checkers and above,
// and keys with the scope file. CodeConflict if a draft is open or a version is published already: corrections begin with
// DraftCorrection.
func (db *DB) DraftVerdict(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID, draft factcheck.Draft) (Version, error) {
	var out Version
	err := db.write(ctx, actor, factcheck.DraftVerdict, "draft a verdict on "+claim.String(), func(t *tx) error {
		if err := t.queueForDraft(claim); err != nil {
			return err
		}
		id, err := t.beginVerdict(claim, draft)
		if err != nil {
			return err
		}
		out, err = t.version(id)
		return err
	})
	return out, err
}

// beginVerdict opens the house's first draft on a claim, which was queued for.
func (t *tx) beginVerdict(claim factcheck.ClaimID, draft factcheck.Draft) (factcheck.VersionID, error) {
	var id factcheck.VersionID
	draft.Correction, draft.Note = factcheck.CorrectionNone, ""
	if _, err := t.lockClaim(claim); err != nil { // with its verdicts, which come first in the order of locks
		return id, err
	}
	if err := t.moveClaim(claim, factcheck.StageChecking, ""); err != nil {
		return id, err
	}
	verdict, err := t.houseVerdict(claim)
	if err != nil {
		return id, err
	}
	if verdict.State != factcheck.VerdictUnpublished {
		return id, factcheck.Conflict("there is a published verdict on this claim; correct it instead")
	}
	if id, err = t.insertDraft(verdict, draft); err != nil {
		return id, err
	}
	return id, t.audit("verdict.draft", id, map[string]any{"claim": claim})
}

// EditDraft replaces the content of a draft. revision is the one the editor saw: CodeConflict if somebody saved meanwhile,
// or if the version is no longer a draft. Whoever edits becomes an author and cannot approve. Checkers and above, and keys
// with the scope file.
func (db *DB) EditDraft(ctx context.Context, actor factcheck.Actor, id factcheck.VersionID, revision int, draft factcheck.Draft) (Version, error) {
	var out Version
	err := db.write(ctx, actor, factcheck.DraftVerdict, "edit "+id.String(), func(t *tx) error {
		old, err := t.lockVersion(id)
		if err != nil {
			return err
		}
		draft.Correction = old.Draft.Correction // what kind of version it is was chosen when it was begun
		if err := t.updateDraft(old, revision, draft); err != nil {
			return err
		}
		if err := t.audit("verdict.edit", id, editedDraft(old.Draft, draft)); err != nil {
			return err
		}
		out, err = t.version(id)
		return err
	})
	return out, err
}

// DiscardDraft deletes a draft that was never submitted since its last edit. Checkers and above, and keys with the scope file.
func (db *DB) DiscardDraft(ctx context.Context, actor factcheck.Actor, id factcheck.VersionID, revision int) error {
	return db.write(ctx, actor, factcheck.DraftVerdict, "discard "+id.String(), func(t *tx) error {
		v, err := t.lockVersion(id)
		if err != nil {
			return err
		}
		if v.State != factcheck.VersionDraft || v.Revision != revision {
			return factcheck.Conflict("this draft was submitted or edited meanwhile")
		}
		for _, q := range []string{
			`DELETE FROM source_archives WHERE source_id IN (SELECT id FROM sources WHERE version_id = $1)`,
			`DELETE FROM sources WHERE version_id = $1`,
			`DELETE FROM version_authors WHERE version_id = $1`,
			`DELETE FROM verdict_versions WHERE id = $1`,
		} {
			if _, err := t.pgx.Exec(ctx, q, id); err != nil {
				return fmt.Errorf("delete the draft: %w", err)
			}
		}
		// A claim with a published verdict is where it was before the correction was begun.
		_, err = t.pgx.Exec(ctx, `UPDATE claims SET stage = 'published', updated_at = $2, version = version + 1 WHERE id = $1 AND stage = 'checking'
			AND EXISTS (SELECT FROM verdicts WHERE claim_id = $1 AND current_version_id IS NOT NULL)`, v.Claim, t.now)
		if err != nil {
			return fmt.Errorf("return the claim to where it was: %w", err)
		}
		return t.audit("verdict.discard", id, map[string]any{"claim": v.Claim})
	})
}

// SubmitVerdict asks for approval of exactly what the draft says now: the text is stored as canonical JSON with its hash,
// and any later edit takes it back to draft. CodeInvalid names what is missing. Checkers and above, and keys
// with the scope file: a key's owner counts as who submitted.
func (db *DB) SubmitVerdict(ctx context.Context, actor factcheck.Actor, id factcheck.VersionID, revision int) (Version, error) {
	var out Version
	err := db.write(ctx, actor, factcheck.SubmitVerdict, "submit "+id.String(), func(t *tx) error {
		var err error
		out, err = t.submit(id, revision)
		return err
	})
	return out, err
}

// submit freezes what a draft says and asks for its approval.
func (t *tx) submit(id factcheck.VersionID, revision int) (Version, error) {
	v, err := t.lockVersion(id)
	if err != nil {
		return v, err
	}
	if v.State != factcheck.VersionDraft || v.Revision != revision {
		return v, factcheck.Conflict("this draft was submitted or edited meanwhile; reload it and look at what changed")
	}
	rules, err := t.houseRules()
	if err != nil {
		return v, err
	}
	if err := factcheck.GapError(v.Draft.Gaps(v.Rating, rules)); err != nil {
		return v, err
	}
	text, hash, err := t.approvedText(v)
	if err != nil {
		return v, err
	}
	res := t.db.Model(&versionModel{}).Where("id = ? AND state = 'draft' AND version = ?", id, revision).Updates(map[string]any{
		"state": factcheck.VersionSubmitted, "approved": string(text), "approved_hash": hash[:], "submitted_by": t.actor.Person,
		"submitted_at": t.now, "updated_at": t.now, "version": revision + 1, "note": "",
	})
	if err := one(res, "this draft"); err != nil {
		return v, err
	}
	if err := t.moveClaim(v.Claim, factcheck.StageInReview, ""); err != nil {
		return v, err
	}
	if err := t.audit("verdict.submit", id, map[string]any{"hash": fmt.Sprintf("%x", hash)}); err != nil {
		return v, err
	}
	return t.version(id)
}

// houseVerdict returns the house's verdict on the claim, locked, after making it if there is none.
func (t *tx) houseVerdict(claim factcheck.ClaimID) (verdictModel, error) {
	house, err := t.house()
	if err != nil {
		return verdictModel{}, err
	}
	row := verdictModel{
		ID: factcheck.VerdictID(newID(t)), ClaimID: claim, PublisherID: house, Origin: factcheck.OriginHouse,
		State: factcheck.VerdictUnpublished, CreatedAt: t.now,
	}
	err = t.db.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "claim_id"}, {Name: "publisher_id"}}, DoNothing: true}).Create(&row).Error
	if err != nil {
		return row, fmt.Errorf("make the house's verdict: %w", err)
	}
	var out verdictModel
	err = t.db.Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("claim_id = ? AND publisher_id = ?", claim, house).Take(&out).Error
	return out, err
}
