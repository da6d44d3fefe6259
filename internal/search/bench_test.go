package search_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/search/searchbench"
)

// BenchmarkIndex builds an index of each size of TOUCHSTONE_SEARCH_SIZES, such as 10000,200000,1000000, and prints what a
// build, a file, questions, matches and changes cost there. One iteration is a whole run; use -benchtime 1x.
func BenchmarkIndex(b *testing.B) {
	sizes := os.Getenv("TOUCHSTONE_SEARCH_SIZES")
	if sizes == "" {
		sizes = "10000"
	}
	var all []int
	for s := range strings.SplitSeq(sizes, ",") {
		n, err := strconv.Atoi(s)
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, n)
	}
	rows, err := searchbench.Run(b.Context(), all, b.Logf)
	if err != nil {
		b.Fatal(err)
	}
	if err := searchbench.Print(os.Stdout, rows); err != nil {
		b.Fatal(err)
	}
	for _, r := range rows {
		b.ReportMetric(float64(r.Questions.P95)/1e6, strconv.Itoa(r.Claims)+"-p95-ms")
		b.ReportMetric(float64(r.HeapBytes)/float64(r.Claims), strconv.Itoa(r.Claims)+"-B/claim")
	}
	b.ReportMetric(0, "ns/op")
}
