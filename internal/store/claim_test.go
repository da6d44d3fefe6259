package store_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func said(text string) factcheck.ClaimInput { return factcheck.ClaimInput{Text: text, Language: "en"} }

func TestEditClaimReplacesWhatIsSaid(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	id := env.Claim(t, "The mayor resigned.")
	in := factcheck.ClaimInput{
		Text: " The mayor\nhas resigned. ", Language: "en-GB", Place: "Exampleville", Why: "Many asked.", Topics: []factcheck.TopicID{topic(t, env, "Politics")},
		Claimant: must[factcheck.ClaimantID](t)(env.DB.AddClaimant(ctx, env.Checker, factcheck.ClaimantInput{Name: "Viral post", Kind: factcheck.ClaimantAnonymous})),
		Date:     factcheck.Date{At: time.Date(2025, 6, 5, 14, 0, 0, 0, time.UTC), Precision: factcheck.PrecisionMonth},
	}
	ok(t, env.DB.EditClaim(ctx, env.Checker2, id, 1, in))
	got := working(t, env, id)
	want := in
	want.Text, want.Date.At = "The mayor has resigned.", time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
	if diff := cmp.Diff(want, got.ClaimInput); diff != "" {
		t.Errorf("the claim differs (-want +got):\n%s", diff)
	}
	if got.Revision != 2 || got.Slug != "the-mayor-resigned" || got.Stage != factcheck.StageTriage {
		t.Errorf("got revision %d, slug %q, stage %s; want 2, the old slug, triage", got.Revision, got.Slug, got.Stage)
	}
	if n := audited(t, env, "claim.edit", id); n != 1 {
		t.Errorf("got %d audit entries, want 1", n)
	}
	if got := feed(t, env, 0); len(got) != 0 {
		t.Errorf("got %v in the feed, want nothing of an unpublished claim", got)
	}
	wantCode(t, env.DB.EditClaim(ctx, env.Checker, id, 1, in), factcheck.CodeConflict)
}

func TestEditClaimRefusesWhatBreaksARule(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	id := env.Claim(t, "The mayor resigned.")
	for name, edit := range map[string]func(*factcheck.ClaimInput){
		"no text":     func(in *factcheck.ClaimInput) { in.Text = " \u200b\x00 " },
		"no language": func(in *factcheck.ClaimInput) { in.Language = "" },
		"long text":   func(in *factcheck.ClaimInput) { in.Text = strings.Repeat("é", factcheck.MaxClaimText+1) },
		"a year out of reach": func(in *factcheck.ClaimInput) {
			in.Date = factcheck.Date{At: time.Date(294300, 1, 1, 0, 0, 0, 0, time.UTC), Precision: "day"}
		},
		"an unknown precision": func(in *factcheck.ClaimInput) { in.Date = factcheck.Date{At: time.Now(), Precision: "week"} },
		"an unknown topic":     func(in *factcheck.ClaimInput) { in.Topics = []factcheck.TopicID{{1}} },
		"no topic":             func(in *factcheck.ClaimInput) { in.Topics = []factcheck.TopicID{{}} },
		"too many topics":      func(in *factcheck.ClaimInput) { in.Topics = make([]factcheck.TopicID, factcheck.MaxTopics+1) },
		"an unknown claimant":  func(in *factcheck.ClaimInput) { in.Claimant = factcheck.ClaimantID{1} },
	} {
		in := said("The mayor has resigned.")
		edit(&in)
		err := env.DB.EditClaim(ctx, env.Checker, id, 1, in)
		if got := factcheck.CodeOf(err); got != factcheck.CodeInvalid {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
	for name, text := range hostile() {
		for field, in := range map[string]factcheck.ClaimInput{
			"text": said(text), "why": {Text: "x", Language: "en", Why: text}, "place": {Text: "x", Language: "en", Place: text}, "language": {Text: "x", Language: text},
		} {
			err := env.DB.EditClaim(ctx, env.Checker, id, 1, in)
			if name == "a NUL" && (field == "text" || field == "place") {
				continue // a line loses its control characters
			}
			if got := factcheck.CodeOf(err); got != factcheck.CodeInvalid {
				t.Errorf("%s in %s: got %v, want invalid", name, field, err)
			}
		}
	}
	wantCode(t, env.DB.EditClaim(ctx, env.Checker, factcheck.ClaimID{1}, 1, said("x")), factcheck.CodeNotFound)
}

func TestEditAfterSubmissionTakesTheVersionBack(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Submitted(t, "The mayor resigned.", "False")
	c := working(t, env, v.Claim)
	ok(t, env.DB.EditClaim(ctx, env.Editor, v.Claim, c.Revision, said("The mayor has resigned.")))
	_, err := env.DB.ApproveVerdict(ctx, env.Editor2, v.ID, v.Hash)
	wantCode(t, err, factcheck.CodeConflict)
	v2 := must[store.Version](t)(env.DB.NewsroomVersion(ctx, env.Checker, v.ID))
	if v2.State != factcheck.VersionDraft || working(t, env, v.Claim).Stage != factcheck.StageChecking {
		t.Fatalf("got version %s, claim %s; want draft, checking", v2.State, working(t, env, v.Claim).Stage)
	}
	v2 = must[store.Version](t)(env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v2.Revision))
	_, err = env.DB.ApproveVerdict(ctx, env.Editor, v2.ID, v2.Hash)
	wantCode(t, err, factcheck.CodeForbidden) // the editor wrote part of what is approved
	must[store.Version](t)(env.DB.ApproveVerdict(ctx, env.Editor2, v2.ID, v2.Hash))
}

func TestPublicClaimShowsWhatWasApprovedAndItsTopicsAtOnce(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor has resigned.", "False")
	at := head(t, env)
	ok(t, env.DB.EditClaim(ctx, env.Checker, v.Claim, working(t, env, v.Claim).Revision, said("The mayor and her deputy have resigned.")))
	if got := public(t, env, v.Claim); got.Text != "The mayor has resigned." {
		t.Errorf("readers see %q, which nobody approved", got.Text)
	}
	if got := feed(t, env, at); len(got) != 0 {
		t.Errorf("got %v in the feed, want nothing: readers see no difference", got)
	}
	in := said("The mayor and her deputy have resigned.")
	in.Topics = []factcheck.TopicID{topic(t, env, "Politics")}
	ok(t, env.DB.EditClaim(ctx, env.Checker, v.Claim, working(t, env, v.Claim).Revision, in))
	if got := public(t, env, v.Claim); len(got.Topics) != 1 || got.Topics[0].Name != "Politics" || got.Text != "The mayor has resigned." {
		t.Errorf("got topics %v and text %q, want Politics and the approved text", got.Topics, got.Text)
	}
	if diff := cmp.Diff([]string{"verdict.updated " + v.Claim.String()}, feed(t, env, at)); diff != "" {
		t.Errorf("the feed differs (-want +got):\n%s", diff)
	}
}

func TestImportedClaimIsShownAsImported(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	id := imported(t, env, "The mayor resigned.")
	at := head(t, env)
	ok(t, env.DB.EditClaim(t.Context(), env.Checker, id, working(t, env, id).Revision, said("The mayor has resigned.")))
	if got := public(t, env, id); got.Text != "The mayor resigned." || len(got.Topics) != 0 || got.Claimant == nil {
		t.Errorf("got %q, %v, %v; want the claim as imported, without the topic", got.Text, got.Topics, got.Claimant)
	}
	if diff := cmp.Diff([]string{"verdict.updated " + id.String()}, feed(t, env, at)); diff != "" {
		t.Errorf("the feed differs (-want +got):\n%s", diff)
	}
}

func TestOfEditorsAtOnceOneWins(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	id := env.Claim(t, "The mayor resigned.")
	const editors = 8
	errs := make([]error, editors)
	var wg sync.WaitGroup
	for i := range editors {
		wg.Go(func() {
			errs[i] = env.DB.EditClaim(t.Context(), env.Checker, id, 1, said("The mayor resigned, version "+string(rune('a'+i))))
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		wantCode(t, err, factcheck.CodeConflict)
	}
	if won != 1 || working(t, env, id).Revision != 2 {
		t.Errorf("%d editors won, revision %d; want one, 2", won, working(t, env, id).Revision)
	}
}

func TestDeclineAndReopen(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	id := env.Claim(t, "The mayor resigned.")
	wantCode(t, env.DB.DeclineClaim(ctx, env.Checker, id, 1, " "), factcheck.CodeInvalid)
	wantCode(t, env.DB.DeclineClaim(ctx, env.Checker, id, 2, "An opinion."), factcheck.CodeConflict)
	wantCode(t, env.DB.ReopenClaim(ctx, env.Checker, id, 1), factcheck.CodeConflict)
	ok(t, env.DB.DeclineClaim(ctx, env.Checker, id, 1, "An opinion."))
	c := working(t, env, id)
	if c.Stage != factcheck.StageDeclined || c.StageNote != "An opinion." || audited(t, env, "claim.decline", id) != 1 {
		t.Errorf("got %s %q, want declined with its reason and an audit entry", c.Stage, c.StageNote)
	}
	_, err := env.DB.DraftVerdict(ctx, env.Checker, id, env.Draft("False"))
	wantCode(t, err, factcheck.CodeConflict)
	ok(t, env.DB.ReopenClaim(ctx, env.Checker, id, c.Revision))
	if c = working(t, env, id); c.Stage != factcheck.StageTriage || c.StageNote != "" {
		t.Errorf("got %s %q, want triage", c.Stage, c.StageNote)
	}
	v := must[store.Version](t)(env.DB.DraftVerdict(ctx, env.Checker, id, env.Draft("False")))
	wantCode(t, env.DB.DeclineClaim(ctx, env.Checker, id, working(t, env, id).Revision, "An opinion."), factcheck.CodeConflict)
	must[store.Version](t)(env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision))
	wantCode(t, env.DB.DeclineClaim(ctx, env.Checker, id, working(t, env, id).Revision, "An opinion."), factcheck.CodeConflict)
}

func TestPublishedClaimIsNotDeclinedWhateverItsStage(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor resigned.", "False")
	d := must[store.Version](t)(env.DB.DraftCorrection(ctx, env.Checker, v.Verdict, factcheck.CorrectionUpdate, "More."))
	ok(t, env.DB.DiscardDraft(ctx, env.Checker, d.ID, d.Revision))
	wantCode(t, env.DB.DeclineClaim(ctx, env.Checker, v.Claim, working(t, env, v.Claim).Revision, "An opinion."), factcheck.CodeConflict)
	if public(t, env, v.Claim) == nil {
		t.Error("the published claim is gone")
	}
}

func TestStartCheckingAndAssign(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	id := env.Claim(t, "The mayor resigned.")
	ok(t, env.DB.AssignClaim(ctx, env.Checker, id, env.Checker2.Person))
	ok(t, env.DB.StartChecking(ctx, env.Checker2, id))
	if c := working(t, env, id); c.Stage != factcheck.StageChecking || c.Assignee != env.Checker2.Person || audited(t, env, "claim.assign", id) != 1 || audited(t, env, "claim.check", id) != 1 {
		t.Errorf("got %s, assignee %s", c.Stage, c.Assignee)
	}
	wantCode(t, env.DB.AssignClaim(ctx, env.Checker, id, factcheck.PersonID{1}), factcheck.CodeInvalid)
	asOwner(t, env, `UPDATE people SET disabled_at = now() WHERE id = $1`, env.Checker2.Person)
	wantCode(t, env.DB.AssignClaim(ctx, env.Checker, id, env.Checker2.Person), factcheck.CodeInvalid)
	ok(t, env.DB.AssignClaim(ctx, env.Checker, id, factcheck.PersonID{}))
	if c := working(t, env, id); !c.Assignee.IsZero() {
		t.Errorf("got assignee %s, want nobody", c.Assignee)
	}
	v := env.Submitted(t, "The treasurer resigned.", "False")
	wantCode(t, env.DB.StartChecking(ctx, env.Checker, v.Claim), factcheck.CodeConflict)
	must[store.Version](t)(env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash))
	wantCode(t, env.DB.StartChecking(ctx, env.Checker, v.Claim), factcheck.CodeConflict)
	wantCode(t, env.DB.StartChecking(ctx, env.Checker, factcheck.ClaimID{1}), factcheck.CodeNotFound)
}

func TestRenamedPageRedirectsForEver(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor resigned.", "False")
	other := env.Claim(t, "The treasurer resigned.")
	at := head(t, env)
	rev := working(t, env, v.Claim).Revision
	wantCode(t, env.DB.RenameSlug(ctx, env.Checker, v.Claim, rev, "no-resignation"), factcheck.CodeForbidden)
	wantCode(t, env.DB.RenameSlug(ctx, env.Editor, v.Claim, rev+1, "no-resignation"), factcheck.CodeConflict)
	wantCode(t, env.DB.RenameSlug(ctx, env.Editor, v.Claim, rev, "the-treasurer-resigned"), factcheck.CodeConflict)
	for _, bad := range []string{"", "No Resignation", "../admin", "a--b", "x\x00y", "x\xffy", strings.Repeat("a", 501)} {
		wantCode(t, env.DB.RenameSlug(ctx, env.Editor, v.Claim, rev, bad), factcheck.CodeInvalid)
	}
	ok(t, env.DB.RenameSlug(ctx, env.Editor, v.Claim, rev, "no-resignation"))
	for _, slug := range []string{"no-resignation", "the-mayor-resigned"} {
		d := must[store.Document](t)(env.DB.ClaimBySlug(ctx, slug))
		if d.Claim != v.Claim || d.Slug != "no-resignation" {
			t.Errorf("%s leads to %s, want no-resignation", slug, d.Slug)
		}
	}
	if diff := cmp.Diff([]string{"verdict.updated " + v.Claim.String()}, feed(t, env, at)); diff != "" {
		t.Errorf("the feed differs (-want +got):\n%s", diff)
	}
	wantCode(t, env.DB.RenameSlug(ctx, env.Checker, other, 1, "the-mayor-resigned"), factcheck.CodeConflict) // once taken, for ever
	ok(t, env.DB.RenameSlug(ctx, env.Checker, other, 1, "treasurer"))                                        // not public: a checker may
	ok(t, env.DB.RenameSlug(ctx, env.Editor, v.Claim, rev+1, "the-mayor-resigned"))                          // its own again
}
