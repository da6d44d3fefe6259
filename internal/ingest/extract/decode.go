package extract

import (
	"bytes"
	"mime"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	utf16 "golang.org/x/text/encoding/unicode"
)

// metaSpan is how far into a page its declaration of an encoding is looked for. The HTML standard asks for 1,024 bytes;
// real pages put comments and scripts before it.
const metaSpan = 16 << 10

// decode returns body as UTF-8. What is valid UTF-8 with a letter beyond ASCII is UTF-8, whatever it is declared as: text
// in another encoding is hardly ever valid UTF-8 by chance. Otherwise a byte order mark decides, the Content-Type, the
// page's own declaration, and at last the bytes themselves. What cannot be decoded becomes U+FFFD.
func decode(body []byte, contentType string) string {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return strings.ToValidUTF8(string(body[3:]), "\ufffd")
	case bytes.HasPrefix(body, []byte("\xff\xfe")), bytes.HasPrefix(body, []byte("\xfe\xff")):
		return convert(body, utf16.UTF16(utf16.LittleEndian, utf16.ExpectBOM))
	}
	name := declared(body, contentType)
	if utf8.Valid(body) && (!ascii(body) || name == "") {
		return string(body)
	}
	if enc, canonical := charset.Lookup(name); enc != nil {
		if canonical != "utf-8" || mostlyUTF8(body) {
			return convert(body, enc)
		}
	}
	return convert(body, guess(body))
}

func convert(body []byte, enc encoding.Encoding) string {
	out, err := enc.NewDecoder().Bytes(body)
	if err != nil { // decoders replace what they cannot read; one that stops leaves what it has
		out = append(out, body[min(len(out), len(body)):]...)
	}
	return strings.ToValidUTF8(string(out), "\ufffd")
}

// declared returns the encoding's name that the header or else the page gives.
func declared(body []byte, contentType string) string {
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		if enc, _ := charset.Lookup(params["charset"]); enc != nil {
			return params["charset"]
		}
	}
	head := body[:min(len(body), metaSpan)]
	if m := charsetDeclaration().FindSubmatch(head); m != nil {
		name := string(bytes.Join(m[1:], nil))
		if strings.HasPrefix(strings.ToLower(name), "utf-16") {
			return "utf-8" // readable as ASCII, so it is not UTF-16; the HTML standard says the same
		}
		return name
	}
	return ""
}

var charsetDeclaration = lazy(`(?i)<meta[^>]{0,300}?charset\s*=\s*["']?\s*([a-z0-9_:.-]{2,40})|<\?xml[^>]{0,200}?encoding\s*=\s*["']([a-z0-9_:.-]{2,40})`)

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// mostlyUTF8 reports whether at most one in ten of the sequences beyond ASCII are broken: a page cut in a wrong place or
// with something pasted in.
func mostlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
		b = b[n:]
	}
	return bad*10 <= good+10
}

// guess returns the encoding of bytes that declare none and are not UTF-8: UTF-16 by its zeros, then the legacy encoding
// that leaves the most letters of one script and nothing unreadable.
func guess(body []byte) encoding.Encoding {
	sample := body[:min(len(body), 64<<10)]
	if even, odd := zeros(sample); even+odd > len(sample)/5 {
		if even > odd {
			return utf16.UTF16(utf16.BigEndian, utf16.IgnoreBOM)
		}
		return utf16.UTF16(utf16.LittleEndian, utf16.IgnoreBOM)
	}
	if mostlyUTF8(sample) {
		return utf16.UTF8
	}
	best, top := encoding.Encoding(nil), -1<<30
	for _, name := range []string{"windows-1252", "shift_jis", "euc-jp", "gbk", "big5", "euc-kr", "windows-1251", "koi8-r", "windows-1256", "windows-1255", "windows-1253"} {
		enc, _ := charset.Lookup(name)
		if score := plausible(convert(sample, enc), name); score > top {
			best, top = enc, score
		}
	}
	return best
}

func zeros(b []byte) (even, odd int) {
	for i, c := range b {
		switch {
		case c != 0:
		case i%2 == 0:
			even++
		default:
			odd++
		}
	}
	return even, odd
}

// plausible scores text that was decoded by a guess: letters of the scripts the encoding is for count for it, what is
// unreadable and unusual against it.
func plausible(text, name string) int {
	score, last := 0, ' '
	for _, r := range text {
		score += letterScore(r, name)
		if latin(r) && latin(last) && (r >= 0x80) != (last >= 0x80) {
			score += 2 // an accent in a word
		} else if r < 0x80 && last >= 0x370 && last < 0x700 && latin(r) || last < 0x80 && r >= 0x370 && r < 0x700 && latin(last) {
			score -= 3 // two scripts in a word
		}
		last = r
	}
	return score
}

func latin(r rune) bool { return r < 0x250 && unicode.IsLetter(r) }

func letterScore(r rune, name string) int {
	switch {
	case r < 0x80:
		return 0
	case r == utf8.RuneError || r < 0xa0 || r >= 0xe000 && r <= 0xf8ff:
		return -20
	case name == "windows-1252":
		return western(r)
	case r >= 0x3041 && r <= 0x30ff: // kana come up often, and only in Japanese
		return 6
	case r >= 0xff61 && r <= 0xff9f: // half-width kana are what other encodings look like in Shift JIS
		return -4
	case r >= 0x4e00 && r <= 0x9fff && name == "euc-kr": // Korean has hardly any of them; Chinese read as Korean has many
		return -3
	case r >= 0xac00 && r <= 0xd7a3:
		return 3
	case r >= 0x4e00 && r <= 0x9fff:
		return 2
	case r >= 0x3000 && r <= 0x303f, r >= 0xff00 && r <= 0xff60:
		return 3
	case r >= 0x430 && r <= 0x44f, r >= 0x3ac && r <= 0x3ce, r >= 0x5d0 && r <= 0x5ea, r >= 0x621 && r <= 0x64a:
		return 1
	case r >= 0x400 && r <= 0x42f, r >= 0x386 && r <= 0x3ab: // capitals are rare; the same bytes in another order are not
		return 0
	}
	return -1
}

// western scores a letter of western Europe: accents are common, symbols and capitals in a row are not.
func western(r rune) int {
	switch {
	case r >= 0xdf && r <= 0xff && r != 0xf7:
		return 1
	case r >= 0xc0 && r <= 0xde && r != 0xd7, r >= 0x2013 && r <= 0x201e, r == 0xa0, r == 0xab, r == 0xbb:
		return 0
	}
	return -1
}
