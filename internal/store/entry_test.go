package store_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// invited invites nia@desk.example and returns the token of the link.
func invited(t *testing.T, env *storetest.Env, role factcheck.Role) string {
	t.Helper()
	_, token, err := env.DB.Invite(t.Context(), env.Admin, store.PersonInput{Email: "nia@desk.example", Name: "Nia Newcomer", Role: role})
	ok(t, err)
	return token
}

func TestLinksAreMadeByAdminsAndStoredAsHashes(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	for _, actor := range []factcheck.Actor{env.Checker, env.Editor, factcheck.System(), {}} {
		_, _, err := env.DB.Invite(t.Context(), actor, store.PersonInput{Email: "x@desk.example", Role: factcheck.RoleAdmin})
		if code := factcheck.CodeOf(err); code != factcheck.CodeForbidden && code != factcheck.CodeUnauthenticated {
			t.Errorf("%s invites: got %v", actor.Name, err)
		}
		_, _, err = env.DB.ResetLink(t.Context(), actor, env.Admin.Person, true)
		if code := factcheck.CodeOf(err); code != factcheck.CodeForbidden && code != factcheck.CodeUnauthenticated {
			t.Errorf("%s resets: got %v", actor.Name, err)
		}
		_, err = env.DB.OpenLinks(t.Context(), actor)
		if code := factcheck.CodeOf(err); code != factcheck.CodeForbidden && code != factcheck.CodeUnauthenticated {
			t.Errorf("%s lists the links: got %v", actor.Name, err)
		}
	}
	token := invited(t, env, factcheck.RoleChecker)
	if ask[bool](t, env, `SELECT EXISTS (SELECT FROM entry_links l WHERE l::text LIKE '%' || $1 || '%') OR EXISTS (SELECT FROM audit a WHERE a::text LIKE '%' || $1 || '%')`, token) {
		t.Error("the token itself is stored")
	}
	links := must[[]store.EntryLink](t)(env.DB.OpenLinks(t.Context(), env.Admin))
	if len(links) != 1 || links[0].Email != "nia@desk.example" || links[0].By != "Ada Admin" || links[0].Expired {
		t.Errorf("got %+v, want the one invitation", links)
	}
	if n := audited(t, env, "person.invite", links[0].ID); n != 1 {
		t.Errorf("got %d audit entries, want 1", n)
	}
	if n := audited(t, env, "person.first_admin_link", factcheck.EntryLinkID{}); n != 0 {
		t.Errorf("got %d audit entries of the first admin's link, want none", n)
	}
}

func TestJoiningIsAudited(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	in := store.JoinInput{Token: invited(t, env, factcheck.RoleEditor), Name: "Nia", PasswordHash: madeHash}
	session := must[string](t)(env.DB.Join(t.Context(), in))
	who := must[store.SignedIn](t)(env.DB.SessionActor(t.Context(), session))
	if who.Email != "nia@desk.example" || who.Actor.Role != factcheck.RoleEditor || !who.Fresh || who.HasFactor {
		t.Errorf("got %+v, want the editor who was invited", who)
	}
	if n := audited(t, env, "person.join", who.Actor.Person); n != 1 {
		t.Errorf("got %d audit entries, want 1", n)
	}
	_, err := env.DB.Join(t.Context(), in)
	wantCode(t, err, factcheck.CodeGone)
	for _, token := range []string{"", "x", strings.Repeat("A", 43), session} {
		in.Token = token
		_, err := env.DB.Join(t.Context(), in)
		wantCode(t, err, factcheck.CodeGone)
		wantCode(t, env.DB.ResetPassword(t.Context(), token, madeHash), factcheck.CodeGone)
		_, err = env.DB.EntryLink(t.Context(), token)
		wantCode(t, err, factcheck.CodeGone)
	}
}

// A link for one thing is not good for another.
func TestLinksAreForWhatTheyAreFor(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	invitation := invited(t, env, factcheck.RoleChecker)
	wantCode(t, env.DB.ResetPassword(t.Context(), invitation, madeHash), factcheck.CodeGone)
	_, reset, err := env.DB.ResetLink(t.Context(), env.Admin, env.Checker.Person, false)
	ok(t, err)
	_, err = env.DB.Join(t.Context(), store.JoinInput{Token: reset, Name: "Nia", PasswordHash: madeHash})
	wantCode(t, err, factcheck.CodeGone)
	_, err = env.DB.Join(t.Context(), store.JoinInput{Token: invitation, Name: "Nia", PasswordHash: "no hash"})
	wantCode(t, err, factcheck.CodeInvalid)
	_, err = env.DB.Join(t.Context(), store.JoinInput{Token: invitation, Name: "Nia"})
	wantCode(t, err, factcheck.CodeInvalid)
	must[factcheck.Actor](t)(env.DB.AddPerson(t.Context(), factcheck.Operator(), store.PersonInput{Email: "nia@desk.example", Name: "Other", Role: factcheck.RoleChecker}))
	_, err = env.DB.Join(t.Context(), store.JoinInput{Token: invitation, Name: "Nia", PasswordHash: madeHash})
	wantCode(t, err, factcheck.CodeConflict)
}

// Of many first links, the command line and each other at once, there is one first person.
func TestFirstAdminIsOne(t *testing.T) {
	t.Parallel()
	env := storetest.Empty(t)
	var tokens []string
	for range 5 {
		tokens = append(tokens, must[string](t)(env.DB.FirstAdminLink(t.Context(), factcheck.Operator())))
	}
	_, err := env.DB.FirstAdminLink(t.Context(), factcheck.System())
	wantCode(t, err, factcheck.CodeForbidden)
	var wg sync.WaitGroup
	var mu sync.Mutex
	in := 0
	for i, token := range tokens {
		wg.Go(func() {
			_, err := env.DB.Join(t.Context(), store.JoinInput{Token: token, Email: string(rune('a'+i)) + "@desk.example", Name: "First", PasswordHash: madeHash})
			mu.Lock()
			defer mu.Unlock()
			switch factcheck.CodeOf(err) {
			case "":
				in++
			case factcheck.CodeGone:
			default:
				t.Errorf("got %v, want in or too late", err)
			}
		})
	}
	wg.Wait()
	if n := ask[int64](t, env, `SELECT count(*) FROM people`); n != 1 || in != 1 {
		t.Errorf("got %d people, %d of them by a link; want one", n, in)
	}
	for _, token := range tokens {
		_, err := env.DB.EntryLink(t.Context(), token)
		wantCode(t, err, factcheck.CodeGone)
	}
}

// The database holds that a link, a code and a recovery code are good once, whatever the program does.
func TestWhatIsGoodOnceIsGuarded(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	session := must[store.SignedIn](t)(env.DB.SessionActor(t.Context(), signedIn(t, env, env.Checker)))
	_, _, err := env.DB.SetApp(t.Context(), env.Checker, store.AppInput{Session: session.Session, Sealed: make([]byte, 64), Step: 100, Codes: [][32]byte{{1}, {2}}})
	ok(t, err)
	_, err = env.DB.BeginSession(t.Context(), env.Checker, store.SessionInput{Proof: store.Proof{Password: madeHash, Recovery: [32]byte{1}}})
	ok(t, err)
	invited(t, env, factcheck.RoleChecker)
	used := must[string](t)(env.DB.Join(t.Context(), store.JoinInput{Token: invited(t, env, factcheck.RoleChecker), Name: "Nia", PasswordHash: madeHash}))
	if used == "" {
		t.Fatal("no session")
	}
	conn := sqlConn(t, env.URL)
	const noted = `INSERT INTO audit (at, actor_id, action, object) SELECT now(), id, 'x', '' FROM actors LIMIT 1`
	for q, guard := range map[string]string{
		`UPDATE second_factors SET last_step = 99`:                                                                   "second_factors_codes_are_good_once",
		`UPDATE second_factors SET secret = repeat('x', 40)::bytea, last_step = 200`:                                 "second_factors_codes_are_good_once",
		`UPDATE recovery_codes SET used_at = NULL WHERE used_at IS NOT NULL`:                                         "recovery_codes_are_good_once",
		`UPDATE recovery_codes SET hash = sha256('mine') WHERE used_at IS NULL`:                                      "recovery_codes_are_good_once",
		`UPDATE entry_links SET used_at = NULL WHERE used_at IS NOT NULL`:                                            "entry_links_are_good_once",
		`UPDATE entry_links SET revoked_at = NULL WHERE revoked_at IS NOT NULL`:                                      "entry_links_are_good_once",
		`UPDATE sessions SET proved_at = now() + interval '1 day'`:                                                   "sessions_never_change",
		`INSERT INTO recovery_codes (person_id, hash, created_at) SELECT id, sha256('x'), now() FROM people LIMIT 1`: "acts_are_audited",
		`DELETE FROM second_factors`:                                                                                 "acts_are_audited",
	} {
		statement := noted + "; " + q
		if guard == "acts_are_audited" {
			statement = q
		}
		if _, err := conn.Exec(t.Context(), statement); guardOf(err) != guard {
			t.Errorf("%s: got %v, want it refused by %s", q, err, guard)
		}
	}
}
