package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// MaxRecord is the largest record that is read, in bytes: a row, a line, an element. A larger one is rejected and passed
// without being held in memory.
const MaxRecord = 16 << 20

// maxRaw is how much of a record is kept for the file of rejects.
const maxRaw = 1 << 20

// outcome is what one verdict of an entry became: a record, or the reason why not.
type outcome struct {
	record Record
	reason string
}

// entry is one unit of a stream: a row, a line, an element. It can hold several verdicts, or none.
type entry struct {
	line     int
	raw      []byte // valid until the next entry
	outcomes []outcome
	skipped  bool // it is something else than a fact-check, and may be
}

// source gives the entries of a stream. A *Reject without number says that an entry could not be read and that reading
// goes on; io.EOF is the end; other errors end the reading.
type source interface{ next() (entry, error) }

// Reader reads fact-checks one by one. Its memory does not grow with the stream.
type Reader struct {
	source  source
	format  string
	queue   []outcome
	at      entry
	number  int
	skipped int
	err     error
}

// Format says what the stream was recognised as, for a person: "claimskg CSV", "ClaimReview".
func (r *Reader) Format() string { return r.format }

// Skipped counts what was passed because it is no fact-check and need not be one: empty elements of a feed, MediaReview,
// other data in a page. It is in neither records nor rejects.
func (r *Reader) Skipped() int { return r.skipped }

// Next returns the next fact-check. A *Reject says that one was not taken and why; the next one can be asked for.
// io.EOF says that there are no more. Any other error says that the stream cannot be read on; its text names the line and
// the reason, and every later call returns it again.
func (r *Reader) Next() (Record, error) {
	if r.err != nil {
		return Record{}, r.err
	}
	for len(r.queue) == 0 {
		e, err := r.source.next()
		if reject, ok := errors.AsType[*Reject](err); ok {
			r.number++
			reject.Record = r.number
			return Record{}, reject
		}
		if err != nil {
			r.err = err
			return Record{}, err
		}
		if e.skipped {
			r.skipped++
		}
		r.at, r.queue = e, e.outcomes
	}
	o := r.queue[0]
	r.queue = r.queue[1:]
	r.number++
	raw := bytes.Clone(r.at.raw[:min(len(r.at.raw), maxRaw)])
	if o.reason != "" {
		return Record{}, &Reject{Line: r.at.line, Record: r.number, Reason: o.reason, Raw: raw}
	}
	o.record.Line, o.record.Number, o.record.Raw = r.at.line, r.number, raw
	return o.record, nil
}

// streamError is what ends the reading of a stream.
func streamError(line int, format string, args ...any) error {
	return &StreamError{Line: line, Reason: fmt.Sprintf(format, args...)}
}

// StreamError says that a stream could not be read to its end. What came before it is good.
type StreamError struct {
	Line   int    // from 1
	Reason string // for a person
	Err    error  // what reading met; may be nil
}

// Error returns the reason with its line.
func (e *StreamError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Unwrap returns the cause.
func (e *StreamError) Unwrap() error { return e.Err }

// one makes the outcome of a single record.
func one(r Record, err error) outcome {
	if err != nil {
		return outcome{reason: err.Error()}
	}
	return outcome{record: r}
}

// atEnd turns io.EOF and what reading met into what a source returns.
func atEnd(line int, err error) error {
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	return &StreamError{Line: line, Reason: "reading stopped: " + err.Error(), Err: err}
}
