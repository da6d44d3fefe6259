package store

import (
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// movedChunk is how many documents are compared at a time, which bounds the memory a widely used topic's rename takes.
const movedChunk = 200

// changeIfMoved notes a change of the kind for each of the claims that is public and whose document would read differently
// from now on. It is for edits that may or may not show: what is approved stays, what is live moves. The claims must be
// locked. A fixed number of queries for every 200 public claims.
func (t *tx) changeIfMoved(kind factcheck.ChangeType, note string, ids ...factcheck.ClaimID) error {
	for chunk := range slices.Chunk(ids, movedChunk) {
		stored, err := t.storedDocuments(chunk)
		if err != nil {
			return err
		}
		public := slices.DeleteFunc(slices.Clone(chunk), func(id factcheck.ClaimID) bool { return stored[id] == "" })
		if len(public) == 0 {
			continue
		}
		built, err := buildDocuments(t, public, true)
		if err != nil {
			return err
		}
		for _, id := range public {
			if b := built[id]; b != nil && len(b.doc.Verdicts) > 0 {
				now, err := document.Encode(b.doc)
				if err != nil {
					return err
				}
				if string(now) == stored[id] {
					continue
				}
			}
			t.change(change{kind: kind, claim: id, note: note})
		}
	}
	return nil
}

// storedDocuments returns the documents of those of the claims that are public.
func (t *tx) storedDocuments(ids []factcheck.ClaimID) (map[factcheck.ClaimID]string, error) {
	rows, err := t.pgx.Query(t.ctx, `SELECT claim_id, document FROM claim_documents WHERE claim_id = ANY ($1::uuid[])`, uuids(ids))
	if err != nil {
		return nil, fmt.Errorf("read %d documents: %w", len(ids), err)
	}
	stored := make(map[factcheck.ClaimID]string, len(ids))
	var id factcheck.ClaimID
	var doc string
	_, err = pgx.ForEachRow(rows, []any{&id, &doc}, func() error {
		stored[id] = doc
		return nil
	})
	return stored, err
}

// lockClaimsOf locks the claims that a query finds, and returns them in order. what is a constant query that selects ids of
// claims. Those that are not public are locked too: one that is being published at this moment is waited for, and then
// looked at with the others.
func (t *tx) lockClaimsOf(what string, args ...any) ([]factcheck.ClaimID, error) {
	rows, err := t.pgx.Query(t.ctx, `SELECT x.id FROM (`+what+`) x (id) GROUP BY x.id ORDER BY x.id`, args...)
	if err != nil {
		return nil, fmt.Errorf("find the claims: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[factcheck.ClaimID])
	if err != nil {
		return nil, fmt.Errorf("find the claims: %w", err)
	}
	batch := &pgx.Batch{}
	batch.Queue(`SELECT FROM verdicts WHERE claim_id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`, uuids(ids))
	batch.Queue(`SELECT FROM claims WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`, uuids(ids))
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return nil, fmt.Errorf("lock %d claims: %w", len(ids), err)
	}
	return ids, nil
}
