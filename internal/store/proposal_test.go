package store_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// suspended is a published verdict that was suspended by the first editor.
func suspended(t *testing.T, env *storetest.Env) store.Version {
	t.Helper()
	v := env.Published(t, "The mayor has resigned.", "False")
	ok(t, env.DB.SuspendVerdict(t.Context(), env.Editor, v.Verdict, "A source is in doubt."))
	return v
}

func TestSuspensionIsLiftedByTwo(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx, v := t.Context(), suspended(t, env)
	after := head(t, env)
	p := must[factcheck.ProposalID](t)(env.DB.ProposeRestore(ctx, env.Editor, v.Verdict, " The source was confirmed. "))
	if c := public(t, env, v.Claim); c.Verdicts[0].State != "suspended" || len(feed(t, env, after)) != 0 {
		t.Errorf("a proposal alone changed something: %+v", c.Verdicts[0])
	}
	wantCode(t, env.DB.DecideProposal(ctx, env.Editor, p, true), factcheck.CodeForbidden)
	wantCode(t, env.DB.DecideProposal(ctx, env.Editor, p, false), factcheck.CodeForbidden)
	wantCode(t, env.DB.DecideProposal(ctx, env.Checker, p, true), factcheck.CodeForbidden)
	for _, actor := range []factcheck.Actor{factcheck.Operator(), factcheck.System(), keyOf(t, env, env.Editor2, factcheck.ScopeRead, factcheck.ScopeFile, factcheck.ScopeManage)} {
		wantCode(t, env.DB.DecideProposal(ctx, actor, p, true), factcheck.CodeForbidden)
	}
	ok(t, env.DB.DecideProposal(ctx, env.Editor2, p, true))
	c := public(t, env, v.Claim)
	if c.Verdicts[0].State != "current" || c.Verdicts[0].Rating.Label != "False" || c.Verdicts[0].Notice != "" {
		t.Errorf("got %+v", c.Verdicts[0])
	}
	wantStrings(t, "feed", feed(t, env, after), "verdict.restored "+v.Claim.String())
	states := must[[]store.State](t)(env.DB.States(ctx, v.Claim))
	if last := states[len(states)-1]; last.Type != factcheck.ChangeVerdictRestored || last.Note != "The source was confirmed." {
		t.Errorf("got state %+v", last)
	}
	wantCode(t, env.DB.DecideProposal(ctx, env.Editor2, p, true), factcheck.CodeConflict)
	wantCode(t, env.DB.WithdrawProposal(ctx, env.Editor, p), factcheck.CodeConflict)
	if a, r := audited(t, env, "proposal.approve", p), audited(t, env, "verdict.restore", v.Verdict); a != 1 || r != 1 {
		t.Errorf("got %d and %d audit entries, want 1 and 1", a, r)
	}
}

func TestRestorationIsNotProposed(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx, v := t.Context(), suspended(t, env)
	shown := env.Published(t, "The bridge is closed.", "False")
	for _, c := range []struct {
		name    string
		actor   factcheck.Actor
		verdict factcheck.VerdictID
		reason  string
		code    factcheck.Code
	}{
		{"by a checker", env.Checker, v.Verdict, "x", ""},
		{"twice", env.Checker2, v.Verdict, "x", factcheck.CodeConflict},
		{"of a verdict that is shown", env.Checker, shown.Verdict, "x", factcheck.CodeConflict},
		{"of none", env.Checker, factcheck.VerdictID{1}, "x", factcheck.CodeNotFound},
		{"without a reason", env.Checker, v.Verdict, " \n", factcheck.CodeInvalid},
		{"with a long reason", env.Checker, v.Verdict, strings.Repeat("x", factcheck.MaxNote+1), factcheck.CodeInvalid},
		{"with a NUL", env.Checker, v.Verdict, "x\x00", factcheck.CodeInvalid},
		{"by the operator", factcheck.Operator(), v.Verdict, "x", factcheck.CodeForbidden},
		{"by a key", keyOf(t, env, env.Editor, factcheck.ScopeRead, factcheck.ScopeFile, factcheck.ScopeManage), v.Verdict, "x", factcheck.CodeForbidden},
	} {
		id, err := env.DB.ProposeRestore(ctx, c.actor, c.verdict, c.reason)
		if factcheck.CodeOf(err) != c.code || (err == nil) == id.IsZero() {
			t.Errorf("%s: got %s, %v; want code %q", c.name, id, err, c.code)
		}
	}
	_, err := env.DB.ProposeRestore(ctx, factcheck.Actor{}, v.Verdict, "x")
	wantCode(t, err, factcheck.CodeUnauthenticated)
}

// What was proposed for one suspension does not lift the next.
func TestProposalIsForTheSuspensionItWasMadeIn(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx, v := t.Context(), suspended(t, env)
	old := must[factcheck.ProposalID](t)(env.DB.ProposeRestore(ctx, env.Checker, v.Verdict, "x"))
	env.Corrected(t, v.Verdict, factcheck.CorrectionCorrection, "Another source was found.") // shows a finding again
	wantCode(t, env.DB.DecideProposal(ctx, env.Editor2, old, true), factcheck.CodeConflict)
	ok(t, env.DB.SuspendVerdict(ctx, env.Editor, v.Verdict, "That one is in doubt too."))
	wantCode(t, env.DB.DecideProposal(ctx, env.Editor2, old, true), factcheck.CodeConflict)
	if c := public(t, env, v.Claim); c.Verdicts[0].State != "suspended" {
		t.Errorf("got %s, want suspended", c.Verdicts[0].State)
	}
	fresh := must[factcheck.ProposalID](t)(env.DB.ProposeRestore(ctx, env.Checker, v.Verdict, "y")) // closes the old one
	wantCode(t, env.DB.DecideProposal(ctx, env.Editor2, old, false), factcheck.CodeConflict)
	ok(t, env.DB.DecideProposal(ctx, env.Editor2, fresh, true))
	if c := public(t, env, v.Claim); c.Verdicts[0].State != "current" {
		t.Errorf("got %s, want current", c.Verdicts[0].State)
	}
}

func TestProposalIsDecidedOnce(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := suspended(t, env)
	p := must[factcheck.ProposalID](t)(env.DB.ProposeRestore(t.Context(), env.Checker, v.Verdict, "x"))
	var wg sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		actor := []factcheck.Actor{env.Editor, env.Editor2, env.Admin}[i%3]
		wg.Go(func() { errs[i] = env.DB.DecideProposal(t.Context(), actor, p, i%2 == 0) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			wantCode(t, err, factcheck.CodeConflict)
		}
	}
	if won != 1 {
		t.Errorf("%d decisions were taken, want 1", won)
	}
}

func TestProposalIsWithdrawnByItsProposerAndForgotten(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	claim := env.Claim(t, "The baker of Mill Lane is a spy.")
	in := store.RedactionInput{Claim: claim, Passage: "Mill Lane", Class: factcheck.RedactSafety, Reason: "x"}
	mine := must[factcheck.ProposalID](t)(env.DB.ProposeRedaction(ctx, env.Checker, in))
	wantCode(t, env.DB.WithdrawProposal(ctx, env.Editor, mine), factcheck.CodeForbidden)
	ok(t, env.DB.WithdrawProposal(ctx, env.Checker, mine))
	refused := must[factcheck.ProposalID](t)(env.DB.ProposeRedaction(ctx, env.Checker, in))
	ok(t, env.DB.DecideProposal(ctx, env.Editor, refused, false))
	if n := ask[int](t, env, `SELECT count(*) FROM proposals WHERE passage <> '' OR decision = 'open'`); n != 0 {
		t.Errorf("%d proposals still hold their passage", n)
	}
	if n := ask[int](t, env, `SELECT count(*) FROM audit WHERE details::text LIKE '%Mill%'`); n != 0 {
		t.Error("the passage is in the audit log")
	}
	if w, r := audited(t, env, "proposal.withdraw", mine), audited(t, env, "proposal.refuse", refused); w != 1 || r != 1 {
		t.Errorf("got %d and %d audit entries, want 1 and 1", w, r)
	}
	wantCode(t, env.DB.DecideProposal(ctx, env.Editor, factcheck.ProposalID{1}, true), factcheck.CodeNotFound)
	wantCode(t, env.DB.WithdrawProposal(ctx, env.Editor, factcheck.ProposalID{1}), factcheck.CodeNotFound)
}

func TestProposalsAreListedWithoutTheirPassage(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx, v := t.Context(), suspended(t, env)
	first := must[factcheck.ProposalID](t)(env.DB.ProposeRestore(ctx, env.Checker, v.Verdict, "It was confirmed."))
	second := must[factcheck.ProposalID](t)(env.DB.ProposeRedaction(ctx, env.Editor, store.RedactionInput{Claim: v.Claim, Passage: "mayor has", Class: factcheck.RedactSafety, Reason: "x"}))
	open := must[[]store.Proposal](t)(env.DB.Proposals(ctx, env.Checker2, factcheck.DecisionOpen, factcheck.ProposalID{}, 10))
	if len(open) != 2 || open[0].ID != second || open[1].ID != first {
		t.Fatalf("got %+v", open)
	}
	p := open[1]
	if p.Kind != factcheck.ProposeRestore || p.Claim != v.Claim || p.ClaimText != "The mayor has resigned." || p.Verdict != v.Verdict || p.Proposer != "Carla Checker" || p.Decider != "" || p.DecidedAt != nil {
		t.Errorf("got %+v", p)
	}
	rest := must[[]store.Proposal](t)(env.DB.Proposals(ctx, env.Checker2, factcheck.DecisionOpen, second, 1))
	if len(rest) != 1 || rest[0].ID != first {
		t.Errorf("the second page: got %+v", rest)
	}
	ok(t, env.DB.DecideProposal(ctx, env.Editor2, second, true))
	done := must[[]store.Proposal](t)(env.DB.Proposals(ctx, env.Checker2, factcheck.DecisionApproved, factcheck.ProposalID{}, 10))
	if len(done) != 1 || done[0].Decider != "Emil Editor" || done[0].DecidedAt == nil || done[0].Class != factcheck.RedactSafety {
		t.Errorf("got %+v", done)
	}
	_, err := env.DB.Proposals(ctx, env.Checker, "any", factcheck.ProposalID{}, 10)
	wantCode(t, err, factcheck.CodeInvalid)
	_, err = env.DB.Proposals(ctx, env.Checker, factcheck.DecisionOpen, factcheck.ProposalID{}, 0)
	wantCode(t, err, factcheck.CodeInvalid)
	_, err = env.DB.Proposals(ctx, keyOf(t, env, env.Checker, factcheck.ScopeRead), factcheck.DecisionOpen, factcheck.ProposalID{}, 10)
	wantCode(t, err, factcheck.CodeForbidden)
	_, err = env.DB.PreviewRedaction(ctx, env.Checker, first)
	wantCode(t, err, factcheck.CodeForbidden)
	_, err = env.DB.PreviewRedaction(ctx, env.Editor, first)
	wantCode(t, err, factcheck.CodeConflict)
}

// namedClaim is a published claim by a private person.
func namedClaim(t *testing.T, env *storetest.Env) (factcheck.ClaimantID, factcheck.ClaimID) {
	t.Helper()
	ctx := t.Context()
	who := must[factcheck.ClaimantID](t)(env.DB.AddClaimant(ctx, env.Checker, factcheck.ClaimantInput{Name: "Ann Lee", Kind: factcheck.ClaimantPerson, Description: "a neighbour", Private: true}))
	claim := must[factcheck.ClaimID](t)(env.DB.FileClaim(ctx, env.Checker, factcheck.ClaimInput{Text: "The well is poisoned.", Language: "en", Claimant: who}))
	v := must[store.Version](t)(env.DB.DraftVerdict(ctx, env.Checker, claim, env.Draft("False")))
	v = must[store.Version](t)(env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision))
	must[store.Version](t)(env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash))
	return who, claim
}

func TestPrivatePersonIsNamedByTwoAndUnnamedByOne(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	who, claim := namedClaim(t, env)
	after := head(t, env)
	name := func() string { return public(t, env, claim).Claimant.Name }
	if name() != "a neighbour" {
		t.Fatalf("got %q before", name())
	}
	p := must[factcheck.ProposalID](t)(env.DB.ProposeNaming(ctx, env.Checker, who, "She speaks for the party."))
	_, err := env.DB.ProposeNaming(ctx, env.Checker2, who, "x")
	wantCode(t, err, factcheck.CodeConflict)
	wantCode(t, env.DB.UnnameClaimant(ctx, env.Editor, who), factcheck.CodeConflict)
	ok(t, env.DB.DecideProposal(ctx, env.Editor, p, true))
	if name() != "Ann Lee" {
		t.Errorf("got %q, want the name", name())
	}
	_, err = env.DB.ProposeNaming(ctx, env.Checker, who, "x")
	wantCode(t, err, factcheck.CodeConflict)

	wantCode(t, env.DB.UnnameClaimant(ctx, env.Checker, who), factcheck.CodeForbidden)
	wantCode(t, env.DB.UnnameClaimant(ctx, factcheck.Operator(), who), factcheck.CodeForbidden)
	wantCode(t, env.DB.UnnameClaimant(ctx, env.Editor, factcheck.ClaimantID{1}), factcheck.CodeNotFound)
	ok(t, env.DB.UnnameClaimant(ctx, env.Editor2, who))
	wantStrings(t, "feed", feed(t, env, after), "verdict.updated "+claim.String(), "verdict.updated "+claim.String())
	if c := public(t, env, claim).Claimant; c.Name != "a neighbour" || c.ID != "" || c.Slug != "" {
		t.Errorf("got %+v", c)
	}
	// The states of the page in which she had a name have none any more.
	for _, s := range must[[]store.State](t)(env.DB.Versions(ctx, claim)) {
		if strings.Contains(string(s.Stored), "Ann") || strings.Contains(string(s.Stored), who.String()) {
			t.Errorf("state %d names her: %s", s.N, s.Stored)
		}
	}
	if a, u := audited(t, env, "claimant.name", who), audited(t, env, "claimant.unname", who); a != 1 || u != 1 {
		t.Errorf("got %d and %d audit entries, want 1 and 1", a, u)
	}
	if n := ask[int](t, env, `SELECT count(*) FROM audit WHERE details::text LIKE '%Ann%' OR details::text LIKE '%party%'`); n != 0 {
		t.Error("the name or the reason is in the audit log")
	}
	// Naming again takes two again.
	p = must[factcheck.ProposalID](t)(env.DB.ProposeNaming(ctx, env.Editor, who, "Again."))
	wantCode(t, env.DB.DecideProposal(ctx, env.Editor, p, true), factcheck.CodeForbidden)
	// And what is decided is what was proposed: whoever she became meanwhile was not.
	c := must[store.Claimant](t)(env.DB.NewsroomClaimant(ctx, env.Checker, who))
	in := c.ClaimantInput
	in.Name = "Ann Leeds"
	ok(t, env.DB.EditClaimant(ctx, env.Checker, who, c.Revision, in))
	wantCode(t, env.DB.DecideProposal(ctx, env.Editor2, p, true), factcheck.CodeConflict)
	if name() != "a neighbour" {
		t.Errorf("got %q", name())
	}
}

func TestNamingIsForPrivatePersons(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	party := must[factcheck.ClaimantID](t)(env.DB.AddClaimant(t.Context(), env.Checker, factcheck.ClaimantInput{Name: "The party", Kind: factcheck.ClaimantOrganisation}))
	for id, code := range map[factcheck.ClaimantID]factcheck.Code{party: factcheck.CodeConflict, {1}: factcheck.CodeNotFound} {
		_, err := env.DB.ProposeNaming(t.Context(), env.Checker, id, "x")
		wantCode(t, err, code)
	}
	wantCode(t, env.DB.UnnameClaimant(t.Context(), env.Editor, party), factcheck.CodeConflict)
}
