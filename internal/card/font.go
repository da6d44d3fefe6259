package card

import (
	"embed"
	"fmt"
	"sync"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
)

//go:embed fonts/*.ttf fonts/*.otf
var files embed.FS

// typeface is a file of glyphs, read when a text first needs it.
type typeface struct {
	first rune // no character before it is looked for here
	load  func() *font.Font
}

// library returns the typefaces, in the order in which they are asked for a character.
var library = sync.OnceValue(func() *struct{ serif, sans []typeface } { //nolint:gochecknoglobals // made once
	others := []typeface{
		read("source-serif-4-cyrillic.ttf", 0x300), read("source-serif-4-cyrillic-ext.ttf", 0x300), read("source-serif-4-greek.ttf", 0x300),
		read("scheherazade-new.ttf", 0x600), read("noto-serif-hebrew.ttf", 0x590), read("noto-serif-devanagari.ttf", 0x900),
		read("noto-sans-cjk-sc.otf", 0x2e80),
	}
	serif := []typeface{read("newsreader-latin.ttf", 0), read("newsreader-latin-ext.ttf", 0), read("newsreader-vietnamese.ttf", 0)}
	sans := []typeface{read("instrument-sans-latin.ttf", 0), read("instrument-sans-latin-ext.ttf", 0), read("newsreader-vietnamese.ttf", 0)}
	return &struct{ serif, sans []typeface }{append(serif, others...), append(sans, others...)}
})

// read returns the typeface of an embedded file. A broken one is a programmer's mistake: loading it panics.
func read(name string, first rune) typeface {
	return typeface{first, sync.OnceValue(func() *font.Font {
		f, err := files.Open("fonts/" + name)
		if err != nil {
			panic(fmt.Sprintf("card: %v", err))
		}
		resource, ok := f.(opentype.Resource)
		if !ok {
			panic("card: an embedded file cannot be read at a place")
		}
		face, err := font.ParseTTF(resource)
		if err != nil {
			panic(fmt.Sprintf("card: read %s: %v", name, err))
		}
		return face.Font
	})}
}

// faces are typefaces in use by one drawing; they are not safe for concurrent use.
type faces struct {
	from []typeface
	open map[int]*font.Face
}

// has returns the first face with a glyph for r, nil if there is none.
func (f *faces) has(r rune) *font.Face {
	for i, t := range f.from {
		if r < t.first {
			continue
		}
		face := f.face(i)
		if _, ok := face.NominalGlyph(r); ok {
			return face
		}
	}
	return nil
}

func (f *faces) face(i int) *font.Face {
	if f.open[i] == nil {
		f.open[i] = font.NewFace(f.from[i].load())
	}
	return f.open[i]
}

// ResolveFace implements shaping.Fontmap.
func (f *faces) ResolveFace(r rune) *font.Face {
	if face := f.has(r); face != nil {
		return face
	}
	return f.face(0)
}
