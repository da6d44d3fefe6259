package canonurl

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
)

func mustParse(tb testing.TB, raw string) Address {
	tb.Helper()
	a, err := Parse(raw)
	if err != nil {
		tb.Fatalf("Parse(%q): %v", raw, err)
	}
	return a
}

func TestSpellingsOfOneArticleHaveOneKey(t *testing.T) {
	t.Parallel()
	group, key := "", ""
	groups, spellings := 0, 0
	for _, line := range testLines(t, "testdata/same.txt") {
		if name, ok := strings.CutPrefix(line, "## "); ok {
			group, key = name, ""
			groups++
			continue
		}
		spellings++
		a := mustParse(t, line)
		checkAddress(t, line, a)
		if key == "" {
			key = a.Key()
		}
		if a.Key() != key {
			t.Errorf("%s: got the key %q for %q, want %q", group, a.Key(), line, key)
		}
	}
	t.Logf("%d groups, %d spellings", groups, spellings)
}

func TestDifferentArticlesHaveDifferentKeys(t *testing.T) {
	t.Parallel()
	lines := testLines(t, "testdata/different.txt")
	for _, line := range lines {
		f := strings.Split(line, " | ")
		if len(f) != 3 {
			t.Fatalf("testdata/different.txt: %q has %d parts, want 3", line, len(f))
		}
		// The other address need not exist ("https://de/a"); what matters is that it is another.
		a, b := mustParse(t, f[1]), mustParse(t, f[2])
		if a.Key() == b.Key() || a.Hash() == b.Hash() {
			t.Errorf("%s: got the key %q for both %q and %q, want two", f[0], a.Key(), f[1], f[2])
		}
	}
	t.Logf("%d pairs", len(lines))
}

func TestHash(t *testing.T) {
	t.Parallel()
	a := mustParse(t, "http://www.example.org/story/?utm_source=x")
	const key = "https://example.org/story"
	if a.Key() != key {
		t.Fatalf("got the key %q, want %q", a.Key(), key)
	}
	want := sha256.Sum256([]byte(key))
	if a.Hash() != want {
		t.Errorf("got the hash %x, want %x", a.Hash(), want)
	}
	full := hex.EncodeToString(want[:])
	for digits, n := range map[int]int{-1: 3, 0: 3, 3: 3, 4: 4, 5: 5, 6: 5, 64: 5} {
		if got := a.Prefix(digits); got != full[:n] {
			t.Errorf("Prefix(%d): got %q, want %q", digits, got, full[:n])
		}
	}
}

func TestZeroAddress(t *testing.T) {
	t.Parallel()
	var a Address
	if a.String() != "" || a.Key() != "" || a.Site() != "" || a.Home() || SameSite(a, a) {
		t.Errorf("the zero Address is something: %#v", a)
	}
}

func TestHome(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]bool{
		"https://example.org":                    true,
		"https://example.org/?utm_source=x":      true,
		"https://www.example.org/#top":           true,
		"https://example.org//":                  true,
		"https://example.org/en":                 true,
		"https://example.org/en/":                true,
		"https://example.org/pt-br/":             true,
		"https://example.org/zh_Hant":            true,
		"https://example.org/?lang=de":           true,
		"https://example.org/index.html":         true,
		"https://example.org/home":               true,
		"https://web.archive.org/web/2020/a.org": true,
		"https://example.org/?p=12":              false,
		"https://example.org/#!/story":           false,
		"https://example.org/#/story":            false,
		"https://example.org/faq":                false,
		"https://example.org/en/story":           false,
		"https://example.org/x":                  false,
		"https://example.org/12":                 false,
		"https://example.org/en-story":           false,
		"https://youtu.be/dQw4w9WgXcQ":           false,
	} {
		if got := mustParse(t, raw).Home(); got != want {
			t.Errorf("Home of %q: got %v, want %v", raw, got, want)
		}
	}
}

func TestSite(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"https://www.example.org:8080/a":      "example.org",
		"https://news.example.org/a":          "news.example.org",
		"https://www.exämple.org/a":           "xn--exmple-cua.org",
		"https://en.m.wikipedia.org/wiki/X":   "en.wikipedia.org",
		"https://[2001:DB8::1]/a":             "[2001:db8::1]",
		"http://0x7f.1/":                      "127.0.0.1",
		"https://mobile.twitter.com/a":        "x.com",
		"https://12ft.io/https://m.bbc.com/a": "bbc.com",
	} {
		if got := mustParse(t, raw).Site(); got != want {
			t.Errorf("Site of %q: got %q, want %q", raw, got, want)
		}
	}
}

func TestSameSite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"https://example.org/a", "http://www.example.org/b", true},
		{"https://news.example.org/a", "https://m.example.org/b", true},
		{"https://example.co.uk/a", "https://news.example.co.uk/b", true},
		{"https://example.org/a", "https://example.com/a", false},
		{"https://a.co.uk/", "https://b.co.uk/", false},
		{"https://a.blogspot.com/", "https://b.blogspot.com/", false},
		{"https://evilexample.org/", "https://example.org/", false},
		{"https://example.org.evil.example/", "https://example.org/", false},
		{"http://127.0.0.1/a", "http://127.0.0.1:8080/b", true},
		{"http://127.0.0.1/", "http://128.0.0.1/", false},
		{"http://10.1.0.1/", "http://10.2.0.1/", false},
		{"http://[::1]/", "http://[::1]/a", true},
		{"http://[::1]/", "http://[::2]/", false},
		{"http://localhost/a", "http://localhost/b", true},
		{"http://localhost/", "http://other/", false},
	} {
		a, b := mustParse(t, c.a), mustParse(t, c.b)
		if got := SameSite(a, b); got != c.want || SameSite(b, a) != c.want {
			t.Errorf("SameSite(%q, %q): got %v, want %v both ways", c.a, c.b, got, c.want)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for name, raw := range map[string]string{
		"plain":    "https://www.example.org/news/2024/05/17/a-story-of-some-length-12345",
		"tracked":  "https://www.example.org/news/a-story?utm_source=nl&id=12&utm_medium=mail&fbclid=IwAR0abc#comments",
		"wrapped":  "https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.com%2Famp%2Fs%2Fexample.org%2Fa%2Famp&h=x",
		"idna":     "https://www.exämple.org/straße",
		"longest":  hostile()[8],
		"archived": "https://web.archive.org/web/20240517120000/https://www.example.org/news/a-story?id=1",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
