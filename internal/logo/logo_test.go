package logo

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// picture returns a PNG of one colour.
func picture(t *testing.T, w, h int) []byte {
	t.Helper()
	m := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.NRGBA{R: 200, A: 255}})
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// saying returns a PNG whose header says another size than its pixels have, as a bomb does.
func saying(t *testing.T, w, h uint32) []byte {
	t.Helper()
	b := picture(t, 120, 120)
	binary.BigEndian.PutUint32(b[16:], w)
	binary.BigEndian.PutUint32(b[20:], h)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	good := picture(t, 120, 120)
	noise := image.NewNRGBA(image.Rect(0, 0, 300, 300))
	for i := range noise.Pix {
		noise.Pix[i] = byte(rand.Uint32()) //nolint:gosec // noise
	}
	var scans bytes.Buffer
	if err := jpeg.Encode(&scans, noise, nil); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file []byte
		says string
	}{
		"nothing":                   {nil, "choose a picture"},
		"too many bytes":            {append(bytes.Clone(good), make([]byte, MaxFile)...), "the limit is 512 KiB"},
		"SVG renamed":               {[]byte("<?xml version=\"1.0\"?>\n<SVG xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></SVG>"), "SVG is not taken"},
		"a page":                    {[]byte("<!doctype html><title>x</title>"), "neither PNG, JPEG nor WebP"},
		"GIF":                       {[]byte("GIF89a\x80\x00\x80\x00"), "neither PNG, JPEG nor WebP"},
		"half a PNG":                {good[:len(good)-20], "damaged"},
		"a PNG of its header alone": {good[:33], "damaged"},
		"the first bytes of a JPEG": {[]byte("\xff\xd8\xff\xe0\x00"), "damaged"},
		"a WebP of nothing":         {[]byte("RIFF\x04\x00\x00\x00WEBPVP8 "), "damaged"},
		"a JPEG of many scans":      {append(scans.Bytes(), bytes.Repeat([]byte("\xff\xda"), 300)...), "damaged"},
		"too small":                 {picture(t, 111, 500), "111 × 500"},
		"too wide":                  {picture(t, 4097, 112), "4097 × 112"},
		"a bomb":                    {saying(t, 60_000, 60_000), "no side may have more"},
		"a bomb within the limits":  {saying(t, 4096, 4096), "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Read(c.file)
			if factcheck.CodeOf(err) != factcheck.CodeInvalid || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want an invalid file that says %q", err, c.says)
			}
		})
	}
}

func TestReadWritesAnew(t *testing.T) {
	t.Parallel()
	const hidden = "<script>alert(document.domain)</script>"
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 2000, 1000)), nil); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file          []byte
		kind          string
		width, height int
	}{
		"PNG with a page behind it":  {append(picture(t, 112, 300), hidden...), "image/png", 112, 300},
		"JPEG with a page behind it": {append(photo.Bytes(), hidden...), "image/jpeg", 1024, 512},
		"a long banner":              {picture(t, 4096, 120), "image/png", 3823, 112},
	} {
		l, err := Read(c.file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if l.Type != c.kind || l.Width != c.width || l.Height != c.height || bytes.Contains(l.Body, []byte("script")) {
			t.Errorf("%s: got %s of %d × %d", name, l.Type, l.Width, l.Height)
		}
		m, kind, err := image.DecodeConfig(bytes.NewReader(l.Body))
		if err != nil || "image/"+kind != c.kind || m.Width != c.width || m.Height != c.height {
			t.Errorf("%s: what is kept reads as %s %+v, %v", name, kind, m, err)
		}
		again, err := Read(l.Body)
		if hash := l.Hash(); err != nil || c.kind == "image/png" && again.Hash() != hash || !IsPath(Path(hash[:], l.Type)) || IsPath("/logo-x.png") {
			t.Errorf("%s: what is kept is not taken again: %v", name, err)
		}
	}
}
