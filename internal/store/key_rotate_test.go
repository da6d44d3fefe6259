package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func TestKeyIsRotatedWithoutAGap(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	id, first, err := env.DB.CreateKey(ctx, env.Admin, store.KeyInput{Name: "x", Scopes: []factcheck.Scope{factcheck.ScopeFile}, Owner: "carla@desk.example", Burst: 100})
	if err != nil {
		t.Fatal(err)
	}
	valid := func(when, secret string, want bool) {
		t.Helper()
		h, err := env.DB.KeyHolder(ctx, secret)
		if (err == nil) != want || want && (h.Key != id || h.Actor.Person != env.Checker.Person || h.Burst != 100 || h.Daily != 0) {
			t.Errorf("%s: got %+v, %v; want it valid: %v", when, h, err, want)
		}
	}
	valid("before", first, true)
	second := must[string](t)(env.DB.RotateKey(ctx, env.Admin, id, time.Hour))
	if k := must[store.Key](t)(env.DB.Key(ctx, env.Admin, id)); !k.OldValid || k.OldUsedAt != nil || k.OldHint != first[:7] || k.Hint != second[:7] || k.RotatedAt == nil {
		t.Errorf("got %+v, want the old secret valid and not used", k)
	}
	valid("overlapping", second, true)
	valid("overlapping", first, true)
	if k := must[store.Key](t)(env.DB.Key(ctx, env.Admin, id)); k.OldUsedAt == nil {
		t.Error("the use of the old secret was not noted")
	}
	env.Clock.Advance(time.Hour)
	valid("after the overlap", first, false)
	valid("after the overlap", second, true)
	third := must[string](t)(env.DB.RotateKey(ctx, env.Admin, id, time.Hour))
	if k := must[store.Key](t)(env.DB.Key(ctx, env.Admin, id)); k.OldUsedAt != nil {
		t.Error("the use of the first secret is taken for one of the second")
	}
	fourth := must[string](t)(env.DB.RotateKey(ctx, env.Admin, id, time.Hour))
	valid("rotated twice", second, false)
	valid("rotated twice", third, true)
	for range 2 {
		if err := env.DB.EndOldSecret(ctx, env.Admin, id); err != nil {
			t.Fatal(err)
		}
	}
	valid("ended early", third, false)
	valid("ended early", fourth, true)
	fifth := must[string](t)(env.DB.RotateKey(ctx, env.Admin, id, 0))
	valid("without overlap", fourth, false)
	valid("without overlap", fifth, true)
	if got := [2]int{audited(t, env, "key.rotate", id), audited(t, env, "key.end_old", id)}; got != [2]int{4, 1} {
		t.Errorf("got %v audit entries, want 4 and 1", got)
	}
	for _, overlap := range []time.Duration{-1, store.MaxOverlap + 1} {
		_, err := env.DB.RotateKey(ctx, env.Admin, id, overlap)
		wantCode(t, err, factcheck.CodeInvalid)
	}
	sixth := must[string](t)(env.DB.RotateKey(ctx, env.Admin, id, time.Hour))
	if err := env.DB.RevokeKey(ctx, env.Admin, id); err != nil {
		t.Fatal(err)
	}
	valid("revoked", fifth, false)
	valid("revoked", sixth, false)
	wantKeyIsOver(t, env, id)
	raw := sqlConn(t, env.URL)
	for what, q := range map[string]string{
		"a secret without a rotation": `UPDATE keys SET revoked_at = revoked_at, hash = sha256('x')`,
		"an end that moves away":      `UPDATE keys SET previous_until = previous_until + interval '1 day'`,
		"a secret that comes back":    `UPDATE keys SET previous_hash = sha256('x')`,
	} {
		_, err := raw.Exec(ctx, q)
		wantSQLState(t, what, err, "23000")
	}
}

// wantKeyIsOver tries everything with a key that was revoked, and with who may not.
func wantKeyIsOver(t *testing.T, env *storetest.Env, id factcheck.KeyID) {
	t.Helper()
	for _, c := range []struct {
		actor factcheck.Actor
		id    factcheck.KeyID
		code  factcheck.Code
	}{{env.Admin, id, factcheck.CodeConflict}, {env.Admin, factcheck.KeyID{1}, factcheck.CodeNotFound}, {env.Editor, id, factcheck.CodeForbidden}} {
		_, err := env.DB.RotateKey(t.Context(), c.actor, c.id, 0)
		wantCode(t, err, c.code)
		wantCode(t, env.DB.EndOldSecret(t.Context(), c.actor, c.id), c.code)
		wantCode(t, env.DB.ChangeKey(t.Context(), c.actor, c.id, store.KeyChange{}), c.code)
	}
}

func TestKeyEndsAndIsLimitedAsItWasSaidLast(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	id, secret, err := env.DB.CreateKey(ctx, env.Admin, store.KeyInput{Name: "x", Scopes: []factcheck.Scope{factcheck.ScopeRead}, ExpiresAt: env.Clock.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	env.Clock.Advance(time.Hour)
	_, err = env.DB.KeyHolder(ctx, secret)
	wantCode(t, err, factcheck.CodeUnauthenticated)
	_, err = env.DB.RotateKey(ctx, env.Admin, id, 0)
	wantCode(t, err, factcheck.CodeConflict)
	if err := env.DB.ChangeKey(ctx, env.Admin, id, store.KeyChange{Burst: 7, Daily: 70}); err != nil {
		t.Fatal(err)
	}
	h, err := env.DB.KeyHolder(ctx, secret)
	if err != nil || h.Burst != 7 || h.Daily != 70 {
		t.Errorf("got %+v, %v; want it back, with 7 a minute and 70 a day", h, err)
	}
	for field, to := range map[string]store.KeyChange{
		"expires": {ExpiresAt: env.Clock.Now()}, "burst": {Burst: store.MaxBurst + 1}, "daily": {Daily: -1},
	} {
		err := env.DB.ChangeKey(ctx, env.Admin, id, to)
		wantCode(t, err, factcheck.CodeInvalid)
		var e *factcheck.Error
		if errors.As(err, &e); e == nil || e.Field != field {
			t.Errorf("got %+v, want the field %q named", e, field)
		}
	}
	if n := audited(t, env, "key.change", id); n != 1 {
		t.Errorf("got %d audit entries, want 1", n)
	}
}
