package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/backup"
	"github.com/touchstone-factcheck/touchstone/internal/config"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

type workerCmd struct {
	config.ServerFlags
}

// Run works jobs until it is told to stop. On a private server it uses that of the serve that runs there.
func (c *workerCmd) Run(ctx context.Context, a *app) error {
	cfg, set, err := config.CheckAll(a.common, c.ServerFlags, slog.LevelInfo)
	if err != nil {
		return err
	}
	a.setLog(cfg)
	return a.withDatabase(ctx, cfg, pgserver.Attach, func(d *database) error {
		schema, err := store.SchemaOf(ctx, d.ownerURL())
		if err != nil {
			return err
		}
		if err := mustBeCurrent(schema, d); err != nil {
			return err
		}
		db, err := d.store(ctx, storeOptions{conns: d.conns()})
		if err != nil {
			return err
		}
		defer closeStore(db)
		s := a.newService(d, db, set)
		if err := s.furnishSite(); err != nil {
			return err
		}
		stop, err := s.work(ctx)
		if err != nil {
			return err
		}
		a.log.Info("working", "database", d.name())
		err = s.wait(ctx, nil)
		a.log.Info("stopping")
		if serr := stop(); err == nil {
			err = serr
		}
		a.log.Info("stopped")
		return err
	})
}

// backupIfDue writes an automatic backup when the newest one, or the installation, is old enough.
func (s *service) backupIfDue(ctx context.Context) error {
	since, err := s.db.BackedUpSince(ctx)
	if err != nil || s.set.BackupEvery == 0 || time.Since(since) < s.set.BackupEvery {
		return err
	}
	srv, err := s.d.server()
	if err != nil {
		return err
	}
	out, err := backup.Automatic(ctx, srv, backup.Directory(s.d.cfg.DataDir), s.set.BackupKeep, backup.Options{Program: s.app.build.Short()})
	if err != nil {
		return err
	}
	s.log.InfoContext(ctx, "wrote a backup", "file", out.File, "bytes", out.Bytes)
	return s.db.NoteBackup(ctx, factcheck.System(), noteOf(out, true))
}
