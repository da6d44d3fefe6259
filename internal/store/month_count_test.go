package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// cellsOf returns the numbers of a month by table and cell.
func cellsOf(m store.MonthCounts) map[string]int {
	out := map[string]int{}
	for _, c := range m.Cells {
		out[c.Table+" "+c.Cell] = c.N
	}
	return out
}

// TestMonthsAreCountedOnceAndSmallNumbersNeverShown files a month in two houses that differ only in what is below the floor: readers see
// the same of both, to the last cell, so nothing can be worked out.
func TestMonthsAreCountedOnceAndSmallNumbersNeverShown(t *testing.T) {
	t.Parallel()
	type amounts struct {
		open     int
		declined map[factcheck.DeclineReason]int
		selected map[factcheck.SelectionReason]int
	}
	count := func(a amounts) store.MonthCounts {
		env := storetest.New(t)
		ctx := t.Context()
		to := func(at time.Time) { env.Clock.Advance(at.Sub(env.Clock.Now())) }
		to(time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC))
		n := 0
		some := func() factcheck.TipID { n++; return tip(t, env, fmt.Sprintf("The bridge number %d is closed.", n)) }
		for reason, times := range a.declined {
			for range times {
				ok(t, env.DB.DeclineTips(ctx, env.Checker, []factcheck.TipID{some()}, reason, ""))
			}
		}
		for reason, times := range a.selected {
			for range times {
				n++
				in := said(fmt.Sprintf("The tower number %d has fallen.", n))
				in.Selection = reason
				must[factcheck.ClaimID](t)(env.DB.FileClaim(ctx, env.Checker, in))
			}
		}
		for range a.open {
			some()
		}
		to(time.Date(2025, 7, 31, 23, 59, 59, 0, time.UTC))
		some()
		to(time.Date(2025, 8, 3, 23, 59, 59, 0, time.UTC))
		some() // of August
		if got := must[int](t)(env.DB.CountMonths(ctx, factcheck.System())); got != 0 {
			t.Errorf("counted %d months before the third day is over, want none", got)
		}
		to(time.Date(2025, 8, 4, 0, 0, 0, 0, time.UTC))
		if got := must[int](t)(env.DB.CountMonths(ctx, factcheck.System())); got != 1 {
			t.Errorf("counted %d months, want July", got)
		}
		first := must[[]store.MonthCounts](t)(env.DB.MonthCounts(ctx))
		to(time.Date(2025, 8, 5, 0, 0, 0, 0, time.UTC))
		if got := must[int](t)(env.DB.CountMonths(ctx, factcheck.System())); got != 0 || len(first) != 1 {
			t.Fatalf("counted %d months again, %d in all, want it once", got, len(first))
		}
		conn := must[*pgx.Conn](t)(pgx.Connect(ctx, env.OwnerURL))
		defer conn.Close(ctx)
		for _, statement := range []string{`UPDATE month_counts SET n = 7`, `DELETE FROM month_counts`, `DELETE FROM counted_months`} {
			if _, err := conn.Exec(ctx, statement); err == nil {
				t.Errorf("%s went through", statement)
			}
		}
		return first[0]
	}
	few := count(amounts{
		open: 3, declined: map[factcheck.DeclineReason]int{"opinion": 6, "satire": 4, "minor": 1}, selected: map[factcheck.SelectionReason]int{"harm": 5, "spread": 4},
	})
	fewer := count(amounts{
		open: 5, declined: map[factcheck.DeclineReason]int{"opinion": 6, "satire": 0, "minor": 3}, selected: map[factcheck.SelectionReason]int{"harm": 5, "election": 1},
	})
	got := cellsOf(few)
	want := map[string]int{}
	for _, c := range factcheck.CountCells() {
		want[c.Table+" "+c.Cell] = 0
	}
	want["tips received"], want["declines opinion"], want["selection harm"] = 15, 6, 5
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what readers see (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(got, cellsOf(fewer)); diff != "" {
		t.Errorf("two months that differ below the floor are told apart:\n%s", diff)
	}
}
