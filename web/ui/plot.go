package ui

import (
	"slices"
	"strings"
)

// plot is a row of numbers over time drawn: bars beside each other, or lines. It is drawn as a timeline is, see chart; the table
// beside it is made of the same numbers.
type plot struct {
	ID, Title, Said string
	Steps           []plotStep
	Series          []plotSeries
	Lines           bool
	Every           int // name one step of so many
	Write           func(n int) string
}

// plotStep is a step of time: what it is called in the table, under its bars, and under those of several.
type plotStep struct{ Label, Tick, Under string }

// plotSeries is a row of numbers; below zero where there is none.
type plotSeries struct {
	Kind, Name string
	Values     []int
	Sum        string // shown in the legend; empty: nothing
}

// line is a piece of a line between two steps; dot is a step of it.
type line struct {
	Kind, X1, X2 string
	Y1, Y2       int
}

type dot struct {
	Kind, X string
	Y       int
}

// strokes are the lines of a plot.
type strokes struct {
	Lines []line
	Dots  []dot
}

// empty reports whether there is nothing to draw.
func (p plot) empty() bool {
	for _, s := range p.Series {
		if slices.ContainsFunc(s.Values, func(n int) bool { return n > 0 }) {
			return false
		}
	}
	return true
}

// draw places everything.
func (p plot) draw(l Locale) (chart, strokes) {
	most := 1
	for _, s := range p.Series {
		most = max(most, slices.Max(s.Values))
	}
	unit := unitFor(most)
	c := chart{Most: (most + unit - 1) / unit * unit, Top: 24}
	c.Base = c.Top + plotHeight
	c.Height = c.Base + tickHeight
	for n := 0; n <= c.Most; n += unit {
		c.Rules = append(c.Rules, c.y(n))
	}
	at := place{slots: len(p.Steps), mirrored: l.Dir() == "rtl"}
	var drawn strokes
	if p.Lines {
		drawn = p.lines(c, at)
	} else {
		p.bars(&c, at)
	}
	c.name(at, max(1, p.Every), func(i int) (string, string) { return p.Steps[i].Tick, p.Steps[i].Under })
	return c, drawn
}

// bars stand beside each other in each step, but the series that nothing is in takes no room.
func (p plot) bars(c *chart, at place) {
	shown := slices.DeleteFunc(slices.Clone(p.Series), func(s plotSeries) bool { return slices.Max(s.Values) <= 0 })
	wide := min(at.width()*.84/float64(max(1, len(shown))), maxBar)
	for i := range p.Steps {
		start := at.start(i) + (at.width()-wide*float64(len(shown)))/2
		for j, s := range shown {
			if s.Values[i] <= 0 {
				continue
			}
			b := bar{Kind: s.Kind, W: percent(wide * .88), X: at.box(start+wide*float64(j), wide*.88), Y: min(c.y(s.Values[i]), c.Base-2)}
			b.H = c.Base - b.Y
			b.Stroke = hatching(s.Kind, b.H)
			c.Bars = append(c.Bars, b)
		}
	}
}

// lines lead from step to step where both have a number.
func (p plot) lines(c chart, at place) strokes {
	var out strokes
	x := func(i int) string { return at.at(at.start(i) + at.width()/2) }
	for _, s := range p.Series {
		for i, n := range s.Values {
			if n < 0 {
				continue
			}
			out.Dots = append(out.Dots, dot{s.Kind, x(i), c.y(n)})
			if i > 0 && s.Values[i-1] >= 0 {
				out.Lines = append(out.Lines, line{s.Kind, x(i - 1), x(i), c.y(s.Values[i-1]), c.y(n)})
			}
		}
	}
	return out
}

// said is what the plot says to who does not see it: what it is, when, and the sums.
func (p plot) said() string {
	out := []string{p.Title + ".", p.Said}
	for _, s := range p.Series {
		if s.Sum != "" {
			out = append(out, s.Name+": "+s.Sum+".")
		}
	}
	return strings.Join(out, " ")
}

// cell writes a number of the table; nothing where there is none.
func (p plot) cell(n int) string {
	if n < 0 {
		return "–"
	}
	return p.Write(n)
}
