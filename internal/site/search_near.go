package site

import (
	"context"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/search"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

const (
	// maxLeftOut is how many words a query may have for one of them to be left out: each costs a search of its own.
	maxLeftOut = 8
	nearLength = 5
)

// near fills the page of a search that found nothing with what is found when one word is left out: the one without which there
// is least, but something, so that as much as possible of what was asked for still holds. It is said which word that is.
func (s *Site) near(ctx context.Context, page *pages.SearchPage, q searching) error {
	words := search.Words(q.query, "")
	if len(words) < 2 || len(words) > maxLeftOut || q.exact || strings.ContainsAny(q.query, "\":") {
		return nil
	}
	var best finder.Found
	var left search.Word
	var asked string
	for _, w := range words {
		shorter := strings.Join(strings.Fields(q.query[:w.Start]+" "+q.query[w.End:]), " ")
		found, err := s.cfg.Finder.Find(ctx, finder.Question{Text: shorter, Sort: search.SortRelevance, Limit: nearLength})
		if err != nil {
			return err
		}
		if found.Total > 0 && (best.Total == 0 || found.Total < best.Total) {
			best, left, asked = found, w, shorter
		}
	}
	if best.Total == 0 || best.Warming {
		return nil
	}
	to := q
	to.query, to.page = asked, 1
	page.Near = &pages.NearSearch{Without: ui.Clip(q.query[left.Start:left.End], 60), Total: best.Total, All: to.way(nil)}
	for _, d := range best.Docs {
		claim, err := s.decode(d)
		if err != nil {
			return err
		}
		page.Near.Hits = append(page.Near.Hits, hitOf(page.Locale, claim, best.Marker))
	}
	return nil
}
