package fetch

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

// prescan is how far into a page its charset is looked for. Browsers stop after 1024 bytes; real pages put it later.
const prescan = 64 << 10

// Text returns the body as UTF-8. What cannot be decoded, and NUL, becomes U+FFFD. It is "" for what is no text. It is at most
// three times as long as the body.
func (r *Response) Text() string {
	if r.Charset == "" {
		return ""
	}
	body := bytes.TrimPrefix(r.Body, []byte("\xef\xbb\xbf"))
	if encoding, name := charset.Lookup(r.Charset); encoding != nil && name != "utf-8" {
		if decoded, err := encoding.NewDecoder().Bytes(r.Body); err == nil {
			body = decoded
		}
	}
	text := strings.ToValidUTF8(string(body), "\uFFFD")
	return strings.ReplaceAll(strings.TrimPrefix(text, "\uFEFF"), "\x00", "\uFFFD")
}

// findCharset returns the charset of a text, in this order: byte order mark, Content-Type, XML declaration or meta element,
// UTF-16 by its zeros, UTF-8 by its bytes, windows-1252. That is the order of the HTML standard (13.2.3) but for two things
// that are seen: bytes that are all valid UTF-8, with some beyond ASCII, are UTF-8 even where a server says latin-1 of all
// its pages; and what is said to be UTF-8 and is not, is what the page itself says.
func findCharset(body []byte, contentType, mediaType string) string {
	if name := byMark(body); name != "" {
		return name
	}
	inside := byMarkup(body, mediaType)
	said := known(charsetIn(contentType))
	valid := utf8.Valid(body)
	switch {
	case said == "utf-8" && !valid && inside != "":
		said = inside
	case said == "":
		said = inside
	}
	ascii := bytes.IndexFunc(body, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
	switch {
	case valid && !ascii && (said == "" || said == "windows-1252"):
		return "utf-8"
	case said != "":
		return said
	}
	if name := byZeros(body); name != "" {
		return name
	}
	if valid || isJSON(mediaType) {
		return "utf-8"
	}
	return "windows-1252"
}

// known returns the standard name of a charset, "" for what is none.
func known(label string) string {
	if label == "" {
		return ""
	}
	_, name := charset.Lookup(label)
	return name
}

func byMark(body []byte) string {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return "utf-8"
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		return "utf-16be"
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		return "utf-16le"
	default:
		return ""
	}
}

// byZeros recognises UTF-16 without a mark: markup in it has a zero in every other byte.
func byZeros(body []byte) string {
	if len(body) < 4 {
		return ""
	}
	switch {
	case body[0] == 0 && body[1] != 0 && body[2] == 0 && body[3] != 0:
		return "utf-16be"
	case body[0] != 0 && body[1] == 0 && body[2] != 0 && body[3] == 0:
		return "utf-16le"
	default:
		return ""
	}
}

// byMarkup returns what a text says of itself. That it can be read byte by byte shows that it is not UTF-16, whatever it says.
func byMarkup(body []byte, mediaType string) string {
	body = body[:min(len(body), prescan)]
	name := byXML(body)
	if name == "" && (mediaType == "text/html" || mediaType == "application/xhtml+xml") {
		name = byMeta(body)
	}
	if strings.HasPrefix(name, "utf-16") {
		return "utf-8"
	}
	return name
}

// byXML reads an XML declaration.
func byXML(body []byte) string {
	body = bytes.TrimLeft(body, " \t\r\n")
	end := bytes.Index(body, []byte("?>"))
	if !bytes.HasPrefix(body, []byte("<?xml")) || end < 0 || end > 1024 {
		return ""
	}
	match := regexp.MustCompile(`\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`).FindSubmatch(body[:end])
	if match == nil {
		return ""
	}
	return known(string(match[1]))
}

// byMeta reads the first meta element that names a charset, up to the page's body. Comments and scripts are no elements.
func byMeta(body []byte) string {
	z := html.NewTokenizer(bytes.NewReader(body))
	z.SetMaxBuf(prescan)
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			if token.Data == "body" {
				return ""
			}
			if name := metaCharset(token); token.Data == "meta" && name != "" {
				return name
			}
		}
	}
}

func metaCharset(token html.Token) string {
	var pragma bool
	var named, content string
	for _, attr := range token.Attr {
		switch attr.Key {
		case "charset":
			named = known(attr.Val)
		case "http-equiv":
			pragma = strings.EqualFold(strings.TrimSpace(attr.Val), "content-type")
		case "content":
			content = known(charsetIn(attr.Val))
		}
	}
	if named == "" && pragma {
		return content
	}
	return named
}

// charsetIn returns the charset that a Content-Type names, be it as broken as it may (HTML standard, 2.6.5).
func charsetIn(contentType string) string {
	for rest, found := strings.ToLower(contentType), true; found; {
		if _, rest, found = strings.Cut(rest, "charset"); !found {
			return ""
		}
		value, is := strings.CutPrefix(strings.TrimLeft(rest, " \t\r\n\f"), "=")
		if !is {
			continue
		}
		value = strings.TrimLeft(value, " \t\r\n\f")
		if value != "" && strings.IndexByte(`"'`, value[0]) >= 0 {
			value, _, _ = strings.Cut(value[1:], value[:1])
			return value
		}
		if end := strings.IndexAny(value, "; \t\r\n\f,"); end >= 0 {
			value = value[:end]
		}
		return value
	}
	return ""
}
