package newsroom_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/htmltest"
)

func TestAdminChangesPeople(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada := d.as(t, "ada@desk.example")
	path := "/newsroom/people/" + d.Checker.Person.String()
	for _, change := range []struct {
		what string
		with url.Values
		want string
	}{
		{"name", url.Values{"name": {"Carla Newname"}}, "Carla Newname"},
		{"email", url.Values{"email": {"Carla.New@Desk.example"}}, "carla.new@desk.example"},
		{"role", url.Values{"role": {"editor"}}, "editor"},
		{"byline", url.Values{"byline": {"the desk"}}, "the desk"},
		{"disable", nil, "disabled"},
	} {
		got := ada.send(t, ada.get(t, path), path+"/"+change.what, change.with)
		if got.status != http.StatusSeeOther {
			t.Fatalf("%s: got %d %s", change.what, got.status, got.text())
		}
		if page := ada.get(t, got.location); !strings.Contains(page.text(), change.want) {
			t.Errorf("%s: got %s, want %q on the page", change.what, page.text(), change.want)
		}
	}
	if got := d.browser().signIn(t, "carla.new@desk.example", password); got.status != http.StatusUnauthorized {
		t.Errorf("a disabled person: got %d, want them refused", got.status)
	}
	if got := ada.send(t, ada.get(t, path), path+"/enable", nil); got.status != http.StatusSeeOther {
		t.Errorf("enable: got %d", got.status)
	}
	if got := d.browser().signIn(t, "carla.new@desk.example", password); got.status != http.StatusSeeOther {
		t.Errorf("enabled again: got %d, want them in", got.status)
	}
}

func TestChangesOfPeopleThatAreRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada := d.as(t, "ada@desk.example")
	carla, own := "/newsroom/people/"+d.Checker.Person.String(), "/newsroom/people/"+d.Admin.Person.String()
	for _, c := range []struct {
		page, what string
		with       url.Values
		status     int
		kept       string // field of which what was typed is kept
		says       string
	}{
		{carla, "email", url.Values{"email": {"no address"}}, http.StatusUnprocessableEntity, "email", "not an e-mail address"},
		{carla, "email", url.Values{"email": {"chen@desk.example"}}, http.StatusConflict, "email", "there already"},
		{carla, "name", url.Values{"name": {" "}}, http.StatusUnprocessableEntity, "", "say who this is"},
		{carla, "byline", url.Values{"byline": {strings.Repeat("x", 600)}}, http.StatusUnprocessableEntity, "byline", ""},
		{carla, "role", url.Values{"role": {"boss"}}, http.StatusUnprocessableEntity, "", "choose checker"},
		{carla, "name", url.Values{"name": {"Other"}, "revision": {"99"}}, http.StatusConflict, "name", "changed by somebody else"},
		{carla, "name", url.Values{"name": {"Other"}, "revision": {"x"}}, http.StatusUnprocessableEntity, "name", "damaged"},
		{own, "role", url.Values{"role": {"checker"}}, http.StatusConflict, "", "last admin"},
		{own, "disable", nil, http.StatusConflict, "", "last admin"},
	} {
		got := ada.send(t, ada.get(t, c.page), c.page+"/"+c.what, c.with)
		if got.status != c.status || !strings.Contains(strings.ToLower(got.text()), c.says) {
			t.Errorf("%s %v: got %d %s, want %d and %q", c.what, c.with, got.status, got.text(), c.status, c.says)
		}
		if c.kept != "" && fill(t, got, c.page+"/"+c.what, nil).Get(c.kept) != c.with.Get(c.kept) {
			t.Errorf("%s: what was typed is lost", c.what)
		}
	}
	for _, with := range []url.Values{{"email": {"no"}, "name": {"Kept Name"}, "role": {"editor"}}, {"email": {"carla@desk.example"}, "name": {"Kept Name"}, "role": {"editor"}}, {"email": {"a@b.example"}, "name": {"Kept Name"}, "role": {"boss"}}} {
		got := ada.send(t, ada.get(t, "/newsroom/people"), "/newsroom/people/invite", with)
		if got.status != http.StatusUnprocessableEntity && got.status != http.StatusConflict || fill(t, got, "/newsroom/people/invite", nil).Get("name") != "Kept Name" {
			t.Errorf("invite %v: got %d, want it refused and kept", with, got.status)
		}
	}
}

func TestListOfPeopleSaysWhatAnAdminAsks(t *testing.T) {
	t.Parallel()
	d := newLastingDesk(t)
	d.carla(t).setUpApp(t)
	d.as(t, "edda@desk.example").addPasskey(t, "Phone")
	must(t, d.DB.DisablePerson(t.Context(), d.Admin, d.Checker2.Person))
	page := d.as(t, "ada@desk.example").get(t, "/newsroom/people")
	want := map[string][]string{
		"carla@desk.example": {"checker", "app", "active", "2025"}, "edda@desk.example": {"editor", "passkey", "active"},
		"chen@desk.example": {"checker", "none", "never", "disabled"}, "emil@desk.example": {"editor", "none", "never", "active"},
	}
	for _, row := range htmltest.All(page.root, "tr") {
		for email, words := range want {
			if !strings.Contains(htmltest.Text(row), email) {
				continue
			}
			for _, w := range words {
				if !strings.Contains(htmltest.Text(row), w) {
					t.Errorf("%s: got %q, want %q in it", email, htmltest.Text(row), w)
				}
			}
			delete(want, email)
		}
	}
	if len(want) > 0 {
		t.Errorf("missing from the list: %v", want)
	}
}

func TestPermissionPageIsTheTable(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	page := d.carla(t).get(t, "/newsroom/permissions")
	rows := htmltest.All(page.root, "tr")
	if len(rows) != len(factcheck.Actions())+1 {
		t.Errorf("got %d rows, want one for each of %d actions", len(rows)-1, len(factcheck.Actions()))
	}
	for _, row := range rows {
		text := strings.Join(strings.Fields(strings.NewReplacer("–", "", "●", "").Replace(htmltest.Text(row))), " ")
		if strings.Contains(text, string(factcheck.ApproveVerdict)) && !strings.Contains(text, "no yes yes no key") {
			t.Errorf("got %q, want editors and admins to approve, and no key", text)
		}
	}
}

// TestOldCookieAfterEachAct tries a cookie that was good before an act, on a page and with a form.
func TestOldCookieAfterEachAct(t *testing.T) {
	t.Parallel()
	carlas := "/newsroom/people/"
	byAdmin := func(what string, with url.Values) func(*testing.T, *desk, *browser) {
		return func(t *testing.T, d *desk, _ *browser) {
			t.Helper()
			ada := d.as(t, "ada@desk.example")
			path := carlas + d.Checker.Person.String()
			if got := ada.send(t, ada.get(t, path), path+"/"+what, with); got.status >= 400 {
				t.Fatalf("%s: got %d %s", what, got.status, got.text())
			}
		}
	}
	for name, act := range map[string]func(*testing.T, *desk, *browser){
		"signing out": func(t *testing.T, _ *desk, b *browser) {
			t.Helper()
			b.send(t, b.get(t, "/sign-out"), "/sign-out", nil)
		},
		"disabling":          byAdmin("disable", nil),
		"another role":       byAdmin("role", url.Values{"role": {"editor"}}),
		"a link for a reset": byAdmin("reset", nil),
		"a new password": func(t *testing.T, _ *desk, b *browser) {
			t.Helper()
			got := b.send(t, b.get(t, "/newsroom/account"), "/newsroom/account/password", url.Values{"password_current": {password}, "password": {newcomers}, "password_again": {newcomers}})
			if got.status != http.StatusSeeOther || b.get(t, "/newsroom").status != http.StatusOK {
				t.Fatalf("got %d %s, want it changed and this browser still signed in", got.status, got.text())
			}
		},
		"a password set by the operator": func(t *testing.T, d *desk, _ *browser) { t.Helper(); d.newPassword(t, d.Checker, newcomers) },
		"a second factor set up":         func(t *testing.T, _ *desk, b *browser) { t.Helper(); b.setUpApp(t) },
		"a passkey added":                func(t *testing.T, _ *desk, b *browser) { t.Helper(); b.addPasskey(t, "Phone") },
		"a second factor taken away": func(t *testing.T, d *desk, _ *browser) {
			t.Helper()
			must(t, d.DB.DropFactors(t.Context(), factcheck.Operator(), d.Checker.Person))
		},
		"signing in again": func(t *testing.T, d *desk, b *browser) {
			t.Helper()
			other := d.browser()
			page := other.get(t, "/sign-in")
			other.cookies[cookie] = b.cookies[cookie]
			other.send(t, page, "/sign-in", url.Values{"email": {"carla@desk.example"}, "password": {password}})
		},
		"signing out everywhere else": func(t *testing.T, d *desk, _ *browser) {
			t.Helper()
			other := d.carla(t)
			other.send(t, other.get(t, "/newsroom/sign-ins"), "/newsroom/sign-ins/others/end", nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newLastingDesk(t)
			b := d.carla(t)
			old := &browser{desk: d, cookies: map[string]string{cookie: b.cookies[cookie]}, headers: map[string]string{}}
			form := url.Values{"form_token": {b.token(t)}, "note": {"mine"}}
			act(t, d, b)
			if got := old.get(t, "/newsroom"); got.status != http.StatusSeeOther || !strings.HasPrefix(got.location, "/sign-in") {
				t.Errorf("a page: got %d to %q, want the sign-in", got.status, got.location)
			}
			for _, path := range []string{"/newsroom/sign-ins/others/end", "/newsroom/account/password", "/newsroom/articles/new"} {
				if got := old.post(t, path, form); got.status != http.StatusUnauthorized {
					t.Errorf("%s: got %d, want 401", path, got.status)
				}
			}
		})
	}
}

func TestPasswordIsChangedWithTheCurrentOneOnly(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	change := func(current, fresh, again string) answer {
		t.Helper()
		return b.send(t, b.get(t, "/newsroom/account"), "/newsroom/account/password", url.Values{"password_current": {current}, "password": {fresh}, "password_again": {again}})
	}
	for name, c := range map[string][3]string{
		"a wrong current one": {"wrong wrong wrong", newcomers, newcomers}, "too short": {password, "short", "short"}, "a common one": {password, "password1234", "password1234"},
		"two that differ": {password, newcomers, newcomers + "x"}, "one's own name": {password, "carlachecker", "carlachecker"}, "the house": {password, "testdesk2025", "testdesk2025"}, "none": {password, "", ""},
	} {
		got := change(c[0], c[1], c[2])
		if got.status != http.StatusUnprocessableEntity || strings.Contains(got.body, newcomers) || strings.Contains(got.body, "value=\""+c[0]) {
			t.Errorf("%s: got %d %s, want it refused and no password repeated", name, got.status, got.text())
		}
	}
	if got := d.browser().signIn(t, "carla@desk.example", password); got.status != http.StatusSeeOther {
		t.Errorf("the password was changed all the same: got %d", got.status)
	}
	for range 12 {
		change("wrong wrong wrong", newcomers, newcomers)
	}
	if got := change(password, newcomers, newcomers); got.status != http.StatusTooManyRequests {
		t.Errorf("after many wrong ones: got %d, want to be told to wait", got.status)
	}
	// Whoever found the session open has locked nobody out elsewhere.
	if got := d.browser().signIn(t, "carla@desk.example", password); got.status != http.StatusSeeOther {
		t.Errorf("the owner, from elsewhere: got %d, want them in", got.status)
	}
}

func TestOwnerComesInFromABrowserTheyUsedWhileOthersGuess(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mine := d.carla(t)
	delete(mine.cookies, cookie) // signed out, days later
	other := d.restarted(t, nil) // another process, which counts together with the first
	for i := range 30 {
		b := d.browser()
		if i%2 == 1 {
			b = other.browser()
		}
		b.signIn(t, "carla@desk.example", "wrong wrong wrong")
	}
	if got := other.browser().signIn(t, "carla@desk.example", password); got.status != http.StatusTooManyRequests {
		t.Errorf("a stranger's browser: got %d, want to be told to wait: processes count together", got.status)
	}
	if got := mine.signIn(t, "carla@desk.example", password); got.status != http.StatusSeeOther {
		t.Errorf("the owner's browser: got %d, want them in", got.status)
	}
	stolen := d.browser()
	stolen.cookies["__Host-touchstone-known"] = mine.cookies["__Host-touchstone-known"]
	last := answer{}
	for range 12 {
		last = stolen.signIn(t, "carla@desk.example", "wrong wrong wrong")
	}
	if last.status != http.StatusTooManyRequests {
		t.Errorf("guessing with a known browser's mark: got %d, want it counted too", last.status)
	}
	if got := stolen.signIn(t, "edda@desk.example", password); got.status != http.StatusSeeOther {
		t.Errorf("a mark of another account: got %d, want it without meaning", got.status)
	}
}

// Right ones cost nothing, however many.
func TestSigningInOftenIsNotThrottled(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i := range 15 {
		if got := d.browser().signIn(t, "carla@desk.example", password); got.status != http.StatusSeeOther {
			t.Fatalf("sign-in %d: got %d", i+1, got.status)
		}
	}
}
