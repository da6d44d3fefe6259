package store

import (
	"context"
	"crypto/sha256"

	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
)

// TakeBudget takes from what is left of a limit over all nodes, as ratelimit.Source. One round trip, one row. Nobody in
// particular may do this: who asks without a key is counted too.
func (db *DB) TakeBudget(ctx context.Context, a ratelimit.Ask) (ratelimit.Grant, error) {
	whose := sha256.Sum256([]byte("budget " + a.Policy.Name + " " + a.Client))
	var g ratelimit.Grant
	var frees, resets int64
	err := db.pool.QueryRow(ctx, `SELECT granted, remaining, frees, resets FROM take_budget($1, $2, $3, $4, $5, $6)`,
		whose[:], a.Policy.Quota, a.Slot(), a.Used, a.Want, a.Now).Scan(&g.Granted, &g.Remaining, &frees, &resets)
	if err != nil {
		return g, translate("take from a budget", err)
	}
	g.Frees, g.Resets = a.SlotStart(frees), a.SlotStart(resets)
	return g, nil
}

// budgetsKept is how long a budget that nobody takes from is remembered: no window is longer.
const budgetsKept = "2 days"

// TendBudgets forgets budgets that nobody takes from any more. It is run by a job.
func (db *DB) TendBudgets(ctx context.Context) error {
	_, err := db.pool.Exec(ctx, `DELETE FROM budgets WHERE at < $1::timestamptz - $2::interval`, db.clock(), budgetsKept)
	return translate("forget budgets", err)
}
