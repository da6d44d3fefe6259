package exchange

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/touchstone-factcheck/touchstone/internal/claimreview"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// sniffed is how much of a stream is looked at to tell what it is.
const sniffed = 64 << 10

// Open returns a Reader of r. The content may be gzipped, and in UTF-8 or UTF-16. With FormatAuto it is recognised by what
// is in it. Open fails with CodeInvalid on options that cannot be meant and on content that cannot be told, and says what
// it saw. An empty stream has no records and is no error.
func Open(r io.Reader, o Options) (*Reader, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	in, err := decoded(bufio.NewReaderSize(r, sniffed))
	if err != nil {
		return nil, err
	}
	head, err := in.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return nil, fmt.Errorf("read the beginning: %w", err) // otherwise it is met again behind what can be read
	}
	format := o.Format
	if format == FormatAuto {
		format = sniff(head)
	}
	switch format {
	case FormatClaimReview:
		elements := claimreview.NewReader(in)
		return &Reader{source: &reviews{in: elements, o: o, bare: elements.Page()}, format: "ClaimReview"}, nil
	case FormatJSONL:
		return &Reader{source: newLines(in, o), format: "JSON Lines"}, nil
	}
	return openCSV(in, head, o)
}

// decoded returns what is inside of gzip, in UTF-8 without a byte order mark. It refuses what is no text and says what it is.
func decoded(in *bufio.Reader) (*bufio.Reader, error) {
	for range 2 { // a stream that was gzipped twice happens; more is hostile
		magic, _ := in.Peek(2)
		if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
			break
		}
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, factcheck.Invalid("file", "this begins like a gzip file but is damaged: %v", err)
		}
		in = bufio.NewReaderSize(z, sniffed)
	}
	head, err := in.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return nil, factcheck.Invalid("file", "the beginning cannot be read: %v", err)
	}
	if what := notText(head); what != "" {
		return nil, factcheck.Invalid("file", "this is %s", what)
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		_, _ = in.Discard(3) // it was just seen
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return utf8From(in, unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)), nil
	case nulls(head, 1):
		return utf8From(in, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)), nil
	case nulls(head, 0):
		return utf8From(in, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)), nil
	}
	return in, nil
}

func utf8From(in io.Reader, e encoding.Encoding) *bufio.Reader {
	return bufio.NewReaderSize(transform.NewReader(in, e.NewDecoder()), sniffed)
}

// notText names a kind of file that cannot be read, by its first bytes.
func notText(head []byte) string {
	for _, kind := range []struct{ magic, name string }{
		{"PK\x03\x04", "a ZIP archive (Excel files are, too); unpack it, or save the table as CSV in UTF-8"},
		{"BZh", "a bzip2 file; unpack it first"},
		{"\xfd7zXZ\x00", "an xz file; unpack it first"},
		{"\x28\xb5\x2f\xfd", "a zstd file; unpack it first"},
		{"\xd0\xcf\x11\xe0", "an old Excel file; save the table as CSV in UTF-8"},
		{"%PDF", "a PDF file"},
		{"SQLite format 3", "an SQLite database"},
		{"\xff\xfe\x00\x00", "UTF-32; save it as UTF-8"},
		{"\x00\x00\xfe\xff", "UTF-32; save it as UTF-8"},
		{"\x89PNG", "a picture"},
		{"\xff\xd8\xff", "a picture"},
	} {
		if bytes.HasPrefix(head, []byte(kind.magic)) {
			return kind.name
		}
	}
	return ""
}

// nulls reports whether most bytes at even (0) or odd (1) places are NUL, and few of the others: Latin text in UTF-16.
func nulls(head []byte, parity int) bool {
	var n [2]int
	for i, b := range head {
		if b == 0 {
			n[i%2]++
		}
	}
	return len(head) >= 4 && n[parity]*5 > len(head) && n[1-parity]*20 < len(head)
}

// sniff tells the format by the first part of the content.
func sniff(head []byte) string {
	text := bytes.TrimLeft(head, " \t\r\n")
	if len(text) == 0 {
		return FormatJSONL // nothing to read is read as no lines
	}
	switch text[0] {
	case '<', '[':
		return FormatClaimReview
	case '{':
		line, rest, ended := bytes.Cut(text, []byte{'\n'})
		if ended && json.Valid(line) && len(bytes.TrimSpace(rest)) > 0 {
			return FormatJSONL
		}
		return FormatClaimReview
	}
	return FormatCSV
}

// reviews reads the elements of a JSON document or page.
type reviews struct {
	in   *claimreview.Reader
	o    Options
	bare bool // a page or graph was read and no fact-check was in it so far
}

func (s *reviews) next() (entry, error) {
	e, err := s.in.Next()
	if element, ok := errors.AsType[*claimreview.ElementError](err); ok {
		s.bare = false
		return entry{}, &Reject{Line: element.Line, Reason: element.Reason, Raw: element.Raw}
	}
	if stream, ok := errors.AsType[*claimreview.StreamError](err); ok {
		return entry{}, &StreamError{Line: stream.Line, Reason: stream.Reason, Err: stream.Err}
	}
	if errors.Is(err, io.EOF) && s.bare {
		s.bare = false
		return entry{}, &Reject{Line: 1, Reason: "there is no ClaimReview in this page"}
	}
	if err != nil {
		return entry{}, err
	}
	got := entry{line: e.Line, raw: e.Raw}
	switch {
	case len(e.Reviews) > 0:
		s.bare = false
		for _, v := range e.Reviews {
			got.outcomes = append(got.outcomes, one(FromReview(v, s.o)))
		}
	case mayBeOther(e):
		got.skipped = true
	default:
		got.outcomes, got.skipped = fromValue(e.Value, e.Raw, s.o)
	}
	return got, nil
}

// mayBeOther reports whether an element without a ClaimReview is in its place: in a page, a graph, a list of items, as an
// empty element or a MediaReview in a feed, or as a feed without elements.
func mayBeOther(e claimreview.Element) bool {
	switch e.Container {
	case "html", "@graph", "itemListElement", "dataFeedElement":
		return true
	}
	m, ok := e.Value.(map[string]any)
	return e.Value == nil || ok && (m["@type"] == "DataFeed" || m["@type"] == "MediaReview")
}
