package store_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// 32 people add to one draft at once, some of them beginning it: everybody's line is in it, and each save has a revision of
// its own.
func TestManyWriteOneDraftAtOnce(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	claim := env.Claim(t, "The mayor of Exampleville has resigned.")
	const people = 32
	var all sync.WaitGroup
	revisions := make(chan int, people)
	for i := range people {
		all.Go(func() {
			who := env.Checker
			if i%2 == 1 {
				who = env.Checker2
			}
			v, err := env.DB.ReviseDraft(t.Context(), who, claim, func(d factcheck.Draft) (factcheck.Draft, error) {
				d.Body += fmt.Sprintf("\n\nline-%d", i)
				return d, nil
			})
			if err != nil {
				t.Errorf("save %d: %v", i, err)
				return
			}
			revisions <- v.Revision
		})
	}
	all.Wait()
	close(revisions)
	seen := map[int]bool{}
	for r := range revisions {
		if seen[r] {
			t.Errorf("two saves have the revision %d", r)
		}
		seen[r] = true
	}
	work := must[store.ClaimWork](t)(env.DB.ClaimWork(t.Context(), env.Checker, claim))
	for i := range people {
		if !slices.Contains(strings.Fields(work.Draft.Draft.Body), fmt.Sprintf("line-%d", i)) {
			t.Errorf("line %d is lost", i)
		}
	}
	if work.Draft.Revision != people {
		t.Errorf("got revision %d, want %d", work.Draft.Revision, people)
	}
	// What comes out as it went in changes nothing.
	v := must[store.Version](t)(env.DB.ReviseDraft(t.Context(), env.Checker, claim, func(d factcheck.Draft) (factcheck.Draft, error) { return d, nil }))
	if v.Revision != people {
		t.Errorf("an idle save counted on to %d", v.Revision)
	}
}

func TestASubmittedVersionIsTakenBackBeforeItIsWritten(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	_, err := env.DB.ReviseDraft(t.Context(), env.Checker, v.Claim, func(d factcheck.Draft) (factcheck.Draft, error) { d.Body = "x"; return d, nil })
	wantCode(t, err, factcheck.CodeConflict)
	wantCode(t, env.DB.ReopenDraft(t.Context(), env.Checker, v.ID, v.Revision+1), factcheck.CodeConflict)
	ok(t, env.DB.ReopenDraft(t.Context(), env.Checker, v.ID, v.Revision))
	v = must[store.Version](t)(env.DB.ReviseDraft(t.Context(), env.Checker, v.Claim, func(d factcheck.Draft) (factcheck.Draft, error) { d.Body = "x"; return d, nil }))
	if v.State != factcheck.VersionDraft || v.Draft.Body != "x" {
		t.Errorf("got %s %q", v.State, v.Draft.Body)
	}
	if got := working(t, env, v.Claim).Stage; got != factcheck.StageChecking {
		t.Errorf("the claim is %s, want it checked again", got)
	}
}

// A declared conflict of interest keeps somebody from being given a claim and from approving a verdict on it, whether it is in
// the claim, its claimant or its topic; the database holds it too.
func TestAConflictOfInterestBlocks(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	who := must[factcheck.ClaimantID](t)(env.DB.AddClaimant(t.Context(), env.Checker, factcheck.ClaimantInput{Name: "Zoë Lane", Kind: factcheck.ClaimantPerson}))
	v := env.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	claim := working(t, env, v.Claim)
	in := claim.ClaimInput
	in.Claimant = who
	ok(t, env.DB.EditClaim(t.Context(), env.Checker, v.Claim, claim.Revision, in))
	ok(t, env.DB.AssignClaim(t.Context(), env.Checker, v.Claim, env.Editor.Person))
	ok(t, env.DB.DeclareInterest(t.Context(), env.Editor, factcheck.InterestInput{Claimant: who, Reason: "a friend"}))
	if got := working(t, env, v.Claim).Assignee; !got.IsZero() {
		t.Errorf("the claim is still given to %s", got)
	}
	wantCode(t, env.DB.DeclareInterest(t.Context(), env.Editor, factcheck.InterestInput{Claimant: who, Reason: "again"}), factcheck.CodeConflict)
	wantCode(t, env.DB.AssignClaim(t.Context(), env.Checker, v.Claim, env.Editor.Person), factcheck.CodeConflict)
	if _, err := sqlConn(t, env.OwnerURL).Exec(t.Context(), `UPDATE claims SET assignee_id = $2 WHERE id = $1`, v.Claim.UUID(), env.Editor.Person.UUID()); err == nil || !strings.Contains(err.Error(), "conflict of interest") {
		t.Error("the database gives the claim to somebody with an interest in it")
	}
	v = must[store.Version](t)(env.DB.NewsroomVersion(t.Context(), env.Checker, v.ID))
	v = must[store.Version](t)(env.DB.SubmitVerdict(t.Context(), env.Checker, v.ID, v.Revision))
	_, err := env.DB.ApproveVerdict(t.Context(), env.Editor, v.ID, v.Hash)
	wantCode(t, err, factcheck.CodeForbidden)
	list := must[[]store.Interest](t)(env.DB.Interests(t.Context(), env.Editor))
	if len(list) != 1 {
		t.Fatalf("got %d interests, want 1", len(list))
	}
	wantCode(t, env.DB.EndInterest(t.Context(), env.Editor2, list[0].ID), factcheck.CodeNotFound)
	ok(t, env.DB.EndInterest(t.Context(), env.Editor, list[0].ID))
	must[store.Version](t)(env.DB.ApproveVerdict(t.Context(), env.Editor, v.ID, v.Hash))
}

// Who a source is that is kept in confidence: who keeps it reads it, and whoever may approve while it waits; each reading is
// written down.
func TestConfidences(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	_, err := env.DB.KeepConfidence(t.Context(), env.Checker, v.Claim, factcheck.SourceID{}, "", []byte("sealed"))
	wantCode(t, err, factcheck.CodeInvalid)
	id := must[int64](t)(env.DB.KeepConfidence(t.Context(), env.Checker, v.Claim, factcheck.SourceID{}, "works there", []byte("sealed")))
	for name, c := range map[string]struct {
		who  factcheck.Actor
		code factcheck.Code
	}{
		"who keeps it":            {env.Checker, ""},
		"an editor, who approves": {env.Editor, ""},
		"a checker, who does not": {env.Checker2, factcheck.CodeForbidden},
		"the operator":            {factcheck.Operator(), factcheck.CodeForbidden},
		"a key of who keeps it":   {keyOf(t, env, env.Checker, factcheck.ScopeRead, factcheck.ScopeFile), factcheck.CodeForbidden},
	} {
		got, err := env.DB.OpenConfidence(t.Context(), c.who, v.Claim, id)
		if factcheck.CodeOf(err) != c.code || (err == nil) != (string(got) == "sealed") {
			t.Errorf("%s: got %q, %v; want code %q", name, got, err, c.code)
		}
	}
	if n := audited(t, env, "confidence.read", v.Claim); n != 2 {
		t.Errorf("got %d readings in the audit log, want 2", n)
	}
	ok(t, env.DB.ReopenDraft(t.Context(), env.Checker, v.ID, v.Revision))
	_, err = env.DB.OpenConfidence(t.Context(), env.Editor, v.Claim, id)
	wantCode(t, err, factcheck.CodeForbidden) // nothing waits for approval
	// Who approved an earlier version reads what was kept for it, not what came after; nor does who may not approve any more.
	back := must[store.Version](t)(env.DB.NewsroomVersion(t.Context(), env.Checker, v.ID))
	back = must[store.Version](t)(env.DB.SubmitVerdict(t.Context(), env.Checker, v.ID, back.Revision))
	must[store.Version](t)(env.DB.ApproveVerdict(t.Context(), env.Editor, v.ID, back.Hash))
	must[[]byte](t)(env.DB.OpenConfidence(t.Context(), env.Editor, v.Claim, id))
	must[store.Version](t)(env.DB.DraftCorrection(t.Context(), env.Checker, v.Verdict, factcheck.CorrectionUpdate, "More."))
	later := must[int64](t)(env.DB.KeepConfidence(t.Context(), env.Checker, v.Claim, factcheck.SourceID{}, "works there", []byte("later")))
	_, err = env.DB.OpenConfidence(t.Context(), env.Editor, v.Claim, later)
	wantCode(t, err, factcheck.CodeForbidden)
	_, err = env.DB.OpenConfidence(t.Context(), env.Checker, env.Claim(t, "Another claim."), id)
	wantCode(t, err, factcheck.CodeNotFound)
	ok(t, env.DB.ChangeRole(t.Context(), env.Admin, env.Editor.Person, 1, factcheck.RoleChecker))
	_, err = env.DB.OpenConfidence(t.Context(), env.Editor, v.Claim, id)
	wantCode(t, err, factcheck.CodeForbidden)
	wantCode(t, env.DB.ForgetConfidence(t.Context(), env.Checker2, v.Claim, id), factcheck.CodeNotFound)
	ok(t, env.DB.ForgetConfidence(t.Context(), env.Checker, v.Claim, id))
	_, err = env.DB.OpenConfidence(t.Context(), env.Checker, v.Claim, id)
	wantCode(t, err, factcheck.CodeGone)
}

func TestFilesOfAClaim(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	claim := env.Claim(t, "The mayor of Exampleville has resigned.")
	for name, body := range map[string][]byte{"nothing": nil, "a page": []byte("<!doctype html><script>alert(1)</script>"), "too much": make([]byte, factcheck.MaxClaimFile+1)} {
		if _, err := env.DB.AddClaimFile(t.Context(), env.Checker, claim, "x.pdf", body); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%s: got %v, want it refused", name, err)
		}
	}
	f := must[store.ClaimFile](t)(env.DB.AddClaimFile(t.Context(), env.Checker, claim, "letter\n.pdf", []byte("%PDF-1.7\nhello")))
	if f.Type != "application/pdf" || f.Name != "letter .pdf" {
		t.Errorf("got %s %q", f.Type, f.Name)
	}
	got := must[store.ClaimFile](t)(env.DB.ReadClaimFile(t.Context(), env.Checker2, claim, f.ID))
	if string(got.Body) != "%PDF-1.7\nhello" {
		t.Errorf("got %q", got.Body)
	}
	_, err := env.DB.ReadClaimFile(t.Context(), env.Checker, env.Claim(t, "Another claim."), f.ID)
	wantCode(t, err, factcheck.CodeNotFound)
	wantCode(t, env.DB.TakeDownClaimFile(t.Context(), env.Checker, claim, f.ID), factcheck.CodeForbidden)
	ok(t, env.DB.TakeDownClaimFile(t.Context(), env.Editor, claim, f.ID))
	_, err = env.DB.ReadClaimFile(t.Context(), env.Checker, claim, f.ID)
	wantCode(t, err, factcheck.CodeGone)
}

// The page of a claim holds what colleagues said; what was taken back is erased.
func TestClaimWorkHoldsTheConversation(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	for i := range 20 {
		must[int64](t)(env.DB.AddComment(t.Context(), env.Checker, v.Claim, fmt.Sprintf("comment %d", i)))
	}
	w := must[store.ClaimWork](t)(env.DB.ClaimWork(t.Context(), env.Editor, v.Claim))
	if len(w.Comments) != 20 || w.Comments[0].Text != "comment 0" || len(w.People) < 5 || len(w.Scale.Labels) == 0 || len(w.Audit) == 0 || w.Draft.State != factcheck.VersionSubmitted {
		t.Errorf("got %d comments, %d people, %d labels, %d acts, draft %s", len(w.Comments), len(w.People), len(w.Scale.Labels), len(w.Audit), w.Draft.State)
	}
	wantCode(t, env.DB.TakeBackComment(t.Context(), env.Editor, v.Claim, w.Comments[0].ID), factcheck.CodeNotFound)
	ok(t, env.DB.TakeBackComment(t.Context(), env.Checker, v.Claim, w.Comments[0].ID))
	w = must[store.ClaimWork](t)(env.DB.ClaimWork(t.Context(), env.Editor, v.Claim))
	if w.Comments[0].Text != "" || !w.Comments[0].Back {
		t.Errorf("got %q of a comment that was taken back", w.Comments[0].Text)
	}
}
