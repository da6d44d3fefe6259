package store_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

const someHash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"

// person returns a member of the newsroom by the name's beginning.
func person(t *testing.T, env *storetest.Env, name string) store.Person {
	t.Helper()
	all, err := env.DB.Persons(t.Context(), env.Checker)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		if strings.HasPrefix(p.Name, name) {
			return p
		}
	}
	t.Fatalf("nobody is called %s", name)
	return store.Person{}
}

func TestAddPersonRefuses(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	for _, c := range []struct {
		in   store.PersonInput
		code factcheck.Code
	}{
		{store.PersonInput{Email: " NEW@Desk.example ", Name: " New\nPerson ", Role: factcheck.RoleChecker, PasswordHash: someHash}, ""},
		{store.PersonInput{Email: "carla@DESK.example", Name: "X", Role: factcheck.RoleChecker}, factcheck.CodeConflict},
		{store.PersonInput{Email: "x", Name: "X", Role: factcheck.RoleChecker}, factcheck.CodeInvalid},
		{store.PersonInput{Email: "X <x@desk.example>", Name: "X", Role: factcheck.RoleChecker}, factcheck.CodeInvalid},
		{store.PersonInput{Email: "x@desk.example\x00", Name: "X", Role: factcheck.RoleChecker}, factcheck.CodeInvalid},
		{store.PersonInput{Email: strings.Repeat("x", 250) + "@desk.example", Name: "X", Role: factcheck.RoleChecker}, factcheck.CodeInvalid},
		{store.PersonInput{Email: "x@desk.example", Name: " ", Role: factcheck.RoleChecker}, factcheck.CodeInvalid},
		{store.PersonInput{Email: "x@desk.example", Name: strings.Repeat("x", 501), Role: factcheck.RoleChecker}, factcheck.CodeInvalid},
		{store.PersonInput{Email: "x@desk.example", Name: "X", Byline: "\xff", Role: factcheck.RoleChecker}, factcheck.CodeInvalid},
		{store.PersonInput{Email: "x@desk.example", Name: "X", Role: "owner"}, factcheck.CodeInvalid},
		{store.PersonInput{Email: "x@desk.example", Name: "X", Role: factcheck.RoleChecker, PasswordHash: "hunter2hunter2"}, factcheck.CodeInvalid},
	} {
		_, err := env.DB.AddPerson(t.Context(), env.Admin, c.in)
		wantCode(t, err, c.code)
	}
	p := person(t, env, "New Person")
	if p.Email != "new@desk.example" || !p.HasPassword || p.Role != factcheck.RoleChecker || p.Revision != 1 {
		t.Errorf("got %+v", p)
	}
	if n := audited(t, env, "person.add", p.ID); n != 1 {
		t.Errorf("got %d audit entries, want 1", n)
	}
	_, err := env.DB.AddPerson(t.Context(), env.Editor, store.PersonInput{Email: "y@desk.example", Name: "Y", Role: factcheck.RoleAdmin})
	wantCode(t, err, factcheck.CodeForbidden)
}

func TestRoleChangesAtOnce(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx, p := t.Context(), person(t, env, "Carla")
	v := env.Submitted(t, "The mayor has resigned.", "False")
	wantCode(t, env.DB.SendBack(ctx, env.Checker2, v.ID, "Add the date."), factcheck.CodeForbidden)
	chen := person(t, env, "Chen")
	if err := env.DB.ChangeRole(ctx, env.Admin, chen.ID, chen.Revision, factcheck.RoleEditor); err != nil {
		t.Fatal(err)
	}
	// The request was authenticated before the change; what counts is who they are now.
	if err := env.DB.SendBack(ctx, env.Checker2, v.ID, "Add the date."); err != nil {
		t.Errorf("as the new editor: %v", err)
	}
	wantCode(t, env.DB.ChangeRole(ctx, env.Admin, chen.ID, chen.Revision, factcheck.RoleAdmin), factcheck.CodeConflict)
	wantCode(t, env.DB.ChangeRole(ctx, env.Admin, p.ID, p.Revision, "boss"), factcheck.CodeInvalid)
	wantCode(t, env.DB.ChangeRole(ctx, env.Admin, factcheck.PersonID{1}, 1, factcheck.RoleEditor), factcheck.CodeNotFound)
	wantCode(t, env.DB.ChangeRole(ctx, env.Editor, p.ID, p.Revision, factcheck.RoleEditor), factcheck.CodeForbidden)
	if n := audited(t, env, "person.role", chen.ID); n != 1 {
		t.Errorf("got %d audit entries, want 1", n)
	}
}

func TestLastAdminStays(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx, ada := t.Context(), person(t, env, "Ada")
	wantCode(t, env.DB.DisablePerson(ctx, env.Admin, ada.ID), factcheck.CodeConflict)
	wantCode(t, env.DB.ChangeRole(ctx, factcheck.Operator(), ada.ID, ada.Revision, factcheck.RoleEditor), factcheck.CodeConflict)
	if err := env.DB.ChangeRole(ctx, env.Admin, ada.ID, ada.Revision, factcheck.RoleAdmin); err != nil {
		t.Errorf("an admin who stays admin: %v", err)
	}
	edda := person(t, env, "Edda")
	if err := env.DB.ChangeRole(ctx, env.Admin, edda.ID, edda.Revision, factcheck.RoleAdmin); err != nil {
		t.Fatal(err)
	}
	// Two admins take each other's rights at the same moment: one of them is left.
	var wg sync.WaitGroup
	errs := make([]error, 2)
	wg.Go(func() { errs[0] = env.DB.DisablePerson(ctx, env.Admin, edda.ID) })
	wg.Go(func() { errs[1] = env.DB.DisablePerson(ctx, env.Editor, ada.ID) })
	wg.Wait()
	if n := ask[int](t, env, `SELECT count(*) FROM people WHERE role = 'admin' AND disabled_at IS NULL`); n != 1 {
		t.Errorf("%d admins are left, want 1 (%v)", n, errs)
	}
}

func TestDisabledPersonAndTheirKeysAreOut(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	_, secret, err := env.DB.CreateKey(ctx, env.Admin, store.KeyInput{Name: "Carla's script", Scopes: []factcheck.Scope{factcheck.ScopeFile}, Owner: "carla@desk.example"})
	if err != nil {
		t.Fatal(err)
	}
	key, err := keyActor(ctx, env.DB, secret)
	if err != nil {
		t.Fatal(err)
	}
	carla := env.Checker.Person
	for range 2 { // again changes nothing
		if err := env.DB.DisablePerson(ctx, env.Admin, carla); err != nil {
			t.Fatal(err)
		}
	}
	if n := audited(t, env, "person.disable", carla); n != 1 {
		t.Errorf("got %d audit entries, want 1", n)
	}
	in := factcheck.ClaimInput{Text: "The mayor has resigned.", Language: "en"}
	for name, actor := range map[string]factcheck.Actor{"their session": env.Checker, "their key": key} {
		if _, err := env.DB.FileClaim(ctx, actor, in); factcheck.CodeOf(err) != factcheck.CodeUnauthenticated {
			t.Errorf("%s: got %v, want %s", name, err, factcheck.CodeUnauthenticated)
		}
	}
	_, err = keyActor(ctx, env.DB, secret)
	wantCode(t, err, factcheck.CodeUnauthenticated)
	_, err = env.DB.PersonActor(ctx, carla)
	wantCode(t, err, factcheck.CodeUnauthenticated)
	_, err = env.DB.PersonByEmail(ctx, "carla@desk.example")
	wantCode(t, err, factcheck.CodeNotFound)

	for range 2 {
		if err := env.DB.EnablePerson(ctx, env.Admin, carla); err != nil {
			t.Fatal(err)
		}
	}
	got, err := env.DB.PersonActor(ctx, carla)
	if err != nil || got.ID != env.Checker.ID || got.Role != factcheck.RoleChecker || got.Name != "Carla Checker" {
		t.Errorf("got %+v, %v; want %+v", got, err, env.Checker)
	}
	if _, err := env.DB.FileClaim(ctx, key, in); err != nil {
		t.Errorf("the key of an enabled person: %v", err)
	}
	wantCode(t, env.DB.DisablePerson(ctx, env.Editor, carla), factcheck.CodeForbidden)
	wantCode(t, env.DB.EnablePerson(ctx, env.Admin, factcheck.PersonID{1}), factcheck.CodeNotFound)
}

func TestBylineReachesThePages(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	shown := env.Published(t, "The mayor has resigned.", "False")
	suspended := env.Published(t, "The bridge is closed.", "False")
	if err := env.DB.SuspendVerdict(ctx, env.Editor, suspended.Verdict, "A source is in doubt."); err != nil {
		t.Fatal(err)
	}
	env.Submitted(t, "The school burns.", "False")
	before := ask[int64](t, env, `SELECT seq FROM feed`)

	carla := person(t, env, "Carla")
	if err := env.DB.SetByline(ctx, env.Admin, carla.ID, carla.Revision, " the desk "); err != nil {
		t.Fatal(err)
	}
	d, err := env.DB.ClaimByID(ctx, shown.Claim)
	if err != nil {
		t.Fatal(err)
	}
	doc := decode(t, d.Stored, d.Seq)
	if doc.Verdicts[0].Byline != "the desk" || doc.Verdicts[0].Approver != "Edda Editor" || doc.Seq != before+1 {
		t.Errorf("got byline %q, approver %q, seq %d", doc.Verdicts[0].Byline, doc.Verdicts[0].Approver, doc.Seq)
	}
	feed, err := env.DB.Changes(ctx, before, 10)
	if err != nil || len(feed.Changes) != 1 || feed.Changes[0].Type != factcheck.ChangeVerdictUpdated || feed.Changes[0].Claim != shown.Claim {
		t.Errorf("got %+v, %v; want one update of %s", feed.Changes, err, shown.Claim)
	}
	// The name behind a byline may change without anybody outside noticing; that of the approver shows.
	carla = person(t, env, "Carla")
	if err := env.DB.RenamePerson(ctx, env.Admin, carla.ID, carla.Revision, "Clara Checker"); err != nil {
		t.Fatal(err)
	}
	if head := ask[int64](t, env, `SELECT seq FROM feed`); head != before+1 {
		t.Errorf("a name that nobody sees moved the feed to %d, want %d", head, before+1)
	}
	edda := person(t, env, "Edda")
	if err := env.DB.RenamePerson(ctx, env.Admin, edda.ID, edda.Revision, "Edda Redakteurin"); err != nil {
		t.Fatal(err)
	}
	d, err = env.DB.ClaimByID(ctx, shown.Claim)
	if err != nil || decode(t, d.Stored, d.Seq).Verdicts[0].Approver != "Edda Redakteurin" {
		t.Errorf("got %s, %v", d.Stored, err)
	}
	wantCode(t, env.DB.RenamePerson(ctx, env.Admin, edda.ID, edda.Revision, "X"), factcheck.CodeConflict)
	wantCode(t, env.DB.RenamePerson(ctx, env.Admin, edda.ID, edda.Revision+1, " "), factcheck.CodeInvalid)
	wantCode(t, env.DB.SetByline(ctx, env.Admin, edda.ID, edda.Revision+1, strings.Repeat("x", 501)), factcheck.CodeInvalid)
	wantCode(t, env.DB.SetByline(ctx, env.Editor, edda.ID, edda.Revision+1, "x"), factcheck.CodeForbidden)
	wantCode(t, env.DB.SetByline(ctx, env.Admin, factcheck.PersonID{1}, 1, "x"), factcheck.CodeNotFound)
}

func TestPasswordIsSetByOneselfOrAnAdmin(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx, carla := t.Context(), env.Checker.Person
	for name, actor := range map[string]factcheck.Actor{"oneself": env.Checker, "an admin": env.Admin, "the operator": factcheck.Operator()} {
		if err := env.DB.SetPassword(ctx, actor, carla, someHash); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	posing := env.Checker2 // a request that says it is somebody else
	posing.Person = carla
	for name, actor := range map[string]factcheck.Actor{"a colleague": env.Checker2, "an editor": env.Editor, "one who poses as them": posing} {
		if err := env.DB.SetPassword(ctx, actor, carla, someHash); factcheck.CodeOf(err) != factcheck.CodeForbidden {
			t.Errorf("%s: got %v, want %s", name, err, factcheck.CodeForbidden)
		}
	}
	_, secret, err := env.DB.CreateKey(ctx, env.Admin, store.KeyInput{Name: "x", Scopes: []factcheck.Scope{factcheck.ScopeFile}, Owner: "carla@desk.example"})
	if err != nil {
		t.Fatal(err)
	}
	key, err := keyActor(ctx, env.DB, secret)
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, env.DB.SetPassword(ctx, key, carla, someHash), factcheck.CodeForbidden)
	wantCode(t, env.DB.SetPassword(ctx, env.Checker, carla, "my new password"), factcheck.CodeInvalid)
	wantCode(t, env.DB.SetPassword(ctx, env.Admin, factcheck.PersonID{1}, someHash), factcheck.CodeNotFound)
	a, err := env.DB.PersonByEmail(ctx, " Carla@desk.EXAMPLE")
	if err != nil || a.PasswordHash != someHash || a.Actor.ID != env.Checker.ID || a.Actor.Person != carla || a.Actor.Kind != factcheck.ActorPerson {
		t.Errorf("got %+v, %v", a, err)
	}
	if n := audited(t, env, "person.password", carla); n != 3 {
		t.Errorf("got %d audit entries, want 3", n)
	}
	if n := ask[int](t, env, `SELECT count(*) FROM audit WHERE details::text LIKE '%argon2%'`); n != 0 {
		t.Error("a hash is in the audit log")
	}
	for _, email := range []string{"", "nobody@desk.example", "carla@desk.example\x00", strings.Repeat("x", 1<<20)} {
		_, err := env.DB.PersonByEmail(ctx, email)
		wantCode(t, err, factcheck.CodeNotFound)
	}
}

func TestPersonsAreForTheNewsroom(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	all, err := env.DB.Persons(t.Context(), factcheck.Operator())
	if err != nil || len(all) != 5 || all[0].Name != "Ada Admin" {
		t.Errorf("got %+v, %v", all, err)
	}
	_, secret, err := env.DB.CreateKey(t.Context(), env.Admin, store.KeyInput{Name: "x", Scopes: []factcheck.Scope{factcheck.ScopeRead}})
	if err != nil {
		t.Fatal(err)
	}
	reader, err := keyActor(t.Context(), env.DB, secret)
	if err != nil {
		t.Fatal(err)
	}
	_, err = env.DB.Persons(t.Context(), reader)
	wantCode(t, err, factcheck.CodeForbidden)
}
