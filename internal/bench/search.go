package bench

import (
	"context"
	"fmt"
	"slices"

	"github.com/touchstone-factcheck/touchstone/internal/search/searchbench"
)

// searchPart is the name of the part that measures the index.
const searchPart = "search"

// searchGrowth is how many times as long the slowest twentieth of the questions may take with the most claims.
const searchGrowth = 14

// Search measures the index in the process at 10,000 and 200,000 made-up claims, if o.Only names search or nothing, and
// prints a table. It needs no database. It reports whether nothing else is asked for. It takes about a minute on two cores.
func Search(ctx context.Context, o Options) (alone bool, err error) {
	if !o.wants(searchPart) {
		return false, nil
	}
	_, err = searchTable(ctx, o, []int{10_000, 200_000})
	return o.Only == searchPart, err
}

// soakSearch does so up to o.Claims and holds the growth to its goal.
func soakSearch(ctx context.Context, o Options) (string, error) {
	sizes := []int{min(10_000, o.Claims), min(200_000, o.Claims), o.Claims}
	rows, err := searchTable(ctx, o, slices.Compact(sizes))
	if err != nil {
		return "", err
	}
	growth := searchbench.Growth(rows)
	last := rows[len(rows)-1]
	found := fmt.Sprintf("p95 %.1f ms at %d claims, %.1f × that at %d; %d MB; loaded in %.1f s; %.0f edits/s", float64(last.Questions.P95)/1e6,
		last.Claims, growth, rows[0].Claims, last.HeapBytes/1e6, last.Load.Seconds(), last.EditsPerSecond)
	if growth > searchGrowth {
		return found, fmt.Errorf("the p95 of questions grows more than %d-fold: %s", searchGrowth, found)
	}
	return found, nil
}

func searchTable(ctx context.Context, o Options, sizes []int) ([]searchbench.Row, error) {
	rows, err := searchbench.Run(ctx, sizes, o.say)
	if err != nil {
		return nil, err
	}
	o.say("\nThe index in the process, made-up claims of 1.3 KB; milliseconds are p50 / p95, from the question to the JSON of its answer\n\n")
	return rows, searchbench.Print(o.Out, rows)
}
