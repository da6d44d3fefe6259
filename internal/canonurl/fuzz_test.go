package canonurl

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

// checkAddress asserts what holds for every address Parse returns.
func checkAddress(t *testing.T, raw string, a Address) {
	t.Helper()
	text, key := a.String(), a.Key()
	again, err := Parse(text)
	if err != nil {
		t.Fatalf("Parse(%q).String() = %q, which Parse refuses: %v", raw, text, err)
	}
	if again.String() != text {
		t.Errorf("String is not stable for %q: got %q, then %q", raw, text, again.String())
	}
	if again.Key() != key {
		t.Errorf("the key changes with the spelling for %q: got %q, then %q", raw, key, again.Key())
	}
	keyed, err := Parse(key)
	if err != nil {
		t.Fatalf("Parse(%q).Key() = %q, which Parse refuses: %v", raw, key, err)
	}
	if keyed.Key() != key || keyed.Site() != a.Site() || keyed.Home() != a.Home() {
		t.Errorf("the key is not stable for %q: got %q, then %q", raw, key, keyed.Key())
	}
	if keyed.String() != key {
		t.Errorf("the key of %q is not an address in its normal form: got %q, want %q", raw, keyed.String(), key)
	}
	for _, s := range []string{text, key} {
		checkPlain(t, raw, s)
	}
	if !strings.HasPrefix(key, "https://"+a.Site()) {
		t.Errorf("the key of %q does not begin with its site: got %q, site %q", raw, key, a.Site())
	}
}

// checkPlain asserts that s is an http(s) address in printable ASCII without
// credentials, which net/url reads as well.
func checkPlain(t *testing.T, raw, s string) {
	t.Helper()
	if len(s) > MaxLength {
		t.Errorf("the result for %q has %d bytes, want at most %d", raw, len(s), MaxLength)
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f || strings.IndexByte("\"<>\\^`{|}", s[i]) >= 0 {
			t.Fatalf("the result for %q holds the byte %#x: %q", raw, s[i], s)
		}
	}
	u, err := url.Parse(s)
	if err != nil {
		t.Fatalf("the result for %q is no URL to net/url: %v", raw, err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		t.Errorf("the result for %q is no plain web address: %q", raw, s)
	}
}

// FuzzParse holds Parse to its promises: no panic, results that are stable, and
// keys that do not depend on the spelling they were reached by.
func FuzzParse(f *testing.F) {
	for _, c := range loadCases(f) {
		f.Add(c.In)
	}
	for _, raw := range hostile() {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		a, err := Parse(raw)
		if err != nil {
			checkError(t, raw, a, err)
			return
		}
		checkAddress(t, raw, a)
	})
}

// FuzzRefine holds Refine to: no panic, an answer that is one of the spellings
// seen, no front page that nobody asked for, canonical links on the site that answered.
func FuzzRefine(f *testing.F) {
	for _, c := range refineCases {
		f.Add(c.requested, c.final, c.canonical)
	}
	f.Fuzz(func(t *testing.T, requested, final, canonical string) {
		got, seen := Refine(requested, final, canonical)
		asked, askedErr := Parse(requested)
		landed, landedErr := Parse(final)
		if askedErr != nil && landedErr != nil {
			if got != (Address{}) || len(seen) > 0 {
				t.Fatalf("Refine(%q, %q, %q): got %q, want nothing", requested, final, canonical, got)
			}
			return
		}
		if askedErr != nil {
			asked = landed
		}
		checkAddress(t, requested, got)
		if got.Home() && !asked.Home() {
			t.Errorf("Refine(%q, %q, %q): got the front page %q", requested, final, canonical, got)
		}
		fromLanded := landedErr == nil && SameSite(got, landed)
		if got.Key() != asked.Key() && !SameSite(got, asked) && !fromLanded {
			t.Errorf("Refine(%q, %q, %q): got %q, of a site that neither was asked nor answered", requested, final, canonical, got)
		}
		if seen[0] != asked.String() {
			t.Errorf("Refine(%q, …): first spelling seen is %q, want %q", requested, seen[0], asked)
		}
		if !slices.Contains(seen, got.String()) {
			t.Errorf("Refine(%q, %q, %q): got %q, which is not among the spellings %q", requested, final, canonical, got, seen)
		}
	})
}
