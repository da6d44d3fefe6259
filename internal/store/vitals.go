package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Pulse is what metrics ask of a database, often.
type Pulse struct {
	Epoch string           // of the change feed
	Seq   int64            // its head
	Jobs  map[string]int64 // by state
}

// Pulse feels the pulse of the database. One round trip; it costs what counting the jobs costs.
func (db *DB) Pulse(ctx context.Context) (Pulse, error) {
	p := Pulse{Jobs: map[string]int64{}}
	batch := &pgx.Batch{}
	queuePulse(batch, &p)
	return p, translate("feel the pulse of the database", db.pool.SendBatch(ctx, batch).Close())
}

func queuePulse(batch *pgx.Batch, p *Pulse) {
	batch.Queue(`SELECT epoch, seq FROM feed`).QueryRow(func(row pgx.Row) error { return row.Scan(&p.Epoch, &p.Seq) })
	batch.Queue(`SELECT state::text, count(*) FROM river_job GROUP BY state`).Query(func(rows pgx.Rows) error {
		var state string
		var n int64
		_, err := pgx.ForEachRow(rows, []any{&state, &n}, func() error {
			p.Jobs[state] = n
			return nil
		})
		return err
	})
}

// Vitals are what doctor asks of a database. None of it is about single claims or people.
type Vitals struct {
	Pulse
	Version    string        // of the server, as it calls itself: "15.14 (Debian …)"
	Claims     int64         // public ones
	StuckJobs  int64         // running for longer than any job may, or failed for good
	OldestJob  time.Duration // how long the first of the jobs that could run has been waiting
	Labels     []string      // up to ten of the unmapped ones
	Unmapped   int64         // labels of published verdicts that are read on no scale
	Bytes      int64         // of the database on disk
	Tables     []TableSize   // the largest, with their indexes
	Separation RoleSeparation
}

// TableSize is how much of the disk a table takes, its indexes and large values included.
type TableSize struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
	Rows  int64  `json:"rows"` // the planner's estimate; -1 when it has none yet
}

// RoleSeparation says what keeps the program from switching off the guards of the ledger.
type RoleSeparation string

// The degrees of separation between the program and the owner of the tables.
const (
	// SeparatedRoles means that the program signs in as a role that cannot become the owner.
	SeparatedRoles RoleSeparation = "on"
	// LaidAsideRights means that the program signs in as the owner and works as the lesser role.
	LaidAsideRights RoleSeparation = "laid aside"
	// OneRole means that the program works as the owner, because the server allows it no second role.
	OneRole RoleSeparation = "off"
)

// Vitals asks how the database is. It costs a few milliseconds, more with very many jobs.
func (db *DB) Vitals(ctx context.Context) (Vitals, error) {
	v := Vitals{Pulse: Pulse{Jobs: map[string]int64{}}}
	var waiting float64
	var owns, couldOwn bool
	batch := &pgx.Batch{}
	queuePulse(batch, &v.Pulse)
	batch.Queue(`SELECT current_setting('server_version'), (SELECT count(*) FROM claim_documents), pg_database_size(current_database())`).
		QueryRow(func(row pgx.Row) error { return row.Scan(&v.Version, &v.Claims, &v.Bytes) })
	batch.Queue(`SELECT count(*) FILTER (WHERE state = 'discarded' OR state = 'running' AND attempted_at < now() - interval '3 hours'),
		coalesce(extract(epoch FROM now() - min(scheduled_at) FILTER (WHERE state = 'available')), 0)::float8 FROM river_job`).
		QueryRow(func(row pgx.Row) error { return row.Scan(&v.StuckJobs, &waiting) })
	batch.Queue(`SELECT count(DISTINCT label), coalesce((array_agg(DISTINCT label))[1:10], '{}') FROM verdict_versions
		WHERE scale_id IS NULL AND label <> '' AND state = 'published'`).
		QueryRow(func(row pgx.Row) error { return row.Scan(&v.Unmapped, &v.Labels) })
	batch.Queue(`SELECT pg_has_role(current_user, relowner, 'USAGE'), pg_has_role(session_user, relowner, 'USAGE') FROM pg_class WHERE oid = 'verdict_versions'::regclass`).
		QueryRow(func(row pgx.Row) error { return row.Scan(&owns, &couldOwn) })
	batch.Queue(`SELECT relname, pg_total_relation_size(oid), reltuples::bigint FROM pg_class
		WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC, 1 LIMIT 5`).Query(func(rows pgx.Rows) error {
		var err error
		v.Tables, err = pgx.CollectRows(rows, pgx.RowToStructByPos[TableSize])
		return err
	})
	if err := db.pool.SendBatch(ctx, batch).Close(); err != nil {
		return v, translate("ask how the database is", err)
	}
	v.OldestJob = time.Duration(max(0, waiting) * float64(time.Second)).Round(time.Second)
	switch {
	case owns:
		v.Separation = OneRole
	case couldOwn:
		v.Separation = LaidAsideRights
	default:
		v.Separation = SeparatedRoles
	}
	return v, nil
}
