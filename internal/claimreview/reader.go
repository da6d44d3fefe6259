package claimreview

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html"
)

// Element is one record of a stream: an element of a list or feed, a value that stands by itself, or a script of a page.
type Element struct {
	Line      int    // where it begins, from 1
	Offset    int64  // where it begins, in bytes
	Raw       []byte // its text; valid until the next call of Next
	Container string // "list", "@graph", "dataFeedElement", "itemListElement", "html", or "" for a value by itself
	Value     any    // decoded, numbers as json.Number; nil for null
	Reviews   []Review
}

// Reader reads the records of a stream one by one. Its memory does not grow with the stream, only with the largest record
// (MaxElement at most). It takes JSON documents, several JSON values one after the other, and HTML pages.
type Reader struct {
	pieces interface{ next() (piece, error) }
	nodes  []any // the whole document, if it is small and has references
}

// smallDocument is up to which size references between records of a document are followed.
const smallDocument = 1 << 20

// NewReader returns a Reader of r, which must be UTF-8 without a byte order mark. It reads the beginning of r; an error
// that this meets is returned by Next, behind the records before it.
func NewReader(r io.Reader) *Reader {
	head := make([]byte, smallDocument)
	n, err := 0, error(nil)
	for n < len(head) && err == nil {
		var more int
		more, err = r.Read(head[n:])
		n += more
	}
	head = head[:n]
	in := io.MultiReader(bytes.NewReader(head), r)
	if err != nil {
		in = io.MultiReader(bytes.NewReader(head), failed{err})
	}
	if trimmed := bytes.TrimLeft(head, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '<' {
		return &Reader{pieces: newPage(in)}
	}
	reader := &Reader{pieces: &walker{s: newScanner(in)}}
	if errors.Is(err, io.EOF) {
		reader.nodes = nodes(head)
	}
	return reader
}

// failed goes on failing as a reader before it failed.
type failed struct{ err error }

func (f failed) Read([]byte) (int, error) { return 0, f.err }

// nodes decodes a document that has references. A broken one has none to follow: its error is met again where it stands.
func nodes(raw []byte) []any {
	if !bytes.Contains(raw, []byte(`"@id"`)) {
		return nil
	}
	v, _, err := Decode(raw)
	if err != nil {
		return nil
	}
	return []any{v}
}

// Page reports whether the stream is HTML.
func (r *Reader) Page() bool {
	_, isPage := r.pieces.(*page)
	return isPage
}

// Next returns the next record. An *ElementError says that one record could not be read and the next one can be asked for;
// io.EOF that there are no more; any other error, usually a *StreamError, that reading ends here.
func (r *Reader) Next() (Element, error) {
	p, err := r.pieces.next()
	if err != nil {
		return Element{}, err
	}
	e := Element{Line: p.line, Offset: p.off, Raw: p.raw, Container: p.container}
	v, line, err := Decode(p.raw)
	if err != nil {
		return Element{}, &ElementError{Line: p.line + line, Offset: p.off, Reason: err.Error(), Raw: clip(p.raw)}
	}
	e.Value = v
	t := &tree{roots: append(append(p.nodes, r.nodes...), v)}
	e.Reviews = t.reviews(v)
	return e, nil
}

// page finds the JSON-LD scripts of HTML pages, one after the other in one stream. A comment is not searched.
type page struct {
	z    *html.Tokenizer
	line int
	off  int64
	in   *walker // of the script being read
	base piece   // where that script begins
}

func newPage(r io.Reader) *page {
	z := html.NewTokenizer(r)
	z.SetMaxBuf(MaxElement)
	return &page{z: z, line: 1}
}

func (p *page) next() (piece, error) {
	for {
		if p.in != nil {
			next, err := p.fromScript()
			if err == nil || !errors.Is(err, io.EOF) {
				return next, err
			}
			p.in = nil
		}
		if err := p.findScript(); err != nil {
			return piece{}, err
		}
	}
}

// fromScript returns the next record of the script that is open, with its place in the page. What ends the script's
// stream spoils only the script.
func (p *page) fromScript() (piece, error) {
	next, err := p.in.next()
	next.line += p.base.line - 1
	next.off += p.base.off
	next.container, next.nodes = "html", p.base.nodes
	if stream, ok := errors.AsType[*StreamError](err); ok {
		p.in = nil
		reason := "the JSON-LD of the page is broken: " + strings.Replace(stream.Reason, "the file ends", "it ends", 1)
		err = &ElementError{Line: p.base.line + stream.Line - 1, Offset: p.base.off + stream.Offset, Reason: reason, Raw: clip(p.base.raw)}
	} else if element, ok := errors.AsType[*ElementError](err); ok {
		element.Line += p.base.line - 1
		element.Offset += p.base.off
	}
	return next, err
}

// findScript goes on to the next script of JSON-LD and opens it.
func (p *page) findScript() error {
	inScript := false
	for {
		kind := p.z.Next()
		line, off := p.line, p.off
		p.line += bytes.Count(p.z.Raw(), []byte{'\n'})
		p.off += int64(len(p.z.Raw()))
		switch kind {
		case html.ErrorToken:
			return p.end()
		case html.StartTagToken:
			inScript = isJSONLD(p.z)
		case html.TextToken:
			if !inScript {
				continue
			}
			script := p.z.Raw()
			raw := unwrapScript(bytes.Clone(script))
			if len(raw) == 0 {
				continue
			}
			before := script[:max(bytes.Index(script, raw), 0)] // nothing if it had to be unescaped
			p.base = piece{raw: raw, line: line + bytes.Count(before, []byte{'\n'}), off: off + int64(len(before)), nodes: nodes(raw)}
			p.in = &walker{s: newScanner(bytes.NewReader(raw))}
			return nil
		}
	}
}

func (p *page) end() error {
	err := p.z.Err()
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	reason := "reading stopped: " + err.Error()
	if errors.Is(err, html.ErrBufferExceeded) {
		reason = fmt.Sprintf("a part of the page that begins here is larger than %d MiB", MaxElement>>20)
	}
	return &StreamError{Line: p.line, Offset: p.off, Reason: reason, Err: err}
}

// isJSONLD reports whether the start tag that z is at opens a script of JSON-LD. Parameters of the type do not count.
func isJSONLD(z *html.Tokenizer) bool {
	name, more := z.TagName()
	if string(name) != "script" {
		return false
	}
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		if string(key) == "type" {
			kind, _, _ := strings.Cut(strings.ToLower(string(value)), ";")
			return strings.TrimSpace(kind) == "application/ld+json"
		}
	}
	return false
}
