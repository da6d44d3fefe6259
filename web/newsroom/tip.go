package newsroom

import (
	"net/url"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// TipsPage lists tips, those that ask for the same together.
type TipsPage struct {
	Shell
	Now    time.Time
	State  string // open, claim or declined
	Open   int    // open ones in all
	Looked int    // the newest of them, which are grouped
	Groups []TipGroup
	Next   string
	Told   string
}

// TipGroup is tips that ask for the same.
type TipGroup struct {
	First TipItem
	Tips  []TipItem
}

// TipItem is a tip. Its contact is gone once its time is over.
type TipItem struct {
	ID, Reference, Text, Address, Lang, Contact, State, Claim string
	At, Until                                                 time.Time
	Answer, HandledBy, Reason                                 string
	About, AboutText, AboutLang                               string // a claim that they saw somewhere
	HandledAt                                                 time.Time
}

// TipPage is one tip, and what can be done about it.
type TipPage struct {
	Shell
	Now                                  time.Time
	Tip                                  TipItem
	Others                               []TipItem // that ask for the same
	Chosen                               map[string]bool
	Find                                 string
	Hits                                 []TipHit
	Text, Language, Answer, Error, Field string
	Reason                               string
}

// TipHit is a claim that a tip may ask for.
type TipHit struct {
	ClaimItem
	Verdict string
	Alike   bool // the matcher says so; otherwise it has words of the tip
}

func (t TipItem) path() string { return "/newsroom/tips/" + t.ID }

func (t TipItem) title() string {
	if t.Text != "" {
		return t.Text
	}
	return t.Address
}

func (p TipsPage) filters() []navItem {
	items := []navItem{{label: "Open", url: "open"}, {label: "Became or joined a claim", url: "claim"}, {label: "Declined", url: "declined"}}
	for i, it := range items {
		items[i].current = it.url == p.State
		items[i].url = "/newsroom/tips?state=" + it.url
	}
	return items
}

func (p TipsPage) nextURL() string {
	return "/newsroom/tips?" + url.Values{"state": {p.State}, "after": {p.Next}}.Encode()
}

func (p TipPage) wrong(field string) string {
	if p.Error != "" && p.Field == field {
		return p.Error
	}
	return ""
}

// declined says why the tip was declined.
func (t TipItem) declined() string {
	if t.Reason == "" {
		return "nobody said why"
	}
	return declineWord(factcheck.DeclineReason(t.Reason))
}

func (p TipPage) target() string {
	switch p.Field {
	case "text", "language", "answer", "reason":
		return p.Field
	}
	return ""
}

// mailto is how to answer somebody who left an e-mail address; empty for another contact.
func (t TipItem) mailto() string {
	u := url.URL{Scheme: "mailto", Opaque: url.PathEscape(t.Contact)}
	for i, r := range t.Contact {
		if r == ' ' || r == '\n' {
			return ""
		}
		if r == '@' && i > 0 && i < len(t.Contact)-1 {
			q := url.Values{"body": {t.Answer}}
			u.RawQuery = q.Encode()
			return u.String()
		}
	}
	return ""
}
