package web_test

import (
	"bytes"
	"testing"

	"github.com/andybalholm/brotli"

	"github.com/touchstone-factcheck/touchstone/web"
	"github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/specimen"
)

func TestClaimPageIsSmall(t *testing.T) {
	t.Parallel()
	const budget = 25_000 // bytes of HTML and CSS, compressed
	var page, packed bytes.Buffer
	if err := site.Claim(specimen.ClaimPage(specimen.Mayor())).Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	w := brotli.NewWriterLevel(&packed, brotli.DefaultCompression)
	if _, err := w.Write(page.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	css, _ := web.Lookup(web.Asset("touchstone.css"))
	t.Logf("HTML %d bytes (%d plain), CSS %d (%d plain)", packed.Len(), page.Len(), len(css.Brotli), len(css.Body))
	if got := packed.Len() + len(css.Brotli); got > budget {
		t.Errorf("got %d bytes, want at most %d", got, budget)
	}
}

func BenchmarkClaimPage(b *testing.B) {
	page := site.Claim(specimen.ClaimPage(specimen.Mayor()))
	var buf bytes.Buffer
	for b.Loop() {
		buf.Reset()
		if err := page.Render(b.Context(), &buf); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(buf.Len()))
}
