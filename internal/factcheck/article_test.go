package factcheck

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestArticleInputCleanCompletes(t *testing.T) {
	t.Parallel()
	got, err := ArticleInput{
		URL: " https://WWW.News.example./a ", Title: " Mayor\nresigns ", Text: "She has.", Published: Date{At: time.Date(2025, 6, 7, 9, 0, 0, 0, time.UTC), Precision: PrecisionMonth},
	}.Clean()
	if err != nil {
		t.Fatal(err)
	}
	want := ArticleInput{
		URL: "https://WWW.News.example./a", Kind: ArticlePage, TakenIn: TakenInURL, Title: "Mayor resigns", Text: "She has.", OutletSite: "news.example",
		Published: Date{At: time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC), Precision: PrecisionMonth},
		Snapshot:  Snapshot{Kind: SnapshotText, ContentType: "text/plain; charset=utf-8", Body: []byte("She has.")},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cleaned (-want +got):\n%s", diff)
	}
	got, err = ArticleInput{URL: "https://news.example/a", Text: " \n "}.Clean()
	if err != nil || !got.Snapshot.IsZero() || !got.Modified.IsZero() {
		t.Errorf("got %+v, %v; want no snapshot of nothing and no time of modification", got, err)
	}
}

func TestCleanSite(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"news.example": "news.example", "WWW.News.Example.": "news.example", "https://www.news.example/path?x": "news.example", " news.example:8080 ": "news.example",
		"zürich.example": "zürich.example", "xn--zrich-kva.example": "xn--zrich-kva.example", "http://[2001:db8::1]/": "2001:db8::1",
	} {
		if got, err := CleanSite("site", in); err != nil || got != want {
			t.Errorf("CleanSite(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", " ", "not a host", "a\x00b", "a\xff.example", "https://%ff.example", "user@news.example", ".", "javascript:alert(1)", "<b>.example", strings.Repeat("a.", 128)} {
		_, err := CleanSite("site", in)
		wantField(t, in, err, "site")
	}
}

func TestAppearanceInputClean(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 6, 7, 12, 0, 0, 0, time.UTC)
	got, err := AppearanceInput{Stance: StanceMakes, Quote: " She has. ", Note: " x "}.Clean(now)
	if err != nil || got != (AppearanceInput{Stance: StanceMakes, Quote: "She has.", FirstSeen: now, Note: "x", Anchor: Anchor{Quote: "She has."}}) {
		t.Errorf("got %+v, %v", got, err)
	}
	for name, c := range map[string]struct {
		in    AppearanceInput
		field string
	}{
		"tomorrow's date elsewhere": {AppearanceInput{Stance: StanceReports, FirstSeen: now.Add(14 * time.Hour)}, ""},
		"the day after":             {AppearanceInput{Stance: StanceReports, FirstSeen: now.Add(25 * time.Hour)}, "first_seen"},
		"listed":                    {AppearanceInput{Stance: StanceListed}, "stance"},
		"none":                      {AppearanceInput{}, "stance"},
		"a long quote":              {AppearanceInput{Stance: StanceReports, Quote: strings.Repeat("q", MaxQuote+1)}, "quote"},
		"a NUL in the note":         {AppearanceInput{Stance: StanceReports, Note: "a\x00b"}, "note"},
	} {
		_, err := c.in.Clean(now)
		wantField(t, name, err, c.field)
	}
}

func TestMarkInputClean(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 6, 7, 12, 0, 0, 0, time.UTC)
	if got, err := (MarkInput{State: StateRemoved}).Clean(now, time.Time{}); err != nil || !got.At.Equal(now) {
		t.Errorf("got %+v, %v; want now", got, err)
	}
	_, err := MarkInput{State: "deleted"}.Clean(now, time.Time{})
	wantField(t, "another state", err, "state")
	_, err = MarkInput{State: StateRemoved, At: now.AddDate(1, 0, 0)}.Clean(now, time.Time{})
	wantField(t, "next year", err, "at")
	for state, want := range map[CorrectionState]ChangeType{
		StateStanding: ChangeAppearanceChanged, StateCorrected: ChangeAppearanceCorrected, StateRemoved: ChangeAppearanceRemoved,
	} {
		if got := state.Change(); got != want {
			t.Errorf("%s writes %s, want %s", state, got, want)
		}
	}
}

func TestCorrectionIsNoEarlierThanTheArticle(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 6, 7, 12, 0, 0, 0, time.UTC)
	published := time.Date(2025, 6, 5, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		at, published time.Time
		ok            bool
	}{
		"the year one":                   {time.Date(1, 1, 1, 1, 0, 0, 0, time.UTC), time.Time{}, false},
		"before the web":                 {time.Date(1989, 12, 31, 23, 0, 0, 0, time.UTC), time.Time{}, false},
		"an old page of nobody knows":    {time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}, true},
		"before it was published":        {published.Add(-25 * time.Hour), published, false},
		"the same day in another zone":   {published.Add(-23 * time.Hour), published, true},
		"after it was published":         {published.Add(time.Hour), published, true},
		"now, of an article of tomorrow": {time.Time{}, now.Add(48 * time.Hour), false},
	} {
		_, err := MarkInput{State: StateCorrected, At: c.at}.Clean(now, c.published)
		if c.ok != (err == nil) || err != nil && (CodeOf(err) != CodeInvalid || !strings.Contains(err.Error(), "at")) {
			t.Errorf("%s: got %v, want it taken: %t", name, err, c.ok)
		}
	}
}

func TestOutletInputClean(t *testing.T) {
	t.Parallel()
	got, err := OutletInput{Name: " The\nNews ", Language: " sw ", Country: " ke "}.Clean()
	if err != nil || got != (OutletInput{Name: "The News", Language: "sw", Country: "KE"}) {
		t.Errorf("got %+v, %v", got, err)
	}
	for field, in := range map[string]OutletInput{"name": {Name: "\u200b"}, "country": {Name: "x", Country: "É"}, "language": {Name: "x", Language: "x"}} {
		_, err := in.Clean()
		wantField(t, field, err, field)
	}
}

// TestVerdictAppliesToWhoSpreadsTheClaim goes through all there is: one of 5 × 2 × 3 must not turn by accident, or a debunker is
// demoted.
func TestVerdictAppliesToWhoSpreadsTheClaim(t *testing.T) {
	t.Parallel()
	want := map[Stance]bool{StanceMakes: true, StanceRepeats: true, StanceReports: false, StanceDisputes: false, StanceListed: false}
	if len(want) != len(Stances()) {
		t.Fatalf("got %d stances, want %d: say of the new one whether a verdict applies", len(Stances()), len(want))
	}
	for _, stance := range Stances() {
		for _, by := range []string{"person", "import"} {
			for _, state := range []CorrectionState{StateStanding, StateCorrected, StateRemoved} {
				want := want[stance] && by == "person" && state == StateStanding
				if got := VerdictApplies(stance, by, state); got != want {
					t.Errorf("%s by %s, %s: got %v, want %v", stance, by, state, got, want)
				}
			}
		}
	}
}
