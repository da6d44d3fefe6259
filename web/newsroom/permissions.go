package newsroom

import "github.com/touchstone-factcheck/touchstone/internal/factcheck"

// PermissionRow is what some may do.
type PermissionRow struct {
	Action, Words    string
	Roles            map[factcheck.Role]bool
	Scope            string // of a key; empty: no key may
	Operator, System bool
	Yours            bool // who looks at the page may
}

func roles() []factcheck.Role { return factcheck.Roles() }

// machines says which besides people may.
func (r PermissionRow) machines() string {
	switch {
	case r.Operator && r.System:
		return "command line, the program itself"
	case r.Operator:
		return "command line"
	case r.System:
		return "the program itself"
	}
	return ""
}
