package newsroom_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/newsroom"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// TestEveryRouteAsksWhoItIs tries each route of the newsroom as everybody who is not signed in: there is no list of its own
// that a new route could be missing from.
func TestEveryRouteAsksWhoItIs(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	carla := d.carla(t)
	path, link := carla.linkedStory(t)
	_, key, err := d.DB.CreateKey(t.Context(), d.Admin, store.KeyInput{Name: "a key", Scopes: []factcheck.Scope{factcheck.ScopeManage}, Owner: "edda@desk.example"})
	if err != nil {
		t.Fatal(err)
	}
	chen := d.as(t, "chen@desk.example")
	if err := d.DB.DisablePerson(t.Context(), d.Admin, d.Checker2.Person); err != nil {
		t.Fatal(err)
	}
	withKey := d.browser()
	withKey.headers["Authorization"] = "Bearer " + key
	before := d.working(t, path)
	for name, b := range map[string]*browser{"nobody": d.browser(), "a disabled person": chen, "an API key": withKey, "a made-up session": {desk: d, cookies: map[string]string{cookie: strings.Repeat("A", 43)}, headers: map[string]string{}}} {
		for _, r := range d.room.Routes() {
			if r.Open() {
				continue
			}
			address := filled(r, path, link.ID.String())
			if r.Method == http.MethodGet {
				if got := b.get(t, address); got.status != http.StatusSeeOther || got.location != "/sign-in?next="+url.QueryEscape(address) {
					t.Errorf("%s: GET %s: got %d to %q, want the sign-in and back", name, r.Path, got.status, got.location)
				}
				continue
			}
			got := b.post(t, address, url.Values{"revision": {"1"}, "reason": {"x"}, "note": {"a text of mine that must not be lost by signing in again"}})
			if got.status != http.StatusUnauthorized || !strings.Contains(got.body, "a text of mine that must not be lost") {
				t.Errorf("%s: POST %s: got %d, want 401 with what was typed", name, r.Path, got.status)
			}
		}
	}
	after := d.working(t, path)
	if after.Revision != before.Revision || len(after.Appearances) != 1 || after.Appearances[0].Revision != link.Revision || len(after.Events) != len(before.Events) {
		t.Error("something was done all the same")
	}
}

// apart lists the pages that answer otherwise than with themselves when nothing is named, or not to every role.
func apart() map[string]map[string]int {
	all := func(status int) map[string]int {
		return map[string]int{"checker": status, "editor": status, "admin": status}
	}
	admin := func(status int) map[string]int {
		return map[string]int{"checker": http.StatusForbidden, "editor": http.StatusForbidden, "admin": status}
	}
	return map[string]map[string]int{
		"/newsroom/desk/claims": all(http.StatusSeeOther), "/newsroom/desk/moved": all(http.StatusBadRequest), "/newsroom/find": all(http.StatusSeeOther),
		"/newsroom/tips/:tip": all(http.StatusNotFound), "/newsroom/tips/:tip/claim": all(http.StatusSeeOther), "/newsroom/tips/:tip/attach": all(http.StatusSeeOther),
		"/newsroom/tips/:tip/decline": all(http.StatusSeeOther),
		"/newsroom/audit":             admin(http.StatusOK), "/newsroom/audit/export": admin(http.StatusOK),
		"/newsroom/house/names": all(http.StatusSeeOther), "/newsroom/house/rules": all(http.StatusSeeOther), "/newsroom/house/articles": all(http.StatusSeeOther), "/newsroom/house/desk": all(http.StatusSeeOther),
		"/newsroom/house/keys": admin(http.StatusOK), "/newsroom/house/keys/:key/revoke": admin(http.StatusSeeOther),
		"/newsroom/house/scales/:scale": admin(http.StatusNotFound), "/newsroom/house/policies/new": admin(http.StatusOK), "/newsroom/house/policies/:slug/:language": all(http.StatusNotFound),
		"/newsroom/imports": admin(http.StatusOK), "/newsroom/imports/:import": admin(http.StatusNotFound), "/newsroom/imports/:import/state": admin(http.StatusNotFound),
		"/newsroom/imports/:import/stop": admin(http.StatusSeeOther), "/newsroom/imports/:import/resume": admin(http.StatusSeeOther), "/newsroom/imports/:import/again": admin(http.StatusSeeOther),
	}
}

// filled returns the address of a route with real ids in it.
func filled(r newsroom.Route, article, link string) string {
	id := article[strings.LastIndex(article, "/")+1:]
	return strings.NewReplacer(":article", id, ":link", link, ":snapshot", "1", ":session", "x", ":check", "0", ":person", factcheck.PersonID{15: 1}.String(), ":passkey", "x", ":entry", "x", ":claim", factcheck.ClaimID{15: 1}.String(), ":file", "1").Replace(r.Path)
}

// TestEveryRouteForEachRole tries each route as every role, with real ids and with none: nothing is ours to mend, forms
// without their token do nothing, and what only editors may do a checker may not.
func TestEveryRouteForEachRole(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path, link := d.carla(t).linkedStory(t)
	before := d.working(t, path)
	forms := map[string]bool{} // addresses that take forms of an article: reloading one leads to the article
	for _, r := range d.room.Routes() {
		forms[r.Path] = forms[r.Path] || r.Method == http.MethodPost && strings.Contains(r.Path, ":article")
	}
	for name, email := range map[string]string{"checker": "carla@desk.example", "editor": "edda@desk.example", "admin": "ada@desk.example"} {
		b := d.as(t, email)
		for _, r := range d.room.Routes() {
			if _, own := peopleTable()[r.Path]; own || decision(r) || r.Open() || r.Path == "/sign-out" || strings.Contains(r.Path, "/:claim") {
				continue // those of people, claims and decisions have tables of their own
			}
			for _, ids := range [][2]string{{path, link.ID.String()}, {"/x/nonsense", "nonsense"}, {"/x/" + factcheck.ArticleID{15: 1}.String(), factcheck.AppearanceID{15: 1}.String()}, {"/x/%ff%00", "%2e%2e%2f"}} {
				address := filled(r, ids[0], ids[1])
				if want, ok := apart()[r.Path]; ok && r.Method == http.MethodGet {
					if got := b.get(t, address); got.status != want[name] {
						t.Errorf("%s: GET %s: got %d, want %d", name, address, got.status, want[name])
					}
					continue
				}
				if r.Method == http.MethodGet {
					want := ids[0] == path || !strings.Contains(r.Path, ":article")
					if forms[r.Path] {
						if got := b.get(t, address); want != (got.status == http.StatusSeeOther && got.location == path) || !want && got.status != http.StatusNotFound {
							t.Errorf("%s: GET %s: got %d to %q, want the article there: %v", name, address, got.status, got.location, want)
						}
						continue
					}
					if got := b.get(t, address); want != (got.status == http.StatusOK) || !want && got.status != http.StatusNotFound {
						t.Errorf("%s: GET %s: got %d, want it there: %v", name, address, got.status, want)
					}
					continue
				}
				if got := b.post(t, address, url.Values{"revision": {"1"}}); got.status != http.StatusForbidden {
					t.Errorf("%s: POST %s without a token: got %d, want 403", name, address, got.status)
				}
			}
		}
	}
	if after := d.working(t, path); after.Revision != before.Revision || len(after.Events) != len(before.Events) {
		t.Error("a form without its token did something")
	}
}

func TestFormsOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	path, link := b.linkedStory(t)
	token := fill(t, b.get(t, path), path+"/links", nil).Get("form_token")
	for _, r := range d.room.Routes() {
		if r.Open() || r.Method != http.MethodPost || !strings.Contains(r.Path, ":article") {
			continue
		}
		for _, ids := range [][2]string{{"/x/nonsense", "nonsense"}, {"/x/" + factcheck.ArticleID{15: 1}.String(), factcheck.AppearanceID{15: 1}.String()}} {
			for _, revision := range []string{"", "0", "-1", "x", "1", "99999999999999999999"} {
				got := b.post(t, filled(r, ids[0], ids[1]), url.Values{"form_token": {token}, "revision": {revision}, "reason": {"x"}, "state": {"removed"}, "stance": {"makes"}, "step": {"link"}})
				if got.status != http.StatusNotFound && got.status != http.StatusUnprocessableEntity && got.status != http.StatusForbidden {
					t.Errorf("%s with %v and revision %q: got %d, want it refused", r.Path, ids, revision, got.status)
				}
			}
		}
	}
	if a := d.working(t, path); len(a.Appearances) != 1 || a.Appearances[0].Revision != link.Revision {
		t.Error("something was done all the same")
	}
}
