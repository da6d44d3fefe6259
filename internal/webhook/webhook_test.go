package webhook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
	"github.com/touchstone-factcheck/touchstone/internal/webhook"
)

// message is what a receiver gets.
type message struct {
	Type      string
	Timestamp time.Time
	Data      struct {
		Seq     int64
		Epoch   string
		ClaimID string `json:"claim_id"`
		Claim   *document.Claim
	}
	id     string
	header http.Header
	raw    []byte
}

// receiver is a partner's program. answer says what it answers; nil is 204.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []message
	answer func(w http.ResponseWriter, m message)
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		m := message{id: req.Header.Get("Webhook-Id"), header: req.Header, raw: body}
		if err == nil {
			err = json.Unmarshal(body, &m)
		}
		if err != nil || req.Method != http.MethodPost || req.Header.Get("Content-Type") != "application/json" {
			t.Errorf("got %s of %s with %v: %s", req.Method, req.Header.Get("Content-Type"), err, body)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got = append(r.got, m)
		if r.answer != nil {
			r.answer(w, m)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(r.Close)
	return r
}

// behave says what is answered from now on.
func (r *receiver) behave(answer func(http.ResponseWriter, message)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

// take returns what came, and forgets it.
func (r *receiver) take() []message {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.got
	r.got = nil
	return out
}

func seqs(list []message) []int64 {
	out := []int64{}
	for _, m := range list {
		out = append(out, m.Data.Seq)
	}
	return out
}

// office is a house with webhooks and a partner's key.
type office struct {
	*storetest.Env
	hooks *webhook.Hooks
	key   factcheck.Actor
	keyID factcheck.KeyID
}

func newOffice(t *testing.T, receivers ...*receiver) *office {
	t.Helper()
	o := &office{Env: storetest.New(t)}
	o.hooks = o.node(t, receivers...)
	o.key, o.keyID = o.newKey(t)
	return o
}

// node is a program on the office's database.
func (o *office) node(t *testing.T, receivers ...*receiver) *webhook.Hooks {
	t.Helper()
	var allow []string
	for _, r := range receivers {
		allow = append(allow, r.Listener.Addr().String())
	}
	limits := webhook.Limits()
	limits.Hold = time.Millisecond
	f, err := fetch.New(fetch.Config{UserAgent: "Touchstone/test", Allow: allow, Limits: limits, Resolver: "127.0.0.1:9"})
	if err != nil {
		t.Fatal(err)
	}
	return webhook.New(webhook.Config{Store: o.DB, Sealer: auth.NewSealer([32]byte{7}), Fetcher: f, PublicURL: "https://desk.example", Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
}

func (o *office) newKey(t *testing.T) (factcheck.Actor, factcheck.KeyID) {
	t.Helper()
	id, secret, err := o.DB.CreateKey(t.Context(), o.Admin, store.KeyInput{Name: "a platform", Scopes: []factcheck.Scope{factcheck.ScopeManage}, Owner: "edda@desk.example"})
	must(t, err)
	holder, err := o.DB.KeyHolder(t.Context(), secret)
	must(t, err)
	return holder.Actor, id
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (o *office) drain(t *testing.T) {
	t.Helper()
	must(t, o.hooks.Drain(t.Context()))
}

func (o *office) create(t *testing.T, in store.WebhookInput) (store.Webhook, string) {
	t.Helper()
	w, secret, err := o.hooks.Create(t.Context(), o.key, in)
	must(t, err)
	return w, secret
}

func (o *office) deliveries(t *testing.T, id factcheck.WebhookID) []store.Delivery {
	t.Helper()
	list, err := o.DB.WebhookDeliveries(t.Context(), o.key, id, store.DeliveryFilter{Limit: 100})
	must(t, err)
	return list
}

// The vector is of our own contract; the second opinion is the reference library.
func TestSignaturesAreThoseOfStandardWebhooks(t *testing.T) {
	t.Parallel()
	body := `{"type":"verdict.changed","timestamp":"2026-01-01T00:00:00Z","data":{"claim":"c1"}}`
	got := webhook.Sign("evt_01", time.Unix(1767225600, 0), []byte(body), []byte("0123456789abcdef0123456789abcdef"))
	if want := "v1,3WG69Z1H04hWEdw4C9nxgimqS6z5tTa8IaI7yV6kmdk="; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAReceiverIsToldAndCanVerify(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	o := newOffice(t, r)
	o.Published(t, "What was before is not told.", "False")
	w, secret := o.create(t, store.WebhookInput{URL: r.URL + "/hook?x=1", Name: "main"})
	v := o.Published(t, "The mayor has resigned.", "False")
	o.drain(t)
	got := r.take()
	if len(got) != 1 {
		t.Fatalf("got %d messages, want the one change since it was made", len(got))
	}
	m := got[0]
	if m.Type != "verdict.published" || m.Data.Seq != 2 || m.Data.Epoch == "" || m.Data.ClaimID != v.Claim.String() || m.Data.Claim == nil || m.Data.Claim.Seq != 2 ||
		!strings.HasPrefix(m.Data.Claim.URL, "https://desk.example/claims/") || m.Timestamp.IsZero() || !strings.Contains(string(m.raw), `"attribution":"Test Desk, https://desk.example/claims/`) {
		t.Errorf("got %s", m.raw)
	}
	verify := func(m message, secret string) error {
		v, err := standard.NewWebhook(secret)
		must(t, err)
		return v.Verify(m.raw, m.header)
	}
	if err := verify(m, secret); err != nil {
		t.Errorf("the reference library refuses the signature: %v", err)
	}
	o.drain(t)
	if again := r.take(); len(again) != 0 {
		t.Errorf("got %d messages more, want none twice", len(again))
	}

	_, fresh, err := o.hooks.Rotate(t.Context(), o.key, w.ID, time.Hour)
	must(t, err)
	sent := func() message {
		t.Helper()
		id, err := o.DB.TestWebhook(t.Context(), o.key, w.ID)
		must(t, err)
		o.drain(t)
		got := r.take()
		if len(got) != 1 || got[0].Type != "webhook.test" || got[0].id != id.String() || got[0].Data.Claim != nil {
			t.Fatalf("got %v, want the test %s", got, id)
		}
		return got[0]
	}
	both := sent()
	if err1, err2 := verify(both, secret), verify(both, fresh); err1 != nil || err2 != nil || strings.Count(both.header.Get("Webhook-Signature"), "v1,") != 2 {
		t.Errorf("after a rotation: got %v for the earlier secret and %v for the new one, want both good", err1, err2)
	}
	o.Clock.Advance(2 * time.Hour)
	later := sent()
	if err1, err2 := verify(later, secret), verify(later, fresh); err1 == nil || err2 != nil {
		t.Errorf("after the overlap: got %v for the earlier secret and %v for the new one, want the new one alone", err1, err2)
	}
	var kept []string
	rows, err := o.DB.Pool().Query(t.Context(), `SELECT encode(secret, 'escape') FROM webhooks`)
	must(t, err)
	for rows.Next() {
		var text string
		must(t, rows.Scan(&text))
		kept = append(kept, text)
	}
	if len(kept) != 1 || strings.Contains(kept[0], fresh[6:]) {
		t.Errorf("got %q in the database, want it sealed", kept)
	}
}

func TestChangesOfAClaimKeepTheirOrderUnderFailure(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	o := newOffice(t, r)
	w, _ := o.create(t, store.WebhookInput{URL: r.URL})
	bad := o.Published(t, "The mayor has resigned.", "False")                            // 1
	good := o.Published(t, "The bridge is closed.", "False")                             // 2
	o.Corrected(t, bad.Verdict, factcheck.CorrectionUpdate, "More is known.")            // 3
	o.Corrected(t, good.Verdict, factcheck.CorrectionUpdate, "More is known.")           // 4
	o.Corrected(t, bad.Verdict, factcheck.CorrectionCorrection, "The wrong day it was.") // 5
	r.behave(func(w http.ResponseWriter, m message) {
		if m.Data.ClaimID == bad.Claim.String() {
			http.Error(w, "no\x00 <b>room</b> "+strings.Repeat("x", 5000), http.StatusInternalServerError)
		}
	})
	o.drain(t)
	got := seqs(r.take())
	slices.Sort(got)
	if !slices.Equal(got, []int64{1, 2, 4}) {
		t.Errorf("got %v, want the failing claim's first change and all of the other claim", got)
	}
	first := o.deliveries(t, w.ID)
	i := slices.IndexFunc(first, func(d store.Delivery) bool { return d.Seq == 1 })
	a := first[i].Attempts[0]
	if a.Status != 500 || a.Took == nil || !strings.HasPrefix(a.Excerpt, "no <b>room</b> xxx") || len([]rune(a.Excerpt)) != 501 || !strings.Contains(a.Error, "500") {
		t.Errorf("got the attempt %+v, want its status, how long it took and the beginning of the answer", a)
	}
	// Three days of trying, each time the same message, and nothing overtakes it.
	ids := map[string]bool{}
	tries, began := 1, o.Clock.Now()
	for range 200 {
		o.Clock.Advance(30 * time.Minute)
		o.drain(t)
		for _, m := range r.take() {
			if m.Data.Seq == 1 {
				ids[m.id], tries = true, tries+1
			} else if tries < 13 {
				t.Fatalf("change %d came while change 1 waited", m.Data.Seq)
			}
		}
		if tries == 13 {
			break
		}
	}
	if d := o.Clock.Now().Sub(began); tries != 13 || len(ids) != 1 || d < 60*time.Hour || d > 84*time.Hour {
		t.Errorf("got %d tries under %d ids in %s, want 13 under one in three days", tries, len(ids), d)
	}
	r.behave(nil)
	o.Clock.Advance(48 * time.Hour)
	o.drain(t)
	after := seqs(r.take())
	if !slices.Equal(after, []int64{3, 5}) && !slices.Equal(after, []int64{5}) && len(after) != 0 {
		t.Errorf("got %v after the dead letter, want what came behind it in order", after)
	}
	states := map[int64]store.DeliveryState{}
	for _, d := range o.deliveries(t, w.ID) {
		states[d.Seq] = d.State
	}
	if diff := cmp.Diff(map[int64]store.DeliveryState{1: "dead", 2: "delivered", 3: "delivered", 4: "delivered", 5: "delivered"}, states); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	// Replays: one, a range, since a number.
	must(t, o.DB.ReplayDelivery(t.Context(), o.key, w.ID, first[i].ID))
	o.drain(t)
	if got := r.take(); len(got) != 1 || got[0].id != first[i].ID.String() || got[0].Data.Claim.Seq != 5 {
		t.Errorf("got %v, want the dead letter under its id with the claim as it is now", got)
	}
	n, last, err := o.DB.ReplayWebhook(t.Context(), o.key, w.ID, 1, 3)
	must(t, err)
	o.drain(t)
	if got := seqs(r.take()); n != 2 || last != 3 || len(got) != 2 || got[0]+got[1] != 5 {
		t.Errorf("got %v (%d up to %d), want 2 and 3", got, n, last)
	}
	_, _, err = o.DB.ReplayWebhook(t.Context(), o.key, w.ID, 99, 0)
	if factcheck.CodeOf(err) != factcheck.CodeGone {
		t.Errorf("got %v for a number beyond what was told, want gone", err)
	}
	_, _, err = o.DB.ReplayWebhook(t.Context(), o.key, w.ID, 3, 1)
	if factcheck.CodeOf(err) != factcheck.CodeInvalid {
		t.Errorf("got %v for a range that ends before it begins, want invalid", err)
	}
	if _, _, err = o.DB.ReplayWebhook(t.Context(), o.key, w.ID, 0, 0); err != nil {
		t.Error(err)
	}
	o.drain(t)
	perClaim := map[string][]int64{}
	for _, m := range r.take() {
		perClaim[m.Data.ClaimID] = append(perClaim[m.Data.ClaimID], m.Data.Seq)
	}
	if diff := cmp.Diff(map[string][]int64{bad.Claim.String(): {1, 3, 5}, good.Claim.String(): {2, 4}}, perClaim); diff != "" {
		t.Errorf("since 0: -want +got:\n%s", diff)
	}
}

func TestWhatAnAddressAnswersIsHeeded(t *testing.T) {
	t.Parallel()
	r, inside := newReceiver(t), newReceiver(t)
	o := newOffice(t, r)
	w, _ := o.create(t, store.WebhookInput{URL: r.URL})
	r.behave(func(w http.ResponseWriter, _ message) {
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	o.Published(t, "The mayor has resigned.", "False")
	o.drain(t)
	o.Published(t, "The bridge is closed.", "False")
	name := "Now with a name"
	_, err := o.hooks.Edit(t.Context(), o.key, w.ID, store.WebhookEdit{Name: &name}) // which is no reason to hurry
	must(t, err)
	o.Clock.Advance(time.Hour)
	o.drain(t)
	if got := len(r.take()); got != 1 {
		t.Errorf("got %d requests within the time of Retry-After, want 1", got)
	}
	r.behave(func(w http.ResponseWriter, _ message) {
		w.Header().Set("Location", inside.URL)
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	o.Clock.Advance(2 * time.Hour)
	o.drain(t)
	if got, leaked := len(r.take()), len(inside.take()); got != 2 || leaked != 0 {
		t.Errorf("got %d requests and %d where the redirect leads, want 2 and none", got, leaked)
	}
	r.behave(func(w http.ResponseWriter, _ message) { w.WriteHeader(http.StatusGone) })
	o.Clock.Advance(2 * time.Hour)
	o.drain(t)
	now, err := o.DB.Webhook(t.Context(), o.key, w.ID)
	must(t, err)
	if now.State != store.WebhookDisabled || now.Note == "" || now.Waiting != 2 {
		t.Errorf("got %+v after 410, want it disabled, what waits kept", now)
	}
	r.take()
	o.Clock.Advance(24 * time.Hour)
	o.drain(t)
	if got := len(r.take()); got != 0 {
		t.Errorf("got %d requests of a disabled webhook", got)
	}
	active, paused := store.WebhookActive, store.WebhookPaused
	r.behave(nil)
	_, err = o.hooks.Edit(t.Context(), o.key, w.ID, store.WebhookEdit{State: &paused})
	must(t, err)
	o.Published(t, "The river is dry.", "False")
	o.drain(t)
	if got := len(r.take()); got != 0 {
		t.Errorf("got %d requests of a paused webhook", got)
	}
	_, err = o.hooks.Edit(t.Context(), o.key, w.ID, store.WebhookEdit{State: &active})
	must(t, err)
	o.drain(t)
	got := seqs(r.take())
	slices.Sort(got)
	if !slices.Equal(got, []int64{1, 2, 3}) {
		t.Errorf("got %v after the pause, want all that waited", got)
	}

	// Addresses inside: refused when they say so themselves, and never connected to when a name leads there.
	for _, bad := range []string{"", "ftp://x.example/", "http://127.0.0.1:5432/", "http://127.1/", "https://[::1]/", "http://169.254.169.254/latest", "http://localhost/", inside.URL, "https://u:p@x.example/", "https://x.example:22/", "https://x.example/#a", "https://x.example/" + strings.Repeat("y", 3000)} {
		if _, _, err := o.hooks.Create(t.Context(), o.key, store.WebhookInput{URL: bad}); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%.60s: got %v, want it refused", bad, err)
		}
	}
	_, err = o.DB.EditWebhook(t.Context(), o.key, w.ID, store.WebhookEdit{URL: &inside.URL}) // past the first check
	must(t, err)
	o.Published(t, "The sea is dry.", "False")
	o.drain(t)
	d := o.deliveries(t, w.ID)[0]
	if len(inside.take()) != 0 || d.State != store.DeliveryQueued || d.Attempts[0].Status != 0 || d.Attempts[0].Error == "" {
		t.Errorf("got %+v of an address inside, want nothing sent and a line in the log", d)
	}
}

func TestFiltersAndTombstones(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	o := newOffice(t, r)
	first := o.Published(t, "The mayor has resigned.", "False")
	only := func(in store.WebhookInput, name string) {
		in.URL = r.URL + "/" + name
		o.create(t, in)
	}
	o.create(t, store.WebhookInput{URL: r.URL, Claims: []factcheck.ClaimID{first.Claim}, Types: []factcheck.ChangeType{factcheck.ChangeVerdictUpdated, factcheck.ChangeVerdictRetracted}, Publishers: []string{"desk.example"}})
	only(store.WebhookInput{Publishers: []string{"elsewhere.example"}}, "elsewhere")
	only(store.WebhookInput{Topics: []factcheck.TopicID{{1}}}, "topic")
	o.Corrected(t, first.Verdict, factcheck.CorrectionClarification, "Read it so.")
	o.Corrected(t, first.Verdict, factcheck.CorrectionUpdate, "More is known.")
	other := o.Published(t, "The bridge is closed.", "False")
	o.Corrected(t, other.Verdict, factcheck.CorrectionUpdate, "More is known.")
	o.drain(t)
	if got := r.take(); len(got) != 1 || got[0].Data.ClaimID != first.Claim.String() || got[0].Type != "verdict.updated" {
		t.Errorf("got %v, want the one change that passes", got)
	}
	// What is merged away is a tombstone for all who may hold it; what waited says what is true when it is sent.
	all, _ := o.create(t, store.WebhookInput{URL: r.URL + "/all"})
	o.Corrected(t, other.Verdict, factcheck.CorrectionRetraction, "It is told elsewhere.")
	must(t, o.DB.MergeClaims(t.Context(), o.Editor, other.Claim, first.Claim, "The same."))
	o.drain(t)
	tombs := 0
	for _, m := range r.take() {
		if m.Data.ClaimID == other.Claim.String() {
			tombs++
			if m.Data.Claim != nil || strings.Contains(string(m.raw), "bridge") {
				t.Errorf("got %s of a claim that is public no more, want a tombstone", m.raw)
			}
		}
	}
	if tombs < 3 {
		t.Errorf("got %d tombstones, want one for everybody who may hold the claim", tombs)
	}
	if list := o.deliveries(t, all.ID); len(list) == 0 {
		t.Error("the log is empty")
	}

	// Another key sees none of it, and a revoked one gets nothing more.
	stranger, _ := o.newKey(t)
	if list, err := o.DB.Webhooks(t.Context(), stranger); err != nil || len(list) != 0 {
		t.Errorf("got %d webhooks of another key, %v", len(list), err)
	}
	for name, err := range map[string]error{
		"read": second(o.DB.Webhook(t.Context(), stranger, all.ID)), "delete": o.DB.DeleteWebhook(t.Context(), stranger, all.ID), "test": second(o.DB.TestWebhook(t.Context(), stranger, all.ID)),
		"log":    second(o.DB.WebhookDeliveries(t.Context(), stranger, all.ID, store.DeliveryFilter{})),
		"rotate": second(o.DB.RotateWebhook(t.Context(), stranger, all.ID, []byte("x"), 0)), "edit": second(o.DB.EditWebhook(t.Context(), stranger, all.ID, store.WebhookEdit{})),
	} {
		if factcheck.CodeOf(err) != factcheck.CodeNotFound {
			t.Errorf("%s of another key's webhook: got %v, want not found", name, err)
		}
	}
	if list, err := o.DB.Webhooks(t.Context(), o.Admin); err != nil || len(list) != 4 {
		t.Errorf("got %d webhooks for an admin, %v, want all 4", len(list), err)
	}
	if _, err := o.DB.Webhooks(t.Context(), o.Editor); factcheck.CodeOf(err) != factcheck.CodeForbidden {
		t.Errorf("got %v for an editor, want forbidden", err)
	}
	o.Published(t, "The river is dry.", "False")
	must(t, o.DB.RevokeKey(t.Context(), o.Admin, o.keyID))
	o.drain(t)
	if got := len(r.take()); got != 0 {
		t.Errorf("got %d messages for a revoked key", got)
	}
}

func second[T any](_ T, err error) error { return err }

// A program that is killed in the middle leaves its delivery to whoever comes when its lease has ended; until then nobody touches it.
func TestAKilledProgramsDeliveriesAreSentByAnother(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	o := newOffice(t, r)
	w, _ := o.create(t, store.WebhookInput{URL: r.URL})
	v := o.Published(t, "The mayor has resigned.", "False")
	o.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "More is known.")
	_, err := o.DB.QueueWebhooks(t.Context(), factcheck.System())
	must(t, err)
	lease, found, err := o.DB.TakeWebhook(t.Context(), factcheck.System(), 45*time.Second)
	if err != nil || !found {
		t.Fatalf("got %v, %v", found, err)
	}
	due, err := o.DB.BeginDeliveries(t.Context(), factcheck.System(), lease, 45*time.Second, 10)
	if err != nil || len(due) != 1 {
		t.Fatalf("got %v, %v, want the first change alone", due, err)
	}
	o.drain(t)
	if got := len(r.take()); got != 0 {
		t.Errorf("got %d messages while another program has the webhook", got)
	}
	o.Clock.Advance(time.Minute)
	// Two nodes at once share the work, and do none twice.
	other := o.node(t, r)
	for i := range 6 {
		o.Published(t, fmt.Sprintf("Claim number %d.", i), "True")
	}
	var nodes sync.WaitGroup
	for _, h := range []*webhook.Hooks{o.hooks, other} {
		nodes.Go(func() {
			for range 3 {
				if err := h.Drain(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	nodes.Wait()
	o.drain(t)
	got := seqs(r.take())
	if i, j := slices.Index(got, 1), slices.Index(got, 2); i > j || i < 0 {
		t.Errorf("got %v, want 1 before 2", got)
	}
	slices.Sort(got)
	if !slices.Equal(got, []int64{1, 2, 3, 4, 5, 6, 7, 8}) {
		t.Errorf("got %v, want each change once", got)
	}
	for _, d := range o.deliveries(t, w.ID) {
		if d.Seq == 1 && (len(d.Attempts) != 2 || d.Attempts[1].Took != nil) {
			t.Errorf("got %+v, want the attempt that was broken off in the log", d.Attempts)
		}
	}
	// What the killed program would say now is not believed.
	must(t, o.DB.EndAttempt(t.Context(), factcheck.System(), lease, store.AttemptEnd{OutDelivery: due[0], Dead: true}))
	if list := o.deliveries(t, w.ID); list[len(list)-1].State != store.DeliveryDelivered && list[0].State != store.DeliveryDelivered {
		t.Errorf("got %+v", list)
	}
}

func TestRunSendsWhatIsPublishedWhileItRuns(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	o := newOffice(t, r)
	o.create(t, store.WebhookInput{URL: r.URL})
	came := make(chan int64, 10)
	r.behave(func(_ http.ResponseWriter, m message) { came <- m.Data.Seq })
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- o.hooks.Run(ctx) }()
	o.Published(t, "The mayor has resigned.", "False")
	o.hooks.Wake()
	select {
	case seq := <-came:
		if seq != 1 {
			t.Errorf("got change %d, want 1", seq)
		}
	case <-time.After(20 * time.Second):
		t.Error("nothing came")
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
