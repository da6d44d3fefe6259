package newsroom_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/auth/authtest"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// byPasskey signs in by a passkey alone.
func (b *browser) byPasskey(t *testing.T, a *authtest.Authenticator) answer {
	t.Helper()
	page := b.get(t, "/sign-in")
	return b.send(t, page, "/sign-in", url.Values{"passkey": {a.Get(t, optionsOf(t, page))}})
}

func TestPasskeySignsInByItself(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	phone, key := b.addPasskey(t, "Phone"), b.addPasskey(t, "Office key")
	if page := b.get(t, "/newsroom/account"); !strings.Contains(page.text(), "Phone") || !strings.Contains(page.text(), "Office key") || !strings.Contains(page.text(), "10 of 10 are left") {
		t.Errorf("got %s, want both passkeys and recovery codes", page.text())
	}
	for _, a := range []*authtest.Authenticator{phone, key, phone} {
		other := d.browser()
		if got := other.byPasskey(t, a); got.status != http.StatusSeeOther || other.cookies[cookie] == "" {
			t.Fatalf("got %d %s, want to be signed in", got.status, got.text())
		}
		if got := other.get(t, "/newsroom"); !strings.Contains(got.text(), "Carla Checker") {
			t.Errorf("got %s, want the person's desk", got.text())
		}
	}
}

func TestPasskeyIsTheSecondStepOfAPassword(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a := d.carla(t).addPasskey(t, "Phone")
	eddas := d.as(t, "edda@desk.example").addPasskey(t, "Phone")
	b := d.browser()
	got := b.signIn(t, "carla@desk.example", password)
	if got.status != http.StatusOK || b.cookies[cookie] != "" {
		t.Fatalf("got %d, want to be asked for the second step", got.status)
	}
	if got = b.send(t, got, second, url.Values{"passkey": {eddas.Get(t, optionsOf(t, got))}}); got.status != http.StatusUnauthorized || b.cookies[cookie] != "" {
		t.Fatalf("somebody else's passkey: got %d, want it refused", got.status)
	}
	if got = b.send(t, got, second, url.Values{"passkey": {a.Get(t, optionsOf(t, got))}}); got.status != http.StatusSeeOther || b.cookies[cookie] == "" {
		t.Errorf("got %d %s, want to be signed in", got.status, got.text())
	}
}

func TestPasskeyAnswersAreGoodOnceAndHere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	a := b.addPasskey(t, "Phone")
	refused := func(name string, b *browser, fields url.Values) {
		t.Helper()
		if got := b.post(t, "/sign-in", fields); got.status < 400 || got.status >= 500 || b.cookies[cookie] != "" {
			t.Errorf("%s: got %d and cookies %v, want it refused", name, got.status, b.cookies)
		}
	}
	victim := d.browser()
	page := victim.get(t, "/sign-in")
	used := fill(t, page, "/sign-in", url.Values{"passkey": {a.Get(t, optionsOf(t, page))}})
	entrance := victim.cookies["__Host-touchstone-sign-in"]
	if got := victim.post(t, "/sign-in", used); got.status != http.StatusSeeOther {
		t.Fatalf("got %d %s", got.status, got.text())
	}
	replay := d.browser()
	replay.cookies["__Host-touchstone-sign-in"] = entrance
	refused("the same answer again, with the same cookie", replay, used)

	thief, other := d.browser(), d.browser()
	theirs, ours := thief.get(t, "/sign-in"), other.get(t, "/sign-in")
	stolen := fill(t, theirs, "/sign-in", url.Values{"passkey": {a.Get(t, optionsOf(t, ours))}, "challenge": {fill(t, ours, "/sign-in", nil).Get("challenge")}})
	refused("an answer to another browser's question", thief, stolen)

	a.Fixed, a.Count = true, 1 // a copy of the authenticator, whose counter stands where it stood
	copied := d.browser()
	page = copied.get(t, "/sign-in")
	refused("a copy", copied, fill(t, page, "/sign-in", url.Values{"passkey": {a.Get(t, optionsOf(t, page))}}))
	a.Fixed, a.Count = false, 5

	stranger := authtest.New(t, publicURL)
	unknown := d.browser()
	page = unknown.get(t, "/sign-in")
	refused("nobody's passkey", unknown, fill(t, page, "/sign-in", url.Values{"passkey": {stranger.Get(t, optionsOf(t, page))}}))
	if err := d.DB.DisablePerson(t.Context(), d.Admin, d.Checker.Person); err != nil {
		t.Fatal(err)
	}
	gone := d.browser()
	page = gone.get(t, "/sign-in")
	refused("a disabled person's", gone, fill(t, page, "/sign-in", url.Values{"passkey": {a.Get(t, optionsOf(t, page))}}))
}

func TestPasskeysAreNamedAndRemoved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	a := b.addPasskey(t, "Phone")
	own, err := d.DB.OwnFactors(t.Context(), d.Checker)
	if err != nil || len(own.Passkeys) != 1 {
		t.Fatalf("got %+v, %v", own, err)
	}
	path := "/newsroom/account/passkeys/" + own.Passkeys[0].ID.String()
	if got := b.send(t, b.get(t, "/newsroom/account"), path+"/rename", url.Values{"name": {"Old phone"}}); got.status != http.StatusSeeOther {
		t.Errorf("rename: got %d", got.status)
	}
	if got := b.send(t, b.get(t, "/newsroom/account"), path+"/rename", url.Values{"name": {" "}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("no name: got %d, want it refused", got.status)
	}
	edda := d.as(t, "edda@desk.example")
	for _, act := range []string{"/rename", "/remove"} {
		if got := edda.post(t, path+act, url.Values{"form_token": {edda.token(t)}, "name": {"Mine"}}); got.status != http.StatusNotFound {
			t.Errorf("somebody else's %s: got %d, want 404", act, got.status)
		}
	}
	page := b.get(t, "/newsroom/account")
	if !strings.Contains(page.text(), "Old phone") {
		t.Errorf("got %s, want the new name", page.text())
	}
	if got := b.send(t, page, path+"/remove", nil); got.status != http.StatusSeeOther {
		t.Errorf("remove: got %d", got.status)
	}
	if got := d.browser().byPasskey(t, a); got.status != http.StatusUnauthorized {
		t.Errorf("the removed passkey: got %d, want it refused", got.status)
	}
	if got := d.browser().signIn(t, "carla@desk.example", password); got.status != http.StatusSeeOther {
		t.Errorf("with the last factor gone the password alone opens: got %d", got.status)
	}
}

func TestAProofRidesAlongWithItsForm(t *testing.T) {
	t.Parallel()
	d := newLastingDesk(t)
	b := d.as(t, "ada@desk.example")
	a := b.setUpApp(t)
	key := b.addPasskey(t, "Phone")
	invite := func(email string) url.Values {
		return url.Values{"email": {email}, "name": {"A Newcomer"}, "role": {"checker"}}
	}
	for i, proof := range []func(answer) url.Values{
		func(answer) url.Values { return url.Values{"confirm.password": {password}} },
		func(answer) url.Values { return url.Values{"confirm.code": {a.code(0)}} },
		func(page answer) url.Values { return url.Values{"confirm.passkey": {key.Get(t, optionsOf(t, page))}} },
	} {
		page := b.get(t, "/newsroom/people")
		d.Clock.Advance(store.ProofLife)
		email := string(rune('a'+i)) + "@desk.example"
		asked := b.send(t, page, "/newsroom/people/invite", invite(email))
		if asked.status != http.StatusForbidden || strings.Contains(asked.body, "/sign-in/link?token=") {
			t.Fatalf("got %d %s, want to be asked for a proof", asked.status, asked.text())
		}
		wrong := b.send(t, asked, "/newsroom/people/invite", url.Values{"confirm.password": {"wrong wrong wrong"}})
		if wrong.status != http.StatusUnauthorized || fill(t, wrong, "/newsroom/people/invite", nil).Get("email") != email {
			t.Fatalf("a wrong proof: got %d %s, want the form kept", wrong.status, wrong.text())
		}
		before := b.cookies[cookie]
		done := b.send(t, wrong, "/newsroom/people/invite", proof(wrong))
		if done.status != http.StatusOK || !strings.Contains(done.body, "/sign-in/link?token=") {
			t.Fatalf("proof %d: got %d %s, want the invitation made in the same step", i, done.status, done.text())
		}
		if b.cookies[cookie] == before {
			t.Error("the session was not rotated")
		}
		old := d.browser()
		old.cookies[cookie] = before
		if got := old.get(t, "/newsroom"); got.status != http.StatusSeeOther {
			t.Errorf("the session's old token: got %d, want it worth nothing", got.status)
		}
	}
	d.Clock.Advance(store.ProofLife)
	page := b.get(t, setUp)
	if got := b.send(t, page, "/newsroom/confirm", url.Values{"confirm.password": {password}}); got.status != http.StatusSeeOther || got.location != setUp {
		t.Errorf("a page that takes a proof: got %d to %q, want to be led to it", got.status, got.location)
	}
	if got := b.get(t, setUp); len(secretOf(t, got)) == 0 {
		t.Error("the page is not shown after the proof")
	}
}
