package ui

import (
	"bytes"
	"context"
	"io"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/a-h/templ"
	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// MaxMarkdown is the most Markdown that is rendered, in bytes; what is longer is cut at a rune and ends in an ellipsis.
const MaxMarkdown = 100_000

// Markdown renders what a checker wrote: CommonMark with tables and strikethrough. Raw HTML and pictures are dropped,
// headings begin at h3 (a page's own sections are h2), links go to http, https and mailto only and carry
// rel="nofollow noopener ugc". The result passes a sanitiser as well, so that neither is trusted alone.
func Markdown(lang, source string) templ.Component { return prose(lang, RenderMarkdown(source, 3)) }

// Sections is Markdown as the body of a page of its own: headings begin at h2.
func Sections(lang, source string) templ.Component { return prose(lang, RenderMarkdown(source, 2)) }

func prose(lang string, sanitised []byte) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, `<div class="prose" lang="`+templ.EscapeString(lang)+`" dir="`+Dir(lang)+`">`); err != nil {
			return err
		}
		if _, err := w.Write(sanitised); err != nil {
			return err
		}
		_, err := io.WriteString(w, "</div>")
		return err
	})
}

// RenderMarkdown returns the sanitised HTML of Markdown without the element around it. Headings begin at level top, 2 or 3.
func RenderMarkdown(source string, top int) []byte {
	if len(source) > MaxMarkdown {
		source = strings.ToValidUTF8(source[:MaxMarkdown], "") + "…"
	}
	words := []byte("<p>" + templ.EscapeString(source) + "</p>")
	if costly(source) {
		return words
	}
	md := converter(top)
	doc := md.Parser().Parse(text.NewReader([]byte(source)))
	if depth(doc) > maxDepth {
		return words
	}
	var buf bytes.Buffer
	if err := md.Renderer().Render(&buf, []byte(source), doc); err != nil {
		return words // a bytes.Buffer does not fail and goldmark has no other error
	}
	return sanitiser().SanitizeBytes(buf.Bytes())
}

// costly reports whether the parser would take seconds over the source: its time grows with the square of the quotations
// and lists that open on one line, and of the links that are begun.
func costly(source string) bool {
	const maxLinks = 2000
	if strings.Count(source, "](") > maxLinks {
		return true
	}
	for line := range strings.Lines(source) {
		opened := 0
		for i := range len(line) {
			c := line[i]
			if !strings.ContainsRune("> \t-+*.)0123456789", rune(c)) {
				break
			}
			next := i+1 == len(line) || line[i+1] == ' ' || line[i+1] == '\t' || line[i+1] == '\n'
			if c == '>' || next && strings.ContainsRune("-+*.)", rune(c)) {
				opened++
			}
		}
		if opened > maxDepth {
			return true
		}
	}
	return false
}

// maxDepth is how deep quotations and lists may nest before the source is shown as plain text. Browsers give up at 512
// elements, readers long before.
const maxDepth = 40

func depth(n ast.Node) int {
	deepest := 0
	level := 0
	for next := n; next != nil; {
		if c := next.FirstChild(); c != nil {
			level++
			deepest = max(deepest, level)
			next = c
			continue
		}
		for next != n && next.NextSibling() == nil {
			next = next.Parent()
			level--
		}
		if next == n {
			return deepest
		}
		next = next.NextSibling()
	}
	return deepest
}

const linkRel = "nofollow noopener ugc"

// converter returns the converter whose headings begin at top. Building one takes about 30 µs, so both are kept.
func converter(top int) goldmark.Markdown {
	if top == 2 {
		return converter2()
	}
	return converter3()
}

var (
	converter2 = sync.OnceValue(func() goldmark.Markdown { return newConverter(2) })
	converter3 = sync.OnceValue(func() goldmark.Markdown { return newConverter(3) })
)

func newConverter(top int) goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone)),
			extension.Strikethrough,
		),
		goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(calm{top}, 100))),
	)
}

// calm shifts headings down, marks links as somebody else's, and leaves only the words of pictures and of links that lead
// nowhere a reader should go.
type calm struct{ top int }

// Transform implements goldmark's parser.ASTTransformer.
func (c calm) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	var unwrap []ast.Node
	level, highest := c.top-1, highestHeading(doc)
	visit := func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			// One step down at most, so that the outline of the page has no holes.
			level = min(n.Level-highest+c.top, level+1, 6)
			n.Level = level
		case *ast.Link:
			if !linkable(string(n.Destination)) {
				unwrap = append(unwrap, n)
			}
			n.SetAttributeString("rel", []byte(linkRel))
		case *ast.AutoLink:
			n.SetAttributeString("rel", []byte(linkRel))
		case *ast.Image:
			unwrap = append(unwrap, n)
		}
		return ast.WalkContinue, nil
	}
	if err := ast.Walk(doc, visit); err != nil {
		panic("markdown: visit returned an error it cannot return: " + err.Error())
	}
	for _, n := range unwrap {
		for child := n.FirstChild(); child != nil; child = n.FirstChild() {
			n.Parent().InsertBefore(n.Parent(), n, child)
		}
		n.Parent().RemoveChild(n.Parent(), n)
	}
}

// highestHeading returns the lowest level number among the headings, which are the document's own children or stand in
// quotations and lists; 1 without headings.
func highestHeading(doc ast.Node) int {
	highest := 7
	visit := func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if h, ok := n.(*ast.Heading); ok && entering {
			highest = min(highest, h.Level)
		}
		return ast.WalkContinue, nil
	}
	if err := ast.Walk(doc, visit); err != nil {
		panic("markdown: visit returned an error it cannot return: " + err.Error())
	}
	if highest > 6 {
		return 1
	}
	return highest
}

// linkable reports whether a link may lead there: to somebody else's page, or to a mailbox.
func linkable(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	return u.Scheme == "mailto" && u.Opaque != "" || u.Host != "" && Safe(address)
}

var (
	onlyLinkRel = regexp.MustCompile(`^` + linkRel + `$`)

	sanitiser = sync.OnceValue(func() *bluemonday.Policy {
		p := bluemonday.NewPolicy()
		p.AllowElements("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code",
			"em", "strong", "del", "table", "thead", "tbody", "tr", "th", "td")
		p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
		p.AllowAttrs("href").OnElements("a")
		p.AllowAttrs("rel").Matching(onlyLinkRel).OnElements("a")
		p.AllowURLSchemes("http", "https", "mailto")
		p.RequireParseableURLs(true)
		return p
	})
)
