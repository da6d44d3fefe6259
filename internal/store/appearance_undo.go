package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
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
		return t.unlink(row, note)
	})
}

// unlink deletes an appearance together with the event that says so, which the database asks for.
func (t *tx) unlink(row appearanceModel, note string) error {
	before, err := t.appearanceNow(row.ID)
	if err != nil {
		return err
	}
	if err := t.noteAct(row.ID, actUnlinked, note, t.now, before); err != nil {
		return err
	}
	tag, err := t.pgx.Exec(t.ctx, `DELETE FROM appearances WHERE id = $1 AND version = $2`, row.ID, row.Version)
	if err != nil {
		return fmt.Errorf("unlink %s: %w", row.ID, err)
	}
	if tag.RowsAffected() != 1 {
		return factcheck.Conflict("this appearance was changed by somebody else meanwhile; reload it and look at what changed")
	}
	if err := t.recall("withdrawal", row.ClaimID); err != nil { // nobody is to be accused by mistake
		return err
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
// of the first appearance, the link itself, which is unlinked then, or its unlinking, which links it again under the same
// id. It is a new act that says so; nothing is erased. The text may have changed since: the passage stands where locate
// finds it now, or nowhere; without locate, where its very words still stand. revision is the appearance's, or that of
// Unlinked in WorkingArticle: CodeConflict if somebody changed it meanwhile, if the claim was merged, if the two were linked
// anew, or if what was before is not known (acts of a merge, and of before undoing came). CodeNotFound if there is no such
// appearance. Checkers and above, and keys with the scope file.
func (db *DB) UndoAppearance(ctx context.Context, actor factcheck.Actor, id factcheck.AppearanceID, revision int, locate factcheck.Locator) error {
	return db.write(ctx, actor, factcheck.LinkArticle, "undo the last act on "+id.String(), func(t *tx) error {
		if err := t.holdArticleOf(id); err != nil {
			return err
		}
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
		case !gone && last.kind == actLinked:
			return t.unlink(row, "")
		case !gone && (last.before == nil || last.kind == actMoved || last.kind == actUnlinked):
			return factcheck.Conflict("what was before this is not known any more; set it as it should be")
		}
		if last.before, err = t.anchoredNow(last.article, last.before, locate); err != nil {
			return err
		}
		if gone {
			return t.relink(id, last, revision)
		}
		return t.takeBack(row, last)
	})
}

// holdArticleOf keeps the article of an appearance, one that was unlinked too, as it is until the commit. It comes before
// the lock of the claim, as in every act on both.
func (t *tx) holdArticleOf(id factcheck.AppearanceID) error {
	var article factcheck.ArticleID
	err := t.pgx.QueryRow(t.ctx, `SELECT article_id FROM appearance_events WHERE appearance_id = $1 LIMIT 1`, id).Scan(&article)
	if errors.Is(err, pgx.ErrNoRows) {
		return errNoAppearance
	}
	if err != nil {
		return fmt.Errorf("find the article of %s: %w", id, err)
	}
	return t.holdArticle(article)
}

// anchoredNow returns an appearance as it was, its passage where it stands in the article's text as that is now. A passage
// that stood nowhere stays there: somebody may have said so. The article is held.
func (t *tx) anchoredNow(article factcheck.ArticleID, before []byte, locate factcheck.Locator) ([]byte, error) {
	var was struct {
		Quote       string `json:"quote"`
		QuotePrefix string `json:"quote_prefix"`
		QuoteSuffix string `json:"quote_suffix"`
		QuoteStart  int    `json:"quote_start"`
		QuoteEnd    int    `json:"quote_end"`
	}
	if err := json.Unmarshal(before, &was); err != nil {
		return nil, fmt.Errorf("read what was before: %w", err)
	}
	a := factcheck.Anchor{Quote: was.Quote, Prefix: was.QuotePrefix, Suffix: was.QuoteSuffix, Start: was.QuoteStart, End: was.QuoteEnd}
	if a.Quote == "" || !a.Located() {
		return before, nil
	}
	var text string
	if err := t.pgx.QueryRow(t.ctx, `SELECT text FROM articles WHERE id = $1`, article).Scan(&text); err != nil {
		return nil, fmt.Errorf("read the text of %s: %w", article, err)
	}
	columns := map[string]any{"quote_start": nil, "quote_end": nil}
	if at, found := a.In(text, locate); found {
		columns = map[string]any{
			"quote_start": at.Start, "quote_end": at.End,
			"quote_prefix": clipContext(at.Prefix), "quote_suffix": clipContext(at.Suffix),
		}
	}
	now := map[string]any{}
	if err := json.Unmarshal(before, &now); err != nil {
		return nil, fmt.Errorf("read what was before: %w", err)
	}
	maps.Copy(now, columns)
	return json.Marshal(now)
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

// relink brings an appearance back that was unlinked, with its version counted on. The article is held. A column that a later migration adds must be filled in here: what was kept does not have it.
func (t *tx) relink(id factcheck.AppearanceID, last act, revision int) error {
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
