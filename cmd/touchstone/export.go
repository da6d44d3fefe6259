package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/touchstone-factcheck/touchstone/internal/config"
	"github.com/touchstone-factcheck/touchstone/internal/export"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

type exportCmd struct {
	Format    string `name:"format" required:"" enum:"ndjson,claimreview,csv" placeholder:"F" help:"One of ndjson (everything), claimreview and csv."`
	Output    string `name:"output" short:"o" placeholder:"FILE" help:"File to write; it is there only once it is complete. Standard output unless given."`
	After     string `name:"after" placeholder:"ID" help:"Only claims after this id, to go on with an export."`
	Epoch     string `name:"epoch" placeholder:"E" help:"The epoch of the export that --after goes on with: it is refused after a restore."`
	PublicURL string `name:"public-url" env:"TOUCHSTONE_PUBLIC_URL" placeholder:"URL" help:"The address readers use; http://localhost:8080 unless given."`
	JSON      bool   `name:"json" help:"Say {\"claims\",\"epoch\",\"seq\"} for machines at the end: on standard output, or on standard error when that has the export."`
}

// Run writes what is public, byte for byte as GET /api/v1/export does.
func (c *exportCmd) Run(ctx context.Context, a *app) error {
	set, err := config.ServerFlags{PublicURL: c.PublicURL}.Check()
	if err != nil {
		return err
	}
	var after factcheck.ClaimID
	if err := after.UnmarshalText([]byte(c.After)); err != nil {
		return wrongUse("--after: %s", explain(err))
	}
	return a.withStore(ctx, func(db *store.DB) error {
		run := &exporting{app: a, db: db, format: c.Format, public: set.PublicURL, epoch: c.Epoch, after: after}
		summary := a.stdout
		if c.Output == "" {
			summary = a.stderr
			err = run.toPipe(ctx, a.stdout)
		} else {
			err = whole(c.Output, func(w io.Writer) error { return run.write(ctx, w) })
		}
		switch {
		case err != nil:
			return err
		case c.JSON:
			return printJSON(summary, map[string]any{"claims": run.n, "epoch": run.head.Epoch, "seq": run.head.Seq})
		case c.Output != "":
			return say(a.stdout, "wrote %d claims to %s, true at %s:%d of the change feed", run.n, c.Output, run.head.Epoch, run.head.Seq)
		}
		return nil
	})
}

// exporting is one export.
type exporting struct {
	app    *app
	db     *store.DB
	format string
	public string // origin
	epoch  string // that after is of; any when empty
	after  factcheck.ClaimID
	head   store.ExportHead
	n      int64
}

// toPipe writes the export to what cannot be taken back: when it is broken off, whole claims stand there, and where to go on is said.
func (e *exporting) toPipe(ctx context.Context, to io.Writer) error {
	begun := e.after
	buf := bufio.NewWriterSize(to, 1<<20)
	err := e.write(ctx, buf)
	if werr := buf.Flush(); werr != nil {
		return errors.Join(err, fmt.Errorf("write the export: %w", werr))
	}
	if err != nil && e.after != begun {
		fmt.Fprintf(e.app.stderr, "touchstone: broken off after %d claims; go on with --after %s --epoch %s, and follow changes from %d\n", e.n, e.after, e.head.Epoch, e.head.Seq)
	}
	return err
}

// write writes the export. It streams: memory does not grow with the number of claims.
func (e *exporting) write(ctx context.Context, to io.Writer) error {
	house, err := e.db.Publication(ctx)
	if err != nil {
		return err
	}
	from, err := e.db.OpenExtract(ctx, e.after)
	if err != nil {
		return err
	}
	defer from.Close(ctx)
	e.head = from.ExportHead
	if e.epoch != "" && e.epoch != from.Epoch {
		return factcheck.Conflict("the export of epoch %s is of a ledger that was restored since; begin again without --after: the epoch is %s now", e.epoch, from.Epoch)
	}
	bar := e.app.newBar("exporting", from.Claims, inClaims)
	defer bar.done()
	out, err := export.New(to, from, e.after, export.Config{Format: e.format, House: house.House, PublicURL: e.public, Logger: e.app.log})
	for done := false; err == nil && !done; {
		done, err = out.Next(ctx)
		e.n, e.after = out.Claims(), out.Last()
		bar.set(e.n, "")
	}
	return err
}

// whole has write fill a file that has its name only once it is complete.
func whole(name string, write func(io.Writer) error) (err error) {
	part, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".part-*")
	if err != nil {
		return &factcheck.Error{Code: factcheck.CodeInvalid, Field: "--output", Message: fmt.Sprintf("%s cannot be written: %v", name, errors.Unwrap(err)), Err: err}
	}
	defer func() {
		if err != nil {
			_ = os.Remove(part.Name()) // it is of no use
		}
	}()
	buf := bufio.NewWriterSize(part, 1<<20)
	err = write(buf)
	if err == nil {
		err = buf.Flush()
	}
	if err == nil {
		err = part.Chmod(0o644)
	}
	if err == nil {
		err = part.Sync()
	}
	if err = errors.Join(err, part.Close()); err != nil {
		return err
	}
	return os.Rename(part.Name(), name)
}
