package ui

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"github.com/touchstone-factcheck/touchstone/web/htmltest"
)

func TestRenderMarkdown(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"paragraph", "One *two* **three**", "<p>One <em>two</em> <strong>three</strong></p>"},
		{"list", "- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"},
		{"numbered from", "3. a", "<ol start=\"3\">\n<li>a</li>\n</ol>"},
		{"headings begin at h3", "# a\n## b\n### c", "<h3>a</h3>\n<h4>b</h4>\n<h5>c</h5>"},
		{"headings of one level stay on one", "## a\n## b\n### c\n## d", "<h3>a</h3>\n<h3>b</h3>\n<h4>c</h4>\n<h3>d</h3>"},
		{"headings skip no level", "### a\n# b\n#### c", "<h3>a</h3>\n<h3>b</h3>\n<h4>c</h4>"},
		{"link", "[a](https://a.example/?x=1&y=2)", `<p><a href="https://a.example/?x=1&amp;y=2" rel="nofollow noopener ugc">a</a></p>`},
		{"mail", "[a](mailto:a@b.example)", `<p><a href="mailto:a@b.example" rel="nofollow noopener ugc">a</a></p>`},
		{"autolink", "<https://a.example/>", `<p><a href="https://a.example/" rel="nofollow noopener ugc">https://a.example/</a></p>`},
		{"picture becomes its words", "![a *b*](https://a.example/p.png)", "<p>a <em>b</em></p>"},
		{"linked picture", "[![a](x.png)](https://a.example/)", `<p><a href="https://a.example/" rel="nofollow noopener ugc">a</a></p>`},
		{"raw HTML goes", "a <b onclick=x>b</b>\n\n<script>alert(1)</script>\n\nc", "<p>a b</p>\n\n<p>c</p>"},
		{"script address goes", "[a](javascript:alert(1))", "<p>a</p>"},
		{"relative address goes", "[a](/newsroom/delete)", "<p>a</p>"},
		{"code", "`<b>`", "<p><code>&lt;b&gt;</code></p>"},
		{"struck", "~~a~~", "<p><del>a</del></p>"},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := strings.TrimSpace(string(RenderMarkdown(tt.in, 3))); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestMarkdownRunsNothing(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "[a](JaVaScRiPt:alert(1))", "[a](java\nscript:alert(1))",
		"[a](&#106;avascript:alert(1))", "[a](data:text/html;base64,PHNjcmlwdD4=)", "[a](vbscript:x)", "<javascript:alert(1)>",
		"[a](https://a.example \"x\\\" onmouseover=alert(1) y=\\\"\")", "[a]: javascript:alert(1)\n\n[a]", "<a href=\"javascript:x\">a</a>",
		"![a](x \"onerror=alert(1)\")", "<style>*{}</style>", "<iframe src=//evil.example>", "<base href=//evil.example>",
		"```\"><script>alert(1)</script>\nx\n```", "|a|\n|-|\n|<script>alert(1)</script>|", "<!--><script>alert(1)</script>-->",
		"<p style=\"background:url(//evil.example)\">x", "[a](//evil.example)", "[a](https:javascript:alert(1))",
		strings.Repeat("[", 3000), strings.Repeat("> ", 3000), strings.Repeat("*a ", 3000),
	} {
		root, err := htmltest.Parse(string(RenderMarkdown(in, 3)))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range htmltest.All(root, "script", "style", "img", "svg", "iframe", "base", "form", "input") {
			t.Errorf("%q made an element %s", in, e.Data)
		}
		for _, e := range htmltest.All(root) {
			for _, a := range e.Attr {
				harmless(t, in, a)
			}
		}
	}
}

func harmless(t *testing.T, in string, a html.Attribute) {
	t.Helper()
	switch a.Key {
	case "rel":
		if a.Val != linkRel {
			t.Errorf("%q made rel=%q, want %q", in, a.Val, linkRel)
		}
	case "start":
	case "href":
		if !strings.HasPrefix(a.Val, "https://") && !strings.HasPrefix(a.Val, "http://") && !strings.HasPrefix(a.Val, "mailto:") {
			t.Errorf("%q made the address %q", in, a.Val)
		}
	default:
		t.Errorf("%q made the attribute %s=%q", in, a.Key, a.Val)
	}
}

func TestMarkdownIsCut(t *testing.T) {
	t.Parallel()
	got := RenderMarkdown(strings.Repeat("é", MaxMarkdown), 3)
	if len(got) > MaxMarkdown+20 || !bytes.Contains(got, []byte("…")) || bytes.ContainsRune(got, '\uFFFD') {
		t.Errorf("got %d bytes, want at most %d that end in an ellipsis at a whole rune", len(got), MaxMarkdown+20)
	}
}

// TestMarkdownOfAnyShapeIsRefusedOrQuick names the shapes whose cost grows with their square: they must not reach the
// parser. The others take up to 0.2 s; the limit leaves room for the race detector on a busy machine.
func TestMarkdownOfAnyShapeIsRefusedOrQuick(t *testing.T) {
	t.Parallel()
	full := func(s string) string { return strings.Repeat(s, MaxMarkdown/len(s)) }
	for _, s := range []string{"> ", ">", "- ", "* ", "1. ", "[a]("} {
		if !costly(full(s)) {
			t.Errorf("%d bytes of %q reach the parser", MaxMarkdown, s)
		}
	}
	for _, s := range []string{"[", "*a ", "`", "![", "**", "|a", "~~a", "<", "&", "[x]: y\n", "- \n ", "\\", "_a_ "} {
		began := time.Now()
		RenderMarkdown(full(s), 3)
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("%d bytes of %q took %v", MaxMarkdown, s, took)
		}
	}
}

func TestMarkdownThatNestsTooDeepIsShownAsItIs(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("> ", maxDepth+1) + "a"
	if got, want := string(RenderMarkdown(deep, 3)), "<p>"+templ.EscapeString(deep)+"</p>"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := string(RenderMarkdown("> > a\n\n---------------------------------------------\n\n- b", 3)); strings.Contains(got, "&gt;") {
		t.Errorf("got %q, want ordinary text rendered", got)
	}
}

func TestMarkdownCarriesItsLanguage(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := Markdown(`ar"><script>`, "x").Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if want := `<div class="prose" lang="ar&#34;&gt;&lt;script&gt;"`; !strings.HasPrefix(b.String(), want) {
		t.Errorf("got %q, want it to begin with %q", b.String(), want)
	}
}

func FuzzRenderMarkdown(f *testing.F) {
	f.Add("# a\n[b](https://c.example)\n\n![d](e)\n\n|a|\n|-|\n|b|")
	f.Fuzz(func(t *testing.T, in string) {
		root, err := htmltest.Parse(string(RenderMarkdown(in, 3)))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range htmltest.All(root) {
			for _, a := range e.Attr {
				harmless(t, in, a)
			}
		}
	})
}
