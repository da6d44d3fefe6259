package site_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// dataFeed is what a reader of Data Commons' feed takes from one.
type dataFeed struct {
	Context  string `json:"@context"`
	Type     string `json:"@type"`
	Version  string
	Modified time.Time         `json:"dateModified"`
	Elements []dataFeedElement `json:"dataFeedElement"`
}

type dataFeedElement struct {
	Type       string   `json:"@type"`
	Identifier []string `json:"identifier"`
	URL        string   `json:"url"`
	Created    string   `json:"dateCreated"`
	Modified   string   `json:"dateModified"`
	Deleted    string   `json:"dateDeleted"`
	Item       []struct {
		Context   string         `json:"@context"`
		Type      string         `json:"@type"`
		Claim     string         `json:"claimReviewed"`
		Published string         `json:"datePublished"`
		Rating    map[string]any `json:"reviewRating"`
		Publisher map[string]any `json:"sdPublisher"`
		License   string         `json:"sdLicense"`
	} `json:"item"`
}

// says returns what an element is about in a word.
func (e dataFeedElement) says() string {
	switch {
	case e.Deleted != "":
		return "deleted " + e.URL
	case len(e.Item) == 0:
		return "nothing"
	}
	label, _ := e.Item[0].Rating["alternateName"].(string)
	return label + ": " + e.Item[0].Claim
}

func TestDatasetHoldsEveryPublicVerdict(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	got, body := d.get(t, "/claimreview.json")
	var feed dataFeed
	if err := json.Unmarshal([]byte(body), &feed); err != nil || got.StatusCode != http.StatusOK || feed.Type != "DataFeed" || len(feed.Elements) != 0 {
		t.Fatalf("got %d, %v of an empty house: %s", got.StatusCode, err, body)
	}

	first := d.Published(t, hostileClaim, "False")
	under := d.Published(t, "Nobody may read that this is under review", "False")
	back := d.Published(t, "This was taken back", "True")
	imported(t, d.Env, "a.example", "The tower leans.", true)
	imported(t, d.Env, "b.example", "The river is dry.", true)
	imported(t, d.Env, "c.example", "Nobody may know of this yet", false)
	d.Submitted(t, "Nobody may know of this yet either", "False")
	d.Corrected(t, first.Verdict, factcheck.CorrectionUpdate, "News.")
	if err := d.DB.SuspendVerdict(t.Context(), d.Editor, under.Verdict, "We look at it again."); err != nil {
		t.Fatal(err)
	}
	d.Corrected(t, back.Verdict, factcheck.CorrectionRetraction, "It was wrong.")
	if _, err := d.DB.HidePublisher(t.Context(), d.Admin, "b.example"); err != nil {
		t.Fatal(err)
	}

	got, body = d.get(t, "/claimreview.json")
	feed = dataFeed{}
	if err := json.Unmarshal([]byte(body), &feed); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if strings.Contains(body, "Nobody may") || strings.Contains(body, "river") || strings.Contains(body, "<script") {
		t.Errorf("the dataset tells what is not public, or ends a script: %s", body)
	}
	var said []string
	for _, e := range feed.Elements {
		said = append(said, e.says())
		if len(e.Item) == 0 {
			continue
		}
		r := e.Item[0]
		if r.Context != "https://schema.org" || r.Type != "ClaimReview" || r.Rating["ratingValue"] != "1" || r.Rating["bestRating"] != "5" || r.Publisher["name"] != "Test Desk" || !strings.HasPrefix(r.License, "https://") {
			t.Errorf("got %+v, want the shape of Data Commons", r)
		}
		if !strings.HasSuffix(e.Modified, "+00:00") || len(e.Modified) != len("2026-01-16T09:00:00.000000+00:00") || e.Modified < e.Created {
			t.Errorf("got dates %s and %s", e.Created, e.Modified)
		}
	}
	want := []string{"False: " + hostileClaim, "deleted https://desk.example/claims/this-was-taken-back", "False: The tower leans.", "deleted "}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("the dataset (-want +got):\n%s", diff)
	}
	if e := feed.Elements[0]; e.Modified <= e.Created || len(e.Identifier) != 2 || e.Identifier[1] != first.Claim.String() {
		t.Errorf("got %+v, want it to say that it was corrected", e)
	}
	d.validators(t, got, body)
}

// validators asks again with what the answer said.
func (d *desk) validators(t *testing.T, got answer, body string) {
	t.Helper()
	tag := got.Header.Get("ETag")
	packedAnswer, packed := d.get(t, "/claimreview.json", "Accept-Encoding", "br;q=1, gzip;q=0.8")
	zr, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(zr); err != nil || string(plain) != body || packedAnswer.Header.Get("ETag") == tag || packedAnswer.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("gzip holds something else, %v, or has the same tag %s", err, tag)
	}
	if _, again := d.get(t, "/claimreview.json", "Accept-Encoding", "gzip"); again != packed {
		t.Error("the same dataset has other bytes the second time")
	}
	for _, held := range [][]string{
		{"If-None-Match", tag}, {"If-None-Match", `"x", W/` + tag}, {"If-None-Match", packedAnswer.Header.Get("ETag"), "Accept-Encoding", "gzip"}, {"If-Modified-Since", got.Header.Get("Last-Modified")},
	} {
		if a, b := d.get(t, "/claimreview.json", held...); a.StatusCode != http.StatusNotModified || b != "" || a.Header.Get("Vary") != "Accept-Encoding" || a.Header.Get("Cache-Control") == "" {
			t.Errorf("%q: got %d with %d bytes, want 304", held, a.StatusCode, len(b))
		}
	}
	if a, _ := d.get(t, "/claimreview.json", "If-None-Match", `"other"`, "If-Modified-Since", got.Header.Get("Last-Modified")); a.StatusCode != http.StatusOK {
		t.Errorf("got %d for another tag with a date that holds, want 200: the tag decides", a.StatusCode)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodHead, d.base+"/claimreview.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	head, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = head.Body.Close() }() // nothing is in it
	if head.StatusCode != http.StatusOK || head.Header.Get("ETag") == "" || head.ContentLength == 0 {
		t.Errorf("HEAD: got %d %v, length %d", head.StatusCode, head.Header, head.ContentLength)
	}
	d.Published(t, "The bridge is closed.", "True")
	if a, _ := d.get(t, "/claimreview.json", "If-None-Match", tag); a.StatusCode != http.StatusOK {
		t.Errorf("got %d after a change, want 200", a.StatusCode)
	}
}
