package store_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// withApp gives a person a password and an app whose last code was that of step 100.
func withApp(t *testing.T, env *storetest.Env, who factcheck.Actor) {
	t.Helper()
	in := must[store.SignedIn](t)(env.DB.SessionActor(t.Context(), signedIn(t, env, who)))
	_, codes, err := env.DB.SetApp(t.Context(), who, store.AppInput{Session: in.Session, Sealed: make([]byte, 64), Step: 100, Codes: [][32]byte{{1}, {2}}})
	if err != nil || !codes {
		t.Fatalf("got codes kept %v, %v", codes, err)
	}
}

func TestSessionTakesWhatTheAccountAsksFor(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	withApp(t, env, env.Checker)
	for _, tt := range []struct {
		name  string
		proof store.Proof
		code  factcheck.Code
	}{
		{"a password alone", store.Proof{Password: madeHash}, factcheck.CodeForbidden},
		{"a code alone", store.Proof{Step: 101}, factcheck.CodeForbidden},
		{"a recovery code alone", store.Proof{Recovery: [32]byte{1}}, factcheck.CodeForbidden},
		{"nothing", store.Proof{}, factcheck.CodeUnauthenticated},
		{"the last code again", store.Proof{Password: madeHash, Step: 100}, factcheck.CodeUnauthenticated},
		{"an earlier code", store.Proof{Password: madeHash, Step: 99}, factcheck.CodeUnauthenticated},
		{"a code with another password", store.Proof{Password: madeHash + "x", Step: 102}, factcheck.CodeUnauthenticated},
		{"no recovery code of theirs", store.Proof{Password: madeHash, Recovery: [32]byte{9}}, factcheck.CodeUnauthenticated},
		{"a passkey that is not there", store.Proof{Passkey: store.PasskeyUse{ID: factcheck.PasskeyID{1}, SignCount: 1, Expires: env.Clock.Now().Add(time.Hour)}}, factcheck.CodeUnauthenticated},
		{"a code", store.Proof{Password: madeHash, Step: 101}, ""},
		{"a recovery code", store.Proof{Password: madeHash, Recovery: [32]byte{1}}, ""},
		{"it again", store.Proof{Password: madeHash, Recovery: [32]byte{1}}, factcheck.CodeUnauthenticated},
	} {
		token, err := env.DB.BeginSession(t.Context(), env.Checker, store.SessionInput{Proof: tt.proof})
		if factcheck.CodeOf(err) != tt.code || (token == "") != (err != nil) {
			t.Errorf("%s: got %v, want code %q", tt.name, err, tt.code)
		}
	}
}

// Of a code that many processes take at the same moment, one session comes.
func TestACodeIsGoodOnceForAll(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	withApp(t, env, env.Checker)
	for name, proof := range map[string]store.Proof{"code": {Password: madeHash, Step: 101}, "recovery code": {Password: madeHash, Recovery: [32]byte{2}}} {
		var in atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, err := env.DB.BeginSession(t.Context(), env.Checker, store.SessionInput{Proof: proof}); err == nil {
					in.Add(1)
				} else if factcheck.CodeOf(err) != factcheck.CodeUnauthenticated {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if in.Load() != 1 {
			t.Errorf("%s: got %d sessions, want one", name, in.Load())
		}
	}
}

func TestConfirmingRenewsTheSession(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	token := signedIn(t, env, env.Checker)
	in := must[store.SignedIn](t)(env.DB.SessionActor(t.Context(), token))
	before := must[[]store.Session](t)(env.DB.Sessions(t.Context(), env.Checker))[0]
	env.Clock.Advance(store.ProofLife)
	if in := must[store.SignedIn](t)(env.DB.SessionActor(t.Context(), token)); in.Fresh {
		t.Error("the proof does not grow old")
	}
	_, err := env.DB.ConfirmSession(t.Context(), env.Checker, in.Session, store.Proof{})
	wantCode(t, err, factcheck.CodeUnauthenticated)
	_, err = env.DB.ConfirmSession(t.Context(), env.Editor, in.Session, store.Proof{Password: madeHash})
	wantCode(t, err, factcheck.CodeUnauthenticated)
	fresh := must[string](t)(env.DB.ConfirmSession(t.Context(), env.Checker, in.Session, store.Proof{Password: madeHash}))
	_, err = env.DB.SessionActor(t.Context(), token)
	wantCode(t, err, factcheck.CodeUnauthenticated)
	if in := must[store.SignedIn](t)(env.DB.SessionActor(t.Context(), fresh)); !in.Fresh {
		t.Error("the proof is not noted")
	}
	after := must[[]store.Session](t)(env.DB.Sessions(t.Context(), env.Checker))
	if len(after) != 1 || !after[0].CreatedAt.Equal(before.CreatedAt) || !after[0].ExpiresAt.Equal(before.ExpiresAt) || after[0].UserAgent != before.UserAgent {
		t.Errorf("got %+v, want the age and end of %+v: no proof prolongs a session", after, before)
	}
	_, err = env.DB.ConfirmSession(t.Context(), env.Checker, in.Session, store.Proof{Password: madeHash})
	wantCode(t, err, factcheck.CodeNotFound)
}

func TestFactorsComeAndGo(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	withApp(t, env, env.Checker)
	own := must[store.OwnFactors](t)(env.DB.OwnFactors(ctx, env.Checker))
	if own.App == nil || own.Codes != 2 || own.CodesLeft != 2 {
		t.Errorf("got %+v", own)
	}
	ok(t, env.DB.RemoveApp(ctx, env.Checker))
	wantCode(t, env.DB.RemoveApp(ctx, env.Checker), factcheck.CodeNotFound)
	wantCode(t, env.DB.NewRecoveryCodes(ctx, env.Checker, [][32]byte{{3}}), factcheck.CodeConflict)
	if own = must[store.OwnFactors](t)(env.DB.OwnFactors(ctx, env.Checker)); own.App != nil || own.Codes != 0 {
		t.Errorf("got %+v, want nothing left: recovery codes go with the last factor", own)
	}
	wantCode(t, env.DB.DropFactors(ctx, env.Editor, env.Checker.Person), factcheck.CodeForbidden)
	for _, action := range []string{"account.app", "account.app_remove"} {
		if n := audited(t, env, action, env.Checker.Person); n != 1 {
			t.Errorf("%s: got %d audit entries, want 1", action, n)
		}
	}
	rules, revision, err := env.DB.SignInRules(ctx, env.Checker)
	if err != nil || rules.RequireSecondFactor || revision != 0 {
		t.Errorf("got %+v at %d, %v", rules, revision, err)
	}
	wantCode(t, env.DB.EditSignInRules(ctx, env.Editor, 0, store.SignInRules{RequireSecondFactor: true}), factcheck.CodeForbidden)
	ok(t, env.DB.EditSignInRules(ctx, factcheck.Operator(), 0, store.SignInRules{RequireSecondFactor: true}))
	wantCode(t, env.DB.EditSignInRules(ctx, factcheck.Operator(), 0, store.SignInRules{}), factcheck.CodeConflict)
	if in := must[store.SignedIn](t)(env.DB.SessionActor(ctx, signedIn(t, env, env.Editor))); !in.MustSetUp {
		t.Error("who has none need not set one up")
	}
}
