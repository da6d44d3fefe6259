// Package card draws the picture that stands beside a link to a claim where it is shared: rating, claim, date, house, in
// 1200 by 630 pixels as Open Graph wants it.
//
// Text is shaped as its script needs (joined Arabic, marks of Devanagari, both directions in one line). The same card
// gives the same bytes on every machine.
package card

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"image/png"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Width and Height are the size of a card in pixels.
const (
	Width  = 1200
	Height = 630
)

// design counts the looks of the card: a change of what is drawn for the same words is a new one.
const design = 2

// Card is what a share card says. Texts may hold anything: they are cut to what a card can show, and what would reach
// beyond its lines (controls, heaps of marks) is left out.
type Card struct {
	House          string // the newsroom
	Site           string // where the claim is read: a host name
	Rating         string // the publisher's label, or what stands in its place
	RatingLanguage string
	Truth          factcheck.Truth // TruthNone draws the dashed ring
	Claim          string          // in quotation marks
	ClaimLanguage  string
	Date           string // of the finding, in words
	Language       string // of the date and of what stands in the rating's place
}

// Hash names the picture: it changes whenever anything on it does. 16 lower-case hexadecimal digits.
func (c Card) Hash() string {
	h := sha256.New()
	size := binary.BigEndian.AppendUint32(nil, design)
	h.Write(size)
	for _, s := range []string{c.House, c.Site, c.Rating, c.RatingLanguage, string(c.Truth), c.Claim, c.ClaimLanguage, c.Date, c.Language} {
		h.Write(binary.BigEndian.AppendUint32(size[:0], uint32(len(s))))
		h.Write([]byte(s))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// PNG draws the card. It takes some 40 ms and 8 MB while it runs, whatever the texts: callers bound how many run at once.
func (c Card) PNG() ([]byte, error) {
	canvas := newCanvas(c.Truth)
	c.draw(canvas)
	var buf bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.DefaultCompression}
	if err := enc.Encode(&buf, canvas.picture); err != nil {
		return nil, fmt.Errorf("encode a share card: %w", err)
	}
	return buf.Bytes(), nil
}
