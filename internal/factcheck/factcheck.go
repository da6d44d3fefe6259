// Package factcheck is the domain of Touchstone: its words, its rules, its error codes and its permission table.
//
// A claim is one checkable sentence as it was claimed. An article makes, repeats, reports or disputes it (an appearance).
// A publisher's verdict on a claim is a chain of versions, each with the sources it rests on. The rules here are plain
// functions over values: they know no database, no context and no clock, and the package imports the standard library only.
package factcheck

import "time"

// Precision says how exactly a date is known. People say things on a day, in a month or in a year.
type Precision string

// The precisions of a date, from coarse to exact, as the API's date_precision spells them.
const (
	PrecisionYear    Precision = "year"
	PrecisionMonth   Precision = "month"
	PrecisionDay     Precision = "day"
	PrecisionInstant Precision = "instant"
)

// Valid reports whether p is one of the four precisions.
func (p Precision) Valid() bool {
	switch p {
	case PrecisionYear, PrecisionMonth, PrecisionDay, PrecisionInstant:
		return true
	}
	return false
}

// Date is a point in time that is known to a precision. The zero Date means unknown.
// At is UTC; below the precision its parts are the first of their kind (month 1, day 1, 00:00).
type Date struct {
	At        time.Time
	Precision Precision
}

// IsZero reports whether the date is unknown.
func (d Date) IsZero() bool { return d.At.IsZero() }

// Day returns the date of t's UTC day, with day precision.
func Day(t time.Time) Date {
	y, m, d := t.UTC().Date()
	return Date{At: time.Date(y, m, d, 0, 0, 0, 0, time.UTC), Precision: PrecisionDay}
}

// String returns the date as far as it is known, in the forms of RFC 3339: 2025, 2025-06, 2025-06-07 or the whole instant.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	switch d.Precision {
	case PrecisionYear:
		return d.At.UTC().Format("2006")
	case PrecisionMonth:
		return d.At.UTC().Format("2006-01")
	case PrecisionDay:
		return d.At.UTC().Format(time.DateOnly)
	}
	return d.At.UTC().Format(time.RFC3339)
}

// ParseDate reads what String writes and fails with CodeInvalid on anything else.
func ParseDate(s string) (Date, error) {
	forms := []struct {
		layout    string
		precision Precision
	}{
		{"2006", PrecisionYear}, {"2006-01", PrecisionMonth}, {time.DateOnly, PrecisionDay}, {time.RFC3339, PrecisionInstant},
	}
	for _, f := range forms {
		if t, err := time.Parse(f.layout, s); err == nil {
			return Date{At: t.UTC(), Precision: f.precision}, nil
		}
	}
	return Date{}, Invalid("date", "%q is not a date; write 2025, 2025-06, 2025-06-07 or 2025-06-07T16:40:00Z", clip(s, 40))
}

func clip(s string, runes int) string {
	n := 0
	for i := range s {
		if n == runes {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
