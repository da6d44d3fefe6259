package ingest_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// An address that leads elsewhere brings neither that page's text nor its address.
func TestRedirectsToOtherPagesAreRefused(t *testing.T) {
	t.Parallel()
	pages := map[string]string{
		"/": story("", "Front page."), "/news/2025/a-story-that-is-gone": "->/", "/news/2025/another-story-that-is-gone": "->/", "/news/2025/a-story": story("", passage),
	}
	d := newDesk(t, pages)
	for _, path := range []string{"/news/2025/a-story-that-is-gone", "/news/2025/another-story-that-is-gone"} {
		_, err := d.in.URL(t.Context(), d.Checker, d.site+path)
		if e := invalid(t, err); e.Field != "url" || !strings.Contains(e.Message, "leads to another page") || !strings.Contains(e.Message, d.site) {
			t.Errorf("%s: %v; want it told where it leads", path, err)
		}
	}
	taken, err := d.in.URL(t.Context(), d.Checker, d.site+"/news/2025/a-story")
	if err != nil {
		t.Fatal(err)
	}
	before := d.article(t, taken.Article)
	pages["/news/2025/a-story"] = "->/"
	_, err = d.in.Refresh(t.Context(), d.Checker, taken.Article, before.Revision)
	invalid(t, err)
	if after := d.article(t, taken.Article); after.Text != before.Text || after.Revision != before.Revision {
		t.Errorf("the front page became the article: %.80q", after.Text)
	}
	front, err := d.in.URL(t.Context(), d.Checker, d.site+"/")
	if err != nil || front.Article == taken.Article || !front.Created {
		t.Errorf("the front page is %+v (%v), want an article of its own", front.Added, err)
	}
}

func TestUploadsThatAreNoPagesAreRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	for what, body := range map[string]string{
		"a picture": "\x89PNG\r\n\x1a\n" + strings.Repeat("x", 600), "a PDF": "%PDF-1.4\n" + strings.Repeat("words ", 200), "an archive": "PK\x03\x04" + strings.Repeat("x", 600),
		"packed": "\x1f\x8b\x08\x00" + strings.Repeat("x", 600), "a program": "\x7fELF\x02\x01\x01" + strings.Repeat("\x00\x03\x90\xff", 300), "zeros": strings.Repeat("\x00", 2000),
	} {
		_, err := d.in.Page(t.Context(), d.Checker, ingest.Page{URL: "https://gazette.example/" + what[2:4], Body: []byte(body)})
		if e := invalid(t, err); e.Field != "file" {
			t.Errorf("%s: got %v, want the file refused", what, err)
		}
	}
	all, err := d.DB.NewsroomArticles(t.Context(), d.Checker, store.ArticleFilter{}, factcheck.ArticleID{}, 10)
	if err != nil || len(all) != 0 {
		t.Errorf("%d articles were taken in (%v)", len(all), err)
	}
}

// A copy in an archive that somebody read and pasted is the copy that readers are led to; its address is the page's own.
func TestPastedCopyIsLinked(t *testing.T) {
	t.Parallel()
	const archived = "https://web.archive.org/web/20250603100000/https://gazette.example/stories/mayor"
	d := newDesk(t, nil)
	text := "Mayor stays, council says\n\n" + strings.Repeat("The council of Exampleville met on Tuesday and spoke about the harbour for three hours.\n\n", 6)
	pasted, err := d.in.Text(t.Context(), d.Checker, ingest.Pasted{URL: archived, Text: text})
	if err != nil {
		t.Fatal(err)
	}
	page, err := d.in.Page(t.Context(), d.Checker, ingest.Page{URL: strings.Replace(archived, "mayor", "harbour", 1), Body: []byte(story("", passage))})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range []ingest.Taken{pasted, page} {
		a := d.article(t, one.Article)
		if !strings.HasPrefix(a.URL, "https://gazette.example/stories/") || !strings.HasPrefix(a.ArchiveURL, "https://web.archive.org/web/20250603100000/") {
			t.Errorf("got %q with the copy %q", a.URL, a.ArchiveURL)
		}
	}
}

// What browsers save is read, in each way they save it.
func TestSavedPagesAreOpened(t *testing.T) {
	t.Parallel()
	page := story("", passage)
	quoted := strings.NewReplacer("=", "=3D", passage, "The mayor has not resigned, and she will open the new harbour=\r\n on Friday.").Replace(page)
	mhtml := func(encoding, body string) string {
		return "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://gazette.example/a\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"--B\"\r\n\r\n" +
			"----B\r\nContent-Type: text/css\r\n\r\nbody{}\r\n----B\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n" + body + "\r\n----B--\r\n"
	}
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(page)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	d := newDesk(t, nil)
	for name, body := range map[string]string{
		"plain": page, "mhtml-qp": mhtml("quoted-printable", quoted), "mhtml-64": mhtml("base64", base64.StdEncoding.EncodeToString([]byte(page))), "utf-16": string(wide),
	} {
		taken, err := d.in.Page(t.Context(), d.Checker, ingest.Page{URL: "https://gazette.example/" + name, Body: []byte(body)})
		if err != nil || taken.Reading.Title != "Mayor stays, council says" || !strings.Contains(taken.Reading.Text, passage) {
			t.Errorf("%s: title %q, passage there: %v (%v)", name, taken.Reading.Title, strings.Contains(taken.Reading.Text, passage), err)
		}
	}
}
