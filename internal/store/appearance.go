package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// appearanceModel maps the table appearances.
type appearanceModel struct {
	ID              factcheck.AppearanceID `gorm:"primaryKey"`
	ArticleID       factcheck.ArticleID    `gorm:"not null"`
	ClaimID         factcheck.ClaimID      `gorm:"not null"`
	Stance          factcheck.Stance
	SetBy           string
	ListedBy        factcheck.PublisherID // whose import listed it
	Quote           string
	FirstSeenAt     *time.Time
	CorrectionState factcheck.CorrectionState
	CorrectedAt     *time.Time
	Position        int32
	CreatedAt       time.Time
	Version         int32
}

// TableName names the table.
func (appearanceModel) TableName() string { return "appearances" }

// Who set a stance.
const (
	setByPerson = "person"
	setByImport = "import"
)

// LinkArticle says what an article does with a claim, and returns the appearance. CodeConflict if the two are linked
// already (see SetStance), or the claim was merged; CodeNotFound if one of them does not exist. Checkers and above, and keys
// with the scope file.
func (db *DB) LinkArticle(ctx context.Context, actor factcheck.Actor, article factcheck.ArticleID, claim factcheck.ClaimID, in factcheck.AppearanceInput) (factcheck.AppearanceID, error) {
	var id factcheck.AppearanceID
	err := db.write(ctx, actor, factcheck.LinkArticle, "link "+article.String()+" to "+claim.String(), func(t *tx) error {
		in, err := in.Clean(t.now)
		if err != nil {
			return err
		}
		if err := t.holdArticle(article); err != nil {
			return err
		}
		row, err := t.lockClaim(claim)
		if err != nil {
			return err
		}
		if row.Stage == factcheck.StageMerged {
			return errMerged
		}
		id = factcheck.AppearanceID(newID(t))
		_, err = t.pgx.Exec(ctx, `INSERT INTO appearances (id, article_id, claim_id, stance, set_by, quote, first_seen_at, position, created_at)
			SELECT $1, $2, $3, $4, 'person', $5, $6, coalesce(max(position), 0) + 1, $7 FROM appearances WHERE claim_id = $3`,
			id, article, claim, in.Stance, in.Quote, in.FirstSeen, t.now)
		if err != nil {
			return fmt.Errorf("write the appearance: %w", err)
		}
		if err := t.noteAppearances([]factcheck.AppearanceID{id}, "linked", in.Note, in.FirstSeen); err != nil {
			return err
		}
		t.change(change{kind: factcheck.ChangeAppearanceAdded, claim: claim, appearance: id})
		return t.audit("appearance.link", id, map[string]any{"article": article, "claim": claim, "stance": in.Stance})
	})
	return id, err
}

// SetStance says anew what an article does with a claim; FirstSeen of the input is not used. It is how an imported, listed
// appearance comes to be judged. revision is the one the editor saw: CodeConflict if somebody changed it meanwhile, or if it
// belongs to a merged claim. Checkers and above, and keys with the scope file.
func (db *DB) SetStance(ctx context.Context, actor factcheck.Actor, id factcheck.AppearanceID, revision int, in factcheck.AppearanceInput) error {
	return db.write(ctx, actor, factcheck.LinkArticle, "set the stance of "+id.String(), func(t *tx) error {
		in.FirstSeen = time.Time{}
		in, err := in.Clean(t.now)
		if err != nil {
			return err
		}
		row, err := t.lockAppearance(id, revision)
		if err != nil {
			return err
		}
		res := t.db.Model(&appearanceModel{}).Where("id = ? AND version = ?", id, revision).Updates(map[string]any{
			"stance": in.Stance, "set_by": setByPerson, "quote": in.Quote, "version": revision + 1,
		})
		if err := one(res, "this appearance"); err != nil {
			return err
		}
		if err := t.noteAppearances([]factcheck.AppearanceID{id}, "stance", in.Note, t.now); err != nil {
			return err
		}
		t.change(change{kind: factcheck.ChangeAppearanceChanged, claim: row.ClaimID, appearance: id})
		return t.audit("appearance.stance", id, map[string]any{"stance": in.Stance, "was": row.Stance})
	})
}

// MarkCorrection says that an article corrected or removed the passage, or that it stands after all. revision is the one the
// editor saw: CodeConflict if somebody changed it meanwhile, or if it belongs to a merged claim. The note stays in the
// newsroom. Checkers and above, and keys with the scope file.
func (db *DB) MarkCorrection(ctx context.Context, actor factcheck.Actor, id factcheck.AppearanceID, revision int, in factcheck.MarkInput) error {
	return db.write(ctx, actor, factcheck.LinkArticle, "mark "+id.String(), func(t *tx) error {
		in, err := in.Clean(t.now)
		if err != nil {
			return err
		}
		row, err := t.lockAppearance(id, revision)
		if err != nil {
			return err
		}
		at := &in.At
		if in.State == factcheck.StateStanding {
			at = nil
		}
		res := t.db.Model(&appearanceModel{}).Where("id = ? AND version = ?", id, revision).Updates(map[string]any{
			"correction_state": in.State, "corrected_at": at, "version": revision + 1,
		})
		if err := one(res, "this appearance"); err != nil {
			return err
		}
		if err := t.noteAppearances([]factcheck.AppearanceID{id}, string(in.State), in.Note, in.At); err != nil {
			return err
		}
		t.change(change{kind: in.State.Change(), claim: row.ClaimID, appearance: id})
		return t.audit("appearance.mark", id, map[string]any{"state": in.State, "was": row.CorrectionState})
	})
}

// holdArticle keeps an article and its outlet as they are until the commit: the claim's document will name them.
func (t *tx) holdArticle(id factcheck.ArticleID) error {
	var there bool
	batch := &pgx.Batch{}
	batch.Queue(`SELECT EXISTS (SELECT FROM articles WHERE id = $1 FOR SHARE)`, id).QueryRow(func(row pgx.Row) error { return row.Scan(&there) })
	batch.Queue(`SELECT FROM outlets WHERE id = (SELECT outlet_id FROM articles WHERE id = $1) FOR SHARE`, id)
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return fmt.Errorf("read %s: %w", id, err)
	}
	if !there {
		return factcheck.NotFound("there is no such article here")
	}
	return nil
}

// lockAppearance returns the appearance with its claim locked.
func (t *tx) lockAppearance(id factcheck.AppearanceID, revision int) (appearanceModel, error) {
	var row appearanceModel
	if err := t.db.Select("id", "claim_id").Where("id = ?", id).Take(&row).Error; err != nil {
		return row, fmt.Errorf("read %s: %w", id, err)
	}
	claim, err := t.lockClaim(row.ClaimID)
	if err != nil {
		return row, err
	}
	if err := t.db.Where("id = ?", id).Take(&row).Error; err != nil {
		return row, fmt.Errorf("read %s: %w", id, err)
	}
	if claim.Stage == factcheck.StageMerged || row.ClaimID != claim.ID { // merged just now
		return row, errMerged
	}
	if int(row.Version) != revision {
		return row, factcheck.Conflict("this appearance was changed by somebody else meanwhile; reload it and look at what changed")
	}
	return row, nil
}

// noteAppearances writes down what happened to appearances, as they are now. An empty kind is their correction state, at
// its own time. One query.
func (t *tx) noteAppearances(ids []factcheck.AppearanceID, kind, note string, at time.Time) error {
	_, err := t.pgx.Exec(t.ctx, `INSERT INTO appearance_events (appearance_id, kind, stance, quote, note, at, recorded_at, actor_id)
		SELECT id, coalesce(nullif($2::text, ''), correction_state), stance, quote, $3::text,
		CASE $2::text WHEN '' THEN coalesce(corrected_at, $4::timestamptz) ELSE $4::timestamptz END, $5::timestamptz, $6::uuid
		FROM appearances WHERE id = ANY ($1::uuid[]) ORDER BY id`, uuids(ids), kind, note, at, t.now, t.actor.ID)
	if err != nil {
		return fmt.Errorf("note what happened to %d appearances: %w", len(ids), err)
	}
	return nil
}

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
	batch.Queue(`UPDATE appearances f SET claim_id = $2, version = version + 1 WHERE f.claim_id = $1
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
// where nobody had judged, a correction where none was known, and the earlier day it was seen. A different stance that
// people have set on both is not decided here: that of the claim that stays, stays.
const takeOverQuery = `
UPDATE appearances o SET
	stance = CASE WHEN x.judged THEN f.stance ELSE o.stance END,
	set_by = CASE WHEN x.judged THEN f.set_by ELSE o.set_by END,
	quote = CASE WHEN x.judged THEN f.quote ELSE o.quote END,
	correction_state = CASE WHEN x.mended THEN f.correction_state ELSE o.correction_state END,
	corrected_at = CASE WHEN x.mended THEN f.corrected_at ELSE o.corrected_at END,
	first_seen_at = least(o.first_seen_at, f.first_seen_at),
	version = o.version + 1
FROM appearances f, appearances same, LATERAL (
	SELECT same.set_by = 'import' AND f.set_by = 'person' AS judged, same.correction_state = 'standing' AND f.correction_state <> 'standing' AS mended) x
WHERE f.claim_id = $1 AND same.claim_id = $2 AND same.article_id = f.article_id AND o.id = same.id
	AND (x.judged OR x.mended OR f.first_seen_at < coalesce(o.first_seen_at, 'infinity'))
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
