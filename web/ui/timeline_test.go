package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/web/htmltest"
)

// spread returns appearances from lines of "stance date" or "stance date state date".
func spread(t *testing.T, lines ...string) (all []document.Appearance) {
	t.Helper()
	for _, line := range lines {
		f := strings.Fields(line)
		a := document.Appearance{Stance: f[0], Correction: document.AppearanceStanding{State: "standing"}}
		when := func(s string) *time.Time {
			at, err := time.Parse(time.DateOnly, s)
			if err != nil {
				t.Fatal(err)
			}
			return &at
		}
		if len(f) > 1 {
			a.Article.PublishedAt = when(f[1])
		}
		if len(f) > 3 {
			a.Correction = document.AppearanceStanding{State: f[2], At: when(f[3])}
		}
		all = append(all, a)
	}
	return all
}

func shapeOf(t Timeline) string {
	var b strings.Builder
	for _, r := range t.Rows {
		fmt.Fprintf(&b, "%s %d/%d/%d/%d", r.label(Locale{Lang: "en"}), r.Asserted, r.Reported, r.Disputed, r.Fixed)
		for _, m := range r.Marks {
			b.WriteString(" " + strings.TrimPrefix(m, "timeline."))
		}
		b.WriteString("; ")
	}
	return b.String()
}

func TestTimelineOf(t *testing.T) {
	t.Parallel()
	verdict := time.Date(2025, 6, 6, 16, 0, 0, 0, time.UTC)
	tests := []struct {
		name  string
		lines []string
		want  string
	}{
		{"days", []string{"makes 2025-06-04", "repeats 2025-06-06 corrected 2025-06-07", "disputes 2025-06-06", "reports 2025-06-05"},
			"4 June 1/0/0/0; 5 June 0/1/0/0; 6 June 1/0/1/0 verdict; 7 June 0/0/0/1; "},
		{"weeks, from Monday", []string{"makes 2025-06-08", "repeats 2025-07-01", "repeats 2025-06-09", "repeats 2025-06-10"},
			"week of 2 June 1/0/0/0 verdict; week of 9 June 2/0/0/0; week of 16 June 0/0/0/0; week of 23 June 0/0/0/0; week of 30 June 1/0/0/0; "},
		{"months", []string{"makes 2024-12-31", "repeats 2025-06-30", "repeats 2025-06-01", "repeats 2025-06-10"},
			"December 2024 1/0/0/0; January 2025 0/0/0/0; February 2025 0/0/0/0; March 2025 0/0/0/0; April 2025 0/0/0/0; May 2025 0/0/0/0; June 2025 3/0/0/0 verdict; "},
		{"years", []string{"makes 2022-12-31", "repeats 2025-06-30", "repeats 2025-06-01", "repeats 2025-06-10"},
			"2022 1/0/0/0; 2023 0/0/0/0; 2024 0/0/0/0; 2025 3/0/0/0 verdict; "},
		{"too few", []string{"makes 2025-06-04", "repeats 2025-06-06", "repeats"}, ""},
		{"all on one day", []string{"makes 2025-06-04", "repeats 2025-06-04", "repeats 2025-06-04", "repeats 2025-06-04"}, ""},
		{"a date that cannot be right", []string{"makes 0001-06-04", "repeats 2025-06-04", "repeats 2025-06-04", "repeats 2025-06-04"}, ""},
		{"a correction of a dispute does not count", []string{"disputes 2025-06-04 corrected 2025-06-05", "makes 2025-06-04", "makes 2025-06-05", "makes 2025-06-05"},
			"4 June 1/0/1/0; 5 June 2/0/0/0; 6 June 0/0/0/0 verdict; "},
		{"a verdict not long after", []string{"makes 2025-06-04", "repeats 2025-06-04", "repeats 2025-06-04", "repeats 2025-06-05"},
			"4 June 3/0/0/0; 5 June 1/0/0/0; 6 June 0/0/0/0 verdict; "},
		{"a verdict long after, and one before", []string{"makes 2024-06-04", "repeats 2024-06-04", "repeats 2024-06-04", "repeats 2024-06-05"},
			"4 June 3/0/0/0; 5 June 1/0/0/0; "},
		{"nothing", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := shapeOf(TimelineOf(spread(t, tt.lines...), Milestone{verdict, "timeline.verdict"}, Milestone{})); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// drawn renders the chart of some articles and returns it with what it says.
func drawn(t *testing.T, l Locale, lines ...string) (svg *html.Node, root *html.Node) {
	t.Helper()
	tl := TimelineOf(spread(t, lines...), Milestone{time.Date(2025, 6, 6, 16, 0, 0, 0, time.UTC), "timeline.verdict"})
	root, err := htmltest.Parse("<main>" + rendered(t, SpreadChart(l, tl, true)) + "</main>")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range htmltest.All(root, "svg") {
		if htmltest.Attr(n, "role") == "img" {
			return n, root
		}
	}
	t.Fatal("there is no picture")
	return nil, nil
}

func spreading() []string {
	lines := []string{"makes 2025-06-04", "reports 2025-06-05", "disputes 2025-06-07"}
	for range 12 {
		lines = append(lines, "repeats 2025-06-05 corrected 2025-06-07")
	}
	return lines
}

func TestChartSaysWhatItDraws(t *testing.T) {
	t.Parallel()
	svg, root := drawn(t, Locale{Lang: "en"}, spreading()...)
	want := "How it spread, from 4 June to 7 June. Made or repeated: 13. Reported only: 1. Disputed: 1. Corrected, removed: 12. In it, 6 June: our verdict."
	if got := htmltest.Attr(svg, "aria-label"); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	heights := map[string][]string{}
	for _, b := range htmltest.All(svg, "svg") {
		if b != svg {
			kind := htmltest.Attr(b, "class")
			heights[kind] = append(heights[kind], htmltest.Attr(b, "height"))
		}
	}
	// The highest line stands for 15: 120 pixels.
	wantHeights := map[string][]string{"asserted": {"8", "96"}, "reported": {"8"}, "disputed": {"8"}, "fixed": {"96"}}
	if diff := cmp.Diff(wantHeights, heights); diff != "" {
		t.Errorf("heights of bars (-want +got):\n%s", diff)
	}
	var cells []string
	for _, td := range htmltest.All(root, "td") {
		cells = append(cells, htmltest.Text(td))
	}
	if got, want := strings.Join(cells, " "), "1 0 0 0 12 1 0 0 0 0 0 0 0 0 1 12"; got != want {
		t.Errorf("table: got %q, want %q", got, want)
	}
}

func TestChartIsMirrored(t *testing.T) {
	t.Parallel()
	first := func(lang string) string {
		svg, _ := drawn(t, Locale{Lang: lang}, spreading()...)
		for _, n := range htmltest.All(svg, "text") {
			if htmltest.Attr(n, "text-anchor") == "middle" {
				return htmltest.Attr(n, "x")
			}
		}
		return ""
	}
	if ltr, rtl := first("en"), first("ar"); ltr != "12.50%" || rtl != "87.50%" {
		t.Errorf("first day: got %s in English and %s in Arabic, want 12.50%% and 87.50%%", ltr, rtl)
	}
}

func TestArticlesStandUnderTheirStanceAndManyAreFolded(t *testing.T) {
	t.Parallel()
	root, err := htmltest.Parse("<main>" + rendered(t, Appearances(Locale{Lang: "en"}, SpreadOf(spread(t, spreading()...)), true)) + "</main>")
	if err != nil {
		t.Fatal(err)
	}
	var heads []string
	for _, h := range htmltest.All(root, "h3", "summary") {
		heads = append(heads, htmltest.Text(h))
	}
	want := []string{"Makes this claim 1 article", "Repeats this claim 12 articles", "6 more articles", "Reports this claim 1 article", "Disputes this claim 1 article"}
	if diff := cmp.Diff(want, heads); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	if got := len(htmltest.All(root, "li")); got < 15 {
		t.Errorf("got %d entries, want every article", got)
	}
}
