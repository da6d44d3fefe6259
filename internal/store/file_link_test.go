package store_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func fileLink(text string) factcheck.FileLinkInput {
	return factcheck.FileLinkInput{
		Claim:    factcheck.ClaimInput{Text: text, Language: "en"},
		Claimant: &factcheck.ClaimantInput{Name: "A neighbour", Kind: factcheck.ClaimantPerson, Private: true},
		Link:     factcheck.AppearanceInput{Stance: factcheck.StanceMakes, Quote: "She resigned.", First: true},
	}
}

// rowsOf counts what FileAndLink writes.
func rowsOf(t *testing.T, env *storetest.Env) [3]int {
	t.Helper()
	return [3]int{
		ask[int](t, env, `SELECT count(*) FROM claims`), ask[int](t, env, `SELECT count(*) FROM claimants`), ask[int](t, env, `SELECT count(*) FROM appearances`),
	}
}

func TestClaimIsFiledAndLinkedInOne(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	art := article(t, env, "https://news.example/a")
	got := must[store.Filed](t)(env.DB.FileAndLink(t.Context(), env.Checker, art, fileLink("The mayor has resigned.")))
	w := page(t, env, art).Appearances
	if len(w) != 1 || w[0].ID != got.Appearance || w[0].Claim != got.Claim || !w[0].First || w[0].ClaimStage != factcheck.StageTriage || w[0].Undo != "first" {
		t.Fatalf("got %+v, want the claim in triage, and this its first appearance", w)
	}
	if got := rowsOf(t, env); got != [3]int{1, 1, 1} {
		t.Errorf("got %v claims, claimants and links, want one each", got)
	}
	if diff := cmp.Diff([]string{"linked", "first"}, kinds(t, env, got.Appearance)); diff != "" {
		t.Errorf("the events differ (-want +got):\n%s", diff)
	}
	if n := audited(t, env, "claim.file", got.Claim) + audited(t, env, "appearance.link", got.Appearance) + audited(t, env, "appearance.first", got.Appearance); n != 3 {
		t.Errorf("got %d entries of the audit log, want three", n)
	}
	known := must[factcheck.AppearanceID](t)(env.DB.LinkArticle(t.Context(), env.Checker, article(t, env, "https://news.example/b"), got.Claim, factcheck.AppearanceInput{Stance: factcheck.StanceRepeats, First: true}))
	if first := ask[string](t, env, `SELECT string_agg(id::text, ' ') FROM appearances WHERE is_first`); first != known.UUID() {
		t.Errorf("got %s, want the link to the claim that is there now to be the first", first)
	}
	reports := fileLink("The harbour is closed.")
	reports.Link.Stance = factcheck.StanceReports
	if got := must[store.Filed](t)(env.DB.FileAndLink(t.Context(), env.Checker, art, reports)); ask[bool](t, env, `SELECT is_first FROM appearances WHERE id = $1`, got.Appearance) {
		t.Error("what only reports a claim became its first appearance")
	}
}

// TestDoubleTapFilesOneClaim sends the same form several times at once, as a second tap on a slow telephone does.
func TestDoubleTapFilesOneClaim(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	art := article(t, env, "https://news.example/a")
	errs := make([]error, 6)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			_, errs[i] = env.DB.FileAndLink(t.Context(), env.Checker, art, fileLink([]string{"The mayor has resigned.", "  the mayor has RESIGNED"}[i%2]))
		})
	}
	all.Wait()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
			continue
		}
		wantCode(t, err, factcheck.CodeConflict)
	}
	if got := rowsOf(t, env); done != 1 || got != [3]int{1, 1, 1} {
		t.Errorf("%d times done, %v claims, claimants and links, want one each", done, got)
	}
	other := fileLink("The mayor has resigned.")
	other.Claim.Language = "de"
	must[store.Filed](t)(env.DB.FileAndLink(t.Context(), env.Checker, art, other))                                                                     // in another language
	must[store.Filed](t)(env.DB.FileAndLink(t.Context(), env.Checker, article(t, env, "https://news.example/b"), fileLink("The mayor has resigned."))) // of another article
}

func TestNothingIsFiledWithoutItsLink(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	art := article(t, env, "https://news.example/a")
	for name, c := range map[string]struct {
		who     factcheck.Actor
		article factcheck.ArticleID
		change  func(*factcheck.FileLinkInput)
		code    factcheck.Code
	}{
		"no such article":        {env.Checker, factcheck.ArticleID{15: 1}, func(*factcheck.FileLinkInput) {}, factcheck.CodeNotFound},
		"a claim without words":  {env.Checker, art, func(in *factcheck.FileLinkInput) { in.Claim.Text = " " }, factcheck.CodeInvalid},
		"a claimant of no kind":  {env.Checker, art, func(in *factcheck.FileLinkInput) { in.Claimant.Kind = "dog" }, factcheck.CodeInvalid},
		"a stance nobody takes":  {env.Checker, art, func(in *factcheck.FileLinkInput) { in.Link.Stance = factcheck.StanceListed }, factcheck.CodeInvalid},
		"a claimant nobody made": {env.Checker, art, func(in *factcheck.FileLinkInput) { in.Claimant, in.Claim.Claimant = nil, factcheck.ClaimantID{15: 1} }, factcheck.CodeInvalid},
		"the command line":       {factcheck.Operator(), art, func(*factcheck.FileLinkInput) {}, factcheck.CodeForbidden},
		"nobody":                 {factcheck.Actor{}, art, func(*factcheck.FileLinkInput) {}, factcheck.CodeUnauthenticated},
	} {
		in := fileLink("The mayor has resigned.")
		c.change(&in)
		if _, err := env.DB.FileAndLink(t.Context(), c.who, c.article, in); factcheck.CodeOf(err) != c.code {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
	if got := rowsOf(t, env); got != [3]int{0, 0, 0} {
		t.Errorf("%v claims, claimants and links are left of what was refused", got)
	}
}
