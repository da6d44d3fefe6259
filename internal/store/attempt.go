package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
)

// Attempt is a bucket that guesses are counted in, over all processes.
type Attempt struct {
	Bucket string // whose, and from where; stored as a hash
	Policy ratelimit.Policy
}

func (a Attempt) key() []byte {
	sum := sha256.Sum256([]byte(a.Policy.Name + " " + a.Bucket))
	return sum[:]
}

// each returns how long one attempt takes from the window.
func (a Attempt) each() time.Duration { return a.Policy.Window / time.Duration(a.Policy.Quota) }

// TakeAttempts takes an attempt from every bucket, before anything is looked at, so that many at once count as many. If one of
// them is empty it reports false and how long until there is room again; the others are charged all the same. Two statements,
// a row each (GCRA: a row holds the time at which its bucket is full again). Nobody in particular may do this: it is asked
// before anybody is known.
func (db *DB) TakeAttempts(ctx context.Context, attempts ...Attempt) (bool, time.Duration, error) {
	now := db.clock()
	batch := &pgx.Batch{}
	batch.Queue(`DELETE FROM attempts WHERE bucket IN (SELECT bucket FROM attempts WHERE full_at <= $1 LIMIT 100 FOR UPDATE SKIP LOCKED)`, now)
	for _, a := range attempts {
		batch.Queue(`WITH taken AS (INSERT INTO attempts AS a (bucket, full_at) VALUES ($1, $2::timestamptz + $3::interval)
				ON CONFLICT (bucket) DO UPDATE SET full_at = greatest(a.full_at, $2) + $3 WHERE greatest(a.full_at, $2) + $3 <= $2 + $4::interval RETURNING 1)
			SELECT EXISTS (SELECT FROM taken), coalesce((SELECT full_at FROM attempts WHERE bucket = $1), $2)`, a.key(), now, a.each(), a.Policy.Window)
	}
	results := db.pool.SendBatch(ctx, batch)
	free, wait, err := readAttempts(results, attempts, now)
	if cerr := results.Close(); err == nil {
		err = cerr
	}
	return free, wait, translate("count an attempt", err)
}

func readAttempts(results pgx.BatchResults, attempts []Attempt, now time.Time) (free bool, wait time.Duration, err error) {
	if _, err := results.Exec(); err != nil {
		return false, 0, fmt.Errorf("forget full buckets: %w", err)
	}
	free = true
	for _, a := range attempts {
		var taken bool
		var full time.Time
		if err := results.QueryRow().Scan(&taken, &full); err != nil {
			return false, 0, fmt.Errorf("take from a bucket: %w", err)
		}
		if !taken {
			free, wait = false, max(wait, full.Add(a.each()).Sub(now)-a.Policy.Window)
		}
	}
	return free, wait, nil
}

// ReturnAttempts gives back what TakeAttempts took: the guess was none.
func (db *DB) ReturnAttempts(ctx context.Context, attempts ...Attempt) error {
	batch := &pgx.Batch{}
	for _, a := range attempts {
		batch.Queue(`UPDATE attempts SET full_at = full_at - $2::interval WHERE bucket = $1`, a.key(), a.each())
	}
	return translate("return an attempt", db.pool.SendBatch(ctx, batch).Close())
}
