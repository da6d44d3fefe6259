package factcheck

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMentioned(t *testing.T) {
	t.Parallel()
	people := []Named{{PersonID{15: 1}, "Ann Author"}, {PersonID{15: 2}, "Ann Builder"}, {PersonID{15: 3}, "Zoë Lane"}, {PersonID{15: 4}, ""}}
	for text, want := range map[string][]byte{
		"nobody":                       nil,
		"@zoë look":                    {3},
		"@Zoë Lane, look":              {3},
		"@zoëlle look":                 nil,
		"@Ann look":                    nil, // two have the name
		"ask @ann builder and @ZOË.":   {2, 3},
		"mail a@annauthor.example @":   nil,
		"@ann authors @ann author now": {1},
	} {
		var got []byte
		for _, id := range Mentioned(text, people) {
			got = append(got, id[15])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestFileTypeIsToldByTheContent(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"%PDF-1.7\n":                               "application/pdf",
		"\x89PNG\r\n\x1a\n":                        "image/png",
		"a,b\n1,2\n":                               "text/plain",
		"<!doctype html><script>1</script>":        "",
		"<svg xmlns='http://www.w3.org/2000/svg'>": "text/plain", // kept and sent as a text to be saved, never as a picture
		"PK\x03\x04":                               "",
		"\xff\xfe\x00":                             "",
	} {
		if got := FileType([]byte(body)); got != want {
			t.Errorf("%q: got %q, want %q", body, got, want)
		}
	}
}

func TestInterestsAndNotices(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 6, 7, 12, 0, 0, 0, time.UTC)
	before, after := now.Add(-time.Hour), now.Add(time.Hour)
	for name, c := range map[string]struct {
		err   func() error
		field string
	}{
		"in nothing": {func() error { _, err := InterestInput{Reason: "x"}.Clean(); return err }, "in"},
		"in two things": {func() error {
			_, err := InterestInput{Claim: ClaimID{15: 1}, Topic: TopicID{15: 1}, Reason: "x"}.Clean()
			return err
		}, "in"},
		"for no reason": {func() error { _, err := InterestInput{Claim: ClaimID{15: 1}, Reason: " \u200b"}.Clean(); return err }, "reason"},
		"a good one":    {func() error { _, err := InterestInput{Claim: ClaimID{15: 1}, Reason: "a friend"}.Clean(); return err }, ""},
		"told somehow":  {func() error { _, err := NoticeInput{}.Clean(now); return err }, "how"},
		"told tomorrow": {func() error { _, err := NoticeInput{How: "mail", ToldAt: after}.Clean(now); return err }, "told_at"},
		"answered before": {func() error {
			_, err := NoticeInput{How: "mail", ToldAt: now, Answer: "x", AnsweredAt: &before}.Clean(now)
			return err
		}, "answered_at"},
		"a long answer": {func() error {
			_, err := NoticeInput{How: "mail", Answer: strings.Repeat("x", MaxNote+1)}.Clean(now)
			return err
		}, "answer"},
		"told just now": {func() error { _, err := NoticeInput{How: "mail", Answer: "x"}.Clean(now); return err }, ""},
	} {
		err := c.err()
		if c.field == "" {
			if err != nil {
				t.Errorf("%s: got %v", name, err)
			}
			continue
		}
		if e, ok := errors.AsType[*Error](err); !ok || e.Code != CodeInvalid || e.Field != c.field {
			t.Errorf("%s: got %v, want it invalid in %s", name, err, c.field)
		}
	}
}
