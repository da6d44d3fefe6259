package newsroom_test

import (
	"encoding/base32"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/auth/authtest"
	"github.com/touchstone-factcheck/touchstone/web/htmltest"
)

const (
	setUp  = "/newsroom/account/second-factor"
	second = "/sign-in/second"
)

// app is an authenticator app of a person.
type app struct {
	secret []byte
	codes  []string // recovery codes
}

// code returns what the app shows, some steps from now.
func (a app) code(steps int) string {
	return auth.AppCode(a.secret, time.Now().Add(time.Duration(steps)*30*time.Second))
}

// appStep returns the number of the thirty seconds that codes are for now.
func appStep() int64 { return time.Now().Unix() / 30 }

// setUpApp sets an app up as a person does: the code before the current one, so that the current one is left.
func (b *browser) setUpApp(t *testing.T) app {
	t.Helper()
	page := b.get(t, setUp)
	a := app{secret: secretOf(t, page)}
	var got answer
	for step := int64(-1); step != appStep(); { // again where the step ended on the way: the code was two steps old then
		step = appStep()
		if got = b.send(t, page, setUp, url.Values{"code": {a.code(-1)}}); got.status == http.StatusOK {
			break
		}
	}
	if got.status != http.StatusOK {
		t.Fatalf("set up: got %d %s", got.status, got.text())
	}
	a.codes = codesOf(got)
	if len(a.codes) != auth.RecoveryCodes {
		t.Fatalf("got %d recovery codes: %s", len(a.codes), got.text())
	}
	return a
}

// secretOf reads the secret from the page that sets an app up.
func secretOf(t *testing.T, page answer) []byte {
	t.Helper()
	for _, e := range htmltest.All(page.root, "code") {
		if strings.Contains(htmltest.Attr(e, "class"), "secret") {
			raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(htmltest.Text(e), " ", ""))
			if err != nil {
				t.Fatal(err)
			}
			return raw
		}
	}
	t.Fatalf("no secret on the page: %d %s", page.status, page.text())
	return nil
}

func codesOf(page answer) (out []string) {
	for _, list := range htmltest.All(page.root, "ol") {
		if strings.Contains(htmltest.Attr(list, "class"), "codes") {
			for _, e := range htmltest.All(list, "code") {
				out = append(out, htmltest.Text(e))
			}
		}
	}
	return out
}

// optionsOf reads what a page asks a passkey.
func optionsOf(t *testing.T, page answer) string {
	t.Helper()
	found := ""
	for _, e := range htmltest.All(page.root, "p", "form") {
		for _, name := range []string{"data-options", "data-passkey-new"} {
			if v := htmltest.Attr(e, name); v != "" {
				found = v
			}
		}
	}
	if found == "" {
		t.Fatalf("the page asks no passkey: %d %s", page.status, page.text())
	}
	return found
}

// addPasskey adds a passkey as a browser does.
func (b *browser) addPasskey(t *testing.T, name string) *authtest.Authenticator {
	t.Helper()
	a := authtest.New(t, publicURL)
	page := b.get(t, "/newsroom/account/passkeys/new")
	got := b.send(t, page, "/newsroom/account/passkeys/new", url.Values{"name": {name}, "passkey": {a.Create(t, optionsOf(t, page))}})
	if got.status != http.StatusOK && got.status != http.StatusSeeOther {
		t.Fatalf("add a passkey: got %d %s", got.status, got.text())
	}
	return a
}

func TestAppIsAskedForFromThenOn(t *testing.T) {
	t.Parallel()
	d := newLastingDesk(t)
	b := d.carla(t)
	before := b.cookies[cookie]
	a := b.setUpApp(t)
	if b.cookies[cookie] == before {
		t.Error("the session was not rotated")
	}
	other := d.browser()
	got := other.signIn(t, "carla@desk.example", password)
	if got.status != http.StatusOK || other.cookies[cookie] != "" || !strings.Contains(got.text(), "Second step") {
		t.Fatalf("got %d %s and cookies %v, want to be asked for the second step", got.status, got.text(), other.cookies)
	}
	if page := other.get(t, "/newsroom"); page.status != http.StatusSeeOther {
		t.Errorf("half signed in: got %d, want nothing opened", page.status)
	}
	for _, wrong := range []string{"", "000000", "12345", a.code(-1), a.code(-5), a.code(5), "zzzz-zzzz-zzzz-zzzz"} {
		if got = other.send(t, got, second, url.Values{"code": {wrong}}); got.status != http.StatusUnauthorized || other.cookies[cookie] != "" {
			t.Fatalf("code %q: got %d %s, want it refused", wrong, got.status, got.text())
		}
	}
	code := a.code(0)
	if got = other.send(t, got, second, url.Values{"code": {" " + code[:3] + " " + code[3:]}}); got.status != http.StatusSeeOther || other.cookies[cookie] == "" {
		t.Fatalf("got %d %s, want to be signed in", got.status, got.text())
	}
	third := d.browser()
	if got = third.send(t, third.signIn(t, "carla@desk.example", password), second, url.Values{"code": {code}}); got.status != http.StatusUnauthorized || !strings.Contains(got.text(), "used already") {
		t.Errorf("the same code again: got %d %s, want it refused", got.status, got.text())
	}
	// A clock that is a step ahead is forgiven, and no earlier code is good after it.
	if got = third.send(t, got, second, url.Values{"code": {a.code(1)}}); got.status != http.StatusSeeOther {
		t.Errorf("the next code: got %d %s, want to be signed in", got.status, got.text())
	}
}

func TestRecoveryCodesAreGoodOnce(t *testing.T) {
	t.Parallel()
	d := newLastingDesk(t)
	b := d.carla(t)
	a := b.setUpApp(t)
	in := func(code string) answer {
		t.Helper()
		other := d.browser()
		return other.send(t, other.signIn(t, "carla@desk.example", password), second, url.Values{"code": {code}})
	}
	if got := in(strings.ToUpper(a.codes[3])); got.status != http.StatusSeeOther {
		t.Errorf("got %d %s, want to be signed in", got.status, got.text())
	}
	if got := in(a.codes[3]); got.status != http.StatusUnauthorized {
		t.Errorf("a second time: got %d, want it refused", got.status)
	}
	if page := b.get(t, "/newsroom/account"); !strings.Contains(page.text(), "9 of 10 are left") {
		t.Errorf("got %s, want nine left", page.text())
	}
	page := b.send(t, b.get(t, "/newsroom/account"), "/newsroom/account/recovery-codes", nil)
	fresh := codesOf(page)
	if page.status != http.StatusOK || len(fresh) != auth.RecoveryCodes {
		t.Fatalf("got %d %s, want ten new codes", page.status, page.text())
	}
	if got := in(a.codes[4]); got.status != http.StatusUnauthorized {
		t.Errorf("a former code: got %d, want it refused", got.status)
	}
	if got := in(fresh[0]); got.status != http.StatusSeeOther {
		t.Errorf("a new code: got %d, want to be signed in", got.status)
	}
	for _, path := range []string{"/newsroom/account", "/newsroom/account/recovery-codes"} {
		if got := b.get(t, path); strings.Contains(got.body, fresh[1]) {
			t.Errorf("%s shows the codes again", path)
		}
	}
}

func TestSecondStepIsBoundToItsBrowserAndPassword(t *testing.T) {
	t.Parallel()
	d := newLastingDesk(t)
	b := d.carla(t)
	a := b.setUpApp(t)
	thief, victim := d.browser(), d.browser()
	fields := fill(t, victim.signIn(t, "carla@desk.example", password), second, url.Values{"code": {a.code(0)}})
	thief.get(t, "/sign-in")
	if got := thief.post(t, second, fields); got.status != http.StatusForbidden || thief.cookies[cookie] != "" {
		t.Errorf("in another browser: got %d, want 403", got.status)
	}
	for name, change := range map[string]func(url.Values){
		"no ticket":      func(f url.Values) { f.Del("ticket") },
		"a wrong ticket": func(f url.Values) { f.Set("ticket", f.Get("ticket")[1:]+"A") },
	} {
		wrong := fill(t, victim.signIn(t, "carla@desk.example", password), second, url.Values{"code": {a.code(0)}})
		change(wrong)
		if got := victim.post(t, second, wrong); got.status != http.StatusUnauthorized || victim.cookies[cookie] != "" {
			t.Errorf("%s: got %d, want it refused", name, got.status)
		}
	}
	fields = fill(t, victim.signIn(t, "carla@desk.example", password), second, url.Values{"code": {a.code(0)}})
	d.newPassword(t, d.Checker, "another one of four words")
	if got := victim.post(t, second, fields); got.status != http.StatusUnauthorized || victim.cookies[cookie] != "" {
		t.Errorf("after the password changed: got %d, want it refused", got.status)
	}
	if got := victim.get(t, second); got.status != http.StatusSeeOther || got.location != "/sign-in" {
		t.Errorf("the page of the step by itself: got %d to %q, want the sign-in", got.status, got.location)
	}
}

func TestCodesAreThrottled(t *testing.T) {
	t.Parallel()
	d := newLastingDesk(t)
	carla := d.carla(t)
	a, key := carla.setUpApp(t), carla.addPasskey(t, "Phone")
	b := d.browser()
	got := b.signIn(t, "carla@desk.example", password)
	tries := 0
	for ; tries < 30 && got.status != http.StatusTooManyRequests; tries++ {
		got = b.send(t, got, second, url.Values{"code": {"000000"}})
	}
	if tries != 11 {
		t.Errorf("got throttled at attempt %d, want at the eleventh", tries)
	}
	if got = b.send(t, got, second, url.Values{"code": {a.code(0)}}); got.status != http.StatusTooManyRequests {
		t.Errorf("the right code then: got %d, want to be told to wait", got.status)
	}
	if got = b.send(t, got, second, url.Values{"passkey": {key.Get(t, optionsOf(t, got))}}); got.status != http.StatusSeeOther {
		t.Errorf("a passkey then: got %d %s, want its owner in", got.status, got.text())
	}
}

func TestAppIsSetUpWithTheRightCodeOnly(t *testing.T) {
	t.Parallel()
	d := newLastingDesk(t)
	b := d.carla(t)
	page := b.get(t, setUp)
	secret := secretOf(t, page)
	got := b.send(t, page, setUp, url.Values{"code": {"000000"}})
	if got.status != http.StatusUnprocessableEntity || string(secretOf(t, got)) != string(secret) || !strings.Contains(got.body, `value="000000"`) {
		t.Errorf("a wrong code: got %d, want the same secret again and what was typed", got.status)
	}
	if got = b.send(t, page, setUp, url.Values{"ticket": {"x"}, "code": {auth.AppCode(secret, time.Now())}}); got.status != http.StatusUnprocessableEntity || string(secretOf(t, got)) == string(secret) {
		t.Errorf("a damaged page: got %d, want another secret", got.status)
	}
	edda := d.as(t, "edda@desk.example")
	stolen := fill(t, page, setUp, url.Values{"code": {auth.AppCode(secret, time.Now())}})
	stolen.Set("form_token", edda.token(t))
	if got = edda.post(t, setUp, stolen); got.status != http.StatusUnprocessableEntity {
		t.Errorf("somebody else's page: got %d, want it refused", got.status)
	}
	if p := b.get(t, "/newsroom/account"); !strings.Contains(p.text(), "not set up") {
		t.Error("an app is set up all the same")
	}
}

func TestWithoutALastingKeyNoAppIsSetUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	page := b.get(t, setUp)
	if got := b.send(t, page, setUp, url.Values{"code": {auth.AppCode(secretOf(t, page), time.Now())}}); got.status != http.StatusServiceUnavailable {
		t.Errorf("got %d, want to be told that no key is kept", got.status)
	}
}

// With another key than the app was set up with, nobody comes in by a code, and recovery codes and passkeys still work.
func TestAnotherKeyOpensNothingByCode(t *testing.T) {
	t.Parallel()
	d := newLastingDesk(t)
	a := d.carla(t).setUpApp(t)
	other := d.restarted(t, auth.NewSealer([auth.KeySize]byte{9}))
	b := other.browser()
	got := b.send(t, b.signIn(t, "carla@desk.example", password), second, url.Values{"code": {a.code(0)}})
	if got.status != http.StatusServiceUnavailable || b.cookies[cookie] != "" || !strings.Contains(got.text(), "recovery code") {
		t.Errorf("got %d %s, want to be told why", got.status, got.text())
	}
	if got = b.send(t, got, second, url.Values{"code": {a.codes[0]}}); got.status != http.StatusSeeOther {
		t.Errorf("a recovery code: got %d, want to be signed in", got.status)
	}
	same := d.restarted(t, auth.NewSealer([auth.KeySize]byte{7}))
	b = same.browser()
	if got = b.send(t, b.signIn(t, "carla@desk.example", password), second, url.Values{"code": {a.code(0)}}); got.status != http.StatusSeeOther {
		t.Errorf("another process with the same key: got %d, want to be signed in", got.status)
	}
}

func TestHouseAsksEverybodyForASecondFactor(t *testing.T) {
	t.Parallel()
	d := newLastingDesk(t)
	ada, carla := d.as(t, "ada@desk.example"), d.carla(t)
	require := url.Values{"require_second_factor": {"1"}}
	got := ada.send(t, ada.get(t, "/newsroom/people"), "/newsroom/people/rules", require)
	if got.status != http.StatusConflict || !strings.Contains(got.text(), "your own second factor first") {
		t.Fatalf("without one of their own: got %d %s, want it refused", got.status, got.text())
	}
	ada.setUpApp(t)
	carlas := url.Values{"form_token": {carla.token(t)}}
	if got = ada.send(t, ada.get(t, "/newsroom/people"), "/newsroom/people/rules", require); got.status != http.StatusSeeOther {
		t.Fatalf("got %d %s, want the rule kept", got.status, got.text())
	}
	for _, path := range []string{"/newsroom", "/newsroom/articles", "/newsroom/account", "/newsroom/sign-ins", "/newsroom/permissions"} {
		if got = carla.get(t, path); got.status != http.StatusSeeOther || got.location != setUp {
			t.Errorf("%s: got %d to %q, want to be led to the second factor", path, got.status, got.location)
		}
	}
	carlas.Set("note", "a long text of mine that is not to be lost when the house wants another factor")
	got = carla.post(t, "/newsroom/sign-ins/others/end", carlas)
	if got.status != http.StatusForbidden || !strings.Contains(got.body, "a long text of mine") || !strings.Contains(got.text(), "second factor") {
		t.Errorf("a form: got %d %s, want it kept", got.status, got.text())
	}
	carla.setUpApp(t)
	if got = carla.get(t, "/newsroom"); got.status != http.StatusOK {
		t.Errorf("afterwards: got %d, want the desk", got.status)
	}
	if got = carla.send(t, carla.get(t, "/newsroom/account"), setUp+"/remove", nil); got.status != http.StatusConflict {
		t.Errorf("removing the only one: got %d, want it refused", got.status)
	}
	if got = d.as(t, "edda@desk.example").get(t, "/newsroom"); got.location != setUp {
		t.Errorf("at the next sign-in: got to %q, want the second factor", got.location)
	}
}
