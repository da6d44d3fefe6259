package exchange

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

func TestRecordHashSeesEveryField(t *testing.T) {
	t.Parallel()
	base := readAll(t, strings.NewReader(export(t, FormatNDJSON, Info{}, claims()[0])), Options{}).records[0]
	base.Claimant.SameAs, base.Numeric, base.Deleted, base.DeletedAt, base.State = []string{"https://x.example/"}, &Numeric{1, 5, 1}, true, base.Published, "retracted"
	base.ReviewLanguage, base.Wordings = "en", base.Wordings[:1]
	want := RecordHash(base)
	if again := RecordHash(base); again != want {
		t.Fatal("the same record has two hashes")
	}
	kind := reflect.TypeFor[Record]()
	for i := range kind.NumField() {
		changed := base
		field := reflect.ValueOf(&changed).Elem().Field(i)
		if field.IsZero() && field.Kind() != reflect.Slice && field.Kind() != reflect.Int {
			t.Errorf("field %s is empty in this test, so nothing is shown of it", kind.Field(i).Name)
		}
		place := kind.Field(i).Tag.Get("json") == "-"
		if place {
			switch field.Kind() {
			case reflect.Int:
				field.SetInt(99)
			default:
				field.Set(reflect.MakeSlice(field.Type(), 1, 1))
			}
		} else {
			field.SetZero()
		}
		if same := RecordHash(changed) == want; same != place {
			t.Errorf("a change of %s: same hash %v, want %v", kind.Field(i).Name, same, place)
		}
	}
}

func TestRecordHashIgnoresOrder(t *testing.T) {
	t.Parallel()
	r := Record{Topics: []string{"a", "b"}, Appearances: []Appearance{{URL: "https://x.example/1"}, {URL: "https://x.example/2"}}}
	turned := Record{Topics: []string{"b", "a"}, Appearances: []Appearance{{URL: "https://x.example/2"}, {URL: "https://x.example/1"}}}
	if RecordHash(r) != RecordHash(turned) {
		t.Error("the order of topics and appearances changes the hash")
	}
	if turned.Topics[0] != "b" || turned.Appearances[0].URL != "https://x.example/2" {
		t.Error("hashing sorted the caller's record")
	}
	fewer := r
	fewer.Appearances = r.Appearances[:1]
	if RecordHash(r) == RecordHash(fewer) {
		t.Error("an appearance less has the same hash")
	}
}

// An import run twice must find every record unchanged, wherever it stands in the file.
func TestRecordHashIsTheSameNextTime(t *testing.T) {
	t.Parallel()
	first, second := read(t, reviewA), read(t, "[\n\n"+reviewA+","+reviewA+"]")
	if len(first.records) != 1 || len(second.records) != 2 {
		t.Fatalf("read %q and %q", first.outline(), second.outline())
	}
	for i, r := range second.records {
		if RecordHash(r) != RecordHash(first.records[0]) {
			t.Errorf("record %d has another hash", i)
		}
		if r.Line != 3 || r.Number != i+1 || string(r.Raw) != reviewA {
			t.Errorf("record %d is at line %d with number %d and raw %q", i, r.Line, r.Number, r.Raw)
		}
	}
}

func TestClaimantKind(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, given, want string }{
		{"Viral post", "Person", "anonymous"},
		{"Facebook posts", "", "anonymous"},
		{"Multiple people on social media", "Organization", "anonymous"},
		{"Instagram users", "", "anonymous"},
		{"Usuarios de redes sociales", "", "anonymous"},
		{"مواقع التواصل الاجتماعي", "", "anonymous"},
		{"???", "Person", "anonymous"},
		{"Facebook user Ann Mayor", "", "person"},
		{"Ann Mayor", "Person", "person"},
		{"Ann Mayor", "", "person"},
		{"Gazette", "Organization", "organisation"},
		{"Gazette", "NewsMediaOrganization", "organisation"},
		{"Ministry of Bridges", "", "organisation"},
		{"The Onion Ring", "", "organisation"},
		{"Parti du Pont", "", "organisation"},
		{"Acme", "Thing", "person"}, // when nothing tells, the careful answer
	}
	for _, tt := range tests {
		if got := claimantKind(tt.name, tt.given); got != tt.want {
			t.Errorf("claimantKind(%q, %q) = %q, want %q", tt.name, tt.given, got, tt.want)
		}
	}
}

func TestCheckersAreNeverClaimants(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Example Checks", "EXAMPLE CHECKS.", "checks.example", "checks", "J. Doe", "https://checks.example/about"} {
		got := read(t, fmt.Sprintf(`{"@type":"ClaimReview","url":"https://checks.example/a","claimReviewed":"The bridge is closed","reviewRating":{"alternateName":"False"},
			"author":[{"@type":"Organization","name":"Example Checks"},{"@type":"Person","name":"J. Doe"}],"itemReviewed":{"author":{"@type":"Person","name":%q}}}`, name))
		if len(got.records) != 1 || got.records[0].Claimant.Name != "" || len(got.records[0].Notes) != 1 {
			t.Errorf("%q: %q, claimant %+v, notes %q; want no claimant and a note", name, got.outline(), got.records[0].Claimant, got.records[0].Notes)
		}
	}
}

func TestIsStaffPage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		address, site string
		want          bool
	}{
		{"https://www.checks.example/staff/joan/", "checks.example", true},
		{"https://checks.example/author/joan@checks.example", "checks.example", true},
		{"https://checks.example/personalities/ann-mayor/", "checks.example", false},
		{"https://other.example/staff/joan/", "checks.example", false},
		{"", "checks.example", false},
	}
	for _, tt := range tests {
		if got := isStaffPage(tt.address, tt.site); got != tt.want {
			t.Errorf("isStaffPage(%q, %q) = %v, want %v", tt.address, tt.site, got, tt.want)
		}
	}
}

func TestSiteOf(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"https://www.checks.example/a?b#c", "checks.example"}, {"checks.example", "checks.example"}, {"WWW.Checks.Example.", "checks.example"},
		{"http://checks.example:8080/", "checks.example"}, {"checks.example:8080", "checks.example"}, {"http://localhost:8080/x", "localhost"},
		{"https://www.faktencheck-müller.example/", "xn--faktencheck-mller-f3b.example"}, {"127.0.0.1", "127.0.0.1"},
		{"", ""}, {"not a site", ""}, {"https://", ""}, {"<script>", ""}, {strings.Repeat("a", 300), ""},
	}
	for _, tt := range tests {
		got, err := SiteOf(tt.in)
		if got != tt.want || (err == nil) != (tt.want != "") || err != nil && factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("SiteOf(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestPublisherIsOverridden(t *testing.T) {
	t.Parallel()
	got := readAll(t, strings.NewReader(reviewA), Options{Publisher: "https://www.house.example/"})
	if len(got.records) != 1 || got.records[0].Publisher != (Publisher{Name: "house.example", Site: "house.example"}) {
		t.Errorf("got %q with publisher %+v", got.outline(), got.records)
	}
	named := readAll(t, strings.NewReader(strings.Replace(reviewA, `{`, `{"author":{"@type":"Organization","name":"The House"},`, 1)), Options{Publisher: "house.example"})
	if len(named.records) != 1 || named.records[0].Publisher.Name != "The House" {
		t.Errorf("got %+v, want The House", named.records)
	}
	known := read(t, strings.Replace(reviewA, "checks.example", "www.fullfact.org", 1))
	if len(known.records) != 1 || known.records[0].Publisher != (Publisher{Name: "Full Fact", Site: "fullfact.org"}) {
		t.Errorf("got %+v, want Full Fact", known.records)
	}
}

func TestRatingNumbers(t *testing.T) {
	t.Parallel()
	tests := []struct{ label, value, best, worst, want, note string }{
		{"False", `1`, `5`, `1`, "{1 5 1}", ""},
		{"False", `"1"`, `"5"`, `"1"`, "{1 5 1}", ""},
		{"False", `-1`, `-1`, `-1`, "nil", ""},
		{"False", `5`, `5`, `1`, "{5 5 1}", "upside down"},
		{"True", `1`, `5`, `1`, "{1 5 1}", "upside down"},
		{"False", `4`, `1`, `5`, "{4 1 5}", "upside down"},
		{"Mostly false", `2`, `5`, `1`, "{2 5 1}", ""},
		{"False", `9`, `5`, `1`, "nil", "outside of its scale"},
		{"False", `"one"`, `5`, `1`, "nil", "not a number"},
		{"False", `1e400`, `5`, `1`, "nil", "not a number"},
		{"False", `"NaN"`, `5`, `1`, "nil", "not a number"},
		{"False", `1`, `null`, `null`, "{1 5 1}", ""},
		{"False", `null`, `5`, `1`, "nil", ""},
		{"Own word", `4`, `1`, `5`, "{4 1 5}", ""}, // an unknown label says nothing about the scale
	}
	for _, tt := range tests {
		got := read(t, fmt.Sprintf(`{"@type":"ClaimReview","url":"https://checks.example/a","claimReviewed":"The bridge is closed","reviewRating":{"alternateName":%q,"ratingValue":%s,"bestRating":%s,"worstRating":%s}}`, tt.label, tt.value, tt.best, tt.worst))
		if len(got.records) != 1 {
			t.Errorf("%+v: %q", tt, got.outline())
			continue
		}
		r := got.records[0]
		numeric := "nil"
		if r.Numeric != nil {
			numeric = fmt.Sprint(*r.Numeric)
		}
		notes := strings.Join(r.Notes, " ")
		if numeric != tt.want || r.Rating.Label != tt.label || !strings.Contains(notes, tt.note) || tt.note == "" && notes != "" {
			t.Errorf("%s %s/%s/%s: numbers %s, notes %q; want %s, %q", tt.label, tt.value, tt.best, tt.worst, numeric, notes, tt.want, tt.note)
		}
	}
}
