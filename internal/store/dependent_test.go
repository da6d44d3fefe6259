package store_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func linkTo(t *testing.T, env *storetest.Env, claim factcheck.ClaimID, url string, stance factcheck.Stance) {
	t.Helper()
	a := article(t, env, url)
	must[factcheck.AppearanceID](t)(env.DB.LinkArticle(t.Context(), env.Checker, a, claim, factcheck.AppearanceInput{Stance: stance}))
}

func TestWhatDependsOnAVerdict(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor of Exampleville has resigned.", "False")
	linkTo(t, env, v.Claim, "https://weekly.example/disputes", factcheck.StanceDisputes)
	linkTo(t, env, v.Claim, "https://weekly.example/makes", factcheck.StanceMakes)
	merged := env.Claim(t, "The mayor resigned, they say.")
	ok(t, env.DB.MergeClaims(ctx, env.Editor, merged, v.Claim, "the same"))
	got := must[store.Published](t)(env.DB.PublishedVerdict(ctx, env.Checker, v.Claim))
	if got.Linked != 2 || got.Merged != 1 || got.States == 0 || got.N != 1 || got.Label != "False" || got.State != factcheck.VerdictCurrent || len(got.Articles) != 2 || got.Articles[0].Stance != factcheck.StanceMakes {
		t.Errorf("got %+v, want two articles, who makes it first, and a merged claim", got)
	}
	ok(t, env.DB.SuspendVerdict(ctx, env.Editor, v.Verdict, "A letter came."))
	proposal := must[factcheck.ProposalID](t)(env.DB.ProposeRestore(ctx, env.Checker, v.Verdict, "The letter was forged."))
	got = must[store.Published](t)(env.DB.PublishedVerdict(ctx, env.Checker, v.Claim))
	if got.State != factcheck.VerdictSuspended || got.Notice != "A letter came." || got.Restoring == nil || got.Restoring.ID != proposal || got.Restoring.Proposer != "Carla Checker" {
		t.Errorf("got %+v, want it suspended and its restoration proposed", got)
	}
	ok(t, env.DB.DecideProposal(ctx, env.Editor, proposal, true))
	if p := must[store.Proposal](t)(env.DB.ProposalByID(ctx, env.Checker, proposal)); p.Decision != factcheck.DecisionApproved || p.Decider != "Edda Editor" {
		t.Errorf("got %+v, want it decided", p)
	}
	if diff := cmp.Diff([]string{"proposal_decided", "published"}, told(t, env, env.Checker)); diff != "" {
		t.Errorf("whoever proposed it, -want +got:\n%s", diff)
	}
	none := must[store.Published](t)(env.DB.PublishedVerdict(ctx, env.Checker, env.Claim(t, "Nobody looked.")))
	if !none.Verdict.IsZero() || none.Review != nil {
		t.Errorf("got %+v of a claim without a verdict", none)
	}
	_, err := env.DB.PublishedVerdict(ctx, env.Checker, factcheck.ClaimID{15: 1})
	wantCode(t, err, factcheck.CodeNotFound)
}

// Who took a claim is listed, and who holds an earlier verdict of it; a follower of the feed holds what the feed gave out.
func TestWhoTookAVerdict(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	key := func(name string) factcheck.Actor {
		_, secret, err := env.DB.CreateKey(ctx, env.Admin, store.KeyInput{Name: name, Scopes: []factcheck.Scope{factcheck.ScopeRead}})
		ok(t, err)
		return must[factcheck.Actor](t)(keyActor(ctx, env.DB, secret))
	}
	platform, follower := key("platform"), key("follower")
	v := env.Published(t, "The mayor of Exampleville has resigned.", "False")
	first := head(t, env)
	env.DB.NotePulls(store.Pull{Claim: v.Claim, Actor: platform.ID, Seq: first}, store.Pull{Claim: v.Claim, Actor: follower.ID, Seq: first}, store.Pull{Claim: v.Claim, Site: "weekly.example", Seq: first},
		store.Pull{Claim: env.Claim(t, "Another."), Actor: platform.ID, Seq: first})
	type taker struct {
		Name    string
		Current bool
	}
	takers := func() (list []taker, behind int) {
		p := must[store.Published](t)(env.DB.PublishedVerdict(ctx, env.Checker, v.Claim))
		for _, one := range p.Takers {
			list = append(list, taker{one.Name, one.Current})
		}
		return list, p.Behind
	}
	if list, behind := takers(); behind != 0 || len(list) != 3 {
		t.Errorf("got %v and %d behind, want all three up to date", list, behind)
	}
	ok(t, env.DB.SuspendVerdict(ctx, env.Editor, v.Verdict, "A letter came."))
	env.DB.NotePulls(store.Pull{Actor: follower.ID, Seq: head(t, env)}, store.Pull{Claim: v.Claim, Actor: platform.ID, Seq: 1})
	list, behind := takers()
	if diff := cmp.Diff([]taker{{"platform", false}, {"follower", true}, {"weekly.example", false}}, list); diff != "" || behind != 1 {
		t.Errorf("%d behind, -want +got:\n%s", behind, diff)
	}
	many := make([]store.Pull, 0, 150)
	for n := range cap(many) {
		many = append(many, store.Pull{Claim: v.Claim, Site: fmt.Sprintf("made-up-%d.example", n), Seq: first})
	}
	env.DB.NotePulls(many...)
	if p := must[store.Published](t)(env.DB.PublishedVerdict(ctx, env.Checker, v.Claim)); p.Taken != 102 || len(p.Takers) != 50 || p.Takers[0].Name != "platform" {
		t.Errorf("got %d takers, %d of them listed, %q first; want a hundred sites remembered beside the keys", p.Taken, len(p.Takers), p.Takers[0].Name)
	}
}

// What the preview counts is what the merge does.
func TestAMergeIsPreviewed(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	into := env.Published(t, "The mayor of Exampleville has resigned.", "False").Claim
	from := env.Claim(t, "Exampleville’s mayor stepped down.")
	linkTo(t, env, into, "https://weekly.example/both", factcheck.StanceMakes)
	linkTo(t, env, from, "https://weekly.example/both", factcheck.StanceRepeats)
	linkTo(t, env, from, "https://weekly.example/moves", factcheck.StanceMakes)
	ok(t, env.DB.SetWordings(ctx, env.Checker, from, working(t, env, from).Revision, []factcheck.Wording{{Language: "de", Text: "Sie ist zurückgetreten."}}))
	before := head(t, env)
	p := must[store.MergePreview](t)(env.DB.PreviewMerge(ctx, env.Editor, from, into))
	if p.Refused != nil || p.Articles != 1 || p.Doubled != 1 || p.Wordings != 2 || p.Addresses != 1 || p.From.Articles != 2 || !p.Into.Public || p.Into.Rating != "False" {
		t.Errorf("got %+v", p)
	}
	if head(t, env) != before || working(t, env, from).Stage == factcheck.StageMerged {
		t.Error("the preview did something")
	}
	back := must[store.MergePreview](t)(env.DB.PreviewMerge(ctx, env.Editor, into, from))
	if factcheck.CodeOf(back.Refused) != factcheck.CodeConflict {
		t.Errorf("the other way round: got %v, want refused", back.Refused)
	}
	ok(t, env.DB.MergeClaims(ctx, env.Editor, from, into, "the same"))
	if c := working(t, env, into); len(c.Appearances) != 2 || len(c.Wordings) != p.Wordings {
		t.Errorf("got %d articles and %d wordings, want 2 and %d", len(c.Appearances), len(c.Wordings), p.Wordings)
	}
	_, err := env.DB.PreviewMerge(ctx, env.Checker, from, into)
	wantCode(t, err, factcheck.CodeForbidden)
	_, err = env.DB.PreviewMerge(ctx, env.Editor, into, into)
	wantCode(t, err, factcheck.CodeInvalid)
	_, err = env.DB.PreviewMerge(ctx, env.Editor, into, factcheck.ClaimID{15: 1})
	wantCode(t, err, factcheck.CodeNotFound)
}

func TestAPassageIsLookedForBeforeItIsProposed(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The baker of Mill Lane is a spy.", "False")
	places := must[map[string]int](t)(env.DB.FindPassage(ctx, env.Checker, v.Claim, " Mill Lane "))
	if places["claims.text"] != 1 || places["verdict_submissions.approved"] == 0 {
		t.Errorf("got %v, want the claim and what was submitted", places)
	}
	for _, passage := range []string{"x", "never written"} {
		_, err := env.DB.FindPassage(ctx, env.Checker, v.Claim, passage)
		wantCode(t, err, factcheck.CodeInvalid)
	}
	id := must[factcheck.ProposalID](t)(env.DB.ProposeRedaction(ctx, env.Checker, store.RedactionInput{Claim: v.Claim, Passage: "Mill Lane", Class: factcheck.RedactPrivateData, Reason: "doxxed"}))
	ok(t, env.DB.DecideProposal(ctx, env.Editor, id, true))
	if left := queryStrings(t, env.OwnerURL, `SELECT approved FROM verdict_submissions WHERE approved LIKE '%Mill Lane%'`); len(left) != 0 {
		t.Errorf("the passage is left in %d submissions", len(left))
	}
	_, err := env.DB.FindPassage(ctx, env.Checker, v.Claim, "Mill Lane")
	wantCode(t, err, factcheck.CodeInvalid)
}
