package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Snapshot is an article as it was kept at a moment, without its content.
type Snapshot struct {
	ID          int64
	Article     factcheck.ArticleID
	TakenAt     time.Time
	Kind        factcheck.SnapshotKind
	ContentType string
	URL         string              // that it was fetched from; empty if it was not fetched
	Status      int                 // of the answer; 0 if it was not fetched
	Header      map[string][]string // of the answer
	SHA256      []byte              // of the content as it was found; nil once a passage was redacted, or it was taken down
	Size        int64               // bytes
	AddedBy     string              // name
	TakenDownAt *time.Time
	TakenDownBy string
}

// SnapshotBody is a snapshot with its content, which is empty if it was taken down.
type SnapshotBody struct {
	Snapshot
	Body []byte
}

// keepSnapshots keeps what is new of an article. What is larger than the house keeps gives way to its text.
func (t *tx) keepSnapshots(id factcheck.ArticleID, all []factcheck.Snapshot, text string) (kept, tooLarge bool, err error) {
	if len(all) == 0 {
		return false, false, nil
	}
	rules, _, err := t.articleRules()
	if err != nil {
		return false, false, err
	}
	for _, s := range all {
		if len(s.Body) > rules.MaxSnapshot {
			tooLarge = true
			if s = factcheck.TextSnapshot(text); s.IsZero() || len(s.Body) > rules.MaxSnapshot {
				continue
			}
		}
		now, err := t.keepSnapshot(id, s)
		if err != nil {
			return false, tooLarge, err
		}
		kept = kept || now
	}
	return kept, tooLarge, nil
}

// newContent holds if content $3, a SHA-256, is not what was kept last of article $1 in kind $2, and was not redacted.
const newContent = `(SELECT lc.sha256 FROM snapshots l LEFT JOIN snapshot_contents lc ON lc.id = l.content_id WHERE l.article_id = $1::uuid AND l.kind = $2::text
	ORDER BY l.taken_at DESC, l.id DESC LIMIT 1) IS DISTINCT FROM $3::bytea
	AND NOT EXISTS (SELECT FROM redactions r WHERE r.place IN ('snapshots.body', 'snapshot_contents.body') AND r.was = $3::bytea)`

// keepSnapshot keeps a snapshot, unless the last of its kind is the same, and says whether it did. A content is kept once.
func (t *tx) keepSnapshot(id factcheck.ArticleID, s factcheck.Snapshot) (kept bool, err error) {
	header, err := s.KeptHeader()
	if err != nil {
		return false, fmt.Errorf("keep the headers of %s: %w", id, err)
	}
	var status *int
	if s.Status != 0 {
		status = &s.Status
	}
	hash := sha256.Sum256(s.Body)
	batch := &pgx.Batch{}
	batch.Queue(`SELECT FROM snapshot_contents WHERE sha256 = $1 FOR KEY SHARE`, hash[:]) // it is not pruned from now on
	batch.Queue(`INSERT INTO snapshot_contents (sha256, body, size, created_at) SELECT $3::bytea, $4::bytea, length($4::bytea), $5::timestamptz WHERE `+newContent+` ON CONFLICT (sha256) DO NOTHING`,
		id, s.Kind, hash[:], s.Body, t.now)
	batch.Queue(`INSERT INTO snapshots (article_id, taken_at, kind, content_type, content_id, url, status, headers, added_by)
		SELECT $1::uuid, $4::timestamptz, $2::text, $5::text, c.id, $6::text, $7::int, $8::jsonb, $9::uuid FROM snapshot_contents c WHERE c.sha256 = $3::bytea AND `+newContent+` RETURNING true`,
		id, s.Kind, hash[:], t.now, s.ContentType, s.URL, status, string(header), t.actor.ID).Query(func(rows pgx.Rows) error {
		defer rows.Close()
		kept = rows.Next()
		return rows.Err()
	})
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return false, fmt.Errorf("keep a snapshot of %s: %w", id, err)
	}
	return kept, nil
}

// snapshotColumns are the columns that scanSnapshot reads.
const snapshotColumns = `s.id, s.article_id, s.taken_at, s.kind, s.content_type, s.url, coalesce(s.status, 0), s.headers, c.sha256, coalesce(c.size, 0),
	coalesce(p.name, ''), s.taken_down_at, coalesce(dp.name, '')`

const snapshotTables = ` FROM snapshots s LEFT JOIN snapshot_contents c ON c.id = s.content_id
	LEFT JOIN actors a ON a.id = s.added_by LEFT JOIN people p ON p.id = a.person_id
	LEFT JOIN actors da ON da.id = s.taken_down_by LEFT JOIN people dp ON dp.id = da.person_id `

// scan reads snapshotColumns, and then more.
func (s *Snapshot) scan(row pgx.Row, more ...any) error {
	var header []byte
	err := row.Scan(append([]any{&s.ID, &s.Article, &s.TakenAt, &s.Kind, &s.ContentType, &s.URL, &s.Status, &header, &s.SHA256, &s.Size,
		&s.AddedBy, &s.TakenDownAt, &s.TakenDownBy}, more...)...)
	if err != nil {
		return err
	}
	return json.Unmarshal(header, &s.Header)
}

// NewsroomSnapshot returns a snapshot with its content. CodeNotFound if there is none. Checkers and above, and keys with the
// scope file. One query, up to 5 MiB.
func (db *DB) NewsroomSnapshot(ctx context.Context, actor factcheck.Actor, id int64) (SnapshotBody, error) {
	var out SnapshotBody
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read a snapshot", func(t *tx) error {
		out = SnapshotBody{}
		return out.scan(t.pgx.QueryRow(ctx, `SELECT `+snapshotColumns+`, c.body`+snapshotTables+`WHERE s.id = $1`, id), &out.Body)
	})
	return out, err
}

// EachSnapshot calls fn with the snapshots of articles, or of all if none is named, by article and time, one at a time in
// memory, those taken down left out. An error of fn ends it and is returned. Up to 100 articles: checkers and above; all:
// admins and the operator. One query a snapshot.
func (db *DB) EachSnapshot(ctx context.Context, actor factcheck.Actor, articles []factcheck.ArticleID, fn func(SnapshotBody) error) error {
	action := factcheck.ReadNewsroom
	if len(articles) == 0 {
		action = factcheck.ExportAll
	}
	if len(articles) > 100 {
		return invalidf("articles", "%d articles are too many at once; the limit is 100", len(articles))
	}
	var last SnapshotBody
	for {
		found := true
		err := db.write(ctx, actor, action, "export snapshots", func(t *tx) error {
			next := SnapshotBody{}
			rows, err := t.pgx.Query(ctx, `SELECT `+snapshotColumns+`, c.body`+snapshotTables+`WHERE s.content_id IS NOT NULL AND ($1 OR s.article_id = ANY ($2::uuid[]))
				AND (s.article_id, s.taken_at, s.id) > (coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'), $4::timestamptz, $5::bigint)
				ORDER BY s.article_id, s.taken_at, s.id LIMIT 1`, len(articles) == 0, uuids(articles), last.Article, last.TakenAt, last.ID)
			if err != nil {
				return err
			}
			defer rows.Close()
			if found = rows.Next(); found {
				err = next.scan(rows, &next.Body)
			}
			last = next
			return err
		})
		if err != nil || !found {
			return err
		}
		if err := fn(last); err != nil {
			return err
		}
	}
}

// SnapshotVitals is what doctor asks of the snapshots.
type SnapshotVitals struct {
	Snapshots  int64 `json:"snapshots"`
	Contents   int64 `json:"contents"`     // different ones
	Bytes      int64 `json:"bytes"`        // of the contents
	Stored     int64 `json:"stored"`       // that they take, compressed
	Last30Days int64 `json:"last_30_days"` // bytes stored of the contents that came in the last 30 days
}

// SnapshotVitals counts the snapshots. It reads every row of the two tables but no content.
func (db *DB) SnapshotVitals(ctx context.Context) (SnapshotVitals, error) {
	var v SnapshotVitals
	err := db.pool.QueryRow(ctx, `SELECT (SELECT count(*) FROM snapshots), count(*), coalesce(sum(size), 0)::bigint, coalesce(sum(pg_column_size(body)), 0)::bigint,
		coalesce(sum(pg_column_size(body)) FILTER (WHERE created_at > $1), 0)::bigint FROM snapshot_contents`, db.clock().AddDate(0, 0, -30)).
		Scan(&v.Snapshots, &v.Contents, &v.Bytes, &v.Stored, &v.Last30Days)
	return v, translate("count the snapshots", err)
}
