package store

import (
	"context"
	"errors"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// followInterval is how often a follower asks when nothing wakes it: suspended means suspended within a second, through
// poolers and on servers that carry no NOTIFY.
const followInterval = 500 * time.Millisecond

// Moved is what a follower learns at once: claims whose public documents moved, up to a number.
type Moved struct {
	Epoch       string
	Seq         int64
	RenderEpoch int64
	Claims      []factcheck.ClaimID // distinct; nil with All
	All         bool                // the epoch changed, or too much moved to name: forget everything kept
}

// Follow calls fn whenever public documents have moved, beginning with the state now, until ctx is done; it returns nil
// then. NOTIFY only wakes it: what it reports comes from the sequence, so nothing is missed when a notification is. While
// the database does not answer it keeps trying, and calls lost with the time it last knew for sure.
func (db *DB) Follow(ctx context.Context, fn func(Moved), lost func(since time.Time)) error {
	wake := make(chan struct{}, 1)
	go db.listen(ctx, wake)
	var at Moved
	known := db.clock()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for first := true; ; {
		select {
		case <-ctx.Done():
			return nil
		case <-wake:
		case <-timer.C:
		}
		moved, err := db.movedSince(ctx, at)
		switch {
		case err != nil && ctx.Err() == nil:
			lost(known)
		case err == nil:
			known = db.clock()
			if first || moved.All || len(moved.Claims) > 0 || moved.RenderEpoch != at.RenderEpoch {
				fn(moved)
			}
			at, first = moved, false
		}
		timer.Reset(followInterval)
	}
}

const maxMoved = 10_000

func (db *DB) movedSince(ctx context.Context, at Moved) (Moved, error) {
	var m Moved
	var err error
	if m.Epoch, m.Seq, m.RenderEpoch, err = db.Head(ctx); err != nil {
		return m, err
	}
	if m.Epoch != at.Epoch || m.Seq < at.Seq || m.Seq-at.Seq > maxMoved {
		m.All = true
		return m, nil
	}
	if m.Seq == at.Seq {
		return m, nil
	}
	rows, err := db.pool.Query(ctx, `SELECT DISTINCT claim_id FROM changes WHERE seq > $1 AND seq <= $2`, at.Seq, m.Seq)
	if err != nil {
		return m, translate("follow the feed", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id factcheck.ClaimID
		if err := rows.Scan(&id); err != nil {
			return m, translate("follow the feed", err)
		}
		m.Claims = append(m.Claims, id)
	}
	return m, translate("follow the feed", rows.Err())
}

// listen turns notifications into wake-ups on a connection of its own. Losing it only costs speed.
func (db *DB) listen(ctx context.Context, wake chan<- struct{}) {
	for ctx.Err() == nil {
		if err := db.listenOnce(ctx, wake); err != nil && !errors.Is(err, context.Canceled) {
			db.log.DebugContext(ctx, "the feed's notifications are interrupted", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

func (db *DB) listenOnce(ctx context.Context, wake chan<- struct{}) error {
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	raw := conn.Hijack()                        // a listening connection does not go back to the pool
	defer raw.Close(context.WithoutCancel(ctx)) //nolint:errcheck // it is given up
	if _, err := raw.Exec(ctx, "LISTEN touchstone_changes"); err != nil {
		return err
	}
	for {
		if _, err := raw.WaitForNotification(ctx); err != nil {
			return err
		}
		select {
		case wake <- struct{}{}:
		default:
		}
	}
}
