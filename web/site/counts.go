package site

import (
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// CountsPage is /data/counts: what readers ask for, and why the house takes up what it does, by month.
type CountsPage struct {
	ui.Shell
	Canonical string
	JSON, CSV string // addresses
	Floor     int    // below it a number is not shown
	Months    []CountedMonth
}

// CountedMonth is a month in numbers.
type CountedMonth struct {
	ID, Month, CountedAt string
	Tips                 []factcheck.CountCell
	Declines, Selection  []factcheck.CountCell
}

// Add puts a cell into its table.
func (m *CountedMonth) Add(c factcheck.CountCell) {
	switch c.Table {
	case factcheck.CountTips:
		m.Tips = append(m.Tips, c)
	case factcheck.CountDeclines:
		m.Declines = append(m.Declines, c)
	case factcheck.CountSelection:
		m.Selection = append(m.Selection, c)
	}
}

func (p CountsPage) head() ui.Head {
	return ui.Head{Title: p.T("counts.title"), Canonical: p.Canonical, Description: p.T("counts.lead")}
}

// shown is a number, or that it is below the floor.
func (p CountsPage) shown(c factcheck.CountCell) string {
	if c.N == 0 {
		return p.T("counts.few", p.Number(p.Floor))
	}
	return p.Number(c.N)
}
