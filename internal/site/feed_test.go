package site_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// feed reads a feed with a parser that is not ours.
func (d *desk) feed(t *testing.T, path string) *gofeed.Feed {
	t.Helper()
	got, body := d.get(t, path)
	if got.StatusCode != http.StatusOK {
		t.Fatalf("%s: got %d: %.300s", path, got.StatusCode, body)
	}
	f, err := gofeed.NewParser().ParseString(body)
	if err != nil {
		t.Fatalf("%s: %v\n%.500s", path, err, body)
	}
	return f
}

const hostileClaim = "The mayor]]> <script>alert(1)</script> & \"resigned\" ﷽ <!-- </title>"

func TestFeedsSayTheSameInThreeFormats(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, hostileClaim, "False")
	other := d.Published(t, "The bridge is closed.", "True")
	d.Corrected(t, v.Verdict, factcheck.CorrectionCorrection, "We had <b>the wrong</b> day & month.")
	d.Submitted(t, "Nobody may know of this yet", "False")
	claim, err := d.DB.ClaimByID(t.Context(), v.Claim)
	if err != nil {
		t.Fatal(err)
	}
	d.eventually(t, "/feed.json", func(body string) bool {
		return strings.Index(body, v.Claim.String()) < strings.Index(body, other.Claim.String())
	})

	var ids []string
	for _, format := range []string{"atom", "rss", "json"} {
		f := d.feed(t, "/feed."+format)
		if len(f.Items) != 2 {
			t.Fatalf("%s: got %d entries, want the two claims that are published", format, len(f.Items))
		}
		first := f.Items[0]
		if want := "False: “" + hostileClaim + "”"; first.Title != want {
			t.Errorf("%s: got title %q, want %q", format, first.Title, want)
		}
		if first.GUID != "urn:touchstone:claim:"+v.Claim.String() || first.Link != "https://desk.example/claims/"+claim.Slug {
			t.Errorf("%s: got %s at %s", format, first.GUID, first.Link)
		}
		if first.Description+first.Content == "" || strings.Contains(f.String(), "Nobody may know") {
			t.Errorf("%s: got %+v", format, first)
		}
		if got := first.UpdatedParsed; got == nil || !got.Equal(claim.UpdatedAt.Truncate(time.Second)) {
			t.Errorf("%s: got updated %v, want when it was corrected: %v", format, got, claim.UpdatedAt)
		}
		if p := first.PublishedParsed; p == nil || !p.Before(claim.UpdatedAt) {
			t.Errorf("%s: got published %v, want the first publication", format, p)
		}
		ids = append(ids, first.GUID+first.Title)
	}
	if ids[0] != ids[1] || ids[1] != ids[2] {
		t.Errorf("the formats differ: %q", ids)
	}

	corrections := d.feed(t, "/corrections/feed.atom")
	if len(corrections.Items) != 1 || corrections.Items[0].Description != "We had <b>the wrong</b> day & month." {
		t.Errorf("got corrections %+v, want the one with its note as it was written", corrections.Items)
	}
	own := d.feed(t, "/claims/"+claim.Slug+"/feed.atom")
	if len(own.Items) != 2 || !strings.HasPrefix(own.Items[0].Title, "Correction. False: ") || own.Items[0].GUID == own.Items[1].GUID {
		t.Errorf("got the claim's feed %+v, want its two states, newest first", own.Items)
	}
}

func TestFeedsSpeakEveryLanguageAndTellWhatIsGone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, "The mayor of Exampleville has resigned.", "False")
	imported(t, d.Env, "b.example", "The river is dry.", true)
	before := d.feed(t, "/feed.atom")
	if _, err := d.DB.HidePublisher(t.Context(), d.Admin, "b.example"); err != nil {
		t.Fatal(err)
	}
	body := d.eventually(t, "/feed.atom", func(body string) bool { return strings.Contains(body, "deleted-entry") })
	var read struct {
		Updated time.Time `xml:"http://www.w3.org/2005/Atom updated"`
		Gone    []struct {
			Ref  string    `xml:"ref,attr"`
			When time.Time `xml:"when,attr"`
		} `xml:"http://purl.org/atompub/tombstones/1.0 deleted-entry"`
	}
	if err := xml.Unmarshal([]byte(body), &read); err != nil {
		t.Fatal(err)
	}
	if len(read.Gone) != 1 || !strings.HasPrefix(read.Gone[0].Ref, "urn:touchstone:claim:claim_") || read.Updated.Before(read.Gone[0].When) || strings.Contains(body, "river") {
		t.Errorf("got %+v, want the tombstone of what was withdrawn and nothing that it said: %s", read, body)
	}
	spanish := d.feed(t, "/es/feed.atom")
	if len(spanish.Items) != 1 || spanish.Items[0].GUID != "urn:touchstone:claim:"+v.Claim.String() || !strings.HasPrefix(spanish.Items[0].Title, "Falso: ") ||
		spanish.Items[0].Link != "https://desk.example/es"+mayor || spanish.FeedLink != "https://desk.example/es/feed.atom" || spanish.Language == before.Language {
		t.Errorf("got %+v, want the same entry in Spanish at its page", spanish)
	}
	if !strings.Contains(body, `hreflang="es" href="https://desk.example/es/feed.atom"`) {
		t.Errorf("the feed does not lead to the others: %s", body)
	}
	for _, path := range []string{"/ar/feed.rss", "/es/feed.json", "/es" + mayor + "/feed.rss", "/ar/corrections/feed.json"} {
		d.feed(t, path)
	}
	if _, page := d.get(t, "/es"+mayor); !strings.Contains(page, `type="application/atom+xml" href="/es`+mayor+`/feed.atom"`) {
		t.Error("the Spanish page leads to another feed than its own")
	}
}

func TestFeedsArePagedAndConditional(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, "The mayor of Exampleville has resigned.", "False")
	got, _ := d.get(t, "/feed.atom", "Accept-Encoding", "gzip")
	if got.Header.Get("Content-Encoding") != "gzip" || got.Header.Get("Surrogate-Key") == "" || !strings.Contains(got.Header.Get("Cache-Control"), "stale-while-revalidate") {
		t.Errorf("got headers %v", got.Header)
	}
	if again, body := d.get(t, "/feed.atom", "If-None-Match", got.Header.Get("ETag"), "Accept-Encoding", "gzip"); again.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("got %d for a feed the reader has, want 304", again.StatusCode)
	}
	for _, bad := range []string{"/feed.atom?cursor=x", "/corrections/feed.rss?cursor=-1", "/corrections/feed.rss?cursor=1e3", mayor + "/feed.json?cursor=x", "/feed.json?cursor=" + strings.Repeat("A", 200)} {
		if got, body := d.get(t, bad); got.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: got %d: %.200s", bad, got.StatusCode, body)
		}
	}
	for _, none := range []string{"/topics/nothing/feed.atom", "/claimants/nobody/feed.rss", "/claims/nothing/feed.json"} {
		if got, _ := d.get(t, none); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", none, got.StatusCode)
		}
	}
	for i := range 31 {
		d.Clock.Advance(time.Minute)
		d.Published(t, "Claim number "+strings.Repeat("I", i+1), "True")
	}
	d.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "News.")
	seen := map[string]bool{}
	d.eventually(t, "/feed.json", func(body string) bool { return strings.Contains(body, v.Claim.String()) })
	for path := "/feed.json"; path != ""; {
		_, body := d.get(t, path)
		var page struct {
			Next  string `json:"next_url"`
			Items []struct {
				ID string `json:"id"`
			} `json:"items"`
		}
		if err := json.Unmarshal([]byte(body), &page); err != nil {
			t.Fatal(err)
		}
		for _, i := range page.Items {
			if seen[i.ID] {
				t.Errorf("%s is on two pages", i.ID)
			}
			seen[i.ID] = true
		}
		path = strings.TrimPrefix(page.Next, "https://desk.example")
	}
	if len(seen) != 32 {
		t.Errorf("got %d claims over all pages, want 32", len(seen))
	}
}
