package auth

import (
	"crypto/sha256"
	"strings"
	"testing"
)

func TestTokensAreRandomAndHashed(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		token := NewToken()
		hash, ok := HashToken(token)
		if !ok || len(token) != 43 || hash != sha256.Sum256([]byte(token)) {
			t.Fatalf("got token %q with %v and hash %x, want 43 characters and their SHA-256", token, ok, hash)
		}
		seen[token] = true
	}
	if len(seen) != 1000 {
		t.Errorf("got %d different tokens of 1000", len(seen))
	}
}

func TestWhatIsNoTokenIsNotLookedUp(t *testing.T) {
	t.Parallel()
	good := NewToken()
	for _, text := range []string{"", good[1:], good + "A", good[:42] + "=", good[:42] + " ", strings.Repeat("é", 22)[:43], good[:20] + "\n" + good[21:], strings.Repeat("A", 1<<20)} {
		if hash, ok := HashToken(text); ok || hash != [32]byte{} {
			t.Errorf("%.60q is taken for a token", text)
		}
	}
}

func TestFormTokenBelongsToItsSession(t *testing.T) {
	t.Parallel()
	a, b := NewToken(), NewToken()
	if !FormTokenOf(a, FormToken(a)) {
		t.Error("a session's own form token is refused")
	}
	for _, sent := range []string{"", FormToken(b), a, FormToken(a) + "A"} {
		if FormTokenOf(a, sent) {
			t.Errorf("%q is taken for the form token of another", sent)
		}
	}
	if FormTokenOf("", FormToken("")) {
		t.Error("nobody has a form token")
	}
	if strings.Contains(FormToken(a), a) {
		t.Error("the form token tells the session's")
	}
}
