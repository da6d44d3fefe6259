package demo

import (
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

func mustWhen(t *testing.T, s string) When {
	t.Helper()
	var w When
	if err := w.UnmarshalText([]byte(s)); err != nil {
		t.Fatalf("read %q: %v", s, err)
	}
	return w
}

func TestWhenCountsBackOrStandsStill(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 23, 3, 17, 20, 500, time.UTC)
	tests := []struct {
		in       string
		want     time.Time
		wantDate string
	}{
		{"-40m", start.Add(-40 * time.Minute).Truncate(time.Second), "2026-11-23"},
		{"-3d4h", time.Date(2026, 11, 19, 23, 17, 20, 0, time.UTC), "2026-11-19"},
		{"-30h", time.Date(2026, 11, 21, 21, 17, 20, 0, time.UTC), "2026-11-21"},
		{"-2d9h30m", time.Date(2026, 11, 20, 17, 47, 20, 0, time.UTC), "2026-11-20"},
		{"2025", time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), "2025"},
		{"2025-06", time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC), "2025-06"},
		{"2025-06-07", time.Date(2025, 6, 7, 0, 0, 0, 0, time.UTC), "2025-06-07"},
		{"2025-06-07T09:50:00Z", time.Date(2025, 6, 7, 9, 50, 0, 0, time.UTC), "2025-06-07T09:50:00Z"},
	}
	for _, tt := range tests {
		w := mustWhen(t, tt.in)
		if got := w.Time(start); !got.Equal(tt.want) {
			t.Errorf("time of %q: got %s, want %s", tt.in, got, tt.want)
		}
		if got := w.Date(start, "").String(); got != tt.wantDate {
			t.Errorf("date of %q: got %s, want %s", tt.in, got, tt.wantDate)
		}
	}
}

func TestWhenKnowsAnInstantCountedBack(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 23, 3, 17, 20, 0, time.UTC)
	got := Claim{Date: mustWhen(t, "-3d8h"), DatePrecision: factcheck.PrecisionInstant}.MadeOn(start).String()
	if want := "2026-11-19T19:17:20Z"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWhenRefusesWhatIsNoTime(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "-", "-0d", "3d", "-3d 09:15", "-1w", "-4h3d", "yesterday", "2025-13", "-99999d"} {
		var w When
		if err := w.UnmarshalText([]byte(s)); err == nil {
			t.Errorf("%q: got %+v, want an error", s, w)
		}
	}
}

func TestWhenWithoutATimeIsZero(t *testing.T) {
	t.Parallel()
	var w When
	if !w.IsZero() || !w.Time(time.Now()).IsZero() || !w.Date(time.Now(), "").IsZero() {
		t.Errorf("got %+v with time %s, want nothing", w, w.Time(time.Now()))
	}
	if mustWhen(t, "-1m").IsZero() {
		t.Error("a minute ago is zero, want a time")
	}
}
