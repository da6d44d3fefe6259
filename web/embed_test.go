package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"
)

func TestAssetLeadsToItsFile(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"touchstone.css", "newsroom.css", "js/newsroom.js", "js/article.js", "js/search.js", "fonts/newsreader-latin.woff2", "icons/touchstone.svg", "fonts/newsreader-LICENSE.txt"} {
		address := Asset(name)
		if !regexp.MustCompile(`^/static/.+\.[0-9a-f]{12}\.[a-z0-9]+$`).MatchString(address) {
			t.Errorf("got address %q of %s, want a hash before the extension", address, name)
		}
		f, ok := Lookup(address)
		if !ok || len(f.Body) == 0 || f.ContentType == "" || !strings.HasPrefix(f.ETag, `"`) {
			t.Errorf("got %v, %d bytes, type %q, ETag %q at %s", ok, len(f.Body), f.ContentType, f.ETag, address)
		}
	}
}

func TestLookupKnowsNothingElse(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "/static/", "/static/touchstone.css", "/static/touchstone.000000000000.css", "/static/../embed.go", "/static/fonts/README.md", "/static/css/base.css"} {
		if _, ok := Lookup(address); ok {
			t.Errorf("got a file at %q, want none", address)
		}
	}
}

func TestAssetPanicsOnAnUnknownName(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("got no panic for a file that is not there")
		}
	}()
	Asset("nope.css")
}

func TestCompressedVariantsAreTheSameFile(t *testing.T) {
	t.Parallel()
	f, _ := Lookup(Asset("touchstone.css"))
	gz, err := gzip.NewReader(bytes.NewReader(f.Gzip))
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]io.Reader{"gzip": gz, "brotli": brotli.NewReader(bytes.NewReader(f.Brotli))} {
		got, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(string(f.Body), string(got)); diff != "" {
			t.Errorf("%s differs (-want +got):\n%s", name, diff)
		}
	}
	if len(f.Brotli) >= len(f.Gzip) || len(f.Gzip) >= len(f.Body) {
		t.Errorf("got %d bytes brotli, %d gzip, %d plain, want each smaller than the next", len(f.Brotli), len(f.Gzip), len(f.Body))
	}
	if font, _ := Lookup(Asset("fonts/newsreader-latin.woff2")); font.Gzip != nil || font.Brotli != nil {
		t.Error("a font is compressed twice")
	}
}

func TestFontsFitTheirBudget(t *testing.T) {
	t.Parallel()
	const budget = 60_000 // bytes of fonts a page may load, every subset together
	fonts, total := map[string]bool{}, 0
	err := fs.WalkDir(static, "static/fonts", func(name string, d fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".woff2" {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		total += int(info.Size())
		fonts[path.Base(name)] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(fonts) == 0 || total > budget {
		t.Errorf("got %d fonts of %d bytes, want some of at most %d", len(fonts), total, budget)
	}
	for _, family := range []string{"newsreader", "instrument-sans"} {
		if !fonts[family+"-latin.woff2"] {
			t.Errorf("%s is missing", family)
		}
		if _, err := fs.Stat(static, "static/fonts/"+family+"-LICENSE.txt"); err != nil {
			t.Errorf("the licence of %s is missing: %v", family, err)
		}
	}
}

func TestSqueezeLosesNothingButSpace(t *testing.T) {
	t.Parallel()
	in := "/* a\n note */\n.a > .b , .c {\n  margin: calc(1rem + 2px) 0 ;\n}\n@media (width < 3rem) and (hover) {\n  a:hover { x: y; }\n}\n"
	want := ".a > .b,.c{margin: calc(1rem + 2px) 0;}@media (width < 3rem) and (hover){a:hover{x: y;}}"
	if got := string(squeeze([]byte(in))); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSheetsHoldNothingSqueezeWouldBreak(t *testing.T) {
	t.Parallel()
	text := regexp.MustCompile(`"[^"\n]*"|'[^'\n]*'`)
	for _, name := range stylesheets {
		sheet := cssComment.ReplaceAllString(string(read("css/"+name+".css")), "")
		for _, s := range text.FindAllString(sheet, -1) {
			if strings.ContainsAny(s, "{};,") || strings.Contains(s, "  ") {
				t.Errorf("%s.css holds the string %s, which squeeze would change", name, s)
			}
		}
		if open, shut := strings.Count(sheet, "{"), strings.Count(sheet, "}"); open != shut {
			t.Errorf("%s.css opens %d blocks and closes %d", name, open, shut)
		}
	}
}

func TestStylesheetIsOurs(t *testing.T) {
	t.Parallel()
	f, _ := Lookup(Asset("touchstone.css"))
	for _, m := range regexp.MustCompile(`url\(([^)]*)\)`).FindAllStringSubmatch(string(f.Body), -1) {
		if _, ok := Lookup(m[1]); !ok {
			t.Errorf("the style sheet points at %q, which we do not serve", m[1])
		}
	}
	for _, bad := range []string{"@import", "http:", "https:", "//", "expression("} {
		if strings.Contains(string(f.Body), bad) {
			t.Errorf("the style sheet contains %q", bad)
		}
	}
	// What runs from left to right only would not mirror.
	physical := regexp.MustCompile(`[{;](margin|padding|border)-(left|right)|[{;](left|right|float|text-align: ?(left|right))\b`)
	if m := physical.FindString(string(f.Body)); m != "" {
		t.Errorf("the style sheet has the physical property %q, want a logical one", m)
	}
}

func TestPolicyAllowsNothingInline(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"unsafe", "*", "nonce", "data:", "http"} {
		if strings.Contains(Policy, bad) {
			t.Errorf("the policy contains %q", bad)
		}
	}
}
