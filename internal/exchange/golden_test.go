package exchange

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

func compareGolden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

// showRecord writes a record for a golden file: what is empty is left out, dates as they print, notes below.
func showRecord(t *testing.T, r Record) []byte {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	m["claim_date"], m["published"], m["modified"], m["deleted_at"] = r.ClaimDate.String(), r.Published.String(), r.Modified.String(), r.DeletedAt.String()
	m["valid_from"], m["valid_to"] = r.ValidFrom.String(), r.ValidTo.String()
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(withoutEmpty(m)); err != nil {
		t.Fatal(err)
	}
	for _, note := range r.Notes {
		out.WriteString("note: " + note + "\n")
	}
	return out.Bytes()
}

func withoutEmpty(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if at, ok := v["At"].(string); ok {
			if strings.HasPrefix(at, "0001") {
				return nil
			}
			return at + " " + fmt.Sprint(v["Precision"])
		}
		for k, e := range v {
			if e = withoutEmpty(e); e == nil {
				delete(v, k)
			} else {
				v[k] = e
			}
		}
		if len(v) == 0 {
			return nil
		}
	case string:
		if v == "" {
			return nil
		}
	case []any:
		if len(v) == 0 {
			return nil
		}
		for i := range v {
			v[i] = withoutEmpty(v[i])
		}
	}
	return v
}

// Golden files hold one invented document each, in a shape found in the field, and what became of it.
func TestReadGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/read/*")
	if err != nil || len(files) < 5 {
		t.Fatalf("found %d documents (%v), want at least 5", len(files), err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".golden") {
			continue
		}
		in, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r := readAll(t, bytes.NewReader(in), Options{})
		var got bytes.Buffer
		got.WriteString("format: " + r.format + "\n")
		for _, record := range r.records {
			got.Write(showRecord(t, record))
		}
		for _, reject := range r.rejects {
			got.WriteString("reject: " + reject.Error() + "\n")
		}
		if r.err != nil {
			got.WriteString("stop: " + r.err.Error() + "\n")
		}
		compareGolden(t, file+".golden", got.Bytes())
	}
}
