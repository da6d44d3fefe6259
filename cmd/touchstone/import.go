package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

type importCmd struct {
	File            []string `arg:"" help:"Files to read, gzipped or not; - is standard input."`
	Format          string   `name:"format" enum:"auto,claimreview,csv,jsonl" default:"auto" help:"One of auto, claimreview, csv and jsonl; auto looks at the content."`
	Map             []string `name:"map" sep:"none" placeholder:"FIELD=COLUMN" help:"Column that holds a field, for other shapes of csv and jsonl; may be repeated."`
	Publisher       string   `name:"publisher" placeholder:"SITE" help:"Whose checks these are; otherwise the host of each review's address."`
	Legacy          bool     `name:"legacy" help:"They are the house's own archive."`
	AllowPublishers bool     `name:"allow-publishers" help:"Make what is found public at once, instead of waiting for touchstone publisher allow."`
	DryRun          bool     `name:"dry-run" help:"Try everything and keep nothing."`
	Rejects         string   `name:"rejects" placeholder:"FILE" help:"Write what is not taken into a file, a JSON object a line, each with its reason."`
	JSON            bool     `name:"json" help:"The last line is {\"read\",\"created\",\"updated\",\"unchanged\",\"rejected\"}."`
}

// Help explains the fields of --map.
func (c *importCmd) Help() string {
	var b strings.Builder
	b.WriteString("Importing the same again changes nothing, so an import that was interrupted is simply run again.\n\nFields for --map:\n\n")
	for _, f := range exchange.Fields() {
		fmt.Fprintf(&b, "  %-16s  %s\n", f[0], f[1])
	}
	return b.String()
}

// Run takes the files in, one after the other.
func (c *importCmd) Run(ctx context.Context, a *app) (err error) {
	fields, err := c.fields()
	if err != nil {
		return err
	}
	if err := c.keepInputs(); err != nil {
		return err
	}
	rejects, err := openRejects(c.Rejects)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rejects.close()) }()
	return a.withStore(ctx, func(db *store.DB) error {
		var total store.Counts
		var failed error
		for _, name := range c.File {
			take := &taking{app: a, cmd: c, db: db, rejects: rejects, name: name}
			err := take.run(ctx, exchange.Options{Format: c.Format, Map: fields, Publisher: c.Publisher})
			total = sum(total, take.counts)
			failed = errors.Join(failed, err)
			if err != nil && (ctx.Err() != nil || factcheck.CodeOf(err) == factcheck.CodeUnavailable) {
				break // the next file would fare no better
			}
		}
		return c.report(ctx, a, total, rejects, failed)
	})
}

// fields reads --map.
func (c *importCmd) fields() (map[string]string, error) {
	out := map[string]string{}
	for _, one := range c.Map {
		field, column, found := strings.Cut(one, "=")
		if !found || field == "" || column == "" {
			return nil, wrongUse("--map %s: write FIELD=COLUMN", oneLine(one))
		}
		out[strings.TrimSpace(field)] = strings.TrimSpace(column)
	}
	return out, nil
}

// keepInputs fails when the file for what is rejected is one that is to be read: opening it would empty it.
func (c *importCmd) keepInputs() error {
	target, err := os.Stat(c.Rejects)
	if err != nil {
		return nil //nolint:nilerr // it is not there, so it is none of them; opening it says what else is wrong
	}
	for _, name := range c.File {
		if info, err := os.Stat(name); err == nil && os.SameFile(info, target) {
			return wrongUse("--rejects %s would overwrite what is to be imported", oneLine(c.Rejects))
		}
	}
	return nil
}

// report says what became of the records. The counters come last on standard output.
func (c *importCmd) report(ctx context.Context, a *app, total store.Counts, rejects *rejectsFile, failed error) error {
	rejects.explain(a.stderr)
	var err error
	if c.JSON {
		err = printJSON(a.stdout, total)
	} else {
		mode := ""
		if c.DryRun {
			mode = " (tried only: nothing was kept)"
		}
		err = say(a.stdout, "read %d records: %d created, %d updated, %d unchanged, %d rejected%s", total.Read, total.Created, total.Updated, total.Unchanged, total.Rejected, mode)
	}
	if ctx.Err() != nil && failed != nil {
		_ = say(a.stderr, "touchstone: interrupted; what was taken is kept, and the same command goes on from there")
	}
	return errors.Join(failed, err)
}

func sum(a, b store.Counts) store.Counts {
	return store.Counts{
		Read: a.Read + b.Read, Created: a.Created + b.Created, Updated: a.Updated + b.Updated,
		Unchanged: a.Unchanged + b.Unchanged, Rejected: a.Rejected + b.Rejected,
	}
}

// taking takes one file in.
type taking struct {
	app     *app
	cmd     *importCmd
	db      *store.DB
	rejects *rejectsFile
	name    string
	counts  store.Counts

	into  *store.Import
	batch []exchange.Record
}

// batchSize is small enough that the bar moves and an interruption loses little, and large enough to share its costs.
const batchSize = 200

// batchPatience is how long a batch may take, on a database that is busy with something else.
const batchPatience = 5 * time.Minute

// run reads the file to its end. What was taken before an error stays, and is counted.
func (t *taking) run(ctx context.Context, opts exchange.Options) (err error) {
	in, size, err := t.open()
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	counted := newInput(ctx, in, size < 0)
	reader, err := exchange.Open(counted, opts)
	if err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	base := t.name
	if t.name != "-" {
		base = filepath.Base(t.name)
	}
	t.into, err = t.db.BeginImport(ctx, factcheck.Operator(), store.ImportOptions{
		Name: base, Format: reader.Format(), Legacy: t.cmd.Legacy, AllowPublishers: t.cmd.AllowPublishers, DryRun: t.cmd.DryRun,
	})
	if err != nil {
		return err
	}
	bar := t.app.newBar(base, size, inBytes)
	err = t.read(ctx, reader, func() { bar.set(counted.n.Load(), "") })
	bar.done()
	t.counts = t.into.Counts()
	finishing := context.WithoutCancel(ctx) // an interrupted run is finished with what it had
	return errors.Join(err, t.into.Finish(finishing))
}

// open returns the file and its size, -1 when that is not known.
func (t *taking) open() (io.ReadCloser, int64, error) {
	if t.name == "-" {
		return io.NopCloser(t.app.stdin), -1, nil
	}
	f, err := os.Open(t.name)
	if err != nil {
		return nil, 0, &factcheck.Error{Code: factcheck.CodeInvalid, Message: fmt.Sprintf("%s cannot be read: %v", t.name, errors.Unwrap(err)), Err: err}
	}
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		_ = f.Close() // nothing was read
		return nil, 0, factcheck.Invalid("", "%s is a directory; name the files in it", t.name)
	}
	if !info.Mode().IsRegular() {
		return f, -1, nil
	}
	return f, info.Size(), nil
}

// read takes records in batches until the end, an error, or the end of ctx.
func (t *taking) read(ctx context.Context, reader *exchange.Reader, moved func()) error {
	for {
		record, err := reader.Next()
		if reject, ok := errors.AsType[*exchange.Reject](err); ok {
			t.into.Reject()
			if err := t.rejects.write(t.name, *reject); err != nil {
				return err
			}
			continue
		}
		if errors.Is(err, io.EOF) {
			moved()
			return t.flush(ctx)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("%s: %w; what came before it was taken", t.name, err), t.flush(ctx))
		}
		if t.batch = append(t.batch, record); len(t.batch) >= batchSize {
			if err := t.flush(ctx); err != nil {
				return err
			}
		}
		moved()
	}
}

// flush takes the batch in.
func (t *taking) flush(ctx context.Context) error {
	batch := t.batch
	t.batch = t.batch[:0]
	if len(batch) == 0 || ctx.Err() != nil {
		return ctx.Err()
	}
	// A batch is not broken off: whether it was taken would not be known, and the counters would lie.
	whole, cancel := context.WithTimeout(context.WithoutCancel(ctx), batchPatience)
	defer cancel()
	outcomes, err := t.into.Add(whole, batch)
	if err != nil {
		return fmt.Errorf("%s: take in the records from line %d: %w", t.name, batch[0].Line, err)
	}
	for i, o := range outcomes {
		if o.Kind != store.OutcomeRejected {
			continue
		}
		r := batch[i]
		if err := t.rejects.write(t.name, exchange.Reject{Line: r.Line, Record: r.Number, Reason: o.Reason, Raw: r.Raw}); err != nil {
			return err
		}
	}
	return nil
}

// rejectsFile gathers what was not taken: all of it in a file if one was asked for, and the commonest reasons for the
// terminal.
type rejectsFile struct {
	name    string
	file    *os.File
	enc     *json.Encoder
	reasons map[string]int
	first   map[string]string // where a reason was met first
}

func openRejects(name string) (*rejectsFile, error) {
	r := &rejectsFile{name: name, reasons: map[string]int{}, first: map[string]string{}}
	if name == "" {
		return r, nil
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, &factcheck.Error{Code: factcheck.CodeInvalid, Field: "--rejects", Message: fmt.Sprintf("%s cannot be written: %v", name, errors.Unwrap(err)), Err: err}
	}
	r.file, r.enc = f, json.NewEncoder(f)
	r.enc.SetEscapeHTML(false)
	return r, nil
}

// maxReasons is how many different reasons are counted; a hostile file may have one for each record.
const maxReasons = 1000

// write notes one.
func (r *rejectsFile) write(file string, reject exchange.Reject) error {
	if _, known := r.reasons[reject.Reason]; known || len(r.reasons) < maxReasons {
		r.reasons[reject.Reason]++
		if !known {
			r.first[reject.Reason] = fmt.Sprintf("%s line %d", file, reject.Line)
		}
	}
	if r.enc == nil {
		return nil
	}
	err := r.enc.Encode(map[string]any{"file": file, "line": reject.Line, "record": reject.Record, "reason": reject.Reason, "raw": string(reject.Raw)})
	if err != nil {
		return fmt.Errorf("write what was rejected: %w", err)
	}
	return nil
}

// explain writes the commonest reasons.
func (r *rejectsFile) explain(w io.Writer) {
	const most = 10
	var reasons []string
	for reason := range r.reasons {
		reasons = append(reasons, reason)
	}
	slices.SortFunc(reasons, func(a, b string) int {
		if r.reasons[a] != r.reasons[b] {
			return r.reasons[b] - r.reasons[a]
		}
		return strings.Compare(a, b)
	})
	for i, reason := range reasons {
		if i == most {
			fmt.Fprintf(w, "… and %d more reasons\n", len(reasons)-most)
			break
		}
		fmt.Fprintf(w, "rejected %d: %s (first: %s)\n", r.reasons[reason], printable(oneLine(reason)), printable(r.first[reason]))
	}
	if len(reasons) > 0 && r.enc == nil {
		fmt.Fprintln(w, "--rejects FILE keeps what was rejected, each with its line and reason")
	}
}

// close closes the file.
func (r *rejectsFile) close() error {
	if r.file == nil {
		return nil
	}
	if err := r.file.Close(); err != nil {
		return fmt.Errorf("write what was rejected: %w", err)
	}
	return nil
}
