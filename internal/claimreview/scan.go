package claimreview

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// MaxElement is the largest record that is read, in bytes. A larger one is skipped without being held in memory.
const MaxElement = 16 << 20

// MaxDepth is how deep a record may nest.
const MaxDepth = 100

// ElementError says that one record could not be read. The reader stands behind it, and reading goes on.
type ElementError struct {
	Line   int    // where the record begins, or where it is wrong if that is known; from 1
	Offset int64  // where the record begins, in bytes of the decoded stream
	Reason string // for a person
	Raw    []byte // the record, cut to 4 KiB
}

// Error returns the reason with its line.
func (e *ElementError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// StreamError says that the stream cannot be read on from here.
type StreamError struct {
	Line   int
	Offset int64
	Reason string
	Err    error // what reading met, if it was not the text itself
}

// Error returns the reason with its line.
func (e *StreamError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Unwrap returns the cause.
func (e *StreamError) Unwrap() error { return e.Err }

var (
	errTooLong = errors.New("too long")
	errTooDeep = errors.New("too deep")
)

// scanner cuts JSON values out of a stream. It knows strings and brackets and leaves the rest to the decoder of a value.
type scanner struct {
	in   *bufio.Reader
	line int
	off  int64
	buf  []byte // the value being cut
	keep int    // how much of a value is held; what is over it is passed and reported
}

func newScanner(r io.Reader) *scanner {
	return &scanner{in: bufio.NewReaderSize(r, 256<<10), line: 1, keep: MaxElement}
}

func (s *scanner) errorf(format string, args ...any) error {
	return &StreamError{Line: s.line, Offset: s.off, Reason: fmt.Sprintf(format, args...)}
}

// wrap turns what reading met into a StreamError. The end of the stream is one, since it comes within something.
func (s *scanner) wrap(err error, within string) error {
	if errors.Is(err, io.EOF) {
		return s.errorf("the file ends in the middle of %s", within)
	}
	return &StreamError{Line: s.line, Offset: s.off, Reason: "reading stopped: " + err.Error(), Err: err}
}

// peek returns the next byte that is not white space and leaves it. io.EOF at the end.
func (s *scanner) peek() (byte, error) {
	for {
		b, err := s.in.ReadByte()
		if err != nil {
			return 0, err
		}
		switch b {
		case '\n':
			s.line++
		case ' ', '\t', '\r':
		default:
			return b, s.in.UnreadByte()
		}
		s.off++
	}
}

// take passes the byte that peek returned.
func (s *scanner) take() {
	// After peek the byte is in the buffer, so this cannot fail.
	_, _ = s.in.Discard(1)
	s.off++
}

// value cuts the value that begins at the byte peek returned. The result is valid until the next call. After errTooLong
// and errTooDeep the value has been passed, and what was kept of it is returned; other errors end the stream.
func (s *scanner) value() ([]byte, error) {
	s.buf = s.buf[:0]
	c := cutter{within: "a value"}
	begun := s.line
	for {
		if s.in.Buffered() == 0 {
			if _, err := s.in.Peek(1); err != nil {
				if errors.Is(err, io.EOF) && c.scalar {
					return s.buf, nil
				}
				return s.buf, s.wrap(err, fmt.Sprintf("%s that begins on line %d", c.within, begun))
			}
		}
		chunk, _ := s.in.Peek(s.in.Buffered()) // never more than is buffered, so never an error
		n, done, err := c.cut(chunk)
		for _, b := range chunk[:n] {
			if b == '\n' {
				s.line++
			}
		}
		s.off += int64(n)
		if room := s.keep - len(s.buf); n <= room {
			s.buf = append(s.buf, chunk[:n]...)
		} else {
			s.buf = append(s.buf, chunk[:max(room, 0)]...)
			c.long = true
		}
		_, _ = s.in.Discard(n) // n bytes are buffered
		switch {
		case err != nil:
			return s.buf, s.errorf("%s", err.Error())
		case done && c.deep:
			return s.buf, errTooDeep
		case done && c.long:
			return s.buf, errTooLong
		case done:
			return s.buf, nil
		}
	}
}

// cutter finds the end of one value in chunks of bytes.
type cutter struct {
	begun, inString, escaped, scalar bool
	deep, long                       bool
	open                             []byte // closing brackets awaited, to MaxDepth
	over                             int    // levels beyond MaxDepth
	within                           string
}

// cut returns how many bytes of chunk belong to the value, and whether it ends there.
func (c *cutter) cut(chunk []byte) (n int, done bool, err error) {
	for i := 0; i < len(chunk); i++ {
		b := chunk[i]
		switch {
		case c.inString:
			i += c.skipString(chunk[i:]) - 1
			if !c.inString && len(c.open) == 0 {
				return i + 1, true, nil
			}
		case c.scalar:
			if endsScalar(b) {
				return i, true, nil
			}
		case b == '"':
			c.inString, c.begun = true, true
			c.within = pick(len(c.open) > 0, c.within, "a text")
		case b == '{' || b == '[':
			c.push(b)
		case b == '}' || b == ']':
			if err := c.pop(b); err != nil {
				return i, false, err
			}
			if len(c.open) == 0 {
				return i + 1, true, nil
			}
		case !c.begun:
			if endsScalar(b) {
				return i, false, fmt.Errorf("%q stands where a value should", b)
			}
			c.scalar, c.begun = true, true
		}
	}
	return len(chunk), false, nil
}

// skipString passes what belongs to the string that is open and returns how many bytes that is, at least one.
func (c *cutter) skipString(chunk []byte) int {
	for i, b := range chunk {
		switch {
		case c.escaped:
			c.escaped = false
		case b == '\\':
			c.escaped = true
		case b == '"':
			c.inString = false
			return i + 1
		}
	}
	return len(chunk)
}

func (c *cutter) push(b byte) {
	c.begun = true
	if len(c.open) == 0 {
		c.within = "a record"
	}
	if len(c.open) == MaxDepth {
		c.deep = true
		c.over++
		return
	}
	c.open = append(c.open, pick(b == '{', byte('}'), byte(']')))
}

func (c *cutter) pop(b byte) error {
	if c.over > 0 {
		c.over--
		return nil
	}
	if len(c.open) == 0 {
		return fmt.Errorf("%q closes what was never opened", b)
	}
	if want := c.open[len(c.open)-1]; b != want {
		return fmt.Errorf("%q stands where %q should", b, want)
	}
	c.open = c.open[:len(c.open)-1]
	return nil
}

func endsScalar(b byte) bool {
	switch b {
	case ',', ']', '}', ':', '{', '[', '"', ' ', '\t', '\r', '\n':
		return true
	}
	return false
}

func pick[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}
