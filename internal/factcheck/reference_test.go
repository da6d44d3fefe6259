package factcheck

import (
	"strings"
	"testing"
	"time"
)

func TestAReferenceNamesTheEndOfAnID(t *testing.T) {
	t.Parallel()
	id, err := ParseID[tipKind]("tip_01h455vb4pex5vsknk084sn02q")
	if err != nil {
		t.Fatal(err)
	}
	if got := id.Reference(); got != "084S-N02Q" {
		t.Errorf("got %q, want 084S-N02Q", got)
	}
	if got := (TipID{}).Reference(); got != "" {
		t.Errorf("no id has the reference %q, want none", got)
	}
	for _, typed := range []string{"084S-N02Q", "084sn02q", " o84s no2q ", "084S N02Q"} {
		if got, ok := ParseReference(typed); !ok || !strings.HasSuffix(strings.ReplaceAll(id.UUID(), "-", ""), got) || len(got) != 10 {
			t.Errorf("%q: got %q, %v; want the end of %s", typed, got, ok, id.UUID())
		}
	}
	for range 50 {
		id := NewID[complaintKind](time.Now())
		if got, ok := ParseReference(id.Reference()); !ok || !strings.HasSuffix(id.UUID(), got) {
			t.Errorf("%s is read as %q, %v; want the end of %s", id.Reference(), got, ok, id.UUID())
		}
	}
	for _, wrong := range []string{"", "084S-N02", "084S-N02QQ", "084S-N0UQ", "084S/N02Q", strings.Repeat("0", 1_000_000)} {
		if got, ok := ParseReference(wrong); ok {
			t.Errorf("%.20q: got %q, want it refused", wrong, got)
		}
	}
}
