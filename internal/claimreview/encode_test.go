package claimreview

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/document"
)

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// resignation is a claim with everything a document can hold.
func resignation() document.Claim {
	return document.Claim{
		ID: "claim_01h455vb4pex5vsknk084sn02q", Slug: "mayor-resigned", URL: "https://checks.example/claims/mayor-resigned", Seq: 41,
		Text: "The mayor of Exampleville resigned on 12 January", Language: "en",
		Claimant: &document.Claimant{ID: "claimant_1", Name: "Viral post", Kind: "anonymous"},
		Date:     new("2026-01-12"), DatePrecision: new("day"), Place: "Exampleville",
		Topics:   []document.Topic{{ID: "topic_1", Slug: "politics", Name: "Politics"}},
		Wordings: []document.Wording{{Language: "fr", Text: "La maire d’Exempleville a démissionné le 12 janvier", Headline: "Non"}},
		Media:    []document.Media{{URL: "https://social.example/p/1.jpg", Kind: "image", Category: "EditedOrCroppedContent", Alt: "A letter"}},
		Verdicts: []document.Verdict{{
			ID: "verdict_1", Version: 2, State: "current", Origin: "house",
			Publisher: document.Publisher{ID: "publisher_1", Name: "Example Checks", Site: "checks.example"},
			Rating:    document.Rating{Label: "False", Scale: "house/1", Truth: new("false"), Reasons: []string{"fabricated"}},
			Headline:  "No, the mayor did not resign", Answer: "Her diary shows normal business all week.", Byline: "The desk", Language: "en",
			ValidFrom: new(at("2026-01-12T00:00:00Z")), PublishedAt: at("2026-01-16T09:30:00Z"), FirstAt: at("2026-01-15T08:00:00Z"),
			Correction: &document.Correction{Kind: "clarification", Note: "We named the day."},
			Sources: []document.Source{{
				ID: "source_1", URL: "https://town.example/diary", Title: "The mayor's diary", Origin: "Town of Exampleville", Kind: "primary", Bearing: "against",
				Quote: "12 January: council meeting", ReadAt: "2026-01-14", ArchiveURL: "https://archive.example/1", Health: "alive",
			}},
			Licence: "https://creativecommons.org/licenses/by/4.0/",
		}},
		Appearances: []document.Appearance{
			{ID: "appearance_1", Article: document.Article{URL: "https://social.example/p/2"}, Stance: "repeats", SetBy: "person"},
			{ID: "appearance_2", Article: document.Article{URL: "https://social.example/p/1", PublishedAt: new(at("2026-01-12T18:00:00Z"))}, Stance: "makes", SetBy: "person", Quote: "She is gone!"},
			{ID: "appearance_3", Article: document.Article{URL: "https://paper.example/a/9", Title: "Mayor denies", Outlet: "The Paper"}, Stance: "disputes", SetBy: "person"},
			{ID: "appearance_4", Article: document.Article{URL: "https://blog.example/7"}, Stance: "listed", SetBy: "import"},
		},
		Licence: "CC BY 4.0",
	}
}

// problems holds the markup of a page against what Google documents as required and against the errors most often seen in the
// field. Several ClaimReviews are of one claim and by different authors, or the page is not eligible.
func problems(raw []byte) []string {
	if raw[0] != '[' {
		return problemsOf(raw, true)
	}
	var all []json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		return []string{"json-parse " + err.Error()}
	}
	var bad []string
	claims, authors := map[string]bool{}, map[string]bool{}
	reviews := 0
	for i, one := range all {
		var r struct {
			Type   string          `json:"@type"`
			Claim  string          `json:"claimReviewed"`
			Author json.RawMessage `json:"author"`
		}
		if err := json.Unmarshal(one, &r); err != nil {
			return []string{"json-parse " + err.Error()}
		}
		if r.Type != "ClaimReview" {
			continue
		}
		reviews++
		claims[r.Claim], authors[string(r.Author)] = true, true
		bad = append(bad, problemsOf(one, i == 0)...)
	}
	if len(claims) != 1 || len(authors) != reviews {
		bad = append(bad, "many-claims")
	}
	return bad
}

func problemsOf(raw []byte, first bool) []string {
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		return []string{"json-parse " + err.Error()}
	}
	var bad []string
	report := func(ok bool, code string) {
		if !ok {
			bad = append(bad, code)
		}
	}
	rating, _ := m["reviewRating"].(map[string]any)
	label, _ := rating["alternateName"].(string)
	address, _ := m["url"].(string)
	claim, _ := m["claimReviewed"].(string)
	u, err := url.Parse(address)
	report(m["@type"] == "ClaimReview", "type")
	report(claim != "", "claimReviewed")
	report(label != "" && strings.Trim(label, "0123456789") != "", "alternateName")
	report(err == nil && u.Host == "checks.example" && (u.Fragment == "") == first, "url") // of the page itself
	value, hasValue := rating["ratingValue"].(float64)
	best, _ := rating["bestRating"].(float64)
	worst, hasWorst := rating["worstRating"].(float64)
	report(hasValue == hasWorst, "range: half a scale")
	if hasValue {
		report(best == 5 && worst == 1 && value >= 1 && value <= 5, "range")
		report(!bytes.Contains(raw, []byte(`"ratingValue":"`)) && !bytes.Contains(raw, []byte(`"ratingValue":1.`)), "type: number")
	}
	author, isObject := m["author"].(map[string]any)
	report(isObject && author["@type"] == "Organization" && author["name"] != nil, "author")
	item, isObject := m["itemReviewed"].(map[string]any)
	report(isObject && item["@type"] == "Claim", "itemReviewed")
	if claimant, ok := item["author"].(map[string]any); ok {
		report((claimant["@type"] == "Person" || claimant["@type"] == "Organization") && claimant["name"] != "", "claimant")
		report(claimant["sameAs"] == nil, "appearance stuffed into sameAs")
	}
	iso := regexp.MustCompile(`^\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?)?)?$`)
	for _, date := range []any{m["datePublished"], m["dateModified"], item["datePublished"]} {
		if date != nil {
			report(iso.MatchString(fmt.Sprint(date)), "date")
		}
	}
	return bad
}

func TestEncode(t *testing.T) {
	t.Parallel()
	got, err := Encode(resignation(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p := problems(got); p != nil {
		t.Errorf("the markup breaks Google's rules: %q", p)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, got, "", " "); err != nil {
		t.Fatal(err)
	}
	compareGolden(t, "testdata/encode.golden", pretty.Bytes())
}

func TestEncodeVariants(t *testing.T) {
	t.Parallel()
	house := func(change func(*document.Claim, *document.Verdict)) document.Claim {
		c := resignation()
		change(&c, &c.Verdicts[0])
		return c
	}
	var many []document.Appearance
	for i := range 40 {
		many = append(many, document.Appearance{Article: document.Article{URL: fmt.Sprintf("https://blog.example/%d", i)}, Stance: "listed"})
	}
	tests := []struct {
		name      string
		claim     document.Claim
		has, lack []string
	}{
		{"off the line there are no numbers", house(func(_ *document.Claim, v *document.Verdict) {
			v.Rating = document.Rating{Label: "Satire", Reasons: []string{"satire"}}
		}), []string{`"alternateName":"Satire"`, "urn:touchstone:reason:satire"}, []string{"ratingValue", "bestRating", "worstRating"}},
		{"mostly true is 4 of 5", house(func(_ *document.Claim, v *document.Verdict) {
			v.Rating = document.Rating{Label: "Mostly true", Truth: new("mostly_true")}
		}), []string{`"ratingValue":4,"bestRating":5,"worstRating":1`}, nil},
		{"markup cannot leave its script", house(func(c *document.Claim, v *document.Verdict) {
			c.Text = "</script><script>alert(1)</script>\u2028\u2029 <!-- & 'x'"
			v.Publisher.Name = "<b>Checks</b>"
		}), []string{`\u003c/script\u003e`, `\u2028\u2029`, `\u0026`}, []string{"</script>", "<", ">", "&", "\u2028", "\u2029"}},
		{"a private person has no name", house(func(c *document.Claim, _ *document.Verdict) {
			c.Claimant = &document.Claimant{ID: "claimant_2", Kind: "person"}
		}), nil, []string{"claimant_2", `"@type":"Person"`}},
		{"an unknown claimant is nobody", house(func(c *document.Claim, _ *document.Verdict) { c.Claimant = nil }), nil, []string{`"Person"`}},
		{"an organisation", house(func(c *document.Claim, _ *document.Verdict) {
			c.Claimant = &document.Claimant{Name: "Gazette", Kind: "organisation"}
		}), []string{`"author":{"@type":"Organization","additionalType":["urn:touchstone:claimant:organisation"],"name":"Gazette"}`}, nil},
		{"a month is a month", house(func(c *document.Claim, _ *document.Verdict) {
			c.Date, c.DatePrecision = new("2026-01"), new("month")
		}), []string{`"datePublished":"2026-01"`}, nil},
		{"a first version was not modified", house(func(_ *document.Claim, v *document.Verdict) {
			v.PublishedAt, v.Correction = v.FirstAt, nil
		}), []string{`"datePublished":"2026-01-15T08:00:00Z"`}, []string{"dateModified", "correction"}},
		{"an unknown date is not written", house(func(_ *document.Claim, v *document.Verdict) {
			v.PublishedAt, v.FirstAt = time.Time{}, time.Time{}
		}), nil, []string{"0001", "dateModified"}},
		{"a limit on appearances", house(func(c *document.Claim, _ *document.Verdict) { c.Appearances = many }),
			[]string{"https://blog.example/9\""}, []string{"https://blog.example/10\""}},
		{"who disputes is no appearance", house(func(c *document.Claim, _ *document.Verdict) { c.Appearances = c.Appearances[2:3] }),
			[]string{`"subjectOf":[{"@type":"CreativeWork","url":"https://paper.example/a/9"`}, []string{`"appearance"`, `"firstAppearance"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := Encode(tt.claim, Options{MaxAppearances: 10})
			if err != nil {
				t.Fatal(err)
			}
			if p := problems(got); p != nil {
				t.Errorf("breaks Google's rules: %q", p)
			}
			for _, s := range tt.has {
				if !bytes.Contains(got, []byte(s)) {
					t.Errorf("lacks %s in\n%s", s, got)
				}
			}
			for _, s := range tt.lack {
				if bytes.Contains(got, []byte(s)) {
					t.Errorf("has %s in\n%s", s, got)
				}
			}
		})
	}
}

func TestEncodeRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*document.Claim)
		none   bool
	}{
		{"a suspended verdict", func(c *document.Claim) { c.Verdicts[0].State = "suspended" }, true},
		{"a retracted verdict", func(c *document.Claim) { c.Verdicts[0].State = "retracted" }, true},
		{"another publisher's verdict", func(c *document.Claim) { c.Verdicts[0].Origin = "imported" }, true},
		{"no verdict", func(c *document.Claim) { c.Verdicts = nil }, true},
		{"no label", func(c *document.Claim) { c.Verdicts[0].Rating.Label = "" }, false},
		{"no text", func(c *document.Claim) { c.Text = "" }, false},
		{"no address", func(c *document.Claim) { c.URL = "" }, false},
	}
	for _, tt := range tests {
		c := resignation()
		tt.change(&c)
		got, err := Encode(c, Options{})
		if err == nil || errors.Is(err, ErrNoVerdict) != tt.none {
			t.Errorf("%s: Encode = %s, %v; want an error, ErrNoVerdict %v", tt.name, got, err, tt.none)
		}
	}
}

func TestFeed(t *testing.T) {
	t.Parallel()
	c := resignation()
	other := c.Verdicts[0]
	other.ID, other.Origin, other.Correction, other.Sources = "verdict_2", "imported", nil, nil
	other.Publisher = document.Publisher{Name: "Faits Vérifiés", Site: "faits.example"}
	other.ReviewURL = "https://www.faits.example/v/88"
	other.Rating = document.Rating{Label: "Faux", Scale: "common/1", Truth: new("false")}
	retracted, suspended := other, other
	retracted.State, retracted.ReviewURL = "retracted", "https://faits.example/v/90"
	suspended.State, suspended.ReviewURL = "suspended", "https://faits.example/v/91"
	c.Verdicts = append(c.Verdicts, other, retracted, suspended)

	var buf bytes.Buffer
	f := NewFeed(&buf, FeedInfo{
		Name: "Example verdicts", URL: "https://checks.example/claimreview.json", House: "Example Checks", HouseURL: "https://checks.example/",
		Licence: "https://creativecommons.org/licenses/by/4.0/", At: at("2026-01-16T10:00:00Z"), Epoch: "e1", Seq: 41,
	})
	if err := errors.Join(f.Write(c), f.Close()); err != nil {
		t.Fatal(err)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, buf.Bytes(), "", " "); err != nil {
		t.Fatalf("the feed is not JSON: %v", err)
	}
	compareGolden(t, "testdata/feed.golden", pretty.Bytes())

	r := NewReader(&buf)
	var got []string
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, review := range e.Reviews {
			got = append(got, review.URL+" "+review.Rating.Label+" "+review.DateDeleted)
		}
	}
	want := []string{
		"https://checks.example/claims/mayor-resigned False ",
		"https://www.faits.example/v/88 Faux ",
		"https://faits.example/v/90  2026-01-16T09:30:00.000000+00:00",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("reading the feed back (-want +got):\n%s", d)
	}
}

func TestFeedWithoutClaims(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	if err := NewFeed(&buf, FeedInfo{}).Close(); err != nil {
		t.Fatal(err)
	}
	if want := `{"@context":"https://schema.org","@type":"DataFeed","dataFeedElement":[` + "\n]}\n"; buf.String() != want {
		t.Errorf("got %q, want %q", buf.String(), want)
	}
}

// failing refuses everything after n bytes.
type failing struct{ n int }

func (f *failing) Write(p []byte) (int, error) {
	if f.n -= len(p); f.n < 0 {
		return 0, errors.New("the disk is full")
	}
	return len(p), nil
}

func TestFeedReportsAFullDisk(t *testing.T) {
	t.Parallel()
	f := NewFeed(&failing{n: 100_000}, FeedInfo{})
	for range 1000 {
		if err := f.Write(resignation()); err != nil {
			break
		}
	}
	if err := f.Close(); err == nil || !strings.Contains(err.Error(), "disk is full") {
		t.Errorf("Close() = %v, want the disk is full", err)
	}
}

func BenchmarkEncode(b *testing.B) {
	c := resignation()
	for b.Loop() {
		if _, err := Encode(c, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// What a person marked as the first appearance is it, whatever the dates say.
func TestFirstAppearanceIsTheMarkedOne(t *testing.T) {
	t.Parallel()
	early, late := at("2026-01-01T00:00:00Z"), at("2026-01-09T00:00:00Z")
	makes := func(url string, published time.Time, first bool) document.Appearance {
		return document.Appearance{Stance: "makes", First: first, Article: document.Article{URL: url, PublishedAt: &published}}
	}
	for name, c := range map[string]struct {
		all  []document.Appearance
		want int
	}{
		"none is marked":         {[]document.Appearance{makes("late", late, false), makes("early", early, false)}, 1},
		"the later one is":       {[]document.Appearance{makes("early", early, false), makes("late", late, true)}, 1},
		"one that repeats it is": {[]document.Appearance{makes("early", early, false), {Stance: "repeats", First: true}}, 1},
		"there is none":          {[]document.Appearance{{Stance: "reports"}}, -1},
	} {
		if got := firstMade(c.all); got != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
	}
}
