package fetch

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestRobotsAreReadAsTheStandardSays(t *testing.T) {
	t.Parallel()
	const us, other = "User-agent: Touchstone\n", "User-agent: googlebot\n"
	for _, tt := range []struct {
		name, text, path string
		allowed          bool
	}{
		{"nothing", "", "/a", true},
		{"for all", "User-agent: *\nDisallow: /a", "/ab", false},
		{"elsewhere", "User-agent: *\nDisallow: /a", "/b", true},
		{"empty rule", "User-agent: *\nDisallow:", "/a", true},
		{"for others", other + "Disallow: /", "/a", true},
		{"own group instead of all", "User-agent: *\nDisallow: /\n\n" + us + "Disallow: /x", "/a", true},
		{"own group, any case", "user-AGENT: TOUCHSTONE\ndisALLOW: /a", "/a", false},
		{"own group with version", "User-agent: Touchstone/2.0\nDisallow: /a", "/a", false},
		{"a longer product is another", "User-agent: Touchstone-Images\nDisallow: /a", "/a", true},
		{"a shorter product is another", "User-agent: Touch\nDisallow: /a", "/a", true},
		{"groups with one name are one", us + "Disallow: /a\n" + other + "Disallow: /\n" + us + "Disallow: /b", "/b", false},
		{"two names, one group", other + us + "Disallow: /a", "/a", false},
		{"sitemap between names", other + "Sitemap: http://x.test/s\n" + us + "Disallow: /a", "/a", false},
		{"empty own group", "User-agent: *\nDisallow: /\n" + us, "/a", true},
		{"longest wins", us + "Disallow: /a\nAllow: /a/b", "/a/b/c", true},
		{"longest wins, other order", us + "Allow: /a/b\nDisallow: /a", "/a/c", false},
		{"the same length allows", us + "Disallow: /a\nAllow: /a", "/a", true},
		{"star", us + "Disallow: /*.php", "/x/index.php5", false},
		{"star and end", us + "Disallow: /*.php$", "/x/index.php5", true},
		{"star and end, at the end", us + "Disallow: /*.php$", "/x/a.php.php", false},
		{"end alone", us + "Disallow: /a$", "/a", false},
		{"end alone, beyond", us + "Disallow: /a$", "/ab", true},
		{"stars without end", us + "Disallow: /" + strings.Repeat("*", 500) + "x", "/" + strings.Repeat("a", 500), true},
		{"middle must be there", us + "Disallow: /a*b*c", "/a-c-b", true},
		{"query", us + "Disallow: /a?id=", "/a?id=1", false},
		{"escapes are equal", us + "Disallow: /%7ejoe/ü", "/~joe/%C3%BC", false},
		{"an escaped slash is none", us + "Disallow: /a%2fb", "/a/b", true},
		{"escapes of any case", us + "Disallow: /a%2fb", "/a%2Fb", false},
		{"comment", us + "Disallow: /a # all of it", "/a", false},
		{"rule before any name", "Disallow: /\n" + us + "Allow: /", "/a", true},
		{"carriage returns", "User-agent: *\rDisallow: /a\r", "/a", false},
		{"byte order mark", "\xef\xbb\xbfUser-agent: *\nDisallow: /a", "/a", false},
		{"a page instead", "<html><body>Not found</body></html>", "/a", true},
		{"robots.txt itself", us + "Disallow: /", "/robots.txt", true},
		{"everything", us + "Disallow: /", "/", false},
	} {
		u, err := url.Parse("http://x.test" + tt.path)
		if err != nil {
			t.Fatal(err)
		}
		if got := parseRobots([]byte(tt.text), "Touchstone").allows(u); got != tt.allowed {
			t.Errorf("%s: got %s allowed %t, want %t", tt.name, tt.path, got, tt.allowed)
		}
	}
}

func TestCrawlDelayIsReadAndBounded(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"2": 2 * time.Second, "0.5": 500 * time.Millisecond, "1e99": 24 * time.Hour, "-1": 0, "x": 0, "NaN": 0, "": 0, "Inf": 24 * time.Hour,
	} {
		if got := parseRobots([]byte("User-agent: *\nCrawl-delay: "+text), "Touchstone").delay; got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestALargeRobotsFileIsComparedInNoTime(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("User-agent: *\n")
	for b.Len() < maxRobots {
		b.WriteString("Disallow: /*a*a*a*a*a*a*a*a*b\n")
	}
	rules := parseRobots([]byte(b.String()), "Touchstone")
	u := &url.URL{Path: "/" + strings.Repeat("a", 4000)}
	began := time.Now()
	if !rules.allows(u) {
		t.Error("got a path refused that no rule matches")
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v, want well under a second", took)
	}
}
