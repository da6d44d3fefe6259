package exchange

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/document"
)

// csvWriter writes a row for each current verdict.
type csvWriter struct {
	w       *csv.Writer
	columns []column
	info    Info
	row     []string
	err     error
}

func newCSVWriter(w io.Writer, info Info) *csvWriter {
	c := &csvWriter{w: csv.NewWriter(w), columns: columns(), info: info}
	for _, col := range c.columns {
		c.row = append(c.row, col.name)
	}
	if c.err = c.w.Write(c.row); c.err == nil {
		c.err = c.Close()
	}
	return c
}

// NewRows returns a Writer of the rows of a table that was begun before, with the columns that it has: those of its names that are
// known here, an empty cell for another.
func NewRows(w io.Writer, names []string, info Info) Writer {
	c := &csvWriter{w: csv.NewWriter(w), info: info, row: make([]string, len(names))}
	for _, name := range names {
		known := column{name: name, get: constant("")}
		for _, col := range columns() {
			if col.name == name {
				known = col
			}
		}
		c.columns = append(c.columns, known)
	}
	return c
}

// Write writes the current verdicts of claim, of every publisher, through to what is below.
func (w *csvWriter) Write(claim document.Claim) error {
	for i := range claim.Verdicts {
		if claim.Verdicts[i].State != "current" || w.err != nil {
			continue
		}
		c := cell{claim: &claim, verdict: &claim.Verdicts[i], info: &w.info}
		for n, col := range w.columns {
			w.row[n] = guard(col.get(c))
		}
		if err := w.w.Write(w.row); err != nil {
			w.err = fmt.Errorf("write %s: %w", claim.ID, err)
		}
	}
	return w.Close()
}

// Close writes what is still held.
func (w *csvWriter) Close() error {
	w.w.Flush()
	if w.err == nil {
		w.err = w.w.Error()
	}
	return w.err
}

// findOwnRow returns what reads a row of our own CSV. Appearances come back as listed: a table is edited too easily to accuse by it.
func findOwnRow() func(row) (found, error) {
	all := columns()
	return func(r row) (found, error) {
		c := cell{claim: &document.Claim{}, verdict: &document.Verdict{State: "current"}, info: &Info{}}
		for _, col := range all {
			text := unguard(r.get(col.name))
			if col.set == nil || text == "" {
				continue
			}
			if err := col.set(c, text); err != nil {
				return found{}, fmt.Errorf("column %s cannot be read: %w", col.name, err)
			}
		}
		return findVerdict(*c.claim, *c.verdict)
	}
}

// guard keeps a spreadsheet from running a cell as a formula: an apostrophe goes before =, +, -, @ and what hides them, and
// before apostrophes in front of those, so that unguard gets back exactly what was there (OWASP, CSV injection).
func guard(s string) string {
	if startsFormula(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

// Cell returns a cell of CSV that no spreadsheet runs as a formula, for whoever writes CSV of their own.
func Cell(s string) string { return guard(s) }

func unguard(s string) string {
	if strings.HasPrefix(s, "'") && startsFormula(strings.TrimLeft(s, "'")) {
		return s[1:]
	}
	return s
}

func startsFormula(s string) bool {
	return s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(s)[0])
}
