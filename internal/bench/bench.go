// Package bench measures this project beside its limits. Every figure is a ratio: both sides run in turn in the same run,
// on the same machine and data, and the median of the rounds is quoted with the spread. Absolute figures mean nothing
// elsewhere and are printed for orientation only.
package bench

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// Options say how much is measured.
type Options struct {
	Claims  int    // claims in the database
	Rounds  int    // rounds of each pair
	Seconds int    // of load in each round of an HTTP measurement
	Conns   int    // connections
	Program string // path of the touchstone binary
	Only    string // names of what to run, with commas between; empty for all
	Out     io.Writer

	// Of Soak alone.
	Followers    int // of the change feed, at once
	Publications int // while they follow
	Attacks      int // hostile requests
	Kills        int // of an import, and as many of a serving program

	fast   bool  // give up durability, where only reading is measured
	memory int64 // bytes that the program may hold when the attacks are over; 0: attackMemory
}

// wants reports whether Only names it, or nothing.
func (o Options) wants(name string) bool {
	return o.Only == "" || slices.Contains(strings.Split(o.Only, ","), name)
}

// say writes to Out. Nobody can be told when that fails.
func (o Options) say(format string, args ...any) {
	_, _ = fmt.Fprintf(o.Out, format, args...)
}

// Measure runs one side once and returns what it reached, higher is better.
type Measure func(ctx context.Context) (float64, error)

// Pair is our side beside its limit.
type Pair struct {
	Name  string
	Unit  string  // of both sides
	Limit string  // what the limit is
	Goal  float64 // least ratio asked for; 0: none stated
	Ours  Measure
	Peer  Measure
}

// Result is what a pair came to.
type Result struct {
	Pair
	OursMedian, PeerMedian float64
	Ratio, Least, Most     float64
}

// Run measures each pair in rounds, ours and the limit's in turn, and reports as it goes.
func Run(ctx context.Context, o Options, pairs []Pair) ([]Result, error) {
	var results []Result
	for _, p := range pairs {
		if !o.wants(p.Name) {
			continue
		}
		r, err := p.run(ctx, o.Rounds)
		if err != nil {
			return results, fmt.Errorf("measure %s: %w", p.Name, err)
		}
		results = append(results, r)
		o.say("%-12s %.2f × %s\n", r.Name, r.Ratio, r.Limit)
	}
	return results, nil
}

func (p Pair) run(ctx context.Context, rounds int) (Result, error) {
	var ours, peers, ratios []float64
	for range rounds {
		a, err := p.Ours(ctx)
		if err != nil {
			return Result{}, fmt.Errorf("ours: %w", err)
		}
		b, err := p.Peer(ctx)
		if err != nil {
			return Result{}, fmt.Errorf("%s: %w", p.Limit, err)
		}
		if b == 0 {
			return Result{}, fmt.Errorf("%s measured nothing", p.Limit)
		}
		ours, peers, ratios = append(ours, a), append(peers, b), append(ratios, a/b)
	}
	return Result{
		Pair: p, OursMedian: median(ours), PeerMedian: median(peers), Ratio: median(ratios), Least: slices.Min(ratios), Most: slices.Max(ratios),
	}, nil
}

func median(xs []float64) float64 {
	s := slices.Sorted(slices.Values(xs))
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}

// Print writes the table of results.
func Print(w io.Writer, o Options, results []Result) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%d claims, %d connections, %d rounds of each pair in turn; median ratio, with the least and the most\n\n", o.Claims, o.Conns, o.Rounds)
	b.WriteString("work\tratio\tspread\tgoal\tours\tlimit\tunit\twhat the limit is\n")
	for _, r := range results {
		goal := "–"
		if r.Goal > 0 {
			goal = fmt.Sprintf("≥ %.2f", r.Goal)
		}
		fmt.Fprintf(&b, "%s\t%.2f\t%.2f–%.2f\t%s\t%.0f\t%.0f\t%s\t%s\n", r.Name, r.Ratio, r.Least, r.Most, goal, r.OursMedian, r.PeerMedian, r.Unit, r.Limit)
	}
	t := tabwriter.NewWriter(w, 2, 4, 2, ' ', 0)
	if _, err := io.WriteString(t, b.String()); err != nil {
		return err
	}
	return t.Flush()
}
