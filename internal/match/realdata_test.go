package match

import (
	"os"
	"path/filepath"
	"testing"
)

// realData reads a split of the data set, or skips where it is not there.
func realData(t testing.TB, split string) *Dataset {
	t.Helper()
	dir := os.Getenv("TOUCHSTONE_TEST_DATA")
	if dir == "" {
		if os.Getenv("TOUCHSTONE_REQUIRE_TEST_DATA") == "1" {
			t.Fatal("TOUCHSTONE_REQUIRE_TEST_DATA is 1, but TOUCHSTONE_TEST_DATA is not set")
		}
		t.Skip("set TOUCHSTONE_TEST_DATA to the directory of real data to run this test")
	}
	var files [3]*os.File
	for i, name := range [...]string{"claims.jsonl", "queries.tsv", split + ".qrels.tsv"} {
		f, err := os.Open(filepath.Join(dir, "claim-matching", name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() }) // only read
		files[i] = f
	}
	d, err := ReadDataset(files[0], files[1], files[2])
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTheCommittedWeightsReachTheGoal(t *testing.T) {
	t.Parallel()
	d := realData(t, "dev")
	m, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Evaluate(t.Context(), m, d)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", got)
	if got.MAP5 < .945 || got.SameAway > .03 {
		t.Errorf("got MAP@5 %.4f and %.4f told \"same\" without their claim, want at least .945 and at most .03", got.MAP5, got.SameAway)
	}
}

func BenchmarkMatch(b *testing.B) {
	d := realData(b, "train")
	x, err := d.Index(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	m, err := New(nil)
	if err != nil {
		b.Fatal(err)
	}
	i := 0
	for b.Loop() {
		m.Match(d.Queries[i%len(d.Queries)].Text, Options{}, x.Snapshot())
		i++
	}
}
