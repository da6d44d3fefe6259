package store

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// moment reads what is public as it stood at one moment. It holds a connection until it is closed, and is not safe for
// concurrent use. Writers are not held up.
type moment struct{ tx pgx.Tx }

// openMoment takes hold of now. Close it.
func (db *DB) openMoment(ctx context.Context) (moment, error) {
	tx, err := db.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	return moment{tx}, translate("take hold of what is public", err)
}

// Gone returns up to limit claims that were public once and are not then, by the change that ended each, after a number: those
// that were withdrawn or became part of another. One query over an index of such changes.
func (m moment) Gone(ctx context.Context, after int64, limit int) ([]DatasetGone, error) {
	return goneClaims(ctx, m.tx, `c.seq > $1 AND `, `c.seq`, after, limit)
}

// Close gives the connection back. Closing twice is harmless.
func (m moment) Close(ctx context.Context) {
	_ = m.tx.Rollback(context.WithoutCancel(ctx)) // nothing was written, and the pool drops a connection that is broken
}
