package claimreview

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// piece is one value cut from the stream, with its place.
type piece struct {
	raw       []byte // valid until the next piece
	line      int
	off       int64
	container string // "list", the key of the list it was in, or "" for a value that stands by itself
	nodes     []any  // the document around it, for references
}

// walker finds the records of a JSON stream: the elements of a list, of @graph, dataFeedElement or itemListElement of an
// object, or values that stand by themselves, one after the other. It holds one record at a time.
type walker struct {
	s         *scanner
	container string // where inList is
	inList    bool
	inObject  bool // a list ended, the object around it goes on
	first     bool // no element of the list yet
	object    []byte
	tooLong   bool
}

func (w *walker) next() (piece, error) {
	for {
		var p piece
		var ok bool
		var err error
		switch {
		case w.inList:
			p, ok, err = w.element()
		case w.inObject:
			err = w.members(nil)
		default:
			p, ok, err = w.top()
		}
		if ok || err != nil {
			return p, err
		}
	}
}

// top begins a value that stands by itself. ok is false when it turned out to be a container.
func (w *walker) top() (p piece, ok bool, err error) {
	b, err := w.s.peek()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return piece{}, false, io.EOF
		}
		return piece{}, false, w.s.wrap(err, "")
	}
	p = piece{line: w.s.line, off: w.s.off}
	switch b {
	case '[':
		w.s.take()
		w.inList, w.first, w.container = true, true, "list"
		return piece{}, false, nil
	case '{':
		w.s.take()
		w.object, w.tooLong = append(w.object[:0], '{'), false
		if err := w.members(&p); err != nil || w.inList {
			return p, false, err
		}
		return p, p.raw != nil, nil
	}
	return piece{}, false, w.s.errorf("%q stands where a JSON object or list should", b)
}

// members reads the members of an object at the top, from after its bracket or after a list in it. It returns when a list
// of records begins, or when the object ends; then, if no list of records was in it, p becomes the object itself.
func (w *walker) members(p *piece) error {
	w.inObject = false
	for first := p != nil; ; first = false {
		b, err := w.s.peek()
		if err != nil {
			return w.s.wrap(err, "an object")
		}
		switch {
		case b == '}':
			w.s.take()
			return w.endObject(p)
		case b == ',' && !first:
			w.s.take()
			w.hold([]byte{','})
			if b, err = w.s.peek(); err != nil {
				return w.s.wrap(err, "an object")
			}
		case !first:
			return w.s.errorf("%q stands where a comma or the end of the object should", b)
		}
		if b != '"' {
			return w.s.errorf("%q stands where the name of a member should", b)
		}
		listed, err := w.member()
		if err != nil || listed {
			return err
		}
	}
}

// member reads a name and what it names. listed means that a list of records begins.
func (w *walker) member() (listed bool, err error) {
	name, err := w.s.value()
	if err != nil {
		return false, w.passed(err)
	}
	key := bareName(string(bytes.Trim(name, `"`)))
	w.hold(name)
	b, err := w.s.peek()
	if err != nil {
		return false, w.s.wrap(err, "an object")
	}
	if b != ':' {
		return false, w.s.errorf("%q stands where a colon should", b)
	}
	w.s.take()
	w.hold([]byte{':'})
	if b, err = w.s.peek(); err != nil {
		return false, w.s.wrap(err, "an object")
	}
	if b == '[' && isContainer(key) {
		w.s.take()
		w.inList, w.inObject, w.first, w.container = true, true, true, key
		return true, nil
	}
	value, err := w.s.value()
	if err != nil {
		return false, w.passed(err)
	}
	w.hold(value)
	return false, nil
}

// passed notes a member that is too large to hold; the object may still have a list of records.
func (w *walker) passed(err error) error {
	if errors.Is(err, errTooLong) || errors.Is(err, errTooDeep) {
		w.tooLong = true
		return nil
	}
	return err
}

func (w *walker) hold(part []byte) {
	if len(w.object)+len(part) > MaxElement {
		w.tooLong = true
		return
	}
	w.object = append(w.object, part...)
}

func (w *walker) endObject(p *piece) error {
	if p == nil {
		return nil
	}
	if w.tooLong {
		return &ElementError{Line: p.line, Offset: p.off, Reason: tooLong, Raw: clip(w.object)}
	}
	w.object = append(w.object, '}')
	p.raw = w.object
	return nil
}

// element cuts the next element of the list. ok is false at the list's end.
func (w *walker) element() (p piece, ok bool, err error) {
	b, err := w.s.peek()
	if err != nil {
		return p, false, w.s.wrap(err, "a list")
	}
	if !w.first && b != ']' {
		if b != ',' {
			return p, false, w.s.errorf("%q stands where a comma or the end of the list should", b)
		}
		w.s.take()
		if b, err = w.s.peek(); err != nil {
			return p, false, w.s.wrap(err, "a list")
		}
	}
	w.first = false
	if b == ']' {
		w.s.take()
		w.inList = false
		return p, false, nil
	}
	p = piece{line: w.s.line, off: w.s.off, container: w.container}
	p.raw, err = w.s.value()
	switch {
	case errors.Is(err, errTooLong):
		err = &ElementError{Line: p.line, Offset: p.off, Reason: tooLong, Raw: clip(p.raw)}
	case errors.Is(err, errTooDeep):
		err = &ElementError{Line: p.line, Offset: p.off, Reason: tooDeep, Raw: clip(p.raw)}
	}
	return p, err == nil, err
}

const (
	tooLong = "the record is larger than 16 MiB"
	tooDeep = "the record nests more than 100 levels deep"
)

func isContainer(key string) bool {
	return key == "dataFeedElement" || key == "@graph" || key == "itemListElement"
}

// bareName takes schema.org's prefixes off a property or type.
func bareName(name string) string {
	for _, prefix := range []string{"http://schema.org/", "https://schema.org/", "http://www.schema.org/", "https://www.schema.org/", "schema:"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			return rest
		}
	}
	return name
}

// clip returns a copy of the beginning of raw, for a reject's file.
func clip(raw []byte) []byte { return bytes.Clone(raw[:min(len(raw), 4<<10)]) }
