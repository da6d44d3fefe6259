package store

import (
	"context"
	"fmt"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// settingDeskWeights is read by the function claim_rank of the database too.
const settingDeskWeights = "desk_weights"

// DeskWeights returns how the house weighs what makes a claim come first, and the revision to pass back when editing: 0 while
// nobody has set any. Checkers and above, and the operator.
func (db *DB) DeskWeights(ctx context.Context, actor factcheck.Actor) (factcheck.DeskWeights, int, error) {
	weights := factcheck.DefaultDeskWeights()
	revision := 0
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read the weights of the desk", func(t *tx) error {
		var err error
		revision, err = t.setting(settingDeskWeights, &weights)
		return err
	})
	return weights, revision, err
}

// EditDeskWeights sets the weights and puts all claims in their order anew, in one transaction: its cost grows with their
// number, about six seconds for 100,000. CodeConflict if somebody changed them since revision. Admins and the operator.
func (db *DB) EditDeskWeights(ctx context.Context, actor factcheck.Actor, revision int, weights factcheck.DeskWeights) error {
	return db.write(ctx, actor, factcheck.ManageHouse, "weigh the desk anew", func(t *tx) error {
		if err := weights.Check(); err != nil {
			return err
		}
		if err := t.lockSetting(settingDeskWeights); err != nil {
			return err
		}
		old := factcheck.DefaultDeskWeights()
		now, err := t.setting(settingDeskWeights, &old)
		if err != nil {
			return err
		}
		if now != revision {
			return factcheck.Conflict("the weights were changed by somebody else meanwhile; reload them and look at what changed")
		}
		if weights == old {
			return nil
		}
		if err := t.setSetting(settingDeskWeights, weights); err != nil {
			return err
		}
		if _, err := t.pgx.Exec(ctx, `UPDATE claim_desk SET rank = 0`); err != nil { // the trigger ranks each row
			return fmt.Errorf("rank the claims: %w", err)
		}
		return t.audit("house.desk", nil, map[string]any{"before": old, "after": weights})
	})
}

// lockSetting locks a setting until the commit: there may be no row to lock yet.
func (t *tx) lockSetting(name string) error {
	if _, err := t.pgx.Exec(t.ctx, `SELECT pg_advisory_xact_lock(hashtextextended('setting ' || $1, 0))`, name); err != nil {
		return fmt.Errorf("lock the setting %s: %w", name, err)
	}
	return nil
}
