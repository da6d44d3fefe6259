package site_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
	"github.com/touchstone-factcheck/touchstone/web/htmltest"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// newFinderDesk returns a site with an index that follows.
func newFinderDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{Env: storetest.New(t)}
	l := live.New(d.DB, slog.New(slog.DiscardHandler))
	var err error
	if d.finder, err = finder.New(finder.Config{Store: d.DB, Live: l, Logger: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	d.open(t, l)
	return d
}

// settled waits until the index has followed all there is.
func (d *desk) settled(t *testing.T) {
	t.Helper()
	_, head, _, err := d.DB.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		if s := d.finder.State(); s.Ready && s.Seq >= head {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the index stands at %+v, want %d", d.finder.State(), head)
		}
	}
}

// post sends the form of the search.
func (d *desk) post(t *testing.T, form url.Values) (answer, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.base+"/search", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header}, string(body)
}

// page reads a page as a browser would and fails for what every page keeps.
func page(t *testing.T, body string) *html.Node {
	t.Helper()
	root, err := htmltest.Parse(body)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range htmltest.Problems(root) {
		t.Error(problem)
	}
	return root
}

// claimsOn returns the texts of the claims on a page, in order.
func claimsOn(root *html.Node) []string {
	var out []string
	for _, item := range htmltest.All(root, "article") {
		if h := htmltest.All(item, "h2", "h3"); len(h) > 0 {
			out = append(out, strings.Trim(htmltest.Text(h[0]), "“”«» "))
		}
	}
	return out
}

// facetsOn returns what can be chosen on a page: the label with its count, and where it leads.
func facetsOn(root *html.Node) map[string]string {
	out := map[string]string{}
	for _, aside := range htmltest.All(root, "aside") {
		for _, a := range htmltest.All(aside, "a") {
			out[htmltest.Text(a)] = htmltest.Attr(a, "href")
		}
	}
	return out
}

func status(root *html.Node) string {
	for _, p := range htmltest.All(root, "p") {
		if htmltest.Attr(p, "role") == "status" {
			return htmltest.Text(p)
		}
	}
	return ""
}

func TestFacetsLeadToWhatTheyCount(t *testing.T) {
	t.Parallel()
	d := newFinderDesk(t)
	for i, label := range []string{"False", "False", "True", "Misleading"} {
		d.Published(t, fmt.Sprintf("The harbour of Exampleville froze in winter %d.", i), label)
	}
	id, err := d.DB.FileClaim(t.Context(), d.Checker, factcheck.ClaimInput{Text: "El puerto (harbour) se congeló.", Language: "es-AR"})
	if err != nil {
		t.Fatal(err)
	}
	d.publish(t, id, "False")
	d.Published(t, "The lake is dry.", "False")
	d.settled(t)
	_, body := d.get(t, "/search?q=harbour")
	root := page(t, body)
	if got := claimsOn(root); len(got) != 5 || status(root) != "5 claims" || !strings.Contains(body, "<mark>harbour</mark>") {
		t.Fatalf("got %v, status %q; want five claims with the word marked", got, status(root))
	}
	if robots := htmltest.Meta(root, "robots"); robots != "noindex" {
		t.Errorf("got robots %q of results, want noindex", robots)
	}
	facets := facetsOn(root)
	if len(facets) < 5 {
		t.Fatalf("got facets %v, want ratings and languages", facets)
	}
	for label, way := range facets {
		count := label[strings.LastIndexByte(label, ' ')+1:]
		_, chosen := d.get(t, way)
		narrowed := page(t, chosen)
		if got := strconv.Itoa(len(claimsOn(narrowed))); got != count {
			t.Errorf("%s leads to %s claims at %s", label, got, way)
		}
		if !strings.Contains(chosen, `aria-label="Only"`) {
			t.Errorf("%s: what was chosen cannot be taken back", way)
		}
	}
	_, body = d.get(t, "/search?q=harbour&rating=false&language=es")
	root = page(t, body)
	if got := facetsOn(root); !slices.Equal(claimsOn(root), []string{"El puerto (harbour) se congeló."}) || got["English 2"] == "" || got["Misleading 1"] != "" {
		t.Errorf("got %v with facets %v, want one claim, and what another language would find", claimsOn(root), got)
	}
}

// publish drafts, submits and approves a verdict.
func (d *desk) publish(t *testing.T, id factcheck.ClaimID, label string) {
	t.Helper()
	v, err := d.DB.DraftVerdict(t.Context(), d.Checker, id, d.Draft(label))
	if err == nil {
		v, err = d.DB.SubmitVerdict(t.Context(), d.Checker, v.ID, v.Revision)
	}
	if err == nil {
		_, err = d.DB.ApproveVerdict(t.Context(), d.Editor, v.ID, v.Hash)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// linked adds an article and links it to a claim.
func (d *desk) linked(t *testing.T, claim factcheck.ClaimID, address string, stance factcheck.Stance) {
	t.Helper()
	added, err := d.DB.AddArticle(t.Context(), d.Checker, factcheck.ArticleInput{URL: address, Title: "What the paper wrote"})
	if err == nil {
		_, err = d.DB.LinkArticle(t.Context(), d.Checker, added.Article, claim, factcheck.AppearanceInput{Stance: stance})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestPagesAndOrders(t *testing.T) {
	t.Parallel()
	d := newFinderDesk(t)
	for i := range 23 {
		d.Published(t, fmt.Sprintf("The harbour has berth number %d.", i), "False")
	}
	d.settled(t)
	var seen []string
	pages := 0
	for way := "/search?q=harbour&sort=oldest"; way != "" && pages < 5; pages++ {
		_, body := d.get(t, way)
		root := page(t, body)
		seen = append(seen, claimsOn(root)...)
		way = ""
		for _, a := range htmltest.All(root, "a") {
			if htmltest.Attr(a, "rel") == "next" {
				way = htmltest.Attr(a, "href")
			}
		}
	}
	if pages != 2 || len(seen) != 23 || seen[0] != "The harbour has berth number 0." || seen[22] != "The harbour has berth number 22." {
		t.Errorf("got %d pages with %v, want two with all, the oldest first", pages, seen)
	}
	_, body := d.get(t, "/search?q=harbour&page=9")
	if root := page(t, body); len(claimsOn(root)) != 0 || !strings.Contains(body, "To the first page") || status(root) != "23 claims" {
		t.Errorf("beyond the last page: got %.300s, want the way to the first", body)
	}
}

func TestSpellingIsShownAndCanBeTakenBack(t *testing.T) {
	t.Parallel()
	d := newFinderDesk(t)
	d.Published(t, "The harbour of Exampleville froze.", "False")
	d.settled(t)
	_, body := d.get(t, "/search?q=Harbuor+froze")
	root := page(t, body)
	if len(claimsOn(root)) != 1 || !strings.Contains(htmltest.Text(root), "Showing results for “harbour froze”. Search instead for “Harbuor froze”") {
		t.Errorf("got %s", htmltest.Text(root))
	}
	_, body = d.get(t, "/search?q=Harbuor+froze&exact=1")
	if root := page(t, body); len(claimsOn(root)) != 0 || !strings.Contains(body, "Nothing found for “Harbuor froze”") {
		t.Errorf("as typed: got %v, want nothing", claimsOn(root))
	}
	// One word too many is left out, and said.
	_, body = d.get(t, "/search?q=the+harbour+froze+zebra")
	root = page(t, body)
	if said := htmltest.Text(root); len(claimsOn(root)) != 1 || !strings.Contains(said, "Nothing found for “the harbour froze zebra”") || !strings.Contains(said, "Without “zebra”") {
		t.Errorf("got %v in %s", claimsOn(root), said)
	}
}

func TestPastedTextsAreMatched(t *testing.T) {
	t.Parallel()
	d := newFinderDesk(t)
	d.Published(t, "The mayor of Exampleville has resigned over the harbour contract.", "False")
	d.Published(t, "The lake of Sampletown is dry since last summer.", "True")
	d.settled(t)
	const sentence = "They say that the mayor of Exampleville has resigned over the harbour contract and left town."
	_, body := d.get(t, "/search?q="+url.QueryEscape(sentence))
	root := page(t, body)
	if got := claimsOn(root); len(got) == 0 || got[0] != "The mayor of Exampleville has resigned over the harbour contract." || !strings.Contains(body, "1 claim this text may make") {
		t.Errorf("a sentence: got %v, want the claim it makes", got)
	}
	long := strings.Repeat("The weather was fine and the market was open. ", 165) + sentence
	resp, body := d.post(t, url.Values{"q": {long}})
	root = page(t, body)
	if resp.StatusCode != http.StatusOK || !strings.Contains(body, "1 claim this text may make") || !strings.Contains(htmltest.Text(root), "In the text:") {
		t.Errorf("a long text: got %d %.800s", resp.StatusCode, htmltest.Text(root))
	}
	if area := htmltest.All(root, "textarea"); len(area) != 1 || len(htmltest.Text(area[0])) < 7000 {
		t.Error("the text is not kept")
	}
	resp, _ = d.post(t, url.Values{"q": {"harbour"}, "state": {"rating=false"}})
	if to := resp.Header.Get("Location"); resp.StatusCode != http.StatusSeeOther || to != "/search?q=harbour&rating=false" {
		t.Errorf("a short one: got %d to %q, want its address", resp.StatusCode, to)
	}
}

func TestTextsThatWereCutSaySo(t *testing.T) {
	t.Parallel()
	d := newFinderDesk(t)
	d.settled(t)
	for n, want := range map[int]string{100: "", ui.MaxSearch: "Only the first 1,500 characters were read.", 2000: "", 9000: "Only the first 8,000 characters were read."} {
		_, body := d.get(t, "/search?q="+strings.Repeat("x", n))
		if strings.Contains(body, "characters were read") != (want != "") || !strings.Contains(body, want) {
			t.Errorf("%d characters: want %q", n, want)
		}
	}
}

// TestWaysKeepALongText follows the buttons of a page whose text fits in no address.
func TestWaysKeepALongText(t *testing.T) {
	t.Parallel()
	d := newFinderDesk(t)
	for i := range 25 {
		d.Published(t, fmt.Sprintf("The market of Exampleville was open %d days.", i), []string{"False", "True"}[i%2])
	}
	d.settled(t)
	long := strings.TrimSpace(strings.Repeat("The market of Exampleville was open. ", 200))
	_, body := d.post(t, url.Values{"q": {long}})
	root := page(t, body)
	states := map[string]string{}
	for _, b := range htmltest.All(root, "button") {
		if htmltest.Attr(b, "form") == "again" {
			states[htmltest.Text(b)] = htmltest.Attr(b, "value")
		}
	}
	for label, want := range map[string]string{"True 12": "12 claims", "False 13": "13 claims", "Next": "25 claims, page 2 of 2", "newest": "25 claims, page 1 of 2"} {
		_, body := d.post(t, url.Values{"q": {long}, "state": {states[label]}})
		if got := status(page(t, body)); states[label] == "" || got != want {
			t.Errorf("%s (%q): got %q, want %q", label, states[label], got, want)
		}
	}
}

func TestAddressesAreLookedUp(t *testing.T) {
	t.Parallel()
	d := newFinderDesk(t)
	v := d.Published(t, "The mayor of Exampleville has resigned.", "False")
	d.linked(t, v.Claim, "https://news.example/mayor?utm_source=x", factcheck.StanceRepeats)
	hidden := d.Claim(t, "The secret claim of nobody.")
	d.linked(t, hidden, "https://news.example/secret", factcheck.StanceMakes)
	d.settled(t)
	for _, spelling := range []string{"https://news.example/mayor", "http://www.news.example/mayor/#top", "news.example/mayor"} {
		_, body := d.get(t, "/search?q="+url.QueryEscape(spelling))
		root := page(t, body)
		if got := claimsOn(root); len(got) != 1 || !strings.Contains(htmltest.Text(root), "Repeats this claim") {
			t.Errorf("%s: got %v, want the claim with the stance", spelling, got)
		}
	}
	var missing []string
	for _, address := range []string{"https://news.example/secret", "https://news.example/unheard-of"} {
		resp, body := d.get(t, "/search?q="+url.QueryEscape(address))
		if resp.StatusCode != http.StatusOK || !strings.Contains(body, "Nobody has filed this address here.") {
			t.Errorf("%s: got %d %.200s", address, resp.StatusCode, body)
		}
		missing = append(missing, strings.ReplaceAll(body, address, ""))
	}
	if missing[0] != missing[1] && strings.ReplaceAll(missing[0], "secret", "") != strings.ReplaceAll(missing[1], "unheard-of", "") {
		t.Error("an unpublished claim's article answers otherwise than one nobody knows")
	}
}

func TestHostileSearchesArePages(t *testing.T) {
	t.Parallel()
	warm, cold := newFinderDesk(t), newDesk(t)
	warm.Published(t, "The <b>harbour</b> & “port” froze.", "False")
	cold.Published(t, "The <b>harbour</b> & “port” froze.", "False")
	warm.settled(t)
	queries := []string{
		"q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "q=harbour&rating=%3Cscript%3E", "q=harbour&rating=%00", "q=harbour&topic=%ff%fe", "q=harbour&year=99999999999999",
		"q=harbour&page=-1", "q=harbour&page=999999999999999999999", "q=harbour&page=x", "q=harbour&sort=random", "q=harbour&language=not_a_tag", "q=harbour&publisher=nobody.example",
		"q=" + strings.Repeat("-", 400) + "x", "q=" + strings.Repeat("%22", 300), "q=" + strings.Repeat("a+", 3000), "q=" + strings.Repeat("x", 9000), "q=" + strings.Repeat("harbour+-", 500),
		"q[]=x&q=harbour", "q=harbour&q=lake", "rating=false", "year=2025", "topic=" + strings.Repeat("x", 5000), "q=+++", "q=???", "q=%F0%9F%98%80", "q=stage:triage", "q=http://", "q=https://%00.example",
		"q=http://[::1", "q=https://a.example/%25zz", "q=www.", "q=.../x", "cursor=abc&q=harbour", "state=%zz&q=harbour",
	}
	for _, q := range queries {
		for name, d := range map[string]*desk{"index": warm, "store": cold} {
			resp, body := d.get(t, "/search?"+q)
			if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusBadRequest || strings.Contains(body, "<script>") || strings.Contains(body, "<b>") {
				t.Errorf("%s: %.60s: got %d, or markup", name, q, resp.StatusCode)
			}
			page(t, body)
		}
	}
	for _, body := range []string{"", "q", "q=%zz", "state=%zz&q=harbour", "q=" + strings.Repeat("%E0%A4%95", 9000)} {
		resp, _ := warm.post(t, url.Values{})
		if resp.StatusCode != http.StatusSeeOther {
			t.Errorf("nothing: got %d, want the bare page", resp.StatusCode)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, warm.base+"/search", bytes.NewReader([]byte(body)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		got, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if got.StatusCode != http.StatusOK {
			t.Errorf("%.40s: got %d", body, got.StatusCode)
		}
		if err := got.Body.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestSearchSaysThatItWarms(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Published(t, "The harbour of Exampleville froze.", "False")
	_, body := d.get(t, "/search?q=harbour")
	if root := page(t, body); len(claimsOn(root)) != 1 || !strings.Contains(body, "The search is being made ready.") || len(facetsOn(root)) != 0 {
		t.Errorf("got %v, want the claim, the notice and no facets", claimsOn(root))
	}
	for _, choice := range []string{"rating=false", "publisher=house", "publisher=desk.example", "language=en", "year=2025"} {
		if _, body := d.get(t, "/search?q=harbour&"+choice); len(claimsOn(page(t, body))) != 1 {
			t.Errorf("%s does not hold the claim", choice)
		}
	}
	for _, choice := range []string{"rating=true", "rating=altered", "publisher=other.example", "language=es", "year=2024", "topic=politics"} {
		if _, body := d.get(t, "/search?q=harbour&"+choice); len(claimsOn(page(t, body))) != 0 {
			t.Errorf("%s holds the claim", choice)
		}
	}
	_, bare := d.get(t, "/search")
	if root := page(t, bare); htmltest.Meta(root, "robots") != "" || strings.Contains(bare, "being made ready") {
		t.Error("the bare page is not to be indexed, or speaks of results")
	}
}

// suggested asks for suggestions.
func (d *desk) suggested(t *testing.T, typed string) []string {
	t.Helper()
	resp, body := d.get(t, "/search/suggest?q="+url.QueryEscape(typed))
	var got struct{ Data []string }
	if err := json.Unmarshal([]byte(body), &got); err != nil || resp.StatusCode != http.StatusOK || got.Data == nil || resp.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%.20q: got %d %.200s, error %v", typed, resp.StatusCode, body, err)
	}
	return got.Data
}

func TestSuggestionsCompleteTheLastWord(t *testing.T) {
	t.Parallel()
	d := newFinderDesk(t)
	d.Published(t, "The harbour of Exampleville froze.", "False")
	d.settled(t)
	if got := d.suggested(t, "frozen Exam"); !slices.Equal(got, []string{"frozen exampleville"}) {
		t.Errorf("got %q", got)
	}
	for _, typed := range []string{"", "h", "zzz", "harbour ", "\xff\xfe", strings.Repeat("h", 5000)} {
		if got := d.suggested(t, typed); len(got) != 0 {
			t.Errorf("%.10q: got %q, want none", typed, got)
		}
	}
}
