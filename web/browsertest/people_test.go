package browsertest

import (
	"context"
	"encoding/base32"
	"log/slog"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/newsroom"
	"github.com/touchstone-factcheck/touchstone/internal/server"
	"github.com/touchstone-factcheck/touchstone/internal/site"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// emptyDesk serves a newsroom in which nobody is yet, at http://localhost, and returns the link that makes the first admin.
func emptyDesk(t *testing.T) (env *storetest.Env, origin, link string) {
	t.Helper()
	env = storetest.Empty(t)
	if err := env.DB.SetHouse(t.Context(), factcheck.Operator(), store.House{Name: "The Assay Desk", Site: "desk.example", Language: "en"}); err != nil {
		t.Fatal(err)
	}
	token, err := env.DB.FirstAdminLink(t.Context(), factcheck.Operator())
	if err != nil {
		t.Fatal(err)
	}
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	origin = "http://localhost:" + port
	quiet := slog.New(slog.DiscardHandler)
	room := newsroom.New(newsroom.Config{Store: env.DB, PublicURL: origin, Logger: quiet, Sealer: auth.NewSealer([auth.KeySize]byte{1})})
	readers := site.New(site.Config{Store: env.DB, Live: live.New(env.DB, quiet), PublicURL: origin, Version: "test", Logger: quiet})
	srv := server.New(server.Config{PublicURL: origin, Logger: quiet, Mounts: []server.Mounter{room}, ErrorPage: room.ErrorPage(readers.RenderError)})
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	t.Cleanup(func() {
		patience, end := context.WithTimeout(context.Background(), 20*time.Second)
		defer end()
		if err := srv.Shutdown(patience); err != nil {
			t.Errorf("shut down: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return env, origin, newsroom.LinkURL(origin, token)
}

// plugIn gives the tab an authenticator that keeps passkeys and knows its person.
func (b *tab) plugIn(t *testing.T) {
	t.Helper()
	b.do(t, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: "ctap2", Ctap2version: "ctap2_1", Transport: "internal", HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}})
		return err
	}))
}

// at fails the test unless the tab is at a path.
func (b *tab) at(t *testing.T, path string) {
	t.Helper()
	if got := evaluate[string](b.ctx, t, "location.pathname"); got != path {
		t.Fatalf("got to %s, want %s: %s", got, path, evaluate[string](b.ctx, t, "document.body.innerText.slice(0, 800)"))
	}
}

// signOut signs out.
func (b *tab) signOut(t *testing.T) {
	t.Helper()
	b.do(t, chromedp.Navigate(b.origin+"/sign-out"))
	b.press(t, "main button")
	b.at(t, "/sign-in")
}

const adminPassword = "gravel onion parade lamp"

// TestPeopleComeInAndProveWhoTheyAre goes from the first start to passkeys, an authenticator app and an invitation.
func TestPeopleComeInAndProveWhoTheyAre(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	env, origin, link := emptyDesk(t)
	b := &tab{ctx: ctx, axe: axe(t), origin: origin}
	w := watch(ctx, t)
	b.plugIn(t)

	b.do(t, chromedp.Navigate(link))
	b.look(t, "first-admin")
	b.fill(t, map[string]string{"#email": "ada@desk.example", "#name": "Ada Admin", "#password": "password1234", "#password_again": "password1234"})
	b.press(t, "main button")
	b.look(t, "first-admin-wrong")
	b.fill(t, map[string]string{"#password": adminPassword, "#password_again": adminPassword})
	b.press(t, "main button")
	b.at(t, "/newsroom")
	b.do(t, chromedp.Navigate(link))
	b.look(t, "link-used")

	// A passkey, made in the browser.
	b.do(t, chromedp.Navigate(origin+"/newsroom/account"))
	b.look(t, "account-bare")
	b.do(t, chromedp.Navigate(origin+"/newsroom/account/passkeys/new"))
	b.look(t, "passkey-new")
	b.fill(t, map[string]string{"#name": "Phone"})
	b.press(t, "main form button")
	if n := evaluate[int](ctx, t, "document.querySelectorAll('.codes code').length"); n != auth.RecoveryCodes {
		t.Fatalf("got %d recovery codes: %s", n, evaluate[string](ctx, t, "document.body.innerText"))
	}
	b.look(t, "recovery-codes")

	// An app besides.
	b.do(t, chromedp.Navigate(origin+"/newsroom/account/second-factor"))
	b.look(t, "app")
	b.fill(t, map[string]string{"#code": "000000"})
	b.press(t, "main form button")
	b.look(t, "app-wrong")
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(evaluate[string](ctx, t, "document.querySelector('code.secret').textContent"), " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	if left := 30*time.Second - time.Duration(time.Now().UnixNano())%(30*time.Second); left < 15*time.Second {
		<-time.After(left) // the code before this one is refused once the next thirty seconds begin
	}
	b.fill(t, map[string]string{"#code": auth.AppCode(secret, time.Now().Add(-30*time.Second))})
	b.press(t, "main form button")
	b.at(t, "/newsroom/account")
	b.look(t, "account")

	b.signsIn(t, secret)
	b.managesPeople(t, env)

	complaints, foreign := w.heard(origin)
	complaints = slices.DeleteFunc(complaints, func(c string) bool { return strings.Contains(c, "status of 4") }) // what was wrong on purpose
	if len(complaints) > 0 || len(foreign) > 0 {
		t.Errorf("the browser complained %q and fetched %q, want silence and our own files", complaints, foreign)
	}
}

// signsIn signs in by passkey alone, by password and passkey, and by password and code.
func (b *tab) signsIn(t *testing.T, secret []byte) {
	t.Helper()
	b.signOut(t)
	b.look(t, "sign-in-passkey")
	b.press(t, ".by-passkey button")
	b.at(t, "/newsroom")
	for _, by := range []string{"passkey", "code"} {
		b.signOut(t)
		b.fill(t, map[string]string{"#email": "ada@desk.example", "#password": adminPassword})
		b.press(t, `main form button[type="submit"]`)
		b.do(t, chromedp.WaitReady(chromedp.CSS("#code")))
		if by == "passkey" {
			b.look(t, "second-step")
			b.press(t, ".by-passkey button")
		} else {
			b.fill(t, map[string]string{"#code": "000000"})
			b.press(t, `main form button[type="submit"]`)
			b.look(t, "second-step-wrong")
			b.fill(t, map[string]string{"#code": auth.AppCode(secret, time.Now())})
			b.press(t, `main form button[type="submit"]`)
		}
		b.at(t, "/newsroom")
	}
}

// managesPeople invites somebody, changes them after proving who it is, and looks at every page of people.
func (b *tab) managesPeople(t *testing.T, env *storetest.Env) {
	t.Helper()
	b.do(t, chromedp.Navigate(b.origin+"/newsroom/people"))
	b.fill(t, map[string]string{"#invite-email": "carla@desk.example", "#invite-name": "Carla Checker"})
	b.press(t, "#invite button")
	b.look(t, "new-link")
	link := evaluate[string](b.ctx, t, "document.getElementById('link').value")
	person, err := env.DB.AddPerson(t.Context(), factcheck.Operator(), store.PersonInput{Email: "edda@desk.example", Name: "Edda Editor", Role: factcheck.RoleEditor})
	if err != nil {
		t.Fatal(err)
	}
	b.do(t, chromedp.Navigate(b.origin+"/newsroom/people"))
	b.look(t, "people")
	path := "/newsroom/people/" + person.Person.String()
	env.Clock.Advance(store.ProofLife)
	b.do(t, chromedp.Navigate(b.origin+path))
	b.look(t, "person")
	b.do(t, chromedp.Click(chromedp.CSS(`input[name="role"][value="admin"]`)))
	b.press(t, `form[action$="/role"] button`)
	b.look(t, "confirm")
	b.press(t, ".by-passkey button")
	b.at(t, path)
	if got := evaluate[string](b.ctx, t, "document.body.innerText"); !strings.Contains(got, "admin") {
		t.Errorf("the role is not changed: %s", got)
	}
	b.fill(t, map[string]string{"#email": "no address"})
	evaluate[bool](b.ctx, t, `(document.querySelector('form[action$="/email"]').noValidate = true)`)
	b.press(t, `form[action$="/email"] button`)
	b.look(t, "person-wrong")
	b.do(t, chromedp.Navigate(b.origin+"/newsroom/permissions"))
	b.look(t, "permissions")
	b.signOut(t)
	b.do(t, chromedp.Navigate(link))
	b.look(t, "invitation")
}
