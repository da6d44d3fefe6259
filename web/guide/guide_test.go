package guide_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/web/guide"
)

func TestEveryGuideIsWhole(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "es", "ar", "xx"} {
		guides := guide.All(lang)
		if len(guides) < 9 {
			t.Fatalf("%s: got %d guides, want all", lang, len(guides))
		}
		for i, g := range guides {
			english := guide.All("en")[i]
			if g.Lang != lang && g.Lang != "en" || g.Slug != english.Slug || g.Title == "" || g.Lead == "" || strings.Contains(g.Lead, "\n") {
				t.Errorf("%s %s: got %q in %s, %q", lang, g.Slug, g.Title, g.Lang, g.Lead)
			}
			if diff := cmp.Diff(tasks(english), tasks(g)); diff != "" {
				t.Errorf("%s %s: other programs than in English (-want +got):\n%s", lang, g.Slug, diff)
			}
			for _, p := range g.Parts {
				if strings.Contains(p.Markdown, "\n@") {
					t.Errorf("%s %s: a program is not shown: %s", lang, g.Slug, p.Markdown)
				}
			}
		}
	}
}

func tasks(g guide.Guide) (names []string) {
	for _, p := range g.Parts {
		if p.Task != nil {
			names = append(names, p.Task.Name)
		}
	}
	return names
}

// TestProgramsAreForEverybody holds the programs to what a reader can copy: all languages, what they print, the address in one
// spelling, and no key in them.
func TestProgramsAreForEverybody(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, task := range guide.Tasks() {
		if seen[task.Name] {
			t.Errorf("%s is shown twice", task.Name)
		}
		seen[task.Name] = true
		if len(task.Codes) != len(guide.Languages()) {
			t.Errorf("%s: got %d programs, want one in each language", task.Name, len(task.Codes))
		}
		for _, c := range task.Codes {
			if !strings.Contains(c.Text, guide.Origin) || strings.TrimSpace(c.Output) == "" || strings.Contains(c.Text, "ts_") || strings.Contains(c.Text, "go:build") {
				t.Errorf("%s: got %s and %q, want a program that asks %s without a key in it, and what it prints", c.File, c.Text, c.Output, guide.Origin)
			}
		}
	}
}

func TestFilledKeepsTheGuide(t *testing.T) {
	t.Parallel()
	before, ok := guide.Find("en", "limits")
	if !ok {
		t.Fatal("there is no guide to limits")
	}
	filled := before.Filled(guide.Origin, "https://checks.example", "{{anonymous}}", "6,000")
	again, _ := guide.Find("en", "limits")
	if diff := cmp.Diff(before, again); diff != "" {
		t.Errorf("filling changed the guide that is kept (-before +after):\n%s", diff)
	}
	text := ""
	for _, p := range filled.Parts {
		text += p.Markdown
		if p.Task != nil {
			for _, c := range p.Task.Codes {
				text += c.Text + c.Output
			}
		}
	}
	if strings.Contains(text, guide.Origin) || strings.Contains(text, "{{anonymous}}") || !strings.Contains(text, "**Without a key**: 6,000 requests") {
		t.Errorf("got %s, want it filled", text)
	}
	if _, ok := guide.Find("en", "nothing"); ok {
		t.Error("found a guide that is not there")
	}
}
