package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

type articleWARCCmd struct {
	File     string   `arg:"" help:"File to write, such as articles.warc.gz; it is there only once it is complete. - for standard output."`
	Articles []string `arg:"" optional:"" name:"article" help:"Ids of the articles; all of them unless given."`
	JSON     bool     `name:"json" help:"Print {\"snapshots\"} for machines."`
}

// Run writes the pages that were kept.
func (c *articleWARCCmd) Run(ctx context.Context, a *app) error {
	var articles []factcheck.ArticleID
	for _, text := range c.Articles {
		var id factcheck.ArticleID
		if err := id.UnmarshalText([]byte(text)); err != nil || id.IsZero() {
			return wrongUse("%q is no id of an article; it looks like article_01h455vb4pex5vsknk084sn02q", text)
		}
		articles = append(articles, id)
	}
	return a.withStore(ctx, func(db *store.DB) error {
		n := int64(0)
		bar := a.newBar("writing", -1, nothing)
		summary := a.stdout
		into := func(write func(io.Writer) error) error { return whole(c.File, write) }
		if c.File == "-" {
			summary, into = a.stderr, func(write func(io.Writer) error) error { return write(a.stdout) }
		}
		err := into(func(w io.Writer) error {
			out, err := ingest.NewWARC(w, strings.HasSuffix(c.File, ".gz"), "touchstone "+a.build.Short(), time.Now())
			if err != nil {
				return err
			}
			return db.EachSnapshot(ctx, factcheck.Operator(), articles, func(s store.SnapshotBody) error {
				n++
				bar.set(n, "writing the pages of "+s.Article.String())
				return out.Add(s)
			})
		})
		bar.done()
		switch {
		case err != nil:
			return err
		case c.JSON:
			return printJSON(summary, map[string]any{"snapshots": n})
		}
		return say(summary, "wrote %d snapshots to %s", n, c.File)
	})
}
