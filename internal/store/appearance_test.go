package store_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// event is a row of appearance_events without its times.
func events(t *testing.T, env *storetest.Env, id factcheck.AppearanceID) []string {
	t.Helper()
	return ask[[]string](t, env, `SELECT array_agg(kind || ' ' || stance || ' ' || to_char(at, 'YYYY-MM-DD') || ' ' || note ORDER BY id) FROM appearance_events WHERE appearance_id = $1`, id)
}

func TestAppearanceFromLinkToRemoval(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor has resigned.", "False")
	at := head(t, env)
	seen := time.Date(2025, 6, 5, 10, 0, 0, 0, time.UTC)
	id := must[factcheck.AppearanceID](t)(env.DB.LinkArticle(ctx, env.Checker, article(t, env, "https://news.example/a"), v.Claim,
		factcheck.AppearanceInput{Stance: factcheck.StanceMakes, Quote: " She resigned. ", FirstSeen: seen, Note: "Found by search."}))
	ok(t, env.DB.SetStance(ctx, env.Checker2, id, 1, factcheck.AppearanceInput{Stance: factcheck.StanceRepeats, Quote: "She has resigned, we hear.", Note: "It took it from a post."}))
	day := time.Date(2025, 6, 6, 0, 0, 0, 0, time.UTC)
	ok(t, env.DB.MarkCorrection(ctx, env.Checker, id, 2, factcheck.MarkInput{State: factcheck.StateCorrected, At: day, Note: "The headline is another."}))
	doc := public(t, env, v.Claim)
	a := doc.Appearances[0]
	got := fmt.Sprint(a.Stance, a.SetBy, a.Quote, a.FirstSeenAt, a.Correction.State, a.Correction.At)
	if want := fmt.Sprint("repeats", "person", "She has resigned, we hear.", &seen, "corrected", &day); !strings.HasPrefix(got, "repeatspersonShe has resigned, we hear.") || !a.FirstSeenAt.Equal(seen) || !a.Correction.At.Equal(day) || a.Correction.State != "corrected" {
		t.Errorf("readers see %s, want %s", got, want)
	}
	ok(t, env.DB.MarkCorrection(ctx, env.Checker, id, 3, factcheck.MarkInput{State: factcheck.StateRemoved}))
	ok(t, env.DB.MarkCorrection(ctx, env.Checker, id, 4, factcheck.MarkInput{State: factcheck.StateStanding, Note: "It is back."}))
	if c := public(t, env, v.Claim).Appearances[0].Correction; c.State != "standing" || c.At != nil {
		t.Errorf("got %+v, want standing", c)
	}
	wantFeed := []string{}
	for _, kind := range []string{"added", "changed", "corrected", "removed", "changed"} {
		wantFeed = append(wantFeed, "appearance."+kind+" "+v.Claim.String())
	}
	if diff := cmp.Diff(wantFeed, feed(t, env, at)); diff != "" {
		t.Errorf("the feed differs (-want +got):\n%s", diff)
	}
	want := []string{
		"linked makes 2025-06-05 Found by search.", "stance repeats 2025-06-07 It took it from a post.", "corrected repeats 2025-06-06 The headline is another.",
		"removed repeats 2025-06-07 ", "standing repeats 2025-06-07 It is back.",
	}
	if diff := cmp.Diff(want, events(t, env, id)); diff != "" {
		t.Errorf("the events differ (-want +got):\n%s", diff)
	}
	if n := audited(t, env, "appearance.link", id) + audited(t, env, "appearance.stance", id) + audited(t, env, "appearance.mark", id); n != 5 {
		t.Errorf("got %d audit entries, want 5", n)
	}
	states := ask[int](t, env, `SELECT count(*) FROM claim_states WHERE claim_id = $1`, v.Claim)
	if states != 1 {
		t.Errorf("got %d public states, want 1: articles move without a new one", states)
	}
}

func TestImportedAppearanceIsJudgedByAPerson(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	claim := imported(t, env, "The mayor resigned.")
	a := working(t, env, claim).Appearances[0]
	if !a.Imported || a.Stance != factcheck.StanceListed {
		t.Fatalf("got %+v, want it listed by the import", a)
	}
	_, err := env.DB.LinkArticle(ctx, env.Checker, a.Article, claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes})
	wantCode(t, err, factcheck.CodeConflict)
	ok(t, env.DB.SetStance(ctx, env.Checker, a.ID, a.Revision, factcheck.AppearanceInput{Stance: factcheck.StanceMakes}))
	if got := working(t, env, claim).Appearances[0]; got.Imported || got.Stance != factcheck.StanceMakes {
		t.Errorf("got %+v, want a person's stance", got)
	}
	changed := record("checks.example", "The mayor resigned.", "False")
	changed.Answer = "She has not."
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, changed)
	if got := working(t, env, claim).Appearances[0]; got.Imported || got.Stance != factcheck.StanceMakes {
		t.Errorf("the next import took the stance back: %+v", got)
	}
}

func TestAppearancesThatAreRefused(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	claim, art := env.Claim(t, "The mayor has resigned."), article(t, env, "https://news.example/a")
	good := factcheck.AppearanceInput{Stance: factcheck.StanceMakes}
	link := func(a factcheck.ArticleID, c factcheck.ClaimID, in factcheck.AppearanceInput) error {
		_, err := env.DB.LinkArticle(ctx, env.Checker, a, c, in)
		return err
	}
	bad := map[string]factcheck.AppearanceInput{
		"a person does not list": {Stance: factcheck.StanceListed}, "no stance": {}, "another stance": {Stance: "likes"},
		"a long quote": {Stance: factcheck.StanceMakes, Quote: strings.Repeat("q", factcheck.MaxQuote+1)},
		"the future":   {Stance: factcheck.StanceMakes, FirstSeen: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)},
		"long ago":     {Stance: factcheck.StanceMakes, FirstSeen: time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)},
	}
	for name, text := range hostile() {
		bad[name+" in the quote"] = factcheck.AppearanceInput{Stance: factcheck.StanceMakes, Quote: text}
		bad[name+" in the note"] = factcheck.AppearanceInput{Stance: factcheck.StanceMakes, Note: text}
	}
	for name, in := range bad {
		if err := link(art, claim, in); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
	wantCode(t, link(factcheck.ArticleID{1}, claim, good), factcheck.CodeNotFound)
	wantCode(t, link(art, factcheck.ClaimID{1}, good), factcheck.CodeNotFound)
	id := must[factcheck.AppearanceID](t)(env.DB.LinkArticle(ctx, env.Checker, art, claim, good))
	wantCode(t, link(art, claim, good), factcheck.CodeConflict)
	wantCode(t, env.DB.SetStance(ctx, env.Checker, id, 2, good), factcheck.CodeConflict)
	wantCode(t, env.DB.SetStance(ctx, env.Checker, id, 1, factcheck.AppearanceInput{Stance: factcheck.StanceListed}), factcheck.CodeInvalid)
	wantCode(t, env.DB.SetStance(ctx, env.Checker, factcheck.AppearanceID{1}, 1, good), factcheck.CodeNotFound)
	wantCode(t, env.DB.MarkCorrection(ctx, env.Checker, id, 2, factcheck.MarkInput{State: factcheck.StateRemoved}), factcheck.CodeConflict)
	wantCode(t, env.DB.MarkCorrection(ctx, env.Checker, id, 1, factcheck.MarkInput{State: "gone"}), factcheck.CodeInvalid)
	wantCode(t, env.DB.MarkCorrection(ctx, env.Checker, id, 1, factcheck.MarkInput{State: factcheck.StateRemoved, At: time.Date(1, 1, 1, 1, 0, 0, 0, time.UTC)}), factcheck.CodeInvalid)
	wantCode(t, env.DB.MarkCorrection(ctx, env.Checker, id, 1, factcheck.MarkInput{State: factcheck.StateRemoved, At: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)}), factcheck.CodeInvalid)
	if got := events(t, env, id); len(got) != 1 {
		t.Errorf("got events %v, want the link alone", got)
	}
	ok(t, merge(t, env, claim, env.Claim(t, "The mayor quit.")))
	wantCode(t, link(article(t, env, "https://news.example/b"), claim, good), factcheck.CodeConflict)
}

// Whoever links to a public claim at once with others must not build the document without what the others linked.
func TestCorrectionBeforePublicationIsRefused(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	published := factcheck.Date{At: time.Date(2025, 6, 5, 0, 0, 0, 0, time.UTC), Precision: factcheck.PrecisionDay}
	added := must[store.Added](t)(env.DB.AddArticle(ctx, env.Checker, factcheck.ArticleInput{URL: "https://news.example/a", Title: "A", Published: published}))
	id := linked(t, env, env.Claim(t, "The mayor has resigned."), "https://news.example/a", factcheck.StanceMakes)
	mark := factcheck.MarkInput{State: factcheck.StateCorrected, At: published.At.AddDate(0, 0, -2)}
	err := env.DB.MarkCorrection(ctx, env.Checker, id, 1, mark)
	wantCode(t, err, factcheck.CodeInvalid)
	if !strings.Contains(err.Error(), "2025-06-05") || page(t, env, added.Article).Appearances[0].State != factcheck.StateStanding {
		t.Errorf("got %v, want the day told and nothing marked", err)
	}
	mark.At = published.At
	ok(t, env.DB.MarkCorrection(ctx, env.Checker, id, 1, mark))
}

func TestLinksAtOnceAreAllInTheDocument(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	at := head(t, env)
	const n = 10
	articles := make([]factcheck.ArticleID, n)
	for i := range n {
		articles[i] = article(t, env, fmt.Sprintf("https://news.example/%d", i))
	}
	errs := make([]error, n+1)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			_, errs[i] = env.DB.LinkArticle(t.Context(), env.Checker, articles[i], v.Claim, factcheck.AppearanceInput{Stance: factcheck.StanceRepeats})
		})
	}
	wg.Go(func() { errs[n] = env.DB.SuspendVerdict(t.Context(), env.Editor, v.Verdict, "A source is in doubt.") })
	wg.Wait()
	for _, err := range errs {
		ok(t, err)
	}
	doc := public(t, env, v.Claim)
	if len(doc.Appearances) != n || doc.Verdicts[0].State != "suspended" || len(feed(t, env, at)) != n+1 {
		t.Errorf("got %d articles, %s, %d entries; want %d, suspended, %d", len(doc.Appearances), doc.Verdicts[0].State, len(feed(t, env, at)), n, n+1)
	}
}
