package site_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/web"
)

// addressOf returns where a static file of some build stands.
func addressOf(name, ext, body string) string {
	sum := sha256.Sum256([]byte(body))
	return "/static/" + name + "." + hex.EncodeToString(sum[:6]) + ext
}

func TestFilesOfAnotherVersionAreServed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	sheet := strings.Repeat("body{color:#123456}\n", 40)
	font := "wOF2 not really"
	css, woff := addressOf("touchstone", ".css", sheet), addressOf("fonts/newsreader-latin", ".woff2", font)
	older := map[string][]byte{css: []byte(sheet), woff: []byte(font)}
	for range 2 { // each node says so at each start
		if err := d.DB.KeepStaticFiles(t.Context(), older); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.DB.KeepStaticFiles(t.Context(), web.Files()); err != nil {
		t.Fatalf("the files of this version: %v", err)
	}
	for address, want := range map[string][2]string{css: {sheet, "text/css; charset=utf-8"}, woff: {font, "font/woff2"}} {
		got, body := d.get(t, address)
		if got.StatusCode != http.StatusOK || body != want[0] || got.Header.Get("Content-Type") != want[1] || got.Header.Get("Cache-Control") != web.CacheControl {
			t.Errorf("%s: got %d, %d bytes of %s, kept %q", address, got.StatusCode, len(body), got.Header.Get("Content-Type"), got.Header.Get("Cache-Control"))
		}
	}
	if got, _ := d.get(t, css, "Accept-Encoding", "br"); got.Header.Get("Content-Encoding") != "br" {
		t.Errorf("got encoding %q, want br", got.Header.Get("Content-Encoding"))
	}
	for _, address := range []string{"/static/touchstone.000000000000.css", "/static/", "/static/touchstone.css", css + "/x", "/static/../static/touchstone.css", strings.Replace(css, ".css", ".html", 1)} {
		if got, _ := d.get(t, address); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", address, got.StatusCode)
		}
	}
}

func TestNothingElseIsKeptAmongStaticFiles(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for what, file := range map[string][2]string{
		"another hash":     {addressOf("touchstone", ".css", "a{}"), "b{}"},
		"a page":           {addressOf("page", ".html", "<p>"), "<p>"},
		"another place":    {strings.Replace(addressOf("x", ".js", "1"), "/static/", "/newsroom/", 1), "1"},
		"a path with dots": {addressOf("../x", ".js", "1"), "1"},
	} {
		if err := d.DB.KeepStaticFiles(t.Context(), map[string][]byte{file[0]: []byte(file[1])}); err == nil {
			t.Errorf("%s: %s was kept", what, file[0])
		}
	}
	old := addressOf("old", ".css", "a{}")
	if err := d.DB.KeepStaticFiles(t.Context(), map[string][]byte{old: []byte("a{}")}); err != nil {
		t.Fatal(err)
	}
	d.Clock.Advance(store.StaticKept + 1)
	if err := d.DB.KeepStaticFiles(t.Context(), web.Files()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.DB.StaticFile(t.Context(), old); factcheck.CodeOf(err) != factcheck.CodeNotFound {
		t.Errorf("a file that no node had for so long: got %v, want it gone", err)
	}
}
