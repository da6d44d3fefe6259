package extract_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/extract"
)

// text3 is the text of an invented article.
const text3 = "<p>The council of Lower Example met on Tuesday evening to speak about the old bridge over the river, which has been closed to lorries since the flood of last year.</p>" +
	"<p>Engineers had asked for repairs three times, according to letters that the council published after the meeting, and a first estimate puts the price at two million.</p>" +
	"<p>The mayor said that work would begin in spring, once the ice is gone, and that buses would use the northern road for about eight months until it is done.</p>"

// read reads a page of an invented site.
func read(t *testing.T, body string) extract.Reading {
	t.Helper()
	r, err := extract.Page(extract.Input{URL: "https://www.example-news.org/town/bridge", ContentType: "text/html; charset=utf-8", Body: []byte(body), FetchedAt: fetched})
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, r)
	return r
}

// pageWith returns a page with something in its head and in its article.
func pageWith(head, article string) string {
	return `<!doctype html><html lang="en"><head>` + head + `</head><body><nav><a href="/">Home</a></nav><article>` + article + `</article><footer>© Example News</footer></body></html>`
}

func TestTitle(t *testing.T) {
	t.Parallel()
	const site = `<meta property="og:site_name" content="Example News">`
	for _, c := range []struct{ name, head, body, want string }{
		{"json-ld goes first", `<title>Bridge closed for good, council says</title><meta property="og:title" content="Bridge closed">` + ld(`{"@type":"NewsArticle","headline":"Bridge closed for good"}`), "", "Bridge closed for good"},
		{"json-ld that speaks of something else", `<title>Bridge closed for good - Example News</title>` + site + ld(`{"@type":"NewsArticle","headline":"Our best stories today"}`), "<h1>Bridge closed for good</h1>", "Bridge closed for good"},
		{"json-ld of several, the story among them", `<title>Bridge closed</title>` + ld(`[{"@type":"WebSite","name":"Example News"},{"@graph":[{"@type":"BreadcrumbList"},{"@type":["Thing","ReportageNewsArticle"],"headline":["Bridge closed"]}]}]`), "", "Bridge closed"},
		{"json-ld with entities", `<title>Bread &amp; bridges</title>` + ld(`{"@type":"Article","headline":"Bread &amp;amp; bridges"}`), "", "Bread & bridges"},
		{"json-ld with a trailing comma and a comment mark", `<title>Bridge closed</title><script type="application/ld+json"><!-- {"@type":"Article","headline":"Bridge closed now",} --></script>`, "", "Bridge closed now"},
		{"json-ld that is cut off", `<title>Bridge closed</title><script type="application/ld+json">{"@type":"Article","headline":"Bridge closed now","author":{"name":"Ja</script>`, "", "Bridge closed now"},
		{"broken json-ld", `<title>Bridge closed - Example News</title>` + site + ld(`{"@type":"Article","headline":`), "", "Bridge closed"},
		{"dublin core before opengraph", `<meta name="DC.title" content="Bridge closed today"><meta property="og:title" content="Bridge closed">`, "<h1>Bridge closed</h1>", "Bridge closed today"},
		{"a suffix that is the site", `<title>Bridge closed — Example News</title>` + site, "", "Bridge closed"},
		{"a suffix that is the host", `<title>Bridge closed | example-news.org</title>`, "", "Bridge closed"},
		{"a prefix that is the site", `<title>Example News: Bridge closed</title>` + site, "", "Bridge closed"},
		{"section and site", `<title>Bridge closed - Town - Example News</title>` + site, "<h1>Bridge closed</h1>", "Bridge closed"},
		{"a dash that belongs to it", `<title>Bridge closed - what now?</title>` + site, "", "Bridge closed - what now?"},
		{"a bar that belongs to it", `<title>Bridge closed | Comment</title>` + site, "<h1>Town</h1>", "Bridge closed | Comment"},
		{"a colon that belongs to it", `<title>Bridge: closed for good</title>`, "<h1>Bridge: open again</h1>", "Bridge: closed for good"},
		{"a hyphen in a word", `<title>Co-operation ends</title>` + site, "", "Co-operation ends"},
		{"cut short in the head", `<title>The old bridge over the river is closed…</title>`, "<h1>The old bridge over the river is closed for good</h1>", "The old bridge over the river is closed for good"},
		{"opengraph that names the site", `<meta property="og:title" content="Example News"><title>Bridge closed</title>` + site, "<h1>Bridge closed</h1>", "Bridge closed"},
		{"a json-ld headline that describes", `<title>Old Bridge - Example News</title>` + ld(`{"@type":"Article","name":"Old Bridge","headline":"bridge in Lower Example"}`), "<h1>Old Bridge</h1>", "Old Bridge"},
		{"a property before a name", `<meta name="dc:title" content="Bridge closed soon"><meta property="dc:title" content="Bridge closed today">`, "<h1>Bridge closed</h1>", "Bridge closed today"},
		{"only a heading", "", "<h1>Bridge <i>closed</i></h1>", "Bridge closed"},
		{"a logo in a heading", site + "<title>Bridge closed - Example News</title>", "<h1>Example News</h1><h1>Bridge closed</h1>", "Bridge closed"},
		{"characters that nobody sees", "<title>Bri\u200bdge \u202eclosed\u202c\u00ad now</title>", "", "Bridge closed now"},
		{"chinese separators", `<meta property="og:site_name" content="示例网"><title>大桥因洪水关闭_社会_示例网</title>`, "<h1>大桥因洪水关闭</h1>", "大桥因洪水关闭"},
	} {
		if got := read(t, pageWith(c.head, c.body+text3)).Title; got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func ld(data string) string { return `<script type="application/ld+json">` + data + `</script>` }

func TestByline(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, head, body, want string }{
		{"json-ld object", ld(`{"@type":"NewsArticle","headline":"x","author":{"@type":"Person","name":"Jane Doe"}}`), "", "Jane Doe"},
		{"json-ld text", ld(`{"@type":"NewsArticle","author":"By Jane Doe"}`), "", "Jane Doe"},
		{"json-ld list", ld(`{"@type":"NewsArticle","author":[{"name":"Jane Doe"},{"name":["John Roe"]},"Jane Doe"]}`), "", "Jane Doe, John Roe"},
		{"json-ld reference", ld(`{"@graph":[{"@type":"NewsArticle","author":{"@id":"#1"}},{"@id":"#1","@type":"Person","name":"Jane Doe"}]}`), "", "Jane Doe"},
		{"json-ld of wrong types", ld(`{"@type":"NewsArticle","author":17,"publisher":[[]],"image":false,"datePublished":{}}`) + `<meta name="author" content="Jane Doe">`, "", "Jane Doe"},
		{"a person before the house", ld(`{"@type":"NewsArticle","author":{"name":"Example News"},"publisher":{"name":"Example News"}}`), `<p class="byline">By Jane Doe | 7 June</p>`, "Jane Doe"},
		{"the house alone", ld(`{"@type":"NewsArticle","author":{"name":"Example News"},"publisher":{"name":"Example News"}}`), "", "Example News"},
		{"several meta elements", `<meta name="citation_author" content="Doe, Jane"><meta name="citation_author" content="John Roe">`, "", "Doe, Jane, John Roe"},
		{"an address is no name", `<meta property="article:author" content="https://social.example/jane">`, `<a rel="author" href="/jane">Jane Doe</a>`, "Jane Doe"},
		{"a class, with a time behind the name", "", `<div class="article-byline">Von Jürgen Beispiel, 7. Juni 2025, 10:00</div>`, "Jürgen Beispiel"},
		{"microdata", "", `<span itemprop="author" itemscope><span itemprop="name">Jane Doe</span>, editor</span>`, "Jane Doe"},
		{"an author of a comment", "", `<div class="comments"><span class="author">troll77</span></div>`, ""},
		{"a page that has comments and a sidebar", "", `<div class="with-sidebar has-comments hasnt-bio"><span class="byline">By Jane Doe</span></div>`, "Jane Doe"},
		{"arabic", "", `<p class="byline">بقلم: أحمد المثال</p>`, "أحمد المثال"},
	} {
		if got := read(t, pageWith(c.head, c.body+text3)).Byline; got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, head, body, published, modified string }{
		{"json-ld", ld(`{"@type":"NewsArticle","datePublished":"2025-06-07T10:00:00+02:00","dateModified":"2025-06-08T10:00:00Z"}`), "", "2025-06-07T08:00:00Z", "2025-06-08T10:00:00Z"},
		{"without a zone it is a day", ld(`{"@type":"NewsArticle","datePublished":"2025-06-07T23:30:00"}`), "", "2025-06-07", ""},
		{"opengraph", `<meta property="article:published_time" content="2025-06-07T10:00:00.000Z"><meta property="article:modified_time" content="2025-06-08">`, "", "2025-06-07T10:00:00Z", "2025-06-08"},
		{"dublin core, a month", `<meta name="DCTERMS.issued" content="2025-06">`, "", "2025-06", ""},
		{"citation", `<meta name="citation_publication_date" content="2025/06/07">`, "", "2025-06-07", ""},
		{"in English words", `<meta name="date" content="Saturday, June 7th, 2025 at 10:00">`, "", "2025-06-07", ""},
		{"figures that can only be one day", `<meta name="date" content="25/06/2025">`, "", "2025-06-25", ""},
		{"figures that may be two days", `<meta name="date" content="06/07/2025">`, "", "", ""},
		{"a time element", "", `<time datetime="2025-06-07T10:00Z">Saturday</time>`, "2025-06-07T10:00:00Z", ""},
		{"a day that is yet to come", ld(`{"@type":"NewsArticle","datePublished":"2093-06-07T10:00:00Z"}`) + `<meta name="date" content="2025-06-07">`, "", "2025-06-07", ""},
		{"no date", `<meta name="date" content="soon">`, "", "", ""},
		{"in the text", "", `<p class="date">Published: 7 June 2025</p>`, "2025-06-07", ""},
	} {
		r := read(t, pageWith(c.head, c.body+text3))
		if r.Published.String() != c.published || r.Modified.String() != c.modified {
			t.Errorf("%s: got %s and %s, want %s and %s", c.name, r.Published, r.Modified, c.published, c.modified)
		}
	}
	r, err := extract.Page(extract.Input{URL: "https://example.org/2025/jun/7/bridge", Body: []byte(pageWith("", text3)), FetchedAt: fetched})
	if err != nil || r.Published.String() != "2025-06-07" || r.Published.Precision != factcheck.PrecisionDay {
		t.Errorf("got %v (%v), want the day of the address", r.Published, err)
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	const german = "<p>Der Gemeinderat hat am Dienstag über die alte Brücke gesprochen, die seit dem Hochwasser für Lastwagen gesperrt ist. Die Arbeiten werden im Frühjahr beginnen und etwa acht Monate dauern, sagte die Bürgermeisterin nach der Sitzung.</p><p>Nach einer ersten Schätzung wird das zwei Millionen kosten, und die Busse werden bis dahin über die nördliche Straße fahren, wie es aus dem Rathaus hieß.</p>"
	for _, c := range []struct{ name, page, want string }{
		{"declared and written", `<html lang="en-GB">` + text3, "en"},
		{"a template's declaration", `<html lang="en"><body>` + german, "de"},
		{"another that fits", `<html lang="en"><head><meta property="og:locale" content="de_AT"></head><body>` + german, "de"},
		{"none declared", `<html><body>` + german, "de"},
		{"a locale in capitals", `<html lang="EN_us"><body>` + text3, "en"},
		{"no tag at all", `<html lang="{{lang}}"><body>` + text3, "en"},
		{"a language that detectors do not know", `<html lang="lb"><body>` + german, "lb"},
		{"json-ld object", `<html>` + ld(`{"@type":"NewsArticle","inLanguage":{"@type":"Language","name":"German","alternateName":"de"}}`) + german, "de"},
		{"a text in no language", `<html lang="en"><p>` + strings.Repeat("Lorem ipsum dolor sit amet, consectetur adipisicing elit, sed do eiusmod tempor incididunt ut labore. ", 6), "en"},
		{"another script than declared", `<html lang="en"><p>` + strings.Repeat("Συνεδρίασε την Τρίτη το δημοτικό συμβούλιο για την παλιά γέφυρα του ποταμού. ", 5), "el"},
	} {
		if got := read(t, c.page).Language; got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestHiddenTextAndFurnitureAreLeftOut(t *testing.T) {
	t.Parallel()
	const secret = "the hidden words of nobody, in a sentence that is long enough to look like a part of the article itself"
	for _, hide := range []string{
		`<p style="display:none">%s</p>`, `<p style="color:red; DISPLAY : none !important">%s</p>`, `<p style="visibility:hidden">%s</p>`, `<div hidden><p>%s</p></div>`, `<p aria-hidden="true">%s</p>`,
		`<p style="position:absolute;left:-9999px">%s</p>`, `<p style="text-indent:-10000px">%s</p>`, `<p style="font-size:0">%s</p>`, `<p style="font-size: 0px;">%s</p>`, `<p style="color:#fff;background:white">%s</p>`, `<p style="opacity:0">%s</p>`,
		`<p class="visually-hidden">%s</p>`, `<p class="a sr-only b">%s</p>`, `<template><p>%s</p></template>`, `<noscript><p>%s</p></noscript>`, `<!-- <p>%s</p> -->`, `<script>var x = "<p>%s</p>"</script>`, `<style>p{content:"%s"}</style>`,
		`<svg><text>%s</text></svg>`, `<textarea>%s</textarea>`, `<select><option>%s</option></select>`, `<button>%s</button>`, `<p style="clip:rect(0,0,0,0)">%s</p>`, `<p style="height:0;overflow:hidden">%s</p>`, `<iframe>%s</iframe>`, `<nav><p>%s</p></nav>`,
	} {
		r := read(t, pageWith("", text3+fmt.Sprintf(hide, secret)+"<p>And after that the council went home, for it was late and nobody else had asked to speak about anything.</p>"))
		if strings.Contains(r.Text, "hidden words") || !strings.Contains(r.Text, "council went home") {
			t.Errorf("%s: got %q, want the text without it", hide, r.Text)
		}
	}
	for _, shown := range []string{`<p style="display:block;color:#333;background:#fff">%s</p>`, `<p style="font-size:0.9em">%s</p>`, `<p style="opacity:0.5">%s</p>`, `<p style="left:-1px">%s</p>`, `<p aria-hidden="false">%s</p>`} {
		if r := read(t, pageWith("", text3+fmt.Sprintf(shown, secret))); !strings.Contains(r.Text, "hidden words") {
			t.Errorf("%s: got %q, want it to stay", shown, r.Text)
		}
	}
	for _, furniture := range []string{"<p>Advertisement</p>", "<p>Share on Facebook</p>", "<p>Publicité</p>", "<p>إعلان</p>", "<div>Sign up</div>", "<p>广告</p>"} {
		plain := read(t, pageWith("", text3)).Text
		if got := read(t, pageWith("", strings.Replace(text3, "</p><p>", "</p>"+furniture+"<p>", 1))).Text; got != plain {
			t.Errorf("%s: got %q, want %q", furniture, got, plain)
		}
	}
}

func TestTextOfBlocks(t *testing.T) {
	t.Parallel()
	r := read(t, pageWith("<title>Bridge closed</title>", "<h1>Bridge closed</h1>"+text3+
		`<h2>What happens next</h2><ul><li>The bridge is closed to lorries until the spring of next year.</li><li>Buses take the northern road, which is longer by four miles.</li></ul>
		<blockquote>We had no choice but to close it, and we would do so again.</blockquote><figure><img src="a.jpg"><figcaption>The bridge in winter, seen from the mill.</figcaption></figure>
		<p>First line of an address<br>second line of it, with a name that is long enough<br><br>A paragraph of its own after two breaks, as old pages have them, and long enough.</p>`))
	var got []string
	for _, b := range r.Blocks {
		got = append(got, string(b.Kind)+": "+strings.ReplaceAll(r.Text[b.Start:b.End], "\n", "/"))
	}
	want := []string{
		"heading: What happens next", "item: The bridge is closed to lorries until the spring of next year.", "item: Buses take the northern road, which is longer by four miles.",
		"quote: We had no choice but to close it, and we would do so again.", "caption: The bridge in winter, seen from the mill.",
		"paragraph: First line of an address/second line of it, with a name that is long enough", "paragraph: A paragraph of its own after two breaks, as old pages have them, and long enough.",
	}
	if diff := cmp.Diff(want, got[min(3, len(got)):]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	r := read(t, pageWith(`<link rel="canonical" href="/town/bridge?x=1"><link rel="amphtml" href="//amp.example-news.org/bridge"><meta property="og:image" content="javascript:alert(1)"><meta name="twitter:image" content="../a.jpg">`, text3))
	got := []string{r.Canonical, r.AMP, r.LeadImage}
	if diff := cmp.Diff([]string{"https://www.example-news.org/town/bridge?x=1", "https://amp.example-news.org/bridge", "https://www.example-news.org/a.jpg"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var images []string
	for _, f := range r.Found {
		if f.Field == "image" {
			images = append(images, fmt.Sprint(f.Where, " ", f.Value, " ", f.Chosen))
		}
	}
	if diff := cmp.Diff([]string{"og:image javascript:alert(1) false", "twitter:image ../a.jpg true"}, images); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
}

func TestLeadsAreToldApart(t *testing.T) {
	t.Parallel()
	r := read(t, pageWith("<title>Bridge closed</title>", strings.Replace(text3, "</p><p>", `</p><p><strong>Also read:</strong> <a href="/flood">Flood of last year: what we know</a></p><p>`, 1)+
		`<div><h3>Related stories</h3><ul><li><a href="/mill">The mill by the river opens again</a></li><li><a href="/rumour">No, the mayor has not resigned</a></li></ul></div>`)+
		`<aside class="most-read"><h2>Most read</h2><a href="/cat">Cat found on a roof after a week</a></aside>`)
	want := []extract.Lead{
		{Title: "Flood of last year: what we know", URL: "https://www.example-news.org/flood", Label: "Also read"},
		{Title: "The mill by the river opens again", URL: "https://www.example-news.org/mill", Label: "Related stories"},
		{Title: "No, the mayor has not resigned", URL: "https://www.example-news.org/rumour", Label: "Related stories"},
		{Title: "Cat found on a roof after a week", URL: "https://www.example-news.org/cat", Label: "Most read"},
	}
	if diff := cmp.Diff(want, r.Leads); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, l := range want {
		if strings.Contains(r.Text, l.Title) || strings.Contains(r.Text, l.Label) {
			t.Errorf("got %q in the text, want it told apart", l.Title)
		}
	}
	for _, s := range []string{"Lire aussi : Le pont est fermé pour un an", "Lee también: El puente queda cerrado un año", "Leia também: A ponte fica fechada por um ano", "Mehr zum Thema: Die Brücke bleibt gesperrt", "اقرأ أيضا: إغلاق الجسر القديم لمدة عام", "קראו גם: הגשר הישן ייסגר לשנה", "यह भी पढ़ें: पुराना पुल एक साल के लिए बंद", "相关阅读：旧桥将关闭一年以便修理", "関連記事：古い橋は一年間閉鎖される", "Читайте также: Старый мост закрыт на год"} {
		r := read(t, pageWith("", text3+"<p>"+s+"</p>"))
		if len(r.Leads) != 1 || strings.Contains(r.Text, r.Leads[0].Title) {
			t.Errorf("%s: got leads %+v, want one and none of it in the text", s, r.Leads)
		}
	}
	long := "<h2>See also</h2><p><a href=/x>Another story of some length</a></p>" + strings.Repeat("\n     <p>Text    with    many    spaces.</p>\n", 900)
	if r := read(t, "<div>"+long+"</div>"); len(r.Text) < 10_000 {
		t.Errorf("got %d bytes of text, want the part that a label stands in to stay", len(r.Text))
	}
	if r := read(t, pageWith("", text3+"<p>Read more: the council says that its library is open. It has many books. They are free for all.</p>")); len(r.Leads) != 0 {
		t.Errorf("got leads %+v of a paragraph, want none", r.Leads)
	}
}

func TestClaimReviewIsOffered(t *testing.T) {
	t.Parallel()
	r := read(t, pageWith(ld(`{"@context":"https://schema.org","@type":"ClaimReview","claimReviewed":"The bridge was never inspected","url":"https://www.example-news.org/check","reviewRating":{"alternateName":"False"},"author":{"name":"Example News"}}`)+ld(`{broken`), text3))
	if len(r.Checks) != 1 || r.Checks[0].ClaimReviewed != "The bridge was never inspected" || r.Checks[0].Rating.Label != "False" {
		t.Errorf("got %+v, want the one review", r.Checks)
	}
}

func TestPageRefuses(t *testing.T) {
	t.Parallel()
	for name, body := range map[string][]byte{"nothing": nil, "too much": make([]byte, extract.MaxInput+1)} {
		if _, err := extract.Page(extract.Input{Body: body}); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%s: got %v, want code invalid", name, err)
		}
	}
}

// What stands above the text and only names its author is no part of it, with a word before the name or without.
func TestBylineIsNoParagraph(t *testing.T) {
	t.Parallel()
	paragraph := "<p>The council of Exampleville met on Tuesday and spoke about the harbour for three hours, and nobody left the room before the vote was taken.</p>"
	for _, byline := range []string{"Night desk", "By Ada Example", "Von Ada Example"} {
		page := `<!doctype html><html lang="en"><head><title>Mayor stays</title></head><body><article><h1>Mayor stays</h1><p class="byline">` + byline + `</p>` + strings.Repeat(paragraph, 6) + `</article></body></html>`
		r, err := extract.Page(extract.Input{URL: "https://gazette.example/a", Body: []byte(page)})
		if err != nil || !strings.HasSuffix(byline, r.Byline) || r.Byline == "" || !strings.HasPrefix(r.Text, "The council") {
			t.Errorf("%s: got byline %q, text %.60q (%v)", byline, r.Byline, r.Text, err)
		}
	}
	named := `<!doctype html><html lang="en"><head><title>Mayor stays</title><meta name="author" content="Ada Example"></head><body><article><p>Ada Example has lived at the harbour for thirty years, and this is what she saw on Tuesday when the council met.</p>` + strings.Repeat(paragraph, 6) + `</article></body></html>`
	if r, err := extract.Page(extract.Input{URL: "https://gazette.example/a", Body: []byte(named)}); err != nil || !strings.HasPrefix(r.Text, "Ada Example has lived") {
		t.Errorf("a sentence about the author is gone: %.60q (%v)", r.Text, err)
	}
}
