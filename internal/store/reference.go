package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// LetterByReference returns the tip or the complaint whose reference a reader quotes; the other is zero. CodeInvalid for what
// is no reference, CodeNotFound if nothing has it. It reads both tables, which hold what people wrote by hand. Checkers and
// above. One query.
func (db *DB) LetterByReference(ctx context.Context, actor factcheck.Actor, reference string) (factcheck.TipID, factcheck.ComplaintID, error) {
	var tip factcheck.TipID
	var complaint factcheck.ComplaintID
	end, ok := factcheck.ParseReference(reference)
	if !ok {
		return tip, complaint, factcheck.Invalid("reference", "this is no reference; it looks like 4SN0-2Q7K")
	}
	err := db.write(ctx, actor, factcheck.ReadComplaints, "look up a reference", func(t *tx) error {
		err := t.pgx.QueryRow(ctx, `SELECT id, NULL::uuid FROM tips WHERE right(id::text, 10) = $1 UNION ALL
			SELECT NULL::uuid, id FROM complaints WHERE right(id::text, 10) = $1 LIMIT 1`, end).Scan(&tip, &complaint)
		if errors.Is(err, pgx.ErrNoRows) {
			return factcheck.NotFound("nothing here has this reference")
		}
		return err
	})
	return tip, complaint, err
}
