// Package ui holds the templ components used on every page, for readers and in the newsroom: the frame, the verdict's
// disc, dates, sources, articles, notices, lists, form fields, and the rendering of what people wrote.
//
// Interface words come from ui/text; everything else on a page is somebody's text and carries its own lang and dir.
package ui

import (
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

// Locale is how the interface speaks: its language, and the zone in which instants are shown (nil is UTC).
type Locale struct {
	Lang string
	Zone *time.Location
}

// T returns an interface message, see text.T.
func (l Locale) T(key string, args ...any) string { return text.T(l.Lang, key, args...) }

// N returns an interface message that counts, see text.N.
func (l Locale) N(key string, n int, args ...any) string { return text.N(l.Lang, key, n, args...) }

// Dir returns the direction of the interface, ltr or rtl.
func (l Locale) Dir() string {
	if d := Dir(l.Lang); d != "auto" {
		return d
	}
	return "ltr"
}

// Local returns the address of one of our pages in the interface language: unprefixed for the default language, under
// /es, /ar, … otherwise. path starts with a slash.
func (l Locale) Local(path string) string {
	if !l.prefixed() {
		return path
	}
	return "/" + l.Lang + path
}

// prefixed reports whether the addresses of pages in this language have its prefix.
func (l Locale) prefixed() bool { return l.Lang != "" && l.Lang != text.Default }

// Instant writes a point in time: 7 June 2025, 16:40 UTC.
func (l Locale) Instant(t time.Time) string {
	t = l.in(t)
	zone, offset := t.Zone()
	if zone == "" || strings.ContainsAny(zone, "+-") {
		zone = "UTC"
		if offset != 0 {
			zone += t.Format("-07:00")
		}
	}
	return l.T("date.instant", l.day(t), t.Format("15:04"), zone)
}

// Day writes the day of a point in time: 7 June 2025.
func (l Locale) Day(t time.Time) string { return l.day(l.in(t)) }

// Date writes a date as far as it is known. Only instants move with the zone: what somebody said on a day stays on it.
func (l Locale) Date(d factcheck.Date) string {
	if d.IsZero() {
		return ""
	}
	switch d.Precision {
	case factcheck.PrecisionYear:
		return d.At.Format("2006")
	case factcheck.PrecisionMonth:
		return l.T("date.month", l.T("month."+d.At.Format("1")), d.At.Format("2006"))
	case factcheck.PrecisionDay:
		return l.day(d.At)
	}
	return l.Instant(d.At)
}

func (l Locale) in(t time.Time) time.Time {
	if l.Zone == nil {
		return t.UTC()
	}
	return t.In(l.Zone)
}

func (l Locale) day(t time.Time) string {
	return l.T("date.day", t.Format("2"), l.T("month."+t.Format("1")), t.Format("2006"))
}

// Number writes a number with the thousands separator of the language.
func (l Locale) Number(n int) string { return text.Number(l.Lang, n) }
