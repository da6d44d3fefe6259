package finder_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// answered pages through what is wanted and returns the claims in order.
func answered(t *testing.T, f *finder.Finder, w finder.Wanted) []factcheck.ClaimID {
	t.Helper()
	var ids []factcheck.ClaimID
	for range 500 {
		page, err := f.Answer(t.Context(), w)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Docs) > w.Limit {
			t.Fatalf("got %d claims, want at most %d", len(page.Docs), w.Limit)
		}
		for _, d := range page.Docs {
			ids = append(ids, d.Claim)
		}
		if w.Cursor, w.Skip = page.Next, page.Skip; page.Next == "" {
			return ids
		}
	}
	t.Fatal("the answer has no end")
	return nil
}

func TestAnswersAreChosenSkippedAndPaged(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	brought(t, env, 240, nil)
	for name, f := range map[string]*finder.Finder{"index": warm(t, env.DB, ""), "store": finder.Cold(env.DB)} {
		for _, text := range []string{"", "harbour crane"} {
			all := answered(t, f, finder.Wanted{Text: text, Publisher: store.AnyPublisher, Limit: 100})
			if len(all) < 100 {
				t.Fatalf("%s %q: got %d claims, want many", name, text, len(all))
			}
			few := map[factcheck.ClaimID]bool{}
			for i, id := range all {
				few[id] = i%40 == 3
			}
			var kept []factcheck.ClaimID
			for _, id := range all {
				if few[id] {
					kept = append(kept, id)
				}
			}
			keep := func(d store.Document) (bool, error) { return few[d.Claim], nil }
			for _, tt := range []struct {
				wanted finder.Wanted
				want   []factcheck.ClaimID
			}{
				{finder.Wanted{Limit: 7}, all}, {finder.Wanted{Limit: 7, Skip: 5}, all[5:]}, {finder.Wanted{Limit: 7, Skip: 1_000_000}, nil},
				{finder.Wanted{Limit: 1, Keep: keep}, kept}, {finder.Wanted{Limit: 100, Keep: keep, Skip: 1}, kept[1:]},
				{finder.Wanted{Limit: 5, Keep: func(store.Document) (bool, error) { return false, nil }}, nil},
			} {
				w := tt.wanted
				w.Text, w.Publisher = text, store.AnyPublisher
				if diff := cmp.Diff(tt.want, answered(t, f, w)); diff != "" {
					t.Errorf("%s %q, %d after %d, chosen %t (-want +got):\n%s", name, text, w.Limit, w.Skip, w.Keep != nil, diff)
				}
			}
		}
	}
}

// TestAnswersBeginWithWhatATextMakes asks in words that the search by words does not find the claim by, or not first.
func TestAnswersBeginWithWhatATextMakes(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	const text = "Vaccines against measles cause autism in children."
	brought(t, env, 30, func(i int, r *exchange.Record) {
		if r.Text = fmt.Sprintf("The doctor of Sampletown saw %d patients yesterday, and the nurse told everybody about it.", i); i == 7 {
			r.Text = text
		}
	})
	f := warm(t, env.DB, "")
	const asked = "My sister, who is a nurse, told everybody yesterday that the doctor gave the child a measles vaccination and it became autistic because of it"
	answers, err := f.Answer(t.Context(), finder.Wanted{Text: asked, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	read, err := f.MadeBy(t.Context(), asked)
	if err != nil || len(read.Made) == 0 {
		t.Fatalf("the matcher finds nothing in %q: %v", asked, err)
	}
	if got := answers.Docs[0].Claim; got != read.Made[0].Doc.Claim {
		t.Errorf("got %s first, want %s, which the text makes", answers.Docs[0].Slug, read.Made[0].Doc.Slug)
	}
	if i := slices.IndexFunc(answers.Docs, func(d store.Document) bool { return d.Slug == "vaccines-against-measles-cause-autism-in-children" }); i != 0 {
		t.Errorf("the claim is at %d, want it first", i)
	}
}

func TestAnswersRefuseWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	f := warm(t, env.DB, "")
	for name, w := range map[string]finder.Wanted{"no limit": {Text: "x"}, "too many": {Text: "x", Limit: 101}, "a made-up cursor": {Limit: 1, Cursor: "x"}} {
		if _, err := f.Answer(t.Context(), w); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%s: got %v, want it refused", name, err)
		}
	}
	if _, err := finder.Cold(env.DB).Answer(t.Context(), finder.Wanted{Text: "x", Limit: 1, Cursor: "AAAAAQAAAAAAAAAAAAAAAAAAAAE"}); factcheck.CodeOf(err) != factcheck.CodeUnavailable {
		t.Errorf("a cursor by relevance without an index: got %v, want it put off", err)
	}
}
