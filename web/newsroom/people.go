package newsroom

import "time"

// PeoplePage lists everybody who is or was in the newsroom, and the links that are open.
type PeoplePage struct {
	Shell
	People       []PersonItem
	Links        []LinkItem
	Roles        []RoleChoice
	Invite       InviteForm
	Required     bool // everybody needs a second factor
	Revision     int  // of that rule
	OwnFactor    bool // who looks at the page has one
	Done         string
	Error, Field string
}

// InviteForm is what was typed into the form of an invitation.
type InviteForm struct{ Email, Name, Role string }

// PersonItem is a member of the newsroom.
type PersonItem struct {
	ID, Email, Name, Byline, Role string
	Factor                        string // app, passkey, app and passkey, or nothing
	SignedIn, Disabled            *time.Time
	Joined                        time.Time
	NoPassword                    bool
	Revision                      int
}

// byline returns what readers see of the person.
func (p PersonItem) byline() string {
	if p.Byline != "" {
		return p.Byline
	}
	return p.Name
}

// LinkItem is a link that lets somebody in once.
type LinkItem struct {
	ID, Email, Name, Role, By string
	Reset                     bool
	Made, Until               time.Time
	Over                      bool // it ran out
}

// RoleChoice is a role with what it is for.
type RoleChoice struct{ Role, Label, Hint string }

// PersonPage is what an admin may change of a person.
type PersonPage struct {
	Shell
	PersonItem // as they are
	Typed      PersonItem
	Roles      []RoleChoice
	Self       bool // it is who looks at the page
	Done       string
	Error      string
	Field      string
}

// title returns the heading.
func (p PersonPage) title() string { return p.Name }

// NewLinkPage shows a link, once.
type NewLinkPage struct {
	Shell
	URL, Whom, Back   string
	Reset, DropFactor bool
	Days              int
}

// JoinPage is where a link leads.
type JoinPage struct {
	Shell
	Kind         string // first_admin, invitation or reset
	Link         string // the token
	Email, Name  string
	Role, By     string
	Until        time.Time
	DropFactor   bool
	Error, Field string
}

// title returns the heading.
func (p JoinPage) title() string {
	switch p.Kind {
	case "first_admin":
		return "Make the first admin"
	case "reset":
		return "Set a new password"
	}
	return "Join the newsroom"
}

// BadLinkPage is where a link leads that is not good.
type BadLinkPage struct{ Shell }

// PermissionsPage is the permission table.
type PermissionsPage struct {
	Shell
	Rows []PermissionRow
}
