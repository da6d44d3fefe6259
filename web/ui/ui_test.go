package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/htmltest"
)

func rendered(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDates(t *testing.T) {
	t.Parallel()
	at := time.Date(2025, 6, 7, 23, 40, 0, 0, time.UTC)
	utc := Locale{Lang: "en"}
	east := Locale{Lang: "en", Zone: time.FixedZone("CEST", 2*3600)}
	nameless := Locale{Lang: "en", Zone: time.FixedZone("+0530", 5*3600+1800)}
	tests := []struct{ name, got, want string }{
		{"instant", utc.Instant(at), "7 June 2025, 23:40 UTC"},
		{"instant in the house's zone", east.Instant(at), "8 June 2025, 01:40 CEST"},
		{"instant in a zone without a name", nameless.Instant(at), "8 June 2025, 05:10 UTC+05:30"},
		{"day of an instant", east.Day(at), "8 June 2025"},
		{"year", east.Date(factcheck.Date{At: at, Precision: factcheck.PrecisionYear}), "2025"},
		{"month", east.Date(factcheck.Date{At: at, Precision: factcheck.PrecisionMonth}), "June 2025"},
		{"a day stays on its day", east.Date(factcheck.Day(at)), "7 June 2025"},
		{"unknown", utc.Date(factcheck.Date{}), ""},
		{"element", rendered(t, Time(utc, at)), `<time datetime="2025-06-07T23:40:00Z">7 June 2025, 23:40 UTC</time>`},
		{"element to a month", rendered(t, Date(utc, factcheck.Date{At: at, Precision: factcheck.PrecisionMonth})), `<time datetime="2025-06">June 2025</time>`},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

func TestDiscsAreToldApartByShape(t *testing.T) {
	t.Parallel()
	seen := map[string]factcheck.Truth{}
	for _, truth := range append(factcheck.Truths(), factcheck.TruthNone) {
		svg := rendered(t, Disc(truth))
		if other, ok := seen[svg]; ok {
			t.Errorf("%q and %q have the same shape", truth, other)
		}
		seen[svg] = truth
		if strings.Contains(svg, "#") || strings.Contains(svg, "style") {
			t.Errorf("the disc of %q brings a colour or a style of its own: %s", truth, svg)
		}
	}
	if len(seen) != 6 {
		t.Errorf("got %d shapes, want 6", len(seen))
	}
	if rendered(t, Disc("unheard_of")) != rendered(t, Disc(factcheck.TruthNone)) {
		t.Error("an unknown reading does not take the dashed ring")
	}
}

func TestMarkOf(t *testing.T) {
	t.Parallel()
	truth, unknown := "mostly_false", "perhaps"
	tests := []struct {
		name   string
		rating document.Rating
		class  string
		mapped bool
	}{
		{"on the line", document.Rating{Label: "Meh", Truth: &truth}, "t-mostly-false", true},
		{"off the line", document.Rating{Label: "Satire", Reasons: []string{"satire"}}, "t-none", true},
		{"not mapped", document.Rating{Label: "Nicht ganz"}, "t-none", false},
		{"a reading nobody knows", document.Rating{Label: "Perhaps", Truth: &unknown}, "t-none", false},
	}
	for _, tt := range tests {
		m := MarkOf(tt.rating)
		if m.Label != tt.rating.Label || m.Class() != tt.class || Mapped(tt.rating) != tt.mapped {
			t.Errorf("%s: got %q %s mapped %v, want %q %s %v", tt.name, m.Label, m.Class(), Mapped(tt.rating), tt.rating.Label, tt.class, tt.mapped)
		}
	}
}

func TestGroupSources(t *testing.T) {
	t.Parallel()
	sources := []document.Source{{ID: "1", Bearing: "context"}, {ID: "2", Bearing: "for"}, {ID: "3", Bearing: "against"}, {ID: "4", Bearing: "?"}, {ID: "5", Bearing: "for"}}
	shape := func(groups []Bearing) string {
		var b strings.Builder
		for _, g := range groups {
			fmt.Fprint(&b, g.Name)
			for _, s := range g.Sources {
				fmt.Fprint(&b, " ", s.ID)
			}
			fmt.Fprint(&b, "; ")
		}
		return b.String()
	}
	if got, want := shape(GroupSources(sources, factcheck.TruthFalse)), "against 3; for 2 5; context 1 4; "; got != want {
		t.Errorf("found false: got %q, want %q", got, want)
	}
	if got, want := shape(GroupSources(sources, factcheck.TruthTrue)), "for 2 5; against 3; context 1 4; "; got != want {
		t.Errorf("found true: got %q, want %q", got, want)
	}
	if got := shape(GroupSources(nil, "")); got != "" {
		t.Errorf("no sources: got %q, want nothing", got)
	}
}

func TestSpreadOf(t *testing.T) {
	t.Parallel()
	early, late := time.Unix(1, 0), time.Unix(2, 0)
	one := func(id, stance, state, outlet string, at *time.Time) document.Appearance {
		return document.Appearance{ID: id, Stance: stance, Correction: document.AppearanceStanding{State: state}, Article: document.Article{Outlet: outlet, PublishedAt: at}}
	}
	s := SpreadOf([]document.Appearance{
		one("a", "disputes", "standing", "A", nil), one("b", "repeats", "corrected", "B", &late), one("c", "repeats", "removed", "B", &early),
		one("d", "listed", "standing", "D", nil), one("e", "accuses", "standing", "E", nil), one("f", "makes", "standing", "F", nil),
	})
	ids := func(all []document.Appearance) (s string) {
		for _, a := range all {
			s += a.ID
		}
		return s
	}
	got := []any{ids(s.Judged), ids(s.Listed), s.Outlets, s.Asserted, s.Mended}
	if diff := cmp.Diff([]any{"fcba", "de", 3, 3, 2}, got); diff != "" {
		t.Errorf("judged, listed, outlets, asserted, mended (-want +got):\n%s", diff)
	}
}

func TestItemOfHidesWhatIsNotCurrent(t *testing.T) {
	t.Parallel()
	truth := "false"
	claim := func(origin, state string) document.Claim {
		return document.Claim{Text: "x", Slug: "a b", Verdicts: []document.Verdict{{
			Origin: origin, State: state, Answer: "No.", Rating: document.Rating{Label: "False", Truth: &truth}, Publisher: document.Publisher{Site: "p.example"},
		}}}
	}
	l := Locale{Lang: "en"}
	for _, state := range []string{StateSuspended, StateRetracted} {
		it := ItemOf(l, claim("house", state))
		if it.Mark.Label != "" || it.Mark.Truth != "" || it.Answer != "" {
			t.Errorf("%s: got %+v, want neither mark nor answer", state, it)
		}
		if html := rendered(t, Item(l, it, 3)); strings.Contains(html, "False") || strings.Contains(html, "t-false") {
			t.Errorf("%s: the entry shows the rating: %s", state, html)
		}
	}
	if it := ItemOf(l, claim("imported", StateCurrent)); it.Publisher != "p.example" || it.URL != "/claims/a%20b" {
		t.Errorf("got publisher %q and address %q, want p.example and /claims/a%%20b", it.Publisher, it.URL)
	}
	if it := ItemOf(l, claim("house", StateCurrent)); it.Publisher != "" || it.Mark.Label != "False" {
		t.Errorf("got %+v, want our own rating without a publisher", it)
	}
	if it := ItemOf(l, document.Claim{}); it.State != "" {
		t.Errorf("got state %q without verdicts, want none", it.State)
	}
}

func TestHouseVerdictLeads(t *testing.T) {
	t.Parallel()
	c := document.Claim{Verdicts: []document.Verdict{{ID: "a", Origin: "imported"}, {ID: "b", Origin: "legacy"}}}
	if got := Lead(c); got == nil || got.ID != "b" {
		t.Errorf("got %v, want the house's archive", got)
	}
	if got := Lead(document.Claim{}); got != nil {
		t.Errorf("got %v, want none", got)
	}
}

func TestFormFieldTiesErrorToControl(t *testing.T) {
	t.Parallel()
	f := Field{ID: "quote", Name: "quote", Label: "Quote", Value: `"><script>`, Hint: "As written.", Error: "Too long.", Required: true, MaxLength: 9}
	root, err := htmltest.Parse(rendered(t, FormField(Locale{Lang: "en"}, f)))
	if err != nil {
		t.Fatal(err)
	}
	in := htmltest.All(root, "input")[0]
	for name, want := range map[string]string{"aria-describedby": "quote-hint quote-error", "aria-invalid": "true", "maxlength": "9", "value": `"><script>`, "type": "text"} {
		if got := htmltest.Attr(in, name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if got, want := htmltest.Text(root), "Quote As written. Error: Too long."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	f.Type, f.Error, f.Hint, f.Required = "textarea", "", "", false
	html := rendered(t, FormField(Locale{Lang: "en"}, f))
	if strings.Contains(html, "aria-") || !strings.Contains(html, "optional") || !strings.Contains(html, "&lt;script&gt;</textarea>") {
		t.Errorf("got %s, want a bare optional text area with its value", html)
	}
}

func TestOutShowsNoLinkToABadAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"javascript:alert(1)": `<span class="t">words</span>`,
		"https://a.example/":  `<a class="t" href="https://a.example/" rel="noopener nofollow">words</a>`,
	} {
		var b strings.Builder
		ctx := templ.WithChildren(t.Context(), templ.Raw("words"))
		if err := Out(address, "t").Render(ctx, &b); err != nil {
			t.Fatal(err)
		}
		if b.String() != want {
			t.Errorf("%s: got %s, want %s", address, b.String(), want)
		}
	}
}

func TestJSONLDCannotEndItsElement(t *testing.T) {
	t.Parallel()
	got := rendered(t, jsonLD([]byte(`{"a":"</script><!--"}`)))
	if want := `<script type="application/ld+json">{"a":"\u003c/script>\u003c!--"}</script>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := rendered(t, jsonLD([]byte("  "))); got != "" {
		t.Errorf("got %q for nothing, want nothing", got)
	}
}

func TestNavLeadsToExistingRoomsOnly(t *testing.T) {
	t.Parallel()
	s := Shell{Locale: Locale{Lang: "en"}, Path: "/"}
	for _, n := range s.FootNav() {
		if !strings.HasPrefix(n.URL, "/#") && n.URL != "/" {
			t.Errorf("got a link to %s, which is not there", n.URL)
		}
		if n.Current != (n.URL == "/") {
			t.Errorf("%s: got current %v", n.URL, n.Current)
		}
	}
	s.Rooms = Rooms{Search: true, Corrections: true, About: true, Developers: true, Tips: true, Feeds: true}
	s.Lang = "ar"
	var urls []string
	for _, n := range s.FootNav() {
		urls = append(urls, n.URL)
	}
	want := []string{"/ar/", "/ar/#spreading", "/ar/corrections", "/ar/about/method", "/ar/search", "/ar/tips/new", "/ar/complaints/new", "/ar/feeds", "/ar/developers", "/ar/data"}
	if diff := cmp.Diff(want, urls); diff != "" {
		t.Errorf("menu in Arabic (-want +got):\n%s", diff)
	}
}

func TestClaimDate(t *testing.T) {
	t.Parallel()
	s := func(v string) *string { return &v }
	for _, tt := range []struct {
		name            string
		date, precision *string
		want            string
	}{
		{"none", nil, nil, ""},
		{"month", s("2025-06"), s("month"), "June 2025"},
		{"instant known to the day", s("2025-06-04T00:00:00Z"), s("day"), "4 June 2025"},
		{"no precision", s("2025-06-04"), nil, "4 June 2025"},
		{"unreadable", s("soon"), s("day"), ""},
	} {
		if got := (Locale{Lang: "en"}).Date(ClaimDate(document.Claim{Date: tt.date, DatePrecision: tt.precision})); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestAnchor(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"Mostly true": "mostly-true", "Ложь!": "ложь", `"><x y`: "x-y", "": "", "source_01jx": "source_01jx"} {
		if got := Anchor(name); got != want {
			t.Errorf("Anchor(%q): got %q, want %q", name, got, want)
		}
	}
}

func TestAppeared(t *testing.T) {
	t.Parallel()
	published := time.Date(2025, 6, 7, 8, 0, 0, 0, time.UTC)
	known := document.Appearance{Article: document.Article{PublishedAt: &published}, AppearedAt: new("2025-06"), AppearedPrecision: new("month")}
	if got := Appeared(known).String(); got != "2025-06" {
		t.Errorf("got %q, want the month", got)
	}
	if got := appearedAt(known); got.Month() != time.June || got.Day() != 1 {
		t.Errorf("it is put at %s, want it before its publication", got)
	}
	for name, a := range map[string]document.Appearance{
		"no date": {Article: document.Article{PublishedAt: &published}}, "no precision": {AppearedAt: new("2025")}, "no known precision": {AppearedAt: new("2025"), AppearedPrecision: new("week")}, "no date at all": {AppearedAt: new("x"), AppearedPrecision: new("day")},
	} {
		if got := Appeared(a); !got.IsZero() {
			t.Errorf("%s: got %s, want none", name, got)
		}
	}
}

func TestPublishedAsFarAsItIsKnown(t *testing.T) {
	t.Parallel()
	at := time.Date(2025, 6, 7, 0, 0, 0, 0, time.UTC)
	for want, a := range map[string]document.Article{
		"": {}, "2025-06-07T00:00:00Z": {PublishedAt: &at}, "2025-06-07": {PublishedAt: &at, PublishedPrecision: new("day")}, "2025-06": {PublishedAt: &at, PublishedPrecision: new("month")},
	} {
		if got := Published(a).String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestOriginalOfAPostIsNotThisSite(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"https://checks.example/articles/a-post": "", "https://gazette.example/story": "https://gazette.example/story", "https://gazette.example/articles/a-post-2": "https://gazette.example/articles/a-post-2",
	} {
		if got := Original(document.Article{Slug: "a-post", URL: url}); got != want {
			t.Errorf("%s: got %q, want %q", url, got, want)
		}
	}
	if got := outletOf(document.Article{Slug: "a-post", URL: "https://checks.example/articles/a-post"}); got != "" {
		t.Errorf("its outlet is %q, want none: it is not this house's", got)
	}
}
