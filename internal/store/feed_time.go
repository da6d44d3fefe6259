package store

import (
	"context"
	"time"
)

// FeedAt returns the epoch of the change feed, and the number after which everything moved later than a moment: what Changes takes
// to tell what changed since. It reads the times of all entries, some 100 ms for a million.
func (db *DB) FeedAt(ctx context.Context, at time.Time) (epoch string, after int64, err error) {
	err = db.pool.QueryRow(ctx, `SELECT f.epoch, coalesce((SELECT min(c.seq) - 1 FROM changes c WHERE c.at > $1), f.seq) FROM feed f`, at).Scan(&epoch, &after)
	return epoch, after, translate("find a moment in the feed", err)
}
