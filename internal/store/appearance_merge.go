package store

import (
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// doubled is an appearance that the other claim of a merge had already, and what it took over.
type doubled struct {
	id       factcheck.AppearanceID
	judged   bool // a person's stance where there was none
	mended   bool // a correction or removal
	moved    bool // the row itself came over
	standing factcheck.CorrectionState
}

// mergeAppearances moves the links of a merged claim to the other one. Three statements for any number of links.
func (t *tx) mergeAppearances(m merging) error {
	var took []doubled
	var left []factcheck.AppearanceID
	batch := &pgx.Batch{}
	scan := func(rows pgx.Rows) error {
		var d doubled
		_, err := pgx.ForEachRow(rows, []any{&d.id, &d.judged, &d.mended, &d.moved, &d.standing}, func() error {
			took = append(took, d)
			return nil
		})
		return err
	}
	batch.Queue(takeOverQuery, m.from.ID, m.into.ID).Query(scan)
	batch.Queue(`UPDATE appearances f SET claim_id = $2, version = version + 1,
			is_first = f.is_first AND NOT EXISTS (SELECT FROM appearances o WHERE o.claim_id = $2 AND o.is_first)
		WHERE f.claim_id = $1
		AND NOT EXISTS (SELECT FROM appearances o WHERE o.claim_id = $2 AND o.article_id = f.article_id)
		RETURNING f.id, false AS judged, false AS mended, true AS moved, f.correction_state`, m.from.ID, m.into.ID).Query(scan)
	batch.Queue(`SELECT id FROM appearances WHERE claim_id = $1`, m.from.ID).Query(func(rows pgx.Rows) error {
		var err error
		left, err = pgx.CollectRows(rows, pgx.RowTo[factcheck.AppearanceID])
		return err
	})
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return fmt.Errorf("move the appearances: %w", err)
	}
	slices.SortFunc(took, func(a, b doubled) int { return slices.Compare(a.id[:], b.id[:]) })
	return t.noteMerge(m, took, left)
}

// takeOverQuery lets an appearance of claim $2 take over from its double on claim $1: a person's stance with its passage
// where nobody had judged, a correction where none was known, the earlier day it was seen, since when the article carried
// it, and that it is the first appearance where the other claim has none. A different stance that people have set on both is
// not decided here: that of the claim that stays, stays.
const takeOverQuery = `
UPDATE appearances o SET
	stance = CASE WHEN x.judged THEN f.stance ELSE o.stance END,
	set_by = CASE WHEN x.judged THEN f.set_by ELSE o.set_by END,
	quote = CASE WHEN x.judged THEN f.quote ELSE o.quote END,
	quote_prefix = CASE WHEN x.judged THEN f.quote_prefix ELSE o.quote_prefix END,
	quote_suffix = CASE WHEN x.judged THEN f.quote_suffix ELSE o.quote_suffix END,
	quote_start = CASE WHEN x.judged THEN f.quote_start ELSE o.quote_start END,
	quote_end = CASE WHEN x.judged THEN f.quote_end ELSE o.quote_end END,
	appeared_at = coalesce(o.appeared_at, f.appeared_at),
	appeared_precision = coalesce(o.appeared_precision, f.appeared_precision),
	is_first = o.is_first OR x.first,
	correction_state = CASE WHEN x.mended THEN f.correction_state ELSE o.correction_state END,
	corrected_at = CASE WHEN x.mended THEN f.corrected_at ELSE o.corrected_at END,
	first_seen_at = least(o.first_seen_at, f.first_seen_at),
	version = o.version + 1
FROM appearances f, appearances same, LATERAL (
	SELECT same.set_by = 'import' AND f.set_by = 'person' AS judged, same.correction_state = 'standing' AND f.correction_state <> 'standing' AS mended,
	f.is_first AND (same.set_by = 'import' OR same.stance IN ('makes', 'repeats')) AND NOT EXISTS (SELECT FROM appearances y WHERE y.claim_id = $2 AND y.is_first) AS first) x
WHERE f.claim_id = $1 AND same.claim_id = $2 AND same.article_id = f.article_id AND o.id = same.id
	AND (x.judged OR x.mended OR x.first OR (o.appeared_at IS NULL AND f.appeared_at IS NOT NULL) OR f.first_seen_at < coalesce(o.first_seen_at, 'infinity'))
RETURNING o.id, x.judged, x.mended, false, o.correction_state`

// noteMerge writes the events and changes of a merge's appearances.
func (t *tx) noteMerge(m merging, took []doubled, left []factcheck.AppearanceID) error {
	var moved, judged, mended []factcheck.AppearanceID
	for _, d := range took {
		kind := factcheck.ChangeAppearanceChanged
		switch {
		case d.moved:
			kind, moved = factcheck.ChangeAppearanceAdded, append(moved, d.id)
		case d.mended:
			kind, mended = d.standing.Change(), append(mended, d.id)
		}
		if d.judged {
			judged = append(judged, d.id)
		}
		t.change(change{kind: kind, claim: m.into.ID, appearance: d.id})
	}
	events := []struct {
		ids        []factcheck.AppearanceID
		kind, note string
	}{
		{moved, "moved", "came over from " + m.from.ID.String() + ", which was merged"},
		{judged, "stance", "taken over from " + m.from.ID.String() + ", which was merged"},
		{mended, "", "taken over from " + m.from.ID.String() + ", which was merged"},
		{left, "moved", "stays with its merged claim; " + m.into.ID.String() + " is linked to the article too"},
	}
	for _, e := range events {
		if len(e.ids) == 0 {
			continue
		}
		if err := t.noteAppearances(e.ids, e.kind, e.note, t.now); err != nil {
			return err
		}
	}
	return nil
}
