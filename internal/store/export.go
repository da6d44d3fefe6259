package store

import (
	"context"
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
func (db *DB) Export(ctx context.Context, after factcheck.ClaimID, head func(ExportHead) error, each func(Document) error) error {
	e, err := db.OpenExtract(ctx, after)
	if err != nil {
		return err
	}
	defer e.Close(ctx)
	if err := head(e.ExportHead); err != nil {
		return err
	}
	rows, err := e.tx.Query(ctx, `SELECT claim_id, seq, document, published_at, updated_at FROM claim_documents WHERE claim_id > $1 ORDER BY claim_id`, [16]byte(after))
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
