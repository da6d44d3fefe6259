package main

import (
	"context"
	"io"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/touchstone-factcheck/touchstone/internal/backup"
	"github.com/touchstone-factcheck/touchstone/internal/observe"
)

// bar shows progress to a person at a terminal, with rate and time left, and nothing to anybody else. A nil *bar shows
// nothing.
type bar struct{ bar *progressbar.ProgressBar }

// unit is what a bar counts.
type unit int

const (
	nothing unit = iota // it only says what is being done
	inBytes
	inClaims
)

// newBar returns a bar of a total; -1 when that is not known.
func (a *app) newBar(what string, total int64, counts unit) *bar {
	if !observe.IsTerminal(a.stderr) {
		return nil
	}
	options := []progressbar.Option{
		progressbar.OptionSetWriter(a.stderr), progressbar.OptionSetDescription(printable(what)), progressbar.OptionSetWidth(20),
		progressbar.OptionThrottle(100 * time.Millisecond), progressbar.OptionSpinnerType(14), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetPredictTime(total > 0), progressbar.OptionSetRenderBlankState(true),
	}
	switch counts {
	case inBytes:
		options = append(options, progressbar.OptionShowCount(), progressbar.OptionShowBytes(true))
	case inClaims:
		options = append(options, progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("claims"))
	case nothing:
	}
	return &bar{progressbar.NewOptions64(total, options...)}
}

// set moves the bar to n and says what is being done.
func (b *bar) set(n int64, what string) {
	if b == nil {
		return
	}
	if what != "" {
		b.bar.Describe(printable(what))
	}
	_ = b.bar.Set64(n) // a bar that cannot be drawn is no reason to stop
}

// done takes the bar away, so that what follows begins at the left.
func (b *bar) done() {
	if b == nil {
		return
	}
	_ = b.bar.Finish() // see set
}

// watch returns a backup's progress function; nil when nobody watches.
func (b *bar) watch() func(backup.Progress) {
	if b == nil {
		return nil
	}
	return func(p backup.Progress) { b.set(max(p.Bytes, 1), p.Doing) }
}

// max sets what the bar counts to.
func (b *bar) max(n int64) {
	if b != nil {
		b.bar.ChangeMax64(n)
	}
}

// input counts the bytes that are read through it, and ends when its context does.
type input struct {
	ctx context.Context //nolint:containedctx // an io.Reader has no other way to learn of it
	r   io.Reader
	n   atomic.Int64
}

// newInput returns an input. Reading may block for ever, as from a terminal or a pipe that nobody fills: then it happens in
// a goroutine that is left behind, so that Ctrl-C is heard.
func newInput(ctx context.Context, r io.Reader, blocks bool) *input {
	if !blocks {
		return &input{ctx: ctx, r: r}
	}
	out, in := io.Pipe()
	go func() {
		_, err := io.Copy(in, r)
		_ = in.CloseWithError(err) // never fails
	}()
	context.AfterFunc(ctx, func() { _ = out.CloseWithError(ctx.Err()) }) // as above
	return &input{ctx: ctx, r: out}
}

// Read implements io.Reader.
func (i *input) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := i.r.Read(p)
	i.n.Add(int64(n))
	return n, err
}
