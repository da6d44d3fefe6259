package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// MaxOverlap is the longest that the secret before the one of now stays valid.
const MaxOverlap = 90 * 24 * time.Hour

// Limits of a key that may be set: calls in a minute, and in a day.
const (
	MaxBurst = 10_000_000
	MaxDaily = 1_000_000_000
)

// What the house allows each key that has no limits of its own: calls in a minute, and in a day.
const (
	HouseBurst = 60_000
	HouseDaily = 5_000_000
)

// RotateKey gives a key a new secret and returns it; it is shown this once and stored nowhere. The old one stays valid for as
// long as overlap says, at most MaxOverlap, and 0 ends it at once; one that was still valid from an earlier rotation ends in any
// case, so that there are never three. Everything else of the key stays: who it acts for, its limits, what is known of its use.
// CodeNotFound; CodeConflict for a key that was revoked or has ended; CodeInvalid names overlap. Admins and the operator.
func (db *DB) RotateKey(ctx context.Context, actor factcheck.Actor, id factcheck.KeyID, overlap time.Duration) (string, error) {
	fresh := auth.NewKey()
	err := db.write(ctx, actor, factcheck.ManageKeys, "rotate "+id.String(), func(t *tx) error {
		if overlap < 0 || overlap > MaxOverlap {
			return invalidf("overlap", "the old secret stays valid for at most %d days", int(MaxOverlap/(24*time.Hour)))
		}
		row, err := t.lockKey(id)
		if err != nil {
			return err
		}
		if over(row.ExpiresAt, t.now) {
			return factcheck.Conflict("this key has ended; give it another end first")
		}
		before, until := row.audited(), t.now.Add(overlap)
		row.RotatedAt, row.PreviousUntil = &t.now, &until
		set := map[string]any{"hash": fresh.Hash[:], "hint": fresh.Hint, "rotated_at": t.now, "previous_hash": row.Hash, "previous_hint": row.Hint, "previous_until": until, "previous_used_at": nil}
		if err := one(t.db.Model(&keyModel{}).Where("id = ? AND revoked_at IS NULL", id).Updates(set), "this key"); err != nil {
			return err
		}
		return t.audit("key.rotate", id, map[string]any{"before": before, "after": row.audited()})
	})
	if err != nil {
		return "", err
	}
	return fresh.Secret, nil
}

// EndOldSecret ends the secret that a rotation left valid, before its time. It changes nothing where there is none.
// CodeNotFound; CodeConflict for a key that was revoked. Admins and the operator.
func (db *DB) EndOldSecret(ctx context.Context, actor factcheck.Actor, id factcheck.KeyID) error {
	return db.write(ctx, actor, factcheck.ManageKeys, "end the old secret of "+id.String(), func(t *tx) error {
		row, err := t.lockKey(id)
		if err != nil || row.PreviousUntil == nil || over(row.PreviousUntil, t.now) {
			return err
		}
		before := row.audited()
		row.PreviousUntil = &t.now
		if err := one(t.db.Model(&keyModel{}).Where("id = ? AND revoked_at IS NULL", id).Updates(map[string]any{"previous_until": t.now}), "this key"); err != nil {
			return err
		}
		return t.audit("key.end_old", id, map[string]any{"before": before, "after": row.audited()})
	})
}

// KeyChange is what may be changed of a key that is in use.
type KeyChange struct {
	ExpiresAt time.Time // when it ends by itself; zero: never
	Burst     int       // calls in a minute; 0: as the house allows
	Daily     int       // calls in a day; 0: as the house allows
}

// ChangeKey changes when a key ends and how much it may ask. CodeNotFound; CodeConflict for a key that was revoked; CodeInvalid
// names expires, burst or daily. Nodes know it with the next request. Admins and the operator.
func (db *DB) ChangeKey(ctx context.Context, actor factcheck.Actor, id factcheck.KeyID, to KeyChange) error {
	return db.write(ctx, actor, factcheck.ManageKeys, "change "+id.String(), func(t *tx) error {
		row, err := t.lockKey(id)
		if err != nil {
			return err
		}
		before := row.audited()
		if err := t.applyLimits(&row, to); err != nil {
			return err
		}
		set := map[string]any{"expires_at": row.ExpiresAt, "burst": row.Burst, "daily": row.Daily}
		if err := one(t.db.Model(&keyModel{}).Where("id = ? AND revoked_at IS NULL", id).Updates(set), "this key"); err != nil {
			return err
		}
		return t.audit("key.change", id, map[string]any{"before": before, "after": row.audited()})
	})
}

// applyLimits checks when a key ends and how much it may ask, and writes it into the row.
func (t *tx) applyLimits(row *keyModel, to KeyChange) error {
	row.ExpiresAt, row.Burst, row.Daily = nil, nil, nil
	if !to.ExpiresAt.IsZero() {
		if !to.ExpiresAt.After(t.now) {
			return invalidf("expires", "this moment is past; leave it empty for a key that does not end by itself")
		}
		at := to.ExpiresAt.UTC().Truncate(time.Microsecond)
		row.ExpiresAt = &at
	}
	if to.Burst < 0 || to.Burst > MaxBurst {
		return invalidf("burst", "between 1 and %d calls a minute, or nothing for what the house allows", MaxBurst)
	}
	if to.Daily < 0 || to.Daily > MaxDaily {
		return invalidf("daily", "between 1 and %d calls a day, or nothing for what the house allows", MaxDaily)
	}
	row.Burst, row.Daily = limitColumn(to.Burst), limitColumn(to.Daily)
	return nil
}

// limitColumn returns a limit that was checked as its column has it; 0 is NULL.
func limitColumn(n int) *int32 {
	if n == 0 {
		return nil
	}
	v := int32(n) // at most MaxDaily
	return &v
}

// lockKey returns a key that was not revoked, locked to the end of the transaction.
func (t *tx) lockKey(id factcheck.KeyID) (keyModel, error) {
	row, err := t.lockAnyKey(id)
	if err != nil {
		return row, err
	}
	if row.RevokedAt != nil {
		return row, factcheck.Conflict("this key was revoked; make a new one")
	}
	return row, nil
}

// lockAnyKey is lockKey for a key that may have been revoked.
func (t *tx) lockAnyKey(id factcheck.KeyID) (keyModel, error) {
	var row keyModel
	if err := t.db.Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", id).Take(&row).Error; err != nil {
		return row, fmt.Errorf("lock the key: %w", err)
	}
	return row, nil
}
