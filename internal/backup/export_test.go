package backup

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// CheckLedger looks into the ledger of a database that was not restored.
func CheckLedger(ctx context.Context, url string) error {
	return within(ctx, url, func(conn *pgx.Conn) error { return checkLedger(ctx, conn) })
}
