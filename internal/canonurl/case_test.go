package canonurl

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
)

// testCase is one line of testdata/cases.txt.
type testCase struct {
	Group, In, Text, Key string
	Kind                 error // the error expected, nil for none
}

var kinds = map[string]error{
	"empty": ErrEmpty, "toolong": ErrTooLong, "scheme": ErrScheme, "host": ErrHost, "port": ErrPort, "nested": ErrNested,
}

// loadCases reads testdata/cases.txt, whose form is described at its top.
func loadCases(tb testing.TB) []testCase {
	tb.Helper()
	var cases []testCase
	group := ""
	for n, line := range testLines(tb, "testdata/cases.txt") {
		if name, ok := strings.CutPrefix(line, "## "); ok {
			group, _, _ = strings.Cut(name, " | ")
			continue
		}
		f := strings.Split(line, " -> ")
		in := f[0]
		// Addresses may hold quotes; Go strings are those that end in one, too.
		if strings.HasPrefix(in, `"`) {
			var err error
			if in, err = strconv.Unquote(in); err != nil {
				tb.Fatalf("testdata/cases.txt, entry %d %q: %v", n, line, err)
			}
		}
		c := testCase{Group: group, In: in}
		switch {
		case len(f) == 2 && strings.HasPrefix(f[1], "!"):
			if c.Kind = kinds[f[1][1:]]; c.Kind == nil {
				tb.Fatalf("testdata/cases.txt, entry %d: no kind of error %q", n, f[1])
			}
		case len(f) == 3:
			c.Text, c.Key = f[1], f[2]
			if c.Text == "=" {
				c.Text = c.In
			}
			if c.Key == "=" {
				c.Key = c.Text
			}
		default:
			tb.Fatalf("testdata/cases.txt, entry %d: %d parts in %q", n, len(f), line)
		}
		cases = append(cases, c)
	}
	return cases
}

// testLines returns the lines of a test file without blank lines and comments ("# …").
func testLines(tb testing.TB, name string) []string {
	tb.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	var lines []string
	for line := range strings.SplitSeq(string(b), "\n") {
		if line != "" && !strings.HasPrefix(line, "# ") {
			lines = append(lines, line)
		}
	}
	return lines
}

func TestCases(t *testing.T) {
	t.Parallel()
	cases := loadCases(t)
	if len(cases) < 300 {
		t.Errorf("testdata/cases.txt has %d cases, want at least 300", len(cases))
	}
	count := map[string]int{}
	for _, c := range cases {
		count[c.Group]++
		a, err := Parse(c.In)
		if c.Kind != nil || err != nil {
			if !errors.Is(err, c.Kind) {
				t.Errorf("%s: Parse(%q): got %q and error %v, want error %v", c.Group, c.In, a, err, c.Kind)
			}
			if err != nil {
				checkError(t, c.In, a, err)
			}
			continue
		}
		if a.String() != c.Text {
			t.Errorf("%s: String of %q:\n got %s\nwant %s", c.Group, c.In, a, c.Text)
		}
		if a.Key() != c.Key {
			t.Errorf("%s: Key of %q:\n got %s\nwant %s", c.Group, c.In, a.Key(), c.Key)
		}
		checkAddress(t, c.In, a)
	}
	t.Logf("%d cases: %v", len(cases), count)
}

// checkError asserts what holds for every error Parse returns: it has a kind, a
// message for a person that does not repeat the address, and no address beside it.
func checkError(t *testing.T, raw string, a Address, err error) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Kind == nil || !errors.Is(err, e.Kind) || e.Message == "" {
		t.Fatalf("Parse(%q): got the error %#v, want an *Error with kind and message", raw, err)
	}
	if a != (Address{}) {
		t.Errorf("Parse(%q): got %q beside an error, want nothing", raw, a)
	}
	if len(raw) > 16 && strings.Contains(e.Message, raw) {
		t.Errorf("Parse(%q): the message repeats the address: %s", raw, e.Message)
	}
}

// hostile returns addresses made to cost time, memory or a panic.
func hostile() []string {
	fill := func(head, unit, end string) string {
		return head + strings.Repeat(unit, (MaxLength-len(head)-len(end))/len(unit)) + end
	}
	return []string{
		fill("https://example.org/", "%25", ""),
		fill("https://example.org/", "%", ""),
		fill("https://example.org/", "é", ""),
		fill("https://example.org/", "../", ""),
		fill("https://example.org/", "/", ""),
		fill("https://example.org/a", "/amp", ""),
		fill("https://example.org/a", ".amp", ".html"),
		fill("https://example.org/?", "&", ""),
		fill("https://example.org/?", "a&", ""),
		fill("https://example.org/?", "amp;", ""),
		fill("https://example.org/#!", ":~:", ""),
		fill("https://", "a.", "org/"),
		fill("https://", "www.", "org/"),
		fill("https://", "ä", ".org/"),
		fill("https://", "@", "example.org/"),
		fill("https://[", ":", "]/"),
		fill("https://", "1.", "1/"),
		fill("", "view-source:", "https://example.org/"),
		fill("", "https://12ft.io/", "https://example.org/"),
		fill("", "https://web.archive.org/web/2020/", "https://example.org/"),
		fill("", "https://l.facebook.com/l.php?u=", "https://example.org/"),
		fill("https://urldefense.com/v3/__https://example.org/", "*", "__;AAAA!"),
		fill("https://urldefense.com/v3/__https://example.org/", "**_", "__;AAAA!"),
		fill("https://urldefense.proofpoint.com/v2/url?u=https-3A__", "-25", ""),
		fill("https://www.google.com/url?q=", "https%3A%2F%2F", ""),
		fill(" ", "<", ">"),
		fill("", "\t", "example.org"),
	}
}
