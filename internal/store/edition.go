package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Edition is all that was public at one moment of a month, frozen as files.
type Edition struct {
	Month   time.Time // its first day
	Epoch   string    // with Seq and At: what it is true at
	Seq     int64
	At      time.Time
	Licence string
	Package string // the data dictionary of its files, as JSON
	Remade  bool   // it is being made again right now, and not served
	Files   []EditionFile
}

// EditionFile is one file of an edition.
type EditionFile struct {
	Format  string // ndjson or csv
	SHA256  [32]byte
	Size    int64 // bytes
	Claims  int64
	Earlier []EditionReplaced // oldest first
}

// EditionReplaced is a file that was made again without what must not be shown any more.
type EditionReplaced struct {
	SHA256  [32]byte // of the file that is no more
	Size    int64
	At      time.Time
	Reasons []string // redaction, withdrawal, suspension, restoration, name
}

// Editions returns the editions, newest first, each with its files. Two queries.
func (db *DB) Editions(ctx context.Context) ([]Edition, error) {
	rows, err := db.pool.Query(ctx, `SELECT e.month, e.epoch, e.seq, e.at, e.licence, e.package, EXISTS (SELECT FROM edition_recalls r WHERE r.month = e.month), f.format, f.sha256, f.size, f.claims
		FROM editions e JOIN edition_files f ON f.month = e.month WHERE e.made_at IS NOT NULL ORDER BY e.month DESC, f.format DESC`)
	if err != nil {
		return nil, translate("read the editions", err)
	}
	var all []Edition
	var e Edition
	var f EditionFile
	var sum []byte
	_, err = pgx.ForEachRow(rows, []any{&e.Month, &e.Epoch, &e.Seq, &e.At, &e.Licence, &e.Package, &e.Remade, &f.Format, &sum, &f.Size, &f.Claims}, func() error {
		if n := len(all); n == 0 || !all[n-1].Month.Equal(e.Month) {
			one := e
			one.At = e.At.UTC()
			all = append(all, one)
		}
		f.SHA256 = [32]byte(sum)
		last := &all[len(all)-1]
		last.Files = append(last.Files, f)
		return nil
	})
	if err != nil || len(all) == 0 {
		return nil, translate("read the editions", err)
	}
	return all, db.replaced(ctx, all)
}

// replaced adds what the files of editions replaced.
func (db *DB) replaced(ctx context.Context, all []Edition) error {
	rows, err := db.pool.Query(ctx, `SELECT month, format, sha256, size, replaced_at, reasons FROM edition_earlier ORDER BY id`)
	if err != nil {
		return translate("read what editions replaced", err)
	}
	var month time.Time
	var format string
	var sum []byte
	var r EditionReplaced
	_, err = pgx.ForEachRow(rows, []any{&month, &format, &sum, &r.Size, &r.At, &r.Reasons}, func() error {
		for i := range all {
			for j := range all[i].Files {
				if f := &all[i].Files[j]; all[i].Month.Equal(month) && f.Format == format {
					one := r
					one.SHA256, one.At = [32]byte(sum), r.At.UTC()
					f.Earlier = append(f.Earlier, one)
				}
			}
		}
		return nil
	})
	return translate("read what editions replaced", err)
}

// EditionPart returns the n-th piece of a file of an edition, as long as the file has the sum that the reader began with; nil behind
// the last. CodeUnavailable when something is being taken out of the edition, CodeGone when it was. One query.
func (db *DB) EditionPart(ctx context.Context, month time.Time, format string, sum [32]byte, n int) ([]byte, error) {
	var body []byte
	var same, recalled bool
	err := db.pool.QueryRow(ctx, `SELECT p.body, f.sha256 = $3, EXISTS (SELECT FROM edition_recalls r WHERE r.month = f.month)
		FROM edition_files f LEFT JOIN edition_pieces p ON p.month = f.month AND p.format = f.format AND p.n = $4 WHERE f.month = $1 AND f.format = $2`,
		month, format, sum[:], n).Scan(&body, &same, &recalled)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, factcheck.NotFound("there is no edition of this month")
	case err != nil:
		return nil, translate("read a piece of an edition", err)
	case recalled:
		return nil, errRemade
	case !same:
		return nil, &factcheck.Error{Code: factcheck.CodeGone, Message: "this file was replaced meanwhile; take it again"}
	}
	return body, nil
}

var errRemade = &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "something must not be shown any more, and this edition is being made again without it; try again in a minute", RetryAfter: time.Minute}
