package factcheck

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func day(d int) time.Time { return time.Date(2025, 6, d, 0, 0, 0, 0, time.UTC) }

// whole is a draft that lacks nothing, whatever its rating.
func whole() Draft {
	return Draft{
		Label: "False", Language: "en", Answer: "No. She chaired the council two days later.",
		Sources: []Source{{
			URL: "https://townhall.example/agenda", Origin: "Town hall", Kind: SourcePrimary, Bearing: BearingAgainst,
			Quote: "14:30. The mayor opens the session.", ReadAt: day(7),
		}},
	}
}

// fields returns where the gaps are, a house rule as field!rule.
func fields(gaps []Gap) string {
	var out []string
	for _, g := range gaps {
		if g.Message == "" {
			return "a gap without a message"
		}
		if g.Rule != "" {
			g.Field += "!" + string(g.Rule)
		}
		out = append(out, g.Field)
	}
	return strings.Join(out, ", ")
}

func TestGapsOfEveryHouse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*Draft)
		truth  Truth
		want   string
	}{
		{"nothing is missing", func(*Draft) {}, TruthFalse, ""},
		{"empty", func(d *Draft) { *d = Draft{} }, TruthNone, "label, answer, sources"},
		{"no rating", func(d *Draft) { d.Label = "" }, TruthNone, "label"},
		{"no answer", func(d *Draft) { d.Answer = "" }, TruthFalse, "answer"},
		{"no source", func(d *Draft) { d.Sources = nil }, TruthTrue, "sources"},
		{"no source for a false", func(d *Draft) { d.Sources = nil }, TruthFalse, "sources, sources"},
		{"a document is a locator", func(d *Draft) { d.Sources[0].URL, d.Sources[0].Document = "", "File 7, page 3" }, TruthFalse, ""},
		{"no locator", func(d *Draft) { d.Sources[0].URL = "" }, TruthTrue, "sources, sources[0]"},
		{"no passage", func(d *Draft) { d.Sources[0].Quote = "" }, TruthTrue, "sources, sources[0]"},
		{"not read", func(d *Draft) { d.Sources[0].ReadAt = time.Time{} }, TruthTrue, "sources, sources[0]"},
		{"one of two is incomplete", func(d *Draft) { d.Sources = append(d.Sources, Source{URL: "https://x.example"}) }, TruthFalse, "sources[1]"},
		{"false on evidence for it", func(d *Draft) { d.Sources[0].Bearing = BearingFor }, TruthFalse, "sources"},
		{"false on context", func(d *Draft) { d.Sources[0].Bearing = BearingContext }, TruthFalse, "sources"},
		{"false on an incomplete source against it", func(d *Draft) {
			d.Sources[0].Bearing = BearingFor
			d.Sources = append(d.Sources, Source{URL: "https://x.example", Bearing: BearingAgainst})
		}, TruthFalse, "sources, sources[1]"},
		{"mostly false may rest on context", func(d *Draft) { d.Sources[0].Bearing = BearingContext }, TruthMostlyFalse, ""},
		{"true needs no evidence against", func(d *Draft) { d.Sources[0].Bearing = BearingFor }, TruthTrue, ""},
		{"unproven needs a source all the same", func(d *Draft) { d.Sources = nil }, TruthNone, "sources"},
		{"a correction without a note", func(d *Draft) { d.Correction = CorrectionCorrection }, TruthFalse, "note"},
		{"a correction with a note", func(d *Draft) { d.Correction, d.Note = CorrectionUpdate, "She has resigned since." }, TruthFalse, ""},
		{"a retraction needs only its reason", func(d *Draft) { *d = Draft{Correction: CorrectionRetraction, Note: "We were deceived."} }, TruthFalse, ""},
		{"a retraction needs its reason", func(d *Draft) { *d = Draft{Correction: CorrectionRetraction} }, TruthFalse, "note"},
		{"a waiver does not stand for evidence", func(d *Draft) {
			d.Sources, d.Waivers = nil, []Waiver{{RuleOrigins, "x"}, {RuleArchive, "x"}, {RulePrimary, "x"}, {RuleReply, "x"}}
		}, TruthTrue, "sources"},
	} {
		d := whole()
		c.change(&d)
		if got := fields(d.Gaps(Rating{Label: d.Label, Truth: c.truth}, HouseRules{})); got != c.want {
			t.Errorf("%s: got gaps in %q, want %q", c.name, got, c.want)
		}
	}
}

func TestHouseRulesAreMetOrWaived(t *testing.T) {
	t.Parallel()
	all := HouseRules{IndependentOrigins: 2, ArchivedSources: true, PrimarySource: true, ReplyAsked: true}
	second := Source{URL: "https://b.example", Origin: "TOWN HALL", Kind: SourceSecondary, Bearing: BearingFor, Quote: "q", ReadAt: day(7), ArchiveURL: "https://a.example/b"}
	for _, c := range []struct {
		name   string
		rules  HouseRules
		change func(*Draft)
		want   string
	}{
		{"no rules", HouseRules{}, func(*Draft) {}, ""},
		{"one origin is always there", HouseRules{IndependentOrigins: 1}, func(*Draft) {}, ""},
		{"all rules at once", all, func(*Draft) {}, "sources!independent_origins, sources!archived_sources, replies!reply_asked"},
		{"two addresses of one origin are one", HouseRules{IndependentOrigins: 2}, func(d *Draft) { d.Sources = append(d.Sources, second) }, "sources!independent_origins"},
		{"two origins", HouseRules{IndependentOrigins: 2}, func(d *Draft) {
			second := second
			second.Origin = "Court"
			d.Sources = append(d.Sources, second)
		}, ""},
		{"an origin nobody named does not count", HouseRules{IndependentOrigins: 2}, func(d *Draft) {
			second := second
			second.Origin = ""
			d.Sources = append(d.Sources, second)
		}, "sources!independent_origins"},
		{"an archived copy", HouseRules{ArchivedSources: true}, func(d *Draft) { d.Sources[0].ArchiveURL = "https://a.example/1" }, ""},
		{"a document needs no archived copy", HouseRules{ArchivedSources: true}, func(d *Draft) { d.Sources[0].URL, d.Sources[0].Document = "", "File 7" }, ""},
		{"no primary source", HouseRules{PrimarySource: true}, func(d *Draft) { d.Sources[0].Kind = SourceSecondary }, "sources!primary_source"},
		{"an incomplete primary source", HouseRules{PrimarySource: true}, func(d *Draft) {
			d.Sources[0].Kind = SourceSecondary
			d.Sources = append(d.Sources, Source{URL: "https://x.example", Kind: SourcePrimary})
		}, "sources[1], sources!primary_source"},
		{"a reply was asked for", HouseRules{ReplyAsked: true}, func(d *Draft) { d.Replies = []Reply{{Asked: "The mayor", AskedAt: day(6)}} }, ""},
		{"waived with reasons", all, func(d *Draft) {
			d.Waivers = []Waiver{{RuleOrigins, "Only one was there."}, {RuleArchive, "The archive failed."}, {RuleReply, "Asked too late."}}
		}, ""},
		{"a waiver without a reason is none", HouseRules{ReplyAsked: true}, func(d *Draft) { d.Waivers = []Waiver{{Rule: RuleReply}} }, "replies!reply_asked"},
		{"a waiver of another rule", HouseRules{ReplyAsked: true}, func(d *Draft) { d.Waivers = []Waiver{{RuleArchive, "x"}} }, "replies!reply_asked"},
		{"a retraction needs none", all, func(d *Draft) { *d = Draft{Correction: CorrectionRetraction, Note: "x"} }, ""},
	} {
		d := whole()
		c.change(&d)
		if got := fields(d.Gaps(Rating{Label: d.Label, Truth: TruthFalse}, c.rules)); got != c.want {
			t.Errorf("%s: got gaps in %q, want %q", c.name, got, c.want)
		}
	}
}

func TestGapErrorNamesTheFirstAndCountsTheRest(t *testing.T) {
	t.Parallel()
	if err := GapError(nil); err != nil {
		t.Errorf("got %v for no gaps", err)
	}
	for want, gaps := range map[string][]Gap{
		"label: choose a rating":                 {{Field: "label", Message: "choose a rating"}},
		"label: choose a rating (and 2 more)":    {{Field: "label", Message: "choose a rating"}, {Field: "answer"}, {Field: "sources"}},
		"note: 100% of it is missing (verbatim)": {{Field: "note", Message: "100% of it is missing (verbatim)"}},
	} {
		err := GapError(gaps)
		if CodeOf(err) != CodeInvalid || err.Error() != want {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestCleanRefuses(t *testing.T) {
	t.Parallel()
	before, after := day(1), day(2)
	long := func(n int) string { return strings.Repeat("é", n) } // runes are counted, not bytes
	for _, c := range []struct {
		field  string // that the error names; "" if the draft is in order
		change func(*Draft)
	}{
		{"", func(*Draft) {}},
		{"", func(d *Draft) { *d = Draft{} }}, // what is missing is no error yet
		{"", func(d *Draft) { d.Answer, d.Headline = long(MaxAnswer), long(MaxLine) }},
		{"", func(d *Draft) { d.ValidFrom, d.ValidTo = &before, &before }},
		{"", func(d *Draft) { d.Sources = slices.Repeat(d.Sources, MaxSources) }},
		{"language", func(d *Draft) { d.Language = "english" }},
		{"language", func(d *Draft) { d.Language = "e" }},
		{"correction", func(d *Draft) { d.Correction = "stealth" }},
		{"valid_to", func(d *Draft) { d.ValidFrom, d.ValidTo = &after, &before }},
		{"label", func(d *Draft) { d.Label = long(MaxLine + 1) }},
		{"headline", func(d *Draft) { d.Headline = long(MaxLine + 1) }},
		{"answer", func(d *Draft) { d.Answer = long(MaxAnswer + 1) }},
		{"answer", func(d *Draft) { d.Answer = "a\x00b" }},
		{"body", func(d *Draft) { d.Body = long(MaxBody + 1) }},
		{"body", func(d *Draft) { d.Body = "\xff\xfe" }},
		{"true", func(d *Draft) { d.True = long(MaxNote + 1) }},
		{"false", func(d *Draft) { d.False = long(MaxNote + 1) }},
		{"unknown", func(d *Draft) { d.Unknown = long(MaxNote + 1) }},
		{"how_checked", func(d *Draft) { d.HowChecked = long(MaxNote + 1) }},
		{"note", func(d *Draft) { d.Note = long(MaxNote + 1) }},
		{"sources", func(d *Draft) { d.Sources = slices.Repeat(d.Sources, MaxSources+1) }},
		{"sources[2].id", func(d *Draft) {
			d.Sources = slices.Repeat(d.Sources, 3)
			d.Sources[0].ID, d.Sources[2].ID = SourceID{7}, SourceID{7}
		}},
		{"sources[0].kind", func(d *Draft) { d.Sources[0].Kind = "tertiary" }},
		{"sources[0].bearing", func(d *Draft) { d.Sources[0].Bearing = "" }},
		{"sources[0].url", func(d *Draft) { d.Sources[0].URL = "javascript:alert(1)" }},
		{"sources[0].url", func(d *Draft) { d.Sources[0].URL = "https://" + long(MaxURL) }},
		{"sources[0].archive_url", func(d *Draft) { d.Sources[0].ArchiveURL = "data:text/html,x" }},
		{"sources[0].quote", func(d *Draft) { d.Sources[0].Quote = long(MaxQuote + 1) }},
		{"sources[0].title", func(d *Draft) { d.Sources[0].Title = long(MaxLine + 1) }},
		{"sources[0].document", func(d *Draft) { d.Sources[0].Document = long(MaxLine + 1) }},
		{"sources[0].origin", func(d *Draft) { d.Sources[0].Origin = long(MaxLine + 1) }},
		{"sources[0].interest", func(d *Draft) { d.Sources[0].Interest = long(MaxLine + 1) }},
		{"replies[0]", func(d *Draft) { d.Replies = []Reply{{Asked: " ", AskedAt: before}} }},
		{"replies[0]", func(d *Draft) { d.Replies = []Reply{{Asked: "The mayor"}} }},
		{"replies[0].answer", func(d *Draft) { d.Replies = []Reply{{Asked: "x", AskedAt: before, Answer: long(MaxNote + 1)}} }},
		{"waivers[0].rule", func(d *Draft) { d.Waivers = []Waiver{{Rule: "evidence", Reason: "x"}} }},
		{"waivers[0].reason", func(d *Draft) { d.Waivers = []Waiver{{Rule: RuleReply, Reason: " "}} }},
		{"waivers[0].reason", func(d *Draft) { d.Waivers = []Waiver{{Rule: RuleReply, Reason: long(MaxNote + 1)}} }},
		{"wordings", func(d *Draft) { d.Wordings = slices.Repeat([]VerdictWording{{Language: "fr"}}, MaxWordings+1) }},
		{"wordings[0].language", func(d *Draft) { d.Wordings = []VerdictWording{{Language: ""}} }},
		{"wordings[0].answer", func(d *Draft) { d.Wordings = []VerdictWording{{Language: "fr", Answer: long(MaxAnswer + 1)}} }},
	} {
		d := whole()
		c.change(&d)
		_, err := d.Clean()
		if c.field == "" && err == nil {
			continue
		}
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Code != CodeInvalid || e.Field != c.field {
			t.Errorf("got %v, want an invalid %q", err, c.field)
		}
	}
}

func TestCleanTrimsAndLeavesTheCallersDraftAlone(t *testing.T) {
	t.Parallel()
	d := whole()
	d.Headline, d.Answer, d.Body = "  Two\n lines ", "\n No. \n", "\n\n# Body  \n"
	d.Sources[0].Title, d.Sources[0].Quote = " The\tagenda ", " as it\nstands "
	got, err := d.Clean()
	if err != nil {
		t.Fatal(err)
	}
	want := whole()
	want.Headline, want.Answer, want.Body = "Two lines", "No.", "# Body"
	want.Sources[0].Title, want.Sources[0].Quote = "The agenda", "as it\nstands"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cleaned draft differs (-want +got):\n%s", diff)
	}
	if d.Sources[0].Title != " The\tagenda " {
		t.Error("the caller's sources were changed")
	}
}

func TestNobodyApprovesTheirOwnWork(t *testing.T) {
	t.Parallel()
	carla, edda, chen := PersonID{1}, PersonID{2}, PersonID{3}
	for _, c := range []struct {
		name     string
		approver Actor
		authors  []PersonID
		ok       bool
	}{
		{"somebody else", Actor{Kind: ActorPerson, Person: edda, Role: RoleEditor}, []PersonID{carla, chen}, true},
		{"nobody wrote it", Actor{Kind: ActorPerson, Person: edda, Role: RoleEditor}, nil, true},
		{"the author", Actor{Kind: ActorPerson, Person: carla, Role: RoleEditor}, []PersonID{carla}, false},
		{"one of the authors", Actor{Kind: ActorPerson, Person: chen, Role: RoleEditor}, []PersonID{carla, chen}, false},
		{"an admin who wrote it", Actor{Kind: ActorPerson, Person: carla, Role: RoleAdmin}, []PersonID{carla}, false},
		{"a key of the author", Actor{Kind: ActorKey, Person: carla, Role: RoleEditor, Scopes: []Scope{ScopeManage}}, []PersonID{carla}, false},
	} {
		err := CheckApprover(c.approver, c.authors)
		if (err == nil) != c.ok || err != nil && CodeOf(err) != CodeForbidden {
			t.Errorf("%s: got %v, want allowed %v", c.name, err, c.ok)
		}
	}
}

func TestCheckURL(t *testing.T) {
	t.Parallel()
	for in, ok := range map[string]bool{
		"": true, "https://a.example/x?y=z#w": true, "HTTP://A.example": true, "http://[2001:db8::1]/": true,
		"javascript:alert(1)": false, "//a.example": false, "/x": false, "ftp://a.example": false, "https://": false,
		"https://u:p@a.example": false, "https://a.example/a b": false, "https://a.example/\"x": false, "https://a.example/\x00": false,
		"data:text/html,x": false, "https://%zz": false,
	} {
		if err := CheckURL("url", in); (err == nil) != ok || err != nil && CodeOf(err) != CodeInvalid {
			t.Errorf("CheckURL(%q): got %v, want allowed %v", in, err, ok)
		}
	}
}
