package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// appearanceModel maps the table appearances.
type appearanceModel struct {
	ID          factcheck.AppearanceID `gorm:"primaryKey"`
	ArticleID   factcheck.ArticleID    `gorm:"not null"`
	ClaimID     factcheck.ClaimID      `gorm:"not null"`
	Stance      factcheck.Stance
	SetBy       string
	ListedBy    factcheck.PublisherID // whose import listed it
	Quote       string
	QuotePrefix string
	QuoteSuffix string
	QuoteStart  *int32 // where the quote stands in the article's text; NULL: nowhere
	QuoteEnd    *int32
	FirstSeenAt *time.Time // by us
	AppearedAt  *time.Time // when the article first carried it; NULL: when it was published
	// AppearedPrecision says how exactly AppearedAt is known.
	AppearedPrecision *string
	IsFirst           bool // the first known appearance of its claim
	CorrectionState   factcheck.CorrectionState
	CorrectedAt       *time.Time
	Position          int32
	CreatedAt         time.Time
	Version           int32
}

// TableName names the table.
func (appearanceModel) TableName() string { return "appearances" }

// Who set a stance.
const (
	setByPerson = "person"
	setByImport = "import"
)

// LinkArticle says what an article does with a claim, and returns the appearance; with First of the input that is the first
// known one of the claim, if it makes or repeats it. CodeConflict if the two are linked
// already (see SetStance), or the claim was merged; CodeNotFound if one of them does not exist. Checkers and above, and keys
// with the scope file.
func (db *DB) LinkArticle(ctx context.Context, actor factcheck.Actor, article factcheck.ArticleID, claim factcheck.ClaimID, in factcheck.AppearanceInput) (factcheck.AppearanceID, error) {
	var id factcheck.AppearanceID
	err := db.write(ctx, actor, factcheck.LinkArticle, "link "+article.String()+" to "+claim.String(), func(t *tx) error {
		in, err := in.Clean(t.now)
		if err != nil {
			return err
		}
		id, err = t.link(article, claim, in)
		return err
	})
	return id, err
}

// link links an article to a claim, in an input that is clean. What was suggested of the two is settled by it.
func (t *tx) link(article factcheck.ArticleID, claim factcheck.ClaimID, in factcheck.AppearanceInput) (factcheck.AppearanceID, error) {
	if err := t.holdArticle(article); err != nil {
		return factcheck.AppearanceID{}, err
	}
	row, err := t.lockClaim(claim)
	if err != nil {
		return factcheck.AppearanceID{}, err
	}
	if row.Stage == factcheck.StageMerged {
		return factcheck.AppearanceID{}, errMerged
	}
	id := factcheck.AppearanceID(newID(t))
	start, end := passageColumns(in.Anchor)
	appeared, precision := dateColumns(in.Appeared)
	_, err = t.pgx.Exec(t.ctx, `INSERT INTO appearances (id, article_id, claim_id, stance, set_by, quote, quote_prefix, quote_suffix, quote_start, quote_end,
			first_seen_at, appeared_at, appeared_precision, position, created_at)
		SELECT $1, $2, $3, $4, 'person', $5, $6, $7, $8, $9, $10, $11, $12, coalesce(max(position), 0) + 1, $13 FROM appearances WHERE claim_id = $3`,
		id, article, claim, in.Stance, in.Quote, in.Anchor.Prefix, in.Anchor.Suffix, start, end, in.FirstSeen, appeared, precision, t.now)
	if err != nil {
		return id, fmt.Errorf("write the appearance: %w", err)
	}
	if err := t.settleSuggestion(article, claim); err != nil {
		return id, err
	}
	if err := t.noteAct(id, actLinked, in.Note, in.FirstSeen, nil); err != nil {
		return id, err
	}
	t.change(change{kind: factcheck.ChangeAppearanceAdded, claim: claim, appearance: id})
	if err := t.audit("appearance.link", id, map[string]any{"article": article, "claim": claim, "stance": in.Stance}); err != nil {
		return id, err
	}
	if !in.First || !in.Stance.Asserts() {
		return id, nil
	}
	return id, t.setFirst(appearanceModel{ID: id, ClaimID: claim, Version: 1}, true, "")
}

// SetStance says anew what an article does with a claim and where; FirstSeen of the input is not used, without Appeared that
// stays as it is, and the same quote without an anchor stays where it stands. It is how an imported, listed appearance comes to be judged. What no longer puts the claim forward is
// not its first appearance any more. revision is the one the editor saw: CodeConflict if somebody changed it meanwhile, or if it
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
		return t.judge(row, in)
	})
}

// judge sets the stance of a locked appearance, in an input that is clean.
func (t *tx) judge(row appearanceModel, in factcheck.AppearanceInput) error {
	before, err := t.appearanceNow(row.ID)
	if err != nil {
		return err
	}
	set := map[string]any{"stance": in.Stance, "set_by": setByPerson, "quote": in.Quote, "is_first": row.IsFirst && in.Stance.Asserts(), "version": row.Version + 1}
	if in.Anchor.Located() || in.Quote != row.Quote {
		set["quote_start"], set["quote_end"] = passageColumns(in.Anchor)
		set["quote_prefix"], set["quote_suffix"] = in.Anchor.Prefix, in.Anchor.Suffix
	}
	if !in.Appeared.IsZero() {
		set["appeared_at"], set["appeared_precision"] = dateColumns(in.Appeared)
	}
	res := t.db.Model(&appearanceModel{}).Where("id = ? AND version = ?", row.ID, row.Version).Updates(set)
	if err := one(res, "this appearance"); err != nil {
		return err
	}
	if err := t.noteAct(row.ID, actStance, in.Note, t.now, before); err != nil {
		return err
	}
	t.change(change{kind: factcheck.ChangeAppearanceChanged, claim: row.ClaimID, appearance: row.ID})
	return t.audit("appearance.stance", row.ID, map[string]any{"stance": in.Stance, "was": row.Stance})
}

// MarkCorrection says that an article corrected or removed the passage, or that it stands after all. revision is the one the
// editor saw: CodeConflict if somebody changed it meanwhile, or if it belongs to a merged claim. The note stays in the
// newsroom. CodeInvalid names the field at, too, for a moment before the article was published. Checkers and above, and keys
// with the scope file.
func (db *DB) MarkCorrection(ctx context.Context, actor factcheck.Actor, id factcheck.AppearanceID, revision int, in factcheck.MarkInput) error {
	return db.write(ctx, actor, factcheck.LinkArticle, "mark "+id.String(), func(t *tx) error {
		row, err := t.lockAppearance(id, revision)
		if err != nil {
			return err
		}
		published, err := t.publishedAt(row.ArticleID)
		if err != nil {
			return err
		}
		in, err := in.Clean(t.now, published)
		if err != nil {
			return err
		}
		before, err := t.appearanceNow(id)
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
		if err := t.noteAct(id, string(in.State), in.Note, in.At, before); err != nil {
			return err
		}
		t.change(change{kind: in.State.Change(), claim: row.ClaimID, appearance: id})
		return t.audit("appearance.mark", id, map[string]any{"state": in.State, "was": row.CorrectionState})
	})
}

// publishedAt returns when an article was published, as far as that is known: the beginning of a year for a bare year. Zero
// if nobody knows.
func (t *tx) publishedAt(id factcheck.ArticleID) (time.Time, error) {
	var at *time.Time
	if err := t.pgx.QueryRow(t.ctx, `SELECT published_at FROM articles WHERE id = $1`, id).Scan(&at); err != nil {
		return time.Time{}, fmt.Errorf("read when %s was published: %w", id, err)
	}
	if at == nil {
		return time.Time{}, nil
	}
	return *at, nil
}

// MarkFirst says that an appearance is the first one known of its claim, or that it is not after all; the one that was so
// before no longer is. It must make or repeat the claim, and a person have said so: CodeConflict otherwise. revision is the
// one the editor saw: CodeConflict if somebody changed it meanwhile. Checkers and above, and keys with the scope file.
func (db *DB) MarkFirst(ctx context.Context, actor factcheck.Actor, id factcheck.AppearanceID, revision int, first bool, note string) error {
	return db.write(ctx, actor, factcheck.LinkArticle, "mark "+id.String()+" as the first", func(t *tx) error {
		note := strings.TrimSpace(note)
		if err := factcheck.CheckText("note", note, factcheck.MaxNote); err != nil {
			return err
		}
		row, err := t.lockAppearance(id, revision)
		if err != nil {
			return err
		}
		if first && (!row.Stance.Asserts() || row.SetBy != setByPerson) {
			return factcheck.Conflict("the first appearance makes or repeats the claim; set its stance first")
		}
		if row.IsFirst == first {
			return nil
		}
		return t.setFirst(row, first, note)
	})
}

// setFirst marks an appearance as the first known one, or as not. Its claim is locked.
func (t *tx) setFirst(row appearanceModel, first bool, note string) error {
	if first {
		if err := t.unmarkFirst(row.ClaimID); err != nil {
			return err
		}
	}
	before, err := t.appearanceNow(row.ID)
	if err != nil {
		return err
	}
	res := t.db.Model(&appearanceModel{}).Where("id = ? AND version = ?", row.ID, row.Version).Updates(map[string]any{"is_first": first, "version": row.Version + 1})
	if err := one(res, "this appearance"); err != nil {
		return err
	}
	kind := actFirst
	if !first {
		kind = actNotFirst
	}
	if err := t.noteAct(row.ID, kind, note, t.now, before); err != nil {
		return err
	}
	t.change(change{kind: factcheck.ChangeAppearanceChanged, claim: row.ClaimID, appearance: row.ID})
	return t.audit("appearance.first", row.ID, map[string]any{"first": first})
}

// unmarkFirst takes the mark of the first appearance from the one that has it. The claim is locked.
func (t *tx) unmarkFirst(claim factcheck.ClaimID) error {
	var old factcheck.AppearanceID
	err := t.pgx.QueryRow(t.ctx, `SELECT id FROM appearances WHERE claim_id = $1 AND is_first`, claim).Scan(&old)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find the first appearance: %w", err)
	}
	before, err := t.appearanceNow(old)
	if err != nil {
		return err
	}
	if _, err := t.pgx.Exec(t.ctx, `UPDATE appearances SET is_first = false, version = version + 1 WHERE id = $1`, old); err != nil {
		return fmt.Errorf("take the mark from %s: %w", old, err)
	}
	t.change(change{kind: factcheck.ChangeAppearanceChanged, claim: claim, appearance: old})
	return t.noteAct(old, actNotFirst, "another one is earlier", t.now, before)
}

// passageColumns returns where a passage stands, or NULLs.
func passageColumns(a factcheck.Anchor) (start, end *int32) {
	if !a.Located() {
		return nil, nil
	}
	from, to := int32(a.Start), int32(a.End)
	return &from, &to
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

// errNoAppearance says that there is no such appearance, or none any longer.
var errNoAppearance = factcheck.NotFound("there is no such appearance here")

// lockAppearance returns the appearance with its claim locked.
func (t *tx) lockAppearance(id factcheck.AppearanceID, revision int) (appearanceModel, error) {
	var row appearanceModel
	err := t.db.Select("id", "claim_id").Where("id = ?", id).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, errNoAppearance
	}
	if err != nil {
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
