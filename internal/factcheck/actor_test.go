package factcheck

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseScopes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   []string
		want []Scope
		code Code
	}{
		{[]string{"read"}, []Scope{ScopeRead}, ""},
		{[]string{"file"}, []Scope{ScopeRead, ScopeFile}, ""},
		{[]string{"manage"}, []Scope{ScopeRead, ScopeFile, ScopeManage}, ""},
		{[]string{"manage", "read"}, []Scope{ScopeRead, ScopeFile, ScopeManage}, ""},
		{[]string{"read", "read"}, []Scope{ScopeRead}, ""},
		{nil, nil, CodeInvalid},
		{[]string{""}, nil, CodeInvalid},
		{[]string{"Read"}, nil, CodeInvalid},
		{[]string{"read", "admin"}, nil, CodeInvalid},
		{[]string{"read,file"}, nil, CodeInvalid},
	} {
		got, err := ParseScopes(c.in)
		if CodeOf(err) != c.code {
			t.Errorf("ParseScopes(%q): got %v, want code %q", c.in, err, c.code)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("ParseScopes(%q) differs (-want +got):\n%s", c.in, diff)
		}
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	for _, r := range Roles() {
		if !r.Valid() {
			t.Errorf("%q is not valid", r)
		}
	}
	for _, r := range []Role{"", "Admin", "owner"} {
		if r.Valid() {
			t.Errorf("%q is valid", r)
		}
	}
}

// The two actors that are no persons have the ids the first migration inserts.
func TestFixedActors(t *testing.T) {
	t.Parallel()
	for want, actor := range map[string]Actor{
		"00000000-0000-7000-8000-000000000001": Operator(),
		"00000000-0000-7000-8000-000000000002": System(),
	} {
		if got := actor.ID.UUID(); got != want {
			t.Errorf("%s has the id %s, want %s", actor.Kind, got, want)
		}
		if !actor.Person.IsZero() {
			t.Errorf("%s has a person behind it", actor.Kind)
		}
	}
}
