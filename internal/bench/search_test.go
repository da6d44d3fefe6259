package bench

import (
	"strings"
	"testing"
)

func TestSearchIsMeasuredWithoutADatabase(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	found, err := soakSearch(t.Context(), Options{Claims: 400, Out: &out})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(found, "400 claims") || !strings.Contains(out.String(), "pasted text") {
		t.Errorf("got %q and a table\n%s, want figures of 400 claims by kind", found, &out)
	}
	if alone, err := Search(t.Context(), Options{Only: "page,list", Out: &out}); alone || err != nil {
		t.Errorf("got %v, %v, want nothing done for other parts", alone, err)
	}
}
