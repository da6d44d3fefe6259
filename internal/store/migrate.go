package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/touchstone-factcheck/touchstone/migrations"
)

// Migration is one numbered step of the schema and whether it was applied.
type Migration struct {
	Version   int64     `json:"version"`
	Name      string    `json:"name"`
	Applied   bool      `json:"applied"`
	AppliedAt time.Time `json:"applied_at"`
}

// Migrate brings the schema up to date as the role of url, which should own the database, and returns how many steps it
// took, the job queue's included. Two instances that start at once are held apart by an advisory lock: the second finds
// nothing to do. Articles get keys by the rules of this program. Where the role may create roles, the program's own role is made and granted what it needs.
func Migrate(ctx context.Context, url string, log *slog.Logger) (int, error) {
	pool, provider, err := openMigrations(ctx, url)
	if err != nil {
		return 0, err
	}
	defer pool.Close()
	if err := checkServer(ctx, pool); err != nil {
		return 0, err
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return 0, translateMigration(err)
	}
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return 0, unavailable("take a connection", err)
	}
	defer conn.Release()
	// River's steps and the grants are under the same lock in spirit: one more advisory lock of ours, for the session.
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, migrateLock); err != nil {
		return 0, fmt.Errorf("lock the migrations: %w", err)
	}
	defer func() {
		// The lock dies with the connection; releasing it early only spares the others the wait.
		_, _ = conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, migrateLock)
	}()
	queue, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: log})
	if err != nil {
		return 0, fmt.Errorf("prepare the job queue's migrations: %w", err)
	}
	jobs, err := queue.Migrate(ctx, rivermigrate.DirectionUp, nil)
	if err != nil {
		return 0, fmt.Errorf("migrate the job queue: %w", err)
	}
	if err := rekeyArticles(ctx, conn.Conn()); err != nil {
		return 0, fmt.Errorf("bring the keys of articles up to date: %w", err)
	}
	if err := grantAppRole(ctx, conn.Conn()); err != nil {
		return 0, err
	}
	return len(results) + len(jobs.Versions), nil
}

const migrateLock = 7_386_251_907 // any number, for ever the same

// Migrations returns all steps of the schema in order. It changes nothing, not even on an empty database.
func Migrations(ctx context.Context, url string) ([]Migration, error) {
	pool, provider, err := openMigrations(ctx, url)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	var fresh bool
	if err := pool.QueryRow(ctx, `SELECT to_regclass('goose_db_version') IS NULL`).Scan(&fresh); err != nil {
		return nil, unavailable("read the schema's version", err)
	}
	var out []Migration
	if fresh {
		for _, s := range provider.ListSources() {
			out = append(out, Migration{Version: s.Version, Name: s.Path})
		}
		return out, nil
	}
	status, err := provider.Status(ctx)
	if err != nil {
		return nil, translateMigration(err)
	}
	for _, s := range status {
		out = append(out, Migration{Version: s.Source.Version, Name: s.Source.Path, Applied: s.State == goose.StateApplied, AppliedAt: s.AppliedAt})
	}
	return out, nil
}

func openMigrations(ctx context.Context, url string) (*pgxpool.Pool, *goose.Provider, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, nil, fmt.Errorf("read DATABASE_URL: %w", hideSecrets(err))
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, nil, fmt.Errorf("open the database: %w", err)
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		pool.Close()
		return nil, nil, fmt.Errorf("make the migrations' lock: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, migrationDB(pool), migrations.Files, goose.WithSessionLocker(locker))
	if err != nil {
		pool.Close()
		return nil, nil, fmt.Errorf("read the migrations: %w", err)
	}
	return pool, provider, nil
}

func migrationDB(pool *pgxpool.Pool) *sql.DB { return stdlib.OpenDBFromPool(pool) }

// grantAppRole makes the program's role if it may, and grants it what it needs.
func grantAppRole(ctx context.Context, conn *pgx.Conn) error {
	var exists, may bool
	err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1), (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user)`, AppRole).Scan(&exists, &may)
	if err != nil {
		return fmt.Errorf("look for the role %s: %w", AppRole, err)
	}
	if !exists && !may {
		return nil // the server does not allow a second role; the guards hold against everything but their owner
	}
	if !exists {
		if err := makeAppRole(ctx, conn); err != nil {
			return err
		}
	}
	grants, err := fs.ReadFile(migrations.Files, "grants/grants.sql")
	if err != nil {
		return fmt.Errorf("read the grants: %w", err)
	}
	if _, err := conn.Exec(ctx, string(grants)); err != nil {
		return fmt.Errorf("grant rights to %s: %w", AppRole, err)
	}
	return nil
}

func makeAppRole(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `CREATE ROLE `+AppRole+` NOLOGIN`)
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (pg.Code == "42710" || pg.Code == "23505") {
		err = nil // another instance of this server was faster
	}
	if err != nil {
		return fmt.Errorf("create the role %s: %w", AppRole, err)
	}
	if _, err := conn.Exec(ctx, `GRANT `+AppRole+` TO current_user`); err != nil {
		return fmt.Errorf("join the role %s: %w", AppRole, err)
	}
	return nil
}

func translateMigration(err error) error {
	var partial *goose.PartialError
	if errors.As(err, &partial) && partial.Failed != nil {
		return fmt.Errorf("migration %s: %w", partial.Failed.Source.Path, partial.Err)
	}
	return fmt.Errorf("migrate: %w", err)
}
