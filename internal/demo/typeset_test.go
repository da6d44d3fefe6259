package demo

import (
	"bytes"
	"encoding/json"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
)

func TestPagesAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	start := starts()[0]
	p := &stage{content: c, start: start}
	pages := 0
	check := func(a Article) {
		pages++
		read, err := p.read(a, start, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a.Text.String(), read.Text); diff != "" {
			t.Errorf("article %s is not read as it was written (-want +got):\n%s", a.Key, diff)
		}
		checkDetails(t, a, read.Found, start)
	}
	for _, a := range c.Articles {
		if a.Kind != factcheck.ArticlePage {
			continue
		}
		check(a)
		for _, s := range a.Steps {
			if s.Do == ArticleChange {
				check(a.changed(s))
			}
		}
	}
	if pages < 20 {
		t.Errorf("got %d pages, want at least 20", pages)
	}
}

// checkDetails checks what was found on a page besides its text.
func checkDetails(t *testing.T, a Article, found json.RawMessage, start time.Time) {
	t.Helper()
	d, err := ingest.ReadDetails(found)
	if err != nil {
		t.Fatal(err)
	}
	chosen := map[string]string{}
	for _, f := range d.Found {
		if f.Chosen {
			chosen[f.Field] = f.Value
		}
	}
	if chosen["title"] != a.Title || chosen["byline"] != a.Author || chosen["image"] != a.Image {
		t.Errorf("article %s: found %q, want its title, author and picture", a.Key, chosen)
	}
	var leads []Lead
	for _, l := range d.Leads {
		leads = append(leads, Lead{l.Title, l.URL})
	}
	if diff := cmp.Diff(a.Leads, leads); diff != "" {
		t.Errorf("leads of article %s (-want +got):\n%s", a.Key, diff)
	}
	if a.Check == nil {
		if len(d.Checks)+len(d.Refused) > 0 {
			t.Errorf("article %s states checks: %+v", a.Key, d)
		}
		return
	}
	if len(d.Checks) != 1 {
		t.Fatalf("article %s: got checks %+v, refused %q, want one", a.Key, d.Checks, d.Refused)
	}
	r := d.Checks[0]
	got := []string{r.Text, r.Language, r.Claimant.Name, r.Publisher.Site, r.Rating.Label, r.Answer, r.ReviewURL, r.ClaimDate.String()}
	want := []string{a.Check.Claim, a.Language, a.Check.Claimant, factcheck.Site(a.URL), a.Check.Label, a.Check.Answer, a.URL, a.Check.Date.Date(start, factcheck.PrecisionDay).String()}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("check of article %s (-want +got):\n%s", a.Key, diff)
	}
}

func TestPageIsNotBrokenByItsWords(t *testing.T) {
	t.Parallel()
	a := Article{URL: "https://daily.example.com/a", Language: "he", Title: `A <b> & "b"`, Author: "</script>", Text: Prose{"1 < 2 & 3 > 2"}}
	page := string(a.typeset("O’Hara & <Sons>", starts()[0], time.Time{}))
	for _, want := range []string{`dir="rtl"`, "<h1>A &lt;b&gt; &amp; &#34;b&#34;</h1>", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>", "O’Hara &amp; &lt;Sons&gt;"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s:\n%s", want, page)
		}
	}
	if strings.Count(page, "</script>") != 1 {
		t.Errorf("the author ends the script:\n%s", page)
	}
}

func TestPictureShowsThePost(t *testing.T) {
	t.Parallel()
	a := Article{Key: "p", Platform: "Kettle", Handle: "@x", Text: Prose{strings.Repeat("the mayor is gone, they say. ", 6)}}
	first, err := a.picture()
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(first))
	if err != nil || img.Bounds().Dx() != pictureWidth || len(first) > 20_000 {
		t.Fatalf("got a picture of %d bytes, %v", len(first), err)
	}
	again, err := a.picture()
	if err != nil || !bytes.Equal(first, again) {
		t.Error("the same post is drawn differently the second time")
	}
	a.Text = Prose{"the mayor is here, they say."}
	if other, err := a.picture(); err != nil || bytes.Equal(first, other) {
		t.Error("another post looks the same")
	}
}

func TestPictureHasLettersForWhatItSays(t *testing.T) {
	t.Parallel()
	shapes := shapesOf(letters)
	for _, a := range loaded(t).Articles {
		if !a.Picture {
			continue
		}
		for _, r := range strings.ToUpper(strings.ReplaceAll(a.Handle+a.Platform+a.Text.String(), "’", "'")) {
			if r != ' ' && len(shapes[r]) != 15 {
				t.Errorf("article %s: there is no shape for %q", a.Key, r)
			}
		}
	}
}

func TestLinesAreWrapped(t *testing.T) {
	t.Parallel()
	got := wrapped("one two three extraordinarily four", 8)
	if want := []string{"one two", "three", "extraordinarily", "four"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
