package demo

import (
	"context"
	"fmt"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Policy is a version of one of the house's own pages; versions of a page follow one another in the order of the file.
type Policy struct {
	Slug     string `json:"slug"`
	Language string `json:"language"`
	Title    string `json:"title"`
	Body     Prose  `json:"body"`
	Note     string `json:"note,omitempty"` // what changed
}

// writePolicies writes the house's own pages.
func (p *stage) writePolicies(ctx context.Context) error {
	newest := map[string]int{}
	for _, page := range p.content.Policies {
		key := page.Slug + "/" + page.Language
		n, err := p.db.WritePolicy(ctx, factcheck.Operator(), newest[key], factcheck.PolicyInput{Slug: page.Slug, Language: page.Language, Title: page.Title, Body: page.Body.String(), Note: page.Note})
		if err != nil {
			return fmt.Errorf("page %s: %w", key, err)
		}
		newest[key] = n
	}
	return nil
}
