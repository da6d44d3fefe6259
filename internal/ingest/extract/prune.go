package extract

import (
	"errors"
	"strings"

	"golang.org/x/net/html"

	"github.com/touchstone-factcheck/touchstone/internal/claimreview"
)

func asElement(err error) (*claimreview.ElementError, bool) {
	return errors.AsType[*claimreview.ElementError](err)
}

// forms is what a page asks its visitor for.
type forms struct {
	password bool
	text     string // of the buttons
}

func readForms(doc *html.Node) forms {
	var f forms
	for e := range elements(doc) {
		switch {
		case e.Data == "input" && strings.EqualFold(attr(e, "type"), "password"):
			f.password = true
		case e.Data == "button" && len(f.text) < 2000:
			f.text += textOf(e, 100) + "\n"
		}
	}
	return f
}

// The bounds of the tree that is searched for the article. Searching costs time in proportion to the product of both.
const (
	maxDepth = 100
	maxWork  = 60 << 20 // bytes of text, each counted once for every element around it
	maxText  = 1 << 20  // bytes of text
)

// prune takes out of the tree what is not for readers' eyes, and what is no text: comments, controls, hidden elements. It
// notes the headings that are left, and flattens the tree where it nests beyond reason.
func (p *page) prune() {
	for n := p.doc.FirstChild; n != nil; {
		next := following(n, p.doc)
		if n.Type == html.CommentNode || n.Type == html.ElementNode && unseen(n) {
			next = beyond(n, p.doc)
			remove(n)
		}
		n = next
	}
	p.flatten()
	p.h1s = headings(p.doc)
}

func unseen(n *html.Node) bool {
	switch n.Data {
	case "html", "head", "body", "title", "meta", "link":
		return false
	case "button", "input", "textarea", "progress", "meter", "canvas", "map", "dialog", "audio", "video", "track", "rp", "rt":
		return true
	case "nav":
		return true
	}
	return hidden(n)
}

// flatten unwraps elements beyond maxDepth, or less deep where there is so much text that searching it would take long,
// and cuts text beyond maxText.
func (p *page) flatten() {
	depthOf := map[*html.Node]int{p.doc: 0}
	var work, size int
	for n := p.doc.FirstChild; n != nil; n = following(n, p.doc) {
		depth := depthOf[n.Parent] + 1
		if n.Type == html.TextNode {
			if size += len(n.Data); size > maxText {
				n.Data = ""
			}
			work += len(n.Data) * depth
			continue
		}
		depthOf[n] = depth
	}
	limit := maxDepth
	if work > maxWork {
		limit = max(12, maxDepth*maxWork/work/2)
	}
	for n := p.doc.FirstChild; n != nil; {
		next := following(n, p.doc)
		if n.Type == html.ElementNode && depthOf[n] > limit {
			if n.FirstChild != nil {
				next = n.FirstChild
			}
			unwrapNode(n)
		}
		n = next
	}
}

// unwrapNode puts an element's children in its place.
func unwrapNode(n *html.Node) {
	for c := n.FirstChild; c != nil; c = n.FirstChild {
		n.RemoveChild(c)
		n.Parent.InsertBefore(c, n)
	}
	remove(n)
}
