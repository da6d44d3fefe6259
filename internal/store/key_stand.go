package store

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// KeysStand returns which of some secrets, given by their SHA-256, still are keys, as KeyHolder would find: neither unknown nor revoked, ended,
// replaced for good, or of an owner who is disabled. One query, however many; it notes no use. It is for what lasts longer than a
// request: the streams of a key go when it does.
func (db *DB) KeysStand(ctx context.Context, hashes [][]byte) (map[[32]byte]bool, error) {
	rows, err := db.pool.Query(ctx, `SELECT x.hash FROM unnest($1::bytea[]) AS x (hash) WHERE EXISTS (SELECT FROM keys k LEFT JOIN people p ON p.id = k.owner_id
		WHERE (k.hash = x.hash OR k.previous_hash = x.hash AND k.previous_until > $2) AND `+keyStands+`)`, hashes, db.clock())
	if err != nil {
		return nil, translate("look which keys stand", err)
	}
	out := make(map[[32]byte]bool, len(hashes))
	var hash []byte
	_, err = pgx.ForEachRow(rows, []any{&hash}, func() error {
		out[[32]byte(hash)] = true
		return nil
	})
	return out, translate("look which keys stand", err)
}

// keyStands is the condition that a key (k) and its owner (p) are good at a moment ($2).
const keyStands = `k.revoked_at IS NULL AND p.disabled_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2)`
