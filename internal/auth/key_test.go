package auth

import (
	"crypto/sha256"
	"regexp"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

func TestNewKey(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^ts_[0-9A-Za-z]{43}$`)
	seen := map[string]bool{}
	for range 1000 {
		k := NewKey()
		if !form.MatchString(k.Secret) || k.Hint != k.Secret[:7] {
			t.Fatalf("got key %q with hint %q", k.Secret, k.Hint)
		}
		hash, err := HashKey(k.Secret)
		if err != nil || hash != k.Hash || hash != sha256.Sum256([]byte(k.Secret)) {
			t.Fatalf("%s: got hash %x, %v; want %x", k.Secret, hash, err, k.Hash)
		}
		seen[k.Secret] = true
	}
	if len(seen) != 1000 {
		t.Errorf("got %d different keys of 1000", len(seen))
	}
}

// Every slip of a single character and every swap of neighbours is noticed without asking the database.
func TestMistypedKeyIsToldAtOnce(t *testing.T) {
	t.Parallel()
	key := NewKey().Secret
	for i := len(keyPrefix); i < len(key); i++ {
		for _, r := range []byte("0aZ9") {
			if wrong := key[:i] + string(r) + key[i+1:]; wrong != key {
				wantUnknown(t, wrong)
			}
		}
		if i+1 < len(key) && key[i] != key[i+1] {
			wantUnknown(t, key[:i]+key[i+1:i+2]+key[i:i+1]+key[i+2:])
		}
	}
	for _, wrong := range []string{
		"", "ts_", key[:45], key + "0", key + "\n", " " + key, "TS_" + key[3:], "tx_" + key[3:], key[3:], key[:20] + "-" + key[21:],
		key[:20] + "é" + key[22:], strings.Repeat("ts_", 1_000_000),
	} {
		wantUnknown(t, wrong)
	}
}

func wantUnknown(t *testing.T, key string) {
	t.Helper()
	hash, err := HashKey(key)
	if factcheck.CodeOf(err) != factcheck.CodeUnauthenticated || hash != [32]byte{} {
		t.Errorf("%.60q: got %x, %v; want %s", key, hash, err, factcheck.CodeUnauthenticated)
	}
	if err != nil && len(key) > 3 && strings.Contains(err.Error(), key) {
		t.Error("the error repeats the key")
	}
}

func FuzzHashKey(f *testing.F) {
	f.Add(NewKey().Secret)
	f.Add("ts_")
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := HashKey(s); err == nil && (len(s) != 46 || s[40:] != checkDigits(s[:40])) {
			t.Errorf("%q is taken for a key", s)
		}
	})
}
