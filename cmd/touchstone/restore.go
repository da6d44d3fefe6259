package main

import (
	"context"

	"github.com/touchstone-factcheck/touchstone/internal/backup"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
)

type restoreCmd struct {
	File    string `arg:"" optional:"" help:"The backup."`
	Verify  bool   `name:"verify" help:"Only prove that the backup can be restored, in a scratch database; the newsroom's is not touched."`
	DropOld bool   `name:"drop-old" help:"Drop the databases that restores have replaced; without FILE do only that."`
	JSON    bool   `name:"json" help:"Print an object for machines."`
}

// Run restores or verifies a backup.
func (c *restoreCmd) Run(ctx context.Context, a *app) error {
	switch {
	case c.File == "" && !c.DropOld:
		return wrongUse("name the backup to restore")
	case c.Verify && (c.File == "" || c.DropOld):
		return wrongUse("--verify takes the backup and nothing else: it changes nothing")
	}
	cfg, err := a.settings()
	if err != nil {
		return err
	}
	mode := pgserver.Own // so that nobody else works with the database meanwhile
	if c.Verify || c.File == "" {
		mode = pgserver.Attach
	}
	return a.withDatabase(ctx, cfg, mode, func(d *database) error {
		srv, err := d.server()
		if err != nil {
			return err
		}
		switch {
		case c.Verify:
			return c.verify(ctx, a, srv)
		case c.File != "":
			if err := c.restore(ctx, a, srv); err != nil {
				return err
			}
		}
		if c.DropOld {
			return c.drop(ctx, a, srv)
		}
		return nil
	})
}

func (c *restoreCmd) verify(ctx context.Context, a *app, srv backup.Server) error {
	bar := a.newBar("reading the backup", -1, nothing)
	out, err := backup.Verify(ctx, srv, c.File, backup.RestoreOptions{Logger: a.log, Progress: bar.watch()})
	bar.done()
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(a.stdout, out)
	}
	m := out.Manifest
	if !out.Restored {
		return say(a.stdout, "%s is whole (checksum and table of contents), from %s; it was not restored to prove it: %s", out.File, moment(&m.At), oneLine(out.Why))
	}
	return say(a.stdout, "%s can be restored: %d claims and a change feed of %d entries from %s came back as they were, and the ledger holds together",
		out.File, m.Tables["claims"], m.Seq, moment(&m.At))
}

func (c *restoreCmd) restore(ctx context.Context, a *app, srv backup.Server) error {
	bar := a.newBar("reading the backup", -1, nothing)
	out, err := backup.Restore(ctx, srv, c.File, backup.RestoreOptions{Logger: a.log, Progress: bar.watch(), Replay: a.replayRedactions})
	bar.done()
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(a.stdout, out)
	}
	m := out.Manifest
	if err := say(a.stdout, "restored %d claims as they were at %s; the change feed begins a new epoch (%s), so followers start over; %d redactions were carried over",
		m.Tables["claims"], moment(&m.At), out.Epoch, out.Redactions); err != nil {
		return err
	}
	if out.Kept != "" && !c.DropOld {
		return say(a.stdout, "what was there before is kept as database %s until touchstone restore --drop-old", out.Kept)
	}
	return nil
}

func (c *restoreCmd) drop(ctx context.Context, a *app, srv backup.Server) error {
	dropped, err := backup.DropKept(ctx, srv)
	if c.JSON && err == nil && c.File == "" {
		return printJSON(a.stdout, map[string]any{"dropped": dropped})
	}
	for _, k := range dropped {
		if err := say(a.stderr, "dropped %s (%s)", k.Name, size(k.Bytes)); err != nil {
			return err
		}
	}
	if err == nil && len(dropped) == 0 {
		return say(a.stderr, "there is no database to drop")
	}
	return err
}
