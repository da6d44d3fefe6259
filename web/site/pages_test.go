package site_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/web/htmltest"
	"github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/specimen"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// render renders a page and parses it.
func render(t *testing.T, c templ.Component) (string, *html.Node) {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatalf("render: %v", err)
	}
	root, err := htmltest.Parse(b.String())
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), root
}

// rated matches the words of a rating, ours or another publisher's, in the specimens.
var rated = regexp.MustCompile(`\b(True|False|Mostly|Mixed|Misleading|Faux|Unproven)\b`)

// glued matches a sentence that lost the space before the next one.
var glued = regexp.MustCompile(`\p{Ll}[.,:;]\p{Lu}`)

func TestEveryPage(t *testing.T) {
	t.Parallel()
	for _, p := range specimen.Pages() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			_, root := render(t, p.Component)
			for _, problem := range htmltest.Problems(root) {
				t.Error(problem)
			}
			html := htmltest.All(root, "html")[0]
			if lang, dir := htmltest.Attr(html, "lang"), htmltest.Attr(html, "dir"); lang != p.Lang || dir != p.Dir {
				t.Errorf("got lang %q dir %q, want %q %q", lang, dir, p.Lang, p.Dir)
			}
			title := htmltest.Text(htmltest.All(root, "title")[0])
			if !strings.HasPrefix(title, p.Title) {
				t.Errorf("got title %q, want it to begin with %q", title, p.Title)
			}
			if og := htmltest.Meta(root, "og:title"); !strings.HasPrefix(og, p.Title) {
				t.Errorf("got share text %q, want it to begin with %q", og, p.Title)
			}
			text := htmltest.Text(root)
			for _, program := range htmltest.All(root, "pre") {
				text = strings.ReplaceAll(text, htmltest.Text(program), "")
			}
			if glued.MatchString(text) {
				t.Errorf("words stick together at %q", glued.FindString(text))
			}
			if got := len(htmltest.JSONLD(root)) > 0; got != p.JSONLD {
				t.Errorf("got JSON-LD %v, want %v", got, p.JSONLD)
			}
			if text := htmltest.Text(root) + htmltest.Meta(root, "description"); p.Unrated && rated.MatchString(text) {
				t.Errorf("a rating can be read on a page that must have none: %q", rated.FindString(text))
			}
		})
	}
}

func TestHeadingOfClaimBeginsWithRating(t *testing.T) {
	t.Parallel()
	n := 0
	for _, p := range specimen.Pages() {
		if !strings.HasPrefix(p.Name, "claim") {
			continue
		}
		n++
		_, root := render(t, p.Component)
		if h1 := htmltest.Text(htmltest.All(root, "h1")[0]); !strings.HasPrefix(h1, p.Title) {
			t.Errorf("%s: got heading %q, want it to begin with %q", p.Name, h1, p.Title)
		}
	}
	if n < 10 {
		t.Errorf("got %d claim pages, want all of them", n)
	}
}

// TestEmptyStructsMakeWholePages renders what a handler would if it filled nothing in but the language.
func TestEmptyStructsMakeWholePages(t *testing.T) {
	t.Parallel()
	shell := ui.Shell{Locale: ui.Locale{Lang: "en"}, HouseName: "Example Checks"}
	for name, c := range map[string]templ.Component{
		"claim":   site.Claim(site.ClaimPage{Shell: shell}),
		"verdict": site.Claim(site.ClaimPage{Shell: shell, Claim: document.Claim{Verdicts: make([]document.Verdict, 2), Appearances: make([]document.Appearance, 2)}}),
		"finding": site.Claim(site.ClaimPage{Shell: shell, Claim: document.Claim{Verdicts: []document.Verdict{{Origin: "house", State: "current", Sources: make([]document.Source, 1)}}}}),
		"home":    site.Home(site.HomePage{Shell: shell}),
		"search":  site.Search(site.SearchPage{Shell: shell}),
		"article": site.Article(site.ArticlePage{Shell: shell, Claims: make([]site.ArticleClaim, 1)}),
		"history": site.History(site.HistoryPage{Shell: shell}),
		"moved":   site.Moved(site.MovedPage{Shell: shell}),
		"error":   site.Error(site.ErrorPage{Shell: shell}),
	} {
		_, root := render(t, c)
		for _, problem := range htmltest.Problems(root) {
			t.Errorf("%s: %s", name, problem)
		}
	}
	_, root := render(t, site.Error(site.ErrorPage{}))
	if lang := htmltest.Attr(htmltest.All(root, "html")[0], "lang"); lang != "en" {
		t.Errorf("got lang %q without a language, want the default", lang)
	}
}
