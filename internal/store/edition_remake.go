package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/task"
)

// EditionEditor takes claims out of a piece of an edition, and puts in what may be shown of them; total is how many claims the file
// has then, for a piece that says so.
type EditionEditor interface {
	// Replace returns the piece with what is in lines, and nothing else, of the recalled claims. The dictionary is that of the edition.
	Replace(head ExportHead, dictionary string, p EditionPiece, recalled []factcheck.ClaimID, lines []ExtractedClaim) (EditionPiece, error)
	// End returns the piece that comes behind all claims of a file.
	End(head ExportHead, format string, claims int64) (EditionPiece, error)
}

// RemakeEditions takes out of the editions what was recalled from them, each edition in one transaction, and returns how many it
// made again. In the place of a recalled claim comes what its page said at that time, as it may be shown today; nothing of a claim
// that is public no more. The program itself and the operator.
func (db *DB) RemakeEditions(ctx context.Context, actor factcheck.Actor, edit EditionEditor) (int, error) {
	rows, err := db.pool.Query(ctx, `SELECT DISTINCT r.month FROM edition_recalls r JOIN editions e ON e.month = r.month AND e.made_at IS NOT NULL ORDER BY 1`)
	if err != nil {
		return 0, translate("look for recalls", err)
	}
	months, err := pgx.CollectRows(rows, pgx.RowTo[time.Time])
	if err != nil {
		return 0, translate("look for recalls", err)
	}
	n := 0
	for _, month := range months {
		err := db.write(ctx, actor, factcheck.MakeEditions, "make an edition again", func(t *tx) error {
			r := remake{tx: t, edit: edit, month: month}
			return r.run()
		})
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// remake is one edition being made again.
type remake struct {
	*tx
	edit       EditionEditor
	month      time.Time
	head       ExportHead
	dictionary string
	ids        []int64 // of the recalls
	claims     []factcheck.ClaimID
	reasons    []string
}

func (r *remake) run() error {
	if _, err := r.pgx.Exec(r.ctx, `SELECT pg_advisory_xact_lock($1)`, editionLock); err != nil {
		return fmt.Errorf("lock the editions: %w", err)
	}
	if err := r.read(); err != nil || len(r.ids) == 0 {
		return err
	}
	for _, format := range []string{"ndjson", "csv"} {
		if err := r.file(format); err != nil {
			return err
		}
	}
	if _, err := r.pgx.Exec(r.ctx, `DELETE FROM edition_recalls WHERE id = ANY ($1)`, r.ids); err != nil {
		return fmt.Errorf("end the recalls: %w", err)
	}
	return r.audit("edition.replace", nil, map[string]any{"month": r.month.Format("2006-01"), "reasons": r.reasons, "claims": len(r.claims)})
}

// read reads what was recalled. What is recalled from now on is recalled again.
func (r *remake) read() error {
	err := r.pgx.QueryRow(r.ctx, `SELECT epoch, seq, at, package FROM editions WHERE month = $1`, r.month).Scan(&r.head.Epoch, &r.head.Seq, &r.head.At, &r.dictionary)
	if err != nil {
		return fmt.Errorf("read an edition: %w", err)
	}
	rows, err := r.pgx.Query(r.ctx, `SELECT id, claim_id, reason FROM edition_recalls WHERE month = $1 ORDER BY id`, r.month)
	if err != nil {
		return fmt.Errorf("read the recalls: %w", err)
	}
	var id int64
	var claim factcheck.ClaimID
	var reason string
	_, err = pgx.ForEachRow(rows, []any{&id, &claim, &reason}, func() error {
		r.ids, r.claims, r.reasons = append(r.ids, id), append(r.claims, claim), append(r.reasons, reason)
		return nil
	})
	slices.SortFunc(r.claims, func(a, b factcheck.ClaimID) int { return slices.Compare(a[:], b[:]) })
	slices.Sort(r.reasons)
	r.claims, r.reasons = slices.Compact(r.claims), slices.Compact(r.reasons)
	return err
}

// recalled returns which of the claims of a piece were recalled.
func (r *remake) recalled(claims []factcheck.ClaimID) (out []factcheck.ClaimID) {
	for _, id := range claims {
		if _, ok := slices.BinarySearchFunc(r.claims, id, func(a, b factcheck.ClaimID) int { return slices.Compare(a[:], b[:]) }); ok {
			out = append(out, id)
		}
	}
	return out
}

// lines returns what the pages of claims said when the edition was made, as it may be shown today. It is asked piece by piece: all
// that a publisher found may have been recalled at once.
func (r *remake) lines(claims []factcheck.ClaimID) ([]ExtractedClaim, error) {
	ids := uuids(claims)
	states, err := readStates(r.ctx, r.pgx, `s.claim_id = ANY ($1::uuid[]) AND s.seq <= $2 ORDER BY s.claim_id, s.n`, ids, r.head.Seq)
	if err != nil {
		return nil, err
	}
	var out []ExtractedClaim
	at := map[factcheck.ClaimID]int{}
	for _, s := range states {
		if _, ok := at[s.Claim]; !ok {
			at[s.Claim] = len(out)
			out = append(out, ExtractedClaim{})
		}
		c := &out[at[s.Claim]]
		c.Claim, c.Seq, c.Stored, c.UpdatedAt = s.Claim, s.Seq, s.Stored, s.At
		c.States = append(c.States, s)
	}
	return out, readEvents(r.ctx, r.pgx, ids, r.head.Seq, func(claim factcheck.ClaimID, ev PublicEvent) {
		if i, ok := at[claim]; ok {
			out[i].Events = append(out[i].Events, ev)
		}
	})
}

// file makes a file again, and notes its sum when that is another one.
func (r *remake) file(format string) error {
	rows, err := r.pgx.Query(r.ctx, `SELECT n FROM edition_pieces WHERE month = $1 AND format = $2 AND claims && $3::uuid[] ORDER BY n`, r.month, format, uuids(r.claims))
	if err != nil {
		return fmt.Errorf("find the pieces: %w", err)
	}
	pieces, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		return fmt.Errorf("find the pieces: %w", err)
	}
	for _, n := range pieces {
		if err := r.piece(format, n); err != nil {
			return err
		}
	}
	var claims int64
	var last int
	err = r.pgx.QueryRow(r.ctx, `SELECT sum(cardinality(claims)), max(n) FROM edition_pieces WHERE month = $1 AND format = $2`, r.month, format).Scan(&claims, &last)
	if err != nil {
		return fmt.Errorf("count the claims: %w", err)
	}
	end, err := r.edit.End(r.head, format, claims)
	if err != nil {
		return err
	}
	if err := r.put(last, end); err != nil {
		return err
	}
	return r.sum(format, last)
}

func (r *remake) piece(format string, n int) error {
	p := EditionPiece{Format: format}
	err := r.pgx.QueryRow(r.ctx, `SELECT claims, ends, body FROM edition_pieces WHERE month = $1 AND format = $2 AND n = $3`, r.month, format, n).Scan(&p.Claims, &p.Ends, &p.Body)
	if err != nil {
		return fmt.Errorf("read piece %d: %w", n, err)
	}
	recalled := r.recalled(p.Claims)
	lines, err := r.lines(recalled)
	if err != nil {
		return err
	}
	if p, err = r.edit.Replace(r.head, r.dictionary, p, recalled, lines); err != nil {
		return fmt.Errorf("replace piece %d: %w", n, err)
	}
	return r.put(n, p)
}

func (r *remake) put(n int, p EditionPiece) error {
	_, err := r.pgx.Exec(r.ctx, `UPDATE edition_pieces SET claims = $4::uuid[], ends = $5, body = $6 WHERE month = $1 AND format = $2 AND n = $3 AND body <> $6`, r.month, p.Format, n, uuids(p.Claims), append([]int32{}, p.Ends...), p.Body)
	if err != nil {
		return fmt.Errorf("write piece %d: %w", n, err)
	}
	return nil
}

// sum adds the file up anew.
func (r *remake) sum(format string, last int) error {
	s := editionSum{hash: sha256.New()}
	for n := 0; n <= last; n++ {
		var body []byte
		var claims int
		err := r.pgx.QueryRow(r.ctx, `SELECT body, cardinality(claims) FROM edition_pieces WHERE month = $1 AND format = $2 AND n = $3`, r.month, format, n).Scan(&body, &claims)
		if err != nil {
			return fmt.Errorf("add up piece %d: %w", n, err)
		}
		s.add(body, claims)
	}
	batch := &pgx.Batch{}
	batch.Queue(`INSERT INTO edition_earlier (month, format, sha256, size, replaced_at, reasons)
		SELECT month, format, sha256, size, $4, $5 FROM edition_files WHERE month = $1 AND format = $2 AND sha256 <> $3`, r.month, format, s.hash.Sum(nil), r.now, r.reasons)
	batch.Queue(`UPDATE edition_files SET sha256 = $3, size = $4, claims = $5 WHERE month = $1 AND format = $2 AND sha256 <> $3`, r.month, format, s.hash.Sum(nil), s.size, s.claims)
	if err := r.pgx.SendBatch(r.ctx, batch).Close(); err != nil {
		return fmt.Errorf("note the %s of an edition: %w", format, err)
	}
	return nil
}

// recall has the editions made again without what may no longer be shown of claims. What changes of certain types say is recalled
// by the database itself.
func (t *tx) recall(reason string, claims ...factcheck.ClaimID) error {
	if len(claims) == 0 {
		return nil
	}
	var n int
	if err := t.pgx.QueryRow(t.ctx, `SELECT recall_editions($1::uuid[], $2)`, uuids(claims), reason).Scan(&n); err != nil {
		return fmt.Errorf("recall %d claims from the editions: %w", len(claims), err)
	}
	if n > 0 {
		t.enqueueLong(task.TendEditions{})
	}
	return nil
}

// recallNaming recalls these claims and all whose verdict ever named one of the claimants: editions hold earlier versions too.
func (t *tx) recallNaming(reason string, claims []factcheck.ClaimID, claimants ...factcheck.ClaimantID) error {
	return t.recallEver(reason, claims, `SELECT DISTINCT v.claim_id FROM verdict_versions ver JOIN verdicts v ON v.id = ver.verdict_id
		WHERE substring(ver.approved FROM '"claimant":\{"id":"(claimant_[0-9a-z]{26})"') = ANY ($1)`, texts(claimants))
}

// recallEver recalls these claims and those that a query finds.
func (t *tx) recallEver(reason string, claims []factcheck.ClaimID, query string, arg any) error {
	rows, err := t.pgx.Query(t.ctx, query, arg)
	if err != nil {
		return fmt.Errorf("find what editions hold: %w", err)
	}
	ever, err := pgx.CollectRows(rows, pgx.RowTo[factcheck.ClaimID])
	if err != nil {
		return fmt.Errorf("find what editions hold: %w", err)
	}
	return t.recall(reason, append(ever, claims...)...)
}

// recallRedacted recalls what a redaction of claims may reach in earlier editions: them, those that ever shared an article with them, and those of the same claimants.
func (t *tx) recallRedacted(claims []factcheck.ClaimID) error {
	return t.recallEver("redaction", claims, `SELECT DISTINCT near.claim_id FROM appearance_events own JOIN appearance_events near ON near.article_id = own.article_id WHERE own.claim_id = ANY ($1::uuid[])
		UNION SELECT near.id FROM claims own JOIN claims near ON near.claimant_id = own.claimant_id WHERE own.id = ANY ($1::uuid[])`, uuids(claims))
}

// tendEditions asks for the editions to be made again where the changes of this transaction recall something from one.
func (t *tx) tendEditions() error {
	if !slices.ContainsFunc(t.changes, func(c change) bool { return recalling(c.kind) && t.docs.visible(c.claim) }) {
		return nil
	}
	var some bool
	if err := t.pgx.QueryRow(t.ctx, `SELECT EXISTS (SELECT FROM editions)`).Scan(&some); err != nil {
		return fmt.Errorf("look for editions: %w", err)
	}
	if some {
		t.enqueueLong(task.TendEditions{})
	}
	return nil
}

// recalling reports whether the database recalls something because of a change.
func recalling(kind factcheck.ChangeType) bool {
	switch kind {
	case factcheck.ChangeVerdictSuspended, factcheck.ChangeVerdictRestored, factcheck.ChangeVerdictRedacted, factcheck.ChangeClaimMerged, factcheck.ChangeClaimWithdrawn:
		return true
	}
	return false
}
