package store_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func TestKeyIsShownOnceAndStoredNowhere(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	id, secret, err := env.DB.CreateKey(ctx, env.Admin, store.KeyInput{
		Name: " Partner\nfeed ", Scopes: []factcheck.Scope{factcheck.ScopeManage}, Owner: "Edda@desk.example", Publisher: "https://www.desk.example/",
	})
	if err != nil {
		t.Fatal(err)
	}
	all, err := env.DB.Keys(ctx, factcheck.Operator())
	if err != nil || len(all) != 1 {
		t.Fatalf("got %+v, %v", all, err)
	}
	k := all[0]
	if k.ID != id || k.Name != "Partner feed" || k.Owner != "edda@desk.example" || k.Publisher != "desk.example" || !strings.HasPrefix(secret, k.Hint) || len(k.Hint) != 7 ||
		!slices.Equal(k.Scopes, []factcheck.Scope{factcheck.ScopeRead, factcheck.ScopeFile, factcheck.ScopeManage}) || k.LastUsedAt != nil || k.RevokedAt != nil || k.Disabled {
		t.Errorf("got %+v", k)
	}
	actor, err := keyActor(ctx, env.DB, secret)
	if err != nil || actor.Kind != factcheck.ActorKey || actor.Person != env.Editor.Person || actor.Role != factcheck.RoleEditor || actor.Name != "Partner feed" {
		t.Errorf("got %+v, %v", actor, err)
	}
	for _, table := range []string{"keys", "audit", "actors"} {
		if n := ask[int](t, env, `SELECT count(*) FROM `+table+` x WHERE position($1 IN x::text) > 0`, secret[7:]); n != 0 {
			t.Errorf("the key is in the table %s", table)
		}
	}
	if n := audited(t, env, "key.create", id); n != 1 {
		t.Errorf("got %d audit entries, want 1", n)
	}
}

func TestCreateKeyRefuses(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	if err := env.DB.DisablePerson(ctx, env.Admin, env.Checker2.Person); err != nil {
		t.Fatal(err)
	}
	read, file, manage := []factcheck.Scope{factcheck.ScopeRead}, []factcheck.Scope{factcheck.ScopeFile}, []factcheck.Scope{factcheck.ScopeManage}
	for _, c := range []struct {
		name string
		in   store.KeyInput
		code factcheck.Code
	}{
		{"reading needs no owner", store.KeyInput{Name: "x", Scopes: read}, ""},
		{"reading with an owner", store.KeyInput{Name: "x", Scopes: read, Owner: "carla@desk.example"}, ""},
		{"a checker's filing", store.KeyInput{Name: "x", Scopes: file, Owner: "carla@desk.example"}, ""},
		{"an admin's managing", store.KeyInput{Name: "x", Scopes: manage, Owner: "ada@desk.example"}, ""},
		{"no name", store.KeyInput{Name: " ", Scopes: read}, factcheck.CodeInvalid},
		{"a long name", store.KeyInput{Name: strings.Repeat("x", 501), Scopes: read}, factcheck.CodeInvalid},
		{"no scope", store.KeyInput{Name: "x"}, factcheck.CodeInvalid},
		{"another scope", store.KeyInput{Name: "x", Scopes: []factcheck.Scope{"root"}}, factcheck.CodeInvalid},
		{"filing without an owner", store.KeyInput{Name: "x", Scopes: file}, factcheck.CodeInvalid},
		{"managing without an owner", store.KeyInput{Name: "x", Scopes: manage}, factcheck.CodeInvalid},
		{"a checker's managing", store.KeyInput{Name: "x", Scopes: manage, Owner: "carla@desk.example"}, factcheck.CodeInvalid},
		{"an owner nobody knows", store.KeyInput{Name: "x", Scopes: file, Owner: "nobody@desk.example"}, factcheck.CodeInvalid},
		{"a disabled owner", store.KeyInput{Name: "x", Scopes: file, Owner: "chen@desk.example"}, factcheck.CodeInvalid},
		{"a publisher nobody knows", store.KeyInput{Name: "x", Scopes: read, Publisher: "nobody.example"}, factcheck.CodeInvalid},
	} {
		id, secret, err := env.DB.CreateKey(ctx, env.Admin, c.in)
		if factcheck.CodeOf(err) != c.code || (err == nil) != (secret != "" && !id.IsZero()) {
			t.Errorf("%s: got key %v, %v; want code %q", c.name, id, err, c.code)
		}
	}
	for _, actor := range []factcheck.Actor{env.Editor, env.Checker, factcheck.System()} {
		_, _, err := env.DB.CreateKey(ctx, actor, store.KeyInput{Name: "x", Scopes: read})
		wantCode(t, err, factcheck.CodeForbidden)
		_, err = env.DB.Keys(ctx, actor)
		wantCode(t, err, factcheck.CodeForbidden)
	}
}

// The database holds a key without an owner to reading, whatever the program does.
func TestKeyThatWritesHasAnOwnerInTheDatabaseToo(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	_, err := sqlConn(t, env.URL).Exec(t.Context(), `INSERT INTO keys (id, name, hash, hint, scopes, created_at) VALUES (gen_random_uuid(), 'x', sha256('x'), 'ts_x', ARRAY['read', 'file'], now())`)
	wantSQLState(t, "a key that files without an owner", err, "23514")
}

func TestKeyMayNotExceedItsOwner(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	_, secret, err := env.DB.CreateKey(ctx, env.Admin, store.KeyInput{Name: "x", Scopes: []factcheck.Scope{factcheck.ScopeManage}, Owner: "edda@desk.example"})
	if err != nil {
		t.Fatal(err)
	}
	key, err := keyActor(ctx, env.DB, secret)
	if err != nil {
		t.Fatal(err)
	}
	a, b := env.Claim(t, "The mayor has resigned."), env.Claim(t, "The mayor resigned.")
	edda := person(t, env, "Edda")
	if err := env.DB.ChangeRole(ctx, env.Admin, edda.ID, edda.Revision, factcheck.RoleChecker); err != nil {
		t.Fatal(err)
	}
	// What the key was granted as an editor's it may no longer do, and a request that was authenticated before neither.
	wantCode(t, env.DB.MergeClaims(ctx, key, a, b, "The same."), factcheck.CodeForbidden)
	// The owner counts as the author of what a key writes.
	v := env.Submitted(t, "The bridge is closed.", "False")
	edda = person(t, env, "Edda")
	if err := env.DB.ChangeRole(ctx, env.Admin, edda.ID, edda.Revision, factcheck.RoleEditor); err != nil {
		t.Fatal(err)
	}
	v, err = env.DB.EditDraft(ctx, key, v.ID, v.Revision, env.Draft("False"))
	if err != nil {
		t.Fatal(err)
	}
	v, err = env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision)
	if err != nil {
		t.Fatal(err)
	}
	_, err = env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash)
	wantCode(t, err, factcheck.CodeForbidden)
	_, err = env.DB.ApproveVerdict(ctx, key, v.ID, v.Hash)
	wantCode(t, err, factcheck.CodeForbidden)
}

func TestRevokedKeyIsOutAtOnce(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	id, secret, err := env.DB.CreateKey(ctx, env.Admin, store.KeyInput{Name: "x", Scopes: []factcheck.Scope{factcheck.ScopeFile}, Owner: "carla@desk.example"})
	if err != nil {
		t.Fatal(err)
	}
	key, err := keyActor(ctx, env.DB, secret)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := env.DB.RevokeKey(ctx, env.Admin, id); err != nil {
			t.Fatal(err)
		}
	}
	if n := audited(t, env, "key.revoke", id); n != 1 {
		t.Errorf("got %d audit entries, want 1", n)
	}
	_, err = keyActor(ctx, env.DB, secret)
	wantCode(t, err, factcheck.CodeUnauthenticated)
	_, err = env.DB.FileClaim(ctx, key, factcheck.ClaimInput{Text: "x is y", Language: "en"})
	wantCode(t, err, factcheck.CodeUnauthenticated)
	wantCode(t, env.DB.RevokeKey(ctx, env.Admin, factcheck.KeyID{1}), factcheck.CodeNotFound)
	wantCode(t, env.DB.RevokeKey(ctx, env.Editor, id), factcheck.CodeForbidden)
	for _, other := range []string{"", "ts_x", auth.NewKey().Secret, secret + "\x00", strings.ToLower(secret)} {
		_, err = keyActor(ctx, env.DB, other)
		wantCode(t, err, factcheck.CodeUnauthenticated)
	}
}

func TestKeyUseIsNotedOnceAMinute(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	_, secret, err := env.DB.CreateKey(ctx, env.Admin, store.KeyInput{Name: "x", Scopes: []factcheck.Scope{factcheck.ScopeRead}})
	if err != nil {
		t.Fatal(err)
	}
	use := func() (time.Time, string) {
		t.Helper()
		if _, err := keyActor(ctx, env.DB, secret); err != nil {
			t.Fatal(err)
		}
		return ask[time.Time](t, env, `SELECT last_used_at FROM keys`), ask[string](t, env, `SELECT xmin::text FROM keys`)
	}
	first, row := use()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := keyActor(ctx, env.DB, secret); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if again, same := use(); again != first || same != row {
		t.Errorf("the row was written within the minute: used at %v, then %v", first, again)
	}
	env.Clock.Advance(time.Minute)
	if later, _ := use(); later.Sub(first) < time.Minute {
		t.Errorf("a minute later: used at %v, then %v", first, later)
	}
}

// keyActor returns who a key acts for.
func keyActor(ctx context.Context, db *store.DB, secret string) (factcheck.Actor, error) {
	h, err := db.KeyHolder(ctx, secret)
	return h.Actor, err
}
