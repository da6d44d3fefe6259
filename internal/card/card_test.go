package card

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

func sample() Card {
	return Card{
		House: "The Example Courier", Site: "courier.example", Rating: "False", RatingLanguage: "en", Truth: factcheck.TruthFalse,
		Claim: "“The mayor has resigned.”", ClaimLanguage: "en", Date: "As of 7 June 2025", Language: "en",
	}
}

func drawn(t *testing.T, c Card) image.Image {
	t.Helper()
	raw, err := c.PNG()
	if err != nil {
		t.Fatal(err)
	}
	if len(raw) > 200<<10 {
		t.Errorf("got %d bytes, want a picture that messengers load", len(raw))
	}
	picture, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if size := picture.Bounds().Size(); size != image.Pt(Width, Height) {
		t.Fatalf("got %v, want %d×%d", size, Width, Height)
	}
	return picture
}

// inked counts the pixels in a part of the card that are not paper.
func inked(p image.Image, part image.Rectangle) (n int) {
	r0, g0, b0, _ := paper().RGBA()
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			if r, g, b, _ := p.At(x, y).RGBA(); r != r0 || g != g0 || b != b0 {
				n++
			}
		}
	}
	return n
}

func TestTheSameCardIsTheSameBytesUnderTheSameName(t *testing.T) {
	t.Parallel()
	a, b := sample(), sample()
	one, err := a.PNG()
	if err != nil {
		t.Fatal(err)
	}
	two, err := b.PNG()
	if err != nil || !bytes.Equal(one, two) || a.Hash() != b.Hash() {
		t.Errorf("got different pictures of one card, %v", err)
	}
	seen := map[string]bool{a.Hash(): true}
	for i, change := range []func(*Card){
		func(c *Card) { c.House += "x" }, func(c *Card) { c.Site += "x" }, func(c *Card) { c.Rating += "x" }, func(c *Card) { c.RatingLanguage = "es" },
		func(c *Card) { c.Truth = factcheck.TruthTrue }, func(c *Card) { c.Claim += "x" }, func(c *Card) { c.ClaimLanguage = "es" },
		func(c *Card) { c.Date += "x" }, func(c *Card) { c.Language = "es" }, func(c *Card) { c.House, c.Site = c.House+c.Site[:1], c.Site[1:] },
	} {
		c := sample()
		if change(&c); seen[c.Hash()] {
			t.Errorf("change %d gives a name that another card has", i)
		} else {
			seen[c.Hash()] = true
		}
	}
}

func TestEveryScriptServedHasItsGlyphs(t *testing.T) {
	t.Parallel()
	ts := newTypesetter()
	for script, text := range map[string]string{
		"Latin": "Łódź, Çeşme, Straße, Việt Nam: điều đó", "Arabic": "استقال رئيس البلدية بعد تصويت سري، وفقاً لما قيل؟", "Persian": "شهردار استعفا داد؛ چگونه پژوهش کرد؟",
		"Cyrillic": "Мэр ушёл в отставку; ґанок, їжак", "Greek": "Ο δήμαρχος παραιτήθηκε", "Hebrew": "ראש העיר התפטר", "Devanagari": "महापौर ने इस्तीफ़ा दे दिया",
		"Japanese": "市長は秘密投票の後に辞任した。カード", "Chinese": "市长在秘密投票后辞职；經濟學", "Korean": "시장이 사임했다",
	} {
		for _, sans := range []bool{false, true} {
			p := ts.lines(block{text: text, size: 40, width: inner, lines: 3, sans: sans})
			for _, line := range p.lines {
				for _, run := range line {
					for _, g := range run.Glyphs {
						if g.GlyphID == 0 {
							t.Errorf("%s: a character has no glyph (sans %v)", script, sans)
						}
					}
				}
			}
			if p.cut || len(p.lines) == 0 {
				t.Errorf("%s: got %d lines, cut %v", script, len(p.lines), p.cut)
			}
		}
	}
}

func TestArabicIsJoined(t *testing.T) {
	t.Parallel()
	ts := newTypesetter()
	glyphs := func(s string) []font.GID {
		var out []font.GID
		for _, run := range ts.shape([]rune(s), ts.serif, block{size: 40, language: "ar"}, di.DirectionRTL) {
			for _, g := range run.Glyphs {
				out = append(out, g.GlyphID)
			}
		}
		return out
	}
	// A letter between others has another form than alone; every letter that joins on both sides is tried.
	for _, letter := range "بتثجحخسشصضطظعغفقكلمنهي" {
		alone, between := glyphs(string(letter)), glyphs("س"+string(letter)+"س")
		if len(between) >= 3 && len(alone) >= 1 && between[1] == alone[0] {
			t.Errorf("%c stands between two letters as it stands alone", letter)
		}
	}
}

func TestLongClaimsEndInAnEllipsisAboveTheLine(t *testing.T) {
	t.Parallel()
	c := sample()
	c.Claim = "“" + strings.Repeat("A very long claim about the affairs of the municipality ", 40) + "”"
	c.Rating = strings.Repeat("Misleading and out of context ", 10)
	c.House, c.Site = strings.Repeat("Courier ", 60), strings.Repeat("courier.", 40)
	picture := drawn(t, c)
	if n := inked(picture, image.Rect(margin, 538, Width-margin, 549)); n > 0 {
		t.Errorf("%d pixels of the claim reach the line below it", n)
	}
	if n := inked(picture, image.Rect(Width-margin+8, 0, Width, Height)); n > 0 {
		t.Errorf("%d pixels stand in the margin", n)
	}
	ts := newTypesetter()
	p := ts.lines(block{text: c.Claim, size: 46, width: inner, lines: 5, language: "en"})
	if !p.cut || len(p.lines) != 5 {
		t.Errorf("got %d lines, cut %v; want five and that it is cut", len(p.lines), p.cut)
	}
}

func TestReadingFromTheRightMirrorsTheCard(t *testing.T) {
	t.Parallel()
	c := sample()
	left, right := image.Rect(0, 150, band, 200), image.Rect(Width-band, 150, Width, 200)
	if p := drawn(t, c); inked(p, left) == 0 || inked(p, right) > 0 {
		t.Error("an English card does not begin at the left")
	}
	c.Claim, c.ClaimLanguage = "«استقال رئيس البلدية»", "ar"
	if p := drawn(t, c); inked(p, left) > 0 || inked(p, right) == 0 {
		t.Error("an Arabic card does not begin at the right")
	}
}

func TestHostileTextsAreDrawnInBounds(t *testing.T) {
	t.Parallel()
	heap := "Z" + strings.Repeat("\u0301\u0323", 5000)
	for name, text := range map[string]string{
		"nothing": "", "controls": "a\x00b\x1b[31m\r\n\u202eevil\u2066", "not UTF-8": "\xff\xfe\xed\xa0\x80", "marks": heap, "emoji": "😀👩‍👩‍👧‍👦🏳️‍🌈",
		"one word": strings.Repeat("x", 100_000), "unknown": "\U0001f9ff\U000e0041 𒀀𓀀 ꙮ", "spaces": strings.Repeat(" \u00a0\u3000", 500), "wide": strings.Repeat("﷽", 300),
		"both ways": strings.Repeat("אab1 عcd2 ", 200), "markup": `</script><svg onload=alert(1)>`,
	} {
		c := sample()
		c.Claim, c.House, c.Rating, c.Site, c.Date = text, text, text, text, text
		c.ClaimLanguage, c.RatingLanguage, c.Language = text, text, text
		picture := drawn(t, c)
		if name == "marks" && inked(picture, image.Rect(margin, 240, Width-margin, 262)) > 3000 {
			t.Errorf("a heap of marks reaches out of its line")
		}
	}
	if text, cut := clean(heap, newTypesetter().serif); len(text) != 1+mostMarks || cut {
		t.Errorf("got %d characters of a heap of marks, want a letter and %d", len(text), mostMarks)
	}
	if text, _ := clean("a\u202eb\x00 \t c😀", newTypesetter().serif); string(text) != "ab c" {
		t.Errorf("got %q, want what is neither control nor without a glyph", string(text))
	}
}

func TestEveryVerdictHasADiscOfItsOwn(t *testing.T) {
	t.Parallel()
	shapes := map[string]factcheck.Truth{}
	for _, truth := range append(factcheck.Truths(), factcheck.TruthNone) {
		canvas := newCanvas(factcheck.TruthNone) // in one colour: shapes alone must tell them apart
		canvas.disc(truth, 0, 0, discSize)
		if other, taken := shapes[string(canvas.picture.Pix)]; taken {
			t.Errorf("%s looks like %s without colours", truth, other)
		}
		shapes[string(canvas.picture.Pix)] = truth
	}
}

func TestEveryFaceHasASpace(t *testing.T) {
	t.Parallel()
	f := newTypesetter().sans
	for i := range f.from {
		if _, ok := f.face(i).NominalGlyph(' '); !ok {
			t.Errorf("face %d has no space: words set in it would stand far apart", i)
		}
	}
}
