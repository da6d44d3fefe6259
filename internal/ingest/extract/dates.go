package extract

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// dates returns the candidates for a time in order of trust. Fields are published and modified.
func (p *page) dates(field string) []Found {
	var all []Found
	keys, prop := publishedKeys, "datePublished"
	if field == "modified" {
		keys, prop = modifiedKeys, "dateModified"
	}
	for _, s := range p.stories[:min(len(p.stories), 3)] {
		if field == "modified" {
			all = add(all, field, s.modified, "json-ld "+s.kind+".dateModified")
			continue
		}
		all = add(all, field, s.published, "json-ld "+s.kind+".datePublished")
		all = add(all, field, s.created, "json-ld "+s.kind+".dateCreated")
	}
	for _, key := range keys {
		all = add(all, field, p.metas.first(key), key)
	}
	all = add(all, field, p.microdata(strings.ToLower(prop)), "microdata "+prop)
	if field == "modified" {
		return all
	}
	all = p.timeElements(all)
	for _, address := range []string{p.in.URL, p.canonical()} {
		if m := datePath().FindStringSubmatch(address); m != nil {
			all = add(all, field, m[1]+"-"+month(m[2])+"-"+pad(m[3]), "address")
		} else if m := datePart().FindStringSubmatch(address); m != nil {
			all = add(all, field, m[1]+"-"+m[2]+"-"+m[3], "address")
		}
	}
	return all
}

// Dates in addresses: /2025/06/07/, /2025/jun/7/; /2025-06-07-title, /20250607/.
var (
	datePath = lazy(`/((?:19|20)\d{2})/(\d{1,2}|[a-z]{3})/(\d{1,2})(?:[/_.-]|$)`)
	datePart = lazy(`[/_-](20\d{2})-?([01]\d)-?([0-3]\d)(?:[/_.-]|$)`)
)

func month(s string) string {
	if t, err := time.Parse("Jan", strings.ToUpper(s[:1])+s[1:]); err == nil {
		return t.Format("01")
	}
	return pad(s)
}

func pad(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// timeElements adds the time elements that say they are the article's, then the others of the article.
func (p *page) timeElements(all []Found) []Found {
	n := 0
	for e := range elements(p.doc) {
		if e.Data != "time" {
			continue
		}
		if n++; n > 50 {
			break
		}
		if within(e, "nav", "footer", "aside") || asideOf(e) {
			continue
		}
		value := attr(e, "datetime")
		if value == "" {
			value = textOf(e, 100)
		}
		all = add(all, "published", value, "time")
		if len(all) > 30 {
			break
		}
	}
	return all
}

// chooseDate takes the first candidate that is a date, after 1990 and not after the page was read.
func (p *page) chooseDate(all []Found) factcheck.Date {
	for i, f := range all {
		if d, ok := parseDate(f.Value); ok && p.believable(d) {
			all[i].Chosen = true
			return d
		}
	}
	return factcheck.Date{}
}

func (p *page) believable(d factcheck.Date) bool {
	return d.At.Year() >= 1990 && (p.in.FetchedAt.IsZero() || d.At.Before(p.in.FetchedAt.Add(24*time.Hour)))
}

// guessDate searches the page for what looks like the date of publication, as htmldate does: short texts in elements that
// are marked as dates, outside of the page's furniture. It is the last resort. (The library of that name makes every start of
// the program 0.2 s longer and takes 60 MB, for its tables of words in 200 languages.)
func (p *page) guessDate() ([]Found, factcheck.Date) {
	n := 0
	for e := range elements(p.doc) {
		if e.Data == "body" || e.Data == "html" || !dateMark().MatchString(marks(e)) || within(e, "nav", "footer", "aside", "form") || asideOf(e) {
			continue
		}
		if n++; n > 50 {
			break
		}
		text := textOf(e, 200)
		if len(text) > 120 {
			continue // more than a date
		}
		if d, ok := parseDate(wholeDate(text)); ok && d.Precision != factcheck.PrecisionYear && p.believable(d) {
			return []Found{{Field: "published", Value: d.String(), Where: "class date", Chosen: true}}, d
		}
	}
	return nil, factcheck.Date{}
}

var (
	dateMark = lazy(`(?:^|[\s_-])(?:date|dates|pubdate|published|publish|posted|posted-on|timestamp|dateline|datum|fecha|data|time|datetime|created|meta)(?:[\s_-]|$)`)
	dateText = lazy(`\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?|\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}(?:st|nd|rd|th|\.|º|er)? (?:de |di )?[\p{L}\p{M}]{2,12}\.?,? (?:de |del )?\d{4}|\p{L}{3,12}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{1,2}[./]\d{1,2}[./]\d{4}`)
)

// wholeDate returns the first date in a text, without the words around it.
func wholeDate(s string) string { return dateText().FindString(line(s)) }

// ambiguous reports whether the page gives a date of which nobody can tell day from month; a guess would be one, too.
func ambiguous(all []Found) bool {
	return slices.ContainsFunc(all, func(f Found) bool {
		_, read := parseDate(f.Value)
		return !read && figures().MatchString(f.Value)
	})
}

var (
	figures = lazy(`^\d{1,2}[/.-]\d{1,2}[/.-]\d{4}`)
	zoned   = lazy(`(?i)(?:z|[+-]\d{2}:?\d{2}|\s(?:utc|gmt)(?:[+-]\d{1,2}(?::?\d{2})?)?)$`)
	shortTZ = lazy(`([+-]\d{2})$`)
	weekday = lazy(`(?i)^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+`)
	ordinal = lazy(`(\d)(?:st|nd|rd|th)\b`)
	dayAt   = lazy(`(?i)^(.*?\d{4})(?:,?\s+(?:at\s+)?\d{1,2}[:.]\d{2}.*|\s+[-–|].*|,.*)?$`)
)

// parseDate reads a time as pages write it. With a time zone it is an instant; without one only its day is known, as
// written; 2025-06 and 2025 are a month and a year. A day and month in figures only are read where they are not ambiguous.
func parseDate(s string) (factcheck.Date, bool) {
	s = strings.TrimSpace(weekday().ReplaceAllString(line(s), ""))
	if len(s) < 4 || len(s) > 60 {
		return factcheck.Date{}, false
	}
	if d, ok := parseInstant(s); ok {
		return d, true
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		switch {
		case len(s) == 10:
			return factcheck.Date{At: time.Unix(n, 0).UTC(), Precision: factcheck.PrecisionInstant}, true
		case len(s) == 13:
			return factcheck.Date{At: time.UnixMilli(n).UTC(), Precision: factcheck.PrecisionInstant}, true
		}
	}
	return parseDay(s)
}

func parseInstant(s string) (factcheck.Date, bool) {
	if !zoned().MatchString(s) && !shortTZ().MatchString(s) {
		return factcheck.Date{}, false
	}
	t := strings.ToUpper(s)
	for _, layout := range []string{
		"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05Z07", "2006-01-02T15:04Z07:00", "2006-01-02T15:04Z0700", "2006-01-02 15:04:05Z07:00",
		"2006-01-02 15:04:05Z0700", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05 Z0700", "2006-01-02 15:04Z07:00", "2006-01-02 15:04 Z07:00", "20060102T150405Z0700",
		"2006/01/02 15:04:05 Z0700", "2006-01-02 15:04:05 MST", "02 JAN 2006 15:04:05 MST", "02 JAN 2006 15:04:05 -0700", "2 JAN 2006 15:04:05 -0700", "2 JAN 2006 15:04:05 MST",
		"JAN 2 15:04:05 -0700 2006", "JAN 2, 2006 15:04 MST",
	} {
		at, err := time.Parse(layout, t)
		if err == nil && at.Location().String() != "" || err == nil && (strings.HasSuffix(t, "UTC") || strings.HasSuffix(t, "GMT") || strings.HasSuffix(t, "Z")) || err == nil && shortTZ().MatchString(t) || err == nil && zoned().MatchString(t) {
			return factcheck.Date{At: at.UTC(), Precision: factcheck.PrecisionInstant}, true
		}
	}
	return factcheck.Date{}, false
}

func parseDay(s string) (factcheck.Date, bool) {
	for layout, precision := range map[string]factcheck.Precision{"2006": factcheck.PrecisionYear, "2006-01": factcheck.PrecisionMonth, "2006/01": factcheck.PrecisionMonth} {
		if at, err := time.Parse(layout, s); err == nil {
			return factcheck.Date{At: at, Precision: precision}, true
		}
	}
	s = strings.ReplaceAll(ordinal().ReplaceAllString(s, "$1"), "Sept ", "Sep ")
	if len(s) > 10 && s[4] == '-' || len(s) > 10 && s[4] == '/' {
		s = s[:10]
	}
	if m := dayAt().FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	for _, layout := range []string{
		"2006-01-02", "2006/01/02", "2006/1/2", "2006.01.02", "2006-1-2", "20060102", "2006年1月2日", "02.01.2006", "2.1.2006", "January 2, 2006", "January 2 2006", "Jan 2, 2006", "Jan 2 2006",
		"Jan. 2, 2006", "2 January 2006", "2 Jan 2006", "2 Jan. 2006", "02-Jan-2006",
	} {
		if at, err := time.Parse(layout, s); err == nil {
			return factcheck.Day(at), true
		}
	}
	for layout, other := range map[string]string{"2/1/2006": "1/2/2006", "2-1-2006": "1-2-2006"} {
		at, err := time.Parse(layout, s)
		swapped, err2 := time.Parse(other, s)
		switch {
		case err == nil && (err2 != nil || swapped.Equal(at)):
			return factcheck.Day(at), true
		case err2 == nil && err != nil:
			return factcheck.Day(swapped), true
		}
	}
	return parseNamedDay(s)
}

// published reads the time that stands by itself near the beginning or the end of a pasted text.
func (t *pasted) published() (factcheck.Date, []Found) {
	d, ok := parseDate(t.date)
	if !ok || d.At.Year() < 1990 {
		return factcheck.Date{}, nil
	}
	return d, []Found{{Field: "published", Value: t.date, Where: "line of its own", Chosen: true}}
}
