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
	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

type exportCmd struct {
	Format    string `name:"format" required:"" enum:"ndjson,claimreview,csv" placeholder:"F" help:"One of ndjson (everything), claimreview and csv."`
	Output    string `name:"output" short:"o" placeholder:"FILE" help:"File to write; it is there only once it is complete. Standard output unless given."`
	After     string `name:"after" placeholder:"ID" help:"Only claims after this id, to go on with an export."`
	PublicURL string `name:"public-url" env:"TOUCHSTONE_PUBLIC_URL" placeholder:"URL" help:"The address readers use; http://localhost:8080 unless given."`
	JSON      bool   `name:"json" help:"Say {\"claims\",\"epoch\",\"seq\"} for machines at the end: on standard output, or on standard error when that has the export."`
}

// Run writes what is public.
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
		run := &exporting{app: a, db: db, format: c.Format, public: set.PublicURL, after: after}
		summary := a.stdout
		if c.Output == "" {
			summary = a.stderr
			err = run.write(ctx, a.stdout)
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
	after  factcheck.ClaimID
	head   store.ExportHead
	n      int64
}

// write writes the export. It streams: memory does not grow with the number of claims.
func (e *exporting) write(ctx context.Context, to io.Writer) error {
	house, err := e.db.Publication(ctx)
	if err != nil {
		return err
	}
	var out exchange.Writer
	var bar *bar
	defer func() { bar.done() }()
	err = e.db.Export(ctx, e.after, func(h store.ExportHead) error {
		e.head = h
		bar = e.app.newBar("exporting", h.Claims, inClaims)
		out, err = exchange.NewWriter(to, e.format, exchange.Info{
			Name: house.Name, URL: e.public, House: house.Name, HouseURL: e.public, Licence: house.Licence, At: h.At, Epoch: h.Epoch, Seq: h.Seq,
		})
		return err
	}, func(d store.Document) error {
		if err := e.one(out, d); err != nil {
			return err
		}
		e.n++
		bar.set(e.n, "")
		return nil
	})
	if err != nil {
		return err
	}
	return out.Close()
}

// one writes a document, as it is stored where the format is that.
func (e *exporting) one(out exchange.Writer, d store.Document) error {
	if w, ok := out.(exchange.StoredWriter); ok {
		return w.WriteStored(d.Stored, e.public, d.Seq)
	}
	claim, err := document.Decode(d.Stored, e.public, d.Seq)
	if err != nil {
		return fmt.Errorf("read the document of %s: %w", d.Claim, err)
	}
	return out.Write(claim)
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
