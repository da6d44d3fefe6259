package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

const settingHouseRules = "house_rules"

// HouseRules returns what the house asks of a verdict beyond the code of principles, and the revision to pass back when
// editing them: 0 while nobody has set any. Checkers and above, and the operator.
func (db *DB) HouseRules(ctx context.Context, actor factcheck.Actor) (factcheck.HouseRules, int, error) {
	var rules factcheck.HouseRules
	revision := 0
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read the house rules", func(t *tx) error {
		var err error
		revision, err = t.setting(settingHouseRules, &rules)
		return err
	})
	return rules, revision, err
}

// EditHouseRules replaces the house rules. They hold for what is submitted and approved from then on. CodeConflict if
// somebody changed them since revision. Admins and the operator.
func (db *DB) EditHouseRules(ctx context.Context, actor factcheck.Actor, revision int, rules factcheck.HouseRules) error {
	return db.setHouseRules(ctx, actor, rules, func(now int) error {
		if now != revision {
			return factcheck.Conflict("the house rules were changed by somebody else meanwhile; reload them and look at what changed")
		}
		return nil
	})
}

// SetHouseRules is EditHouseRules for a program that knows what it wants, whatever was there.
func (db *DB) SetHouseRules(ctx context.Context, actor factcheck.Actor, rules factcheck.HouseRules) error {
	return db.setHouseRules(ctx, actor, rules, func(int) error { return nil })
}

func (db *DB) setHouseRules(ctx context.Context, actor factcheck.Actor, rules factcheck.HouseRules, check func(now int) error) error {
	return db.write(ctx, actor, factcheck.ManageHouse, "set the house rules", func(t *tx) error {
		if rules.IndependentOrigins < 0 || rules.IndependentOrigins > 10 {
			return invalidf("independent_origins", "choose a number from 0 to 10")
		}
		// There may be no row to lock yet.
		if _, err := t.pgx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('setting ' || $1, 0))`, settingHouseRules); err != nil {
			return fmt.Errorf("lock the house rules: %w", err)
		}
		var old factcheck.HouseRules
		now, err := t.setting(settingHouseRules, &old)
		if err != nil {
			return err
		}
		if err := check(now); err != nil {
			return err
		}
		if err := t.setSetting(settingHouseRules, rules); err != nil {
			return err
		}
		return t.audit("house.rules", nil, map[string]any{"before": old, "after": rules})
	})
}

// houseRules returns the house's rules for verdicts; without a setting, none beyond what every verdict needs.
func (t *tx) houseRules() (factcheck.HouseRules, error) {
	var rules factcheck.HouseRules
	_, err := t.setting(settingHouseRules, &rules)
	return rules, err
}

// setting reads a setting into value and returns its revision; one that was never set leaves value alone and is at 0.
func (t *tx) setting(name string, value any) (int, error) {
	var raw []byte
	var revision int
	err := t.pgx.QueryRow(t.ctx, `SELECT value, version FROM settings WHERE name = $1`, name).Scan(&raw, &revision)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, value)
	}
	if err != nil {
		return 0, fmt.Errorf("read the setting %s: %w", name, err)
	}
	return revision, nil
}

// bumpRenderEpoch makes every finished page out of date: something they show changed that has no change entry.
func (t *tx) bumpRenderEpoch() error {
	if _, err := t.pgx.Exec(t.ctx, `UPDATE installation SET render_epoch = render_epoch + 1`); err != nil {
		return fmt.Errorf("move the render epoch: %w", err)
	}
	return nil
}
