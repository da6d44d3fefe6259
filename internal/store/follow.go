package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

const (
	// followInterval is how often a follower looks when nothing wakes it: suspended means suspended within a second,
	// through poolers and on servers that carry no NOTIFY.
	followInterval = 250 * time.Millisecond
	// followBurst is how long a wake-up is held back, so that a burst of publications costs one look.
	followBurst = 5 * time.Millisecond
	// followLook is the longest a look may take before the connection is given up for a new one.
	followLook = time.Second
	// maxMoved is the most changes whose claims are named.
	maxMoved = 10_000
)

// Moved is what a follower learns from one look: which claims' public documents moved since the look before.
type Moved struct {
	Epoch       string
	Seq         int64
	RenderEpoch int64
	Claims      []factcheck.ClaimID // distinct; nil with All
	All         bool                // the first look, the epoch changed, or too much moved to name: forget everything kept
	Began       time.Time           // when the look began, by the system's clock: the state is at least as new as that
}

// Follow looks at the head of the feed whenever it is woken, and at least every 250 ms, and calls moved after each look
// that succeeds, also when nothing moved, so that silence means a lost database. It returns nil when ctx is done. NOTIFY
// only wakes it: what it reports comes from the sequence, so nothing is missed when a notification is. It has a
// connection of its own, so that a busy pool does not make it late. While the database does not answer it keeps trying
// and calls lost after each attempt.
func (db *DB) Follow(ctx context.Context, moved func(Moved), lost func(error)) error {
	var at Moved
	for {
		err := db.followOnce(ctx, &at, moved)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // being told to stop is no failure
		}
		lost(err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(followInterval):
		}
	}
}

// followOnce follows for as long as one connection lasts.
func (db *DB) followOnce(ctx context.Context, at *Moved, moved func(Moved)) error {
	conn, err := db.followConn(ctx)
	if err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(closing) // it is given up
	}()
	for {
		m, err := look(ctx, conn, *at)
		if err != nil {
			return err
		}
		*at = m
		moved(m)
		if err := awaitWake(ctx, conn); err != nil {
			return err
		}
	}
}

// followConn takes a connection out of the pool for good and listens on it, where the server or pooler can.
func (db *DB) followConn(ctx context.Context) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	pooled, err := db.pool.Acquire(ctx)
	if err != nil {
		return nil, unavailable("take a connection to follow the feed", err)
	}
	conn := pooled.Hijack()
	if _, err := conn.Exec(ctx, "LISTEN touchstone_changes"); err != nil && conn.IsClosed() {
		return nil, unavailable("listen to the feed", err)
	}
	return conn, nil
}

// awaitWake returns when notifications came, or after followInterval; it fails only with the connection.
func awaitWake(ctx context.Context, conn *pgx.Conn) error {
	wait, cancel := context.WithTimeout(ctx, followInterval)
	defer cancel()
	_, err := conn.WaitForNotification(wait)
	if err == nil {
		burst, cancel := context.WithTimeout(ctx, followBurst)
		defer cancel()
		for err == nil { // one look serves the whole burst
			_, err = conn.WaitForNotification(burst)
		}
	}
	if conn.IsClosed() || ctx.Err() != nil {
		return fmt.Errorf("wait for the feed: %w", err)
	}
	return nil
}

// look asks for the head and for what moved since at. Both come from one sequence in commit order, so what is committed
// between the two queries is named now or by the next look.
func look(ctx context.Context, conn *pgx.Conn, at Moved) (Moved, error) {
	ctx, cancel := context.WithTimeout(ctx, followLook)
	defer cancel()
	m := Moved{Began: time.Now()}
	err := conn.QueryRow(ctx, `SELECT f.epoch, f.seq, i.render_epoch FROM feed f, installation i`).Scan(&m.Epoch, &m.Seq, &m.RenderEpoch)
	if err != nil {
		return m, translate("look at the head of the feed", err)
	}
	if m.Epoch != at.Epoch || m.Seq < at.Seq || m.Seq-at.Seq > maxMoved {
		m.All = true
		return m, nil
	}
	if m.Seq == at.Seq {
		return m, nil
	}
	rows, err := conn.Query(ctx, `SELECT DISTINCT claim_id FROM changes WHERE seq > $1 AND seq <= $2`, at.Seq, m.Seq)
	if err != nil {
		return m, translate("look at the feed", err)
	}
	m.Claims, err = pgx.CollectRows(rows, pgx.RowTo[factcheck.ClaimID])
	return m, translate("look at the feed", err)
}
