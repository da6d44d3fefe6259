package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// kinds returns what was done to an appearance, in order.
func kinds(t *testing.T, env *storetest.Env, id factcheck.AppearanceID) []string {
	t.Helper()
	return ask[[]string](t, env, `SELECT array_agg(kind ORDER BY id) FROM appearance_events WHERE appearance_id = $1`, id)
}

// page returns an article as the newsroom sees it.
func page(t *testing.T, env *storetest.Env, id factcheck.ArticleID) store.WorkingArticle {
	t.Helper()
	return must[store.WorkingArticle](t)(env.DB.NewsroomArticle(t.Context(), env.Checker, id))
}

func TestMistakenLinkIsTakenBackAndTakenUpAgain(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor has resigned.", "False")
	art := must[store.Added](t)(env.DB.AddArticle(ctx, env.Checker, factcheck.ArticleInput{URL: "https://news.example/a", Title: "A", Text: "So She resigned. Or"})).Article
	in := factcheck.AppearanceInput{Stance: factcheck.StanceMakes, Quote: "She resigned.", Note: "Found by search.", Anchor: factcheck.Anchor{Prefix: "So ", Suffix: " Or", Start: 3, End: 16}}
	id := must[factcheck.AppearanceID](t)(env.DB.LinkArticle(ctx, env.Checker, art, v.Claim, in))
	ok(t, env.DB.MarkFirst(ctx, env.Checker, id, 1, true, ""))
	before := page(t, env, art).Appearances[0]
	at := head(t, env)

	wantCode(t, env.DB.UnlinkArticle(ctx, env.Checker2, id, 1, "seen before"), factcheck.CodeConflict)
	ok(t, env.DB.UnlinkArticle(ctx, env.Checker2, id, 2, "Another mayor."))
	if doc := public(t, env, v.Claim); len(doc.Appearances) != 0 {
		t.Errorf("readers still see %+v", doc.Appearances)
	}
	_, err := env.DB.ArticleByID(ctx, art)
	wantCode(t, err, factcheck.CodeNotFound)
	if audited(t, env, "appearance.unlink", id) != 1 {
		t.Error("the audit log does not have it")
	}
	gone := page(t, env, art)
	if len(gone.Appearances) != 0 || len(gone.Unlinked) != 1 || gone.Unlinked[0].Revision != 3 || gone.Unlinked[0].Anchor != before.Anchor {
		t.Errorf("the newsroom sees %+v and %+v", gone.Appearances, gone.Unlinked)
	}
	wantCode(t, env.DB.SetStance(ctx, env.Checker, id, 2, in), factcheck.CodeNotFound)
	wantCode(t, env.DB.UndoAppearance(ctx, env.Checker, id, 2, wordByWord), factcheck.CodeConflict)
	ok(t, env.DB.UndoAppearance(ctx, env.Checker, id, gone.Unlinked[0].Revision, wordByWord))
	again := page(t, env, art)
	before.Revision = 4
	if diff := cmp.Diff([]store.ArticleAppearance{before}, again.Appearances); diff != "" || len(again.Unlinked) != 0 {
		t.Errorf("it came back changed (-before +after):\n%s", diff)
	}
	if doc := public(t, env, v.Claim); len(doc.Appearances) != 1 || doc.Appearances[0].ID != id.String() || !doc.Appearances[0].First {
		t.Errorf("readers see %+v", doc.Appearances)
	}
	c := v.Claim.String()
	if diff := cmp.Diff([]string{"appearance.changed " + c, "appearance.added " + c}, feed(t, env, at)); diff != "" {
		t.Errorf("the feed differs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"linked", "first", "unlinked", "relinked"}, kinds(t, env, id)); diff != "" {
		t.Errorf("the events differ (-want +got):\n%s", diff)
	}
	wantCode(t, env.DB.UndoAppearance(ctx, env.Checker, id, 3, wordByWord), factcheck.CodeConflict) // somebody else did already
}

func TestActsAreTakenBackOneByOne(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	claim := env.Claim(t, "The mayor has resigned.")
	art := article(t, env, "https://news.example/a")
	id := must[factcheck.AppearanceID](t)(env.DB.LinkArticle(ctx, env.Checker, art, claim, factcheck.AppearanceInput{Stance: factcheck.StanceReports, Quote: "First."}))
	ok(t, env.DB.SetStance(ctx, env.Checker, id, 1, factcheck.AppearanceInput{Stance: factcheck.StanceMakes, Quote: "Second."}))
	ok(t, env.DB.MarkCorrection(ctx, env.Checker, id, 2, factcheck.MarkInput{State: factcheck.StateCorrected}))
	ok(t, env.DB.MarkFirst(ctx, env.Checker, id, 3, true, "No earlier one was found."))
	var got []string
	for rev := 4; ; rev++ {
		w := page(t, env, art)
		if len(w.Appearances) == 0 {
			break
		}
		a := w.Appearances[0]
		got = append(got, strings.Join([]string{string(a.Stance), a.Anchor.Quote, string(a.State), map[bool]string{true: "first"}[a.First], "undo " + a.Undo}, " "))
		ok(t, env.DB.UndoAppearance(ctx, env.Checker2, id, rev, wordByWord))
	}
	want := []string{"makes Second. corrected first undo first", "makes Second. corrected  undo corrected", "makes Second. standing  undo stance", "reports First. standing  undo linked"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the states differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"linked", "stance", "corrected", "first", "undone", "undone", "undone", "unlinked"}, kinds(t, env, id)); diff != "" {
		t.Errorf("the events differ (-want +got):\n%s", diff)
	}
	w := page(t, env, art)
	if len(w.Unlinked) != 1 || len(w.Events) != 8 || w.Events[6].Undoes != w.Events[1].ID || w.Events[0].By != "Carla Checker" {
		t.Fatalf("got %+v and %+v, want a link that was taken back listed like an unlinking", w.Unlinked, w.Events)
	}
	ok(t, env.DB.UndoAppearance(ctx, env.Checker, id, w.Unlinked[0].Revision, wordByWord)) // and linked again, and so on
	again := page(t, env, art).Appearances
	if len(again) != 1 || again[0].ID != id || again[0].Anchor.Quote != "First." || again[0].Undo != "linked" {
		t.Fatalf("got %+v, want the link again", again)
	}
	ok(t, env.DB.UndoAppearance(ctx, env.Checker, id, again[0].Revision, wordByWord))
	wantCode(t, env.DB.UndoAppearance(ctx, env.Checker, factcheck.AppearanceID{15: 9}, 1, wordByWord), factcheck.CodeNotFound)
	must[factcheck.AppearanceID](t)(env.DB.LinkArticle(ctx, env.Checker, art, claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes})) // anew
}

// TestTakenBackPassageStandsInTheTextOfNow replaces the article's text between an act and its taking back: the passage must be
// found in the text that is there, or be lost, and never stand on other words.
func TestTakenBackPassageStandsInTheTextOfNow(t *testing.T) {
	t.Parallel()
	const old, quote = "The mayor has left. The opposition doubts this. Rain is due.", "The opposition doubts this."
	for name, c := range map[string]struct {
		newer  string
		locate factcheck.Locator
		want   string // what stands where the passage is; empty: it is lost
	}{
		"moved":            {"A first paragraph, quite new. " + old, wordByWord, quote},
		"gone":             {"Nothing of it is left in this text of ducks and geese, which is long.", wordByWord, ""},
		"moved, unlocated": {"A first paragraph, quite new. " + old, nil, ""},
		"unmoved":          {old + " More.", nil, quote},
	} {
		for _, unlinked := range []bool{false, true} {
			env := storetest.New(t)
			ctx := t.Context()
			added := must[store.Added](t)(env.DB.AddArticle(ctx, env.Checker, factcheck.ArticleInput{URL: "https://news.example/a", Title: "A", Text: old}))
			id := passages(t, env, added.Article, old, quote)[0]
			if unlinked {
				ok(t, env.DB.UnlinkArticle(ctx, env.Checker, id, 1, ""))
			} else {
				ok(t, env.DB.MarkCorrection(ctx, env.Checker, id, 1, factcheck.MarkInput{State: factcheck.StateCorrected}))
			}
			must[store.Refreshed](t)(env.DB.RefreshArticle(ctx, env.Checker, added.Article, page(t, env, added.Article).Revision, factcheck.RefreshInput{Text: c.newer, FetchedAt: env.Clock.Now()}, wordByWord))
			ok(t, env.DB.UndoAppearance(ctx, env.Checker, id, 2, c.locate))
			got := page(t, env, added.Article).Appearances[0]
			stands := c.newer[got.Anchor.Start:got.Anchor.End]
			if stands != c.want || got.Lost != (c.want == "") || got.Anchor.Quote != quote || got.State != factcheck.StateStanding {
				t.Errorf("%s, unlinked %t: it stands on %q, lost %t, want %q", name, unlinked, stands, got.Lost, c.want)
			}
		}
	}
}

// TestTakenBackPassageThatStoodNowhereStaysThere holds that undoing does not look in the text for what was said to stand in a
// picture.
func TestTakenBackPassageThatStoodNowhereStaysThere(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	added := must[store.Added](t)(env.DB.AddArticle(ctx, env.Checker, factcheck.ArticleInput{URL: "https://news.example/a", Title: "A", Text: "She resigned."}))
	id := must[factcheck.AppearanceID](t)(env.DB.LinkArticle(ctx, env.Checker, added.Article, env.Claim(t, "She has resigned."), factcheck.AppearanceInput{Stance: factcheck.StanceMakes, Quote: "She resigned."}))
	ok(t, env.DB.UnlinkArticle(ctx, env.Checker, id, 1, ""))
	ok(t, env.DB.UndoAppearance(ctx, env.Checker, id, 2, wordByWord))
	if got := page(t, env, added.Article).Appearances[0]; !got.Lost {
		t.Errorf("got %+v, want it nowhere, as before", got.Anchor)
	}
}

func TestWhatAPersonUnlinkedIsNotListedAgain(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	claim := imported(t, env, "The mayor resigned.")
	a := working(t, env, claim).Appearances[0]
	ok(t, env.DB.SetStance(ctx, env.Checker, a.ID, a.Revision, factcheck.AppearanceInput{Stance: factcheck.StanceMakes}))
	ok(t, env.DB.UndoAppearance(ctx, env.Checker, a.ID, a.Revision+1, wordByWord))
	if got := working(t, env, claim).Appearances[0]; !got.Imported || got.Stance != factcheck.StanceListed {
		t.Fatalf("got %+v, want it listed as before", got)
	}
	ok(t, env.DB.UnlinkArticle(ctx, env.Checker, a.ID, a.Revision+2, "Another town."))
	changed := record("checks.example", "The mayor resigned.", "False")
	changed.Answer = "She has not."
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, changed)
	if got := working(t, env, claim).Appearances; len(got) != 0 {
		t.Fatalf("the next import listed it again: %+v", got)
	}
	ok(t, env.DB.UndoAppearance(ctx, env.Checker, a.ID, a.Revision+3, wordByWord))
	if doc := public(t, env, claim); len(doc.Appearances) != 1 || doc.Appearances[0].Stance != "listed" {
		t.Errorf("readers see %+v, want the listed address", doc.Appearances)
	}
}

func TestUndoKnowsNoWayBackBehindAMerge(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	from, into := env.Claim(t, "The mayor quit."), env.Claim(t, "The mayor has resigned.")
	id := linked(t, env, from, "https://news.example/a", factcheck.StanceMakes)
	gone := linked(t, env, from, "https://news.example/b", factcheck.StanceMakes)
	ok(t, env.DB.UnlinkArticle(ctx, env.Checker, gone, 1, ""))
	ok(t, env.DB.MergeClaims(ctx, env.Editor, from, into, "One claim."))
	wantCode(t, env.DB.UndoAppearance(ctx, env.Checker, id, 2, wordByWord), factcheck.CodeConflict)
	wantCode(t, env.DB.UndoAppearance(ctx, env.Checker, gone, 2, wordByWord), factcheck.CodeConflict)
	ok(t, env.DB.UnlinkArticle(ctx, env.Checker, id, 2, ""))
}

func TestOneFirstAppearanceOfAClaim(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor has resigned.", "False")
	one := linked(t, env, v.Claim, "https://news.example/1", factcheck.StanceMakes)
	two := linked(t, env, v.Claim, "https://news.example/2", factcheck.StanceRepeats)
	other := linked(t, env, v.Claim, "https://news.example/3", factcheck.StanceDisputes)
	wantCode(t, env.DB.MarkFirst(ctx, env.Checker, other, 1, true, ""), factcheck.CodeConflict)
	ok(t, env.DB.MarkFirst(ctx, env.Checker, one, 1, true, ""))
	ok(t, env.DB.MarkFirst(ctx, env.Checker, two, 1, true, "It is from May."))
	seen := time.Date(2025, 5, 1, 0, 0, 0, 0, time.UTC)
	ok(t, env.DB.SetStance(ctx, env.Checker, two, 2, factcheck.AppearanceInput{Stance: factcheck.StanceMakes, Appeared: factcheck.Date{At: seen, Precision: factcheck.PrecisionMonth}}))
	firsts := func() (out []string) {
		for _, a := range public(t, env, v.Claim).Appearances {
			if a.First {
				out = append(out, a.ID)
			}
			if a.ID == two.String() && (a.AppearedAt == nil || *a.AppearedAt != "2025-05" || *a.AppearedPrecision != "month" || a.FirstSeenAt.Equal(seen)) {
				t.Errorf("got %+v, want that it appeared in May, which is not when we saw it", a)
			}
		}
		return out
	}
	if diff := cmp.Diff([]string{two.String()}, firsts()); diff != "" {
		t.Errorf("the first appearances differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"linked", "first", "not_first"}, kinds(t, env, one)); diff != "" {
		t.Errorf("the events differ (-want +got):\n%s", diff)
	}
	ok(t, env.DB.SetStance(ctx, env.Checker, two, 3, factcheck.AppearanceInput{Stance: factcheck.StanceReports})) // then it is not the first
	if got := firsts(); len(got) != 0 {
		t.Errorf("got %v, want none", got)
	}
	wantCode(t, env.DB.MarkFirst(ctx, env.Checker, one, 1, true, ""), factcheck.CodeConflict)
	wantCode(t, env.DB.MarkFirst(ctx, env.Checker, one, 3, true, strings.Repeat("n", factcheck.MaxNote+1)), factcheck.CodeInvalid)
	wantCode(t, env.DB.MarkFirst(ctx, factcheck.Operator(), one, 3, true, ""), factcheck.CodeForbidden)
}

func TestMergeKeepsOneFirstAppearance(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	from, into, last := env.Claim(t, "The mayor quit."), env.Claim(t, "The mayor has resigned."), env.Claim(t, "She is gone.")
	a := linked(t, env, from, "https://news.example/1", factcheck.StanceMakes)
	b := linked(t, env, into, "https://news.example/2", factcheck.StanceMakes)
	ok(t, env.DB.MarkFirst(ctx, env.Checker, a, 1, true, ""))
	ok(t, env.DB.MarkFirst(ctx, env.Checker, b, 1, true, ""))
	ok(t, env.DB.MergeClaims(ctx, env.Editor, from, into, "One claim."))
	first := func(claim factcheck.ClaimID) string {
		return ask[string](t, env, `SELECT coalesce(string_agg(id::text, ' '), '') FROM appearances WHERE claim_id = $1 AND is_first`, claim)
	}
	if got := first(into); got != b.UUID() {
		t.Errorf("got %s, want %s to stay the first", got, b)
	}
	double := must[factcheck.AppearanceID](t)(env.DB.LinkArticle(ctx, env.Checker, article(t, env, "https://news.example/2"), last, factcheck.AppearanceInput{Stance: factcheck.StanceRepeats}))
	ok(t, env.DB.MergeClaims(ctx, env.Editor, into, last, "One claim."))
	if got := first(last); got != double.UUID() {
		t.Errorf("got %s, want %s, whose double was the first", got, double)
	}
}
