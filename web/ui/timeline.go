package ui

import (
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Timeline is how a claim spread: one row per day, week, month or year, with what was made or repeated, reported, disputed,
// and corrected or removed in it, and what the house said then. Chart and table are made of the same rows, so that they
// cannot differ.
type Timeline struct {
	Rows []TimelineRow
}

// TimelineRow is one step of time.
type TimelineRow struct {
	From                                time.Time // UTC
	Step                                step
	Asserted, Reported, Disputed, Fixed int
	Marks                               []string // messages of the milestones that lie in it
}

// Milestone is something the house published while the claim spread.
type Milestone struct {
	At  time.Time
	Key string // the interface message that names it, such as timeline.verdict
}

type step int

const (
	day step = iota
	week
	month
	year
)

// maxRows is how many rows there may be before the step grows.
const maxRows = 16

// TimelineOf counts judged appearances by time, and marks the milestones that lie between the first and the last, or not
// long after. Fewer than four dated articles, or all in one step, make no timeline: it has no rows.
func TimelineOf(judged []document.Appearance, milestones ...Milestone) Timeline {
	first, last, dated := bounds(judged)
	if dated < 4 {
		return Timeline{}
	}
	s := day
	for s < year && s.count(first, last) > maxRows {
		s++
	}
	from := s.floor(first)
	n := s.count(first, last)
	if n < 2 {
		return Timeline{}
	}
	for _, m := range milestones {
		if k := s.count(first, m.At); !m.At.IsZero() && k > n && k <= maxRows {
			n = k
		}
	}
	if n > 4*maxRows {
		return Timeline{}
	}
	t := Timeline{Rows: make([]TimelineRow, n)}
	for i := range t.Rows {
		t.Rows[i] = TimelineRow{From: s.add(from, i), Step: s}
	}
	row := func(at time.Time) *TimelineRow { return &t.Rows[s.count(first, at)-1] }
	for _, a := range judged {
		count(a, row)
	}
	for _, m := range milestones {
		if !m.At.IsZero() && !m.At.Before(from) && s.count(first, m.At) <= n {
			r := row(m.At)
			r.Marks = append(r.Marks, m.Key)
		}
	}
	return t
}

// bounds returns the first and the last moment at which something happened, and how many articles are dated.
func bounds(judged []document.Appearance) (first, last time.Time, dated int) {
	see := func(at time.Time) {
		if first.IsZero() || at.Before(first) {
			first = at
		}
		if at.After(last) {
			last = at
		}
	}
	for _, a := range judged {
		at := appearedAt(a)
		if at.IsZero() {
			continue
		}
		dated++
		see(at.UTC())
		if fixed := fixedAt(a); !fixed.IsZero() {
			see(fixed)
		}
	}
	return first, last, dated
}

func fixedAt(a document.Appearance) time.Time {
	if !factcheck.Stance(a.Stance).Asserts() || !mended(a) || a.Correction.At == nil {
		return time.Time{}
	}
	return a.Correction.At.UTC()
}

func count(a document.Appearance, row func(time.Time) *TimelineRow) {
	at := appearedAt(a).UTC()
	if at.IsZero() {
		return
	}
	switch s := factcheck.Stance(a.Stance); {
	case s.Asserts():
		row(at).Asserted++
	case s == factcheck.StanceReports:
		row(at).Reported++
	case s == factcheck.StanceDisputes:
		row(at).Disputed++
	}
	if fixed := fixedAt(a); !fixed.IsZero() {
		row(fixed).Fixed++
	}
}

// floor returns the beginning of the step that t lies in; weeks begin on Monday (ISO 8601).
func (s step) floor(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	switch s {
	case week:
		d -= (int(t.UTC().Weekday()) + 6) % 7
	case month:
		d = 1
	case year:
		m, d = 1, 1
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func (s step) add(t time.Time, n int) time.Time {
	switch s {
	case week:
		return t.AddDate(0, 0, 7*n)
	case month:
		return t.AddDate(0, n, 0)
	case year:
		return t.AddDate(n, 0, 0)
	}
	return t.AddDate(0, 0, n)
}

// count returns how many steps there are from the one of first to the one of last, both included.
func (s step) count(first, last time.Time) int {
	a, b := s.floor(first), s.floor(last)
	switch s {
	case month:
		return (b.Year()-a.Year())*12 + int(b.Month()-a.Month()) + 1
	case year:
		return b.Year() - a.Year() + 1
	}
	days := int(b.Sub(a).Hours()) / 24
	if s == week {
		return days/7 + 1
	}
	return days + 1
}

// label returns what a row is called. A day and the first day of a week go without their year: the rows follow each other.
func (r TimelineRow) label(l Locale) string {
	switch r.Step {
	case month:
		return l.Date(factcheck.Date{At: r.From, Precision: factcheck.PrecisionMonth})
	case year:
		return r.From.Format("2006")
	}
	d := l.T("date.short", r.From.Format("2"), l.T("month."+r.From.Format("1")))
	if r.Step == week {
		return l.T("timeline.week", d)
	}
	return d
}
