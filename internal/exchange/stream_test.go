package exchange

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

// counting counts what was read of a stream.
type counting struct {
	in io.Reader
	n  int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += int64(n)
	return n, err
}

// A reader that took in a file before giving its records would hold two gigabytes of it.
func TestReadersDoNotReadAhead(t *testing.T) {
	t.Parallel()
	const ahead = 1200 << 10
	for _, format := range []string{"jsonl", "csv", "feed"} {
		in := sample(format, 8_000)
		if len(in) < ahead*5/4 {
			t.Fatalf("%s: %d bytes are too few to tell", format, len(in))
		}
		source := &counting{in: strings.NewReader(in)}
		r, err := Open(source, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var given int64
		for {
			record, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			given += int64(len(record.Raw))
			if source.n > given*5/4+ahead {
				t.Fatalf("%s: at line %d %d bytes were read for %d given", format, record.Line, source.n, given)
			}
		}
	}
}

// Writers must hand on what they are given, not gather it.
func TestWritersDoNotGather(t *testing.T) {
	t.Parallel()
	for _, format := range []string{FormatNDJSON, FormatClaimReview, FormatCSV} {
		var out bytes.Buffer
		w, err := NewWriter(&out, format, Info{})
		if err != nil {
			t.Fatal(err)
		}
		size := len(export(t, format, Info{}, claims()[0]))
		for i := range 500 {
			if err := w.Write(claims()[0]); err != nil {
				t.Fatal(err)
			}
			if held := size/2*i - out.Len(); held > 200_000 {
				t.Fatalf("%s: after %d claims about %d bytes are held back", format, i, held)
			}
		}
	}
}
