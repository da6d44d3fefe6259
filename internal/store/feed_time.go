package store

import (
	"context"
	"time"
)

// clocksApart is how far the clocks of two nodes are at most apart. Changes are numbered in the order of their commits, each with the
// time of the node that made it, so that times follow the numbers but for this.
const clocksApart = time.Hour

// FeedAt returns the epoch of the change feed, and the number after which everything moved later than a moment: what Changes takes
// to tell what changed since. One query; it reads at most the changes of the hour before the moment, whatever the feed's length:
// what was numbered before an entry of more than that hour ago did not happen after the moment.
func (db *DB) FeedAt(ctx context.Context, at time.Time) (epoch string, after int64, err error) {
	err = db.pool.QueryRow(ctx, `SELECT f.epoch, coalesce((SELECT c.seq - 1 FROM changes c
			WHERE c.at > $1 AND c.seq > coalesce((SELECT b.seq FROM changes b WHERE b.at <= $2 ORDER BY b.at DESC LIMIT 1), 0)
			ORDER BY c.seq LIMIT 1), f.seq) FROM feed f`, at, at.Add(-clocksApart)).Scan(&epoch, &after)
	return epoch, after, translate("find a moment in the feed", err)
}
