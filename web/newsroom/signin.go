package newsroom

import (
	"strconv"
	"strings"
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

// browser returns the names of the browser and of what it runs on, as far as what it calls itself (User-Agent, RFC 9110, section
// 10.1.5) tells them, else what it calls itself, or words for nothing. Browsers name their forebears too: the first that fits counts.
func (s Session) browser() string {
	if s.Browser == "" {
		return "A browser without a name"
	}
	known := func(pairs ...[2]string) string {
		for _, p := range pairs {
			if strings.Contains(s.Browser, p[0]) {
				return p[1]
			}
		}
		return ""
	}
	name := known([2]string{"Edg", "Edge"}, [2]string{"OPR/", "Opera"}, [2]string{"Firefox/", "Firefox"}, [2]string{"FxiOS/", "Firefox"}, [2]string{"CriOS/", "Chrome"}, [2]string{"Chrome/", "Chrome"}, [2]string{"Safari/", "Safari"})
	system := known([2]string{"iPhone", "iPhone"}, [2]string{"iPad", "iPad"}, [2]string{"Android", "Android"}, [2]string{"Windows", "Windows"}, [2]string{"Mac OS X", "Mac"}, [2]string{"CrOS", "ChromeOS"}, [2]string{"Linux", "Linux"})
	if name == "" || system == "" {
		return s.Browser
	}
	return name + " on " + system
}

// next returns the path that the sign-in leads on to: the form's, if there is one.
func (p SignInPage) next() string {
	if p.KeptPath != "" {
		return p.KeptPath
	}
	return p.Next
}
