package site

import (
	"context"
	"errors"
	"net/url"
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
	from, to := stateNumber(c.Query("from")), stateNumber(c.Query("to"))
	key := keyed(claimsPrefix+slug+"/history", compared(from, to))
	err = s.keepMade(c, key, func(ctx context.Context, h *house) (finished, error) { return s.history(ctx, h, slug, from, to) })
	if moved, ok := errors.AsType[*movedError](err); ok {
		history := claimPath(moved.slug) + "/history"
		if moved.renamed { // the numbers of states are each claim's own
			history = keyed(history, compared(from, to))
		}
		return moveTo(c, history)
	}
	return err
}

// stateNumber returns the number of a state as it was asked for. What can be none is the one that no state has, whatever it says.
func stateNumber(asked string) string {
	if _, ok := number(asked); asked != "" && !ok {
		return "0"
	}
	return asked
}

// compared asks for what differs between two states; one that is not named is left out.
func compared(from, to string) url.Values { return with(nil, "from", from, "to", to) }

// history makes the page of a claim's public states.
func (s *Site) history(ctx context.Context, h *house, slug, from, to string) (finished, error) {
	d, claim, err := s.current(ctx, slug)
	if err != nil {
		return finished{}, err
	}
	states, err := s.cfg.Store.Versions(ctx, d.Claim)
	if err != nil {
		return finished{}, err
	}
	path := claimPath(slug)
	shell := s.shell(h, path+"/history")
	lead, _ := claim.Lead()
	page := pages.HistoryPage{
		Shell: shell, Canonical: s.absolute(path + "/history"), Text: claim.Text, Lang: claim.Language,
		ClaimURL: shell.Local(path), Entries: history(shell.Local(path), states), UnderWay: lead.State == string(factcheck.VerdictSuspended),
	}
	if (from != "" || to != "") && !page.UnderWay {
		if page.Compared, err = s.comparison(page.Entries, states, from, to); err != nil {
			return finished{}, err
		}
		page.Query = "from=" + strconv.Itoa(page.Compared.From.N) + "&to=" + strconv.Itoa(page.Compared.To.N)
	}
	return finished{page: pages.History(page), surrogate: claim.ID, modified: d.UpdatedAt}, nil
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
			URL: stateURL(path, st),
		})
	}
	for i := range len(out) - 1 {
		out[i].CompareURL = pages.CompareURL(path, out[i+1].N, out[i].N)
	}
	return out
}

// stateURL is the address of a state of the page at a path.
func stateURL(path string, st store.State) string { return path + "/v/" + strconv.Itoa(st.N) }
