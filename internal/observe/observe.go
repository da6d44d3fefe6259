// Package observe lets people see what the program does: structured logs, for people on a terminal and as JSON elsewhere,
// request ids that tie log, audit entry and answer together, and metrics. Secrets are taken out of every log line here, in
// one place, whoever wrote it.
package observe

import (
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"

	"golang.org/x/term"
)

// LogOptions configure NewLogger.
type LogOptions struct {
	Format string // text, json, or auto: text when the writer is a terminal
	Level  slog.Level
}

// NewLogger returns a logger that writes to w, adds the request id of the context, and redacts. It is safe for concurrent
// use.
func NewLogger(w io.Writer, opts LogOptions) *slog.Logger {
	var h slog.Handler
	if opts.Format == "text" || opts.Format != "json" && IsTerminal(w) {
		h = newConsole(w, opts.Level)
	} else {
		h = slog.NewJSONHandler(w, &slog.HandlerOptions{Level: opts.Level, ReplaceAttr: machineAttr})
	}
	return slog.New(requestHandler{h})
}

// IsTerminal reports whether a person is likely to read what is written to w.
func IsTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// AtLeast returns a logger that passes on what is at least of a level: some libraries tell more than anybody asked.
func AtLeast(log *slog.Logger, level slog.Level) *slog.Logger {
	return slog.New(leastHandler{log.Handler(), level})
}

// leastHandler drops what is below its level.
type leastHandler struct {
	slog.Handler
	least slog.Level
}

// Enabled implements slog.Handler.
func (h leastHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= h.least && h.Handler.Enabled(ctx, level)
}

// WithAttrs implements slog.Handler.
func (h leastHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return leastHandler{h.Handler.WithAttrs(attrs), h.least}
}

// WithGroup implements slog.Handler.
func (h leastHandler) WithGroup(name string) slog.Handler {
	return leastHandler{h.Handler.WithGroup(name), h.least}
}

// requestKey is the key of the request id in a context.
type requestKey struct{}

// NewRequestID returns a fresh id for a request that came without one: 26 characters, safe in headers and URLs. It names a
// request and opens nothing, so that it need not be secret, only its own; it costs about 40 ns.
func NewRequestID() string {
	const digits = "abcdefghijklmnopqrstuvwxyz234567"
	var id [26]byte
	a, b := rand.Uint64(), rand.Uint64() //nolint:gosec // see above
	for i := range id {
		if i == len(id)/2 {
			a = b
		}
		id[i] = digits[a&31]
		a >>= 5
	}
	return string(id[:])
}

// CleanRequestID returns the id a trusted proxy sent, or a fresh one when it is not 8 to 64 letters, digits, and the signs
// "-", "_" and ".": what ends up in logs and in the audit must not be anything a stranger likes.
func CleanRequestID(sent string) string {
	if len(sent) < 8 || len(sent) > 64 {
		return NewRequestID()
	}
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
	if strings.Trim(sent, allowed) != "" {
		return NewRequestID()
	}
	return strings.Clone(sent)
}

// WithRequestID returns a context that carries the id of a request, for log lines and audit entries.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// RequestID returns the id of the request that a context belongs to, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// requestHandler adds the request id of the context to each record.
type requestHandler struct{ slog.Handler }

// Handle implements slog.Handler.
func (h requestHandler) Handle(ctx context.Context, r slog.Record) error {
	if id := RequestID(ctx); id != "" {
		r = r.Clone()
		r.AddAttrs(slog.String("request_id", id))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h requestHandler) WithGroup(name string) slog.Handler {
	return requestHandler{h.Handler.WithGroup(name)}
}
