package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

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
		fmt.Fprintf(&b, "%s %d/%d/%d", r.label(Locale{Lang: "en"}), r.Asserted, r.Disputed, r.Fixed)
		if r.Verdict {
			b.WriteString(" verdict")
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
			"4 June 1/0/0; 5 June 0/0/0; 6 June 1/1/0 verdict; 7 June 0/0/1; "},
		{"weeks, from Monday", []string{"makes 2025-06-08", "repeats 2025-07-01", "repeats 2025-06-09", "repeats 2025-06-10"},
			"week of 2 June 1/0/0 verdict; week of 9 June 2/0/0; week of 16 June 0/0/0; week of 23 June 0/0/0; week of 30 June 1/0/0; "},
		{"months", []string{"makes 2024-12-31", "repeats 2025-06-30", "repeats 2025-06-01", "repeats 2025-06-10"},
			"December 2024 1/0/0; January 2025 0/0/0; February 2025 0/0/0; March 2025 0/0/0; April 2025 0/0/0; May 2025 0/0/0; June 2025 3/0/0 verdict; "},
		{"years", []string{"makes 2022-12-31", "repeats 2025-06-30", "repeats 2025-06-01", "repeats 2025-06-10"},
			"2022 1/0/0; 2023 0/0/0; 2024 0/0/0; 2025 3/0/0 verdict; "},
		{"too few", []string{"makes 2025-06-04", "repeats 2025-06-06", "repeats"}, ""},
		{"all on one day", []string{"makes 2025-06-04", "repeats 2025-06-04", "repeats 2025-06-04", "repeats 2025-06-04"}, ""},
		{"a date that cannot be right", []string{"makes 0001-06-04", "repeats 2025-06-04", "repeats 2025-06-04", "repeats 2025-06-04"}, ""},
		{"a correction of a dispute does not count", []string{"disputes 2025-06-04 corrected 2025-06-05", "makes 2025-06-04", "makes 2025-06-05", "makes 2025-06-05"},
			"4 June 1/1/0; 5 June 2/0/0; "},
		{"nothing", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := shapeOf(TimelineOf(spread(t, tt.lines...), verdict)); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestTimelineSquaresStandForMoreWhenThereAreMany(t *testing.T) {
	t.Parallel()
	lines := []string{"makes 2025-06-03"}
	for range 50 {
		lines = append(lines, "repeats 2025-06-04")
	}
	tl := TimelineOf(spread(t, lines...), time.Time{})
	if tl.Unit != 3 {
		t.Fatalf("got %d articles a square, want 3 (50 in at most %d squares)", tl.Unit, maxSquares)
	}
	root, err := htmltest.Parse("<main>" + rendered(t, TimelineTable(Locale{Lang: "en"}, tl, true)) + "</main>")
	if err != nil {
		t.Fatal(err)
	}
	if got := len(htmltest.All(root, "rect")); got != 1+17 {
		t.Errorf("got %d squares, want 1 and 17", got)
	}
	if text := htmltest.Text(root); !strings.Contains(text, "One square is 3 articles.") || !strings.Contains(text, "50") {
		t.Errorf("got %q, want the number and what a square is", text)
	}
}
