package main

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// replayRedactions carries the redactions of a database that is being replaced over to the one restored in its place.
func replayRedactions(ctx context.Context, from, to string) (int, error) {
	have, err := countRedactions(ctx, from)
	if err != nil {
		return 0, err
	}
	restored, err := countRedactions(ctx, to)
	if err != nil {
		return 0, err
	}
	if have > restored {
		return 0, factcheck.Conflict("%d redactions were made since this backup, and this version cannot carry them over", have-restored)
	}
	return 0, nil
}

func countRedactions(ctx context.Context, url string) (int, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, fmt.Errorf("connect to count the redactions: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // only read
	var n int
	if err := conn.QueryRow(ctx, `SELECT count(*) FROM redactions`).Scan(&n); err != nil {
		return 0, fmt.Errorf("count the redactions: %w", err)
	}
	return n, nil
}
