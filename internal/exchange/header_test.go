package exchange

import (
	"slices"
	"strings"
	"testing"
)

func TestColumnsAreNamed(t *testing.T) {
	t.Parallel()
	for _, in := range []struct {
		name, format, text string
		want               []string
	}{
		{"CSV", "auto", "Behauptung;Adresse ;\"Urteil, kurz\";;Adresse\nx;y;z\n", []string{"Behauptung", "Adresse", "Urteil, kurz"}},
		{"CSV without rows", "csv", "a,b", []string{"a", "b"}},
		{"JSON Lines", "auto", "{\"b\":1,\"a\":{\"c\":\"x\",\"d\":{\"e\":2}}}\n{\"z\":1}\n", []string{"a.c", "a.d.e", "b"}},
		{"a list in JSON Lines", "jsonl", "[1]\n", nil},
		{"ClaimReview", "auto", "[{\"@type\":\"ClaimReview\"}]", nil},
		{"nothing", "auto", "", nil},
		{"a quotation mark that is never closed", "csv", "\"a,b\n" + strings.Repeat("x", 100<<10), nil},
	} {
		got, err := Columns(strings.NewReader(in.text), Options{Format: in.format})
		if err != nil || !slices.Equal(got, in.want) {
			t.Errorf("%s: got %q and %v, want %q", in.name, got, err, in.want)
		}
	}
	if _, err := Columns(strings.NewReader("PK\x03\x04"), Options{}); err == nil {
		t.Error("a ZIP archive has columns")
	}
}
