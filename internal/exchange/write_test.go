package exchange

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return t
}

// claims are documents with everything a document can hold, and with texts that formats stumble over.
func claims() []document.Claim {
	house := document.Publisher{ID: "publisher_1", Name: "Example Checks", Site: "checks.example"}
	bridge := document.Claim{
		ID: "claim_01h455vb4pex5vsknk084sn02q", Slug: "bridge", URL: "https://checks.example/claims/bridge", Seq: 7,
		Text: `=The bridge at "Exampleville" is <b>closed</b> &amp; 'gone', they say`, Language: "en",
		Claimant: &document.Claimant{ID: "claimant_1", Name: "@gazette", Kind: "organisation", Slug: "gazette"},
		Date:     new("2026-01"), DatePrecision: new("month"), Place: "Exampleville",
		Topics:   []document.Topic{{ID: "topic_1", Slug: "traffic", Name: "Traffic, roads; bridges"}, {ID: "topic_2", Slug: "politics", Name: "Politics"}},
		Wordings: []document.Wording{{Language: "fr", Text: "Le pont est fermé", Headline: "Non"}},
		Media:    []document.Media{{URL: "https://social.example/1.jpg", Kind: "image", Category: "StagedContent", Alt: "A bridge"}},
		Verdicts: []document.Verdict{
			{
				ID: "verdict_1", Version: 3, State: "current", Publisher: house, Origin: "house",
				Rating:   document.Rating{Label: "False", Scale: "house/1", Truth: new("false"), Reasons: []string{"fabricated", "satire"}},
				Headline: "-No, it is open", Answer: "It is open.\n\nSince Monday.", Body: "Long *reasoning*.", True: "It was closed once.", False: "It is closed.",
				Unknown: "By whom.", HowChecked: "We went there.", WhyChecked: "Many asked.", Byline: "The desk", Language: "en",
				ValidFrom: new(at("2026-01-12T00:00:00Z")), ValidTo: new(at("2026-02-01T10:00:00Z")),
				PublishedAt: at("2026-01-16T09:30:00.123456Z"), FirstAt: at("2026-01-15T08:00:00Z"), ReviewURL: "https://checks.example/claims/bridge",
				Correction: &document.Correction{Kind: "correction", Note: "We had the wrong day."},
				Replies:    []document.Reply{{Asked: "The Gazette", AskedAt: at("2026-01-13T00:00:00Z"), Answer: "No comment"}},
				Waivers:    []document.Waiver{{Rule: "archive", Reason: "refused"}},
				Sources: []document.Source{
					{ID: "source_1", URL: "https://town.example/bridge", Title: "Road works", Origin: "Town", Kind: "primary", Bearing: "against", Quote: "=open", ReadAt: "2026-01-14", ArchiveURL: "https://archive.example/1", Interest: "owns it", Health: "alive"},
					{ID: "source_2", Document: "Letter of 3 January, ref. 12/4", Title: "Letter", Origin: "Works office", Kind: "secondary", Bearing: "context", Quote: "…", ReadAt: "2026-01-14"},
				},
				Licence: "https://creativecommons.org/licenses/by/4.0/",
			},
			{
				ID: "verdict_2", Version: 1, State: "current", Publisher: document.Publisher{Name: "Faits <Vérifiés>", Site: "faits.example"}, Origin: "imported",
				Rating: document.Rating{Label: "Invention pure", Reasons: []string{}}, ReviewURL: "https://www.faits.example/v/88?a=1&b=2#x",
				PublishedAt: at("2026-01-16T00:00:00Z"), FirstAt: at("2026-01-16T00:00:00Z"), Sources: []document.Source{},
			},
		},
		Appearances: []document.Appearance{
			{ID: "appearance_1", Article: document.Article{URL: "https://social.example/p/1", Title: "Gone!", Outlet: "Social", PublishedAt: new(at("2026-01-12T18:00:00Z"))}, Stance: "makes", SetBy: "person", Quote: "It is gone", FirstSeenAt: new(at("2026-01-12T19:00:00Z")), Correction: document.AppearanceStanding{State: "standing"}},
			{ID: "appearance_2", Article: document.Article{URL: "https://paper.example/9"}, Stance: "disputes", SetBy: "person", Correction: document.AppearanceStanding{State: "corrected", At: new(at("2026-01-13T00:00:00Z"))}},
			{ID: "appearance_3", Article: document.Article{URL: "https://blog.example/7"}, Stance: "listed", SetBy: "import", Correction: document.AppearanceStanding{State: "standing"}},
		},
		Licence: "CC BY 4.0",
	}
	arabic := document.Claim{
		ID: "claim_2", URL: "https://checks.example/claims/2", Text: "جسر المدينة مغلق", Language: "ar",
		Claimant: &document.Claimant{ID: "claimant_2", Kind: "person"}, // a private person, without a name
		Verdicts: []document.Verdict{{
			ID: "verdict_3", Version: 1, State: "current", Publisher: document.Publisher{Name: "دار المثال", Site: "elsewhere.example"}, Origin: "imported",
			Rating: document.Rating{Label: "عنوان مضلل", Scale: "fatabyyano/1", Reasons: []string{"missing_context"}}, Answer: "الجسر مفتوح",
			ReviewURL: "https://fatabyyano.net/%d8%ac/", Byline: "كاتب",
		}},
	}
	return []document.Claim{bridge, arabic}
}

func export(tb testing.TB, format string, info Info, all ...document.Claim) string {
	tb.Helper()
	var buf bytes.Buffer
	w, err := NewWriter(&buf, format, info)
	if err != nil {
		tb.Fatal(err)
	}
	for _, c := range all {
		if err := w.Write(c); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return buf.String()
}

// carried is what every format carries of a record. Formats differ in texts beside the finding, and only NDJSON has stances.
type carried struct {
	Publisher                                           Publisher
	Text, Language, Place, ReviewURL, Headline, Answer  string
	ClaimantName, ClaimantKind                          string
	ClaimDate, Published, Modified, From, To            string
	Rating                                              factcheck.Rating
	Scale, Byline, Licence, ClaimID, Origin, Correction string
	Topics, Appearances, Media, Wordings, Sources       []string
	Numeric                                             *Numeric
}

func carriedBy(r Record) carried {
	c := carried{
		Publisher: r.Publisher, Text: r.Text, Language: r.Language, Place: r.Place, ReviewURL: r.ReviewURL, Headline: r.Headline, Answer: r.Answer,
		ClaimantName: r.Claimant.Name, ClaimantKind: r.Claimant.Kind, ClaimDate: r.ClaimDate.String(),
		Published: exact(r.Published), Modified: exact(r.Modified), From: exact(r.ValidFrom), To: exact(r.ValidTo),
		Rating: r.Rating, Scale: r.Scale, Byline: r.Byline, Licence: r.Licence, ClaimID: r.ClaimID, Origin: r.Origin, Topics: r.Topics, Numeric: r.Numeric,
	}
	if len(c.Rating.Reasons) == 0 {
		c.Rating.Reasons = nil
	}
	if r.Correction != nil {
		c.Correction = r.Correction.Kind + ": " + r.Correction.Note
	}
	for _, a := range r.Appearances {
		c.Appearances = append(c.Appearances, fmt.Sprintf("%s %q %q %s", a.URL, a.Title, a.Quote, exact(a.Published)))
	}
	slices.Sort(c.Appearances)
	for _, m := range r.Media {
		c.Media = append(c.Media, fmt.Sprint(m))
	}
	for _, w := range r.Wordings {
		c.Wordings = append(c.Wordings, fmt.Sprint(w))
	}
	for _, s := range r.Sources {
		s.Interest = "" // schema.org has no word for it
		c.Sources = append(c.Sources, fmt.Sprintf("%+v", s))
	}
	return c
}

func exact(d factcheck.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.At.Format(time.RFC3339Nano) + " " + string(d.Precision)
}

func TestExportsReadBack(t *testing.T) {
	t.Parallel()
	info := Info{Name: "Verdicts", House: "Example Checks", HouseURL: "https://checks.example/", At: at("2026-01-16T10:00:00Z"), Epoch: "e1", Seq: 41}
	want := readAll(t, strings.NewReader(export(t, FormatNDJSON, info, claims()...)), Options{})
	if len(want.records) != 3 || want.err != nil || len(want.rejects) != 0 {
		t.Fatalf("NDJSON gave %q, want 3 records", want.outline())
	}
	// NDJSON itself is held against the documents, by hand.
	first := want.records[0]
	d := claims()[0]
	v := d.Verdicts[0]
	if first.Text != d.Text || first.Rating.Label != v.Rating.Label || first.Rating.Truth != "false" || first.Answer != v.Answer || first.Headline != v.Headline ||
		!first.Published.At.Equal(v.FirstAt) || !first.Modified.At.Equal(v.PublishedAt) || first.Body != v.Body || first.True != v.True || len(first.Sources) != 2 || first.ReviewURL != d.URL {
		t.Errorf("NDJSON gave %+v", first)
	}
	var stances []string
	for _, a := range first.Appearances {
		stances = append(stances, string(a.Stance)+" "+string(a.State))
	}
	if diff := cmp.Diff([]string{"makes ", "disputes corrected", "listed "}, stances); diff != "" {
		t.Errorf("NDJSON's stances (-want +got):\n%s", diff)
	}
	if want.records[2].Claimant.Name != "" || !want.records[2].Published.IsZero() {
		t.Errorf("a private person or an unknown date came back as %+v, %s", want.records[2].Claimant, want.records[2].Published)
	}
	for _, format := range []string{FormatCSV, FormatClaimReview} {
		out := export(t, format, info, claims()...)
		got := readAll(t, strings.NewReader(out), Options{})
		if len(got.records) != len(want.records) || len(got.rejects) != 0 || got.err != nil {
			t.Errorf("%s gave %q, want %d records\n%s", format, got.outline(), len(want.records), out)
			continue
		}
		for i := range got.records {
			if diff := cmp.Diff(carriedBy(want.records[i]), carriedBy(got.records[i])); diff != "" {
				t.Errorf("%s, record %d (-ndjson +%s):\n%s", format, i, format, diff)
			}
			for _, a := range got.records[i].Appearances {
				if a.Stance != factcheck.StanceListed {
					t.Errorf("%s brought %s back as %s, want listed", format, a.URL, a.Stance)
				}
			}
			if n := got.records[i].Notes; len(n) > 0 {
				t.Errorf("%s, record %d: notes %q", format, i, n)
			}
		}
	}
}

func TestExportGolden(t *testing.T) {
	t.Parallel()
	info := Info{Name: "Verdicts", At: at("2026-01-16T10:00:00Z"), Epoch: "e1", Seq: 41}
	compareGolden(t, "testdata/export.ndjson.golden", []byte(export(t, FormatNDJSON, info, claims()...)))
	compareGolden(t, "testdata/export.csv.golden", []byte(export(t, FormatCSV, info, claims()...)))
}

func TestCSVIsDukes(t *testing.T) {
	t.Parallel()
	out := export(t, FormatCSV, Info{}, claims()...)
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	const duke = "id,@context,@type,claimReviewed,datePublished,url,author.@type,author.name,author.url,author.image,author.sameAs,itemReviewed.@type,itemReviewed.datePublished,itemReviewed.name,itemReviewed.appearance.1.url,itemReviewed.appearance.1.@type"
	if header := strings.Join(rows[0], ","); !strings.HasPrefix(header, duke) || !strings.Contains(header, "reviewRating.image,reviewRating.alternateName,claim_id,") {
		t.Errorf("header %s, want Duke's columns first", header)
	}
	get := func(row int, column string) string { return rows[row][slices.Index(rows[0], column)] }
	for _, tt := range []struct {
		row          int
		column, want string
	}{
		{1, "@type", "ClaimReview"}, {1, "reviewRating.ratingValue", "1"}, {1, "reviewRating.bestRating", "5"}, {1, "reviewRating.worstRating", "1"},
		{1, "datePublished", "2026-01-15T08:00:00Z"}, {2, "datePublished", "2026-01-16"}, {3, "datePublished", ""},
		{2, "reviewRating.ratingValue", ""}, {2, "reviewRating.bestRating", ""}, {3, "reviewRating.worstRating", ""},
		{1, "itemReviewed.author.@type", "Organization"}, {3, "itemReviewed.author.@type", ""}, {3, "itemReviewed.author.name", ""},
		{1, "itemReviewed.appearance.1.url", "https://social.example/p/1"}, {1, "itemReviewed.appearance.2.url", "https://blog.example/7"}, {1, "itemReviewed.appearance.3.url", ""},
		{1, "claimReviewed", `'=The bridge at "Exampleville" is <b>closed</b> &amp; 'gone', they say`}, {1, "headline", "'-No, it is open"}, {1, "itemReviewed.author.name", "'@gazette"},
		{1, "reasons", "fabricated satire"}, {2, "url", "https://www.faits.example/v/88?a=1&b=2#x"}, {1, "export_seq", ""},
	} {
		if got := get(tt.row, tt.column); got != tt.want {
			t.Errorf("row %d, %s = %q, want %q", tt.row, tt.column, got, tt.want)
		}
	}
	for i, row := range rows[1:] {
		for n, text := range row {
			if text != "" && strings.ContainsAny(text[:1], "=+-@\t\r") {
				t.Errorf("row %d, %s = %q would run as a formula", i+1, rows[0][n], text)
			}
		}
	}
}

func TestGuard(t *testing.T) {
	t.Parallel()
	for _, tt := range [][2]string{
		{"=1+1", "'=1+1"}, {"+1", "'+1"}, {"-1", "'-1"}, {"@x", "'@x"}, {"\t=1", "'\t=1"}, {"'=1", "''=1"}, {"＝1", "'＝1"},
		{"'Family' stars", "'Family' stars"}, {"''", "''"}, {"", ""}, {"1-1", "1-1"}, {"a=b", "a=b"},
	} {
		if got := guard(tt[0]); got != tt[1] {
			t.Errorf("guard(%q) = %q, want %q", tt[0], got, tt[1])
		}
	}
}

func FuzzGuard(f *testing.F) {
	for _, s := range []string{"=1", "'=1", "''''@", "'", "plain"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if back := unguard(guard(s)); back != s {
			t.Fatalf("%q is written as %q and read as %q", s, guard(s), back)
		}
	})
}

func TestExportOfWhatIsNotCurrent(t *testing.T) {
	t.Parallel()
	c := claims()[0]
	c.Verdicts = c.Verdicts[:1]
	for state, want := range map[string]map[string][]string{
		"suspended": {FormatNDJSON: {"suspended false"}, FormatClaimReview: nil, FormatCSV: nil},
		"retracted": {FormatNDJSON: {"retracted true"}, FormatClaimReview: {" true"}, FormatCSV: nil},
	} {
		c.Verdicts = slices.Clone(c.Verdicts)
		c.Verdicts[0].State = state
		for format, lines := range want {
			got := read(t, export(t, format, Info{}, c))
			var states []string
			for _, r := range got.records {
				states = append(states, fmt.Sprintf("%s %v", r.State, r.Deleted))
				if r.Deleted && (r.DeletedAt.IsZero() || r.ReviewURL != c.URL) {
					t.Errorf("%s, %s: deleted at %s, address %s", format, state, r.DeletedAt, r.ReviewURL)
				}
			}
			if diff := cmp.Diff(lines, states); diff != "" || len(got.rejects) > 0 || got.err != nil {
				t.Errorf("%s, %s: %q (-want +got):\n%s", format, state, got.outline(), diff)
			}
		}
	}
}

func TestNDJSONStatesWhatItIsTrueAt(t *testing.T) {
	t.Parallel()
	with := export(t, FormatNDJSON, Info{Epoch: "e1", Seq: 41, At: at("2026-01-16T10:00:00Z")}, claims()[1])
	var head struct {
		Epoch string
		Seq   int64
	}
	if err := json.Unmarshal([]byte(strings.SplitN(with, "\n", 2)[0]), &head); err != nil || head.Epoch != "e1" || head.Seq != 41 {
		t.Errorf("first line %q (%v), want the epoch and seq", strings.SplitN(with, "\n", 2)[0], err)
	}
	without := export(t, FormatNDJSON, Info{}, claims()[1])
	var c document.Claim
	if err := json.Unmarshal([]byte(without), &c); err != nil || c.ID != "claim_2" || strings.Count(without, "\n") != 1 {
		t.Errorf("without an epoch: %q (%v), want one line, the claim", without, err)
	}
	if got := read(t, with); len(got.records) != 1 || got.skipped != 1 {
		t.Errorf("read back %q, skipped %d", got.outline(), got.skipped)
	}
}

func TestChangedExportsAreRefused(t *testing.T) {
	t.Parallel()
	line := export(t, FormatNDJSON, Info{}, claims()[0])
	for _, tt := range []struct{ old, new, want string }{
		{`"truth":"false"`, `"truth":"bogus"`, `truth "bogus" is not one of`},
		{`"reasons":["fabricated"`, `"reasons":["<b>"`, `"<b>" is not a reason`},
		{`"stance":"makes"`, `"stance":"shouts"`, `"shouts" is not a stance`},
		{`"state":"corrected"`, `"state":"x"`, `"x" is not a state of correction`},
		{`"kind":"correction"`, `"kind":"oops"`, `"oops" is not a kind of correction`},
		{`"body":"Long`, `"body":"\u0000Long`, "the body holds a NUL character"},
		{`"url":"https://social.example/1.jpg"`, `"url":"javascript:1"`, "the address of a picture cannot be used"},
		{`"category":"StagedContent"`, `"category":"Fake"`, "is not a kind and category of media"},
		{`"language":"fr"`, `"language":"??"`, "is not the language of a wording"},
		{`"language":"fr","text":"Le`, `"language":"fr","text":"\u0000`, "the wording holds a NUL character"},
		{`"id":"claim_01h455vb4pex5vsknk084sn02q"`, `"id":5`, "this looks like a claim of our own export but is not"},
		{`"url":"https://checks.example/claims/bridge"`, `"url":"javascript:1"`, "the address of the review cannot be used"},
	} {
		changed := strings.Replace(line, tt.old, tt.new, 1)
		if changed == line {
			t.Fatalf("%s is not in the export", tt.old)
		}
		got := read(t, changed)
		if len(got.rejects) == 0 || !strings.Contains(got.rejects[0].Reason, tt.want) {
			t.Errorf("%s: %q, want a reject: %s", tt.new, got.outline(), tt.want)
		}
	}
	for _, tt := range []struct{ old, new, want string }{
		{`"archive_url":"https://archive.example/1"`, `"archive_url":"data:x"`, `A source was left out: "data:x" is not a web address; write https://….`},
		{`"bearing":"against"`, `"bearing":"up"`, `A source was left out: "up" is not a bearing.`},
		{`"kind":"primary"`, `"kind":"main"`, `A source was left out: "main" is not a kind of source.`},
		{`"read_at":"2026-01-14"`, `"read_at":"soon"`, `A source was left out: "soon" is not the day it was read.`},
		{`"document":"Letter of 3 January, ref. 12/4"`, `"document":""`, "A source was left out: it has neither an address nor a document."},
	} {
		got := read(t, strings.Replace(line, tt.old, tt.new, 1))
		if len(got.records) != 2 || len(got.records[0].Sources) != 1 || !slices.Contains(got.records[0].Notes, tt.want) {
			t.Errorf("%s: %q with notes %q, want %s", tt.new, got.outline(), got.records[0].Notes, tt.want)
		}
	}
	table := export(t, FormatCSV, Info{}, claims()[0])
	got := read(t, strings.Replace(table, `[{""id"":""source_1""`, `[{""id"":`, 1))
	if len(got.rejects) != 1 || !strings.Contains(got.rejects[0].Reason, "column sources cannot be read") {
		t.Errorf("a broken cell: %q", got.outline())
	}
}

// full refuses everything after n bytes.
type full struct{ n int }

func (f *full) Write(p []byte) (int, error) {
	if f.n -= len(p); f.n < 0 {
		return 0, errors.New("the disk is full")
	}
	return len(p), nil
}

func TestWritersReportAFullDisk(t *testing.T) {
	t.Parallel()
	for _, format := range []string{FormatNDJSON, FormatClaimReview, FormatCSV} {
		w, err := NewWriter(&full{n: 200_000}, format, Info{})
		if err != nil {
			t.Fatal(err)
		}
		for range 500 {
			if err := w.Write(claims()[0]); err != nil {
				break
			}
		}
		if err := w.Close(); err == nil || !strings.Contains(err.Error(), "the disk is full") {
			t.Errorf("%s: Close() = %v, want the disk is full", format, err)
		}
	}
	if _, err := NewWriter(nil, "xml", Info{}); factcheck.CodeOf(err) != factcheck.CodeInvalid {
		t.Errorf("NewWriter(xml) = %v, want invalid", err)
	}
}
