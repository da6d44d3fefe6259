// Package letter holds the mails to readers: each as HTML and as plain text, which say the same. Nothing in them is fetched
// when they are read. What people wrote stands in its own language and direction, and is text.
package letter

import (
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// Letter is one mail. Its parts are in the order in which they are read; what is empty is left out.
type Letter struct {
	ui.Locale
	House   string
	Subject string
	Lead    string
	Claim   *Claim
	Changes []Change
	Notes   []Note
	Button  Link
	After   string // below the button
	Why     string // why this was sent
	Leave   Link
}

// Claim is the claim a mail is about, as readers see it now.
type Claim struct {
	Text, Lang string
	Rating     string
	Truth      factcheck.Truth
	URL        string // absolute
}

// Change is something that happened to it.
type Change struct {
	At       time.Time
	Said     string // what it was
	Note     string // why, as the newsroom put it
	NoteLang string
}

// Note is a passage with a heading.
type Note struct{ Heading, Text, Lang string }

// Link is a label and an absolute address.
type Link struct{ Label, URL string }

// Text returns the mail as plain text.
func (l Letter) Text() string {
	var b strings.Builder
	say := func(parts ...string) {
		for _, p := range parts {
			b.WriteString(strings.TrimSpace(plain(p)) + "\n")
		}
		b.WriteString("\n")
	}
	if l.Lead != "" {
		say(l.Lead)
	}
	if c := l.Claim; c != nil {
		if c.Rating != "" {
			say(strings.ToUpper(c.Rating), ui.Quoted(c.Lang, c.Text))
		} else {
			say(ui.Quoted(c.Lang, c.Text))
		}
	}
	if len(l.Changes) > 0 {
		parts := []string{"* " + l.T("mail.changed.lead") + " *"}
		for _, c := range l.Changes {
			parts = append(parts, strings.TrimSpace("- "+l.Day(c.At)+": "+c.Said+" "+c.Note))
		}
		say(parts...)
	}
	for _, n := range l.Notes {
		say("* "+n.Heading+" *", n.Text)
	}
	if l.Button.URL != "" {
		say(l.Button.Label+":", l.Button.URL)
	}
	if l.After != "" {
		say(l.After)
	}
	b.WriteString("-- \n" + plain(l.House) + "\n") // the mark of a signature (RFC 3676)
	if l.Why != "" {
		b.WriteString(plain(l.Why) + "\n")
	}
	if l.Leave.URL != "" {
		b.WriteString(plain(l.Leave.Label) + ":\n" + l.Leave.URL + "\n")
	}
	return b.String()
}

// plain makes a text safe to stand in plain text: its lines are one, and nothing in it controls a terminal.
func plain(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)), " ")
}

// tone is the class that colours a rating.
func (c Claim) tone() string {
	if c.Truth == factcheck.TruthNone {
		return "none"
	}
	return strings.ReplaceAll(string(c.Truth), "_", "-")
}
