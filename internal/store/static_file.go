package store

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// StaticKept is how long a static file is kept after the last node that serves it said so: longer than anybody keeps a page.
const StaticKept = 90 * 24 * time.Hour

// KeepStaticFiles notes that a node serves these static files, by address, and keeps those that are new: pages of this version are asked
// for at nodes of another while a new one is rolled out, and are kept by caches after it. Files that no node served for
// 90 days go. The database takes none whose address is not made of its hash. Two queries; doing it again changes nothing but the
// time. Each node at its start, and once a day.
func (db *DB) KeepStaticFiles(ctx context.Context, files map[string][]byte) error {
	paths := slices.Sorted(maps.Keys(files))
	rows, err := db.pool.Query(ctx, `WITH gone AS (DELETE FROM static_files WHERE seen_at < $2 AND path <> ALL ($1))
		UPDATE static_files SET seen_at = $3 WHERE path = ANY ($1) RETURNING path`, paths, db.clock().Add(-StaticKept), db.clock())
	if err != nil {
		return translate("note the static files", err)
	}
	have, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return translate("note the static files", err)
	}
	paths = slices.DeleteFunc(paths, func(path string) bool { return slices.Contains(have, path) })
	if len(paths) == 0 {
		return nil
	}
	bodies := make([][]byte, len(paths))
	for i, path := range paths {
		bodies[i] = files[path]
	}
	_, err = db.pool.Exec(ctx, `INSERT INTO static_files (path, body, seen_at) SELECT path, body, $3 FROM unnest($1::text[], $2::bytea[]) AS f (path, body)
		ORDER BY path ON CONFLICT (path) DO UPDATE SET seen_at = excluded.seen_at`, paths, bodies, db.clock())
	return translate("keep the static files", err)
}

// StaticFile returns a static file of another version of the program by its address. CodeNotFound if none had it. One query.
func (db *DB) StaticFile(ctx context.Context, path string) ([]byte, error) {
	var body []byte
	err := db.pool.QueryRow(ctx, `SELECT body FROM static_files WHERE path = $1`, path).Scan(&body)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, factcheck.NotFound("there is nothing at this address")
	}
	return body, translate("read a static file", err)
}
