package auth

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// QR is a QR code as an SVG path of unit squares, with the quiet zone of four that readers need (ISO/IEC 18004).
type QR struct {
	Size int    // width and height of the view box
	Path string // the d of a path, filled in black on white
}

// NewQR returns the QR code of a text of at most some hundred characters.
func NewQR(text string) (QR, error) {
	const quiet = 4
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return QR{}, fmt.Errorf("make a QR code: %w", err)
	}
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			run := 0
			for x+run < code.Size && code.Black(x+run, y) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run, run)
				x += run
			}
		}
	}
	return QR{Size: code.Size + 2*quiet, Path: path.String()}, nil
}
