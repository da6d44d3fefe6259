package auth

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

const good = "kelp mast pine drum"

func TestPasswordIsVerified(t *testing.T) {
	t.Parallel()
	p := NewPasswords(2)
	hash, err := p.Hash(t.Context(), good, "Carla")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(hash, good) {
		t.Errorf("got hash %s", hash)
	}
	for in, want := range map[string]bool{good: true, "Kelp mast pine drum": false, good + " ": false, "": false, strings.Repeat("x", 1<<20): false} {
		if got, err := p.Verify(t.Context(), hash, in); err != nil || got != want {
			t.Errorf("Verify(%.30q) = %v, %v; want %v", in, got, err, want)
		}
	}
	other, err := p.Hash(t.Context(), good)
	if err != nil || other == hash {
		t.Errorf("two hashes of one password are the same: no salt (%v)", err)
	}
	if Outdated(hash) {
		t.Error("a new hash is outdated")
	}
}

// The reference implementation's own example (phc-winner-argon2, test.c): another program's hashes are understood.
func TestVerifyReadsHashesOfOtherPrograms(t *testing.T) {
	t.Parallel()
	const foreign = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	p := NewPasswords(1)
	if ok, err := p.Verify(t.Context(), foreign, "password"); err != nil || !ok {
		t.Errorf("got %v, %v; want the right password", ok, err)
	}
	if !Outdated(foreign) {
		t.Error("a hash of another cost is not outdated")
	}
}

func TestPasswordOfNobodyIsNeverRight(t *testing.T) {
	t.Parallel()
	p := NewPasswords(1)
	for _, in := range []string{"", good, strings.Repeat("\x00", 32)} {
		if ok, err := p.Verify(t.Context(), "", in); err != nil || ok {
			t.Errorf("%q: got %v, %v; want no", in, ok, err)
		}
	}
}

func TestHashRefusesWeakPasswords(t *testing.T) {
	t.Parallel()
	p := NewPasswords(1)
	for _, in := range []string{"short", "password1234", "wintermantel1", "ada@daily.example", "ada@daily.example1", "Wintermantel@daily"} {
		if hash, err := p.Hash(t.Context(), in, "Carla Wintermantel", "ada@daily.example"); factcheck.CodeOf(err) != factcheck.CodeInvalid || hash != "" {
			t.Errorf("%q: got %q, %v", in, hash, err)
		}
	}
}

func TestComposedAndDecomposedLettersAreOnePassword(t *testing.T) {
	t.Parallel()
	p := NewPasswords(1)
	hash, err := p.Hash(t.Context(), "zw\u00f6lf Boxk\u00e4mpfer")
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := p.Verify(t.Context(), hash, "zwo\u0308lf Boxka\u0308mpfer"); err != nil || !ok {
		t.Errorf("got %v, %v; want yes", ok, err)
	}
}

func TestDamagedHashIsAnError(t *testing.T) {
	t.Parallel()
	p := NewPasswords(1)
	salt, tag := "c29tZXNhbHQ", "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	for _, hash := range []string{
		"x", "$", "$argon2id$v=19$m=19456,t=2,p=1$" + salt, "$argon2i$v=19$m=19456,t=2,p=1$" + salt + "$" + tag,
		"$argon2id$v=16$m=19456,t=2,p=1$" + salt + "$" + tag, "$argon2id$v=19$m=19456$" + salt + "$" + tag,
		"$argon2id$v=19$m=4294967295,t=2,p=1$" + salt + "$" + tag, "$argon2id$v=19$m=19456,t=4000000,p=1$" + salt + "$" + tag,
		"$argon2id$v=19$m=19456,t=0,p=1$" + salt + "$" + tag, "$argon2id$v=19$m=19456,t=2,p=0$" + salt + "$" + tag,
		"$argon2id$v=19$m=19456,t=2,p=1$!$" + tag, "$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$eA", "$argon2id$v=19$m=-1,t=2,p=1$" + salt + "$" + tag,
		"$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
	} {
		if ok, err := p.Verify(t.Context(), hash, good); err == nil || ok {
			t.Errorf("%s: got %v, %v; want an error", hash, ok, err)
		}
		if !Outdated(hash) {
			t.Errorf("%s is not outdated", hash)
		}
	}
}

func TestHashesWaitTheirTurn(t *testing.T) {
	t.Parallel()
	p := NewPasswords(2)
	p.slots <- struct{}{}
	p.slots <- struct{}{} // both are taken
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := p.Hash(ctx, good); factcheck.CodeOf(err) != factcheck.CodeUnavailable {
		t.Errorf("hash: got %v, want %s", err, factcheck.CodeUnavailable)
	}
	if _, err := p.Verify(ctx, "", good); factcheck.CodeOf(err) != factcheck.CodeUnavailable {
		t.Errorf("verify: got %v, want %s", err, factcheck.CodeUnavailable)
	}
	<-p.slots
	<-p.slots
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if _, err := p.Verify(t.Context(), "", good); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(p.slots) != 0 {
		t.Errorf("%d slots were not given back", len(p.slots))
	}
}

func BenchmarkVerify(b *testing.B) {
	p := NewPasswords(1)
	for b.Loop() {
		if _, err := p.Verify(b.Context(), "", good); err != nil {
			b.Fatal(err)
		}
	}
}
