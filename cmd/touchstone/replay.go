package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// replayRedactions carries the redactions of a database that is being replaced over to the one restored in its place, both
// given by the URL of their owner.
func (a *app) replayRedactions(ctx context.Context, from, to string) (int, error) {
	n, err := countRedactions(ctx, from)
	if err != nil || n == 0 {
		return 0, err
	}
	schema, err := store.SchemaOf(ctx, from)
	if err != nil {
		return 0, err
	}
	if schema.Pending > 0 {
		return 0, factcheck.Conflict("%d redactions are to be carried over from a database whose schema is of an older Touchstone; run touchstone migrate up first", n)
	}
	quiet := slog.New(slog.DiscardHandler)
	old, err := store.Open(ctx, store.Options{URL: from, MaxConns: 2, Logger: quiet})
	if err != nil {
		return 0, err
	}
	redactions, err := old.Redactions(ctx, factcheck.Operator())
	old.Close()
	if err != nil {
		return 0, err
	}
	restored, err := store.Open(ctx, store.Options{URL: to, MaxConns: 2, Logger: quiet})
	if err != nil {
		return 0, err
	}
	defer restored.Close()
	return restored.ReplayRedactions(ctx, factcheck.Operator(), redactions)
}

// countRedactions counts the redactions of a database of any version.
func countRedactions(ctx context.Context, url string) (int, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, fmt.Errorf("connect to count the redactions: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // only read
	var there bool
	if err := conn.QueryRow(ctx, `SELECT to_regclass('public.redactions') IS NOT NULL`).Scan(&there); err != nil || !there {
		return 0, err
	}
	var n int
	if err := conn.QueryRow(ctx, `SELECT count(*) FROM redactions`).Scan(&n); err != nil {
		return 0, fmt.Errorf("count the redactions: %w", err)
	}
	return n, nil
}
