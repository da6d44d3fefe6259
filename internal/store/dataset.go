package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// DatasetHead says at which point of the change feed a dataset is true.
type DatasetHead struct {
	Epoch       string
	Seq         int64
	RenderEpoch int64
	At          time.Time // of the newest change; zero before the first
}

// DatasetPart is a run of public claims in the order of their ids. Two parts that are equal hold the same documents: a change
// gives its claim a higher number than all before it, and one that goes is missing from the count.
type DatasetPart struct {
	First  factcheck.ClaimID
	Claims int64
	Seq    int64 // highest number of a change among them
}

// DatasetGone is a claim that was public and is not any more.
type DatasetGone struct {
	Claim factcheck.ClaimID
	Seq   int64 // of the change that ended it
	At    time.Time
}

// DatasetLength is how many claims a part holds: some 500 KB of documents.
const DatasetLength = 200

// Dataset is all that is public at one moment, in parts that can be kept. It holds a connection until it is closed, and is not
// safe for concurrent use. Writers are not held up.
type Dataset struct {
	moment
	DatasetHead
	Parts []DatasetPart
}

const datasetHead = `SELECT f.epoch, f.seq, i.render_epoch, c.at FROM feed f CROSS JOIN installation i LEFT JOIN changes c ON c.seq = f.seq`

func (h *DatasetHead) scan(row pgx.Row) error {
	var at *time.Time
	err := row.Scan(&h.Epoch, &h.Seq, &h.RenderEpoch, &at)
	if at != nil {
		h.At = at.UTC()
	}
	return err
}

// DatasetHead returns where a dataset would be true that was opened now. One query.
func (db *DB) DatasetHead(ctx context.Context) (DatasetHead, error) {
	var h DatasetHead
	return h, translate("read the head of the dataset", h.scan(db.pool.QueryRow(ctx, datasetHead)))
}

// OpenDataset takes hold of what is public now. Two queries, one of them over an index of all public
// claims. Close it.
func (db *DB) OpenDataset(ctx context.Context) (*Dataset, error) {
	m, err := db.openMoment(ctx)
	if err != nil {
		return nil, err
	}
	d := &Dataset{moment: m}
	if err := d.scan(m.tx.QueryRow(ctx, datasetHead)); err != nil {
		d.Close(ctx)
		return nil, translate("open the dataset", err)
	}
	rows, err := m.tx.Query(ctx, `SELECT (array_agg(claim_id ORDER BY claim_id))[1], count(*), max(seq)
		FROM (SELECT claim_id, seq, (row_number() OVER (ORDER BY claim_id) - 1) / $1 AS part FROM claim_documents) d GROUP BY part ORDER BY part`, DatasetLength)
	if err == nil {
		d.Parts, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (DatasetPart, error) {
			var p DatasetPart
			return p, row.Scan(&p.First, &p.Claims, &p.Seq)
		})
	}
	if err != nil {
		d.Close(ctx)
		return nil, translate("open the dataset", err)
	}
	return d, nil
}

// Part calls each for every document of a part, in the order of ids. Documents are valid during the call only. One query.
func (d *Dataset) Part(ctx context.Context, p DatasetPart, each func(Document) error) error {
	rows, err := d.tx.Query(ctx, `SELECT claim_id, seq, document, published_at, updated_at FROM claim_documents WHERE claim_id >= $1 ORDER BY claim_id LIMIT $2`, [16]byte(p.First), p.Claims)
	if err != nil {
		return translate("read a part of the dataset", err)
	}
	defer rows.Close()
	for rows.Next() {
		one, err := scanExported(rows)
		if err != nil {
			return translate("read a part of the dataset", err)
		}
		if err := each(one); err != nil {
			return err
		}
	}
	return translate("read a part of the dataset", rows.Err())
}

// Gone returns up to limit claims that were public once and are not now, the last that went first. One query over an
// index of such changes.
func (db *DB) Gone(ctx context.Context, limit int) ([]DatasetGone, error) {
	return goneClaims(ctx, db.pool, `$1 = 0 AND `, `c.seq DESC`, 0, limit)
}

// goneClaims takes where and order as constants of this file.
func goneClaims(ctx context.Context, from reading, where, order string, after int64, limit int) ([]DatasetGone, error) {
	rows, err := from.Query(ctx, `SELECT c.claim_id, c.seq, c.at FROM changes c WHERE `+where+`c.type IN ('claim.merged', 'claim.withdrawn')
		AND NOT EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = c.claim_id)
		AND NOT EXISTS (SELECT FROM changes later WHERE later.claim_id = c.claim_id AND later.seq > c.seq AND later.type IN ('claim.merged', 'claim.withdrawn'))
		ORDER BY `+order+` LIMIT $2`, after, limit)
	if err != nil {
		return nil, translate("read which claims are gone", err)
	}
	gone, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (DatasetGone, error) {
		var g DatasetGone
		err := row.Scan(&g.Claim, &g.Seq, &g.At)
		g.At = g.At.UTC()
		return g, err
	})
	return gone, translate("read which claims are gone", err)
}
