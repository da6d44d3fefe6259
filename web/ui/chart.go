package ui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// chart is a timeline drawn: a group of bars for each step, a line for how many articles its height stands for, and a flag
// over each step in which the house published something. Horizontal places are in per cent of the width and vertical ones in
// pixels, so that the words in it keep their size on every screen. It is mirrored where the interface runs from the right.
type chart struct {
	Height, Top, Base int // of the picture; where the highest bar ends, where all begin
	Most              int // articles that the line at Top stands for
	Rules             []int
	Bars              []bar
	Ticks, Unders     []label
	Flags             []flag
}

type bar struct {
	Kind   string
	X, W   string // per cent
	Y, H   int
	Stroke string // the path of its hatching, empty for what is filled or hollow
}

type label struct {
	X, Anchor, Text string
	Y               int
}

type flag struct {
	X, W string
	Word label
}

const (
	plotHeight = 120
	flagHeight = 17
	tickHeight = 40
	maxBar     = 5.5 // per cent: the bars of two days are no walls
)

// chartKinds are the kinds of bars in their order, and how many articles of a row each counts.
func chartKinds() []chartKind {
	return []chartKind{
		{"asserted", func(r TimelineRow) int { return r.Asserted }},
		{"reported", func(r TimelineRow) int { return r.Reported }},
		{"disputed", func(r TimelineRow) int { return r.Disputed }},
		{"fixed", func(r TimelineRow) int { return r.Fixed }},
	}
}

type chartKind struct {
	Name string
	Of   func(TimelineRow) int
}

// Total is how many articles of a kind there are in all rows.
func (k chartKind) Total(t Timeline) (n int) {
	for _, r := range t.Rows {
		n += k.Of(r)
	}
	return n
}

// kinds returns the kinds of which there is at least one article.
func (t Timeline) kinds() []chartKind {
	return slices.DeleteFunc(chartKinds(), func(k chartKind) bool { return k.Total(t) == 0 })
}

// draw places everything.
func (t Timeline) draw(l Locale) chart {
	most := 1
	for _, r := range t.Rows {
		most = max(most, r.Asserted, r.Reported, r.Disputed, r.Fixed)
	}
	unit := unitFor(most)
	marks := 0
	for _, r := range t.Rows {
		marks += len(r.Marks)
	}
	c := chart{Most: (most + unit - 1) / unit * unit, Top: 24 + marks*flagHeight}
	c.Base = c.Top + plotHeight
	c.Height = c.Base + tickHeight
	for n := 0; n <= c.Most; n += unit {
		c.Rules = append(c.Rules, c.y(n))
	}
	p := place{slots: len(t.Rows), mirrored: l.Dir() == "rtl"}
	kinds := t.kinds()
	for i, r := range t.Rows {
		c.addBars(p, i, r, kinds)
		c.addFlags(p, i, r, l)
	}
	c.addTicks(p, t, l)
	return c
}

func (c *chart) y(n int) int { return c.Base - n*plotHeight/c.Most }

// unitFor returns the distance of the lines: 1, 2 or 5 times a power of ten, so that there are at most five.
func unitFor(most int) int {
	for unit := 1; ; unit *= 10 {
		for _, u := range []int{unit, 2 * unit, 5 * unit} {
			if u*4 >= most {
				return u
			}
		}
	}
}

func (c *chart) addBars(p place, i int, r TimelineRow, kinds []chartKind) {
	wide := min(p.width()*.84/float64(len(kinds)), maxBar)
	start := p.start(i) + (p.width()-wide*float64(len(kinds)))/2
	for j, k := range kinds {
		n := k.Of(r)
		if n == 0 {
			continue
		}
		b := bar{Kind: k.Name, W: percent(wide * .88), X: p.box(start+wide*float64(j), wide*.88), Y: c.y(n)}
		b.H = c.Base - b.Y
		b.Stroke = hatching(k.Name, b.H)
		c.Bars = append(c.Bars, b)
	}
}

// hatching tells the kinds apart without colour: lines across for what only reported, slanted ones for what was corrected. A
// bar is at most 70 pixels wide, and cuts off what reaches beyond it.
func hatching(kind string, height int) string {
	const widest = 70
	var d strings.Builder
	switch kind {
	case "reported":
		for y := height - 3; y > 0; y -= 4 {
			fmt.Fprintf(&d, "M0 %dH%d", y, widest)
		}
	case "fixed":
		for x := 4; x < widest+height; x += 6 {
			fmt.Fprintf(&d, "M%d %dL%d 0", x-height, height, x)
		}
	}
	return d.String()
}

func (c *chart) addFlags(p place, i int, r TimelineRow, l Locale) {
	for _, key := range r.Marks {
		f := flag{X: p.box(p.start(i), p.width()), W: percent(p.width())}
		f.Word = p.word(i, 60, l.T(key), 13+len(c.Flags)*flagHeight)
		c.Flags = append(c.Flags, f)
	}
}

// addTicks names the steps: each day by its number over the name of its month, months and years where there is room.
func (c *chart) addTicks(p place, t Timeline, l Locale) {
	every := map[step]int{day: maxRows, week: maxRows, month: 4, year: 8}[t.Rows[0].Step]
	c.name(p, (len(t.Rows)+every-1)/every, func(i int) (string, string) { return t.Rows[i].tick(l) })
}

// name names every so many steps: by a word, over one for several.
func (c *chart) name(p place, skip int, names func(i int) (word, above string)) {
	last, under := -1, ""
	for i := range p.slots {
		if i%skip != 0 {
			continue
		}
		tick, above := names(i)
		c.Ticks = append(c.Ticks, label{X: p.at(p.start(i) + p.width()/2), Anchor: "middle", Text: tick, Y: c.Base + 16})
		if above == "" || above == under {
			continue
		}
		// Two names that would touch: the later one says more, what stands before it is its end.
		if last >= 0 && p.start(i)-p.start(last) < 20 {
			c.Unders = c.Unders[:len(c.Unders)-1]
		}
		c.Unders = append(c.Unders, p.word(i, 80, above, c.Base+33))
		last, under = i, above
	}
}

// tick returns what a step is called in a chart: a word under its bars, and one under those of several.
func (r TimelineRow) tick(l Locale) (word, under string) {
	name := l.T("month." + r.From.Format("1"))
	switch r.Step {
	case month:
		return name, r.From.Format("2006")
	case year:
		return r.From.Format("2006"), ""
	}
	return r.From.Format("2"), name
}

// place turns steps into horizontal places.
type place struct {
	slots    int
	mirrored bool
}

func (p place) width() float64 { return 100 / float64(p.slots) }

func (p place) start(i int) float64 { return p.width() * float64(i) }

// at returns where a point lies.
func (p place) at(x float64) string {
	if p.mirrored {
		x = 100 - x
	}
	return percent(x)
}

// box returns where something of some width begins on the left.
func (p place) box(x, w float64) string {
	if p.mirrored {
		x = 100 - x - w
	}
	return percent(x)
}

// word sets a word at the beginning of a step, or before its end where it begins beyond a limit, in per cent.
func (p place) word(i int, limit float64, text string, y int) label {
	if p.start(i) > limit {
		return label{X: p.at(p.start(i) + p.width()), Anchor: "end", Text: text, Y: y}
	}
	return label{X: p.at(p.start(i)), Anchor: "start", Text: text, Y: y}
}

// startOf is where a line begins.
func startOf(l Locale) string { return place{slots: 1, mirrored: l.Dir() == "rtl"}.at(0) }

func px(n int) string { return strconv.Itoa(n) }

func percent(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) + "%" }

// said is what the chart says to who does not see it: the span, the sums, and what the house published when.
func (t Timeline) said(l Locale) string {
	rows := t.Rows
	out := []string{l.T("chart.said", rows[0].label(l), rows[len(rows)-1].label(l))}
	for _, k := range t.kinds() {
		out = append(out, l.T("timeline."+k.Name)+": "+l.Number(k.Total(t))+".")
	}
	for _, r := range rows {
		for _, key := range r.Marks {
			out = append(out, l.T("chart.mark", l.T(key), r.label(l)))
		}
	}
	return strings.Join(out, " ")
}

// stepName is the message that says what one group of bars is.
func (t Timeline) stepName() string {
	return [...]string{day: "chart.days", week: "chart.weeks", month: "chart.months", year: "chart.years"}[t.Rows[0].Step]
}
