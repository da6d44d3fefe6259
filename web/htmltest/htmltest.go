// Package htmltest reads rendered pages for tests and lists what is wrong with them, by rules every page of Touchstone
// keeps. It is imported by tests only.
package htmltest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// Parse reads a page as a browser would. HTML has no syntax errors, so it fails on nothing but a broken reader.
func Parse(page string) (*html.Node, error) {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return nil, fmt.Errorf("parse page: %w", err)
	}
	return root, nil
}

// All returns the elements below root with one of the tags, in document order; without tags, all elements.
func All(root *html.Node, tags ...string) (found []*html.Node) {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && (len(tags) == 0 || slices.Contains(tags, n.Data)) {
			found = append(found, n)
		}
	}
	return found
}

// Attr returns the value of an attribute, "" if the element has none.
func Attr(n *html.Node, name string) string {
	v, _ := attr(n, name)
	return v
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// Text returns the text below n as a reader sees it: without scripts, runs of space as one.
func Text(n *html.Node) string {
	var b strings.Builder
	collect(n, &b)
	return strings.Join(strings.Fields(b.String()), " ")
}

func collect(n *html.Node, b *strings.Builder) {
	if n.Type == html.TextNode {
		b.WriteString(n.Data)
		return
	}
	if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "style") {
		return
	}
	apart := n.Type == html.ElementNode && block(n.Data)
	if apart {
		b.WriteByte(' ')
	}
	for c := range n.ChildNodes() {
		collect(c, b)
	}
	if apart {
		b.WriteByte(' ')
	}
}

func block(tag string) bool {
	switch tag {
	case "p", "ul", "ol", "li", "dl", "dt", "dd", "div", "section", "article", "h1", "h2", "h3", "h4", "table", "td", "th", "tr",
		"title", "main", "header", "footer", "nav", "blockquote", "br", "label", "button", "pre", "figure", "figcaption":
		return true
	}
	return false
}

// Meta returns the content of the meta element with this name or property.
func Meta(root *html.Node, name string) string {
	for _, m := range All(root, "meta") {
		if Attr(m, "name") == name || Attr(m, "property") == name {
			return Attr(m, "content")
		}
	}
	return ""
}

// Problems lists every rule the page breaks, each in a sentence. A page that keeps them all gives none.
func Problems(root *html.Node) (problems []string) {
	problems = append(problems, frame(root)...)
	problems = append(problems, inline(root)...)
	problems = append(problems, foreign(root)...)
	problems = append(problems, ids(root)...)
	problems = append(problems, headings(root)...)
	problems = append(problems, names(root)...)
	return append(problems, data(root)...)
}

// frame: language, direction, title, one h1, one main.
func frame(root *html.Node) (p []string) {
	for _, h := range All(root, "html") {
		if Attr(h, "lang") == "" {
			p = append(p, "html has no lang")
		}
		if d := Attr(h, "dir"); d != "ltr" && d != "rtl" {
			p = append(p, fmt.Sprintf("html has dir=%q", d))
		}
	}
	for tag, want := range map[string]int{"title": 1, "h1": 1, "main": 1} {
		n := 0
		for _, e := range All(root, tag) {
			if e.Namespace == "" {
				n++
			}
		}
		if n != want {
			p = append(p, fmt.Sprintf("page has %d %s elements, want %d", n, tag, want))
		}
	}
	if strings.ContainsRune(Text(root), '⟦') {
		p = append(p, "an interface message is missing: "+Text(root))
	}
	return p
}

// inline: nothing the policy forbids, no address a browser would run.
func inline(root *html.Node) (p []string) {
	for _, e := range All(root) {
		switch {
		case e.Data == "style":
			p = append(p, "page has a style element")
		case e.Data == "script" && Attr(e, "type") != "application/ld+json" && Attr(e, "src") == "":
			p = append(p, "page has an inline script: "+raw(e))
		case slices.Contains([]string{"iframe", "object", "embed", "base", "use"}, e.Data):
			p = append(p, "page has a "+e.Data+" element")
		}
		for _, a := range e.Attr {
			key := strings.ToLower(a.Key)
			switch {
			case key == "style":
				p = append(p, fmt.Sprintf("%s has an inline style %q", e.Data, a.Val))
			case strings.HasPrefix(key, "on"):
				p = append(p, fmt.Sprintf("%s has a handler %s=%q", e.Data, key, a.Val))
			case key == "href" || key == "src" || key == "action" || key == "formaction" || key == "poster":
				if scheme, _, ok := strings.Cut(a.Val, ":"); ok && !strings.ContainsAny(scheme, "/?#") &&
					!slices.Contains([]string{"http", "https", "mailto"}, strings.ToLower(scheme)) {
					p = append(p, fmt.Sprintf("%s has %s=%q", e.Data, key, a.Val))
				}
			}
		}
	}
	return p
}

// foreign: nothing is loaded from, or sent to, another address than the page's own origin. Links that readers follow lead anywhere.
func foreign(root *html.Node) (p []string) {
	for _, e := range All(root) {
		for _, name := range []string{"src", "srcset", "poster", "action", "formaction", "ping", "background", "data"} {
			if v, ok := attr(e, name); ok && !ours(v) && e.Namespace == "" {
				p = append(p, fmt.Sprintf("%s loads or sends to %s=%q", e.Data, name, v))
			}
		}
		if e.Data != "link" || ours(Attr(e, "href")) {
			continue
		}
		for rel := range strings.FieldsSeq(strings.ToLower(Attr(e, "rel"))) {
			if !slices.Contains([]string{"canonical", "alternate", "license", "author", "prev", "next"}, rel) {
				p = append(p, fmt.Sprintf("link rel=%q loads %q", rel, Attr(e, "href")))
			}
		}
	}
	return p
}

// ours reports whether an address is one of the page's own origin by its spelling alone: a path, a query, a fragment or nothing.
func ours(address string) bool {
	return address == "" || strings.ContainsAny(address[:1], "?#") || address[0] == '/' && !strings.HasPrefix(address, "//") && !strings.HasPrefix(address, `/\`)
}

func raw(e *html.Node) string {
	if e.FirstChild == nil {
		return ""
	}
	return e.FirstChild.Data
}

// ids: each once, and whatever refers to one finds it.
func ids(root *html.Node) (p []string) {
	seen := map[string]bool{}
	for _, e := range All(root) {
		id, ok := attr(e, "id")
		if !ok {
			continue
		}
		if id == "" || strings.ContainsAny(id, " \t\n") {
			p = append(p, fmt.Sprintf("%s has the bad id %q", e.Data, id))
		}
		if seen[id] {
			p = append(p, fmt.Sprintf("id %q occurs twice", id))
		}
		seen[id] = true
	}
	for _, e := range All(root) {
		for _, ref := range []string{"aria-labelledby", "aria-describedby", "for"} {
			for id := range strings.FieldsSeq(Attr(e, ref)) {
				if !seen[id] {
					p = append(p, fmt.Sprintf("%s of %s names %q, which is not there", ref, e.Data, id))
				}
			}
		}
		if h := Attr(e, "href"); strings.HasPrefix(h, "#") && len(h) > 1 && !seen[h[1:]] {
			p = append(p, fmt.Sprintf("link to %s, which is not there", h))
		}
	}
	return p
}

// headings: begin with h1 and never skip a level on the way down.
func headings(root *html.Node) (p []string) {
	last := 0
	for _, h := range All(root, "h1", "h2", "h3", "h4", "h5", "h6") {
		level := int(h.Data[1] - '0')
		if level > last+1 {
			p = append(p, fmt.Sprintf("h%d %q comes after level %d", level, Text(h), last))
		}
		if Text(h) == "" {
			p = append(p, fmt.Sprintf("h%d is empty", level))
		}
		last = level
	}
	return p
}

// names: what a screen reader needs to say of pictures, controls, links and times.
func names(root *html.Node) (p []string) {
	labelled := map[string]bool{}
	for _, l := range All(root, "label") {
		labelled[Attr(l, "for")] = true
	}
	for _, e := range All(root, "img", "svg", "input", "textarea", "select", "a", "button", "time") {
		switch e.Data {
		case "img":
			if _, ok := attr(e, "alt"); !ok {
				p = append(p, "img without alt")
			}
		case "svg":
			if Attr(e, "aria-hidden") != "true" && (Attr(e, "role") != "img" || Attr(e, "aria-label") == "") {
				p = append(p, "svg is neither hidden nor labelled")
			}
		case "input", "textarea", "select":
			if Attr(e, "type") != "hidden" && !labelled[Attr(e, "id")] && Attr(e, "aria-label") == "" {
				p = append(p, fmt.Sprintf("%s %q has no label", e.Data, Attr(e, "name")))
			}
		case "a", "button":
			if Text(e) == "" && Attr(e, "aria-label") == "" {
				p = append(p, fmt.Sprintf("%s to %q has no text", e.Data, Attr(e, "href")))
			}
		case "time":
			if !validTime(Attr(e, "datetime")) {
				p = append(p, fmt.Sprintf("time has datetime=%q", Attr(e, "datetime")))
			}
		}
	}
	return p
}

func validTime(s string) bool {
	for _, layout := range []string{time.RFC3339, time.DateOnly, "2006-01", "2006"} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}

// data: every data block is JSON.
func data(root *html.Node) (p []string) {
	for _, doc := range JSONLD(root) {
		if !json.Valid([]byte(doc)) {
			p = append(p, "JSON-LD is not JSON: "+doc)
		}
	}
	return p
}

// JSONLD returns the text of the page's JSON-LD blocks.
func JSONLD(root *html.Node) (docs []string) {
	for _, s := range All(root, "script") {
		if Attr(s, "type") == "application/ld+json" {
			docs = append(docs, raw(s))
		}
	}
	return docs
}
