package observe

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"sync"
)

// console writes log lines for people: local time, level, message, then what belongs to it.
//
//	14:03:07 WARN  the last backup is old  age=9d path=/var/lib/touchstone/backups
type console struct {
	level slog.Level
	out   *consoleOut
	attrs slog.Handler // writes key=value pairs into out.buf
}

// consoleOut is what the handlers of one logger share.
type consoleOut struct {
	mu  sync.Mutex
	w   io.Writer
	buf bytes.Buffer
}

func newConsole(w io.Writer, level slog.Level) *console {
	out := &consoleOut{w: w}
	attrs := slog.NewTextHandler(&out.buf, &slog.HandlerOptions{Level: level, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey || a.Key == slog.MessageKey) {
			return slog.Attr{} // written by Handle
		}
		return redactAttr(groups, a)
	}})
	return &console{level: level, out: out, attrs: attrs}
}

// Enabled implements slog.Handler.
func (c *console) Enabled(_ context.Context, level slog.Level) bool { return level >= c.level }

// Handle implements slog.Handler.
func (c *console) Handle(ctx context.Context, r slog.Record) error {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	buf := &c.out.buf
	buf.Reset()
	if !r.Time.IsZero() {
		buf.WriteString(r.Time.Local().Format("15:04:05 ")) // for the person at this terminal
	}
	level := r.Level.String()
	buf.WriteString(level)
	for range 6 - len(level) {
		buf.WriteByte(' ')
	}
	buf.WriteString(oneLine(Redact(r.Message)))
	mark := buf.Len()
	buf.WriteString("  ")
	if err := c.attrs.Handle(ctx, r); err != nil {
		return err
	}
	if bytes.Equal(buf.Bytes()[mark:], []byte("  \n")) {
		buf.Truncate(mark)
		buf.WriteByte('\n')
	}
	_, err := c.out.w.Write(buf.Bytes())
	return err
}

// WithAttrs implements slog.Handler.
func (c *console) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &console{level: c.level, out: c.out, attrs: c.attrs.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (c *console) WithGroup(name string) slog.Handler {
	return &console{level: c.level, out: c.out, attrs: c.attrs.WithGroup(name)}
}

// oneLine keeps whoever wrote a message from writing further log lines, or to the terminal itself.
func oneLine(s string) string {
	return string(bytes.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, []byte(s)))
}
