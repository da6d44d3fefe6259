package extract

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/net/html"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// The bounds of a page. What lies beyond is left out: an article's page has a tenth of them.
const (
	maxTags       = 150_000   // start tags kept
	maxAttributes = 64        // of one element
	maxAttribute  = 16 << 10  // bytes of one value
	maxScripts    = 200       // JSON-LD blocks
	maxScript     = 512 << 10 // bytes of one
	maxNested     = 300       // depth of elements, where a page nests deeper than the parser takes
	maxMarkers    = 64 << 10  // bytes of other scripts kept to tell walls by
)

// source is a page before it is a tree: its markup made harmless for the parser, and what was taken out of it.
type source struct {
	markup   []byte
	data     []string // JSON-LD
	scripts  int      // how many scripts it runs
	code     string   // the beginning of those scripts
	noscript string   // what it says to readers without scripts
}

// scan prepares a page for the parser. HTML parsing as specified can take memory and time far beyond the size of the page:
// formatting elements are opened again in each paragraph, attributes of html and body are merged for each such tag. So
// formatting elements become spans, which mean the same here, elements with foreign rules are left out, and tags,
// attributes and scripts are bounded. With flat, elements beyond maxNested lose their tags, not their text.
func scan(page string, flat bool) source {
	s := &scanner{z: html.NewTokenizer(strings.NewReader(page)), flat: flat}
	s.z.SetMaxBuf(MaxInput + 1)
	s.run()
	if s.skip != "" { // something was never closed: all behind it would be lost
		s = &scanner{z: html.NewTokenizer(strings.NewReader(page)), flat: flat, unwrap: true}
		s.z.SetMaxBuf(MaxInput + 1)
		s.run()
	}
	s.noscript = line(cut(s.noscript, 4<<10))
	return s.source
}

type scanner struct {
	source
	z      *html.Tokenizer
	out    bytes.Buffer
	flat   bool
	unwrap bool // leave out the tags of foreign elements, not what is in them
	skip   string
	skips  int // how deep in elements of that name
	tags   int
	roots  int // html and body tags met
	inside string
	open   []string // elements open as far as tags tell, "" for one whose tags are left out
}

func (s *scanner) run() {
	for {
		switch kind := s.z.Next(); kind {
		case html.ErrorToken:
			s.markup = s.out.Bytes()
			return
		case html.TextToken:
			s.text()
		case html.StartTagToken, html.SelfClosingTagToken:
			s.start(kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			s.end()
		case html.DoctypeToken:
			s.out.Write(s.z.Raw())
		}
	}
}

// text copies text, or takes it where an element's text is not for the tree.
func (s *scanner) text() {
	raw := s.z.Raw()
	switch s.inside {
	case "script+json":
		if len(s.data) < maxScripts && len(raw) <= maxScript {
			s.data = append(s.data, string(raw))
		}
	case "script":
		if room := maxMarkers - len(s.code); room > 0 {
			s.code += string(raw[:min(len(raw), room, 8<<10)])
		}
	case "noscript":
		if len(s.noscript) < 4<<10 {
			s.noscript += " " + withoutTags(string(raw[:min(len(raw), 8<<10)]))
		}
	case "style":
	default:
		if s.skip == "" {
			s.out.Write(raw)
		}
	}
	s.inside = ""
}

func (s *scanner) start(closed bool) {
	raw := s.z.Raw()
	nameBytes, more := s.z.TagName()
	name := string(nameBytes)
	if s.skip != "" {
		if name == s.skip && !closed {
			s.skips++
		}
		return
	}
	switch name {
	case "script", "style", "noscript":
		s.inside = name
		if name == "script" {
			s.scripts++
			if s.attribute(more, "type", "ld+json") {
				s.inside, s.scripts = "script+json", s.scripts-1
			}
		}
		return
	case "svg", "annotation", "annotation-xml", "template", "select", "datalist":
		if s.unwrap || closed || name == "template" && s.attribute(more, "shadowrootmode", "") {
			s.z.NextIsNotRawText()
			return
		}
		s.skip, s.skips = name, 1
		return
	case "iframe", "object", "embed", "applet", "marquee", "frameset", "frame", "noframes", "noembed", "plaintext", "xmp", "math", "optgroup", "option", "base":
		if name == "plaintext" || name == "xmp" || name == "noembed" || name == "noframes" || name == "iframe" {
			s.inside = "style" // its text is no markup, and not shown
			if room := maxMarkers - len(s.code); name == "iframe" && room > 0 {
				s.code += string(raw[:min(len(raw), room, 1<<10)])
			}
		}
		if name != "base" {
			return
		}
	case "html", "body":
		if s.roots++; s.roots > 4 {
			return
		}
	}
	if s.tags++; s.tags > maxTags {
		s.z.NextIsNotRawText()
		return
	}
	if s.flat && !s.push(name) {
		return
	}
	s.write(raw, name, more, closed)
}

// write writes a start tag as it was, or again where its name or its attributes are not for the parser.
func (s *scanner) write(raw []byte, name string, more, closed bool) {
	to := name
	if formatting(name) {
		to = "span"
	}
	if to == name && len(raw) < 1<<10 {
		s.out.Write(raw)
		return
	}
	s.out.WriteString("<" + to)
	seen := map[string]bool{}
	for n := 0; more && n < 4*maxAttributes; n++ {
		var key, value []byte
		key, value, more = s.z.TagAttr()
		if len(seen) >= maxAttributes || len(key) > 100 || len(value) > maxAttribute || seen[string(key)] || len(key) == 0 || bytes.ContainsAny(key, "\"'<>=/ ") {
			continue
		}
		seen[string(key)] = true
		fmt.Fprintf(&s.out, ` %s="%s"`, key, html.EscapeString(string(value)))
	}
	if closed && !formatting(name) {
		s.out.WriteByte('/')
	}
	s.out.WriteByte('>')
}

func (s *scanner) end() {
	raw := s.z.Raw()
	nameBytes, _ := s.z.TagName()
	name := string(nameBytes)
	s.inside = ""
	if s.skip != "" {
		if name == s.skip {
			if s.skips--; s.skips == 0 {
				s.skip = ""
			}
		}
		return
	}
	switch name {
	case "script", "style", "noscript", "svg", "math", "annotation", "annotation-xml", "template", "html", "body", "iframe", "object", "applet", "marquee", "frameset", "noframes", "noembed", "xmp", "select", "datalist", "optgroup", "option":
		return
	}
	if s.flat && !s.pop(name) {
		return
	}
	if formatting(name) {
		s.out.WriteString("</span>")
		return
	}
	s.out.Write(raw)
}

// push notes an open element and reports whether its tag is kept.
func (s *scanner) push(name string) bool {
	switch name {
	case "br", "img", "meta", "link", "input", "hr", "source", "area", "col", "wbr", "track", "param":
		return true
	case "p", "li", "td", "th", "tr", "dd", "dt": // closed by the next of their kind
		if n := len(s.open); n > 0 && (s.open[n-1] == name || s.open[n-1] == "!"+name) {
			s.open = s.open[:n-1]
		}
	}
	if len(s.open) >= maxNested {
		s.open = append(s.open, "!"+name)
		return false
	}
	s.open = append(s.open, name)
	return true
}

// pop closes the innermost element of a name, if it is near, and reports whether the tag is kept.
func (s *scanner) pop(name string) bool {
	for i := len(s.open) - 1; i >= max(0, len(s.open)-64); i-- {
		if s.open[i] == name || s.open[i] == "!"+name {
			kept := s.open[i] == name
			s.open = s.open[:i]
			return kept
		}
	}
	return len(s.open) < maxNested
}

// attribute reports whether the tag being read has an attribute whose value contains part.
func (s *scanner) attribute(more bool, key, part string) bool {
	for n := 0; more && n < maxAttributes; n++ {
		var k, v []byte
		k, v, more = s.z.TagAttr()
		if string(k) == key && strings.Contains(strings.ToLower(string(v)), part) {
			return true
		}
	}
	return false
}

// formatting reports whether an element is one that the parser opens again and again. Links stay links.
func formatting(name string) bool {
	switch name {
	case "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u":
		return true
	}
	return false
}

func withoutTags(s string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.Write(z.Text())
		default:
			b.WriteByte(' ')
		}
	}
}

var errNesting = errors.New("the page nests its elements too deeply")

// parse returns the tree of a page.
func parse(page string) (source, *html.Node, error) {
	src := scan(page, false)
	doc, err := html.ParseWithOptions(bytes.NewReader(src.markup), html.ParseOptionEnableScripting(false))
	if err == nil {
		return src, doc, nil
	}
	src = scan(page, true)
	if doc, err = html.ParseWithOptions(bytes.NewReader(src.markup), html.ParseOptionEnableScripting(false)); err != nil {
		return src, nil, &factcheck.Error{Code: factcheck.CodeInvalid, Field: "html", Message: errNesting.Error(), Err: err}
	}
	return src, doc, nil
}
