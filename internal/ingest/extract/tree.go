package extract

import (
	"iter"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// elements yields the elements below n in document order. It survives the removal of the element it yielded.
func elements(n *html.Node) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		for at := n.FirstChild; at != nil; {
			next := following(at, n)
			if at.Type == html.ElementNode {
				after := beyond(at, n)
				if !yield(at) {
					return
				}
				if at.Parent == nil { // removed
					next = after
				} else {
					next = following(at, n)
				}
			}
			at = next
		}
	}
}

// following returns the node after n in document order, within top.
func following(n, top *html.Node) *html.Node {
	if n.FirstChild != nil {
		return n.FirstChild
	}
	return beyond(n, top)
}

// beyond returns the node after n and all below it, within top.
func beyond(n, top *html.Node) *html.Node {
	for n != nil && n != top {
		if n.NextSibling != nil {
			return n.NextSibling
		}
		n = n.Parent
	}
	return nil
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func remove(n *html.Node) {
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
	}
}

// textOf returns the text below n on one line, at most limit bytes of it.
func textOf(n *html.Node, limit int) string {
	var b strings.Builder
	for at := n; at != nil && b.Len() < limit; at = following(at, n) {
		switch {
		case at.Type == html.TextNode:
			b.WriteString(at.Data)
		case at != n && at.Type == html.ElementNode && (isBlock(at.Data) || at.Data == "br"):
			b.WriteByte(' ')
		}
		if at == n && n.FirstChild == nil {
			break
		}
	}
	return line(cut(b.String(), limit))
}

// isBlock reports whether an element begins and ends a paragraph of its own.
func isBlock(name string) bool {
	switch name {
	case "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption",
		"figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol",
		"p", "pre", "section", "summary", "table", "caption", "tbody", "thead", "tfoot", "tr", "ul", "td", "th", "img", "picture", "video", "audio":
		return true
	}
	return false
}

func isHeading(name string) bool {
	return len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6'
}

// within reports whether n stands inside an element of one of the names.
func within(n *html.Node, names ...string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Type == html.ElementNode && slices.Contains(names, p.Data) {
			return true
		}
	}
	return false
}

// marks returns what an element's author calls it: its id and classes.
func marks(n *html.Node) string { return strings.ToLower(attr(n, "class") + " " + attr(n, "id")) }

var (
	hidingStyle = lazy(`(?i)(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|content-visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)|font-size\s*:\s*0(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|!|$)|clip-path\s*:\s*inset\(\s*(?:50|100)%|clip\s*:\s*rect\(\s*(?:0|1px)|(?:left|right|top|text-indent)\s*:\s*-\d{4,}(?:px|em|rem)|(?:max-)?(?:height|width)\s*:\s*0(?:px)?\s*(?:;|!|$)[^}]*overflow\s*:\s*hidden|overflow\s*:\s*hidden\s*;.*?(?:max-)?(?:height|width)\s*:\s*0(?:px)?\s*(?:;|!|$)|color\s*:\s*transparent|transform\s*:\s*scale\(\s*0)`)
	textColor   = lazy(`(?i)(?:^|;)\s*color\s*:\s*([^;!]+)`)
	paperColor  = lazy(`(?i)(?:^|;)\s*background(?:-color)?\s*:\s*([^;!]+)`)
	hiddenClass = lazy(`(?:^|\s)(?:visually-?hidden|sr-only|screen-?reader(?:-?(?:text|only))?|a11y-hidden|u-hidden|is-hidden|d-none|assistive-text|offscreen|off-screen|noprint-hidden)(?:\s|$)`)
)

// hidden reports whether an element's own attributes keep it from readers' eyes. Style sheets are not read: what they hide
// at first, a script often shows.
func hidden(n *html.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			if a.Val != "until-found" {
				return true
			}
		case "aria-hidden":
			if strings.EqualFold(a.Val, "true") && !strings.Contains(marks(n), "fallback-image") {
				return true
			}
		case "style":
			if hidingStyle().MatchString(a.Val) || sameColors(a.Val) {
				return true
			}
		case "class":
			if hiddenClass().MatchString(strings.ToLower(a.Val)) {
				return true
			}
		case "type":
			if n.Data == "input" {
				return true
			}
		}
	}
	return false
}

// sameColors reports whether a style writes in the colour of its paper.
func sameColors(style string) bool {
	text, paper := textColor().FindStringSubmatch(style), paperColor().FindStringSubmatch(style)
	return text != nil && paper != nil && color(text[1]) == color(paper[1])
}

func color(s string) string {
	s = strings.ToLower(strings.Join(strings.Fields(s), ""))
	switch s {
	case "white", "#fff", "rgb(255,255,255)":
		return "#ffffff"
	case "black", "#000", "rgb(0,0,0)":
		return "#000000"
	}
	return s
}

// absolute returns ref as an absolute http or https address against base, "" if it is none.
func absolute(base *url.URL, ref string) string {
	ref = strings.TrimSpace(ref)
	if ref == "" || len(ref) > 4096 {
		return ""
	}
	u, err := url.Parse(ref)
	if err != nil {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	u.User = nil
	return u.String()
}
