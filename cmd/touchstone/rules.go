package main

import (
	"context"
	"fmt"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

type articleRulesCmd struct {
	MaxSnapshot    *int `name:"max-snapshot" placeholder:"BYTES" help:"Largest page that is kept."`
	KeepPerArticle *int `name:"keep-per-article" placeholder:"N" help:"How many kept pages of an article to keep; 0 for all. The first, the last and what somebody judged by always stay."`
	KeepDays       *int `name:"keep-days" placeholder:"N" help:"How long to keep the others; 0 for ever."`
	QuoteLimit     *int `name:"quote-limit" placeholder:"N" help:"How many characters of a passage readers see."`
	JSON           bool `name:"json" help:"Print the rules for machines."`
}

// Run changes what was named and shows the rules.
func (c *articleRulesCmd) Run(ctx context.Context, a *app) error {
	return a.withStore(ctx, func(db *store.DB) error {
		rules, revision, err := db.ArticleRules(ctx, factcheck.Operator())
		if err != nil {
			return err
		}
		if c.change(&rules) {
			if err := db.EditArticleRules(ctx, factcheck.Operator(), revision, rules); err != nil {
				return err
			}
		}
		if c.JSON {
			return printJSON(a.stdout, map[string]int{
				"max_snapshot": rules.MaxSnapshot, "keep_per_article": rules.KeepPerArticle, "keep_days": rules.KeepDays, "quote_limit": rules.QuoteLimit,
			})
		}
		return table(a.stdout, [][]string{
			{"RULE", "VALUE"},
			{"largest page that is kept", size(int64(rules.MaxSnapshot))},
			{"kept pages of an article", allOr(rules.KeepPerArticle, "%d")},
			{"kept for", allOr(rules.KeepDays, "%d days")},
			{"characters of a public quotation", fmt.Sprint(rules.QuoteLimit)},
		})
	})
}

// change sets the rules that were named and reports whether there were any.
func (c *articleRulesCmd) change(rules *factcheck.ArticleRules) bool {
	changed := false
	for _, r := range []struct {
		given *int
		rule  *int
	}{{c.MaxSnapshot, &rules.MaxSnapshot}, {c.KeepPerArticle, &rules.KeepPerArticle}, {c.KeepDays, &rules.KeepDays}, {c.QuoteLimit, &rules.QuoteLimit}} {
		if r.given != nil {
			*r.rule, changed = *r.given, true
		}
	}
	return changed
}

// allOr writes a limit, of which zero is none.
func allOr(n int, format string) string {
	if n == 0 {
		return "no limit"
	}
	return fmt.Sprintf(format, n)
}
