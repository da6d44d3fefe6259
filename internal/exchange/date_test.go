package exchange

import (
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in    string
		order dateOrder
		want  string // as factcheck.Date prints it; "" for refused
	}{
		{"2021-07-20", unknownOrder, "2021-07-20"},
		{" 2021-7-2 ", unknownOrder, "2021-07-02"},
		{"20210720", unknownOrder, "2021-07-20"},
		{"2021/07/20", unknownOrder, "2021-07-20"},
		{"2021-07", unknownOrder, "2021-07"},
		{"2021", unknownOrder, "2021"},
		{"2026-01-15T10:00:00Z", unknownOrder, "2026-01-15T10:00:00Z"},
		{"2026-01-15T10:00:00.123456+00:00", unknownOrder, "2026-01-15T10:00:00Z"},
		{"2026-01-15 10:00:00 UTC", unknownOrder, "2026-01-15T10:00:00Z"},
		{"2026-01-15T23:30:00-05:00", unknownOrder, "2026-01-16T04:30:00Z"},
		{"2026-01-15T23:30-0500", unknownOrder, "2026-01-16T04:30:00Z"},
		{"2026-01-15T23:30:00+02", unknownOrder, "2026-01-15T21:30:00Z"},
		{"2026-01-15T23:30:00", unknownOrder, "2026-01-15"}, // in whose time?
		{"2026-01-15T00:00:00Z", unknownOrder, "2026-01-15"},
		{"2026-01-15T00:00:00+02:00", unknownOrder, "2026-01-15"}, // not the 14th
		{"2026-01-15T25:00:00Z", unknownOrder, ""},
		{"Fri, 16 Jan 2026 09:30:00 GMT", unknownOrder, "2026-01-16T09:30:00Z"},
		{"Fri, 16 Jan 2026 09:30:00 +0100", unknownOrder, "2026-01-16T08:30:00Z"},
		{"Fri, 16 Jan 2026 23:30:00 EST", unknownOrder, "2026-01-16"}, // EST is not one zone
		{"9 October 2020", unknownOrder, "2020-10-09"},
		{"09 Oct. 2020", unknownOrder, "2020-10-09"},
		{"9th of October 2020", unknownOrder, "2020-10-09"},
		{"October 9, 2020", unknownOrder, "2020-10-09"},
		{"Oct 9th 2020", unknownOrder, "2020-10-09"},
		{"Friday, October 9, 2020", unknownOrder, "2020-10-09"},
		{"October 9, 2020 at 11:21 AM EST", unknownOrder, "2020-10-09"},
		{"07/28/2021 9:26 PM", unknownOrder, "2021-07-28"},
		{"October 2020", unknownOrder, "2020-10"},
		{"1er août 2020", unknownOrder, "2020-08-01"},
		{"9 octobre 2020", unknownOrder, "2020-10-09"},
		{"9 de octubre de 2020", unknownOrder, "2020-10-09"},
		{"9. Oktober 2020", unknownOrder, "2020-10-09"},
		{"9 de março de 2020", unknownOrder, "2020-03-09"},
		{"9 октября 2020", unknownOrder, "2020-10-09"},
		{"9 أكتوبر 2020", unknownOrder, "2020-10-09"},
		{"2020年10月9日", unknownOrder, "2020-10-09"},
		{"07/28/2021", unknownOrder, "2021-07-28"},
		{"28/07/2021", unknownOrder, "2021-07-28"},
		{"28-07-2021", unknownOrder, "2021-07-28"},
		{"07/07/2021", unknownOrder, "2021-07-07"},
		{"03.04.2021", unknownOrder, "2021-04-03"},
		{"03/04/2021", unknownOrder, ""},
		{"03/04/2021", dayFirst, "2021-04-03"},
		{"03/04/2021", monthFirst, "2021-03-04"},
		{"28/07/2021", monthFirst, "2021-07-28"},
		{"03/04-2021", dayFirst, ""},
		{"07/28/21", unknownOrder, ""},
		{"31 April 2021", unknownOrder, ""},
		{"2021-02-29", unknownOrder, ""},
		{"13/13/2021", unknownOrder, ""},
		{"1626739200", unknownOrder, ""},
		{"0000-00-00", unknownOrder, ""},
		{"9999-12-31", unknownOrder, ""},
		{"0001-01-01T00:00:00Z", unknownOrder, ""},
		{"yesterday", unknownOrder, ""},
		{"9 Smarch 2020", unknownOrder, ""},
		{"9 listopada 2020", unknownOrder, ""}, // November in Polish, October in Croatian
		{"", unknownOrder, ""},
	}
	for _, tt := range tests {
		d, ok := parseDate(tt.in, tt.order)
		if d.String() != tt.want || ok != (tt.want != "") {
			t.Errorf("parseDate(%q, %d) = %q, %v; want %q", tt.in, tt.order, d, ok, tt.want)
		}
	}
}

func TestOrderOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		site, language string
		want           dateOrder
	}{
		{"politifact.com", "", monthFirst},
		{"fullfact.org", "en", dayFirst},
		{"checks.example", "en", unknownOrder},
		{"checks.example", "en-US", monthFirst},
		{"checks.example", "en-GB", dayFirst},
		{"checks.example", "fr-CA", dayFirst},
		{"checks.example", "ja", unknownOrder},
		{"factcheck.afp.com", "de", dayFirst}, // the table does not know, the language does
	}
	for _, tt := range tests {
		if got := orderOf(tt.site, tt.language); got != tt.want {
			t.Errorf("orderOf(%q, %q) = %d, want %d", tt.site, tt.language, got, tt.want)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2021-07-20", "9 October 2020", "03/04/2021", "2026-01-15T23:30:00-05:00", "Fri, 16 Jan 2026 23:30:00 EST"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := parseDate(s, unknownOrder)
		if ok == d.IsZero() {
			t.Fatalf("parseDate(%q) = %v, %v", s, d, ok)
		}
		if !ok {
			return
		}
		if !d.Precision.Valid() || d.At.Location() != time.UTC {
			t.Fatalf("parseDate(%q) = %v with precision %q in %v", s, d.At, d.Precision, d.At.Location())
		}
		// What was read prints as a form that reads as the same, so that an export comes back unchanged.
		again, ok := parseDate(d.String(), unknownOrder)
		if !ok || !again.At.Equal(d.At.Truncate(time.Second)) {
			t.Fatalf("parseDate(%q) = %q, which reads as %q", s, d, again)
		}
	})
}
