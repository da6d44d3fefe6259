// Package store is PostgreSQL: the only source of truth. It has one exported method per use case of the newsroom, named as
// the newsroom would say it. A write is one transaction with its checks, rows, audit entry, change entries and jobs; who
// may do what is checked here, whatever path a request took.
//
// Filing goes through GORM on the same pool as the hot reads, which are plain SQL over stored documents.
package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// AppRole is the database role the program works under where the server allows a second one: it owns nothing, so it can
// neither switch a guard off nor empty a table.
const AppRole = "touchstone_app"

// minServerVersion is the oldest PostgreSQL the schema is written for.
const minServerVersion = 15

// Options configure Open.
type Options struct {
	URL      string           // of the database, in any form libpq takes
	MaxConns int32            // 0: pgx's default, 4 or the number of cores
	Now      func() time.Time // nil: the system's clock
	Logger   *slog.Logger     // nil: slog's default
	Tracer   pgx.QueryTracer  // told of each statement, for tests and benches that count them; nil: nobody is
}

// DB is the store. It is safe for concurrent use.
type DB struct {
	pool  *pgxpool.Pool
	sql   *sql.DB
	gorm  *gorm.DB
	river *river.Client[pgx.Tx] // inserts jobs; it works none
	now   func() time.Time
	log   *slog.Logger

	logos chan struct{} // places of logos being read: one at a time

	pulls pulls // what partners took and is not written yet
	usage usage // how keys were used and is not written yet

	in *tx // the transaction that every write is part of; nil: each has its own. See Filing

	published func(seq int64) // called after each commit that appended changes; see OnPublished
}

// Open connects to the database and checks its version, but neither migrates nor checks the schema; see Migrate. It fails
// with CodeUnavailable when the server does not answer and CodeInvalid when it is too old.
func Open(ctx context.Context, opts Options) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(opts.URL)
	if err != nil {
		return nil, fmt.Errorf("read DATABASE_URL: %w", hideSecrets(err))
	}
	if opts.MaxConns > 0 {
		cfg.MaxConns = opts.MaxConns
	}
	cfg.ConnConfig.Tracer = opts.Tracer
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	if cfg.ConnConfig.RuntimeParams["application_name"] == "" {
		cfg.ConnConfig.RuntimeParams["application_name"] = "touchstone"
	}
	cfg.AfterConnect = workAsAppRole
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	db, err := newDB(ctx, pool, opts)
	if err != nil {
		pool.Close()
		return nil, err
	}
	return db, nil
}

func newDB(ctx context.Context, pool *pgxpool.Pool, opts Options) (*DB, error) {
	db := &DB{pool: pool, logos: make(chan struct{}, 1), now: opts.Now, log: opts.Logger, published: func(int64) {}}
	if db.now == nil {
		db.now = time.Now
	}
	if db.log == nil {
		db.log = slog.Default()
	}
	if err := checkServer(ctx, pool); err != nil {
		return nil, err
	}
	db.sql = stdlib.OpenDBFromPool(pool)
	var err error
	db.gorm, err = gorm.Open(postgres.New(postgres.Config{Conn: db.sql}), &gorm.Config{
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
		Logger:                 logger.Discard, // errors are returned and logged once, at the edge
		NowFunc:                db.clock,
	})
	if err != nil {
		return nil, fmt.Errorf("open gorm: %w", err)
	}
	db.river, err = river.NewClient(riverpgxv5.New(pool), &river.Config{Logger: db.log})
	if err != nil {
		return nil, fmt.Errorf("open the job queue: %w", err)
	}
	return db, nil
}

// Close closes all connections; it waits for those in use.
func (db *DB) Close() {
	db.closePulls()
	db.closeUsage()
	db.pool.Close()
}

// Pool returns the pool, for the job workers, the follower's LISTEN, and the bench.
func (db *DB) Pool() *pgxpool.Pool { return db.pool }

// OnPublished sets a function that is called with the head of the feed after each commit of this process that appended
// changes. It must return at once. Other processes learn by NOTIFY or by asking; set it before the store is shared.
func (db *DB) OnPublished(f func(seq int64)) { db.published = f }

// clock returns the time in UTC, to the microsecond PostgreSQL keeps.
func (db *DB) clock() time.Time { return db.now().UTC().Truncate(time.Microsecond) }

// workAsAppRole gives up the owner's rights for the length of a connection, where that role exists and the login may.
func workAsAppRole(ctx context.Context, conn *pgx.Conn) error {
	var may bool
	err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1 AND rolname <> current_user AND pg_has_role(current_user, oid, 'MEMBER'))
		AND to_regclass('public.claims') IS NOT NULL AND has_table_privilege($1, 'public.claims', 'SELECT')`, AppRole).Scan(&may)
	if err != nil {
		// has_table_privilege fails where the role does not exist; the connection is fine all the same.
		if translated := conn.Ping(ctx); translated != nil {
			return fmt.Errorf("ping: %w", translated)
		}
		return nil
	}
	if may {
		if _, err := conn.Exec(ctx, "SET ROLE "+AppRole); err != nil {
			return fmt.Errorf("work as %s: %w", AppRole, err)
		}
	}
	return nil
}

func checkServer(ctx context.Context, pool *pgxpool.Pool) error {
	var version int
	if err := pool.QueryRow(ctx, "SELECT current_setting('server_version_num')::int / 10000").Scan(&version); err != nil {
		return unavailable("reach the database", err)
	}
	if version < minServerVersion {
		return invalidf("DATABASE_URL", "the server is PostgreSQL %d; Touchstone needs %d or newer", version, minServerVersion)
	}
	return nil
}
