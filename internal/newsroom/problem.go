package newsroom

import (
	"errors"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
)

// formProblem is what is wrong with a form: told beside it, with everything typed still in it.
type formProblem struct {
	message string
	field   string
	status  int
}

// problemOf returns what to tell beside a form. It reports false for an error that is none of the form's: who sent it is
// signed out or may not, or it is ours.
func problemOf(err error) (formProblem, bool) {
	coded, ok := errors.AsType[*factcheck.Error](err)
	if !ok {
		return formProblem{}, false
	}
	switch coded.Code {
	case factcheck.CodeInvalid, factcheck.CodeConflict, factcheck.CodeNotFound, factcheck.CodeGone, factcheck.CodeRateLimited, factcheck.CodeUnavailable:
		return formProblem{message: sentence(coded.Message), field: coded.Field, status: problem.Status(coded.Code, false)}, true
	}
	return formProblem{}, false
}

// forbidden returns a refusal as the problem of a form: for acts that depend on whose work it is, not on the role alone.
func forbidden(err error) formProblem {
	p := formProblem{status: problem.Status(factcheck.CodeForbidden, false)}
	if coded, ok := errors.AsType[*factcheck.Error](err); ok {
		p.message, p.field = sentence(coded.Message), coded.Field
	}
	return p
}

// sentence begins a message with a capital letter and ends it with a full stop.
func sentence(s string) string {
	if s == "" {
		return s
	}
	if s[0] >= 'a' && s[0] <= 'z' {
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	if !strings.ContainsAny(s[len(s)-1:], ".!?") {
		s += "."
	}
	return s
}

// date reads a date as far as somebody knows it: 2025, 2025-06, 2025-06-07, or with a time, which is the house's unless it
// names a zone. The empty text is the unknown date.
func (n *Newsroom) date(field, s string) (factcheck.Date, error) {
	if s == "" {
		return factcheck.Date{}, nil
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02 15:04:05"} {
		if t, err := time.ParseInLocation(layout, s, n.zone()); err == nil {
			return factcheck.Date{At: t.UTC(), Precision: factcheck.PrecisionInstant}, nil
		}
	}
	d, err := factcheck.ParseDate(s)
	switch {
	case err != nil:
		return d, factcheck.Invalid(field, "this is not a date; write 2025, 2025-06, 2025-06-07 or 2025-06-07 16:40")
	case d.IsZero(): // the first day of the year 1, which would be taken for none
		return d, factcheck.Invalid(field, "the year 1 cannot be right")
	}
	return d, nil
}

// instant reads a date as a moment, which a bare year or month is not; the zero time is none.
func (n *Newsroom) instant(field, s string) (time.Time, error) {
	d, err := n.date(field, s)
	if err == nil && (d.Precision == factcheck.PrecisionYear || d.Precision == factcheck.PrecisionMonth) {
		return time.Time{}, factcheck.Invalid(field, "give the day; write 2025-06-07 or 2025-06-07 16:40")
	}
	return d.At, err
}

// written returns a date as the forms take it.
func (n *Newsroom) written(d factcheck.Date) string {
	if d.Precision == factcheck.PrecisionInstant && !d.IsZero() {
		return n.moment(&d.At)
	}
	return d.String()
}

// moment returns a moment as the forms take it; a second that is not the first of its minute stays.
func (n *Newsroom) moment(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	if t.Second() != 0 {
		return t.In(n.zone()).Format("2006-01-02 15:04:05")
	}
	return t.In(n.zone()).Format("2006-01-02 15:04")
}

// dayOrMoment returns a moment as the forms take it. What begins with a day in UTC was known to the day, or typed as one: the
// forms read it back as the same moment.
func (n *Newsroom) dayOrMoment(t *time.Time) string {
	if isDay(t) {
		return t.UTC().Format(time.DateOnly)
	}
	return n.moment(t)
}

// day returns the day of a moment: the house's, unless the moment is a day by itself.
func (n *Newsroom) day(t *time.Time) factcheck.Date {
	if t == nil || t.IsZero() {
		return factcheck.Date{}
	}
	at := t.UTC()
	if !isDay(t) {
		local := t.In(n.zone())
		at = time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	}
	return factcheck.Date{At: at, Precision: factcheck.PrecisionDay}
}

// isDay reports whether a moment is the beginning of a day in UTC.
func isDay(t *time.Time) bool {
	return t != nil && !t.IsZero() && t.Equal(t.UTC().Truncate(24*time.Hour))
}

func (n *Newsroom) zone() *time.Location {
	if n.cfg.Zone == nil {
		return time.UTC
	}
	return n.cfg.Zone
}
