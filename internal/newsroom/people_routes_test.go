package newsroom_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// entry says what an address of people, accounts and ways in asks for, of those who may use it; who may is tried for every
// address of the server in cmd/touchstone/gate_routes_test.go.
type entry struct {
	fresh   bool // POST asks for a proof when the last is old
	getAlso bool // GET does too
}

// peopleTable has an entry for each such address.
func peopleTable() map[string]entry {
	table := map[string]entry{
		"/newsroom/confirm":                          {},
		"/newsroom/account":                          {},
		"/newsroom/account/password":                 {},
		"/newsroom/account/second-factor":            {fresh: true, getAlso: true},
		"/newsroom/account/second-factor/remove":     {fresh: true},
		"/newsroom/account/recovery-codes":           {fresh: true},
		"/newsroom/account/passkeys/new":             {fresh: true, getAlso: true},
		"/newsroom/account/passkeys/:passkey/rename": {},
		"/newsroom/account/passkeys/:passkey/remove": {fresh: true},
		"/newsroom/permissions":                      {},
		"/newsroom/people":                           {},
		"/newsroom/people/invite":                    {fresh: true},
		"/newsroom/people/rules":                     {fresh: true},
		"/newsroom/people/links/:entry/revoke":       {fresh: true},
		"/newsroom/people/:person":                   {},
	}
	for _, what := range []string{"name", "email", "role", "byline", "reset", "disable", "enable"} {
		table["/newsroom/people/:person/"+what] = entry{fresh: true}
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
					t.Errorf("%s %s has no entry: say whether it takes a fresh proof", r.Method, r.Path)
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
