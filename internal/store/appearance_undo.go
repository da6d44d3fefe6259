package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// UnlinkArticle takes a link back that was a mistake: the article has nothing to do with the claim. The appearance leaves all
// that is public, and its claim moves in the feed (appearance.changed; appearance.removed would say that the outlet took the
// passage out). What happened to it stays in the newsroom, and UndoAppearance links it again. revision is the one the editor
// saw: CodeConflict if somebody changed it meanwhile, or if it belongs to a merged claim. The note stays in the newsroom.
// Checkers and above, and keys with the scope file.
func (db *DB) UnlinkArticle(ctx context.Context, actor factcheck.Actor, id factcheck.AppearanceID, revision int, note string) error {
	return db.write(ctx, actor, factcheck.LinkArticle, "unlink "+id.String(), func(t *tx) error {
		note := strings.TrimSpace(note)
		if err := factcheck.CheckText("note", note, factcheck.MaxNote); err != nil {
			return err
		}
		row, err := t.lockAppearance(id, revision)
		if err != nil {
			return err
		}
		return t.unlink(row, note, nil)
	})
}

// unlink deletes an appearance together with the event that says so, which the database asks for.
func (t *tx) unlink(row appearanceModel, note string, undoes *int64) error {
	before, err := t.appearanceNow(row.ID)
	if err != nil {
		return err
	}
	if err := t.noteUndoing(row.ID, actUnlinked, note, t.now, before, undoes); err != nil {
		return err
	}
	tag, err := t.pgx.Exec(t.ctx, `DELETE FROM appearances WHERE id = $1 AND version = $2`, row.ID, row.Version)
	if err != nil {
		return fmt.Errorf("unlink %s: %w", row.ID, err)
	}
	if tag.RowsAffected() != 1 {
		return factcheck.Conflict("this appearance was changed by somebody else meanwhile; reload it and look at what changed")
	}
	t.change(change{kind: factcheck.ChangeAppearanceChanged, claim: row.ClaimID, appearance: row.ID})
	return t.audit("appearance.unlink", row.ID, map[string]any{"article": row.ArticleID, "claim": row.ClaimID, "stance": row.Stance})
}

// act is the newest act on an appearance that was not taken back.
type act struct {
	id      int64
	kind    string
	article factcheck.ArticleID
	claim   factcheck.ClaimID
	before  []byte
	version int // before it; 0 where that is not known
}

// lastActQuery selects the newest act on appearance $1 that is no taking back and was not taken back.
const lastActQuery = `SELECT e.id, e.kind, e.article_id, e.claim_id, e.before, coalesce((e.before ->> 'version')::int, 0) FROM appearance_events e
	WHERE e.appearance_id = $1 AND e.undoes IS NULL AND NOT EXISTS (SELECT FROM appearance_events u WHERE u.undoes = e.id) ORDER BY e.id DESC LIMIT 1`

// UndoAppearance takes back the last act on an appearance that was not taken back yet: a stance, a correction mark, the mark
// of the first appearance, the link itself, or its unlinking, which links it again under the same id. It is a new act that
// says so; nothing is erased. revision is the appearance's, or that of Unlinked in WorkingArticle: CodeConflict if somebody
// changed it meanwhile, if the claim was merged, if the two were linked anew, or if what was before is not known (acts of a
// merge, and of before undoing came). CodeNotFound if there is no such appearance. Checkers and above, and keys with the
// scope file.
func (db *DB) UndoAppearance(ctx context.Context, actor factcheck.Actor, id factcheck.AppearanceID, revision int) error {
	return db.write(ctx, actor, factcheck.LinkArticle, "undo the last act on "+id.String(), func(t *tx) error {
		row, err := t.lockAppearance(id, revision)
		gone := errors.Is(err, errNoAppearance)
		if err != nil && !gone {
			return err
		}
		last, err := t.lastAct(id)
		if err != nil {
			return err
		}
		switch {
		case gone && last.kind != actUnlinked:
			return factcheck.Conflict("this link was taken back; link the article anew")
		case gone:
			return t.relink(id, last, revision)
		case last.kind == actLinked:
			return t.unlink(row, "", &last.id)
		case last.before == nil || last.kind == actMoved || last.kind == actUnlinked:
			return factcheck.Conflict("what was before this is not known any more; set it as it should be")
		}
		return t.takeBack(row, last)
	})
}

func (t *tx) lastAct(id factcheck.AppearanceID) (act, error) {
	var last act
	err := t.pgx.QueryRow(t.ctx, lastActQuery, id).Scan(&last.id, &last.kind, &last.article, &last.claim, &last.before, &last.version)
	if errors.Is(err, pgx.ErrNoRows) {
		var known bool
		if err := t.pgx.QueryRow(t.ctx, `SELECT EXISTS (SELECT FROM appearance_events WHERE appearance_id = $1)`, id).Scan(&known); err != nil {
			return last, fmt.Errorf("look for %s: %w", id, err)
		}
		if !known {
			return last, factcheck.NotFound("there is no such appearance here")
		}
		return last, factcheck.Conflict("everything that was done to this appearance was taken back already")
	}
	if err != nil {
		return last, fmt.Errorf("find the last act on %s: %w", id, err)
	}
	return last, nil
}

// takeBack gives an appearance back what it was before an act.
func (t *tx) takeBack(row appearanceModel, last act) error {
	now, err := t.appearanceNow(row.ID)
	if err != nil {
		return err
	}
	// The event comes first: it is what lets a person take back their own stance on an imported address.
	if err := t.noteUndoing(row.ID, actUndone, "", t.now, now, &last.id); err != nil {
		return err
	}
	tag, err := t.pgx.Exec(t.ctx, `UPDATE appearances ap SET stance = b.stance, set_by = b.set_by, quote = b.quote, quote_prefix = b.quote_prefix, quote_suffix = b.quote_suffix,
			quote_start = b.quote_start, quote_end = b.quote_end, appeared_at = b.appeared_at, appeared_precision = b.appeared_precision,
			is_first = b.is_first AND NOT EXISTS (SELECT FROM appearances o WHERE o.claim_id = ap.claim_id AND o.is_first AND o.id <> ap.id),
			correction_state = b.correction_state, corrected_at = b.corrected_at, version = ap.version + 1
		FROM jsonb_populate_record(NULL::appearances, $3::jsonb) b WHERE ap.id = $1 AND ap.version = $2`, row.ID, row.Version, string(last.before))
	if err != nil {
		return fmt.Errorf("bring %s back: %w", row.ID, err)
	}
	if tag.RowsAffected() != 1 {
		return factcheck.Conflict("this appearance was changed by somebody else meanwhile; reload it and look at what changed")
	}
	t.change(change{kind: factcheck.ChangeAppearanceChanged, claim: row.ClaimID, appearance: row.ID})
	return t.audit("appearance.undo", row.ID, map[string]any{"act": last.kind})
}

// relink brings an appearance back that was unlinked, with its version counted on. Its passage is looked for anew when the
// article's text is. A column that a later migration adds must be filled in here: what was kept does not have it.
func (t *tx) relink(id factcheck.AppearanceID, last act, revision int) error {
	if err := t.holdArticle(last.article); err != nil {
		return err
	}
	claim, err := t.lockClaim(last.claim)
	if err != nil {
		return err
	}
	if claim.Stage == factcheck.StageMerged {
		return errMerged
	}
	if revision != last.version+1 {
		return factcheck.Conflict("this appearance was changed by somebody else meanwhile; reload it and look at what changed")
	}
	_, err = t.pgx.Exec(t.ctx, `INSERT INTO appearances SELECT (jsonb_populate_record(NULL::appearances, $1::jsonb || jsonb_build_object('version', $2::int,
			'is_first', ($1::jsonb ->> 'is_first')::boolean AND NOT EXISTS (SELECT FROM appearances o WHERE o.claim_id = $3 AND o.is_first)))).*`,
		string(last.before), revision+1, last.claim)
	if err != nil {
		return fmt.Errorf("link %s again: %w", id, err)
	}
	if err := t.noteUndoing(id, actRelinked, "", t.now, nil, &last.id); err != nil {
		return err
	}
	t.change(change{kind: factcheck.ChangeAppearanceAdded, claim: last.claim, appearance: id})
	return t.audit("appearance.relink", id, map[string]any{"article": last.article, "claim": last.claim})
}
