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
	Pager     ui.Pager       // to older claims
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
	ID, Title, Empty string
	Items            []ui.ClaimItem
}

func (p HomePage) columns() []homeColumn {
	return []homeColumn{
		{"new", p.T("home.new"), p.T("home.new.empty"), p.New},
		{"spreading", p.T("home.spreading"), p.T("home.spreading.empty"), p.Spreading},
		{"corrected", p.T("home.corrected"), p.T("home.corrected.empty"), p.Corrected},
	}
}
