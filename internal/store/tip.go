package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// tipModel maps the table tips.
type tipModel struct {
	ID        factcheck.TipID `gorm:"primaryKey"`
	Text      string
	URL       string
	Language  string
	Contact   string
	State     factcheck.TipState
	ClaimID   factcheck.ClaimID
	CreatedAt time.Time
	ExpiresAt time.Time
	Version   int32
}

// TableName names the table.
func (tipModel) TableName() string { return "tips" }

// Tip is something a reader or partner asks to have checked, as the newsroom sees it. It is in no log and no export.
type Tip struct {
	factcheck.TipInput
	ID        factcheck.TipID
	State     factcheck.TipState
	Claim     factcheck.ClaimID // that was filed from it
	CreatedAt time.Time
	ExpiresAt time.Time // the contact is erased then
}

// FileTip takes a tip in. The actor is factcheck.System() for a reader without an account. Everybody but an unknown key; the
// edge limits how many. Errors do not repeat what was sent.
func (db *DB) FileTip(ctx context.Context, actor factcheck.Actor, in factcheck.TipInput) (factcheck.TipID, error) {
	var id factcheck.TipID
	err := db.write(ctx, actor, factcheck.FileTip, "file a tip", func(t *tx) error {
		in, err := in.Clean()
		if err != nil {
			return err
		}
		row := tipModel{
			ID: factcheck.TipID(newID(t)), Text: in.Text, URL: in.URL, Language: in.Language, Contact: in.Contact,
			State: factcheck.TipOpen, CreatedAt: t.now, ExpiresAt: t.now.Add(factcheck.TipLife), Version: 1,
		}
		if err := t.db.Create(&row).Error; err != nil {
			return fmt.Errorf("write the tip: %w", err)
		}
		id = row.ID
		return t.audit("tip.file", id, nil)
	})
	return id, err
}

// Tips returns up to limit (at most MaxPage) tips in a state, newest first, beginning after a tip; the zero TipID begins with
// the newest. Checkers and above, and keys with the scope file. One query.
func (db *DB) Tips(ctx context.Context, actor factcheck.Actor, state factcheck.TipState, after factcheck.TipID, limit int) ([]Tip, error) {
	var out []Tip
	err := db.write(ctx, actor, factcheck.HandleTip, "read tips", func(t *tx) error {
		if !state.Valid() {
			return invalidf("state", "choose open, claim or declined")
		}
		if err := checkPage(limit); err != nil {
			return err
		}
		var rows []tipModel
		err := t.db.Where("state = ?", state).Scopes(before(after)).Order("id DESC").Limit(limit).Find(&rows).Error
		if err != nil {
			return fmt.Errorf("read the tips: %w", err)
		}
		for _, r := range rows {
			out = append(out, Tip{
				TipInput: factcheck.TipInput{Text: r.Text, URL: r.URL, Language: r.Language, Contact: r.Contact},
				ID:       r.ID, State: r.State, Claim: r.ClaimID, CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt,
			})
		}
		return nil
	})
	return out, err
}

// before is the keyset condition of lists that run from the newest id: everything older than id, or all for the zero id.
func before(id interface {
	IsZero() bool
	UUID() string
}) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		if id.IsZero() {
			return q
		}
		return q.Where("id < ?::uuid", id.UUID())
	}
}

// TipToClaim files a claim from an open tip, into triage, and returns it. The words are the checker's: nothing of the tip is
// copied. CodeConflict if the tip was dealt with already. Checkers and above, and keys with the scope file.
func (db *DB) TipToClaim(ctx context.Context, actor factcheck.Actor, tip factcheck.TipID, in factcheck.ClaimInput) (factcheck.ClaimID, error) {
	var claim factcheck.ClaimID
	err := db.write(ctx, actor, factcheck.HandleTip, "file a claim from "+tip.String(), func(t *tx) error {
		if err := factcheck.Permit(t.actor, factcheck.FileClaim); err != nil {
			return err
		}
		in, err := in.Clean()
		if err != nil {
			return err
		}
		row, err := t.openTip(tip)
		if err != nil {
			return err
		}
		if claim, err = t.insertClaim(in, factcheck.StageTriage); err != nil {
			return err
		}
		if err := t.closeTip(row, factcheck.TipClaim, claim); err != nil {
			return err
		}
		if err := t.audit("claim.file", claim, map[string]any{"tip": tip}); err != nil {
			return err
		}
		return t.audit("tip.claim", tip, map[string]any{"claim": claim})
	})
	return claim, err
}

// DeclineTip says that a tip will not be followed up. CodeConflict if it was dealt with already. Checkers and above, and keys
// with the scope file.
func (db *DB) DeclineTip(ctx context.Context, actor factcheck.Actor, tip factcheck.TipID) error {
	return db.write(ctx, actor, factcheck.HandleTip, "decline "+tip.String(), func(t *tx) error {
		row, err := t.openTip(tip)
		if err != nil {
			return err
		}
		if err := t.closeTip(row, factcheck.TipDeclined, factcheck.ClaimID{}); err != nil {
			return err
		}
		return t.audit("tip.decline", tip, nil)
	})
}

// ExpireTips erases the contacts of tips whose time is over and returns how many. Doing it again changes nothing, and writes
// nothing down. The operator and the program itself.
func (db *DB) ExpireTips(ctx context.Context, actor factcheck.Actor) (int, error) {
	erased := 0
	err := db.write(ctx, actor, factcheck.ExpireTips, "expire tips", func(t *tx) error {
		tag, err := t.pgx.Exec(ctx, `UPDATE tips SET contact = '', version = version + 1 WHERE contact <> '' AND expires_at <= $1`, t.now)
		if err != nil {
			return fmt.Errorf("erase the contacts: %w", err)
		}
		if erased = int(tag.RowsAffected()); erased == 0 {
			return nil
		}
		return t.audit("tip.expire", nil, map[string]any{"tips": erased})
	})
	return erased, err
}

// openTip returns the tip, locked; CodeConflict if it is not open.
func (t *tx) openTip(id factcheck.TipID) (tipModel, error) {
	var row tipModel
	err := t.db.Clauses(clause.Locking{Strength: "UPDATE"}).Select("id", "state", "version").Where("id = ?", id).Take(&row).Error
	if err != nil {
		return row, fmt.Errorf("read %s: %w", id, err)
	}
	if row.State != factcheck.TipOpen {
		return row, factcheck.Conflict("somebody dealt with this tip already")
	}
	return row, nil
}

func (t *tx) closeTip(row tipModel, state factcheck.TipState, claim factcheck.ClaimID) error {
	return one(t.db.Model(&tipModel{}).Where("id = ? AND version = ?", row.ID, row.Version).Updates(map[string]any{
		"state": state, "claim_id": claim, "version": row.Version + 1,
	}), "this tip")
}
