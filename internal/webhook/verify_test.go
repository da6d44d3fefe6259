package webhook_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// signed is a message with the secret that it is verified with.
type signed struct {
	Secret  string            `json:"secret"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

func signedWith(m message, secret string) signed {
	s := signed{Secret: secret, Headers: map[string]string{}, Body: string(m.raw)}
	for _, name := range []string{"webhook-id", "webhook-timestamp", "webhook-signature"} {
		s.Headers[name] = m.header.Get(name)
	}
	return s
}

// verifiedByNode asks the npm package standardwebhooks, pinned in .ci/node.
func verifiedByNode(t *testing.T, list ...signed) []bool {
	t.Helper()
	modules, err := filepath.Abs("../../.tools/node/node_modules")
	if err != nil {
		t.Fatal(err)
	}
	node, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat(filepath.Join(modules, "standardwebhooks"))
	}
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("the verifier is not here (%v): .ci/install node installs it", err)
		}
		t.Skipf("the verifier is not here (%v): .ci/install node installs it", err)
	}
	in, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, "testdata/verify.js")
	cmd.Env, cmd.Stdin = append(os.Environ(), "NODE_PATH="+modules), bytes.NewReader(in)
	out, err := cmd.Output()
	var got []bool
	if err == nil {
		err = json.Unmarshal(out, &got)
	}
	if err != nil {
		t.Fatalf("node: %v: %s", err, out)
	}
	return got
}

// TestPartnersInJavaScriptVerify holds what is really sent to the verifier that partners in JavaScript use, before, while and after a
// secret is rotated.
func TestPartnersInJavaScriptVerify(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	o := newOffice(t, r)
	w, first := o.create(t, store.WebhookInput{URL: r.URL})
	o.Published(t, "The mayor has resigned — «¿de verdad?» نعم.", "False")
	o.drain(t)
	before := r.take()
	_, second, err := o.hooks.Rotate(t.Context(), o.key, w.ID, time.Hour)
	must(t, err)
	o.Published(t, "The bridge is closed.", "False")
	o.drain(t)
	while := r.take()
	o.Clock.Advance(2 * time.Hour)
	o.Published(t, "The river is dry.", "False")
	o.drain(t)
	after := r.take()
	if len(before) != 1 || len(while) != 1 || len(after) != 1 {
		t.Fatalf("got %d, %d and %d messages, want one each", len(before), len(while), len(after))
	}
	changed, renamed := signedWith(before[0], first), signedWith(before[0], first)
	changed.Body = changed.Body[:len(changed.Body)-1] + " }"
	renamed.Headers["webhook-id"] = while[0].id
	got := verifiedByNode(t, signedWith(before[0], first), signedWith(while[0], first), signedWith(while[0], second), signedWith(after[0], second),
		signedWith(after[0], first), signedWith(before[0], second), changed, renamed)
	if want := []bool{true, true, true, true, false, false, false, false}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v: good are the first before, both while it is rotated, the second afterwards; nothing that was changed", got, want)
	}
}
