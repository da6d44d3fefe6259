package store_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func claimant(t *testing.T, env *storetest.Env, in factcheck.ClaimantInput) factcheck.ClaimantID {
	t.Helper()
	return must[factcheck.ClaimantID](t)(env.DB.AddClaimant(t.Context(), env.Checker, in))
}

// publishedBy publishes a claim of the claimant.
func publishedBy(t *testing.T, env *storetest.Env, who factcheck.ClaimantID, text string) factcheck.ClaimID {
	t.Helper()
	in := said(text)
	in.Claimant = who
	id := must[factcheck.ClaimID](t)(env.DB.FileClaim(t.Context(), env.Checker, in))
	v := must[store.Version](t)(env.DB.DraftVerdict(t.Context(), env.Checker, id, env.Draft("False")))
	v = must[store.Version](t)(env.DB.SubmitVerdict(t.Context(), env.Checker, v.ID, v.Revision))
	must[store.Version](t)(env.DB.ApproveVerdict(t.Context(), env.Editor, v.ID, v.Hash))
	return id
}

func TestPeopleAreNeverMergedByName(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	ann := factcheck.ClaimantInput{Name: "Ann Example", Kind: factcheck.ClaimantPerson}
	a, b := claimant(t, env, ann), claimant(t, env, ann)
	if a == b {
		t.Error("two people of the same name became one")
	}
	ann.SameAs = "https://WWW.wikidata.org/wiki/Q1#x"
	c := claimant(t, env, ann)
	ann.Name, ann.SameAs = "Ann M. Example", "https://www.wikidata.org/wiki/Q1"
	if d := claimant(t, env, ann); d != c || c == a {
		t.Errorf("got %s and %s, want one by the same address and none by name", c, d)
	}
	found := must[[]store.Claimant](t)(env.DB.FindClaimants(ctx, env.Checker, "ann  EXAMPLE", 10))
	if len(found) != 3 || found[0].Slug != "ann-example" || found[1].Slug != "ann-example-2" || found[2].Name != "Ann Example" {
		t.Errorf("got %+v, want three of the name", found)
	}
	_, err := env.DB.FindClaimants(ctx, env.Checker, "x", 0)
	wantCode(t, err, factcheck.CodeInvalid)
	_, err = env.DB.NewsroomClaimant(ctx, env.Checker, factcheck.ClaimantID{1})
	wantCode(t, err, factcheck.CodeNotFound)
}

func TestTheSamePersonAddedAtOnceIsOne(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ids := make([]factcheck.ClaimantID, 8)
	errs := make([]error, len(ids))
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			ids[i], errs[i] = env.DB.AddClaimant(t.Context(), env.Checker, factcheck.ClaimantInput{Name: "Ann", Kind: factcheck.ClaimantPerson, SameAs: "https://ann.example/"})
		})
	}
	wg.Wait()
	for i := range ids {
		ok(t, errs[i])
		if ids[i] != ids[0] {
			t.Errorf("got %s and %s, want one person", ids[i], ids[0])
		}
	}
}

func TestClaimantsThatAreRefused(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	id := claimant(t, env, factcheck.ClaimantInput{Name: "Ann", Kind: factcheck.ClaimantPerson, SameAs: "https://ann.example/"})
	other := claimant(t, env, factcheck.ClaimantInput{Name: "Ben", Kind: factcheck.ClaimantPerson})
	for name, in := range map[string]factcheck.ClaimantInput{
		"no name": {Kind: "person"}, "no kind": {Name: "Ann"}, "a private firm": {Name: "Ann Ltd", Kind: "organisation", Private: true},
		"a bad address": {Name: "Ann", Kind: "person", SameAs: "wikidata Q1"}, "a long address": {Name: "Ann", Kind: "person", SameAs: "https://a.example/" + strings.Repeat("a", factcheck.MaxSameAs)},
		"an address that grows": {Name: "Ann", Kind: "person", SameAs: "https://a.example/" + strings.Repeat("ق", 400)},
		"invalid UTF-8":         {Name: "a\xff", Kind: "person"}, "a long name": {Name: strings.Repeat("n", factcheck.MaxLine+1), Kind: "person"},
		"the name in the description":    {Name: "Ann Example", Kind: "person", Private: true, Description: "a nurse called Ann  example"},
		"a name's word in it":            {Name: "Jo Van der Beispiel", Kind: "person", Private: true, Description: "a nurse (BEISPIEL) of the town"},
		"a name in another script in it": {Name: "محمد المثال", Kind: "person", Private: true, Description: "ممرض اسمه المثال"},
	} {
		if _, err := env.DB.AddClaimant(t.Context(), env.Checker, in); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%s: adding: got %v, want invalid", name, err)
		}
		if err := env.DB.EditClaimant(t.Context(), env.Checker, id, 1, in); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%s: editing: got %v, want invalid", name, err)
		}
	}
	claimant(t, env, factcheck.ClaimantInput{Name: "Jo van der Lee", Kind: "person", Private: true, Description: "a nurse van de stad, der Mann"})
	ann := factcheck.ClaimantInput{Name: "Ann", Kind: factcheck.ClaimantPerson, SameAs: "https://ann.example/"}
	wantCode(t, env.DB.EditClaimant(t.Context(), env.Checker, other, 1, ann), factcheck.CodeConflict) // somebody else has the address
	wantCode(t, env.DB.EditClaimant(t.Context(), env.Checker, id, 2, ann), factcheck.CodeConflict)
	wantCode(t, env.DB.EditClaimant(t.Context(), env.Checker, factcheck.ClaimantID{1}, 1, ann), factcheck.CodeNotFound)
}

func TestRenamedClaimantIsNamedAnewEverywhere(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	who := claimant(t, env, factcheck.ClaimantInput{Name: "Council of Exampleville", Kind: factcheck.ClaimantOrganisation})
	first, second := publishedBy(t, env, who, "The mayor has resigned."), publishedBy(t, env, who, "The treasurer has resigned.")
	// The working copy names nobody any more; what was approved still does.
	ok(t, env.DB.EditClaim(ctx, env.Checker, second, working(t, env, second).Revision, said("The treasurer has resigned.")))
	at := head(t, env)
	ok(t, env.DB.EditClaimant(ctx, env.Checker, who, 1, factcheck.ClaimantInput{Name: "Town council", Kind: factcheck.ClaimantOrganisation}))
	for _, id := range []factcheck.ClaimID{first, second} {
		if c := public(t, env, id).Claimant; c == nil || c.Name != "Town council" || c.Slug != "council-of-exampleville" {
			t.Errorf("readers see %+v, want the new name", c)
		}
	}
	want := []string{"verdict.updated " + first.String(), "verdict.updated " + second.String()}
	if diff := cmp.Diff(want, feed(t, env, at)); diff != "" {
		t.Errorf("the feed differs (-want +got):\n%s", diff)
	}
	ok(t, env.DB.EditClaimant(ctx, env.Checker, who, 2, factcheck.ClaimantInput{Name: "Town council", Kind: factcheck.ClaimantOrganisation, Description: "Forty members."}))
	if got := feed(t, env, at); len(got) != 2 {
		t.Errorf("got %v, want no entry where readers see no difference", got)
	}
	if audited(t, env, "claimant.edit", who) != 2 {
		t.Error("the acts are not in the audit log")
	}
}

func TestPrivatePersonIsUnnamedAndStaysSo(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	ann := factcheck.ClaimantInput{Name: "Annegret Example", Kind: factcheck.ClaimantPerson}
	who := claimant(t, env, ann)
	id := publishedBy(t, env, who, "The mayor has resigned.")
	ann.Private, ann.Description = true, "a resident of the town"
	ok(t, env.DB.EditClaimant(ctx, env.Checker, who, 1, ann))
	d := must[store.Document](t)(env.DB.ClaimByID(ctx, id))
	if s := strings.ToLower(string(d.Stored)); strings.Contains(s, "annegret") || !strings.Contains(s, "a resident of the town") {
		t.Errorf("readers see %s", s)
	}
	got := must[store.Claimant](t)(env.DB.NewsroomClaimant(ctx, env.Checker, who))
	if got.Name != "Annegret Example" || strings.Contains(got.Slug, "annegret") {
		t.Errorf("got name %q at %q; want the name in the newsroom, and not in the address", got.Name, got.Slug)
	}
	public := ann
	public.Private = false
	wantCode(t, env.DB.EditClaimant(ctx, env.Admin, who, 2, public), factcheck.CodeForbidden)
	public.Kind = factcheck.ClaimantOrganisation
	wantCode(t, env.DB.EditClaimant(ctx, env.Admin, who, 2, public), factcheck.CodeForbidden)

	// A naming was for this name, not for the next.
	naming := must[factcheck.ProposalID](t)(env.DB.ProposeNaming(ctx, env.Checker, who, "spoke in public"))
	ok(t, env.DB.DecideProposal(ctx, env.Editor, naming, true))
	ok(t, env.DB.EditClaimant(ctx, env.Checker, who, 3, ann))
	if got := must[store.Claimant](t)(env.DB.NewsroomClaimant(ctx, env.Checker, who)); !got.Named {
		t.Error("an edit of something else took the naming back")
	}
	ann.Name = "Gerlinde Other"
	ok(t, env.DB.EditClaimant(ctx, env.Checker, who, 4, ann))
	d = must[store.Document](t)(env.DB.ClaimByID(ctx, id))
	if s := strings.ToLower(string(d.Stored)); strings.Contains(s, "gerlinde") || strings.Contains(s, "annegret") {
		t.Errorf("another name went out without an approval: %s", s)
	}
	if n := ask[int](t, env, `SELECT count(*) FROM audit WHERE details::text ~* 'annegret|gerlinde'`) + ask[int](t, env, `SELECT count(*) FROM claim_states WHERE note ~* 'annegret|gerlinde'`); n != 0 {
		t.Errorf("the name stands in %d places where it must not", n)
	}
}
