package match_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/match"
	"github.com/touchstone-factcheck/touchstone/internal/match/matchbench"
)

// BenchmarkSizes prints what matching costs at the sizes of TOUCHSTONE_MATCH_SIZES, such as 14231,200000,1000000; by default
// at that of the real data, which TOUCHSTONE_TEST_DATA must name. One iteration is a whole run; use -benchtime 1x.
func BenchmarkSizes(b *testing.B) {
	dir := os.Getenv("TOUCHSTONE_TEST_DATA")
	if dir == "" {
		b.Skip("set TOUCHSTONE_TEST_DATA to the directory of real data to run this benchmark")
	}
	var files [3]*os.File
	for i, name := range [...]string{"claims.jsonl", "queries.tsv", "train.qrels.tsv"} {
		f, err := os.Open(filepath.Join(dir, "claim-matching", name))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = f.Close() }) // only read
		files[i] = f
	}
	data, err := match.ReadDataset(files[0], files[1], files[2])
	if err != nil {
		b.Fatal(err)
	}
	sizes := []int{len(data.Claims)}
	if all := os.Getenv("TOUCHSTONE_MATCH_SIZES"); all != "" {
		sizes = nil
		for s := range strings.SplitSeq(all, ",") {
			n, err := strconv.Atoi(s)
			if err != nil {
				b.Fatal(err)
			}
			sizes = append(sizes, n)
		}
	}
	rows, err := matchbench.Run(b.Context(), data, sizes, b.Logf)
	if err != nil {
		b.Fatal(err)
	}
	if err := matchbench.Print(os.Stdout, rows); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(rows[0].Posts.P95)/1e6, "p95-ms")
}
