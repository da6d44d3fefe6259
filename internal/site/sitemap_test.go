package site_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
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
	d.eventually(t, "/sitemap.xml", func(body string) bool {
		return strings.Contains(body, "/sitemaps/claims-"+d.Clock.Now().Format("2006-01")+".xml</loc>")
	})
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
	month := "/sitemaps/claims-" + d.Clock.Now().Format("2006-01")
	for _, none := range []string{"/sitemaps/claims-x.xml", "/sitemaps/claims-claim_01h455vb4pex5vsknk084sn02q.xml", "/sitemaps/articles-1.xml", "/sitemaps/claims-2021-01.xml", "/sitemaps/claims-2021-13.xml", "/sitemaps/claims-1999-01.xml", month + "-f.xml", month + "-00.xml", month + "-000.xml"} {
		if got, _ := d.get(t, none); got.StatusCode != http.StatusMovedPermanently || got.Header.Get("Location") != "/sitemap.xml" {
			t.Errorf("%s: got %d to %q, want 301 to the sitemap", none, got.StatusCode, got.Header.Get("Location"))
		}
	}
	if got, _ := d.get(t, "/sitemaps/people-2025-06.xml"); got.StatusCode != http.StatusNotFound {
		t.Errorf("got %d for a kind that is not, want 404", got.StatusCode)
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

// sitemapProblems holds a sitemap or an index against the schema of sitemaps.org 0.9 with the extensions that are used here:
// which elements stand where, in which order, and how often.
func sitemapProblems(body string) (bad []string) {
	const at, x, news = "http://www.sitemaps.org/schemas/sitemap/0.9 ", "http://www.w3.org/1999/xhtml ", "http://www.google.com/schemas/sitemap-news/0.9 "
	inside := map[string][]string{
		"": {at + "urlset", at + "sitemapindex"}, at + "urlset": {at + "url"}, at + "sitemapindex": {at + "sitemap"}, at + "sitemap": {at + "loc", at + "lastmod"},
		at + "url": {at + "loc", at + "lastmod", x + "link", news + "news"}, news + "news": {news + "publication", news + "publication_date", news + "title"}, news + "publication": {news + "name", news + "language"},
	}
	type open struct {
		name string
		last int // place of the child seen last, in the order that the schema gives
		seen int
		text string
	}
	stack := []open{{last: -1}}
	dec := xml.NewDecoder(strings.NewReader(body))
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return append(bad, err.Error())
		}
		top := &stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Space + " " + token.Name.Local
			place := slices.Index(inside[top.name], name)
			if place < 0 || place < top.last || place == top.last && len(inside[top.name]) > 1 && name != x+"link" {
				bad = append(bad, name+" may not stand there")
			}
			top.last, top.seen = place, top.seen+1
			stack = append(stack, open{name: name, last: -1})
		case xml.CharData:
			top.text += string(token)
		case xml.EndElement:
			text := strings.TrimSpace(top.text)
			switch top.name {
			case at + "urlset", at + "sitemapindex":
				if top.seen == 0 || top.seen > 50_000 {
					bad = append(bad, "too few or too many addresses")
				}
			case at + "loc":
				if u, err := url.Parse(text); err != nil || !strings.HasPrefix(text, "https://desk.example/") || len(text) > 2048 || u.Fragment != "" {
					bad = append(bad, "loc "+text)
				}
			case at + "lastmod", news + "publication_date":
				if _, err := time.Parse(time.RFC3339, text); err != nil {
					bad = append(bad, "date "+text)
				}
			}
			stack = stack[:len(stack)-1]
		}
	}
	return bad
}

func TestSitemapKeepsItsSchemaAndListsPagesThatAreThere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Published(t, hostileClaim, "False")
	run, err := d.DB.BeginImport(t.Context(), factcheck.Operator(), store.ImportOptions{Name: "a", Format: "test", AllowPublishers: true})
	if err == nil {
		_, err = run.Add(t.Context(), []exchange.Record{{
			Publisher: exchange.Publisher{Name: "A", Site: "a.example"}, Text: "The tower leans.", Language: "en", ReviewURL: "https://a.example/1", Topics: []string{"Towers & <roofs>"},
			Rating: factcheck.Rating{Label: "False", Truth: factcheck.TruthFalse}, Scale: "house/1", Claimant: exchange.Claimant{Name: "The Tower Company", Kind: "organisation"},
			Appearances: []exchange.Appearance{{URL: "https://paper.example/tower?a=1&b=2", Title: "It leans", Outlet: "The Paper"}},
		}})
	}
	if err == nil {
		err = run.Finish(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	d.eventually(t, "/sitemap.xml", func(body string) bool { return strings.Contains(body, "/sitemaps/articles-") })
	listed := map[string]int{}
	_, index := d.get(t, "/sitemap.xml")
	if bad := sitemapProblems(index); bad != nil {
		t.Errorf("the index: %q", bad)
	}
	for _, part := range d.sitemap(t, "/sitemap.xml").Parts {
		path := strings.TrimPrefix(part.Loc, "https://desk.example")
		_, body := d.get(t, path)
		if bad := sitemapProblems(body); bad != nil {
			t.Errorf("%s: %q", path, bad)
		}
		for _, u := range d.sitemap(t, path).URLs {
			page := strings.TrimPrefix(u.Loc, "https://desk.example")
			listed[strings.Split(page, "/")[1]]++
			if got, _ := d.get(t, page); got.StatusCode != http.StatusOK {
				t.Errorf("%s lists %s, which answers %d", path, page, got.StatusCode)
			}
		}
	}
	for _, kind := range []string{"claims", "articles", "claimants", "topics", "about"} {
		if listed[kind] == 0 {
			t.Errorf("no page of %s is listed: %v", kind, listed)
		}
	}
	if listed["data"] != 2 {
		t.Errorf("%d pages of the data are listed, want the editions and the counts", listed["data"])
	}
}
