package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func TestFeedAtFindsAMomentThoughClocksDiffer(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	for i, later := range []time.Duration{3 * time.Hour, 2 * time.Hour, -20 * time.Minute, 5 * time.Minute, -35 * time.Minute, 3 * time.Hour, time.Minute} {
		env.Clock.Advance(later)
		env.Published(t, "The bridge over river "+string(rune('A'+i))+" is closed", "False")
	}
	feed, err := env.DB.Changes(ctx, 0, store.MaxChanges)
	if err != nil {
		t.Fatal(err)
	}
	backwards := 0
	for i, c := range feed.Changes {
		if i > 0 && c.At.Before(feed.Changes[i-1].At) {
			backwards++
		}
		for _, at := range []time.Time{c.At.Add(-time.Microsecond), c.At, c.At.Add(10 * time.Minute), c.At.Add(time.Hour), c.At.Add(24 * time.Hour)} {
			want := feed.Head
			for _, later := range feed.Changes {
				if later.At.After(at) {
					want = later.Seq - 1
					break
				}
			}
			if epoch, got, err := env.DB.FeedAt(ctx, at); err != nil || got != want || epoch != feed.Epoch {
				t.Errorf("at %s: got %s:%d, %v, want %s:%d", at, epoch, got, err, feed.Epoch, want)
			}
		}
	}
	if backwards != 2 {
		t.Errorf("the times of the feed go back %d times, want 2, or this test shows nothing", backwards)
	}
}

func TestCorrectionsOfTheHouseAreTheSameFromClaimsAndFromChanges(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	one, two := env.Published(t, "The bridge is closed", "False"), env.Published(t, "The tower leans", "False")
	env.Published(t, "The ferry sank", "False")
	for _, v := range []store.Version{one, two, one} {
		env.Corrected(t, v.Verdict, factcheck.CorrectionCorrection, "The year was wrong.")
	}
	ways, err := env.DB.NewestCorrected(ctx, 1<<62, 10)
	if err != nil || len(ways[0]) != 2 || !cmp.Equal(ways[0], ways[1]) {
		t.Fatalf("got %v, %v, want the newest correction of two claims either way", ways, err)
	}
	below, err := env.DB.NewestCorrected(ctx, ways[0][0], 10)
	if err != nil || !cmp.Equal(below[0], ways[0][1:]) || !cmp.Equal(below[1], ways[0][1:]) {
		t.Errorf("before %d: got %v, %v, want %v", ways[0][0], below, err, ways[0][1:])
	}
	first, next, err := env.DB.CorrectedClaims(ctx, "", 1)
	if err != nil || len(first) != 1 || first[0].Claim != one.Claim || next == "" {
		t.Fatalf("got %+v, %q, %v, want the claim corrected last and a cursor", first, next, err)
	}
	second, next, err := env.DB.CorrectedClaims(ctx, next, 1)
	if err != nil || len(second) != 1 || second[0].Claim != two.Claim || next != "" {
		t.Errorf("got %+v, %q, %v, want the other one and no more", second, next, err)
	}
}
