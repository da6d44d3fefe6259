package site_test

import (
	"bytes"
	"image/png"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

var imageMeta = regexp.MustCompile(`<meta property="og:image" content="https://desk\.example(/[^"]+)"`)

func (d *desk) cardPath(t *testing.T, page string) string {
	t.Helper()
	m := imageMeta.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("the page names no share card: %.900s", page)
	}
	return m[1]
}

func TestShareCardFollowsTheVerdict(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, "The mayor of Exampleville has resigned.", "False")
	_, page := d.get(t, mayor)
	first := d.cardPath(t, page)
	if !strings.Contains(page, `<meta property="og:image:alt" content="False: “The mayor`) || !strings.Contains(page, "summary_large_image") {
		t.Errorf("the card is not described: %.1200s", page)
	}
	var running sync.WaitGroup
	tags := make([]string, 8)
	for i := range tags {
		running.Go(func() {
			got, body := d.get(t, first)
			tags[i] = got.Header.Get("ETag")
			if _, err := png.Decode(bytes.NewReader([]byte(body))); err != nil || got.Header.Get("Content-Type") != "image/png" {
				t.Errorf("got %d %s, %v; want a picture", got.StatusCode, got.Header.Get("Content-Type"), err)
			}
		})
	}
	running.Wait()
	if got, _ := d.get(t, first, "If-None-Match", tags[0]); got.StatusCode != http.StatusNotModified || tags[0] != tags[7] {
		t.Errorf("got %d for a picture the client has (%v)", got.StatusCode, tags)
	}

	named := map[string]bool{first: true}
	for _, lang := range []string{"/es", "/ar"} {
		_, page := d.get(t, lang+mayor)
		path := d.cardPath(t, page)
		if got, body := d.get(t, path); named[path] || got.StatusCode != http.StatusOK || !strings.HasPrefix(body, "\x89PNG") {
			t.Errorf("%s: got %d for %s, want a card of its own in the language of the page", lang, got.StatusCode, path)
		}
		named[path] = true
	}

	if err := d.DB.SuspendVerdict(t.Context(), d.Editor, v.Verdict, "We look at it again."); err != nil {
		t.Fatal(err)
	}
	page = d.eventually(t, mayor, func(body string) bool { return strings.Contains(body, "<title>Under review") })
	second := d.cardPath(t, page)
	if second == first {
		t.Error("the card keeps its address though it shows another thing")
	}
	for _, old := range []string{first, "/claims/the-mayor-of-exampleville-has-resigned/card-0123456789abcdef.png"} {
		got, body := d.get(t, old)
		for deadline := time.Now().Add(20 * time.Second); got.StatusCode == http.StatusOK && time.Now().Before(deadline); {
			time.Sleep(10 * time.Millisecond) // between two looks
			got, body = d.get(t, old)         // each thing kept is forgotten by itself, all within a second
		}
		if got.StatusCode != http.StatusFound || !strings.HasSuffix(got.Header.Get("Location"), second) || len(body) > 500 {
			t.Errorf("%s: got %d to %q, want the card of now", old, got.StatusCode, got.Header.Get("Location"))
		}
	}
	for _, none := range []string{"/claims/nothing/card-0123456789abcdef.png", "/claims/%00/card-x.png"} {
		if got, _ := d.get(t, none); got.StatusCode != http.StatusNotFound && got.StatusCode != http.StatusFound {
			t.Errorf("%s: got %d", none, got.StatusCode)
		}
	}
	d.Submitted(t, "Nobody may know of this yet", "False")
	if got, _ := d.get(t, "/claims/nobody-may-know-of-this-yet/card-0123456789abcdef.png"); got.StatusCode != http.StatusNotFound {
		t.Errorf("a draft: got %d, want 404", got.StatusCode)
	}
}
