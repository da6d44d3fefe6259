package bench

import (
	"bytes"
	"strings"
	"testing"
)

func TestMatchIsMeasuredOrSaysWhyNot(t *testing.T) {
	t.Setenv("TOUCHSTONE_TEST_DATA", t.TempDir())
	var out bytes.Buffer
	alone, err := Match(t.Context(), Options{Only: "search", Out: &out})
	if alone || err != nil || out.Len() > 0 {
		t.Errorf("not asked for: got alone %t, error %v, output %q; want nothing done", alone, err, out.String())
	}
	if _, err := Match(t.Context(), Options{Out: &out}); err != nil || !strings.Contains(out.String(), "TOUCHSTONE_TEST_DATA") {
		t.Errorf("among others, without data: got error %v and %q, want it said and no error", err, out.String())
	}
	if _, err := Match(t.Context(), Options{Only: "match", Out: &out}); err == nil {
		t.Error("alone, without data: got no error, want one that says what is missing")
	}
}
