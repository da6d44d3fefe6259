package main

import (
	"context"
	"fmt"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// publisherCmd groups what is done about publishers. Nothing of an imported one is public until it is allowed.
type publisherCmd struct {
	List  publisherListCmd  `cmd:"" help:"List the publishers."`
	Allow publisherAllowCmd `cmd:"" help:"Make everything of a publisher public."`
	Hide  publisherHideCmd  `cmd:"" help:"Take everything of a publisher out of the public; nothing is lost."`
}

type publisherListCmd struct {
	JSON bool `name:"json" help:"Print an array for machines."`
}

// Run lists the publishers.
func (c *publisherListCmd) Run(ctx context.Context, a *app) error {
	return a.withStore(ctx, func(db *store.DB) error {
		publishers, err := db.NewsroomPublishers(ctx, factcheck.Operator())
		if err != nil {
			return err
		}
		if c.JSON {
			out := make([]map[string]any, 0, len(publishers))
			for _, p := range publishers {
				out = append(out, map[string]any{
					"id": p.ID, "name": p.Name, "site": p.Site, "licence": p.Licence, "house": p.House,
					"allowed_at": p.AllowedAt, "verdicts": p.Verdicts, "public": p.Public,
				})
			}
			return printJSON(a.stdout, out)
		}
		rows := [][]string{{"SITE", "NAME", "VERDICTS", "PUBLIC", "STATE"}}
		for _, p := range publishers {
			state := "waits to be allowed"
			switch {
			case p.House:
				state = "the house"
			case p.AllowedAt != nil:
				state = "allowed " + moment(p.AllowedAt)
			}
			rows = append(rows, []string{p.Site, p.Name, fmt.Sprint(p.Verdicts), fmt.Sprint(p.Public), state})
		}
		return table(a.stdout, rows)
	})
}

type publisherAllowCmd struct {
	Site []string `arg:"" help:"Sites of the publishers, as touchstone publisher list shows them."`
	JSON bool     `name:"json" help:"Print {\"site\",\"claims\"} for each, for machines."`
}

// Run allows publishers.
func (c *publisherAllowCmd) Run(ctx context.Context, a *app) error {
	return a.withStore(ctx, func(db *store.DB) error {
		return showPublishers(ctx, a, c.Site, c.JSON, "%s is allowed: %d claims show a verdict more", db.AllowPublisher)
	})
}

type publisherHideCmd struct {
	Site []string `arg:"" help:"Sites of the publishers, as touchstone publisher list shows them."`
	JSON bool     `name:"json" help:"Print {\"site\",\"claims\"} for each, for machines."`
}

// Run hides publishers.
func (c *publisherHideCmd) Run(ctx context.Context, a *app) error {
	return a.withStore(ctx, func(db *store.DB) error {
		return showPublishers(ctx, a, c.Site, c.JSON, "%s is hidden: %d claims show a verdict less", db.HidePublisher)
	})
}

// showPublishers allows or hides each site, in a transaction of its own, and ends at the first that fails.
func showPublishers(ctx context.Context, a *app, sites []string, asJSON bool, line string, do func(context.Context, factcheck.Actor, string) (int, error)) error {
	for _, site := range sites {
		n, err := do(ctx, factcheck.Operator(), site)
		if err != nil {
			return fmt.Errorf("%s: %w", printable(site), err)
		}
		if asJSON {
			err = printJSON(a.stdout, map[string]any{"site": site, "claims": n})
		} else {
			err = say(a.stdout, line, printable(site), n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
