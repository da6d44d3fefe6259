package store

import (
	"context"
	"fmt"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// OpenAppearance is one link of an article to a claim as whoever works on it sees it.
type OpenAppearance struct {
	ID          factcheck.AppearanceID
	Revision    int // guards edits: pass it back
	Article     factcheck.ArticleID
	Claim       factcheck.ClaimID
	Stance      factcheck.Stance
	Imported    bool // nobody here has set the stance
	Quote       string
	Appeared    factcheck.Date // when the article first carried it; zero: when it was published
	First       bool           // the first known appearance of the claim
	State       factcheck.CorrectionState
	CorrectedAt *time.Time
}

// OpenAppearance returns an appearance, public or not. CodeNotFound if there is none, or none any longer. Checkers and above,
// keys with the scope file, operator and system. One query.
func (db *DB) OpenAppearance(ctx context.Context, actor factcheck.Actor, id factcheck.AppearanceID) (OpenAppearance, error) {
	var out OpenAppearance
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read "+id.String(), func(t *tx) error {
		var rows []appearanceModel
		if err := t.db.Where("id = ?", id).Limit(1).Find(&rows).Error; err != nil {
			return fmt.Errorf("read %s: %w", id, err)
		}
		if len(rows) == 0 {
			return errNoAppearance
		}
		r := rows[0]
		out = OpenAppearance{ID: r.ID, Revision: int(r.Version), Article: r.ArticleID, Claim: r.ClaimID, Stance: r.Stance, Imported: r.SetBy == setByImport,
			Quote: r.Quote, First: r.IsFirst, State: r.CorrectionState, CorrectedAt: r.CorrectedAt}
		if r.AppearedAt != nil && r.AppearedPrecision != nil {
			out.Appeared = factcheck.Date{At: *r.AppearedAt, Precision: factcheck.Precision(*r.AppearedPrecision)}
		}
		return nil
	})
	return out, err
}
