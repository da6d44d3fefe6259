package extract_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/extract"
)

const sentence = "The council of the invented town met on Tuesday, and the mayor said that the bridge would be inspected before winter. "

// hostilePages are pages made to cost far more than their size.
func hostilePages() map[string]string {
	fill := func(unit string, size int) string { return strings.Repeat(unit, size/len(unit)) }
	var attributes, fonts strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&attributes, " a%d=%d", i, i)
	}
	for i := range 400 {
		fmt.Fprintf(&fonts, "<font a=%d>", i)
	}
	return map[string]string{
		"nested div":               fill("<div>", 4*half) + sentence,
		"nested div with text":     fill("<div>text and ", 4*half),
		"nested tables":            fill("<table><tr><td>", 4*half) + sentence,
		"nested tables, text":      fill("<table><tr><td>"+sentence, 4*half),
		"nested lists":             fill("<ul><li>"+sentence, 4*half),
		"depth 90 of text":         strings.Repeat("<div>", 90) + fill("<p>"+sentence, 4*half),
		"open fonts, many p":       "<p>" + fonts.String() + "x" + fill("</p><p>x", 4*half),
		"open links":               fill("<a href=x><p>", 4*half),
		"100,000 attributes":       "<p" + attributes.String() + ">" + sentence,
		"attributes of body":       "<body" + attributes.String() + ">" + fill("<body a=1>", 2*half),
		"many body tags":           fill("<body b=1><html c=2>", 4*half),
		"long attribute":           `<p class="` + fill("a b ", 4*half) + `">` + sentence,
		"entities":                 "<p>" + fill("&amp;&lt;&NotEqualTilde;", 4*half),
		"broken entities":          "<p>" + fill("&#x110000;&#0;&unknown", 4*half),
		"open comments":            fill("<!--", 4*half),
		"open scripts":             fill("<script>", 4*half),
		"open svg":                 fill("<svg><title>", 4*half) + sentence,
		"open templates":           fill("<template>", 4*half) + sentence,
		"only open angles":         fill("<", 4*half),
		"many metas":               fill(`<meta property="og:title" content="A title">`, 4*half),
		"many json-ld":             fill(`<script type="application/ld+json">{"@type":"NewsArticle","headline":"x"}</script>`, 4*half),
		"deep json-ld":             `<script type="application/ld+json">` + fill("[", half) + "</script>" + sentence,
		"wide json-ld":             `<script type="application/ld+json">[` + fill(`{"@type":"NewsArticle","author":[{"@id":"a"}]},`, half/2) + "{}]</script>",
		"open json-ld":             `<script type="application/ld+json">` + fill(`{"a":`, half/4) + "</script>",
		"one line of text":         "<p>" + fill("word ", 4*half),
		"one word":                 "<p>" + fill("word", 4*half),
		"accents":                  "<p>e" + fill("\u0301", 4*half),
		"joiners":                  "<p>" + fill("\u200d", 4*half),
		"zero-width":               "<p>" + fill("a\u200b\u202e\u2066", 4*half),
		"quotation marks":          "<p>" + fill("“", 3*half),
		"quotation marks in words": "<p>" + fill(`"a b c d`+"\n“e f g h", 4*half),
		"single marks":             "<p>" + fill("'a ‘b ", 4*half),
		"labels":                   fill("<p>Related</p>", 4*half),
		"labels with links":        "<div>" + fill("<h2>Related</h2><a href=/x>Another story of some length</a>", 4*half),
		"lists of links":           fill("<div class=related><a href=/story>A headline of some length</a>", 4*half),
		"breaks":                   fill("<br>", 4*half),
		"paragraphs":               fill("<p>"+sentence, 4*half),
		"paragraphs of one word":   fill("<p>a", 4*half),
		"headings":                 fill("<h1>A heading of a page</h1>", 4*half),
		"images":                   fill("<img src=x alt=y>", 4*half),
		"times":                    fill("<time>1</time>", 4*half),
		"bylines":                  fill("<p class=byline>By Jane Doe</p>", 4*half),
		"styles":                   fill(`<p style="color:white;background:white;overflow:hidden;x:y">a</p>`, 4*half),
		"spans in spans":           fill("<span>a", 4*half),
		"formatting":               fill("<b><i><u>", 4*half) + sentence,
		"framesets":                fill("<frameset><frame>", half),
		"select":                   fill("<select><option>", half) + sentence,
		"NUL":                      "<p>" + fill("\x00a", half) + sentence,
		"broken UTF-8":             "<p>" + fill("\xff\xfe\xc3", half),
		"UTF-16 without a mark":    fill("<\x00p\x00>\x00", half),
		"cells":                    "<table>" + fill("<tr><td>a<td>b", 4*half),
		"separators":               "<title>" + fill(" | a", half) + "</title><h1>" + fill(" | a", half) + "</h1>" + sentence,
		"plaintext":                "<plaintext>" + fill("<b>"+sentence, half),
		"self-closed":              fill("<div/><svg/><template/>", 4*half),
	}
}

// TestHostilePages holds hostile pages to a time and to memory that a small server has; they may have no text, but not
// stop the program.
func TestHostilePages(t *testing.T) {
	t.Parallel()
	for name, body := range hostilePages() {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			r, err := extract.Page(extract.Input{URL: "https://news.example/a", Body: []byte(body), FetchedAt: fetched})
			took := time.Since(began)
			if err != nil && factcheck.CodeOf(err) != factcheck.CodeInvalid {
				t.Errorf("got error %v, want one with a code or none", err)
			}
			if took > time.Minute {
				t.Errorf("got %v for %d bytes, want far less", took, len(body))
			}
			t.Logf("%v, %d bytes of text, wall %q, %v", took.Round(time.Millisecond), len(r.Text), r.Wall.Kind, err)
			wellFormed(t, r)
		})
	}
}

// TestHostileTexts pastes what was made to cost far more than its size.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"\"a ", "'a ", "‘a ", "‹a ", "“a ", "“a b c” ", "Related\n\n", "2 hours ago\n\n", "Also read: a story of a town\n", "By A B\n\n", "a\n\n", "a. ", "|", "\u202e", "e\u0301", sentence + "\n\n", "Related\n\n" + sentence + "\n\n"} {
		began := time.Now()
		r, err := extract.Text(strings.Repeat(unit, (1<<18)/len(unit)))
		if err != nil && factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%q: got error %v, want one with a code or none", unit, err)
		}
		if took := time.Since(began); took > time.Minute {
			t.Errorf("%q: got %v, want far less", unit, took)
		} else {
			t.Logf("%q: %v", unit, took.Round(time.Millisecond))
		}
		if err == nil {
			wellFormed(t, r)
		}
	}
}

// wellFormed checks what is true of any reading.
func wellFormed(t *testing.T, r extract.Reading) {
	t.Helper()
	for _, s := range []string{r.Title, r.Byline, r.Outlet, r.Text, r.Wall.Teaser} {
		if !utf8.ValidString(s) {
			t.Errorf("got %q, want UTF-8", s)
		}
		for _, c := range s {
			if unicode.IsControl(c) && c != '\n' || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069 || c == 0x200b || c == 0xfeff {
				t.Fatalf("got character %U, want none that readers do not see", c)
			}
		}
	}
	if strings.Contains(r.Title+r.Byline+r.Outlet, "\n") {
		t.Errorf("got a line feed in %q, %q or %q", r.Title, r.Byline, r.Outlet)
	}
	if r.Wall.Kind != extract.WallNone && (r.Text != "" || len(r.Blocks) > 0 || len(r.Quotations) > 0) {
		t.Errorf("got text behind a wall %+v", r.Wall)
	}
	if r.Wall.Kind == extract.WallNone && r.Text == "" {
		t.Error("got neither text nor a wall")
	}
	at := 0
	for i, b := range r.Blocks {
		if i > 0 {
			at += len("\n\n")
		}
		if b.Start != at || b.End <= b.Start || b.End > len(r.Text) {
			t.Fatalf("got block %d %+v, want it to begin at %d", i, b, at)
		}
		at = b.End
	}
	if at != len(r.Text) {
		t.Errorf("got blocks up to %d, want %d", at, len(r.Text))
	}
	for _, q := range r.Quotations {
		if q.Start < 0 || q.End > len(r.Text) || q.Start >= q.End || r.Text[q.Start:q.End] != q.Text {
			t.Fatalf("got quotation %+v, which is not in the text", q)
		}
	}
}
