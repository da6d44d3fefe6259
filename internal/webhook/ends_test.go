package webhook_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// TestNothingIsSentForAKeyThatEnded ends the right of a key in every way there is, between two changes.
func TestNothingIsSentForAKeyThatEnded(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	o := newOffice(t, r)
	owner := func(email string) factcheck.Actor {
		who, err := o.DB.AddPerson(t.Context(), factcheck.Operator(), store.PersonInput{Email: email, Name: email, Role: factcheck.RoleEditor})
		must(t, err)
		return who
	}
	disabled, demoted := owner("leaves@desk.example"), owner("less@desk.example")
	ends := map[string]func(id factcheck.KeyID) error{
		"revoked": func(id factcheck.KeyID) error { return o.DB.RevokeKey(t.Context(), o.Admin, id) },
		"expired": func(id factcheck.KeyID) error {
			return o.DB.ChangeKey(t.Context(), o.Admin, id, store.KeyChange{ExpiresAt: o.Clock.Now().Add(time.Minute)})
		},
		"disabled": func(factcheck.KeyID) error { return o.DB.DisablePerson(t.Context(), o.Admin, disabled.Person) },
		"demoted": func(factcheck.KeyID) error {
			return o.DB.ChangeRole(t.Context(), o.Admin, demoted.Person, 1, factcheck.RoleChecker)
		},
	}
	owners := map[string]string{"revoked": "edda@desk.example", "expired": "edda@desk.example", "disabled": "leaves@desk.example", "demoted": "less@desk.example"}
	keys := map[string]factcheck.KeyID{}
	for name := range ends {
		id, secret, err := o.DB.CreateKey(t.Context(), o.Admin, store.KeyInput{Name: name, Scopes: []factcheck.Scope{factcheck.ScopeManage}, Owner: owners[name]})
		must(t, err)
		holder, err := o.DB.KeyHolder(t.Context(), secret)
		must(t, err)
		_, _, err = o.hooks.Create(t.Context(), holder.Actor, store.WebhookInput{URL: r.URL, Name: name})
		must(t, err)
		keys[name] = id
	}
	v := o.Published(t, "The mayor has resigned.", "False")
	o.drain(t)
	if got := len(r.take()); got != len(ends) {
		t.Fatalf("got %d messages, want one for each of %d", got, len(ends))
	}
	o.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "More is known.")
	_, err := o.DB.QueueWebhooks(t.Context(), factcheck.System()) // it waits already
	must(t, err)
	for name, end := range ends {
		if err := end(keys[name]); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	o.Clock.Advance(time.Hour)
	o.Corrected(t, v.Verdict, factcheck.CorrectionCorrection, "The wrong day it was.")
	o.drain(t)
	if got := r.take(); len(got) != 0 {
		t.Errorf("got %d messages for keys that ended, %v", len(got), seqs(got))
	}
}

// TestWhatIsOnItsWayIsBrokenOff revokes a key while a receiver takes its time.
func TestWhatIsOnItsWayIsBrokenOff(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	o := newOffice(t, r)
	w, _ := o.create(t, store.WebhookInput{URL: r.URL})
	came, stay := make(chan struct{}), make(chan struct{})
	r.behave(func(http.ResponseWriter, message) {
		close(came)
		<-stay
	})
	o.Published(t, "The mayor has resigned.", "False")
	done := make(chan error, 1)
	go func() { done <- o.hooks.Drain(t.Context()) }()
	<-came
	began := time.Now()
	must(t, o.DB.RevokeKey(t.Context(), o.Admin, o.keyID))
	err := <-done
	close(stay)
	must(t, err)
	if took := time.Since(began); took > 8*time.Second { // half a second, on a machine that has time
		t.Errorf("it went on for %s after its key was revoked", took)
	}
	list, err := o.DB.WebhookDeliveries(t.Context(), o.Admin, w.ID, store.DeliveryFilter{Limit: 1})
	if err != nil || len(list) != 1 || list[0].State != store.DeliveryQueued || len(list[0].Attempts) != 1 || !strings.Contains(list[0].Attempts[0].Error, "revoked") {
		t.Errorf("got %+v, %v, want the attempt broken off and its reason in the log", list, err)
	}
}

// TestAStoppedProgramsDeliveriesAreSentByAnother stops a program while a receiver takes its time: another sends again, in order.
func TestAStoppedProgramsDeliveriesAreSentByAnother(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	o := newOffice(t, r)
	o.create(t, store.WebhookInput{URL: r.URL})
	came, stay := make(chan struct{}), make(chan struct{})
	r.behave(func(http.ResponseWriter, message) {
		close(came)
		<-stay
	})
	v := o.Published(t, "The mayor has resigned.", "False")
	o.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "More is known.")
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- o.hooks.Run(ctx) }()
	<-came
	stop()
	err := <-done
	close(stay)
	must(t, err)
	r.behave(nil)
	r.take()
	o.Clock.Advance(time.Minute)
	must(t, o.node(t, r).Drain(t.Context()))
	if got := seqs(r.take()); !slices.Equal(got, []int64{1, 2}) {
		t.Errorf("got %v of the program that came after, want both in order", got)
	}
}

// TestWhatWasTakenOutIsNowhereInTheLog has a receiver repeat what it is sent, and a passage taken out before, while and after.
func TestWhatWasTakenOutIsNowhereInTheLog(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	o := newOffice(t, r)
	w, _ := o.create(t, store.WebhookInput{URL: r.URL})
	claim := func(n string) store.Version {
		return o.Published(t, "Jane Unnamed said the number "+n+" that the mayor has resigned.", "False")
	}
	redact := func(v store.Version) {
		t.Helper()
		p, err := o.DB.ProposeRedaction(t.Context(), o.Checker, store.RedactionInput{Claim: v.Claim, Passage: "Jane Unnamed", Class: factcheck.RedactPrivateData, Reason: "A private person."})
		must(t, err)
		must(t, o.DB.DecideProposal(t.Context(), o.Editor, p, true))
	}
	repeats := func(w http.ResponseWriter, m message) {
		if m.Data.Claim != nil {
			http.Error(w, m.Data.Claim.Text, http.StatusTeapot)
		}
	}
	said := func() int {
		t.Helper()
		var n int
		must(t, o.DB.Pool().QueryRow(t.Context(), `SELECT count(*) FROM webhook_attempts WHERE excerpt LIKE '%Unnamed%'`).Scan(&n))
		return n
	}
	r.behave(repeats)
	first := claim("one")
	o.drain(t)
	if said() != 1 {
		t.Fatal("the answer is not in the log: this test proves nothing")
	}
	redact(first) // after
	if said() != 0 {
		t.Error("an answer that was kept before still has what was taken out")
	}
	second := claim("two")
	r.behave(func(w http.ResponseWriter, m message) {
		if m.Data.ClaimID == second.Claim.String() && m.Data.Seq == 3 {
			redact(second) // while
		}
		repeats(w, m)
	})
	o.drain(t)
	if said() != 0 {
		t.Error("an answer to what was sent before has what was taken out meanwhile")
	}
	third := claim("three")
	redact(third) // before
	o.Clock.Advance(time.Hour)
	r.take()
	r.behave(nil)
	o.drain(t)
	for _, m := range r.take() {
		if strings.Contains(string(m.raw), "Unnamed") {
			t.Errorf("got %s, want it without what was taken out before it was sent", m.raw)
		}
	}
	if list := o.deliveries(t, w.ID); len(list) != 6 {
		t.Errorf("got %d deliveries, want six", len(list))
	}
	// A verdict that is under review when its change is sent says so, and nothing else.
	down := o.Published(t, "The bridge is closed.", "False")
	must(t, o.DB.SuspendVerdict(t.Context(), o.Editor, down.Verdict, "A source was withdrawn."))
	o.drain(t)
	for _, m := range r.take() {
		if m.Data.ClaimID == down.Claim.String() && (m.Data.Claim == nil || m.Data.Claim.Verdicts[0].State != "suspended" || m.Data.Claim.Verdicts[0].Answer != "") {
			t.Errorf("got %s of a verdict under review, want the notice alone", m.raw)
		}
	}
}

// TestAWebhookMovesToAnotherKey gives a webhook away: the key before finds nothing under any of its addresses.
func TestAWebhookMovesToAnotherKey(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	o := newOffice(t, r)
	w, _ := o.create(t, store.WebhookInput{URL: r.URL})
	o.Published(t, "The mayor has resigned.", "False")
	_, err := o.DB.QueueWebhooks(t.Context(), factcheck.System())
	must(t, err)
	log := o.deliveries(t, w.ID)
	other, otherID := o.newKey(t)
	for name, err := range map[string]error{
		"a key": o.DB.MoveWebhook(t.Context(), o.key, w.ID, otherID), "an editor": o.DB.MoveWebhook(t.Context(), o.Editor, w.ID, otherID),
	} {
		if factcheck.CodeOf(err) != factcheck.CodeForbidden {
			t.Errorf("%s moves it: got %v, want forbidden", name, err)
		}
	}
	reader, _, err := o.DB.CreateKey(t.Context(), o.Admin, store.KeyInput{Name: "reads", Scopes: []factcheck.Scope{factcheck.ScopeRead}})
	must(t, err)
	if err := o.DB.MoveWebhook(t.Context(), o.Admin, w.ID, reader); factcheck.CodeOf(err) != factcheck.CodeInvalid {
		t.Errorf("to a key that may only read: got %v, want invalid", err)
	}
	must(t, o.DB.MoveWebhook(t.Context(), o.Admin, w.ID, otherID))
	active := store.WebhookActive
	for name, err := range map[string]error{
		"read": second(o.DB.Webhook(t.Context(), o.key, w.ID)), "delete": o.DB.DeleteWebhook(t.Context(), o.key, w.ID), "test": second(o.DB.TestWebhook(t.Context(), o.key, w.ID)),
		"log": second(o.DB.WebhookDeliveries(t.Context(), o.key, w.ID, store.DeliveryFilter{})), "replay one": o.DB.ReplayDelivery(t.Context(), o.key, w.ID, log[0].ID),
		"replay": replayed(o.DB.ReplayWebhook(t.Context(), o.key, w.ID, 0, 0)), "rotate": second(o.DB.RotateWebhook(t.Context(), o.key, w.ID, []byte("x"), 0)),
		"edit": second(o.DB.EditWebhook(t.Context(), o.key, w.ID, store.WebhookEdit{State: &active})),
	} {
		if factcheck.CodeOf(err) != factcheck.CodeNotFound {
			t.Errorf("%s by the key before: got %v, want not found", name, err)
		}
	}
	must(t, o.DB.RevokeKey(t.Context(), o.Admin, o.keyID)) // which is no more any business of the webhook's
	o.drain(t)
	if got := seqs(r.take()); !slices.Equal(got, []int64{1}) {
		t.Errorf("got %v after the move, want what waited", got)
	}
	if list, err := o.DB.Webhooks(t.Context(), other); err != nil || len(list) != 1 || list[0].Key != otherID {
		t.Errorf("got %+v, %v, want it with the new key", list, err)
	}
}

func replayed(_ int, _ int64, err error) error { return err }

// TestWhatIsOnItsWayWhileTheWebhookChanges replays to a webhook and gives it another address while a receiver takes its time: neither
// waits for the other for ever, and what the address before says is not held against the new one.
func TestWhatIsOnItsWayWhileTheWebhookChanges(t *testing.T) {
	t.Parallel()
	r, moved := newReceiver(t), newReceiver(t)
	o := newOffice(t, r, moved)
	w, _ := o.create(t, store.WebhookInput{URL: r.URL})
	came, stay := make(chan struct{}), make(chan struct{})
	r.behave(func(w http.ResponseWriter, _ message) {
		close(came)
		<-stay
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(http.StatusGone)
	})
	o.Published(t, "The mayor has resigned.", "False")
	done := make(chan error, 1)
	go func() { done <- o.hooks.Drain(t.Context()) }()
	<-came
	conn, err := pgx.Connect(t.Context(), o.URL)
	must(t, err)
	defer conn.Close(t.Context()) //nolint:errcheck // the test is over
	change, err := conn.Begin(t.Context())
	must(t, err)
	_, err = change.Exec(t.Context(), `UPDATE webhooks SET name = 'held' WHERE id = $1`, w.ID) // as a replay or an edit begins
	must(t, err)
	close(stay)
	for waits := false; !waits; {
		must(t, change.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))`).Scan(&waits))
		must(t, t.Context().Err())
	}
	if _, err = change.Exec(t.Context(), `UPDATE webhook_deliveries SET tries = 0 WHERE webhook_id = $1`, w.ID); err != nil {
		t.Fatalf("got %v for a delivery whose answer is being written down, want it free", err)
	}
	_, err = change.Exec(t.Context(), `UPDATE webhooks SET url = $2 WHERE id = $1`, w.ID, moved.URL)
	must(t, err)
	_, err = change.Exec(t.Context(), `INSERT INTO audit (at, actor_id, action, object, details, request_id) SELECT now(), actor_id, 'webhook.edit', '', '{}', '' FROM webhooks`)
	must(t, err)
	must(t, change.Commit(t.Context()))
	must(t, <-done)
	now, err := o.DB.Webhook(t.Context(), o.key, w.ID)
	must(t, err)
	if now.State != store.WebhookActive || now.NotBefore != nil || now.Waiting+len(moved.take()) != 1 {
		t.Errorf("got %+v, want it at work at its new address", now)
	}
}
