package site_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/web/htmltest"
	"github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/specimen"
)

// section returns the section labelled by the heading with this id, nil if the page has none.
func section(root *html.Node, id string) *html.Node {
	for _, s := range htmltest.All(root, "section") {
		if htmltest.Attr(s, "aria-labelledby") == id {
			return s
		}
	}
	return nil
}

func class(root *html.Node, tag, name string) (found []*html.Node) {
	for _, e := range htmltest.All(root, tag) {
		for c := range strings.FieldsSeq(htmltest.Attr(e, "class")) {
			if c == name {
				found = append(found, e)
			}
		}
	}
	return found
}

func TestClaimShowsItsAnatomy(t *testing.T) {
	t.Parallel()
	_, root := render(t, specimen.Pages()[0].Component)
	main := htmltest.Text(htmltest.All(root, "main")[0])
	for _, want := range []string{
		"“The mayor of Exampleville has resigned over the harbour contract.”", "False fabricated",
		"Valid as of 7 June 2025, 16:40 UTC", "last changed 8 June 2025", "version 2", "“False” means: The claim is wrong",
		"No. The mayor chaired the council", "Clarified on 8 June 2025. The first version said", "See what changed",
		"The council did postpone its vote", "There was no resignation", "Who wrote the first post.",
		"A viral post, later deleted", "4 June 2025, 21:12 UTC", "Account holder, 6 June 2025: no answer", "Ada Muster", "Noor Exempel",
		"3 sources, from 3 origins, 2 of them primary", "“14:30. The mayor opens the session.”", "read 7 June 2025", "archived copy",
		"the photograph of the empty chair", "genuine, but out of context", "original page gone", "page has changed since", "Declared interest: Owned by a bidder",
		"We keep an archived copy of every source, and did not here. The reason: The recording cannot be archived", "How we checked", "Right of reply",
		"9 articles from 6 outlets. 6 of the 7 that made or repeated it have since been corrected or removed.",
		"corrected 7 June 2025", "removed 8 June 2025", "Addresses listed in imported checks",
		"Publishers disagree: 1 says Mostly false, 3 say False.", "Faux which we read as: False",
		"Two out of five which we read as: Mostly false, missing context", "La maire d’Exempleville",
		"Clarification. False. Date of the earliest post. Read it as it was", "This page as JSON", "Licence: CC BY 4.0",
	} {
		if !strings.Contains(main, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestListedArticlesAreNotAccused(t *testing.T) {
	t.Parallel()
	_, root := render(t, specimen.Pages()[0].Component)
	listed := section(root, "listed")
	if listed == nil {
		t.Fatal("got no section of listed addresses")
	}
	text := htmltest.Text(listed)
	for _, word := range []string{"stands", "Repeats", "Makes"} {
		if strings.Contains(text, word) {
			t.Errorf("a listed address is called %q", word)
		}
	}
	if !strings.Contains(text, "no accusation") {
		t.Errorf("got %q, want the note that being listed is no accusation", text)
	}
	if table := htmltest.Text(section(root, "appeared")); strings.Contains(table, "A thread about the harbour") {
		t.Error("a listed address stands in the table of judged articles")
	}
}

func TestOnlyArticlesOfClaimsTheHouseFoundFalseAreMarked(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		claim document.Claim
		want  int
	}{{"false", specimen.Mayor(), 1}, {"true", specimen.LongTrue(), 0}, {"checked by others only", others(), 0}} {
		_, root := render(t, site.Claim(specimen.ClaimPage(tt.claim)))
		if got := len(class(root, "span", "stands")); got != tt.want {
			t.Errorf("%s: got %d articles marked as standing, want %d", tt.name, got, tt.want)
		}
	}
}

// others returns a claim with articles in every stance that only others have checked.
func others() document.Claim {
	c := specimen.Mayor()
	c.Verdicts = c.Verdicts[1:]
	return c
}

func TestAnotherPublishersVerdictIsNeverOurs(t *testing.T) {
	t.Parallel()
	_, root := render(t, site.Claim(specimen.ClaimPage(specimen.Imported(1))))
	if n := len(class(root, "section", "verdict")); n != 0 {
		t.Errorf("got %d verdict blocks of ours, want none", n)
	}
	main := htmltest.Text(htmltest.All(root, "main")[0])
	for _, want := range []string{"Example Checks has not checked this claim.", "Checked by Faits Exemples", "which we read as: False", "Read it at Faits Exemples"} {
		if !strings.Contains(main, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(main, "Approved by") {
		t.Error("the page names an approver for a verdict that is not ours")
	}
}

func TestUnmappedLabelTakesTheDashedRing(t *testing.T) {
	t.Parallel()
	c := specimen.Imported(4)
	c.Verdicts = c.Verdicts[3:]
	_, root := render(t, site.Claim(specimen.ClaimPage(c)))
	stamps := class(htmltest.All(root, "main")[0], "span", "t-none")
	if len(stamps) != 1 || htmltest.Text(stamps[0]) != "Nicht ganz" {
		t.Fatalf("got %d stamps off the line, want the one label in its own words", len(stamps))
	}
	ring := htmltest.All(stamps[0], "circle")
	if len(ring) != 1 || htmltest.Attr(ring[0], "stroke-dasharray") == "" {
		t.Error("the disc is no dashed ring")
	}
	if text := htmltest.Text(root); !strings.Contains(text, "outside the shared scale") {
		t.Error("the page does not say that the label is not mapped")
	}
}

func TestArabicClaimRunsFromTheRight(t *testing.T) {
	t.Parallel()
	_, root := render(t, site.Claim(specimen.ClaimPage(specimen.Arabic())))
	said := class(htmltest.All(root, "h1")[0], "span", "said")[0]
	if lang, dir := htmltest.Attr(said, "lang"), htmltest.Attr(said, "dir"); lang != "ar" || dir != "rtl" {
		t.Errorf("got claim in lang %q dir %q, want ar rtl", lang, dir)
	}
	p := specimen.ClaimPage(specimen.Arabic())
	p.Lang = "ar"
	_, root = render(t, site.Claim(p))
	if dir := htmltest.Attr(htmltest.All(root, "html")[0], "dir"); dir != "rtl" {
		t.Errorf("got an Arabic interface with dir %q, want rtl", dir)
	}
}

func TestLinksThatLeadNowhereAreNotOffered(t *testing.T) {
	t.Parallel()
	p := specimen.ClaimPage(specimen.Mayor())
	p.FeedURL, p.ReportURL, p.SightingURL, p.JSONURL, p.MeaningURL = "", "", "", "", ""
	_, root := render(t, site.Claim(p))
	text := htmltest.Text(htmltest.All(root, "main")[0])
	for _, word := range []string{"Tell me when", "Report an error", "somewhere else", "as JSON", "Our scale"} {
		if strings.Contains(text, word) {
			t.Errorf("the page offers %q without an address", word)
		}
	}
}

func TestPinnedPageSaysSo(t *testing.T) {
	t.Parallel()
	for _, p := range specimen.Pages() {
		if p.Name != "claim-version" && p.Name != "claim-asof" {
			continue
		}
		_, root := render(t, p.Component)
		if got := htmltest.Meta(root, "robots"); got != "noindex" {
			t.Errorf("%s: got robots %q, want noindex", p.Name, got)
		}
		main := htmltest.Text(htmltest.All(root, "main")[0])
		if !strings.HasPrefix(main, "You are reading") || !strings.Contains(main, "Read the current page") {
			t.Errorf("%s: got %q, want the banner first", p.Name, main[:80])
		}
	}
}
