package site

import (
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
	return []homeColumn{
		{ID: "new", Title: p.T("home.new"), Empty: p.T("home.new.empty"), Items: p.New, MoreURL: p.Older.NextURL, More: p.T("home.earlier")},
		{ID: "spreading", Title: p.T("home.spreading"), Rule: p.N("home.spreading.rule", p.SpreadIn), Empty: p.T("home.spreading.empty"), Items: p.Spreading},
		{ID: "corrected", Title: p.T("home.corrected"), Empty: p.T("home.corrected.empty"), Items: p.Corrected, MoreURL: p.correctionsURL(), More: p.T("home.corrections")},
	}
}

// correctionsURL is where all corrections are, if there are any.
func (p HomePage) correctionsURL() string {
	if len(p.Corrected) == 0 || !p.Rooms.Corrections {
		return ""
	}
	return p.Local("/corrections")
}
