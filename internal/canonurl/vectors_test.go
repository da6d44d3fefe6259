package canonurl

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// vector is one address in testdata/vectors.json, for implementations in other languages.
type vector struct {
	Group  string `json:"group"`
	Input  string `json:"input"`
	String string `json:"string,omitempty"`
	Key    string `json:"key,omitempty"`
	SHA256 string `json:"sha256,omitempty"` // of the key, hexadecimal
	Site   string `json:"site,omitempty"`
	Home   bool   `json:"home,omitempty"`
	Error  string `json:"error,omitempty"` // empty, toolong, scheme, host, port or nested
}

func makeVectors(t *testing.T) []byte {
	t.Helper()
	file := struct {
		Version int      `json:"version"`
		Vectors []vector `json:"vectors"`
	}{Version: Version}
	for _, c := range loadCases(t) {
		if !utf8.ValidString(c.In) {
			continue // JSON has no bytes that are not UTF-8
		}
		v := vector{Group: c.Group, Input: c.In}
		if a, err := Parse(c.In); err == nil {
			sum := a.Hash()
			v.String, v.Key, v.SHA256, v.Site, v.Home = a.String(), a.Key(), hex.EncodeToString(sum[:]), a.Site(), a.Home()
		}
		for name, kind := range kinds {
			if errors.Is(c.Kind, kind) {
				v.Error = name
			}
		}
		file.Vectors = append(file.Vectors, v)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(file); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestVectorsAreCurrent holds the file that others test against to the table the
// package is tested against. A change of an existing key needs a new Version.
func TestVectorsAreCurrent(t *testing.T) {
	t.Parallel()
	got := makeVectors(t)
	const name = "testdata/vectors.json"
	if *update {
		if err := os.WriteFile(name, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("%s is not current; if the change is meant, go test -update (-want +got):\n%s", name, diff)
	}
}
