package store_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func TestADisputeIsTakenInAndDecided(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor of Exampleville has resigned.", "False")
	in := factcheck.ComplaintInput{Claim: v.Claim, Kind: factcheck.ComplaintDispute, From: factcheck.FromOutlet, Text: "She has, on Tuesday.", Contact: "desk@weekly.example", URL: "https://weekly.example/1"}
	id := must[factcheck.ComplaintID](t)(env.DB.FileComplaint(ctx, factcheck.System(), in))
	mail := must[factcheck.ComplaintID](t)(env.DB.FileComplaint(ctx, env.Checker, factcheck.ComplaintInput{Kind: factcheck.ComplaintConduct, From: factcheck.FromReader, Text: "You never answer.", DueOn: env.Clock.Now().AddDate(0, 0, 3)}))
	list := must[[]store.Complaint](t)(env.DB.Complaints(ctx, env.Checker, true, factcheck.ComplaintID{}, 10))
	if len(list) != 2 || list[0].ID != mail || list[1].ID != id || list[1].ClaimSlug == "" || list[0].TakenBy != "Carla Checker" || list[1].TakenBy != "" {
		t.Fatalf("got %+v, want the one due first before the other", list)
	}
	if days := list[1].DueOn.Sub(list[1].ReceivedAt).Hours() / 24; days < 13 || days > 14 {
		t.Errorf("it is due in %.1f days, want two weeks", days)
	}
	decision := factcheck.ComplaintDecision{State: factcheck.ComplaintRejected, Answer: "The register says otherwise."}
	wantCode(t, env.DB.DecideComplaint(ctx, env.Checker2, id, 1, decision), factcheck.CodeForbidden)
	wantCode(t, env.DB.DecideComplaint(ctx, env.Editor, id, 1, decision), factcheck.CodeForbidden) // who approved it
	wantCode(t, env.DB.DecideComplaint(ctx, env.Editor2, id, 1, factcheck.ComplaintDecision{State: factcheck.ComplaintRejected}), factcheck.CodeInvalid)
	wantCode(t, env.DB.DecideComplaint(ctx, env.Editor2, factcheck.ComplaintID{15: 1}, 1, decision), factcheck.CodeNotFound)
	ok(t, env.DB.PostponeComplaint(ctx, env.Editor2, id, 1, env.Clock.Now().AddDate(0, 1, 0)))
	wantCode(t, env.DB.DecideComplaint(ctx, env.Editor2, id, 1, decision), factcheck.CodeConflict) // it was postponed meanwhile
	ok(t, env.DB.DecideComplaint(ctx, env.Editor2, id, 2, decision))
	wantCode(t, env.DB.DecideComplaint(ctx, env.Editor2, id, 3, decision), factcheck.CodeConflict)
	wantCode(t, env.DB.PostponeComplaint(ctx, env.Editor2, id, 3, env.Clock.Now()), factcheck.CodeConflict)
	done := must[[]store.Complaint](t)(env.DB.Complaints(ctx, env.Checker, false, factcheck.ComplaintID{}, 10))
	if len(done) != 1 || done[0].State != factcheck.ComplaintRejected || done[0].Decider != "Emil Editor" || done[0].Answer != decision.Answer {
		t.Errorf("got %+v, want it decided", done)
	}
	ok(t, env.DB.DecideComplaint(ctx, env.Editor, mail, 1, factcheck.ComplaintDecision{State: factcheck.ComplaintUpheld, Answer: "You are right."}))
}

func TestTheSameComplaintFromSomebodyElseIsAnother(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	in := factcheck.ComplaintInput{Kind: factcheck.ComplaintConduct, From: factcheck.FromReader, Text: "You never answer.", Sender: factcheck.Sender{1}}
	file := func() factcheck.ComplaintID {
		return must[factcheck.ComplaintID](t)(env.DB.FileComplaint(t.Context(), factcheck.System(), in))
	}
	first := file()
	if again := file(); again != first {
		t.Errorf("sent twice it became %v and %v, want one", first, again)
	}
	in.Sender = factcheck.Sender{2}
	second := file()
	if again := file(); again != second {
		t.Errorf("of two senders of the same words the later was led to %v, want its own %v", again, second)
	}
	env.Clock.Advance(25 * time.Hour)
	if later := file(); second == first || later == second {
		t.Errorf("got %v of the first, %v of another, %v of the same a day later; want three", first, second, later)
	}
}

func TestComplaintsOfReadersAreLimited(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor of Exampleville has resigned.", "False")
	hidden := env.Claim(t, "Something nobody may know of.")
	in := factcheck.ComplaintInput{Claim: v.Claim, Kind: factcheck.ComplaintDispute, From: factcheck.FromReader, Text: "It is wrong."}
	for range factcheck.MaxOpenComplaints {
		must[factcheck.ComplaintID](t)(env.DB.FileComplaint(ctx, factcheck.System(), in))
	}
	_, err := env.DB.FileComplaint(ctx, factcheck.System(), in)
	wantCode(t, err, factcheck.CodeRateLimited)
	must[factcheck.ComplaintID](t)(env.DB.FileComplaint(ctx, env.Checker, in)) // what came by mail is always entered
	in.Claim = hidden
	_, secret := env.DB.FileComplaint(ctx, factcheck.System(), in)
	in.Claim = factcheck.ClaimID{15: 1}
	_, missing := env.DB.FileComplaint(ctx, factcheck.System(), in)
	if wantCode(t, secret, factcheck.CodeInvalid); secret.Error() != missing.Error() {
		t.Errorf("got %v for a hidden claim and %v for none, want them alike", secret, missing)
	}
	_, err = env.DB.FileComplaint(ctx, factcheck.Actor{}, in)
	wantCode(t, err, factcheck.CodeUnauthenticated)
}

func TestComplaintsAboutTheHouseAreLimitedAndFoundByReference(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	in := factcheck.ComplaintInput{Kind: factcheck.ComplaintConduct, From: factcheck.FromClaimant, Text: "You never called us."}
	id := must[factcheck.ComplaintID](t)(env.DB.FileComplaint(ctx, factcheck.System(), in))
	tip := must[factcheck.TipID](t)(env.DB.FileTip(ctx, factcheck.System(), factcheck.TipInput{Text: "Is the bridge closed?"}))
	if gotTip, got, err := env.DB.LetterByReference(ctx, env.Checker, strings.ToLower(id.Reference())); err != nil || got != id || !gotTip.IsZero() {
		t.Errorf("got %s, %s, %v; want the complaint", gotTip, got, err)
	}
	if got, none, err := env.DB.LetterByReference(ctx, env.Checker, tip.Reference()); err != nil || got != tip || !none.IsZero() {
		t.Errorf("got %s, %s, %v; want the tip", got, none, err)
	}
	for code, reference := range map[factcheck.Code]string{factcheck.CodeInvalid: "it", factcheck.CodeNotFound: "0000-0000"} {
		_, _, err := env.DB.LetterByReference(ctx, env.Checker, reference)
		wantCode(t, err, code)
	}
	_, _, err := env.DB.LetterByReference(ctx, factcheck.Actor{}, id.Reference())
	wantCode(t, err, factcheck.CodeUnauthenticated)
	asOwner(t, env, `INSERT INTO complaints (id, kind, from_kind, text, received_at, due_on, expires_at, created_by)
		SELECT gen_random_uuid(), 'complaint', 'reader', 'x', now(), now(), now(), created_by FROM complaints, generate_series(2, `+strconv.Itoa(factcheck.MaxOpenHouseComplaints)+`)`)
	_, err = env.DB.FileComplaint(ctx, factcheck.System(), in)
	wantCode(t, err, factcheck.CodeRateLimited)
	must[factcheck.ComplaintID](t)(env.DB.FileComplaint(ctx, env.Checker, in)) // what came by mail is always entered
}

func TestContactsOfComplaintsExpire(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	id := must[factcheck.ComplaintID](t)(env.DB.FileComplaint(ctx, factcheck.System(), factcheck.ComplaintInput{Kind: factcheck.ComplaintConduct, From: factcheck.FromReader, Text: "A long story of mine.", Contact: "me@home.example"}))
	for _, q := range []string{`SELECT details::text FROM audit`, `SELECT args::text FROM river_job`} {
		for _, s := range queryStrings(t, env.OwnerURL, q) {
			if strings.Contains(s, "story") || strings.Contains(s, "me@home") {
				t.Errorf("%s holds what was sent: %s", q, s)
			}
		}
	}
	env.Clock.Advance(factcheck.ComplaintLife - time.Hour)
	if n := must[int](t)(env.DB.ExpireComplaints(ctx, factcheck.System())); n != 0 {
		t.Errorf("erased %d before their time", n)
	}
	env.Clock.Advance(2 * time.Hour)
	for _, want := range []int{1, 0} {
		if n := must[int](t)(env.DB.ExpireComplaints(ctx, factcheck.System())); n != want {
			t.Errorf("erased %d, want %d", n, want)
		}
	}
	if c := must[store.Complaint](t)(env.DB.ComplaintByID(ctx, env.Checker, id)); c.Contact != "" || c.Text == "" {
		t.Errorf("got the contact %q, want it gone and the text there", c.Contact)
	}
}

func TestRemindersOfVerdictsThatAge(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	d := env.Draft("False")
	until := env.Clock.Now().AddDate(0, 1, 0)
	d.ValidTo = &until
	v := must[store.Version](t)(env.DB.DraftVerdict(ctx, env.Checker, env.Claim(t, "The mayor of Exampleville has resigned."), d))
	v = must[store.Version](t)(env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision))
	must[store.Version](t)(env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash))
	other := env.Published(t, "The bridge of Sampleton is closed.", "False")
	wantCode(t, env.DB.SetReview(ctx, env.Checker, other.Verdict, env.Clock.Now().AddDate(-1, 0, 0), ""), factcheck.CodeInvalid)
	ok(t, env.DB.SetReview(ctx, env.Checker, other.Verdict, env.Clock.Now().AddDate(0, 0, 10), "after the ruling"))
	due := func() []store.Reminder { return must[[]store.Reminder](t)(env.DB.DueReminders(ctx, env.Checker, 10)) }
	if got := due(); len(got) != 0 {
		t.Errorf("got %d due before their day", len(got))
	}
	env.Clock.Advance(11 * 24 * time.Hour)
	if got := due(); len(got) != 1 || got[0].Verdict != other.Verdict || got[0].Note != "after the ruling" || got[0].SetBy != "Carla Checker" {
		t.Errorf("got %+v, want the one somebody set", got)
	}
	env.Clock.Advance(30 * 24 * time.Hour)
	if got := due(); len(got) != 2 {
		t.Errorf("got %d due, want both", len(got))
	}
	must[store.Version](t)(env.DB.DraftCorrection(ctx, env.Checker, v.Verdict, factcheck.CorrectionUpdate, "A year later.")) // somebody looks at it
	ok(t, env.DB.SetReview(ctx, env.Checker, other.Verdict, time.Time{}, ""))
	if got := due(); len(got) != 0 {
		t.Errorf("got %+v, want none", got)
	}
	if w := must[store.QueueCounts](t)(env.DB.CountQueues(ctx, env.Editor)); w.Reviews != 0 {
		t.Errorf("got %+v", w)
	}
}
