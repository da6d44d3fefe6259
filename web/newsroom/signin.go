package newsroom

import (
	"strconv"
	"time"
)

// SignInPage is the sign-in, on its own or in front of a form that was sent after the session had ended.
type SignInPage struct {
	Shell
	Next      string // path to go to afterwards
	Email     string
	Error     string
	SignedOut bool // they just signed out
	Set       bool // they just set a password
	Passkey   PasskeyQuestion

	Kept      []KeptField // of the form that was sent
	KeptPath  string      // where it was sent to; empty when there was none
	LostFiles bool        // files of it cannot be kept
}

// ResumePage shows a form again that was sent without a token of this session.
type ResumePage struct {
	Shell
	Action    string
	Kept      []KeptField
	LostFiles bool
	SetUp     string // path where a second factor is set up before anything else; empty otherwise
}

// SignOutPage asks whether to sign out.
type SignOutPage struct{ Shell }

// SessionsPage lists where a person is signed in.
type SessionsPage struct {
	Shell
	Email    string
	Sessions []Session
}

// Session is one browser that a person is signed in with.
type Session struct {
	ID, Browser, Address string
	Since, Seen, Until   time.Time
	Current              bool
}

func keptID(i int) string { return "kept-" + strconv.Itoa(i) }

// browser returns what the browser calls itself, or words for nothing.
func (s Session) browser() string {
	if s.Browser == "" {
		return "A browser without a name"
	}
	return s.Browser
}

// next returns the path that the sign-in leads on to: the form's, if there is one.
func (p SignInPage) next() string {
	if p.KeptPath != "" {
		return p.KeptPath
	}
	return p.Next
}
