package store

import (
	"context"
	"fmt"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

const settingArticleRules = "articles"

// ArticleRules returns the house's rules for what is kept and shown of articles, and the revision to pass back when editing
// them: 0 while nobody has set any. Checkers and above, and the operator.
func (db *DB) ArticleRules(ctx context.Context, actor factcheck.Actor) (factcheck.ArticleRules, int, error) {
	var rules factcheck.ArticleRules
	revision := 0
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read the rules for articles", func(t *tx) error {
		var err error
		rules, revision, err = t.articleRules()
		return err
	})
	return rules, revision, err
}

// EditArticleRules replaces the rules for articles. Another limit of quotes shows at once: the documents that read
// differently then are rebuilt, each with a change entry (appearance.changed). CodeConflict if somebody changed the rules
// since revision. Admins and the operator. The cost of another limit grows with the public quotes that it cuts.
func (db *DB) EditArticleRules(ctx context.Context, actor factcheck.Actor, revision int, rules factcheck.ArticleRules) error {
	return db.write(ctx, actor, factcheck.ManageHouse, "set the rules for articles", func(t *tx) error {
		if err := rules.Check(); err != nil {
			return err
		}
		// There may be no row to lock yet.
		if _, err := t.pgx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('setting ' || $1, 0))`, settingArticleRules); err != nil {
			return fmt.Errorf("lock the rules for articles: %w", err)
		}
		old, now, err := t.articleRules()
		if err != nil {
			return err
		}
		if now != revision {
			return factcheck.Conflict("the rules for articles were changed by somebody else meanwhile; reload them and look at what changed")
		}
		if err := t.setSetting(settingArticleRules, rules); err != nil {
			return err
		}
		if rules.QuoteLimit != old.QuoteLimit {
			claims, err := t.lockClaimsOf(`SELECT claim_id FROM appearances WHERE char_length(quote) > $1`, min(rules.QuoteLimit, old.QuoteLimit))
			if err != nil {
				return err
			}
			if err := t.changeIfMoved(factcheck.ChangeAppearanceChanged, "", claims...); err != nil {
				return err
			}
			if err := t.bumpRenderEpoch(); err != nil { // pages of articles show quotes too
				return err
			}
		}
		return t.audit("house.articles", nil, map[string]any{"before": old, "after": rules})
	})
}

// articleRules returns the house's rules for articles, or those of a house that has set none, and their revision.
func (t *tx) articleRules() (factcheck.ArticleRules, int, error) {
	rules := factcheck.DefaultArticleRules()
	revision, err := t.setting(settingArticleRules, &rules)
	return rules, revision, err
}
