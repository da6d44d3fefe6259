package exchange

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/claimreview"
	"github.com/touchstone-factcheck/touchstone/internal/document"
)

// lines reads JSON Lines: one value a line, blank lines between them.
type lines struct {
	in   *bufio.Reader
	o    Options
	line int
	buf  []byte
}

func newLines(in io.Reader, o Options) *lines {
	return &lines{in: bufio.NewReaderSize(in, 64<<10), o: o}
}

func (s *lines) next() (entry, error) {
	for {
		raw, long, err := readLine(s.in, s.buf[:0])
		s.buf = raw
		if err != nil {
			return entry{}, atEnd(s.line+1, err)
		}
		s.line++
		if long {
			return entry{}, &Reject{Line: s.line, Reason: fmt.Sprintf("the line is larger than %d MiB", MaxRecord>>20), Raw: bytes.Clone(raw[:4<<10])}
		}
		if raw = bytes.TrimSpace(raw); len(raw) == 0 {
			continue
		}
		v, _, err := claimreview.Decode(raw)
		if err != nil {
			return entry{}, &Reject{Line: s.line, Reason: err.Error(), Raw: bytes.Clone(raw[:min(len(raw), maxRaw)])}
		}
		e := entry{line: s.line, raw: raw}
		e.outcomes, e.skipped = fromValue(v, raw, s.o)
		return e, nil
	}
}

// readLine appends the next line to buf, without its end. Of a line that is too long it keeps what fits and passes the
// rest. io.EOF comes alone.
func readLine(in *bufio.Reader, buf []byte) (line []byte, long bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if room := MaxRecord - len(buf); len(part) > room {
			part, long = part[:room], true
		}
		buf = append(buf, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(buf) > 0:
			return buf, long, nil
		case err != nil:
			return buf, long, err
		}
		return bytes.TrimSuffix(buf, []byte{'\n'}), long, nil
	}
}

// fromValue recognises one JSON value: a ClaimReview, a document of our own export, or an object with the members of a
// known shape or of Options.Map.
func fromValue(v any, raw []byte, o Options) (outcomes []outcome, skipped bool) {
	m, ok := v.(map[string]any)
	if !ok {
		if all := claimreview.FromValue(v); len(all) > 0 {
			return fromReviews(all, o), false
		}
		return []outcome{{reason: "this is not a fact-check: it should be an object"}}, false
	}
	switch {
	case len(o.Map) > 0:
	case m["text"] != nil && isList(m["verdicts"]):
		return fromExport(raw, o), false
	case m["epoch"] != nil && m["seq"] != nil && m["text"] == nil:
		return nil, true // the line of our own export that says what it is true at
	default:
		if all := claimreview.FromValue(v); len(all) > 0 {
			return fromReviews(all, o), false
		}
	}
	shape := shapeOf(func(name string) bool { return m[name] != nil }, o)
	if shape == nil {
		if m["@type"] == "MediaReview" {
			return nil, true
		}
		return []outcome{{reason: "this is not a fact-check in a shape that is known; its members are " + nameList(slices.Sorted(maps.Keys(m))) + "; say which holds what with --map"}}, false
	}
	r, err := shape.read(rowOf(m), o)
	if errors.Is(err, errOther) {
		return nil, true
	}
	return []outcome{one(r, err)}, false
}

func fromReviews(all []claimreview.Review, o Options) []outcome {
	var outcomes []outcome
	for _, v := range all {
		outcomes = append(outcomes, one(FromReview(v, o)))
	}
	return outcomes
}

func fromExport(raw []byte, o Options) []outcome {
	var c document.Claim
	if err := json.Unmarshal(raw, &c); err != nil {
		return []outcome{{reason: "this looks like a claim of our own export but is not: " + err.Error()}}
	}
	return fromDocument(c, o)
}

func isList(v any) bool {
	_, ok := v.([]any)
	return ok
}

// member returns a member as text; dots lead into objects, and a list is joined by line breaks.
func member(m map[string]any, path string) string {
	v, ok := m[path]
	for !ok {
		head, rest, dotted := strings.Cut(path, ".")
		inner, isObject := m[head].(map[string]any)
		if !dotted || !isObject {
			return ""
		}
		m, path = inner, rest
		v, ok = m[path]
	}
	switch v := v.(type) {
	case nil:
		return ""
	case []any:
		var all []string
		for _, e := range v {
			if s, ok := scalar(e); ok {
				all = append(all, s)
			}
		}
		return strings.Join(all, "\n")
	}
	s, _ := scalar(v)
	return s
}

func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return fmt.Sprint(v), true
	}
	return "", false
}

// nameList lists names for a message, not more than a person wants to read.
func nameList(names []string) string {
	for i, name := range names {
		names[i] = clipText(cleaner{}.line(strings.ReplaceAll(name, "\x00", "")), 40)
	}
	if len(names) > 30 {
		return strings.Join(names[:30], ", ") + fmt.Sprintf(" and %d more", len(names)-30)
	}
	return strings.Join(names, ", ")
}
