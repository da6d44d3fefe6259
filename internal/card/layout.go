package card

import "github.com/touchstone-factcheck/touchstone/internal/factcheck"

// Measures of the card, in pixels.
const (
	margin   = 76
	inner    = Width - 2*margin
	band     = 16 // of the verdict's colour at the side where reading begins
	discSize = 84
	claimEnd = 538 // where the claim ends at the latest, above the line
)

// claimSizes are tried from large to small until the claim fits its lines; at the smallest it is cut.
var claimSizes = [...]struct { //nolint:gochecknoglobals // a constant
	size, lines int
}{{66, 3}, {56, 4}, {46, 5}}

// draw lays the card out: house and site, the disc with the rating, the claim, the date. What is read from right to left
// is mirrored as a whole, by the claim.
func (c Card) draw(on *canvas) {
	t := newTypesetter()
	mirrored := isRightToLeft(c.ClaimLanguage, c.Claim)
	x := func(left, width int) int {
		if mirrored {
			return Width - left - width
		}
		return left
	}
	on.rectangle(inkVerdict, x(0, band), 0, band, Height)

	on.logo(x(margin, 48), 56, 48)
	house := t.lines(block{text: c.House, size: 31, width: inner - 80, lines: 1, sans: true, language: c.Language})
	on.text(inkInk, house, x(margin+68, inner-68), inner-68, 91, 40, mirrored)

	on.disc(c.Truth, x(margin, discSize), 150, discSize)
	rating := t.fitting(block{text: c.Rating, width: inner - discSize - 28, lines: 1, sans: true, language: c.RatingLanguage}, 74, 58, 44)
	on.text(inkVerdict, rating, x(margin+discSize+28, inner-discSize-28), inner-discSize-28, 216, 0, mirrored)

	var claim paragraph
	for _, try := range claimSizes {
		claim = t.lines(block{text: c.Claim, size: try.size, width: inner, lines: try.lines, language: c.ClaimLanguage})
		if !claim.cut {
			break
		}
	}
	step := claim.size * 6 / 5
	top := 264
	if free := claimEnd - top - claim.size*21/20 - (len(claim.lines)-1)*step; free > 0 {
		top += min(free/3, 40) // a short claim stands clear of the rating, whose letters may reach down
	}
	on.text(inkInk, claim, x(margin, inner), inner, top+claim.size*4/5, step, mirrored)

	on.rectangle(inkLine, margin, 550, inner, 2)
	date := t.lines(block{text: c.Date, size: 28, width: inner / 2, lines: 1, sans: true, language: c.Language})
	on.text(inkSoft, date, x(margin, inner/2), inner/2, 594, 0, mirrored)
	site := t.lines(block{text: c.Site, size: 28, width: inner / 2, lines: 1, sans: true})
	on.text(inkSoft, site, x(margin+inner/2, inner/2), inner/2, 594, 0, !mirrored)
}

// disc draws the verdict as the pages do (web/ui Disc): filled as far as the claim is true, struck for false, dashed where
// there is no place on the line.
func (on *canvas) disc(truth factcheck.Truth, x, y, size int) {
	u := float32(size) / 20
	p := on.pen(float32(x), float32(y), u)
	switch truth {
	case factcheck.TruthTrue:
		p.circle(9)
	case factcheck.TruthMostlyTrue:
		p.ring(9, 7)
		p.sector(8, 0, 270)
	case factcheck.TruthMixed:
		p.ring(9, 7)
		p.sector(8, 0, 180)
	case factcheck.TruthMostlyFalse:
		p.ring(9, 7)
		p.sector(8, 0, 90)
	case factcheck.TruthFalse:
		p.ring(9.2, 6.8)
		p.stroke(4.4, 15.6, 15.6, 4.4, 2.4)
	default:
		for i := range 8 {
			p.arc(9, 7, float32(i)*45, float32(i)*45+21.5)
		}
	}
	on.fill(inkVerdict)
}

// logo draws the streak of gold on dark stone.
func (on *canvas) logo(x, y, size int) {
	u := float32(size) / 28
	p := on.pen(float32(x), float32(y), u)
	p.rounded(28, 6)
	on.fill(inkInk)
	p.stroke(6.4, 19.3, 21.6, 8.3, 3)
	on.fill(inkGold)
}
