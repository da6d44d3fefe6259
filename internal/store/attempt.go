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

// Letter returns what a letter to the newsroom takes, by form or API, of what an address or key may send: nine in ten minutes,
// for several about one thing, and sixty a day.
func Letter(from string) []Attempt {
	return []Attempt{
		{Bucket: from, Policy: ratelimit.Policy{Name: "letters", Quota: 9, Window: 10 * time.Minute}},
		{Bucket: from, Policy: ratelimit.Policy{Name: "letters of a day", Quota: 60, Window: 24 * time.Hour}},
	}
}

func (a Attempt) key() []byte {
	sum := sha256.Sum256([]byte(a.Policy.Name + " " + a.Bucket))
	return sum[:]
}

// each returns how long one attempt takes from the window.
func (a Attempt) each() time.Duration { return a.Policy.Window / time.Duration(a.Policy.Quota) }

// TakeAttempts takes an attempt from every bucket, before anything is looked at, so that many at once count as many. If one of
// them is empty it reports false and how long until there is room again, and nothing stays taken: who is told to wait costs
// nobody beside them anything. One round trip, a row each (GCRA: a row holds the time at which its bucket is full again). Nobody in particular may do this: it is asked
// before anybody is known.
func (db *DB) TakeAttempts(ctx context.Context, attempts ...Attempt) (bool, time.Duration, error) {
	now := db.clock()
	batch := &pgx.Batch{}
	for _, a := range attempts {
		batch.Queue(`WITH taken AS (INSERT INTO attempts AS a (bucket, full_at) VALUES ($1, $2::timestamptz + $3::interval)
				ON CONFLICT (bucket) DO UPDATE SET full_at = greatest(a.full_at, $2) + $3 WHERE greatest(a.full_at, $2) + $3 <= $2 + $4::interval RETURNING 1)
			SELECT EXISTS (SELECT FROM taken), coalesce((SELECT full_at FROM attempts WHERE bucket = $1), $2)`, a.key(), now, a.each(), a.Policy.Window)
	}
	// Last, because what it locks it holds to the end, and waits for nothing.
	batch.Queue(`DELETE FROM attempts WHERE bucket IN (SELECT bucket FROM attempts WHERE full_at <= $1 LIMIT 100 FOR UPDATE SKIP LOCKED)`, now)
	results := db.pool.SendBatch(ctx, batch)
	taken, wait, err := readAttempts(results, attempts, now)
	if cerr := results.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return false, 0, translate("count an attempt", err)
	}
	if len(taken) < len(attempts) {
		return false, wait, db.ReturnAttempts(ctx, taken...)
	}
	return true, 0, nil
}

// readAttempts returns what was taken, and how long until the rest can be.
func readAttempts(results pgx.BatchResults, attempts []Attempt, now time.Time) (taken []Attempt, wait time.Duration, err error) {
	for _, a := range attempts {
		var free bool
		var full time.Time
		if err := results.QueryRow().Scan(&free, &full); err != nil {
			return nil, 0, fmt.Errorf("take from a bucket: %w", err)
		}
		if free {
			taken = append(taken, a)
		} else {
			wait = max(wait, full.Add(a.each()).Sub(now)-a.Policy.Window)
		}
	}
	if _, err := results.Exec(); err != nil {
		return nil, 0, fmt.Errorf("forget full buckets: %w", err)
	}
	return taken, wait, nil
}

// ReturnAttempts gives back what TakeAttempts took: the guess was none.
func (db *DB) ReturnAttempts(ctx context.Context, attempts ...Attempt) error {
	if len(attempts) == 0 {
		return nil
	}
	batch := &pgx.Batch{}
	for _, a := range attempts {
		batch.Queue(`UPDATE attempts SET full_at = full_at - $2::interval WHERE bucket = $1`, a.key(), a.each())
	}
	return translate("return an attempt", db.pool.SendBatch(ctx, batch).Close())
}
