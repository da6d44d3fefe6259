package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/task"
)

// EditArticle sets what was read of an article, all of it: what locate finds of its quoted passages in a corrected text is
// where they stand from then on, and those it does not find are returned. The documents of the public claims it appears
// under are rebuilt if they read differently then. revision is the one the editor saw: CodeConflict if somebody changed it
// meanwhile. Without locate no passage is found. Another name of the outlet names it anew, for all its articles, which only
// editors and above may: CodeInvalid in outlet_name for others. Checkers and above, and keys with the scope file.
func (db *DB) EditArticle(ctx context.Context, actor factcheck.Actor, id factcheck.ArticleID, revision int, in factcheck.ArticleEdit, locate factcheck.Locator) ([]factcheck.AppearanceID, error) {
	var lost []factcheck.AppearanceID
	err := db.write(ctx, actor, factcheck.EditArticle, "edit "+id.String(), func(t *tx) error {
		in, err := in.Clean()
		if err != nil {
			return err
		}
		old, err := t.lockArticle(id, revision)
		if err != nil {
			return err
		}
		outlet, anew, err := t.editedOutlet(old, in)
		if err != nil {
			return err
		}
		set := map[string]any{
			"title": in.Title, "author": in.Author, "language": in.Language, "outlet_id": outlet, "modified_at": timeColumn(in.Modified),
			"lead_image": in.LeadImage, "archive_url": in.ArchiveURL, "version": revision + 1,
		}
		set["published_at"], set["published_precision"] = dateColumns(in.Published)
		moved := in.Text != nil && *in.Text != old.Text
		if moved {
			set["text"] = *in.Text
		}
		if err := one(t.db.Model(&articleModel{}).Where("id = ? AND version = ?", id, revision).Updates(set), "this article"); err != nil {
			return err
		}
		if err := t.articleMovedWith(id, outlet, anew); err != nil {
			return err
		}
		lost = nil
		if moved {
			if lost, err = t.locatePassages(id, *in.Text, locate); err != nil {
				return err
			}
			t.enqueue(task.SuggestClaims{Article: id})
		}
		return t.audit("article.edit", id, map[string]any{"text": moved, "lost": len(lost)})
	})
	return lost, err
}

// articleMovedWith is articleMoved for an article whose outlet may be called something else now.
func (t *tx) articleMovedWith(id factcheck.ArticleID, outlet factcheck.OutletID, anew bool) error {
	if !anew {
		return t.articleMoved(id)
	}
	return t.moved(outletClaims+` UNION SELECT claim_id FROM appearances WHERE article_id = $2`, outlet, id)
}

// Refreshed says what taking an article in anew came to.
type Refreshed struct {
	Snapshot bool                     // the content was kept: it differs from what was kept last
	TooLarge bool                     // it is larger than the house keeps; its text was kept instead, if it has one
	Lost     []factcheck.AppearanceID // appearances whose passage is no longer in the text
}

// RefreshArticle replaces the extracted text by that of a newer fetch or reading, keeps the page if it differs, and finds
// the quoted passages again: where locate says they stand now. Those it does not find stand nowhere until they are set
// anew. An input without text and snapshot notes the fetch alone: the page is as it was. What an editor set is left alone.
// revision is the one that was read: CodeConflict if somebody changed the article meanwhile, and if a passage of it was
// redacted, since that would come back. Checkers and above, keys with the scope file, the operator, and the program itself.
func (db *DB) RefreshArticle(ctx context.Context, actor factcheck.Actor, id factcheck.ArticleID, revision int, in factcheck.RefreshInput, locate factcheck.Locator) (Refreshed, error) {
	var out Refreshed
	err := db.write(ctx, actor, factcheck.RefreshArticle, "take "+id.String()+" in anew", func(t *tx) error {
		in, err := in.Clean()
		if err != nil {
			return err
		}
		spellings, err := spellingsOf("", in.Spellings)
		if err != nil {
			return err
		}
		old, err := t.lockArticle(id, revision)
		if err != nil {
			return err
		}
		redacted, err := t.redactedArticle(id)
		if err != nil {
			return err
		}
		if redacted && (in.Text != "" || !in.Snapshot.IsZero()) {
			return factcheck.Conflict("a passage of this article was removed; taking it in anew would bring it back")
		}
		out = Refreshed{}
		moved := in.Text != "" && in.Text != old.Text
		if err := one(t.db.Model(&articleModel{}).Where("id = ? AND version = ?", id, revision).Updates(refreshed(in, moved, revision)), "this article"); err != nil {
			return err
		}
		if moved {
			if out.Lost, err = t.locatePassages(id, in.Text, locate); err != nil {
				return err
			}
			t.enqueue(task.SuggestClaims{Article: id})
		}
		if err := t.keepSpellings(id, spellings); err != nil {
			return err
		}
		asAdded := factcheck.ArticleInput{Snapshot: in.Snapshot, Text: in.Text}
		if out.Snapshot, out.TooLarge, err = t.keepSnapshots(id, asAdded.Snapshots(), in.Text); err != nil {
			return err
		}
		return t.audit("article.refresh", id, map[string]any{"text": moved, "snapshot": out.Snapshot, "lost": len(out.Lost)})
	})
	return out, err
}

// refreshed returns the columns that a refresh sets.
func refreshed(in factcheck.RefreshInput, moved bool, revision int) map[string]any {
	set := map[string]any{"version": revision + 1}
	if moved {
		set["text"] = in.Text
	}
	if !in.Modified.IsZero() {
		set["modified_at"] = in.Modified
	}
	if len(in.Found) > 0 {
		set["found"] = string(in.Found)
	}
	if !in.FetchedAt.IsZero() {
		set["fetched_at"], set["etag"], set["last_modified"] = in.FetchedAt, in.ETag, in.LastModified
	}
	return set
}

// lockArticle returns the article locked. CodeConflict if its revision is another.
func (t *tx) lockArticle(id factcheck.ArticleID, revision int) (articleModel, error) {
	var row articleModel
	err := t.pgx.QueryRow(t.ctx, `SELECT text, version, outlet_id FROM articles WHERE id = $1 FOR UPDATE`, id).Scan(&row.Text, &row.Version, &row.OutletID)
	if err != nil {
		return row, fmt.Errorf("read %s: %w", id, err)
	}
	if int(row.Version) != revision {
		return row, factcheck.Conflict("this article was changed by somebody else meanwhile; reload it and look at what changed")
	}
	return row, nil
}

// passage is a quoted passage of an article.
type passage struct {
	appearance factcheck.AppearanceID
	anchor     factcheck.Anchor
}

// locatePassages finds an article's quoted passages in its new text, notes where they stand, and returns those that are
// nowhere. Two round trips.
func (t *tx) locatePassages(id factcheck.ArticleID, text string, locate factcheck.Locator) ([]factcheck.AppearanceID, error) {
	rows, err := t.pgx.Query(t.ctx, `SELECT id, quote, quote_prefix, quote_suffix, coalesce(quote_start, 0), coalesce(quote_end, 0)
		FROM appearances WHERE article_id = $1 AND quote <> '' ORDER BY id FOR NO KEY UPDATE`, id)
	if err != nil {
		return nil, fmt.Errorf("read the passages of %s: %w", id, err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (passage, error) {
		var p passage
		return p, row.Scan(&p.appearance, &p.anchor.Quote, &p.anchor.Prefix, &p.anchor.Suffix, &p.anchor.Start, &p.anchor.End)
	})
	if err != nil {
		return nil, fmt.Errorf("read the passages of %s: %w", id, err)
	}
	var lost []factcheck.AppearanceID
	batch := &pgx.Batch{}
	for _, p := range all {
		var at factcheck.Anchor
		found := false
		if locate != nil {
			at, found = locate(text, p.anchor)
		}
		if !found || !at.Located() {
			lost = append(lost, p.appearance)
			batch.Queue(`UPDATE appearances SET quote_start = NULL, quote_end = NULL WHERE id = $1`, p.appearance)
			continue
		}
		start, end := passageColumns(at)
		batch.Queue(`UPDATE appearances SET quote_start = $2, quote_end = $3, quote_prefix = $4, quote_suffix = $5 WHERE id = $1`,
			p.appearance, start, end, clipContext(at.Prefix), clipContext(at.Suffix))
	}
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return nil, fmt.Errorf("note where %d passages stand: %w", len(all), err)
	}
	return lost, nil
}

// clipContext returns as much of what stands beside a passage as is kept.
func clipContext(s string) string {
	n := factcheck.MaxAnchor
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}
