package card

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

const (
	mostRunes = 400 // of a text; five lines hold fewer
	mostMarks = 4   // on one letter
)

// block is a text to be set in lines.
type block struct {
	text, language     string
	size, width, lines int
	sans               bool
}

// paragraph is a text in lines, ready to be drawn.
type paragraph struct {
	lines []shaping.Line
	size  int
	cut   bool // not all of the text is in it
}

// typesetter sets the texts of one card.
type typesetter struct {
	serif, sans *faces
	shaper      shaping.HarfbuzzShaper
	segmenter   shaping.Segmenter
}

func newTypesetter() *typesetter {
	all := library()
	return &typesetter{serif: &faces{all.serif, map[int]*font.Face{}}, sans: &faces{all.sans, map[int]*font.Face{}}}
}

// fitting sets a block on its lines at the first size at which it fits, cut at the last.
func (t *typesetter) fitting(b block, sizes ...int) paragraph {
	var p paragraph
	for _, b.size = range sizes {
		if p = t.lines(b); !p.cut {
			break
		}
	}
	return p
}

// lines sets a block. What does not fit ends in an ellipsis, behind which a closing quotation mark stays.
func (t *typesetter) lines(b block) paragraph {
	from := t.serif
	if b.sans {
		from = t.sans
	}
	text, cut := clean(b.text, from)
	out := paragraph{size: b.size}
	if len(text) == 0 {
		return out
	}
	direction := di.DirectionLTR
	if isRightToLeft(b.language, string(text)) {
		direction = di.DirectionRTL
	}
	end := []rune{'…'}
	if last := text[len(text)-1]; unicode.In(last, unicode.Pf, unicode.Pi, unicode.Pe) {
		end = append(end, last)
	}
	config := shaping.WrapConfig{Direction: direction, TruncateAfterLines: b.lines, TextContinues: cut}
	if ends := t.shape(end, from, b, direction); len(ends) > 0 {
		config.Truncator = ends[0]
	}
	var wrapper shaping.LineWrapper
	lines, left := wrapper.WrapParagraph(config, b.width, text, shaping.NewSliceIterator(t.shape(text, from, b, direction)))
	for _, l := range lines {
		l = slices.Clone(l)
		slices.SortStableFunc(l, func(a, b shaping.Output) int { return int(a.VisualIndex - b.VisualIndex) })
		out.lines = append(out.lines, l)
	}
	out.cut = cut || left > 0
	return out
}

// shape turns a text into glyphs, run by run of one direction, script and face.
func (t *typesetter) shape(text []rune, from *faces, b block, direction di.Direction) []shaping.Output {
	in := shaping.Input{Text: text, RunEnd: len(text), Direction: direction, Size: fixed.I(b.size), Language: language.NewLanguage(b.language)}
	var out []shaping.Output
	for _, run := range t.segmenter.Split(in, from) {
		if run.Script == language.Arabic {
			run.Size = run.Size * 9 / 8 // its letters are small for their size
		}
		out = append(out, t.shaper.Shape(run))
	}
	return out
}

// text draws a paragraph into a box of a width, with the first base line at y and the others each a step below.
func (on *canvas) text(with ink, p paragraph, x, width, y, step int, right bool) {
	for i, line := range p.lines {
		var long fixed.Int26_6
		for _, run := range line {
			long += run.Advance
		}
		at := float32(x)
		if right {
			at = float32(x+width) - float32(long)/64
		}
		for _, run := range line {
			at = on.run(run, at, float32(y+i*step))
		}
	}
	on.fill(with)
}

// run gathers the outlines of a run and returns where the next begins.
func (on *canvas) run(run shaping.Output, x, y float32) float32 {
	scale := float32(run.Size) / 64 / float32(run.Face.Upem())
	for _, g := range run.Glyphs {
		if outline, ok := run.Face.GlyphData(g.GlyphID).(font.GlyphOutline); ok {
			on.outline(outline, x+float32(g.XOffset)/64, y-float32(g.YOffset)/64, scale)
		}
		x += float32(g.Advance) / 64
	}
	return x
}

func (on *canvas) outline(o font.GlyphOutline, x, y, scale float32) {
	for _, s := range o.Segments {
		at := func(i int) (float32, float32) { return x + s.Args[i].X*scale, y - s.Args[i].Y*scale }
		x1, y1 := at(0)
		x2, y2 := at(1)
		x3, y3 := at(2)
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			on.shapes.ClosePath()
			on.shapes.MoveTo(x1, y1)
		case opentype.SegmentOpLineTo:
			on.shapes.LineTo(x1, y1)
		case opentype.SegmentOpQuadTo:
			on.shapes.QuadTo(x1, y1, x2, y2)
		case opentype.SegmentOpCubeTo:
			on.shapes.CubeTo(x1, y1, x2, y2, x3, y3)
		}
	}
	on.shapes.ClosePath()
}

// clean returns what of a text a card shows, on one line and of bounded length, and whether it ends before the text does.
// Controls, marks of direction, heaps of marks on one letter and symbols without a glyph (emoji) are left out.
func clean(s string, in *faces) (text []rune, cut bool) {
	marks := 0
	for _, r := range strings.ToValidUTF8(s, string(utf8.RuneError)) {
		switch {
		case unicode.IsSpace(r):
			r = ' '
			if len(text) == 0 || text[len(text)-1] == ' ' {
				continue
			}
		case r == '\u200c' || r == '\u200d': // joining, in Arabic and Indic scripts
		case unicode.In(r, unicode.C) || r == '\ufe0f' || unicode.In(r, unicode.S) && in.has(r) == nil:
			continue
		}
		if unicode.In(r, unicode.M) {
			if marks++; marks > mostMarks {
				continue
			}
		} else {
			marks = 0
		}
		if len(text) == mostRunes {
			return text, true
		}
		text = append(text, r)
	}
	for len(text) > 0 && text[len(text)-1] == ' ' {
		text = text[:len(text)-1]
	}
	return text, false
}

// isRightToLeft reports the direction of a text: its language's, where that is known, or else of its first letter.
func isRightToLeft(tag, text string) bool {
	primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
	switch primary {
	case "ar", "he", "fa", "ur", "yi", "ps", "sd", "ckb", "dv", "ug":
		return true
	case "":
	default:
		return false
	}
	for _, r := range text {
		if unicode.IsLetter(r) {
			return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko)
		}
	}
	return false
}
