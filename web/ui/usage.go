package ui

import (
	"strconv"
	"time"
)

// Usage is how a partner's key was used in some time, and what the partner holds: the newsroom's page of a partner and the partner's
// own are made of it. All words but names come from the catalogue.
type Usage struct {
	Page  string // address of the page, without its query, which chooses the time
	CSV   string // address of the same as a file
	Range string // day, week, month, or empty for days that were chosen
	From  string // the days, as 2025-06-07
	Until string
	Error string // what is wrong with them
	Step  string // hour, day, week, month

	Steps      []UsageStep // all of the time, without calls too
	Operations []UsageStep // most calls first
	Total      UsageStep
	Limits     []UsageLimit
	Held       UsageHeld
}

// UsageStep is what was counted in a step of time, or for an operation.
type UsageStep struct {
	At                              time.Time
	Operation                       string // its name in the program
	Calls, Refused, Limited, Failed int
	P50, P95                        time.Duration // of those that were timed; below zero: none was
}

// UsageLimit is a limit, and how near calls came to it.
type UsageLimit struct {
	Name  string // burst or daily
	Quota int
	House bool // it is what the house allows everybody
	Near  int  // thousandths of it
}

// UsageHeld is what a partner holds.
type UsageHeld struct {
	Taken, Outdated int
	Followed, Head  int
	FollowedAt      *time.Time // nil: the feed is not followed
	Missing         int
	MissingAt       *time.Time
	List            []UsageClaim
	NextURL         string
}

// UsageClaim is a claim that a partner holds in an outdated version.
type UsageClaim struct {
	ID, URL, Text, Lang string // without a Text it is public no more
	N, NowN             int
	Label, NowLabel     string
	Given, Changed      time.Time
}

// ranges are the times that are chosen by a link.
func (Usage) ranges() []string { return []string{"day", "week", "month"} }

// Query returns the part of an address that chooses the time of the page.
func (u Usage) Query() string {
	if u.Range != "" {
		return "?range=" + u.Range
	}
	return "?from=" + u.From + "&until=" + u.Until
}

// plots returns the three drawings.
func (u Usage) plots(l Locale) []plot {
	steps, every := u.named(l)
	said := ""
	if len(steps) > 0 {
		said = l.T("usage.said", steps[0].Label, steps[len(steps)-1].Label)
	}
	count := func(kind, name string, sum int, of func(UsageStep) int) plotSeries {
		return plotSeries{Kind: kind, Name: l.T(name), Values: u.values(of), Sum: l.Number(sum)}
	}
	took := func(kind, name string, all time.Duration, of func(UsageStep) time.Duration) plotSeries {
		s := plotSeries{Kind: kind, Name: l.T(name), Values: u.values(func(s UsageStep) int { return micros(of(s)) })}
		if all >= 0 {
			s.Sum = l.took(micros(all))
		}
		return s
	}
	return []plot{
		{ID: "calls", Title: l.T("usage.calls." + u.Step), Said: said, Steps: steps, Every: every, Write: l.Number,
			Series: []plotSeries{count("asserted", "usage.calls", u.Total.Calls, func(s UsageStep) int { return s.Calls })}},
		{ID: "errors", Title: l.T("usage.errors." + u.Step), Said: said, Steps: steps, Every: every, Write: l.Number, Series: []plotSeries{
			count("disputed", "usage.refused", u.Total.Refused, func(s UsageStep) int { return s.Refused }),
			count("reported", "usage.limited", u.Total.Limited, func(s UsageStep) int { return s.Limited }),
			count("failed", "usage.failed", u.Total.Failed, func(s UsageStep) int { return s.Failed }),
		}},
		{ID: "latency", Title: l.T("usage.latency." + u.Step), Said: said, Steps: steps, Every: every, Lines: true, Write: l.took, Series: []plotSeries{
			took("p50", "usage.p50", u.Total.P50, func(s UsageStep) time.Duration { return s.P50 }),
			took("p95", "usage.p95", u.Total.P95, func(s UsageStep) time.Duration { return s.P95 }),
		}},
	}
}

func (u Usage) values(of func(UsageStep) int) []int {
	out := make([]int, len(u.Steps))
	for i, s := range u.Steps {
		out[i] = of(s)
	}
	return out
}

// named returns what the steps are called, and how many of them share a name under the drawing.
func (u Usage) named(l Locale) (steps []plotStep, every int) {
	for _, s := range u.Steps {
		at := l.in(s.At)
		month := l.T("month." + at.Format("1"))
		day := l.T("date.short", at.Format("2"), month)
		one := plotStep{Label: day, Tick: at.Format("2"), Under: month}
		switch u.Step {
		case "hour":
			one = plotStep{Label: l.T("usage.hour", day, at.Format("15:04")), Tick: at.Format("15"), Under: day}
		case "week":
			one.Label = l.T("timeline.week", day)
		case "month":
			one = plotStep{Label: l.T("date.month", month, at.Format("2006")), Tick: at.Format("1"), Under: at.Format("2006")}
		}
		steps = append(steps, one)
	}
	const shown = 12
	return steps, (len(steps) + shown - 1) / shown
}

// micros returns a time as it is drawn; none stays none.
func micros(d time.Duration) int {
	if d < 0 {
		return -1
	}
	return int(d.Microseconds())
}

// took writes microseconds: in milliseconds, with a decimal while they are few, from ten seconds in seconds.
func (l Locale) took(us int) string {
	switch {
	case us == 0:
		return l.T("usage.ms", "0")
	case us < 10_000:
		tenths := max(1, (us+50)/100)
		if tenths%10 == 0 {
			return l.T("usage.ms", strconv.Itoa(tenths/10))
		}
		return l.T("usage.ms", strconv.Itoa(tenths/10)+l.T("number.decimal")+strconv.Itoa(tenths%10))
	case us < 10_000_000:
		return l.T("usage.ms", l.Number((us+500)/1000))
	}
	return l.T("usage.s", l.Number((us+500_000)/1_000_000))
}

// Took writes how long something took, as 0.4 ms, 120 ms or 12 s; below zero is nothing.
func (l Locale) Took(d time.Duration) string {
	if d < 0 {
		return "–"
	}
	return l.took(micros(d))
}

// near writes how much of a limit was used at most.
func (u UsageLimit) near(l Locale) string {
	if u.Near >= 1000 {
		return l.T("usage.near.all")
	}
	return l.T("usage.near", l.Number((u.Near+9)/10))
}

// errors is how many calls were not answered as they wished.
func (s UsageStep) errors() int { return s.Refused + s.Limited + s.Failed }
