package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func onDesk(t *testing.T, env *storetest.Env, q store.DeskQuery) store.DeskList {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 50
	}
	return must[store.DeskList](t)(env.DB.Desk(t.Context(), env.Checker, q))
}

func textsOf(list store.DeskList) []string {
	var out []string
	for _, c := range list.Claims {
		out = append(out, c.Text)
	}
	return out
}

func grade(g factcheck.Judged) *factcheck.Judged { return &g }

func TestDeskOrdersByWhatItShows(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	plain := env.Claim(t, "The well of Exampleville is dry.")
	tipped := env.Claim(t, "The bridge of Sampleton is closed.")
	harmful := env.Claim(t, "Bleach cures the flu.")
	for range 2 {
		tip := must[factcheck.TipID](t)(env.DB.FileTip(ctx, factcheck.System(), factcheck.TipInput{Text: "Is the bridge closed?"}))
		ok(t, env.DB.AttachTip(ctx, env.Checker, tip, tipped))
	}
	if left := must[[]store.Left](t)(env.DB.JudgeClaims(ctx, env.Checker, []factcheck.ClaimID{harmful}, grade(factcheck.JudgedHigh), nil)); left != nil {
		t.Errorf("left alone: %v", left)
	}
	want := []string{"Bleach cures the flu.", "The bridge of Sampleton is closed.", "The well of Exampleville is dry."}
	got := onDesk(t, env, store.DeskQuery{Stage: store.StageOpen})
	if diff := cmp.Diff(want, textsOf(got)); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	now := env.Clock.Now()
	for i, points := range []int{9, 2, 0} {
		if p := got.Weights.Points(got.Claims[i].DeskFactors, now); p != points {
			t.Errorf("%q has %d points, want %d", got.Claims[i].Text, p, points)
		}
	}
	// The oldest first by age alone: a week later the order is the same, and a claim filed then stands above the plain one.
	env.Clock.Advance(7 * 24 * time.Hour)
	env.Claim(t, "The ferry does not run.")
	want = []string{"Bleach cures the flu.", "The ferry does not run.", "The bridge of Sampleton is closed.", "The well of Exampleville is dry."}
	if diff := cmp.Diff(want, textsOf(onDesk(t, env, store.DeskQuery{Stage: store.StageOpen}))); diff != "" {
		t.Errorf("order a week later (-want +got):\n%s", diff)
	}
	// Other weights, another order, at once.
	ok(t, env.DB.EditDeskWeights(ctx, env.Admin, 0, factcheck.DeskWeights{Tip: 20, Days: 365}))
	if got := textsOf(onDesk(t, env, store.DeskQuery{Stage: store.StageOpen})); got[0] != "The bridge of Sampleton is closed." {
		t.Errorf("got %q first, want the one with tips", got[0])
	}
	wantCode(t, env.DB.EditDeskWeights(ctx, env.Admin, 0, factcheck.DefaultDeskWeights()), factcheck.CodeConflict)
	wantCode(t, env.DB.EditDeskWeights(ctx, env.Editor, 1, factcheck.DefaultDeskWeights()), factcheck.CodeForbidden)
	_ = plain
}

func TestDeskFilters(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	topic := must[factcheck.TopicID](t)(env.DB.AddTopic(ctx, env.Editor, factcheck.TopicInput{Name: "Water"}))
	who := must[factcheck.ClaimantID](t)(env.DB.AddClaimant(ctx, env.Checker, factcheck.ClaimantInput{Name: "The council", Kind: factcheck.ClaimantOrganisation}))
	file := func(in factcheck.ClaimInput) factcheck.ClaimID {
		return must[factcheck.ClaimID](t)(env.DB.FileClaim(ctx, env.Checker, in))
	}
	well := file(factcheck.ClaimInput{Text: "The well is dry.", Language: "en", Topics: []factcheck.TopicID{topic}})
	env.Clock.Advance(10 * 24 * time.Hour)
	council := file(factcheck.ClaimInput{Text: "Le puits est sec.", Language: "fr", Claimant: who})
	published := env.Published(t, "The mayor has resigned.", "False").Claim
	ok(t, env.DB.AssignClaim(ctx, env.Checker, well, env.Checker2.Person))
	ok(t, env.DB.DeclineClaim(ctx, env.Checker, file(factcheck.ClaimInput{Text: "An opinion.", Language: "en"}), 1, "it is one"))
	house := must[[]store.Publisher](t)(env.DB.NewsroomPublishers(ctx, env.Checker))[0].ID
	for name, c := range map[string]struct {
		q    store.DeskQuery
		want []string
	}{
		"open":        {store.DeskQuery{Stage: store.StageOpen}, []string{"Le puits est sec.", "The well is dry."}},
		"a stage":     {store.DeskQuery{Stage: "declined"}, []string{"An opinion."}},
		"an assignee": {store.DeskQuery{Assignee: env.Checker2.Person}, []string{"The well is dry."}},
		"nobody's":    {store.DeskQuery{Stage: store.StageOpen, Unassigned: true}, []string{"Le puits est sec."}},
		"a topic":     {store.DeskQuery{Topic: topic}, []string{"The well is dry."}},
		"a claimant":  {store.DeskQuery{Claimant: who}, []string{"Le puits est sec."}},
		"a language":  {store.DeskQuery{Language: "fr"}, []string{"Le puits est sec."}},
		"a publisher": {store.DeskQuery{Publisher: house}, []string{"The mayor has resigned."}},
		"young":       {store.DeskQuery{Stage: store.StageOpen, Within: 7 * 24 * time.Hour}, []string{"Le puits est sec."}},
		"old":         {store.DeskQuery{Before: 7 * 24 * time.Hour}, []string{"The well is dry."}},
		"among":       {store.DeskQuery{Among: []factcheck.ClaimID{well, published}, Order: store.ByNewest}, []string{"The mayor has resigned.", "The well is dry."}},
		"among none":  {store.DeskQuery{Among: []factcheck.ClaimID{}}, nil},
	} {
		if diff := cmp.Diff(c.want, textsOf(onDesk(t, env, c.q))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got := onDesk(t, env, store.DeskQuery{Claimant: who}); got.Claimant != "The council" || got.Claims[0].ID != council || got.Claims[0].Claimant != "The council" {
		t.Errorf("got %q for the claimant", got.Claimant)
	}
	_, err := env.DB.Desk(ctx, env.Checker, store.DeskQuery{Stage: "nonsense", Limit: 1})
	wantCode(t, err, factcheck.CodeInvalid)
	_, err = env.DB.Desk(ctx, factcheck.Actor{}, store.DeskQuery{Limit: 1})
	wantCode(t, err, factcheck.CodeUnauthenticated)
}

func TestDeskPagesAreJoined(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	for i := range 7 {
		env.Claim(t, fmt.Sprintf("Claim number %d is made.", i))
	}
	for _, order := range []store.DeskOrder{store.ByPriority, store.ByNewest} {
		whole := textsOf(onDesk(t, env, store.DeskQuery{Order: order}))
		var got []string
		q := store.DeskQuery{Order: order, Limit: 3}
		for {
			page := onDesk(t, env, q)
			got = append(got, textsOf(page)...)
			if len(page.Claims) < 3 {
				break
			}
			q.After = must[store.DeskPlace](t)(store.ParseDeskPlace(page.Claims[2].Place.String()))
		}
		if diff := cmp.Diff(whole, got); diff != "" || len(got) != 7 {
			t.Errorf("%q: pages (-whole +joined):\n%s", order, diff)
		}
	}
	for _, place := range []string{"x", "1~", "NaN~" + factcheck.ClaimID{15: 1}.String(), "1~article_01h455vb4pex5vsknk084sn02q"} {
		_, err := store.ParseDeskPlace(place)
		wantCode(t, err, factcheck.CodeInvalid)
	}
}

func TestDeskKnowsWhatMoved(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	first := env.Claim(t, "The well is dry.")
	q := store.DeskQuery{Stage: store.StageOpen}
	moment := onDesk(t, env, q).Moment
	moved := func(want int) {
		t.Helper()
		if got := must[int](t)(env.DB.DeskMoved(ctx, env.Checker, q, moment)); got != want {
			t.Errorf("got %d moved, want %d", got, want)
		}
	}
	moved(0)
	env.Claim(t, "The bridge is closed.")
	moved(1)
	ok(t, env.DB.AssignClaim(ctx, env.Checker, first, env.Checker.Person))
	moved(2)
	moment = onDesk(t, env, q).Moment
	moved(0)
	_, err := env.DB.DeskMoved(ctx, env.Checker, q, "x; DROP")
	wantCode(t, err, factcheck.CodeInvalid)
}

// blindly are claims that nobody says they looked at.
func blindly(ids ...factcheck.ClaimID) []store.Seen {
	out := make([]store.Seen, len(ids))
	for i, id := range ids {
		out[i].Claim = id
	}
	return out
}

func TestWhoActsOnSeveralSecondIsTold(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	a, b, c := env.Claim(t, "The well is dry."), env.Claim(t, "The bridge is closed."), env.Claim(t, "The ferry does not run.")
	var seen []store.Seen // both look at the same list
	for _, claim := range onDesk(t, env, store.DeskQuery{}).Claims {
		seen = append(seen, store.Seen{Claim: claim.ID, Revision: claim.Revision, Assignee: claim.Assignee})
	}
	of := func(ids ...factcheck.ClaimID) []store.Seen {
		return slices.DeleteFunc(slices.Clone(seen), func(s store.Seen) bool { return !slices.Contains(ids, s.Claim) })
	}
	must[[]store.Left](t)(env.DB.DeclineClaims(ctx, env.Checker, of(a), "not ours"))
	must[[]store.Left](t)(env.DB.AssignClaims(ctx, env.Checker, of(b), env.Checker.Person))
	ok(t, env.DB.EditClaim(ctx, env.Checker, c, 1, factcheck.ClaimInput{Text: "The ferry of Sampleton does not run.", Language: "en"}))
	left := must[[]store.Left](t)(env.DB.DeclineClaims(ctx, env.Checker2, of(a, b, c), "too late"))
	if len(left) != 2 || !strings.Contains(left[0].Reason+left[1].Reason, "declined already: not ours") || !strings.Contains(left[0].Reason+left[1].Reason, "changed this claim") {
		t.Errorf("got %+v left alone, want the declined and the edited one", left)
	}
	left = must[[]store.Left](t)(env.DB.AssignClaims(ctx, env.Checker2, of(b), env.Checker2.Person))
	if len(left) != 1 || !strings.Contains(left[0].Reason, "Carla Checker has this claim") {
		t.Errorf("got %+v left alone, want the one that another took", left)
	}
	if left := must[[]store.Left](t)(env.DB.AssignClaims(ctx, env.Editor, of(b), env.Checker.Person)); len(left) != 0 {
		t.Errorf("got %+v, giving it to whom it is changes nothing", left)
	}
}

func TestActsOnSeveralClaims(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	a, b := env.Claim(t, "The well is dry."), env.Claim(t, "The bridge is closed.")
	drafted := env.Submitted(t, "The ferry does not run.", "False").Claim
	all := []factcheck.ClaimID{a, b, drafted}

	if left := must[[]store.Left](t)(env.DB.AssignClaims(ctx, env.Checker, blindly(all...), env.Checker2.Person)); len(left) != 0 {
		t.Errorf("left alone: %v", left)
	}
	ok(t, env.DB.DeclareInterest(ctx, env.Editor, factcheck.InterestInput{Claim: a, Reason: "my sister works there"}))
	if left := must[[]store.Left](t)(env.DB.AssignClaims(ctx, env.Checker, blindly(a), env.Editor.Person)); len(left) != 1 || !strings.Contains(left[0].Reason, "conflict of interest") {
		t.Errorf("a claim that somebody has an interest in is theirs: %v", left)
	}
	topic := must[factcheck.TopicID](t)(env.DB.AddTopic(ctx, env.Editor, factcheck.TopicInput{Name: "Water"}))
	for range 2 { // the second time changes nothing
		must[[]store.Left](t)(env.DB.FileUnder(ctx, env.Checker, all, topic))
	}
	got := onDesk(t, env, store.DeskQuery{Topic: topic, Assignee: env.Checker2.Person, Order: store.ByNewest})
	if len(got.Claims) != 3 || got.Claims[2].Revision != 2 || !slices.Equal(got.Claims[2].Topics, []string{"Water"}) {
		t.Errorf("got %+v", got.Claims)
	}
	left := must[[]store.Left](t)(env.DB.DeclineClaims(ctx, env.Checker, blindly(all...), "not ours"))
	if len(left) != 1 || left[0].Claim != drafted || !strings.Contains(left[0].Reason, "draft") {
		t.Errorf("got %+v left alone, want the one with a draft", left)
	}
	if got := textsOf(onDesk(t, env, store.DeskQuery{Stage: "declined"})); len(got) != 2 {
		t.Errorf("declined are %v", got)
	}
	for _, id := range []factcheck.ClaimID{a, b} {
		acts := must[[]store.AuditEntry](t)(env.DB.Audit(ctx, env.Checker, store.AuditQuery{Object: id.String(), Limit: 10}))
		if len(acts) != 4 || acts[0].Action != "claim.decline" || acts[2].Action != "claim.assign" {
			t.Errorf("the log of %s is %+v", id, acts)
		}
	}
	_, err := env.DB.DeclineClaims(ctx, env.Checker, blindly(all...), " ")
	wantCode(t, err, factcheck.CodeInvalid)
	_, err = env.DB.AssignClaims(ctx, env.Checker, nil, env.Checker.Person)
	wantCode(t, err, factcheck.CodeInvalid)
	_, err = env.DB.AssignClaims(ctx, env.Checker, blindly(all...), factcheck.PersonID{15: 1})
	wantCode(t, err, factcheck.CodeInvalid)
	_, err = env.DB.FileUnder(ctx, env.Checker, all, factcheck.TopicID{15: 1})
	wantCode(t, err, factcheck.CodeInvalid)
	_, err = env.DB.AssignClaims(ctx, env.Checker, blindly(factcheck.ClaimID{15: 1}), env.Checker.Person)
	wantCode(t, err, factcheck.CodeNotFound)
}

func TestQueuesHoldWhatWaitsForThePerson(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor has resigned.", "False")
	must[store.Version](t)(env.DB.DraftCorrection(ctx, env.Checker, v.Verdict, factcheck.CorrectionClarification, "What was meant."))
	waiting := env.Submitted(t, "The ferry does not run.", "False")
	must[factcheck.TipID](t)(env.DB.FileTip(ctx, factcheck.System(), factcheck.TipInput{Text: "Is the bridge closed?"}))
	mine := env.Claim(t, "The well is dry.")
	ok(t, env.DB.AssignClaim(ctx, env.Checker, mine, env.Editor.Person))
	must[int64](t)(env.DB.AddComment(ctx, env.Checker, mine, "@Edda Editor, is this ours?"))
	ok(t, env.DB.SetOnCall(ctx, env.Editor2, env.Editor.Person))
	must[store.Colleague](t)(env.DB.PageApprover(ctx, env.Checker, waiting.Claim))
	must[factcheck.ProposalID](t)(env.DB.ProposeRedaction(ctx, env.Checker, store.RedactionInput{Claim: v.Claim, Passage: "resigned", Class: factcheck.RedactSafety, Reason: "somebody asked"}))
	must[factcheck.ComplaintID](t)(env.DB.FileComplaint(ctx, factcheck.System(), factcheck.ComplaintInput{Claim: v.Claim, Kind: factcheck.ComplaintDispute, From: factcheck.FromReader, Text: "That is wrong."}))
	editor := must[store.DeskQueues](t)(env.DB.DeskQueues(ctx, env.Editor))
	if editor.ToApprove != 1 || len(editor.Approvals) != 1 || editor.Approvals[0].Version != waiting.ID || editor.Approvals[0].Own || editor.Approvals[0].By != "Carla Checker" {
		t.Errorf("the editor has %d to approve: %+v", editor.ToApprove, editor.Approvals)
	}
	if editor.Mine != 1 || len(editor.Work) != 1 || editor.Work[0].ID != mine || editor.Tips != 1 || editor.Corrections != 1 || len(editor.Corrected) != 1 {
		t.Errorf("the editor's queues are %+v", editor)
	}
	checker := must[store.DeskQueues](t)(env.DB.DeskQueues(ctx, env.Checker))
	if editor.Mentions != 1 || len(editor.Mentioned) != 1 || editor.Mentioned[0].Claim != mine || editor.Notices != 1 || editor.Told[0].Kind != "approval_asked" ||
		editor.Proposals != 1 || editor.Proposed[0].Kind != factcheck.ProposeRedact || editor.Complaints != 1 || editor.Complained[0].Claim != v.Claim || editor.Suggestions != 0 || len(editor.Suggested) != 0 {
		t.Errorf("what the editor is told: %+v", editor)
	}
	if checker.ToApprove != 0 || len(checker.Approvals) != 0 || checker.Mine != 2 || len(checker.Work) != 2 || len(checker.Back) != 0 || !checker.Corrected[0].Own {
		t.Errorf("a checker approves nothing, got %+v", checker)
	}
}

// What is one's own is what one is assigned, and what one wrote and is not published; what came back stands first.
func TestMineIsAlsoWhatOneWrote(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	env.Published(t, "The mayor has resigned.", "False") // was theirs, and is done
	waiting, back := env.Submitted(t, "The ferry does not run.", "False"), env.Submitted(t, "The bridge is closed.", "False")
	ok(t, env.DB.SendBack(ctx, env.Editor, back.ID, "Which bridge is meant?"))
	assigned := env.Claim(t, "The well is dry.")
	for _, claim := range []factcheck.ClaimID{assigned, waiting.Claim} { // the one is theirs twice and counts once
		ok(t, env.DB.AssignClaim(ctx, env.Checker, claim, env.Checker.Person))
	}
	mine := func(want int, work, sent []string) {
		t.Helper()
		got := must[store.DeskQueues](t)(env.DB.DeskQueues(ctx, env.Checker))
		var back []string
		for _, b := range got.Back {
			back = append(back, b.By+" on "+b.Text+" "+b.Note)
		}
		if diff := cmp.Diff(sent, back); diff != "" || got.Mine != want {
			t.Errorf("got %d of one's own, want %d; sent back (-want +got):\n%s", got.Mine, want, diff)
		}
		if diff := cmp.Diff(work, textsOf(store.DeskList{Claims: got.Work})); diff != "" {
			t.Errorf("work (-want +got):\n%s", diff)
		}
		if all := onDesk(t, env, store.DeskQuery{Stage: store.StageOpen, Mine: env.Checker.Person}); len(all.Claims) != want {
			t.Errorf("the list has %q, want %d", textsOf(all), want)
		}
	}
	mine(3, []string{"The well is dry.", "The ferry does not run."}, []string{"Edda Editor on The bridge is closed. Which bridge is meant?"})
	if got := textsOf(onDesk(t, env, store.DeskQuery{Mine: env.Checker.Person, Stage: "in_review"})); !slices.Equal(got, []string{"The ferry does not run."}) {
		t.Errorf("in review and one's own are %q", got)
	}
	if got := must[store.DeskQueues](t)(env.DB.DeskQueues(ctx, env.Editor)); got.Mine != 0 || len(got.Back) != 0 {
		t.Errorf("whoever sent it back has %d, %v", got.Mine, got.Back)
	}
	must[store.Version](t)(env.DB.SubmitVerdict(ctx, env.Checker, back.ID, back.Revision+1))
	mine(3, []string{"The well is dry.", "The bridge is closed.", "The ferry does not run."}, nil)
}

func TestOutletsCountWhileTheyLetItStand(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	claim := env.Claim(t, "The well is dry.")
	var last factcheck.AppearanceID
	for i, site := range []string{"one.example", "one.example", "two.example"} {
		article := must[store.Added](t)(env.DB.AddArticle(ctx, env.Checker, factcheck.ArticleInput{URL: fmt.Sprintf("https://%s/%d", site, i)}))
		last = must[factcheck.AppearanceID](t)(env.DB.LinkArticle(ctx, env.Checker, article.Article, claim, factcheck.AppearanceInput{Stance: factcheck.StanceRepeats}))
	}
	got := onDesk(t, env, store.DeskQuery{}).Claims[0]
	if got.Outlets != 2 || got.Pace != 2 {
		t.Errorf("got %d outlets, %d in a week, want 2 and 2", got.Outlets, got.Pace)
	}
	ok(t, env.DB.MarkCorrection(ctx, env.Checker, last, 1, factcheck.MarkInput{State: factcheck.StateRemoved}))
	if got := onDesk(t, env, store.DeskQuery{}).Claims[0]; got.Outlets != 1 {
		t.Errorf("got %d outlets after one removed it, want 1", got.Outlets)
	}
}
