package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// The advisory locks of editions: one is held by whoever makes or remakes any, the other shared by every transaction that recalls
// something (recall_editions).
const (
	editionLock = 7_386_251_910
	recallLock  = 7_386_251_911
)

// EditionPiece is a run of claims in a file of an edition, packed; or what comes before or behind all claims.
type EditionPiece struct {
	Format string
	Claims []factcheck.ClaimID
	Ends   []int32 // where each claim ends in what is packed
	Body   []byte  // a gzip member
}

// EditionComposer writes the files of an edition, piece by piece in their order, and returns their data dictionary.
type EditionComposer func(from *Extract, put func(EditionPiece) error) (dictionary string, err error)

// MakeEdition makes the edition of this month if there is none, and reports whether it did. A month begins by the clock of UTC;
// whoever is off at its turn makes the edition when they are back, and of a month in which nothing ran there is none, for what
// was public then cannot be known any more. Nothing is made while nothing is public. Of two nodes one makes it. It holds two
// connections while it does; half an edition is never seen, and is made anew by the next call. The program itself and the operator.
func (db *DB) MakeEdition(ctx context.Context, actor factcheck.Actor, compose EditionComposer) (made bool, err error) {
	now := db.clock().UTC()
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	var due bool
	err = db.pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM claim_documents) AND NOT EXISTS (SELECT FROM editions WHERE month = $1 AND made_at IS NOT NULL)`, month).Scan(&due)
	if err != nil || !due {
		return false, translate("look whether an edition is due", err)
	}
	err = db.alone(ctx, func(conn *pgxpool.Conn) error {
		if err := begunEdition(ctx, conn, month); err != nil {
			return err
		}
		made = true
		return db.composeEdition(ctx, actor, conn, month, compose)
	})
	return made && err == nil, translate("make an edition", err)
}

// alone runs fn on a connection that holds the lock of editions; not at all while another holds it.
func (db *DB) alone(ctx context.Context, fn func(conn *pgxpool.Conn) error) error {
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return unavailable("take a connection", err)
	}
	defer conn.Release()
	var mine bool
	if err := conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, editionLock).Scan(&mine); err != nil || !mine {
		return err
	}
	defer func() {
		if _, err := conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, editionLock); err != nil {
			_ = conn.Conn().Close(context.WithoutCancel(ctx)) // the lock goes with it
		}
	}()
	return fn(conn)
}

var errMadeAlready = errors.New("the edition was made meanwhile")

// begunEdition notes that an edition is being made, which from now on gets every recall, and returns when no recall of before is
// still undecided.
func begunEdition(ctx context.Context, conn *pgxpool.Conn, month time.Time) error {
	batch := &pgx.Batch{}
	batch.Queue(`INSERT INTO editions (month) VALUES ($1) ON CONFLICT DO NOTHING`, month)
	batch.Queue(`DELETE FROM edition_recalls r USING editions e WHERE e.month = r.month AND e.month = $1 AND e.made_at IS NULL`, month) // of an attempt that broke off
	batch.Queue(`DELETE FROM edition_pieces p USING editions e WHERE e.month = p.month AND e.month = $1 AND e.made_at IS NULL`, month)
	if err := conn.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("begin an edition: %w", err)
	}
	for {
		var free bool
		if err := conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1) AND pg_advisory_unlock($1)`, recallLock).Scan(&free); err != nil {
			return fmt.Errorf("wait for recalls: %w", err)
		}
		if free {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// composeEdition fills an edition that was begun.
func (db *DB) composeEdition(ctx context.Context, actor factcheck.Actor, conn *pgxpool.Conn, month time.Time, compose EditionComposer) error {
	from, err := db.OpenExtract(ctx, factcheck.ClaimID{})
	if err != nil {
		return err
	}
	defer from.Close(ctx)
	files := map[string]*editionSum{}
	dictionary, err := compose(from, func(p EditionPiece) error {
		f := files[p.Format]
		if f == nil {
			f = &editionSum{hash: sha256.New()}
			files[p.Format] = f
		}
		_, err := conn.Exec(ctx, `INSERT INTO edition_pieces (month, format, n, claims, ends, body) VALUES ($1, $2, $3, $4::uuid[], $5, $6)`, month, p.Format, f.pieces, uuids(p.Claims), append([]int32{}, p.Ends...), p.Body) // empty lists are no NULL
		f.add(p.Body, len(p.Claims))
		return err
	})
	if err != nil {
		return fmt.Errorf("write the files: %w", err)
	}
	return db.write(ctx, actor, factcheck.MakeEditions, "make an edition", func(t *tx) error {
		if err := t.insertSums(month, files); err != nil {
			return err
		}
		tag, err := t.pgx.Exec(ctx, `UPDATE editions SET made_at = $2, epoch = $3, seq = $4, at = $5, package = $6, licence = coalesce((SELECT licence FROM publishers WHERE is_house), '')
			WHERE month = $1 AND made_at IS NULL`, month, t.now, from.Epoch, from.Seq, from.At, dictionary)
		if err != nil {
			return fmt.Errorf("end an edition: %w", err)
		}
		if tag.RowsAffected() != 1 {
			return errMadeAlready
		}
		return t.audit("edition.make", nil, map[string]any{"month": month.Format("2006-01"), "epoch": from.Epoch, "seq": from.Seq})
	})
}

// insertSums writes what the files of an edition are.
func (t *tx) insertSums(month time.Time, files map[string]*editionSum) error {
	for format, f := range files {
		_, err := t.pgx.Exec(t.ctx, `INSERT INTO edition_files (month, format, sha256, size, claims) VALUES ($1, $2, $3, $4, $5)`, month, format, f.hash.Sum(nil), f.size, f.claims)
		if err != nil {
			return fmt.Errorf("note the %s of an edition: %w", format, err)
		}
	}
	return nil
}

// editionSum adds up a file of an edition.
type editionSum struct {
	hash   hash.Hash
	size   int64
	claims int64
	pieces int
}

func (s *editionSum) add(body []byte, claims int) {
	_, _ = s.hash.Write(body) // never fails
	s.size += int64(len(body))
	s.claims += int64(claims)
	s.pieces++
}
