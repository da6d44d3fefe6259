package newsroom_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/newsroom"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
	"github.com/touchstone-factcheck/touchstone/web/htmltest"
)

const linkForm = "/sign-in/link"

// linkOn reads the link that a page shows, as a path.
func linkOn(t *testing.T, page answer) string {
	t.Helper()
	for _, e := range htmltest.All(page.root, "textarea") {
		if rest, ok := strings.CutPrefix(htmltest.Text(e), publicURL); ok {
			return rest
		}
	}
	t.Fatalf("no link on the page: %d %s", page.status, page.text())
	return ""
}

// invite invites somebody by the form and returns the path of the link.
func (b *browser) invite(t *testing.T, email, role string) string {
	t.Helper()
	got := b.send(t, b.get(t, "/newsroom/people"), "/newsroom/people/invite", url.Values{"email": {email}, "name": {"Nia Newcomer"}, "role": {role}})
	if got.status != http.StatusOK {
		t.Fatalf("invite: got %d %s", got.status, got.text())
	}
	return linkOn(t, got)
}

const newcomers = "gravel onion parade lamp"

// join fills in the form of a link.
func (b *browser) join(t *testing.T, path string) answer {
	t.Helper()
	return b.send(t, b.get(t, path), linkForm, url.Values{"password": {newcomers}, "password_again": {newcomers}})
}

func TestInvitationMakesAPerson(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada := d.as(t, "ada@desk.example")
	link := ada.invite(t, "Nia@Desk.example", "editor")
	if page := ada.get(t, "/newsroom/people"); !strings.Contains(page.text(), "nia@desk.example") || strings.Contains(page.body, "token=") {
		t.Errorf("got %s, want the open link listed and not shown", page.text())
	}
	b := d.browser()
	page := b.get(t, link)
	if page.status != http.StatusOK || !strings.Contains(page.text(), "Ada Admin invites nia@desk.example") || page.header.Get("Referrer-Policy") != "no-referrer" {
		t.Fatalf("got %d %s, want the form", page.status, page.text())
	}
	for name, fields := range map[string]url.Values{
		"short":    {"password": {"short"}, "password_again": {"short"}},
		"common":   {"password": {"password1234"}, "password_again": {"password1234"}},
		"the name": {"password": {"newcomer2025"}, "password_again": {"newcomer2025"}},
		"differ":   {"password": {newcomers}, "password_again": {newcomers + "x"}},
		"no name":  {"password": {newcomers}, "password_again": {newcomers}, "name": {" "}},
	} {
		got := b.send(t, page, linkForm, fields)
		if got.status != http.StatusUnprocessableEntity || b.cookies[cookie] != "" || strings.Contains(got.body, newcomers) {
			t.Errorf("%s: got %d %s, want it refused and no password repeated", name, got.status, got.text())
		}
		if name != "no name" && fill(t, got, linkForm, nil).Get("name") != "Nia Newcomer" {
			t.Errorf("%s: the name must be typed again", name)
		}
	}
	if got := b.send(t, page, linkForm, url.Values{"name": {"Nia Named"}, "email": {"other@desk.example"}, "role": {"admin"}, "password": {newcomers}, "password_again": {newcomers}}); got.status != http.StatusSeeOther {
		t.Fatalf("got %d %s, want to be in", got.status, got.text())
	}
	if got := b.get(t, "/newsroom"); got.status != http.StatusOK || !strings.Contains(got.text(), "Nia Named editor") {
		t.Errorf("got %d %s, want the desk of an editor", got.status, got.text())
	}
	if got := d.browser().signIn(t, "nia@desk.example", newcomers); got.status != http.StatusSeeOther {
		t.Errorf("signing in: got %d", got.status)
	}
	for name, got := range map[string]answer{"the page again": d.browser().get(t, link), "the form again": d.browser().post(t, linkForm, fill(t, page, linkForm, nil))} {
		if got.status != http.StatusGone {
			t.Errorf("%s: got %d, want 410", name, got.status)
		}
	}
}

func TestLinksThatAreNotGood(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*testing.T, *desk, *browser, string){
		"it ran out": func(_ *testing.T, d *desk, _ *browser, _ string) { d.Clock.Advance(store.InvitationLife) },
		"it was taken back": func(t *testing.T, d *desk, ada *browser, _ string) {
			t.Helper()
			links, err := d.DB.OpenLinks(t.Context(), d.Admin)
			if err != nil {
				t.Fatal(err)
			}
			if got := ada.send(t, ada.get(t, "/newsroom/people"), "/newsroom/people/links/"+links[0].ID.String()+"/revoke", nil); got.status != http.StatusSeeOther {
				t.Fatalf("take back: got %d", got.status)
			}
		},
		"another was made": func(t *testing.T, _ *desk, ada *browser, _ string) {
			t.Helper()
			ada.invite(t, "nia@desk.example", "checker")
		},
		"who made it was disabled": func(t *testing.T, d *desk, _ *browser, _ string) {
			t.Helper()
			must(t, d.secondAdmin(t), d.DB.DisablePerson(t.Context(), factcheck.Operator(), d.Admin.Person))
		},
		"who made it is admin no more": func(t *testing.T, d *desk, _ *browser, _ string) {
			t.Helper()
			must(t, d.secondAdmin(t), d.DB.ChangeRole(t.Context(), factcheck.Operator(), d.Admin.Person, 1, factcheck.RoleEditor))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			ada := d.as(t, "ada@desk.example")
			link := ada.invite(t, "nia@desk.example", "admin")
			b := d.browser()
			page := b.get(t, link)
			spoil(t, d, ada, link)
			got := b.send(t, page, linkForm, url.Values{"password": {newcomers}, "password_again": {newcomers}})
			if got.status != http.StatusGone || b.cookies[cookie] != "" {
				t.Errorf("got %d, want 410 and nobody in", got.status)
			}
			if got = d.browser().get(t, link); got.status != http.StatusGone {
				t.Errorf("the page: got %d, want 410", got.status)
			}
			if got = d.browser().signIn(t, "nia@desk.example", newcomers); got.status != http.StatusUnauthorized {
				t.Errorf("somebody came of it: got %d", got.status)
			}
		})
	}
}

// secondAdmin makes a second admin, so that the first may go.
func (d *desk) secondAdmin(t *testing.T) error {
	t.Helper()
	return d.DB.ChangeRole(t.Context(), factcheck.Operator(), d.Editor2.Person, 1, factcheck.RoleAdmin)
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestOfTwoWhoUseALinkAtOnceOneComesIn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	link := d.as(t, "ada@desk.example").invite(t, "nia@desk.example", "checker")
	const racers = 6
	browsers, forms := make([]*browser, racers), make([]url.Values, racers)
	for i := range racers {
		browsers[i] = d.browser()
		forms[i] = fill(t, browsers[i].get(t, link), linkForm, url.Values{"password": {newcomers}, "password_again": {newcomers}})
	}
	var wg sync.WaitGroup
	answers := make([]answer, racers)
	for i := range racers {
		wg.Go(func() { answers[i] = browsers[i].post(t, linkForm, forms[i]) })
	}
	wg.Wait()
	in := 0
	for i, got := range answers {
		switch got.status {
		case http.StatusSeeOther:
			in++
		case http.StatusGone:
		default:
			t.Errorf("racer %d: got %d %s, want in or too late", i, got.status, got.text())
		}
	}
	if in != 1 {
		t.Errorf("got %d in, want one", in)
	}
}

func TestResetLinkEndsSessionsAndIfAskedTheSecondFactor(t *testing.T) {
	t.Parallel()
	for _, drop := range []bool{false, true} {
		d := newLastingDesk(t)
		carla, ada := d.carla(t), d.as(t, "ada@desk.example")
		a := carla.setUpApp(t)
		path := "/newsroom/people/" + d.Checker.Person.String()
		fields := url.Values{}
		if drop {
			fields.Set("drop_factor", "1")
		}
		link := linkOn(t, ada.send(t, ada.get(t, path), path+"/reset", fields))
		if got := carla.get(t, "/newsroom"); got.status != http.StatusSeeOther {
			t.Errorf("drop %v: the session goes on after the link was made: got %d", drop, got.status)
		}
		again := d.browser()
		if got := again.send(t, again.signIn(t, "carla@desk.example", password), second, url.Values{"code": {a.code(0)}}); got.status != http.StatusSeeOther {
			t.Fatalf("drop %v: the old password before the link is used: got %d", drop, got.status)
		}
		b := d.browser()
		got := b.join(t, link)
		if got.status != http.StatusSeeOther || got.location != "/sign-in?set=1" || b.cookies[cookie] != "" {
			t.Fatalf("drop %v: got %d to %q, want to sign in", drop, got.status, got.location)
		}
		if got = again.get(t, "/newsroom"); got.status != http.StatusSeeOther {
			t.Errorf("drop %v: a session goes on after the reset: got %d", drop, got.status)
		}
		if got = d.browser().signIn(t, "carla@desk.example", password); got.status != http.StatusUnauthorized {
			t.Errorf("drop %v: the old password: got %d, want it refused", drop, got.status)
		}
		got = b.signIn(t, "carla@desk.example", newcomers)
		if in := got.status == http.StatusSeeOther; in != drop {
			t.Errorf("drop %v: got %d, want the second factor asked for unless it was taken away", drop, got.status)
		}
		if got = d.browser().get(t, link); got.status != http.StatusGone {
			t.Errorf("drop %v: the link again: got %d, want 410", drop, got.status)
		}
	}
}

func TestResetLinkOfSomebodyWhoChanged(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*testing.T, *desk) error{
		"disabled": func(t *testing.T, d *desk) error {
			t.Helper()
			return d.DB.DisablePerson(t.Context(), d.Admin, d.Checker.Person)
		},
		"another address": func(t *testing.T, d *desk) error {
			t.Helper()
			return d.DB.ChangeEmail(t.Context(), d.Admin, d.Checker.Person, 1, "carla.new@desk.example")
		},
		"it ran out": func(_ *testing.T, d *desk) error { d.Clock.Advance(store.ResetLife); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			_, token, err := d.DB.ResetLink(t.Context(), d.Admin, d.Checker.Person, false)
			must(t, err)
			link := strings.TrimPrefix(newsroom.LinkURL(publicURL, token), publicURL)
			b := d.browser()
			page := b.get(t, link)
			must(t, change(t, d))
			if got := b.send(t, page, linkForm, url.Values{"password": {newcomers}, "password_again": {newcomers}}); got.status != http.StatusGone {
				t.Errorf("got %d, want 410", got.status)
			}
		})
	}
}

func TestFirstAdminComesInByTheLinkAlone(t *testing.T) {
	t.Parallel()
	d := &desk{Env: storetest.Empty(t)}
	must(t, d.DB.SetHouse(t.Context(), factcheck.Operator(), store.House{Name: "Test Desk", Site: "desk.example", Language: "en"}))
	d.serve(t, nil)
	tokens := make([]string, 3)
	for i := range tokens {
		var err error
		tokens[i], err = d.DB.FirstAdminLink(t.Context(), factcheck.Operator())
		must(t, err)
	}
	path := func(i int) string { return strings.TrimPrefix(newsroom.LinkURL(publicURL, tokens[i]), publicURL) }
	b := d.browser()
	if got := b.get(t, "/sign-in/link"); got.status != http.StatusGone {
		t.Errorf("without a link: got %d, want 410", got.status)
	}
	page, other := b.get(t, path(0)), d.browser()
	late := fill(t, other.get(t, path(1)), linkForm, url.Values{"email": {"eve@desk.example"}, "name": {"Eve"}, "password": {newcomers}, "password_again": {newcomers}})
	got := b.send(t, page, linkForm, url.Values{"email": {"not an address"}, "name": {"Ada"}, "password": {newcomers}, "password_again": {newcomers}})
	if got.status != http.StatusUnprocessableEntity || fill(t, got, linkForm, nil).Get("email") != "not an address" {
		t.Errorf("no address: got %d %s, want it refused and kept", got.status, got.text())
	}
	if got = b.send(t, got, linkForm, url.Values{"email": {"ada@desk.example"}, "password": {newcomers}, "password_again": {newcomers}}); got.status != http.StatusSeeOther {
		t.Fatalf("got %d %s, want to be in", got.status, got.text())
	}
	if got = b.get(t, "/newsroom/people"); got.status != http.StatusOK || !strings.Contains(got.text(), "ada@desk.example") {
		t.Errorf("got %d %s, want an admin", got.status, got.text())
	}
	if got = other.post(t, linkForm, late); got.status != http.StatusGone {
		t.Errorf("another link once somebody is there: got %d, want 410", got.status)
	}
	if token, err := d.DB.FirstAdminLink(t.Context(), factcheck.Operator()); err != nil || token != "" {
		t.Errorf("got %q, %v, want no more links", token, err)
	}
}

func TestLinkNeedsItsOwnForm(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	link := d.as(t, "ada@desk.example").invite(t, "nia@desk.example", "checker")
	mine := d.browser()
	fields := fill(t, mine.get(t, link), linkForm, url.Values{"password": {newcomers}, "password_again": {newcomers}})
	victim := d.browser()
	victim.get(t, "/sign-in")
	if got := victim.post(t, linkForm, fields); got.status != http.StatusForbidden || victim.cookies[cookie] != "" {
		t.Errorf("a form of another browser: got %d, want 403", got.status)
	}
	mine.headers["Sec-Fetch-Site"] = "cross-site"
	if got := mine.post(t, linkForm, fields); got.status != http.StatusForbidden {
		t.Errorf("another site: got %d, want 403", got.status)
	}
	delete(mine.headers, "Sec-Fetch-Site")
	if got := mine.post(t, linkForm, fields); got.status != http.StatusSeeOther {
		t.Errorf("our own: got %d, want to be in", got.status)
	}
}
