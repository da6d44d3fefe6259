// Package logo makes the logo of a house out of a file that somebody uploaded. Nothing of the file is kept as it came: its
// pixels are read and written anew, so that what is served is a picture and nothing else, without metadata, without what was
// hidden behind it, and in the type that it is sent as.
package logo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/jpeg"
	"image/png"
	"strings"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

const (
	// MaxFile is the most bytes of an uploaded file.
	MaxFile = 512 << 10
	// MinSide is the fewest pixels of a side: what search engines ask of a publisher's logo.
	MinSide = 112
	// MaxSide is the most pixels of a side. It is asked of the file's header, before anything is unpacked: a file of a few
	// kilobytes may say that it holds gigabytes.
	MaxSide = 4096
	// MaxKept is the most bytes of what is kept and served.
	MaxKept = 1 << 20

	shownSide = 1024 // larger pictures are scaled down to it, as long as the shorter side keeps MinSide
	quality   = 90   // of JPEG
	maxScans  = 200  // of a JPEG: each goes over all its pixels again, and a small file can hold thousands
)

// Logo is a picture that may be served.
type Logo struct {
	Body          []byte
	Type          string // image/png or image/jpeg
	Width, Height int
}

// Hash returns the SHA-256 of the picture.
func (l Logo) Hash() [32]byte { return sha256.Sum256(l.Body) }

// Path returns the address that a picture with a hash and a type is served at. Another picture has another address, so that
// it may be kept for ever.
func Path(hash []byte, kind string) string {
	ext := ".png"
	if kind == "image/jpeg" {
		ext = ".jpg"
	}
	return "/logo-" + hex.EncodeToString(hash[:min(len(hash), 16)]) + ext
}

// IsPath reports whether a path is of the form that Path gives.
func IsPath(path string) bool {
	name, ok := strings.CutPrefix(path, "/logo-")
	digits, ext, dotted := strings.Cut(name, ".")
	raw, err := hex.DecodeString(digits)
	return ok && dotted && err == nil && len(raw) == 16 && (ext == "png" || ext == "jpg")
}

// Read makes a logo of a file: PNG, JPEG or WebP by its content, whatever it is called. The error is CodeInvalid in the field
// file and says what is wrong. It takes up to 200 MB for a moment, and half a second: let one run at a time.
func Read(file []byte) (Logo, error) {
	if len(file) == 0 {
		return Logo{}, factcheck.Invalid("file", "choose a picture")
	}
	if len(file) > MaxFile {
		return Logo{}, factcheck.Invalid("file", "this file has %d KiB; the limit is %d KiB", (len(file)+1023)>>10, MaxFile>>10)
	}
	f, err := formatOf(file)
	if err != nil {
		return Logo{}, err
	}
	if f.name == "JPEG" && bytes.Count(file, []byte("\xff\xda")) > maxScans {
		return Logo{}, damaged(f)
	}
	header, err := f.config(bytes.NewReader(file))
	if err != nil {
		return Logo{}, damaged(f)
	}
	if err := checkSize(header.Width, header.Height); err != nil {
		return Logo{}, err
	}
	picture, err := f.decode(bytes.NewReader(file))
	if err != nil {
		return Logo{}, damaged(f)
	}
	return write(fitted(picture), f.name == "JPEG")
}

func damaged(f format) error {
	return factcheck.Invalid("file", "this %s is damaged or of a kind that cannot be read; save it again, as PNG", f.name)
}

// checkSize refuses what no page could show and what would not fit into memory.
func checkSize(width, height int) error {
	switch {
	case width < MinSide || height < MinSide:
		return factcheck.Invalid("file", "this picture has %d × %d pixels; each side needs at least %d", width, height, MinSide)
	case width > MaxSide || height > MaxSide:
		return factcheck.Invalid("file", "this picture has %d × %d pixels; no side may have more than %d", width, height, MaxSide)
	}
	return nil
}

// fitted returns the picture as large as it is served: a masthead shows some 40 pixels of height.
func fitted(in image.Image) image.Image {
	w, h := in.Bounds().Dx(), in.Bounds().Dy()
	scale := max(shownSide/float64(max(w, h)), MinSide/float64(min(w, h)))
	if scale >= 1 {
		return in
	}
	// Rounded up, so that no side falls below what it needs.
	out := image.NewNRGBA(image.Rect(0, 0, ceil(float64(w)*scale), ceil(float64(h)*scale)))
	draw.CatmullRom.Scale(out, out.Bounds(), in, in.Bounds(), draw.Src, nil)
	return out
}

func ceil(f float64) int {
	n := int(f)
	if float64(n) < f-1e-6 {
		n++
	}
	return n
}

// write encodes the picture anew.
func write(picture image.Image, photo bool) (Logo, error) {
	var b bytes.Buffer
	out := Logo{Type: "image/png", Width: picture.Bounds().Dx(), Height: picture.Bounds().Dy()}
	var err error
	if photo {
		out.Type = "image/jpeg"
		err = jpeg.Encode(&b, picture, &jpeg.Options{Quality: quality})
	} else {
		err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, picture)
	}
	if err != nil {
		return Logo{}, &factcheck.Error{Code: factcheck.CodeInvalid, Field: "file", Message: "this picture could not be written anew; save it again, as PNG", Err: err}
	}
	if b.Len() > MaxKept {
		return Logo{}, factcheck.Invalid("file", "this picture would take every reader %d KiB; use one with fewer pixels or plainer colours", b.Len()>>10)
	}
	out.Body = b.Bytes()
	return out, nil
}

// format is a kind of picture that is taken.
type format struct {
	name   string
	config func(*bytes.Reader) (image.Config, error)
	decode func(*bytes.Reader) (image.Image, error)
}

// formatOf tells the kind of picture by its first bytes, and says why another one is refused.
func formatOf(file []byte) (format, error) {
	switch {
	case bytes.HasPrefix(file, []byte("\x89PNG\r\n\x1a\n")):
		return format{"PNG", func(r *bytes.Reader) (image.Config, error) { return png.DecodeConfig(r) }, func(r *bytes.Reader) (image.Image, error) { return png.Decode(r) }}, nil
	case bytes.HasPrefix(file, []byte("\xff\xd8\xff")):
		return format{"JPEG", func(r *bytes.Reader) (image.Config, error) { return jpeg.DecodeConfig(r) }, func(r *bytes.Reader) (image.Image, error) { return jpeg.Decode(r) }}, nil
	case len(file) > 12 && string(file[:4]) == "RIFF" && string(file[8:12]) == "WEBP":
		return format{"WebP", func(r *bytes.Reader) (image.Config, error) { return webp.DecodeConfig(r) }, func(r *bytes.Reader) (image.Image, error) { return webp.Decode(r) }}, nil
	case bytes.Contains(bytes.ToLower(file[:min(len(file), 4096)]), []byte("<svg")):
		return format{}, factcheck.Invalid("file", "SVG is not taken: it can carry programs, which would run on your readers’ pages; export it as PNG")
	}
	return format{}, factcheck.Invalid("file", "this is neither PNG, JPEG nor WebP, whatever its name says; export it as PNG")
}
