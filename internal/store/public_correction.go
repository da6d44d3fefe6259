package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// CorrectionOf is a correction of a verdict of the house, as the public list shows it, with the claim as it is now.
type CorrectionOf struct {
	Document
	Version     factcheck.VersionID
	Kind        factcheck.CorrectionKind
	Note        string // empty while the verdict is under review: it may tell the finding
	CorrectedAt time.Time
	Reviewed    bool // the verdict is under review now
}

// CorrectionFilter is which page of the corrections is wanted.
type CorrectionFilter struct {
	Kind   factcheck.CorrectionKind // empty for all
	Cursor string                   // where the page before ended; empty for the first
	Limit  int                      // 1 to MaxPage
}

// KindCount is how many corrections there are of a kind.
type KindCount struct {
	Kind factcheck.CorrectionKind
	N    int
}

// CorrectionList is a page of the corrections with the counts of all of them.
type CorrectionList struct {
	Counts []KindCount // of each kind that there is
	Rows   []CorrectionOf
	Next   string // cursor of the next page; empty on the last
}

// Corrections returns a page of the corrections that the house published, newest first: of its own verdicts on claims that
// are public now. Names of topics and claimants that change are no corrections. CodeInvalid for a filter that makes no sense.
// Two queries in one round trip; counting reads an index of corrections alone.
func (db *DB) Corrections(ctx context.Context, f CorrectionFilter) (CorrectionList, error) {
	var out CorrectionList
	if err := checkPage(f.Limit); err != nil {
		return out, err
	}
	if f.Kind != "" && !f.Kind.Valid() {
		return out, invalidf("kind", "choose update, clarification, correction or retraction")
	}
	var at time.Time
	var last factcheck.VersionID
	if f.Cursor != "" {
		when, id, err := decodeCursor(f.Cursor)
		if err != nil {
			return out, err
		}
		at, last = when, factcheck.VersionID(id)
	}
	limit := f.Limit
	f.Limit++
	batch := &pgx.Batch{}
	batch.Queue(`SELECT ver.correction_kind, count(*)` + correctionsFrom + ` GROUP BY 1`).Query(func(rows pgx.Rows) (err error) {
		out.Counts, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (KindCount, error) {
			var k KindCount
			return k, row.Scan(&k.Kind, &k.N)
		})
		return err
	})
	queueCorrections(batch, f, at, last, &out.Rows)
	if err := db.pool.SendBatch(ctx, batch).Close(); err != nil {
		return out, translate("list the corrections", err)
	}
	if len(out.Rows) > limit {
		out.Rows = out.Rows[:limit]
		out.Next = encodeCursor(out.Rows[limit-1].CorrectedAt, factcheck.ClaimID(out.Rows[limit-1].Version))
	}
	return out, nil
}

// correctionsFrom are the published corrections of the house's verdicts on claims that are public. Versions of before hold
// their notes as they were approved, redactions apart.
const correctionsFrom = ` FROM verdict_versions ver JOIN verdicts v ON v.id = ver.verdict_id AND v.origin <> 'imported'
	JOIN claim_documents d ON d.claim_id = v.claim_id JOIN public_verdicts pv ON pv.verdict_id = v.id JOIN claims c ON c.id = v.claim_id
	WHERE ver.state = 'published' AND ver.correction_kind <> ''`

// queueCorrections reads a page of the corrections into a list, beginning after a moment and a version if there is one.
func queueCorrections(batch *pgx.Batch, f CorrectionFilter, at time.Time, last factcheck.VersionID, into *[]CorrectionOf) {
	var after any
	if !at.IsZero() {
		after = at
	}
	batch.Queue(`SELECT d.claim_id, c.slug, d.seq, d.document, d.published_at, d.updated_at, ver.id, ver.correction_kind,
			CASE WHEN v.state = 'suspended' THEN '' ELSE ver.correction_note END, ver.published_at, v.state = 'suspended'`+correctionsFrom+`
			AND ($1 = '' OR ver.correction_kind = $1) AND ($2::timestamptz IS NULL OR (ver.published_at, ver.id) < ($2, $3::uuid))
		ORDER BY ver.published_at DESC, ver.id DESC LIMIT $4`, f.Kind, after, last, f.Limit).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (CorrectionOf, error) {
			var c CorrectionOf
			return c, row.Scan(&c.Claim, &c.Slug, &c.Seq, &c.Stored, &c.PublishedAt, &c.UpdatedAt, &c.Version, &c.Kind, &c.Note, &c.CorrectedAt, &c.Reviewed)
		})
		return err
	})
}
