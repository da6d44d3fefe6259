package httpcache_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
)

func TestPiecesMakeOneBody(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same each time
	noise := make([]byte, 100_000)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	for name, parts := range map[string][]string{
		"none": {}, "empty ones": {"", "", ""}, "one": {"a"}, "several": {"[", strings.Repeat(`{"a":"b"},`, 20_000), "", "]"},
		"what cannot be compressed": {string(noise), "x", string(noise[:65_536]), string(noise[:257])},
	} {
		for _, zipped := range []bool{true, false} {
			j := httpcache.Joint{Gzip: zipped}
			var body []byte
			for _, part := range parts {
				p, err := httpcache.Pack([]byte(part))
				if err != nil {
					t.Fatal(err)
				}
				if body, err = j.Append(body, p); err != nil {
					t.Fatal(err)
				}
			}
			body = j.End(body)
			if zipped {
				r, err := gzip.NewReader(bytes.NewReader(body)) // checks sum and size at the end
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				r.Multistream(false)
				if body, err = io.ReadAll(r); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}
			if want := strings.Join(parts, ""); string(body) != want {
				t.Errorf("%s, gzip %v: got %d bytes, want the %d of the parts in a row", name, zipped, len(body), len(want))
			}
		}
	}
}
