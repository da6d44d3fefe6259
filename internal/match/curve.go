package match

import (
	"fmt"
	"io"
	"strings"
)

// WriteCurve draws precision over recall as an SVG.
func (s *Spoken) WriteCurve(w io.Writer) error {
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 340" font-family="sans-serif" font-size="12">` + "\n")
	b.WriteString(`<title>Precision over recall of the best candidate, transcripts</title><path d="M50 20V300H440" fill="none" stroke="#333"/>` + "\n")
	x, y := func(v float64) float64 { return 50 + 380*v }, func(v float64) float64 { return 300 - 270*v }
	for i := 0; i <= 10; i += 2 {
		v := float64(i) / 10
		fmt.Fprintf(&b, `<text x="%.0f" y="316" text-anchor="middle">%.1f</text><text x="44" y="%.0f" text-anchor="end">%.1f</text>`+"\n", x(v), v, y(v)+4, v)
	}
	b.WriteString(`<text x="240" y="334" text-anchor="middle">recall</text><text x="14" y="160" transform="rotate(-90 14 160)" text-anchor="middle">precision</text><polyline fill="none" stroke="#0a5" stroke-width="2" points="`)
	for _, p := range s.Curve {
		fmt.Fprintf(&b, "%.1f,%.1f ", x(p.Recall), y(p.Precision))
	}
	b.WriteString("\"/>\n")
	for i, p := range [...]Point{s.Related, s.Same} {
		name := [...]string{"related", "same"}[i]
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="4" fill="#a03"/><text x="%.1f" y="%.1f">%s, from %.2f</text>`+"\n", x(p.Recall), y(p.Precision), x(p.Recall)+8, y(p.Precision)-6, name, p.Threshold)
	}
	b.WriteString("</svg>\n")
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write the curve: %w", err)
	}
	return nil
}
