package site

import (
	"errors"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
)

// showHistory serves /claims/{slug}/history: all public states of the page and, with ?from= and ?to= (their numbers), what differs
// between two of them.
func (s *Site) showHistory(c *fiber.Ctx) error {
	slug, err := slugParam(c)
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	h, err := s.houseRow(ctx)
	if err != nil {
		return err
	}
	d, claim, err := s.current(ctx, slug)
	if moved, ok := errors.AsType[*movedError](err); ok {
		return moveTo(c, claimPath(moved.slug)+"/history")
	}
	if err != nil {
		return err
	}
	states, err := s.cfg.Store.Versions(ctx, d.Claim)
	if err != nil {
		return err
	}
	path := claimPath(slug)
	shell := s.shell(h, path+"/history")
	lead, _ := claim.Lead()
	page := pages.HistoryPage{
		Shell: shell, Canonical: s.absolute(path + "/history"), Text: claim.Text, Lang: claim.Language,
		ClaimURL: shell.Local(path), Entries: history(shell.Local(path), states), UnderWay: lead.State == string(factcheck.VerdictSuspended),
	}
	if from, to := c.Query("from"), c.Query("to"); (from != "" || to != "") && !page.UnderWay {
		if page.Compared, err = s.comparison(page.Entries, states, from, to); err != nil {
			return err
		}
		page.Query = "from=" + strconv.Itoa(page.Compared.From.N) + "&to=" + strconv.Itoa(page.Compared.To.N)
	}
	return s.render(c, pages.History(page))
}

// comparison returns what differs between two states, named by their numbers. One that is not named is the one before the
// other, or the newest. CodeNotFound for a number that no state has.
func (s *Site) comparison(entries []pages.HistoryEntry, states []store.State, from, to string) (*pages.Comparison, error) {
	j := len(states) - 1
	if to != "" {
		j = slices.IndexFunc(states, func(st store.State) bool { return strconv.Itoa(st.N) == to })
	}
	i := max(j-1, 0)
	if from != "" {
		i = slices.IndexFunc(states, func(st store.State) bool { return strconv.Itoa(st.N) == from })
	}
	if i < 0 || j < 0 {
		return nil, factcheck.NotFound("this claim's page had no such state")
	}
	var docs [2]document.Claim
	for k, at := range []int{i, j} {
		var err error
		if docs[k], err = document.Decode(states[at].Stored, s.cfg.PublicURL, states[at].Seq); err != nil {
			return nil, err
		}
	}
	last := len(entries) - 1 // entries are newest first, states oldest first
	return &pages.Comparison{From: entries[last-i], To: entries[last-j], Changes: document.CompareStates(docs[0], docs[1])}, nil
}

// history returns the states of a page, newest first; path is the page's, in its language.
func history(path string, states []store.State) []pages.HistoryEntry {
	out := make([]pages.HistoryEntry, 0, len(states))
	for _, st := range slices.Backward(states) {
		out = append(out, pages.HistoryEntry{
			N: st.N, At: st.At, Kind: pages.HistoryKind(st.Type), Note: st.Note, Label: st.Label, Publisher: st.Publisher,
			URL: path + "/v/" + strconv.Itoa(st.N),
		})
	}
	for i := range len(out) - 1 {
		out[i].CompareURL = pages.CompareURL(path, out[i+1].N, out[i].N)
	}
	return out
}
