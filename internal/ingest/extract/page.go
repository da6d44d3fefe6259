package extract

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	readability "codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"

	"github.com/touchstone-factcheck/touchstone/internal/claimreview"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// page is an HTML page while it is read.
type page struct {
	in       Input
	base     *url.URL
	src      source
	doc      *html.Node // without what readers do not see
	size     int        // bytes of markup
	metas    metas
	stories  []story
	linked   *linked
	docTitle string
	h1s      []string
	props    map[string][]*html.Node // elements with itemprop, by its name
	sites    map[string]bool
	links    map[string]string // canonical, amphtml, image_src
	forms    forms
	readable readability.Article

	visible      string // what readers see outside of the page's head and foot, on one line
	visibleWords int
}

// Page reads an HTML page. It fails with CodeInvalid if the body is larger than MaxInput, empty, or cannot be read as
// HTML; a page that is no article, or a wall before one, is no error. The same input gives the same reading. It takes
// time and memory in proportion to the body, bounded for hostile pages by leaving out what lies beyond the bounds of
// this package; it never panics.
func Page(in Input) (r Reading, err error) {
	if err := checkSize(len(in.Body), "html"); err != nil {
		return Reading{}, err
	}
	defer func() {
		if p := recover(); p != nil { // the parsers are other people's; no page may stop the program
			r, err = Reading{}, &factcheck.Error{Code: factcheck.CodeInvalid, Field: "html", Message: "the page could not be read", Err: fmt.Errorf("a parser panicked: %v", p)}
		}
	}()
	text := decode(in.Body, in.ContentType)
	p := &page{in: in}
	if p.base, err = url.Parse(in.URL); err != nil || p.base.Host == "" {
		p.base = nil
	}
	if p.src, p.doc, err = parse(strings.ReplaceAll(text, "\x00", "")); err != nil {
		return Reading{}, err
	}
	p.size = len(p.src.markup)
	r = p.read()
	r.Checks = checks(text)
	return r, nil
}

func checkSize(n int, field string) error {
	switch {
	case n == 0:
		return factcheck.Invalid(field, "there is nothing to read")
	case n > MaxInput:
		return factcheck.Invalid(field, "this is larger than %d MiB, the most that is read", MaxInput>>20)
	}
	return nil
}

func (p *page) read() Reading {
	p.gather()
	p.prune()
	p.see()
	leads := p.takeLeads()
	guessed, guess := p.guessDate()
	body := p.mainText()
	leads = append(leads, body.leads...)

	var r Reading
	titles := p.titles()
	r.Title = p.chooseTitle(titles)
	bylines := p.bylines()
	r.Byline = p.chooseByline(bylines)
	outlets := p.outlets()
	r.Outlet = chooseFirst(outlets)
	published, modified := p.dates("published"), p.dates("modified")
	r.Published, r.Modified = p.chooseDate(published), p.chooseDate(modified)
	if r.Published.IsZero() && !ambiguous(published) {
		r.Published = guess
		published = append(published, guessed...)
	}
	body.dropHead(r.Title, r.Byline)
	languages := p.declaredLanguages()
	r.Language, languages = chooseLanguage(languages, sample(body.text, r.Title))
	images := p.addresses("image", imageCandidates(p))
	r.LeadImage = p.chooseAddress(images)
	canonicals := p.addresses("canonical", [][2]string{{p.links["canonical"], "link canonical"}, {p.metas.first("og:url"), "og:url"}})
	r.Canonical = p.chooseAddress(canonicals)
	amps := p.addresses("amp", [][2]string{{p.links["amphtml"], "link amphtml"}})
	r.AMP = p.chooseAddress(amps)
	for _, all := range [][]Found{titles, bylines, outlets, published, modified, languages, images, canonicals, amps, body.found} {
		r.Found = append(r.Found, all...)
	}
	r.Leads = distinctLeads(leads, r.Title)
	if r.Wall = p.wall(body); r.Wall.Kind != WallNone {
		for i := range r.Found {
			r.Found[i].Chosen = r.Found[i].Chosen && r.Found[i].Field != "text"
		}
		return r
	}
	r.Text, r.Blocks = body.text, body.blocks
	r.Direction = direction(r.Text)
	r.Quotations = quotations(r.Text, r.Blocks)
	return r
}

// sample returns the text that tells the language: the article's, or its title where there is too little of it.
func sample(text, title string) string {
	if letters(text) < 40 {
		return title + "\n" + text
	}
	return text
}

func chooseFirst(all []Found) string {
	if len(all) == 0 {
		return ""
	}
	all[0].Chosen = true
	return all[0].Value
}

// gather takes what the page says of itself, before anything is removed from it.
func (p *page) gather() {
	p.metas = readMetas(p.doc)
	p.linked = readLinked(p.src.data)
	p.stories = p.linked.stories()
	p.props, p.links = map[string][]*html.Node{}, map[string]string{}
	for e := range elements(p.doc) {
		switch e.Data {
		case "title":
			if p.docTitle == "" {
				p.docTitle = textOf(e, maxValue)
			}
		case "link":
			for rel := range strings.FieldsSeq(strings.ToLower(attr(e, "rel"))) {
				if p.links[rel] == "" && (rel == "canonical" || rel == "amphtml" || rel == "image_src") {
					p.links[rel] = attr(e, "href")
				}
			}
		}
		for prop := range strings.FieldsSeq(strings.ToLower(attr(e, "itemprop"))) {
			if len(p.props) < 100 && len(p.props[prop]) < 20 {
				p.props[prop] = append(p.props[prop], e)
			}
		}
	}
	p.forms = readForms(p.doc)
	p.sites = p.siteNames()
}

// see takes down what readers see of the page, its navigation left out.
func (p *page) see() {
	var b strings.Builder
	for n := p.doc.FirstChild; n != nil && b.Len() < 64<<10; {
		next := following(n, p.doc)
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.Type == html.ElementNode && (n.Data == "footer" || n.Data == "head"):
			next = beyond(n, p.doc)
		case n.Type == html.ElementNode && (isBlock(n.Data) || n.Data == "br"):
			b.WriteByte(' ')
		}
		n = next
	}
	p.visible = strings.ReplaceAll(line(b.String()), "’", "'")
	p.visibleWords = len(words(p.visible))
}

// canonical returns the address that the page gives for itself, absolute.
func (p *page) canonical() string { return absolute(p.base, p.links["canonical"]) }

func imageCandidates(p *page) [][2]string {
	var all [][2]string
	for _, s := range p.stories[:min(len(p.stories), 2)] {
		all = append(all, [2]string{s.image, "json-ld " + s.kind + ".image"})
	}
	for _, key := range imageKeys {
		all = append(all, [2]string{p.metas.first(key), key})
	}
	return append(all, [2]string{p.links["image_src"], "link image_src"})
}

// addresses makes candidates of pairs of an address and where it stood.
func (p *page) addresses(field string, pairs [][2]string) []Found {
	var all []Found
	for _, pair := range pairs {
		all = add(all, field, pair[0], pair[1])
	}
	return all
}

func (p *page) chooseAddress(all []Found) string {
	for i, f := range all {
		if u := absolute(p.base, f.Value); u != "" && len(f.Value) < maxValue {
			all[i].Chosen = true
			return u
		}
	}
	return ""
}

// checks returns the ClaimReview markup of a page. What is broken of it is passed over: the page is read all the same.
func checks(page string) []claimreview.Review {
	if !strings.Contains(page, "ClaimReview") {
		return nil
	}
	var all []claimreview.Review
	at := strings.IndexByte(page, '<')
	reader := claimreview.NewReader(bytes.NewReader([]byte(page[max(at, 0):])))
	for range 1000 {
		e, err := reader.Next()
		if err == nil {
			all = append(all, e.Reviews...)
			continue
		}
		if _, again := asElement(err); !again {
			break
		}
	}
	return all
}
