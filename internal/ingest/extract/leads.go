package extract

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

const (
	maxLeads    = 200
	minHeadline = 12 // bytes; what is shorter is the name of a section
)

// takeLeads finds the lists of other stories on a page, by what they are headed with or how their markup calls them, and
// takes them out of the tree. A list is a part of the page that is mostly links; text around links is not taken.
func (p *page) takeLeads() []Lead {
	var leads []Lead
	var boxes []*html.Node
	total, tries := textSize(p.doc, maxText), 0
	for e := range elements(p.doc) {
		if len(leads) >= maxLeads || tries >= maxTries {
			break
		}
		if !mayHead(e) || slices.ContainsFunc(boxes, func(box *html.Node) bool { return contained(e, box) }) {
			continue
		}
		tries++
		box, label := p.listAt(e, total)
		if box == nil {
			continue
		}
		if found := linksIn(p, box, label); len(found) > 0 {
			leads, boxes = append(leads, found...), append(boxes, box)
		}
	}
	for _, box := range boxes {
		remove(box)
	}
	return leads
}

// maxTries bounds how many parts of a page are looked at as lists.
const maxTries = 400

// mayHead reports whether e looks like a list of other stories or the heading of one.
func mayHead(e *html.Node) bool {
	switch e.Data {
	case "div", "section", "aside", "ul", "ol":
		return listMark().MatchString(marks(e))
	case "h1", "h2", "h3", "h4", "h5", "h6", "p", "span", "dt":
		return e.FirstChild != nil && isListLabel(textOf(e, 121))
	}
	return false
}

func contained(n, in *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == in {
			return true
		}
	}
	return false
}

// listMark is how markup calls lists of other stories. Words that sites also give to articles are not in it.
var listMark = lazy(`(?:^|[\s_-])(?:related(?:[_-]?(?:posts|articles|stories|news|links|content|topics))?|recirc|recirculation|read-?(?:more|next|also)|also-?read|most-?(?:read|popular)|popular-?posts|recent-?posts|latest-?(?:news|posts)|recommended|recommendations?|you-?may-?(?:also-?)?like|more-?(?:stories|news|from)|trending|jp-relatedposts|yarpp|outbrain|taboola|zergnet)(?:[\s_-]|$)`)

// listAt returns the list of other stories that begins with e or is headed by it, and its label.
func (p *page) listAt(e *html.Node, total int) (*html.Node, string) {
	switch e.Data {
	case "div", "section", "aside", "ul", "ol":
		if mostlyLinks(e, total) {
			return e, headingIn(e)
		}
		return nil, ""
	}
	s, box := textOf(e, 121), e
	for range 4 { // up to what holds the heading and its list
		if box = box.Parent; box == nil || box.Data == "body" || box.Data == "article" || box.Data == "main" || box.Data == "html" || !mostlyLinks(box, total) {
			return nil, ""
		}
		if len(linksIn(p, box, s)) > 0 {
			return box, s
		}
	}
	return nil, ""
}

// textSize returns how many bytes of text, spaces aside, are below n; counting ends at limit.
func textSize(n *html.Node, limit int) int {
	size := 0
	for at := n; at != nil && size < limit; at = following(at, n) {
		if at.Type == html.TextNode {
			for i := range len(at.Data) {
				if at.Data[i] > ' ' {
					size++
				}
			}
		}
		if at == n && n.FirstChild == nil {
			break
		}
	}
	return size
}

func headingIn(e *html.Node) string {
	for h := range elements(e) {
		if isHeading(h.Data) {
			if s := textOf(h, 121); isListLabel(s) {
				return s
			}
		}
	}
	return ""
}

// mostlyLinks reports whether at least half of the text of a part of the page, and not the most of the page, are links.
func mostlyLinks(e *html.Node, total int) bool {
	const most = 16 << 10
	text, inLinks := textSize(e, most), 0
	if text >= most || text == 0 || text*2 > total {
		return false
	}
	for a := range elements(e) {
		if a.Data == "a" {
			inLinks += textSize(a, 1000)
		}
	}
	return inLinks*2 >= text
}

func linksIn(p *page, box *html.Node, label string) []Lead {
	var leads []Lead
	for a := range elements(box) {
		if a.Data != "a" || len(leads) >= 50 {
			continue
		}
		title := textOf(a, 400)
		for h := range elements(a) { // a link around a whole card: its heading is the title
			if isHeading(h.Data) {
				title = textOf(h, 400)
				break
			}
		}
		if href := absolute(p.base, attr(a, "href")); len(title) >= minHeadline && (href != "" || p.base == nil) {
			leads = append(leads, Lead{Title: title, URL: href, Label: strings.TrimRight(label, " :：")})
		}
	}
	return leads
}

// distinctLeads drops leads that repeat another or the article itself.
func distinctLeads(leads []Lead, title string) []Lead {
	var out []Lead
	seen := map[string]bool{bare(title): true, "": true}
	for _, l := range leads {
		if key := bare(strings.TrimSpace(l.Title)); !seen[key] && len(out) < maxLeads {
			seen[key] = true
			out = append(out, l)
		}
	}
	return out
}
