package newsroom_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// entry says who may use an address of people, accounts and ways in.
type entry struct {
	least   factcheck.Role
	fresh   bool // POST asks for a proof when the last is old
	getAlso bool // GET does too
}

// peopleTable has an entry for each such address.
func peopleTable() map[string]entry {
	checker, admin := factcheck.RoleChecker, factcheck.RoleAdmin
	table := map[string]entry{
		"/newsroom/confirm":                          {least: checker},
		"/newsroom/account":                          {least: checker},
		"/newsroom/account/password":                 {least: checker},
		"/newsroom/account/second-factor":            {least: checker, fresh: true, getAlso: true},
		"/newsroom/account/second-factor/remove":     {least: checker, fresh: true},
		"/newsroom/account/recovery-codes":           {least: checker, fresh: true},
		"/newsroom/account/passkeys/new":             {least: checker, fresh: true, getAlso: true},
		"/newsroom/account/passkeys/:passkey/rename": {least: checker},
		"/newsroom/account/passkeys/:passkey/remove": {least: checker, fresh: true},
		"/newsroom/permissions":                      {least: checker},
		"/newsroom/people":                           {least: admin},
		"/newsroom/people/invite":                    {least: admin, fresh: true},
		"/newsroom/people/rules":                     {least: admin, fresh: true},
		"/newsroom/people/links/:entry/revoke":       {least: admin, fresh: true},
		"/newsroom/people/:person":                   {least: admin},
	}
	for _, what := range []string{"name", "email", "role", "byline", "reset", "disable", "enable"} {
		table["/newsroom/people/:person/"+what] = entry{least: admin, fresh: true}
	}
	return table
}

func TestEveryAddressOfPeopleHasAnEntry(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.browser().get(t, "/sign-in")
	there := map[string]bool{}
	for _, r := range d.room.Routes() {
		for _, prefix := range []string{"/newsroom/people", "/newsroom/account", "/newsroom/permissions", "/newsroom/confirm"} {
			if strings.HasPrefix(r.Path, prefix) {
				there[r.Path] = true
				if _, ok := peopleTable()[r.Path]; !ok {
					t.Errorf("%s %s has no entry: say who may use it", r.Method, r.Path)
				}
			}
		}
	}
	for path := range peopleTable() {
		if !there[path] {
			t.Errorf("%s has an entry and is not there", path)
		}
	}
}

// deskState is what no refused act may change.
func deskState(t *testing.T, d *desk) string {
	t.Helper()
	people, err := d.DB.Persons(t.Context(), d.Admin)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, p := range people {
		p.SignedInAt = nil
		out.WriteString(strings.Join([]string{p.Email, p.Name, p.Byline, string(p.Role), p.SecondFactor()}, " "))
		if p.DisabledAt != nil {
			out.WriteString(" disabled")
		}
		out.WriteByte('\n')
	}
	links, err := d.DB.OpenLinks(t.Context(), d.Admin)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range links {
		out.WriteString(l.ID.String() + "\n")
	}
	rules, _, err := d.DB.SignInRules(t.Context(), d.Admin)
	if err != nil {
		t.Fatal(err)
	}
	if rules.RequireSecondFactor {
		out.WriteString("required\n")
	}
	return out.String()
}

// anyForm is a form that every address of people would find something in.
func anyForm(token string) url.Values {
	return url.Values{
		"form_token": {token}, "revision": {"1"}, "email": {"new@desk.example"}, "name": {"A Newcomer of some length, so that it would be seen"}, "role": {"admin"},
		"byline": {"the desk"}, "require_second_factor": {"1"}, "drop_factor": {"1"},
	}
}

func TestAddressesOfPeopleForEachRole(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id, _, err := d.DB.Invite(t.Context(), d.Admin, store.PersonInput{Email: "open@desk.example", Name: "Open", Role: factcheck.RoleChecker})
	if err != nil {
		t.Fatal(err)
	}
	before := deskState(t, d)
	places := [][2]string{{d.Checker2.Person.String(), id.String()}, {factcheck.PersonID{15: 9}.String(), factcheck.EntryLinkID{15: 9}.String()}, {"nonsense", "nonsense"}, {"%ff%00", "%2e%2e%2f"}}
	for role, email := range map[factcheck.Role]string{factcheck.RoleChecker: "carla@desk.example", factcheck.RoleEditor: "edda@desk.example", factcheck.RoleAdmin: "ada@desk.example"} {
		b := d.as(t, email)
		token := b.token(t)
		for _, r := range d.room.Routes() {
			e, ok := peopleTable()[r.Path]
			if !ok {
				continue
			}
			may := role == factcheck.RoleAdmin || e.least == factcheck.RoleChecker
			for i, ids := range places {
				address := strings.NewReplacer(":person", ids[0], ":entry", ids[1], ":passkey", factcheck.PasskeyID{15: 9}.String()).Replace(r.Path)
				switch {
				case r.Method == http.MethodGet:
					got := b.get(t, address)
					gone := strings.Contains(r.Path, ":person") && i > 0
					if !may && got.status != http.StatusForbidden || may && !gone && got.status != http.StatusOK && got.status != http.StatusSeeOther ||
						may && gone && got.status != http.StatusNotFound && got.status != http.StatusSeeOther {
						t.Errorf("%s: GET %s: got %d", role, address, got.status)
					}
				case !may:
					if got := b.post(t, address, anyForm(token)); got.status != http.StatusForbidden {
						t.Errorf("%s: POST %s: got %d, want it refused", role, address, got.status)
					}
				case i > 0 && strings.Contains(r.Path, ":"):
					if got := b.post(t, address, anyForm(token)); got.status != http.StatusNotFound {
						t.Errorf("%s: POST %s: got %d, want 404", role, address, got.status)
					}
				}
				if r.Method == http.MethodPost {
					if got := b.post(t, address, anyForm("")); got.status != http.StatusForbidden {
						t.Errorf("%s: POST %s without a token: got %d, want 403", role, address, got.status)
					}
				}
			}
		}
	}
	if after := deskState(t, d); after != before {
		t.Errorf("something was done all the same: before\n%safter\n%s", before, after)
	}
}

// token returns the form token of the session.
func (b *browser) token(t *testing.T) string {
	t.Helper()
	return fill(t, b.get(t, "/sign-out"), "/sign-out", nil).Get("form_token")
}

// An old proof opens nothing that takes a fresh one: not by page, not by form, and what was typed is kept.
func TestAddressesThatTakeAFreshProof(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.as(t, "ada@desk.example")
	token := b.token(t)
	d.Clock.Advance(store.ProofLife)
	before := deskState(t, d)
	for _, r := range d.room.Routes() {
		e, ok := peopleTable()[r.Path]
		if !ok || r.Method == http.MethodGet && !e.getAlso || r.Method == http.MethodPost && !e.fresh {
			continue
		}
		address := strings.NewReplacer(":person", d.Checker2.Person.String(), ":entry", factcheck.EntryLinkID{15: 9}.String(), ":passkey", factcheck.PasskeyID{15: 9}.String()).Replace(r.Path)
		var got answer
		want := http.StatusOK
		if r.Method == http.MethodGet {
			got = b.get(t, address)
		} else {
			got, want = b.post(t, address, anyForm(token)), http.StatusForbidden
			if !strings.Contains(got.body, "A Newcomer of some length") {
				t.Errorf("%s: what was typed is lost", address)
			}
		}
		if got.status != want || !strings.Contains(got.text(), "Prove once more that it is you") {
			t.Errorf("%s %s: got %d %.200s, want to be asked for a proof", r.Method, address, got.status, got.text())
		}
		for _, wrong := range []url.Values{{"confirm.password": {"wrong wrong wrong"}}, {"confirm.code": {"000000"}}, {"confirm.passkey": {"{}"}, "confirm.challenge": {"x"}}} {
			if r.Method == http.MethodGet {
				continue
			}
			form := anyForm(token)
			for name, values := range wrong {
				form[name] = values
			}
			if got := b.post(t, address, form); got.status != http.StatusUnauthorized && got.status != http.StatusTooManyRequests {
				t.Errorf("%s with a wrong proof: got %d, want it refused", address, got.status)
			}
		}
	}
	if after := deskState(t, d); after != before {
		t.Errorf("something was done all the same: before\n%safter\n%s", before, after)
	}
}
