package site_test

import (
	"encoding/json"
	"encoding/xml"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

func TestEmbedsFollowCorrections(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, hostileClaim, "False")
	claim, err := d.DB.ClaimByID(t.Context(), v.Claim)
	if err != nil {
		t.Fatal(err)
	}
	page := "https://desk.example/claims/" + claim.Slug
	_, body := d.get(t, "/claims/"+claim.Slug)
	if want := html.EscapeString("https://desk.example/oembed?url=" + url.QueryEscape(page)); !strings.Contains(body, `type="application/json+oembed" href="`+want+`"`) {
		t.Errorf("the page does not lead to its embed: %.2500s", body)
	}

	type rich struct {
		XMLName xml.Name `json:"-" xml:"oembed"`
		Type    string   `json:"type" xml:"type"`
		Version string   `json:"version" xml:"version"`
		Title   string   `json:"title" xml:"title"`
		HTML    string   `json:"html" xml:"html"`
		Width   int      `json:"width" xml:"width"`
		Height  int      `json:"height" xml:"height"`
		Thumb   string   `json:"thumbnail_url" xml:"thumbnail_url"`
	}
	var doc, asXML rich
	got, body := d.get(t, "/oembed?url="+url.QueryEscape(page))
	if err := json.Unmarshal([]byte(body), &doc); err != nil || got.StatusCode != http.StatusOK {
		t.Fatalf("got %d %s, %v", got.StatusCode, body, err)
	}
	got, body = d.get(t, "/oembed?format=xml&url="+url.QueryEscape(page))
	if err := xml.Unmarshal([]byte(body), &asXML); err != nil || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/xml") {
		t.Fatalf("got %s, %v", body, err)
	}
	asXML.XMLName = xml.Name{}
	if doc != asXML || doc.Type != "rich" || doc.Version != "1.0" || doc.Title != "False: “"+hostileClaim+"”" || doc.Width != 600 || doc.Height < 100 || !strings.Contains(doc.Thumb, "/card-") {
		t.Errorf("got %+v\nand as XML %+v", doc, asXML)
	}
	frame := regexp.MustCompile(`^<iframe src="https://desk\.example(/embed/claims/[a-z0-9_]+)" width="600" height="\d+" title="([^"<>]*)"[^<>]*></iframe>$`).FindStringSubmatch(doc.HTML)
	if frame == nil || html.UnescapeString(frame[2]) != doc.Title {
		t.Fatalf("got %s, want one frame whose title is escaped", doc.HTML)
	}
	if _, body := d.get(t, "/claims/"+claim.Slug); !strings.Contains(body, html.EscapeString(doc.HTML)) || !strings.Contains(body, `type="text/xml+oembed"`) {
		t.Error("the page gives another frame for copying than oEmbed does")
	}
	for limits, want := range map[string]bool{"maxwidth=700": false, "maxheight=100": false, "maxwidth=1200&maxheight=629": false, "maxwidth=1200&maxheight=630": true} {
		if _, body := d.get(t, "/oembed?"+limits+"&url="+url.QueryEscape(page)); strings.Contains(body, "thumbnail") != want {
			t.Errorf("%s: got %s; a thumbnail of 1200 by 630 is there: want %t", limits, body, want)
		}
	}
	if _, body := d.get(t, "/oembed?maxwidth=300&maxheight=200&url="+url.QueryEscape(page)); !strings.Contains(body, `"width":300,"height":200`) || strings.Contains(body, "thumbnail") {
		t.Errorf("got %s, want it no larger than asked for", body)
	}
	for ask, want := range map[string]int{
		"": 400, "format=yaml&url=" + url.QueryEscape(page): 501, "url=" + url.QueryEscape(page) + "&maxwidth=x": 400, "url=https%3A%2F%2Fdesk.example%2Fclaims%2Fnothing": 404, "url=https%3A%2F%2Fother.example%2Fclaims%2Fx": 404,
		"url=https%3A%2F%2Fdesk.example%2Fnewsroom": 404, "url=" + url.QueryEscape(page+"/history"): 200, "url=" + url.QueryEscape(strings.Replace(page, "/claims", "/es/claims", 1)): 200,
		"url=https%3A%2F%2Fdesk.example.evil%2Fclaims%2F" + claim.Slug: 404,
	} {
		if got, _ := d.get(t, "/oembed?"+ask); got.StatusCode != want {
			t.Errorf("/oembed?%s: got %d, want %d", ask, got.StatusCode, want)
		}
	}

	d.get(t, frame[1], "Referer", "https://Weekly.example/a/story?by=me")
	if p, err := d.DB.PublishedVerdict(t.Context(), d.Checker, v.Claim); err != nil || len(p.Takers) != 1 || p.Takers[0].Name != "weekly.example" || !p.Takers[0].Site {
		t.Errorf("got %+v, %v; want the site that shows the embed", p.Takers, err)
	}
	got, body = d.get(t, frame[1])
	policy := got.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "frame-ancestors *") || strings.Contains(policy, "unsafe") || got.Header.Get("X-Frame-Options") != "" || strings.Contains(body, "<script") || len(body) > 4<<10 {
		t.Errorf("got policy %s and %d bytes: %s", policy, len(body), body)
	}
	if !strings.Contains(body, `<span class="word" lang="en" dir="auto">False</span>`) || !strings.Contains(body, `href="`+page+`"`) {
		t.Errorf("got embed %s", body)
	}
	d.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "News.")
	if err := d.DB.SuspendVerdict(t.Context(), d.Editor, v.Verdict, "We look at it again."); err != nil {
		t.Fatal(err)
	}
	body = d.eventually(t, frame[1], func(body string) bool { return strings.Contains(body, "Under review") })
	if strings.Contains(body, "False") {
		t.Errorf("a verdict under review is still said: %s", body)
	}
	for _, none := range []string{"/embed/claims/x", "/embed/claims/claim_01h455vb4pex5vsknk084sn02q"} {
		if got, _ := d.get(t, none); got.StatusCode != http.StatusNotFound || strings.Contains(got.Header.Get("Content-Security-Policy"), "*") {
			t.Errorf("%s: got %d with %s", none, got.StatusCode, got.Header.Get("Content-Security-Policy"))
		}
	}
}
