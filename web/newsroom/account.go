package newsroom

import "time"

// PasskeyQuestion is what a page asks a passkey; the zero value where browsers offer none.
type PasskeyQuestion struct {
	Challenge string
	Options   string // JSON for the script
}

// SecondStepPage asks somebody whose password was right for their second factor.
type SecondStepPage struct {
	Shell
	Email       string
	Next        string
	Ticket      string // what they have shown so far, sealed
	HasApp      bool
	HasPasskeys bool
	Passkey     PasskeyQuestion
	Error       string
	Kept        []KeptField // as in SignInPage
	KeptPath    string
}

// ConfirmPage asks somebody who is signed in to prove once more who they are, in front of a form or page.
type ConfirmPage struct {
	Shell
	Action    string
	Next      string // page to go to afterwards, when a page was asked for
	Email     string
	HasApp    bool
	Passkey   PasskeyQuestion
	Error     string
	Kept      []KeptField
	LostFiles bool
}

// AccountPage is what a person may change of their own account.
type AccountPage struct {
	Shell
	Email            string
	Done             string // what was just done
	Error, Field     string
	App              *time.Time // since when an authenticator app is set up
	Passkeys         []PasskeyItem
	CanPasskey       bool // browsers offer them at this address
	Codes, CodesLeft int
}

// hasFactor reports whether a password alone does not open the account.
func (p AccountPage) hasFactor() bool { return p.App != nil || len(p.Passkeys) > 0 }

// PasskeyItem is a passkey in the list.
type PasskeyItem struct {
	ID, Name string
	Added    time.Time
	Used     *time.Time
	Synced   bool // it may be on several devices
}

// SetUpPage sets an authenticator app up.
type SetUpPage struct {
	Shell
	Must      bool // the house asks for it before anything else
	HasFactor bool
	Passkeys  bool // browsers offer them at this address
	QRSize    int
	QRPath    string
	Secret    string
	Ticket    string // the secret, sealed
	Code      string
	Error     string
}

// AddPasskeyPage adds a passkey.
type AddPasskeyPage struct {
	Shell
	Must         bool
	Name         string
	Question     PasskeyQuestion
	Error, Field string
}

// RecoveryCodesPage shows recovery codes, once.
type RecoveryCodesPage struct {
	Shell
	Email string
	Codes []string
	First bool // they came with the first second factor
}
