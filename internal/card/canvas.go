package card

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/vector"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// ink is a colour of the card. Each has a ramp of steps from the ground it stands on, so that the whole card needs less
// than 256 colours and is small as a PNG.
type ink uint8

const (
	inkInk ink = iota
	inkSoft
	inkLine
	inkVerdict
	inkGold // stands on inkInk
	inks
)

const steps = 40 // of a ramp

// The colours of the pages in light mode (web/static/css/base.css).
func paper() color.RGBA { return rgb(0xfbfaf6) }

func colours(truth factcheck.Truth) [inks]color.RGBA {
	verdict := map[factcheck.Truth]uint32{
		factcheck.TruthTrue: 0x17634f, factcheck.TruthMostlyTrue: 0x3f6b2e, factcheck.TruthMixed: 0x835800,
		factcheck.TruthMostlyFalse: 0x9c4417, factcheck.TruthFalse: 0x9a1c2a,
	}
	of, ok := verdict[truth]
	if !ok {
		of = 0x50545c
	}
	return [inks]color.RGBA{inkInk: rgb(0x1c1a17), inkSoft: rgb(0x5a554c), inkLine: rgb(0xdcd6c9), inkVerdict: rgb(of), inkGold: rgb(0xd9a94e)}
}

func rgb(v uint32) color.RGBA {
	return color.RGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

// canvas is a card being drawn: shapes are gathered and then filled with an ink.
type canvas struct {
	picture *image.Paletted
	mask    *image.Alpha
	shapes  *vector.Rasterizer
}

func newCanvas(truth factcheck.Truth) *canvas {
	palette := color.Palette{paper()}
	all := colours(truth)
	for i, c := range all {
		ground := paper()
		if ink(i) == inkGold {
			ground = all[inkInk]
		}
		for step := 1; step <= steps; step++ {
			palette = append(palette, blend(ground, c, step))
		}
	}
	frame := image.Rect(0, 0, Width, Height)
	return &canvas{picture: image.NewPaletted(frame, palette), mask: image.NewAlpha(frame), shapes: vector.NewRasterizer(Width, Height)}
}

func blend(from, to color.RGBA, step int) color.RGBA {
	mix := func(a, b uint8) uint8 { return uint8((int(a)*(steps-step) + int(b)*step) / steps) }
	return color.RGBA{R: mix(from.R, to.R), G: mix(from.G, to.G), B: mix(from.B, to.B), A: 0xff}
}

// fill paints what was gathered and begins anew.
func (on *canvas) fill(with ink) {
	clear(on.mask.Pix)
	on.shapes.Draw(on.mask, on.mask.Bounds(), image.Opaque, image.Point{})
	on.shapes.Reset(Width, Height)
	base := 1 + int(with)*steps
	for i, a := range on.mask.Pix {
		if step := int(a) * steps / 255; step > 0 {
			on.picture.Pix[i] = uint8(base + step - 1)
		}
	}
}

// rectangle paints a rectangle.
func (on *canvas) rectangle(with ink, x, y, width, height int) {
	index := uint8(1 + int(with)*steps + steps - 1)
	for row := y; row < y+height; row++ {
		line := on.picture.Pix[on.picture.PixOffset(x, row):]
		for i := range width {
			line[i] = index
		}
	}
}

// pen draws shapes in units of its own, from a corner of the canvas.
type pen struct {
	on         *canvas
	x, y, unit float32
}

func (on *canvas) pen(x, y, unit float32) pen { return pen{on, x, y, unit} }

func (p pen) move(x, y float32) { p.on.shapes.MoveTo(p.x+x*p.unit, p.y+y*p.unit) }
func (p pen) line(x, y float32) { p.on.shapes.LineTo(p.x+x*p.unit, p.y+y*p.unit) }

// at returns the point of a circle around the disc's middle, by degrees clockwise from the top.
func at(radius, degrees float32) (x, y float32) {
	sin, cos := math.Sincos(float64(degrees) * math.Pi / 180)
	return 10 + radius*float32(sin), 10 - radius*float32(cos)
}

// along draws lines along a circle; two degrees are finer than a pixel at this size.
func (p pen) along(radius, from, to float32) {
	step := float32(2)
	if to < from {
		step = -2
	}
	for d := from; (to-d)*step > 0; d += step {
		p.line(at(radius, d))
	}
	p.line(at(radius, to))
}

func (p pen) circle(radius float32) { p.arc(radius, 0, 0, 360) }

func (p pen) ring(outer, inner float32) { p.arc(outer, inner, 0, 360) }

// arc is a part of a ring.
func (p pen) arc(outer, inner, from, to float32) {
	p.move(at(outer, from))
	p.along(outer, from, to)
	p.line(at(inner, to))
	p.along(inner, to, from)
	p.on.shapes.ClosePath()
}

// sector is a part of a disc.
func (p pen) sector(radius, from, to float32) { p.arc(radius, 0, from, to) }

// stroke is a straight line with a width.
func (p pen) stroke(x1, y1, x2, y2, width float32) {
	length := float32(math.Hypot(float64(x2-x1), float64(y2-y1)))
	dx, dy := (y2-y1)/length*width/2, (x1-x2)/length*width/2
	p.move(x1+dx, y1+dy)
	p.line(x2+dx, y2+dy)
	p.line(x2-dx, y2-dy)
	p.line(x1-dx, y1-dy)
	p.on.shapes.ClosePath()
}

// rounded is a square with round corners.
func (p pen) rounded(size, radius float32) {
	corner := func(x, y, from float32) {
		for d := from; d <= from+90; d += 10 {
			sin, cos := math.Sincos(float64(d) * math.Pi / 180)
			p.line(x+radius*float32(sin), y-radius*float32(cos))
		}
	}
	p.move(radius, 0)
	corner(size-radius, radius, 0)
	corner(size-radius, size-radius, 90)
	corner(radius, size-radius, 180)
	corner(radius, radius, 270)
	p.on.shapes.ClosePath()
}
