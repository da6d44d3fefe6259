package site

import (
	"slices"

	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// HomePage is the front page: what was checked last, what is spreading, what was corrected.
type HomePage struct {
	ui.Shell
	Canonical string
	FeedURL   string
	Lead      *ui.ClaimItem // the claim set large; nil when nothing is published yet
	New       []ui.ClaimItem
	Spreading []ui.ClaimItem // Note says how often it was seen
	Corrected []ui.ClaimItem // Note says what was corrected
	Total     int            // published claims
	Others    int            // of those, checked by other publishers only
	Older     Older          // claims that are older than New
	House     bool           // New holds claims of the house alone
	SpreadIn  int            // days that Spreading looks back
}

func (p HomePage) head() ui.Head {
	return ui.Head{
		Title: p.HouseName, Description: p.T("home.description", p.HouseName), Canonical: p.Canonical, FeedURL: p.FeedURL,
	}
}

func (p HomePage) empty() bool {
	return p.Lead == nil && len(p.New) == 0 && len(p.Spreading) == 0 && len(p.Corrected) == 0
}

// homeColumn is one of the lists on the front page.
type homeColumn struct {
	ID, Title, Rule, Empty string
	Items                  []ui.ClaimItem
	MoreURL, More          string
}

func (p HomePage) columns() []homeColumn {
	shown := map[string]bool{} // an answer is read once
	if p.Lead != nil {
		shown[p.Lead.URL] = true
	}
	return []homeColumn{
		{ID: "new", Title: p.T("home.new"), Empty: p.T("home.new.empty"), Items: answeredOnce(p.New, shown), MoreURL: p.Older.NextURL, More: p.T("home.earlier")},
		{ID: "spreading", Title: p.T("home.spreading"), Rule: p.N("home.spreading.rule", p.SpreadIn), Empty: p.T("home.spreading.empty"), Items: answeredOnce(p.Spreading, shown)},
		{ID: "corrected", Title: p.T("home.corrected"), Empty: p.T("home.corrected.empty"), Items: answeredOnce(p.Corrected, shown), MoreURL: p.correctionsURL(), More: p.T("home.corrections")},
	}
}

// answeredOnce leaves out the answers of claims that stand above already, and remembers these.
func answeredOnce(items []ui.ClaimItem, shown map[string]bool) []ui.ClaimItem {
	out := slices.Clone(items)
	for i := range out {
		if shown[out[i].URL] {
			out[i].Answer = ""
		}
		shown[out[i].URL] = true
	}
	return out
}

// correctionsURL is where all corrections are, if there are any.
func (p HomePage) correctionsURL() string {
	if len(p.Corrected) == 0 || !p.Rooms.Corrections {
		return ""
	}
	return p.Local("/corrections")
}
