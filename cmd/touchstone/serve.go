package main

import (
	"context"
	"log/slog"

	"github.com/touchstone-factcheck/touchstone/internal/config"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

type serveCmd struct {
	config.ServerFlags
	NoMigrate bool `name:"no-migrate" help:"Do not bring the schema up to date; refuse to start when it is not."`
	NoBackup  bool `name:"no-backup" help:"Do not back up before migrating."`
	SetHouse  bool `name:"set-house" help:"Give a house that is there already the name, site, licence and language of the settings."`
}

// Run serves until it is told to stop.
func (c *serveCmd) Run(ctx context.Context, a *app) error {
	cfg, set, err := config.CheckAll(a.common, c.ServerFlags, slog.LevelInfo)
	if err != nil {
		return err
	}
	a.setLog(cfg)
	return a.withDatabase(ctx, cfg, pgserver.Own, func(d *database) error {
		if err := c.prepare(ctx, d, set); err != nil {
			return err
		}
		db, err := d.store(ctx, storeOptions{conns: d.conns()})
		if err != nil {
			return err
		}
		defer closeStore(db)
		house, err := furnish(ctx, db, set.House, c.SetHouse)
		if err != nil {
			return err
		}
		if set.HouseGiven && !c.SetHouse && house != (store.House(set.House)) {
			a.log.Warn("the house is another one than the settings name; --set-house changes it", "house", house.Name, "site", house.Site)
		}
		s := a.newService(d, db, set)
		return s.serve(ctx, func() error { return a.offerFirstAdmin(ctx, db, s.set.PublicURL) })
	})
}

// prepare makes sure that the schema is one to serve.
func (c *serveCmd) prepare(ctx context.Context, d *database, set config.Server) error {
	schema, err := store.SchemaOf(ctx, d.ownerURL())
	if err != nil {
		return err
	}
	if schema.Demo {
		return factcheck.Conflict("%s is a demonstration's, whose passwords are public; serve it with touchstone demo, or give serve a database of its own", d.name())
	}
	if c.NoMigrate {
		return mustBeCurrent(schema, d)
	}
	_, err = d.migrate(ctx, schema, migrateOptions{backup: !c.NoBackup, keep: set.BackupKeep, actor: factcheck.System()})
	return err
}

// mustBeCurrent fails with CodeConflict when steps of the schema are missing. One ahead of the program is fine: a release
// runs before and after its migration.
func mustBeCurrent(schema store.Schema, d *database) error {
	if schema.Pending == 0 {
		return nil
	}
	return factcheck.Conflict("the schema of %s lacks %d steps; run touchstone migrate up", d.name(), schema.Pending)
}
