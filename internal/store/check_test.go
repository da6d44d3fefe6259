package store_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// stating takes in an article that states checks in its markup.
func stating(t *testing.T, env *storetest.Env, url string, checks ...exchange.Record) factcheck.ArticleID {
	t.Helper()
	found := must[[]byte](t)(json.Marshal(map[string]any{"checks": checks}))
	return must[store.Added](t)(env.DB.AddArticle(t.Context(), env.Checker, factcheck.ArticleInput{URL: url, Title: "We checked", Found: found})).Article
}

// stated returns the name of the first check that an article states now.
func stated(t *testing.T, env *storetest.Env, art factcheck.ArticleID) string {
	t.Helper()
	var found struct{ Checks []exchange.Record }
	ok(t, json.Unmarshal(page(t, env, art).Found, &found))
	return store.CheckHash(found.Checks[0])
}

// TestCheckIsAcceptedAsItWasRead fetches the page again between the reading and the accepting: what nobody read is not taken in.
func TestCheckIsAcceptedAsItWasRead(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	before, after := record("checks.example", "Bread is cheaper than 0 euros.", "False"), record("checks.example", "Bread is cheaper than 5 euros.", "False")
	art := stating(t, env, before.ReviewURL, before)
	read := stated(t, env, art)
	found := must[[]byte](t)(json.Marshal(map[string]any{"checks": []exchange.Record{after, before}}))
	must[store.Refreshed](t)(env.DB.RefreshArticle(ctx, env.Checker, art, 1, factcheck.RefreshInput{Found: found, FetchedAt: env.Clock.Now()}, nil))
	_, err := env.DB.AcceptCheck(ctx, env.Editor, art, 0, read)
	wantCode(t, err, factcheck.CodeConflict)
	if n := ask[int](t, env, `SELECT (SELECT count(*) FROM imports) + (SELECT count(*) FROM claims)`); n != 0 {
		t.Errorf("%d rows are left of what was refused", n)
	}
	got := must[store.Accepted](t)(env.DB.AcceptCheck(ctx, env.Editor, art, 1, read)) // it stands there now
	if w := page(t, env, art).Appearances; len(w) != 1 || w[0].Claim != got.Claim || w[0].ClaimText != before.Text {
		t.Errorf("got %+v, want the check that was read", w)
	}
}

func TestCheckStatedByAPageIsAccepted(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	r := record("checks.example", "The mayor resigned.", "False")
	art := stating(t, env, r.ReviewURL, r)
	got := must[store.Accepted](t)(env.DB.AcceptCheck(ctx, env.Editor, art, 0, stated(t, env, art)))
	if got.Outcome.Kind != store.OutcomeCreated || audited(t, env, "check.accept", art) != 1 {
		t.Errorf("got %+v", got)
	}
	if public(t, env, got.Claim) != nil || head(t, env) != 0 {
		t.Error("readers see the check of a publisher who is not allowed")
	}
	var linked store.ArticleAppearance
	for _, a := range page(t, env, art).Appearances {
		linked = a
	}
	if linked.ID != got.Appearance || linked.Stance != factcheck.StanceDisputes || linked.Imported || linked.Claim != got.Claim {
		t.Errorf("got %+v, want the article to dispute the claim, as a person says", linked)
	}
	must[int](t)(env.DB.AllowPublisher(ctx, env.Admin, "checks.example"))
	doc := public(t, env, got.Claim)
	if doc == nil || doc.Verdicts[0].Origin != "imported" || doc.Verdicts[0].ID != got.Verdict.String() {
		t.Fatalf("readers see %+v", doc)
	}
	again := must[store.Accepted](t)(env.DB.AcceptCheck(ctx, env.Editor2, art, 0, stated(t, env, art)))
	want := got
	want.Outcome.Kind = store.OutcomeUnchanged
	if diff := cmp.Diff(want, again); diff != "" {
		t.Errorf("the second time (-want +got):\n%s", diff)
	}
	if got := ask[string](t, env, `SELECT string_agg(read || ' ' || created || ' ' || unchanged, ', ' ORDER BY id) FROM imports WHERE finished_at IS NOT NULL AND name = $1`, art.String()); got != "1 1 0, 1 0 1" {
		t.Errorf("the runs counted %q", got)
	}
}

func TestCheckThatFindsTheClaimTrueDoesNotDisputeIt(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	r := record("checks.example", "The lake is dry.", "True")
	r.Rating.Truth = factcheck.TruthTrue
	art := stating(t, env, "https://checks.example/lake", r)
	must[store.Accepted](t)(env.DB.AcceptCheck(t.Context(), env.Editor, art, 0, stated(t, env, art)))
	if got := page(t, env, art).Appearances; len(got) != 1 || got[0].Stance != factcheck.StanceReports {
		t.Errorf("got %+v", got)
	}
}

func TestChecksThatAreNotAccepted(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	own := record("desk.example", "The mayor resigned.", "False")
	empty := record("checks.example", "", "False")
	art := stating(t, env, "https://checks.example/1", own, empty)
	odd := must[store.Added](t)(env.DB.AddArticle(ctx, env.Checker, factcheck.ArticleInput{URL: "https://odd.example/", Found: []byte(`{"checks":[{"publisher":7}]}`)})).Article
	for name, c := range map[string]struct {
		who     factcheck.Actor
		article factcheck.ArticleID
		index   int
		read    string
		code    factcheck.Code
		says    string
	}{
		"another one by now":    {env.Editor, art, 1, store.CheckHash(own), factcheck.CodeConflict, "otherwise"},
		"one nobody read":       {env.Editor, art, 1, "", factcheck.CodeConflict, "otherwise"},
		"the house's own":       {env.Editor, art, 0, store.CheckHash(own), factcheck.CodeInvalid, "the house's own check"},
		"one without a claim":   {env.Editor, art, 1, store.CheckHash(empty), factcheck.CodeInvalid, "no claim text"},
		"one that is not there": {env.Editor, art, 2, "", factcheck.CodeNotFound, "no such fact-check"},
		"one before the first":  {env.Editor, art, -1, "", factcheck.CodeNotFound, "no such fact-check"},
		"one beyond counting":   {env.Editor, art, 1 << 40, "", factcheck.CodeNotFound, "no such fact-check"},
		"none at all":           {env.Editor, factcheck.ArticleID{15: 1}, 0, "", factcheck.CodeNotFound, ""},
		"something else":        {env.Editor, odd, 0, "", factcheck.CodeInvalid, "no fact-check in a form"},
		"by a checker":          {env.Checker, art, 0, "", factcheck.CodeForbidden, ""},
		"by the command line":   {factcheck.Operator(), art, 0, "", factcheck.CodeForbidden, ""},
	} {
		_, err := env.DB.AcceptCheck(ctx, c.who, c.article, c.index, c.read)
		if factcheck.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
	if n := ask[int](t, env, `SELECT (SELECT count(*) FROM imports) + (SELECT count(*) FROM claims) + (SELECT count(*) FROM publishers WHERE NOT is_house)`); n != 0 {
		t.Errorf("%d rows are left of what was refused", n)
	}
}

func TestChecksTakenInAreKnown(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	well, lake := record("checks.example", "The well is dry.", "False"), record("checks.example", "The lake is dry.", "False")
	stated := []exchange.Record{lake, well}
	art := stating(t, env, well.ReviewURL, stated...)
	if got := must[[]store.TakenCheck](t)(env.DB.TakenChecks(ctx, env.Checker, stated)); len(got) != 0 {
		t.Errorf("before: got %+v, want none", got)
	}
	taken := must[store.Accepted](t)(env.DB.AcceptCheck(ctx, env.Editor, art, 1, store.CheckHash(well)))
	got := must[[]store.TakenCheck](t)(env.DB.TakenChecks(ctx, env.Checker, stated))
	if len(got) != 1 || got[0].Index != 1 || got[0].Claim.ID != taken.Claim || got[0].Claim.Text != well.Text || got[0].Differ || got[0].Claim.Public {
		t.Errorf("got %+v, want the second one taken, as it is stated", got)
	}
	must[int](t)(env.DB.AllowPublisher(ctx, env.Admin, "checks.example"))
	other := record("others.example", "The well is dry.", "False")
	other.ReviewURL = well.ReviewURL
	well.Headline = "Another headline"
	got = must[[]store.TakenCheck](t)(env.DB.TakenChecks(ctx, env.Checker, []exchange.Record{well, other}))
	if len(got) != 1 || got[0].Index != 0 || !got[0].Differ || !got[0].Claim.Public {
		t.Errorf("got %+v, want it taken otherwise, and not another publisher's", got)
	}
	if _, err := env.DB.TakenChecks(ctx, factcheck.Actor{}, stated); factcheck.CodeOf(err) != factcheck.CodeForbidden && factcheck.CodeOf(err) != factcheck.CodeUnauthenticated {
		t.Errorf("nobody: got %v, want it refused", err)
	}
}
