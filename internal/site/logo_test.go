package site_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// setLogo makes a picture of a size the logo.
func (d *desk) setLogo(t *testing.T, w, h int) store.HouseLogo {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	l, err := d.DB.SetLogo(t.Context(), d.Admin, b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// shows waits until a page holds what a change brought.
func (d *desk) shows(t *testing.T, path, want string) string {
	t.Helper()
	return d.eventually(t, path, func(body string) bool { return strings.Contains(body, want) })
}

func TestLogoOfTheHouse(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Published(t, "The mayor of Exampleville has resigned.", "False")
	if got, _ := d.get(t, "/logo-00112233445566778899aabbccddeeff.png"); got.StatusCode != http.StatusNotFound {
		t.Errorf("without a logo: got %d", got.StatusCode)
	}
	old := d.setLogo(t, 200, 150)
	body := d.shows(t, mayor, `src="`+old.Path+`"`)
	for _, want := range []string{`"publisher":{"@type":"Organization"`, `"logo":{"@type":"ImageObject","url":"https://desk.example` + old.Path + `","width":200,"height":150}`, `"image":"https://desk.example` + old.Path + `"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if body := d.shows(t, "/", `src="`+old.Path+`"`); !strings.Contains(body, `<meta property="og:image" content="https://desk.example`+old.Path+`"`) {
		t.Error("the front page is shared without a picture")
	}
	got, picture := d.get(t, old.Path)
	for name, want := range map[string]string{"Content-Type": "image/png", "X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=31536000, immutable", "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'"} {
		if got.StatusCode != http.StatusOK || got.Header.Get(name) != want {
			t.Errorf("the logo: got %d, %s: %s, want %s", got.StatusCode, name, got.Header.Get(name), want)
		}
	}
	if len(picture) != old.Size {
		t.Errorf("got %d bytes, want %d", len(picture), old.Size)
	}
	now := d.setLogo(t, 600, 150)
	if body := d.shows(t, mayor, `src="`+now.Path+`"`); strings.Contains(body, old.Path) || strings.Contains(body, `<span aria-hidden="true">`) {
		t.Error("the page still has the old logo, or a name beside one that is wide")
	}
	if got, _ := d.get(t, old.Path); got.StatusCode != http.StatusFound || got.Header.Get("Location") != now.Path {
		t.Errorf("the old address: got %d to %s", got.StatusCode, got.Header.Get("Location"))
	}
	if err := d.DB.RemoveLogo(t.Context(), d.Admin, now.Hash); err != nil {
		t.Fatal(err)
	}
	d.shows(t, mayor, `class="mark"`)
	if got, _ := d.get(t, now.Path); got.StatusCode != http.StatusNotFound {
		t.Errorf("a logo that was removed: got %d", got.StatusCode)
	}
	for what, query := range map[string]string{
		"another hash":   `INSERT INTO house_logo SELECT true, sha256('x'), 'image/png', 112, 112, '\x89504e470d0a1a0a', now()`,
		"another type":   `INSERT INTO house_logo SELECT true, sha256('x'), 'image/png', 112, 112, 'x', now()`,
		"no audit entry": `INSERT INTO house_logo SELECT true, sha256('\x89504e470d0a1a0a'), 'image/png', 112, 112, '\x89504e470d0a1a0a', now()`,
	} {
		if _, err := d.DB.Pool().Exec(t.Context(), query); err == nil {
			t.Errorf("the database takes a logo with %s", what)
		}
	}
}
