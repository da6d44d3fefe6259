package main

import (
	"context"

	"github.com/touchstone-factcheck/touchstone/internal/backup"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// defaultKeep is how many automatic backups a subcommand keeps that takes no setting for it.
const defaultKeep = 7

type backupCmd struct {
	File  string `arg:"" help:"File to write. It is there only once it is complete."`
	Force bool   `name:"force" help:"Replace a file of that name."`
	JSON  bool   `name:"json" help:"Print {\"file\",\"bytes\",\"manifest\"} for machines."`
}

// Run writes a backup.
func (c *backupCmd) Run(ctx context.Context, a *app) error {
	cfg, err := a.settings()
	if err != nil {
		return err
	}
	return a.withDatabase(ctx, cfg, pgserver.Attach, func(d *database) error {
		srv, err := d.server()
		if err != nil {
			return err
		}
		bar := a.newBar("backing up", -1, inBytes)
		out, err := backup.Create(ctx, srv, c.File, backup.Options{Force: c.Force, Program: a.build.Short(), Progress: bar.watch()})
		bar.done()
		if err != nil {
			return err
		}
		if err := d.noteBackup(ctx, out, false, factcheck.Operator()); err != nil {
			return err
		}
		if c.JSON {
			return printJSON(a.stdout, out)
		}
		return say(a.stdout, "wrote %s (%s): %d claims, change feed at %d; prove it with touchstone restore --verify %s",
			out.File, size(out.Bytes), out.Manifest.Tables["claims"], out.Manifest.Seq, out.File)
	})
}

// noteBackup writes into the database that it was backed up.
func (d *database) noteBackup(ctx context.Context, out backup.Result, automatic bool, actor factcheck.Actor) error {
	db, err := d.store(ctx, storeOptions{})
	if err != nil {
		return err
	}
	defer db.Close()
	return db.NoteBackup(ctx, actor, noteOf(out, automatic))
}

func noteOf(out backup.Result, automatic bool) store.BackupNote {
	return store.BackupNote{At: out.Manifest.At, File: out.File, Bytes: out.Bytes, Automatic: automatic}
}
