package ui_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/web/ui"
)

func TestSnippetsBecomeText(t *testing.T) {
	t.Parallel()
	for snippet, want := range map[string]ui.Marked{
		"":                              nil,
		"plain":                         {{Text: "plain"}},
		"a <mark>b</mark> c":            {{Text: "a "}, {Text: "b", Found: true}, {Text: " c"}},
		"<mark>a</mark><mark>b</mark>":  {{Text: "a", Found: true}, {Text: "b", Found: true}},
		"x &lt;b&gt; &amp;amp; &#34;":   {{Text: `x <b> &amp; "`}},
		"never <mark>closed":            {{Text: "never "}, {Text: "closed", Found: true}},
		"<mark></mark>nothing":          {{Text: "nothing"}},
		"<script>alert(1)</script>":     {{Text: "<script>alert(1)</script>"}},
		"&lt;mark&gt;not one&lt;/mark>": {{Text: "<mark>not one</mark>"}},
	} {
		if diff := cmp.Diff(want, ui.MarkedOf(snippet)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", snippet, diff)
		}
	}
}

func TestMarkedTextIsEscaped(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := ui.MarkedText(ui.MarkedOf(`<script>x</script> <mark>&lt;img src=x onerror=y&gt;</mark>`).Quoted("de")).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if got, want := b.String(), "„&lt;script&gt;x&lt;/script&gt; <mark>&lt;img src=x onerror=y&gt;</mark>“"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestMarkedQuotedAsQuoted(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"It is so.", "“Already quoted.”", "«Ya»"} {
		for _, lang := range []string{"en", "fr", "ar", "zz"} {
			want := ui.Quoted(lang, text)
			if got := ui.MarkedOf(text).Quoted(lang).Text(); got != want {
				t.Errorf("%s in %s: got %s, want %s", text, lang, got, want)
			}
		}
	}
}
