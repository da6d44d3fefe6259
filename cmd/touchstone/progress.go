package main

import (
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

// newBar returns a bar of total bytes or things; -1 when that is not known.
func (a *app) newBar(what string, total int64, bytes bool) *bar {
	if !observe.IsTerminal(a.stderr) {
		return nil
	}
	return &bar{progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(a.stderr), progressbar.OptionSetDescription(printable(what)), progressbar.OptionShowBytes(bytes), progressbar.OptionShowIts(),
		progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(total > 0), progressbar.OptionShowElapsedTimeOnFinish(),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetWidth(20), progressbar.OptionSpinnerType(14),
		progressbar.OptionClearOnFinish(), progressbar.OptionSetRenderBlankState(true))}
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

// counter counts the bytes that are read through it.
type counter struct {
	io.Reader
	n atomic.Int64
}

// Read implements io.Reader.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// max sets what the bar counts to.
func (b *bar) max(n int64) {
	if b != nil {
		b.bar.ChangeMax64(n)
	}
}
