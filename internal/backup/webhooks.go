package backup

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// restartWebhooks begins the log of the webhooks anew. Each is told first that the feed was restored. What waited when the backup
// was made waits again, for it may never have been sent; under other ids, for under the ones it had it may have come, and a
// receiver passes over what it knows. The log of what was sent stays with the database that was replaced: no id of it may come
// again with another epoch.
func restartWebhooks(ctx context.Context, tx pgx.Tx, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE webhooks SET lease = NULL, leased_until = NULL, served_at = NULL, not_before = NULL, failures = 0`)
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `SELECT webhook_id, seq, type, at, claim_id FROM webhook_deliveries WHERE state = 'queued' AND seq IS NOT NULL
		UNION ALL SELECT id, NULL, $1, $2, NULL FROM webhooks ORDER BY seq NULLS FIRST`, store.WebhookRestored, at)
	if err != nil {
		return err
	}
	waiting, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
	if err != nil {
		return err
	}
	ids := make([][16]byte, len(waiting))
	for i := range ids {
		ids[i] = factcheck.NewUUID(at)
	}
	slices.SortFunc(ids, func(a, b [16]byte) int { return bytes.Compare(a[:], b[:]) }) // the log is in their order
	for i := range waiting {
		waiting[i] = append(waiting[i], ids[i], at, at)
	}
	if _, err = tx.Exec(ctx, `TRUNCATE webhook_attempts, webhook_deliveries`); err != nil {
		return err
	}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"webhook_deliveries"}, []string{"webhook_id", "seq", "type", "at", "claim_id", "id", "next_at", "created_at"}, pgx.CopyFromRows(waiting))
	return err
}
