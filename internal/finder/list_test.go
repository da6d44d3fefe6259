package finder_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// brought imports n checks of a publisher who is allowed, one every ten minutes.
func brought(t *testing.T, env *storetest.Env, n int, change func(i int, r *exchange.Record)) {
	t.Helper()
	const site = "other.example"
	run, err := env.DB.BeginImport(t.Context(), factcheck.Operator(), store.ImportOptions{Name: site, Format: "test", AllowPublishers: true})
	if err != nil {
		t.Fatal(err)
	}
	for done := 0; done < n; done += store.MaxImportBatch {
		batch := make([]exchange.Record, min(store.MaxImportBatch, n-done))
		for i := range batch {
			k := done + i
			batch[i] = exchange.Record{
				Publisher: exchange.Publisher{Name: strings.ToUpper(site), Site: site}, Language: "en", ReviewURL: fmt.Sprintf("https://%s/%d", site, k),
				Text:   fmt.Sprintf("The harbour of Sampletown has berth number %d%s.", k, strings.Repeat(" and a crane", k%7)),
				Rating: factcheck.Rating{Label: "False", Truth: factcheck.TruthFalse}, Scale: "house/1",
				Published: factcheck.Date{At: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(k) * 10 * time.Minute), Precision: factcheck.PrecisionInstant},
			}
			if change != nil {
				change(k, &batch[i])
			}
		}
		if _, err := run.Add(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	if err := run.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// walked pages through a list and returns its claims in order.
func walked(t *testing.T, f *finder.Finder, filter store.ListFilter) []factcheck.ClaimID {
	t.Helper()
	var ids []factcheck.ClaimID
	for range 2000 {
		page, err := f.List(t.Context(), filter)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Docs) > filter.Limit {
			t.Fatalf("got %d claims, want at most %d", len(page.Docs), filter.Limit)
		}
		for _, d := range page.Docs {
			ids = append(ids, d.Claim)
		}
		if filter.Cursor = page.Next; page.Next == "" {
			return ids
		}
	}
	t.Fatal("the list has no end")
	return nil
}

// listed returns what the store lists of all claims without words.
func listed(t *testing.T, env *storetest.Env, f store.ListFilter) []factcheck.ClaimID {
	t.Helper()
	f.Query, f.Cursor, f.Limit = "", "", 100
	var ids []factcheck.ClaimID
	for {
		docs, next, err := env.DB.ListClaims(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range docs {
			ids = append(ids, d.Claim)
		}
		if f.Cursor = next; next == "" {
			return ids
		}
	}
}

// TestListsLoseAndRepeatNothing walks every order with filters that the index holds, and with some that drop nearly all of
// what it finds. All claims have the word, so the store without words says what there is.
func TestListsLoseAndRepeatNothing(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	brought(t, env, 500, func(i int, r *exchange.Record) {
		if i%97 == 0 {
			r.Appearances = []exchange.Appearance{{URL: fmt.Sprintf("https://news.example/%d", i), Stance: factcheck.StanceListed}}
		}
		if i%5 == 0 {
			r.Language, r.Rating = "en-GB", factcheck.Rating{Label: "Spin", Reasons: []factcheck.Reason{factcheck.ReasonMissingContext}}
		}
		if i >= 300 && i < 380 { // as of one day: all at one moment
			r.Published = factcheck.Date{At: time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC), Precision: factcheck.PrecisionInstant}
		}
	})
	f := warm(t, env.DB, "")
	for name, filter := range map[string]store.ListFilter{
		"everything": {Publisher: store.AnyPublisher}, "the house": {}, "a publisher": {Publisher: "OTHER.example"}, "nobody": {Publisher: "nobody.example"},
		"truth": {Publisher: store.AnyPublisher, Truth: factcheck.TruthFalse}, "label": {Publisher: "other.example", Rating: "sPIN"},
		"reason": {Publisher: store.AnyPublisher, Reason: factcheck.ReasonMissingContext}, "region": {Publisher: store.AnyPublisher, Language: "en-gb"},
		"language": {Publisher: store.AnyPublisher, Language: "EN"}, "stance": {Publisher: store.AnyPublisher, Stance: factcheck.StanceListed},
		"article":     {Publisher: store.AnyPublisher, ArticleURL: "https://news.example/97"},
		"label truth": {Publisher: store.AnyPublisher, Rating: "Spin", Truth: factcheck.TruthFalse},
		"times":       {Publisher: store.AnyPublisher, PublishedAfter: time.Date(2024, 1, 2, 0, 5, 0, 1000, time.UTC), PublishedBefore: time.Date(2024, 2, 1, 0, 0, 0, 1000, time.UTC)},
	} {
		for _, sort := range []store.Sort{"", store.SortPublished, store.SortUpdated} {
			for _, limit := range []int{11, 100} {
				filter.Query, filter.Sort, filter.Limit = "harbours", sort, limit
				got := walked(t, f, filter)
				want := filter
				if sort == "" {
					want.Sort = store.SortPublished
				}
				all := listed(t, env, want)
				if sort == "" { // another order: the same claims
					byID := func(a, b factcheck.ClaimID) int { return slices.Compare(a[:], b[:]) }
					slices.SortFunc(all, byID)
					slices.SortFunc(got, byID)
				}
				if diff := cmp.Diff(all, got); diff != "" {
					t.Errorf("%s by %q, %d at a time: got %d claims, want %d", name, sort, limit, len(got), len(all))
				}
			}
		}
	}
}

func TestRankingGoesOnWhereItEnded(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	brought(t, env, 12, nil)
	f := warm(t, env.DB, "")
	filter := store.ListFilter{Query: "harbour", Publisher: store.AnyPublisher, Limit: 5}
	all := walked(t, f, filter)
	first, err := f.List(t.Context(), filter)
	if err != nil {
		t.Fatal(err)
	}
	// What is published now answers better than all before.
	better := env.Published(t, "Harbour, harbour, harbour, harbour: the harbour harbour.", "False").Claim
	both(t, f, env.Checker, "harbour")
	if s, _ := f.Public(); found(t, s, "harbour")[0] != better {
		t.Fatal("the new claim is not the first")
	}
	filter.Cursor = first.Next
	rest := walked(t, f, filter)
	if diff := cmp.Diff(all[5:], rest); diff != "" {
		t.Errorf("the pages after it (-want +got):\n%s", diff)
	}
	for cursor, code := range map[string]factcheck.Code{"nonsense": factcheck.CodeInvalid, "AAAAAAAAAAAAAAAAAAAAAAAAAAA": factcheck.CodeInvalid, "_____wAAAAAAAAAAAAAAAAAAAAA": factcheck.CodeInvalid} {
		filter.Cursor = cursor
		if _, err := f.List(t.Context(), filter); factcheck.CodeOf(err) != code {
			t.Errorf("cursor %s: got %v, want %s", cursor, err, code)
		}
	}
	filter.Cursor, filter.Sort = first.Next, store.SortPublished
	if _, err := f.List(t.Context(), filter); factcheck.CodeOf(err) != factcheck.CodeInvalid {
		t.Errorf("a cursor of another order: got %v, want it refused", err)
	}
}

func TestListBegunColdGoesOnWarm(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	brought(t, env, 30, nil)
	cold, f := finder.Cold(env.DB), warm(t, env.DB, "")
	filter := store.ListFilter{Query: "harbour", Publisher: store.AnyPublisher, Limit: 7}
	first, err := cold.List(t.Context(), filter)
	if err != nil || !first.Warming || first.Next == "" {
		t.Fatalf("got %+v, error %v; want a page while warming", first, err)
	}
	filter.Cursor = first.Next
	got := walked(t, f, filter)
	if want := listed(t, env, filter)[7:]; !slices.Equal(got, want) {
		t.Errorf("got %d claims, want the %d others, newest first", len(got), len(want))
	}
	filter.Cursor = ""
	ranked, err := f.List(t.Context(), filter)
	if err != nil {
		t.Fatal(err)
	}
	filter.Cursor = ranked.Next
	if _, err := cold.List(t.Context(), filter); factcheck.CodeOf(err) != factcheck.CodeUnavailable {
		t.Errorf("a ranking without an index: got %v, want to come again", err)
	}
}

func TestListSaysHowItUnderstood(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	env.Published(t, "The harbour of Exampleville froze.", "False")
	f := warm(t, env.DB, "")
	page, err := f.List(t.Context(), store.ListFilter{Query: "harbuor", Limit: 5})
	if err != nil || page.Total != 1 || len(page.Corrections) != 1 || page.Corrections[0].To != "harbour" {
		t.Errorf("got %+v, error %v; want the corrected word", page, err)
	}
	if page, err = f.List(t.Context(), store.ListFilter{Query: "harbour", UpdatedAfter: time.Unix(1, 0), Limit: 5}); err != nil || page.Total != -1 || len(page.Docs) != 1 {
		t.Errorf("got %+v, error %v; want one claim and no total", page, err)
	}
	for name, filter := range map[string]store.ListFilter{
		"limit": {Query: "x", Limit: 101}, "language": {Query: "zzz", Language: "not_a_tag", Limit: 1}, "truth": {Query: "zzz", Truth: "maybe", Limit: 1}, "sort": {Query: "zzz", Sort: "random", Limit: 1},
	} {
		if _, err := f.List(t.Context(), filter); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%s: got %v, want it refused though nothing is found", name, err)
		}
	}
	if page, err := f.List(t.Context(), store.ListFilter{Query: "???", Limit: 5}); err != nil || len(page.Docs) != 0 {
		t.Errorf("no words: got %d claims, error %v; want none", len(page.Docs), err)
	}
}
