package store

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Call is a request that came with an API key, as it is counted: neither address nor query nor what was answered.
type Call struct {
	Key          factcheck.KeyID
	Operation    factcheck.Operation
	Status       int           // of HTTP
	Took         time.Duration // until the answer began; below zero: not kept
	Burst, Daily int           // how near the limits of a minute and of a day it came, in thousandths of them
}

const (
	usageEvery = 5 * time.Second // how long a count may wait to be written
	maxUsage   = 20_000          // counts that wait, of a key, hour and operation each: about 5 MB; further ones are lost
	usageTime  = 10 * time.Second
)

// usage is what was counted and waits to be written.
type usage struct {
	mu      sync.Mutex
	waiting map[usageKey]*UsageCount
	timer   *time.Timer
	closed  bool
}

// usageKey is what is counted apart.
type usageKey struct {
	key       factcheck.KeyID
	hour      int64 // since 1970
	operation factcheck.Operation
}

// UsageCount is what is counted of calls.
type UsageCount struct {
	Calls   int64
	Refused int64             // for a mistake of the client's: 4xx but 429
	Limited int64             // for asking too much: 429
	Failed  int64             // by a mistake of ours: 5xx
	Latency factcheck.Latency // of those that were let in and may be timed
	Burst   int               // how near the limit of a minute they came, in thousandths of it
	Daily   int               // and that of a day
}

// Errors is how many calls were not answered as they wished.
func (c UsageCount) Errors() int64 { return c.Refused + c.Limited + c.Failed }

// add counts a call.
func (c *UsageCount) add(one Call) {
	c.Calls++
	switch {
	case one.Status == 429:
		c.Limited++
	case one.Status >= 500:
		c.Failed++
	case one.Status >= 400:
		c.Refused++
	}
	if one.Took >= 0 && one.Status != 429 {
		c.Latency.Add(one.Took)
	}
	c.Burst, c.Daily = max(c.Burst, min(one.Burst, 1000)), max(c.Daily, min(one.Daily, 1000))
}

// Sum adds what was counted elsewhere.
func (c *UsageCount) Sum(other UsageCount) {
	c.Calls += other.Calls
	c.Refused += other.Refused
	c.Limited += other.Limited
	c.Failed += other.Failed
	c.Latency.Sum(other.Latency)
	c.Burst, c.Daily = max(c.Burst, other.Burst), max(c.Daily, other.Daily)
}

// NoteCall counts a call. It returns at once and allocates nothing but for the first of its kind in five seconds: counts are written
// together after that time, and at Close. While the database fails they wait for it, up to 20,000 of a key, hour and operation
// each; those of the last seconds before a crash are lost.
func (db *DB) NoteCall(one Call) {
	k := usageKey{key: one.Key, hour: db.now().Unix() / 3600, operation: one.Operation}
	u := &db.usage
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		return
	}
	count := u.of(k)
	if count == nil {
		return
	}
	count.add(one)
	db.writeUsageSoon()
}

// of returns where something is counted; nil if there is no room. The lock is held.
func (u *usage) of(k usageKey) *UsageCount {
	if count, ok := u.waiting[k]; ok {
		return count
	}
	if len(u.waiting) >= maxUsage {
		return nil
	}
	if u.waiting == nil {
		u.waiting = map[usageKey]*UsageCount{}
	}
	count := &UsageCount{}
	u.waiting[k] = count
	return count
}

// writeUsageSoon sees to it that what waits is written. The lock is held.
func (db *DB) writeUsageSoon() {
	if db.usage.timer != nil {
		return
	}
	db.usage.timer = time.AfterFunc(usageEvery, func() {
		ctx, cancel := context.WithTimeout(context.Background(), usageTime)
		defer cancel()
		db.writeUsage(ctx)
	})
}

// take returns what waits, and forgets it.
func (u *usage) take(closing bool) map[usageKey]*UsageCount {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.timer != nil {
		u.timer.Stop()
	}
	out := u.waiting
	u.waiting, u.timer, u.closed = nil, nil, u.closed || closing
	return out
}

// closeUsage writes what waits, and takes no more.
func (db *DB) closeUsage() {
	ctx, cancel := context.WithTimeout(context.Background(), usageTime)
	defer cancel()
	if err := db.keepUsage(ctx, db.usage.take(true)); err != nil {
		db.log.Warn("how keys were used was not noted", "error", err)
	}
}

// writeUsage writes what waits. What could not be written waits on. A connection that breaks while it commits may have counted a
// batch already, which is then counted twice: five seconds of one node.
func (db *DB) writeUsage(ctx context.Context) {
	list := db.usage.take(false)
	err := db.keepUsage(ctx, list)
	if err == nil {
		return
	}
	db.log.WarnContext(ctx, "how keys were used was not noted yet", "error", err)
	u := &db.usage
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		return
	}
	for k, count := range list {
		if has := u.of(k); has != nil {
			has.Sum(*count)
		}
	}
	db.writeUsageSoon()
}

// keepUsage adds counts to the rows: one statement, however many. Rows are taken in one order, so that two nodes that write the
// same ones wait for each other and never in a circle.
func (db *DB) keepUsage(ctx context.Context, list map[usageKey]*UsageCount) error {
	if len(list) == 0 {
		return nil
	}
	var keys []factcheck.KeyID
	var at []time.Time
	var operations, latencies []string
	var calls, refused, limited, failed []int64
	var burst, daily []int16
	for k, c := range list {
		keys, at, operations = append(keys, k.key), append(at, time.Unix(k.hour*3600, 0).UTC()), append(operations, string(k.operation))
		calls, refused, limited, failed = append(calls, c.Calls), append(refused, c.Refused), append(limited, c.Limited), append(failed, c.Failed)
		latencies, burst, daily = append(latencies, latencyArray(c.Latency)), append(burst, int16(c.Burst)), append(daily, int16(c.Daily))
	}
	_, err := db.pool.Exec(ctx, `INSERT INTO key_usage AS u (key_id, step, at, operation, calls, refused, limited, failed, latency, burst, daily)
		SELECT x.key, 'hour', x.at, x.operation, x.calls, x.refused, x.limited, x.failed, x.latency::bigint[], x.burst, x.daily
		FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::smallint[], $10::smallint[])
			AS x (key, at, operation, calls, refused, limited, failed, latency, burst, daily) ORDER BY x.key, x.at, x.operation `+addUsage,
		keys, at, operations, calls, refused, limited, failed, latencies, burst, daily)
	return translate("note how keys were used", err)
}

// addUsage adds what is inserted to what there is.
const addUsage = `ON CONFLICT (key_id, step, at, operation) DO UPDATE SET calls = u.calls + excluded.calls, refused = u.refused + excluded.refused, limited = u.limited + excluded.limited,
	failed = u.failed + excluded.failed, latency = add_latency(u.latency, excluded.latency), burst = greatest(u.burst, excluded.burst), daily = greatest(u.daily, excluded.daily)`

// latencyArray writes counts as an array of PostgreSQL.
func latencyArray(l factcheck.Latency) string {
	out := make([]byte, 0, 64)
	for i, n := range l {
		out = strconv.AppendInt(append(out, "{,"[min(i, 1)]), n, 10)
	}
	return string(append(out, '}'))
}

const (
	hoursKept = 90 * 24 * time.Hour      // how long use is known by the hour
	daysKept  = 2 * 366 * 24 * time.Hour // and how long by the day
	keyPulls  = 50_000                   // claims of which it is known for a key what it took last
)

// TendUsage sums the hours of more than ninety days ago up to days of UTC, forgets days of more than two years ago, and what a key
// took last of claims beyond 50,000, those of long ago first. It is run by a job.
func (db *DB) TendUsage(ctx context.Context) error {
	now := db.clock()
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{`WITH old AS (DELETE FROM key_usage WHERE step = 'hour' AND at < date_trunc('day', $1::timestamptz, 'UTC') RETURNING *)
			INSERT INTO key_usage AS u (key_id, step, at, operation, calls, refused, limited, failed, latency, burst, daily)
			SELECT key_id, 'day', date_trunc('day', at, 'UTC'), operation, sum(calls), sum(refused), sum(limited), sum(failed), sum_latency(latency), max(burst), max(daily)
			FROM old GROUP BY 1, 3, 4 ORDER BY 1, 3, 4 ` + addUsage, []any{now.Add(-hoursKept)}},
		{`DELETE FROM key_usage WHERE step = 'day' AND at < $1`, []any{now.Add(-daysKept)}},
		{`DELETE FROM claim_pulls c USING (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY actor_id ORDER BY at DESC, id DESC) AS place FROM claim_pulls
				WHERE actor_id IN (SELECT actor_id FROM claim_pulls WHERE actor_id IS NOT NULL GROUP BY 1 HAVING count(*) > $1)) x WHERE place > $1) old WHERE c.id = old.id`, []any{keyPulls}},
	} {
		if _, err := db.pool.Exec(ctx, step.sql, step.args...); err != nil {
			return translate("tend the use of keys", fmt.Errorf("thin it: %w", err))
		}
	}
	return nil
}
