// Package web holds what a browser gets: the static files here, and the templ components of the packages below, by
// audience. It knows HTML and nothing of HTTP servers: internal/site and internal/server serve what it renders.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// Policy is the Content-Security-Policy the pages are written for: no inline style or script, nothing from elsewhere.
// JSON-LD needs no entry, a data block is never run.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// CacheControl is the Cache-Control of every file Lookup finds: its address changes with its content.
const CacheControl = "public, max-age=31536000, immutable"

// File is a static file, ready to send. Gzip and Brotli are nil where compression gains nothing (fonts, pictures).
type File struct {
	Body, Gzip, Brotli []byte
	ContentType        string
	ETag               string // strong, quoted; belongs to Body, so an encoding needs a suffix or Vary
}

//go:embed static
var static embed.FS

// stylesheets are joined, in this order, into touchstone.css.
var stylesheets = [...]string{"base", "page", "rating", "claim", "lists", "form", "search", "media", "reader"}

type assets struct {
	byName map[string]string // touchstone.css → /static/touchstone.3f2a….css
	byPath map[string]File
}

// load hashes and compresses everything once per process (about 50 ms). A broken embedded file is a programmer's
// mistake: it panics.
var load = sync.OnceValue(func() *assets {
	a := &assets{byName: map[string]string{}, byPath: map[string]File{}}
	for _, dir := range []string{"fonts", "icons", "js"} {
		entries, err := fs.ReadDir(static, "static/"+dir)
		if err != nil {
			panic(fmt.Sprintf("list static/%s: %v", dir, err))
		}
		for _, e := range entries {
			if path.Ext(e.Name()) != ".md" {
				a.add(dir+"/"+e.Name(), read(dir+"/"+e.Name()))
			}
		}
	}
	a.add("touchstone.css", a.stylesheet(stylesheets[:]...))
	a.add("embed.css", a.stylesheet("embed"))                                                  // for frames in others' pages
	a.add("developers.css", a.stylesheet("developers"))                                        // beside the other, as the next
	a.add("newsroom.css", a.stylesheet("newsroom", "people", "desk", "claimwork", "decision")) // beside the other, so that readers do not load it
	return a
})

func read(name string) []byte {
	b, err := static.ReadFile("static/" + name)
	if err != nil {
		panic(fmt.Sprintf("read static/%s: %v", name, err))
	}
	return b
}

// Asset returns the address of a static file, such as /static/touchstone.3f2a9c01d2e4.css for "touchstone.css" or
// /static/fonts/….woff2 for "fonts/newsreader-latin.woff2". An unknown name is a programmer's mistake: it panics.
func Asset(name string) string {
	p, ok := load().byName[name]
	if !ok {
		panic("web: no static file " + name)
	}
	return p
}

// Lookup returns the file at an address that Asset gave.
func Lookup(urlPath string) (File, bool) {
	f, ok := load().byPath[urlPath]
	return f, ok
}

// Files returns the bytes of every static file of this program by address. They must not be changed.
func Files() map[string][]byte {
	out := map[string][]byte{}
	for address, f := range load().byPath {
		out[address] = f.Body
	}
	return out
}

var filePath = regexp.MustCompile(`^/static/(?:[a-z]+/)?[A-Za-z0-9-]+\.[0-9a-f]{12}(\.[a-z0-9]+)$`)

// TypeOf returns the content type of what stands at an address of the form that Asset gives, also of another version of the program;
// false for every other address.
func TypeOf(urlPath string) (contentType string, ok bool) {
	m := filePath.FindStringSubmatch(urlPath)
	if m == nil {
		return "", false
	}
	contentType = contentTypes(m[1])
	return contentType, contentType != ""
}

func (a *assets) add(name string, body []byte) {
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:6])
	ext := path.Ext(name)
	address := "/static/" + strings.TrimSuffix(name, ext) + "." + hash + ext
	f := File{Body: body, ContentType: contentType(ext), ETag: `"` + hash + `"`}
	if strings.Contains(f.ContentType, "charset") {
		f.Gzip, f.Brotli = compress(body)
	}
	a.byName[name], a.byPath[address] = address, f
}

var fontURL = regexp.MustCompile(`url\((fonts/[^)]+)\)`)

// stylesheet joins the style sheets, drops comments and indentation, and points them at the hashed fonts.
func (a *assets) stylesheet(names ...string) []byte {
	var all bytes.Buffer
	for _, s := range names {
		all.Write(read("css/" + s + ".css"))
	}
	return fontURL.ReplaceAllFunc(squeeze(all.Bytes()), func(m []byte) []byte {
		name := string(fontURL.FindSubmatch(m)[1])
		address, ok := a.byName[name]
		if !ok {
			panic("web: a style sheet names " + name + ", which is not there")
		}
		return []byte("url(" + address + ")")
	})
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpace   = regexp.MustCompile(`\s+`)
	cssTight   = regexp.MustCompile(` ?([{};,]) ?`)
)

// squeeze makes a style sheet smaller without reading it: comments and runs of space go. Our style sheets hold no
// strings with several spaces, comment marks or braces, and the tests see to it.
func squeeze(css []byte) []byte {
	css = cssComment.ReplaceAll(css, nil)
	css = cssSpace.ReplaceAll(css, []byte(" "))
	return bytes.TrimSpace(cssTight.ReplaceAll(css, []byte("$1")))
}

func contentType(ext string) string {
	if known := contentTypes(ext); known != "" {
		return known
	}
	panic("web: no content type for " + ext)
}

// contentTypes returns the type of files with an extension; empty for those there are none of.
func contentTypes(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml; charset=utf-8"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".ico":
		return "image/x-icon"
	case ".png":
		return "image/png"
	case ".woff2":
		return "font/woff2"
	}
	return ""
}

func compress(body []byte) (gz, br []byte) {
	var g, b bytes.Buffer
	gw, err := gzip.NewWriterLevel(&g, gzip.BestCompression)
	if err != nil {
		panic(fmt.Sprintf("gzip: %v", err))
	}
	bw := brotli.NewWriterLevel(&b, brotli.BestCompression)
	for _, w := range []interface {
		Write([]byte) (int, error)
		Close() error
	}{gw, bw} {
		if _, err := w.Write(body); err != nil {
			panic(fmt.Sprintf("compress a static file: %v", err))
		}
		if err := w.Close(); err != nil {
			panic(fmt.Sprintf("compress a static file: %v", err))
		}
	}
	return g.Bytes(), b.Bytes()
}
