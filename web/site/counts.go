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
	Tables               []CountTable
}

// CountTable is one table of a month.
type CountTable struct {
	Name  string // as factcheck has it; its words are the messages counts.NAME and counts.NAME.CELL
	Cells []factcheck.CountCell
}

// Add puts a cell into its table. Cells of a table come one after the other.
func (m *CountedMonth) Add(c factcheck.CountCell) {
	if n := len(m.Tables); n == 0 || m.Tables[n-1].Name != c.Table {
		m.Tables = append(m.Tables, CountTable{Name: c.Table})
	}
	last := &m.Tables[len(m.Tables)-1]
	last.Cells = append(last.Cells, c)
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
