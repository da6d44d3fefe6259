package store_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// madeHash is a hash by its form; the store never verifies one.
const madeHash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"

// signedIn gives a person a password and begins a session.
func signedIn(t *testing.T, env *storetest.Env, who factcheck.Actor) string {
	t.Helper()
	if err := env.DB.SetPassword(t.Context(), factcheck.Operator(), who.Person, madeHash); err != nil {
		t.Fatal(err)
	}
	return begun(t, env, who, store.SessionInput{Proof: store.Proof{Password: madeHash}, UserAgent: "A browser", Address: "192.0.2.7"})
}

func begun(t *testing.T, env *storetest.Env, who factcheck.Actor, in store.SessionInput) string {
	t.Helper()
	token, err := env.DB.BeginSession(t.Context(), who, in)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestSessionSaysWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	token := signedIn(t, env, env.Checker)
	in, err := env.DB.SessionActor(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if in.Actor.ID != env.Checker.ID || in.Actor.Person != env.Checker.Person || in.Actor.Role != factcheck.RoleChecker || in.Email != "carla@desk.example" || in.Session.IsZero() {
		t.Errorf("got %+v, want the checker with their session", in)
	}
	list, err := env.DB.Sessions(t.Context(), env.Checker)
	if err != nil || len(list) != 1 || list[0].ID != in.Session || list[0].UserAgent != "A browser" || list[0].Address != "192.0.2.7" {
		t.Errorf("got list %+v, %v, want the one session", list, err)
	}
	if others, err := env.DB.Sessions(t.Context(), env.Editor); err != nil || len(others) != 0 {
		t.Errorf("got %+v, %v for somebody else, want none", others, err)
	}
	for _, wrong := range []string{"", "x", auth.NewToken(), token + "x", strings.ToUpper(token)} {
		if _, err := env.DB.SessionActor(t.Context(), wrong); factcheck.CodeOf(err) != factcheck.CodeUnauthenticated {
			t.Errorf("%q: got %v, want %s", wrong, err, factcheck.CodeUnauthenticated)
		}
	}
	conn, err := pgx.Connect(t.Context(), env.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context()) //nolint:errcheck // the test is over with it
	var found bool
	if err := conn.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM sessions s WHERE s::text LIKE '%' || $1 || '%') OR EXISTS (SELECT FROM audit a WHERE a::text LIKE '%' || $1 || '%')`, token).Scan(&found); err != nil || found {
		t.Errorf("the token itself is stored (%v, %v)", found, err)
	}
}

func TestSessionEndsWithWhatItStoodOn(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*testing.T, *storetest.Env) error{
		"a new password": func(t *testing.T, env *storetest.Env) error {
			return env.DB.SetPassword(t.Context(), factcheck.Operator(), env.Checker.Person, strings.Replace(madeHash, "CTFh", "DTFh", 1))
		},
		"another role": func(t *testing.T, env *storetest.Env) error {
			return env.DB.ChangeRole(t.Context(), env.Admin, env.Checker.Person, 1, factcheck.RoleEditor)
		},
		"disabling": func(t *testing.T, env *storetest.Env) error {
			return env.DB.DisablePerson(t.Context(), env.Admin, env.Checker.Person)
		},
		"the database's owner": func(t *testing.T, env *storetest.Env) error {
			conn, err := pgx.Connect(t.Context(), env.OwnerURL)
			if err != nil {
				return err
			}
			defer conn.Close(t.Context()) //nolint:errcheck // the test is over with it
			_, err = conn.Exec(t.Context(), `BEGIN; INSERT INTO audit (at, actor_id, action, object) SELECT now(), id, 'x', '' FROM actors LIMIT 1;
				UPDATE people SET role = 'editor' WHERE email = 'carla@desk.example'; COMMIT`)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := storetest.New(t)
			token, other := signedIn(t, env, env.Checker), signedIn(t, env, env.Editor)
			if err := change(t, env); err != nil {
				t.Fatal(err)
			}
			if _, err := env.DB.SessionActor(t.Context(), token); factcheck.CodeOf(err) != factcheck.CodeUnauthenticated {
				t.Errorf("got %v, want the session ended", err)
			}
			if _, err := env.DB.SessionActor(t.Context(), other); err != nil {
				t.Errorf("somebody else was signed out too: %v", err)
			}
			if name == "disabling" {
				if err := env.DB.EnablePerson(t.Context(), env.Admin, env.Checker.Person); err != nil {
					t.Fatal(err)
				}
				if _, err := env.DB.SessionActor(t.Context(), token); err == nil {
					t.Error("the session came back with the person's rights")
				}
			}
		})
	}
}

func TestSessionStaysWhenNothingOfItChanges(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	token := signedIn(t, env, env.Checker)
	if err := env.DB.RenamePerson(t.Context(), env.Admin, env.Checker.Person, 1, "Carla Newname"); err != nil {
		t.Fatal(err)
	}
	if in, err := env.DB.SessionActor(t.Context(), token); err != nil || in.Actor.Name != "Carla Newname" {
		t.Errorf("got %+v, %v, want the session under the new name", in, err)
	}
}

func TestSessionRunsOut(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	idle := signedIn(t, env, env.Checker)
	env.Clock.Advance(store.SessionIdle + time.Minute)
	if _, err := env.DB.SessionActor(t.Context(), idle); factcheck.CodeOf(err) != factcheck.CodeUnauthenticated {
		t.Errorf("idle: got %v, want it ended", err)
	}
	busy := begun(t, env, env.Checker, store.SessionInput{Proof: store.Proof{Password: madeHash}})
	for range 28 { // two weeks, looked at twice a day
		if _, err := env.DB.SessionActor(t.Context(), busy); err != nil {
			t.Fatalf("in use: %v", err)
		}
		env.Clock.Advance(store.SessionIdle - time.Minute)
	}
	env.Clock.Advance(time.Hour)
	if _, err := env.DB.SessionActor(t.Context(), busy); factcheck.CodeOf(err) != factcheck.CodeUnauthenticated {
		t.Errorf("after two weeks: got %v, want it ended", err)
	}
	begun(t, env, env.Checker, store.SessionInput{Proof: store.Proof{Password: madeHash}})
	if list, err := env.DB.Sessions(t.Context(), env.Checker); err != nil || len(list) != 1 {
		t.Errorf("got %d sessions, %v, want those that ran out swept", len(list), err)
	}
}

func TestSigningInReplacesWhatTheBrowserHeld(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	first := signedIn(t, env, env.Checker)
	second := begun(t, env, env.Checker, store.SessionInput{Proof: store.Proof{Password: madeHash}, Replaces: first})
	if first == second {
		t.Error("the token was not rotated")
	}
	if _, err := env.DB.SessionActor(t.Context(), first); err == nil {
		t.Error("the token the browser held before is still good")
	}
}

func TestSessionBeginsOnTheVerifiedPasswordOnly(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	signedIn(t, env, env.Checker)
	for name, in := range map[string]struct {
		who      factcheck.Actor
		verified string
		code     factcheck.Code
	}{
		"an old password": {env.Checker, strings.Replace(madeHash, "CTFh", "DTFh", 1), factcheck.CodeUnauthenticated},
		"no password":     {env.Editor, "", factcheck.CodeUnauthenticated},
		"the operator":    {factcheck.Operator(), madeHash, factcheck.CodeForbidden},
	} {
		if _, err := env.DB.BeginSession(t.Context(), in.who, store.SessionInput{Proof: store.Proof{Password: in.verified}}); factcheck.CodeOf(err) != in.code {
			t.Errorf("%s: got %v, want %s", name, err, in.code)
		}
	}
	// Of a sign-in and a new password at the same time, no session on the old password is left over.
	for range 10 {
		var wg sync.WaitGroup
		var token string
		wg.Go(func() {
			token, _ = env.DB.BeginSession(t.Context(), env.Checker, store.SessionInput{Proof: store.Proof{Password: madeHash}}) //nolint:errcheck // losing the race is one of two right ends
		})
		wg.Go(func() {
			if err := env.DB.SetPassword(t.Context(), factcheck.Operator(), env.Checker.Person, strings.Replace(madeHash, "CTFh", "ETFh", 1)); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		if _, err := env.DB.SessionActor(t.Context(), token); token != "" && err == nil {
			t.Fatal("a session stands on a password that was changed")
		}
		if err := env.DB.SetPassword(t.Context(), factcheck.Operator(), env.Checker.Person, madeHash); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOwnSessionsAreEndedAndNobodyElses(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	mine, theirs := signedIn(t, env, env.Checker), signedIn(t, env, env.Editor)
	keep := begun(t, env, env.Checker, store.SessionInput{Proof: store.Proof{Password: madeHash}})
	in := func(token string) store.SignedIn {
		t.Helper()
		s, err := env.DB.SessionActor(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if err := env.DB.EndSession(t.Context(), env.Checker, in(theirs).Session); factcheck.CodeOf(err) != factcheck.CodeNotFound {
		t.Errorf("somebody else's: got %v, want %s", err, factcheck.CodeNotFound)
	}
	if n, err := env.DB.EndOtherSessions(t.Context(), env.Checker, in(keep).Session); err != nil || n != 1 {
		t.Errorf("got %d ended, %v, want the one other", n, err)
	}
	if _, err := env.DB.SessionActor(t.Context(), mine); err == nil {
		t.Error("the other session goes on")
	}
	if err := env.DB.EndSession(t.Context(), env.Checker, in(keep).Session); err != nil {
		t.Error(err)
	}
	if _, err := env.DB.SessionActor(t.Context(), keep); err == nil {
		t.Error("the ended session goes on")
	}
	in(theirs)
}

func TestSessionIsNeverHandedOn(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	signedIn(t, env, env.Checker)
	conn, err := pgx.Connect(t.Context(), env.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context()) //nolint:errcheck // the test is over with it
	for _, q := range []string{
		`UPDATE sessions SET person_id = (SELECT id FROM people WHERE role = 'admin')`, `UPDATE sessions SET expires_at = expires_at + interval '1 year'`,
		`UPDATE sessions SET token_hash = sha256('x')`,
	} {
		if _, err := conn.Exec(t.Context(), q); guardOf(err) != "sessions_never_change" {
			t.Errorf("%s: got %v, want it refused", q, err)
		}
	}
	for _, q := range []string{
		`INSERT INTO sessions (id, token_hash, person_id, created_at, seen_at, expires_at) SELECT gen_random_uuid(), sha256('y'), id, now(), now(), now() + interval '1 day' FROM people LIMIT 1`,
		`DELETE FROM sessions`,
	} {
		if _, err := conn.Exec(t.Context(), q); guardOf(err) != "acts_are_audited" {
			t.Errorf("%s: got %v, want it refused", q, err)
		}
	}
}
