package site_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"
)

// sitemapOf reads what sitemaps.org says a sitemap or an index holds, by namespace.
type sitemapOf struct {
	XMLName xml.Name
	Parts   []struct {
		Loc     string `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 loc"`
		LastMod string `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 lastmod"`
	} `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemap"`
	URLs []struct {
		Loc     string `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 loc"`
		LastMod string `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 lastmod"`
		Links   []struct {
			Rel  string `xml:"rel,attr"`
			Lang string `xml:"hreflang,attr"`
			Href string `xml:"href,attr"`
		} `xml:"http://www.w3.org/1999/xhtml link"`
		News struct {
			Name  string `xml:"http://www.google.com/schemas/sitemap-news/0.9 publication>name"`
			Date  string `xml:"http://www.google.com/schemas/sitemap-news/0.9 publication_date"`
			Title string `xml:"http://www.google.com/schemas/sitemap-news/0.9 title"`
		} `xml:"http://www.google.com/schemas/sitemap-news/0.9 news"`
	} `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 url"`
}

func (d *desk) sitemap(t *testing.T, path string) sitemapOf {
	t.Helper()
	got, body := d.get(t, path)
	if got.StatusCode != http.StatusOK || len(body) > 50<<20 {
		t.Fatalf("%s: got %d: %.300s", path, got.StatusCode, body)
	}
	var s sitemapOf
	if err := xml.Unmarshal([]byte(body), &s); err != nil {
		t.Fatalf("%s: %v\n%.500s", path, err, body)
	}
	return s
}

func TestSitemapListsWhatIsPublic(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, hostileClaim, "False")
	d.Submitted(t, "Nobody may know of this yet", "False")
	claim, err := d.DB.ClaimByID(t.Context(), v.Claim)
	if err != nil {
		t.Fatal(err)
	}
	d.eventually(t, "/sitemap.xml", func(body string) bool { return strings.Contains(body, v.Claim.String()) })
	page := "https://desk.example/claims/" + claim.Slug
	var found int
	for _, part := range d.sitemap(t, "/sitemap.xml").Parts {
		for _, u := range d.sitemap(t, strings.TrimPrefix(part.Loc, "https://desk.example")).URLs {
			if strings.Contains(u.Loc, "nobody") {
				t.Errorf("%s lists %s", part.Loc, u.Loc)
			}
			if u.Loc != page {
				continue
			}
			found++
			if u.News.Title != "" {
				if u.News.Name != "Test Desk" || !strings.HasPrefix(u.News.Title, "False: ") || u.News.Date == "" {
					t.Errorf("got news %+v", u.News)
				}
				continue
			}
			langs := map[string]string{}
			for _, l := range u.Links {
				langs[l.Lang] = l.Href
			}
			if u.LastMod != claim.UpdatedAt.Format(time.RFC3339) || langs["x-default"] != page || langs["es"] != strings.Replace(page, "/claims", "/es/claims", 1) {
				t.Errorf("got %+v, want when it moved and its languages", u)
			}
		}
	}
	if found != 2 {
		t.Errorf("the claim is listed %d times, want among the claims and among the news", found)
	}
	for _, none := range []string{"/sitemaps/claims-x.xml", "/sitemaps/claims-claim_01h455vb4pex5vsknk084sn02q.xml"} {
		if got, _ := d.get(t, none); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", none, got.StatusCode)
		}
	}

	_, robots := d.get(t, "/robots.txt")
	if !strings.Contains(robots, "\nSitemap: https://desk.example/sitemap.xml\n") || !strings.Contains(robots, "\nDisallow: /newsroom/\n") {
		t.Errorf("got robots.txt\n%s", robots)
	}
	_, security := d.get(t, "/.well-known/security.txt")
	_, rest, _ := strings.Cut(security, "Expires: ")
	line, _, _ := strings.Cut(rest, "\n")
	if at, err := time.Parse(time.RFC3339, line); err != nil || time.Until(at) < 24*time.Hour || time.Until(at) > 365*24*time.Hour || !strings.HasPrefix(security, "Contact: https://") {
		t.Errorf("got security.txt\n%s\nwant a contact, and an end within the year (RFC 9116)", security)
	}
	got, manifest := d.get(t, "/manifest.webmanifest")
	var m struct {
		Name  string `json:"name"`
		Icons []struct{ Src, Purpose string }
	}
	if err := json.Unmarshal([]byte(manifest), &m); err != nil || m.Name != "Test Desk" || len(m.Icons) != 4 || !strings.HasPrefix(got.Header.Get("Content-Type"), "application/manifest+json") {
		t.Errorf("got manifest %s, %v", manifest, err)
	}
}
