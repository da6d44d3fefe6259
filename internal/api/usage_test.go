package api_test

import (
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// Every call with a key is counted under it, whatever became of it; none without one, and of a private look-up only that
// there was a call.
func TestCallsAreCountedByKey(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	id, key, err := env.DB.CreateKey(t.Context(), env.Admin, store.KeyInput{Name: "partner", Scopes: []factcheck.Scope{factcheck.ScopeRead}, Burst: 12})
	if err != nil {
		t.Fatal(err)
	}
	nodes := [2]*partner{serve(t, env), serve(t, env)}
	for i, path := range []string{
		"/claims", "/claims?foo=1", "/claims/claim_01h455vb4pex5vsknk084sn02q", "/url-hashes/b5b", "/url-hashes/b5b", "/changes?after=0", "/changes?after=0&wait=1", "/status", "/nothing",
	} {
		nodes[i%2].get(path, "Authorization", "Bearer "+key)
	}
	nodes[0].get("/claims") // nobody's
	nodes[0].get("/claims", "Authorization", "Bearer "+key[:10])
	nodes[0].do("OPTIONS", "/api/v1/claims", "Authorization", "Bearer "+key)
	refused := 0
	for i := range 8 {
		if nodes[i%2].get("/status", "Authorization", "Bearer "+key).StatusCode == http.StatusTooManyRequests {
			refused++
		}
	}
	day := env.Clock.Now().Truncate(24 * time.Hour)
	span, err := store.UsageSpanOf(day, day.Add(24*time.Hour), nil)
	if err != nil {
		t.Fatal(err)
	}
	use, err := env.DB.KeyUsage(t.Context(), env.Admin, id, span)
	if err != nil {
		t.Fatal(err)
	}
	type counted struct{ Calls, Refused, Limited, Timed int64 }
	got := map[factcheck.Operation]counted{}
	for _, r := range use.ByOperation() {
		c := counted{Calls: r.Calls, Refused: r.Refused, Limited: r.Limited}
		for _, n := range r.Latency {
			c.Timed += n
		}
		got[r.Operation] = c
	}
	want := map[factcheck.Operation]counted{
		factcheck.OperationSearch: {2, 1, 0, 2}, factcheck.OperationClaim: {1, 1, 0, 1}, factcheck.OperationChanges: {2, 0, 0, 2},
		factcheck.OperationOther: {4 + 8, 1, int64(refused), 2 + 8 - int64(refused)},
	}
	if diff := cmp.Diff(want, got); diff != "" || refused < 3 || refused > 7 {
		t.Errorf("%d refused for asking too much, -want +got:\n%s", refused, diff)
	}
	if total := use.Total(); total.Burst != 1000 || total.Latency.Quantile(1) > 900*time.Millisecond {
		t.Errorf("got %d thousandths of the limit and %v for the slowest, want all of it, and no waiting in the time", total.Burst, total.Latency.Quantile(1))
	}
}

// What a key that ends was given to wait for ends within a second on every node: streams, also idle ones, and waits, whether it was
// revoked, ended by itself, was replaced, or its owner was disabled.
func TestWhatLastsEndsWithItsKey(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	env.Published(t, "The mayor has resigned.", "False")
	nodes := [2]*partner{serve(t, env), serve(t, env)}
	for name, end := range map[string]func(factcheck.KeyID) error{
		"revoked":  func(id factcheck.KeyID) error { return env.DB.RevokeKey(ctx, env.Admin, id) },
		"replaced": func(id factcheck.KeyID) error { _, err := env.DB.RotateKey(ctx, env.Admin, id, 0); return err },
		"ended":    func(factcheck.KeyID) error { env.Clock.Advance(time.Hour); return nil },
		"disabled": func(factcheck.KeyID) error { return env.DB.DisablePerson(ctx, env.Admin, env.Checker2.Person) },
	} {
		in := store.KeyInput{Name: name, Scopes: []factcheck.Scope{factcheck.ScopeRead}, ExpiresAt: env.Clock.Now().Add(time.Hour)}
		if name == "disabled" {
			in.Owner = "chen@desk.example"
		}
		id, key, err := env.DB.CreateKey(ctx, env.Admin, in)
		if err != nil {
			t.Fatal(err)
		}
		ends := make(chan error, 4)
		for _, p := range nodes {
			eventually(t, "the node knows the head", 20*time.Second, func() bool { return p.live.State().Fresh && p.live.State().Seq == 1 })
			s := p.follow("?after=1", "Authorization", "Bearer "+key)
			go func() {
				_, err := io.Copy(io.Discard, s.in)
				ends <- err
			}()
			go func() {
				if got := p.get("/changes?after=1&wait=30", "Authorization", "Bearer "+key); got.StatusCode != http.StatusUnauthorized {
					ends <- errors.New("a wait was answered with " + got.Status)
					return
				}
				ends <- nil
			}()
		}
		eventually(t, "all wait", 20*time.Second, func() bool { return nodes[0].api.Waiting()+nodes[1].api.Waiting() == 4 })
		began := time.Now()
		if err := end(id); err != nil {
			t.Fatal(err)
		}
		for range cap(ends) {
			if err := <-ends; err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		// The promise is a second; a machine that is busy with other tests is given five, which a heart-beat is not.
		took := time.Since(began)
		t.Logf("%s: two streams and two waits on two nodes ended within %v", name, took)
		if took > 5*time.Second {
			t.Errorf("%s: it took %v until all had ended, want less than a second", name, took)
		}
	}
}
