package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/touchstone-factcheck/touchstone/internal/match"
	"github.com/touchstone-factcheck/touchstone/internal/match/matchbench"
)

// matchPart is the name of the part that measures matching.
const matchPart = "match"

// errNoData says that there are no real claims to measure with.
var errNoData = errors.New("matching is measured with real claims: TOUCHSTONE_TEST_DATA names no directory with claim-matching")

// Match measures matching in the process at the 14,231 real claims and at 200,000 made of them, if o.Only names match or
// nothing, and prints a table. It needs no database, but the real data; without them it says so and measures nothing, unless
// nothing else is asked for. It takes about a minute on two cores. It reports whether nothing else is asked for.
func Match(ctx context.Context, o Options) (alone bool, err error) {
	if !o.wants(matchPart) {
		return false, nil
	}
	alone = o.Only == matchPart
	_, err = matchTable(ctx, o, []int{realClaims, 200_000})
	if errors.Is(err, errNoData) && !alone {
		o.say("%v\n", err)
		err = nil
	}
	return alone, err
}

// realClaims is how many claims the real data have.
const realClaims = 14_231

// soakMatch does so up to o.Claims.
func soakMatch(ctx context.Context, o Options) (string, error) {
	rows, err := matchTable(ctx, o, slices.Compact([]int{min(realClaims, o.Claims), min(200_000, o.Claims), o.Claims}))
	if errors.Is(err, errNoData) {
		return err.Error(), nil
	}
	if err != nil {
		return "", err
	}
	first, last := rows[0], rows[len(rows)-1]
	return fmt.Sprintf("a post p95 %.2f ms at %d claims, %.2f ms at %d; an article of sixty sentences %.0f ms", ms(first.Posts), first.Claims,
		ms(last.Posts), last.Claims, ms(last.Articles)), nil
}

func ms(t matchbench.Times) float64 { return float64(t.P95) / 1e6 }

func matchTable(ctx context.Context, o Options, sizes []int) ([]matchbench.Row, error) {
	data, err := matchData(os.Getenv("TOUCHSTONE_TEST_DATA"))
	if err != nil {
		return nil, err
	}
	rows, err := matchbench.Run(ctx, data, sizes, func(format string, args ...any) { o.say(format+"\n", args...) })
	if err != nil {
		return nil, err
	}
	o.say("\nMatching in the process; claims beyond the real ones are made of their words\n\n")
	return rows, matchbench.Print(o.Out, rows)
}

// matchData reads the real claims and the posts of the development split.
func matchData(dir string) (*match.Dataset, error) {
	var files [3]io.Reader
	for i, name := range [...]string{"claims.jsonl", "queries.tsv", "dev.qrels.tsv"} {
		f, err := os.Open(filepath.Join(dir, "claim-matching", name))
		if dir == "" || errors.Is(err, os.ErrNotExist) {
			return nil, errNoData
		}
		if err != nil {
			return nil, fmt.Errorf("open the real data: %w", err)
		}
		defer func() { _ = f.Close() }() // only read
		files[i] = f
	}
	data, err := match.ReadDataset(files[0], files[1], files[2])
	if err != nil {
		return nil, fmt.Errorf("read the real data: %w", err)
	}
	return data, nil
}
