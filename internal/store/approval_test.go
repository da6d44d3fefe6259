package store_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func told(t *testing.T, env *storetest.Env, who factcheck.Actor) []string {
	t.Helper()
	var out []string
	for _, n := range must[[]store.Notice](t)(env.DB.Notices(t.Context(), who, 0, 50)) {
		out = append(out, n.Kind)
	}
	return out
}

func TestSendingBackCarriesNotesOnPassages(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	wantCode(t, env.DB.SendBack(t.Context(), env.Editor, v.ID, "", factcheck.PassageNote{Field: "answer", Passage: "never written", Note: "why?"}), factcheck.CodeInvalid)
	wantCode(t, env.DB.SendBack(t.Context(), env.Editor, v.ID, " "), factcheck.CodeInvalid)
	wantCode(t, env.DB.SendBack(t.Context(), env.Checker2, v.ID, "x"), factcheck.CodeForbidden)
	ok(t, env.DB.SendBack(t.Context(), env.Editor, v.ID, "Nearly.", factcheck.PassageNote{Field: "answer", Passage: "two days later", Note: "which day?"}))
	back := must[store.Version](t)(env.DB.NewsroomVersion(t.Context(), env.Checker, v.ID))
	if want := "Nearly.\n\nAnswer: “two days later” – which day?"; back.Note != want || back.State != factcheck.VersionDraft {
		t.Errorf("got %s with %q, want a draft with %q", back.State, back.Note, want)
	}
	a := must[store.Approval](t)(env.DB.ClaimApproval(t.Context(), env.Checker, v.Claim))
	if len(a.Earlier) != 1 || a.Earlier[0].Outcome != "sent_back" || a.Earlier[0].EndedBy != "Edda Editor" || len(a.Earlier[0].Notes) != 1 || a.Draft != v.ID {
		t.Errorf("got %+v, want the submission that was sent back with its note", a.Earlier)
	}
	if diff := cmp.Diff([]string{"sent_back"}, told(t, env, env.Checker)); diff != "" {
		t.Errorf("the author's notices, -want +got:\n%s", diff)
	}
	wantCode(t, env.DB.SendBack(t.Context(), env.Editor, v.ID, "again"), factcheck.CodeConflict)
}

func TestAnApproverIsShownWhatChangedSinceTheyLooked(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	first := must[store.Approval](t)(env.DB.ClaimApproval(t.Context(), env.Editor, v.Claim))
	if first.SeenText != nil || first.Published != nil || first.Refused != nil {
		t.Errorf("the first look: got compared with something, or refused (%v)", first.Refused)
	}
	ok(t, env.DB.SendBack(t.Context(), env.Editor, v.ID, "Say who."))
	v = must[store.Version](t)(env.DB.NewsroomVersion(t.Context(), env.Checker, v.ID))
	d := v.Draft
	d.Answer = "No. The records show otherwise."
	v = must[store.Version](t)(env.DB.EditDraft(t.Context(), env.Checker, v.ID, v.Revision, d))
	must[store.Version](t)(env.DB.SubmitVerdict(t.Context(), env.Checker, v.ID, v.Revision))
	for range 2 { // looking again still says what changed since the text before
		again := must[store.Approval](t)(env.DB.ClaimApproval(t.Context(), env.Editor, v.Claim))
		if again.SeenText == nil || again.SeenText.Answer != first.Approved.Answer || again.Seen == nil || again.Seen.Outcome != "sent_back" {
			t.Fatalf("got %+v, want what was looked at before", again.Seen)
		}
	}
	if other := must[store.Approval](t)(env.DB.ClaimApproval(t.Context(), env.Editor2, v.Claim)); other.SeenText != nil {
		t.Error("somebody who never looked is shown a difference")
	}
	if own := must[store.Approval](t)(env.DB.ClaimApproval(t.Context(), env.Checker, v.Claim)); factcheck.CodeOf(own.Refused) != factcheck.CodeForbidden {
		t.Errorf("the author: got %v, want refused", own.Refused)
	}
}

func TestSensitiveClaimsNeedTwoApprovals(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	wantCode(t, env.DB.MarkClaimSensitive(ctx, env.Checker, v.Claim, true), factcheck.CodeForbidden)
	ok(t, env.DB.MarkClaimSensitive(ctx, env.Editor, v.Claim, true)) // after submission counts too
	v = must[store.Version](t)(env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash))
	if v.State != factcheck.VersionSubmitted || head(t, env) != 0 {
		t.Fatalf("one approval: got %s, want it to wait for the second", v.State)
	}
	v = must[store.Version](t)(env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash))
	if v.State != factcheck.VersionSubmitted {
		t.Fatal("the same person's second approval counted")
	}
	// An edit voids the first approval and tells both; it does not count for what is submitted then.
	d := v.Draft
	d.Answer += " Twice."
	v = must[store.Version](t)(env.DB.EditDraft(ctx, env.Checker, v.ID, v.Revision, d))
	if !slices.Contains(told(t, env, env.Editor), "approval_void") || !slices.Contains(told(t, env, env.Checker), "approval_void") {
		t.Errorf("got %v and %v, want both told", told(t, env, env.Editor), told(t, env, env.Checker))
	}
	v = must[store.Version](t)(env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision))
	v = must[store.Version](t)(env.DB.ApproveVerdict(ctx, env.Editor2, v.ID, v.Hash))
	if v.State != factcheck.VersionSubmitted {
		t.Fatal("an approval of another text counted")
	}
	ok(t, env.DB.MarkClaimSensitive(ctx, env.Editor, v.Claim, false)) // taking the mark off changes nothing for what is submitted
	ok(t, env.DB.MarkClaimSensitive(ctx, env.Editor, v.Claim, true))
	v = must[store.Version](t)(env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash))
	if v.State != factcheck.VersionPublished {
		t.Errorf("two approvals: got %s, want it published", v.State)
	}
}

func TestSensitiveTopicsAndDisabledApprovers(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	topic := must[factcheck.TopicID](t)(env.DB.AddTopic(ctx, env.Editor, factcheck.TopicInput{Name: "Elections"}))
	ok(t, env.DB.MarkTopicSensitive(ctx, env.Editor, topic, true))
	v := env.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	c := working(t, env, v.Claim)
	in := c.ClaimInput
	in.Topics = []factcheck.TopicID{topic}
	ok(t, env.DB.EditClaim(ctx, env.Checker, v.Claim, c.Revision, in))
	v = must[store.Version](t)(env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash))
	if v.State != factcheck.VersionSubmitted {
		t.Fatal("a claim under a sensitive topic took one approval")
	}
	ok(t, env.DB.DisablePerson(ctx, env.Admin, env.Editor.Person))
	v = must[store.Version](t)(env.DB.ApproveVerdict(ctx, env.Editor2, v.ID, v.Hash))
	if v.State != factcheck.VersionSubmitted {
		t.Fatal("the approval of somebody who was disabled counted")
	}
	v = must[store.Version](t)(env.DB.ApproveVerdict(ctx, env.Admin, v.ID, v.Hash))
	if v.State != factcheck.VersionPublished {
		t.Errorf("two approvals: got %s, want it published", v.State)
	}
}

// The database holds the second approval whoever writes: attackers with the program's role included.
func TestSensitiveIsHeldByTheDatabase(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	claim := env.Claim(t, "The mayor of Exampleville has resigned.")
	ok(t, env.DB.MarkClaimSensitive(ctx, env.Editor, claim, true))
	v := must[store.Version](t)(env.DB.DraftVerdict(ctx, env.Checker, claim, env.Draft("False")))
	v = must[store.Version](t)(env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision))
	ok(t, env.DB.MarkClaimSensitive(ctx, env.Editor, claim, false)) // it was when it was submitted
	must[store.Version](t)(env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash))
	publish := `WITH a AS (INSERT INTO audit (at, actor_id, action) SELECT now(), id, 'x' FROM actors LIMIT 1)
		UPDATE verdict_versions SET state = 'published', n = 1, approved_by = '` + env.Editor2.Person.UUID() + `', published_at = now(), version = version + 1 WHERE id = '` + v.ID.UUID() + `'`
	for name, q := range map[string]string{
		"publish with one approval": publish,
		"the author's approval":     `INSERT INTO approvals SELECT id, '` + env.Checker.Person.UUID() + `', now() FROM verdict_submissions WHERE outcome = 'open'`,
		"a checker's approval":      `INSERT INTO approvals SELECT id, '` + env.Checker2.Person.UUID() + `', now() FROM verdict_submissions WHERE outcome = 'open'`,
		"another approver":          `UPDATE approvals SET person_id = '` + env.Editor2.Person.UUID() + `'`,
		"an approval unwritten":     `DELETE FROM approvals`,
		"what was submitted":        `UPDATE verdict_submissions SET approved = '{}'`,
		"one asked instead of two":  `UPDATE verdict_submissions SET needed = 1 WHERE needed = 2 OR true`,
		"a submission gone":         `DELETE FROM verdict_submissions`,
		"a submission made up":      `INSERT INTO verdict_submissions (version_id, n, approved, approved_hash, submitted_by, submitted_at, needed) SELECT version_id, 9, '{}', 'x', submitted_by, now(), 1 FROM verdict_submissions`,
	} {
		if _, err := env.DB.Pool().Exec(ctx, q); err == nil {
			t.Errorf("%s: was done", name)
		}
	}
	if n := head(t, env); n != 0 {
		t.Errorf("the feed is at %d, want 0", n)
	}
}

func TestScheduledPublication(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	submission := func(v store.Version) int64 {
		t.Helper()
		return must[store.Approval](t)(env.DB.ClaimApproval(ctx, env.Editor, v.Claim)).Submission.ID
	}
	system := factcheck.System()
	v := env.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	at := env.Clock.Now().Add(2 * time.Hour)
	wantCode(t, env.DB.ScheduleVerdict(ctx, env.Editor, v.ID, v.Hash, env.Clock.Now().Add(-time.Minute)), factcheck.CodeInvalid)
	wantCode(t, env.DB.ScheduleVerdict(ctx, env.Checker, v.ID, v.Hash, at), factcheck.CodeForbidden)
	wantCode(t, env.DB.ScheduleVerdict(ctx, env.Editor, v.ID, []byte("another"), at), factcheck.CodeConflict)
	ok(t, env.DB.ScheduleVerdict(ctx, env.Editor, v.ID, v.Hash, at))
	if got := queryStrings(t, env.OwnerURL, `SELECT state || ' ' || (scheduled_at = date_trunc('second', $1::text::timestamptz)) FROM river_job WHERE kind = 'publish_due'`, at.Format(time.RFC3339)); len(got) != 1 || got[0] != "scheduled true" {
		t.Errorf("got the jobs %v, want one for the moment", got)
	}
	id := submission(v)
	ok(t, env.DB.PublishDue(ctx, system, id)) // too early
	if head(t, env) != 0 {
		t.Fatal("published before its moment")
	}
	wantCode(t, env.DB.PublishDue(ctx, env.Editor, id), factcheck.CodeForbidden)
	env.Clock.Advance(3 * time.Hour)
	ok(t, env.DB.PublishDue(ctx, system, id))
	ok(t, env.DB.PublishDue(ctx, system, id)) // at least once
	if got := must[store.Version](t)(env.DB.NewsroomVersion(ctx, env.Editor, v.ID)); got.State != factcheck.VersionPublished || head(t, env) != 1 {
		t.Errorf("got %s at %d, want it published once", got.State, head(t, env))
	}
	if !slices.Contains(told(t, env, env.Checker), "published") || !slices.Contains(told(t, env, env.Editor), "published") {
		t.Error("want author and approver told")
	}
	t.Run("an edit cancels it", func(t *testing.T) {
		v := env.Submitted(t, "The bridge of Sampleton is closed.", "False")
		ok(t, env.DB.ScheduleVerdict(ctx, env.Editor, v.ID, v.Hash, env.Clock.Now().Add(time.Hour)))
		id := submission(v)
		must[store.Version](t)(env.DB.EditDraft(ctx, env.Checker, v.ID, v.Revision, v.Draft))
		env.Clock.Advance(2 * time.Hour)
		ok(t, env.DB.PublishDue(ctx, system, id))
		if got := must[store.Version](t)(env.DB.NewsroomVersion(ctx, env.Editor, v.ID)); got.State != factcheck.VersionDraft {
			t.Errorf("got %s, want a draft", got.State)
		}
		if !slices.Contains(told(t, env, env.Editor), "approval_void") {
			t.Error("want the approver told")
		}
	})
	t.Run("an edit of the claim cancels it too", func(t *testing.T) {
		v := env.Submitted(t, "The ferry is late.", "False")
		ok(t, env.DB.ScheduleVerdict(ctx, env.Editor, v.ID, v.Hash, env.Clock.Now().Add(time.Hour)))
		id := submission(v)
		c := working(t, env, v.Claim)
		in := c.ClaimInput
		in.Place = "Sampleton"
		ok(t, env.DB.EditClaim(ctx, env.Checker2, v.Claim, c.Revision, in))
		env.Clock.Advance(2 * time.Hour)
		ok(t, env.DB.PublishDue(ctx, system, id))
		if got := must[store.Version](t)(env.DB.NewsroomVersion(ctx, env.Editor, v.ID)); got.State != factcheck.VersionDraft {
			t.Errorf("got %s, want a draft", got.State)
		}
	})
	t.Run("it is taken back", func(t *testing.T) {
		v := env.Submitted(t, "The tower leans.", "False")
		wantCode(t, env.DB.UnscheduleVerdict(ctx, env.Editor, v.ID), factcheck.CodeConflict)
		ok(t, env.DB.ScheduleVerdict(ctx, env.Editor, v.ID, v.Hash, env.Clock.Now().Add(time.Hour)))
		ok(t, env.DB.UnscheduleVerdict(ctx, env.Editor2, v.ID))
		env.Clock.Advance(2 * time.Hour)
		ok(t, env.DB.PublishDue(ctx, system, submission(v)))
		if got := must[store.Version](t)(env.DB.NewsroomVersion(ctx, env.Editor, v.ID)); got.State != factcheck.VersionSubmitted {
			t.Errorf("got %s, want it to wait", got.State)
		}
	})
	t.Run("what can no longer be published is given up and told", func(t *testing.T) {
		v := env.Submitted(t, "The well is dry.", "False")
		ok(t, env.DB.ScheduleVerdict(ctx, env.Editor2, v.ID, v.Hash, env.Clock.Now().Add(time.Hour)))
		id := submission(v)
		ok(t, env.DB.DisablePerson(ctx, env.Admin, env.Editor2.Person))
		env.Clock.Advance(2 * time.Hour)
		ok(t, env.DB.PublishDue(ctx, system, id))
		got := must[store.Approval](t)(env.DB.ClaimApproval(ctx, env.Editor, v.Claim))
		if got.Version.State != factcheck.VersionSubmitted || got.Submission.PublishAt != nil || !slices.Contains(told(t, env, env.Checker), "not_published") {
			t.Errorf("got %s for %v, want it to wait for approval again, and the author told", got.Version.State, got.Submission.PublishAt)
		}
	})
}

func TestCallingAnApprover(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	call := func() error { _, err := env.DB.PageApprover(ctx, env.Checker, onlyClaim(t, env)); return err }
	v := env.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	wantCode(t, call(), factcheck.CodeConflict) // nobody is on call
	wantCode(t, env.DB.SetOnCall(ctx, env.Checker, env.Editor.Person), factcheck.CodeForbidden)
	wantCode(t, env.DB.SetOnCall(ctx, env.Editor, env.Checker.Person), factcheck.CodeInvalid)
	ok(t, env.DB.SetOnCall(ctx, env.Editor, env.Editor2.Person))
	ok(t, call())
	wantCode(t, call(), factcheck.CodeConflict) // not again at once
	env.Clock.Advance(11 * time.Minute)
	ok(t, call())
	notices := must[[]store.Notice](t)(env.DB.Notices(ctx, env.Editor2, 0, 10))
	if len(notices) != 2 || notices[0].Kind != "approval_asked" || notices[0].Claim != v.Claim || notices[0].From != "Carla Checker" {
		t.Errorf("got %+v, want two calls", notices)
	}
	if n := must[int](t)(env.DB.ReadNotices(ctx, env.Editor2, notices[0].ID)); n != 2 {
		t.Errorf("put %d away, want 2", n)
	}
	if w := must[store.QueueCounts](t)(env.DB.CountQueues(ctx, env.Editor2)); w != (store.QueueCounts{ToApprove: 1}) {
		t.Errorf("got %+v waiting, want one approval", w)
	}
	if w := must[store.QueueCounts](t)(env.DB.CountQueues(ctx, env.Checker)); w.ToApprove != 0 {
		t.Errorf("the author: got %+v waiting, want nothing of their own", w)
	}
}

// Thirty-two people save and approve one verdict at once: sixteen write, sixteen approve. Of each revision one save
// succeeds; whoever was refused still has their text and saves it on what stands by then, so that every line is in at the
// end. What is published is what was read, once, or somebody saved first and nothing is.
func TestThirtyTwoPeopleOnOneVerdict(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := must[store.Version](t)(env.DB.DraftVerdict(t.Context(), env.Checker, env.Claim(t, "The mayor of Exampleville has resigned."), env.Draft("False")))
	crowd := newCrowd(t, env, v.ID)
	crowd.all(t, nil) // a draft: nobody's approval counts
	if crowd.published != 0 || len(crowd.saved) != 16 || crowd.lines(t) != 16 {
		t.Errorf("of the draft: %d published, %d revisions, %d lines of 16", crowd.published, len(crowd.saved), crowd.lines(t))
	}
	for round := range 3 {
		now := must[store.Version](t)(env.DB.NewsroomVersion(t.Context(), env.Checker, v.ID))
		if now.State == factcheck.VersionPublished {
			break
		}
		if now.State == factcheck.VersionDraft {
			now = must[store.Version](t)(env.DB.SubmitVerdict(t.Context(), env.Checker, v.ID, now.Revision))
		}
		before := crowd.lines(t)
		crowd.all(t, now.Hash)
		last := must[store.Version](t)(env.DB.NewsroomVersion(t.Context(), env.Checker, v.ID))
		switch got := crowd.lines(t) - before; {
		case crowd.published > 1:
			t.Errorf("it was published %d times", crowd.published)
		case crowd.published == 1 && (last.State != factcheck.VersionPublished || got != 0):
			t.Errorf("it is %s with %d lines that nobody approved", last.State, got)
		case crowd.published == 0 && got != 16:
			t.Errorf("%d of 16 lines were saved", got)
		}
		t.Logf("round %d: %d published, %d lines", round, crowd.published, crowd.lines(t))
	}
	for revision, n := range crowd.saved {
		if n != 1 {
			t.Errorf("revision %d was saved over %d times, want one success", revision, n)
		}
	}
	if crowd.lines(t) != len(crowd.saved) {
		t.Errorf("%d lines stand of %d that were saved: text was lost", crowd.lines(t), len(crowd.saved))
	}
}

// crowd are thirty-two people at one version.
type crowd struct {
	env       *storetest.Env
	id        factcheck.VersionID
	people    []factcheck.Actor
	mu        sync.Mutex
	saved     map[int]int // successes by the revision they were made on
	published int
}

func newCrowd(t *testing.T, env *storetest.Env, id factcheck.VersionID) *crowd {
	t.Helper()
	c := &crowd{env: env, id: id, saved: map[int]int{}}
	for i := range 32 {
		role := factcheck.RoleChecker
		if i%2 == 1 {
			role = factcheck.RoleEditor
		}
		c.people = append(c.people, must[factcheck.Actor](t)(env.DB.AddPerson(t.Context(), factcheck.Operator(),
			store.PersonInput{Email: fmt.Sprintf("p%d@desk.example", i), Name: fmt.Sprintf("Person %d", i), Role: role})))
	}
	return c
}

// all lets everybody go at once: editors approve the text with the hash, checkers save a line.
func (c *crowd) all(t *testing.T, hash []byte) {
	t.Helper()
	var wg sync.WaitGroup
	start := make(chan struct{})
	for _, who := range c.people {
		wg.Go(func() {
			<-start
			if who.Role == factcheck.RoleEditor {
				c.approve(t, who, hash)
			} else {
				c.save(t, who)
			}
		})
	}
	close(start)
	wg.Wait()
}

func (c *crowd) approve(t *testing.T, who factcheck.Actor, hash []byte) {
	v, err := c.env.DB.ApproveVerdict(t.Context(), who, c.id, hash)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && v.State == factcheck.VersionPublished {
		c.published++
	} else if factcheck.CodeOf(err) != factcheck.CodeConflict {
		t.Errorf("approve: got %v", err)
	}
}

// save adds a line to what stands, and again to what stands by then if somebody was faster.
func (c *crowd) save(t *testing.T, who factcheck.Actor) {
	for {
		now, err := c.env.DB.NewsroomVersion(t.Context(), who, c.id)
		if err != nil || now.State == factcheck.VersionPublished {
			if err != nil {
				t.Errorf("read: %v", err)
			}
			return
		}
		d := now.Draft
		d.Body += "\na line of " + who.Name
		_, err = c.env.DB.EditDraft(t.Context(), who, c.id, now.Revision, d)
		if err == nil {
			c.mu.Lock()
			c.saved[now.Revision]++
			c.mu.Unlock()
			return
		}
		if factcheck.CodeOf(err) != factcheck.CodeConflict {
			t.Errorf("save: got %v", err)
			return
		}
	}
}

func (c *crowd) lines(t *testing.T) int {
	t.Helper()
	return strings.Count(must[store.Version](t)(c.env.DB.NewsroomVersion(t.Context(), c.env.Checker, c.id)).Draft.Body, "a line of")
}

func TestAConflictOfInterestBlocksTheFirstApprovalToo(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	ok(t, env.DB.MarkClaimSensitive(ctx, env.Editor2, v.Claim, true))
	ok(t, env.DB.DeclareInterest(ctx, env.Editor, factcheck.InterestInput{Claim: v.Claim, Reason: "my cousin"}))
	if a := must[store.Approval](t)(env.DB.ClaimApproval(ctx, env.Editor, v.Claim)); factcheck.CodeOf(a.Refused) != factcheck.CodeForbidden {
		t.Errorf("got %v, want told that they may not", a.Refused)
	}
	if _, err := env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash); err == nil {
		t.Error("an approval in spite of a conflict of interest was noted")
	}
}
