package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// TestFollowersUnderFireEndWithWhatIsPublished is soakFire in small.
func TestFollowersUnderFireEndWithWhatIsPublished(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	env.Published(t, "It was there before.", "True")
	owner, err := pgx.Connect(t.Context(), env.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close(t.Context()) //nolint:errcheck // nothing is lost with it
	f := &fire{Fixture: &Fixture{DB: env.DB, Checker: env.Checker, Editor: env.Editor, Scale: env.Scale}, acts: 2, partners: 3, hooks: 1, owner: "edda@desk.example", quiet: time.Minute}
	f.start = func(ctx context.Context, name string, more ...string) (*program, error) {
		return startProgram(ctx, Options{Program: builtProgram}, "serve", append(more, "DATABASE_URL="+env.URL+"&application_name="+name,
			"TOUCHSTONE_MIGRATE_URL="+env.OwnerURL, "TOUCHSTONE_DATA_DIR="+t.TempDir())...)
	}
	// What the killed node had to send is another's after 45 seconds; here after two. The other one renews what it has with every
	// message.
	f.expire = func(ctx context.Context) error {
		_, err := owner.Exec(ctx, `DO $$
			DECLARE
				old webhooks[] := ARRAY(SELECT w FROM webhooks w);
			BEGIN
				COMMIT;
				PERFORM pg_sleep(2);
				UPDATE webhooks w SET lease = NULL, leased_until = NULL FROM unnest(old) o WHERE o.id = w.id AND o.lease = w.lease AND o.leased_until = w.leased_until;
			END $$`)
		return err
	}
	var out bytes.Buffer
	found, err := f.burn(t.Context(), newProgress(Options{Out: &out}, "acts", f.acts*fireDesks))
	if err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	t.Log(found)
	if want := "32 acts from 16 desks"; !strings.Contains(found, want) {
		t.Errorf("found: got %q, want it to say %q", found, want)
	}
}

func TestFireFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	one, other := json.RawMessage(`{"id":"a","seq":1}`), json.RawMessage(`{"id":"a","seq":2}`)
	truth := map[string]any{"a": map[string]any{"id": "a", "seq": json.Number("1")}}
	for name, c := range map[string]struct {
		held map[string]json.RawMessage
		want string
	}{
		"what is true":  {map[string]json.RawMessage{"a": one}, ""},
		"old":           {map[string]json.RawMessage{"a": other}, "of a it has"},
		"missing":       {nil, "of a it has"},
		"public before": {map[string]json.RawMessage{"a": one, "b": one}, "it has b, which is not public"},
	} {
		err := holds(truth, c.held)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
	f := &fire{}
	p := newPartner(f, 0)
	if err := p.take(told{Seq: 2, ClaimID: "a", Claim: one}); err == nil {
		t.Error("a partner that misses a change: got no error")
	}
	r := &receiver{fire: f, held: map[string]json.RawMessage{}, last: map[string]int64{}, seen: map[int64]bool{}}
	for _, message := range []string{`{"data":{"seq":2,"claim_id":"a","claim":{}}}`, `{"data":{"seq":3,"claim_id":"b","claim":{}}}`, `{"data":{"seq":2,"claim_id":"a","claim":null}}`} {
		if r.take([]byte(message)); r.wrong != nil {
			t.Errorf("after %s: got %v, want nothing wrong", message, r.wrong)
		}
	}
	if r.take([]byte(`{"data":{"seq":1,"claim_id":"a","claim":{}}}`)); r.wrong == nil || r.again != 1 {
		t.Errorf("a message that is older than the one before: got %v and %d again, want an error and one", r.wrong, r.again)
	}
}
