package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/backup"
	"github.com/touchstone-factcheck/touchstone/internal/config"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/observe"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// database is the newsroom's database, on the private server or on somebody's. This is the one place that opens either.
type database struct {
	cfg   config.Config
	log   *slog.Logger
	build observe.Build
	pg    *pgserver.Server // nil with DATABASE_URL
}

// settings reads the flags that every subcommand takes and sets the log up accordingly.
func (a *app) settings() (config.Config, error) {
	cfg, err := a.common.Check(slog.LevelWarn)
	if err != nil {
		return cfg, err
	}
	a.setLog(cfg)
	return cfg, nil
}

func (a *app) setLog(cfg config.Config) {
	a.log = observe.NewLogger(a.stderr, observe.LogOptions{Format: cfg.LogFormat, Level: cfg.LogLevel})
	slog.SetDefault(a.log) // for the libraries that ask for it
}

// openDatabase reaches the server. With DATABASE_URL nothing is run; else the private server is owned or attached to.
func (a *app) openDatabase(ctx context.Context, cfg config.Config, mode pgserver.Mode) (*database, error) {
	d := &database{cfg: cfg, log: a.log, build: a.build}
	if !cfg.Private() {
		return d, nil
	}
	pg, err := pgserver.Open(ctx, pgserver.Options{DataDir: cfg.DataDir, Logger: a.log}, mode)
	if err != nil {
		return nil, err
	}
	d.pg = pg
	return d, nil
}

// close gives the private server up. Pools are closed before.
func (d *database) close() error {
	if d.pg == nil {
		return nil
	}
	return d.pg.Close()
}

// name says for people which database it is.
func (d *database) name() string {
	if d.pg != nil {
		return "the private PostgreSQL in " + d.cfg.DataDir
	}
	name, err := backup.DatabaseOf(d.cfg.DatabaseURL)
	if err != nil {
		return "the database of DATABASE_URL"
	}
	return "database " + name + " of DATABASE_URL"
}

func (d *database) ownerURL() string {
	if d.pg != nil {
		return d.pg.OwnerDSN(pgserver.DatabaseName)
	}
	return d.cfg.OwnerURL()
}

func (d *database) appURL() string {
	if d.pg != nil {
		return d.pg.AppDSN(pgserver.DatabaseName)
	}
	return d.cfg.DatabaseURL
}

// server returns the database as backup and restore see it.
func (d *database) server() (backup.Server, error) {
	if d.pg != nil {
		return backup.Server{
			Database: pgserver.DatabaseName, Owner: d.pg.OwnerDSN, Admin: d.pg.SuperDSN("postgres"),
			Provide: d.pg.EnsureDatabase, Tools: d.pg.Binaries().Dir, Private: true,
		}, nil
	}
	owner := d.cfg.OwnerURL()
	name, err := backup.DatabaseOf(owner)
	if err != nil {
		return backup.Server{}, err
	}
	admin := backup.WithDatabase(owner, "postgres")
	return backup.Server{
		Database: name, Admin: admin,
		Owner:   func(database string) string { return backup.WithDatabase(owner, database) },
		Provide: func(ctx context.Context, database string) error { return backup.CreateDatabase(ctx, admin, database) },
	}, nil
}

// migrateOptions say how migrate may go about it.
type migrateOptions struct {
	backup bool // of a database that is in use, before
	keep   int  // automatic backups
	actor  factcheck.Actor
}

// migrate brings the schema up to date and returns how many steps it took. A database with something in it is backed up
// before.
func (d *database) migrate(ctx context.Context, schema store.Schema, opts migrateOptions) (int, error) {
	if schema.Pending > 0 && schema.Used && opts.backup {
		d.log.Info("backing up before migrating", "steps", schema.Pending)
		srv, err := d.server()
		if err != nil {
			return 0, err
		}
		out, err := backup.Automatic(ctx, srv, backup.Directory(d.cfg.DataDir), opts.keep, backup.Options{Program: d.build.Short()})
		if err != nil {
			return 0, fmt.Errorf("back up before migrating (--no-backup migrates without): %w", err)
		}
		d.log.Info("wrote a backup", "file", out.File, "bytes", out.Bytes)
	}
	steps, err := store.Migrate(ctx, d.ownerURL(), observe.AtLeast(d.log, slog.LevelWarn)) // also when nothing is pending: it grants what the program needs
	if err != nil || steps == 0 {
		return steps, err
	}
	db, err := d.store(ctx, storeOptions{})
	if err != nil {
		return steps, err
	}
	defer db.Close()
	d.log.Info("brought the schema up to date", "steps", steps)
	return steps, db.NoteMigration(ctx, opts.actor, steps)
}

// storeOptions are those of the store that differ between subcommands.
type storeOptions struct {
	conns int32
	now   func() time.Time
}

// store opens the database as the program's role. The caller closes it.
func (d *database) store(ctx context.Context, opts storeOptions) (*store.DB, error) {
	return store.Open(ctx, store.Options{URL: d.appURL(), MaxConns: opts.conns, Now: opts.now, Logger: d.log})
}

// furnish makes sure of the house and its scales, and returns the house as it is now. A house that is there stays as it is
// unless rename says otherwise.
func furnish(ctx context.Context, db *store.DB, house config.House, rename bool) (store.House, error) {
	op := factcheck.Operator()
	now, err := db.Publication(ctx)
	if err != nil {
		return now.House, err
	}
	want := store.House{Name: house.Name, Site: house.Site, Licence: house.Licence, Language: house.Language}
	if now.Name == "" || rename && now.House != want {
		if err := db.SetHouse(ctx, op, want); err != nil {
			return want, err
		}
		now.House = want
	}
	_, err = db.InstallScales(ctx, op)
	return now.House, err
}

// withStore opens the database for a short subcommand, lends it the store, and closes everything. A database that is new is
// set up first, so that it does not matter whether serve or another subcommand comes first; an old one is left to serve or
// migrate.
func (a *app) withStore(ctx context.Context, fn func(*store.DB) error) error {
	return a.withDatabaseAndStore(ctx, func(_ *database, db *store.DB) error { return fn(db) })
}

// withDatabaseAndStore is withStore for a subcommand that needs what stands beside the database too.
func (a *app) withDatabaseAndStore(ctx context.Context, fn func(*database, *store.DB) error) error {
	cfg, err := a.settings()
	if err != nil {
		return err
	}
	return a.withDatabase(ctx, cfg, pgserver.Attach, func(d *database) error {
		schema, err := store.SchemaOf(ctx, d.ownerURL())
		if err != nil {
			return err
		}
		if schema.Pending > 0 && schema.Used {
			return factcheck.Conflict("the schema of %s lacks %d steps; run touchstone migrate up, or start serve", d.name(), schema.Pending)
		}
		if schema.Pending > 0 { // nobody works with it yet: it is new, or its first start was interrupted
			if _, err := d.migrate(ctx, schema, migrateOptions{actor: factcheck.Operator()}); err != nil {
				return err
			}
		}
		db, err := d.store(ctx, storeOptions{})
		if err != nil {
			return err
		}
		defer db.Close()
		if !schema.Demo {
			if _, err := furnish(ctx, db, config.HouseFromEnvironment(os.Getenv), false); err != nil {
				return err
			}
		}
		return fn(d, db)
	})
}

// withDatabase lends the database to fn.
func (a *app) withDatabase(ctx context.Context, cfg config.Config, mode pgserver.Mode, fn func(*database) error) (err error) {
	d, err := a.openDatabase(ctx, cfg, mode)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := d.close(); cerr != nil && !errors.Is(err, cerr) { // serve may have told of it already
			err = errors.Join(err, cerr)
		}
	}()
	return fn(d)
}
