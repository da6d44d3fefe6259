package newsroom_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/touchstone-factcheck/touchstone/web/htmltest"
)

// wellPage states a fact-check of its own and quotes somebody.
const wellPage = `<!doctype html><html lang="en"><head><title>Is the well dry? | Example Checks</title><meta property="og:title" content="Is the well dry?"><meta property="og:site_name" content="Example Checks">
	<meta property="article:published_time" content="2025-06-07"><script type="application/ld+json">{"@context":"https://schema.org","@type":"ClaimReview","url":"https://checks.example/well","datePublished":"2025-06-07",
	"claimReviewed":"The well of Exampleville is dry.","author":{"@type":"Organization","name":"Example Checks","url":"https://checks.example/"},"reviewRating":{"@type":"Rating","alternateName":"False"}}</script></head>
	<body><article><h1>Is the well dry?</h1><p>` + firstPara + `</p><p>“The well has carried water on every day of this summer,” said Bea Builder, who looks after it for the town.</p><p>` + thirdPara + `</p></article></body></html>`

// well takes the page in and returns the path of its article.
func (b *browser) well(t *testing.T) string {
	t.Helper()
	form := fill(t, b.get(t, "/newsroom/articles/new?by=file"), "/newsroom/articles/new", url.Values{"by": {"file"}, "url": {"https://checks.example/well"}})
	got := b.upload(t, form, map[string][]byte{"file": []byte(wellPage)})
	if got.status != http.StatusSeeOther {
		t.Fatalf("add the page: got %d %s", got.status, got.text())
	}
	path, _, _ := strings.Cut(got.location, "?")
	return path
}

// linkTo returns the address of the link on the page whose address has a part.
func linkTo(t *testing.T, page answer, part string) string {
	t.Helper()
	for _, a := range htmltest.All(page.root, "a") {
		if href := htmltest.Attr(a, "href"); strings.Contains(href, part) {
			return href
		}
	}
	t.Fatalf("there is no link with %q on the page: %s", part, page.text())
	return ""
}

// byID returns the element with an id, or fails the test.
func byID(t *testing.T, page answer, id string) *html.Node {
	t.Helper()
	for n := range page.root.Descendants() {
		if n.Type == html.ElementNode && htmltest.Attr(n, "id") == id {
			return n
		}
	}
	t.Fatalf("nothing on the page has the id %s", id)
	return nil
}

func TestCheckThatWasTakenIsShownAsTaken(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	edda := d.as(t, "edda@desk.example")
	path := edda.well(t)
	before := edda.get(t, path)
	if got := edda.send(t, before, path+"/checks/0/accept", url.Values{"read": {"another"}}); got.status != http.StatusConflict {
		t.Errorf("a check that nobody read: got %d, want the conflict", got.status)
	}
	if got := edda.send(t, before, path+"/checks/0/accept", nil); got.status != http.StatusSeeOther {
		t.Fatalf("accept: got %d %s", got.status, got.text())
	}
	page := edda.get(t, path)
	if strings.Contains(page.body, "/accept") || !strings.Contains(page.text(), "Taken as this publisher’s verdict") {
		t.Errorf("got %s, want it shown as taken and not offered again", page.text())
	}
	byID(t, page, strings.TrimPrefix(linkTo(t, page, "#link-"), "#"))
	if !strings.Contains(page.text(), "Edda Editor: took a fact-check as its publisher’s verdict") {
		t.Errorf("the history lacks the act: %s", page.text())
	}
	if _, err := d.DB.AllowPublisher(t.Context(), d.Admin, "checks.example"); err != nil {
		t.Fatal(err)
	}
	if page := edda.get(t, path); !strings.Contains(page.body, `href="/claims/`) {
		t.Errorf("got %s, want a link to the claim's public page", page.text())
	}
}

func TestQuotationIsUsedAsThePassage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	path := b.well(t)
	page := b.get(t, path)
	if !strings.Contains(page.text(), "Bea Builder") {
		t.Errorf("the speaker is not shown: %s", page.text())
	}
	address := linkTo(t, page, "#link")
	prefilled := b.get(t, strings.TrimSuffix(address, "#link"))
	const quote = "The well has carried water on every day of this summer,"
	if got := fill(t, prefilled, path+"/links", nil); got.Get("passage") != quote || got.Get("start") == "" {
		t.Fatalf("got the passage %q at %q, want the quotation at its place", got.Get("passage"), got.Get("start"))
	}
	got := b.send(t, prefilled, path+"/links", url.Values{"step": {"link"}, "claim": {"new"}, "text": {"The well carries water."}, "language": {"en"}, "stance": {"reports"}})
	if a := d.working(t, path); got.status != http.StatusSeeOther || len(a.Appearances) != 1 || a.Appearances[0].Anchor.Quote != quote {
		t.Fatalf("link it: got %d %s", got.status, got.text())
	}
	if linked := b.get(t, path); has(byID(t, linked, "linking"), "open") {
		t.Error("the form is open though there is a claim and nothing is chosen")
	}
	for _, place := range []string{"5", "-1-4", "4-2", "0-99999999", "9999999999999999999999-1", "a-b", "0-0"} {
		wrong := b.get(t, path+"?passage="+place)
		if wrong.status != http.StatusOK || !has(byID(t, wrong, "linking"), "open") || !strings.Contains(wrong.text(), "select the passage anew") {
			t.Errorf("the place %s: got %d, want the form open and told why it is empty", place, wrong.status)
		}
	}
	text := b.send(t, b.get(t, path), path+"/details", url.Values{"text": {"Something else altogether, of ducks and geese."}})
	if got := b.get(t, text.location); regexp.MustCompile(`passage=[0-9-]+#link"`).MatchString(got.body) || !strings.Contains(got.text(), "not in the text any more") {
		t.Errorf("in another text: got %s, want the quotation without a place", got.text())
	}
}

func TestWhatThePageSaysOtherwiseIsMarkedAndTaken(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	path := b.added(t)
	if page := b.get(t, path); strings.Contains(page.text(), "the page says otherwise") {
		t.Errorf("nothing was changed, and yet: %s", page.text())
	}
	if got := b.send(t, b.get(t, path), path+"/details", url.Values{"title": {"A title of ours"}}); got.status != http.StatusSeeOther {
		t.Fatalf("edit: got %d %s", got.status, got.text())
	}
	got := b.send(t, b.get(t, path), path+"/refresh", nil)
	if got.status != http.StatusSeeOther {
		t.Fatalf("fetch again: got %d %s", got.status, got.text())
	}
	page := b.get(t, got.location)
	if !strings.Contains(page.text(), "the page says otherwise: title") || !strings.Contains(page.text(), "The page now says something else than stands here") {
		t.Errorf("got %s, want it told that the headline differs", page.text())
	}
	for _, want := range []string{"added the article", "corrected what was found", "read the page anew"} {
		if !strings.Contains(page.text(), want) {
			t.Errorf("the history lacks %q", want)
		}
	}
	address, place, _ := strings.Cut(linkTo(t, page, "?take="), "#")
	taken := b.get(t, address)
	if field := byID(t, taken, place); htmltest.Attr(field, "value") != "Town without a mayor" || d.working(t, path).Title != "A title of ours" {
		t.Errorf("got %q in %s and the title %q, want the headline in the form and nothing saved", htmltest.Attr(field, "value"), place, d.working(t, path).Title)
	}
	if got := b.send(t, taken, path+"/details", nil); got.status != http.StatusSeeOther || d.working(t, path).Title != "Town without a mayor" {
		t.Errorf("save it: got %d and the title %q", got.status, d.working(t, path).Title)
	}
	for _, index := range []string{"-1", "999", "x"} {
		if got := b.get(t, path+"?take="+index); got.status != http.StatusOK || strings.Contains(got.text(), "not saved yet") {
			t.Errorf("take %s: got %d, want the page as it is", index, got.status)
		}
	}
}

func TestErrorLeadsToItsField(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	path := b.added(t)
	for name, tt := range map[string]struct {
		action string
		fields url.Values
	}{
		"link":    {path + "/links", url.Values{"step": {"link"}, "passage": {"Martians landed behind the pool"}, "stance": {"makes"}, "claim": {"new"}}},
		"claim":   {path + "/links", url.Values{"step": {"link"}, "passage": {"the ferry to the islands ran on time"}, "stance": {"makes"}}},
		"details": {path + "/details", url.Values{"published": {"yesterday"}}},
		"add":     {"/newsroom/articles/new", url.Values{"by": {"url"}, "url": {"javascript:alert(1)"}}},
	} {
		page := b.get(t, path)
		if name == "add" {
			page = b.get(t, tt.action)
		}
		got := b.send(t, page, tt.action, tt.fields)
		title := htmltest.Text(htmltest.All(got.root, "title")[0])
		if !strings.HasPrefix(title, "Not done: ") {
			t.Errorf("%s: got the title %q, want it to say so first", name, title)
		}
		var focused []*html.Node
		for n := range got.root.Descendants() {
			if n.Type == html.ElementNode && has(n, "autofocus") {
				focused = append(focused, n)
			}
		}
		if len(focused) != 1 || len(htmltest.All(focused[0], "a")) != 1 {
			t.Fatalf("%s: got %d elements that take the focus, want the one that says what is wrong and leads there", name, len(focused))
		}
		target := byID(t, got, strings.TrimPrefix(htmltest.Attr(htmltest.All(focused[0], "a")[0], "href"), "#"))
		for n := target.Parent; n != nil; n = n.Parent {
			if n.Data == "details" && !has(n, "open") {
				t.Errorf("%s: the field is in a part that is closed", name)
			}
		}
	}
}

func TestArticleLeadsBackToTheListItWasFoundIn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	path := b.added(t)
	list := b.get(t, "/newsroom/articles?linked=unlinked&q=mayor&evil=1")
	if !strings.Contains(list.text(), "not into the texts") {
		t.Errorf("the list does not say what its search looks at: %s", list.text())
	}
	page := b.get(t, linkTo(t, list, path))
	const back = "/newsroom/articles?linked=unlinked&q=mayor"
	if got := linkTo(t, page, "/newsroom/articles?"); got != back {
		t.Errorf("got %s, want the way back to %s", got, back)
	}
	var action string
	for _, f := range htmltest.All(page.root, "form") {
		if a := htmltest.Attr(f, "action"); strings.HasPrefix(a, path+"/links?") {
			action = a
		}
	}
	got := b.send(t, page, action, url.Values{"step": {"link"}, "passage": {"the ferry to the islands ran on time"}, "claim": {"new"}, "text": {"The ferry ran."}, "language": {"en"}, "stance": {"makes"}})
	if got.status != http.StatusSeeOther {
		t.Fatalf("link: got %d %s", got.status, got.text())
	}
	if got := linkTo(t, b.get(t, got.location), "/newsroom/articles?"); got != back {
		t.Errorf("after linking: got %s, want the way back to %s", got, back)
	}
	for _, from := range []string{"//evil.example", "javascript:alert(1)", "%zz", "q=%22%3E%3Cscript%3E"} {
		if page := b.get(t, path+"?from="+url.QueryEscape(from)); !strings.HasPrefix(linkTo(t, page, "/newsroom/articles"), "/newsroom/articles") {
			t.Errorf("from %s the page leads elsewhere", from)
		}
	}
}

func TestErrorsAreShownInTheNewsroomsFrame(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	carla, nobody := d.carla(t), d.browser()
	for path, status := range map[string]int{"/newsroom/nothing": http.StatusNotFound, "/newsroom/articles/art_x": http.StatusNotFound, "/newsroom/snapshots/1": http.StatusNotFound} {
		if got := carla.get(t, path); got.status != status || !strings.Contains(got.text(), "Carla Checker") || !strings.Contains(got.text(), "There is nothing here") {
			t.Errorf("%s: got %d %s, want %d in the newsroom's frame", path, got.status, got.text(), status)
		}
	}
	if got := nobody.get(t, "/newsroom/nothing"); got.status != http.StatusNotFound || strings.Contains(got.text(), "Carla") || !strings.Contains(got.text(), "Sign in") {
		t.Errorf("nobody: got %d %s, want a frame without a name", got.status, got.text())
	}
	if got := carla.get(t, "/elsewhere"); got.status != http.StatusNotFound || strings.Contains(got.text(), "Carla") {
		t.Errorf("elsewhere: got %d %s, want the readers' page", got.status, got.text())
	}
	d.DB.Close()
	carla.down = true
	for _, path := range []string{"/newsroom/articles", "/newsroom/nothing"} {
		got := carla.get(t, path)
		if bar := htmltest.All(got.root, "header"); got.status < 400 || len(bar) != 1 || strings.Contains(got.text(), "Carla") {
			t.Errorf("%s without a database: got %d %s, want the newsroom's frame without a name", path, got.status, got.text())
		}
	}
}
