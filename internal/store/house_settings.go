package store

import (
	"context"
	"fmt"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// HouseSettings is what the house says of itself and asks of its work, each with the revision to pass back when editing.
type HouseSettings struct {
	House            House
	Rules            factcheck.HouseRules
	RulesRevision    int
	Articles         factcheck.ArticleRules
	ArticlesRevision int
	Weights          factcheck.DeskWeights
	WeightsRevision  int
	Tips             TipRules
	TipsRevision     int
	Logo             HouseLogo
}

// HouseSettings returns the settings of the house. Checkers and above, and the operator. A fixed number of queries.
func (db *DB) HouseSettings(ctx context.Context, actor factcheck.Actor) (HouseSettings, error) {
	out := HouseSettings{Weights: factcheck.DefaultDeskWeights()}
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read the house's settings", func(t *tx) error {
		err := t.pgx.QueryRow(ctx, `SELECT name, site, licence, language FROM publishers WHERE is_house`).Scan(&out.House.Name, &out.House.Site, &out.House.Licence, &out.House.Language)
		if err != nil {
			return fmt.Errorf("read the house: %w", err)
		}
		if out.Logo, err = scanLogo(t.pgx.QueryRow(ctx, selectLogo)); err != nil {
			return fmt.Errorf("read the logo: %w", err)
		}
		if out.RulesRevision, err = t.setting(settingHouseRules, &out.Rules); err != nil {
			return err
		}
		if out.Articles, out.ArticlesRevision, err = t.articleRules(); err != nil {
			return err
		}
		if out.Tips, out.TipsRevision, err = t.tipRules(); err != nil {
			return err
		}
		out.WeightsRevision, err = t.setting(settingDeskWeights, &out.Weights)
		return err
	})
	return out, err
}
