package store_test

import (
	"bytes"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func TestDatasetStandsStillWhileOthersPublish(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	read := func(d *store.Dataset) (bodies [][]byte) {
		for _, p := range d.Parts {
			ok(t, d.Part(t.Context(), p, func(doc store.Document) error { bodies = append(bodies, bytes.Clone(doc.Stored)); return nil }))
		}
		return bodies
	}
	before, err := env.DB.OpenDataset(t.Context())
	ok(t, err)
	defer before.Close(t.Context())
	ok(t, env.DB.SuspendVerdict(t.Context(), env.Editor, v.Verdict, "We look again."))
	env.Published(t, "The bridge is closed.", "True")
	after, err := env.DB.OpenDataset(t.Context())
	ok(t, err)
	defer after.Close(t.Context())
	then, now := read(before), read(after)
	if len(then) != 1 || bytes.Contains(then[0], []byte(`"suspended"`)) || before.Seq >= after.Seq || before.Parts[0] == after.Parts[0] {
		t.Errorf("got %q at %d in parts %v, want what stood before", then, before.Seq, before.Parts)
	}
	if len(now) != 2 || !bytes.Contains(now[0], []byte(`"suspended"`)) || after.Parts[0].Claims != 2 {
		t.Errorf("got %q in parts %v, want both claims as they are now", now, after.Parts)
	}
	head, err := env.DB.DatasetHead(t.Context())
	ok(t, err)
	if head != after.DatasetHead || head.At.IsZero() {
		t.Errorf("got head %+v, want %+v", head, after.DatasetHead)
	}
}
