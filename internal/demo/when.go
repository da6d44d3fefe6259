package demo

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// When is a moment of the story. In the files it is either a date as [factcheck.ParseDate] reads it, for what happened in
// the world, or a length of time counted back from the start of the demonstration ("-40m", "-3d4h"), so that a demonstration
// begun on any day has news from today. The zero When is none.
type When struct {
	fixed factcheck.Date
	back  time.Duration
}

// backForm is the form of a length of time counted back: days, hours, minutes, each optional.
var backForm = regexp.MustCompile(`^-(?:(\d{1,4})d)?(?:(\d{1,2})h)?(?:(\d{1,2})m)?$`)

// UnmarshalText reads either form. A length of nothing is refused: nothing in the story happens at its very end.
func (w *When) UnmarshalText(b []byte) error {
	s := string(b)
	if m := backForm.FindStringSubmatch(s); m != nil {
		var back time.Duration
		for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute} {
			if m[i+1] == "" {
				continue
			}
			n, err := strconv.Atoi(m[i+1])
			if err != nil {
				return fmt.Errorf("read time %q: %w", s, err)
			}
			back += time.Duration(n) * unit
		}
		if back == 0 {
			return fmt.Errorf("read time %q: counted back by nothing", s)
		}
		*w = When{back: back}
		return nil
	}
	d, err := factcheck.ParseDate(s)
	if err != nil {
		return fmt.Errorf("read time %q: %w", s, err)
	}
	*w = When{fixed: d}
	return nil
}

// IsZero reports whether w is none.
func (w When) IsZero() bool { return w == When{} }

// Time returns the moment, in UTC and to the second, of a demonstration that starts at start. Below its precision a fixed
// date is the first moment of the day, month or year. The zero When is the zero time.
func (w When) Time(start time.Time) time.Time {
	if w.back > 0 {
		return start.UTC().Add(-w.back).Truncate(time.Second)
	}
	return w.fixed.At
}

// Date returns the date of a demonstration that starts at start. What is counted back is known to the precision p, or to
// the day if p is empty; a fixed date has its own precision.
func (w When) Date(start time.Time, p factcheck.Precision) factcheck.Date {
	if w.back == 0 {
		return w.fixed
	}
	if p == factcheck.PrecisionInstant {
		return factcheck.Date{At: w.Time(start), Precision: p}
	}
	return factcheck.Day(w.Time(start))
}
