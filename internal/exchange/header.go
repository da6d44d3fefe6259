package exchange

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/claimreview"
)

// maxColumns is how many columns of a file are named.
const maxColumns = 200

// Columns returns what the columns of CSV, or the members of the first object of JSON Lines, are called in r, so that
// somebody can say which holds what (Options.Map): at most two hundred, each once, members of inner objects by their path.
// It returns none for ClaimReview, which has names of its own, and for what is neither. It reads the beginning only. Errors are those
// of Open but for what the columns are.
func Columns(r io.Reader, o Options) ([]string, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	in, err := decoded(bufio.NewReaderSize(r, sniffed))
	if err != nil {
		return nil, err
	}
	head, err := in.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return nil, nil // what cannot be read has no columns
	}
	format := o.Format
	if format == FormatAuto {
		format = sniff(head)
	}
	switch format {
	case FormatCSV:
		header, _, _, err := newRows(bufio.NewReader(bytes.NewReader(head)), commaOf(head)).next()
		if err != nil {
			return nil, nil //nolint:nilerr // a first line that is no header has no columns
		}
		return distinctNames(header), nil
	case FormatJSONL:
		line, _, _ := bytes.Cut(bytes.TrimSpace(head), []byte{'\n'})
		v, _, err := claimreview.Decode(line)
		if m, ok := v.(map[string]any); ok && err == nil {
			return distinctNames(members(m, "")), nil
		}
	}
	return nil, nil
}

// members returns the paths of an object's members, those of inner objects behind a dot, two deep.
func members(m map[string]any, prefix string) []string {
	var names []string
	for name, v := range m {
		if inner, ok := v.(map[string]any); ok && strings.Count(prefix, ".") < 2 {
			names = append(names, members(inner, prefix+name+".")...)
			continue
		}
		names = append(names, prefix+name)
	}
	slices.Sort(names)
	return names
}

func distinctNames(list []string) []string {
	var out []string
	for _, name := range list {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(out, name) && len(out) < maxColumns {
			out = append(out, name)
		}
	}
	return out
}
