package extract

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	readability "codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
)

// body is the main text of a page while it is made.
type body struct {
	text   string
	blocks []Block
	leads  []Lead
	found  []Found
	links  int // bytes of text that are links
}

// minText is how many bytes of text an extraction must have before another way is tried.
const minText = 250

// mainText finds the article in the tree. Readability goes first; where it finds next to nothing, the text that the
// page's own JSON-LD carries is taken, and then whatever paragraphs there are.
func (p *page) mainText() body {
	parser := readability.NewParser()
	parser.DisableJSONLD = true // this package reads it itself
	base := p.base
	if base == nil {
		base = &url.URL{Scheme: "https", Host: "page.invalid", Path: "/"}
	}
	var best body
	article, err := parser.ParseDocument(p.doc, base)
	if err == nil && article.Node != nil {
		p.readable = article
		best = p.render(article.Node)
	}
	best.found = add(nil, "text", strconv.Itoa(len(best.text)), "readability")
	chosen := 0
	for _, s := range p.stories {
		if s.body == "" {
			continue
		}
		other := fromPlain(s.body)
		best.found = add(best.found, "text", strconv.Itoa(len(other.text)), "json-ld "+s.kind+".articleBody")
		if len(best.text) < minText && len(other.text) > 2*len(best.text) {
			other.found, other.leads, chosen = best.found, best.leads, len(best.found)-1
			best = other
		}
	}
	if len(best.text) < minText {
		if other := p.paragraphs(); len(other.text) > len(best.text) {
			other.found = add(best.found, "text", strconv.Itoa(len(other.text)), "paragraphs")
			other.leads, chosen = append(other.leads, best.leads...), len(other.found)-1
			best = other
		}
	}
	if len(best.found) > 0 && best.text != "" {
		best.found[chosen].Chosen = true
	}
	return best
}

// fromPlain makes a body of text with line feeds; markup in it is dropped.
func fromPlain(s string) body {
	if strings.Contains(s, "</") {
		s = withoutTags(s)
	}
	w := &writer{}
	for l := range strings.SplitSeq(cut(s, maxText), "\n") {
		w.put(BlockParagraph, l)
	}
	return w.body()
}

// paragraphs returns the text of all p elements outside of the page's furniture.
func (p *page) paragraphs() body {
	w := &writer{}
	for e := range elements(p.doc) {
		if e.Data == "p" && !within(e, "aside", "footer", "form", "header") && !asideOf(e) {
			w.put(BlockParagraph, textOf(e, 64<<10))
		}
	}
	return w.body()
}

// writer collects paragraphs.
type writer struct {
	text   strings.Builder
	blocks []Block
	leads  []Lead
	links  int
}

func (w *writer) put(kind BlockKind, s string) {
	if s = tidy(s); s == "" || letters(s) == 0 && !strings.ContainsAny(s, "0123456789") {
		return
	}
	if w.text.Len()+len(s)+2 > maxText {
		return
	}
	if w.text.Len() > 0 {
		w.text.WriteString("\n\n")
	}
	start := w.text.Len()
	w.text.WriteString(s)
	w.blocks = append(w.blocks, Block{Kind: kind, Start: start, End: w.text.Len()})
}

func (w *writer) body() body {
	return body{text: w.text.String(), blocks: w.blocks, leads: w.leads, links: w.links}
}

// render writes the paragraphs below n. Lines that point to other stories become leads.
func (p *page) render(n *html.Node) body {
	r := &renderer{page: p, w: &writer{}}
	r.children(n, BlockParagraph)
	r.flush(BlockParagraph)
	return r.w.body()
}

type renderer struct {
	page *page
	w    *writer
	open strings.Builder // the paragraph being written
	href string          // of its only link
	link int             // bytes of it that are links
}

func (r *renderer) children(n *html.Node, kind BlockKind) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			r.open.WriteString(strings.NewReplacer("\n", " ", "\r", " ").Replace(c.Data))
		case c.Type != html.ElementNode:
		case c.Data == "br":
			if next := nextElement(c); next != nil && next.Data == "br" {
				r.flush(kind)
				continue
			}
			r.open.WriteByte('\n')
		case c.Data == "tr":
			r.row(c)
		case isBlock(c.Data):
			r.flush(kind)
			inner := kindOf(c, kind)
			r.children(c, inner)
			r.flush(inner)
		default:
			before := r.open.Len()
			r.children(c, kind)
			if c.Data == "a" && r.open.Len() >= before {
				r.link += r.open.Len() - before
				if href := absolute(r.page.base, attr(c, "href")); href != "" {
					r.href = href
				}
			}
		}
	}
}

func nextElement(n *html.Node) *html.Node {
	for s := n.NextSibling; s != nil; s = s.NextSibling {
		if s.Type == html.ElementNode || s.Type == html.TextNode && strings.TrimSpace(s.Data) != "" {
			return s
		}
	}
	return nil
}

func kindOf(n *html.Node, around BlockKind) BlockKind {
	switch {
	case isHeading(n.Data):
		return BlockHeading
	case n.Data == "blockquote":
		return BlockQuote
	case n.Data == "figcaption" || n.Data == "caption":
		return BlockCaption
	case n.Data == "figure" && around == BlockParagraph:
		return BlockCaption
	case (n.Data == "li" || n.Data == "dd" || n.Data == "dt") && around != BlockQuote:
		return BlockItem
	}
	return around
}

// row writes a row of a table as one line; a table that only lays out the page is written as what is in it.
func (r *renderer) row(tr *html.Node) {
	for c := tr.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && slices.ContainsFunc([]string{"p", "div", "ul", "table", "h2", "h3", "blockquote"}, func(name string) bool { return hasChild(c, name) }) {
			r.flush(BlockParagraph)
			r.children(tr, BlockParagraph)
			r.flush(BlockParagraph)
			return
		}
	}
	r.flush(BlockParagraph)
	for c := tr.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			if r.open.Len() > 0 {
				r.open.WriteString(" | ")
			}
			r.open.WriteString(textOf(c, 16<<10))
		}
	}
	r.flush(BlockRow)
}

func hasChild(n *html.Node, name string) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && c.Data == name {
			return true
		}
	}
	return false
}

// flush ends the open paragraph. What is furniture is dropped, what points to another story becomes a lead.
func (r *renderer) flush(kind BlockKind) {
	s, link, href := tidy(r.open.String()), r.link, r.href
	r.open.Reset()
	r.link, r.href = 0, ""
	if s == "" {
		return
	}
	if label, title, ok := leadLine(s); ok && kind != BlockQuote {
		r.w.leads = append(r.w.leads, Lead{Title: title, URL: href, Label: label})
		return
	}
	if furniture(s) && kind != BlockQuote {
		return
	}
	r.w.links += link
	r.w.put(kind, s)
}

// dropHead takes first paragraphs that only repeat the title or the byline off the text.
func (b *body) dropHead(title, byline string) {
	for len(b.blocks) > 1 && b.blocks[0].Kind != BlockCaption {
		first := b.text[:b.blocks[0].End]
		if is := bare(first); is == "" || is != bare(title) && is != bare(byline) && (byline == "" || bare(byName(first)) != bare(byline)) {
			return
		}
		shift := b.blocks[1].Start
		b.text, b.blocks = b.text[shift:], b.blocks[1:]
		for i := range b.blocks {
			b.blocks[i].Start -= shift
			b.blocks[i].End -= shift
		}
	}
}
