package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"unicode"
)

// Measures of the picture of a post, in pixels.
const (
	pictureWidth = 480
	pictureEdge  = 24
	pixel        = 3         // of the letters
	letterWidth  = 4 * pixel // with the gap after it
	lineHeight   = 8 * pixel
)

// letters are the shapes of the picture's capitals: three dots wide and five high, a line for each octal digit.
const letters = "A25755 B65656 C34443 D65556 E74647 F74644 G34553 H55755 I72227 J11152 K55655 L44447 M57755 N65555 O25552 P65644 Q25573 R65655 " +
	"S34216 T72222 U55557 V55552 W55775 X55255 Y55222 Z71247 075557 126227 271747 371717 455711 574717 674757 771122 875757 975717 " +
	".00002 ,00024 :02020 ?71202 !22202 '22000 -00700 @25743 _00007 /11244"

// picture draws a post as the screenshot that somebody sent in: who posted it, where, and what it says, as a PNG. The same
// article has the same picture. Letters it has no shape for are left blank.
func (a Article) picture() ([]byte, error) {
	lines := wrapped(a.Text.String(), (pictureWidth-4*pictureEdge)/letterWidth)
	height := 4*pictureEdge + (len(lines)+1)*lineHeight
	ink, paper, bubble, faint := color.Gray{0x20}, color.Gray{0xd8}, color.Gray{0xff}, color.Gray{0x70}
	img := image.NewPaletted(image.Rect(0, 0, pictureWidth, height), color.Palette{paper, bubble, ink, faint})
	draw.Draw(img, image.Rect(pictureEdge, pictureEdge, pictureWidth-pictureEdge, height-pictureEdge), image.NewUniform(bubble), image.Point{}, draw.Src)
	shapes := shapesOf(letters)
	at := image.Pt(2*pictureEdge, 2*pictureEdge)
	write(img, shapes, at, a.Handle+" / "+a.Platform, faint)
	for _, l := range lines {
		at.Y += lineHeight
		write(img, shapes, at, l, ink)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("draw article %s: %w", a.Key, err)
	}
	return b.Bytes(), nil
}

// shapesOf reads the shapes of letters, each as fifteen dots from the upper left.
func shapesOf(letters string) map[rune]string {
	shapes := map[rune]string{}
	for shape := range strings.FieldsSeq(letters) {
		var dots strings.Builder
		for _, digit := range shape[1:] {
			fmt.Fprintf(&dots, "%03b", digit-'0')
		}
		shapes[rune(shape[0])] = dots.String()
	}
	return shapes
}

// write puts a line of text on the picture.
func write(img draw.Image, shapes map[rune]string, at image.Point, line string, ink color.Color) {
	for _, r := range line {
		if r == '’' {
			r = '\''
		}
		for i, dot := range shapes[unicode.ToUpper(r)] {
			if dot == '1' {
				from := at.Add(image.Pt(i%3*pixel, i/3*pixel))
				draw.Draw(img, image.Rectangle{from, from.Add(image.Pt(pixel, pixel))}, image.NewUniform(ink), image.Point{}, draw.Src)
			}
		}
		at.X += letterWidth
	}
}

// wrapped breaks a text into lines of at most width characters, but for longer words.
func wrapped(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len([]rune(line+" "+word)) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(lines, line)
}
