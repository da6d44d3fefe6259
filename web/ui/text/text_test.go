package text

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

func TestT(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, got, want string }{
		{"plain", T("en", "skip"), "Skip to the content"},
		{"slots", T("en", "date.day", 7, "June", 2025), "7 June 2025"},
		{"a brace in an argument stays", T("en", "search.title.for", "{0}{1}"), "Search: {0}{1}"},
		{"a language without a catalogue speaks English", T("tlh", "skip"), "Skip to the content"},
		{"a region falls back to its language", T("en-GB", "skip"), "Skip to the content"},
		{"a missing key shows", T("en", "no.such.key"), "⟦no.such.key⟧"},
		{"a missing argument shows", T("en", "date.day", 7), "7 {1} {2}"},
		{"one", N("en", "search.count", 1), "1 claim"},
		{"many", N("en", "search.count", 1234567), "1,234,567 claims"},
		{"none", N("en", "search.count", 0), "0 claims"},
		{"negative", Number("en", -1234), "-1,234"},
		{"four digits stand together in Spanish", Number("es", -1234), "-1234"},
		{"five do not", Number("es", 12345), "12.345"},
		{"Arabic one", N("ar", "search.count", 1), "ادعاء واحد"},
		{"Arabic two", N("ar", "search.count", 2), "ادعاءان"},
		{"Arabic few", N("ar", "search.count", 103), "103 ادعاءات"},
		{"Arabic many", N("ar", "search.count", 11), "11 ادعاءً"},
		{"Arabic other", N("ar", "search.count", 100), "100 ادعاء"},
		{"below a thousand", Number("en", -123), "-123"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

func TestParts(t *testing.T) {
	t.Parallel()
	texts, order := Parts("en", "pinned.span")
	if diff := cmp.Diff([]string{"It was public from ", " to ", "."}, texts); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{0, 1}, order); diff != "" {
		t.Errorf("slots (-want +got):\n%s", diff)
	}
}

var slot = regexp.MustCompile(`\{\d+\}`)

// slots returns the slots of a form, sorted, each once.
func slots(form string) []string {
	found := slot.FindAllString(form, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

// forms returns the plural forms that whole numbers take in a language.
func forms(lang string) []string {
	taken := map[string]bool{}
	for n := range 1001 {
		taken[form(lang, n)] = true
	}
	return slices.Sorted(maps.Keys(taken))
}

func TestEveryLanguageHasEveryMessage(t *testing.T) {
	t.Parallel()
	if got := Languages(); len(got) < 3 || got[0] != Default {
		t.Errorf("got languages %q, want English first and others", got)
	}
	english := catalogues()[Default].messages
	for _, lang := range Languages() {
		translated := catalogues()[lang].messages
		for key, m := range translated {
			if _, ok := english[key]; !ok {
				t.Errorf("%s: %s is in no English file", lang, key)
				continue
			}
			checkMessage(t, lang, key, english[key], m)
		}
		for key := range english {
			if _, ok := translated[key]; !ok {
				t.Errorf("%s: %s is missing", lang, key)
			}
		}
	}
}

// checkMessage holds a translation to the slots of the English message and to the plural forms of its language. A form other
// than the general one may do without the number: the word says it.
func checkMessage(t *testing.T, lang, key string, english, m message) {
	t.Helper()
	if strings.TrimSpace(m["other"]) == "" {
		t.Errorf("%s: %s has no text", lang, key)
	}
	want := slots(english["other"])
	if diff := cmp.Diff(want, slots(m["other"])); diff != "" {
		t.Errorf("%s: %s has other slots than English (-en +%s):\n%s", lang, key, lang, diff)
	}
	if len(english) == 1 {
		if len(m) != 1 {
			t.Errorf("%s: %s has plural forms, but does not count in English", lang, key)
		}
		return
	}
	if diff := cmp.Diff(forms(lang), slices.Sorted(maps.Keys(m))); diff != "" {
		t.Errorf("%s: %s has other plural forms than the language (-want +got):\n%s", lang, key, diff)
	}
	for name, text := range m {
		for _, s := range slots(text) {
			if !slices.Contains(want, s) {
				t.Errorf("%s: %s, %s: slot %s is not in the English message", lang, key, name, s)
			}
		}
		for _, s := range want {
			if s != "{0}" && !strings.Contains(text, s) {
				t.Errorf("%s: %s, %s: slot %s is missing", lang, key, name, s)
			}
		}
	}
}

func TestUnreviewed(t *testing.T) {
	t.Parallel()
	if Unreviewed("en", "skip") || !Unreviewed("es", "skip") {
		t.Error("got English unreviewed or Spanish reviewed, want it the other way round")
	}
	for _, lang := range Languages() {
		for _, k := range catalogues()[lang].unreviewed {
			begin, all := strings.CutSuffix(k, "*")
			if !all && !Has(k) || all && !slices.ContainsFunc(slices.Collect(maps.Keys(catalogues()[lang].messages)), func(key string) bool { return strings.HasPrefix(key, begin) }) {
				t.Errorf("%s: unreviewed %q is no message", lang, k)
			}
		}
	}
}

// named matches a key in the program: the literal argument of T, N or Fill, or one that ends in a dot or a name to be
// completed ("stance." + x).
var named = regexp.MustCompile(`(?:\.[TN]\(|text\.[TN]\([a-zA-Z.]+, |Fill\([a-zA-Z.]+, )"([a-z0-9._]+)"( ?\+)?`)

func TestEveryKeyInTheProgramIsInTheCatalogue(t *testing.T) {
	t.Parallel()
	seen := 0
	err := filepath.WalkDir("../..", func(name string, _ os.DirEntry, err error) error {
		if err != nil || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") ||
			!strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, ".templ") {
			return err
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, m := range named.FindAllStringSubmatch(string(source), -1) {
			seen++
			if m[2] == "" && !Has(m[1]) {
				t.Errorf("%s names %q, which is not in en.json", name, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 100 {
		t.Errorf("found %d keys in the program, want at least 100: has the way they are written changed?", seen)
	}
}

// TestEveryWordOfTheDomainHasAMessage covers the keys that are put together from the domain's words.
func TestEveryWordOfTheDomainHasAMessage(t *testing.T) {
	t.Parallel()
	var keys []string
	for _, v := range factcheck.Truths() {
		keys = append(keys, "truth."+string(v))
	}
	for _, v := range factcheck.Reasons() {
		keys = append(keys, "reason."+string(v))
	}
	for _, v := range factcheck.Stances() {
		keys = append(keys, "stance."+string(v), "stance.long."+string(v))
	}
	for _, v := range factcheck.ChangeTypes() {
		keys = append(keys, "history."+string(v))
	}
	for _, v := range []string{"update", "clarification", "correction", "retraction"} {
		keys = append(keys, "correction."+v, "history."+v)
	}
	for _, v := range []string{"against", "for", "context"} {
		keys = append(keys, "bearing."+v)
	}
	for _, v := range []string{"400", "403", "404", "405", "409", "410", "413", "429", "500", "503"} {
		keys = append(keys, "error."+v, "error."+v+".lead")
	}
	for _, v := range []string{"true", "false", "unknown"} {
		keys = append(keys, "known."+v)
	}
	for _, v := range []string{"true", "mostly_true", "mixed", "mostly_false", "false", "misleading", "altered", "satire", "unproven", "outdated"} {
		keys = append(keys, "label."+v)
	}
	for _, v := range []string{"person", "organisation", "anonymous"} {
		keys = append(keys, "claimant."+v)
	}
	for _, v := range []string{"image", "video", "audio", "file", "OriginalMediaContent", "DecontextualizedContent", "EditedOrCroppedContent",
		"TransformedContent", "StagedContent", "SatireOrParodyContent"} {
		keys = append(keys, "media."+v)
	}
	keys = append(keys, "source.kind.primary", "source.kind.secondary", "source.health.dead", "source.health.drifted",
		"state.standing", "state.corrected", "state.corrected.at", "state.removed", "state.removed.at",
		"verdict.suspended", "verdict.retracted", "article.kind.page", "article.kind.post", "article.kind.video",
		"moved.merged", "moved.merged.lead", "moved.gone", "moved.gone.lead", "history.changed", "claim.original", "claim.wording")
	for n := range 12 {
		keys = append(keys, "month."+Number("en", n+1))
	}
	for _, k := range keys {
		if !Has(k) {
			t.Errorf("en.json has no %q", k)
		}
	}
}
