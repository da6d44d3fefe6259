package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// wordingModel maps the table wordings.
type wordingModel struct {
	ID       int64             `gorm:"primaryKey"`
	ClaimID  factcheck.ClaimID `gorm:"not null"`
	Language string
	Text     string
	EditedBy factcheck.ActorID `gorm:"not null"`
}

// TableName names the table.
func (wordingModel) TableName() string { return "wordings" }

// mediaModel maps the table media.
type mediaModel struct {
	ID        factcheck.MediaID `gorm:"primaryKey"`
	ClaimID   factcheck.ClaimID `gorm:"not null"`
	URL       string
	Kind      factcheck.MediaKind
	Hash      []byte
	Category  factcheck.MediaCategory
	Alt       string
	EditedBy  factcheck.ActorID `gorm:"not null"`
	CreatedAt time.Time
}

// TableName names the table.
func (mediaModel) TableName() string { return "media" }

// SetWordings makes the claim's wordings in other languages and variants the given ones. They are part of what is approved:
// a submitted version goes back to draft, whoever adds or removes one becomes an author of the open version, and readers see
// them with the next approved version. Wordings that stay as they are change nothing. CodeConflict if the claim is not at
// the revision the editor saw, or was merged. Checkers and above, and keys with the scope file.
func (db *DB) SetWordings(ctx context.Context, actor factcheck.Actor, id factcheck.ClaimID, revision int, wordings []factcheck.Wording) error {
	return db.write(ctx, actor, factcheck.FileClaim, "set the wordings of "+id.String(), func(t *tx) error {
		wordings, err := factcheck.CleanWordings(wordings)
		if err != nil {
			return err
		}
		row, err := t.lockClaimAt(id, revision)
		if err != nil {
			return err
		}
		moved, err := t.replaceWordings(id, wordings)
		if err != nil {
			return err
		}
		if moved {
			if err := t.partEdited(row); err != nil {
				return err
			}
			if err := one(t.db.Model(&claimModel{}).Where("id = ?", id).Updates(map[string]any{
				"version": t.db.Raw("version + 1"), "updated_at": t.now, "edited_by": t.actor.ID,
			}), "this claim"); err != nil {
				return err
			}
		}
		return t.audit("claim.wordings", id, map[string]any{"wordings": len(wordings)})
	})
}

// replaceWordings reports whether a wording was added or removed. Two statements in one round trip.
func (t *tx) replaceWordings(id factcheck.ClaimID, wordings []factcheck.Wording) (bool, error) {
	languages, texts := make([]string, len(wordings)), make([]string, len(wordings))
	for i, w := range wordings {
		languages[i], texts[i] = w.Language, w.Text
	}
	moved := int64(0)
	count := func(tag pgconn.CommandTag) error {
		moved += tag.RowsAffected()
		return nil
	}
	batch := &pgx.Batch{}
	batch.Queue(`DELETE FROM wordings WHERE claim_id = $1 AND (language, text) NOT IN (SELECT l, x FROM unnest($2::text[], $3::text[]) AS u (l, x))`,
		id, languages, texts).Exec(count)
	batch.Queue(`INSERT INTO wordings (claim_id, language, text, edited_by) SELECT $1, l, x, $4 FROM unnest($2::text[], $3::text[]) AS u (l, x)
		WHERE NOT EXISTS (SELECT FROM wordings w WHERE w.claim_id = $1 AND w.language = l AND w.text = x)`,
		id, languages, texts, t.actor.ID).Exec(count)
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return false, fmt.Errorf("write the wordings: %w", err)
	}
	return moved > 0, nil
}

// AddMedia adds an image, video or recording that the claim is about and returns its id. Media are part of what is approved,
// as wordings are. CodeConflict if the claim has it already, holds factcheck.MaxMedia, or was merged. Checkers and above,
// and keys with the scope file.
func (db *DB) AddMedia(ctx context.Context, actor factcheck.Actor, id factcheck.ClaimID, in factcheck.MediaInput) (factcheck.MediaID, error) {
	var media factcheck.MediaID
	err := db.write(ctx, actor, factcheck.FileClaim, "add media to "+id.String(), func(t *tx) error {
		in, err := in.Clean()
		if err != nil {
			return err
		}
		claim, err := t.lockClaim(id)
		if err != nil {
			return err
		}
		if claim.Stage == factcheck.StageMerged {
			return errMerged
		}
		var n, same int
		err = t.pgx.QueryRow(ctx, `SELECT count(*), count(*) FILTER (WHERE url = $2) FROM media WHERE claim_id = $1`, id, in.URL).Scan(&n, &same)
		if err != nil {
			return fmt.Errorf("read the media: %w", err)
		}
		if same > 0 {
			return factcheck.Conflict("this claim has this %s already", in.Kind)
		}
		if n >= factcheck.MaxMedia {
			return factcheck.Conflict("this claim has %d media; that is the limit", n)
		}
		row := mediaModel{
			ID: factcheck.MediaID(newID(t)), ClaimID: id, URL: in.URL, Kind: in.Kind, Category: in.Category, Alt: in.Alt,
			EditedBy: t.actor.ID, CreatedAt: t.now,
		}
		if err := t.db.Create(&row).Error; err != nil {
			return fmt.Errorf("write the media: %w", err)
		}
		media = row.ID
		if err := t.partEdited(claim); err != nil {
			return err
		}
		return t.audit("claim.media_add", id, map[string]any{"media": row.ID})
	})
	return media, err
}

// RemoveMedia takes a medium off the claim; what was published with it keeps it until the next approved version. Checkers
// and above, and keys with the scope file.
func (db *DB) RemoveMedia(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID, media factcheck.MediaID) error {
	return db.write(ctx, actor, factcheck.FileClaim, "remove media from "+claim.String(), func(t *tx) error {
		row, err := t.lockClaim(claim)
		if err != nil {
			return err
		}
		if row.Stage == factcheck.StageMerged {
			return errMerged
		}
		res := t.db.Where("id = ? AND claim_id = ?", media, claim).Delete(&mediaModel{})
		if res.Error != nil {
			return fmt.Errorf("remove the media: %w", res.Error)
		}
		if res.RowsAffected != 1 {
			return factcheck.NotFound("this claim has no such media")
		}
		if err := t.partEdited(row); err != nil {
			return err
		}
		return t.audit("claim.media_remove", claim, map[string]any{"media": media})
	})
}

// partEdited does for a claim's wordings and media what the database does for its own columns: the actor becomes an author
// of the open version, also by taking something away, and a claim in review goes back to checking with its version.
func (t *tx) partEdited(claim claimModel) error {
	if _, err := t.pgx.Exec(t.ctx, `SELECT reopen_versions($1, $2)`, claim.ID, t.actor.ID); err != nil {
		return fmt.Errorf("take the open version back: %w", err)
	}
	if claim.Stage != factcheck.StageInReview {
		return nil
	}
	return t.moveClaim(claim.ID, factcheck.StageChecking, "")
}
