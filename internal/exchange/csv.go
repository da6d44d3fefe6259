package exchange

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// rows reads CSV (RFC 4180) row by row, with line ends of any system and quoted line breaks. It keeps the bytes of a row
// for the file of rejects, holds MaxRecord at most, and recovers from a quotation mark that is never closed: the line it
// stands on is given up and reading goes on behind it. encoding/csv would read the rest of the file into memory.
type rows struct {
	in     *bufio.Reader
	comma  byte
	line   int    // of the next byte, from 1
	buf    []byte // bytes that were read and wait to be read again after an unclosed quotation mark
	raw    []byte // of the row
	limit  int    // the largest row held
	giveUp int    // how often an unclosed quotation mark may still be recovered from
}

func newRows(in *bufio.Reader, comma byte) *rows {
	return &rows{in: in, comma: comma, line: 1, limit: MaxRecord, giveUp: 20}
}

var errUnclosed = errors.New("a quotation mark that opens a field is never closed")

// next returns the fields of the next row that is not blank, the line it begins on and its bytes, which are valid until the
// next call. A *Reject says that a line was given up; io.EOF is the end.
func (r *rows) next() (fields []string, line int, raw []byte, err error) {
	for {
		line = r.line
		fields, err = r.row()
		if errors.Is(err, errUnclosed) {
			return nil, line, nil, r.giveUpLine(line)
		}
		if err != nil {
			return nil, line, nil, atEnd(line, err)
		}
		if len(bytes.TrimSpace(r.raw)) > 0 {
			return fields, line, r.raw, nil
		}
	}
}

// giveUpLine gives up the first line of what was read and puts the rest back. A line that is longer than what was read is
// passed to its end.
func (r *rows) giveUpLine(line int) error {
	r.giveUp--
	if r.giveUp < 0 {
		return streamError(line, "%v, and this has happened too often to go on", errUnclosed)
	}
	lost, rest, ended := bytes.Cut(r.raw, []byte{'\n'})
	reject := &Reject{Line: line, Reason: errUnclosed.Error(), Raw: bytes.Clone(lost[:min(len(lost), 4<<10)])}
	if len(r.raw) > r.limit {
		reject.Reason = fmt.Sprintf("the row is larger than %d MiB; perhaps a quotation mark is never closed", MaxRecord>>20)
	}
	r.buf = append(bytes.Clone(rest), r.buf...)
	r.line = line + 1
	for !ended {
		b, err := r.byte()
		ended = err != nil || b == '\n' // an error is met again by the next row
	}
	return reject
}

func (r *rows) byte() (byte, error) {
	if len(r.buf) > 0 {
		b := r.buf[0]
		r.buf = r.buf[1:]
		return b, nil
	}
	return r.in.ReadByte()
}

// row reads one row. What it has read is in r.raw.
func (r *rows) row() ([]string, error) {
	r.raw = r.raw[:0]
	var fields []string
	var field []byte
	quoted, opened := false, false // inside of quotation marks; the field began with one
	for {
		b, err := r.byte()
		if errors.Is(err, io.EOF) && len(r.raw) > 0 {
			if quoted {
				return nil, errUnclosed
			}
			return append(fields, string(field)), nil
		}
		if err != nil {
			return nil, err
		}
		r.raw = append(r.raw, b)
		if b == '\n' {
			r.line++
		}
		switch {
		case len(r.raw) > r.limit:
			return nil, errUnclosed // nothing else makes a row this long
		case quoted && b == '"':
			next, err := r.peek()
			if err == nil && next == '"' {
				r.raw = append(r.raw, '"')
				_, _ = r.byte() // it was just seen
				field = append(field, '"')
				continue
			}
			quoted = false
		case quoted:
			field = append(field, b)
		case b == '"' && len(field) == 0 && !opened:
			quoted, opened = true, true
		case b == r.comma:
			fields = append(fields, string(field))
			field, opened = field[:0], false
		case b == '\n':
			return append(fields, string(bytes.TrimSuffix(field, []byte{'\r'}))), nil
		case b == '\r' && !r.newlineFollows():
			r.line++
			return append(fields, string(field)), nil // old Macintosh
		default:
			field = append(field, b)
		}
	}
}

func (r *rows) peek() (byte, error) {
	if len(r.buf) > 0 {
		return r.buf[0], nil
	}
	next, err := r.in.Peek(1)
	if err != nil {
		return 0, err
	}
	return next[0], nil
}

func (r *rows) newlineFollows() bool {
	b, err := r.peek()
	return err == nil && b == '\n'
}

// commaOf tells what separates the columns: whichever of comma, semicolon, tab and bar is most frequent in the header,
// outside of quotation marks.
func commaOf(head []byte) byte {
	counts, quoted := map[byte]int{}, false
	for _, b := range head {
		if b == '"' {
			quoted = !quoted
		}
		if !quoted && (b == '\n' || b == '\r') {
			break
		}
		if !quoted {
			counts[b]++
		}
	}
	best := byte(',')
	for _, b := range []byte{';', '\t', '|'} {
		if counts[b] > counts[best] {
			best = b
		}
	}
	return best
}

// table reads the rows of a CSV file whose header is a known shape.
type table struct {
	rows    *rows
	columns map[string]int // by name in lower case
	names   []string
	width   int
	shape   *shape
	o       Options
}

func (t *table) next() (entry, error) {
	fields, line, raw, err := t.rows.next()
	if err != nil {
		return entry{}, err
	}
	for len(fields) > t.width && fields[len(fields)-1] == "" {
		fields = fields[:len(fields)-1] // spreadsheets add empty cells
	}
	e := entry{line: line, raw: raw}
	if len(fields) != t.width {
		e.outcomes = []outcome{{reason: fmt.Sprintf("the row has %d columns and the header %d; perhaps a quotation mark is missing or too many", len(fields), t.width)}}
		return e, nil
	}
	get := func(name string) string {
		if i, ok := t.columns[strings.ToLower(name)]; ok {
			return fields[i]
		}
		return ""
	}
	r, err := t.shape.read(row{get: get, names: t.names}, t.o)
	e.skipped = errors.Is(err, errOther)
	if !e.skipped {
		e.outcomes = []outcome{one(r, err)}
	}
	return e, nil
}
