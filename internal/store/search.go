package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// MovedDocuments is what became of public claims since a number of the change feed, for whoever keeps an index of them.
type MovedDocuments struct {
	Seq      int64               // followed up to here: ask from it next
	Docs     []Document          // as they are now, in no order; valid as long as you like
	Gone     []factcheck.ClaimID // no longer public
	Redacted bool                // a text was replaced by a notice: copies of the index on disk hold what must be gone
	More     bool                // there is more than one answer holds
}

// MovedSince returns the documents that the entries of the change feed after a number are about, as they are now, of at most
// limit (1 to MaxChanges) entries. Doing it again with the same number is harmless. CodeGone if the feed is another one
// than epoch, or ends before the number: build anew. Two queries, one while nothing moved.
func (db *DB) MovedSince(ctx context.Context, epoch string, after int64, limit int) (MovedDocuments, error) {
	m := MovedDocuments{Seq: after}
	if limit < 1 || limit > MaxChanges {
		return m, invalidf("limit", "choose a number from 1 to %d", MaxChanges)
	}
	var now string
	var head int64
	if err := db.pool.QueryRow(ctx, `SELECT epoch, seq FROM feed`).Scan(&now, &head); err != nil {
		return m, translate("read the head of the feed", err)
	}
	if now != epoch || after > head {
		return m, &factcheck.Error{Code: factcheck.CodeGone, Message: "the change feed is another one since a restore"}
	}
	if head == after {
		return m, nil
	}
	m.Seq = min(head, after+int64(limit))
	m.More = m.Seq < head
	rows, err := db.pool.Query(ctx, `SELECT x.claim_id, x.redacted, d.seq, d.document, d.published_at, d.updated_at
		FROM (SELECT claim_id, bool_or(type = $3) AS redacted FROM changes WHERE seq > $1 AND seq <= $2 GROUP BY claim_id) x
		LEFT JOIN claim_documents d ON d.claim_id = x.claim_id`, after, m.Seq, string(factcheck.ChangeVerdictRedacted))
	if err != nil {
		return m, translate("read what moved", err)
	}
	var (
		id                 factcheck.ClaimID
		redacted           bool
		seq                *int64
		stored             []byte
		published, updated *time.Time
	)
	_, err = pgx.ForEachRow(rows, []any{&id, &redacted, &seq, &stored, &published, &updated}, func() error {
		m.Redacted = m.Redacted || redacted
		if seq == nil {
			m.Gone = append(m.Gone, id)
			return nil
		}
		m.Docs = append(m.Docs, Document{Claim: id, Seq: *seq, Stored: append([]byte(nil), stored...), PublishedAt: *published, UpdatedAt: *updated})
		return nil
	})
	return m, translate("read what moved", err)
}

// UnpublishedClaim is a claim that no reader sees, for the newsroom's index.
type UnpublishedClaim struct {
	ID        factcheck.ClaimID
	Text      string
	Language  string
	Stage     factcheck.Stage
	Note      string // why it was declined
	Claimant  string // by name, private persons too
	Wordings  []factcheck.Wording
	CreatedAt time.Time
}

// Touched is a moment up to which the newsroom's index has followed: every transaction before it has ended.
type Touched struct{ xid int64 }

// unpublishedQuery reads claims that are neither public nor merged; $1 narrows by id where a condition says so.
const unpublishedQuery = `SELECT c.id, c.text, c.language, c.stage, c.stage_note, coalesce(w.name, ''), c.created_at,
	coalesce((SELECT array_agg(v.language ORDER BY v.id) FROM wordings v WHERE v.claim_id = c.id), '{}'),
	coalesce((SELECT array_agg(v.text ORDER BY v.id) FROM wordings v WHERE v.claim_id = c.id), '{}')
	FROM claims c LEFT JOIN claimants w ON w.id = c.claimant_id
	WHERE c.merged_into IS NULL AND NOT EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = c.id)`

// EachUnpublished calls each for every claim that is neither public nor merged and returns the moment to follow from with
// TouchedSince. Checkers and above, keys with the scope file, operator and system. It streams: one query.
func (db *DB) EachUnpublished(ctx context.Context, actor factcheck.Actor, each func(UnpublishedClaim) error) (Touched, error) {
	var at Touched
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read what is not published", func(t *tx) error {
		// Taken first: what ends after it is found by following, even if the next query has seen it.
		if err := t.pgx.QueryRow(ctx, `SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint`).Scan(&at.xid); err != nil {
			return fmt.Errorf("read the snapshot: %w", err)
		}
		rows, err := t.pgx.Query(ctx, unpublishedQuery)
		if err != nil {
			return err
		}
		return eachUnpublished(rows, each)
	})
	return at, err
}

// TouchedSince calls each for the claims that were touched since a moment and are neither public nor merged, and gone for the
// others, and returns the moment to ask from next. A claim may come again though nothing of it changed. Checkers and above,
// keys with the scope file, operator and system. One query while nothing was touched, two otherwise.
func (db *DB) TouchedSince(ctx context.Context, actor factcheck.Actor, since Touched, each func(UnpublishedClaim) error, gone func(factcheck.ClaimID) error) (Touched, error) {
	next := since
	if err := factcheck.Permit(actor, factcheck.ReadNewsroom); err != nil {
		return next, err
	}
	// One statement has one snapshot. Rows of transactions beyond it were written by another server, before a restore.
	rows, err := db.pool.Query(ctx, `SELECT pg_snapshot_xmin(s)::text::bigint, t.claim_id FROM (SELECT pg_current_snapshot() AS s) x
		LEFT JOIN claim_touches t ON t.xid >= ($1::bigint)::text::xid8 AND t.xid < pg_snapshot_xmax(x.s)`, since.xid)
	if err != nil {
		return next, translate("read what was touched", err)
	}
	left := map[factcheck.ClaimID]bool{}
	var id factcheck.ClaimID
	if _, err = pgx.ForEachRow(rows, []any{&next.xid, &id}, func() error {
		if !id.IsZero() {
			left[id] = true
		}
		return nil
	}); err != nil {
		return since, translate("read what was touched", err)
	}
	if len(left) == 0 {
		return next, nil
	}
	ids := make([]factcheck.ClaimID, 0, len(left))
	for id := range left {
		ids = append(ids, id)
	}
	rows, err = db.pool.Query(ctx, unpublishedQuery+` AND c.id = ANY ($1::uuid[])`, uuids(ids))
	if err == nil {
		err = eachUnpublished(rows, func(c UnpublishedClaim) error {
			delete(left, c.ID)
			return each(c)
		})
	}
	for id := range left {
		err = errors.Join(err, gone(id))
	}
	if err != nil {
		return since, translate("read what was touched", err)
	}
	return next, nil
}

// eachUnpublished reads the rows of unpublishedQuery.
func eachUnpublished(rows pgx.Rows, each func(UnpublishedClaim) error) error {
	defer rows.Close()
	for rows.Next() {
		var c UnpublishedClaim
		var languages, texts []string
		if err := rows.Scan(&c.ID, &c.Text, &c.Language, &c.Stage, &c.Note, &c.Claimant, &c.CreatedAt, &languages, &texts); err != nil {
			return fmt.Errorf("read a claim: %w", err)
		}
		for i, text := range texts {
			c.Wordings = append(c.Wordings, factcheck.Wording{Language: languages[i], Text: text})
		}
		if err := each(c); err != nil {
			return err
		}
	}
	return rows.Err()
}

// DocumentsOf returns those of the claims that are public and pass a filter, in the order of ids; the filter's words, order,
// limit and cursor play no part. It is for what an index found: rows of now, so nothing that was withdrawn since is shown.
// CodeInvalid for a filter that makes no sense or for more than MaxOf ids. One query.
func (db *DB) DocumentsOf(ctx context.Context, ids []factcheck.ClaimID, f ListFilter) ([]Document, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if len(ids) > MaxOf {
		return nil, invalidf("ids", "at most %d claims at a time", MaxOf)
	}
	f.Query, f.Cursor, f.Limit, f.Sort = "", "", 1, SortPublished
	q, err := listQuery(f)
	if err != nil {
		return nil, err
	}
	q.and(`d.claim_id = ANY (?::uuid[])`, uuids(ids))
	rows, err := db.pool.Query(ctx, `SELECT d.claim_id, c.slug, d.seq, d.document, d.published_at, d.updated_at
		FROM claim_documents d JOIN claims c ON c.id = d.claim_id `+q.whereSQL(), q.args...)
	if err != nil {
		return nil, translate("read what was found", err)
	}
	docs, err := pgx.CollectRows(rows, scanDocument)
	if err != nil {
		return nil, translate("read what was found", err)
	}
	place := make(map[factcheck.ClaimID]int, len(docs))
	for i, d := range docs {
		place[d.Claim] = i
	}
	out := make([]Document, 0, len(docs))
	for _, id := range ids {
		if i, ok := place[id]; ok {
			out = append(out, docs[i])
			delete(place, id)
		}
	}
	return out, nil
}

// MaxOf is the most claims that DocumentsOf and ClaimsOf are asked for at a time, and MaxFound the most that a list is made of.
const (
	MaxOf    = 1000
	MaxFound = 10_000
)

// ClaimsOf returns those of the claims that are there and not merged, whatever their stage, in the order of ids. Checkers and
// above, keys with the scope file, operator and system. CodeInvalid for more than MaxOf ids. One query.
func (db *DB) ClaimsOf(ctx context.Context, actor factcheck.Actor, ids []factcheck.ClaimID) ([]ClaimSummary, error) {
	if len(ids) > MaxOf {
		return nil, invalidf("ids", "at most %d claims at a time", MaxOf)
	}
	var found []ClaimSummary
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read claims", func(t *tx) error {
		var err error
		found, err = t.foundClaims(`c.id = ANY ($1::uuid[])`, `array_position($1::uuid[], c.id) * -1`, uuids(ids), MaxOf)
		return err
	})
	return found, err
}
