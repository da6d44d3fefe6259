package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// ExportHead says what an export is true at: follow the change feed from Seq and nothing is missed.
type ExportHead struct {
	Epoch  string
	Seq    int64
	At     time.Time
	Claims int64 // how many documents follow
}

// Export calls head once and then each for every public document after an id, in the order of ids, as they stood at one
// moment. It streams: memory does not grow with the number of claims, and writers are not held up. Documents are valid
// during the call only. It ends early with the first error that head or each returns.
func (db *DB) Export(ctx context.Context, after factcheck.ClaimID, head func(ExportHead) error, each func(Document) error) (err error) {
	tx, err := db.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return translate("begin an export", err)
	}
	defer func() {
		if rerr := tx.Rollback(context.WithoutCancel(ctx)); rerr != nil && !errors.Is(rerr, pgx.ErrTxClosed) && err == nil {
			err = translate("end an export", rerr)
		}
	}()
	h := ExportHead{At: db.clock()}
	err = tx.QueryRow(ctx, `SELECT epoch, seq, (SELECT count(*) FROM claim_documents WHERE claim_id > $1) FROM feed`, [16]byte(after)).Scan(&h.Epoch, &h.Seq, &h.Claims)
	if err != nil {
		return translate("begin an export", err)
	}
	if err := head(h); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `SELECT claim_id, seq, document, published_at, updated_at FROM claim_documents WHERE claim_id > $1 ORDER BY claim_id`, [16]byte(after))
	if err != nil {
		return translate("export", err)
	}
	defer rows.Close()
	for rows.Next() {
		d, err := scanExported(rows)
		if err != nil {
			return translate("export", err)
		}
		if err := each(d); err != nil {
			return err
		}
	}
	return translate("export", rows.Err())
}

// scanExported reads a row without copying the document: it is written out before the next row is read.
func scanExported(rows pgx.Rows) (Document, error) {
	var d Document
	var raw pgtype.DriverBytes
	if err := rows.Scan(&d.Claim, &d.Seq, &raw, &d.PublishedAt, &d.UpdatedAt); err != nil {
		return d, fmt.Errorf("read a document: %w", err)
	}
	d.Stored = raw
	return d, nil
}
