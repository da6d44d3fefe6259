package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Extract is all that is public at one moment, read page by page. It holds a connection until it is closed, and is not safe for
// concurrent use. Writers are not held up.
type Extract struct {
	moment
	ExportHead
}

// ExtractedClaim is a public claim with its history.
type ExtractedClaim struct {
	Document
	States []State       // what its page said, oldest first, as it may be shown today
	Events []PublicEvent // what happened to its appearances since it is public, oldest first
}

// PublicEvent is something that the change feed told of an appearance, with the stance it had then and who set that:
// the newsroom's notes, and what was before the claim was public, are not in it.
type PublicEvent struct {
	Appearance factcheck.AppearanceID
	Seq        int64
	Type       factcheck.ChangeType
	At         time.Time
	Stance     factcheck.Stance
	SetBy      string // person or import
}

// OpenExtract takes hold of what is public now, after an id. One query; counting is exact and costs an index scan. Close it.
func (db *DB) OpenExtract(ctx context.Context, after factcheck.ClaimID) (*Extract, error) {
	m, err := db.openMoment(ctx)
	if err != nil {
		return nil, err
	}
	e := &Extract{moment: m, ExportHead: ExportHead{At: db.clock()}}
	err = m.tx.QueryRow(ctx, `SELECT epoch, seq, (SELECT count(*) FROM claim_documents WHERE claim_id > $1) FROM feed`, [16]byte(after)).Scan(&e.Epoch, &e.Seq, &e.Claims)
	if err != nil {
		e.Close(ctx)
		return nil, translate("open an extract", err)
	}
	return e, nil
}

// Page returns up to limit claims after an id, in the order of ids; with history their states and events too. One query, and
// at most five round trips more for history, however many claims.
func (e *Extract) Page(ctx context.Context, after factcheck.ClaimID, limit int, history bool) ([]ExtractedClaim, error) {
	rows, err := e.tx.Query(ctx, `SELECT claim_id, seq, document, published_at, updated_at FROM claim_documents WHERE claim_id > $1 ORDER BY claim_id LIMIT $2`, [16]byte(after), limit)
	if err != nil {
		return nil, translate("read a page of an extract", err)
	}
	page, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (ExtractedClaim, error) {
		var c ExtractedClaim
		return c, row.Scan(&c.Claim, &c.Seq, &c.Stored, &c.PublishedAt, &c.UpdatedAt)
	})
	if err != nil || !history || len(page) == 0 {
		return page, translate("read a page of an extract", err)
	}
	ids, at := make([]string, 0, len(page)), make(map[factcheck.ClaimID]int, len(page))
	for i, c := range page {
		ids, at[c.Claim] = append(ids, c.Claim.UUID()), i
	}
	states, err := readStates(ctx, e.tx, `s.claim_id = ANY ($1::uuid[]) ORDER BY s.claim_id, s.n`, ids)
	if err != nil {
		return nil, err
	}
	for _, s := range states {
		c := &page[at[s.Claim]]
		c.States = append(c.States, s)
	}
	return page, readEvents(ctx, e.tx, ids, 1<<63-1, func(claim factcheck.ClaimID, ev PublicEvent) {
		c := &page[at[claim]]
		c.Events = append(c.Events, ev)
	})
}

// readEvents reads what the feed told of the appearances that are shown, up to a number.
func readEvents(ctx context.Context, from reading, claims []string, until int64, each func(factcheck.ClaimID, PublicEvent)) error {
	rows, err := from.Query(ctx, `SELECT c.claim_id, ap.id, c.seq, c.type, c.at, was.stance, CASE WHEN was.stance = 'listed' THEN 'import' ELSE 'person' END
		FROM changes c JOIN appearances ap ON ap.id = c.appearance_id AND ap.claim_id = c.claim_id
		CROSS JOIN LATERAL (SELECT v.stance FROM appearance_events v WHERE v.appearance_id = ap.id AND v.recorded_at <= c.at ORDER BY v.id DESC LIMIT 1) was
		WHERE c.claim_id = ANY ($1::uuid[]) AND c.seq <= $2 AND `+shownAppearance+` ORDER BY c.seq`, claims, until)
	if err != nil {
		return translate("read what happened to appearances", err)
	}
	var claim factcheck.ClaimID
	var ev PublicEvent
	_, err = pgx.ForEachRow(rows, []any{&claim, &ev.Appearance, &ev.Seq, &ev.Type, &ev.At, &ev.Stance, &ev.SetBy}, func() error {
		ev.At = ev.At.UTC()
		each(claim, ev)
		return nil
	})
	return translate("read what happened to appearances", err)
}
