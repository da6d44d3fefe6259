package factcheck

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// wantField checks that err is CodeInvalid and names the field; an empty field means no error.
func wantField(t *testing.T, name string, err error, field string) {
	t.Helper()
	e, ok := err.(*Error) //nolint:errorlint // these functions wrap nothing
	switch {
	case field == "" && err != nil:
		t.Errorf("%s: got %v, want no error", name, err)
	case field != "" && (!ok || e.Code != CodeInvalid || e.Field != field):
		t.Errorf("%s: got %v, want invalid %q", name, err, field)
	}
}

func TestClaimInputClean(t *testing.T) {
	t.Parallel()
	good := ClaimInput{Text: " The mayor\t has\nresigned. ", Language: " en-GB ", Place: " Exampleville\n", Why: "\nMany asked. "}
	got, err := good.Clean()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ClaimInput{Text: "The mayor has resigned.", Language: "en-GB", Place: "Exampleville", Why: "Many asked."}, got); diff != "" {
		t.Errorf("cleaned (-want +got):\n%s", diff)
	}
	for name, c := range map[string]struct {
		edit  func(*ClaimInput)
		field string
	}{
		"the longest text":   {func(in *ClaimInput) { in.Text = strings.Repeat("ق", MaxClaimText) }, ""},
		"one more":           {func(in *ClaimInput) { in.Text = strings.Repeat("ق", MaxClaimText+1) }, "text"},
		"nothing to be seen": {func(in *ClaimInput) { in.Text = "\u200b\u2060\u00a0\u202e" }, "text"},
		"invalid UTF-8":      {func(in *ClaimInput) { in.Text = "a\xffb" }, "text"},
		"a NUL in why":       {func(in *ClaimInput) { in.Why = "a\x00b" }, "why"},
		"a long place":       {func(in *ClaimInput) { in.Place = strings.Repeat("p", MaxLine+1) }, "place"},
		"no language":        {func(in *ClaimInput) { in.Language = "" }, "language"},
		"a hostile language": {func(in *ClaimInput) { in.Language = "en'; DROP TABLE claims" }, "language"},
		"a date of no kind":  {func(in *ClaimInput) { in.Date = Date{At: time.Now()} }, "date_precision"},
		"a year before the first": {func(in *ClaimInput) {
			in.Date = Date{At: time.Date(0, 5, 1, 0, 0, 0, 0, time.UTC), Precision: PrecisionDay}
		}, "date"},
		"a year of five digits": {func(in *ClaimInput) {
			in.Date = Date{At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), Precision: PrecisionDay}
		}, "date"},
		"too many topics": {func(in *ClaimInput) { in.Topics = make([]TopicID, MaxTopics+1) }, "topics"},
	} {
		in := good
		c.edit(&in)
		_, err := in.Clean()
		wantField(t, name, err, c.field)
	}
}

func TestCleanDateCutsOffWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	at := time.Date(2025, 6, 7, 23, 30, 15, 123456789, time.FixedZone("", -2*3600)) // the eighth in UTC
	for precision, want := range map[Precision]time.Time{
		PrecisionYear:    time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC),
		PrecisionMonth:   time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC),
		PrecisionDay:     time.Date(2025, 6, 8, 0, 0, 0, 0, time.UTC),
		PrecisionInstant: time.Date(2025, 6, 8, 1, 30, 15, 123456000, time.UTC),
	} {
		got, err := CleanDate("date", Date{At: at, Precision: precision})
		if err != nil || !got.At.Equal(want) || got.At.Location() != time.UTC || got.Precision != precision {
			t.Errorf("%s: got %v, %v; want %v", precision, got, err, want)
		}
	}
	if got, err := CleanDate("date", Date{Precision: "nonsense"}); err != nil || got != (Date{}) {
		t.Errorf("an unknown date became %v, %v", got, err)
	}
}

func TestCleanWordings(t *testing.T) {
	t.Parallel()
	got, err := CleanWordings([]Wording{{" fr ", " Elle\nest partie. "}, {"fr", "Elle est partie."}, {"fr-CA", "Elle est partie."}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Wording{{"fr", "Elle est partie."}, {"fr-CA", "Elle est partie."}}, got); diff != "" {
		t.Errorf("cleaned (-want +got):\n%s", diff)
	}
	fine := Wording{"fr", "x"}
	for name, c := range map[string]struct {
		in    []Wording
		field string
	}{
		"none":             {nil, ""},
		"a bad language":   {[]Wording{fine, {"f", "x"}}, "wordings[1].language"},
		"no text":          {[]Wording{fine, {"de", "\u200d"}}, "wordings[1].text"},
		"a long text":      {[]Wording{{"de", strings.Repeat("x", MaxClaimText+1)}}, "wordings[0].text"},
		"too many":         {make([]Wording, MaxWordings+1), "wordings"},
		"invalid UTF-8":    {[]Wording{{"de", "\xc3x"}}, "wordings[0].text"},
		"a language's NUL": {[]Wording{{"de\x00", "x"}}, "wordings[0].language"},
	} {
		_, err := CleanWordings(c.in)
		wantField(t, name, err, c.field)
	}
}

func TestStagesLeadOnlyWhereTheyMay(t *testing.T) {
	t.Parallel()
	want := map[Stage]string{
		StageTip: "triage checking declined merged", StageTriage: "checking declined merged", StageChecking: "triage in_review declined merged",
		StageInReview: "checking published merged", StagePublished: "checking merged", StageDeclined: "triage merged", StageMerged: "",
	}
	for _, from := range Stages() {
		var to []string
		for _, next := range Stages() {
			if from.CanMoveTo(next) {
				to = append(to, string(next))
			}
		}
		if diff := cmp.Diff(want[from], strings.Join(to, " ")); diff != "" {
			t.Errorf("%s leads elsewhere (-want +got):\n%s", from, diff)
		}
	}
}

func TestMediaInputClean(t *testing.T) {
	t.Parallel()
	good := MediaInput{URL: " https://a.example/p.jpg ", Kind: MediaImage, Category: CategoryDecontext, Alt: " Two boxes. "}
	got, err := good.Clean()
	if err != nil || got.URL != "https://a.example/p.jpg" || got.Alt != "Two boxes." {
		t.Errorf("got %+v, %v", got, err)
	}
	for field, edit := range map[string]func(*MediaInput){
		"url":      func(in *MediaInput) { in.URL = "data:image/png;base64,x" },
		"kind":     func(in *MediaInput) { in.Kind = "" },
		"category": func(in *MediaInput) { in.Category = "EditedContent" },
		"alt":      func(in *MediaInput) { in.Alt = strings.Repeat("a", MaxNote+1) },
	} {
		in := good
		edit(&in)
		_, err := in.Clean()
		wantField(t, field, err, field)
	}
	for _, category := range MediaCategories() {
		if _, err := (MediaInput{URL: "https://a.example/", Kind: MediaVideo, Category: category}).Clean(); err != nil {
			t.Errorf("%s: %v", category, err)
		}
	}
}
