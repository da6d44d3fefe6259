package store

import (
	"context"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

const settingTipLife = "tip_life"

// TipRules is how long the house keeps what a tipster left of themselves.
type TipRules struct {
	Days int `json:"days"` // 1 to those of factcheck.TipLife, which readers are promised at the latest
}

func defaultTipRules() TipRules { return TipRules{Days: int(factcheck.TipLife / (24 * time.Hour))} }

// EditTipRules sets how long contacts of tips are kept, for those that come from now on: who sent one before was told a day.
// CodeConflict if somebody changed it since revision. Admins and the operator.
func (db *DB) EditTipRules(ctx context.Context, actor factcheck.Actor, revision int, rules TipRules) error {
	return db.write(ctx, actor, factcheck.ManageHouse, "set how long tips are kept", func(t *tx) error {
		most := defaultTipRules().Days
		if rules.Days < 1 || rules.Days > most {
			return invalidf("days", "choose a number from 1 to %d: readers are promised that many at the latest", most)
		}
		if err := t.lockSetting(settingTipLife); err != nil {
			return err
		}
		old, now, err := t.tipRules()
		switch {
		case err != nil:
			return err
		case now != revision:
			return factcheck.Conflict("this was changed by somebody else meanwhile; reload it and look at what changed")
		case rules == old:
			return nil
		}
		if err := t.setSetting(settingTipLife, rules); err != nil {
			return err
		}
		return t.audit("house.tips", nil, map[string]any{"before": old, "after": rules})
	})
}

// tipRules returns the rules and their revision, 0 while nobody has set any.
func (t *tx) tipRules() (TipRules, int, error) {
	rules := defaultTipRules()
	revision, err := t.setting(settingTipLife, &rules)
	return rules, revision, err
}
