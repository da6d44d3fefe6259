package searchbench

import (
	"context"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// Seed is the seed of the claims that are measured.
const Seed = 1

// Run measures indexes of some sizes one after the other, the sizes in rising order. say is told what goes on.
func Run(ctx context.Context, sizes []int, say func(format string, args ...any)) ([]Row, error) {
	claims := NewClaims(Seed)
	var rows []Row
	for _, n := range slices.Sorted(slices.Values(sizes)) {
		row, err := Measure(ctx, claims, n, say)
		if err != nil {
			return rows, fmt.Errorf("measure %d claims: %w", n, err)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// Growth is the p95 of the questions at the largest size over that at the smallest; 1 for one size.
func Growth(rows []Row) float64 {
	if len(rows) == 0 {
		return 1
	}
	return float64(rows[len(rows)-1].Questions.P95) / float64(rows[0].Questions.P95)
}

// Print writes the rows as a table, a size a column.
func Print(w io.Writer, rows []Row) error {
	t := tabwriter.NewWriter(w, 2, 4, 2, ' ', tabwriter.AlignRight)
	line := func(name string, cell func(r *Row) string) {
		fmt.Fprint(t, name)
		for i := range rows {
			fmt.Fprint(t, "\t"+cell(&rows[i]))
		}
		fmt.Fprintln(t, "\t")
	}
	both := func(of func(r *Row) Times) func(r *Row) string {
		return func(r *Row) string {
			return fmt.Sprintf("%.2f / %.2f", ms(of(r).P50), ms(of(r).P95))
		}
	}
	line("claims", func(r *Row) string { return fmt.Sprint(r.Claims) })
	line("built in", func(r *Row) string { return seconds(r.Build) })
	line("saved in", func(r *Row) string { return seconds(r.Save) })
	line("file", func(r *Row) string { return fmt.Sprintf("%.1f MB", float64(r.FileBytes)/1e6) })
	line("loaded in", func(r *Row) string { return seconds(r.Load) })
	line("heap", func(r *Row) string { return fmt.Sprintf("%.1f MB", float64(r.HeapBytes)/1e6) })
	line("per claim", func(r *Row) string { return fmt.Sprintf("%d B", r.HeapBytes/int64(r.Claims)) })
	line("different words", func(r *Row) string { return fmt.Sprint(r.Words) })
	line("p50 / p95 ms, all questions", both(func(r *Row) Times { return r.Questions }))
	for _, kind := range Kinds() {
		line(kind, both(func(r *Row) Times { return r.Kinds[kind] }))
	}
	line("candidates of a sentence", both(func(r *Row) Times { return r.Candidates }))
	line("edits a second, in batches", func(r *Row) string { return fmt.Sprintf("%.0f", r.EditsPerSecond) })
	line("all questions meanwhile", both(func(r *Row) Times { return r.DuringBatches }))
	line("while 50 a second change singly", both(func(r *Row) Times { return r.DuringSingles }))
	line("compacted in", func(r *Row) string { return seconds(r.Compact) })
	line("all questions meanwhile", both(func(r *Row) Times { return r.DuringCompact }))
	if len(rows) > 1 {
		fmt.Fprintf(t, "p95 grows %.1f-fold from %d to %d claims\n", Growth(rows), rows[0].Claims, rows[len(rows)-1].Claims)
	}
	return t.Flush()
}

func ms(d time.Duration) float64 { return float64(d) / 1e6 }

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }
