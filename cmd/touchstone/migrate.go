package main

import (
	"context"
	"fmt"
	"path"
	"strconv"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// migrateCmd groups what is done about the schema.
type migrateCmd struct {
	Up     migrateUpCmd     `cmd:"" help:"Bring the schema up to date. A database in use is backed up before."`
	Status migrateStatusCmd `cmd:"" help:"Say which steps are applied."`
}

type migrateUpCmd struct {
	NoBackup bool `name:"no-backup" help:"Do not back up before."`
	JSON     bool `name:"json" help:"Print {\"steps\"} for machines."`
}

// Run brings the schema up to date.
func (c *migrateUpCmd) Run(ctx context.Context, a *app) error {
	cfg, err := a.settings()
	if err != nil {
		return err
	}
	return a.withDatabase(ctx, cfg, pgserver.Attach, func(d *database) error {
		schema, err := store.SchemaOf(ctx, d.ownerURL())
		if err != nil {
			return err
		}
		steps, err := d.migrate(ctx, schema, migrateOptions{backup: !c.NoBackup, keep: defaultKeep, actor: factcheck.Operator()})
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(a.stdout, map[string]int{"steps": steps})
		}
		if steps == 0 {
			return say(a.stdout, "the schema is up to date")
		}
		return say(a.stdout, "applied %d steps", steps)
	})
}

type migrateStatusCmd struct {
	JSON bool `name:"json" help:"Print {\"pending\",\"steps\":[…]} for machines."`
}

// Run says which steps are applied.
func (c *migrateStatusCmd) Run(ctx context.Context, a *app) error {
	cfg, err := a.settings()
	if err != nil {
		return err
	}
	return a.withDatabase(ctx, cfg, pgserver.Attach, func(d *database) error {
		schema, err := store.SchemaOf(ctx, d.ownerURL())
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(a.stdout, map[string]any{"pending": schema.Pending, "newer": schema.Newer, "steps": schema.Steps})
		}
		rows := [][]string{{"STEP", "NAME", "APPLIED"}}
		for _, s := range schema.Steps {
			applied := "pending"
			if s.Applied {
				applied = moment(&s.AppliedAt)
			}
			rows = append(rows, []string{strconv.FormatInt(s.Version, 10), path.Base(s.Name), applied})
		}
		if err := table(a.stdout, rows); err != nil {
			return err
		}
		return say(a.stdout, "%s", standing(schema))
	})
}

// standing sums a schema up in a sentence.
func standing(s store.Schema) string {
	switch {
	case s.Fresh:
		return "the database is new; touchstone migrate up, or serve, sets it up"
	case s.Pending > 0:
		return fmt.Sprintf("%d steps are pending, the job queue's included; touchstone migrate up applies them", s.Pending)
	case s.Newer > 0:
		return fmt.Sprintf("the schema is of a newer Touchstone (step %d)", s.Newer)
	}
	return "the schema is up to date"
}
