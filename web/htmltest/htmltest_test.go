package htmltest

import (
	"slices"
	"strings"
	"testing"
)

const good = `<!doctype html><html lang="en" dir="ltr"><head><title>t</title></head><body><main><h1>One</h1><h2>Two</h2></main></body></html>`

func TestProblems(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, old, new string // what is changed in a good page
		want           string // what Problems must say; empty: nothing
	}{
		{"a good page has none", "", "", ""},
		{"language missing", ` lang="en"`, "", "html has no lang"},
		{"direction missing", ` dir="ltr"`, "", `html has dir=""`},
		{"two h1", "<h2>Two</h2>", "<h1>Two</h1>", "2 h1 elements"},
		{"no main", "main", "div", "0 main elements"},
		{"message missing", "Two", "⟦key⟧", "message is missing"},
		{"style element", "<h2>", "<style>a{}</style><h2>", "style element"},
		{"inline script", "<h2>", "<script>x()</script><h2>", "inline script"},
		{"iframe", "<h2>", "<iframe></iframe><h2>", "iframe"},
		{"inline style", "<h2>", `<h2 style="color:red">`, "inline style"},
		{"handler", "<h2>", `<h2 OnClick="x()">`, "handler onclick"},
		{"script address", "<h2>", `<a href="javascript:x()">x</a><h2>`, "javascript:x()"},
		{"data address", "<h2>", `<a href="data:text/html,x">x</a><h2>`, "data:text/html"},
		{"foreign picture", "<h2>", `<img alt="" src="https://evil.example/p.png"><h2>`, "img loads"},
		{"foreign without scheme", "<h2>", `<img alt="" src="//evil.example/p.png"><h2>`, "img loads"},
		{"foreign style sheet", "<title>", `<link rel="stylesheet" href="https://evil.example/s.css"><title>`, "loads \"https://evil"},
		{"foreign hint", "<title>", `<link rel="alternate preconnect" href="https://evil.example"><title>`, "loads \"https://evil"},
		{"foreign form", "<h2>", `<form action="https://evil.example"></form><h2>`, "form loads or sends"},
		{"foreign link", "<h2>", `<a href="https://elsewhere.example">x</a><h2>`, ""},
		{"alternate elsewhere", "<title>", `<link rel="alternate" href="https://elsewhere.example"><title>`, ""},
		{"double id", "<h2>", `<p id="a"></p><p id="a"></p><h2>`, "occurs twice"},
		{"empty id", "<h2>", `<h2 id="">`, "bad id"},
		{"dangling reference", "<h2>", `<h2 aria-labelledby="nope">`, "names \"nope\""},
		{"dangling link", "<h2>", `<a href="#nope">x</a><h2>`, "link to #nope"},
		{"skipped level", "h2", "h3", "comes after level 1"},
		{"empty heading", "Two", "", "h2 is empty"},
		{"picture without words", "<h2>", `<svg></svg><h2>`, "neither hidden nor labelled"},
		{"img without alt", "<h2>", `<img src="/x.png"><h2>`, "img without alt"},
		{"control without label", "<h2>", `<input name="q"><h2>`, "has no label"},
		{"link without text", "<h2>", `<a href="/x"></a><h2>`, "has no text"},
		{"wrong time", "<h2>", `<time datetime="soon">x</time><h2>`, `datetime="soon"`},
		{"broken JSON-LD", "<h2>", `<script type="application/ld+json">{</script><h2>`, "not JSON"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			page := good
			if tt.old != "" {
				page = strings.ReplaceAll(good, tt.old, tt.new)
			}
			root, err := Parse(page)
			if err != nil {
				t.Fatal(err)
			}
			got := Problems(root)
			if tt.want == "" && len(got) > 0 {
				t.Errorf("got %q, want none", got)
			}
			if tt.want != "" && !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, tt.want) }) {
				t.Errorf("got %q, want one with %q", got, tt.want)
			}
		})
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	root, err := Parse(`<p>One <b>two</b>,</p><p>three<script>four</script></p>`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Text(root), "One two, three"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
