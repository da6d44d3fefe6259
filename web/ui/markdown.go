package ui

import (
	"bytes"
	"context"
	"io"
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
const MaxMarkdown = 200_000

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
	var buf bytes.Buffer
	if err := converter(top).Convert([]byte(source), &buf); err != nil {
		// A bytes.Buffer does not fail and goldmark has no other error: show the words.
		return []byte("<p>" + templ.EscapeString(source) + "</p>")
	}
	return sanitiser().SanitizeBytes(buf.Bytes())
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

// calm shifts headings down, marks links as somebody else's and replaces pictures by their description.
type calm struct{ top int }

// Transform implements goldmark's parser.ASTTransformer.
func (c calm) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	var pictures []ast.Node
	level := c.top - 1
	visit := func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			// One step down at most, so that the outline of the page has no holes.
			level = min(n.Level+c.top-1, level+1, 6)
			n.Level = level
		case *ast.Link, *ast.AutoLink:
			n.SetAttributeString("rel", []byte(linkRel))
		case *ast.Image:
			pictures = append(pictures, n)
		}
		return ast.WalkContinue, nil
	}
	if err := ast.Walk(doc, visit); err != nil {
		panic("markdown: visit returned an error it cannot return: " + err.Error())
	}
	for _, p := range pictures {
		for child := p.FirstChild(); child != nil; child = p.FirstChild() {
			p.Parent().InsertBefore(p.Parent(), p, child)
		}
		p.Parent().RemoveChild(p.Parent(), p)
	}
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
		p.RequireNoFollowOnLinks(true)
		return p
	})
)
