package newsroom_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/htmltest"
)

const cookie = "__Host-touchstone"

func TestSignInLeadsIntoTheNewsroom(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.browser()
	got := b.get(t, "/newsroom")
	if got.status != http.StatusSeeOther || got.location != "/sign-in?next=%2Fnewsroom" {
		t.Fatalf("signed out: got %d to %q, want the sign-in and back", got.status, got.location)
	}
	page := b.get(t, got.location)
	before := b.cookies[cookie]
	got = b.send(t, page, "/sign-in", url.Values{"email": {" Carla@Desk.example "}, "password": {password}})
	if got.status != http.StatusSeeOther || got.location != "/newsroom" || b.cookies[cookie] == "" || b.cookies[cookie] == before {
		t.Fatalf("got %d to %q with cookies %v, want the newsroom and a new session", got.status, got.location, b.cookies)
	}
	set := strings.Join(got.header.Values("Set-Cookie"), "\n")
	for _, want := range []string{cookie + "=", "path=/", "HttpOnly", "secure", "SameSite=Lax"} {
		if !strings.Contains(set, want) {
			t.Errorf("got cookies %s, want %s", set, want)
		}
	}
	if strings.Contains(strings.ToLower(set), "domain=") {
		t.Errorf("got cookies %s, want no domain", set)
	}
	if got := b.get(t, "/newsroom"); got.status != http.StatusOK || !strings.Contains(got.text(), "Carla Checker") {
		t.Errorf("got %d %s, want the desk with the person's name", got.status, got.text())
	}
	if got := b.get(t, "/sign-in?next=/newsroom/sign-ins"); got.status != http.StatusSeeOther || got.location != "/newsroom/sign-ins" {
		t.Errorf("signed in already: got %d to %q, want to go on", got.status, got.location)
	}
}

func TestSignInAgainRotatesTheSession(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	first := b.cookies[cookie]
	form := d.browser()
	page := form.get(t, "/sign-in")
	form.cookies[cookie] = first
	if got := form.send(t, page, "/sign-in", url.Values{"email": {"edda@desk.example"}, "password": {password}}); got.status != http.StatusSeeOther {
		t.Fatalf("got %d", got.status)
	}
	if form.cookies[cookie] == first {
		t.Error("the session was not rotated")
	}
	if got := b.get(t, "/newsroom"); got.status != http.StatusSeeOther {
		t.Errorf("the replaced session is still good: got %d", got.status)
	}
}

func TestSignInTellsNothingOfAccounts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if err := d.DB.DisablePerson(t.Context(), d.Admin, d.Checker2.Person); err != nil {
		t.Fatal(err)
	}
	var bodies []string
	for _, tt := range [][2]string{
		{"carla@desk.example", "wrong wrong wrong"}, {"nobody@desk.example", password}, {"chen@desk.example", password}, {"carla@desk.example", ""},
		{"carla@desk.example", strings.Repeat("x", 100_000)}, {"nobody\x00@desk.example", "wrong wrong wrong"}, {"", ""},
	} {
		b := d.browser()
		got := b.signIn(t, tt[0], tt[1])
		if got.status != http.StatusUnauthorized || b.cookies[cookie] != "" {
			t.Errorf("%q: got %d and cookies %v, want 401 and no session", tt[0], got.status, b.cookies)
		}
		for _, f := range htmltest.All(got.root, "input") {
			if htmltest.Attr(f, "type") == "password" && htmltest.Attr(f, "value") != "" {
				t.Error("the page repeats the password")
			}
		}
		bodies = append(bodies, got.text())
	}
	for _, body := range bodies {
		if body != bodies[0] {
			t.Errorf("answers differ:\n%s\n%s", bodies[0], body)
		}
	}
}

func TestSignInNeedsItsOwnForm(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	good := func(b *browser) url.Values {
		return fill(t, b.get(t, "/sign-in"), "/sign-in", url.Values{"email": {"carla@desk.example"}, "password": {password}})
	}
	t.Run("a form of another browser", func(t *testing.T) {
		t.Parallel()
		fields, victim := good(d.browser()), d.browser()
		victim.get(t, "/sign-in")
		got := victim.post(t, "/sign-in", fields)
		if got.status != http.StatusForbidden || victim.cookies[cookie] != "" || !strings.Contains(got.text(), "cookie") {
			t.Errorf("got %d %s, want 403 that speaks of the cookie", got.status, got.text())
		}
		if !strings.Contains(got.body, `value="carla@desk.example"`) {
			t.Error("the address must be typed again")
		}
	})
	for name, headers := range map[string]map[string]string{
		"another site": {"Sec-Fetch-Site": "cross-site"}, "another host of the site": {"Sec-Fetch-Site": "same-site"},
		"another origin": {"Origin": "https://evil.example"}, "no origin at all": {"Origin": "null"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := d.browser()
			fields := good(b)
			for k, v := range headers {
				b.headers[k] = v
			}
			if got := b.post(t, "/sign-in", fields); got.status != http.StatusForbidden || b.cookies[cookie] != "" {
				t.Errorf("got %d, want 403 and no session", got.status)
			}
		})
	}
	for name, headers := range map[string]map[string]string{
		"our own page": {"Sec-Fetch-Site": "same-origin"}, "the public address": {"Origin": publicURL}, "the address asked for": {"Origin": d.base},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := d.browser()
			fields := good(b)
			for k, v := range headers {
				b.headers[k] = v
			}
			if got := b.post(t, "/sign-in", fields); got.status != http.StatusSeeOther {
				t.Errorf("got %d, want to be signed in", got.status)
			}
		})
	}
}

func TestSignInGoesOnToOwnPathsOnly(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	for next, want := range map[string]string{
		"/newsroom/sign-ins": "/newsroom/sign-ins", "/newsroom?a=b&c=%2F": "/newsroom?a=b&c=%2F", "": "/newsroom", "newsroom": "/newsroom",
		"//evil.example": "/newsroom", `/\evil.example`: "/newsroom", `/\/evil.example`: "/newsroom", "https://evil.example/": "/newsroom",
		"/\t/evil.example": "/newsroom", "/\n/evil.example": "/newsroom", " //evil.example": "/newsroom", "javascript:alert(1)": "/newsroom",
		"https:evil.example": "/newsroom", "/sign-out": "/newsroom", "/" + strings.Repeat("x", 3000): "/newsroom", "/": "/newsroom",
	} {
		if got := b.get(t, "/sign-in?"+url.Values{"next": {next}}.Encode()); got.location != want {
			t.Errorf("next=%q: got %q, want %q", next, got.location, want)
		}
	}
}

func TestFailedSignInsAreThrottledWithoutLockingAnybodyOut(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var last answer
	tries := 0
	for ; tries < 30 && last.status != http.StatusTooManyRequests; tries++ {
		last = d.browser().signIn(t, "carla@desk.example", "wrong wrong wrong")
	}
	if tries != 11 {
		t.Fatalf("got throttled at attempt %d, want at the eleventh", tries)
	}
	if got := d.browser().signIn(t, "carla@desk.example", password); got.status != http.StatusTooManyRequests {
		t.Errorf("the right password from the throttled place: got %d, want to be told to wait", got.status)
	}
	if got := d.browser().signIn(t, "edda@desk.example", password); got.status != http.StatusSeeOther {
		t.Errorf("somebody else from the same address: got %d, want them signed in", got.status)
	}
}

func TestSignOutEndsTheSession(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	token := b.cookies[cookie]
	got := b.send(t, b.get(t, "/sign-out"), "/sign-out", nil)
	if got.status != http.StatusSeeOther || got.location != "/sign-in?out=1" || b.cookies[cookie] != "" {
		t.Fatalf("got %d to %q with %v, want the sign-in and no cookie", got.status, got.location, b.cookies)
	}
	if page := b.get(t, got.location); !strings.Contains(page.text(), "You are signed out.") {
		t.Errorf("got %s, want to be told", page.text())
	}
	b.cookies[cookie] = token
	if got := b.get(t, "/newsroom"); got.status != http.StatusSeeOther {
		t.Errorf("the old token is still good: got %d", got.status)
	}
}

func TestSessionIsOverOnceTheDatabaseSaysSo(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*testing.T, *desk) error{
		"password": func(t *testing.T, d *desk) error {
			return d.DB.SetPassword(t.Context(), factcheck.Operator(), d.Checker.Person, strings.Replace(d.hash, "p=1$", "p=1$AAAA", 1))
		},
		"role": func(t *testing.T, d *desk) error {
			return d.DB.ChangeRole(t.Context(), d.Admin, d.Checker.Person, 1, factcheck.RoleEditor)
		},
		"disabled": func(t *testing.T, d *desk) error {
			return d.DB.DisablePerson(t.Context(), d.Admin, d.Checker.Person)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			b := d.carla(t)
			if err := change(t, d); err != nil {
				t.Fatal(err)
			}
			if got := b.get(t, "/newsroom"); got.status != http.StatusSeeOther || !strings.HasPrefix(got.location, "/sign-in") {
				t.Errorf("got %d to %q, want the sign-in", got.status, got.location)
			}
		})
	}
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	here, there, third := d.carla(t), d.carla(t), d.carla(t)
	list := here.get(t, "/newsroom/sign-ins")
	if n := len(htmltest.All(list.root, "tr")); n != 4 || strings.Count(list.text(), "This one") != 1 || !strings.Contains(list.text(), "Test browser") {
		t.Fatalf("got %d rows: %s, want three sessions and this one marked", n, list.text())
	}
	other := ""
	for _, row := range htmltest.All(list.root, "tr") {
		if f := htmltest.All(row, "form"); len(f) == 1 && !strings.Contains(htmltest.Text(row), "This one") {
			other = htmltest.Attr(f[0], "action")
		}
	}
	if got := here.send(t, list, other, nil); got.location != "/newsroom/sign-ins" {
		t.Fatalf("got %d to %q", got.status, got.location)
	}
	ended := 0
	for _, b := range []*browser{there, third} {
		if b.get(t, "/newsroom").status == http.StatusSeeOther {
			ended++
		}
	}
	if ended != 1 {
		t.Errorf("got %d sessions ended, want the one", ended)
	}
	here.send(t, list, "/newsroom/sign-ins/others/end", nil)
	for _, b := range []*browser{there, third} {
		if got := b.get(t, "/newsroom"); got.status != http.StatusSeeOther {
			t.Errorf("another session goes on: got %d", got.status)
		}
	}
	if got := here.get(t, "/newsroom"); got.status != http.StatusOK {
		t.Errorf("this session ended too: got %d", got.status)
	}
	edda := d.as(t, "edda@desk.example")
	fields := url.Values{"form_token": {fill(t, edda.get(t, "/sign-out"), "/sign-out", nil).Get("form_token")}}
	if got := edda.post(t, strings.Replace(other, "session_", "session_", 1), fields); got.status != http.StatusNotFound {
		t.Errorf("somebody else's session: got %d, want 404", got.status)
	}
	if got := edda.post(t, "/newsroom/sign-ins/nonsense/end", fields); got.status != http.StatusNotFound {
		t.Errorf("no session: got %d, want 404", got.status)
	}
}

func TestAFormWithoutASessionLosesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	d.carla(t)
	list := b.get(t, "/newsroom/sign-ins")
	fields := fill(t, list, "/newsroom/sign-ins/others/end", url.Values{"note": {"A long note\r\nof <b>two</b> lines & \"more\"."}, "short": {"x"}})
	if _, err := d.DB.EndOtherSessions(t.Context(), d.Checker, factcheck.SessionID{15: 1}); err != nil {
		t.Fatal(err)
	}
	got := b.post(t, "/newsroom/sign-ins/others/end", fields)
	if got.status != http.StatusUnauthorized || !strings.Contains(got.text(), "A long note of <b>two</b> lines") {
		t.Fatalf("got %d %s, want 401 with what was typed", got.status, got.text())
	}
	if strings.Contains(got.body, fields.Get("form_token")) {
		t.Error("the page repeats the old form token")
	}
	got = b.send(t, got, "/sign-in", url.Values{"email": {"carla@desk.example"}, "password": {"wrong wrong wrong"}})
	if got.status != http.StatusUnauthorized || !strings.Contains(got.text(), "A long note of <b>two</b> lines") {
		t.Fatalf("after a wrong password: got %d %s, want the text kept", got.status, got.text())
	}
	got = b.send(t, got, "/sign-in", url.Values{"email": {"carla@desk.example"}, "password": {password}})
	if got.status != http.StatusForbidden || !strings.Contains(got.text(), "A long note of <b>two</b> lines") || b.cookies[cookie] == "" {
		t.Fatalf("after signing in: got %d %s, want the form once more", got.status, got.text())
	}
	sent := fill(t, got, "/newsroom/sign-ins/others/end", nil)
	if sent.Get("note") != "A long note\nof <b>two</b> lines & \"more\"." || sent.Get("short") != "x" {
		t.Errorf("got fields %v, want those that were sent", sent)
	}
	if got = b.send(t, got, "/newsroom/sign-ins/others/end", nil); got.status != http.StatusSeeOther {
		t.Errorf("sent again: got %d, want it done", got.status)
	}
}

func TestFormsOfOthersAreNotTaken(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b, other := d.carla(t), d.carla(t)
	path := "/newsroom/sign-ins/others/end"
	good := fill(t, b.get(t, "/newsroom/sign-ins"), path, nil)
	for name, try := range map[string]func(*browser) answer{
		"no token":      func(b *browser) answer { return b.post(t, path, url.Values{}) },
		"a wrong token": func(b *browser) answer { return b.post(t, path, url.Values{"form_token": {"x"}}) },
		"a token of another session": func(b *browser) answer {
			return b.post(t, path, fill(t, other.get(t, "/newsroom/sign-ins"), path, nil))
		},
		"a token in the address": func(b *browser) answer { return b.post(t, path+"?"+good.Encode(), url.Values{}) },
		"another site":           func(b *browser) answer { b.headers["Sec-Fetch-Site"] = "cross-site"; return b.post(t, path, good) },
		"another origin":         func(b *browser) answer { b.headers["Origin"] = "https://evil.example"; return b.post(t, path, good) },
		"a body that is no form": func(b *browser) answer {
			return b.request(t, http.MethodPost, path, strings.NewReader("{}"), "application/json")
		},
	} {
		tab := &browser{desk: d, cookies: b.cookies, headers: map[string]string{}}
		if got := try(tab); got.status != http.StatusForbidden && got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d, want it refused", name, got.status)
		}
		if got := other.get(t, "/newsroom"); got.status != http.StatusOK {
			t.Fatalf("%s: it was done", name)
		}
	}
}
